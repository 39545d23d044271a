"""Words for lists that are taken in: what a column can mean, and what becomes of a row."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from vaxdesk.models.import_columns import BLOCKS, OF_A_DOSE, Column, ImportKind
from vaxdesk.models.import_judging import MarkedRow, RowState
from vaxdesk.ui.tone import Tone

translate = QCoreApplication.translate
MINUTE_S = 60


def column(meaning: str) -> str:
    """What a column means, for a list of choices."""
    name, _, block = meaning.rpartition("-")
    if name and block.isdecimal():
        return f"{_column(Column(name))} · {translate('words', 'mũi')} {block}"
    return _column(Column(meaning))


def choices(kind: ImportKind) -> tuple[str, ...]:
    """The meanings offered for a kind of list, in the order of the usual forms."""
    plain = tuple(one.value for one in Column if one not in OF_A_DOSE)
    if kind is ImportKind.INVITED:
        return plain
    return plain + tuple(f"{one.value}-{block}" for block in BLOCKS for one in OF_A_DOSE)


def _column(meaning: Column) -> str:
    return {
        Column.IGNORED: translate("words", "Bỏ qua"),
        Column.ROW_ID: translate("words", "Mã dòng"),
        Column.CITIZEN_ID: translate("words", "Số CCCD / số định danh"),
        Column.OLD_ID: translate("words", "Số CMND cũ"),
        Column.NAME: translate("words", "Họ và tên"),
        Column.BIRTH_DATE: translate("words", "Ngày sinh"),
        Column.BIRTH_DAY: translate("words", "Ngày (của ngày sinh)"),
        Column.BIRTH_MONTH: translate("words", "Tháng sinh"),
        Column.BIRTH_YEAR: translate("words", "Năm sinh"),
        Column.BORN_MALE: translate("words", "Năm sinh, cột Nam"),
        Column.BORN_FEMALE: translate("words", "Năm sinh, cột Nữ"),
        Column.SEX: translate("words", "Giới tính"),
        Column.PHONE: translate("words", "Số điện thoại"),
        Column.ADDRESS: translate("words", "Địa chỉ"),
        Column.VACCINE: translate("words", "Vắc xin"),
        Column.LOT: translate("words", "Số lô"),
        Column.EXPIRY: translate("words", "Hạn dùng"),
        Column.DAY: translate("words", "Ngày tiêm"),
        Column.TIME: translate("words", "Giờ tiêm"),
        Column.DOSE_NUMBER: translate("words", "Mũi số"),
        Column.INJECTOR: translate("words", "Người tiêm"),
        Column.OVERRIDE: translate("words", "Lý do quyết định"),
    }[meaning]


def mark(row: MarkedRow, is_done: bool) -> tuple[str, str, Tone]:
    """Icon, word and tone of a row: what will become of it, or (`is_done`) what became of it."""
    if row.state is RowState.REFUSED:
        return "stop", translate("words", "Bị từ chối"), Tone.STOP
    if row.state is RowState.ALREADY:
        return "proven", translate("words", "Đã nhập trước đó"), Tone.QUIET
    if row.is_repaired:
        return "decide", translate("words", "Đã sửa"), Tone.DECIDE
    if is_done:
        return "allowed", translate("words", "Đã nhập"), Tone.ALLOWED
    if row.state is RowState.KNOWN:
        return "person", translate("words", "Người đã có"), Tone.ALLOWED
    return "add", translate("words", "Mới"), Tone.ALLOWED


def left(seconds: float) -> str:
    """About how long it still takes."""
    if seconds < MINUTE_S:
        return translate("words", "còn chưa đến 1 phút")
    return translate("words", "còn khoảng {count} phút").format(count=round(seconds / MINUTE_S))
