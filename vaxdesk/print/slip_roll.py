"""The dose slip on a thermal roll of 80 or 58 mm: as long as what stands on it, black only, its code in whole dots of the print head.

Thermal heads print 203 dots an inch, 8 a millimetre; of a roll's width they reach the middle 72 and 48 mm.
"""

from __future__ import annotations

from dataclasses import fields, replace
from math import ceil, floor

from vaxdesk.print import qr
from vaxdesk.print.fonts import Face
from vaxdesk.print.frame import Type, type_of
from vaxdesk.print.layout import Page, Paper, Style, fit
from vaxdesk.print.sheets import SlipSheet, Words
from vaxdesk.print.slip_page import DOCUMENT, REST, TITLE, WAITING, facts

DPI = 203
DOTS_PER_MM = 8
LENGTH_MM_MAX = 400
ROLLS = {
    paper.name: paper
    for paper in (Paper("80mm", 80, LENGTH_MM_MAX, 4, 0.86), Paper("58mm", 58, LENGTH_MM_MAX, 5, 0.78))
}


def render(sheet: SlipSheet, paper_name: str) -> bytes:
    """The slip as PDF, cut to its length. Raises ProofFailed when something does not fit, PrintError for a QR text too long."""
    roll = ROLLS[paper_name]
    end = _draw(Page(roll, DOCUMENT), sheet)
    page = Page(replace(roll, height_mm=ceil(end + roll.margin_mm)), DOCUMENT)
    _draw(page, sheet)
    return page.pdf()


def _draw(page: Page, sheet: SlipSheet) -> float:
    """Everything from the top; returns the bottom edge in mm."""
    paper, kind = page.paper, _black(type_of(page.paper))
    left, width, middle = paper.margin_mm, paper.inner_mm, paper.width_mm / 2
    y = page.block(middle, paper.margin_mm, fit(sheet.unit, kind.unit, width, 3), "centre")
    y = page.block(middle, y + 0.6, fit(TITLE.vi, kind.title, width), "centre")
    y = page.block(middle, y - 0.4, fit(TITLE.en, kind.label_en, width), "centre") + 0.8
    page.rule(left, y, left + width, y, 0.8)
    y += 1.2
    for place, (words, value) in enumerate(facts(sheet)):
        y = _line(page, y, words, value, kind.value if place else kind.name) + 0.8
    page.rule(left, y, left + width, y, 0.8)
    y = _code(page, y + 1, sheet)
    for words in (WAITING, REST):
        y = page.block(middle, y, fit(words.vi, kind.note, width, 5), "centre")
        y = page.block(middle, y, fit(words.en, kind.note_en, width, 5), "centre") + 1.2
    return page.block(middle, y, fit(sheet.reference, kind.foot, width, 2), "centre")


def _line(page: Page, top: float, words: Words, value: str, style: Style) -> float:
    """The label over its value: a narrow paper has no room beside it."""
    left, width, kind = page.paper.margin_mm, page.paper.inner_mm, _black(type_of(page.paper))
    small = replace(kind.label_en, face=Face.REGULAR)
    y = page.block(left, top, fit(f"{words.vi} · {words.en}", small, width))
    return page.block(left, y - 0.3, fit(value, style, width, 4))


def _code(page: Page, top: float, sheet: SlipSheet) -> float:
    """The code in the middle, its modules and its place whole dots of the head; returns the bottom of its quiet zone."""
    code = qr.encode(sheet.qr_text, min(qr.SIDE_MM_MAX, page.paper.inner_mm), DOTS_PER_MM)
    left = floor((page.paper.width_mm - code.side_mm) / 2 * DOTS_PER_MM) / DOTS_PER_MM - code.quiet_mm
    return page.qr(left, ceil(top * DOTS_PER_MM) / DOTS_PER_MM, code)


def _black(kind: Type) -> Type:
    """Without greys, which a thermal head turns into a pattern of dots."""
    return Type(**{each.name: replace(getattr(kind, each.name), grey=0.0) for each in fields(kind)})
