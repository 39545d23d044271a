"""A card that lost its marks on the way here: its number, birth date and sex are whole, its letters are not. Pure.

Such a card names nobody new. A person whom this desk knows by the number is named by the record, and only when everything that is
left on the card agrees with it; the nurse is told to compare with the card.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date

from vaxdesk.errors import Problem, ScanError, Severity
from vaxdesk.models import citizen_id
from vaxdesk.models.scan_card import APP_FIELDS_MIN, FIELDS_2021, parse_card
from vaxdesk.models.text_repair import fold
from vaxdesk.models.values import IdentityCard, Person, Sex

DAMAGE = frozenset({"scan-garbled", "scan-input-method", "scan-marks-lost"})
PLAIN_LETTERS_LEAST = 3  # fewer prove nothing
_NAME, _SEX, _ADDRESS, _APP_NAME = 2, 4, 5, 1
_STAND_IN = "Ấ"  # a name without damage, while the other fields are read
_FEMALE = "Nữ"
# What one marked letter became where UTF-8 was read as a Western page: its lead bytes as letters and the byte behind them.
_WRONG_PAGE = re.compile("(?:áº|á»|[ÄÅÆ]|Ã(?=[\u0080-\u00bf])).?")
_LOST = "\ufffd"
_TONE_KEY, _DIGITS = "[sfrxj]?", "[0-9]{0,2}"  # what Telex and VNI leave


@dataclass(frozen=True, slots=True, repr=False)
class DamagedCard:
    """`card`: what could be read, its name and address left out; `untrusted_name` as it came; `problems`: why it was refused."""

    card: IdentityCard
    untrusted_name: str
    problems: tuple[Problem, ...]

    def __repr__(self) -> str:
        return "DamagedCard(…)"

    def named_by(self, known: Person) -> IdentityCard | None:
        """The card with the name and address of the record; None when birth date, sex or the letters left do not agree with it."""
        person = self.card.person
        sex = (
            person.sex if person.sex is not Sex.UNKNOWN else citizen_id.sex_of(known.citizen_id)
        )  # the app may not tell
        agree = person.birth_date == known.birth_date and sex is known.sex
        if not agree or person.citizen_id != known.citizen_id.digits or not resembles(self.untrusted_name, known.name):
            return None
        note = Problem("scan-name-from-record", "name", Severity.WARN, {"name": known.name})
        named = replace(person, name=known.name, address=known.address)
        return replace(self.card, person=named, notes=(*self.card.notes, note))


def read_damaged(untrusted_text: str, refusal: ScanError, today: date) -> DamagedCard | None:
    """What is whole of a text that was refused for lost marks; None when something else is wrong with it, too."""
    codes = {problem.code for problem in refusal.problems}
    fields = [field.strip() for field in untrusted_text.split("|")]
    if not codes & DAMAGE or len(fields) < APP_FIELDS_MIN:
        return None
    is_chip_card = len(fields) >= FIELDS_2021 and len(fields[_NAME].split("-")) != APP_FIELDS_MIN
    place = _NAME if is_chip_card else _APP_NAME
    name, fields[place] = fields[place], _STAND_IN
    if is_chip_card:
        fields[_ADDRESS] = ""
        fields[_SEX] = _FEMALE if _matches(fields[_SEX], _FEMALE) else fields[_SEX]
    try:
        card = parse_card("|".join(fields), today)
    except ScanError:
        return None
    return None if card.masked else DamagedCard(card, name, refusal.problems)


def resembles(untrusted_name: str, name: str) -> bool:
    """Whether a damaged name may be this one: every plain letter of it in its place, anything known to happen to a marked one."""
    plain = [letter for letter in fold(untrusted_name) if letter.isascii() and letter.isalpha()]
    return len(plain) >= PLAIN_LETTERS_LEAST and _matches(untrusted_name, name)


def _matches(untrusted: str, whole: str) -> bool:
    came = unicodedata.normalize("NFC", _WRONG_PAGE.sub(_LOST, untrusted)).lower()
    pattern = "".join(_word(word) for word in unicodedata.normalize("NFC", whole).lower().split())
    return re.fullmatch(pattern, f" {came.strip()}") is not None


def _word(word: str) -> str:
    """The pattern of a word: a plain letter stands for itself, a marked one for what is left of it; a word of such alone may be gone."""
    letters = [re.escape(ch) if ch.isascii() else _marked(ch) for ch in word]
    ending = "" if word.isascii() else _TONE_KEY + _DIGITS
    may_be_gone = "" if any(ch.isascii() for ch in word) else "?"
    return f"(?: +{''.join(letters)}{ending}){may_be_gone}"


def _marked(letter: str) -> str:
    """Whole; without its mark, with the keys of an input method behind; lost; or gone."""
    base = re.escape(fold(letter))
    keyed = f"{base}[{base}w]?{_DIGITS}"
    return f"(?:{letter}|{keyed}[?{_LOST}]?|[^\\w\\s]{{1,3}})?"
