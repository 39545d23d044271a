"""The desk with a real store behind it: scan, Space, Enter; and everything that may go otherwise."""

from __future__ import annotations

from dataclasses import replace

import pytest
from conftest import CARD, OTHER_CARD, PRESET, Bench
from PySide6.QtCore import Qt
from support.builders import a_draft

from vaxdesk.errors import StoreError
from vaxdesk.models.values import DoseStatus, Screening, StaffMember
from vaxdesk.ui.desk_page import DeskPage
from vaxdesk.ui.dose_form import Answer, band

CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def desk(bench: Bench) -> DeskPage:
    return bench.enter().desk


def test_a_person_is_scan_space_enter(bench: Bench, desk: DeskPage) -> None:
    bench.scan(CARD)
    assert desk.band.headline.text() == "ĐƯỢC TIÊM HÔM NAY"
    assert desk.person.shown.name.text() == "Trần Thị Bích"
    bench.press(Qt.Key.Key_Space)
    bench.press(Qt.Key.Key_Return)
    (record,) = bench.desk.work.desk.all_records()
    assert record.person.citizen_id.digits == "079303000456"
    assert (record.dose.recorder, record.dose.injector) == ("Lê Thị Mai", "Lê Thị Mai")
    assert (record.dose.lot, record.dose.screening) == ("FL4574", Screening.ELIGIBLE)
    assert desk.form.person is None
    assert "Vừa lưu: Trần T. B. · Mũi 1 · Comirnaty · 10:41 · đang chờ gửi" in desk.saved.line.words.whole_text()


def test_a_saved_dose_wakes_the_sync_thread(bench: Bench, desk: DeskPage) -> None:
    bench.scan(CARD)
    bench.press(Qt.Key.Key_Space)
    bench.press(Qt.Key.Key_Return)
    assert bench.runner.woken == [False]


def test_enter_without_screening_saves_nothing_and_says_why(bench: Bench, desk: DeskPage) -> None:
    bench.scan(CARD)
    bench.press(Qt.Key.Key_Return)
    assert bench.desk.work.desk.all_records() == ()
    assert "Space" in desk.notice.said


def test_enter_twice_saves_once(bench: Bench, desk: DeskPage) -> None:
    bench.scan(CARD)
    desk.model.conclude(Screening.ELIGIBLE)
    assert desk.model.save()
    assert not desk.model.save()
    bench.settle()
    assert len(bench.desk.work.desk.all_records()) == 1


@pytest.mark.parametrize(
    ("card", "said"),
    [
        (CARD[1:], "11 số"),
        ("|" + CARD.split("|", 1)[1], "số"),
        (CARD.replace("09102003", "09101993"), "2003"),
    ],
)
def test_a_card_that_cannot_be_used_is_the_answer_and_nothing_is_saved(
    bench: Bench, desk: DeskPage, card: str, said: str
) -> None:
    bench.scan(card)
    bench.press(Qt.Key.Key_Space)
    bench.press(Qt.Key.Key_Return)
    assert band(desk.form).tone.value == "stop"
    assert said in desk.band.reasons.text()
    assert bench.desk.work.desk.all_records() == ()


def test_a_refused_card_never_leaves_the_person_before_allowed(bench: Bench, desk: DeskPage) -> None:
    bench.scan(CARD)
    bench.scan(OTHER_CARD[1:])
    assert desk.form.person is None
    assert band(desk.form).answer is Answer.NO_NUMBER
    assert "Trần T. B." in desk.notice.said


def test_the_next_scan_replaces_who_was_not_saved_and_says_so(bench: Bench, desk: DeskPage) -> None:
    bench.scan(CARD)
    bench.scan(OTHER_CARD)
    assert desk.person.shown.name.text() == "Nguyễn Văn An"
    assert "Chưa lưu gì cho Trần T. B." in desk.notice.said


def test_a_returning_person_too_early_needs_a_reason(bench: Bench, desk: DeskPage) -> None:
    bench.desk.work.desk.record(a_draft(), bench.nurse)
    bench.clock.forward(days=10)
    bench.scan(CARD)
    assert desk.band.headline.text() == "CHƯA ĐỦ KHOẢNG CÁCH"
    assert desk.band.opens.text() == "Được tiêm từ 03/12/2021"
    bench.press(Qt.Key.Key_Space)
    bench.press(Qt.Key.Key_Return)
    assert len(bench.desk.work.desk.all_records()) == 1
    bench.press(Qt.Key.Key_O, CTRL)
    bench.type("nguoi dan di xa")
    bench.press(Qt.Key.Key_Return)
    assert [r.dose.override_reason for r in bench.desk.work.desk.all_records()] == ["", "nguoi dan di xa"]


