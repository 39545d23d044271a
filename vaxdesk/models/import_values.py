"""What a cell of a list really says, repaired visibly where the repair is certain, refused where something was lost. Pure.

Spreadsheets keep what was typed as numbers and dates of their own: a citizen number loses its leading zero (all province codes begin with 0,
domain.md 2.1), a long number loses its last digits when it is written as 7.93E+10, a date becomes a count of days since 1900 or 1904.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

from vaxdesk.errors import InputRefused, Problem, Severity
from vaxdesk.models import citizen_id, text_repair
from vaxdesk.models.values import CitizenId, Sex

Value = str | int | float | bool | datetime | date | time | None  # what a spreadsheet's or a CSV file's cell gives
SAFE_NUMBER = 10**15  # above it a spreadsheet's number has lost digits
YEARS: Final = range(1900, 2101)
_EPOCH_1900, _EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)
_SERIALS: Final = range(2101, 80_000)
_SCIENTIFIC = re.compile(r"(\d)([.,]\d+)?[eE]\+?(\d{1,2})")
_DECIMALS = re.compile(r"(\d+)[.,]0+")
_DMY = re.compile(r"(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{2,4})(?:[ T]+(\d{1,2}:\d{2})(?::\d{2})?)?")
_YMD = re.compile(r"(\d{4})[/.\-](\d{1,2})[/.\-](\d{1,2})(?:[ T]+(\d{1,2}:\d{2})(?::\d{2})?(?:\.\d+)?)?")
_MONTH_YEAR = re.compile(r"(\d{1,2})\s*[/.\-]\s*(\d{4})")
_CLOCK = re.compile(r"(\d{1,2})\s*(?:[:hg]\s*(\d{2})?(?::\d{2})?)", re.IGNORECASE)
_SEPARATORS = re.compile(r"[ .\u00a0-]")
_SEXES: Final = {
    "nam": Sex.MALE, "nu": Sex.FEMALE, "male": Sex.MALE, "female": Sex.FEMALE, "m": Sex.MALE, "f": Sex.FEMALE,
    "ong": Sex.MALE, "ba": Sex.FEMALE, "trai": Sex.MALE, "gai": Sex.FEMALE, "nam gioi": Sex.MALE, "nu gioi": Sex.FEMALE,
}  # fmt: skip


@dataclass(slots=True)
class Remarks:
    """What is noted while one row is read: repairs to be seen, and what stands against the row."""

    repairs: list[Problem]
    against: list[Problem]

    def repaired(self, code: str, field: str, **params: str) -> None:
        """Something was put right, and is shown."""
        self.repairs.append(Problem(code, field, Severity.INFO, params))

    def refuse(self, code: str, field: str, **params: str) -> None:
        """The row cannot be taken in."""
        self.against.append(Problem(code, field, Severity.STOP, params))


def text_of(value: Value) -> str:
    """A cell as text, without blanks around it: whole numbers without a point, dates as dd/MM/yyyy."""
    if isinstance(value, str):
        return value.strip()
    if value is None:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < SAFE_NUMBER else repr(value)
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y}" if value.time() == time() else f"{value:%d/%m/%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return f"{value:%H:%M}" if isinstance(value, time) else str(value)


def is_error(value: Value) -> bool:
    """Whether a spreadsheet could not work the cell out: #REF!, #N/A."""
    return isinstance(value, str) and value.startswith("#") and value.rstrip("!?").isupper() and len(value) < 16


def number_text(value: Value, remarks: Remarks) -> str:
    """The digits of a citizen number's cell, before anything is judged; empty after a refusal."""
    if isinstance(value, bool | date | time) or (isinstance(value, float) and not _is_whole(value)):
        remarks.refuse("import-number-lost", "citizen_id", given=text_of(value)[:30])
        return ""
    text = text_of(value).lstrip("'")
    if match := _SCIENTIFIC.fullmatch(text):
        digits = match[1] + (match[2] or "")[1:]
        if len(digits) < int(match[3]) + 1:  # the rest was rounded away
            remarks.refuse("import-number-lost", "citizen_id", given=text[:30])
            return ""
        return str(int(Decimal(text.replace(",", "."))))
    if match := _DECIMALS.fullmatch(text):
        return match[1] if len(match[1]) >= 9 else text
    return text


def with_zeros(text: str, birth_date: str, sex: Sex, remarks: Remarks) -> str:
    """A number of 10 or 11 digits with its leading zeros, where province, century, year and sex all fit; else it is refused."""
    digits = _SEPARATORS.sub("", text)
    lost = citizen_id.DIGITS - len(digits)
    if lost not in (1, 2) or not (digits.isascii() and digits.isdecimal()) or digits[0] == "0":
        return text
    try:
        number = citizen_id.parse("0" * lost + digits)
    except InputRefused:
        number = None
    if number is None or not _fits(number, birth_date, sex):
        remarks.refuse("import-zeros-do-not-fit", "citizen_id", count=str(len(digits)))
        return ""
    remarks.repaired("import-zeros-restored", "citizen_id", count=str(len(digits)), number=number.masked)
    return number.digits


def _fits(number: CitizenId, birth_date: str, sex: Sex) -> bool:
    """A repair needs evidence: a known province, and a birth year that agrees."""
    return (
        bool(birth_date) and citizen_id.region_of(number) is not None and not citizen_id.check(number, birth_date, sex)
    )


def _is_whole(value: float) -> bool:
    return value.is_integer() and abs(value) < SAFE_NUMBER


