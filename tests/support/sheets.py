"""Made-up lists for tests of imports: every file is made by the test that reads it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from support.builders import number

HEADINGS = ("STT", "Họ và tên", "Ngày sinh", "Giới tính", "Số CCCD", "Số điện thoại", "Địa chỉ")
DOSE_HEADINGS = (*HEADINGS, "Vắc xin", "Số lô", "Hạn dùng", "Ngày tiêm", "Giờ tiêm")


def a_book(path: Path, *rows: Sequence[Any], title: str = "Danh sách") -> Path:
    """An XLSX file with one sheet."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    book.save(path)
    return path


def a_row(index: int, **changes: Any) -> tuple[Any, ...]:
    """A made-up man born 1990 in the order of HEADINGS; `number` is what `builders.number` makes of the index."""
    fields = {
        "stt": index,
        "name": f"Lê Văn Thử {chr(65 + index % 26)}",
        "birth": "06/05/1990",
        "sex": "Nam",
        "number": number(index),
        "phone": f"09000{index:05d}",
        "address": "Tổ 2, Phường Thử",
    }
    return tuple((fields | changes).values())


def a_dose_row(index: int, **changes: Any) -> tuple[Any, ...]:
    """`a_row` with a dose of the day before `builders.NOON`."""
    dose = {"vaccine": "Comirnaty", "lot": "FL4574", "expiry": "28/02/2022", "day": "11/11/2021", "time": "8:30"}
    person = {name: value for name, value in changes.items() if name not in dose}
    return (*a_row(index, **person), *(changes.get(name, value) for name, value in dose.items()))


def a_list(path: Path, count: int, *more: Sequence[Any]) -> Path:
    """An XLSX list of `count` people, then `more` rows."""
    return a_book(path, HEADINGS, *(a_row(i) for i in range(1, count + 1)), *more)
