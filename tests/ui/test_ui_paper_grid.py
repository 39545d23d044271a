"""A paper day typed at the keyboard."""

from __future__ import annotations

import pytest
from conftest import Bench
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from support.builders import number

from vaxdesk.models.paper_day import COLUMNS, PaperDay
from vaxdesk.ui.paper_grid import PaperGrid

CTRL = Qt.KeyboardModifier.ControlModifier
CTRL_SHIFT = CTRL | Qt.KeyboardModifier.ShiftModifier
ENTER, ESCAPE = Qt.Key.Key_Return, Qt.Key.Key_Escape


@pytest.fixture
def grid(bench: Bench) -> PaperGrid:
    bench.enter(bench.manager)
    return opened(bench)


def opened(bench: Bench) -> PaperGrid:
    bench.press(Qt.Key.Key_F9)
    bench.press(Qt.Key.Key_I, CTRL_SHIFT)
    bench.press(Qt.Key.Key_P, CTRL_SHIFT)
    bench.settle()
    found = bench.window.site.paper
    assert found is not None
    return found


def type_row(grid: PaperGrid, *cells: str) -> None:
    """Cell after cell by Enter, as fast as a clerk."""
    grid.grid.setFocus()
    for text in cells:
        grid.grid.edit(grid.grid.currentIndex())
        editor = QApplication.focusWidget()
        assert isinstance(editor, QLineEdit)
        editor.setText(text)
        QTest.keyClick(editor, ENTER)


def fill(grid: PaperGrid, day: str = "11/11/2021", total: str = "2", lots: str = "FL4574 2") -> None:
    for titled, text in ((grid.day, day), (grid.total, total), (grid.lots, lots)):
        assert isinstance(titled.field, QLineEdit)
        titled.field.setText(text)


def judged(bench: Bench, grid: PaperGrid) -> None:
    grid._judge.stop()
    grid._judge_rows()
    bench.settle()


def two_rows(grid: PaperGrid) -> None:
    grid.grid.setCurrentIndex(grid.rows.index(0, 0))
    first = ("Lê Văn Thử B", "6/5/1990", "Nam", "Pfizer", "FL4574", "28/02/2022", "8:30", "")
    type_row(grid, number(1), *first)
    type_row(grid, number(2), "Lê Văn Thử C", "1990", "Nam")


def test_enter_goes_on_and_the_product_comes_from_the_row_before(bench: Bench, grid: PaperGrid) -> None:
    two_rows(grid)
    assert grid.rows.rows[1][COLUMNS.index("lot-1")] == "FL4574"
    assert grid.grid.currentIndex().column() == COLUMNS.index("time-1")
    assert grid.rows.rowCount() == 3
    assert grid.counted.text() == "Đã gõ 2 mũi: FL4574 2"


def test_what_is_wrong_stands_in_its_cell_at_once(bench: Bench, grid: PaperGrid) -> None:
    fill(grid)
    two_rows(grid)
    grid.rows.setData(grid.rows.index(0, 3), "Nữ")
    judged(bench, grid)
    cell = grid.rows.index(0, 3)
    assert "Giới tính" in str(cell.data(Qt.ItemDataRole.ToolTipRole))
    assert cell.data(Qt.ItemDataRole.DecorationRole) is not None
    grid.grid.setCurrentIndex(cell)
    assert "Giới tính" in grid.notice.said
    grid.rows.setData(cell, "Nam")
    judged(bench, grid)
    assert grid.rows.wrong == {}


def test_a_number_typed_twice_is_said_at_once(bench: Bench, grid: PaperGrid) -> None:
    fill(grid)
    two_rows(grid)
    grid.rows.setData(grid.rows.index(1, 0), number(1))
    judged(bench, grid)
    assert "dòng trên" in grid.rows.wrong[1][0]


def test_nothing_is_saved_before_the_papers_totals_agree(bench: Bench, grid: PaperGrid) -> None:
    fill(grid, total="3")
    two_rows(grid)
    bench.press(Qt.Key.Key_S, CTRL)
    bench.settle()
    assert grid.notice.said.startswith("Trên giấy có 3 mũi, đã gõ 2 mũi.")
    assert not bench.desk.work.desk.all_records()
    fill(grid)
    bench.press(Qt.Key.Key_S, CTRL)
    bench.settle()
    doses = [record.dose for record in bench.desk.work.desk.all_records()]
    assert [f"{dose.occurred_at:%d/%m %H:%M}" for dose in doses] == ["11/11 08:30", "11/11 12:00"]
    assert {dose.reason for dose in doses} == {"nhập hồi cứu"}
    assert grid.notice.said == "Đã lưu 2 mũi tiêm, nhập hồi cứu."
    assert grid.rows.rowCount() == 1


def test_what_cannot_be_saved_stays_to_be_mended(bench: Bench, grid: PaperGrid) -> None:
    fill(grid)
    two_rows(grid)
    grid.rows.setData(grid.rows.index(1, 0), number(2)[:-1])
    bench.press(Qt.Key.Key_S, CTRL)
    bench.settle()
    assert len(bench.desk.work.desk.all_records()) == 1
    assert [row[1] for row in grid.rows.rows] == ["Lê Văn Thử C", ""]
    assert "còn lại chưa lưu" in grid.notice.said


def test_what_was_typed_is_kept_against_loss(bench: Bench, grid: PaperGrid) -> None:
    fill(grid)
    two_rows(grid)
    bench.press(ESCAPE)
    bench.settle()
    kept = bench.desk.work.imports.paper_draft()
    assert number(2) in kept
    other = PaperGrid(bench.around)
    bench.qtbot.addWidget(other)
    other.refresh()
    bench.settle()
    assert other.paper() == grid.paper() != PaperDay()


def test_escape_leads_back_and_a_row_typed_by_mistake_goes(bench: Bench, grid: PaperGrid) -> None:
    two_rows(grid)
    grid.grid.setCurrentIndex(grid.rows.index(0, 0))
    grid.remove.click()
    assert [row[0] for row in grid.rows.rows] == [number(2), ""]
    grid.grid.setFocus()
    bench.press(ESCAPE)
    assert not grid.isVisible()
