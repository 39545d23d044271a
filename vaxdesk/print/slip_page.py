"""The dose slip for the pocket, A6; on bigger paper in its upper left corner, with lines to cut along. On a thermal roll: `slip_roll`."""

from __future__ import annotations

from vaxdesk.print import frame, qr
from vaxdesk.print.frame import type_of
from vaxdesk.print.layout import A6, PAPERS, Page, fit
from vaxdesk.print.sheets import SlipSheet, Words

DOCUMENT = "Phiếu mũi tiêm COVID-19"
TITLE = Words("PHIẾU MŨI TIÊM", "Vaccination slip")
WAITING = Words(
    "Do điểm tiêm ký số; chưa được nền tảng xác nhận.",
    "Signed by the site; not yet confirmed by the platform.",
)
REST = Words(
    "Ở lại điểm tiêm theo dõi ít nhất 30 phút; tự theo dõi sức khỏe trong 28 ngày.",
    "Stay at the site for at least 30 minutes; watch your health for 28 days.",
)


def render(sheet: SlipSheet, paper_name: str) -> bytes:
    """The page as PDF. Raises ProofFailed when something does not fit, PrintError for a QR text too long."""
    page = Page(PAPERS[paper_name], DOCUMENT)
    kind, left, width = type_of(A6), A6.margin_mm, A6.inner_mm
    middle = A6.width_mm / 2
    y = page.block(middle, A6.margin_mm, fit(sheet.unit, kind.unit, width, 2), "centre")
    y = page.block(middle, y + 0.6, fit(TITLE.vi, kind.title, width), "centre")
    y = page.block(middle, y - 0.4, fit(TITLE.en, kind.label_en, width), "centre")
    page.rule(left, y + 0.8, left + width, y + 0.8, 0.7)
    y = _facts(page, y + 2.6, left, width, sheet)
    _code(page, y + 1, left, width, sheet)
    if page.paper is not A6:
        _cut_lines(page)
    return page.pdf()


def facts(sheet: SlipSheet) -> tuple[tuple[Words, str], ...]:
    """What a slip tells, label and value, the name first."""
    born = f"{sheet.birth_date} · {sheet.sex.vi}/{sheet.sex.en}" if sheet.sex.vi else sheet.birth_date
    lot = f"{sheet.lot} · HSD/Exp {sheet.expiry}" if sheet.expiry else sheet.lot
    return (
        (Words("Họ và tên", "Name"), sheet.name),
        (Words("Ngày sinh, giới tính", "Date of birth, sex"), born),
        (Words("Số CCCD", "ID"), sheet.number),
        (Words("Mũi tiêm", "Dose"), f"{sheet.dose.vi} · {sheet.dose.en}"),
        (Words("Vắc xin", "Vaccine"), sheet.vaccine),
        (Words("Số lô", "Lot"), lot),
        (Words("Thời gian tiêm", "Date and time"), sheet.at),
    )


def _facts(page: Page, top: float, left: float, width: float, sheet: SlipSheet) -> float:
    kind = type_of(A6)
    for place, (words, value) in enumerate(facts(sheet)):
        style, count = (kind.value, 2) if place else (kind.name, 3)
        top = frame.labelled(page, left, top, 30, width, words, value, style, count) + 0.9
    return top


def _code(page: Page, top: float, left: float, width: float, sheet: SlipSheet) -> None:
    """The code on the left, what to know beside it."""
    kind = type_of(A6)
    code = qr.encode(sheet.qr_text, min(qr.SIDE_MM_MAX, A6.height_mm - A6.margin_mm - top - 8))
    page.qr(left - code.quiet_mm, top + 1 - code.quiet_mm + 1, code)
    x = left + code.side_mm + code.quiet_mm + 2
    room = left + width - x
    y = top + 1.5
    for words in (WAITING, REST):
        y = page.block(x, y, fit(words.vi, kind.note, room, 5))
        y = page.block(x, y, fit(words.en, kind.note_en, room, 5)) + 1.5
    foot = A6.height_mm - A6.margin_mm - kind.foot.line_mm + 1.5
    page.block(left, foot, fit(sheet.reference, kind.foot, width))


def _cut_lines(page: Page) -> None:
    page.rule(A6.width_mm, 6, A6.width_mm, A6.height_mm, 0.6, dots=True)
    page.rule(6, A6.height_mm, A6.width_mm, A6.height_mm, 0.6, dots=True)
