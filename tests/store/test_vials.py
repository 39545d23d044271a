"""The vial in use: how long, how many, and that the count comes from the records (I11)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from support.builders import DeskUnderTest, a_crowd, a_draft

from vaxdesk.errors import DoseRefused
from vaxdesk.models import catalogue
from vaxdesk.models.desk import DoseChanges, Preset
from vaxdesk.models.drafts import DoseDraft
from vaxdesk.models.vials import OpenVial

LOT, EXPIRY = "FL4574", date(2022, 2, 28)


def use(desk: DeskUnderTest, number: str, lot: str = LOT) -> None:
    desk.work.desk.set_preset(Preset("COMIRNATY", lot, EXPIRY, number, "Lê Thị Mai"))


def from_vial(draft: DoseDraft, desk: DeskUnderTest, number: str) -> DoseDraft:
    return replace(draft, vaccine="COMIRNATY", lot=LOT, expiry=EXPIRY, vial=number, occurred_at=desk.clock())


def given(desk: DeskUnderTest, drafts: tuple[DoseDraft, ...], number: str) -> None:
    for draft in drafts:
        desk.clock.forward(minutes=1)
        desk.work.desk.record(from_vial(draft, desk, number), desk.manager)


def seen(desk: DeskUnderTest, number: str) -> OpenVial | None:
    return desk.work.desk.assess(from_vial(a_draft(), desk, number)).vial


def stops(desk: DeskUnderTest, number: str) -> set[str]:
    judged = desk.work.desk.assess(from_vial(a_draft(), desk, number))
    return {problem.code for problem in judged.blocking}


def test_what_is_left_is_counted_from_the_doses(desk: DeskUnderTest) -> None:
    use(desk, "14")
    given(desk, a_crowd(4), "14")
    vial = seen(desk, "14")
    assert vial is not None
    assert (vial.given, vial.left, vial.doses_max) == (4, 2, 6)


def test_a_dose_taken_back_is_in_the_count_no_more(desk: DeskUnderTest) -> None:
    use(desk, "14")
    given(desk, a_crowd(2), "14")
    desk.work.desk.void(desk.work.desk.all_records()[0].dose.id, "chưa tiêm", desk.manager)
    vial = seen(desk, "14")
    assert vial is not None
    assert vial.given == 1


def test_an_empty_vial_stops_the_needle_until_a_reason_is_written(desk: DeskUnderTest) -> None:
    use(desk, "14")
    *six, seventh = a_crowd(7)
    given(desk, tuple(six), "14")
    assert stops(desk, "14") == {"vial-empty"}
    with pytest.raises(DoseRefused, match="vial-empty"):
        desk.work.desk.record(from_vial(seventh, desk, "14"), desk.manager)
    reasoned = replace(from_vial(seventh, desk, "14"), override_reason="rút được mũi thứ bảy")
    assert desk.work.desk.record(reasoned, desk.manager).dose.override_reason


def test_a_vial_open_too_long_stops_the_needle(desk: DeskUnderTest) -> None:
    use(desk, "14")
    hours = catalogue.load().vaccine("COMIRNATY").open_vial_hours
    assert hours is not None
    desk.clock.now += timedelta(hours=hours)
    assert stops(desk, "14") == set()
    desk.clock.forward(minutes=1)
    assert stops(desk, "14") == {"vial-open-too-long"}


def test_the_next_vial_of_the_same_lot_starts_at_nothing(desk: DeskUnderTest) -> None:
    use(desk, "14")
    drafts = a_crowd(4)
    given(desk, drafts[:3], "14")
    desk.clock.forward(minutes=1)
    use(desk, "15")
    given(desk, drafts[3:], "15")
    fourteen, fifteen = seen(desk, "14"), seen(desk, "15")
    assert fourteen is not None
    assert fifteen is not None
    assert (fourteen.given, fifteen.given) == (3, 1)


def test_a_vial_that_is_taken_up_again_keeps_its_time(desk: DeskUnderTest) -> None:
    use(desk, "14")
    opened_at = desk.clock()
    desk.clock.forward(minutes=90)
    use(desk, "14")
    vial = seen(desk, "14")
    assert vial is not None
    assert vial.opened_at == opened_at


def test_a_vial_taken_up_by_a_clock_a_year_ahead_is_taken_up_anew(desk: DeskUnderTest) -> None:
    desk.clock.forward(days=365)
    use(desk, "14")
    desk.clock.forward(days=-365)
    use(desk, "14")
    vial = seen(desk, "14")
    assert vial is not None
    assert vial.opened_at == desk.clock()


def test_nobody_who_keeps_no_account_of_vials_is_stopped(desk: DeskUnderTest) -> None:
    use(desk, "14")
    desk.clock.forward(minutes=600)
    assert stops(desk, "") == set()
    assert stops(desk, "never taken up") == set()


def test_a_correction_the_day_after_is_not_held_up_by_its_vial(desk: DeskUnderTest) -> None:
    use(desk, "14")
    given(desk, a_crowd(1), "14")
    (record,) = desk.work.desk.all_records()
    desk.clock.forward(days=1)
    mended = desk.work.desk.correct(record.dose.id, DoseChanges(lot="FL4575"), "xem lại nhãn", desk.manager)
    assert mended.dose.lot == "FL4575"
