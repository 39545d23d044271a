"""The courier between desks and the real platform: over its endpoint, and carried to it by hand."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from support.builders import a_draft
from support.central import Central, a_central
from support.courier_desks import CourierLaptop, courier_laptops
from support.courier_platform import CourierPlatform

from vaxdesk.errors import InputRefused
from vaxdesk.models.exchange import Tally
from vaxplatform.cli import main


@pytest.fixture
def central(tmp_path: Path) -> Iterator[tuple[Central, list[CourierLaptop]]]:
    folder = tmp_path / "central"
    with a_central(folder) as (running, enrolled):
        if not all(joined.enrolment.courier_url for joined in enrolled.values()):
            pytest.skip("the platform has no courier yet")
        (tmp_path / "desks").mkdir()
        with courier_laptops(tmp_path / "desks", enrolled) as desks:
            yield running, desks


@pytest.fixture
def platform(central: tuple[Central, list[CourierLaptop]]) -> Central:
    return central[0]


@pytest.fixture
def desks(central: tuple[Central, list[CourierLaptop]]) -> list[CourierLaptop]:
    return central[1]


def carried_in(platform: Central, file: Path, answer: Path) -> int:
    """An operator with a stick, at the platform's own machine."""
    return main(["courier", "import", str(file), "--out", str(answer), "--data", str(platform.folder)])


def test_three_desks_and_the_platform(desks: list[CourierLaptop], usb: Path) -> None:
    writer, _, carrier = desks
    doses = writer.record(3)
    writer.online = False
    file = writer.export(usb).file
    done = carrier.take_in(file)
    assert done.tally == Tally(3, 0, 0)
    assert done.answer is not None
    assert writer.take_in(done.answer).tally == Tally(3, 0, 0)
    assert writer.waiting() == {}
    report = writer.laptop.engine.run_once(asked=True)
    assert (report.sent, report.read_back, report.differing) == (0, 3, ())
    assert {record_id for record_id, _, _ in writer.receipts()} == {dose.id for dose in doses}


def test_carried_to_the_platform_by_hand(desk: CourierLaptop, platform: Central, usb: Path) -> None:
    (dose,) = desk.record(1)
    file = desk.export(usb).file
    assert carried_in(platform, file, usb / "answer") == 0
    desk.correct(dose, "FL9999")
    assert desk.take_in(usb / "answer").tally == Tally(1, 0, 0)
    assert desk.waiting() == {dose.id: 2}
    second = desk.export(usb).file
    assert carried_in(platform, second, usb / "answer2") == 0
    assert carried_in(platform, second, usb / "answer3") == 0  # the same file again
    assert desk.take_in(usb / "answer3").tally == desk.take_in(usb / "answer2").tally == Tally(1, 0, 0)
    assert desk.waiting() == {}
    assert desk.laptop.engine.run_once(asked=True).differing == ()


def test_the_same_file_by_every_way_is_stored_once(desks: list[CourierLaptop], platform: Central, usb: Path) -> None:
    writer, other, carrier = desks
    dose = writer.record_one()
    file = writer.export(usb).file
    assert writer.laptop.engine.run_once(asked=True).acknowledged == 1
    for desk in (other, carrier, writer):
        assert desk.take_in(file).tally == Tally(1, 0, 0)
    assert carried_in(platform, file, usb / "by-hand") == 0
    stored = [found for found in platform.fresh_versions() if found["_id"] == dose.id]
    assert [found["_version"] for found in stored] == ["1"]


def test_a_file_that_comes_after_a_newer_revision_changes_nothing(desk: CourierLaptop, usb: Path) -> None:
    (dose,) = desk.record(1)
    late = desk.export(usb).file
    desk.correct(dose, "FL9999")
    assert desk.laptop.engine.run_once(asked=True).acknowledged == 1
    assert desk.take_in(late).tally == Tally(0, 0, 1)
    assert desk.laptop.engine.run_once(asked=True).differing == ()
    assert {revision for _, revision, _ in desk.receipts()} == {2}


@pytest.mark.parametrize("place", [0.1, 0.5, 0.99])
def test_a_damaged_file_is_refused(desks: list[CourierLaptop], platform: Central, usb: Path, place: float) -> None:
    desks[0].record_one(a_draft())
    file = desks[0].export(usb).file
    raw = bytearray(file.read_bytes())
    raw[int(place * len(raw))] ^= 1
    file.write_bytes(raw)
    with pytest.raises(InputRefused, match="courier-"):
        desks[2].take_in(file)
    assert carried_in(platform, file, usb / "answer") != 0
    assert not (usb / "answer").exists()
    assert desks[0].waiting() != {}


def test_a_file_sealed_for_another_platform_is_refused_by_this_one(
    desk: CourierLaptop, platform: Central, usb: Path
) -> None:
    desk.record(1)
    known = desk.work.sync_book.enrolment()
    assert known is not None
    desk.work.sync_book.save_enrolment(replace(known, courier_keys=json.dumps(CourierPlatform().desk.jwks())))
    file = desk.export(usb).file
    desk.work.sync_book.save_enrolment(known)
    with pytest.raises(InputRefused, match="courier-other-platform"):
        desk.take_in(file)
    assert carried_in(platform, file, usb / "answer") != 0


def test_a_copy_on_another_stick_with_other_line_ends_is_the_same_file(desks: list[CourierLaptop], usb: Path) -> None:
    desks[0].record(1)
    file = desks[0].export(usb).file
    copy = usb / "copy.vxc"
    shutil.copy(file, copy)
    copy.write_bytes(copy.read_bytes().rstrip() + b"\r\n")
    done = desks[2].take_in(copy)
    assert done.answer is not None
    assert desks[0].take_in(done.answer).tally == Tally(1, 0, 0)
