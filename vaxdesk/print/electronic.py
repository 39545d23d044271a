"""The electronic certificate on paper: the eleven fields of 5772/QĐ-BYT beside the HC1 code that proves them."""

from __future__ import annotations

from typing import NamedTuple

from vaxdesk.errors import ProofFailed
from vaxdesk.print import frame, qr
from vaxdesk.print.frame import type_of
from vaxdesk.print.layout import PAPERS, Fitted, Page, fit
from vaxdesk.print.sheets import ElectronicSheet, Field, Words

TITLE = Words("CHỨNG NHẬN TIÊM CHỦNG VẮC XIN PHÒNG COVID-19", "COVID-19 vaccination certificate")
NUMBER_MM, LABEL_MM = 9, 64  # of a field, on A4
ROW_MM_MAX, ROW_STEP_MM, ROW_PAD_MM = 13.4, 0.1, 1.6
LEGAL = "Quyết định 5772/QĐ-BYT ngày 20/12/2021"
USE = Words(
    "Xuất trình cùng giấy tờ tùy thân. Quét mã QR để kiểm tra chữ ký số.",
    "To be shown with an identity document. Scan the QR code to check the digital signature.",
)


def render(sheet: ElectronicSheet, paper_name: str) -> bytes:
    """The page as PDF. Raises ProofFailed when something does not fit, PrintError for a QR text too long."""
    page = Page(PAPERS[paper_name], "Chứng nhận tiêm chủng vắc xin phòng COVID-19")
    k = page.paper.scale
    top = frame.heading(page, sheet.unit)
    top = frame.title(page, top + 6 * k, TITLE)
    top = _code_and_signer(page, top + 6 * k, sheet)
    bottom = frame.foot(page, LEGAL, f"Mã mũi tiêm/Record: {sheet.reference}") - 3 * k
    _fields(page, top + 4 * k, bottom, sheet.fields)
    return page.pdf()


def _code_and_signer(page: Page, top: float, sheet: ElectronicSheet) -> float:
    paper, k, kind = page.paper, page.paper.scale, type_of(page.paper)
    code = qr.encode(sheet.qr_text)
    bottom = page.qr(paper.margin_mm - code.quiet_mm, top - code.quiet_mm, code) - code.quiet_mm
    left = paper.margin_mm + code.side_mm + code.quiet_mm + 4 * k
    width = paper.width_mm - paper.margin_mm - left
    facts = (
        (Words("Cơ quan cấp", "Issuer"), sheet.issuer),
        (Words("Ngày cấp", "Date of issue"), sheet.issued_on),
        (Words("Mã QR có hiệu lực đến", "QR code valid until"), sheet.valid_until),
        (Words("Chữ ký số", "Digital signature"), f"{sheet.algorithm} · {sheet.kid}"),
    )
    y = top - 0.8
    for words, value in facts:
        y = (
            frame.labelled(page, left, y, 41 if paper.name == "A4" else 33, width, words, value, kind.value, 2)
            + 1.4 * k
        )
    y = page.block(left, y + 0.8 * k, fit(USE.vi, kind.note, width, 2))
    y = page.block(left, y, fit(USE.en, kind.note_en, width, 2))
    return max(bottom, y)


def _fields(page: Page, top: float, bottom: float, fields: tuple[Field, ...]) -> None:
    k = page.paper.scale
    left, inner, y = page.paper.margin_mm, page.paper.inner_mm, top
    told, kind = [_told(page, place, field) for place, field in enumerate(fields)], type_of(page.paper)
    least = kind.label.line_mm + kind.label_en.line_mm
    needed = [max(least, one.height_mm) + ROW_PAD_MM * k for one in told]
    heights = _shared(needed, bottom - top, ROW_MM_MAX * k)
    if sum(heights) > bottom - top + ROW_STEP_MM:
        raise ProofFailed("print-text-too-long", characters=str(max(len(field.value) for field in fields)))
    for place, (field, row) in enumerate(zip(fields, heights, strict=True)):
        if place % 2 == 0:
            page.box(left, y, inner, row, 0, fill=0.955)
        page.rule(left, y, left + inner, y, 0.4)
        _field(page, y, row, f"{place + 1}.", field, told[place])
        y += row
    page.rule(left, y, left + inner, y, 0.8)
    page.rule(left, top, left + inner, top, 0.8)


def _shared(needed: list[float], whole: float, most: float) -> list[float]:
    """Row heights in mm: alike, but for rows that need more."""
    row = most
    while row > 0 and sum(max(row, height) for height in needed) > whole:
        row -= ROW_STEP_MM
    return [max(row, height) for height in needed]


class _Told(NamedTuple):
    """A field's value and what stands small under it, fitted."""

    value: Fitted
    note: Fitted | None

    @property
    def height_mm(self) -> float:
        return self.value.over_mm + self.value.height_mm + (self.note.height_mm if self.note else 0.0)


def _told(page: Page, place: int, field: Field) -> _Told:
    kind = type_of(page.paper)
    room = page.paper.inner_mm - (NUMBER_MM + LABEL_MM) * page.paper.scale - 2
    value = fit(field.value, kind.value if place else kind.name, room, 3)
    has_note = field.note and field.note != field.value
    return _Told(value, fit(field.note, kind.label_en, room) if has_note else None)


def _field(page: Page, top: float, row: float, number: str, field: Field, told: _Told) -> None:
    paper, kind = page.paper, type_of(page.paper)
    left = paper.margin_mm
    number_mm, label_mm = NUMBER_MM * paper.scale, LABEL_MM * paper.scale
    label = fit(field.label.vi, kind.label, label_mm - 2)
    label_en = fit(field.label.en, kind.label_en, label_mm - 2)
    y = top + (row - label.height_mm - label_en.height_mm + 0.4) / 2
    page.block(left + number_mm - 2, y, fit(number, kind.label, number_mm), "right")
    page.block(left + number_mm, page.block(left + number_mm, y, label) - 0.4, label_en)
    y = top + (row - told.height_mm) / 2 + told.value.over_mm
    y = page.block(left + number_mm + label_mm, y, told.value)
    if told.note:
        page.block(left + number_mm + label_mm, y - 0.2, told.note)
