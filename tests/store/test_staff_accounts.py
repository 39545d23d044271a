"""Accounts of the site's staff: PINs, roles and posts, ending and resuming work. Everything leaves its line in the audit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import insert, select
from support.builders import NOON, PIN, DeskUnderTest, a_draft

from vaxdesk.errors import AccessRefused, InputRefused, StoreError
from vaxdesk.models import tables as t
from vaxdesk.models.staff import RESTORER, Account, Staff, check_pin
from vaxdesk.models.values import Post, Role, StaffId, StaffMember


@pytest.fixture
def staff(desk: DeskUnderTest) -> Staff:
    return desk.work.staff


@pytest.fixture
def nurse(desk: DeskUnderTest) -> StaffMember:
    return desk.work.staff.add("Lê Thị Mai", Role.NURSE, "1357", desk.manager, Post.SCREENING)


def audited(desk: DeskUnderTest) -> list[tuple[str, str, str]]:
    c = t.audit.c
    with desk.store.read() as connection:
        rows = connection.execute(select(c.action, c.subject, c.detail).order_by(c.id)).all()
    return [(row.action, row.subject, row.detail) for row in rows]


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises((AccessRefused, InputRefused)) as refused:
        act()
    return refused.value.code


def test_the_post_is_kept_and_comes_with_the_sign_in(desk: DeskUnderTest, staff: Staff, nurse: StaffMember) -> None:
    assert nurse.post is Post.SCREENING
    assert staff.sign_in("Lê Thị Mai", "1357") == nurse
    assert desk.manager.post is Post.ALL
    assert ("staff-added", nurse.id, "nurse screening") in audited(desk)


@pytest.mark.parametrize("pin", ["1111", "00000", "1234", "0123", "4321", "7890", "987654", "aaaa", "abcd", "DCBA"])
def test_a_pin_that_anybody_would_try_is_refused(desk: DeskUnderTest, staff: Staff, pin: str) -> None:
    assert refusal(lambda: check_pin(pin)) == "pin-weak"
    assert refusal(lambda: staff.add("Ngô Văn Tư", Role.NURSE, pin, desk.manager)) == "pin-weak"
    assert [member.id for member in staff.everyone()] == [desk.manager.id]


@pytest.mark.parametrize("pin", ["2468", "1357", "1987", "1122", "12345678901", "1235", "mật khẩu"])
def test_other_pins_are_taken(pin: str) -> None:
    check_pin(pin)


def test_one_changes_ones_own_pin_with_the_old_one(desk: DeskUnderTest, staff: Staff, nurse: StaffMember) -> None:
    assert refusal(lambda: staff.change_pin(nurse, "9999", "8024")) == "pin-old-wrong"
    assert refusal(lambda: staff.change_pin(nurse, "1357", "123")) == "pin-length"
    staff.change_pin(nurse, "1357", "8024")
    assert staff.sign_in(nurse.username, "8024") == nurse
    assert refusal(lambda: staff.sign_in(nurse.username, "1357")) == "sign-in-wrong"
    said = [action for action, subject, _ in audited(desk) if subject == nurse.id]
    assert said == ["staff-added", "pin-change-failed", "pin-changed", "signed-in", "sign-in-failed"]
    assert "8024" not in str(audited(desk))


def test_guessing_the_old_pin_pauses_as_signing_in_does(desk: DeskUnderTest, staff: Staff, nurse: StaffMember) -> None:
    for _ in range(5):
        assert refusal(lambda: staff.change_pin(nurse, "9999", "8024")) == "pin-old-wrong"
    assert refusal(lambda: staff.change_pin(nurse, "1357", "8024")) == "sign-in-paused"
    assert refusal(lambda: staff.sign_in(nurse.username, "1357")) == "sign-in-paused"
    desk.clock.forward(seconds=61)
    staff.change_pin(nurse, "1357", "8024")


def test_a_manager_resets_a_pin_and_ends_the_pause(desk: DeskUnderTest, staff: Staff, nurse: StaffMember) -> None:
    for _ in range(5):
        refusal(lambda: staff.sign_in(nurse.username, "9999"))
    assert staff.reset_pin(nurse.id, "8024", desk.manager) == nurse
    assert staff.sign_in(nurse.username, "8024") == nurse
    assert ("pin-reset", nurse.id, "") in audited(desk)
    assert refusal(lambda: staff.reset_pin(nurse.id, "1234", desk.manager)) == "pin-weak"


def test_role_and_post_change(desk: DeskUnderTest, staff: Staff, nurse: StaffMember) -> None:
    changed = staff.assign(nurse.id, Role.MANAGER, Post.INJECTION, desk.manager)
    assert (changed.role, changed.post, changed.name) == (Role.MANAGER, Post.INJECTION, nurse.name)
    assert staff.sign_in(nurse.username, "1357") == changed
    assert ("staff-assigned", nurse.id, "manager injection") in audited(desk)


def test_who_works_here_no_more_cannot_sign_in_but_stands_on_the_doses(desk: DeskUnderTest, staff: Staff) -> None:
    nurse = staff.add("Lê Thị Mai", Role.NURSE, "1357", desk.manager)
    record = desk.work.desk.record(a_draft(), nurse)
    staff.deactivate(nurse.id, desk.manager)
    assert refusal(lambda: staff.sign_in(nurse.username, "1357")) == "sign-in-ended"
    assert refusal(lambda: staff.sign_in(nurse.username, "9999")) == "sign-in-wrong"
    assert refusal(lambda: staff.change_pin(nurse, "1357", "8024")) == "sign-in-ended"
    assert [member.id for member in staff.everyone()] == [desk.manager.id]
    assert staff.accounts() == (Account(desk.manager, True), Account(nurse, False))
    kept = desk.work.desk.dose(record.dose.id).dose
    assert (kept.recorder_id, kept.recorder) == (nurse.id, "Lê Thị Mai")
    staff.reactivate(nurse.id, desk.manager)
    assert staff.sign_in(nurse.username, "1357") == nurse
    said = [action for action, subject, _ in audited(desk) if subject == nurse.id]
    expected = ["staff-added", "staff-deactivated", "sign-in-failed", "sign-in-failed", "pin-change-failed"]
    assert said == [*expected, "staff-reactivated", "signed-in"]


def test_the_last_manager_stays(desk: DeskUnderTest, staff: Staff, nurse: StaffMember) -> None:
    assert refusal(lambda: staff.deactivate(desk.manager.id, desk.manager)) == "last-manager"
    assert refusal(lambda: staff.assign(desk.manager.id, Role.NURSE, Post.ALL, desk.manager)) == "last-manager"
    second = staff.assign(nurse.id, Role.MANAGER, Post.ALL, desk.manager)
    staff.deactivate(desk.manager.id, desk.manager)
    assert refusal(lambda: staff.deactivate(second.id, second)) == "last-manager"
    assert staff.everyone()[0].id == nurse.id


def test_only_a_manager_changes_accounts(desk: DeskUnderTest, staff: Staff, nurse: StaffMember) -> None:
    before = audited(desk)
    for act in (
        lambda: staff.add("Ngô Văn Tư", Role.NURSE, "8024", nurse),
        lambda: staff.reset_pin(desk.manager.id, "8024", nurse),
        lambda: staff.assign(nurse.id, Role.MANAGER, Post.ALL, nurse),
        lambda: staff.deactivate(nurse.id, nurse),
        lambda: staff.reactivate(nurse.id, nurse),
    ):
        assert refusal(act) == "managers-only"
    assert audited(desk) == before
    assert staff.sign_in("Phạm Thị Lan", PIN) == desk.manager


def test_an_unknown_account_is_said(desk: DeskUnderTest, staff: Staff) -> None:
    with pytest.raises(StoreError, match="staff-not-found"):
        staff.deactivate(StaffId("nobody"), desk.manager)


def test_a_name_that_came_back_with_restored_records_needs_a_pin_first(desk: DeskUnderTest, staff: Staff) -> None:
    row = {"id": "r" * 36, "username": "le.an", "name": "Lê An", "role": "nurse", "pin_hash": "", "active": False}
    with desk.store.write() as connection:
        connection.execute(insert(t.staff).values(row | {"failed_tries": 0, "created_at": NOON - timedelta(days=1)}))
    staff.reactivate(StaffId("r" * 36), desk.manager)
    assert refusal(lambda: staff.sign_in("le.an", "")) == "sign-in-wrong"
    staff.reset_pin(StaffId("r" * 36), "8024", desk.manager)
    restorer = row | {"id": RESTORER, "username": "restored", "failed_tries": 0, "created_at": NOON}
    with desk.store.write() as connection:
        connection.execute(insert(t.staff).values(restorer))
    assert RESTORER not in [account.member.id for account in staff.accounts()]  # nobody
    assert staff.sign_in("le.an", "8024").name == "Lê An"


def test_a_namesake_who_left_does_not_stand_in_the_way(desk: DeskUnderTest, staff: Staff, nurse: StaffMember) -> None:
    staff.deactivate(nurse.id, desk.manager)
    namesake = staff.add("Lê Thị Mai", Role.NURSE, "8024", desk.manager)
    assert staff.sign_in("Lê Thị Mai", "8024") == namesake
