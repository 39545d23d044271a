"""The observation board: nobody leaves unnoticed, and what was seen is noted in a few keys."""

from __future__ import annotations

from datetime import timedelta

from conftest import CARD, Bench
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication
from support.builders import NOON
from support.observed import a_rash, board, injected, names

from vaxdesk.models.aftercare import ObservationOutcome, Sign
from vaxdesk.models.observation import Watch
from vaxdesk.ui.observation_tiles import tile_text

# --- who is here


def test_a_dose_saved_at_the_desk_stands_on_the_board_with_its_time(bench: Bench) -> None:
    window = bench.enter()
    bench.scan(CARD)
    bench.press(Qt.Key.Key_Space)
    bench.press(Qt.Key.Key_Return)
    bench.press(Qt.Key.Key_F3)
    page = window.observation
    assert names(page) == ["Trần Thị Bích"]
    assert page.card.time.text() == "30:00"
    bench.clock.forward(minutes=5, seconds=1)
    window.area.feed.tick()
    assert page.card.time.text() == "24:59"
    assert tile_text(page.board.tiles.people[0], page.board.tiles.now or NOON).big == "24:59"


def test_the_board_is_the_same_after_a_restart(bench: Bench) -> None:
    injected(bench, 12, 40)
    bench.enter()
    before = bench.desk.work.observation.board()
    bench.window.close()
    assert bench.desk.work.observation.board() == before


def test_who_is_over_is_counted_on_the_rail_whatever_page_is_shown(bench: Bench) -> None:
    injected(bench, 29, 31)
    window = bench.enter()
    assert "1" in window.rail["observation"].accessibleName()
    bench.clock.forward(minutes=2)
    window.area.feed.tick()
    assert window.rail["observation"].accessibleName().endswith(", 2")


def test_the_end_of_thirty_minutes_rings_once_and_again_when_nobody_came(bench: Bench) -> None:
    injected(bench, 29, 31)
    window = bench.enter()
    rang = QSignalSpy(window.rang)
    window.area.feed.tick()
    assert rang.count() == 0  # who was over when the window opened rings nobody
    bench.clock.forward(minutes=1)
    for _ in range(3):
        window.area.feed.tick()
    assert rang.count() == 1
    bench.clock.forward(minutes=14)
    window.area.feed.tick()
    assert rang.count() == 2


def test_it_rings_also_while_the_window_is_locked(bench: Bench) -> None:
    injected(bench, 29)
    window = bench.enter()
    rang = QSignalSpy(window.rang)
    window.lock()
    bench.clock.forward(minutes=2)
    window.area.feed.tick()
    assert rang.count() == 1


def test_the_board_says_what_to_do_when_nobody_is_there(bench: Bench) -> None:
    page = board(bench)
    assert page.card.name.text() == "Chưa có ai đang theo dõi"
    assert not page.card.go.isEnabled()
    assert not page.card.early.isEnabled()
    bench.press(Qt.Key.Key_Return)
    assert not page.notice.said


def test_a_scan_on_the_board_turns_to_who_sits_there_and_anybody_else_is_the_desks(bench: Bench) -> None:
    injected(bench, 12, 10, 8)
    page = board(bench)
    number = page.board.tiles.people[2].citizen_id.digits
    bench.scan(f"{number}||Lê Minh Châu|06051990|Nam|Tổ 2, Phường Thử, Quận Mẫu, TP. Hồ Chí Minh|01072021")
    assert page.board.chosen is not None
    assert page.board.chosen.name == "Lê Minh Châu"
    assert bench.window.pages.shown == "observation"
    bench.scan(CARD)
    assert bench.window.pages.shown == "desk"
    assert bench.window.desk.model.form.person is not None


def test_who_is_chosen_stays_so_when_others_come_and_go(bench: Bench) -> None:
    first, second, _third = injected(bench, 35, 31, 10)
    page = board(bench)
    page.board.choose(1)
    bench.desk.work.observation.end(first.id, ObservationOutcome.WELL, "", bench.manager)
    bench.window.area.feed.refresh()
    bench.settle()
    assert page.board.chosen is not None
    assert page.board.chosen.dose_id == second.id
    assert page.card.name.text() == "Nguyễn Văn An"


