"""The complaints workbench over a real store: the clock, answers, changes that a second person approves, nothing lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from support.builders import NOON, PIN, DeskUnderTest, a_draft, a_person, another_person

from vaxdesk.errors import DoseRefused, InputRefused, StoreError, VaxdeskError
from vaxdesk.models import complaint_candidates, complaint_rows, intake, people
from vaxdesk.models import tables as t
from vaxdesk.models.citizen_id import parse
from vaxdesk.models.complaint_changes import AddDose, CorrectDose, MendPerson, change_of, plain
from vaxdesk.models.complaints import (
    Action,
    Claim,
    Complaint,
    ComplaintKind,
    ComplaintSource,
    ComplaintStatus,
    Rejection,
    Story,
    Urgency,
    urgency,
)
from vaxdesk.models.desk import DoseChanges
from vaxdesk.models.values import VIETNAM, Role, Sex, StaffMember

PNG = b"\x89PNG\r\n\x1a\n" + b"a picture"
CLAIM = Claim(
    citizen_id="079303000456",
    name="Trần Thị Bích",
    birth_date="2003-10-09",
    sex=Sex.FEMALE,
    phone="0900000111",
    dose_number="1",
    vaccine="COMIRNATY",
    day="2021-10-20",
    words="Tôi tiêm ngày 20/10 mà chưa thấy trên hệ thống.",
)


def claim(**facts: Any) -> Claim:
    return replace(CLAIM, **facts)


def taken(desk: DeskUnderTest, **facts: Any) -> str:
    return desk.work.complaints.take(claim(**facts), ComplaintKind.MISSING, desk.manager, [PNG]).complaint.id


def second_manager(desk: DeskUnderTest) -> StaffMember:
    return desk.work.staff.add("Lê Thị Mai", Role.MANAGER, "1357", desk.manager)


def a_nurse(desk: DeskUnderTest) -> StaffMember:
    return desk.work.staff.add("Đỗ Thị Cúc", Role.NURSE, "8642", desk.manager)


def pulled(desk: DeskUnderTest, version: str, **facts: Any) -> bool:
    """A version as a pull keeps it."""
    facts = {"status": ComplaintStatus.OPEN, "updated_at": desk.clock(), "pictures": (PNG,)} | facts
    received = NOON - timedelta(hours=2)
    made = Complaint(
        id="c" * 36, version=version, source=ComplaintSource.PLATFORM, kind=ComplaintKind.MISSING,
        received_at=received, due_at=received + timedelta(hours=48), claim=facts.pop("claim", CLAIM), task={"id": "c"}, **facts,
    )  # fmt: skip
    with desk.store.write() as connection:
        return complaint_rows.keep(connection, made, desk.clock())


def late_dose(**changes: Any) -> AddDose:
    """What was injected three weeks ago and never entered."""
    facts: dict[str, Any] = {"occurred_at": NOON - timedelta(days=23), "injector": "Lê Thị Mai"}
    return AddDose(a_draft(**facts | changes))


def codes(error: VaxdeskError) -> set[str]:
    return {problem.code for problem in error.problems} if isinstance(error, InputRefused) else {error.code}


def refused(code: str) -> Any:
    return pytest.raises(VaxdeskError, check=lambda error: code in codes(error))


def everything(desk: DeskUnderTest) -> list[Any]:
    with desk.store.read() as connection:
        return [connection.execute(select(table)).all() for table in t.metadata.sorted_tables]


# --- taking, clock, order


def test_a_complaint_taken_at_the_counter_is_whole_and_waits_for_the_platform(desk: DeskUnderTest) -> None:
    complaint_id = taken(desk)
    case = desk.work.complaints.case(complaint_id)
    assert (case.story.complaint.claim, case.pictures, case.story.status) == (CLAIM, (PNG,), ComplaintStatus.OPEN)
    assert case.story.complaint.due_at == NOON + timedelta(hours=48)
    assert [entry.kind.value for entry in _queue(desk)] == ["complaint"]


def _queue(desk: DeskUnderTest) -> Any:
    from vaxdesk.models import outbox

    with desk.store.read() as connection:
        return outbox.due(connection, desk.clock(), 100, asked=True)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"name": "  "}, "complaint-name-missing"),
        ({"words": "x"}, "complaint-words-missing"),
        ({"words": "Số của chị tôi là 001090000123, cùng ngày."}, "complaint-words-name-another"),
    ],
)
def test_what_cannot_be_a_complaint_is_refused_and_nothing_is_kept(desk: DeskUnderTest, facts: Any, code: str) -> None:
    with refused(code):
        taken(desk, **facts)
    assert desk.work.complaints.all() == () == _queue(desk)


def test_only_pictures_of_two_mebibytes_are_taken(desk: DeskUnderTest) -> None:
    for picture in (b"GIF89a", PNG + bytes(2 * 1024 * 1024)):
        with refused("complaint-picture-unusable"):
            desk.work.complaints.take(CLAIM, ComplaintKind.OTHER, desk.manager, [picture])


def test_the_clock_runs_from_the_receipt_of_the_platform(desk: DeskUnderTest) -> None:
    pulled(desk, "1")
    complaint = desk.work.complaints.story("c" * 36).complaint
    seen = []
    for hours in (0, 22.5, 40.5, 46.01, 400):
        seen.append(urgency(complaint.status, complaint.due_at, NOON + timedelta(hours=hours)))
    assert seen == [Urgency.LATER, Urgency.SOON, Urgency.ALARM, Urgency.OVERDUE, Urgency.OVERDUE]


@pytest.mark.parametrize("left", [timedelta(0), timedelta(hours=6), timedelta(hours=24)])
def test_the_edges_of_urgency(left: timedelta) -> None:
    now = datetime(2021, 11, 12, 23, 59, tzinfo=VIETNAM)
    edge = {timedelta(0): Urgency.OVERDUE, timedelta(hours=6): Urgency.SOON, timedelta(hours=24): Urgency.LATER}
    assert urgency(ComplaintStatus.OPEN, now + left, now) is edge[left]
    assert urgency(ComplaintStatus.SETTLED, now - left, now) is Urgency.CLOSED


def test_the_list_begins_with_what_is_late_and_ends_with_what_is_closed(desk: DeskUnderTest) -> None:
    ids = []
    for _ in range(4):
        ids.append(taken(desk))
        desk.clock.forward(hours=15)
    book = desk.work.complaints
    book.ask(ids[0], "Xin gửi ảnh giấy xác nhận.", desk.manager)
    book.reject(ids[1], Rejection.BLURRED, "Ảnh mờ, không đọc được.", desk.manager)
    assert [story.complaint.id for story in book.all()] == [ids[0], ids[2], ids[3], ids[1]]
    counts = book.counts()
    assert (counts.received, counts.asked, counts.open, counts.rejected, counts.overdue, counts.alarm) == (
        4,
        1,
        2,
        1,
        1,
        0,
    )
    assert (counts.closed, counts.late) == (1, 0)


# --- versions


def test_a_pulled_version_is_kept_once_and_nothing_is_overwritten(desk: DeskUnderTest) -> None:
    assert pulled(desk, "1")
    assert not pulled(desk, "1")
    more = claim(added=("Ảnh rõ hơn",))
    assert pulled(desk, "2", claim=more)
    book = desk.work.complaints
    assert len(book.all()) == 1
    assert book.story("c" * 36).complaint.claim == more
    with desk.store.read() as connection:
        assert complaint_rows.pictures(connection, "c" * 36, "1") == (PNG,)
        assert complaint_rows.pictures(connection, "c" * 36, "2") == (PNG,)
        stored = connection.exec_driver_sql("SELECT count(picture) FROM complaint").scalar()
    assert stored == 1  # the same picture once


def test_a_complaint_nobody_has_is_said(desk: DeskUnderTest) -> None:
    with pytest.raises(StoreError, match="complaint-not-found"):
        desk.work.complaints.ask("nobody", "Xin gửi ảnh.", desk.manager)


# --- answers


@pytest.mark.parametrize("how", ["ask", "postpone", "settle", "reject"])
def test_an_answer_changes_where_it_stands_and_goes_into_the_queue(desk: DeskUnderTest, how: str) -> None:
    pulled(desk, "1")
    book, complaint_id = desk.work.complaints, "c" * 36
    if how == "reject":
        story = book.reject(complaint_id, Rejection.DAY_DIFFERS, "Ngày tiêm khác giấy.", desk.manager)
    else:
        story = getattr(book, how)(complaint_id, "Điểm tiêm đã xem xét.", desk.manager)
    wanted = {"ask": "asked", "postpone": "postponed", "settle": "settled", "reject": "rejected"}[how]
    assert (story.status.value, story.unsent) == (wanted, True)
    (entry,) = _queue(desk)
    assert (entry.kind.value, entry.record_id, entry.revision) == ("complaint", complaint_id, 1)


def test_a_closed_complaint_takes_no_more_answers(desk: DeskUnderTest) -> None:
    complaint_id = taken(desk)
    book = desk.work.complaints
    book.settle(complaint_id, "Đã bổ sung mũi tiêm.", desk.manager)
    for again in (book.ask, book.postpone, book.settle):
        with refused("complaint-closed"):
            again(complaint_id, "Còn nữa.", desk.manager)
    with refused("complaint-closed"):
        book.propose(complaint_id, late_dose(), "bổ sung mũi thiếu", desk.manager)


def test_words_for_a_citizen_name_no_other_number(desk: DeskUnderTest) -> None:
    complaint_id = taken(desk)
    with refused("complaint-words-name-another"):
        desk.work.complaints.settle(complaint_id, "Mũi này của 001090000123.", desk.manager)
    own = desk.work.complaints.settle(complaint_id, "Đã ghi mũi cho số 079303000456.", desk.manager)
    assert own.status is ComplaintStatus.SETTLED


# --- changes that a second person approves


def test_a_missing_dose_is_entered_late_with_both_times_and_a_second_person(desk: DeskUnderTest) -> None:
    nurse, complaint_id, book = a_nurse(desk), taken(desk), desk.work.complaints
    desk.clock.forward(hours=3)
    waiting = book.propose(complaint_id, late_dose(), "bỏ sót khi nhập", nurse, "Đã bổ sung mũi 1 ngày 20/10/2021.")
    assert waiting.pending is not None
    assert desk.work.desk.all_records() == ()
    done = book.approve(complaint_id, desk.manager.username, PIN)
    (record,) = desk.work.desk.all_records()
    assert record.dose.occurred_at == NOON - timedelta(days=23)
    assert (record.dose.recorded_at, record.dose.reason) == (desk.clock(), "bỏ sót khi nhập")
    assert (done.status, done.pending, done.settled_doses) == (ComplaintStatus.SETTLED, None, (record.dose.id,))
    assert [step.action for step in done.steps[1:]] == [Action.PROPOSE, Action.APPROVE, Action.SETTLE]
    assert done.steps[-1].details == {"doses": [record.dose.id]}
    assert [step.staff_id for step in done.steps[1:3]] == [nurse.id, desk.manager.id]


def test_who_proposes_does_not_approve(desk: DeskUnderTest) -> None:
    complaint_id, book = taken(desk), desk.work.complaints
    book.propose(complaint_id, late_dose(), "bỏ sót khi nhập", desk.manager)
    before = desk.work.desk.all_records()
    with refused("second-person-needed"):
        book.approve(complaint_id, desk.manager.username, PIN)
    nurse = a_nurse(desk)
    with refused("managers-only"):
        book.approve(complaint_id, nurse.username, "8642")
    other = second_manager(desk)
    with refused("sign-in-wrong"):
        book.approve(complaint_id, other.username, "9999")
    assert desk.work.desk.all_records() == before == ()
    assert book.approve(complaint_id, other.username, "1357").pending is None
    assert len(desk.work.desk.all_records()) == 1


def test_an_approval_counts_once(desk: DeskUnderTest) -> None:
    complaint_id, book, other = taken(desk), desk.work.complaints, second_manager(desk)
    book.propose(complaint_id, late_dose(), "bỏ sót khi nhập", desk.manager)
    book.approve(complaint_id, other.username, "1357")
    with refused("complaint-no-proposal"):
        book.approve(complaint_id, other.username, "1357")
    assert len(desk.work.desk.all_records()) == 1


@pytest.mark.parametrize("what", ["dose", "person"])
def test_a_record_that_changed_meanwhile_is_not_overwritten(desk: DeskUnderTest, what: str) -> None:
    dose = desk.work.desk.record(a_draft(), desk.manager).dose
    complaint_id, book, other = taken(desk), desk.work.complaints, second_manager(desk)
    change = CorrectDose(dose.id, DoseChanges(lot="FL9999"), "")
    book.propose(complaint_id, change, "lô ghi nhầm", desk.manager)
    if what == "dose":
        desk.work.desk.correct(dose.id, DoseChanges(lot="FL7777"), "xem lại khay", desk.manager)
    else:
        mended = a_person(name="Trần Thị Bích Ngọc")
        desk.work.desk.mend_person(dose.citizen_id, mended, "theo thẻ", desk.manager)
    before = everything(desk)
    with refused("complaint-proposal-stale"):
        book.approve(complaint_id, other.username, "1357")
    after = everything(desk)
    differing = [one for one, two in zip(before, after, strict=True) if one != two]
    assert len(differing) <= 3  # the sign-in alone: audit, its kept end, the account's tries
    assert desk.work.desk.dose(dose.id).dose.lot == ("FL7777" if what == "dose" else "FL4574")


def test_a_dose_added_by_somebody_else_meanwhile_makes_the_proposal_stale(desk: DeskUnderTest) -> None:
    complaint_id, book, other = taken(desk), desk.work.complaints, second_manager(desk)
    book.propose(complaint_id, late_dose(), "bỏ sót khi nhập", desk.manager)
    desk.work.desk.record(late_dose(late_reason="ghi từ sổ").draft, desk.manager)
    with refused("complaint-proposal-stale"):
        book.approve(complaint_id, other.username, "1357")
    assert len(desk.work.desk.all_records()) == 1


def test_a_correction_and_a_mended_identity_are_carried_out_as_at_the_desk(desk: DeskUnderTest) -> None:
    dose = desk.work.desk.record(a_draft(), desk.manager).dose
    complaint_id, book, other = taken(desk), desk.work.complaints, second_manager(desk)
    book.propose(complaint_id, CorrectDose(dose.id, DoseChanges(lot="FL9999"), ""), "lô ghi nhầm", desk.manager)
    book.approve(complaint_id, other.username, "1357")
    facts = a_person(name="Trần Thị Bích Ngọc", phone="0900000111")
    book.propose(complaint_id, MendPerson(str(dose.person_id), facts, ""), "tên thiếu chữ", desk.manager)
    story = book.approve(complaint_id, other.username, "1357")
    record = desk.work.desk.dose(dose.id)
    assert (record.dose.lot, record.dose.revision, record.person.name) == ("FL9999", 2, "Trần Thị Bích Ngọc")
    assert story.settled_doses == (dose.id,)


def test_a_change_that_could_not_be_saved_is_refused_when_it_is_proposed(desk: DeskUnderTest) -> None:
    complaint_id = taken(desk)
    future = late_dose(occurred_at=NOON + timedelta(days=1))
    before = everything(desk)
    with pytest.raises(DoseRefused):
        desk.work.complaints.propose(complaint_id, future, "bỏ sót khi nhập", desk.manager)
    assert everything(desk) == before


def test_the_override_reason_of_a_late_dose_is_kept(desk: DeskUnderTest) -> None:
    """Expired when it was injected: a stop at the desk or one with a reason, here the same."""
    complaint_id, book, other = taken(desk), desk.work.complaints, second_manager(desk)
    desk.work.desk.record(a_draft(occurred_at=NOON - timedelta(days=30), late_reason="sổ giấy"), desk.manager)
    early = late_dose(occurred_at=NOON - timedelta(days=20), dose_number=2)
    with pytest.raises(DoseRefused):
        book.propose(complaint_id, early, "bỏ sót khi nhập", desk.manager)
    told = late_dose(occurred_at=NOON - timedelta(days=20), dose_number=2, override_reason="bác sĩ đồng ý")
    book.propose(complaint_id, told, "bỏ sót khi nhập", desk.manager)
    book.approve(complaint_id, other.username, "1357")
    assert desk.work.desk.all_records()[-1].dose.override_reason == "bác sĩ đồng ý"


def test_a_proposal_is_declined_with_a_reason_or_withdrawn(desk: DeskUnderTest) -> None:
    complaint_id, book, other = taken(desk), desk.work.complaints, second_manager(desk)
    book.propose(complaint_id, late_dose(), "bỏ sót khi nhập", desk.manager)
    with refused("complaint-change-pending"):
        book.settle(complaint_id, "Đã bổ sung.", desk.manager)
    with refused("reason-missing"):
        book.decline(complaint_id, "", other.username, "1357")
    assert book.decline(complaint_id, "ngày chưa đúng", other.username, "1357").pending is None
    book.propose(complaint_id, late_dose(), "bỏ sót khi nhập", desk.manager)
    assert book.withdraw(complaint_id, desk.manager).pending is None
    with refused("complaint-no-proposal"):
        book.approve(complaint_id, other.username, "1357")
    assert desk.work.desk.all_records() == ()


def test_a_later_proposal_takes_the_place_of_an_earlier_one(desk: DeskUnderTest) -> None:
    complaint_id, book, other = taken(desk), desk.work.complaints, second_manager(desk)
    book.propose(complaint_id, late_dose(lot="FL1111"), "bỏ sót khi nhập", desk.manager)
    book.propose(complaint_id, late_dose(lot="FL2222"), "lô đọc lại", desk.manager)
    book.approve(complaint_id, other.username, "1357")
    assert [record.dose.lot for record in desk.work.desk.all_records()] == ["FL2222"]


def test_a_citizen_number_is_not_changed_here(desk: DeskUnderTest) -> None:
    dose = desk.work.desk.record(a_draft(), desk.manager).dose
    facts = another_person(name="Trần Thị Bích")
    with refused("complaint-number-stays"):
        desk.work.complaints.propose(taken(desk), MendPerson(str(dose.person_id), facts, ""), "số sai", desk.manager)


def test_a_change_comes_back_from_the_store_as_it_was() -> None:
    for change in (
        late_dose(late_reason="sổ giấy", override_reason="bác sĩ", expiry=None),
        CorrectDose("d", DoseChanges(lot="X", expiry=NOON.date(), occurred_at=NOON, dose_number=2), "vì"),
        MendPerson("p", a_person(old_id="020304050"), "vì"),
    ):
        assert change_of(plain(change)) == change


def test_what_was_done_stands_in_the_audit(desk: DeskUnderTest) -> None:
    complaint_id, book, other = taken(desk), desk.work.complaints, second_manager(desk)
    book.propose(complaint_id, late_dose(), "bỏ sót khi nhập", desk.manager)
    book.approve(complaint_id, other.username, "1357")
    book.settle(complaint_id, "Đã bổ sung mũi tiêm.", desk.manager)
    with desk.store.read() as connection:
        noted = connection.execute(
            select(t.audit.c.who, t.audit.c.action).where(t.audit.c.subject == complaint_id)
        ).all()
    assert [tuple(row) for row in noted] == [
        (desk.manager.id, "complaint-taken"),
        (desk.manager.id, "complaint-proposed"),
        (other.id, "complaint-approved"),
        (desk.manager.id, "complaint-settled"),
    ]


# --- who is meant


def names(story_candidates: Any) -> list[str]:
    return [one.candidate.person.name for one in story_candidates]


def test_people_are_found_however_the_claim_names_them(desk: DeskUnderTest) -> None:
    desk.work.desk.record(a_draft(person=a_person(phone="0900000111", old_id="020304050")), desk.manager)
    desk.work.desk.record(a_draft(person=another_person()), desk.manager)
    blank = Claim(name="Người Khác", words="…")
    asked = {
        "number": replace(blank, citizen_id="079303000456"),
        "number-near": replace(blank, citizen_id="079303000465", name="Trần Bích"),
        "old-number": replace(blank, citizen_id="020304050"),
        "phone": replace(blank, phone="0900000111", birth_date="2003-01-01"),
        "name-folded": replace(blank, name="TRAN THI BICH", birth_date="2003-10-09"),
        "name": replace(blank, name="Trần Thị Bích"),
        "name-part": replace(blank, name="Tran Bich", birth_date="2003-10-09"),
    }
    for why, given in asked.items():
        found = desk.work.complaints.candidates(given)
        assert [one.person.name for one in found] == ["Trần Thị Bích"], why
        assert why in {match.value for match in found[0].matches}


def test_the_best_fitting_stands_first_and_says_what_differs(desk: DeskUnderTest) -> None:
    right = a_person(phone="0900000111")
    namesake = a_person(citizen_id="079303000777", birth_date="2003-02-02", phone="")
    for person in (namesake, right):
        desk.work.desk.record(a_draft(person=person), desk.manager)
    case = desk.work.complaints.case(taken(desk, birth_date="2003-10-08"))
    assert [one.candidate.person.citizen_id.digits for one in case.candidates] == ["079303000456", "079303000777"]
    assert case.candidates[0].candidate.differs == ("birth-date",)
    assert len(case.candidates[0].doses) == 1


def test_the_right_day_is_found_among_more_namesakes_than_are_looked_at(
    desk: DeskUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(complaint_candidates, "NAMESAKES_MAX", 3)
    rest = (Sex.FEMALE, "", "", "", "VNM")
    everybody = [
        intake.PersonFacts(parse(f"0793{year % 100:02d}{day:06d}"), "Nguyễn Thị Hoa", f"{year}-01-{day:02d}", *rest)
        for year in (2001, 2002, 2003)
        for day in range(1, 21)
    ]
    with desk.store.write() as connection:
        people.save_new(connection, everybody, desk.manager.id, NOON)
    for name in ("nguyen thi hoa", "Hoa Nguyễn"):
        found = desk.work.complaints.candidates(Claim(name=name, birth_date="2002-01-20", words="…"))
        assert found[0].person.birth_date == "2002-01-20"
    assert len(desk.work.complaints.candidates(Claim(name="Nguyễn Thị Hoa", words="…"))) == 3


def test_nobody_is_found_for_somebody_nobody_knows(desk: DeskUnderTest) -> None:
    desk.work.desk.record(a_draft(person=another_person()), desk.manager)
    assert desk.work.complaints.case(taken(desk)).candidates == ()


def test_who_has_an_open_complaint_is_known_by_their_number(desk: DeskUnderTest) -> None:
    complaint_id, book = taken(desk), desk.work.complaints
    assert [story.complaint.id for story in book.open_of(parse("079303000456"))] == [complaint_id]
    assert book.open_of(parse("001090000123")) == ()
    (flag,) = desk.work.desk.check_in(a_person()).flags
    assert (flag.code, flag.params["id"], flag.params["due"]) == (
        "person-has-complaint",
        complaint_id,
        "10:41 14/11/2021",
    )
    desk.clock.forward(hours=48)
    assert desk.work.desk.check_in(a_person()).flags[0].code == "person-has-complaint-late"
    assert desk.work.desk.check_in(another_person()).flags == ()
    book.settle(complaint_id, "Đã bổ sung.", desk.manager)
    assert book.open_of(parse("079303000456")) == ()
    assert desk.work.desk.check_in(a_person()).flags == ()


def test_a_story_tells_no_name_in_a_log(desk: DeskUnderTest) -> None:
    story: Story = desk.work.complaints.story(taken(desk))
    assert "Bích" not in repr(story) + repr(story.complaint) + repr(story.steps) + repr(story.complaint.claim)
