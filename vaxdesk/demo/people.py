"""Made-up citizens: a national population from a seed, their cards, and the mistakes that registers are full of.

Nobody here exists. The same seed gives the same people on every machine and Python version, and a longer population
starts with the shorter one. A citizen number that ends in 9 belongs to nobody: such numbers are left for mistakes.
"""

from __future__ import annotations

import csv
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from itertools import accumulate
from pathlib import Path
from random import Random

from vaxdesk.demo import names
from vaxdesk.models.values import CardKind, Sex

REFERENCE_DAY = date(2026, 1, 1)
AGE_MIN, AGE_MAX = 5, 95
PEOPLE_MAX = 1_000_000
YOUNG_NAMES_SINCE = 1985
OLD_IDS_UNTIL = 2003  # birth year; younger people never had a nine-digit card

# (first age, share) of the population pyramid
_AGES = ((5, 21), (18, 17), (30, 24), (45, 20), (60, 13), (75, 5))
_TONES = ("", "\u0301", "\u0300", "\u0309", "\u0303", "\u0323")
_VOWELS = frozenset("aăâeêioôơuưy")


@dataclass(frozen=True, slots=True, repr=False)
class MadeUpPerson:
    """A citizen who does not exist. `old_id` is a nine-digit card number or empty; `card_issued` is in 2021."""

    number: str
    name: str
    birth_date: date
    sex: Sex
    address: str
    old_id: str
    card_issued: date

    def __repr__(self) -> str:
        return f"MadeUpPerson(…{self.number[-3:]})"


class Mistake(StrEnum):
    """Which of the four compared fields differs from the truth."""

    NAME = "name"
    BIRTH_DATE = "birth-date"
    SEX = "sex"
    NUMBER = "number"


class _Dice:
    """Draws from `random()` alone, the one generator method that Python promises never to change."""

    def __init__(self, seed: int) -> None:
        self._draw = Random(seed).random  # noqa: S311  made-up people need no secrecy

    def below(self, limit: int) -> int:
        return int(self._draw() * limit)

    def share(self) -> float:
        return self._draw()

    def chance(self, probability: float) -> bool:
        return self._draw() < probability

    def word(self, weighted: str) -> str:
        words, edges = _weighted(weighted)
        return words[bisect_right(edges, self.below(edges[-1]))]


@cache
def _weighted(text: str) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """The words of a weighted list and the running sums of their weights."""
    pairs = [word.rpartition(":") if word[-1:].isdigit() and ":" in word else (word, "", "1") for word in text.split()]
    return tuple(pair[0] for pair in pairs), tuple(accumulate(int(pair[2]) for pair in pairs))


@cache
def _province_names() -> dict[str, str]:
    return dict(entry.split(":", 1) for entry in _weighted(names.PROVINCES)[0])


def population(seed: int, count: int, on: date = REFERENCE_DAY) -> tuple[MadeUpPerson, ...]:
    """`count` people (at most a million) aged 5 to 95 on the day `on`, with distinct citizen numbers."""
    if not 0 <= count <= PEOPLE_MAX:
        raise ValueError(f"between 0 and {PEOPLE_MAX} people")
    dice, taken = _Dice(seed), set[str]()
    return tuple(_person(dice, taken, on) for _ in range(count))


def _person(dice: _Dice, taken: set[str], on: date) -> MadeUpPerson:
    sex = Sex.FEMALE if dice.chance(0.502) else Sex.MALE
    born = _birth_date(dice, on)
    group = dice.word(_groups())
    home = _birth_province(dice, group)
    return MadeUpPerson(
        number=_number(dice, taken, home, sex, born.year),
        name=_name(dice, group, sex, born.year),
        birth_date=born,
        sex=sex,
        address=_address(dice, home),
        old_id=_old_id(dice) if born.year < OLD_IDS_UNTIL and dice.chance(0.7) else "",
        card_issued=max(date(2021, 1, 4) + timedelta(dice.below(300)), born + timedelta(60)),
    )


