"""The window's life: application, fonts, look, language, lane and sync thread; everything is closed when it ends."""

from __future__ import annotations

import gc
import sys

from PySide6.QtCore import QCoreApplication, Qt, QTimer
from PySide6.QtWidgets import QApplication

from vaxdesk.models import catalogue
from vaxdesk.models.values import StaffMember
from vaxdesk.settings import Settings
from vaxdesk.ui import theme
from vaxdesk.ui.background import Lane
from vaxdesk.ui.lookup_bridge import LookupBridge
from vaxdesk.ui.main_window import MainWindow
from vaxdesk.ui.scanner import ScannerFilter
from vaxdesk.ui.services import WindowServices
from vaxdesk.ui.sounds import Sounds
from vaxdesk.ui.surroundings import Session, Surroundings
from vaxdesk.ui.sync_bridge import SyncBridge
from vaxdesk.ui.translations import Speech

AFTER_PAINT_MS = 100  # loading sound and network takes as long again as the first paint, which goes first


def main_window(services: WindowServices, signed_in: StaffMember | None = None) -> int:
    """Opens the window and stays in it; returns the exit code."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    opened = OpenWindow(application, services)
    try:
        opened.show(signed_in)
        QTimer.singleShot(AFTER_PAINT_MS, application, _look_for_garbage)
        return application.exec()
    finally:
        opened.close()


def _look_for_garbage() -> None:
    """From now on, and not among the program's own parts, which stay: walking through them would make the window deaf each time."""
    gc.freeze()
    gc.enable()


class OpenWindow:
    """Everything that lives as long as the window."""

    def __init__(self, application: QApplication, services: WindowServices) -> None:
        QCoreApplication.setApplicationName("vaxdesk")
        settings = services.settings()  # a small file, read before anything is shown
        theme.load_fonts()
        self._application = application
        self.around = Surroundings(services, Lane(), theme.Look(application), Speech(), Session())
        self.around.speech.speak(settings.language)
        self.window = MainWindow(self.around, settings)
        self.around.look.wear(settings.theme)  # once all is in its place: Qt dresses a widget again whenever it moves
        self.scanner = ScannerFilter()
        self.bridge = SyncBridge(services)
        self.lookups = LookupBridge(services)
        self.sounds = Sounds(self.around.lane, settings.sounds)
        self._painted = QTimer(self.window)
        self._painted.setSingleShot(True)
        self._pages = QTimer(self.window)
        self._pages.setSingleShot(True)
        self._connect()

    def _connect(self) -> None:
        self._painted.timeout.connect(self._begin)
        self._pages.timeout.connect(self._make_pages)
        self.scanner.read.connect(self.window.take_reading)
        self.bridge.reported.connect(self.window.show_report)
        self.window.wake_wished.connect(self.bridge.wake)
        self.window.history_wished.connect(self.lookups.ask)
        self.lookups.looked_up.connect(lambda answer: self.window.desk.model.take_history(answer))
        self.window.settings_changed.connect(self._use_settings)
        self.window.leave_wished.connect(self._application.exit)
        self.window.accepted.connect(self.sounds.accepted)
        self.window.rejected.connect(self.sounds.rejected)
        self.window.rang.connect(self.sounds.rang)
        self._application.installEventFilter(self.window)
        self._application.installEventFilter(self.scanner)  # the last one installed sees events first

    def show(self, signed_in: StaffMember | None = None) -> None:
        """Shows the window; sound and the sync thread come when it is painted."""
        self.around.lane.run(catalogue.load, done=_nothing, failed=_nothing)
        self.window.open(signed_in)
        self.window.setWindowState(self.window.windowState() | Qt.WindowState.WindowMaximized)
        self.window.show()
        self._painted.start(AFTER_PAINT_MS)

    def _begin(self) -> None:
        self.sounds.prepare()
        self.bridge.start()
        self.window.sources.start()
        self._make_pages()

    def _make_pages(self) -> None:
        """One at a turn, so that nobody who types meanwhile waits for all of them."""
        if self.window.pages.make_next():
            self._pages.start()

    def close(self) -> None:
        """Ends the threads; what is not sent stays in the outbox."""
        self._painted.stop()
        self._pages.stop()
        self._application.removeEventFilter(self.scanner)
        self._application.removeEventFilter(self.window)
        self.window.close()
        self.lookups.stop()
        self.bridge.stop()
        self.around.lane.close()

    def _use_settings(self, settings: Settings) -> None:
        self.around.look.wear(settings.theme)
        self.around.speech.speak(settings.language)
        self.sounds.enabled = settings.sounds
        self.sounds.prepare()
        self.around.lane.run(self.around.services.save_settings, settings, done=_nothing, failed=_nothing)


def _nothing(_result: object) -> None:
    """For work whose result nobody needs."""
