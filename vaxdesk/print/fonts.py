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

ASCENT, DESCENT = 1.0, 0.265  # of the size; Ễ and ỵ stay inside
STROKED = {"ƀ": "b", "Ƀ": "B"}
ALIKE = {"ʼ": "’", "‑": "-", "\u00a0": " ", "\u00ad": ""}


class Face(StrEnum):
    """The faces the forms use."""

    REGULAR = "BeVietnamPro-Regular"
    MEDIUM = "BeVietnamPro-Medium"
    BOLD = "BeVietnamPro-SemiBold"
    ITALIC = "BeVietnamPro-Italic"


@dataclass(frozen=True, slots=True)
class Run:
    """Letters to draw in one go. `actual` is what they stand for when it is not the same; `stroked`: a bar through them."""

    drawn: str
    actual: str = ""
    stroked: bool = False


@cache
def face_names() -> tuple[str, ...]:
    """Registers the faces, once a process."""
    rl_config.useA85 = 0  # plain binary streams: a third smaller, and nothing spent on encoding
    files = Path(fontpkg_be_vietnam_pro.ROOT) / "files"
    for face in Face:
        pdfmetrics.registerFont(TTFont(face.value, str(files / f"{face.value}.ttf")))
    return tuple(face.value for face in Face)


@cache
def _glyphs() -> frozenset[int]:
    face_names()
    found: Any = pdfmetrics.getFont(Face.REGULAR.value).face.charToGlyph
    return frozenset(found)


def width_pt(text: str, face: Face, size_pt: float) -> float:
    """How wide a text is drawn."""
    return float(pdfmetrics.stringWidth(drawn(text), face.value, size_pt))


def visible(text: str) -> str:
    """A text as a page may show it: NFC, one line, without invisible characters (bidi marks, joiners, controls)."""
    kept = (" " if character.isspace() else character for character in unicodedata.normalize("NFC", text))
    return " ".join(
        "".join(c for c in kept if unicodedata.category(c) not in ("Cf", "Cc", "Cs", "Co", "Cn")).split()
    )


def drawn(text: str) -> str:
    """The glyphs that stand for a text."""
    if text.isascii():
        return text
    return "".join(run.drawn for run in runs(text))


def runs(text: str) -> Iterator[Run]:
    """A text cut at the letters that are drawn from parts. Raises ProofFailed `print-letter-missing`."""
    glyphs, plain = _glyphs(), ""
    for character in text:
        if ord(character) in glyphs:
            plain += character
            continue
        if plain:
            yield Run(plain)
        plain = ""
        yield _from_parts(character)
    if plain:
        yield Run(plain)


def _from_parts(character: str) -> Run:
    if character in STROKED:
        return Run(STROKED[character], character, stroked=True)
    parts = ALIKE.get(character) or unicodedata.normalize("NFD", character)
    if any(ord(part) not in _glyphs() for part in parts):
        raise ProofFailed("print-letter-missing", letter=f"U+{ord(character):04X}")
    return Run(parts, character)
