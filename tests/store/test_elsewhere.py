"""Doses given elsewhere: kept with their time, counted in the judgement, never listed twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from support.builders import NOON, DeskUnderTest, a_draft, a_person, another_person

from vaxdesk.errors import DoseRefused
from vaxdesk.models.desk import DoseChanges
from vaxdesk.models.exchange import OtherDose, Source
from vaxdesk.models.values import CitizenId, DoseStatus, Series, SiteCode

WHO = CitizenId("079303000456")
THERE = OtherDose(
    id="there-1",
    version="1",
    revision=1,
    citizen_id=WHO,
    status=DoseStatus.COMPLETED,
    vaccine="COMIRNATY",
    vaccine_text="Comirnaty",
    dose_number=1,
    series=Series.PRIMARY,
    lot="FK0104",
    occurred_at=NOON - timedelta(days=28),
    site=SiteCode("79-Q1-P01"),
    site_name="Trạm Y tế Phường Bến Mẫu",
    device_id="another-device",
    seen_at=NOON,
    source=Source.PLATFORM,
)


def tell(desk: DeskUnderTest, *doses: OtherDose) -> None:
    desk.work.elsewhere.keep((WHO,), doses, desk.clock())


def codes(desk: DeskUnderTest, **changes: object) -> set[str]:
    return {problem.code for problem in desk.work.desk.assess(a_draft(**changes)).problems}


def test_check_in_shows_what_was_given_elsewhere_and_when_it_was_asked(desk: DeskUnderTest) -> None:
    assert desk.work.desk.check_in(a_person()).elsewhere.as_of is None
    tell(desk, THERE)
    found = desk.work.desk.check_in(a_person()).elsewhere
    assert (found.doses, found.as_of) == ((THERE,), NOON)
    assert desk.work.desk.check_in(another_person()).elsewhere.doses == ()


def test_nothing_found_is_an_answer_too(desk: DeskUnderTest) -> None:
    tell(desk)
    found = desk.work.desk.check_in(a_person()).elsewhere
    assert (found.doses, found.as_of) == ((), NOON)


def test_the_next_dose_follows_the_one_given_elsewhere(desk: DeskUnderTest) -> None:
    tell(desk, THERE)
    record = desk.work.desk.record(a_draft(), desk.manager)
    assert (record.dose.dose_number, record.dose.series_doses) == (2, 2)


def test_the_same_number_again_is_stopped_and_its_place_named(desk: DeskUnderTest) -> None:
    """failures.md 17: the second desk would have stored another first dose."""
    tell(desk, THERE)
    assessment = desk.work.desk.assess(a_draft(dose_number=1))
    assert not assessment.can_save
    (told,) = [p for p in assessment.problems if p.code == "dose-elsewhere-same-number"]
    assert told.params["site"] == "Trạm Y tế Phường Bến Mẫu"
    with pytest.raises(DoseRefused):
        desk.work.desk.record(a_draft(dose_number=1), desk.manager)


def test_a_dose_elsewhere_on_this_very_day_is_stopped(desk: DeskUnderTest) -> None:
    tell(desk, replace(THERE, occurred_at=NOON - timedelta(hours=2)))
    assert {"dose-same-day", "dose-elsewhere-same-day"} <= codes(desk)
    with pytest.raises(DoseRefused):
        desk.work.desk.record(a_draft(), desk.manager)


@pytest.mark.parametrize("status", [DoseStatus.NOT_DONE, DoseStatus.ENTERED_IN_ERROR])
def test_what_was_not_given_does_not_count(desk: DeskUnderTest, status: DoseStatus) -> None:
    tell(desk, replace(THERE, status=status))
    assert desk.work.desk.record(a_draft(), desk.manager).dose.dose_number == 1


def test_a_vaccine_without_rules_needs_a_reason(desk: DeskUnderTest) -> None:
    tell(desk, replace(THERE, vaccine="", vaccine_text="Corbevax"))
    assert "dose-elsewhere-unjudged" in codes(desk)
    with pytest.raises(DoseRefused):
        desk.work.desk.record(a_draft(), desk.manager)
    desk.work.desk.record(a_draft(override_reason="đã xem giấy xác nhận"), desk.manager)


def test_a_newer_state_replaces_an_older_one_and_not_the_other_way(desk: DeskUnderTest) -> None:
    tell(desk, replace(THERE, revision=2, lot="NEW"))
    tell(desk, THERE)
    (known,) = desk.work.elsewhere.of(WHO).doses
    assert known.lot == "NEW"


def test_a_dose_of_this_desk_is_never_listed_twice(desk: DeskUnderTest) -> None:
    own = desk.work.desk.record(a_draft(), desk.manager).dose
    tell(desk, replace(THERE, id=own.id))
    assert desk.work.elsewhere.of(WHO).doses == ()
    assert desk.work.desk.correct(own.id, DoseChanges(lot="FL9999"), "nhầm số lô", desk.manager).dose.dose_number == 1


def test_a_correction_is_judged_with_doses_elsewhere_too(desk: DeskUnderTest) -> None:
    own = desk.work.desk.record(a_draft(), desk.manager).dose
    tell(desk, THERE)
    with pytest.raises(DoseRefused):
        desk.work.desk.correct(own.id, DoseChanges(occurred_at=THERE.occurred_at), "nhầm ngày", desk.manager)


# --- the roster


def test_the_roster_asks_those_first_who_wait_longest(desk: DeskUnderTest) -> None:
    numbers = [CitizenId(f"00109000000{i}") for i in range(4)]
    assert desk.work.elsewhere.invite(numbers, NOON) == 4
    assert desk.work.elsewhere.invite(numbers[:2], NOON) == 0
    desk.work.elsewhere.keep(numbers[:1], (), NOON - timedelta(hours=1))
    desk.work.elsewhere.keep(numbers[1:2], (), NOON - timedelta(days=3))
    asked = desk.work.elsewhere.to_ask(10, NOON - timedelta(hours=12))
    assert asked == (numbers[2], numbers[3], numbers[1])
    assert desk.work.elsewhere.roster() == (4, 2, NOON - timedelta(days=3))


def test_an_empty_roster_is_no_trouble(desk: DeskUnderTest) -> None:
    assert desk.work.elsewhere.roster() == (0, 0, None)
    assert desk.work.elsewhere.to_ask(10, NOON) == ()
    assert desk.work.elsewhere.invite([], NOON) == 0