def test_a_postponed_person_is_recorded_without_a_dose(bench: Bench, desk: DeskPage) -> None:
    bench.scan(CARD)
    bench.press(Qt.Key.Key_3, ALT)
    assert desk.band.headline.text() == "KHÔNG TIÊM · HOÃN TIÊM"
    assert desk.dose.shown.save.text() == "Lưu kết quả sàng lọc"
    bench.press(Qt.Key.Key_Return)
    (record,) = bench.desk.work.desk.all_records()
    assert (record.dose.status, record.dose.screening) == (DoseStatus.NOT_DONE, Screening.POSTPONED)


def test_ctrl_z_takes_the_last_save_back_with_a_reason(bench: Bench, desk: DeskPage) -> None:
    bench.scan(CARD)
    bench.press(Qt.Key.Key_Space)
    bench.press(Qt.Key.Key_Return)
    bench.press(Qt.Key.Key_Z, CTRL)
    assert desk.saved.asking
    bench.press(Qt.Key.Key_1, CTRL)
    (record,) = bench.desk.work.desk.all_records()
    assert record.dose.status is DoseStatus.ENTERED_IN_ERROR
    assert record.dose.reason == "Nhầm người"
    assert "Đã hoàn tác" in desk.saved.line.words.whole_text()


def test_taking_back_can_be_left(bench: Bench, desk: DeskPage) -> None:
    bench.scan(CARD)
    bench.press(Qt.Key.Key_Space)
    bench.press(Qt.Key.Key_Return)
    bench.press(Qt.Key.Key_Z, CTRL)
    bench.press(Qt.Key.Key_Escape)
    assert not desk.saved.asking
    assert bench.desk.work.desk.all_records()[0].dose.status is DoseStatus.COMPLETED


def test_taking_back_too_late_is_refused_in_place(bench: Bench, desk: DeskPage) -> None:
    bench.scan(CARD)
    bench.press(Qt.Key.Key_Space)
    bench.press(Qt.Key.Key_Return)
    bench.clock.forward(minutes=31)
    bench.press(Qt.Key.Key_Z, CTRL)
    bench.press(Qt.Key.Key_2, CTRL)
    assert "30 phút" in desk.saved.question.words.whole_text()


def test_a_typed_number_of_somebody_new_asks_for_what_is_missing(bench: Bench, desk: DeskPage) -> None:
    bench.type("079303000456")
    bench.press(Qt.Key.Key_Return)
    assert desk.person.editing
    assert desk.person.edit.fields["name"].hasFocus()
    desk.person.edit.fields["name"].setText("Trần Thị Bích")
    desk.person.edit.fields["birth_date"].setText("9/10/2003")
    desk.person.edit.fields["birth_date"].textEdited.emit("9/10/2003")
    desk.person.edit.hand_over()
    bench.settle()
    assert band(desk.form).answer is Answer.ALLOWED
    bench.press(Qt.Key.Key_Return)
    assert not desk.person.editing
    bench.press(Qt.Key.Key_Space)
    bench.press(Qt.Key.Key_Return)
    assert bench.desk.work.desk.all_records()[0].person.birth_date == "2003-10-09"


def test_a_contradiction_is_said_under_the_field(bench: Bench, desk: DeskPage) -> None:
    bench.scan(CARD)
    bench.press(Qt.Key.Key_E, CTRL)
    desk.person.edit.fields["birth_date"].setText("09/10/1993")
    desk.person.edit.fields["birth_date"].textEdited.emit("")
    desk.person.edit.hand_over()
    bench.settle()
    assert "2003" in desk.person.edit.problems["birth_date"].text()
    assert desk.person.edit.fields["birth_date"].property("wrong") == "true"


def test_people_are_found_by_name_without_marks(bench: Bench, desk: DeskPage) -> None:
    bench.desk.work.desk.record(a_draft(), bench.nurse)
    bench.type("tran bich")
    bench.press(Qt.Key.Key_Return)
    assert desk.person.choosing
    bench.press(Qt.Key.Key_Return)
    assert desk.person.shown.name.text() == "Trần Thị Bích"
    assert desk.form.history


def test_nobody_found_is_said(bench: Bench, desk: DeskPage) -> None:
    bench.type("khong co ai")
    bench.press(Qt.Key.Key_Return)
    assert "Không tìm thấy" in desk.notice.said


def test_letters_go_home_to_the_scan_field(bench: Bench, desk: DeskPage) -> None:
    desk.dose.shown.change.setFocus()
    bench.press(Qt.Key.Key_N)
    assert desk.scan.hasFocus()
    assert desk.scan.text() == "n"


def test_a_vials_label_sets_lot_and_expiry(bench: Bench, desk: DeskPage) -> None:
    bench.scan("01089316000000121722033110FM1234")
    preset = bench.desk.work.desk.preset()
    assert (preset.vaccine, preset.lot, str(preset.expiry)) == ("COMIRNATY", "FM1234", "2022-03-31")
    assert "FM1234" in desk.notice.said


