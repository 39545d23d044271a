"""A sheet of paper to draw on, in millimetres from its top left corner, and how a text is fitted into a space.

Nothing may be cut off: a text that does not fit is made a little smaller, then wrapped, then made smaller down to a stated
limit; if that is not enough, or anything would leave the paper's margin, the page is not made.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from reportlab.pdfgen import canvas

from vaxdesk.errors import ProofFailed
from vaxdesk.print import fonts, watermark
from vaxdesk.print.fonts import Face
from vaxdesk.print.qr import QrCode

Align = Literal["left", "centre", "right"]
LEADING = 1.32
SHRINK_STEP_PT = 0.25
SHRINK_BEFORE_WRAP = 0.86
MM = 72 / 25.4  # points
EDGE_MM = 4.0  # what no office printer reaches
CREATOR = "vaxdesk"
_WORDS = re.compile(r"\S+\s*")
_PARTS = re.compile(r"[^\s\-/,]+[\-/,]*\s*|[\-/,]+\s*")  # where a long word may be broken


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper size. `scale` is how big type is on it, A4 being 1."""

    name: str
    width_mm: float
    height_mm: float
    margin_mm: float
    scale: float

    @property
    def inner_mm(self) -> float:
        return self.width_mm - 2 * self.margin_mm


A4 = Paper("A4", 210, 297, 15, 1.0)
A5 = Paper("A5", 148, 210, 9, 0.76)
A6 = Paper("A6", 105, 148, 7, 0.76)
PAPERS = {paper.name: paper for paper in (A4, A5, A6)}


@dataclass(frozen=True, slots=True)
class Style:
    """How a text is set. `size_min_pt`: how small it may become to fit; 0: it may not shrink."""

    face: Face
    size_pt: float
    size_min_pt: float = 0.0
    grey: float = 0.0

    @property
    def line_mm(self) -> float:
        return self.size_pt * LEADING / MM

    def scaled(self, scale: float) -> Style:
        return replace(self, size_pt=self.size_pt * scale, size_min_pt=self.size_min_pt * scale)


@dataclass(frozen=True, slots=True)
class Fitted:
    """A text cut into lines, at the size at which they fit."""

    lines: tuple[str, ...]
    style: Style

    @property
    def height_mm(self) -> float:
        return self.baselines_mm[-1] - self.baseline_mm + self.style.line_mm

    @property
    def baseline_mm(self) -> float:
        """From the top of the block to the baseline of its first line."""
        size_mm = self.style.size_pt / MM
        return (self.style.line_mm - size_mm * (fonts.ASCENT + fonts.DESCENT)) / 2 + size_mm * fonts.ASCENT

    @property
    def over_mm(self) -> float:
        """How far the first line's marks reach above the block."""
        return (fonts.rise(self.lines[0]) - fonts.ASCENT) * self.style.size_pt / MM

    @property
    def baselines_mm(self) -> tuple[float, ...]:
        """From the top of the block to every line's baseline: a line with marks as high as on Ắ stands clear of the ỵ above it."""
        size_mm, found = self.style.size_pt / MM, [self.baseline_mm]
        for line in self.lines[1:]:
            found.append(found[-1] + max(self.style.line_mm, size_mm * (fonts.rise(line) + fonts.DESCENT)))
        return tuple(found)


def fit(text: str, style: Style, width_mm: float, lines_max: int = 1) -> Fitted:
    """A text within a width and a number of lines. Raises ProofFailed `print-text-too-long`."""
    text, width = fonts.visible(text), width_mm * MM
    for tried, count in _sizes(style, lines_max):
        lines = _wrapped(text, tried, width)
        if len(lines) <= count and all(fonts.width_pt(line, tried.face, tried.size_pt) <= width for line in lines):
            return Fitted(lines, tried)
    smallest = replace(style, size_pt=style.size_min_pt or style.size_pt)
    lines = _chopped(text, smallest, width)
    if len(lines) > lines_max:
        raise ProofFailed("print-text-too-long", characters=str(len(text)))
    return Fitted(lines, smallest)


def fit_box(text: str, style: Style, width_mm: float, height_mm: float) -> Fitted:
    """A text within a width and a height, as big as it can be, words whole as long as that is possible at any size.

    Raises ProofFailed `print-text-too-long`.
    """
    text, width = fonts.visible(text), width_mm * MM
    sizes = [tried for tried, _ in _sizes(style, 1)]
    for pieces in (_WORDS, _PARTS):
        for tried in sizes:
            fitted = Fitted(_lines(text, pieces, tried, width), tried)
            if fitted.height_mm <= height_mm and _widest(fitted.lines, tried) <= width:
                return fitted
    raise ProofFailed("print-text-too-long", characters=str(len(text)))