@cache
def _groups() -> str:
    return " ".join(f"{group.replace(' ', '_')}:{share}" for group, (share, _) in names.HOMES.items())


def _birth_date(dice: _Dice, on: date) -> date:
    firsts, edges = _weighted(" ".join(f"{age}:{share}" for age, share in _AGES))
    band = bisect_right(edges, dice.below(edges[-1]))
    first = int(firsts[band])
    last = int(firsts[band + 1]) if band + 1 < len(firsts) else AGE_MAX
    born = on - timedelta(days=int((first + dice.share() * (last - first)) * 365.2425) + 1)
    # Older registers know many people by the year alone and wrote the first of January.
    return born.replace(month=1, day=1) if 1940 < born.year < 1970 and dice.chance(0.05) else born


def _birth_province(dice: _Dice, group: str) -> str:
    homes = names.HOMES[group.replace("_", " ")][1]
    if homes and dice.chance(0.9):
        return dice.word(homes)
    return dice.word(names.PROVINCES).partition(":")[0]


def _number(dice: _Dice, taken: set[str], province: str, sex: Sex, year: int) -> str:
    """Province, century and sex digit, year, six digits (Circular 59/2021/TT-BCA art. 4); never seen before."""
    century_sex = (year // 100 - 19) * 2 + (sex is Sex.FEMALE)
    while True:
        serial = dice.below(100_000) * 10 + dice.below(9)
        number = f"{province}{century_sex}{year % 100:02}{serial:06}"
        if number not in taken and serial != 0:
            taken.add(number)
            return number


def _old_id(dice: _Dice) -> str:
    return f"{dice.below(40):02}{dice.below(10_000_000):07}"


def _address(dice: _Dice, home: str) -> str:
    province = home if dice.chance(0.75) else dice.word(names.MOVED_TO)
    hamlet = f"{dice.word(names.HAMLETS)} {1 + dice.below(20)}"
    parts = (hamlet, dice.word(names.COMMUNES), dice.word(names.DISTRICTS), _province_names()[province])
    return unicodedata.normalize("NFC", ", ".join(parts).replace("_", " "))


# --- names


def _name(dice: _Dice, group: str, sex: Sex, year: int) -> str:
    if group == "kinh":
        words = _kinh(dice, sex, year)
    elif group == "ede":
        words = _ede(dice, sex)
    elif group == "one_word":
        words = dice.word(names.ONE_WORD[sex])
    elif group == "long":
        words = (
            f"{dice.word(names.LONG[sex])} {dice.word(names.GIVEN[sex, False])} {dice.word(names.GIVEN[sex, False])}"
        )
    else:
        words = _three_parts(dice, {"khmer": names.KHMER, "hmong": names.HMONG, "cham": names.CHAM}[group], sex)
    return unicodedata.normalize("NFC", words.replace("_", " "))


def _kinh(dice: _Dice, sex: Sex, year: int) -> str:
    older = year < YOUNG_NAMES_SINCE
    parts = [dice.word(names.FAMILY)]
    if dice.chance(0.97):
        parts.append(dice.word(names.MIDDLE[sex, older]))
    given = dice.word(names.GIVEN[sex, older])
    if not older and dice.chance(0.25):
        parts.append(dice.word(names.MIDDLE[sex, older]).partition("_")[0])
    return " ".join([*_without_repeats(parts), given])


def _without_repeats(parts: list[str]) -> list[str]:
    return list(dict.fromkeys(parts))


def _three_parts(dice: _Dice, lists: Mapping[str, str], sex: Sex) -> str:
    """Family, middle (or `-` for none), given."""
    parts = (dice.word(lists["family"]), dice.word(lists[f"middle {sex}"]), dice.word(lists[sex]))
    return " ".join(part for part in parts if part != "-")


def _ede(dice: _Dice, sex: Sex) -> str:
    """The family name comes last: Y Wik Niê, H'Bia Mlô."""
    first = ("Y " if sex is Sex.MALE else "H'") + dice.word(names.EDE[sex])
    return f"{first} {dice.word(names.EDE['family'])}"


# --- what a scanner reads


def card_text(person: MadeUpPerson, kind: CardKind = CardKind.CHIP_CARD_2021, upper: bool = False) -> str:
    """The QR text of the person's chip card of 2021 (7 fields) or card of 2024 (11 fields, the last four empty)."""
    issued = person.card_issued
    if kind is CardKind.CARD_2024:
        issued = date(2024, 7, 1) + timedelta(days=issued.toordinal() % 180)
    fields = (
        person.number,
        person.old_id,
        person.name.upper() if upper else person.name,
        f"{person.birth_date:%d%m%Y}",
        "Nữ" if person.sex is Sex.FEMALE else "Nam",
        person.address,
        f"{issued:%d%m%Y}",
    )
    return "|".join(fields) + ("||||" if kind is CardKind.CARD_2024 else "")


def app_text(person: MadeUpPerson, masked: bool = False) -> str:
    """The personal QR of the citizen's app (1405/QĐ-BTTTT), name in capitals without diacritics.

    `masked` hides the number's first six characters and the day and month of birth, as the app can.
    """
    number = "*" * 6 + person.number[6:] if masked else person.number
    born = f"{person.birth_date.year}-**-**" if masked else person.birth_date.isoformat()
    extension = f"<{2 if person.sex is Sex.FEMALE else 1}<<<"
    return "|".join((number, plain(person.name).upper(), born, "0", f"QR{person.number[-6:]}", extension))


def plain(name: str) -> str:
    """The name without diacritics."""
    letters = unicodedata.normalize("NFD", name.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


# --- mistakes and files


def with_mistake(person: MadeUpPerson, mistake: Mistake | str) -> MadeUpPerson:
    """The same person with one field wrong. Raises ValueError for a word that names no Mistake.

    A wrong birth date keeps the year and a wrong number its shape, so that both pass a desk's own checks and only the
    national data can tell. A wrong sex contradicts the number: give the desk the right one, the national data the wrong.
    """
    match Mistake(mistake):
        case Mistake.NAME:
            return replace(person, name=_other_tone(person.name))
        case Mistake.BIRTH_DATE:
            return replace(person, birth_date=_other_day(person.birth_date))
        case Mistake.SEX:
            return replace(person, sex=Sex.MALE if person.sex is Sex.FEMALE else Sex.FEMALE)
        case Mistake.NUMBER:
            return replace(person, number=person.number[:-1] + "9")


def _other_tone(name: str) -> str:
    """The name with the next tone on its last vowel, as a tired typist puts it."""
    letters = list(unicodedata.normalize("NFC", name))
    for place in reversed(range(len(letters))):
        base, tone = _split(letters[place])
        if base.lower() in _VOWELS:
            letters[place] = unicodedata.normalize("NFC", base + _TONES[(_TONES.index(tone) + 1) % len(_TONES)])
            break
    return "".join(letters)


def _split(letter: str) -> tuple[str, str]:
    """A letter as (letter without tone, tone mark)."""
    marks = unicodedata.normalize("NFD", letter)
    tone = next((mark for mark in marks if mark in _TONES), "")
    return unicodedata.normalize("NFC", marks.replace(tone, "") if tone else marks), tone


def _other_day(born: date) -> date:
    """Day and month swapped where that is another date of the year, else the day before or after."""
    if born.day <= 12 and born.day != born.month:
        return born.replace(day=born.month, month=born.day)
    return born.replace(day=born.day - 1 if born.day > 1 else 2)


def write_csv(people: Iterable[MadeUpPerson], path: Path) -> None:
    """Write them as `vaxplatform people add` reads them: number, name, birth_date (ISO), sex (male or female)."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("number", "name", "birth_date", "sex"))
        rows.writerows((one.number, one.name, one.birth_date.isoformat(), one.sex.value) for one in people)