def test_the_product_is_changed_in_place(bench: Bench, desk: DeskPage) -> None:
    bench.press(Qt.Key.Key_L, CTRL)
    assert desk.dose.editing
    desk.dose.edit.lot.setText("ab12")
    desk.dose.edit.expiry.setText("03/2022")
    bench.press(Qt.Key.Key_Return)
    preset = bench.desk.work.desk.preset()
    assert (preset.lot, str(preset.expiry)) == ("AB12", "2022-03-31")
    assert not desk.dose.editing


def test_an_unreadable_expiry_keeps_the_product_open(bench: Bench, desk: DeskPage) -> None:
    bench.press(Qt.Key.Key_L, CTRL)
    desk.dose.edit.expiry.setText("tháng ba")
    bench.press(Qt.Key.Key_Return)
    assert desk.dose.editing
    assert bench.desk.work.desk.preset() == PRESET


def test_enter_in_a_half_filled_product_leads_to_what_is_missing(bench: Bench) -> None:
    desk = bench.enter().desk
    bench.press(Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    edit = desk.dose.edit
    edit.lot.clear()
    edit.expiry.clear()
    bench.press(Qt.Key.Key_Return)
    assert edit.lot.hasFocus()
    edit.lot.insert("FL4575")
    bench.press(Qt.Key.Key_Return)
    assert edit.expiry.hasFocus()
    assert edit.expiry.property("wrong") == "true"
    assert desk.model.form.preset.lot == "FL4574"
    edit.expiry.insert("02/2022")
    bench.press(Qt.Key.Key_Return)
    assert (desk.model.form.preset.lot, str(desk.model.form.preset.expiry)) == ("FL4575", "2022-02-28")


def test_the_body_site_goes_round(bench: Bench, desk: DeskPage) -> None:
    bench.scan(CARD)
    bench.press(Qt.Key.Key_B, CTRL)
    assert desk.dose.shown.body_site.text() == "Cánh tay phải"
    bench.press(Qt.Key.Key_Space)
    bench.press(Qt.Key.Key_Return)
    assert bench.desk.work.desk.all_records()[0].dose.body_site == "RA"


def test_trouble_while_saving_keeps_the_form(bench: Bench, desk: DeskPage, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise StoreError("store-full")

    bench.scan(CARD)
    bench.press(Qt.Key.Key_Space)
    monkeypatch.setattr(type(bench.desk.work.desk), "record", full)
    bench.press(Qt.Key.Key_Return)
    assert "Đĩa đã đầy" in desk.notice.said
    assert desk.form.person is not None
    assert desk.form.can_save


def test_trouble_is_not_missed_when_the_next_person_is_here_already(
    bench: Bench, desk: DeskPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_desk: object, _draft: object, _actor: StaffMember) -> None:
        raise StoreError("store-full")

    bench.scan(CARD)
    bench.press(Qt.Key.Key_Space)
    monkeypatch.setattr(type(bench.desk.work.desk), "record", full)
    desk.save()
    bench.scan(OTHER_CARD)
    assert "CHƯA LƯU Trần T. B." in desk.saved.line.words.whole_text()
    assert desk.person.shown.name.text() == "Nguyễn Văn An"


def test_a_name_with_markup_is_a_name(bench: Bench, desk: DeskPage) -> None:
    bench.scan(CARD)
    desk.person.shown.name.setText("<b>O'Brien</b>")
    assert desk.person.shown.name.textFormat() is Qt.TextFormat.PlainText


def test_the_last_save_says_when_the_platform_has_it(bench: Bench, desk: DeskPage) -> None:
    from vaxdesk.models.exchange import Acknowledged, DueDose
    from vaxdesk.models.values import Receipt

    bench.scan(CARD)
    bench.press(Qt.Key.Key_Space)
    bench.press(Qt.Key.Key_Return)
    (due,) = bench.desk.work.sync_book.due(bench.clock(), 10, asked=True)
    assert isinstance(due, DueDose)
    receipt = Receipt(due.dose.id, due.dose.revision, "1", bench.clock(), "0" * 64)
    bench.desk.work.sync_book.apply([Acknowledged(due.entry, receipt)], bench.clock())
    desk.refresh()
    bench.settle()
    assert "đã nhận trên nền tảng 10:41" in desk.saved.line.words.whole_text()


def test_the_desk_fits_without_scrolling(bench: Bench, desk: DeskPage) -> None:
    """1366 x 768 less a title bar and a task bar; the rail, the header and the status bar are taken off as well."""
    hint = desk.minimumSizeHint()
    assert hint.width() <= 1366 - 92
    assert hint.height() <= 768 - 78 - 46 - 34


def test_a_vial_taken_while_the_kept_one_is_being_read_stays(bench: Bench, desk: DeskPage) -> None:
    """A sync report makes the page read its product again; the vial scanned in that moment must not fall back to the old lot."""
    desk.refresh()
    desk.model.use_preset(replace(PRESET, lot="FM1234"))
    bench.settle()
    assert desk.form.preset.lot == bench.desk.work.desk.preset().lot == "FM1234"
