"""One nurse hands the desk to the next by keys alone: nothing half filled in is lost, and each name stands where it belongs (I7)."""

from __future__ import annotations

import pytest
from conftest import CARD, Bench
from PySide6.QtCore import Qt
from support.builders import PIN
from support.window_texts import texts

from vaxdesk.models.values import CitizenId, Post, Role, Screening
from vaxdesk.ui.colleague_box import found

SHIFT = Qt.KeyboardModifier.ShiftModifier
ENTER, SPACE, F12, DOWN, UP = Qt.Key.Key_Return, Qt.Key.Key_Space, Qt.Key.Key_F12, Qt.Key.Key_Down, Qt.Key.Key_Up
NAMES = ("Đỗ Văn Lâm", "Lê Thị Mai", "Phạm Thị Lan", "Nguyễn Quốc Việt")
NUMBER = CitizenId("079303000456")


def hand_over(bench: Bench, letters: str, pin: str) -> None:
    bench.press(F12, SHIFT)
    bench.type(letters)
    bench.press(ENTER)
    bench.type(pin)
    bench.press(ENTER)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("lan", "Phạm Thị Lan"),
        ("l", "Đỗ Văn Lâm"),  # given names come first, in the order of the list
        ("le", "Lê Thị Mai"),
        ("MAI", "Lê Thị Mai"),
        ("do", "Đỗ Văn Lâm"),
        ("đỗ", "Đỗ Văn Lâm"),
        ("quoc", "Nguyễn Quốc Việt"),
        ("4", "Nguyễn Quốc Việt"),
        ("9", None),
        ("0", None),
        ("x", None),
    ],
)
def test_a_colleague_is_found_by_any_part_of_the_name_or_the_number(typed: str, name: str | None) -> None:
    place = found(NAMES, typed)
    assert (None if place is None else NAMES[place]) == name


def test_a_desk_is_handed_over_by_keys_and_the_next_one_saves_under_their_own_name(bench: Bench) -> None:
    window = bench.enter(bench.nurse)
    bench.scan(CARD)
    bench.press(SPACE)
    before = window.desk.form
    hand_over(bench, "lan", PIN)
    assert bench.around.session.member == bench.manager
    assert window.desk.isVisible()
    assert window.desk.form == before
    bench.press(ENTER)
    (record,) = bench.desk.work.desk.all_records()
    assert (record.dose.recorder_id, record.dose.recorder) == (bench.manager.id, "Phạm Thị Lan")
    sheet = bench.desk.work.screenings.newest(NUMBER, bench.clock().date())
    assert sheet is not None
    assert sheet.concluded_by == bench.nurse.id


def test_who_concludes_anew_after_the_hand_over_is_the_screener(bench: Bench) -> None:
    window = bench.enter(bench.nurse)
    bench.scan(CARD)
    bench.press(SPACE)
    hand_over(bench, "lan", PIN)
    window.desk.screening.fields["temperature"].setFocus()
    bench.type("37,2")
    window.desk.scan.setFocus()
    bench.press(SPACE)
    bench.press(ENTER)
    sheet = bench.desk.work.screenings.newest(NUMBER, bench.clock().date())
    assert sheet is not None
    assert (sheet.concluded_by, sheet.vitals.temperature_c) == (bench.manager.id, 37.2)


def test_a_screener_hands_on_to_an_injector(bench: Bench) -> None:
    staff = bench.desk.work.staff
    screener = staff.add("Đỗ Văn Lâm", Role.NURSE, "8024", bench.manager, Post.SCREENING)
    injector = staff.add("Võ Thị Sáu", Role.NURSE, "9753", bench.manager, Post.INJECTION)
    window = bench.enter(screener)
    bench.scan(CARD)
    bench.press(SPACE)
    assert window.desk.form.screening is Screening.ELIGIBLE
    hand_over(bench, "sau", "9753")
    bench.press(ENTER)
    (record,) = bench.desk.work.desk.all_records()
    sheet = bench.desk.work.screenings.newest(NUMBER, bench.clock().date())
    assert sheet is not None
    assert (record.dose.recorder_id, sheet.concluded_by) == (injector.id, screener.id)


