"""Who may do what, in the rules alone and where a dose or a sheet is kept."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select
from support.builders import DeskUnderTest, a_draft, a_person, another_person

from vaxdesk.errors import AccessRefused, DoseRefused
from vaxdesk.models import session_tables as s
from vaxdesk.models import tables as t
from vaxdesk.models.authority import Act, may, require
from vaxdesk.models.screening import FORMS, FormCode, SheetDraft
from vaxdesk.models.values import CitizenId, Post, Role, Screening, StaffId, StaffMember

MANAGERS_ACTS = (
    Act.OVERRIDE_STOP,
    Act.DECIDE_CONFLICT,
    Act.SIGN_DAY,
    Act.KEEP_STOCK,
    Act.CLOSE_DAY,
    Act.APPROVE_CHANGE,
    Act.MANAGE_STAFF,
    Act.READ_AUDIT,
    Act.EXPORT_NAMES,
    Act.LEAVE_SITE,
)
NUMBER = CitizenId("079303000456")


def a_member(role: Role = Role.NURSE, post: Post = Post.ALL) -> StaffMember:
    return StaffMember(StaffId("m"), "m", "Ngô Văn Tư", role, post)


def a_sheet(**changes: Any) -> SheetDraft:
    answers = {question.code: False for question in FORMS[FormCode.ADULT_4355].questions}
    return replace(SheetDraft(a_person(), FormCode.ADULT_4355, answers), **changes)


@pytest.fixture
def screener(desk: DeskUnderTest) -> StaffMember:
    return desk.work.staff.add("Lê Thị Mai", Role.NURSE, "1357", desk.manager, Post.SCREENING)


@pytest.fixture
def injector(desk: DeskUnderTest) -> StaffMember:
    return desk.work.staff.add("Ngô Văn Tư", Role.NURSE, "1357", desk.manager, Post.INJECTION)


def sheets_and_doses(desk: DeskUnderTest) -> tuple[int, int]:
    with desk.store.read() as connection:
        counts = [
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (s.screening_sheet, t.dose)
        ]
    return counts[0], counts[1]


@pytest.mark.parametrize("act", Act)
@pytest.mark.parametrize("post", Post)
def test_a_manager_may_do_everything_at_any_post(act: Act, post: Post) -> None:
    require(a_member(Role.MANAGER, post), act)


@pytest.mark.parametrize("post", Post)
def test_what_the_head_of_the_site_answers_for_is_no_nurses(post: Post) -> None:
    for act in MANAGERS_ACTS:
        assert not may(a_member(post=post), act)
        with pytest.raises(AccessRefused, match="managers-only"):
            require(a_member(post=post), act)


def test_a_post_bounds_only_the_conclusion_and_the_needle() -> None:
    free = set(Act) - set(MANAGERS_ACTS)
    for post, refused in ((Post.ALL, set()), (Post.SCREENING, {Act.RECORD_DOSE}), (Post.INJECTION, {Act.SCREEN})):
        assert {act for act in free if not may(a_member(post=post), act)} == refused
    with pytest.raises(AccessRefused, match="screeners-only"):
        require(a_member(post=Post.INJECTION), Act.SCREEN)
    with pytest.raises(AccessRefused, match="injectors-only"):
        require(a_member(post=Post.SCREENING), Act.RECORD_DOSE)


def test_a_screener_keeps_sheets_and_refuses_but_gives_no_dose(desk: DeskUnderTest, screener: StaffMember) -> None:
    with pytest.raises(AccessRefused, match="injectors-only"):
        desk.work.desk.record(a_draft(sheet=a_sheet()), screener)
    assert sheets_and_doses(desk) == (0, 0)
    desk.work.screenings.save(a_sheet(), screener)
    desk.work.desk.record(a_draft(person=another_person(), screening=Screening.POSTPONED), screener)
    assert sheets_and_doses(desk) == (1, 1)


def test_an_injector_concludes_nothing(desk: DeskUnderTest, injector: StaffMember) -> None:
    for draft in (a_draft(sheet=a_sheet()), a_draft(screening=Screening.POSTPONED)):
        with pytest.raises(AccessRefused, match="screeners-only"):
            desk.work.desk.record(draft, injector)
    with pytest.raises(AccessRefused, match="screeners-only"):
        desk.work.screenings.save(a_sheet(), injector)
    assert sheets_and_doses(desk) == (0, 0)


def test_an_injector_injects_after_a_paper_form(desk: DeskUnderTest, injector: StaffMember) -> None:
    assert desk.work.desk.record(a_draft(), injector).dose.recorder_id == injector.id


def test_an_injector_stands_on_what_the_screener_kept(
    desk: DeskUnderTest, screener: StaffMember, injector: StaffMember
) -> None:
    kept = desk.work.screenings.save(a_sheet(), screener)
    record = desk.work.desk.record(a_draft(sheet=a_sheet()), injector)
    assert desk.work.screenings.newest(NUMBER, kept.day) == kept
    assert (sheets_and_doses(desk), record.dose.recorder) == ((1, 1), "Ngô Văn Tư")


def test_a_screeners_no_is_not_turned_by_an_injector(
    desk: DeskUnderTest, screener: StaffMember, injector: StaffMember
) -> None:
    ill = dict(a_sheet().answers) | {"acute-illness": True}
    desk.work.screenings.save(a_sheet(answers=ill, conclusion=Screening.POSTPONED), screener)
    with pytest.raises(AccessRefused, match="screeners-only"):
        desk.work.desk.record(a_draft(sheet=a_sheet()), injector)


def test_yesterdays_conclusion_is_not_todays(desk: DeskUnderTest, screener: StaffMember, injector: StaffMember) -> None:
    desk.work.screenings.save(a_sheet(), screener)
    desk.clock.forward(days=1)
    with pytest.raises(AccessRefused, match="screeners-only"):
        desk.work.desk.record(a_draft(sheet=a_sheet(), occurred_at=desk.clock()), injector)


def test_a_sheet_concluded_before_the_hand_over_keeps_its_screener(
    desk: DeskUnderTest, screener: StaffMember, injector: StaffMember
) -> None:
    record = desk.work.desk.record(a_draft(sheet=a_sheet(), concluded_by=screener.id), injector)
    sheet = desk.work.screenings.newest(NUMBER, desk.clock().date())
    assert sheet is not None
    assert (sheet.concluded_by, record.dose.recorder_id) == (screener.id, injector.id)


def test_no_name_of_another_post_stands_for_a_conclusion(
    desk: DeskUnderTest, screener: StaffMember, injector: StaffMember
) -> None:
    with pytest.raises(AccessRefused, match="screeners-only"):
        desk.work.desk.record(a_draft(sheet=a_sheet(), concluded_by=injector.id), desk.manager)
    with pytest.raises(AccessRefused, match="screeners-only"):
        desk.work.desk.record(a_draft(sheet=a_sheet(), concluded_by=StaffId("nobody")), injector)


def test_a_sheet_that_contradicts_its_dose_is_still_refused(desk: DeskUnderTest, screener: StaffMember) -> None:
    draft = a_draft(sheet=a_sheet(), screening=Screening.POSTPONED, concluded_by=screener.id)
    with pytest.raises(DoseRefused, match="sheet-contradicts-dose"):
        desk.work.desk.record(draft, desk.manager)
