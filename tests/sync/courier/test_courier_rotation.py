"""A platform changes its courier keys: the desk knows before it leaves for days without a line (contract K1)."""

from __future__ import annotations

from pathlib import Path

from support.courier_desks import CourierLaptop
from support.courier_platform import CourierDesk, CourierPlatform


def asked(platform: CourierPlatform, desk: CourierLaptop, **later: float) -> int:
    """How often a run that much later asks for the platform's configuration."""
    desk.clock.forward(**later)
    before = len(platform.requests)
    assert desk.laptop.sync().reached
    return sum("smart-configuration" in path for _, path, _ in platform.requests[before:])


def test_new_keys_are_learnt_by_a_run_of_the_next_day_and_files_are_sealed_for_them(
    platform: CourierPlatform, desk: CourierLaptop, usb: Path
) -> None:
    desk.laptop.sync()
    platform.desk = CourierDesk()  # whose private key opens nothing sealed for the former one
    assert asked(platform, desk, days=1) == 1
    desk.record()
    desk.online = False
    file = desk.export(usb).file
    answer = usb / "answer"
    answer.write_text(platform.take(file.read_text(encoding="ascii")), encoding="ascii")
    assert desk.take_in(answer).tally.received == 1
    assert desk.waiting() == {}


def test_the_keys_are_asked_for_once_a_day_also_after_a_restart(platform: CourierPlatform, desk: CourierLaptop) -> None:
    assert asked(platform, desk) == 1
    assert asked(platform, desk, hours=23) == 0
    desk.laptop.start()
    assert asked(platform, desk, minutes=30) == 0
    assert asked(platform, desk, minutes=30) == 1


def test_a_platform_that_shows_no_courier_for_a_while_takes_nothing_away(
    platform: CourierPlatform, desk: CourierLaptop
) -> None:
    desk.laptop.sync()
    known = desk.work.sync_book.enrolment()
    platform.shows_courier = False
    assert asked(platform, desk, days=2) == 1
    assert desk.work.sync_book.enrolment() == known
