"""What the window does in Python for each of Qt's events, it does for thousands: as little as can be."""

from __future__ import annotations

import pytest
from conftest import Bench
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from vaxdesk.ui.main_window import MainWindow
from vaxdesk.ui.pages import PAGES

ASCII_CARD = (
    "001090000123||Nguyen Van An|02011990|Nam|To 3, Phuong Thu, Quan Mau|01072021"  # keys that a test can press
)


def turn_wheel(bench: Bench) -> None:
    middle = QPointF(bench.window.rect().center())
    none, buttons = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.NoButton
    turned = QPoint(0, 120)
    event = QWheelEvent(middle, middle, turned, turned, buttons, none, Qt.ScrollPhase.NoScrollPhase, False)
    QApplication.sendEvent(bench.window.windowHandle(), event)


def _press(character: str) -> QKeyEvent:
    key, modifiers = Qt.Key(ord(character)), Qt.KeyboardModifier.NoModifier
    return QKeyEvent(QEvent.Type.KeyPress, key, modifiers, character)


TOUCHES = {
    "key": lambda bench: QTest.keyClick(bench.window.windowHandle(), Qt.Key.Key_F1),
    "mouse": lambda bench: QTest.mouseClick(bench.window.windowHandle(), Qt.MouseButton.LeftButton),
    "wheel": turn_wheel,
}


@pytest.mark.parametrize("way", TOUCHES)
def test_whoever_touches_anything_is_still_there(bench: Bench, way: str) -> None:
    window = bench.enter()
    window._idle.start(40_000)
    TOUCHES[way](bench)
    assert window._idle.interval() == 10 * 60_000


def test_nobody_listens_to_every_event_but_the_scanners_reader(bench: Bench) -> None:
    window = bench.enter()
    assert "eventFilter" not in vars(MainWindow)
    window._idle.start(40_000)
    window.repaint()
    bench.settle()
    assert window._idle.interval() == 40_000


@pytest.mark.parametrize("name", [entry.name for entry in PAGES])
def test_while_a_page_is_made_nobody_listens_and_afterwards_a_card_is_read(bench: Bench, name: str) -> None:
    window = bench.enter()
    window.pages._made.pop(name, None)
    heard: list[bool] = []
    make = window.pages._makers[name]

    def made_loudly() -> object:
        QApplication.sendEvent(window, _press("0"))
        heard.append(bench.opened.scanner.is_holding)
        return make()

    window.pages._makers = {**window.pages._makers, name: made_loudly}  # type: ignore[dict-item]
    window.show_page(name)
    assert heard == [False]
    bench.settle()
    for character in ASCII_CARD:
        QTest.keyClick(window.windowHandle(), character)
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Return)
    bench.settle()
    assert window.pages.shown == "desk"
