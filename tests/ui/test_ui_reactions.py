"""Reactions after the needle, noted at the board in a few keys, corrected with a reason, and reported when they are serious."""

from __future__ import annotations

from datetime import timedelta

import pytest
from conftest import Bench
from PySide6.QtCore import Qt
from support.observed import a_rash, board, injected

from vaxdesk.errors import InputRefused, SpoolerError
from vaxdesk.models.aftercare import ObservationOutcome, ReactionStatus, Severity, Sign
from vaxdesk.print import proof
from vaxdesk.print.spooler import JobId
from vaxdesk.ui.observation_tiles import tile_text


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
