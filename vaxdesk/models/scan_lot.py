"""Lot labels: GS1 element strings (as scanners send them, or printed with brackets) and plain `LOT ... EXP ...` texts. Pure."""

from __future__ import annotations

import calendar
import re
from datetime import date

from vaxdesk.models.values import LotLabel

_PLAIN = re.compile(
    r"\b(?:SỐ LÔ|LOT|LÔ|BATCH)\b[\s:.]*([A-Z0-9][A-Z0-9./-]{2,19})(?:.*?\b(?:EXP|HSD|HD)\b[\s:.]*(\d{2})[/-](\d{4}))?",
    re.IGNORECASE | re.DOTALL,
)
_BRACKETS = re.compile(r"\((01|10|11|17|21)\)([^(]+)")
_FIXED_CHARS = {"01": 14, "11": 6, "17": 6}  # GTIN, production date, expiry (GS1 General Specifications 3.3)
_OPEN = ("10", "21")  # lot, serial: up to 20 characters, ended by FNC1
_OPEN_CHARS_MAX = 20
_FNC1 = "\x1d"
_SYMBOLOGIES = ("]d2", "]C1", "]Q3", "]e0")


def parse_label(text: str) -> LotLabel | None:
    """The label in a text, or None when it is no label: a label needs at least its lot number."""
    found = dict(_BRACKETS.findall(text)) or _elements(text)
    if found.get("10"):
        return LotLabel(
            found["10"].strip(), _expiry(found.get("17", "")), found.get("01", ""), found.get("21", "").strip()
        )
    match = _PLAIN.search(text)
    if match is None:
        return None
    expiry = month_end(int(match[3]), int(match[2])) if match[2] else None
    return LotLabel(match[1].upper(), expiry)


def plain_lot(text: str) -> str:
    """A lot number as it is compared: people type spaces and small letters."""
    return "".join(text.split()).upper()


def month_end(year: int, month: int) -> date | None:
    """The last day of a month; None for a month that is none."""
    return date(year, month, calendar.monthrange(year, month)[1]) if 1 <= month <= 12 else None


def _elements(text: str) -> dict[str, str]:
    """Element string -> application identifiers; empty when anything does not fit."""
    rest = text
    for symbology in _SYMBOLOGIES:
        rest = rest.removeprefix(symbology)
    rest = rest.strip(_FNC1)
    found: dict[str, str] = {}
    while rest:
        ai, rest = rest[:2], rest[2:]
        value = rest[: _FIXED_CHARS[ai]] if ai in _FIXED_CHARS else rest.split(_FNC1)[0]
        if not _fits(ai, value):
            return {}
        found[ai] = value
        rest = rest[len(value) :].removeprefix(_FNC1)
    return found if "01" in found else {}


def _fits(ai: str, value: str) -> bool:
    if ai in _FIXED_CHARS:
        return len(value) == _FIXED_CHARS[ai] and value.isascii() and value.isdecimal()
    return ai in _OPEN and 0 < len(value) <= _OPEN_CHARS_MAX


def _expiry(text: str) -> date | None:
    """YYMMDD; day 00 means the last of the month."""
    if not (len(text) == 6 and text.isascii() and text.isdecimal()):
        return None
    year, month, day = 2000 + int(text[:2]), int(text[2:4]), int(text[4:])
    if day == 0:
        return month_end(year, month)
    try:
        return date(year, month, day)
    except ValueError:
        return None
