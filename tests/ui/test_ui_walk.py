"""Somebody who never saw the program: from an empty folder to a recorded dose, with keys and a card alone, by what the window says."""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from conftest import CARD
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QMainWindow
from support.central import SITES, Central, a_central, close_door

from vaxdesk import keys
from vaxdesk.app import open_desk
from vaxdesk.cli import main
from vaxdesk.demo import practice_desk
from vaxdesk.demo.people import card_text
from vaxdesk.demo.practice_people import DUE, practice_people
from vaxdesk.keys import vault as vaults
from vaxdesk.models import training
from vaxdesk.ui.first_run import FirstRunWindow
from vaxdesk.ui.main_window import MainWindow
from vaxdesk.ui.sounds import Sounds
from vaxplatform import registry

LIMIT_S, TURN_MS = 30, 60
CONTROL = Qt.KeyboardModifier.ControlModifier
PASSPHRASE, PIN = "mot cau dai de nho", "2580"
EXPIRY = f"12/{date.today().year + 1}"

Ready = Callable[[QMainWindow], bool]


@dataclass
class Walk:
    """What somebody does, each as soon as the window shows that it may be done. Keys go to the window that is in front."""

    steps: list[tuple[str, Ready, Callable[[QMainWindow], object]]] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    hands: deque[Callable[[QMainWindow], object]] = field(default_factory=deque)

    def type(self, text: str) -> None:
        """One key after the other, as fingers do: faster ones would be a scanner's."""
        self.hands.extend(lambda window, one=one: QTest.keyClick(window.windowHandle(), one) for one in text)

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """After what is being typed."""
        self.hands.append(lambda window: press(window, key, modifier))

    def when(self, name: str, ready: Ready, act: Callable[[QMainWindow], object]) -> None:
        self.steps.append((name, ready, act))

    def at_step(self, step: str, *texts: str) -> None:
        """In the first run: each text with Enter; Enter alone for none."""

        def act(_window: QMainWindow) -> None:
            for text in texts or ("",):
                self.type(text)
                self.key(Qt.Key.Key_Return)

        self.when(step, lambda window: _is_at(window, step), act)

    def go(self, arguments: list[str]) -> int:
        """Starts the program and walks through it; the program ends with the last step."""
        timer, turns = QTimer(), [0]
        timer.timeout.connect(lambda: self._turn(turns))
        timer.start(TURN_MS)
        code = main(arguments)
        timer.stop()
        assert not self.steps, f"stuck before {self.steps[0][0]} after {self.done}"
        return code

    def _turn(self, turns: list[int]) -> None:
        turns[0] += 1
        front = [one for one in QApplication.topLevelWidgets() if isinstance(one, QMainWindow) and one.isVisible()]
        if turns[0] * TURN_MS > LIMIT_S * 1000:
            for window in front:
                window.close()
        elif front and self.hands:
            self.hands.popleft()(front[-1])
        elif front and self.steps and self.steps[0][1](front[-1]):
            name, _, act = self.steps.pop(0)
            self.done.append(name)
            act(front[-1])


def press(window: QMainWindow, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(window.windowHandle(), key, modifier)


def scan(window: QMainWindow, text: str) -> None:
    """As a keyboard scanner: letters, then Enter, all at once."""
    target: QObject = window.focusWidget() or window
    for character in f"{text}\r":
        code = Qt.Key.Key_Return if character == "\r" else Qt.Key(ord(character.upper()))
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QCoreApplication.sendEvent(target, QKeyEvent(kind, code, Qt.KeyboardModifier.NoModifier, character))


def _is_at(window: QMainWindow, step: str) -> bool:
    return isinstance(window, FirstRunWindow) and window.step is window.steps[step] and not window.step.is_waiting


def _at_desk(window: QMainWindow) -> bool:
    return isinstance(window, MainWindow) and window.pages.shown == "desk" and window.around.lane.is_idle


def _headline(window: QMainWindow, words: str) -> bool:
    return _at_desk(window) and isinstance(window, MainWindow) and words in window.desk.band.headline.text()


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, qapp: QApplication) -> Iterator[None]:
    monkeypatch.setattr(keys, "has_keyring", lambda: False)
    monkeypatch.setattr(vaults, "_ARGON2", {"time_cost": 1, "memory_cost": 64, "parallelism": 1})
    monkeypatch.setattr(Sounds, "prepare", lambda _self: None)
    monkeypatch.setenv("PATH", "/nowhere")  # no spooler: this machine's printers are none of ours
    yield
    gc.unfreeze()
    gc.enable()
    for widget in QApplication.topLevelWidgets():
        widget.close()
        widget.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    qapp.setStyleSheet("")


@pytest.fixture
def central(tmp_path: Path) -> Iterator[Central]:
    with a_central(tmp_path / "platform") as (made, _):
        yield made
    close_door()


