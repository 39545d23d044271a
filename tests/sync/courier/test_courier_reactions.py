"""Reactions in courier files (contract K2, A5): after their dose, refused for themselves, stored once by every way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.builders import a_draft, another_person
from support.central import Central, a_central
from support.courier_desks import CourierLaptop, courier_laptops
from support.reactions import a_reaction, change, keep, newest

from vaxdesk.errors import InputRefused
from vaxdesk.models.aftercare import Reaction
from vaxdesk.models.courier_book import CourierBook
from vaxdesk.models.exchange import Tally
from vaxdesk.models.values import Dose
from vaxdesk.sync.fhir_reaction import reaction_of
from vaxplatform.cli import main


@pytest.fixture
def central(tmp_path: Path) -> Iterator[tuple[Central, list[CourierLaptop]]]:
    with a_central(tmp_path / "central") as (running, enrolled):
        (tmp_path / "desks").mkdir()
        with courier_laptops(tmp_path / "desks", enrolled) as desks:
            yield running, desks


@pytest.fixture
def platform(central: tuple[Central, list[CourierLaptop]]) -> Central:
    return central[0]


@pytest.fixture
def desk(central: tuple[Central, list[CourierLaptop]]) -> CourierLaptop:
    return central[1][0]


def note(desk: CourierLaptop, dose: Dose) -> Reaction:
    return keep(desk.laptop.store, a_reaction(dose, desk.manager), desk.clock())


def carried_in(platform: Central, file: Path, answer: Path) -> Path:
    """An operator with a stick, at the platform's own machine."""
    assert main(["courier", "import", str(file), "--out", str(answer), "--data", str(platform.folder)]) == 0
    return answer


def events(platform: Central) -> list[dict[str, object]]:
    return [one for one in platform.fresh_versions() if one["_type"] == "AdverseEvent"]


def test_a5_a_reaction_is_carried_with_its_dose(desk: CourierLaptop, platform: Central, usb: Path) -> None:
    (dose,) = desk.record(1)
    reaction = note(desk, dose)
    file = desk.export(usb).file
    answers = [carried_in(platform, file, usb / f"answer{i}") for i in (1, 2)]  # the same file twice
    assert [desk.take_in(answer).tally for answer in answers] == [Tally(2, 0, 0)] * 2
    assert desk.waiting() == {}
    (stored,) = events(platform)
    assert reaction_of(stored, reaction.person_id) == reaction
    report = desk.laptop.engine.run_once(asked=True)
    assert (report.sent, report.read_back, report.differing) == (0, 2, ())
    change(desk.laptop.store, desk.clock, reaction.id, note="đã khỏi")
    corrected = carried_in(platform, desk.export(usb).file, usb / "answer3")
    assert desk.take_in(corrected).tally == Tally(1, 0, 0)
    (stored,) = events(platform)
    assert (reaction_of(stored, reaction.person_id), stored["_version"]) == (
        newest(desk.laptop.store, reaction.id), "2",
    )  # fmt: skip


def test_a5_a_file_has_no_reaction_before_its_dose(desk: CourierLaptop, platform: Central, usb: Path) -> None:
    """The dose went in an earlier file that nobody has delivered; it goes again, and its reaction behind it."""
    (dose,) = desk.record(1)
    desk.export(usb)
    reaction = note(desk, dose)
    book = CourierBook(desk.laptop.store, desk.clock)
    assert [one.entry.record_id for one in book.next_export().due] == [dose.id, reaction.id]
    with pytest.raises(InputRefused, match="courier-nothing-waiting"):
        book.next_export(limit=1)
    answer = carried_in(platform, desk.export(usb).file, usb / "answer")
    assert desk.take_in(answer).tally == Tally(2, 0, 0)


def test_a5_what_went_over_the_line_and_by_hand_is_stored_once(
    desk: CourierLaptop, platform: Central, usb: Path
) -> None:
    dose = desk.record_one(a_draft(person=another_person()))
    reaction = note(desk, dose)
    file = desk.export(usb).file
    assert desk.laptop.engine.run_once(asked=True).acknowledged == 2
    answer = carried_in(platform, file, usb / "answer")
    assert desk.take_in(answer).tally == Tally(2, 0, 0)
    assert [one["_id"] for one in events(platform)] == [reaction.id]
