"""Several windows of one program, each with its own sign-in and its own place in the session; store, lane, sync thread and scanners are shared.

A scan belongs to the window in which somebody works. The last window that is closed ends the program.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from vaxdesk.models.scan_reading import Reading
from vaxdesk.settings import Settings
from vaxdesk.ui.main_window import MainWindow
from vaxdesk.ui.start import FirstWindow
from vaxdesk.ui.surroundings import Session, Surroundings

WINDOWS_MAX = 6  # as many as a small site has desks; each costs some 20 MB


class Windows(QObject):
    """The open windows, the first one among them. `join` connects one to what all share."""

    def __init__(self, first: FirstWindow, join: Callable[[MainWindow], None]) -> None:
        super().__init__()
        self._join = join
        self.open_ones = [first.window]
        self._first = self._in_use = self._reads_port = first.window
        first.scanner.read.disconnect(first.window.take_reading)
        first.scanner.read.connect(self.take_reading)
        self._listen_to(first.window)

    def open(self) -> MainWindow | None:
        """One more window, with nobody signed in; None when there are as many as a machine can bear."""
        if len(self.open_ones) >= WINDOWS_MAX:
            return None
        window = self._made()
        self.open_ones.append(window)
        self._listen_to(window)
        self._join(window)
        window.open()
        window.show()
        window.activateWindow()
        self._in_use = window
        return window

    def take_reading(self, reading: Reading) -> None:
        """A scan, from whichever reader: to the window in which somebody works, else to the one that was used last."""
        active = QApplication.activeWindow()
        if isinstance(active, MainWindow) and active in self.open_ones:
            self._in_use = active
        self._in_use.take_reading(reading)

    def close(self) -> None:
        """All of them."""
        for window in tuple(self.open_ones):
            window.close()

    def _made(self) -> MainWindow:
        model = self.open_ones[0]
        around = model.around
        own = Surroundings(around.lane, around.look, around.speech, Session())
        own.open(around.services)
        taken = {window.place for window in self.open_ones}
        place = next(place for place in range(WINDOWS_MAX) if place not in taken)
        window = MainWindow(own, model.settings, place)
        window.furnish()
        return window

    def _listen_to(self, window: MainWindow) -> None:
        window.window_wished.connect(self.open)
        window.settings_changed.connect(partial(self._share, window))
        window.closed.connect(partial(self._closed, window))
        window.sources.serial.read.disconnect(window.sources.read)
        window.sources.serial.read.connect(self.take_reading)

    def _share(self, chosen_in: MainWindow, settings: Settings) -> None:
        for window in self.open_ones:
            if window is not chosen_in:
                window.take_settings(settings)

    def _closed(self, window: MainWindow) -> None:
        """Nobody is signed in there any more; the serial reader goes on in another window."""
        if window not in self.open_ones:
            return
        self.open_ones.remove(window)
        window.around.session.leave()
        if window is not self._first:
            window.deleteLater()
        if not self.open_ones:
            return
        if self._in_use is window:
            self._in_use = self.open_ones[0]
        if self._reads_port is window:
            self._reads_port = self.open_ones[0]
            self._reads_port.sources.start()
