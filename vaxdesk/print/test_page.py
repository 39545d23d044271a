"""A page that shows whether a printer is fit for the papers: every Vietnamese mark, a code, and rulers that tell when the printer scales."""

from __future__ import annotations

from vaxdesk.print import fonts, proof, qr
from vaxdesk.print.frame import type_of
from vaxdesk.print.layout import PAPERS, Page, fit
from vaxdesk.print.sheets import Words

TITLE = Words("TRANG IN THỬ", "Printer test page")
CODE_TEXT = "VAXDESK TEST PAGE: MADE UP - NO CERTIFICATE"
LETTERS = (
    "AĂÂBCDĐEÊGHIKLMNOÔƠPQRSTUƯVXY aăâbcdđeêghiklmnoôơpqrstuưvxy",
    "ÀẢÃÁẠ ẰẲẴẮẶ ẦẨẪẤẬ ÈẺẼÉẸ ỀỂỄẾỆ ÌỈĨÍỊ ÒỎÕÓỌ ỒỔỖỐỘ ỜỞỠỚỢ ÙỦŨÚỤ ỪỬỮỨỰ ỲỶỸÝỴ",
    "àảãáạ ằẳẵắặ ầẩẫấậ èẻẽéẹ ềểễếệ ìỉĩíị òỏõóọ ồổỗốộ ờởỡớợ ùủũúụ ừửữứự ỳỷỹýỵ",
)
QUESTIONS = (
    Words("Mọi dấu có rõ và đủ không?", "Is every mark there and clear?"),
    Words("Thước ngang và thước dọc có đúng 100 mm không?", "Are both rulers exactly 100 mm long?"),
    Words("Máy quét hoặc điện thoại có đọc được mã không?", "Can a scanner or phone read the code?"),
    Words("Bốn góc khung có in đủ không?", "Are all four corners of the frame there?"),
)
SCALED = Words(
    "Thước không đúng 100 mm: đặt tỷ lệ in là 100 % (không chọn “vừa trang”).",
    "Rulers not 100 mm: set the scale to 100 % (not “fit to page”).",
)
RULER_MM, CODE_MM = 100, 30.0


def produce(unit: str, paper_name: str) -> bytes:
    """The page as PDF on A4 or A5, its code read back from its pixels; `unit` is the site's name. Raises ProofFailed."""
    pdf = render(unit, paper_name)
    proof.prove(pdf, CODE_TEXT, tuple(fonts.visible(text) for text in (unit, TITLE.vi, *LETTERS)))
    return pdf


def render(unit: str, paper_name: str) -> bytes:
    """The page, not yet proven. Raises ProofFailed when something does not fit."""
    paper = PAPERS[paper_name]
    page, kind = Page(paper, "Trang in thử"), type_of(paper)
    left, width, middle = paper.margin_mm, paper.inner_mm, paper.width_mm / 2
    _corners(page)
    y = page.block(middle, paper.margin_mm, fit(unit, kind.unit, width - 12, 2), "centre")
    y = page.block(middle, y + 1, fit(TITLE.vi, kind.title, width), "centre")
    y = page.block(middle, y, fit(TITLE.en, kind.label_en, width), "centre") + 3
    for letters in LETTERS:
        y = page.block(left, y, fit(letters, kind.value, width, 3)) + 1
    y += 8 * paper.scale
    x = left + 12
    _ruler_across(page, x, y)
    _ruler_down(page, left + 6, y + 8)
    code = qr.encode(CODE_TEXT, CODE_MM)
    top = page.qr(x, y + 10, code) + 3
    for number, words in enumerate((*QUESTIONS, SCALED), 1):
        top = page.block(
            x, top, fit(f"{number}. {words.vi}" if words is not SCALED else words.vi, kind.value, width - 12, 3)
        )
        top = page.block(x, top, fit(words.en, kind.note_en, width - 12, 3)) + 1.6
    return page.pdf()


def _ruler_across(page: Page, x: float, y: float) -> None:
    kind = type_of(page.paper)
    page.rule(x, y, x + RULER_MM, y, 0.6)
    for mm in range(RULER_MM + 1):
        page.rule(x + mm, y, x + mm, y + _tick_mm(mm), 0.25)
        if mm % 10 == 0:
            page.block(x + mm, y - kind.foot.line_mm, fit(str(mm), kind.foot, 8), "centre")


def _ruler_down(page: Page, x: float, y: float) -> None:
    kind = type_of(page.paper)
    page.rule(x, y, x, y + RULER_MM, 0.6)
    for mm in range(RULER_MM + 1):
        page.rule(x, y + mm, x + _tick_mm(mm), y + mm, 0.25)
        if mm % 10 == 0:
            page.block(x - 0.8, y + mm - kind.foot.line_mm / 2, fit(str(mm), kind.foot, 8), "right")


def _tick_mm(mm: int) -> float:
    return 4.0 if mm % 10 == 0 else 2.8 if mm % 5 == 0 else 1.6


def _corners(page: Page) -> None:
    """As far out as every office printer reaches."""
    paper, edge, arm = page.paper, 6.0, 8.0
    for x, to_x in ((edge, edge + arm), (paper.width_mm - edge, paper.width_mm - edge - arm)):
        for y, to_y in ((edge, edge + arm), (paper.height_mm - edge, paper.height_mm - edge - arm)):
            page.rule(x, y, to_x, y, 0.8)
            page.rule(x, y, x, to_y, 0.8)
