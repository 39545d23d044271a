"""Names as machine-readable travel documents write them: ICAO 9303 part 3, section 6 (Latin letters). Pure."""

from __future__ import annotations

import unicodedata

FILLER = "<"
SEPARATORS = frozenset(" -‐‑‒–\u00a0")  # a space or any hyphen parts a name; an apostrophe joins its parts
# Letters that are not a letter of A to Z with marks, or whose marks are written out. Everything else loses its marks.
WRITTEN_OUT = {
    "Đ": "D", "Ð": "D", "Ɖ": "D", "Ƀ": "B", "Ħ": "H", "Ł": "L", "Ŧ": "T", "Ŋ": "N", "ĸ": "K", "Ɨ": "I", "Ʉ": "U", "Ɵ": "O",
    "Ä": "AE", "Å": "AA", "Ö": "OE", "Ü": "UE", "Æ": "AE", "Œ": "OE", "Ø": "OE", "Þ": "TH", "ẞ": "SS", "Ĳ": "IJ",
}  # fmt: skip


def transliterated(name: str) -> str:
    """A-Z with `<` between the parts, composed or decomposed alike. Raises ValueError for a letter that has no such form."""
    letters = (_letter(letter) for letter in unicodedata.normalize("NFC", name.upper()))
    return FILLER.join(part for part in "".join(letters).split(FILLER) if part)


def _letter(letter: str) -> str:
    if letter in SEPARATORS:
        return FILLER
    if letter in WRITTEN_OUT:
        return WRITTEN_OUT[letter]
    plain = "".join(WRITTEN_OUT.get(part, part) for part in unicodedata.normalize("NFD", letter))
    kept = "".join(part for part in plain if "A" <= part <= "Z")
    if not kept and unicodedata.category(letter).startswith("L") and letter not in "ʼʹʻ":
        raise ValueError("no Latin form")
    return kept
