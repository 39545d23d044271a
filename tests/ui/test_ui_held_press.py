"""A nurse who is faster than the answer: what was pressed counts for the person who stands here, or is said not to."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from conftest import CARD, OTHER_CARD, PRESET, Bench
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from support.builders import a_draft

from vaxdesk.models.desk import Preset
from vaxdesk.models.values import Screening
from vaxdesk.ui.desk_page import DeskPage

NUMBER = "079303000456"


@dataclass
class BusyLane:
    """The one worker is busy until `free`: answers come when the test says so."""

    bench: Bench
    gate: threading.Event = field(default_factory=threading.Event)

    def hold(self) -> None:
        self.gate.clear()
        self.bench.around.lane.run(self.gate.wait, 20, done=lambda _: None, failed=lambda _: None)

    def free(self) -> None:
        self.gate.set()
        self.bench.settle()

    def press(self, *keys: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        for key in keys:
            QTest.keyClick(self.bench.window.windowHandle(), key, modifier)

    def scan(self, text: str) -> None:
        self.bench.window.take_scan(text)


@pytest.fixture
def desk(bench: Bench) -> DeskPage:
    return bench.enter().desk


@pytest.fixture
def busy(bench: Bench, desk: DeskPage) -> Iterator[BusyLane]:
    lane = BusyLane(bench)
    lane.hold()
    yield lane
    lane.gate.set()


def saved(bench: Bench) -> list[str]:
    return [record.person.citizen_id.digits for record in bench.desk.work.desk.all_records()]


def test_scan_space_enter_before_the_answer_saves_once_it_came(bench: Bench, desk: DeskPage, busy: BusyLane) -> None:
    busy.scan(CARD)
    busy.press(Qt.Key.Key_Space, Qt.Key.Key_Return)
    assert desk.model.is_holding
    busy.free()
    assert saved(bench) == [NUMBER]
    assert desk.form.person is None
    assert desk.notice.said == ""


def test_enter_pressed_three_times_saves_once(bench: Bench, desk: DeskPage, busy: BusyLane) -> None:
    busy.scan(CARD)
    busy.press(Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Return, Qt.Key.Key_Return)
    busy.free()
    assert saved(bench) == [NUMBER]


def test_space_alone_before_the_answer_concludes_and_saves_nothing(
    bench: Bench, desk: DeskPage, busy: BusyLane
) -> None:
    busy.scan(CARD)
    busy.press(Qt.Key.Key_Space)
    busy.free()
    assert desk.form.screening is Screening.ELIGIBLE
    assert saved(bench) == []


def test_enter_without_a_conclusion_is_said_at_once_and_not_remembered(
    bench: Bench, desk: DeskPage, busy: BusyLane
) -> None:
    busy.scan(CARD)
    busy.press(Qt.Key.Key_Return)
    assert "Space" in desk.notice.said
    busy.press(Qt.Key.Key_Space)
    busy.free()
    assert saved(bench) == []


def test_a_postponement_pressed_before_the_answer_is_saved_as_one(bench: Bench, desk: DeskPage, busy: BusyLane) -> None:
    busy.scan(CARD)
    busy.press(Qt.Key.Key_3, modifier=Qt.KeyboardModifier.AltModifier)
    busy.press(Qt.Key.Key_Return)
    busy.free()
    (record,) = bench.desk.work.desk.all_records()
    assert record.dose.screening is Screening.POSTPONED


def test_an_answer_that_needs_a_decision_saves_nothing_and_asks_for_it(bench: Bench, desk: DeskPage) -> None:
    bench.desk.work.desk.record(a_draft(), bench.nurse)
    bench.clock.forward(days=10)
    busy = BusyLane(bench)
    busy.hold()
    busy.scan(CARD)
    busy.press(Qt.Key.Key_Space, Qt.Key.Key_Return)
    busy.free()
    assert len(saved(bench)) == 1
    assert desk.band.reason.hasFocus()
    assert desk.notice.said.startswith("Chưa lưu")
    bench.type("nguoi dan di xa")
    bench.press(Qt.Key.Key_Return)
    assert len(saved(bench)) == 2


def test_an_unknown_number_asks_for_the_name_instead_of_saving(bench: Bench, desk: DeskPage, busy: BusyLane) -> None:
    busy.scan(NUMBER)
    busy.press(Qt.Key.Key_Space, Qt.Key.Key_Return)
    busy.free()
    assert saved(bench) == []
    assert desk.form.screening is None
    assert desk.person.edit.fields["name"].hasFocus()
    assert "thông tin" in desk.notice.said


def test_a_missing_lot_is_asked_for(bench: Bench, desk: DeskPage) -> None:
    desk.model.use_preset(Preset("COMIRNATY", "", None, "", ""))
    bench.settle()
    busy = BusyLane(bench)
    busy.hold()
    busy.scan(CARD)
    busy.press(Qt.Key.Key_Space, Qt.Key.Key_Return)
    busy.free()
    assert saved(bench) == []
    assert desk.dose.editing
    assert desk.dose.edit.lot.hasFocus()


def test_a_child_without_a_guardian_gets_the_form_and_nothing_is_saved(
    bench: Bench, desk: DeskPage, busy: BusyLane
) -> None:
    busy.scan("079213000456||Trần Thị Bích|09102013|Nam|Tổ 2, Phường Thử|01072021")
    busy.press(Qt.Key.Key_Space, Qt.Key.Key_Return)
    busy.free()
    assert saved(bench) == []
    assert desk.form.entry.is_open


def test_another_scan_in_between_drops_what_was_pressed(bench: Bench, desk: DeskPage, busy: BusyLane) -> None:
    busy.scan(CARD)
    busy.press(Qt.Key.Key_Space, Qt.Key.Key_Return)
    busy.scan(OTHER_CARD)
    busy.free()
    assert saved(bench) == []
    assert desk.form.screening is None
    assert "Chưa lưu gì cho Trần T. B." in desk.notice.said


def test_escape_in_between_drops_what_was_pressed(bench: Bench, desk: DeskPage, busy: BusyLane) -> None:
    busy.scan(CARD)
    busy.press(Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Escape)
    busy.free()
    assert saved(bench) == []


@pytest.mark.parametrize("edit", ["facts", "lot", "arm", "reason", "open-lot", "open-facts"])
def test_an_edit_in_between_drops_what_was_pressed(bench: Bench, desk: DeskPage, busy: BusyLane, edit: str) -> None:
    busy.scan(CARD)
    busy.press(Qt.Key.Key_Space, Qt.Key.Key_Return)
    assert desk.form.person is not None
    {
        "facts": lambda: desk.model.mend(desk.form.person),
        "lot": lambda: desk.model.use_preset(Preset(PRESET.vaccine, "FK0001", PRESET.expiry, "1", PRESET.injector)),
        "arm": lambda: desk.model.use_body_site("RA"),
        "reason": lambda: desk.model.override("x"),
        "open-lot": lambda: busy.press(Qt.Key.Key_L, modifier=Qt.KeyboardModifier.ControlModifier),
        "open-facts": lambda: busy.press(Qt.Key.Key_E, modifier=Qt.KeyboardModifier.ControlModifier),
    }[edit]()
    busy.free()
    assert saved(bench) == []


def test_while_the_form_is_judged_anew_enter_waits_for_the_newer_answer(bench: Bench, desk: DeskPage) -> None:
    bench.scan(CARD)
    bench.press(Qt.Key.Key_Space)
    busy = BusyLane(bench)
    busy.hold()
    desk.model.use_preset(Preset(PRESET.vaccine, PRESET.lot, None, "", PRESET.injector))
    busy.press(Qt.Key.Key_Return)
    assert desk.model.is_holding
    busy.free()
    assert saved(bench) == []
    assert desk.notice.said.startswith("Chưa lưu")


def test_a_key_that_waits_long_is_said_to_wait(bench: Bench, desk: DeskPage, busy: BusyLane) -> None:
    busy.scan(CARD)
    busy.press(Qt.Key.Key_Space, Qt.Key.Key_Return)
    bench.qtbot.waitUntil(lambda: "Đã nhận phím" in desk.notice.said, timeout=5_000)
    busy.free()
    assert desk.notice.said == ""


def test_space_alone_that_waited_long_is_said_no_more_once_it_counts(
    bench: Bench, desk: DeskPage, busy: BusyLane
) -> None:
    busy.scan(CARD)
    busy.press(Qt.Key.Key_Space)
    bench.qtbot.waitUntil(lambda: "Đã nhận phím" in desk.notice.said, timeout=5_000)
    busy.free()
    assert desk.notice.said == ""
