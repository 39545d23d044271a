"""The form is a value: every change gives a new one, and the answer follows from it alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from support.builders import NOON, a_draft, a_person

from vaxdesk.errors import Problem, Severity
from vaxdesk.models import intake
from vaxdesk.models.desk import Preset
from vaxdesk.models.values import GivenDose, PersonDraft, Screening, VaccineCode
from vaxdesk.ui.dose_form import Answer, DoseForm, Tone, band

PRESET = Preset("COMIRNATY", "FL4574", date(2022, 2, 28), "14", "Lan")


def judged(form: DoseForm, *earlier: date) -> DoseForm:
    draft = form.draft(NOON)
    assert draft is not None
    history = tuple(GivenDose(VaccineCode("COMIRNATY"), day, place + 1) for place, day in enumerate(earlier))
    return form.with_assessment(intake.assess(draft, None, history, "079", NOON))


def a_form(person: PersonDraft | None = None) -> DoseForm:
    return DoseForm(preset=PRESET).with_person(person or a_person())


def test_nobody_is_quiet() -> None:
    assert band(DoseForm()).answer is Answer.NOBODY
    assert DoseForm().draft(NOON) is None


def test_until_the_lane_has_answered_nothing_is_allowed() -> None:
    form = a_form().with_screening(Screening.ELIGIBLE)
    assert band(form).answer is Answer.ASKING
    assert not form.can_save


def test_allowed_needs_a_screening_before_it_can_be_saved() -> None:
    form = judged(a_form())
    assert (band(form).answer, band(form).tone) == (Answer.ALLOWED, Tone.ALLOWED)
    assert not form.can_save
    assert form.with_screening(Screening.ELIGIBLE).can_save


def test_no_number_no_dose() -> None:
    form = judged(a_form(a_person(citizen_id=""))).with_screening(Screening.ELIGIBLE)
    assert (band(form).answer, band(form).tone) == (Answer.NO_NUMBER, Tone.STOP)
    assert not form.can_save
    assert not form.with_override("quản lý cho phép").can_save


def test_too_early_names_the_day_and_takes_a_reason() -> None:
    form = judged(a_form(), date(2021, 11, 2)).with_screening(Screening.ELIGIBLE)
    found = band(form)
    assert (found.answer, found.tone, found.allowed_from) == (Answer.TOO_EARLY, Tone.DECIDE, date(2021, 11, 23))
    assert form.wants_reason
    assert not form.can_save
    reasoned = form.with_override("người dân đi xa")
    assert reasoned.can_save
    assert (band(reasoned).answer, band(reasoned).tone) == (Answer.OVERRIDDEN, Tone.DECIDE)


def test_an_empty_reason_is_none() -> None:
    form = judged(a_form(), date(2021, 11, 2)).with_screening(Screening.ELIGIBLE)
    assert not form.with_override("   ").can_save


def test_missing_facts_are_no_alarm_and_wrong_ones_are() -> None:
    missing = judged(a_form(PersonDraft(citizen_id="079303000456")))
    assert (band(missing).answer, band(missing).tone) == (Answer.PERSON_INCOMPLETE, Tone.INFORM)
    wrong = judged(a_form(a_person(birth_date="1993-10-09")))
    assert band(wrong).tone is Tone.STOP


@pytest.mark.parametrize(
    ("preset", "answer", "tone"),
    [
        (replace(PRESET, lot=""), Answer.PRODUCT_INCOMPLETE, Tone.DECIDE),
        (replace(PRESET, expiry=date(2021, 11, 11)), Answer.EXPIRED_LOT, Tone.STOP),
        (replace(PRESET, vaccine=""), Answer.PRODUCT_INCOMPLETE, Tone.DECIDE),
    ],
)
def test_the_vial_is_judged(preset: Preset, answer: Answer, tone: Tone) -> None:
    form = judged(DoseForm(preset=preset).with_person(a_person())).with_screening(Screening.ELIGIBLE)
    assert (band(form).answer, band(form).tone) == (answer, tone)
    assert not form.can_save


def test_a_conclusion_without_a_dose_can_be_saved_without_a_lot() -> None:
    form = DoseForm(preset=replace(PRESET, lot="", expiry=None)).with_person(a_person())
    form = judged(form.with_screening(Screening.POSTPONED))
    assert band(form).answer is Answer.NO_DOSE_TODAY
    assert form.can_save
    assert not form.gives_dose


def test_a_conclusion_that_changes_what_is_judged_is_judged_again() -> None:
    form = judged(a_form()).with_screening(Screening.ELIGIBLE)
    assert form.with_screening(Screening.CAUTION).assessment is form.assessment
    assert form.with_screening(Screening.REFUSED).assessment is None


def test_a_refused_card_takes_the_person_before_away() -> None:
    form = judged(a_form()).with_refusal((Problem("citizen-id-too-short", "citizen_id"),))
    assert form.person is None
    assert band(form).answer is Answer.NO_NUMBER


def test_the_next_person_gets_nothing_of_the_one_before() -> None:
    form = judged(a_form()).with_screening(Screening.ELIGIBLE).with_override("lý do").with_body_site("RA")
    following = form.with_person(a_person(name="Người Khác"))
    assert following == replace(
        DoseForm(preset=PRESET).with_person(a_person(name="Người Khác")), ticket=form.ticket + 1
    )


def test_saving_is_done_once() -> None:
    form = judged(a_form()).with_screening(Screening.ELIGIBLE).with_saving(True)
    assert not form.can_save


def test_the_draft_says_what_the_form_says() -> None:
    form = a_form().with_screening(Screening.CAUTION).with_body_site("RA").with_override("lý do")
    expected = a_draft(
        screening=Screening.CAUTION,
        body_site="RA",
        override_reason="lý do",
        injector="Lan",
        occurred_at=NOON,
        vial="14",
    )
    assert form.draft(NOON) == expected


def test_a_form_tells_nothing_about_a_person() -> None:
    assert "Bích" not in repr(a_form())


def test_warnings_do_not_stop() -> None:
    form = judged(a_form()).with_screening(Screening.ELIGIBLE)
    assert form.assessment is not None
    warned = replace(form.assessment, problems=(*form.assessment.problems, Problem("x", severity=Severity.WARN)))
    assert form.with_assessment(warned).can_save
