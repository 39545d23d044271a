"""What the beginning of a scanned text says about its end. Pure."""

from __future__ import annotations

import re

_CARD_BEGINS = re.compile(r"(?:\][A-Za-z]\d)?\d{12}\|")
_BARS_2021, _BARS_2024 = 6, 10
_ISSUED = re.compile(r"\d{8}")


def begins_as_card(text: str) -> bool:
    """Whether a text starts with a citizen number and a bar: nobody types that."""
    return _CARD_BEGINS.match(text) is not None


def awaits_more(text: str) -> bool:
    """Whether more must come: a card with too few fields, or a certificate, whose end shows nowhere.

    A 2021 card that stands whole may still be the beginning of a 2024 card; that is not waited for.
    """
    if text[:4].upper() in ("HC1:", "VXS1"):
        return True
    if not begins_as_card(text):
        return False
    bars = text.count("|")
    if bars == _BARS_2021:
        return _ISSUED.fullmatch(text.rpartition("|")[2]) is None
    return bars < _BARS_2024
