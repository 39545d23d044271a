"""Contract K1 to K5 from the desk's side, against a stand-in platform with cryptography of its own."""

from __future__ import annotations

import base64
import json
import os
import stat
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from support.central import devices
from support.courier_desks import CourierLaptop, courier_laptops, enrolled
from support.courier_platform import CourierDesk, CourierPlatform, courier_platform

from vaxdesk.errors import InputRefused, NotAuthorised, StoreError, SyncError, Unreachable
from vaxdesk.models import exchange_tables as x
from vaxdesk.models import outbox
from vaxdesk.models import tables as t
from vaxdesk.models.exchange import Tally


@pytest.fixture
def platform() -> Iterator[CourierPlatform]:
    with courier_platform() as running:
        yield running


@pytest.fixture
def desks(tmp_path: Path, platform: CourierPlatform) -> Iterator[list[CourierLaptop]]:
    """Two desks of one site and one of another, all joined."""
    with ExitStack() as stack:
        yield stack.enter_context(courier_laptops(tmp_path, joined(platform)))


def joined(platform: CourierPlatform) -> dict[str, object]:
    found = {}
    for device in devices():
        platform.codes[device.site.code] = device.id
        found[device.id] = enrolled(platform.base, device.id, device)
    return found


@pytest.fixture
def desk(desks: list[CourierLaptop]) -> CourierLaptop:
    return desks[0]


@pytest.fixture
def usb(tmp_path: Path) -> Path:
    folder = tmp_path / "usb"
    folder.mkdir()
    return folder


def answered(platform: CourierPlatform, file: Path) -> Path:
    """As `vaxplatform courier import FILE --out ANSWER` does."""
    answer = file.with_name(f"{file.name}-answer-{len(list(file.parent.iterdir()))}")
    answer.write_text(platform.take(file.read_text()) + "\n")
    return answer


def content(platform: CourierPlatform, file: Path) -> dict[str, object]:
    payload = platform.desk.unseal(file.read_text().strip()).split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=="))  # type: ignore[no-any-return]


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
    assert changed == {"audit"}
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


# --- what the answer must prove


def forged(platform: CourierPlatform, desk: CourierLaptop, file: Path, **changes: object) -> Path:
    """A well signed answer that says something else."""
    signed = platform.take(file.read_text())
    said = json.loads(base64.urlsafe_b64decode(signed.split(".")[1] + "=="))
    line = {name: changes.pop(name) for name in list(changes) if name in said["records"][0]}
    said = (
        said
        | {name: value for name, value in changes.items() if name in said}
        | {"records": [said["records"][0] | line]}
    )
    if "sha256_of_file" in changes:
        said["sha256"] = changes["sha256_of_file"]
    answer = file.with_name("forged")
    answer.write_text(platform.desk.sign(said))
    return answer


@pytest.mark.parametrize(
    "line", [{"sha256": "0" * 64}, {"revision": 2}, {"id": "f" * 36}, {"kind": "signature"}, {"kind": "novel"}]
)
def test_a_line_about_something_else_is_no_receipt(
    desk: CourierLaptop, platform: CourierPlatform, usb: Path, line: dict[str, object]
) -> None:
    (dose,) = desk.record(1)
    answer = forged(platform, desk, desk.export(usb).file, **line)
    assert desk.take_in(answer).tally == Tally(0, 0, 1)
    assert desk.waiting() == {dose.id: 1}
    assert desk.receipts() == set()


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"device": "e" * 36}, "courier-answer-not-ours"),
        ({"number": 2}, "courier-answer-unknown"),
        ({"epoch": 2}, "courier-answer-unknown"),
        ({"sha256_of_file": "0" * 64}, "courier-answer-unknown"),
        ({"answered_at": "yesterday"}, "courier-answer-damaged"),
        ({"version": None, "at": None}, "courier-answer-damaged"),
    ],
)
def test_an_answer_to_another_file_is_refused(
    desk: CourierLaptop, platform: CourierPlatform, usb: Path, said: dict[str, object], code: str
) -> None:
    (dose,) = desk.record(1)
    answer = forged(platform, desk, desk.export(usb).file, **said)
    before = desk.whole_store()
    with pytest.raises(InputRefused, match=code):
        desk.take_in(answer)
    assert desk.whole_store() == before
    assert desk.waiting() == {dose.id: 1}


def test_somebody_elses_answer_is_refused(desks: list[CourierLaptop], platform: CourierPlatform, usb: Path) -> None:
    desks[0].record(1)
    answer = answered(platform, desks[0].export(usb).file)
    with pytest.raises(InputRefused, match="courier-answer-not-ours"):
        desks[1].take_in(answer)


def test_an_answer_signed_by_the_right_name_with_another_key_is_refused(
    desk: CourierLaptop, platform: CourierPlatform, usb: Path
) -> None:
    desk.record(1)
    file = desk.export(usb).file
    real, platform.desk.proving = platform.desk.proving, CourierDesk().proving
    answer = answered(platform, file)
    platform.desk.proving = real
    with pytest.raises(InputRefused, match="courier-answer-damaged"):
        desk.take_in(answer)


# --- another platform, other keys


def test_a_file_for_another_platform_is_not_delivered(
    desk: CourierLaptop, platform: CourierPlatform, usb: Path, tmp_path: Path
) -> None:
    with courier_platform(desk=CourierDesk("other")) as foreign:
        (tmp_path / "there").mkdir()
        with courier_laptops(tmp_path / "there", joined(foreign)) as (stranger, *_):
            stranger.record(1)
            file = stranger.export(usb).file
            answer = answered(foreign, file)
    platform.requests.clear()
    with pytest.raises(InputRefused, match="courier-other-platform"):
        desk.take_in(file)
    with pytest.raises(InputRefused, match="courier-answer-other-platform"):
        desk.take_in(answer)
    assert "/courier" not in [path for _, path, _ in platform.requests]


