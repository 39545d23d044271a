"""What a desk believes: answers that prove what they say, from its own platform, about its own files (contract K1, K4)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from support.courier_desks import CourierLaptop, answered, courier_laptops, joined, said_in
from support.courier_platform import CourierDesk, CourierPlatform, courier_platform

from vaxdesk.errors import InputRefused, NotAuthorised, StoreError, SyncError, Unreachable
from vaxdesk.models import outbox
from vaxdesk.models import tables as t
from vaxdesk.models.exchange import Tally
from vaxdesk.sync.courier import CourierKeys, open_answer

# --- what the answer must prove


def forged(platform: CourierPlatform, desk: CourierLaptop, file: Path, **changes: object) -> Path:
    """A well signed answer that says something else."""
    signed = platform.take(file.read_text())
    said = said_in(signed)
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


def test_an_answer_signed_with_a_newer_key_is_believed_once_the_platform_has_told_it(
    desk: CourierLaptop, platform: CourierPlatform, usb: Path
) -> None:
    desk.record(1)
    file = desk.export(usb).file
    sealed_for, platform.desk.name = platform.desk.name, "k2"
    said = said_in(CourierPlatform.take(_with_name(platform, sealed_for), file.read_text()))
    answer = usb / "answer"
    answer.write_text(platform.desk.sign(said))
    desk.online = False
    with pytest.raises(InputRefused, match="courier-answer-other-platform"):
        desk.take_in(answer)
    desk.online = True
    assert desk.take_in(answer).tally == Tally(1, 0, 0)


def _with_name(platform: CourierPlatform, name: str) -> CourierPlatform:
    """The same platform while its keys still had this name."""
    old = CourierDesk(name, platform.desk.opening, platform.desk.proving)
    return replace(platform, desk=old)


def test_an_answer_about_as_many_records_as_a_file_may_hold_is_read(
    desk: CourierLaptop, platform: CourierPlatform
) -> None:
    line = {"kind": "dose", "id": "f" * 36, "revision": 1, "status": 409, "code": "conflict", "text": "x" * 40}
    names = {"device": "d" * 36, "epoch": 1, "number": 1, "sha256": "0" * 64, "answered_at": "2021-11-13T08:00:00Z"}
    enrolment = desk.work.sync_book.enrolment()
    assert enrolment is not None
    keys = CourierKeys(enrolment.courier_keys)
    assert len(open_answer(platform.desk.sign(names | {"records": [line] * 5_000}), keys).lines) == 5_000
    with pytest.raises(InputRefused, match="courier-answer-damaged"):
        open_answer(platform.desk.sign(names | {"records": [line] * 5_001}), keys)
