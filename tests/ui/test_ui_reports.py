"""The reports page: the form's figures, the records behind each, charts, files, print."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest
from conftest import Bench
from PySide6.QtCore import QDate, Qt
from support.builders import NOON, a_crowd
from support.sealed_lists import PASSWORD, opened

from vaxdesk.errors import AccessRefused
from vaxdesk.models.reports import Facets
from vaxdesk.models.stock import StockDraft, Wastage
from vaxdesk.models.values import Screening
from vaxdesk.ui import dialogs
from vaxdesk.ui.reports_page import ReportsPage

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def page(bench: Bench) -> ReportsPage:
    """Three injected, one refused."""
    drafts = a_crowd(4)
    for draft in drafts[:3]:
        bench.desk.work.desk.record(draft, bench.nurse)
    bench.desk.work.desk.record(replace(drafts[3], screening=Screening.REFUSED), bench.nurse)
    bench.enter(bench.manager)
    bench.press(Qt.Key.Key_F8)
    bench.settle()
    shown = bench.window.pages["reports"]
    assert isinstance(shown, ReportsPage)
    return shown


def choose(page: ReportsPage, heading: str) -> None:
    columns = [column.words.vi for column in page.table.form.form.columns]  # type: ignore[union-attr]
    page.table.setCurrentIndex(page.table.form.index(0, columns.index(heading)))


def test_it_opens_on_today_with_the_official_form(page: ReportsPage) -> None:
    form = page.table.form.form
    assert form is not None
    assert [cell.text for cell in form.rows[-1]][1:5] == ["Tổng cộng", "4", "–", "1"]
    assert form.sha256 in page.foot.text()
    assert page.table.hasFocus()


def test_the_records_behind_a_figure_are_shown_with_masked_numbers(page: ReportsPage, bench: Bench) -> None:
    choose(page, "Từ chối tiêm")
    bench.settle()
    (row,) = page.behind.records.rows.rows
    assert row.cells[1].text == "Lê Văn Thử E"
    assert "•" in row.cells[2].text
    assert page.behind.figure.whole_text() == "Comirnaty · Không tiêm · Từ chối tiêm: 1"
    choose(page, "Mũi 1")
    bench.settle()
    assert len(page.behind.records.rows.rows) == 3
    choose(page, "Tạm hoãn")
    bench.settle()
    assert page.behind.none.isVisible()


def test_a_figure_without_records_says_where_it_comes_from(page: ReportsPage, bench: Bench) -> None:
    draft = StockDraft("COMIRNATY", "FL4574", 2, reason=Wastage.BROKEN.value)
    bench.desk.work.stock.receive(StockDraft("COMIRNATY", "FL4574", 60, date(2022, 2, 28)), bench.manager)
    bench.desk.work.stock.waste(draft, bench.manager)
    page.refresh()
    bench.settle()
    choose(page, "Vắc xin hủy (liều)")
    assert "F7" in page.behind.none.text()
    page.kind.setCurrentIndex(1)
    bench.settle()
    choose(page, "Tỷ lệ tiêm (%)")
    assert "Tỷ lệ tính từ" in page.behind.none.text()


def test_what_was_given_before_opens_its_records(page: ReportsPage, bench: Bench) -> None:
    later = NOON.date() + timedelta(days=3)
    page.kind.setCurrentIndex(1)
    page.last.setDate(QDate(later.year, later.month, later.day))
    page.first.setDate(QDate(later.year, later.month, later.day))
    bench.settle()
    last = len(page.table.form.form.rows) - 1  # type: ignore[union-attr]
    page.table.setCurrentIndex(page.table.form.index(last, 2))
    bench.settle()
    assert len(page.behind.records.rows.rows) == 3
    assert page.behind.records.rows.rows[0].cells[0].text.startswith("12/11 ")


def test_another_day_and_the_round(page: ReportsPage, bench: Bench) -> None:
    before = NOON.date().replace(day=1)
    page.first.setDate(QDate(before.year, before.month, before.day))
    page.kind.setCurrentIndex(1)
    bench.settle()
    form = page.table.form.form
    assert form is not None
    assert form.rows[-1][-1].text == "75,0"
    page.last.setDate(QDate(before.year, before.month, before.day))
    bench.settle()
    assert page.table.form.form.rows[-1][-1].text == ""  # type: ignore[union-attr]


def test_each_chart_says_its_figures_in_words(page: ReportsPage, bench: Bench) -> None:
    told = []
    for place in range(page.chart_choice.count()):
        page.chart_choice.setCurrentIndex(place)
        told.append(page.chart.accessibleDescription())
    assert told[0] == "10:00: 3"
    assert told[1] == "Comirnaty: 3"
    assert told[3] == "Chưa có số liệu cho biểu đồ này."
    assert told[4].startswith("Dưới 1 giờ: ")


def test_a_file_holds_what_is_on_the_screen(
    page: ReportsPage, bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dialogs, "choose_new_file", lambda *_asked: tmp_path / "bao-cao.xlsx")
    bench.press(Qt.Key.Key_S, CTRL)
    bench.settle()
    sheet = openpyxl.load_workbook(tmp_path / "bao-cao.xlsx").worksheets[0]
    assert sheet.cell(8, 3).value == 4
    assert "bao-cao.xlsx" in page.notice.said


def test_enter_prints_the_pages(page: ReportsPage, bench: Bench) -> None:
    bench.press(Qt.Key.Key_Return)
    bench.settle()
    assert [pdf[:4] for pdf in bench.paper.pages] == [b"%PDF"]
    assert page.notice.said


def test_a_folder_that_takes_nothing_is_said(
    page: ReportsPage, bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dialogs, "choose_new_file", lambda *_asked: tmp_path / "nowhere" / "x.pdf")
    bench.press(Qt.Key.Key_S, CTRL)
    bench.settle()
    assert "x.pdf" in page.notice.said


def test_the_people_behind_a_figure_are_given_out_under_a_password(
    page: ReportsPage, bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dialogs, "choose_new_file", lambda *_asked: tmp_path / "danh-sach.xlsx")
    choose(page, "Mũi 1")
    bench.settle()
    bench.press(Qt.Key.Key_E, CTRL)
    assert page.behind.password.hasFocus()
    bench.type(PASSWORD[:4])
    page.behind.again.setText(PASSWORD)
    bench.press(Qt.Key.Key_Return)
    assert "không giống nhau" in page.notice.said
    for field in (page.behind.password, page.behind.again):
        field.setText("ngắn")
    bench.press(Qt.Key.Key_Return)
    assert "ít nhất 8" in page.notice.said
    assert not list(tmp_path.glob("*.xlsx"))
    for field in (page.behind.password, page.behind.again):
        field.setText(PASSWORD)
    bench.press(Qt.Key.Key_Return)
    assert "không gửi kèm" in page.notice.said
    assert [row[1] for row in opened(tmp_path / "danh-sach.xlsx")] == [
        row.cells[1].text for row in page.behind.records.rows.rows
    ]
    assert (page.behind.asking.isVisible(), page.behind.password.text()) == (False, "")
    assert not bench.paper.pages, "Enter there prints nothing"


def test_esc_asks_for_no_password_any_more_and_keeps_none(page: ReportsPage, bench: Bench) -> None:
    choose(page, "Mũi 1")
    bench.settle()
    bench.press(Qt.Key.Key_E, CTRL)
    page.behind.password.setText(PASSWORD)
    bench.press(Qt.Key.Key_Escape)
    assert (page.behind.asking.isVisible(), page.behind.password.text()) == (False, "")


def test_a_nurse_gives_out_no_names(page: ReportsPage, bench: Bench) -> None:
    bench.enter(bench.nurse)
    bench.press(Qt.Key.Key_F8)
    choose(page, "Mũi 1")
    bench.settle()
    assert not page.behind.give.isEnabled()
    with pytest.raises(AccessRefused, match="managers-only"):
        bench.desk.work.reports.give_out(page.span, Facets(), bench.nurse)
