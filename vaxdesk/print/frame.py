"""What all documents share: the national heading, the title, labelled lines and the foot of the page."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from vaxdesk.print.fonts import Face
from vaxdesk.print.layout import Page, Paper, Style, fit
from vaxdesk.print.sheets import Words

NATION = Words("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Socialist Republic of Viet Nam")
MOTTO = Words("Độc lập - Tự do - Hạnh phúc", "Independence - Freedom - Happiness")
UNIT = Words("CƠ SỞ TIÊM CHỦNG", "Immunization unit")
QUIET = 0.28  # the grey of English subtitles: still dark enough for a worn laser drum
BAND = 0.93


@dataclass(frozen=True, slots=True)
class Type:
    """The type sizes of one paper."""

    nation: Style
    motto: Style
    unit: Style
    title: Style
    title_en: Style
    label: Style
    label_en: Style
    value: Style
    cell: Style
    name: Style
    note: Style
    note_en: Style
    foot: Style


@lru_cache(maxsize=16)
def type_of(paper: Paper) -> Type:
    """The type of a paper; subtitles never fall under what the eye reads at arm's length."""

    def style(face: Face, size: float, least: float = 0.0, grey: float = 0.0) -> Style:
        scaled = Style(face, size, least, grey).scaled(paper.scale)
        return Style(face, max(scaled.size_pt, 5.8), min(scaled.size_min_pt, 5.2) if least else 0.0, grey)

    return Type(
        nation=style(Face.BOLD, 11),
        motto=style(Face.BOLD, 11),
        unit=style(Face.BOLD, 10.5, 6),
        title=style(Face.BOLD, 17),
        title_en=style(Face.ITALIC, 10.5, 6, grey=QUIET),
        label=style(Face.REGULAR, 10, 7),
        label_en=style(Face.ITALIC, 7.8, 6, grey=QUIET),
        value=style(Face.MEDIUM, 11, 6),
        cell=style(Face.MEDIUM, 9.8, 6),
        name=style(Face.BOLD, 13.5, 6),
        note=style(Face.REGULAR, 8.6, 6),
        note_en=style(Face.ITALIC, 7.6, 6, grey=QUIET),
        foot=style(Face.REGULAR, 7.2, 6, grey=QUIET),
    )


def heading(page: Page, unit: str) -> float:
    """The unit on the left, nation and motto on the right; returns the bottom edge in mm."""
    paper, kind = page.paper, type_of(page.paper)
    top, inner = paper.margin_mm, paper.inner_mm
    right_middle, right_width = paper.margin_mm + inner * 0.715, inner * 0.57
    left_middle, left_width = paper.margin_mm + inner * 0.19, inner * 0.38
    bottom = page.block(right_middle, top, fit(NATION.vi, kind.nation, right_width), "centre")
    motto = fit(MOTTO.vi, kind.motto, right_width)
    bottom = page.block(right_middle, bottom, motto, "centre")
    underline = inner * 0.15
    page.rule(right_middle - underline, bottom + 0.7, right_middle + underline, bottom + 0.7, 0.7)
    english = f"{NATION.en} · {MOTTO.en}"
    bottom = page.block(right_middle, bottom + 1.5, fit(english, kind.label_en, right_width), "centre")
    left = page.block(left_middle, top, fit(UNIT.vi, kind.label, left_width), "centre")
    left = page.block(left_middle, left - 0.4, fit(UNIT.en, kind.label_en, left_width), "centre")
    left = page.block(left_middle, left + 0.3, fit(unit, kind.unit, left_width, 3), "centre")
    page.rule(left_middle - underline / 2, left + 1, left_middle + underline / 2, left + 1, 0.7)
    return max(bottom, left + 1.4)


def title(page: Page, top_mm: float, words: Words) -> float:
    """The document's name, centred; returns the bottom edge in mm."""
    kind, middle = type_of(page.paper), page.paper.width_mm / 2
    bottom = page.block(middle, top_mm, fit(words.vi, kind.title, page.paper.inner_mm), "centre")
    return page.block(middle, bottom, fit(words.en, kind.title_en, page.paper.inner_mm), "centre")


def labelled(page: Page, x_mm: float, top_mm: float, label_mm: float, width_mm: float, words: Words, value: str,
             style: Style | None = None, lines_max: int = 2) -> float:  # fmt: skip
    """A label with its subtitle, and the value on a dotted line beside it; returns the bottom edge in mm."""
    kind, k = type_of(page.paper), page.paper.scale
    label = fit(words.vi, kind.label, label_mm - 1)
    bottom = page.block(x_mm, top_mm, label)
    bottom = page.block(x_mm, bottom - 0.5 * k, fit(words.en, kind.label_en, label_mm - 1))
    left, baseline = x_mm + label_mm, top_mm + label.baseline_mm
    if value:
        fitted = fit(value, style or kind.value, width_mm - label_mm - 1, lines_max)
        page.block(left + 0.5, baseline - fitted.baseline_mm, fitted)
        baseline += fitted.baselines_mm[-1] - fitted.baseline_mm
    page.rule(left, baseline + 1.7 * k, x_mm + width_mm, baseline + 1.7 * k, 0.6, dots=True)
    return max(bottom, baseline + 1.9 * k)


def foot(page: Page, legal: str, reference: str) -> float:
    """The legal basis and the record's number at the foot; returns its top edge in mm."""
    paper, kind = page.paper, type_of(page.paper)
    top = paper.height_mm - paper.margin_mm - kind.foot.line_mm + 2
    page.rule(paper.margin_mm, top - 1, paper.width_mm - paper.margin_mm, top - 1, 0.4)
    page.block(paper.margin_mm, top, fit(legal, kind.foot, paper.inner_mm * 0.5))
    page.block(paper.width_mm - paper.margin_mm, top, fit(reference, kind.foot, paper.inner_mm * 0.48), "right")
    return top - 1
