"""The print ledger at the window: what came out, by whom, why, and what holds no more."""

from __future__ import annotations

from datetime import timedelta

import pytest
from conftest import Bench
from PySide6.QtCore import QDate, Qt
from support.builders import NOON, a_crowd

from vaxdesk.models.desk import DoseChanges
from vaxdesk.models.paper_book import Standing
from vaxdesk.ui.print_ledger import PrintLedger

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def ledger(bench: Bench) -> PrintLedger:
    """Three printed papers, the first corrected since, and a reprint of the second with its reason."""
    work = bench.desk.work
    records = [work.desk.record(draft, bench.nurse) for draft in a_crowd(3)]
    for place, record in enumerate(records):
        work.certificates.note_print(record, "confirmation", f"{place}" * 64, "", bench.nurse)
    work.certificates.note_print(records[1], "confirmation", "b" * 64, "làm mất", bench.nurse)
    bench.clock.now = NOON + timedelta(minutes=1)
    work.desk.correct(records[0].dose.id, DoseChanges(injector="Trần Văn Y"), "ghi nhầm", bench.nurse)
    bench.enter(bench.nurse)
    bench.press(Qt.Key.Key_F4)
    bench.press(Qt.Key.Key_L, CTRL)
    found = bench.window.certificates.ledger
    assert found is not None
    bench.settle()
    return found


def cells(ledger: PrintLedger, column: int) -> list[str]:
    return [row.cells[column].text for row in ledger.table.rows.rows]


def test_it_lists_every_copy_the_newest_first(ledger: PrintLedger) -> None:
    assert cells(ledger, 3) == ["2", "1", "1", "1"]
    assert "4" in ledger.count.text()
    assert ledger.detail.text().endswith(f"SHA-256 {'b' * 64}")
    assert "làm mất" in ledger.detail.text()


def test_what_holds_no_more_is_red_and_can_be_filtered(ledger: PrintLedger, bench: Bench) -> None:
    ledger.standing.setCurrentIndex(ledger.standing.findData(Standing.CORRECTED.value))
    assert len(ledger.table.rows.rows) == 1
    assert ledger.table.rows.rows[0].cells[5].icon == "stop"
    ledger.standing.setCurrentIndex(0)
    ledger.text.setText("thử d")
    assert len(ledger.table.rows.rows) == 1


def test_other_days_are_read_and_an_empty_ledger_says_so(ledger: PrintLedger, bench: Bench) -> None:
    day = NOON.date() - timedelta(days=1)
    ledger.last.setDate(QDate(day.year, day.month, day.day))
    ledger.first.setDate(QDate(day.year, day.month, day.day))
    ledger.last.setDate(QDate(day.year, day.month, day.day))
    bench.settle()
    assert ledger.table.rows.rows == ()
    assert ledger.count.text()
    assert ledger.detail.text() == ""


def test_escape_goes_back_to_the_papers_and_keeps_no_names(ledger: PrintLedger, bench: Bench) -> None:
    bench.press(Qt.Key.Key_Escape)
    assert not ledger.isVisible()
    assert ledger.table.rows.rows == ()
    assert bench.window.certificates.table.hasFocus()
