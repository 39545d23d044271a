"""The paper confirmation (annex 4 of 3588/QĐ-BYT; as replaced by 43/QĐ-BYT)."""

from __future__ import annotations

from dataclasses import replace

from vaxdesk.errors import ProofFailed
from vaxdesk.print import frame, qr
from vaxdesk.print.frame import Type, type_of
from vaxdesk.print.layout import PAPERS, SHRINK_BEFORE_WRAP, Fitted, Page, fit, fit_box
from vaxdesk.print.sheets import ConfirmationSheet, Section, Slot, Words

TITLE = Words("GIẤY XÁC NHẬN ĐÃ TIÊM VẮC XIN COVID-19", "(Certificate of COVID-19 vaccination)")
STATEMENT = Words("Đã được tiêm vắc xin phòng bệnh COVID-19:", "Has been vaccinated with COVID-19 vaccine")
NAME = Words("Họ và tên", "Name")
BIRTH = Words("Ngày sinh", "Date of birth (day/month/year)")
NUMBER = Words("Số CCCD/CMT/hộ chiếu", "ID")
PHONE = Words("Số điện thoại", "Tel")
ADDRESS = Words("Địa chỉ", "Address")
CODE = Words("Mã chứng nhận", "Certificate code")
DATE = Words("Ngày", "Date")
VACCINE = Words("Loại vắc xin", "Vaccine")
UNIT = Words("Cơ sở tiêm chủng", "Immunization unit")
LOT = Words("Số lô", "Lot")
SIGN = Words("Ký tên, đóng dấu", "Sign and stamp")
DOSE = Words("Mũi tiêm", "Dose")
PENDING = Words("Dữ liệu đang chờ nền tảng xác nhận", "Awaiting confirmation by the national platform")
PENDING_MORE = Words(
    "Giấy này tạm thời. Mã QR do điểm tiêm ký số; giấy sẽ được thay khi có chứng nhận của nền tảng.",
    "Provisional. The QR code is signed by the site; this paper will be replaced by the platform's certificate.",
)
CONFIRMED = Words("Mã QR của chứng nhận điện tử", "Electronic certificate QR code")
LEGAL = {
    "3588": "Phụ lục 4, Quyết định 3588/QĐ-BYT ngày 26/07/2021",
    "43": "Phụ lục 4, Quyết định 43/QĐ-BYT ngày 07/01/2022",
}
COLUMNS = (  # of the table of 43/QĐ-BYT: label and share of the width
    (DOSE, 0.14), (DATE, 0.145), (VACCINE, 0.26), (UNIT, 0.24), (SIGN, 0.215),
)  # fmt: skip
PENDING_PAD_MM = 1.8
ROW_MM_MIN = 7.5
CELL_PAD_MM, ROW_PAD_MM = 1.2, 0.6


def render(sheet: ConfirmationSheet, paper_name: str) -> bytes:
    """The page as PDF. Raises ProofFailed when something does not fit, PrintError for a QR text too long."""
    page = Page(PAPERS[paper_name], "Giấy xác nhận đã tiêm vắc xin COVID-19")
    k = page.paper.scale
    top = frame.heading(page, sheet.unit)
    top = frame.title(page, top + 5 * k, TITLE)
    top = _person_and_code(page, top + 5 * k, sheet)
    kind = type_of(page.paper)
    left = page.paper.margin_mm
    top = page.block(left, top + 2.5 * k, fit(STATEMENT.vi, kind.unit, page.paper.inner_mm))
    top = page.block(left, top - 0.4, fit(STATEMENT.en, kind.label_en, page.paper.inner_mm))
    bottom = frame.foot(page, LEGAL[sheet.form], f"Mã mũi tiêm/Record: {sheet.reference}") - 3 * k
    if sheet.form == "3588":
        _boxes(page, top + 2 * k, bottom, sheet.sections[0].slots)
    else:
        _table(page, top + 2 * k, bottom, sheet.sections)
    return page.pdf()