def _sizes(style: Style, lines_max: int) -> Iterator[tuple[Style, int]]:
    """What to try in turn: one line a little smaller, then more lines, then all the lines at ever smaller sizes."""
    least = style.size_min_pt or style.size_pt
    for count in range(1, lines_max + 1):
        size, floor = (
            style.size_pt,
            max(least, style.size_pt * SHRINK_BEFORE_WRAP) if count < lines_max else least,
        )
        while size >= floor - 1e-6:
            yield replace(style, size_pt=size), count
            size -= SHRINK_STEP_PT


def _wrapped(text: str, style: Style, width: float) -> tuple[str, ...]:
    pieces = _WORDS if _widest(text.split(), style) <= width else _PARTS
    return _lines(text, pieces, style, width)


def _lines(text: str, pieces: re.Pattern[str], style: Style, width: float) -> tuple[str, ...]:
    lines, line = [], ""
    for piece in pieces.findall(text):
        if line and fonts.width_pt((line + piece).rstrip(), style.face, style.size_pt) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece
    return (*lines, line.rstrip())


def _widest(texts: Iterable[str], style: Style) -> float:
    return max((fonts.width_pt(text, style.face, style.size_pt) for text in texts), default=0.0)


def _chopped(text: str, style: Style, width: float) -> tuple[str, ...]:
    """The last resort for a word longer than the line: cut where the line ends."""
    lines, line = [], ""
    for character in text:
        if line and fonts.width_pt(line + character, style.face, style.size_pt) > width:
            lines.append(line)
            line = ""
        line += character
    return (*lines, line)


