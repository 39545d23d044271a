"""A full citizen number is read nowhere until somebody asks for it, and each time somebody does, the audit says who and of whom."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from conftest import CARD, Bench
from PySide6.QtCore import Qt
from sqlalchemy import select
from support.builders import a_crowd, a_draft
from support.window_texts import texts

from vaxdesk.models import tables as t
from vaxdesk.models.exchange import Dispute, DisputeKind, DueDose, PutAside
from vaxdesk.models.values import DoseRecord, PersonDraft
from vaxdesk.ui.tables import RowsTable

CTRL = Qt.KeyboardModifier.ControlModifier
TWELVE = re.compile(r"(?<!\d)\d{12}(?!\d)")
REFUSALS = ("refused-lot", "refused-lot", "refused-person", "record-conflict")


@pytest.fixture
def record(bench: Bench) -> DoseRecord:
    """Somebody on every list: given, refused, in conflict, under observation."""
    for draft in a_crowd(len(REFUSALS)):
        bench.desk.work.desk.record(draft, bench.nurse)
    book = bench.desk.work.sync_book
    due = [one for one in book.due(bench.clock(), 9, asked=True) if isinstance(one, DueDose)]
    for one, code in zip(due, REFUSALS, strict=True):
        conflict = Dispute(f"version/{one.dose.id}", DisputeKind.VERSION, one.dose.id, "", "2", bench.clock(), one.dose)
        book.set_aside(
            PutAside(one.entry, code, one.dose.citizen_id.masked),
            conflict if code == "record-conflict" else None,
            bench.clock(),
        )
    return bench.desk.work.desk.record(a_draft(), bench.nurse)


def full_numbers(bench: Bench) -> list[str]:
    return [text for text in texts(bench.window, visible_only=False) if TWELVE.search(text)]


def every_row(bench: Bench, page: str) -> Iterator[None]:
    """Each row of each list of the page chosen in turn."""
    bench.window.show_page(page)
    bench.settle()
    yield
    for table in bench.window.pages[page].findChildren(RowsTable):
        for row in range(min(8, table.model().rowCount())):
            table.selectRow(row)
            bench.settle()
            yield


def reveals(bench: Bench) -> list[tuple[str, str, str]]:
    c = t.audit.c
    with bench.desk.store.read() as connection:
        rows = connection.execute(select(c.who, c.subject, c.detail).where(c.action == "number-revealed")).all()
    return [(row.who, row.subject, row.detail) for row in rows]


def test_no_page_shows_a_full_number_of_anybody_in_the_store(bench: Bench, record: DoseRecord) -> None:
    bench.enter(bench.manager)
    bench.scan(CARD)
    for page in bench.window.pages:
        for _ in every_row(bench, page):
            assert full_numbers(bench) == [], page
    assert reveals(bench) == []


def test_mending_what_was_refused_shows_no_number(bench: Bench, record: DoseRecord) -> None:
    bench.enter(bench.manager)
    for _ in every_row(bench, "sync"):
        bench.window.sync.story.act()
        bench.settle()
        assert full_numbers(bench) == []
        bench.window.sync.story.form.given_up.emit()


@pytest.mark.parametrize("typed", ["tran thi bich", "le van thu"])
def test_a_search_by_name_finds_masked_numbers(bench: Bench, record: DoseRecord, typed: str) -> None:
    bench.enter()
    bench.window.desk.model.look_up(typed)
    bench.settle()
    assert bench.window.desk.person.choosing
    assert full_numbers(bench) == []


def test_somebody_found_by_name_is_mended_without_showing_the_number(bench: Bench, record: DoseRecord) -> None:
    bench.enter()
    desk = bench.window.desk
    desk.model.look_up("tran thi bich")
    bench.settle()
    bench.press(Qt.Key.Key_Return)
    bench.press(Qt.Key.Key_E, CTRL)
    assert desk.person.editing
    assert full_numbers(bench) == []
    desk.person.edit.fields["phone"].setFocus()
    bench.type("0900000001")
    bench.press(Qt.Key.Key_Return)
    assert desk.form.person is not None
    assert desk.form.person.citizen_id == record.person.citizen_id.digits
    assert desk.form.person.phone == "0900000001"
    assert full_numbers(bench) == []


def test_a_number_is_not_shown_while_it_is_not_known_yet_whose_it_is(bench: Bench, record: DoseRecord) -> None:
    bench.enter()
    desk = bench.window.desk
    desk.model.choose(record.person)
    desk.person.begin_edit(desk.form)
    assert full_numbers(bench) == []
    bench.settle()
    assert full_numbers(bench) == []


def test_each_reveal_leaves_a_line_with_who_and_of_whom_and_no_number(bench: Bench, record: DoseRecord) -> None:
    bench.enter()
    bench.scan(CARD)
    bench.press(Qt.Key.Key_H, CTRL)
    assert full_numbers(bench) == ["079303000456"]
    bench.press(Qt.Key.Key_H, CTRL)
    assert full_numbers(bench) == []
    assert reveals(bench) == [(bench.nurse.id, record.person.id, "")]
    bench.press(Qt.Key.Key_H, CTRL)
    assert reveals(bench) == [(bench.nurse.id, record.person.id, "")] * 2


def test_a_reveal_of_somebody_who_is_not_kept_yet_is_logged_too(bench: Bench) -> None:
    bench.enter()
    bench.scan(CARD)
    bench.press(Qt.Key.Key_H, CTRL)
    assert reveals(bench) == [(bench.nurse.id, "not-kept", "")]


def test_the_next_person_comes_masked(bench: Bench, record: DoseRecord) -> None:
    bench.enter()
    bench.scan(CARD)
    bench.press(Qt.Key.Key_H, CTRL)
    draft: PersonDraft = a_crowd(1)[0].person
    bench.scan(f"{draft.citizen_id}||{draft.name}|06051990|Nam|Tổ 2, Phường Thử|01072021")
    assert full_numbers(bench) == []
