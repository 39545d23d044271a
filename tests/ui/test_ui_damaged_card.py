"""A card whose letters were lost on the way: somebody known is taken and it is said; anybody else is refused as before."""

from __future__ import annotations

import pytest
from conftest import CARD, OTHER_CARD, Bench
from PySide6.QtCore import Qt
from support.builders import a_draft

from vaxdesk.ui.desk_page import DeskPage
from vaxdesk.ui.dose_form import Answer, band

DAMAGED = "079303000456||Tr?n Th? B?ch|09102003|N?|T? 2, Ph??ng Th?|01072021"


@pytest.fixture
def desk(bench: Bench) -> DeskPage:
    return bench.enter().desk


def test_somebody_known_is_taken_under_the_name_on_record_and_it_is_said(bench: Bench, desk: DeskPage) -> None:
    bench.desk.work.desk.record(a_draft(), bench.nurse)
    bench.clock.forward(days=40)
    bench.scan(DAMAGED)
    assert desk.person.shown.name.text() == "Trần Thị Bích"
    assert "đã lấy tên đã lưu: Trần Thị Bích, hãy đối chiếu với thẻ" in desk.band.reasons.text()
    assert desk.person.shown.address.text() == "Tổ 2, Phường Thử, Quận Mẫu, TP. Hồ Chí Minh"
    bench.press(Qt.Key.Key_Space)
    bench.press(Qt.Key.Key_Return)
    assert [r.person.name for r in bench.desk.work.desk.all_records()] == ["Trần Thị Bích"] * 2


def test_nobody_known_is_refused_as_before(bench: Bench, desk: DeskPage) -> None:
    bench.scan(DAMAGED)
    assert desk.form.person is None
    assert band(desk.form).answer is Answer.CARD_REFUSED
    assert "Chữ quét ra bị hỏng" in desk.band.reasons.text()


def test_another_name_under_the_same_number_is_refused(bench: Bench, desk: DeskPage) -> None:
    bench.desk.work.desk.record(a_draft(), bench.nurse)
    bench.scan(DAMAGED.replace("B?ch", "B?ng"))
    assert band(desk.form).answer is Answer.CARD_REFUSED


def test_whoever_stood_here_before_stands_here_no_more_while_the_record_is_looked_up(
    bench: Bench, desk: DeskPage
) -> None:
    bench.scan(OTHER_CARD)
    bench.press(Qt.Key.Key_Space)
    bench.window.take_scan(DAMAGED)
    assert desk.form.person is None
    bench.press(Qt.Key.Key_Return)
    assert bench.desk.work.desk.all_records() == ()
    assert "Chưa lưu gì cho Nguyễn V. A." in desk.notice.said


def test_the_next_scan_wins_over_the_look_up(bench: Bench, desk: DeskPage) -> None:
    bench.window.take_scan(DAMAGED)
    bench.window.take_scan(OTHER_CARD)
    bench.settle()
    assert desk.form.person is not None
    assert desk.person.shown.name.text() == "Nguyễn Văn An"
    bench.scan(CARD)
    assert desk.person.shown.name.text() == "Trần Thị Bích"