class Page:
    """One page of a document. `title` becomes the PDF's title: it must not name a person. `is_practice`: marked even at a real desk."""

    def __init__(self, paper: Paper, title: str, is_practice: bool = False) -> None:
        fonts.face_names()
        self.paper = paper
        self._buffer = io.BytesIO()
        size = (paper.width_mm * MM, paper.height_mm * MM)
        settings = {"invariant": 1, "pageCompression": 1, "lang": "vi-VN", "initialFontName": Face.REGULAR.value}
        self._canvas = canvas.Canvas(self._buffer, pagesize=size, **settings)
        self._is_marked = is_practice or watermark.is_marking()
        if self._is_marked:
            title = f"{watermark.TITLE}: {title}"
            self._mark()
        self._canvas.setTitle(title)
        self._canvas.setCreator(CREATOR)
        self._canvas.setProducer(CREATOR)
        self._canvas.setAuthor(CREATOR)
        self._canvas.setSubject(title)
        self._canvas.setViewerPreference("DisplayDocTitle", "true")

    def text(self, x_mm: float, baseline_mm: float, text: str, style: Style, align: Align = "left") -> float:
        """Draws one line; returns its width in mm. `x_mm` is its left end, middle or right end."""
        width_mm = fonts.width_pt(text, style.face, style.size_pt) / MM
        left = x_mm - width_mm * {"left": 0.0, "centre": 0.5, "right": 1.0}[align]
        rise, fall = (style.size_pt * part / MM for part in (fonts.rise(text), fonts.DESCENT))
        self._inside(left, baseline_mm - rise, left + width_mm, baseline_mm + fall)
        self._canvas.setFillGray(style.grey)
        self._runs(left * MM, self._up(baseline_mm), text, style)
        return width_mm

    def block(self, x_mm: float, top_mm: float, fitted: Fitted, align: Align = "left") -> float:
        """Draws fitted lines from a top edge; returns the bottom edge in mm."""
        for line, baseline_mm in zip(fitted.lines, fitted.baselines_mm, strict=True):
            self.text(x_mm, top_mm + baseline_mm, line, fitted.style, align)
        return top_mm + fitted.height_mm

    def rule(
        self,
        x1_mm: float,
        y1_mm: float,
        x2_mm: float,
        y2_mm: float,
        width_pt: float = 0.5,
        dots: bool = False,
    ) -> None:
        """Draws a line, dotted for what a pen fills in."""
        self._inside(min(x1_mm, x2_mm), min(y1_mm, y2_mm), max(x1_mm, x2_mm), max(y1_mm, y2_mm))
        self._canvas.setStrokeGray(0)
        self._canvas.setLineWidth(width_pt)
        self._canvas.setLineCap(1 if dots else 0)
        self._canvas.setDash([0, 2.2] if dots else [])
        self._canvas.line(x1_mm * MM, self._up(y1_mm), x2_mm * MM, self._up(y2_mm))

    def box(
        self,
        x_mm: float,
        y_mm: float,
        w_mm: float,
        h_mm: float,
        width_pt: float = 0.6,
        fill: float | None = None,
    ) -> None:
        """Draws a rectangle from its top left corner; `fill` is a grey, 1 being white."""
        self._inside(x_mm, y_mm, x_mm + w_mm, y_mm + h_mm)
        self._canvas.setDash([])
        self._canvas.setLineWidth(width_pt)
        self._canvas.setStrokeGray(0)
        if fill is not None:
            self._canvas.setFillGray(fill)
        place = (x_mm * MM, self._up(y_mm + h_mm), w_mm * MM, h_mm * MM)
        self._canvas.rect(*place, stroke=int(width_pt > 0), fill=int(fill is not None))

    def qr(self, x_mm: float, y_mm: float, code: QrCode) -> float:
        """Draws a code with its quiet zone from the zone's top left corner; returns the bottom edge of the zone in mm."""
        whole = code.side_mm + 2 * code.quiet_mm
        self._inside(x_mm, y_mm, x_mm + whole, y_mm + whole)
        left, top = (x_mm + code.quiet_mm) * MM, self._up(y_mm + code.quiet_mm)
        module = code.module_mm * MM
        dark = " ".join(f"{x} {y} {w} {h} re" for x, y, w, h in code.rectangles)
        self._canvas.addLiteral(f"q 0 g {module:.5f} 0 0 {-module:.5f} {left:.4f} {top:.4f} cm {dark} f Q")
        return y_mm + whole

    def turn(self) -> None:
        """Goes on with the next page of the same document."""
        self._canvas.showPage()
        if self._is_marked:
            self._mark()

    def pdf(self) -> bytes:
        """The finished document; the same drawing gives the same bytes."""
        self._canvas.showPage()
        self._canvas.save()
        return self._buffer.getvalue()

    def _mark(self) -> None:
        """The practice mark across the sheet, under everything else; as often as the sheet is high."""
        scale = self.paper.width_mm / A4.width_mm
        style = Style(Face.BOLD, watermark.SIZE_PT * scale, grey=watermark.GREY)
        width, step = fonts.width_pt(watermark.WORDS, style.face, style.size_pt), watermark.STEP_MM * MM * scale
        self._canvas.saveState()
        self._canvas.setFillGray(style.grey)
        self._canvas.translate(self.paper.width_mm * MM / 2, self.paper.height_mm * MM / 2)
        self._canvas.rotate(watermark.ANGLE_DEGREES)
        for row in range(-4, 5):
            self._runs(-width / 2, row * step, watermark.WORDS, style)
        self._canvas.restoreState()

    def _up(self, y_mm: float) -> float:
        return (self.paper.height_mm - y_mm) * MM

    def _runs(self, x_pt: float, y_pt: float, text: str, style: Style) -> None:
        for run in fonts.runs(text):
            self._canvas.setFont(style.face.value, style.size_pt)
            if run.actual:
                written = run.actual.encode("utf-16-be").hex()
                self._canvas.addLiteral(f"/Span <</ActualText <feff{written}>>> BDC")
            self._canvas.drawString(x_pt, y_pt, run.drawn)
            width = fonts.width_pt(run.drawn, style.face, style.size_pt)
            if run.stroked:
                self._bar(x_pt, y_pt, style.size_pt)
            if run.breve_lift is not None:
                self._breve(x_pt + width / 2, y_pt + run.breve_lift * style.size_pt, style)
            if run.actual:
                self._canvas.addLiteral("EMC")
            x_pt += width

    def _breve(self, middle_pt: float, y_pt: float, style: Style) -> None:
        width = fonts.width_pt(fonts.SPACING_BREVE, style.face, style.size_pt)
        self._canvas.drawString(middle_pt - width / 2, y_pt, fonts.SPACING_BREVE)

    def _bar(self, x_pt: float, y_pt: float, size_pt: float) -> None:
        """The bar of ƀ, through the stem above the bowl."""
        self._canvas.setLineWidth(size_pt * 0.06)
        self._canvas.setDash([])
        self._canvas.setStrokeGray(0)
        self._canvas.line(x_pt, y_pt + size_pt * 0.61, x_pt + size_pt * 0.34, y_pt + size_pt * 0.61)

    def _inside(self, left: float, top: float, right: float, bottom: float) -> None:
        edge = EDGE_MM - 1e-6
        if left < edge or top < edge or right > self.paper.width_mm - edge or bottom > self.paper.height_mm - edge:
            raise ProofFailed("print-outside-page")
