"""Doses of other desks and sites beside the real platform: pulled from the own site (L5), asked for at check-in from any (H1)."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update
from support.central import Central, a_central, devices
from support.laptops import Laptop, laptops

from vaxdesk.errors import DoseRefused
from vaxdesk.models import citizen_id
from vaxdesk.models.desk import DoseChanges
from vaxdesk.models.drafts import DoseDraft
from vaxdesk.models.exchange import OtherDose, Source
from vaxdesk.models.values import DoseRecord, DoseStatus
from vaxdesk.sync.lookup import LookedUp, Lookup
from vaxplatform.store.tables import current, versions

SOON_S = 10.0


@pytest.fixture
def central(tmp_path: Path) -> Iterator[tuple[Central, list[Laptop]]]:
    """Two desks of one site and one of another, beside the real platform."""
    (tmp_path / "central").mkdir()
    with a_central(tmp_path / "central") as (running, enrolled):
        made = list(laptops(tmp_path, devices(), enrolled))
        yield running, made
        for laptop in made:
            laptop.close()


@pytest.fixture
def desks(central: tuple[Central, list[Laptop]]) -> list[Laptop]:
    for laptop in central[1]:
        assert laptop.sync().reached
    return central[1]


def give(desk: Laptop, person: int = 1, lot: str = "L1") -> DoseRecord:
    return desk.work.desk.record(desk.draft(person, lot), desk.manager)


def known(desk: Laptop, person: int = 1) -> tuple[OtherDose, ...]:
    return desk.work.desk.check_in(desk.draft(person, "L1").person).elsewhere.doses


def first_again(desk: Laptop, person: int = 1) -> DoseDraft:
    return replace(desk.draft(person, "L2"), dose_number=1, override_reason="")


def looked_up(desk: Laptop, person: int = 1) -> LookedUp:
    """The look-up of the window, over the desk's own line; its answer is kept."""
    enrolment = desk.work.sync_book.enrolment()
    assert enrolment is not None
    answers: queue.Queue[LookedUp] = queue.Queue()
    lookup = Lookup(lambda: desk._client(enrolment), answers.put, desk.clock)
    lookup.ask(citizen_id.parse(desk.draft(person, "L1").person.citizen_id))
    answer = answers.get(timeout=SOON_S)
    lookup.stop()
    if answer.at is not None:
        desk.work.elsewhere.keep((answer.number,), answer.doses, answer.at)
    return answer


# --- the other desk of this site (L5)


def test_a_dose_of_the_other_desk_comes_by_itself_and_stops_the_same_number(desks: list[Laptop]) -> None:
    """failures.md 17: the citizen walks from one desk to the next."""
    here, there, _ = desks
    dose = give(there).dose
    there.sync()
    here.sync()
    (other,) = known(here)
    assert (other.id, other.source, other.seen_at) == (dose.id, Source.SITE, here.clock())
    with pytest.raises(DoseRefused):
        here.work.desk.record(first_again(here), here.manager)


def test_its_correction_comes_too(desks: list[Laptop]) -> None:
    here, there, _ = desks
    dose = give(there).dose
    there.sync()
    here.sync()
    there.work.desk.correct(dose.id, DoseChanges(lot="L9"), "nhầm số lô", there.manager)
    there.work.desk.void(dose.id, "ghi nhầm người", there.manager)
    there.sync()
    here.sync()
    assert [(other.lot, other.status) for other in known(here)] == [("L9", DoseStatus.ENTERED_IN_ERROR)]
    assert here.work.desk.record(first_again(here), here.manager).dose.dose_number == 1


def test_own_doses_come_along_and_are_no_news(desks: list[Laptop]) -> None:
    here, _, _ = desks
    give(here)
    here.sync()
    assert known(here) == ()
    assert here.sync().pulled == 0


def test_what_was_there_before_the_first_look_is_not_fetched(central: tuple[Central, list[Laptop]]) -> None:
    """A site of years does not come down a thin line because a second desk joined."""
    here, there, _ = central[1]
    here.sync()  # brings the devices of the site
    give(there, person=1)
    there.sync()
    an_hour_ago(central[0])
    give(there, person=2)
    there.sync()
    here.sync()
    give(there, person=3)
    there.sync()
    here.sync()
    assert known(here, 1) == ()
    assert len(known(here, 3)) == 1


def an_hour_ago(central: Central) -> None:
    """What the platform has, it has had for an hour."""
    with central.database.writing() as connection:
        for table in (versions, current):
            connection.execute(update(table).values(at_us=table.c.at_us - 3_600_000_000))


def test_other_sites_are_not_pulled(desks: list[Laptop]) -> None:
    here, _, afar = desks
    give(afar)
    afar.sync()
    here.sync()
    assert known(here) == ()


# --- any site, at check-in (H1)


def test_a_dose_of_another_site_is_known_at_check_in_and_its_number_is_stopped(desks: list[Laptop]) -> None:
    here, _, afar = desks
    dose = give(afar).dose
    afar.sync()
    answer = looked_up(here)
    assert answer.at == here.clock()
    (other,) = known(here)
    assert (other.id, other.site, other.source) == (dose.id, afar.device.site.code, Source.PLATFORM)
    judged = here.work.desk.assess(first_again(here))
    assert not judged.can_save
    told = next(p for p in judged.problems if p.code.startswith("dose-elsewhere-same"))
    assert told.params["site"] == afar.device.site.name


def test_without_a_line_the_older_answer_stays_with_its_time(desks: list[Laptop]) -> None:
    here, _, afar = desks
    give(afar)
    afar.sync()
    looked_up(here)
    asked_at = here.clock()
    here.clock.forward(hours=5)
    here.line.down = True
    assert looked_up(here).at is None
    found = here.work.desk.check_in(here.draft(1, "L1").person).elsewhere
    assert (len(found.doses), found.as_of) == (1, asked_at)
    with pytest.raises(DoseRefused):
        here.work.desk.record(first_again(here), here.manager)


def test_no_number_stands_in_any_address(desks: list[Laptop]) -> None:
    here, _, _ = desks
    looked_up(here)
    number = here.draft(1, "L1").person.citizen_id
    assert here.line.seen
    assert not any(number in line for line in here.line.seen)
