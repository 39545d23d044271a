"""The queue at the desk: a number for who stands here, the next one called, the card still read, another desk's conclusion taken over."""

from __future__ import annotations

import pytest
from conftest import CARD, OTHER_CARD, Bench
from PySide6.QtCore import Qt
from support.builders import a_person, another_person

from vaxdesk.models.screening import SheetDraft, form_for
from vaxdesk.models.stations import Duty
from vaxdesk.models.tickets import Station, Ticket
from vaxdesk.models.values import CitizenId, Post, Role, Screening, StaffMember
from vaxdesk.ui.dose_form import Answer, band

CONTROL = Qt.KeyboardModifier.ControlModifier
BICH = CitizenId("079303000456")


def ticket_of(bench: Bench, number: CitizenId = BICH) -> Ticket:
    found = bench.desk.work.tickets.of_person(number)
    assert found is not None
    return found


def at_work(bench: Bench, duty: Duty, member: StaffMember | None = None) -> None:
    bench.enter(member)
    bench.around.session.choose_duty(duty)


def screened(bench: Bench, by: StaffMember, conclusion: Screening = Screening.ELIGIBLE, note: str = "") -> Ticket:
    form = form_for(a_person().birth_date, bench.clock().date())
    answers = {question.code: False for question in form.asked_of(a_person().sex)}
    draft = SheetDraft(person=a_person(), form=form.code, answers=answers, conclusion=conclusion, note=note)
    return bench.desk.work.stations.pass_on(draft, by)


def said(bench: Bench) -> str:
    return bench.window.desk.queue.said.words.whole_text()


# --- a number


def test_who_stands_here_gets_a_number_and_the_desk_is_free(bench: Bench) -> None:
    bench.enter()
    bench.scan(CARD)
    bench.press(Qt.Key.Key_Return, CONTROL)
    assert ticket_of(bench).station is Station.WAITING
    line = bench.window.desk.saved.line.words
    assert line.whole_text() == "Số 1 · Trần Thị Bích · chờ khám sàng lọc"
    assert line.property("look") == "heading"
    assert bench.window.desk.form.person is None
    assert bench.window.desk.scan.hasFocus()


def test_a_number_is_not_a_dose(bench: Bench) -> None:
    bench.enter()
    bench.scan(CARD)
    bench.press(Qt.Key.Key_Return, CONTROL)
    assert bench.desk.work.desk.all_records() == ()


def test_reception_checks_in_with_enter_alone(bench: Bench) -> None:
    at_work(bench, Duty.RECEPTION)
    bench.scan(CARD)
    assert bench.window.desk.dose.shown.save.text() == "Vào hàng chờ"
    bench.press(Qt.Key.Key_Return)
    assert ticket_of(bench).number == 1
    assert bench.desk.work.desk.all_records() == ()


def test_somebody_with_a_number_is_told_where_they_are(bench: Bench) -> None:
    bench.desk.work.tickets.open(a_person(), bench.nurse)
    bench.enter()
    bench.scan(CARD)
    assert said(bench) == "Số 1 · chờ khám sàng lọc, từ 10:41"


def test_somebody_without_a_number_is_said_to_have_none(bench: Bench) -> None:
    bench.enter()
    bench.scan(CARD)
    assert said(bench) == "Chưa có số hôm nay"


def test_nobody_here_nobody_checked_in(bench: Bench) -> None:
    bench.enter()
    bench.press(Qt.Key.Key_Return, CONTROL)
    assert bench.window.desk.notice.said.startswith("Hãy quét thẻ")


def test_without_a_citizen_number_there_is_no_ticket(bench: Bench) -> None:
    bench.enter()
    bench.scan(CARD.replace("079303000456", "07930300045"))
    bench.press(Qt.Key.Key_Return, CONTROL)
    assert bench.desk.work.tickets.here() == ()


# --- calling


def test_the_longest_waiting_is_called_to_the_desk_as_if_scanned(bench: Bench) -> None:
    bench.desk.work.tickets.open(a_person(), bench.nurse)
    bench.desk.work.tickets.open(another_person(), bench.nurse)
    at_work(bench, Duty.SCREENING)
    bench.press(Qt.Key.Key_G, CONTROL)
    assert bench.window.desk.person.shown.name.text() == "Trần Thị Bích"
    assert ticket_of(bench).station is Station.SCREENING
    assert bench.window.desk.notice.said == "Mời số 1 · Trần Thị Bích"


def test_nobody_waiting_is_said_in_place(bench: Bench) -> None:
    at_work(bench, Duty.INJECTION)
    bench.press(Qt.Key.Key_G, CONTROL)
    assert bench.window.desk.notice.said.startswith("Không còn ai đang chờ")


