"""A list taken in by the window: file, columns, every row marked, taken in, given back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import Bench
from openpyxl import load_workbook
from PySide6.QtCore import Qt
from support.builders import number
from support.sheets import DOSE_HEADINGS, HEADINGS, a_book, a_dose_row, a_list, a_row

from vaxdesk.models import import_book
from vaxdesk.models.import_columns import ImportKind
from vaxdesk.ui import dialogs
from vaxdesk.ui.import_page import ALL, REFUSED, REPAIRED, ImportPage
from vaxdesk.ui.widgets import ElidedLabel

CTRL = Qt.KeyboardModifier.ControlModifier
CTRL_SHIFT = CTRL | Qt.KeyboardModifier.ShiftModifier
ENTER, ESCAPE, SPACE = Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Space

Opened = Callable[[Path], ImportPage]


@pytest.fixture
def opened(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opened]:
    """The page with a file chosen by its key."""

    def open_page(path: Path) -> ImportPage:
        monkeypatch.setattr(dialogs, "choose_file", lambda *_: path)
        bench.press(Qt.Key.Key_O, CTRL)
        bench.settle()
        return page

    bench.enter(bench.manager)
    bench.press(Qt.Key.Key_F9)
    bench.press(Qt.Key.Key_I, CTRL_SHIFT)
    found = bench.window.site.imports
    assert found is not None
    page = found
    yield open_page
    page.run.close()


def finish(bench: Bench, page: ImportPage) -> None:
    bench.qtbot.waitUntil(lambda: not page.run.is_running, timeout=10_000)
    bench.settle()


def press(bench: Bench, page: ImportPage, key: Qt.Key) -> None:
    bench.press(key)
    finish(bench, page)


def marks(page: ImportPage) -> dict[str, str]:
    return {row.key: row.cells[1].text for row in page.table.rows.rows}


def a_mixed_list(path: Path) -> Path:
    return a_list(path, 2, a_row(3, number=None), a_row(4, number=1090000004))


def test_a_list_goes_from_file_to_people_by_enter_alone(bench: Bench, opened: Opened, tmp_path: Path) -> None:
    page = opened(a_mixed_list(tmp_path / "a.xlsx"))
    assert page.notice.said.startswith("Xem lại mỗi cột")
    press(bench, page, ENTER)
    assert marks(page) == {"2": "Mới", "3": "Mới", "4": "Bị từ chối", "5": "Đã sửa"}
    assert "Chưa" not in page.notice.said
    assert page.go.text() == "Nhập 3 dòng"
    assert not bench.desk.work.desk.search(number(1))
    press(bench, page, ENTER)
    assert bench.desk.work.desk.search(number(1))
    assert page.notice.said == "Đã nhập xong. Mới 3 · đã có 0 · đã nhập trước đó 0 · bị từ chối 1 · đã sửa 1."


def test_no_number_of_the_file_is_shown_in_full_where_columns_are_chosen(opened: Opened, tmp_path: Path) -> None:
    page = opened(a_book(tmp_path / "a.xlsx", HEADINGS, a_row(1)))
    shown = [label.whole_text() for label in page.mapping.findChildren(ElidedLabel)]
    assert {"0010••••0001", "09••••01", "06/05/1990"} <= set(shown)
    assert not [text for text in shown if number(1) in text]


def test_each_refused_row_says_why(bench: Bench, opened: Opened, tmp_path: Path) -> None:
    page = opened(a_mixed_list(tmp_path / "a.xlsx"))
    press(bench, page, ENTER)
    page.filters[REFUSED].click()
    (row,) = page.table.rows.rows
    assert row.cells[1].icon == "stop"
    assert "Không có số CCCD" in row.cells[5].text
    page.filters[REPAIRED].click()
    (row,) = page.table.rows.rows
    assert "đã thêm lại" in row.cells[5].text
    assert row.cells[3].text == "0010••••0004"
    page.filters[ALL].click()
    assert len(page.table.rows.rows) == 4


def test_only_marked_rows_are_taken(bench: Bench, opened: Opened, tmp_path: Path) -> None:
    page = opened(a_mixed_list(tmp_path / "a.xlsx"))
    press(bench, page, ENTER)
    bench.press(SPACE)
    assert page.go.text() == "Nhập 1 dòng"
    press(bench, page, ENTER)
    assert bench.desk.work.desk.search(number(1))
    assert not bench.desk.work.desk.search(number(2))


def test_a_column_that_was_not_understood_is_chosen_and_remembered(
    bench: Bench, opened: Opened, tmp_path: Path
) -> None:
    path = a_book(tmp_path / "a.xlsx", ("Người", "Ngày sinh", "CCCD"), ("Lê Văn Thử", "6/5/1990", number(1)))
    page = opened(path)
    assert "Họ và tên" in page.notice.said
    assert not page.go.isEnabled()
    choice = page.mapping.choices[0]
    choice.setCurrentIndex(choice.findData("name"))
    choice.activated.emit(choice.currentIndex())
    bench.settle()
    assert page.go.isEnabled()
    book = bench.desk.work.imports
    assert book.prepare(book.survey(path), ImportKind.INVITED).columns.meanings[0] == "name"


def test_which_sheet_is_asked_where_there_are_several(bench: Bench, opened: Opened, tmp_path: Path) -> None:
    path = a_list(tmp_path / "a.xlsx", 1)
    book = load_workbook(path)
    other = book.create_sheet("Tổ 2")
    for row in (HEADINGS, a_row(7)):
        other.append(list(row))
    book.save(path)
    page = opened(path)
    assert page.sheet.isVisible()
    page.sheet.setCurrentIndex(1)
    page.sheet.activated.emit(1)
    bench.settle()
    press(bench, page, ENTER)
    press(bench, page, ENTER)
    assert bench.desk.work.desk.search(number(7))
    assert not bench.desk.work.desk.search(number(1))


def test_doses_of_paper_come_in_as_doses(bench: Bench, opened: Opened, tmp_path: Path) -> None:
    page = opened(a_book(tmp_path / "a.xlsx", DOSE_HEADINGS, a_dose_row(1)))
    page.doses.click()
    bench.settle()
    press(bench, page, ENTER)
    press(bench, page, ENTER)
    assert [record.dose.reason for record in bench.desk.work.desk.all_records()] == ["nhập hồi cứu"]


def test_refused_rows_are_given_back(
    bench: Bench, opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(a_mixed_list(tmp_path / "a.xlsx"))
    press(bench, page, ENTER)
    monkeypatch.setattr(dialogs, "choose_new_file", lambda *_: tmp_path / "out.xlsx")
    bench.press(Qt.Key.Key_E, CTRL)
    bench.settle()
    sheet: Any = load_workbook(tmp_path / "out.xlsx").active
    assert [row[-2].value for row in sheet.iter_rows(min_row=2)] == ["4"]
    assert "out.xlsx" in page.notice.said
    assert "không được mã hóa" in page.notice.said


def test_a_file_that_is_no_table_says_what_to_do(bench: Bench, opened: Opened, tmp_path: Path) -> None:
    (tmp_path / "a.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100))
    page = opened(tmp_path / "a.xls")
    assert "Lưu thành" in page.notice.said
    assert not page.go.isEnabled()


def test_stopped_in_the_middle_and_gone_on_with(
    bench: Bench, opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(import_book.PIECE, ImportKind.INVITED, 2)
    page = opened(a_list(tmp_path / "a.xlsx", 8))
    press(bench, page, ENTER)
    monkeypatch.setattr(page.run, "_go_on", lambda counts: counts.rows < 4)
    press(bench, page, ENTER)
    assert page.notice.said.startswith("Đã dừng giữa chừng")
    monkeypatch.undo()
    page.columns.click()
    press(bench, page, ENTER)
    assert page.go.text() == "Nhập 4 dòng"
    press(bench, page, ENTER)
    assert bench.desk.work.desk.search(number(8))


def test_escape_leads_back_to_the_site(bench: Bench, opened: Opened, tmp_path: Path) -> None:
    page = opened(a_list(tmp_path / "a.xlsx", 1))
    bench.press(ESCAPE)
    assert not page.isVisible()
    assert bench.window.site.place.imports.hasFocus()