def test_a_scan_never_turns_away_from_a_form_that_is_being_filled(bench: Bench) -> None:
    injected(bench, 12, 10)
    page = board(bench)
    bench.press(Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    bench.type("3")
    number = page.board.tiles.people[1].citizen_id.digits
    bench.scan(f"{number}||Nguyễn Văn An|06051990|Nam|Tổ 2, Phường Thử, Quận Mẫu, TP. Hồ Chí Minh|01072021")
    assert page.board.chosen is not None
    assert page.board.chosen.name == "Trần Thị Bích"
    assert page.form.chosen == (Sign.FEVER,)


# --- leaving


def test_enter_lets_go_who_is_over_and_turns_to_the_next(bench: Bench) -> None:
    first, second = injected(bench, 35, 31)
    page = board(bench)
    assert page.card.go.text() == "Cho về: bình thường"
    bench.press(Qt.Key.Key_Return)
    assert names(page) == ["Nguyễn Văn An"]
    assert page.notice.said == "Trần Thị Bích đã được cho về."
    assert page.board.chosen is not None
    assert page.board.chosen.dose_id == second.id
    (gone,) = bench.desk.work.observation.ended(bench.clock().date())
    assert (gone.dose_id, gone.outcome) == (first.id, ObservationOutcome.WELL)


def test_enter_does_not_let_go_before_the_time(bench: Bench) -> None:
    injected(bench, 29)
    page = board(bench)
    assert page.card.go.text() == "Còn 01:00 mới được về"
    bench.press(Qt.Key.Key_Return)
    assert len(names(page)) == 1


def test_who_leaves_early_leaves_with_a_reason(bench: Bench) -> None:
    (dose,) = injected(bench, 10)
    page = board(bench)
    bench.press(Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
    bench.press(Qt.Key.Key_Return)
    assert page.leave.notice.said.startswith("Chưa ghi lý do")
    assert page.leave.reason.hasFocus()
    page.leave.reason.insert("con nhỏ ở nhà")
    bench.press(Qt.Key.Key_Return)
    assert names(page) == []
    (gone,) = bench.desk.work.observation.ended(bench.clock().date())
    assert (gone.dose_id, gone.outcome) == (dose.id, ObservationOutcome.LEFT_EARLY)


def test_alt_2_sends_to_hospital(bench: Bench) -> None:
    injected(bench, 10)
    page = board(bench)
    bench.press(Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
    bench.press(Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    page.leave.reason.insert("Bệnh viện Quận Mẫu")
    bench.press(Qt.Key.Key_Return)
    (gone,) = bench.desk.work.observation.ended(bench.clock().date())
    assert gone.outcome is ObservationOutcome.TRANSFERRED


def test_escape_leaves_everything_as_it_was(bench: Bench) -> None:
    injected(bench, 10)
    page = board(bench)
    bench.press(Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
    page.leave.reason.insert("nhầm người")
    bench.press(Qt.Key.Key_Escape)
    assert page.story.currentWidget() is page.card
    assert page.board.hasFocus()
    assert len(names(page)) == 1


def test_nobody_else_is_chosen_while_a_reason_is_written(bench: Bench) -> None:
    injected(bench, 35, 31)
    page = board(bench)
    bench.press(Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
    other = page.board.visualRect(page.board.tiles.index(1, 0)).center()
    QTest.mouseClick(page.board.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, other)
    assert page.board.chosen is not None
    assert page.board.chosen.name == "Trần Thị Bích"


def test_where_the_clock_cannot_tell_a_person_decides_with_a_reason(bench: Bench) -> None:
    injected(bench, 0)
    bench.clock.now -= timedelta(hours=3)
    page = board(bench)
    assert page.board.tiles.people[0].watch(bench.clock()) is Watch.CLOCK_WRONG
    assert bench.window.rail["observation"].accessibleName().endswith(", 1")
    bench.press(Qt.Key.Key_Return)
    assert page.story.currentWidget() is page.leave
    page.leave.reason.insert("đủ giờ theo phiếu tiêm")
    bench.press(Qt.Key.Key_Return)
    assert names(page) == []
    (gone,) = bench.desk.work.observation.ended((NOON + timedelta(hours=1)).date())
    assert gone.outcome is ObservationOutcome.WELL


def test_who_was_forgotten_on_an_earlier_day_is_noted_at_once(bench: Bench) -> None:
    injected(bench, 12, 10)
    bench.clock.forward(days=1)
    page = board(bench)
    assert page.earlier.isVisible()
    bench.press(Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    page.leave.reason.insert("hết buổi không ai ghi")
    bench.press(Qt.Key.Key_Return)
    assert names(page) == []
    assert not page.earlier.isVisible()


def test_thinking_better_of_it_lets_go_one_person_only(bench: Bench) -> None:
    injected(bench, 12, 10)
    bench.clock.forward(days=1)
    page = board(bench)
    bench.press(Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    bench.press(Qt.Key.Key_Escape)
    bench.press(Qt.Key.Key_Return)
    assert names(page) == ["Nguyễn Văn An"]


def test_who_has_gone_today_can_be_seen(bench: Bench) -> None:
    injected(bench, 35, 31)
    page = board(bench)
    bench.press(Qt.Key.Key_Return)
    bench.press(Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert names(page) == ["Trần Thị Bích"]
    assert page.card.state.words.whole_text() == "Bình thường, lúc 11:41"
    assert not page.card.go.isEnabled()


def test_what_another_window_decided_is_said(bench: Bench) -> None:
    (dose,) = injected(bench, 35)
    page = board(bench)
    bench.desk.work.observation.end(dose.id, ObservationOutcome.WELL, "", bench.manager)
    bench.press(Qt.Key.Key_Return)
    assert page.card.notice.said.startswith("Người này đã được cho về")


# --- the big screen


def test_the_big_screen_names_nobody_in_full_and_tells_nobodys_reaction(bench: Bench) -> None:
    (dose,) = injected(bench, 12)
    a_rash(bench, dose)
    window = bench.enter()
    plain = bench.desk.work.observation.board()
    window.area.show_big(window)
    bench.settle()
    big = window.area.big
    assert big is not None
    painted = big.grab().toImage()
    bench.desk.work.reactions.void(plain[0].reaction.id if plain[0].reaction else "", "ghi nhầm", bench.manager)
    window.area.feed.refresh()
    bench.settle()
    QApplication.processEvents()
    assert big.grab().toImage() == painted


def test_the_big_screen_opens_and_closes_with_its_key_and_stays_while_locked(bench: Bench) -> None:
    injected(bench, 12)
    window = bench.enter()
    bench.press(Qt.Key.Key_F3)
    bench.press(Qt.Key.Key_F11)
    big = window.area.big
    assert big is not None
    assert big.isVisible()
    window.lock()
    assert big.isVisible()
    QTest.keyClick(big, Qt.Key.Key_F11)  # one monitor: it has the keys
    assert not big.isVisible()
    window.enter(bench.manager)
    window.area.show_big(window)
    assert big.isVisible()
    window.area.show_big(window)
    assert not big.isVisible()
    window.area.show_big(window)
    window.close()
    assert not big.isVisible()
