"""Watchers inside a window's process: they say on standard output when it is painted, and close it."""

from __future__ import annotations

import sys

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QComboBox, QMainWindow


class EmptyWindow(QObject):
    """Says when a QMainWindow with nothing in it is painted."""

    def __init__(self, application: QApplication) -> None:
        super().__init__()
        self._application = application
        application.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """Swallows nothing."""
        if event.type() == QEvent.Type.Paint:
            self.painted(watched)
        return False

    def painted(self, widget: QObject) -> None:
        """One widget draws itself; the screen has it when this round of events is over."""
        if isinstance(widget, QMainWindow):
            self._say_after("painted", last=True)

    def _say_after(self, word: str, last: bool) -> None:
        if last:
            self._application.removeEventFilter(self)
        QTimer.singleShot(0, self, lambda: self._say(word, last))

    def _say(self, word: str, last: bool) -> None:
        sys.stdout.write(f"{word}\n")
        sys.stdout.flush()
        if last:
            self._application.closeAllWindows()


class SignIn(EmptyWindow):
    """Says when the sign-in page is painted, and when it is painted with the staff in it."""

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._said, self._has_staff = False, False

    def painted(self, widget: QObject) -> None:
        """The field of the PIN tells of the page, the list above it of the store."""
        self._has_staff |= isinstance(widget, QComboBox) and widget.count() > 0
        if widget.objectName() == "pin" and not self._said:
            self._said = True
            self._say_after("painted", last=False)
        if self._said and self._has_staff:
            self._say_after("usable", last=True)
