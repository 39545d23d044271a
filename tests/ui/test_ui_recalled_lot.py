"""A recalled lot on the desk page: seen when it is chosen, red before anybody comes, never saved; and who had it before."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from conftest import CARD, OTHER_CARD, PRESET, Bench
from PySide6.QtCore import Qt
from support.builders import NOON, a_draft

from vaxdesk.models.findings import Finding, RecallFound
from vaxdesk.models.recalls import Recall
from vaxdesk.models.values import LotLabel
from vaxdesk.ui.desk_page import DeskPage
from vaxdesk.ui.dose_form import Answer, band

RECALL = Recall("r1", "FL4574", "COMIRNATY", NOON - timedelta(days=1), "có dị vật trong lọ")
OTHER_LOT = replace(PRESET, lot="FK0001", vial="1")


@pytest.fixture
def desk(bench: Bench) -> DeskPage:
    return bench.enter().desk


def recalled(bench: Bench, recall: Recall = RECALL) -> None:
    """What a pull brings while the window is open."""
    page = [Finding("Medication/r1", f"{recall.is_open}", RecallFound(recall))]
    bench.desk.work.sync_book.apply_page("Medication|national", "1", page, bench.clock())


def tone_of_lot(desk: DeskPage) -> str:
    return str(desk.dose.shown.rows["lot"][1].property("tone"))


def test_a_recalled_lot_is_said_as_soon_as_it_is_chosen(bench: Bench, desk: DeskPage) -> None:
    desk.model.use_preset(OTHER_LOT)
    bench.settle()
    recalled(bench)
    assert tone_of_lot(desk) != "stop"
    desk.model.use_preset(PRESET)
    bench.settle()
    assert desk.band.headline.text() == "LÔ BỊ THU HỒI"
    assert "có dị vật trong lọ" in desk.band.reasons.text()
    assert tone_of_lot(desk) == "stop"
    desk.model.use_preset(OTHER_LOT)
    bench.settle()
    assert band(desk.form).answer is Answer.NOBODY
    assert tone_of_lot(desk) != "stop"


def test_a_label_of_a_recalled_lot_is_said_too(bench: Bench, desk: DeskPage) -> None:
    recalled(bench, replace(RECALL, lot="FK0001"))
    desk.model.label_scanned.emit(LotLabel("FK0001", PRESET.expiry))
    bench.settle()
    assert band(desk.form).answer is Answer.RECALLED_LOT


def test_a_recall_that_comes_while_the_page_is_open_is_seen_with_the_next_look(bench: Bench, desk: DeskPage) -> None:
    bench.scan(CARD)
    assert band(desk.form).answer is Answer.ALLOWED
    recalled(bench)
    desk.refresh()
    bench.settle()
    assert band(desk.form).answer is Answer.RECALLED_LOT
    recalled(bench, replace(RECALL, is_open=False))
    desk.refresh()
    bench.settle()
    assert band(desk.form).answer is Answer.ALLOWED


def test_no_reason_saves_a_dose_of_a_recalled_lot(bench: Bench, desk: DeskPage) -> None:
    bench.desk.work.desk.record(a_draft(lot="OLD1"), bench.nurse)
    bench.clock.forward(days=10)  # too early as well, which a reason could override
    recalled(bench)
    bench.scan(CARD)
    assert desk.band.headline.text() == "LÔ BỊ THU HỒI"
    assert not desk.band.reason.isVisible()
    desk.model.override("bác sĩ cho tiêm")
    bench.press(Qt.Key.Key_Space)
    bench.press(Qt.Key.Key_Return)
    assert len(bench.desk.work.desk.all_records()) == 1


def test_a_recall_between_the_answer_and_enter_still_stops_the_dose(bench: Bench, desk: DeskPage) -> None:
    bench.scan(CARD)
    bench.press(Qt.Key.Key_Space)
    recalled(bench)
    bench.press(Qt.Key.Key_Return)
    assert bench.desk.work.desk.all_records() == ()
    assert "thu hồi" in desk.notice.said
    assert band(desk.form).answer is Answer.RECALLED_LOT


def test_the_card_of_somebody_who_had_the_lot_says_so(bench: Bench, desk: DeskPage) -> None:
    bench.desk.work.desk.record(a_draft(), bench.nurse)
    recalled(bench)
    bench.clock.forward(days=40)
    bench.scan(CARD)
    assert desk.person.shown.flags.isVisible()
    assert desk.person.shown.flags.words.text() == "Mũi 1 lô FL4574 đã bị thu hồi ngày 11/11/2021."
    assert "có dị vật trong lọ" in desk.person.shown.flags.toolTip()
    bench.scan(OTHER_CARD)
    assert not desk.person.shown.flags.isVisible()