def test_half_a_name_in_a_field_outlives_the_hand_over(bench: Bench) -> None:
    window = bench.enter(bench.nurse)
    bench.type("tran")
    hand_over(bench, "2", PIN)  # Lê Thị Mai, Phạm Thị Lan
    assert window.desk.scan.text() == "tran"


def test_the_arrows_choose_from_the_pin_field(bench: Bench) -> None:
    window = bench.enter(bench.nurse)
    bench.press(F12)
    assert window.sign_in.pin.hasFocus()
    assert window.sign_in.who.member == bench.nurse
    bench.press(DOWN)
    assert window.sign_in.who.member == bench.manager
    bench.press(UP)
    bench.press(UP)
    assert window.sign_in.who.member == bench.manager
    bench.type(PIN)
    bench.press(ENTER)
    assert bench.around.session.member == bench.manager


def test_a_window_that_locked_by_itself_is_taken_over_in_the_same_way(bench: Bench) -> None:
    window = bench.enter(bench.nurse)
    window.lock()
    bench.settle()
    hand_over(bench, "lan", PIN)
    assert bench.around.session.member == bench.manager


def test_each_letter_tells_more(bench: Bench) -> None:
    lam = bench.desk.work.staff.add("Đỗ Văn Lâm", Role.NURSE, "8024", bench.manager)
    who = bench.enter(bench.nurse).sign_in.who
    bench.press(F12, SHIFT)
    bench.type("l")
    assert who.member == lam
    bench.type("an")
    assert who.member == bench.manager
    bench.type("x")  # nobody: the one before stays
    assert who.member == bench.manager


def test_a_list_read_afresh_does_not_take_the_choice_away(bench: Bench) -> None:
    window = bench.enter(bench.nurse)
    bench.press(F12, SHIFT)
    bench.type("lan")
    window.sign_in.refresh()
    bench.settle()
    assert window.sign_in.who.member == bench.manager


def test_nothing_of_the_person_can_be_read_while_the_window_is_locked(bench: Bench) -> None:
    window = bench.enter(bench.nurse)
    bench.scan(CARD)
    bench.press(SPACE)
    bench.press(Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier)
    assert any("079303000456" in text for text in texts(window))
    bench.press(F12)
    for part in ("079303000456", "0456", "Trần", "Bích", "2003", "Tổ 2"):
        assert [text for text in texts(window) if part in text] == []


def test_a_number_revealed_to_one_is_masked_for_the_next(bench: Bench) -> None:
    window = bench.enter(bench.nurse)
    bench.scan(CARD)
    bench.press(Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier)
    assert window.desk.person.shown.number.text() == "079303000456"
    hand_over(bench, "lan", PIN)
    assert window.desk.person.shown.number.text() == "0793••••0456"


def test_an_enter_that_waits_for_an_answer_is_not_the_next_ones(bench: Bench) -> None:
    window = bench.enter(bench.nurse)
    window.take_scan(CARD)
    window.desk.model.conclude(Screening.ELIGIBLE)
    assert window.desk.model.save()
    assert window.desk.model.is_holding
    window.lock()
    bench.settle()
    assert bench.desk.work.desk.all_records() == ()
    assert window.desk.form.screening is None


def test_a_colleague_who_ended_is_not_offered(bench: Bench) -> None:
    gone = bench.desk.work.staff.add("Đỗ Văn Lâm", Role.NURSE, "8024", bench.manager)
    bench.desk.work.staff.deactivate(gone.id, bench.manager)
    window = bench.enter(bench.nurse)
    bench.press(F12)
    assert window.sign_in.who.count() == 2
