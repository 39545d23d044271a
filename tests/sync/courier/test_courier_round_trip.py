"""Contract K2 to K5 from the desk's side, against a stand-in platform with cryptography of its own."""

from __future__ import annotations

import base64
import stat
from pathlib import Path

import pytest
from support.courier_desks import CourierLaptop, answered, content
from support.courier_platform import CourierPlatform

from vaxdesk.models import tables as t
from vaxdesk.models.exchange import Tally

# --- out and back


def test_what_waits_travels_in_a_file_and_comes_back_as_receipts(
    desk: CourierLaptop, platform: CourierPlatform, usb: Path
) -> None:
    doses = desk.record(3)
    made = desk.export(usb)
    assert (made.number, made.records) == (1, 3)
    assert made.file.name == f"vaxdesk-79-Q10-P05-{'d' * 8}-1-1.vxc"
    assert set(desk.waiting()) == {dose.id for dose in doses}  # a file is no receipt
    done = desk.take_in(answered(platform, made.file))
    assert (done.tally, done.answer) == (Tally(3, 0, 0), None)
    assert desk.waiting() == {}
    assert desk.receipts() == {(dose.id, 1, "1") for dose in doses}


def test_the_receipts_are_those_that_a_push_would_have_brought(
    desk: CourierLaptop, platform: CourierPlatform, usb: Path
) -> None:
    desk.record(2)
    desk.take_in(answered(platform, desk.export(usb).file))
    report = desk.laptop.engine.run_once(asked=True)
    assert (report.sent, report.read_back, report.differing) == (0, 2, ())


def test_a_file_says_who_wrote_it_and_carries_the_entries_of_a_push(
    desk: CourierLaptop, platform: CourierPlatform, usb: Path
) -> None:
    (dose,) = desk.record(1)
    found = content(platform, desk.export(usb).file)
    record = found.pop("records")[0]  # type: ignore[attr-defined]
    assert found == {
        "device": "d" * 36,
        "site": "79-Q10-P05",
        "epoch": 1,
        "number": 1,
        "made_at": "2021-11-12T10:41:00+07:00",
    }
    assert (record["kind"], record["id"], record["revision"]) == ("dose", dose.id, 1)
    assert [entry["request"]["method"] for entry in record["entries"]] == ["POST", "PUT"]


def test_a_file_is_one_line_for_its_owner_alone_and_shows_nobody(desk: CourierLaptop, usb: Path) -> None:
    dose = desk.record_one()
    file = desk.export(usb).file
    raw = file.read_bytes()
    assert raw.isascii()
    assert raw.count(b"\n") == 1
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    unpacked = b"".join(base64.urlsafe_b64decode(part + b"==") for part in raw.strip().split(b"."))
    for shown in ("Bích", "Trần", "079303000456", dose.lot, dose.id):
        for form in (raw, unpacked):
            assert shown.encode() not in form
    assert [path.name for path in usb.iterdir()] == [file.name]


def test_signatures_travel_too(desk: CourierLaptop, platform: CourierPlatform, usb: Path) -> None:
    (dose,) = desk.record(1)
    desk.take_in(answered(platform, desk.export(usb).file))
    with desk.laptop.store.write() as connection:
        connection.execute(
            t.identity_finding.insert().values(
                dose_id=dose.id, version="1", state="matched", fields="", at=desk.clock()
            )
        )
    assert desk.work.signing.sign_day(desk.clock().date(), desk.manager) == 1
    made = desk.export(usb)
    assert (made.number, made.records) == (2, 1)
    assert desk.take_in(answered(platform, made.file)).tally == Tally(1, 0, 0)
    assert desk.waiting() == {}
    assert len(platform.store.all("Provenance")) == 1


def test_three_desks_pass_it_on(desks: list[CourierLaptop], platform: CourierPlatform, usb: Path) -> None:
    """A has no network; B, of another site, delivers; A takes the answer in."""
    writer, _, carrier = desks
    writer.online = False
    writer.record(2)
    before = carrier.whole_store()
    done = carrier.take_in(writer.export(usb).file)
    assert done.tally == Tally(2, 0, 0)
    assert done.answer is not None
    assert done.answer.name.endswith(".vxc.tra-loi")
    assert b"B" not in done.answer.read_bytes() or "Thử" not in done.answer.read_text()
    changed = {name for name, rows in carrier.whole_store().items() if rows != before[name]}
    assert changed == {"audit", "setting"}  # and where the audit ends
    assert writer.take_in(done.answer).tally == Tally(2, 0, 0)
    assert writer.waiting() == {}


def test_a_desk_that_delivers_its_own_file_has_its_receipts_at_once(desk: CourierLaptop, usb: Path) -> None:
    desk.record(2)
    done = desk.take_in(desk.export(usb).file, usb / "answer")
    assert (done.tally, done.answer) == (Tally(2, 0, 0), usb / "answer")
    assert desk.waiting() == {}


# --- once more, out of order, in between


def test_an_answer_taken_in_twice_changes_nothing(desk: CourierLaptop, platform: CourierPlatform, usb: Path) -> None:
    bad = desk.record_one()
    platform.store.poison_lot = bad.lot
    for dose in desk.record(2):
        desk.correct(dose, "GOOD1")
    answer = answered(platform, desk.export(usb).file)
    first = desk.take_in(answer)
    assert first.tally == Tally(2, 1, 0)
    before = desk.whole_store()
    desk.clock.forward(hours=1)
    assert desk.take_in(answer) == first
    assert desk.whole_store() == before