def test_nobody_is_called_over_who_stands_here(bench: Bench) -> None:
    bench.desk.work.tickets.open(another_person(), bench.nurse)
    at_work(bench, Duty.SCREENING)
    bench.scan(CARD)
    bench.press(Qt.Key.Key_G, CONTROL)
    assert ticket_of(bench, CitizenId("001090000123")).station is Station.WAITING
    assert bench.window.desk.notice.said.startswith("Trần T. B. còn ở bàn")


def test_the_line_says_how_many_wait_for_this_desk(bench: Bench) -> None:
    bench.desk.work.tickets.open(a_person(), bench.nurse)
    bench.clock.forward(minutes=7)
    at_work(bench, Duty.SCREENING)
    bench.window.desk.refresh()
    bench.settle()
    assert said(bench) == "Chờ 1, lâu nhất 7 phút"


def test_the_card_of_who_was_called_proves_it_is_they(bench: Bench) -> None:
    bench.desk.work.tickets.open(a_person(), bench.nurse)
    at_work(bench, Duty.ALL)
    bench.press(Qt.Key.Key_G, CONTROL)
    assert said(bench) == "Số 1: quét thẻ để so"
    bench.scan(CARD)
    assert bench.window.desk.notice.said == "Đúng người: số 1 · Trần Thị Bích"
    bench.press(Qt.Key.Key_Space)
    bench.press(Qt.Key.Key_Return)
    assert len(bench.desk.work.desk.all_records()) == 1


def test_another_card_than_that_of_who_was_called_is_said_loudly(bench: Bench) -> None:
    bench.desk.work.tickets.open(a_person(), bench.nurse)
    at_work(bench, Duty.ALL)
    bench.press(Qt.Key.Key_G, CONTROL)
    with bench.qtbot.waitSignal(bench.window.desk.rejected, timeout=1000):
        bench.scan(OTHER_CARD)
    notice = bench.window.desk.notice
    assert notice.said == "KHÔNG PHẢI người vừa gọi: thẻ này của Nguyễn V. A., còn số 1 · Trần Thị Bích."
    assert notice.property("box") == "stop"


def test_without_the_card_enter_asks_once_more(bench: Bench) -> None:
    bench.desk.work.tickets.open(a_person(), bench.nurse)
    at_work(bench, Duty.ALL)
    bench.press(Qt.Key.Key_G, CONTROL)
    bench.press(Qt.Key.Key_Space)
    bench.press(Qt.Key.Key_Return)
    assert bench.desk.work.desk.all_records() == ()
    assert "Chưa quét thẻ" in bench.window.desk.notice.said
    bench.press(Qt.Key.Key_Return)
    assert len(bench.desk.work.desk.all_records()) == 1


def test_the_next_person_needs_no_second_enter(bench: Bench) -> None:
    bench.desk.work.tickets.open(a_person(), bench.nurse)
    at_work(bench, Duty.ALL)
    bench.press(Qt.Key.Key_G, CONTROL)
    bench.press(Qt.Key.Key_Escape)
    bench.scan(OTHER_CARD)
    bench.press(Qt.Key.Key_Space)
    bench.press(Qt.Key.Key_Return)
    assert len(bench.desk.work.desk.all_records()) == 1


def test_who_is_chosen_on_the_queue_page_comes_to_the_desk(bench: Bench) -> None:
    bench.desk.work.tickets.open(another_person(), bench.nurse)
    bench.desk.work.tickets.open(a_person(), bench.nurse)
    at_work(bench, Duty.SCREENING)
    bench.press(Qt.Key.Key_F10)
    bench.press(Qt.Key.Key_Down)
    bench.press(Qt.Key.Key_Return)
    assert bench.window.pages.shown == "desk"
    assert bench.window.desk.person.shown.name.text() == "Trần Thị Bích"
    assert ticket_of(bench).station is Station.SCREENING


# --- what the desk before concluded


def test_a_screening_is_sent_on_with_enter_and_no_dose_is_saved(bench: Bench) -> None:
    bench.desk.work.tickets.open(a_person(), bench.nurse)
    at_work(bench, Duty.SCREENING)
    bench.scan(CARD)
    bench.press(Qt.Key.Key_Space)
    assert bench.window.desk.dose.shown.save.text() == "Chuyển sang tiêm"
    bench.press(Qt.Key.Key_Return)
    assert ticket_of(bench).station is Station.INJECTION
    assert bench.desk.work.desk.all_records() == ()
    assert bench.window.desk.saved.line.words.whole_text().endswith("chờ tiêm")


def test_a_fast_screener_need_not_wait_for_the_answer(bench: Bench) -> None:
    at_work(bench, Duty.SCREENING)
    bench.window.take_scan(CARD)
    bench.window.desk.model.conclude(Screening.ELIGIBLE)
    bench.window.desk.save()
    bench.settle()
    assert ticket_of(bench).station is Station.INJECTION
    assert bench.desk.work.desk.all_records() == ()


def test_a_screening_that_is_not_concluded_is_not_sent_on(bench: Bench) -> None:
    at_work(bench, Duty.SCREENING)
    bench.scan(CARD)
    bench.press(Qt.Key.Key_Return)
    assert bench.desk.work.tickets.here() == ()
    assert "Chưa kết luận" in bench.window.desk.notice.said


