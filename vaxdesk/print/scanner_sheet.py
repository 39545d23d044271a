"""The scanner's test codes, for the screen and on one A5 page to be kept beside the scanner."""

from __future__ import annotations

import qrcode
from qrcode import constants, util

from vaxdesk.models.scan_diagnosis import CARD_CODE, CERTIFICATE_CODE
from vaxdesk.print.frame import type_of
from vaxdesk.print.layout import A5, Page, fit
from vaxdesk.print.qr import MASK, QrCode
from vaxdesk.print.sheets import Words

MODULE_MM = {
    CARD_CODE: 0.8,
    CERTIFICATE_CODE: 0.8,
}  # bigger than on a card: the scanner's settings are tested, not its eyes
TITLE = Words("MÃ THỬ MÁY QUÉT", "Codes to test the scanner")
USE = Words(
    "Mở vaxdesk, trang Cơ sở (F9), bấm Thử máy quét, rồi quét lần lượt từng mã.",
    "Open vaxdesk, the site page (F9), press Test the scanner, then scan each code.",
)
NAMES = {
    CARD_CODE: Words("1. Như mã trên thẻ căn cước", "1. Like the code on an identity card"),
    CERTIFICATE_CODE: Words("2. Như mã trên giấy chứng nhận", "2. Like the code on a certificate"),
}


def symbol(text: str) -> QrCode:
    """A test code as modules; its bytes are UTF-8 without a mark that says so, as on the cards."""
    code = qrcode.QRCode(error_correction=constants.ERROR_CORRECT_L, border=0, mask_pattern=MASK)
    code.add_data(util.QRData(text.encode("utf-8"), mode=util.MODE_8BIT_BYTE))
    code.make(fit=True)
    return QrCode(text, "L", tuple(tuple(map(bool, row)) for row in code.modules), MODULE_MM[text])


def render() -> bytes:
    """One A5 page as PDF."""
    page, kind = Page(A5, "Mã thử máy quét"), type_of(A5)
    left, width, middle = A5.margin_mm, A5.inner_mm, A5.width_mm / 2
    y = page.block(middle, A5.margin_mm, fit(TITLE.vi, kind.title, width), "centre")
    y = page.block(middle, y, fit(TITLE.en, kind.label_en, width), "centre")
    y = page.block(left, y + 4, fit(USE.vi, kind.value, width, 3))
    y = page.block(left, y, fit(USE.en, kind.label_en, width, 3))
    for text, name in NAMES.items():
        y = page.block(left, y + 6, fit(name.vi, kind.name, width))
        y = page.block(left, y, fit(name.en, kind.label_en, width))
        code = symbol(text)
        page.qr(middle - code.side_mm / 2 - code.quiet_mm, y + 2, code)
        y += 2 + code.side_mm + 2 * code.quiet_mm
    return page.pdf()
