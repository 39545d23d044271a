"""What a scanner read: identity cards, the citizen's app, certificates, slips and lot labels. Pure; the text is never trusted.

A text is taken whole, repaired visibly (a note on the card), or refused with a sentence. Nothing is guessed silently.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from datetime import date
from types import MappingProxyType

from vaxdesk.errors import InputRefused, Problem, ScanError, Severity
from vaxdesk.models import citizen_id
from vaxdesk.models.text_repair import fold, normal_name
from vaxdesk.models.values import (
    CardKind,
    CertificateText,
    IdentityCard,
    LotLabel,
    PersonDraft,
    Scan,
    Sex,
    SlipText,
)

SCAN_CHARS_MAX = 4096
CARD_FIELDS_2021, CARD_FIELDS_2024 = 7, 11
_ISO = re.compile(r"[\d*]{4}-[\d*]{2}-[\d*]{2}")
_EDGES = "\r\n\t \ufeff\u0000\u0002\u0003\u001d"
_SEXES = {"nam": Sex.MALE, "nu": Sex.FEMALE}
_APP_SEXES = {"1": Sex.MALE, "2": Sex.FEMALE}
_LABEL = re.compile(
    r"(?:LOT|LÔ|SỐ LÔ|BATCH)[\s:.]*([A-Z0-9./-]{3,20})(?:.*?(?:EXP|HSD|HD)[\s:.]*(\d{2})[/-](\d{4}))?", re.I
)
_AI = {"01": 14, "17": 6, "11": 6, "10": 20, "21": 20}


def parse(untrusted_text: str, today: date) -> Scan:
    """The card, certificate, slip or label in a scanned text. Raises ScanError with every problem found."""
    if len(untrusted_text) > SCAN_CHARS_MAX:
        raise _refused("scan-too-long")
    text = untrusted_text.strip(_EDGES)
    if not text:
        raise _refused("scan-empty")
    if text.startswith("HC1:"):
        return CertificateText(text)
    if text.startswith("VXS1:"):
        return SlipText(text)
    if "|" in text:
        return _card(text, today)
    label = _lot_label(untrusted_text.strip("\r\n\t \ufeff"))
    return label if label is not None else _typed(text)


def _typed(text: str) -> IdentityCard:
    try:
        number = citizen_id.parse(text)
    except InputRefused as refused:
        if any(ch.isdigit() for ch in text) and len(text) <= 20:
            raise ScanError(*refused.problems) from refused
        raise _refused("scan-unknown") from refused
    return IdentityCard(CardKind.TYPED_NUMBER, PersonDraft(citizen_id=number.digits))


def _card(text: str, today: date) -> IdentityCard:
    notes: list[Problem] = []
    composed = unicodedata.normalize("NFC", text)
    if composed != text:
        notes.append(Problem("scan-name-recomposed", "scan", Severity.INFO))
    repaired = _repair(composed)
    if repaired != composed:
        notes.append(Problem("scan-text-repaired", "scan", Severity.WARN))
    fields = repaired.split("|")
    if len(fields) >= 3 and _ISO.fullmatch(fields[2].strip()):
        return _app_card(fields, notes)
    return _chip_card(fields, notes, today)


def _repair(text: str) -> str:
    """UTF-8 that was read as a single-byte page, turned back when that gives exact Vietnamese; else as it is."""
    for page in ("cp1252", "latin-1"):
        try:
            turned = text.encode(page).decode("utf-8")
        except (UnicodeEncodeError, UnicodeDecodeError):
            continue
        if turned != text:
            return unicodedata.normalize("NFC", turned)
    return text


def _chip_card(fields: list[str], notes: list[Problem], today: date) -> IdentityCard:
    if len(fields) < CARD_FIELDS_2021:
        raise _refused("scan-fields-missing", count=str(len(fields)))
    if len(fields) > CARD_FIELDS_2024:
        raise _refused("scan-fields-extra", count=str(len(fields)))
    number, old_id, name, birth, sex, address, issued = (field.strip() for field in fields[:7])
    problems = _damage(name, address)
    try:
        parsed = citizen_id.parse(number)
    except InputRefused as refused:
        raise ScanError(*refused.problems, *problems) from refused
    born, issue_date = _day(birth), _day(issued)
    if born is None:
        problems.append(Problem("scan-birth-date-unreadable", "birth_date"))
    if issue_date is None:
        problems.append(Problem("scan-issue-date-unreadable", "scan"))
    if fold(sex) not in _SEXES:
        problems.append(Problem("scan-sex-unreadable", "sex"))
    if old_id and not (len(old_id) == 9 and old_id.isdecimal() and old_id.isascii()):
        problems.append(Problem("scan-old-number-unreadable", "old_id"))
    if not name:
        problems.append(Problem("name-missing", "name"))
    if born and issue_date and issue_date < born:
        problems.append(Problem("scan-issued-before-birth", "scan"))
    if not problems and born:
        found = citizen_id.check(parsed, born.isoformat(), _SEXES[fold(sex)])
        problems += [p for p in found if p.severity is Severity.STOP]
        notes += [p for p in found if p.severity is not Severity.STOP]
    if problems:
        raise ScanError(*problems)
    if fold(name) == name.lower() and fold(address) != address.lower():
        notes.append(Problem("scan-name-without-marks", "name", Severity.WARN))
    if issue_date and issue_date > today:
        notes.append(Problem("scan-issued-in-future", "scan", Severity.WARN))
    assert born is not None
    kind = CardKind.CHIP_CARD_2021 if len(fields) == CARD_FIELDS_2021 else CardKind.CARD_2024
    person = PersonDraft(
        parsed.digits, normal_name(name), born.isoformat(), _SEXES[fold(sex)], old_id, "", normal_name(address)
    )
    return IdentityCard(kind, person, issue_date, False, tuple(fields[7:]), tuple(notes))


def _app_card(fields: list[str], notes: list[Problem]) -> IdentityCard:
    number, name, birth = (field.strip() for field in fields[:3])
    extension = fields[5].split("<") if len(fields) > 5 else []
    masked = "*" in number or "*" in birth
    if problems := _damage(name, ""):
        raise ScanError(*problems)
    if not masked:
        try:
            number = citizen_id.parse(number).digits
        except InputRefused as refused:
            raise ScanError(*refused.problems) from refused
        if _iso_day(birth) is None:
            raise _refused("scan-birth-date-unreadable", field="birth_date")
    sex = _APP_SEXES.get(extension[1], Sex.UNKNOWN) if len(extension) > 1 else Sex.UNKNOWN
    phone = extension[3] if len(extension) > 3 and extension[3].isdecimal() else ""
    person = PersonDraft(number, normal_name(name), birth.replace("-**", ""), sex, phone=phone)
    return IdentityCard(CardKind.CITIZEN_APP, person, None, masked, tuple(fields[3:]), tuple(notes))


def _damage(name: str, address: str) -> list[Problem]:
    """Evidence that the text is not what the card says."""
    both = f"{name} {address}"
    if "\ufffd" in both or re.search(r"\w\?|\?\w", both):
        return [Problem("scan-garbled", "scan")]
    if re.search(r"[\u0080-\u009f]|Ã.|áº|á»|Ä‘", both):
        return [Problem("scan-garbled", "scan")]
    if re.search(r"\d", name) or re.search(r"(?:aa|ee|oo|dd|[aou]w)[sfrxj]?\b|[aeiouy]{1,3}\w?[fjz]\b", name, re.I):
        return [Problem("scan-input-method", "name")]
    return []


def _day(text: str) -> date | None:
    if not (len(text) == 8 and text.isascii() and text.isdecimal()):
        return None
    try:
        return date(int(text[4:]), int(text[2:4]), int(text[:2]))
    except ValueError:
        return None


def _iso_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _lot_label(text: str) -> LotLabel | None:
    if match := _LABEL.search(text):
        expiry = _month_end(int(match[3]), int(match[2])) if match[2] else None
        return LotLabel(match[1].upper(), expiry)
    found = dict(re.findall(r"\((01|10|17|21)\)([^(]+)", text)) or _gs1(text.removeprefix("]d2").removeprefix("]C1"))
    if not found.get("10"):
        return None
    return LotLabel(found["10"].strip(), _gs1_day(found.get("17", "")), found.get("01", ""), found.get("21", ""))


def _gs1(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    rest = text.strip("\u001d")
    if not rest.startswith("01") or len(rest) < 20:
        return {}
    while rest:
        ai, rest = rest[:2], rest[2:]
        if ai not in _AI:
            return {}
        fixed = ai in ("01", "11", "17")
        value = rest[: _AI[ai]] if fixed else rest.split("\u001d")[0]
        found[ai] = value
        rest = rest[len(value) :].lstrip("\u001d")
    return found


def _gs1_day(text: str) -> date | None:
    if not (len(text) == 6 and text.isdecimal()):
        return None
    year, month, day = 2000 + int(text[:2]), int(text[2:4]), int(text[4:])
    if day == 0:
        return _month_end(year, month)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _month_end(year: int, month: int) -> date | None:
    return date(year, month, calendar.monthrange(year, month)[1]) if 1 <= month <= 12 else None


def _refused(code: str, field: str = "scan", **params: str) -> ScanError:
    return ScanError(Problem(code, field, params=MappingProxyType(params)))