def test_from_an_empty_folder_to_a_dose_on_the_platform_with_keys_alone(tmp_path: Path, central: Central) -> None:
    with central.database.writing() as connection:
        code = registry.add_site(connection, SITES[0])
    folder, walk = tmp_path / "desk", Walk()
    walk.at_step("welcome")
    walk.at_step("passphrase", PASSPHRASE, PASSPHRASE)
    walk.at_step("platform", central.base, SITES[0].code, code)
    walk.at_step("manager", "Pham Thi Lan", PIN, PIN)
    walk.at_step("printer")
    walk.at_step("done")
    walk.when("the desk says what to do first", _says_what_to_do, lambda window: press(window, Qt.Key.Key_L, CONTROL))
    walk.when("the lot", _edits_lot, lambda _window: walk.key(Qt.Key.Key_Backtab))
    walk.when("the vaccine", _at_vaccine, lambda window: _choose_product(walk, window))
    walk.when("the product is kept", _has_product, lambda window: scan(window, CARD))
    walk.when(
        "allowed",
        lambda w: _headline(w, "ĐƯỢC TIÊM") or _headline(w, "SÀNG LỌC"),
        lambda _window: _nothing_abnormal(walk),
    )
    walk.when("saved", _has_saved, lambda _window: None)
    walk.when("received", lambda _window: _received(central), lambda window: window.close())
    assert walk.go(["--data", str(folder)]) == 0
    desk = open_desk(folder, lambda: PASSPHRASE)
    (record,) = desk.work.desk.all_records()
    assert record.person.citizen_id.digits == CARD[:12]
    assert record.dose.lot == "FL4574"
    desk.close()


def test_practice_and_back_by_keys_and_the_empty_folder_holds_practice_alone(tmp_path: Path) -> None:
    folder, walk = tmp_path / "desk", Walk()
    both = CONTROL | Qt.KeyboardModifier.ShiftModifier
    walk.when("welcome", lambda w: _is_at(w, "welcome"), lambda window: press(window, Qt.Key.Key_T, CONTROL))
    walk.when("sign in", _asks_pin, lambda _window: _sign_in(walk))
    due = next(one for one in practice_people() if one.situation is DUE)
    walk.when("at the desk", _has_product, lambda window: scan(window, card_text(due.person)))
    walk.when(
        "allowed",
        lambda w: _headline(w, "ĐƯỢC TIÊM") or _headline(w, "SÀNG LỌC"),
        lambda _window: _nothing_abnormal(walk),
    )
    walk.when("saved", _has_saved, lambda window: press(window, Qt.Key.Key_N, both))
    walk.when("asked once more", _has_saved, lambda window: press(window, Qt.Key.Key_N, both))
    walk.when("begun afresh", _asks_pin, lambda window: press(window, Qt.Key.Key_Q, both))
    walk.when("back", lambda w: _is_at(w, "welcome"), lambda window: window.close())
    assert walk.go(["--data", str(folder)]) == 0
    assert [one.name for one in folder.iterdir()] == [training.FOLDER]
    desk = practice_desk.open_or_make(folder / training.FOLDER)
    assert desk.work.figures.counts(desk.work.clock().date()).given == 0  # what was practised is gone
    desk.close()


def _says_what_to_do(window: QMainWindow) -> bool:
    return _at_desk(window) and isinstance(window, MainWindow) and "Ctrl+L" in window.desk.notice.said


def _edits_lot(window: QMainWindow) -> bool:
    return isinstance(window, MainWindow) and window.desk.dose.editing and window.around.lane.is_idle


def _at_vaccine(window: QMainWindow) -> bool:
    return isinstance(window.focusWidget(), QComboBox)


def _choose_product(walk: Walk, window: QMainWindow) -> None:
    """The vaccine by arrows, Tab, the lot, Tab, the expiry, Enter."""
    vaccine = window.focusWidget()
    assert isinstance(vaccine, QComboBox)
    for _ in range(vaccine.findData("COMIRNATY") - vaccine.currentIndex()):
        walk.key(Qt.Key.Key_Down)
    walk.key(Qt.Key.Key_Tab)
    walk.type("FL4574")
    walk.key(Qt.Key.Key_Tab)
    walk.type(EXPIRY)
    walk.key(Qt.Key.Key_Return)


def _has_product(window: QMainWindow) -> bool:
    return _at_desk(window) and isinstance(window, MainWindow) and bool(window.desk.form.preset.lot)


def _nothing_abnormal(walk: Walk) -> None:
    walk.key(Qt.Key.Key_Space)
    walk.key(Qt.Key.Key_Return)


def _has_saved(window: QMainWindow) -> bool:
    return _at_desk(window) and isinstance(window, MainWindow) and window.desk.form.person is None


def _received(central: Central) -> bool:
    return any(one["_type"] == "Immunization" for one in central.fresh_versions())


def _asks_pin(window: QMainWindow) -> bool:
    is_idle = isinstance(window, MainWindow) and window.around.lane.is_idle
    return is_idle and window.around.session.member is None and window.sign_in.who.member is not None


def _sign_in(walk: Walk) -> None:
    walk.type(training.PIN)
    walk.key(Qt.Key.Key_Return)
