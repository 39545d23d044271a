"""A refused reaction stands in the list of records to settle beside its dose, and goes again as it is."""

from __future__ import annotations

from conftest import Bench
from PySide6.QtCore import Qt
from support.builders import a_crowd
from support.reactions import a_reaction, keep

from vaxdesk.models.aftercare import Reaction
from vaxdesk.models.exchange import Acknowledged, DueDose, DueReaction, PutAside
from vaxdesk.models.values import Receipt

F5, ENTER = Qt.Key.Key_F5, Qt.Key.Key_Return


def refused(bench: Bench, count: int, code: str = "refused-date") -> list[Reaction]:
    """Doses that were received, each with a reaction that was not."""
    book, clock = bench.desk.work.sync_book, bench.clock
    doses = [bench.desk.work.desk.record(draft, bench.nurse).dose for draft in a_crowd(count)]
    made = [keep(bench.desk.store, a_reaction(dose, bench.nurse), clock()) for dose in doses]
    for one in book.due(clock(), 100, asked=True):
        assert isinstance(one, DueDose)  # A1: the reactions wait
        receipt = Receipt(one.dose.id, 1, "1", clock(), "0" * 64)
        book.apply([Acknowledged(one.entry, receipt)], clock())
    for due in book.due(clock(), 100, asked=True):
        assert isinstance(due, DueReaction)
        book.apply([PutAside(due.entry, code, "lời của máy chủ")], clock())
    return made


def test_a_refused_reaction_is_listed_with_its_dose_and_sent_again(bench: Bench) -> None:
    refused(bench, 1)
    bench.enter()
    bench.press(F5)
    (row,) = bench.window.sync.list.table.rows.rows
    assert row.cells[2].text == "Phản ứng sau tiêm"
    card = bench.window.sync.story.refused
    assert card.dose.text().startswith("Phản ứng sau: ")
    assert card.why.text().startswith("Nền tảng không nhận phản ứng sau tiêm này.")
    assert "lời của máy chủ" in card.own.text()
    assert not card.mend.isVisibleTo(card)  # what mends a dose would not mend it
    bench.press(ENTER)
    counts = bench.desk.work.figures.counts()
    assert (counts.set_aside, counts.waiting) == (0, 1)


def test_reactions_and_doses_of_one_cause_are_not_mended_together(bench: Bench) -> None:
    made = refused(bench, 2)
    bench.desk.work.desk.record(a_crowd(3)[2], bench.nurse)
    (due,) = bench.desk.work.sync_book.due(bench.clock(), 100, asked=True)
    bench.desk.work.sync_book.apply([PutAside(due.entry, "refused-date", "")], bench.clock())
    bench.enter()
    bench.press(F5)
    rows = bench.window.sync.list.table.rows.rows
    assert rows[0].cells[1].text == "2 bản ghi"
    assert {row.key for row in rows} >= {one.id for one in made}
    assert sum("Phản ứng" in row.cells[2].text for row in rows) == 2
