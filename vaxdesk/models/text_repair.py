"""Vietnamese text: one folding for every search, one normal form for every name, and repairs that are provably exact. Pure."""

from __future__ import annotations

import re
import unicodedata

NAME_CHARS_MAX = 150
_CONTROLS = re.compile(r"[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def fold(text: str) -> str:
    """Lower case, đ as d, without diacritics, single spaces: the form everything is searched by."""
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return " ".join("".join(ch for ch in plain if not unicodedata.combining(ch)).split())


def normal_name(text: str) -> str:
    """A name as it is stored: NFC, no control characters, single spaces, at most 150 characters."""
    return " ".join(unicodedata.normalize("NFC", _CONTROLS.sub("", text)).split())[:NAME_CHARS_MAX]
