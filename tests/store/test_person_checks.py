"""Identity before the needle (9438/BYT-CNTT), and people who look like somebody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from support.builders import NOON, DeskUnderTest, a_draft, a_person

from vaxdesk.errors import DoseRefused, Severity
from vaxdesk.models.drafts import DoseDraft
from vaxdesk.models.findings import Finding, IdentityFound
from vaxdesk.models.values import DoseRecord, Identity, PersonDraft, Role, Screening, StaffMember

OTHER_NUMBER = "079303000999"


def answered(desk: DeskUnderTest, record: DoseRecord, state: Identity, *fields: str, version: str = "1") -> None:
    found = IdentityFound(record.dose.id, version, state, fields, desk.clock())
    finding = Finding(f"VerificationResult/{record.dose.id}", version, found)
    desk.work.sync_book.apply_page("test", version, [finding], desk.clock())


def a_returning_person(desk: DeskUnderTest) -> tuple[DoseRecord, DoseDraft]:
    first = desk.work.desk.record(a_draft(occurred_at=NOON - timedelta(days=25)), desk.manager)
    return first, a_draft()


def a_nurse(desk: DeskUnderTest) -> StaffMember:
    return desk.work.staff.add("Lê Thị Mai", Role.NURSE, "1357", desk.manager)


def warned(desk: DeskUnderTest, person: PersonDraft) -> dict[str, str]:
    problems = desk.work.desk.assess(a_draft(person=person)).problems
    return {p.code: p.params.get("number", "") for p in problems if p.severity is Severity.WARN}


def test_a_mismatch_stops_the_next_injection(desk: DeskUnderTest) -> None:
    first, second = a_returning_person(desk)
    desk.clock.forward(minutes=1)
    answered(desk, first, Identity.MISMATCH, "birth-date")
    judged = desk.work.desk.assess(second)
    assert "identity-mismatch" in {p.code for p in judged.blocking}
    assert judged.can_override
    with pytest.raises(DoseRefused, match="identity-mismatch"):
        desk.work.desk.record(second, desk.manager)


@pytest.mark.parametrize("state", [Identity.MATCHED, Identity.NOT_FOUND])
def test_other_answers_do_not_stop_it(desk: DeskUnderTest, state: Identity) -> None:
    first, second = a_returning_person(desk)
    answered(desk, first, state)
    assert desk.work.desk.record(second, desk.manager).dose.dose_number == 2


def test_a_manager_overrides_with_a_reason_and_a_nurse_does_not(desk: DeskUnderTest) -> None:
    first, second = a_returning_person(desk)
    nurse = a_nurse(desk)
    desk.clock.forward(minutes=1)
    answered(desk, first, Identity.MISMATCH, "name")
    reasoned = replace(second, override_reason="đã xem giấy khai sinh")
    with pytest.raises(DoseRefused, match="identity-mismatch-manager"):
        desk.work.desk.record(reasoned, nurse)
    assert desk.work.desk.record(reasoned, desk.manager).dose.dose_number == 2


def test_facts_mended_after_the_answer_lift_the_stop(desk: DeskUnderTest) -> None:
    first, second = a_returning_person(desk)
    desk.clock.forward(minutes=1)
    answered(desk, first, Identity.MISMATCH, "birth-date")
    mended = a_person(birth_date="2003-11-09")
    at_the_desk = {p.code for p in desk.work.desk.assess(replace(second, person=mended)).problems}
    assert "identity-mismatch" not in at_the_desk
    desk.clock.forward(minutes=1)
    desk.work.desk.mend_person(first.person.citizen_id, mended, "theo thẻ", desk.manager)
    person = replace(second.person, birth_date="2003-11-09")
    assert desk.work.desk.record(replace(second, person=person), desk.manager).dose.dose_number == 2


def test_only_the_newest_answer_counts(desk: DeskUnderTest) -> None:
    first, second = a_returning_person(desk)
    answered(desk, first, Identity.MISMATCH, "name")
    desk.clock.forward(minutes=5)
    answered(desk, first, Identity.MATCHED, version="2")
    assert desk.work.desk.record(second, desk.manager).dose.dose_number == 2


def test_a_conclusion_without_an_injection_is_recorded_all_the_same(desk: DeskUnderTest) -> None:
    first, second = a_returning_person(desk)
    desk.clock.forward(minutes=1)
    answered(desk, first, Identity.MISMATCH, "name")
    postponed = replace(second, screening=Screening.POSTPONED)
    assert desk.work.desk.record(postponed, a_nurse(desk)).dose.screening is Screening.POSTPONED


def test_one_name_and_birth_date_under_two_numbers_is_warned_of(desk: DeskUnderTest) -> None:
    """failures.md 17: one person, two records."""
    desk.work.desk.record(a_draft(), desk.manager)
    found = warned(desk, a_person(citizen_id=OTHER_NUMBER, name="TRAN THI BICH"))
    assert found == {"person-same-name-and-birth": "0793••••0456"}


def test_an_old_number_recorded_for_somebody_else_is_warned_of(desk: DeskUnderTest) -> None:
    desk.work.desk.record(a_draft(person=a_person(old_id="012345678")), desk.manager)
    other = a_person(citizen_id="079190000999", name="Lê Văn Thử", birth_date="1990-01-02", old_id="012345678")
    assert "person-same-old-number" in warned(desk, other)


def test_twins_are_told_from_one_person_twice(desk: DeskUnderTest) -> None:
    desk.work.desk.record(a_draft(person=a_person(phone="0912345678")), desk.manager)
    twin = a_person(citizen_id=OTHER_NUMBER, name="Trần Thị Bình", phone="0912345678")
    assert "person-may-be-twin" in warned(desk, twin)


def test_the_person_themself_and_mere_namesakes_are_not_warned_of(desk: DeskUnderTest) -> None:
    desk.work.desk.record(a_draft(occurred_at=NOON - timedelta(days=25)), desk.manager)
    assert warned(desk, a_person()) == {}
    namesake = a_person(citizen_id="079304000999", birth_date="2004-01-02")
    assert warned(desk, namesake) == {}


def test_a_name_of_signs_alone_asks_for_nobody(desk: DeskUnderTest) -> None:
    desk.work.desk.record(a_draft(), desk.manager)
    assert isinstance(warned(desk, a_person(citizen_id=OTHER_NUMBER, name='"*-')), dict)
