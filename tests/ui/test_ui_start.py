"""A person sees where to sign in before the store is open; whatever comes of the opening is said there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from threading import Event

import pytest
from conftest import Bench
from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from support.builders import PASSPHRASE, an_enrolled_folder

from vaxdesk.errors import StoreError, VaxdeskError
from vaxdesk.messages import say
from vaxdesk.settings import Settings
from vaxdesk.ui import start as starting
from vaxdesk.ui.pages import PAGES
from vaxdesk.ui.start import NothingToOpen, Opened, Start

HEAVY = (
    "sqlalchemy",
    "sqlcipher3",
    "alembic",
    "cryptography",
    "argon2",
    "keyring",
    "requests",
    "reportlab",
    "zxingcpp",
    "PIL",
)
HEAVY_QT = ("QtMultimedia", "QtNetwork", "QtPrintSupport", "QtSerialPort", "QtPdf")
AT_FIRST_PAINT = """
import json, sys
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication
class Watch(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and watched.objectName() == "pin":
            application.removeEventFilter(self)
            print(json.dumps(sorted(sys.modules)), flush=True)
            QTimer.singleShot(0, application.closeAllWindows)
        return False
application = QApplication(sys.argv[:1])
watch = Watch()
application.installEventFilter(watch)
from vaxdesk.cli import main
sys.exit(main(["--data", sys.argv[1]]))
"""


@dataclass
class Store:
    """A store that opens when the test says so, into the bench's own."""

    bench: Bench
    trouble: Exception | None = None
    may_open: Event = field(default_factory=Event)
    is_asked: bool = False
    is_closed: bool = False

    def open(self) -> Opened:
        self.is_asked = True
        assert self.may_open.wait(10)
        if self.trouble is not None:
            raise self.trouble
        return Opened(self.bench.around.services, self._close)

    def _close(self) -> None:
        self.is_closed = True


@pytest.fixture
def store(bench: Bench) -> Store:
    return Store(bench)


@pytest.fixture
def made(qapp: QApplication, store: Store) -> Iterator[Start]:
    """A start that is closed again."""
    start = Start(qapp, Settings(sounds=False), store.open)
    yield start
    store.may_open.set()
    start.first.around.speech.speak("vi")
    start.close()


def wait_for(qtbot: QtBot, holds: Callable[[], bool]) -> None:
    qtbot.waitUntil(holds, timeout=10_000)


def settle(qtbot: QtBot, start: Start) -> None:
    wait_for(qtbot, lambda: start.whole is not None and start.first.around.lane.is_idle)


def test_what_is_heavy_is_not_loaded_when_the_sign_in_page_is_painted(tmp_path: Path) -> None:
    an_enrolled_folder(tmp_path / "desk")
    env = os.environ | {"VAXDESK_PASSPHRASE": PASSPHRASE, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", AT_FIRST_PAINT, str(tmp_path / "desk")]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=True)
    loaded = json.loads(done.stdout)
    packages = {name.partition(".")[0] for name in loaded}
    assert packages & set(HEAVY) == set()
    assert {f"PySide6.{name}" for name in HEAVY_QT} & set(loaded) == set()
    ours = (
        "vaxdesk.app",
        "vaxdesk.models.db",
        "vaxdesk.models.tables",
        "vaxdesk.sync",
        "vaxdesk.print",
        "vaxdesk.ui.frame",
    )
    assert [name for name in loaded if name.startswith(ours)] == []
    assert {entry.module for entry in PAGES} & set(loaded) == set()


def test_the_sign_in_page_is_painted_before_the_store_is_opened(made: Start, store: Store, qtbot: QtBot) -> None:
    pin = made.first.window.sign_in.pin
    painted = []
    paint = pin.paintEvent
    pin.paintEvent = lambda event: (painted.append(store.is_asked), paint(event))  # type: ignore[method-assign]
    made.show()
    wait_for(qtbot, lambda: store.is_asked)
    assert painted
    assert painted[0] is False
    assert "Đang mở sổ" in made.first.window.sign_in.notice.said


def test_a_window_that_nobody_sees_is_opened_all_the_same(
    made: Start, store: Store, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(starting, "UNPAINTED_MS", 1)
    monkeypatch.setattr(made.first, "show", lambda: None)
    made.show()
    wait_for(qtbot, lambda: store.is_asked)


def test_a_pin_typed_while_the_store_is_opened_is_still_there(made: Start, store: Store, qtbot: QtBot) -> None:
    made.show()
    sign_in = made.first.window.sign_in
    wait_for(qtbot, lambda: store.is_asked)
    sign_in.pin.insert("24")
    QTest.keyClick(made.first.window.windowHandle(), Qt.Key.Key_Return)
    store.may_open.set()
    settle(qtbot, made)
    wait_for(qtbot, lambda: sign_in.who.count() == 2)
    assert (sign_in.pin.text(), sign_in.notice.said) == ("24", "")
    sign_in.who.setCurrentIndex(sign_in.who.findText("Phạm Thị Lan", Qt.MatchFlag.MatchContains))
    sign_in.pin.insert("68")
    QTest.keyClick(made.first.window.windowHandle(), Qt.Key.Key_Return)
    wait_for(qtbot, lambda: made.first.window.pages.shown == "desk" and made.first.around.lane.is_idle)


def test_a_language_chosen_before_the_store_is_open_is_kept(made: Start, store: Store, qtbot: QtBot) -> None:
    made.show()
    wait_for(qtbot, lambda: store.is_asked)
    made.first.window.sign_in.language.click()
    wait_for(qtbot, lambda: "is being opened" in made.first.window.sign_in.notice.said)
    store.may_open.set()
    settle(qtbot, made)
    assert [kept.language for kept in store.bench.saved_settings] == ["en"]


def test_a_card_scanned_while_the_store_is_opened_is_typed_nowhere(made: Start, store: Store, qtbot: QtBot) -> None:
    made.show()
    wait_for(qtbot, lambda: store.is_asked)
    for character in "079303000456||Tran Thi Bich|09102003|Nu|To 2|01072021":
        QTest.keyClick(made.first.window.windowHandle(), character)
    QTest.keyClick(made.first.window.windowHandle(), Qt.Key.Key_Return)
    wait_for(qtbot, lambda: not made.first.scanner.is_holding)
    assert made.first.window.sign_in.pin.text() == ""
    assert made.first.window.sign_in.notice.said == say("scanner-locked")


@pytest.mark.parametrize("trouble", [StoreError("store-damaged"), ZeroDivisionError("bug")])
def test_a_store_that_cannot_be_opened_says_so_on_the_window(
    made: Start, store: Store, qtbot: QtBot, trouble: Exception
) -> None:
    store.trouble = trouble
    store.may_open.set()
    made.show()
    sign_in = made.first.window.sign_in
    wait_for(qtbot, lambda: made.trouble is not None)
    code = trouble.code if isinstance(trouble, VaxdeskError) else "trouble"
    assert sign_in.notice.said == say(code)
    assert not any(part.isEnabled() for part in (sign_in.who, sign_in.pin, sign_in.enter))


def test_what_went_wrong_is_raised_when_the_window_is_closed(qapp: QApplication, store: Store) -> None:
    store.trouble = StoreError("store-damaged")
    store.may_open.set()
    closing = QTimer()
    closing.timeout.connect(lambda: _close_when_told(qapp))
    closing.start(10)
    with pytest.raises(StoreError, match="store-damaged"):
        starting.run(Settings(sounds=False), store.open)


def _close_when_told(application: QApplication) -> None:
    for window in application.topLevelWidgets():
        if isinstance(window, starting.MainWindow) and window.isVisible() and not window.sign_in.pin.isEnabled():
            window.close()


def test_where_there_is_nothing_to_open_the_window_goes_by_itself(qapp: QApplication, store: Store) -> None:
    store.trouble = NothingToOpen()
    store.may_open.set()
    with pytest.raises(NothingToOpen):
        starting.run(Settings(sounds=False), store.open)


def test_a_window_closed_while_the_store_is_being_opened_closes_the_store(
    qapp: QApplication, store: Store, qtbot: QtBot
) -> None:
    start = Start(qapp, Settings(sounds=False), store.open)
    start.show()
    wait_for(qtbot, lambda: store.is_asked)
    store.may_open.set()
    start.close()
    assert store.is_closed
    QCoreApplication.sendPostedEvents(None, QEvent.Type.MetaCall)  # the result arrives at a window that is gone


def test_every_page_is_loaded_before_somebody_waits_for_it() -> None:
    assert [entry.name for entry in PAGES if find_spec(entry.module) is None] == []
