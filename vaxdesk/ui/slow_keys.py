"""Keys that a scanner typed too slowly to be told from a person: collected on the test page only, to be able to say so."""

from __future__ import annotations

from time import monotonic

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent

from vaxdesk.models.scan_reading import Ending, Reading, Source

SILENCE_MS = 1000
CHARS_MIN, CHARS_MAX = 6, 4096


class SlowKeys(QObject):
    """`read` carries what was typed once nothing more comes, or Enter did."""

    read = Signal(Reading)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._text = ""
        self._first_s = self._last_s = 0.0
        self._silence = QTimer(self)
        self._silence.setSingleShot(True)
        self._silence.setInterval(SILENCE_MS)
        self._silence.timeout.connect(lambda: self._end(Ending.NONE))

    def take(self, event: QKeyEvent) -> bool:
        """Whether the key was a letter or an end; commands are left alone."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._end(Ending.ENTER)
            return True
        if not event.text().isprintable() or not event.text():
            return False
        self._last_s = monotonic()
        if not self._text:
            self._first_s = self._last_s
        self._text = (self._text + event.text())[:CHARS_MAX]
        self._silence.start()
        return True

    def forget(self) -> None:
        """Keeps nothing."""
        self._silence.stop()
        self._text = ""

    def _end(self, ending: Ending) -> None:
        text, count = self._text, len(self._text)
        self.forget()
        if count >= CHARS_MIN:
            gap_ms = 1000 * (self._last_s - self._first_s) / (count - 1)
            self.read.emit(Reading(text, Source.KEYS, ending, gap_ms))
