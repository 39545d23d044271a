"""Be Vietnam Pro, embedded in every page, and the few letters it does not have.

Minority languages write letters (ŏ, ŭ, ƀ ...) that the font lacks as one glyph: they are drawn from parts, and the text layer
is told the true letter. What cannot be drawn at all stops the page; a name is never printed with a hole in it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import fontpkg_be_vietnam_pro
from reportlab import rl_config
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from vaxdesk.errors import ProofFailed

ASCENT, DESCENT = 1.0, 0.265  # of the size; Á and ỵ stay inside
TALL = 1.22  # a capital under two marks: Ắ, Ể, Ỗ
STROKED = {"ƀ": "b", "Ƀ": "B"}
BESIDE, BELOW = "\u031b", "\u0323"  # the horn and the dot take no room above a letter
BREVE, SPACING_BREVE = "\u0306", "\u02d8"
CAP_LIFT, STACK_LIFT = 0.17, 0.2  # of the size: over a capital, over another mark
ALIKE = {"ʼ": "’", "‑": "-", "\u00a0": " ", "\u00ad": ""}


class Face(StrEnum):
    """The faces the forms use."""

    REGULAR = "BeVietnamPro-Regular"
    MEDIUM = "BeVietnamPro-Medium"
    BOLD = "BeVietnamPro-SemiBold"
    ITALIC = "BeVietnamPro-Italic"


@dataclass(frozen=True, slots=True)
class Run:
    """Letters to draw in one go. `actual` is what they stand for when it is not the same; `stroked`: a bar through the
    letter; `breve_lift`: a breve over its middle, this much higher than over an x, as a part of the size."""

    drawn: str
    actual: str = ""
    stroked: bool = False
    breve_lift: float | None = None


@cache
def face_names() -> tuple[str, ...]:
    """Registers the faces, once a process."""
    rl_config.useA85 = 0  # plain binary streams: a third smaller, and nothing spent on encoding
    files = Path(fontpkg_be_vietnam_pro.ROOT) / "files"
    for face in Face:
        pdfmetrics.registerFont(TTFont(face.value, str(files / f"{face.value}.ttf")))
    return tuple(face.value for face in Face)


@cache
def _whole() -> frozenset[str]:
    """The characters that the font draws as they are."""
    face_names()
    found: Any = pdfmetrics.getFont(Face.REGULAR.value).face.charToGlyph
    return frozenset(map(chr, found)) - {BREVE}


def width_pt(text: str, face: Face, size_pt: float) -> float:
    """How wide a text is drawn."""
    return float(pdfmetrics.stringWidth(drawn(text), face.value, size_pt))


def rise(text: str) -> float:
    """How far a text reaches above its baseline, as a part of the size."""
    if text.isascii():
        return ASCENT
    return TALL if any(map(_is_tall, _letters(unicodedata.normalize("NFC", text)))) else ASCENT


@cache
def _is_tall(letter: str) -> bool:
    base, *marks = tuple(unicodedata.normalize("NFD", letter))
    return base.isupper() and sum(mark not in (BESIDE, BELOW) for mark in marks) > 1


def visible(text: str) -> str:
    """A text as a page may show it: NFC, one line, without invisible characters (bidi marks, joiners, controls)."""
    kept = (" " if character.isspace() else character for character in unicodedata.normalize("NFC", text))
    return " ".join("".join(c for c in kept if unicodedata.category(c) not in ("Cf", "Cc", "Cs", "Co", "Cn")).split())


def drawn(text: str) -> str:
    """The glyphs that stand for a text."""
    return text if _whole().issuperset(text) else "".join(run.drawn for run in runs(text))


def runs(text: str) -> Iterator[Run]:
    """A text cut at the letters that are drawn from parts. Raises ProofFailed `print-letter-missing`."""
    if _whole().issuperset(text):
        yield Run(text)
        return
    plain = ""
    for letter in _letters(text):
        if letter in _whole():
            plain += letter
            continue
        if plain:
            yield Run(plain)
        plain = ""
        yield _from_parts(letter)
    if plain:
        yield Run(plain)


def _letters(text: str) -> Iterator[str]:
    """Letters with the breve that follows them; the other combining marks have glyphs that sit where they should."""
    held = ""
    for character in text:
        if held and character == BREVE:
            yield held + character
            held = ""
            continue
        if held:
            yield held
        held = character
    if held:
        yield held


def _from_parts(letter: str) -> Run:
    if letter in STROKED:
        return Run(STROKED[letter], letter, stroked=True)
    parts = ALIKE[letter] if letter in ALIKE else unicodedata.normalize("NFD", letter)
    if parts.endswith(BREVE):
        base = unicodedata.normalize("NFC", parts.removesuffix(BREVE))
        stacked = len(unicodedata.normalize("NFD", base).rstrip(BESIDE)) > 1  # the horn of ơ and ư stands beside
        lift = CAP_LIFT * base.isupper() + STACK_LIFT * stacked
        base = "ı" if base == "i" else base
        run = Run(base, letter, breve_lift=lift)
        parts = base + SPACING_BREVE
    else:
        run = Run(parts, letter)
    if not _whole().issuperset(parts):
        raise ProofFailed("print-letter-missing", letter=f"U+{ord(letter[0]):04X}")
    return run