def _person_and_code(page: Page, top: float, sheet: ConfirmationSheet) -> float:
    paper, k = page.paper, page.paper.scale
    code = qr.encode(sheet.qr_text)
    zone = code.side_mm + 2 * code.quiet_mm
    code_left = paper.width_mm - paper.margin_mm - zone + code.quiet_mm
    code_bottom = page.qr(code_left, top - code.quiet_mm, code)
    code_bottom = _caption(page, code_left + code.quiet_mm, code_bottom, code.side_mm, sheet)
    width = code_left - paper.margin_mm - 2 * k
    kind = type_of(paper)
    label = 48 if paper.name == "A4" else 37
    bottom, gap = top - 1.0, 2.2 * k
    lines = (
        (NAME, sheet.name, kind.name, 3),
        (BIRTH, sheet.birth_date, kind.value, 1),
        (NUMBER, sheet.number, kind.value, 1),
        (PHONE, sheet.phone, kind.value, 1),
        (ADDRESS, sheet.address, kind.value, 4),
        (CODE, sheet.certificate_code, replace(kind.note, size_min_pt=kind.note.size_pt * SHRINK_BEFORE_WRAP), 2),
    )
    for words, value, style, count in lines[: None if sheet.certificate_code else -1]:
        bottom = frame.labelled(page, paper.margin_mm, bottom, label, width, words, value, style, count) + gap
    return _below(page, bottom, code_bottom, width) if sheet.provisional else max(bottom, code_bottom)


def _caption(page: Page, left: float, top: float, width: float, sheet: ConfirmationSheet) -> float:
    kind = type_of(page.paper)
    words = Words("Mã QR do điểm tiêm ký số", "QR code signed by the site") if sheet.provisional else CONFIRMED
    middle = left + width / 2
    bottom = page.block(middle, top, fit(words.vi, kind.note, width, 2), "centre")
    return page.block(middle, bottom - 0.3, fit(words.en, kind.note_en, width, 2), "centre")


def _below(page: Page, person_bottom: float, code_bottom: float, width: float) -> float:
    """The notice of a provisional paper: beside the code, or over the whole width where that takes less height."""
    beside, whole = _pending(page, width), _pending(page, page.paper.inner_mm)
    under = max(person_bottom, code_bottom)
    if max(person_bottom + _box_mm(page, beside), code_bottom) <= under + _box_mm(page, whole):
        return max(_framed(page, person_bottom, width, beside), code_bottom)
    return _framed(page, under, page.paper.inner_mm, whole)


def _pending(page: Page, width: float) -> tuple[Fitted, ...]:
    kind, inner = type_of(page.paper), width - 2 * PENDING_PAD_MM * page.paper.scale
    return (
        fit(PENDING.vi, kind.unit, inner),
        fit(PENDING.en, kind.note_en, inner),
        fit(PENDING_MORE.vi, kind.note, inner, 3),
        fit(PENDING_MORE.en, kind.note_en, inner, 3),
    )


def _box_mm(page: Page, parts: tuple[Fitted, ...]) -> float:
    return sum(part.height_mm for part in parts) + 2 * PENDING_PAD_MM * page.paper.scale + 1


def _framed(page: Page, top: float, width: float, parts: tuple[Fitted, ...]) -> float:
    """Lines in a heavy frame; returns its bottom edge in mm."""
    pad, left = PENDING_PAD_MM * page.paper.scale, page.paper.margin_mm
    bottom = top + _box_mm(page, parts)
    page.box(left, top + 0.5, width, bottom - top - 1, 1.2)
    y = top + 0.5 + pad
    for part in parts:
        y = page.block(left + pad, y, part)
    return bottom


def _boxes(page: Page, top: float, bottom: float, slots: tuple[Slot, ...]) -> None:
    """Two boxes side by side, each with room for signature and stamp (3588). Their lines stand level."""
    kind, k = type_of(page.paper), page.paper.scale
    gap, pad, label = 4 * k, 3 * k, 33 * k
    width, height = (page.paper.inner_mm - gap) / 2, min(bottom - top, 112 * k)
    lefts = [page.paper.margin_mm + place * (width + gap) for place in range(len(slots))]
    y = max(_box(page, left, top, width, height, slot) for left, slot in zip(lefts, slots, strict=True)) + 2.5 * k
    for words, texts in (
        (DATE, [slot.date for slot in slots]),
        (VACCINE, [slot.vaccine for slot in slots]),
        (LOT, [slot.lot for slot in slots]),
        (UNIT, [slot.unit for slot in slots]),
    ):
        y = 2 * k + max(
            frame.labelled(page, left + pad, y, label, width - 2 * pad, words, text, kind.value, 3)
            for left, text in zip(lefts, texts, strict=True)
        )
    for left in lefts:
        edge = page.block(left + width / 2, y + k, fit(SIGN.vi, kind.label, width), "centre")
        page.block(left + width / 2, edge - 0.3, fit(f"({SIGN.en})", kind.label_en, width), "centre")


