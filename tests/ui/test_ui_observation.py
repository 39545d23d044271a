"""The observation board: nobody leaves unnoticed, and what was seen is noted in a few keys."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from conftest import CARD, Bench
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication
from support.builders import NOON, a_crowd

from vaxdesk.errors import InputRefused, SpoolerError
from vaxdesk.models.aftercare import ObservationOutcome, ReactionStatus, Severity, Sign
from vaxdesk.models.observation import Watch
from vaxdesk.models.reactions import ReactionDraft
from vaxdesk.models.values import Dose
from vaxdesk.print import proof
from vaxdesk.print.spooler import JobId
from vaxdesk.ui.observation_page import ObservationPage
from vaxdesk.ui.observation_tiles import tile_text

NAMES = ("Trần Thị Bích", "Nguyễn Văn An", "Lê Minh Châu")


def injected(bench: Bench, *minutes_ago: int) -> list[Dose]:
    """Doses given that many minutes before now, the clock at 11:41."""
    bench.clock.now = NOON + timedelta(hours=1)
    made = []
    for name, draft, ago in zip(NAMES, a_crowd(len(minutes_ago)), minutes_ago, strict=False):
        at = bench.clock() - timedelta(minutes=ago)
        draft = replace(draft, person=replace(draft.person, name=name), occurred_at=at)
        made.append(bench.desk.work.desk.record(draft, bench.manager).dose)
    return made


def board(bench: Bench) -> ObservationPage:
    window = bench.enter()
    bench.press(Qt.Key.Key_F3)
    assert window.pages.shown == "observation"
    return window.observation


def names(page: ObservationPage) -> list[str]:
    return [one.name for one in page.board.tiles.people]


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


# --- reactions


def test_a_reaction_is_noted_with_three_keys(bench: Bench) -> None:
    (dose,) = injected(bench, 12)
    page = board(bench)
    bench.press(Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    bench.type("3")
    bench.press(Qt.Key.Key_Return)
    (noted,) = bench.desk.work.reactions.of_dose(dose.id)
    assert (noted.signs, noted.severity, noted.recorder) == ((Sign.FEVER,), Severity.COMMON, bench.nurse.name)
    assert noted.onset_at == bench.clock()
    assert bench.runner.woken[-1] is False  # it is sent at once
    assert page.story.currentWidget() is page.card
    assert page.card.seen.text() == "Thông thường: Sốt"
    assert tile_text(page.board.tiles.people[0], bench.clock()).tone.value == "stop"


def test_how_bad_it_is_follows_from_the_signs_until_a_person_chooses(bench: Bench) -> None:
    injected(bench, 12)
    page = board(bench)
    bench.press(Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    bench.type("q")
    assert page.form.severity is Severity.GRADE_1
    bench.type("w")
    assert page.form.severity is Severity.GRADE_2
    assert "adrenalin" in page.form.advice.text()
    bench.press(Qt.Key.Key_0, Qt.KeyboardModifier.AltModifier)
    assert page.form.advice.text() == "Theo dấu hiệu đã chọn, máy đề xuất: Phản vệ độ 2."
    bench.type("e")
    assert page.form.severity is Severity.COMMON


def test_the_form_fits_a_small_screen_beside_those_of_an_earlier_day(bench: Bench) -> None:
    injected(bench, 12, 10)
    bench.clock.forward(days=1)
    page = board(bench)
    bench.press(Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    assert page.minimumSizeHint().width() <= bench.window.pages.place("observation").viewport().width()
    assert page.minimumSizeHint().height() <= bench.window.pages.place("observation").viewport().height()
    bench.press(Qt.Key.Key_Escape)
    assert page.earlier.isVisible()
    assert page.gone.isVisible()


def test_keys_of_signs_are_letters_while_somebody_writes(bench: Bench) -> None:
    injected(bench, 12)
    page = board(bench)
    bench.press(Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    page.form.fields["treatment"].setFocus()
    bench.type("we 3")
    assert page.form.fields["treatment"].text() == "we 3"
    assert page.form.chosen == ()


def test_everything_that_is_missing_stands_in_place_and_nothing_typed_is_lost(bench: Bench) -> None:
    (dose,) = injected(bench, 12)
    page = board(bench)
    bench.press(Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    page.form.fields["treatment"].insert("nằm nghỉ")
    page.form.fields["onset"].setText("11:20")
    bench.press(Qt.Key.Key_Return)
    said = page.form.notice.said
    assert "Giờ xuất hiện ở trước giờ tiêm" in said
    assert "Chưa chọn dấu hiệu nào" in said
    assert page.form.fields["onset"].property("wrong") == "true"
    assert page.form.fields["onset"].hasFocus()
    assert page.form.fields["treatment"].text() == "nằm nghỉ"
    assert bench.desk.work.reactions.of_dose(dose.id) == ()


@pytest.mark.parametrize("typed", ["25:00", "nay", "", "1130"])
def test_a_time_that_is_none_is_said_at_its_field(bench: Bench, typed: str) -> None:
    injected(bench, 12)
    page = board(bench)
    bench.press(Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    page.form.fields["onset"].setText(typed)
    bench.press(Qt.Key.Key_Return)
    assert page.form.notice.said == "Giờ xuất hiện chưa đúng dạng giờ:phút, như 10:45."
    assert page.form.fields["onset"].property("wrong") == "true"


def test_a_time_before_midnight_is_of_the_day_before(bench: Bench) -> None:
    (dose,) = injected(bench, 12)
    bench.clock.now = dose.occurred_at.replace(hour=0, minute=5) + timedelta(days=1)
    bench.desk.work.observation.board()
    page = board(bench)
    bench.press(Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    bench.type("3")
    page.form.fields["onset"].setText("23:50")
    bench.press(Qt.Key.Key_Return)
    (noted,) = bench.desk.work.reactions.of_dose(dose.id)
    assert noted.onset_at.date() == dose.occurred_at.date()


def a_rash(bench: Bench, dose: Dose, severity: Severity = Severity.GRADE_1) -> str:
    at = dose.occurred_at + timedelta(minutes=5, seconds=20)
    return bench.desk.work.reactions.note(dose.id, ReactionDraft(at, (Sign.RASH,), severity), bench.manager).id


def test_a_reaction_is_corrected_with_a_reason_and_keeps_its_moment(bench: Bench) -> None:
    (dose,) = injected(bench, 12)
    a_rash(bench, dose, Severity.GRADE_2)
    page = board(bench)
    bench.press(Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    bench.type("3")
    bench.press(Qt.Key.Key_Return)
    assert page.form.fields["reason"].property("wrong") == "true"
    page.form.fields["reason"].insert("thêm dấu hiệu")
    bench.press(Qt.Key.Key_Return)
    (noted,) = bench.desk.work.reactions.of_dose(dose.id)
    assert set(noted.signs) == {Sign.FEVER, Sign.RASH}
    assert noted.severity is Severity.GRADE_2  # as a person had chosen it
    assert (noted.revision, noted.onset_at) == (2, dose.occurred_at + timedelta(minutes=5, seconds=20))


def test_a_reaction_of_the_wrong_person_is_marked_entered_in_error(bench: Bench) -> None:
    (dose,) = injected(bench, 12)
    a_rash(bench, dose)
    page = board(bench)
    bench.press(Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    page.form.fields["reason"].insert("ghi nhầm người")
    bench.press(Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    (noted,) = bench.desk.work.reactions.of_dose(dose.id)
    assert noted.status is ReactionStatus.ENTERED_IN_ERROR
    assert page.card.seen.text() == "Chưa ghi phản ứng nào"


def test_who_had_a_reaction_leaves_as_such(bench: Bench) -> None:
    (dose,) = injected(bench, 35)
    a_rash(bench, dose)
    page = board(bench)
    assert page.card.go.text() == "Cho về: có phản ứng"
    bench.press(Qt.Key.Key_Return)
    (gone,) = bench.desk.work.observation.ended(bench.clock().date())
    assert gone.outcome is ObservationOutcome.REACTION
    with pytest.raises(InputRefused):
        bench.desk.work.observation.end(dose.id, ObservationOutcome.WELL, "", bench.manager)


def test_a_half_filled_form_survives_a_sync_and_the_lock(bench: Bench) -> None:
    injected(bench, 12)
    page = board(bench)
    bench.press(Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    bench.type("3")
    page.form.fields["note"].insert("sốt 38,5")
    bench.window.area.feed.refresh()
    bench.settle()
    bench.window.lock()
    bench.window.enter(bench.manager)
    bench.settle()
    assert page.story.currentWidget() is page.form
    assert (page.form.chosen, page.form.fields["note"].text()) == ((Sign.FEVER,), "sốt 38,5")


def test_a_serious_one_offers_its_report_which_names_what_happened(bench: Bench) -> None:
    (dose,) = injected(bench, 12)
    a_rash(bench, dose)
    page = board(bench)
    assert not page.card.report.isVisible()
    bench.press(Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    bench.type("w")
    bench.press(Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    page.form.fields["reason"].insert("nặng lên")
    bench.press(Qt.Key.Key_Return)
    assert page.card.report.isVisible()
    bench.press(Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    text = proof.text_of(bench.paper.pages[0])
    for said in ("BÁO CÁO TAI BIẾN NẶNG", "Trần Thị Bích", "Phản vệ độ 2 (nặng)", bench.nurse.name):
        assert said in text
    assert page.card.notice.said.startswith("Đã gửi báo cáo tới máy in")


def test_a_printer_that_takes_nothing_is_said(bench: Bench) -> None:
    (dose,) = injected(bench, 12)
    a_rash(bench, dose, Severity.GRADE_3)
    page = board(bench)

    def broken(_pdf: bytes, _printer: str | None, _title: str) -> JobId:
        raise SpoolerError("spooler-refused")

    object.__setattr__(bench.around.services, "spool", broken)
    bench.press(Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    assert page.card.notice.said
    assert page.card.report.isEnabled()


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
