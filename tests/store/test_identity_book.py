"""Whose identity is to be mended, what could be right, what mending changes, and mending it (2262/BYT-CNTT, contract P12)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from support.builders import NOON, Clock, DeskUnderTest, a_desk, a_draft, a_person, another_person

from vaxdesk.errors import AccessRefused, DoseRefused, InputRefused
from vaxdesk.models import citizen_id
from vaxdesk.models.exchange import Acknowledged
from vaxdesk.models.findings import Finding, IdentityFound
from vaxdesk.models.identity_cases import IdentityCase, Source, Trouble, draft_of, effects
from vaxdesk.models.values import (
    CertificateId,
    Dose,
    DoseId,
    DoseStatus,
    Identity,
    OutboxEntry,
    PersonDraft,
    Receipt,
    RecordKind,
    Role,
    Sex,
    StaffMember,
)

WRONG = a_person(name="Tran Thi Bich", birth_date="2003-09-10")


@pytest.fixture
def desk(tmp_path: Path) -> DeskUnderTest:
    return a_desk(tmp_path, Clock(NOON))


def received(desk: DeskUnderTest, person: PersonDraft = WRONG, **more: object) -> Dose:
    """A dose that the platform has."""
    dose = desk.work.desk.record(a_draft(person=person, **more), desk.manager).dose
    receive(desk, RecordKind.DOSE, dose.id, dose.revision)
    return dose


def receive(desk: DeskUnderTest, kind: RecordKind, record_id: str, revision: int) -> None:
    entry = OutboxEntry(kind, record_id, revision, 0, desk.clock())
    receipt = Receipt(record_id, revision, "1", desk.clock(), "a" * 64)
    assert desk.work.sync_book.apply([Acknowledged(entry, receipt)], desk.clock()) == 1


def answer(desk: DeskUnderTest, dose: Dose, state: Identity, *fields: str) -> None:
    """What the population data said, a minute later."""
    desk.clock.forward(minutes=1)
    version = desk.clock().isoformat()
    fact = IdentityFound(DoseId(dose.id), version, state, fields, desk.clock())
    finding = Finding(f"VerificationResult/{dose.id}", version, fact)
    desk.work.sync_book.apply_page("VerificationResult", version, [finding], desk.clock())
    desk.clock.forward(minutes=1)


def mismatched(desk: DeskUnderTest, *fields: str, person: PersonDraft = WRONG) -> IdentityCase:
    answer(desk, received(desk, person), Identity.MISMATCH, *(fields or ("name",)))
    return only(desk)


def only(desk: DeskUnderTest) -> IdentityCase:
    (one,) = desk.work.identities.cases()
    return one


def proposed(desk: DeskUnderTest, one: IdentityCase, card: PersonDraft | None = None) -> list[tuple[Source, str]]:
    """(source, what is proposed in the changed fields)."""
    found = desk.work.identities.proposals(one, card)
    return [(p.source, " ".join(str(getattr(p.facts, name)) for name in p.changed)) for p in found]


# --- the lists


def test_each_answer_has_its_list(desk: DeskUnderTest) -> None:
    assert desk.work.identities.cases() == ()
    dose = received(desk)
    assert (only(desk).trouble, only(desk).since) == (Trouble.UNANSWERED, desk.clock())
    answer(desk, dose, Identity.NOT_FOUND)
    assert only(desk).trouble is Trouble.NOT_FOUND
    answer(desk, dose, Identity.MISMATCH, "name", "sex")
    assert (only(desk).trouble, only(desk).fields) == (Trouble.MISMATCH, ("name", "sex"))
    assert desk.work.identities.counts()[Trouble.MISMATCH] == 1
    answer(desk, dose, Identity.MATCHED)
    assert desk.work.identities.cases() == ()


def test_what_waits_for_the_line_or_was_entered_in_error_is_in_no_list(desk: DeskUnderTest) -> None:
    desk.work.desk.record(a_draft(person=another_person()), desk.manager)
    dose = received(desk)
    answer(desk, dose, Identity.MISMATCH, "name")
    desk.work.desk.void(dose.id, "nhập nhầm người", desk.manager)
    assert desk.work.identities.cases() == ()


def test_a_number_that_says_another_sex_or_year_is_the_gravest(desk: DeskUnderTest) -> None:
    """No desk saves such a person; records taken back from earlier programs may hold one."""
    one = mismatched(desk)
    with desk.store.write() as connection:
        connection.exec_driver_sql("DROP TRIGGER person_revision_no_UPDATE")
        connection.exec_driver_sql("UPDATE person_revision SET sex = 'male', birth_date = '1983-10-09'")
    assert (only(desk).trouble, only(desk).fields) == (Trouble.NUMBER, ("sex", "birth-date"))
    assert proposed(desk, only(desk))[:2] == [(Source.NUMBER, "female"), (Source.NUMBER, "2003-10-09")]
    assert desk.work.identities.case(one.person.id) is not None


@pytest.mark.parametrize("number", ["079090000456", "079190000456", "079203000456", "079303000456"])
def test_a_number_that_fits_is_in_no_list(desk: DeskUnderTest, number: str) -> None:
    read = citizen_id.parse(number)
    person = PersonDraft(number, "Lê Thử", f"{citizen_id.birth_year(read)}-01-02", citizen_id.sex_of(read))
    answer(desk, received(desk, person), Identity.MATCHED)
    assert desk.work.identities.cases() == ()


def test_the_longest_waiting_comes_first_and_a_list_can_be_chosen(desk: DeskUnderTest) -> None:
    first = received(desk, another_person())
    desk.clock.forward(minutes=5)
    second = received(desk)
    assert [one.doses[0].dose.id for one in desk.work.identities.cases()] == [first.id, second.id]
    answer(desk, second, Identity.MISMATCH, "name")
    assert [one.trouble for one in desk.work.identities.cases()] == [Trouble.MISMATCH, Trouble.UNANSWERED]
    assert [one.trouble for one in desk.work.identities.cases(Trouble.UNANSWERED)] == [Trouble.UNANSWERED]


# --- proposals


def test_a_scanned_card_comes_first(desk: DeskUnderTest) -> None:
    one = mismatched(desk, "name", "birth-date")
    assert proposed(desk, one, a_person())[0] == (Source.CARD, "Trần Thị Bích 2003-10-09")


def test_day_and_month_the_other_way_round(desk: DeskUnderTest) -> None:
    assert proposed(desk, mismatched(desk, "birth-date")) == [(Source.SWAPPED, "2003-10-09")]


def test_the_name_with_its_marks_from_a_namesake_or_an_earlier_revision(desk: DeskUnderTest) -> None:
    one = mismatched(desk)
    assert proposed(desk, one) == []
    received(desk, a_person(citizen_id="079303000457", name="Trần Thị Bích", birth_date="2003-01-02"))
    assert (Source.NAMESAKE, "Trần Thị Bích") in proposed(desk, one)
    desk.work.identities.mend(one.person.id, a_person(name="Trần Thị Bịch"), "thẻ ghi vậy", desk.manager)
    case = desk.work.identities.case(one.person.id)
    assert case is not None
    assert proposed(desk, replace(case, fields=("name",)))[0] == (Source.EARLIER, "Tran Thi Bich")


def test_nobody_of_that_number_but_another_record_of_the_same_person(desk: DeskUnderTest) -> None:
    dose = received(desk)
    other = received(desk, replace(WRONG, citizen_id="079303000999"), lot="FL4575")
    answer(desk, other, Identity.MATCHED)
    answer(desk, dose, Identity.NOT_FOUND)
    (found,) = desk.work.identities.proposals(only(desk))
    assert (found.source, found.facts.citizen_id, found.is_another_number) == (Source.NAMESAKE, "079303000999", True)


# --- effects, and mending


def test_mending_says_what_it_does_and_does_it(desk: DeskUnderTest) -> None:
    one = mismatched(desk)
    facts = a_person()
    told = desk.work.identities.effects(one, facts)
    assert (told.sends, told.judged_again, told.rewritten, told.certificates, told.papers) == (True, 1, 0, 0, 0)
    person = desk.work.identities.mend(one.person.id, facts, "thẻ ghi có dấu", desk.manager)
    assert (person.name, person.revision) == ("Trần Thị Bích", 2)
    assert only(desk).trouble is Trouble.MENDED
    receive(desk, RecordKind.PERSON, person.id, 2)
    assert only(desk).trouble is Trouble.MENDED  # received, not answered yet
    answer(desk, one.doses[0].dose, Identity.MATCHED)
    assert desk.work.identities.cases() == ()


def test_nothing_changed_is_said_and_nothing_saved(desk: DeskUnderTest) -> None:
    one = mismatched(desk)
    assert not desk.work.identities.effects(one, WRONG).sends
    with pytest.raises(InputRefused) as refused:
        desk.work.identities.mend(one.person.id, WRONG, "xem lại", desk.manager)
    assert [problem.code for problem in refused.value.problems] == ["identity-unchanged"]


def test_what_is_right_here_can_be_sent_again(desk: DeskUnderTest) -> None:
    """The platform may hold what another site wrote about the same number."""
    one = mismatched(desk)
    desk.work.identities.send_again(one.person.id, desk.manager)
    assert [due.entry.kind for due in desk.work.sync_book.due(desk.clock(), 9, True)] == [RecordKind.PERSON]
    assert only(desk).trouble is Trouble.MENDED
    receive(desk, RecordKind.PERSON, one.person.id, 1)
    assert only(desk).trouble is Trouble.MISMATCH  # until it is answered otherwise


def test_under_another_number_the_doses_are_recorded_again_with_their_time(desk: DeskUnderTest) -> None:
    one = mismatched(desk, "number", person=a_person())
    right = a_person(citizen_id="079303000999")
    assert desk.work.identities.effects(one, right).rewritten == 1
    moved = desk.work.identities.mend(one.person.id, right, "thẻ ghi số khác", desk.manager)
    old, new = sorted(desk.work.desk.all_records(), key=lambda record: record.dose.status is DoseStatus.COMPLETED)
    assert (old.dose.status, new.dose.status) == (DoseStatus.ENTERED_IN_ERROR, DoseStatus.COMPLETED)
    assert (new.dose.citizen_id.digits, new.person.id) == ("079303000999", moved.id)
    assert (new.dose.occurred_at, new.dose.lot) == (old.dose.occurred_at, old.dose.lot)
    assert desk.work.identities.case(one.person.id) is None


def test_a_number_is_a_managers_to_change_and_nothing_happens_by_halves(desk: DeskUnderTest) -> None:
    one = mismatched(desk, "number", person=a_person())
    nurse = StaffMember(desk.manager.id, "hoa", "Lê Thị Hoa", Role.NURSE)
    with pytest.raises(AccessRefused):
        desk.work.identities.mend(one.person.id, a_person(citizen_id="079303000999"), "số khác", nurse)
    wrong_sex = a_person(citizen_id="079203000999", sex=Sex.FEMALE)
    with pytest.raises(DoseRefused):
        desk.work.identities.mend(one.person.id, wrong_sex, "số khác", desk.manager)
    assert [r.dose.status for r in desk.work.desk.all_records()] == [DoseStatus.COMPLETED]


def test_a_certificate_is_replaced_only_when_it_names_the_person_otherwise(desk: DeskUnderTest) -> None:
    one = mismatched(desk)
    certified = replace(one, doses=tuple(replace(r, certificate_id=CertificateId("c")) for r in one.doses))
    told = {
        "name": effects(certified, a_person(birth_date="2003-09-10"), 2),
        "sex": effects(certified, replace(draft_of(one.person), sex=Sex.UNKNOWN), 2),
        "phone": effects(certified, replace(draft_of(one.person), phone="0912345678"), 2),
    }
    assert {name: (e.certificates, e.papers, e.judged_again) for name, e in told.items()} == {
        "name": (1, 2, 1),
        "sex": (0, 2, 1),
        "phone": (0, 0, 0),
    }
