"""The open vial stands on the dose's card: since when, how many are left; an empty one stops the save until a reason is written."""

from __future__ import annotations

from dataclasses import replace

from conftest import CARD, OTHER_CARD, Bench
from PySide6.QtCore import Qt
from support.builders import a_crowd

SPACE, ENTER = Qt.Key.Key_Space, Qt.Key.Key_Return


def opened(bench: Bench) -> None:
    """The kept product is taken up now, as Enter in its form does."""
    bench.desk.work.desk.set_preset(bench.desk.work.desk.preset())
    bench.enter()


def vial_row(bench: Bench) -> str:
    return bench.window.desk.dose.shown.rows["vial"][1].whole_text()


def test_the_card_says_since_when_and_how_many_are_left(bench: Bench) -> None:
    opened(bench)
    assert vial_row(bench) == "14"
    bench.scan(CARD)
    assert vial_row(bench) == "14 · mở 10:41 · còn 6"
    bench.press(SPACE)
    bench.press(ENTER)
    bench.scan(OTHER_CARD)
    assert vial_row(bench) == "14 · mở 10:41 · còn 5"


def test_one_key_opens_the_next_vial(bench: Bench) -> None:
    opened(bench)
    bench.scan(CARD)
    bench.press(Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert vial_row(bench) == "15 · mở 10:41 · còn 6"
    assert bench.desk.work.desk.preset().vial == "15"
    assert bench.desk.work.desk.preset().lot == "FL4574"


def test_an_empty_vial_is_not_saved_from(bench: Bench) -> None:
    opened(bench)
    for draft in a_crowd(6):
        dose = replace(draft, vaccine="COMIRNATY", lot="FL4574", vial="14", occurred_at=bench.clock())
        bench.desk.work.desk.record(dose, bench.nurse)
    bench.scan(CARD)
    bench.press(SPACE)
    bench.press(ENTER)
    assert len(bench.desk.work.desk.all_records()) == 6
    assert "lọ này phải hết" in bench.window.desk.band.reasons.text()