def _box(page: Page, left: float, top: float, width: float, height: float, slot: Slot) -> float:
    """The frame of a box and its title band; returns the band's bottom edge in mm."""
    kind, k, middle = type_of(page.paper), page.paper.scale, left + width / 2
    band = kind.unit.line_mm + kind.label_en.line_mm + 1.5 * k
    page.box(left, top, width, band, 0, fill=frame.BAND)
    page.box(left, top, width, height, 0.8)
    edge = page.block(middle, top + 0.8 * k, fit(slot.label.vi, kind.unit, width), "centre")
    page.block(middle, edge - 0.3, fit(slot.label.en, kind.label_en, width), "centre")
    return top + band


def _table(page: Page, top: float, bottom: float, sections: tuple[Section, ...]) -> None:
    """Seven rows in three sections (43/QĐ-BYT); the rows share the height that is left."""
    kind, k = type_of(page.paper), page.paper.scale
    head = kind.label.line_mm + kind.label_en.line_mm + 1.2 * k
    bar = kind.label.line_mm + 0.9 * k
    rows = sum(len(section.slots) for section in sections)
    row = min((bottom - top - head - bar * len(sections)) / rows, 19 * k)
    if row < ROW_MM_MIN * k:
        raise ProofFailed("print-too-many-doses", doses=str(rows))
    _head(page, top, head)
    y = top + head
    for section in sections:
        y = _section_bar(page, y, bar, section.title)
        for slot in section.slots:
            _row(page, y, row, slot, kind)
            y += row
    page.box(page.paper.margin_mm, top, page.paper.inner_mm, y - top, 0.9)


def _head(page: Page, top: float, height: float) -> None:
    kind, pad = type_of(page.paper), 0.6 * page.paper.scale
    page.box(page.paper.margin_mm, top, page.paper.inner_mm, height, 0.6)
    for left, width, (words, _) in zip(*_edges(page), COLUMNS, strict=True):
        middle = left + width / 2
        edge = page.block(middle, top + pad, fit(words.vi, kind.label, width - 1.5), "centre")
        page.block(middle, edge - 0.3, fit(words.en, kind.label_en, width - 1.5), "centre")
        if left > page.paper.margin_mm + 1:
            page.rule(left, top, left, top + height, 0.5)


def _section_bar(page: Page, top: float, height: float, words: Words) -> float:
    kind, left = type_of(page.paper), page.paper.margin_mm
    page.box(left, top, page.paper.inner_mm, height, 0.6, fill=frame.BAND)
    baseline = top + height * 0.68
    after = page.text(left + 2, baseline, words.vi, kind.unit if page.paper.name == "A4" else kind.label)
    page.text(left + 2 + after + 2, baseline, words.en, kind.label_en)
    return top + height


def _row(page: Page, top: float, height: float, slot: Slot, kind: Type) -> None:
    lefts, widths = _edges(page)
    page.rule(page.paper.margin_mm, top + height, page.paper.width_mm - page.paper.margin_mm, top + height, 0.5)
    for left in lefts[1:]:
        page.rule(left, top, left, top + height, 0.5)
    lot = f"Số lô/Lot: {slot.lot}" if slot.lot else ""
    cells = (
        (slot.label.vi, slot.label.en, kind.label),
        (slot.date, "", kind.cell),
        (slot.vaccine, lot, kind.cell),
        (slot.unit, "", kind.cell),
    )
    for left, width, (main, small, style) in zip(lefts, widths, cells, strict=False):
        if main:
            below = (fit(small, kind.label_en, width - 2 * CELL_PAD_MM),) if small else ()
            room = height - ROW_PAD_MM - sum(part.height_mm for part in below)
            over = fit_box(main, style, width - 2 * CELL_PAD_MM, room)
            _stack(page, left + CELL_PAD_MM, top, height, (over, *below))


def _stack(page: Page, left: float, top: float, height: float, parts: tuple[Fitted, ...]) -> None:
    """Texts under each other, in the middle of the height."""
    y = top + (height - sum(part.height_mm for part in parts)) / 2
    for part in parts:
        y = page.block(left, y, part)


def _edges(page: Page) -> tuple[list[float], list[float]]:
    """Left edges and widths of the columns in mm."""
    widths = [share * page.paper.inner_mm for _, share in COLUMNS]
    lefts = [page.paper.margin_mm + sum(widths[:place]) for place in range(len(widths))]
    return lefts, widths
