"""A mended identity travels in a courier file (contract P12, K2 to K5): changed at the real platform, proven by its answer, once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.central import Central, a_central
from support.courier_desks import CourierLaptop, courier_laptops
from test_courier_real import carried_in

from vaxdesk.models.exchange import Tally
from vaxdesk.models.values import Person, PersonDraft


@pytest.fixture
def central(tmp_path: Path) -> Iterator[tuple[Central, CourierLaptop]]:
    with a_central(tmp_path / "central") as (running, enrolled):
        (tmp_path / "desks").mkdir()
        with courier_laptops(tmp_path / "desks", enrolled) as desks:
            yield running, desks[0]


def mend(desk: CourierLaptop, person: Person, name: str) -> None:
    facts = PersonDraft(person.citizen_id.digits, name, str(person.birth_date), person.sex)
    desk.work.desk.mend_person(person.citizen_id, facts, "thẻ ghi khác", desk.manager)


def names(platform: Central) -> list[str]:
    """Of every version of the one Patient."""
    return [found["name"][0]["text"] for found in platform.fresh_versions() if found["_type"] == "Patient"]


def test_p12_carried_to_the_platform_by_hand(central: tuple[Central, CourierLaptop], usb: Path) -> None:
    platform, desk = central
    dose = desk.record_one()
    person = desk.work.desk.dose(dose.id).person
    assert carried_in(platform, desk.export(usb).file, usb / "first") == 0
    assert desk.take_in(usb / "first").tally == Tally(1, 0, 0)
    mend(desk, person, "Lê Văn Thứ")
    file = desk.export(usb).file
    assert carried_in(platform, file, usb / "second") == carried_in(platform, file, usb / "again") == 0
    assert desk.take_in(usb / "again").tally == desk.take_in(usb / "second").tally == Tally(1, 0, 0)
    assert desk.waiting() == {}
    assert names(platform) == [person.name, "Lê Văn Thứ"]


def test_p12_a_dose_in_a_file_carries_the_mended_facts(central: tuple[Central, CourierLaptop], usb: Path) -> None:
    """No answer ever came: the dose and the person travel together, each with its own line."""
    platform, desk = central
    dose = desk.record_one()
    person = desk.work.desk.dose(dose.id).person
    assert carried_in(platform, desk.export(usb).file, usb / "lost") == 0
    mend(desk, person, "Lê Văn Thứ")
    assert carried_in(platform, desk.export(usb).file, usb / "answer") == 0
    assert desk.take_in(usb / "answer").tally == Tally(2, 0, 0)
    assert desk.waiting() == {}
    assert names(platform) == [person.name, "Lê Văn Thứ"]
    assert desk.laptop.engine.run_once(asked=True).differing == ()
