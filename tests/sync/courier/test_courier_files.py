"""Courier files on a stick: numbered, whole or not there, never one over another."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.courier_desks import CourierLaptop

from vaxdesk.errors import InputRefused, StoreError
from vaxdesk.models import exchange_tables as x


def test_nothing_waiting_makes_no_file(desk: CourierLaptop, usb: Path) -> None:
    with pytest.raises(InputRefused, match="courier-nothing-waiting"):
        desk.export(usb)
    assert list(usb.iterdir()) == []


def test_no_file_is_ever_overwritten(desk: CourierLaptop, usb: Path) -> None:
    desk.record(1)
    taken = usb / "taken.vxc"
    taken.write_text("somebody's work")
    with pytest.raises(InputRefused, match="courier-file-exists"):
        desk.export(taken)
    file = desk.export(usb).file
    with pytest.raises(InputRefused, match="courier-file-exists"):
        desk.take_in(file, taken)
    assert taken.read_text() == "somebody's work"
    assert desk.waiting() != {}


def test_a_file_nobody_noted_costs_its_number(desk: CourierLaptop, usb: Path) -> None:
    """A power cut between the file's name and the store's note."""
    desk.record(1)
    (usb / f"vaxdesk-79-Q10-P05-{'d' * 8}-1-1.vxc").write_text("left over")
    assert desk.export(usb).number == 2
    assert desk.export(usb).number == 3


def test_what_is_in_no_file_yet_goes_first(desk: CourierLaptop, usb: Path) -> None:
    first = desk.record(3)
    book = desk.post.book
    assert len(book.next_export(2).due) == 2
    desk.export(usb)
    (late,) = [desk.record_one()]
    export = book.next_export(2)
    assert late.id in {due.entry.record_id for due in export.due}
    assert {due.entry.record_id for due in book.next_export().due} == {late.id, *(dose.id for dose in first)}


def test_a_file_over_its_limit_is_halved(desk: CourierLaptop, usb: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.record(4)
    whole = desk.export(usb).file.stat().st_size
    monkeypatch.setattr("vaxdesk.sync.courier.SEALED_BYTES_MAX", whole - 100)
    again = [desk.export(usb) for _ in range(2)]
    assert [made.records for made in again] == [2, 2]
    assert all(made.file.stat().st_size < whole for made in again)
    with desk.laptop.store.read() as connection:
        rows = list(connection.execute(x.courier_record.select().where(x.courier_record.c.number > 1)))
    assert len({row.record_id for row in rows}) == 4


def test_a_folder_that_is_not_there_leaves_no_note(desk: CourierLaptop, usb: Path) -> None:
    desk.record(1)
    before = desk.whole_store()
    with pytest.raises(StoreError, match="courier-not-written"):
        desk.export(usb / "nowhere" / "file.vxc")
    assert desk.whole_store() == before


def test_a_note_that_fails_takes_its_file_back(desk: CourierLaptop, usb: Path) -> None:
    desk.record(1)
    with desk.laptop.store.write() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END"
        )
    with pytest.raises(StoreError):
        desk.export(usb)
    assert list(usb.iterdir()) == []


@pytest.mark.parametrize(
    "raw", [b"", b"\xff" * 50, b"a.b.c", b"hello\n", b"e30.e30.e30.e30.e30", b"." * 99, b"[" * 5000]
)
def test_any_other_file_is_refused(desk: CourierLaptop, usb: Path, raw: bytes) -> None:
    file = usb / "holiday.jpg"
    file.write_bytes(raw)
    with pytest.raises(InputRefused, match="courier-file-unknown"):
        desk.take_in(file)
    with pytest.raises(InputRefused, match="courier-file-unread"):
        desk.take_in(usb / "gone")


def test_a_file_of_a_lost_life_of_this_desk_may_still_be_delivered(desk: CourierLaptop, usb: Path) -> None:
    """Restored from a backup made before the file: the store does not know it, the platform takes it all the same."""
    desk.laptop.back_up()
    desk.record(1)
    file = desk.export(usb).file
    desk.laptop.restore(desk.laptop.backups[-1])
    done = desk.take_in(file)
    assert done.tally.received == 1
    assert done.answer is not None
    with pytest.raises(InputRefused, match="courier-answer-unknown"):
        desk.take_in(done.answer)
