"""A barcode scanner that types: told from a person by the rhythm of its keys, wherever the focus is.

Keys that could begin a scan are held back for at most GAP_MS. When the next key does not follow within that time they are given
to whoever had them coming, in order: a person feels nothing. When they keep coming they are a scan: they reach no field, and
`scanned` carries the whole text. The reader need not send Enter; one that comes with or shortly after the text is swallowed.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from shiboken6 import isValid

GAP_MS = 50.0  # the slowest reader; a person types two keys in a row this fast now and then, but not six
GAP_MEAN_MS_SHORT = 25.0  # a short text must come faster than any roll of fingers
CHARS_MIN = 6
CHARS_CERTAIN = 12
CHARS_MAX = 4096
LATE_MS = 15.0  # a timer this late tells that the window was busy: keys may still be waiting
ENDING_MS = 150.0  # some readers send their Enter a little later
REPAIR_CHARS_MIN = 3  # from here on a Backspace inside a burst is an input method repairing it

GROUP_SEPARATOR = "\x1d"
UNREADABLE = "\ufffd"  # a key that the keyboard layout has no letter for: the scan is refused, never silently shorter
_ENDS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)
_SILENT = (Qt.Key.Key_Shift, Qt.Key.Key_AltGr, Qt.Key.Key_CapsLock, Qt.Key.Key_Control, Qt.Key.Key_Alt)
_FLUSHING = (QEvent.Type.MouseButtonPress, QEvent.Type.Wheel, QEvent.Type.WindowDeactivate)


@dataclass(frozen=True, slots=True)
class _Held:
    """One key event that waits for its verdict."""

    receiver: QObject
    event: QKeyEvent


class ScannerFilter(QObject):
    """Install on the application. `scanned` carries the untrusted text of a whole burst."""

    scanned = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._held: list[_Held] = []
        self._text = ""
        self._first_ms = self._last_ms = self._armed_ms = 0.0
        self._last_stamp = 0
        self._ended_ms = float("-inf")
        self._giving_back = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._gap_passed)

    @property
    def is_holding(self) -> bool:
        """Whether keys wait for their verdict."""
        return bool(self._held)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """Swallows a key while its verdict is open."""
        kind = event.type()
        if self._giving_back:
            return False
        if kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._pressed(watched, event)
        if kind == QEvent.Type.KeyRelease and isinstance(event, QKeyEvent):
            return self._released(watched, event)
        if kind in _FLUSHING and self._held:
            self._settle()
        return False

    def _pressed(self, watched: QObject, event: QKeyEvent) -> bool:
        if self._held and self._gap_ms(event) > GAP_MS:
            self._settle()
        if event.isAutoRepeat() and not self._held:
            return (
                False  # a key held down; inside a burst it is a doubled character, which X11 cannot tell from a repeat
            )
        if event.key() in _ENDS or event.text() in ("\r", "\n"):
            return self._end_pressed()
        if event.key() == Qt.Key.Key_Backspace and len(self._text) >= REPAIR_CHARS_MIN:
            return self._repair(watched, event)
        if (character := _character(event, bool(self._text))) is None:
            return self._other_pressed(event)
        return self._hold(watched, event, self._text + character)

    def _end_pressed(self) -> bool:
        """Enter or Tab: the end of a scan, the late end of the last one, or a person's own."""
        if self._looks_scanned():
            self._finish()
            return True
        self._give_back()
        late = _now_ms() - self._ended_ms <= ENDING_MS
        self._ended_ms = float("-inf")
        return late

    def _other_pressed(self, event: QKeyEvent) -> bool:
        if event.key() not in _SILENT:
            self._settle()
        return False

    def _repair(self, watched: QObject, event: QKeyEvent) -> bool:
        return self._hold(watched, event, self._text[:-1])

    def _released(self, watched: QObject, event: QKeyEvent) -> bool:
        """Keeps its place behind the press it belongs to."""
        if self._held:
            self._held.append(_Held(watched, _copy(event)))
            return True
        return False

    def _hold(self, watched: QObject, event: QKeyEvent, text: str) -> bool:
        if not text.strip() or (not self._held and _is_lonely_space(event)):
            return False  # a space begins no scan: it reaches its button or field at once
        now = _now_ms()
        if not self._held:
            self._first_ms = now
        self._held.append(_Held(watched, _copy(event)))
        self._text, self._last_ms, self._last_stamp = text, now, event.timestamp()
        if len(text) >= CHARS_MAX:
            self._finish()
        else:
            self._arm()
        return True

    def _arm(self) -> None:
        self._armed_ms = _now_ms()
        self._timer.start(round(GAP_MS))

    def _gap_ms(self, event: QKeyEvent) -> float:
        """Since the key before: by the clock of the system that saw the keys, where it has one, else by ours.

        When the window was busy, keys that a person typed slowly all arrive at once.
        """
        if event.timestamp() > self._last_stamp > 0:
            return float(event.timestamp() - self._last_stamp)
        return _now_ms() - self._last_ms

    def _gap_passed(self) -> None:
        if _now_ms() - self._armed_ms - GAP_MS > LATE_MS:
            self._arm()  # we were busy, not the reader
            return
        self._settle()

    def _settle(self) -> None:
        if self._looks_scanned():
            self._finish()
        else:
            self._give_back()

    def _looks_scanned(self) -> bool:
        count = len(self._text)
        if count >= CHARS_CERTAIN:
            return True
        if count < CHARS_MIN:
            return False
        return (self._last_ms - self._first_ms) / (count - 1) <= GAP_MEAN_MS_SHORT

    def _finish(self) -> None:
        text = self._text
        self._forget()
        self._ended_ms = _now_ms()
        self.scanned.emit(text)

    def _give_back(self) -> None:
        """To the widget that has the focus now: a key held back may already have moved it."""
        held = self._held
        self._forget()
        self._giving_back = True
        try:
            for key in held:
                if isValid(key.receiver):
                    QCoreApplication.sendEvent(key.receiver, key.event)
        finally:
            self._giving_back = False

    def _forget(self) -> None:
        self._timer.stop()
        self._held = []
        self._text = ""


def _character(event: QKeyEvent, inside: bool) -> str | None:
    """What a key adds to a text; None for keys that are commands."""
    text = event.text()
    commands = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
    # AltGr characters come with Control and Alt on Windows; a GS1 separator comes as Control and ]
    if inside and text == GROUP_SEPARATOR:
        return text
    if inside and not text and event.key() in (0, Qt.Key.Key_unknown):
        return UNREADABLE
    if event.modifiers() & commands and not _is_alt_gr(event):
        return None
    return text if text and text.isprintable() else None


def _is_alt_gr(event: QKeyEvent) -> bool:
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    return (event.modifiers() & both) == both and event.text().isprintable() and bool(event.text())


def _is_lonely_space(event: QKeyEvent) -> bool:
    return event.text() == " "


def _copy(event: QKeyEvent) -> QKeyEvent:
    return QKeyEvent(
        event.type(),
        event.key(),
        event.modifiers(),
        event.nativeScanCode(),
        event.nativeVirtualKey(),
        event.nativeModifiers(),
        event.text(),
        event.isAutoRepeat(),
        event.count(),
    )


def _now_ms() -> float:
    return monotonic() * 1000.0
