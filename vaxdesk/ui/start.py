"""The first thing anybody sees: the sign-in page, painted before the store is opened and before the rest of the program is loaded.

What is imported at the top of this module, and of those it imports, is what a person waits for (tests/ui/test_ui_start.py has the list of what
must not be among it); everything else is loaded with the store, in a thread of its own.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from threading import Thread
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication

from vaxdesk.errors import VaxdeskError
from vaxdesk.settings import Settings
from vaxdesk.ui import pages, theme
from vaxdesk.ui.background import Lane
from vaxdesk.ui.main_window import MainWindow
from vaxdesk.ui.surroundings import Session, Surroundings
from vaxdesk.ui.translations import Speech

if TYPE_CHECKING:
    from vaxdesk.ui.scanner import ScannerFilter
    from vaxdesk.ui.services import WindowServices
    from vaxdesk.ui.window import OpenWindow

UNPAINTED_MS = 1000  # a window that nobody sees, because it was started minimised, is opened all the same


@dataclass(frozen=True, slots=True)
class Opened:
    """An opened store as the window needs it; `close` when the window is gone."""

    services: WindowServices
    close: Callable[[], None]


class NothingToOpen(Exception):
    """Raised by an opening: the window closes by itself, and its caller goes on."""


class FirstWindow:
    """The window with its sign-in page, dressed, before anything of the store is known."""

    def __init__(self, application: QApplication, settings: Settings) -> None:
        QCoreApplication.setApplicationName("vaxdesk")
        theme.load_fonts()
        self.application = application
        self.around = Surroundings(Lane(), theme.Look(application), Speech(), Session())
        self.around.speech.speak(settings.language)
        self.window = MainWindow(self.around, settings)
        self.around.look.wear(settings.theme)
        self.window.settings_changed.connect(self._use_settings)

    def show(self) -> None:
        """As large as the screen."""
        self.window.setWindowState(self.window.windowState() | Qt.WindowState.WindowMaximized)
        self.window.show()

    @cached_property
    def scanner(self) -> ScannerFilter:
        """Whatever is scanned from here on is typed into no field, not even while the store is being opened."""
        from vaxdesk.ui.scanner import ScannerFilter

        scanner = ScannerFilter()
        scanner.read.connect(self.window.take_reading)
        self.application.installEventFilter(scanner)
        return scanner

    @contextmanager
    def quietly(self) -> Iterator[None]:
        """While many widgets are made nobody listens to their thousands of events, which would take as long again. No key can come meanwhile."""
        self.application.removeEventFilter(self.scanner)
        try:
            yield
        finally:
            self.application.installEventFilter(self.scanner)

    def close(self) -> None:
        """Ends what has begun."""
        self.application.removeEventFilter(self.scanner)
        self.window.close()
        self.around.lane.close()

    def _use_settings(self, settings: Settings) -> None:
        self.around.look.wear(settings.theme)
        self.around.speech.speak(settings.language)


class Start(QObject):
    """Shows the first window; once it is painted, opens the store in a thread and makes the rest of the window."""

    _came = Signal(object)

    def __init__(self, application: QApplication, settings: Settings, opening: Callable[[], Opened]) -> None:
        super().__init__()
        self.first = FirstWindow(application, settings)
        self.trouble: Exception | None = None
        self.whole: OpenWindow | None = None
        self._store: Opened | None = None
        self._worker = Thread(target=self._open, args=(opening,), name="opening")
        self._begun = self._closed = False
        self._came.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self._unpainted = QTimer(self)
        self._unpainted.setSingleShot(True)
        self._unpainted.timeout.connect(self._begin)
        self.first.window.sign_in.installEventFilter(self)

    def show(self) -> None:
        """The sign-in page, which says that the store is being opened."""
        self.first.window.sign_in.wait_for_store()
        self.first.show()
        self._unpainted.start(UNPAINTED_MS)

    def close(self) -> None:
        """Waits for an opening under way; closes what was opened."""
        self._closed = True
        if self._begun:
            self._worker.join()
        if self.whole is not None:
            self.whole.close()
        self.first.close()
        if self._store is not None:
            self._store.close()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """Swallows nothing. The round of painting that begins here is over when the timer comes."""
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            self._unpainted.start(0)
        return False

    @Slot()
    def _begin(self) -> None:
        if not self._begun:
            self._begun = True
            assert self.first.scanner is not None  # listens
            self._worker.start()

    def _open(self, opening: Callable[[], Opened]) -> None:
        """In the thread. The modules are loaded here as well, so that the GUI thread finds them ready."""
        found: Opened | Exception
        try:
            found = self._store = opening()
            import_module("vaxdesk.ui.window")
            pages.load()
        except Exception as error:  # noqa: BLE001  whatever it is, the window must not say for ever that it is opening
            found = error
        self._came.emit(found)

    @Slot(object)
    def _take(self, found: Any) -> None:
        if self._closed:
            return
        sign_in = self.first.window.sign_in
        if isinstance(found, Exception):
            self.trouble = found
            if isinstance(found, NothingToOpen):
                self.first.window.close()
                return
            shown = found if isinstance(found, VaxdeskError) else VaxdeskError("trouble")
            sign_in.cannot_open(self.first.around.speech.sentence(shown))
            return
        from vaxdesk.ui.window import OpenWindow

        self.whole = OpenWindow(self.first.application, found.services, self.first)
        self.whole.begin()


def run(settings: Settings, opening: Callable[[], Opened]) -> int:
    """Opens the window and stays in it; returns the exit code. `opening` is called in a thread; what it raises is said on the window and raised once that is closed."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    start = Start(application, settings, opening)
    try:
        start.show()
        code = application.exec()
    finally:
        start.close()
    if start.trouble is not None:
        raise start.trouble
    return code