def test_a_file_delivered_twice_gives_the_same_receipts(
    desks: list[CourierLaptop], platform: CourierPlatform, usb: Path
) -> None:
    desk = desks[0]
    (dose,) = desk.record(1)
    desk.take_in(answered(platform, desk.export(usb).file))
    desk.correct(dose, "FL9999")
    file = desk.export(usb).file
    assert desks[1].take_in(file).tally == desks[2].take_in(file).tally == desk.take_in(file).tally == Tally(1, 0, 0)
    assert platform.store.versions("Immunization", dose.id) == 2
    assert desk.receipts() == {(dose.id, 1, "1"), (dose.id, 2, "2")}


def test_an_edit_between_file_and_answer_waits_on(desk: CourierLaptop, platform: CourierPlatform, usb: Path) -> None:
    (dose,) = desk.record(1)
    answer = answered(platform, desk.export(usb).file)
    desk.correct(dose, "FL9999")
    assert desk.take_in(answer).tally == Tally(1, 0, 0)
    assert desk.waiting() == {dose.id: 2}
    assert desk.receipts() == {(dose.id, 1, "1")}
    assert desk.take_in(answered(platform, desk.export(usb).file)).tally == Tally(1, 0, 0)
    assert desk.receipts() == {(dose.id, 1, "1"), (dose.id, 2, "2")}
    assert desk.waiting() == {}


def test_a_sync_in_between_is_not_disturbed(desk: CourierLaptop, platform: CourierPlatform, usb: Path) -> None:
    (dose,) = desk.record(1)
    file = desk.export(usb).file
    assert desk.laptop.engine.run_once(asked=True).acknowledged == 1
    assert desk.take_in(file).tally == Tally(1, 0, 0)
    assert desk.receipts() == {(dose.id, 1, "1")}
    assert platform.store.versions("Immunization", dose.id) == 1


def test_a_late_file_does_not_undo_what_the_line_brought(
    desk: CourierLaptop, platform: CourierPlatform, usb: Path
) -> None:
    (dose,) = desk.record(1)
    file = desk.export(usb).file
    desk.correct(dose, "FL9999")
    assert desk.laptop.engine.run_once(asked=True).acknowledged == 1
    assert desk.take_in(file).tally == Tally(0, 0, 1)  # 409: the platform is further already
    assert desk.receipts() == {(dose.id, 2, "1")}
    assert desk.waiting() == {}


# --- refusals of records


@pytest.mark.parametrize(("status", "tally"), [(422, Tally(1, 1, 0)), (400, Tally(1, 1, 0)), (404, Tally(1, 1, 0))])
def test_a_refused_record_is_set_aside_with_its_reason(
    desk: CourierLaptop, platform: CourierPlatform, usb: Path, status: int, tally: Tally
) -> None:
    platform.store.poison_status, platform.refusal_code = status, "code-unknown"
    bad = desk.record_one()
    platform.store.poison_lot = bad.lot
    desk.record_one(desk_draft := _good_draft())
    assert desk_draft.lot != bad.lot
    assert desk.take_in(answered(platform, desk.export(usb).file)).tally == tally
    (aside,) = desk.work.figures.set_aside()
    assert (aside.record.dose.id, aside.code, aside.text) == (bad.id, "refused-code", "Số lô không có trong danh mục")


def _good_draft():  # type: ignore[no-untyped-def]
    from support.builders import a_draft, another_person

    return a_draft(person=another_person(), lot="GOOD1")


@pytest.mark.parametrize("status", [409, 412, 403, 500, 503])
def test_what_another_day_may_mend_waits_on(
    desk: CourierLaptop, platform: CourierPlatform, usb: Path, status: int
) -> None:
    bad = desk.record_one()
    platform.store.poison_lot, platform.store.poison_status = bad.lot, status
    assert desk.take_in(answered(platform, desk.export(usb).file)).tally == Tally(0, 0, 1)
    assert desk.waiting() == {bad.id: 1}
    assert desk.work.figures.set_aside() == ()


def test_an_older_answer_does_not_set_aside_again_what_was_mended(
    desk: CourierLaptop, platform: CourierPlatform, usb: Path
) -> None:
    bad = desk.record_one()
    platform.store.poison_lot = bad.lot
    file = desk.export(usb).file
    old, new = answered(platform, file), None
    platform.answered_at = platform.answered_at.replace(hour=9)
    platform.store.poison_status = 500
    new = answered(platform, file)
    desk.take_in(new)
    desk.take_in(old)
    assert desk.work.figures.set_aside() == ()


def test_a_later_answer_counts_also_when_the_clock_there_went_back(
    desk: CourierLaptop, platform: CourierPlatform, usb: Path
) -> None:
    bad = desk.record_one()
    platform.store.poison_lot = bad.lot
    file = desk.export(usb).file
    desk.take_in(answered(platform, file))
    platform.store.poison_lot = ""
    platform.answered_at = platform.answered_at.replace(year=2001)
    assert desk.take_in(answered(platform, file)).tally == Tally(1, 0, 0)
    assert desk.waiting() == {}
