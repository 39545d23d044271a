"""The observation board: who is here follows from the records, so that no restart and no clock loses anybody."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date, timedelta

import pytest
from support.builders import NOON, DeskUnderTest, a_crowd, a_draft, a_person, another_person

from vaxdesk.errors import InputRefused, StoreError
from vaxdesk.models.aftercare import ObservationOutcome, Severity, Sign
from vaxdesk.models.db import open_store
from vaxdesk.models.desk import DoseChanges
from vaxdesk.models.observation import Observed, Watch
from vaxdesk.models.reactions import ReactionDraft
from vaxdesk.models.tickets import Station
from vaxdesk.models.values import CitizenId, Dose, DoseId, PartialDate, PersonId, Screening, VaccineCode
from vaxdesk.models.workplace import workplace

WELL, EARLY, TRANSFERRED = ObservationOutcome.WELL, ObservationOutcome.LEFT_EARLY, ObservationOutcome.TRANSFERRED
REACTION = ObservationOutcome.REACTION


def injected(desk: DeskUnderTest, **changes: object) -> Dose:
    return desk.work.desk.record(a_draft(**({"occurred_at": desk.clock()} | changes)), desk.manager).dose


def other_injected(desk: DeskUnderTest) -> Dose:
    return injected(desk, person=another_person(), expiry=date(2023, 12, 31))


def rash(desk: DeskUnderTest, dose: Dose) -> None:
    desk.work.reactions.note(dose.id, ReactionDraft(desk.clock(), (Sign.RASH,), Severity.GRADE_1), desk.manager)


def names(desk: DeskUnderTest) -> list[str]:
    return [one.name for one in desk.work.observation.board()]


def refused(desk: DeskUnderTest, dose: Dose, outcome: ObservationOutcome, note: str = "") -> str:
    with pytest.raises(InputRefused) as caught:
        desk.work.observation.end(dose.id, outcome, note, desk.manager)
    return caught.value.code


# --- who is on the board


def test_a_saved_dose_puts_its_person_on_the_board(desk: DeskUnderTest) -> None:
    dose = injected(desk)
    (one,) = desk.work.observation.board()
    assert (one.dose_id, one.name, one.dose_number, one.vaccine) == (dose.id, "Trần Thị Bích", 1, "COMIRNATY")
    assert one.due_at == NOON + timedelta(minutes=30)
    assert one.left_s(NOON + timedelta(minutes=20)) == 600


def test_who_has_least_time_left_comes_first(desk: DeskUnderTest) -> None:
    injected(desk)
    desk.clock.forward(minutes=3)
    injected(desk, person=another_person(), occurred_at=NOON - timedelta(minutes=5))
    assert names(desk) == ["Nguyễn Văn An", "Trần Thị Bích"]


def test_who_was_not_injected_is_not_observed(desk: DeskUnderTest) -> None:
    dose = injected(desk, screening=Screening.POSTPONED)
    assert names(desk) == []
    desk.clock.forward(minutes=31)
    assert refused(desk, dose, WELL) == "observation-not-given"


def test_a_dose_entered_in_error_leaves_the_board(desk: DeskUnderTest) -> None:
    dose = injected(desk)
    desk.work.desk.void(dose.id, "quét nhầm thẻ", desk.manager)
    assert names(desk) == []
    desk.clock.forward(minutes=31)
    assert refused(desk, dose, WELL) == "observation-not-given"


def test_a_corrected_time_moves_the_end(desk: DeskUnderTest) -> None:
    dose = injected(desk)
    desk.work.desk.correct(
        dose.id, DoseChanges(occurred_at=NOON - timedelta(minutes=10)), "nhập nhầm giờ", desk.manager
    )
    (one,) = desk.work.observation.board()
    assert one.due_at == NOON + timedelta(minutes=20)


def test_a_dose_entered_days_later_has_nobody_sitting_here(desk: DeskUnderTest) -> None:
    injected(desk, occurred_at=NOON - timedelta(days=2))
    other_injected(desk)
    assert names(desk) == ["Nguyễn Văn An"]


def test_a_dose_just_before_midnight_entered_just_after_is_observed(desk: DeskUnderTest) -> None:
    desk.clock.now = NOON.replace(hour=0, minute=10)
    injected(desk, occurred_at=desk.clock() - timedelta(minutes=20))
    assert names(desk) == ["Trần Thị Bích"]


def test_who_was_forgotten_yesterday_is_still_there(desk: DeskUnderTest) -> None:
    injected(desk)
    desk.clock.forward(days=1)
    other_injected(desk)
    assert names(desk) == ["Trần Thị Bích", "Nguyễn Văn An"]
    assert desk.work.observation.board()[0].watch(desk.clock()) is Watch.OVERDUE


def test_somebody_forgotten_leaves_the_board_after_three_working_days(desk: DeskUnderTest) -> None:
    for draft in a_crowd(4):
        desk.work.desk.record(replace(draft, occurred_at=desk.clock()), desk.manager)
        desk.clock.forward(days=3)
    assert len(names(desk)) == 3


def test_mending_an_old_record_brings_nobody_back(desk: DeskUnderTest) -> None:
    doses = []
    for draft in a_crowd(4):
        doses.append(desk.work.desk.record(replace(draft, occurred_at=desk.clock()), desk.manager).dose)
        desk.clock.forward(days=3)
    before = names(desk)
    desk.work.desk.correct(doses[0].id, DoseChanges(lot="FL4575"), "nhầm số lô", desk.manager)
    assert names(desk) == before


def test_a_dose_entered_from_paper_in_the_afternoon_is_observed_until_somebody_says_so(desk: DeskUnderTest) -> None:
    injected(desk, occurred_at=NOON - timedelta(hours=3))
    assert desk.work.observation.board()[0].watch(desk.clock()) is Watch.OVERDUE


def test_a_restart_changes_nothing(desk: DeskUnderTest) -> None:
    injected(desk)
    before = desk.work.observation.board()
    desk.store.close()
    store = open_store(desk.folder / "vaxdesk.db", desk.key)
    assert workplace(store, lambda _: "", desk.clock).observation.board() == before
    store.close()


@pytest.mark.parametrize("jump_days", [365, -365])
def test_a_clock_that_jumps_hides_nobody(desk: DeskUnderTest, jump_days: int) -> None:
    injected(desk)
    desk.clock.forward(days=jump_days)
    assert names(desk) == ["Trần Thị Bích"]


@pytest.mark.parametrize("jump_days", [365, -100])
def test_who_comes_after_a_jump_hides_nobody_either(desk: DeskUnderTest, jump_days: int) -> None:
    injected(desk)
    desk.clock.forward(days=jump_days)
    other_injected(desk)
    assert sorted(names(desk)) == ["Nguyễn Văn An", "Trần Thị Bích"]
    desk.clock.forward(days=-jump_days)
    assert sorted(names(desk)) == ["Nguyễn Văn An", "Trần Thị Bích"]


def test_whose_time_the_clock_cannot_tell_comes_first(desk: DeskUnderTest) -> None:
    desk.clock.forward(days=100)
    injected(desk)
    desk.clock.forward(days=-100)
    other_injected(desk)
    first, second = desk.work.observation.board()
    assert (first.watch(desk.clock()), first.name) == (Watch.CLOCK_WRONG, "Trần Thị Bích")
    assert second.watch(desk.clock()) is Watch.WATCHED
    later = desk.clock() + timedelta(days=101)
    assert [one.dose_id for one in desk.work.observation.board(later)] == [second.dose_id, first.dose_id]


@pytest.mark.parametrize(
    ("minutes", "watch"),
    [
        (0, Watch.WATCHED),
        (24.9, Watch.WATCHED),
        (25, Watch.ENDING),
        (29.9, Watch.ENDING),
        (30, Watch.OVER),
        (44.9, Watch.OVER),
        (45, Watch.OVERDUE),
        (-0.5, Watch.WATCHED),
        (-2, Watch.CLOCK_WRONG),
    ],
)
def test_the_last_five_minutes_the_end_and_the_time_after(minutes: float, watch: Watch) -> None:
    product = VaccineCode("COMIRNATY")
    one = Observed(
        DoseId("dose"),
        PersonId("person"),
        CitizenId("079303000456"),
        "Trần Thị Bích",
        PartialDate("2003-10-09"),
        product,
        1,
        NOON,
    )
    assert one.watch(NOON + timedelta(minutes=minutes)) is watch


def test_three_hundred_people_are_read_quickly(desk: DeskUnderTest) -> None:
    for draft in a_crowd(300):
        desk.work.desk.record(draft, desk.manager)
    began = time.perf_counter()
    assert len(desk.work.observation.board()) == 300
    assert time.perf_counter() - began < 0.5


# --- leaving


def test_nobody_leaves_well_before_thirty_minutes(desk: DeskUnderTest) -> None:
    dose = injected(desk)
    desk.clock.forward(minutes=29, seconds=59)
    with pytest.raises(InputRefused, match="observation-too-early") as caught:
        desk.work.observation.end(dose.id, WELL, "", desk.manager)
    assert caught.value.problems[0].params["minutes"] == "1"
    assert len(names(desk)) == 1


def test_after_thirty_minutes_they_leave_well(desk: DeskUnderTest) -> None:
    dose = injected(desk)
    desk.clock.forward(minutes=30)
    desk.work.observation.end(dose.id, WELL, "", desk.manager)
    assert names(desk) == []
    (one,) = desk.work.observation.ended(NOON.date())
    assert (one.outcome, one.ended_at) == (WELL, desk.clock())


def test_nobody_is_let_go_twice(desk: DeskUnderTest) -> None:
    dose = injected(desk)
    desk.clock.forward(minutes=30)
    desk.work.observation.end(dose.id, WELL, "", desk.manager)
    assert refused(desk, dose, WELL) == "observation-ended"


@pytest.mark.parametrize("outcome", [EARLY, TRANSFERRED])
def test_leaving_early_needs_a_reason(desk: DeskUnderTest, outcome: ObservationOutcome) -> None:
    dose = injected(desk)
    assert refused(desk, dose, outcome, " x ") == "observation-note-missing"
    assert refused(desk, dose, outcome, "x" * 501) == "observation-note-long"
    desk.work.observation.end(dose.id, outcome, "có việc gấp", desk.manager)
    assert desk.work.observation.ended(NOON.date())[0].outcome is outcome


def test_who_had_a_reaction_does_not_leave_as_well(desk: DeskUnderTest) -> None:
    dose = injected(desk)
    desk.clock.forward(minutes=31)
    assert refused(desk, dose, REACTION) == "observation-no-reaction"
    rash(desk, dose)
    assert refused(desk, dose, WELL) == "observation-has-reaction"
    desk.work.observation.end(dose.id, REACTION, "", desk.manager)
    assert desk.work.observation.summary(NOON.date()).reaction == 1


def test_a_reaction_does_not_shorten_the_thirty_minutes(desk: DeskUnderTest) -> None:
    dose = injected(desk)
    rash(desk, dose)
    assert refused(desk, dose, REACTION) == "observation-too-early"


def test_where_the_clock_cannot_tell_a_person_does_with_a_reason(desk: DeskUnderTest) -> None:
    desk.clock.forward(days=100)
    dose = injected(desk)
    desk.clock.forward(days=-100)
    assert refused(desk, dose, WELL) == "observation-clock-wrong"
    desk.work.observation.end(dose.id, WELL, "đủ 30 phút theo phiếu", desk.manager)
    assert names(desk) == []


def test_an_unknown_dose_is_said(desk: DeskUnderTest) -> None:
    with pytest.raises(StoreError, match="dose-not-found"):
        desk.work.observation.end("no-such", WELL, "", desk.manager)


def test_the_ticket_goes_on_with_the_person(desk: DeskUnderTest) -> None:
    desk.work.tickets.open(a_person(), desk.manager)
    dose = injected(desk)
    desk.clock.forward(minutes=30)
    desk.work.observation.end(dose.id, WELL, "", desk.manager)
    ticket = desk.work.tickets.of_person(CitizenId("079303000456"))
    assert ticket is not None
    assert ticket.station is Station.CERTIFICATE


def test_the_forgotten_of_earlier_days_are_ended_together_with_a_reason(desk: DeskUnderTest) -> None:
    injected(desk)
    desk.clock.forward(days=1)
    other_injected(desk)
    with pytest.raises(InputRefused, match="observation-note-missing"):
        desk.work.observation.end_forgotten("", desk.manager)
    assert desk.work.observation.end_forgotten("buổi trước không ghi giờ về", desk.manager) == 1
    assert names(desk) == ["Nguyễn Văn An"]
    assert desk.work.observation.summary(NOON.date()).left_early == 1


def test_each_end_is_in_the_audit_trail_without_names(desk: DeskUnderTest) -> None:
    dose = injected(desk)
    desk.work.observation.end(dose.id, EARLY, "đón con ở trường", desk.manager)
    with desk.store.read() as connection:
        rows = connection.exec_driver_sql("SELECT subject, detail FROM audit WHERE action = 'observation-ended'").all()
    assert [tuple(row) for row in rows] == [(dose.id, "left-early")]


def test_the_summary_counts_a_day(desk: DeskUnderTest) -> None:
    doses = [desk.work.desk.record(draft, desk.manager).dose for draft in a_crowd(5)]
    desk.clock.forward(minutes=31)
    rash(desk, doses[1])
    grave = ReactionDraft(desk.clock(), (Sign.BREATHING,), Severity.GRADE_3)
    desk.work.reactions.note(doses[2].id, grave, desk.manager)
    desk.work.observation.end(doses[0].id, WELL, "", desk.manager)
    desk.work.observation.end(doses[1].id, REACTION, "", desk.manager)
    desk.work.observation.end(doses[2].id, TRANSFERRED, "bệnh viện quận", desk.manager)
    desk.work.observation.end(doses[3].id, EARLY, "có việc gấp", desk.manager)
    found = desk.work.observation.summary(NOON.date())
    assert (found.here, found.well, found.reaction, found.transferred, found.left_early) == (1, 1, 1, 1, 1)
    assert (found.ended, found.reactions, found.serious) == (4, 2, 1)
