"""Screening sheets in the real store: alone, and with the dose they belong to in one transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from support.builders import NOON, DeskUnderTest, a_draft, a_person, another_person

from vaxdesk.errors import DoseRefused, InputRefused
from vaxdesk.models import session_tables as s
from vaxdesk.models import tables as t
from vaxdesk.models.screening import FORMS, Consent, FormCode, SheetDraft
from vaxdesk.models.values import CitizenId, Screening
from vaxdesk.models.vitals import Vitals

DAY = NOON.date()
CHILD = a_person(citizen_id="079308000456", name="Trần Thị Bé", birth_date="2008-10-09")


def a_sheet(**changes: Any) -> SheetDraft:
    form = changes.get("form", FormCode.ADULT_4355)
    answers = {question.code: False for question in FORMS[form].questions}
    return replace(SheetDraft(a_person(), form, answers, Vitals(36.6, 78, 110, 70, 18)), **changes)


def a_childs_sheet(**changes: Any) -> SheetDraft:
    said = {"consent": Consent.AGREED, "guardian_name": " Trần  Văn Cha", "guardian_phone": "0900 000 001"}
    return a_sheet(person=CHILD, form=FormCode.CHILD_5002, **(said | changes))


def rows(desk: DeskUnderTest, table: Any) -> int:
    with desk.store.read() as connection:
        return len(connection.execute(select(table)).all())


def codes(refused: InputRefused) -> list[str]:
    return [problem.code for problem in refused.problems]


def test_a_sheet_is_kept_with_who_and_when_and_read_again(desk: DeskUnderTest) -> None:
    sheet = desk.work.screenings.save(a_sheet(), desk.manager)
    assert desk.work.screenings.newest(sheet.person_id, DAY) == sheet
    assert desk.work.screenings.newest(CitizenId("079303000456"), DAY) == sheet
    assert (sheet.concluded_by, sheet.concluded_at) == (desk.manager.id, desk.clock())
    assert (sheet.vitals, sheet.proposed) == (Vitals(36.6, 78, 110, 70, 18), Screening.ELIGIBLE)
    assert sheet.answers["any-allergy"] is False


def test_a_sheet_makes_its_person_as_a_dose_would(desk: DeskUnderTest) -> None:
    sheet = desk.work.screenings.save(a_sheet(), desk.manager)
    (found,) = desk.work.desk.search("079303000456")
    assert (found.id, found.name) == (sheet.person_id, "Trần Thị Bích")
    again = desk.work.screenings.save(a_sheet(), desk.manager)
    assert again.person_id == sheet.person_id
    assert rows(desk, t.person) == 1


def test_the_newest_sheet_of_the_day_counts(desk: DeskUnderTest) -> None:
    desk.work.screenings.save(a_sheet(answers={"acute-illness": True}, conclusion=Screening.POSTPONED), desk.manager)
    second = desk.work.screenings.save(a_sheet(), desk.manager)
    assert desk.work.screenings.newest(second.person_id, DAY) == second
    assert desk.work.screenings.newest(second.person_id, DAY + timedelta(days=1)) is None
    assert rows(desk, s.screening_sheet) == 2


def test_another_conclusion_without_a_note_is_refused_and_nothing_is_stored(desk: DeskUnderTest) -> None:
    with pytest.raises(InputRefused) as refused:
        desk.work.screenings.save(a_sheet(conclusion=Screening.CAUTION), desk.manager)
    assert codes(refused.value) == ["sheet-note-missing"]
    assert (rows(desk, s.screening_sheet), rows(desk, t.person)) == (0, 0)
    kept = desk.work.screenings.save(a_sheet(conclusion=Screening.CAUTION, note="  lo lắng "), desk.manager)
    assert (kept.conclusion, kept.proposed, kept.note) == (Screening.CAUTION, Screening.ELIGIBLE, "lo lắng")


def test_reasons_are_kept_as_the_form_gave_them(desk: DeskUnderTest) -> None:
    sick = a_sheet(vitals=Vitals(38.2), conclusion=Screening.CAUTION)
    kept = desk.work.screenings.save(sick, desk.manager)
    assert (kept.proposed, kept.reasons) == (Screening.CAUTION, ("temperature-high",))


def test_a_child_needs_consent_and_a_guardians_name(desk: DeskUnderTest) -> None:
    with pytest.raises(InputRefused) as refused:
        desk.work.screenings.save(a_childs_sheet(consent=Consent.UNASKED, guardian_name=""), desk.manager)
    assert set(codes(refused.value)) >= {"sheet-consent-missing", "sheet-guardian-missing"}
    kept = desk.work.screenings.save(a_childs_sheet(), desk.manager)
    assert (kept.guardian_name, kept.guardian_phone) == ("Trần Văn Cha", "0900000001")
    assert (kept.consent, kept.form) == (Consent.AGREED, FormCode.CHILD_5002)


@pytest.mark.parametrize(
    ("person", "code"),
    [
        (a_person(citizen_id="07930300045"), "citizen-id-too-short"),
        (a_person(name=""), "name-missing"),
        (a_person(birth_date="1993-10-09"), "citizen-id-year-contradicts"),
    ],
)
def test_a_person_who_could_have_no_dose_has_no_sheet(desk: DeskUnderTest, person: Any, code: str) -> None:
    with pytest.raises(InputRefused) as refused:
        desk.work.screenings.save(a_sheet(person=person), desk.manager)
    assert code in codes(refused.value)
    assert rows(desk, t.person) == 0


def test_a_card_that_differs_from_what_is_known_is_refused(desk: DeskUnderTest) -> None:
    desk.work.screenings.save(a_sheet(), desk.manager)
    with pytest.raises(InputRefused) as refused:
        desk.work.screenings.save(a_sheet(person=a_person(name="Trần Thị Khác")), desk.manager)
    assert codes(refused.value) == ["person-differs"]


# --- with a dose


def test_a_dose_and_its_sheet_are_saved_together(desk: DeskUnderTest) -> None:
    record = desk.work.desk.record(a_draft(sheet=a_sheet()), desk.manager)
    sheet = desk.work.screenings.newest(record.person.id, DAY)
    assert sheet is not None
    assert (sheet.person_id, sheet.conclusion) == (record.person.id, record.dose.screening)


def test_who_is_not_injected_has_a_sheet_too(desk: DeskUnderTest) -> None:
    away = a_sheet(answers={"acute-illness": True}, conclusion=Screening.POSTPONED)
    record = desk.work.desk.record(a_draft(screening=Screening.POSTPONED, sheet=away), desk.manager)
    sheet = desk.work.screenings.newest(record.person.id, DAY)
    assert sheet is not None
    assert sheet.reasons == ("reason-acute-illness",)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"screening": Screening.POSTPONED, "sheet": a_sheet()}, "sheet-contradicts-dose"),
        ({"person": another_person(), "sheet": a_sheet()}, "sheet-of-another"),
        ({"sheet": a_sheet(answers={})}, "sheet-unanswered"),
        ({"sheet": a_sheet(form=FormCode.ADULT_5785)}, "sheet-form-wrong"),
    ],
)
def test_a_sheet_that_does_not_hold_leaves_no_dose_and_no_person(
    desk: DeskUnderTest, changes: dict[str, Any], code: str
) -> None:
    with pytest.raises(DoseRefused) as refused:
        desk.work.desk.record(a_draft(**changes), desk.manager)
    assert code in codes(refused.value)
    assert desk.work.desk.all_records() == ()
    assert (rows(desk, t.person), rows(desk, s.screening_sheet)) == (0, 0)


def test_a_dose_that_is_refused_leaves_no_sheet(desk: DeskUnderTest) -> None:
    with pytest.raises(DoseRefused):
        desk.work.desk.record(a_draft(lot="", sheet=a_sheet()), desk.manager)
    assert rows(desk, s.screening_sheet) == 0


def test_the_store_itself_refuses_another_conclusion_without_a_note(desk: DeskUnderTest) -> None:
    sheet = desk.work.screenings.save(a_sheet(), desk.manager)
    change = text("UPDATE screening_sheet SET conclusion = 'postponed' WHERE id = :id")
    with pytest.raises(IntegrityError), desk.store.write() as connection:
        connection.execute(change, {"id": sheet.id})


def test_every_sheet_is_in_the_trail_without_a_name(desk: DeskUnderTest) -> None:
    sheet = desk.work.screenings.save(a_childs_sheet(note="mẹ đi cùng"), desk.manager)
    with desk.store.read() as connection:
        entry = connection.execute(select(t.audit).where(t.audit.c.action == "screening-saved")).mappings().one()
    assert (entry["subject"], entry["detail"]) == (sheet.id, "eligible")
    assert repr(sheet) == f"Sheet({sheet.id})"


def test_a_dose_without_a_conclusion_is_never_saved_whoever_asks(desk: DeskUnderTest) -> None:
    draft = a_draft(screening=None)
    assert desk.work.desk.assess(draft).can_save  # it is judged as a dose all the same
    with pytest.raises(DoseRefused) as refused:
        desk.work.desk.record(draft, desk.manager)
    assert codes(refused.value) == ["screening-missing"]
    assert (rows(desk, t.dose), rows(desk, t.person)) == (0, 0)


def test_a_form_against_the_injection_is_not_overruled_by_a_dose_without_one(desk: DeskUnderTest) -> None:
    """The command line, a batch, another window: whoever brings no form of their own is bound by the one kept here that day."""
    desk.work.screenings.save(a_sheet(answers={"acute-illness": True}, conclusion=Screening.POSTPONED), desk.manager)
    with pytest.raises(DoseRefused) as refused:
        desk.work.desk.record(a_draft(), desk.manager)
    assert codes(refused.value) == ["screening-says-no"]
    assert refused.value.problems[0].params == {"at": "10:41"}
    assert rows(desk, t.dose) == 0
    desk.work.desk.record(a_draft(screening=Screening.REFUSED), desk.manager)
    assert desk.work.desk.record(a_draft(sheet=a_sheet()), desk.manager).dose.screening is Screening.ELIGIBLE


def test_a_form_of_another_day_binds_nobody(desk: DeskUnderTest) -> None:
    desk.work.screenings.save(a_sheet(answers={"acute-illness": True}, conclusion=Screening.POSTPONED), desk.manager)
    desk.clock.forward(days=1)
    assert desk.work.desk.record(a_draft(occurred_at=desk.clock()), desk.manager)