def name_of(value: Value, remarks: Remarks) -> str:
    """A name in NFC, without stray blanks, its capitals as they are."""
    if not isinstance(value, str):
        if value is not None:
            remarks.refuse("import-name-unreadable", "name", given=text_of(value)[:30])
        return ""
    whole = text_repair.repaired(value)
    name = text_repair.normal_name(whole)
    if whole is not value:
        remarks.repaired("import-name-repaired", "name", name=name)
    if text_repair.is_garbled(name):
        remarks.refuse("import-name-garbled", "name", given=name[:60])
    elif name and not any(ch.isalpha() for ch in name):
        remarks.refuse("import-name-unreadable", "name", given=name[:30])
    return name


def sex_of(value: Value, remarks: Remarks) -> Sex:
    """Nam/Nữ in their usual spellings; unknown for an empty cell."""
    text = text_of(value)
    if not text:
        return Sex.UNKNOWN
    found = _SEXES.get(text_repair.fold(text).strip(". "))
    if found is None:
        remarks.refuse("import-sex-unknown", "sex", given=text[:20])
    return found or Sex.UNKNOWN


def phone_of(value: Value, remarks: Remarks) -> str:
    """A phone number, with the zero a spreadsheet took away."""
    text = text_of(value).lstrip("'")
    digits = _SEPARATORS.sub("", text)
    if len(digits) == 9 and digits.isdecimal() and digits[0] in "235789":
        remarks.repaired("import-phone-zero", "phone", number=f"0{digits}")
        return f"0{digits}"
    return text[:40]


def birth_of(value: Value, is_1904: bool, remarks: Remarks) -> str:
    """YYYY-MM-DD, or YYYY where only the year is known; empty for an empty cell or after a refusal."""
    if isinstance(value, str) and (year := _only_year(value.strip())):
        if year != value.strip():
            remarks.repaired("import-only-year", "birth_date", given=value.strip()[:20], year=year)
        return year
    if isinstance(value, int | float) and not isinstance(value, bool) and value in YEARS:
        return str(int(value))
    found = day_of(value, is_1904, "birth_date", remarks)
    return found.isoformat() if found else ""


def _only_year(text: str) -> str:
    """1950, 00/00/1950 or 10/1950: no day, so the year is what is known."""
    if len(text) == 4 and text.isdecimal() and int(text) in YEARS:
        return text
    if match := _MONTH_YEAR.fullmatch(text):
        return match[2] if int(match[2]) in YEARS and int(match[1]) <= 12 else ""
    match = _DMY.fullmatch(text)
    return match[3] if match and len(match[3]) == 4 and int(match[1]) == 0 and int(match[2]) <= 12 else ""


def day_of(value: Value, is_1904: bool, field: str, remarks: Remarks) -> date | None:
    """A day: a date cell, d/M/yyyy, yyyy-M-d, or a spreadsheet's count of days. None for an empty cell or after a refusal."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = text_of(value)
    if not text:
        return None
    found = _written(text) or _counted(text, is_1904, field, remarks)
    if found is None:
        code = "import-year-two-digits" if _has_short_year(text) else "date-unreadable"
        remarks.refuse(code, field, given=text[:30])
    return found


def _written(text: str) -> date | None:
    if match := _DMY.fullmatch(text):
        return _day(match[3], match[2], match[1])
    if match := _YMD.fullmatch(text):
        return _day(match[1], match[2], match[3])
    return None


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day)) if len(year) == 4 else None
    except ValueError:
        return None


def _has_short_year(text: str) -> bool:
    match = _DMY.fullmatch(text)
    return match is not None and len(match[3]) < 4


def _counted(text: str, is_1904: bool, field: str, remarks: Remarks) -> date | None:
    """A count of days since 1900 or 1904, or ddMMyyyy written as a number."""
    whole = text.split(".")[0] if re.fullmatch(r"\d{4,5}\.\d+", text) else text
    if not (whole.isascii() and whole.isdecimal()):
        return None
    found = None
    if len(whole) in (7, 8):
        padded = whole.zfill(8)
        found = _day(padded[4:], padded[2:4], padded[:2])
    elif int(whole) in _SERIALS:
        found = (_EPOCH_1904 if is_1904 else _EPOCH_1900) + timedelta(days=int(whole))
    if found is not None:
        remarks.repaired("import-date-counted", field, given=whole, day=f"{found:%d/%m/%Y}")
    return found


def clock_of(value: Value, remarks: Remarks) -> time | None:
    """A time of day: a time cell, 8:30, 8h30, or a part of a day. None for an empty cell or after a refusal."""
    if isinstance(value, datetime):
        return value.time().replace(microsecond=0)
    if isinstance(value, time):
        return value.replace(microsecond=0)
    if isinstance(value, float) and 0 <= value < 1:
        return (datetime.min + timedelta(minutes=round(value * 24 * 60) % (24 * 60))).time()
    text = text_of(value)
    if not text:
        return None
    match = _CLOCK.fullmatch(text)
    if match and int(match[1]) < 24 and int(match[2] or 0) < 60:
        return time(int(match[1]), int(match[2] or 0))
    remarks.refuse("import-time-unreadable", "occurred_at", given=text[:20])
    return None


def clock_in_day(value: Value) -> time | None:
    """The time of day that a day's cell holds beside the day."""
    if isinstance(value, datetime):
        return value.time().replace(microsecond=0) if value.time() != time() else None
    match = (_DMY.fullmatch(value.strip()) or _YMD.fullmatch(value.strip())) if isinstance(value, str) else None
    return clock_of(match[4], Remarks([], [])) if match and match[4] else None
