"""Words of the stock page: what an entry did, the terms of the equation, corrections, what a lot must be known for."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from vaxdesk.models import catalogue
from vaxdesk.models.day_close import Delta
from vaxdesk.models.stock import Flag, LotBalance, LotKey, StockEntry, StockKind, StockLot, Wastage
from vaxdesk.ui import words
from vaxdesk.ui.tone import Tone
from vaxdesk.ui.translations import Speech

translate = QCoreApplication.translate
FLAG_LOOKS = {
    Flag.RECALLED: (Tone.STOP, "stop"),
    Flag.EXPIRED: (Tone.STOP, "stop"),
    Flag.OVERDRAWN: (Tone.DECIDE, "decide"),
    Flag.TEMPERATURE: (Tone.DECIDE, "decide"),
    Flag.NEAR_EXPIRY: (Tone.DECIDE, "calendar"),
}


def kind(value: StockKind) -> str:
    """What an entry did."""
    return {
        StockKind.RECEIVED: translate("words", "Nhận"),
        StockKind.RETURNED: translate("words", "Trả, chuyển đi"),
        StockKind.WASTED: translate("words", "Hủy bỏ"),
        StockKind.COUNTED: translate("words", "Đếm"),
        StockKind.VOIDED: translate("words", "Bỏ mục ghi sai"),
    }[value]


def term(name: str) -> str:
    """A term of the equation, or a figure of the day."""
    return {
        "opening": translate("words", "Đầu ngày"),
        "received": translate("words", "Nhận"),
        "returned": translate("words", "Trả đi"),
        "wasted": translate("words", "Hủy bỏ"),
        "recorded": translate("words", "Đã tiêm"),
        "expected": translate("words", "Phải còn"),
        "counted": translate("words", "Đếm được"),
        "difference": translate("words", "Chênh lệch"),
        "given": translate("words", "Mũi đã tiêm"),
        "not_done": translate("words", "Không tiêm"),
        "reactions": translate("words", "Phản ứng sau tiêm"),
    }[name]


def product(key: LotKey, language: str) -> str:
    """The product's name; the code of one that this catalogue does not know."""
    found = next((one for one in catalogue.load().vaccines if one.code == key.vaccine), None)
    return found.display(language) if found else key.vaccine


def brand(key: LotKey) -> str:
    """The short name on the box."""
    found = next((one for one in catalogue.load().vaccines if one.code == key.vaccine), None)
    return found.brand if found else key.vaccine


def signed(value: int) -> str:
    """+2, −1, 0: a difference shows its sign."""
    return f"+{value}" if value > 0 else f"−{-value}" if value < 0 else "0"


def difference(balance: LotBalance) -> str:
    """The difference, or a dash where nobody counted."""
    return "–" if balance.difference is None else signed(balance.difference)


def standing(lot: StockLot) -> tuple[str, str, Tone | None]:
    """What a lot's line says at its end, with icon and tone: the worst flag, else how far counting is."""
    if lot.flags:
        flag, more = lot.flags[0], len(lot.flags) - 1
        tone, icon = FLAG_LOOKS[flag]
        return short(flag) + (f" +{more}" if more else ""), icon, tone
    if lot.balance.counted is None:
        return translate("words", "chưa đếm"), "waiting", None
    if lot.balance.is_balanced:
        return translate("words", "khớp"), "allowed", Tone.ALLOWED
    return translate("words", "lệch"), "decide", Tone.DECIDE


def short(flag: Flag) -> str:
    """The word for a line of the list; the whole of it stands beside."""
    return {
        Flag.RECALLED: translate("words", "thu hồi"),
        Flag.EXPIRED: translate("words", "hết hạn"),
        Flag.OVERDRAWN: translate("words", "dùng quá"),
        Flag.TEMPERATURE: translate("words", "nhiệt độ"),
        Flag.NEAR_EXPIRY: translate("words", "sắp hết hạn"),
    }[flag]


def wastage(code: str, speech: Speech) -> str:
    """Why doses were thrown away; a code of a newer program stays as it is."""
    return speech.of_code(Wastage(code).said_as) if code in set(Wastage) else code


def why(entry: StockEntry, speech: Speech) -> str:
    """Everything that was written to an entry, as one line."""
    parts = [wastage(entry.reason, speech) if entry.reason else "", entry.note]
    if entry.vial:
        parts.insert(0, translate("words", "lọ {vial}").format(vial=entry.vial))
    if entry.temperature_c is not None:
        parts.append(f"{words.decimal(entry.temperature_c, speech.language)} °C")
    return " · ".join(part for part in parts if part)


def delta(one: Delta) -> str:
    """Đã tiêm (FL4574): 3 → 2."""
    what = term(one.term) + (f" ({one.key.lot})" if one.key else "")
    return f"{what}: {_count(one.frozen)} → {_count(one.now)}"


def _count(value: int | None) -> str:
    return "–" if value is None else str(value)