def test_new_keys_of_the_platform_are_learnt_while_there_is_a_line(
    desk: CourierLaptop, platform: CourierPlatform, usb: Path
) -> None:
    desk.record(1)
    file = desk.export(usb).file
    platform.desk.name = "k2"
    platform.desk.proving = CourierDesk().proving
    (usb / "again").mkdir()
    with pytest.raises(InputRefused, match="courier-other-platform"):
        desk.take_in(file)  # sealed for a key the platform no longer has
    assert desk.take_in(desk.export(usb / "again").file).tally == Tally(1, 0, 0)


def test_a_desk_that_joined_before_there_was_a_courier_learns_of_it_at_a_sync(
    tmp_path: Path, platform: CourierPlatform, usb: Path
) -> None:
    platform.shows_courier = False
    with courier_laptops(tmp_path, joined(platform)) as (desk, *_):
        desk.record(1)
        with pytest.raises(StoreError, match="courier-not-offered"):
            desk.export(usb)
        assert list(usb.iterdir()) == []
        platform.shows_courier = True
        assert desk.laptop.engine.run_once(asked=True).trouble == ""
        desk.record_one()
        desk.online = False
        assert desk.export(usb).records == 1


# --- files


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


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_stick_that_cannot_be_written_leaves_no_note(desk: CourierLaptop, usb: Path) -> None:
    desk.record(1)
    usb.chmod(0o500)
    before = desk.whole_store()
    with pytest.raises(StoreError, match="courier-not-written"):
        desk.export(usb)
    usb.chmod(0o700)
    assert desk.whole_store() == before


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


# --- the platform at the door


@pytest.mark.parametrize(
    ("spoken", "error", "code"),
    [
        ((400, "application/json", b'{"error": "courier-unreadable"}'), InputRefused, "courier-file-damaged"),
        ((403, "application/json", b'{"error": "courier-foreign"}'), InputRefused, "courier-signer-refused"),
        ((403, "application/json", b'{"error": "nobody"}'), NotAuthorised, "forbidden"),
        ((401, "application/json", b"{}"), NotAuthorised, "not-authorised"),
        ((413, "text/plain", b""), InputRefused, "courier-too-large"),
        ((404, "application/fhir+json", b"{}"), StoreError, "courier-not-offered"),
        ((404, "text/html", b"<html>"), Unreachable, "courier-not-delivered"),
        ((500, "application/json", b"{}"), Unreachable, "courier-not-delivered"),
        ((503, "application/json", b"{}"), SyncError, "courier-busy"),
        ((200, "text/html", b"<html>log in here</html>"), Unreachable, "courier-not-delivered"),
        ((200, "application/jose", b"e30.e30.e30"), InputRefused, "courier-file-unknown"),
    ],
)
def test_what_the_platform_says_at_the_door(
    desks: list[CourierLaptop],
    platform: CourierPlatform,
    usb: Path,
    spoken: tuple[int, str, bytes],
    error: type,
    code: str,
) -> None:
    desks[0].record(1)
    file = desks[0].export(usb).file
    platform.spoken = spoken
    with pytest.raises(error, match=code):
        desks[1].take_in(file)
    assert [path.name for path in usb.iterdir()] == [file.name]


def test_an_answer_to_another_file_is_no_delivery(
    desks: list[CourierLaptop], platform: CourierPlatform, usb: Path
) -> None:
    desks[0].record(1)
    first = desks[0].export(usb).file
    other = platform.take(first.read_text()).encode()
    desks[0].record_one()
    second = desks[0].export(usb).file
    platform.spoken = (200, "application/jose", other)
    with pytest.raises(Unreachable, match="courier-not-delivered"):
        desks[1].take_in(second)


def test_without_a_line_the_file_stays_to_be_delivered(desks: list[CourierLaptop], usb: Path) -> None:
    desks[0].record(1)
    file = desks[0].export(usb).file
    desks[1].online = False
    with pytest.raises(Unreachable, match="courier-not-delivered"):
        desks[1].take_in(file)
    assert [path.name for path in usb.iterdir()] == [file.name]


def test_a_revoked_writer_is_told_to_the_one_who_delivers(
    desks: list[CourierLaptop], platform: CourierPlatform, usb: Path
) -> None:
    desks[0].record(1)
    file = desks[0].export(usb).file
    del platform.store.resources["Device", "d" * 36]
    with pytest.raises(InputRefused, match="courier-signer-refused"):
        desks[1].take_in(file)


def test_the_audit_trail_names_files_and_figures_only(desk: CourierLaptop, usb: Path) -> None:
    desk.record(1)
    desk.take_in(desk.export(usb).file)
    with desk.laptop.store.read() as connection:
        rows = [(row.action, row.subject, row.detail) for row in connection.execute(t.audit.select())]
    assert ("courier-written", "1/1", "1") in rows
    assert ("courier-answered", "1/1", "1 0 0") in rows
    assert "courier-delivered" in [action for action, _, _ in rows]


def test_refused_records_may_leave_with_the_courier_too(desk: CourierLaptop, usb: Path) -> None:
    (dose,) = desk.record(1)
    with desk.laptop.store.write() as connection:
        connection.execute(t.outbox.update().values(aside_at=desk.clock(), aside_code="record-refused"))
        assert outbox.to_carry(connection, 5)[0].record_id == dose.id
    assert desk.export(usb).records == 1
