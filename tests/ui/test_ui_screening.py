"""The check before the injection on the desk: one key, the vital signs, the whole form, and what is kept of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest
from conftest import CARD, OTHER_CARD, Bench
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QScrollArea

from vaxdesk.models.screening import Consent, FormCode
from vaxdesk.models.screenings import Sheet
from vaxdesk.models.values import VIETNAM, CitizenId, DoseStatus, Screening
from vaxdesk.ui.desk_page import DeskPage

CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
Key = Qt.Key
CHILD_CARD = "079308000456||Trần Thị Bé|09102008|Nữ|Tổ 2, Phường Thử, Quận Mẫu, TP. Hồ Chí Minh|01072021"
OLD_CARD = "001050000123||Nguyễn Văn Cụ|02011950|Nam|Tổ 3, Phường Thử, Quận Mẫu, TP. Hồ Chí Minh|01072021"


@pytest.fixture
def desk(bench: Bench) -> DeskPage:
    return bench.enter().desk


def kept(bench: Bench, card: str = CARD) -> Sheet | None:
    day: date = bench.clock().date()
    return bench.desk.work.screenings.newest(CitizenId(card[:12]), day)


def write(field: QLineEdit, text: str) -> None:
    """As an input method does, letter by letter or whole."""
    field.setFocus()
    field.insert(text)
    field.textEdited.emit(field.text())


def measure(bench: Bench, *values: str) -> None:
    bench.press(Key.Key_T, CTRL)
    for place, value in enumerate(values):
        bench.type(value)
        if place < len(values) - 1:
            bench.press(Key.Key_Space)


# --- one key


def test_scan_space_enter_keeps_a_whole_form_with_every_answer_no(bench: Bench, desk: DeskPage) -> None:
    bench.scan(CARD)
    bench.press(Key.Key_Space)
    bench.press(Key.Key_Return)
    sheet = kept(bench)
    assert sheet is not None
    assert (sheet.form, sheet.conclusion, sheet.note) == (FormCode.ADULT_4355, Screening.ELIGIBLE, "")
    assert set(sheet.answers.values()) == {False}
    assert len(sheet.answers) == 11
    assert sheet.concluded_by == bench.nurse.id
    assert desk.form.person is None


def test_the_form_of_the_day_is_kept(bench: Bench, desk: DeskPage) -> None:
    bench.clock.now = datetime(2021, 12, 21, 9, 0, tzinfo=VIETNAM)
    bench.scan(CARD)
    bench.press(Key.Key_Space)
    bench.press(Key.Key_Return)
    sheet = kept(bench)
    assert sheet is not None
    assert sheet.form is FormCode.ADULT_5785


def test_a_conclusion_from_a_paper_form_is_saved_without_a_sheet(bench: Bench, desk: DeskPage) -> None:
    bench.scan(CARD)
    bench.press(Key.Key_Space)
    bench.press(Key.Key_3, ALT)
    bench.press(Key.Key_Return)
    (record,) = bench.desk.work.desk.all_records()
    assert record.dose.screening is Screening.POSTPONED
    assert kept(bench) is None


def test_a_person_who_refuses_is_kept_as_one_who_refused(bench: Bench, desk: DeskPage) -> None:
    bench.scan(CARD)
    bench.press(Key.Key_5, ALT)
    bench.press(Key.Key_Return)
    sheet = kept(bench)
    assert sheet is not None
    assert (sheet.consent, sheet.conclusion) == (Consent.REFUSED, Screening.REFUSED)
    assert sheet.reasons == ("consent-refused",)


def test_a_caution_is_asked_for_its_reason(bench: Bench, desk: DeskPage) -> None:
    bench.scan(CARD)
    bench.press(Key.Key_2, ALT)
    assert desk.form.screening is None
    assert desk.sheet.isVisible()


# --- vital signs


def test_vital_signs_are_typed_in_one_go_and_a_second_space_is_nothing_abnormal(bench: Bench, desk: DeskPage) -> None:
    bench.scan(CARD)
    measure(bench, "36,6", "78", "")
    assert desk.screening.fields["pressure"].hasFocus()
    bench.press(Key.Key_Space)
    assert desk.form.screening is Screening.ELIGIBLE
    assert desk.scan.hasFocus()
    bench.press(Key.Key_Return)
    sheet = kept(bench)
    assert sheet is not None
    assert (sheet.vitals.temperature_c, sheet.vitals.pulse_bpm, sheet.vitals.systolic_mmhg) == (36.6, 78, None)


def test_a_limit_is_said_in_words_as_it_is_typed(bench: Bench, desk: DeskPage) -> None:
    bench.scan(CARD)
    measure(bench, "38,2")
    assert desk.screening.state.words.whole_text() == "Nhiệt độ trên 37,5 °C"
    assert desk.screening.fields["temperature"].property("warn") == "true"
    assert desk.screening.fields["pulse"].property("warn") == "false"


def test_space_beside_an_abnormal_sign_opens_the_form_with_its_proposal(bench: Bench, desk: DeskPage) -> None:
    bench.scan(CARD)
    measure(bench, "38,2", "")
    bench.press(Key.Key_Space)
    assert desk.form.screening is None
    assert desk.sheet.headline.whole_text() == "Đề nghị: Thận trọng"
    assert desk.sheet.reasons.whole_text() == "Nhiệt độ trên 37,5 °C"
    bench.press(Key.Key_Return)
    assert desk.form.screening is Screening.CAUTION
    bench.press(Key.Key_Return)
    sheet = kept(bench)
    assert sheet is not None
    assert (sheet.conclusion, sheet.reasons) == (Screening.CAUTION, ("temperature-high",))


def test_a_forgotten_comma_is_asked_about_and_stops_the_conclusion(bench: Bench, desk: DeskPage) -> None:
    bench.scan(CARD)
    measure(bench, "366", "")
    assert "36,6?" in desk.screening.state.words.whole_text()
    bench.press(Key.Key_Space)
    assert desk.form.screening is None
    assert desk.screening.fields["temperature"].hasFocus()
    bench.press(Key.Key_Return)
    assert bench.desk.work.desk.all_records() == ()


def test_what_is_only_begun_is_no_alarm(bench: Bench, desk: DeskPage) -> None:
    bench.scan(CARD)
    measure(bench, "3")
    assert desk.screening.fields["temperature"].property("wrong") == "false"
    bench.press(Key.Key_Space)
    assert desk.screening.fields["temperature"].property("wrong") == "true"


def test_a_fever_typed_after_the_conclusion_takes_it_back(bench: Bench, desk: DeskPage) -> None:
    bench.scan(CARD)
    bench.press(Key.Key_Space)
    assert desk.form.screening is Screening.ELIGIBLE
    measure(bench, "38,2")
    assert desk.form.screening is None


def test_blood_pressure_is_asked_of_the_old(bench: Bench, desk: DeskPage) -> None:
    bench.scan(OLD_CARD)
    assert "Cần đo huyết áp" in desk.screening.state.words.whole_text()
    bench.scan(OTHER_CARD)
    assert "Cần đo huyết áp" not in desk.screening.state.words.whole_text()


# --- the whole form


def test_the_form_is_answered_by_keyboard_and_proposes_at_once(bench: Bench, desk: DeskPage) -> None:
    bench.scan(CARD)
    bench.press(Key.Key_K, CTRL)
    assert desk.sheet.isVisible()
    assert not desk.history.isVisible()
    assert desk.sheet.headline.whole_text() == "Còn 11 câu chưa hỏi"
    for key in (Key.Key_K, Key.Key_K, Key.Key_C):
        bench.press(key)
    assert desk.sheet.headline.whole_text() == "Đề nghị: Hoãn tiêm"
    assert desk.sheet.reasons.whole_text() == "Đang mắc bệnh cấp tính"
    bench.press(Key.Key_Return)
    assert desk.history.isVisible()
    bench.press(Key.Key_Return)
    (record,) = bench.desk.work.desk.all_records()
    sheet = kept(bench)
    assert sheet is not None
    assert (record.dose.status, sheet.conclusion) == (DoseStatus.NOT_DONE, Screening.POSTPONED)
    assert sheet.answers == {
        "anaphylaxis-to-vaccine": False,
        "covid-within-6-months": False,
        "acute-illness": True,
    }


def test_nobody_is_let_through_with_lines_open(bench: Bench, desk: DeskPage) -> None:
    bench.scan(CARD)
    bench.press(Key.Key_K, CTRL)
    bench.press(Key.Key_K)
    bench.press(Key.Key_Return)
    assert desk.form.screening is None
    assert desk.sheet.isVisible()
    bench.press(Key.Key_0)
    assert desk.sheet.headline.whole_text() == "Đề nghị: Đủ điều kiện tiêm"
    bench.press(Key.Key_Return)
    assert desk.form.screening is Screening.ELIGIBLE


def test_arrows_and_space_mend_an_answer(bench: Bench, desk: DeskPage) -> None:
    bench.scan(CARD)
    bench.press(Key.Key_K, CTRL)
    bench.press(Key.Key_0)
    for _ in range(7):
        bench.press(Key.Key_Down)
    bench.press(Key.Key_Space)
    assert desk.sheet.reasons.whole_text() == "Tiền sử dị ứng"
    bench.press(Key.Key_Space)
    assert desk.sheet.headline.whole_text() == "Đề nghị: Đủ điều kiện tiêm"


def test_another_conclusion_needs_a_note(bench: Bench, desk: DeskPage) -> None:
    bench.scan(CARD)
    bench.press(Key.Key_K, CTRL)
    bench.press(Key.Key_0)
    bench.press(Key.Key_3, ALT)
    assert desk.sheet.headline.whole_text() == "Hoãn tiêm (phiếu đề nghị: Đủ điều kiện tiêm)"
    assert desk.sheet.note.hasFocus()
    bench.press(Key.Key_Return)
    assert desk.form.screening is None
    write(desk.sheet.note, "hẹn tiêm cùng mẹ")
    bench.press(Key.Key_Return)
    assert desk.form.screening is Screening.POSTPONED
    bench.press(Key.Key_Return)
    sheet = kept(bench)
    assert sheet is not None
    assert (sheet.proposed, sheet.conclusion) == (Screening.ELIGIBLE, Screening.POSTPONED)
    assert sheet.note == "hẹn tiêm cùng mẹ"


def test_a_click_answers(bench: Bench, desk: DeskPage) -> None:
    bench.scan(CARD)
    desk.screening.sheet.click()
    desk.sheet.questions.rows[0].yes.click()
    assert desk.sheet.headline.whole_text() == "Đề nghị: Chống chỉ định"


def test_closing_keeps_the_answers_and_leaving_forgets_them(bench: Bench, desk: DeskPage) -> None:
    bench.scan(CARD)
    bench.press(Key.Key_K, CTRL)
    bench.press(Key.Key_C)
    bench.press(Key.Key_Escape)
    assert not desk.sheet.isVisible()
    assert desk.form.person is not None
    bench.press(Key.Key_K, CTRL)
    assert desk.sheet.headline.whole_text() == "Đề nghị: Chống chỉ định"
    bench.scan(OTHER_CARD)
    assert not desk.sheet.isVisible()
    assert desk.form.entry.answers == {}


def test_a_man_is_not_asked_about_pregnancy(bench: Bench, desk: DeskPage) -> None:
    bench.scan(OTHER_CARD)
    bench.press(Key.Key_K, CTRL)
    shown = [row.words.whole_text() for row in desk.sheet.questions.rows if row.isVisible()]
    assert len(shown) == 9
    assert not any("thai" in words for words in shown)


# --- children


def test_a_child_needs_a_guardians_word_and_name_before_the_injection(bench: Bench, desk: DeskPage) -> None:
    bench.scan(CHILD_CARD)
    bench.press(Key.Key_Space)
    assert desk.form.screening is None
    assert desk.sheet.headline.whole_text() == "Còn ý kiến của người giám hộ"
    bench.press(Key.Key_Return)  # silence is no refusal
    assert desk.form.screening is None
    bench.press(Key.Key_C)
    bench.press(Key.Key_Return)
    assert desk.sheet.guardian.hasFocus()
    write(desk.sheet.guardian, "Trần Văn Cha")
    write(desk.sheet.phone, "0900000001")
    bench.press(Key.Key_Return)
    assert desk.form.screening is Screening.ELIGIBLE
    bench.press(Key.Key_Return)
    sheet = kept(bench, CHILD_CARD)
    assert sheet is not None
    assert (sheet.form, sheet.consent) == (FormCode.CHILD_5002, Consent.AGREED)
    assert (sheet.guardian_name, sheet.guardian_phone) == ("Trần Văn Cha", "0900000001")


def test_the_guardian_of_an_earlier_visit_stands_on_the_form_already(bench: Bench, desk: DeskPage) -> None:
    bench.scan(CHILD_CARD)
    bench.press(Key.Key_Space)
    bench.press(Key.Key_C)
    assert desk.sheet.headline.whole_text() == "Còn ý kiến của người giám hộ"
    write(desk.sheet.guardian, "Trần Văn Cha")
    assert desk.sheet.headline.whole_text() == "Đề nghị: Đủ điều kiện tiêm"
    bench.press(Key.Key_Return)
    bench.press(Key.Key_Return)
    bench.clock.forward(days=21)
    bench.scan(CHILD_CARD)
    bench.press(Key.Key_Space)
    assert desk.sheet.guardian.text() == "Trần Văn Cha"
    bench.press(Key.Key_C)
    bench.press(Key.Key_Return)
    assert desk.form.screening is Screening.ELIGIBLE
    bench.press(Key.Key_Return)
    sheet = kept(bench, CHILD_CARD)
    assert sheet is not None
    assert sheet.guardian_name == "Trần Văn Cha"


def test_a_guardian_who_does_not_agree_is_a_refusal(bench: Bench, desk: DeskPage) -> None:
    bench.scan(CHILD_CARD)
    bench.press(Key.Key_K, CTRL)
    bench.press(Key.Key_K)
    assert desk.sheet.headline.whole_text() == "Đề nghị: Từ chối tiêm"
    bench.press(Key.Key_Return)
    bench.press(Key.Key_Return)
    sheet = kept(bench, CHILD_CARD)
    assert sheet is not None
    assert (sheet.conclusion, sheet.reasons) == (Screening.REFUSED, ("consent-refused",))


def test_a_birth_date_mended_to_a_childs_takes_the_conclusion_back(bench: Bench, desk: DeskPage) -> None:
    bench.scan(CHILD_CARD.replace("09102008", "09102002").replace("079308", "079302"))
    bench.press(Key.Key_Space)
    assert desk.form.screening is Screening.ELIGIBLE
    assert desk.form.person is not None
    desk.model.mend(replace(desk.form.person, birth_date="2008-10-09"))
    bench.settle()
    assert desk.form.screening is None


# --- what survives


def test_a_half_filled_form_survives_the_lock_and_a_refresh(bench: Bench, desk: DeskPage) -> None:
    bench.scan(CHILD_CARD)
    bench.press(Key.Key_K, CTRL)
    bench.press(Key.Key_C)
    bench.press(Key.Key_C)
    write(desk.sheet.guardian, "Trần Văn")
    before = desk.form.entry
    bench.press(Key.Key_F12)
    bench.window.enter(bench.manager)
    bench.settle()
    desk.refresh()
    desk.model.mend(desk.form.person)  # judged again, as when the platform's answer comes
    bench.settle()
    assert desk.form.entry == before
    assert desk.sheet.isVisible()
    assert desk.sheet.guardian.text() == "Trần Văn"
    assert desk.sheet.headline.whole_text() == "Đề nghị: Chống chỉ định"


def test_the_open_form_takes_no_more_room_than_answer_and_history(bench: Bench, desk: DeskPage) -> None:
    """On 1366 x 768 less a title bar and a task bar 610 px are left for the page, 436 of them for its middle column."""
    for language in ("vi", "en"):
        bench.around.speech.speak(language)
        for card in (CARD, CHILD_CARD):
            bench.scan(card)
            bench.press(Key.Key_K, CTRL)
            assert desk.sheet.isVisible()
            assert desk.sheet.minimumSizeHint().height() + 12 + desk.screening.minimumSizeHint().height() <= 436
            assert max(desk.sheet.minimumSizeHint().width(), desk.screening.minimumSizeHint().width()) <= 602
            area = bench.window.pages.place("desk")
            assert isinstance(area, QScrollArea)
            assert not area.verticalScrollBar().isVisible()


def test_a_scan_while_the_form_has_the_focus_is_a_scan(bench: Bench, desk: DeskPage) -> None:
    bench.scan(CARD)
    bench.press(Key.Key_K, CTRL)
    assert QApplication.focusWidget() is desk.sheet.questions
    for character in OTHER_CARD[:12]:
        QTest.keyClick(bench.window.windowHandle(), character)
    bench.press(Key.Key_Return)
    assert desk.form.person is not None
    assert desk.form.person.citizen_id == OTHER_CARD[:12]
    assert desk.form.entry.answers == {}
