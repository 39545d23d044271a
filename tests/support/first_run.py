"""First-run windows on a folder, driven by keys as a person drives them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from vaxdesk import settings
from vaxdesk.joining import Joining
from vaxdesk.ui import theme
from vaxdesk.ui.background import Lane
from vaxdesk.ui.first_run import FirstRunWindow
from vaxdesk.ui.first_run_services import FirstRunAround, FirstRunServices
from vaxdesk.ui.first_run_step import Step
from vaxdesk.ui.translations import Speech

PASSPHRASE, PIN = "một câu dài dễ nhớ", "2580"


@dataclass
class FirstRun:
    """A first-run window on a folder, and a person's ten fingers."""

    window: FirstRunWindow
    around: FirstRunAround
    folder: Path
    paper: Any
    qtbot: QtBot

    @property
    def step(self) -> Step:
        return self.window.step

    @property
    def name(self) -> str:
        return next(name for name, step in self.window.steps.items() if step is self.step)

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: self.around.lane.is_idle, timeout=20_000)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.window.windowHandle(), key, modifier)
        self.settle()

    def enter(self) -> None:
        self.press(Qt.Key.Key_Return)

    def write(self, text: str) -> None:
        """Into whatever has the focus, as an input method does."""
        here = self.window.focusWidget()
        assert isinstance(here, QLineEdit)
        here.insert(text)

    def answer(self, *texts: str) -> None:
        """Each text, then Enter."""
        for text in texts:
            self.write(text)
            self.enter()

    def said(self, field: str) -> str:
        return self.step.fields[field].note.text()

    def to_platform(self) -> None:
        self.enter()
        self.answer(PASSPHRASE, PASSPHRASE)
        assert self.name == "platform"


@dataclass
class Runs:
    """Makes windows and closes them, as starting and ending the program does."""

    qapp: QApplication
    qtbot: QtBot
    folder: Path
    a_printer: Callable[[], Any]
    made: list[FirstRun] = field(default_factory=list)

    def start(self) -> FirstRun:
        paper = self.a_printer()
        services = FirstRunServices(
            Joining(self.folder),
            lambda: settings.load(self.folder),
            lambda chosen: settings.save(self.folder, chosen),
            paper.spool,
            paper.printers,
        )
        around = FirstRunAround(services, Lane(), theme.Look(self.qapp), Speech())
        window = FirstRunWindow(around, services.settings())
        window.resize(1366, 768)
        run = FirstRun(window, around, self.folder, paper, self.qtbot)
        self.made.append(run)
        window.begin()
        window.show()
        self.qtbot.waitExposed(window)
        run.settle()
        return run

    def end(self) -> None:
        """The program ends, wherever it is."""
        for run in self.made:
            run.window.close()
            run.around.lane.close()
            run.around.speech.speak("vi")
            run.window.deleteLater()
        self.made.clear()
