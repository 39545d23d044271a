"""A filled-in form as PDF: A4 across, heading repeated, page numbers, a place to sign, and what the figures stand on."""

from __future__ import annotations

import io
from functools import partial
from html import escape

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, KeepTogether, LongTable, PageTemplate, Paragraph, Spacer, Table

from vaxdesk.models.report_forms import FormTable, Two, groups
from vaxdesk.print import fonts, watermark
from vaxdesk.print.fonts import Face

PAGE = landscape(A4)
MARGIN = 12 * mm
INNER = PAGE[0] - 2 * MARGIN
CELL_PAD_PT = 2
NUMBER_MM, NAME_MM = 9, 42
SIGNERS = (
    Two("NGƯỜI LẬP BÁO CÁO", "Prepared by"),
    Two("NGƯỜI ĐỨNG ĐẦU ĐIỂM TIÊM", "Head of site"),
)


def render(form: FormTable) -> bytes:
    """The pages; Vietnamese with English below, in black on white."""
    fonts.face_names()
    out = io.BytesIO()
    document = BaseDocTemplate(
        out, pagesize=PAGE, title=form.title.vi, author="vaxdesk", creator="vaxdesk", invariant=True
    )
    frame = Frame(MARGIN, MARGIN + 6 * mm, INNER, PAGE[1] - 2 * MARGIN - 6 * mm, 0, 0, 0, 0)
    document.addPageTemplates([PageTemplate(frames=[frame], onPage=_mark, onPageEnd=partial(_foot, form))])
    size = 8.5 if len(form.columns) <= 16 else 7.0
    document.build([*_head(form), _table(form, size), *_notes(form), KeepTogether(_signatures())])
    return out.getvalue()


def _style(face: Face, size: float, **more: object) -> ParagraphStyle:
    return ParagraphStyle("s", fontName=face.value, fontSize=size, leading=size * 1.3, **more)


def _text(words: str, face: Face, size: float, **more: object) -> Paragraph:
    return Paragraph(escape(fonts.visible(words)), _style(face, size, **more))


def _head(form: FormTable) -> list[object]:
    centred = {"alignment": TA_CENTER}
    return [
        _text(form.unit, Face.MEDIUM, 9),
        Spacer(1, 2 * mm),
        _text(form.title.vi, Face.BOLD, 14, **centred),
        _text(form.title.en, Face.ITALIC, 9, **centred),
        _text(form.period.vi, Face.MEDIUM, 10, **centred),
        _text(form.legal.vi, Face.REGULAR, 8, **centred),
        Spacer(1, 4 * mm),
    ]


def _table(form: FormTable, size: float) -> LongTable:
    above: list[object] = []
    spans, room = [], min(_widths(form)[2:]) - 2 * CELL_PAD_PT
    for first, last, group in groups(form.columns):
        if group is None:
            above += [_heading(form.columns[at].words, size, room) for at in range(first, last + 1)]
            spans += [("SPAN", (at, 0), (at, 1)) for at in range(first, last + 1)]
        else:
            above += [_heading(group, size, room), *[""] * (last - first)]
            spans.append(("SPAN", (first, 0), (last, 0)))
    below = [_heading(column.words, size, room) if column.group else "" for column in form.columns]
    rows = [
        [_cell(one.text, at, place == len(form.rows) - 1, size) for at, one in enumerate(row)]
        for place, row in enumerate(form.rows)
    ]
    table = LongTable([above, below, *rows], colWidths=_widths(form), repeatRows=2)
    table.setStyle(
        [
            ("GRID", (0, 0), (-1, -1), 0.6, colors.black),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("LEFTPADDING", (0, 0), (-1, -1), CELL_PAD_PT),
            ("RIGHTPADDING", (0, 0), (-1, -1), CELL_PAD_PT),
            ("TOPPADDING", (0, 0), (-1, -1), 3),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
            *spans,
        ]
    )
    return table


def _heading(words: Two, size: float, room_pt: float) -> list[Paragraph]:
    told = ((words.vi, Face.BOLD, size), (words.en, Face.ITALIC, size - 1.5))
    return [_text(_parted(text, face, pt, room_pt), face, pt, alignment=TA_CENTER) for text, face, pt in told]


def _parted(text: str, face: Face, size: float, room_pt: float) -> str:
    """A word too long for its column ends the line at its hyphen, not in the middle of a syllable."""
    words = (word if fonts.width_pt(word, face, size) <= room_pt else word.replace("-", "- ") for word in text.split())
    return " ".join(words)


def _cell(text: str, at: int, is_total: bool, size: float) -> Paragraph:
    face = Face.BOLD if is_total else Face.REGULAR
    return _text(text, face, size + 0.5, **({} if at == 1 else {"alignment": TA_CENTER}))


def _widths(form: FormTable) -> list[float]:
    rest = (INNER - (NUMBER_MM + NAME_MM) * mm) / (len(form.columns) - 2)
    return [NUMBER_MM * mm, NAME_MM * mm, *[rest] * (len(form.columns) - 2)]


def _notes(form: FormTable) -> list[object]:
    return [Spacer(1, 3 * mm), *(_text(words.vi, Face.REGULAR, 8) for words in form.notes)]


def _signatures() -> list[object]:
    centred = {"alignment": TA_CENTER}
    cells = [
        [
            _text(words.vi, Face.BOLD, 9, **centred),
            _text(words.en, Face.ITALIC, 7.5, **centred),
            _text("(Ký, ghi rõ họ tên)", Face.REGULAR, 8, **centred),
        ]
        for words in SIGNERS
    ]
    return [
        Spacer(1, 6 * mm),
        Table([cells], colWidths=[INNER / 2] * 2, rowHeights=[32 * mm], style=[("VALIGN", (0, 0), (-1, -1), "TOP")]),
    ]


def _foot(form: FormTable, canvas: Canvas, _document: BaseDocTemplate) -> None:
    canvas.setFont(Face.REGULAR.value, 7.5)
    canvas.drawString(MARGIN, MARGIN, f"vaxdesk · {form.sha256[:16]}")
    canvas.drawRightString(PAGE[0] - MARGIN, MARGIN, f"Trang {canvas.getPageNumber()}")


def _mark(canvas: Canvas, _document: BaseDocTemplate) -> None:
    """Below everything, on every page of a practice desk."""
    if not watermark.is_marking():
        return
    canvas.saveState()
    canvas.setFont(Face.BOLD.value, watermark.SIZE_PT)
    canvas.setFillGray(watermark.GREY)
    canvas.translate(PAGE[0] / 2, PAGE[1] / 2)
    canvas.rotate(watermark.ANGLE_DEGREES)
    for row in range(-4, 5):
        canvas.drawCentredString(0, row * watermark.STEP_MM * mm, watermark.WORDS)
    canvas.restoreState()
