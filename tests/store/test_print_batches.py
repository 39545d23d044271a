"""A batch survives whatever ends the program; what came out is in the ledger, once, and nothing else is."""

from __future__ import annotations

import pytest
from support.builders import DeskUnderTest, a_crowd

from vaxdesk.errors import InputRefused, StoreError
from vaxdesk.models.audit import first_break
from vaxdesk.models.db import open_store
from vaxdesk.models.print_batches import CAME_OUT, SHEETS_MAX, BatchWish, PrintBatches, SheetState

WISH = BatchWish("confirmation", "A5", "Phong-tiem", "tray-2")
HASH = "0" * 64


def some_doses(desk: DeskUnderTest, count: int) -> list[str]:
    return [desk.work.desk.record(draft, desk.manager).dose.id for draft in a_crowd(count)]


def books(desk: DeskUnderTest) -> PrintBatches:
    return PrintBatches(desk.store, desk.clock)


def test_a_jam_at_the_third_sheet_goes_on_at_the_third_after_the_store_was_closed(desk: DeskUnderTest) -> None:
    doses, batches = some_doses(desk, 5), books(desk)
    begun = batches.begin(doses, WISH, desk.manager)
    for number in (1, 2):
        batches.note_handed(begun.id, number, HASH, "", f"job-{number}")
        assert batches.note_done(begun.id, number, desk.manager) == 1
    batches.note_handed(begun.id, 3, HASH, "c-3", "job-3")
    desk.store.close()
    with_again = open_store(desk.folder / "vaxdesk.db", desk.key)
    (found,) = PrintBatches(with_again, desk.clock).unfinished()
    with_again.close()
    assert (found.id, found.wish, found.begun_at) == (begun.id, WISH, desk.clock())
    assert [sheet.number for sheet in found.open_sheets] == [3, 4, 5]
    assert [sheet.dose_id for sheet in found.sheets] == doses
    assert (found.sheets[2].state, found.sheets[2].job, found.sheets[2].sha256) == (SheetState.HANDED, "job-3", HASH)


def test_a_sheet_that_came_out_is_logged_once_however_often_the_printer_says_so(desk: DeskUnderTest) -> None:
    doses, batches = some_doses(desk, 1), books(desk)
    batch = batches.begin(doses, WISH, desk.manager)
    batches.note_handed(batch.id, 1, HASH, "c-1", "job")
    assert [batches.note_done(batch.id, 1, desk.manager) for _ in range(3)] == [1, 0, 0]
    assert desk.work.certificates.copies(doses[0], "confirmation") == 1


def test_each_of_several_copies_is_a_line_of_the_ledger(desk: DeskUnderTest) -> None:
    doses, batches = some_doses(desk, 1), books(desk)
    batch = batches.begin(doses, BatchWish("slip", "A6", copies=3), desk.manager)
    batches.note_handed(batch.id, 1, HASH, "")
    assert batches.note_done(batch.id, 1, desk.manager) == 3
    assert [(copy.copy, copy.reason) for copy in desk.work.paper_book.copies(doses[0])] == [
        (3, "bản thứ 3 của cùng một lần in"), (2, "bản thứ 2 của cùng một lần in"), (1, ""),
    ]  # fmt: skip


def test_paper_that_came_out_is_logged_even_where_a_copy_was_made_meanwhile(desk: DeskUnderTest) -> None:
    (record,) = (desk.work.desk.record(draft, desk.manager) for draft in a_crowd(1))
    batches = books(desk)
    batch = batches.begin([record.dose.id], WISH, desk.manager)
    batches.note_handed(batch.id, 1, HASH, "", "job")
    desk.work.certificates.note_print(record, "confirmation", HASH, "", desk.manager)
    assert batches.note_done(batch.id, 1, desk.manager) == 2
    assert desk.work.paper_book.copies(record.dose.id)[0].reason == CAME_OUT


def test_a_failed_sheet_is_not_open_and_one_given_back_waits_again(desk: DeskUnderTest) -> None:
    batches = books(desk)
    batch = batches.begin(some_doses(desk, 3), WISH, desk.manager)
    batches.note_failed(batch.id, 1, "proof-qr-differs")
    batches.note_handed(batch.id, 2, HASH, "", "job")
    batches.note_back(batch.id, 2)
    found = batches.one(batch.id)
    assert [sheet.state for sheet in found.sheets] == [SheetState.FAILED, SheetState.WAITING, SheetState.WAITING]
    assert found.sheets[0].code == "proof-qr-differs"
    assert found.sheets[1].job == ""
    assert [sheet.number for sheet in found.open_sheets] == [2, 3]


def test_a_closed_batch_leaves_the_ledger_and_nothing_else(desk: DeskUnderTest) -> None:
    batches = books(desk)
    kept, batch = batches.begin(some_doses(desk, 2), WISH, desk.manager), batches.begin(["x"], WISH, desk.manager)
    batches.note_handed(kept.id, 1, HASH, "")
    batches.close(batch.id, desk.manager)
    batches.close(batch.id, desk.manager)
    assert [one.id for one in batches.unfinished()] == [kept.id]
    with pytest.raises(StoreError, match="batch-not-found"):
        batches.note_failed(batch.id, 1, "x")
    with pytest.raises(StoreError, match="batch-not-found"):
        batches.one(batch.id)
    with desk.store.read() as connection:
        assert first_break(connection) is None
        keys = connection.exec_driver_sql("SELECT key FROM setting WHERE key LIKE 'print-%'").scalars().all()
    assert sorted(keys) == [f"print-batch:{kept.id}", f"print-sheet:{kept.id}:00001"]


def test_a_batch_that_is_done_is_not_offered_again(desk: DeskUnderTest) -> None:
    batches = books(desk)
    batch = batches.begin(some_doses(desk, 1), WISH, desk.manager)
    batches.note_handed(batch.id, 1, HASH, "")
    batches.note_done(batch.id, 1, desk.manager)
    assert batches.unfinished() == ()


@pytest.mark.parametrize(
    ("ids", "wish", "code"),
    [
        ([], WISH, "batch-empty"),
        ([str(n) for n in range(SHEETS_MAX + 1)], WISH, "batch-too-big"),
        (["x"], BatchWish("slip", "A6", copies=0), "batch-copies-odd"),
        (["x"], BatchWish("slip", "A6", copies=10), "batch-copies-odd"),
    ],
)
def test_what_cannot_be_a_batch_is_refused(desk: DeskUnderTest, ids: list[str], wish: BatchWish, code: str) -> None:
    with pytest.raises(InputRefused, match=code):
        books(desk).begin(ids, wish, desk.manager)


def test_a_batch_holds_ids_and_choices_and_nothing_of_a_person(desk: DeskUnderTest) -> None:
    books(desk).begin(some_doses(desk, 2), WISH, desk.manager)
    with desk.store.read() as connection:
        text = connection.exec_driver_sql("SELECT value FROM setting WHERE key LIKE 'print-batch:%'").scalar_one()
    assert "Thử" not in text
    assert "001090" not in text
