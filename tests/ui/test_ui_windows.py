"""Several windows on one machine: each its own sign-in and duty; scans, calls and doses never mix; the last one closed ends the program."""

from __future__ import annotations

from dataclasses import replace

import pytest
from conftest import CARD, OTHER_CARD, Bench
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from shiboken6 import isValid
from support.builders import a_crowd, a_person, another_person

from vaxdesk.models.scan_reading import Reading
from vaxdesk.models.stations import Duty, duty_at, with_duty
from vaxdesk.models.tickets import Station, Ticket
from vaxdesk.models.values import CitizenId, Post, Role, Screening, StaffMember
from vaxdesk.ui.main_window import MainWindow
from vaxdesk.ui.windows import WINDOWS_MAX

CONTROL, SHIFT, NONE = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.NoModifier,
)
BICH, AN = CitizenId("079303000456"), CitizenId("001090000123")


def press(bench: Bench, window: MainWindow, key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
    """A key of a person who works in this window."""
    window.activateWindow()
    bench.qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(window.windowHandle(), key, modifier)
    bench.settle()


def read(bench: Bench, text: str) -> None:
    """A reader reads, whoever it belongs to."""
    bench.opened.scanner.read.emit(Reading(text))
    bench.settle()


def another(bench: Bench, member: StaffMember | None = None, duty: Duty = Duty.ALL) -> MainWindow:
    window = bench.opened.windows.open()
    assert window is not None
    bench.qtbot.waitUntil(window.isActiveWindow)
    if member is not None:
        window.enter(member)
        window.around.session.choose_duty(duty)
    bench.settle()
    return window


def ticket_of(bench: Bench, number: CitizenId) -> Ticket:
    found = bench.desk.work.tickets.of_person(number)
    assert found is not None
    return found


# --- coming and going


def test_a_key_opens_one_more_window_with_nobody_signed_in(bench: Bench) -> None:
    first = bench.enter()
    press(bench, first, Qt.Key.Key_N, CONTROL | SHIFT)
    _, second = bench.opened.windows.open_ones
    assert second.isVisible()
    assert second.around.session.member is None
    assert first.around.session.member == bench.nurse
    assert second.windowTitle() == f"{first.windowTitle()} (2)"


def test_the_queue_page_offers_the_window_and_names_its_key(bench: Bench) -> None:
    bench.enter()
    bench.press(Qt.Key.Key_F10)
    bench.window.queue.window_more.click()
    bench.settle()
    assert len(bench.opened.windows.open_ones) == 2


def test_there_are_no_more_windows_than_a_machine_bears(bench: Bench) -> None:
    bench.enter()
    bench.opened.windows.open_ones *= WINDOWS_MAX
    assert bench.opened.windows.open() is None
    bench.opened.windows.open_ones = bench.opened.windows.open_ones[:1]


def test_each_window_has_its_own_sign_in_and_lock(bench: Bench) -> None:
    first = bench.enter()
    second = another(bench, bench.manager)
    press(bench, second, Qt.Key.Key_F12)
    assert second.around.session.member is None
    assert first.around.session.member == bench.nurse


def test_work_in_one_window_keeps_nobody_signed_in_in_the_other(bench: Bench) -> None:
    first = bench.enter()
    second = another(bench, bench.manager)
    rested: list[str] = []
    first._rest_from_idle = lambda: rested.append("first")  # type: ignore[method-assign]
    second._rest_from_idle = lambda: rested.append("second")  # type: ignore[method-assign]
    press(bench, second, Qt.Key.Key_Down)
    assert set(rested) == {"second"}
    del first._rest_from_idle, second._rest_from_idle


def test_one_window_closed_leaves_the_other_at_work(bench: Bench) -> None:
    first = bench.enter()
    second = another(bench, bench.manager)
    first.close()
    assert bench.opened.windows.open_ones == [second]
    assert first.around.session.member is None
    read(bench, CARD)
    assert second.desk.person.shown.name.text() == "Trần Thị Bích"


def test_a_closed_window_is_gone_for_good_and_its_number_free(bench: Bench) -> None:
    bench.enter()
    second = another(bench, bench.manager)
    second.close()
    bench.qtbot.waitUntil(lambda: not isValid(second))
    assert another(bench).place == 1


def test_the_serial_reader_goes_on_in_another_window(bench: Bench) -> None:
    first = bench.enter()
    second = another(bench, bench.manager)
    first.sources.start()
    started: list[bool] = []
    second.sources.start = lambda: started.append(True)  # type: ignore[method-assign]
    first.close()
    assert started == [True]
    second.sources.serial.read.emit(Reading(CARD))
    bench.settle()
    assert second.desk.form.person is not None


# --- scans


def test_a_scan_is_of_the_window_in_which_somebody_works(bench: Bench) -> None:
    first = bench.enter()
    second = another(bench, bench.manager)
    read(bench, CARD)
    assert (first.desk.form.person, second.desk.person.shown.name.text()) == (None, "Trần Thị Bích")
    first.activateWindow()
    bench.qtbot.waitUntil(first.isActiveWindow)
    read(bench, OTHER_CARD)
    assert first.desk.person.shown.name.text() == "Nguyễn Văn An"
    assert second.desk.person.shown.name.text() == "Trần Thị Bích"


def test_the_serial_reader_too_serves_the_window_in_use(bench: Bench) -> None:
    first = bench.enter()
    second = another(bench, bench.manager)
    first.sources.serial.read.emit(Reading(CARD))
    bench.settle()
    assert (first.desk.form.person, second.desk.form.person is not None) == (None, True)


# --- doses and calls


def test_two_windows_saving_at_the_same_time_keep_both_doses_under_their_own_names(bench: Bench) -> None:
    first = bench.enter(bench.nurse)
    second = another(bench, bench.manager)
    for window, card in ((first, CARD), (second, OTHER_CARD)):
        window.take_scan(card)
    bench.settle()
    for window in (first, second):
        window.desk.model.conclude(Screening.ELIGIBLE)
    for window in (first, second):
        window.desk.save()
    bench.settle()
    saved = {record.person.name: record.dose.recorder_id for record in bench.desk.work.desk.all_records()}
    assert saved == {"Trần Thị Bích": bench.nurse.id, "Nguyễn Văn An": bench.manager.id}


def test_two_windows_calling_at_once_never_get_the_same_person(bench: Bench) -> None:
    for draft in a_crowd(2):
        bench.desk.work.tickets.open(draft.person, bench.nurse)
    first = bench.enter()
    second = another(bench, bench.manager, Duty.SCREENING)
    first.around.session.choose_duty(Duty.SCREENING)
    bench.settle()
    for window in (first, second):
        window.desk.queue.call_next()
    bench.settle()
    numbers = [window.desk.form.person.citizen_id for window in (first, second) if window.desk.form.person]
    assert len(set(numbers)) == 2


def test_one_person_goes_through_all_stations_by_keys_in_two_windows(bench: Bench) -> None:
    injector = bench.desk.work.staff.add("Võ Thị Sen", Role.NURSE, "1357", bench.manager, Post.INJECTION)
    desk = bench.enter(bench.nurse)
    desk.around.session.choose_duty(Duty.RECEPTION)
    read(bench, CARD)
    press(bench, desk, Qt.Key.Key_Return)
    assert ticket_of(bench, BICH).station is Station.WAITING
    desk.around.session.choose_duty(Duty.SCREENING)
    bench.settle()
    press(bench, desk, Qt.Key.Key_G, CONTROL)
    read(bench, CARD)
    press(bench, desk, Qt.Key.Key_Space)
    press(bench, desk, Qt.Key.Key_Return)
    assert ticket_of(bench, BICH).station is Station.INJECTION
    needle = another(bench, injector)
    assert needle.around.session.duty is Duty.INJECTION
    press(bench, needle, Qt.Key.Key_G, CONTROL)
    read(bench, CARD)
    press(bench, needle, Qt.Key.Key_Return)
    assert ticket_of(bench, BICH).station is Station.OBSERVATION
    bench.clock.forward(minutes=31)
    press(bench, desk, Qt.Key.Key_F3)
    press(bench, desk, Qt.Key.Key_Return)
    assert ticket_of(bench, BICH).station is Station.CERTIFICATE
    press(bench, desk, Qt.Key.Key_F10)
    for _ in range(4):
        press(bench, desk, Qt.Key.Key_Right)
    press(bench, desk, Qt.Key.Key_Return)
    assert ticket_of(bench, BICH).station is Station.CLOSED
    (record,) = bench.desk.work.desk.all_records()
    assert record.dose.recorder_id == injector.id
    steps = [step.station for step in bench.desk.work.tickets.steps(ticket_of(bench, BICH).id)]
    assert steps == [
        Station.WAITING,
        Station.SCREENING,
        Station.INJECTION,
        Station.INJECTION,  # called to the needle
        Station.OBSERVATION,
        Station.CERTIFICATE,
        Station.CLOSED,
    ]


def test_what_one_window_sends_on_the_other_shows_by_itself(bench: Bench) -> None:
    first = bench.enter()
    second = another(bench, bench.manager)
    press(bench, second, Qt.Key.Key_F10)
    first.desk.model.take_text(CARD)
    bench.settle()
    first.desk.queue.check_in()
    bench.settle()
    second.queue.feed.reads.timeout.emit()
    bench.settle()
    assert second.queue.tiles.tiles[Station.WAITING].count.text() == "1"


# --- duties and choices


def test_a_duty_is_chosen_by_key_shown_and_remembered_for_its_window(bench: Bench) -> None:
    bench.enter()
    second = another(bench, bench.manager)
    press(bench, second, Qt.Key.Key_V, CONTROL | SHIFT)
    assert second.header.duty.text() == "Bàn này: tiếp đón"
    assert bench.window.around.session.duty is Duty.ALL
    assert bench.saved_settings[-1].duties == "all,reception"


def test_a_window_takes_up_its_duty_again(bench: Bench) -> None:
    bench.enter()
    bench.window.choose(replace(bench.window.settings, duties="all,screening"))
    assert another(bench).around.session.duty is Duty.SCREENING


def test_who_has_a_post_works_there_whatever_the_window_was_set_to(bench: Bench) -> None:
    screener = bench.desk.work.staff.add("Trần Văn Hạnh", Role.NURSE, "1357", bench.manager, Post.SCREENING)
    window = bench.enter(screener)
    window.around.session.choose_duty(Duty.RECEPTION)
    assert window.header.duty.text() == "Bàn này: khám sàng lọc"
    assert not window.header.duty.isEnabled()


def test_who_watches_begins_on_the_observation_page(bench: Bench) -> None:
    bench.enter()
    second = another(bench)
    second.around.session.choose_duty(Duty.OBSERVATION)
    second.enter(bench.manager)
    bench.settle()
    assert second.pages.shown == "observation"


def test_a_choice_made_in_one_window_holds_in_all_and_is_not_undone_by_another(bench: Bench) -> None:
    first = bench.enter(bench.manager)
    first.show_page("site")
    second = another(bench, bench.manager)
    second.choose(replace(second.settings, lock_after_minutes=30))
    assert first.settings.lock_after_minutes == 30
    press(bench, first, Qt.Key.Key_V, CONTROL | SHIFT)
    first.site.machine.paper.setCurrentText("A5")
    assert (second.settings.duties, second.settings.lock_after_minutes, second.settings.paper) == (
        "reception",
        30,
        "A5",
    )


@pytest.mark.parametrize(
    ("kept", "place", "duty"), [("", 0, "all"), ("reception,injection", 1, "injection"), ("x", 0, "all")]
)
def test_a_settings_text_that_says_nothing_means_everything(kept: str, place: int, duty: str) -> None:
    assert duty_at(kept, place) == duty


def test_a_duty_takes_its_place_among_the_others() -> None:
    assert with_duty("", 2, Duty.INJECTION) == "all,all,injection"
    assert with_duty("reception,all,injection", 0, Duty.ALL) == "all,all,injection"


def test_sync_reports_reach_every_window(bench: Bench) -> None:
    from vaxdesk.sync.reports import SyncReport

    first = bench.enter()
    second = another(bench, bench.manager)
    bench.opened.bridge.reported.emit(SyncReport(trouble="timed-out"))
    bench.settle()
    assert first.last_report == second.last_report == SyncReport(trouble="timed-out")


def test_nobody_is_left_to_answer_for_a_window_that_closed(bench: Bench) -> None:
    bench.enter()
    bench.desk.work.tickets.open(a_person(), bench.nurse)
    bench.desk.work.tickets.open(another_person(), bench.nurse)
    second = another(bench, bench.manager, Duty.SCREENING)
    second.desk.queue.call_next()  # its answer comes when the window is gone
    second.close()
    second.deleteLater()
    bench.settle()
    bench.qtbot.wait(0)
    assert ticket_of(bench, BICH).station is Station.SCREENING
