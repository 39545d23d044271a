"""The staff card: accounts are changed in place, by keys, and what was typed is never left behind."""

from __future__ import annotations

import pytest
from conftest import Bench
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from support.builders import PIN

from vaxdesk.errors import AccessRefused
from vaxdesk.models.values import Post, Role, StaffMember
from vaxdesk.ui.site_staff import StaffCard
from vaxdesk.ui.staff_form import Task

CTRL = Qt.KeyboardModifier.ControlModifier
ENTER, ESCAPE, TAB = Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Tab
N, U, R, D, P = Qt.Key.Key_N, Qt.Key.Key_U, Qt.Key.Key_R, Qt.Key.Key_D, Qt.Key.Key_P


def the_card(bench: Bench, member: StaffMember) -> StaffCard:
    bench.enter(member)
    bench.press(Qt.Key.Key_F9)
    return bench.window.site.staff


def choose(bench: Bench, card: StaffCard, member: StaffMember) -> None:
    ids = [account.member.id for account in card._accounts]
    card.table.selectRow(ids.index(member.id))
    bench.settle()


def can_sign_in(bench: Bench, username: str, pin: str) -> bool:
    try:
        bench.desk.work.staff.sign_in(username, pin)
    except AccessRefused:
        return False
    return True


def test_a_manager_adds_a_nurse_who_can_sign_in(bench: Bench) -> None:
    card = the_card(bench, bench.manager)
    bench.press(N, CTRL)
    assert card.form.name.hasFocus()
    card.form.name.insert("Võ Thị Sáu Mẫu")
    bench.press(TAB)
    bench.type("8642")
    card.form.post.setCurrentIndex(card.form.post.findData(Post.SCREENING.value))
    bench.press(ENTER)
    made = bench.desk.work.staff.sign_in("vo.thi.sau.mau", "8642")
    assert (made.role, made.post) == (Role.NURSE, Post.SCREENING)
    assert "Đã thêm Võ Thị Sáu Mẫu" in card.notice.said
    assert not card.is_open
    assert card.title.text() == "Nhân viên (3)"


@pytest.mark.parametrize(("pin", "said"), [("1", "4 ký tự"), ("1234", "dễ đoán")])
def test_a_pin_that_will_not_do_is_refused_in_place(bench: Bench, pin: str, said: str) -> None:
    card = the_card(bench, bench.manager)
    bench.press(N, CTRL)
    card.form.name.insert("Võ Thị Sáu Mẫu")
    bench.press(TAB)
    bench.type(pin)
    bench.press(ENTER)
    assert said in card.notice.said
    assert card.is_open
    assert card.form.name.text() == "Võ Thị Sáu Mẫu"


def test_role_and_post_are_changed(bench: Bench) -> None:
    card = the_card(bench, bench.manager)
    choose(bench, card, bench.nurse)
    bench.press(U, CTRL)
    assert (card.form.role.currentData(), card.form.post.currentData()) == ("nurse", "any")
    card.form.post.setCurrentIndex(card.form.post.findData("injection"))
    bench.press(ENTER)
    assert bench.desk.work.staff.sign_in(bench.nurse.username, "1357").post is Post.INJECTION
    assert "Lê Thị Mai" in card.notice.said


def test_a_forgotten_pin_is_reset(bench: Bench) -> None:
    card = the_card(bench, bench.manager)
    choose(bench, card, bench.nurse)
    bench.press(R, CTRL)
    bench.type("8024")
    bench.press(TAB)
    bench.type("8025")
    bench.press(ENTER)
    assert "không giống nhau" in card.notice.said
    assert can_sign_in(bench, bench.nurse.username, "1357")
    bench.type("8024")
    bench.press(ENTER)
    assert can_sign_in(bench, bench.nurse.username, "8024")


def test_work_here_is_ended_and_resumed(bench: Bench) -> None:
    card = the_card(bench, bench.manager)
    choose(bench, card, bench.nurse)
    bench.press(D, CTRL)
    assert "Lê Thị Mai không làm việc" in card.form.title.whole_text()
    bench.press(ENTER)
    assert not can_sign_in(bench, bench.nurse.username, "1357")
    assert card.title.text() == "Nhân viên (1)"
    choose(bench, card, bench.nurse)
    assert card.offers[Task.END].text() == "Cho làm việc lại"
    bench.press(D, CTRL)
    bench.press(ENTER)
    assert can_sign_in(bench, bench.nurse.username, "1357")


def test_escape_leaves_all_as_it_was(bench: Bench) -> None:
    card = the_card(bench, bench.manager)
    choose(bench, card, bench.nurse)
    bench.press(D, CTRL)
    bench.press(ESCAPE)
    assert not card.is_open
    assert can_sign_in(bench, bench.nurse.username, "1357")


def test_nobody_ends_their_own_work_and_the_last_manager_stays(bench: Bench) -> None:
    card = the_card(bench, bench.manager)
    choose(bench, card, bench.manager)
    assert not card.offers[Task.END].isEnabled()
    bench.press(U, CTRL)
    card.form.role.setCurrentIndex(card.form.role.findData("nurse"))
    bench.press(ENTER)
    assert "quản lý cuối cùng" in card.notice.said
    assert bench.around.session.is_manager


def test_a_manager_who_gives_up_the_role_is_no_manager_at_once(bench: Bench) -> None:
    bench.desk.work.staff.assign(bench.nurse.id, Role.MANAGER, Post.ALL, bench.manager)
    card = the_card(bench, bench.manager)
    choose(bench, card, bench.manager)
    bench.press(U, CTRL)
    card.form.role.setCurrentIndex(card.form.role.findData("nurse"))
    bench.press(ENTER)
    assert not bench.around.session.is_manager
    assert not card.offers[Task.ADD].isEnabled()


def test_a_nurse_changes_only_the_own_pin(bench: Bench) -> None:
    card = the_card(bench, bench.nurse)
    assert [task for task, button in card.offers.items() if button.isEnabled()] == [Task.OWN_PIN]
    assert "quản lý" in card.notice.said
    bench.press(P, CTRL)
    bench.type("9753")
    for _ in range(2):
        bench.press(TAB)
        bench.type("8024")
    bench.press(ENTER)
    assert "đang dùng không đúng" in card.notice.said
    card.form.old.clear()
    bench.type("1357")
    bench.press(ENTER)
    assert "Đã đổi mã PIN của Lê Thị Mai" in card.notice.said
    assert can_sign_in(bench, bench.nurse.username, "8024")


def test_a_typed_pin_does_not_outlive_the_lock(bench: Bench) -> None:
    card = the_card(bench, bench.nurse)
    bench.press(P, CTRL)
    bench.type("1357")
    bench.press(Qt.Key.Key_F12)
    assert not card.is_open
    assert [field.text() for field in card.findChildren(QLineEdit)] == [""] * len(card.findChildren(QLineEdit))
    bench.window.sign_in.pin.setText(PIN)
