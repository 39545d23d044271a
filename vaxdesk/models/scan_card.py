"""Identity cards and the citizen's app, field by field. Pure.

Card: `number|old number|name|ddMMyyyy|Nam or Nữ|address|ddMMyyyy` (2021), with four more fields on the 2024 card (Circular 16/2024/TT-BCA).
App: `number|NAME|yyyy-MM-dd|kind|QID|extension` (1405/QĐ-BTTTT); number and birth date may be masked with `*`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from vaxdesk.errors import InputRefused, Problem, ScanError, Severity
from vaxdesk.models import citizen_id
from vaxdesk.models.text_repair import (
    case_put_right,
    fold,
    has_controls,
    is_garbled,
    marks,
    normal_name,
    repaired,
    went_through_input_method,
)
from vaxdesk.models.values import CardKind, CitizenId, IdentityCard, PersonDraft, Sex

FIELDS_2021, FIELDS_2024 = 7, 11
APP_FIELDS_MIN = 3
_ISO = re.compile(r"[\d*]{4}-[\d*]{2}-[\d*]{2}")
_SEXES = {"nam": Sex.MALE, "nu": Sex.FEMALE}
_APP_SEXES = {"1": Sex.MALE, "2": Sex.FEMALE}
_APP_SEX, _APP_PHONE = 1, 3


@dataclass(frozen=True, slots=True, repr=False)
class _Fields:
    """The seven fields every chip card has, and what follows them."""

    number: str
    old_id: str
    name: str
    birth: str
    sex: str
    address: str
    issued: str
    tail: tuple[str, ...]


def parse_card(text: str, today: date) -> IdentityCard:
    """The card in a text with `|`. Raises ScanError with everything that is wrong."""
    mended, notes = _mended(text)
    fields = [field.strip() for field in mended.split("|")]
    if len(fields) >= APP_FIELDS_MIN and _ISO.fullmatch(fields[2]):
        return _app_card(fields, notes)
    if len(fields) < FIELDS_2021:
        raise ScanError(_problem("scan-fields-missing", count=str(len(fields))))
    if len(fields) > FIELDS_2024:
        raise ScanError(_problem("scan-fields-extra", count=str(len(fields))))
    number, old_id, name, birth, sex, address, issued = fields[:FIELDS_2021]
    card = _Fields(number, old_id, name, birth, sex, address, issued, tuple(fields[FIELDS_2021:]))
    return _chip_card(card, notes, today)


def _mended(text: str) -> tuple[str, list[Problem]]:
    """The text put together again and read in the right page, where that is exact; each repair leaves a note."""
    notes: list[Problem] = []
    composed = unicodedata.normalize("NFC", text)
    if composed != text:
        notes.append(Problem("scan-name-recomposed", "scan", Severity.INFO))
    mended = repaired(composed)
    if mended != composed:
        notes.append(Problem("scan-text-repaired", "scan", Severity.WARN))
    turned = case_put_right(mended)
    if turned != mended:
        notes.append(Problem("scan-case-turned", "scan", Severity.INFO))
        mended = turned
    if has_controls(mended):
        notes.append(Problem("scan-controls-removed", "scan", Severity.WARN))
    return mended, notes


def _chip_card(card: _Fields, notes: list[Problem], today: date) -> IdentityCard:
    problems = _damage(card.name, card.address)
    number = _number(card.number, problems)
    born, issued = _day(card.birth), _day(card.issued)
    sex = _SEXES.get(fold(card.sex), Sex.UNKNOWN)
    problems += _unreadable(card, born, issued, sex)
    if number is None or born is None or problems:
        raise ScanError(*problems)
    found = citizen_id.check(number, born.isoformat(), sex)
    if stops := [problem for problem in found if problem.severity is Severity.STOP]:
        raise ScanError(*stops)
    notes += [*found, *_doubts(card, issued, today)]
    person = PersonDraft(
        number.digits,
        normal_name(card.name),
        born.isoformat(),
        sex,
        card.old_id,
        address=normal_name(card.address),
    )
    kind = CardKind.CARD_2024 if card.tail else CardKind.CHIP_CARD_2021
    return IdentityCard(kind, person, issued, False, card.tail, tuple(notes))


def _unreadable(card: _Fields, born: date | None, issued: date | None, sex: Sex) -> list[Problem]:
    """What is missing or cannot be read on a chip card."""
    old_id_fits = not card.old_id or (len(card.old_id) == 9 and card.old_id.isascii() and card.old_id.isdecimal())
    checks = (
        (bool(normal_name(card.name)), "name-missing", "name"),
        (born is not None, "scan-birth-date-unreadable", "birth_date"),
        (issued is not None, "scan-issue-date-unreadable", "scan"),
        (sex is not Sex.UNKNOWN, "scan-sex-unreadable", "sex"),
        (old_id_fits, "scan-old-number-unreadable", "old_id"),
        (not (born and issued and issued < born), "scan-issued-before-birth", "scan"),
    )
    return [Problem(code, field) for fits, code, field in checks if not fits]


def _doubts(card: _Fields, issued: date | None, today: date) -> list[Problem]:
    """What is shown to be compared with the card, but does not stop."""
    doubts: list[Problem] = []
    if not marks(card.name):
        doubts.append(Problem("scan-name-without-marks", "name", Severity.WARN))
    if issued and issued > today:
        doubts.append(Problem("scan-issued-in-future", "scan", Severity.WARN))
    return doubts


def _app_card(fields: list[str], notes: list[Problem]) -> IdentityCard:
    number, name, birth = fields[:APP_FIELDS_MIN]
    extension = fields[5].split("<") if len(fields) > 5 else []
    problems = _damage(name, "")
    masked = "*" in number or "*" in birth
    if not masked:
        parsed = _number(number, problems)
        number = parsed.digits if parsed else ""
        if not _is_iso_day(birth):
            problems.append(Problem("scan-birth-date-unreadable", "birth_date"))
    if not normal_name(name):
        problems.append(Problem("name-missing", "name"))
    if problems:
        raise ScanError(*problems)
    sex = _APP_SEXES.get(_at(extension, _APP_SEX), Sex.UNKNOWN)
    phone = _at(extension, _APP_PHONE)
    person = PersonDraft(
        number, normal_name(name), birth, sex, phone=phone if phone.isascii() and phone.isdecimal() else ""
    )
    return IdentityCard(CardKind.CITIZEN_APP, person, None, masked, tuple(fields[APP_FIELDS_MIN:]), tuple(notes))


def _damage(name: str, address: str) -> list[Problem]:
    """Evidence that the text is not what the card says."""
    if is_garbled(f"{name} {address}"):
        return [_problem("scan-garbled")]
    if went_through_input_method(name):
        return [_problem("scan-input-method", "name")]
    if name and address and not marks(name) and not marks(address):
        return [_problem("scan-marks-lost")]
    return []


def _number(text: str, problems: list[Problem]) -> CitizenId | None:
    try:
        return citizen_id.parse(text)
    except InputRefused as refused:
        problems.extend(refused.problems)
        return None


def _day(text: str) -> date | None:
    if not (len(text) == 8 and text.isascii() and text.isdecimal()):
        return None
    try:
        return date(int(text[4:]), int(text[2:4]), int(text[:2]))
    except ValueError:
        return None


def _is_iso_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def _at(parts: list[str], index: int) -> str:
    return parts[index] if len(parts) > index else ""


def _problem(code: str, field: str = "scan", **params: str) -> Problem:
    return Problem(code, field, params=MappingProxyType(params))
