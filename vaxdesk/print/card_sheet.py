"""Made-up cards to scan, sixteen an A4 page, each with its situation; every code is read back from the pixels before the sheet is given out."""

from __future__ import annotations

import io
from dataclasses import dataclass

import pypdfium2
import qrcode
from qrcode import constants, util

from vaxdesk.errors import ProofFailed
from vaxdesk.print import proof
from vaxdesk.print.frame import type_of
from vaxdesk.print.layout import A4, A5, Page, fit
from vaxdesk.print.qr import MASK, QrCode
from vaxdesk.print.sheets import Words

COLUMNS, ROWS = 2, 8
MODULE_MM, CODE_ROOM_MM = 0.5, 30.0
HEAD_MM, CARD_MM = 14.0, 31.0
TITLE = Words("THẺ LUYỆN TẬP", "Practice cards: nobody here exists")


@dataclass(frozen=True, slots=True, repr=False)
class CardToScan:
    """What the code holds, and what stands beside it."""

    text: str
    name: str
    born: str
    situation: Words


def produce(cards: tuple[CardToScan, ...]) -> bytes:
    """The sheets as one PDF, marked as practice. Raises ProofFailed `proof-qr-differs`."""
    whole = pypdfium2.PdfDocument.new()
    each = COLUMNS * ROWS
    for first in range(0, len(cards), each):
        shown = cards[first : first + each]
        pdf = _page(shown, first + 1)
        found = {code.text for code in proof.found_codes(proof.picture_of(pdf))}
        if found != {card.text for card in shown}:
            raise ProofFailed("proof-qr-differs")
        page = pypdfium2.PdfDocument(pdf)
        whole.import_pages(page)
        page.close()
    out = io.BytesIO()
    whole.save(out)
    whole.close()
    return out.getvalue()


def _page(cards: tuple[CardToScan, ...], number: int) -> bytes:
    page, kind = Page(A4, "Thẻ luyện tập", is_practice=True), type_of(A4)
    y = page.block(A4.width_mm / 2, 7, fit(f"{TITLE.vi} · {TITLE.en}", kind.unit, A4.inner_mm), "centre")
    width = A4.inner_mm / COLUMNS
    for place, card in enumerate(cards):
        row, column = divmod(place, COLUMNS)
        _card(page, A4.margin_mm + column * width, y + 4 + row * (CARD_MM + 2.5), width, number + place, card)
    return page.pdf()


def _card(page: Page, x: float, y: float, width: float, number: int, card: CardToScan) -> None:
    kind = type_of(A5)
    page.box(x + 1, y, width - 2, CARD_MM, 0.4, fill=None)
    code = symbol(card.text)
    side = code.side_mm + 2 * code.quiet_mm
    page.qr(x + 1 + (CODE_ROOM_MM - side) / 2, y + (CARD_MM - side) / 2, code)
    left, room = x + 1 + CODE_ROOM_MM + 1, width - CODE_ROOM_MM - 5
    top = page.block(left, y + 2, fit(f"{number}. {card.name}", kind.name, room, 2))
    top = page.block(left, top + 0.5, fit(card.born, kind.value, room))
    top = page.block(left, top + 1, fit(card.situation.vi, kind.value, room, 2))
    page.block(left, top, fit(card.situation.en, kind.note_en, room, 2))


def symbol(text: str) -> QrCode:
    """A card's code; its bytes are UTF-8 without a mark that says so, as on the cards."""
    code = qrcode.QRCode(error_correction=constants.ERROR_CORRECT_L, border=0, mask_pattern=MASK)
    code.add_data(util.QRData(text.encode("utf-8"), mode=util.MODE_8BIT_BYTE))
    code.make(fit=True)
    return QrCode(text, "L", tuple(tuple(map(bool, row)) for row in code.modules), MODULE_MM)
