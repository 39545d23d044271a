"""Reactions: noted beside a dose, corrected in revisions, queued for the platform, never deleted."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from unicodedata import normalize

import pytest
from support.builders import NOON, DeskUnderTest, a_draft, another_person

from vaxdesk.errors import InputRefused, StoreError
from vaxdesk.models.aftercare import ReactionOutcome, ReactionStatus, Severity, Sign
from vaxdesk.models.reactions import ReactionDraft
from vaxdesk.models.values import Dose, Role, Screening


@pytest.fixture
def dose(desk: DeskUnderTest) -> Dose:
    made = desk.work.desk.record(a_draft(occurred_at=NOON + timedelta(seconds=30)), desk.manager).dose
    desk.clock.forward(minutes=12, seconds=30)
    return made


def a_rash(**changes: Any) -> ReactionDraft:
    draft = ReactionDraft(
        onset_at=NOON + timedelta(minutes=10),
        signs=(Sign.RASH, Sign.FEVER),
        severity=Severity.GRADE_1,
        treatment="Dimedrol 10 mg tiêm bắp",
        outcome=ReactionOutcome.RECOVERING,
        note="ngứa hai tay",
    )
    return replace(draft, **changes)


def refused(desk: DeskUnderTest, dose: Dose, draft: ReactionDraft) -> list[str]:
    with pytest.raises(InputRefused) as caught:
        desk.work.reactions.note(dose.id, draft, desk.manager)
    assert desk.work.reactions.of_dose(dose.id) == ()
    return [problem.code for problem in caught.value.problems]


def test_a_reaction_is_kept_with_its_dose_its_person_and_who_noted_it(desk: DeskUnderTest, dose: Dose) -> None:
    made = desk.work.reactions.note(dose.id, a_rash(), desk.manager)
    assert desk.work.reactions.of_dose(dose.id) == (made,)
    assert (made.revision, made.person_id, made.citizen_id) == (1, dose.person_id, dose.citizen_id)
    assert (made.recorder, made.recorded_at, made.site) == ("Phạm Thị Lan", desk.clock(), dose.site)
    assert made.signs == (Sign.RASH, Sign.FEVER)


def test_it_waits_for_the_platform_at_its_revision(desk: DeskUnderTest, dose: Dose) -> None:
    made = desk.work.reactions.note(dose.id, a_rash(), desk.manager)
    desk.work.reactions.correct(made.id, a_rash(severity=Severity.GRADE_2), "nhầm mức độ", desk.manager)
    with desk.store.read() as connection:
        rows = connection.exec_driver_sql("SELECT record_id, revision FROM outbox WHERE kind = 'reaction'").all()
    assert [tuple(row) for row in rows] == [(made.id, 2)]
    assert desk.work.figures.is_sound()


def test_sequence_numbers_follow_those_of_doses_and_none_is_used_twice(desk: DeskUnderTest, dose: Dose) -> None:
    made = desk.work.reactions.note(dose.id, a_rash(), desk.manager)
    corrected = desk.work.reactions.correct(made.id, a_rash(note=""), "thừa ghi chú", desk.manager)
    following = desk.work.desk.record(a_draft(person=another_person()), desk.manager).dose
    numbers = [dose.sequence, made.sequence, corrected.sequence, following.sequence]
    assert numbers == list(range(numbers[0], numbers[0] + 4))


def test_a_refused_reaction_takes_no_number(desk: DeskUnderTest, dose: Dose) -> None:
    refused(desk, dose, a_rash(signs=()))
    assert desk.work.reactions.note(dose.id, a_rash(), desk.manager).sequence == dose.sequence + 1


def test_a_correction_keeps_who_noted_it_first(desk: DeskUnderTest, dose: Dose) -> None:
    made = desk.work.reactions.note(dose.id, a_rash(), desk.manager)
    nurse = desk.work.staff.add("Lê Thị Mai", Role.NURSE, "1357", desk.manager)
    desk.clock.forward(minutes=5)
    changed = desk.work.reactions.correct(made.id, a_rash(severity=Severity.GRADE_3), "khám lại", nurse)
    assert (changed.revision, changed.reason, changed.severity) == (2, "khám lại", Severity.GRADE_3)
    assert (changed.recorder, changed.recorded_at) == (made.recorder, made.recorded_at)
    assert desk.work.reactions.of_dose(dose.id) == (changed,)


def test_a_correction_needs_a_reason_and_a_difference(desk: DeskUnderTest, dose: Dose) -> None:
    made = desk.work.reactions.note(dose.id, a_rash(), desk.manager)
    with pytest.raises(InputRefused, match="reason-missing"):
        desk.work.reactions.correct(made.id, a_rash(note=""), "", desk.manager)
    with pytest.raises(InputRefused, match="reaction-nothing-to-correct"):
        desk.work.reactions.correct(made.id, a_rash(), "khám lại", desk.manager)


def test_a_reaction_entered_in_error_stays_readable_and_changes_no_more(desk: DeskUnderTest, dose: Dose) -> None:
    made = desk.work.reactions.note(dose.id, a_rash(), desk.manager)
    gone = desk.work.reactions.void(made.id, "nhầm người", desk.manager)
    assert gone.status is ReactionStatus.ENTERED_IN_ERROR
    assert desk.work.reactions.of_dose(dose.id) == (gone,)
    assert desk.work.reactions.of_day(NOON.date()) == ()
    with pytest.raises(InputRefused, match="reaction-already-void"):
        desk.work.reactions.correct(made.id, a_rash(note=""), "khám lại", desk.manager)
    with pytest.raises(InputRefused, match="reaction-already-void"):
        desk.work.reactions.void(made.id, "nhầm người", desk.manager)


def test_the_board_shows_the_reaction_until_it_is_void(desk: DeskUnderTest, dose: Dose) -> None:
    made = desk.work.reactions.note(dose.id, a_rash(), desk.manager)
    assert desk.work.observation.board()[0].reaction == made
    desk.work.reactions.void(made.id, "nhầm người", desk.manager)
    assert desk.work.observation.board()[0].reaction is None


def test_the_onset_is_not_before_the_injection_to_the_minute(desk: DeskUnderTest, dose: Dose) -> None:
    assert refused(desk, dose, a_rash(onset_at=NOON - timedelta(minutes=1))) == ["reaction-before-dose"]
    assert desk.work.reactions.note(dose.id, a_rash(onset_at=NOON), desk.manager).onset_at == NOON


def test_the_onset_is_not_in_the_future(desk: DeskUnderTest, dose: Dose) -> None:
    assert refused(desk, dose, a_rash(onset_at=desk.clock() + timedelta(minutes=1))) == ["reaction-in-future"]


def test_a_clock_put_back_stops_no_reaction(desk: DeskUnderTest, dose: Dose) -> None:
    desk.clock.forward(days=-100)
    assert desk.work.reactions.note(dose.id, a_rash(), desk.manager).onset_at == NOON + timedelta(minutes=10)


def test_what_is_missing_is_said_all_at_once(desk: DeskUnderTest, dose: Dose) -> None:
    assert refused(desk, dose, a_rash(signs=(), treatment="x" * 501)) == ["reaction-no-sign", "reaction-text-long"]
    assert refused(desk, dose, a_rash(signs=(Sign.OTHER,), note="?")) == ["reaction-other-unsaid"]


def test_free_text_is_kept_in_one_form(desk: DeskUnderTest, dose: Dose) -> None:
    made = desk.work.reactions.note(
        dose.id,
        a_rash(treatment=" nằm \n nghỉ\x00 ", signs=(Sign.RASH, Sign.RASH), note=normalize("NFD", "ngứa hai tay")),
        desk.manager,
    )
    assert (made.treatment, made.signs) == ("nằm nghỉ", (Sign.RASH,))
    assert made.note == "ngứa hai tay"


def test_nothing_given_nothing_to_react_to(desk: DeskUnderTest, dose: Dose) -> None:
    draft = a_draft(person=another_person(), screening=Screening.REFUSED, occurred_at=desk.clock())
    other = desk.work.desk.record(draft, desk.manager).dose
    assert refused(desk, other, a_rash(onset_at=desk.clock())) == ["reaction-not-given"]
    desk.work.desk.void(dose.id, "quét nhầm thẻ", desk.manager)
    assert refused(desk, dose, a_rash()) == ["reaction-not-given"]


def test_a_day_lists_what_stands_in_the_order_of_onset(desk: DeskUnderTest, dose: Dose) -> None:
    later = desk.work.reactions.note(dose.id, a_rash(), desk.manager)
    earlier = desk.work.reactions.note(dose.id, a_rash(onset_at=NOON + timedelta(minutes=3)), desk.manager)
    assert desk.work.reactions.of_day(NOON.date()) == (earlier, later)
    assert desk.work.reactions.of_day(NOON.date() + timedelta(days=1)) == ()


def test_unknown_records_are_said(desk: DeskUnderTest) -> None:
    with pytest.raises(StoreError, match="dose-not-found"):
        desk.work.reactions.note("no-such", a_rash(), desk.manager)
    with pytest.raises(StoreError, match="reaction-not-found"):
        desk.work.reactions.void("no-such", "nhầm người", desk.manager)