def test_a_conclusion_that_stops_is_recorded_and_ends_the_ticket(bench: Bench) -> None:
    bench.desk.work.tickets.open(a_person(), bench.nurse)
    at_work(bench, Duty.SCREENING)
    bench.scan(CARD)
    bench.press(Qt.Key.Key_3, Qt.KeyboardModifier.AltModifier)
    bench.press(Qt.Key.Key_Return)
    (record,) = bench.desk.work.desk.all_records()
    assert record.dose.screening is Screening.POSTPONED
    assert ticket_of(bench).station is Station.CLOSED


def test_the_injection_takes_the_conclusion_over_with_who_and_when(bench: Bench) -> None:
    screened(bench, bench.manager)
    at_work(bench, Duty.INJECTION)
    bench.press(Qt.Key.Key_G, CONTROL)
    bench.scan(CARD)
    assert bench.window.desk.form.screening is Screening.ELIGIBLE
    assert bench.window.desk.screening.state.words.whole_text() == "Đã khám: Phạm Thị Lan, lúc 10:41"
    bench.press(Qt.Key.Key_Return)
    (record,) = bench.desk.work.desk.all_records()
    sheet = bench.desk.work.screenings.newest(BICH, bench.clock().date())
    assert sheet is not None
    assert (sheet.concluded_by, record.dose.recorder_id) == (bench.manager.id, bench.nurse.id)
    assert ticket_of(bench).station is Station.OBSERVATION


def test_only_an_injector_may_go_on_what_a_screener_concluded(bench: Bench) -> None:
    injector = bench.desk.work.staff.add("Võ Thị Sen", Role.NURSE, "1357", bench.manager, Post.INJECTION)
    screened(bench, bench.manager)
    bench.enter(injector)
    bench.scan(CARD)
    bench.press(Qt.Key.Key_Space)  # by habit
    bench.press(Qt.Key.Key_Return)
    assert len(bench.desk.work.desk.all_records()) == 1


def test_the_key_of_habit_does_not_undo_anothers_caution(bench: Bench) -> None:
    screened(bench, bench.manager, Screening.CAUTION, "Tiền sử dị ứng thức ăn")
    at_work(bench, Duty.INJECTION)
    bench.scan(CARD)
    bench.press(Qt.Key.Key_Space)
    assert bench.window.desk.form.screening is Screening.CAUTION
    assert bench.window.desk.form.took_over


def test_another_conclusion_is_ones_own(bench: Bench) -> None:
    screened(bench, bench.manager)
    at_work(bench, Duty.INJECTION)
    bench.scan(CARD)
    bench.press(Qt.Key.Key_3, Qt.KeyboardModifier.AltModifier)
    form = bench.window.desk.form
    assert (form.screening, form.took_over, form.concluded_by) == (Screening.POSTPONED, False, bench.nurse.id)


def test_a_conclusion_that_stopped_is_shown_and_not_taken_over(bench: Bench) -> None:
    screened(bench, bench.manager, Screening.POSTPONED, "Đang sốt nhẹ")
    at_work(bench, Duty.INJECTION)
    bench.scan(CARD)
    assert bench.window.desk.form.screening is None
    assert bench.window.desk.screening.state.words.whole_text() == "Hoãn tiêm: Phạm Thị Lan, lúc 10:41"


def test_the_screening_desk_asks_afresh(bench: Bench) -> None:
    screened(bench, bench.manager)
    at_work(bench, Duty.SCREENING)
    bench.scan(CARD)
    assert bench.window.desk.form.screening is None


def test_a_conclusion_serves_one_dose(bench: Bench) -> None:
    screened(bench, bench.manager)
    at_work(bench, Duty.INJECTION)
    bench.scan(CARD)
    bench.press(Qt.Key.Key_Return)
    bench.clock.forward(minutes=40)
    bench.scan(CARD)
    assert bench.window.desk.form.screening is None


@pytest.mark.parametrize("duty", [Duty.SCREENING, Duty.INJECTION])
def test_the_answer_band_is_the_same_at_every_desk(bench: Bench, duty: Duty) -> None:
    at_work(bench, duty)
    bench.scan(CARD)
    assert band(bench.window.desk.form).answer is Answer.ALLOWED


def test_who_is_called_on_the_queue_page_does_not_push_away_who_stands_here(bench: Bench) -> None:
    bench.desk.work.tickets.open(a_person(), bench.nurse)
    at_work(bench, Duty.SCREENING)
    bench.scan(OTHER_CARD)
    bench.press(Qt.Key.Key_F10)
    bench.press(Qt.Key.Key_Return)
    assert bench.window.desk.person.shown.name.text() == "Nguyễn Văn An"
    assert "số 1 · Trần Thị Bích" in bench.window.desk.notice.said
