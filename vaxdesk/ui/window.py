"""The window's life: application, fonts, look, language, lane and sync thread; everything is closed when it ends."""

from __future__ import annotations

import sys

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from vaxdesk.models import catalogue
from vaxdesk.models.values import StaffMember
from vaxdesk.settings import Settings
from vaxdesk.ui import pages
from vaxdesk.ui.garbage import GarbageRounds
from vaxdesk.ui.lookup_bridge import LookupBridge
from vaxdesk.ui.main_window import MainWindow
from vaxdesk.ui.services import WindowServices
from vaxdesk.ui.sounds import Sounds
from vaxdesk.ui.start import FirstWindow
from vaxdesk.ui.sync_bridge import SyncBridge
from vaxdesk.ui.windows import Windows

TURN_S = 0.001  # a thread that computes gives way to the window after this long; by itself Python lets it go on five times as long
AFTER_PAINT_MS = 100  # loading sound and network takes as long again as the first paint, which goes first


def main_window(services: WindowServices, signed_in: StaffMember | None = None) -> int:
    """Opens the window and stays in it; returns the exit code."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    opened = OpenWindow(application, services)
    try:
        opened.show(signed_in)
        return application.exec()
    finally:
        opened.close()


class OpenWindow:
    """Everything that lives as long as the window."""

    def __init__(self, application: QApplication, services: WindowServices, first: FirstWindow | None = None) -> None:
        sys.setswitchinterval(TURN_S)
        self._garbage, self._kept = GarbageRounds(), services.settings()
        first = first or FirstWindow(application, self._kept)
        self._application, self._first = application, first
        self.around, self.window = first.around, first.window
        self.around.open(services)
        with first.quietly():
            self.window.furnish()
        self.scanner = first.scanner
        self.bridge = SyncBridge(services)
        self.lookups = LookupBridge(services)
        self.sounds = Sounds(self.around.lane, self.window.settings.sounds)
        self.windows = Windows(first, self._join)
        self._painted = QTimer(self.window)
        self._painted.setSingleShot(True)
        self._is_closed = False
        self._pages = QTimer(self.window)
        self._pages.setSingleShot(True)
        self._connect()

    def _connect(self) -> None:
        self._painted.timeout.connect(self._begin)
        self._pages.timeout.connect(self._make_pages)
        self._join(self.window)

    def _join(self, window: MainWindow) -> None:
        """A window, the first or one more, is connected to what all of them share."""
        self.bridge.reported.connect(window.show_report)
        window.wake_wished.connect(self.bridge.wake)
        window.history_wished.connect(self.lookups.ask)
        self.lookups.looked_up.connect(window.take_history)
        window.settings_changed.connect(self._use_settings)
        window.leave_wished.connect(self._application.exit)
        window.accepted.connect(self.sounds.accepted)
        window.rejected.connect(self.sounds.rejected)
        window.rang.connect(self.sounds.rang)
        self.scanner.touched.connect(window.note_touch)
        window.quietly = self._first.quietly

    def show(self, signed_in: StaffMember | None = None) -> None:
        """Shows the window; sound and the sync thread come when it is painted."""
        self.begin(signed_in)
        self._first.show()

    def begin(self, signed_in: StaffMember | None = None) -> None:
        """Reads who works here, or signs somebody in; the window may have been shown before."""
        self.around.lane.run(catalogue.load, done=_nothing, failed=_nothing)
        if self.window.settings != self._kept:  # the language was changed before there was somewhere to keep that
            self._use_settings(self.window.settings)
        self.window.open(signed_in)
        self._painted.start(AFTER_PAINT_MS)

    def _begin(self) -> None:
        self.sounds.prepare()
        self.bridge.start()
        self.window.sources.start()
        self.around.lane.run(pages.load, done=self._make_pages, failed=_nothing)

    def _make_pages(self, _loaded: object = None) -> None:
        """One at a turn, so that nobody who types meanwhile waits for all of them."""
        if self._is_closed:
            return
        if self.window.pages.make_next():
            self._pages.start()
        else:
            self._garbage.begin()

    def close(self) -> None:
        """Ends the threads; what is not sent stays in the outbox."""
        self._is_closed = True
        self._painted.stop()
        self._pages.stop()
        self.windows.close()
        self.lookups.stop()
        self.bridge.stop()
        self._first.close()
        self._garbage.end()

    def _use_settings(self, settings: Settings) -> None:
        self.sounds.enabled = settings.sounds
        self.sounds.prepare()
        self.around.lane.run(self.around.services.save_settings, settings, done=_nothing, failed=_nothing)


def _nothing(_result: object) -> None:
    """For work whose result nobody needs."""
