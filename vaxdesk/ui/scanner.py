"""A barcode scanner that types: told from a person by the rhythm of its keys and the shape of its text, wherever the focus is.

Keys that could begin a scan are held back for at most GAP_MS. When the next key does not follow within that time they are given
to whoever had them coming, in order: a person feels nothing. When they keep coming they are a scan: they reach no field, and
`read` carries the whole text. The reader need not send Enter; one that comes with or shortly after the text is swallowed.
A reader that stutters inside a card is waited for longer, because the card's shape says that more must come.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from time import monotonic

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QInputMethodEvent, QKeyEvent
from shiboken6 import isValid

from vaxdesk.models.scan_reading import Ending, Reading, Source
from vaxdesk.models.scan_shape import awaits_more, begins_as_card
from vaxdesk.ui.scanner_keys import (
    SILENT,
    UNREADABLE,
    character,
    composed,
    copy_of_composition,
    copy_of_key,
    is_alt_digit,
    is_end,
    take_out,
)

GAP_MS = 50.0  # the slowest reader; a person types two keys in a row this fast now and then, but not six
PATIENCE_MS = 100.0  # once it is certainly a scan, a pause costs nobody anything
STUTTER_MS = 250.0  # inside a card, whose end is still to come
RECLAIM_MS = 300.0  # how long ago the first keys of a scan may have been taken for a person's
GAP_MEAN_MS_SHORT = 25.0  # a short text must come faster than any roll of fingers
CHARS_MIN = 6
CHARS_CERTAIN = 12
CHARS_MAX = 4096
LATE_MS = 15.0  # a timer this late tells that the window was busy: keys may still be waiting
ENDING_MS = 150.0  # some readers send their Enter a little later
REPAIR_CHARS_MIN = 3  # from here on a Backspace inside a burst is an input method repairing it

_FLUSHING = (QEvent.Type.MouseButtonPress, QEvent.Type.Wheel, QEvent.Type.WindowDeactivate)
_TOUCHES = frozenset(
    {QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride, QEvent.Type.MouseButtonPress, QEvent.Type.Wheel}
)
_WATCHED = _TOUCHES | {QEvent.Type.KeyRelease, QEvent.Type.InputMethod, *_FLUSHING}


@dataclass(frozen=True, slots=True)
class _Held:
    """One event that waits for its verdict."""

    receiver: QObject
    event: QKeyEvent | QInputMethodEvent


class ScannerFilter(QObject):
    """Install on the application. `scanned` carries the untrusted text of a whole burst, `read` also how it came; `touched`: somebody is there.

    `alt_digits_compose`: whether the system itself makes a letter of Alt and digits, as Windows does.
    """

    scanned = Signal(str)
    read = Signal(Reading)
    touched = Signal()

    def __init__(self, parent: QObject | None = None, alt_digits_compose: bool = sys.platform == "win32") -> None:
        super().__init__(parent)
        self._alt_digits_compose = alt_digits_compose
        self._held: list[_Held] = []
        self._text = self._preedit = ""
        self._alt_open = False
        self._first_ms = self._last_ms = self._armed_ms = 0.0
        self._last_stamp = 0
        self._ended_ms = float("-inf")
        self._given, self._given_ms = "", float("-inf")
        self._giving_back = self._resetting = False
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
        if kind not in _WATCHED or self._giving_back:
            return False
        if kind in _TOUCHES:
            self.touched.emit()
        if kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._pressed(watched, event)
        if kind == QEvent.Type.KeyRelease and isinstance(event, QKeyEvent):
            return self._released(watched, event)
        if kind == QEvent.Type.InputMethod and isinstance(event, QInputMethodEvent):
            return self._composed(watched, event)
        if kind == QEvent.Type.ShortcutOverride:
            return self._is_no_shortcut(event)
        if kind in _FLUSHING and self._held:
            self._settle()
        return False

    # --- keys

    def _pressed(self, watched: QObject, event: QKeyEvent) -> bool:
        if self._held and self._gap_ms(event) > self._patience_ms():
            self._settle()
        if event.isAutoRepeat() and not self._held:
            return (
                False  # a key held down; inside a burst it is a doubled character, which X11 cannot tell from a repeat
            )
        if is_end(event):
            return self._end_pressed(Ending.TAB if event.key() == Qt.Key.Key_Tab else Ending.ENTER)
        if event.key() == Qt.Key.Key_Backspace and len(self._text) >= REPAIR_CHARS_MIN:
            return self._hold(watched, event, self._text[:-1])
        certain = len(self._text) >= CHARS_MIN
        if certain and is_alt_digit(event):
            return self._alt_digit(watched, event)
        if (added := character(event, bool(self._text), certain)) is None:
            return self._other_pressed(event)
        return self._hold(watched, event, self._text + added)

    def _end_pressed(self, ending: Ending) -> bool:
        """Enter or Tab: the end of a scan, the late end of the last one, or a person's own."""
        if self._looks_scanned():
            self._finish(ending)
            return True
        self._give_back()
        late = self._has_just_ended()
        self._ended_ms = float("-inf")
        return late

    def _has_just_ended(self) -> bool:
        return _now_ms() - self._ended_ms <= ENDING_MS

    def _other_pressed(self, event: QKeyEvent) -> bool:
        if event.key() not in SILENT:
            self._settle()
        return False

    def _alt_digit(self, watched: QObject, event: QKeyEvent) -> bool:
        """Where the system makes no letter of it, the letter is lost, and the scan has to say so."""
        lost = "" if self._alt_open or self._alt_digits_compose else UNREADABLE
        self._alt_open = True
        return self._hold(watched, event, self._text + lost)

    def _released(self, watched: QObject, event: QKeyEvent) -> bool:
        """Keeps its place behind the press it belongs to."""
        if event.key() == Qt.Key.Key_Alt:
            self._alt_open = False
        if self._held:
            self._held.append(_Held(watched, copy_of_key(event)))
            return True
        return False

    def _is_no_shortcut(self, event: QEvent) -> bool:
        """Inside a scan, and at its end, no key turns a page or opens anything: it comes as a key instead."""
        inside = len(self._text) >= CHARS_MIN and _now_ms() - self._last_ms <= self._patience_ms()
        if not inside and not (isinstance(event, QKeyEvent) and is_end(event) and self._has_just_ended()):
            return False
        event.accept()
        return True

    # --- input methods

    def _composed(self, watched: QObject, event: QInputMethodEvent) -> bool:
        """Telex or VNI stands between the reader and us: what it makes of the keys is held like keys."""
        if self._resetting:
            return True
        if not self._held and not event.commitString() and not event.preeditString():
            return False
        if self._held and _now_ms() - self._last_ms > self._patience_ms():
            self._settle()
        self._preedit = event.preeditString()
        return self._keep(_Held(watched, copy_of_composition(event)), composed(self._text, event), 0)

    def _reset_input_method(self) -> None:
        """A word that is still being composed belongs to the scan as well."""
        self._resetting = True
        try:
            QGuiApplication.inputMethod().reset()
        finally:
            self._resetting = False

    # --- holding

    def _hold(self, watched: QObject, event: QKeyEvent, text: str) -> bool:
        if not text.strip() or (not self._held and event.text() == " "):
            return False  # a space begins no scan: it reaches its button or field at once
        return self._keep(_Held(watched, copy_of_key(event)), text, event.timestamp())

    def _keep(self, key: _Held, text: str, stamp: int) -> bool:
        now = _now_ms()
        if not self._held:
            self._first_ms = now
        self._held.append(key)
        self._text, self._last_ms, self._last_stamp = text, now, stamp
        if len(text) >= CHARS_MAX:
            self._finish(Ending.NONE)
        else:
            self._arm()
        return True

    def _arm(self) -> None:
        self._armed_ms = _now_ms()
        self._timer.start(round(self._patience_ms()))

    def _patience_ms(self) -> float:
        """How long the next key may take to still belong to this text."""
        whole = self._text + self._preedit
        if len(whole) < CHARS_CERTAIN:
            return GAP_MS
        return STUTTER_MS if awaits_more(whole) else PATIENCE_MS

    def _gap_ms(self, event: QKeyEvent) -> float:
        """Since the key before: by the clock of the system that saw the keys, where it has one, else by ours.

        When the window was busy, keys that a person typed slowly all arrive at once.
        """
        if event.timestamp() > self._last_stamp > 0:
            return float(event.timestamp() - self._last_stamp)
        return _now_ms() - self._last_ms

    def _gap_passed(self) -> None:
        if _now_ms() - self._armed_ms - self._patience_ms() > LATE_MS:
            self._arm()  # we were busy, not the reader
            return
        self._settle()

    # --- verdicts

    def _settle(self) -> None:
        if self._looks_scanned():
            self._finish(Ending.NONE)
        else:
            self._give_back()

    def _looks_scanned(self) -> bool:
        count = len(self._text) + len(self._preedit)
        if count >= CHARS_CERTAIN:
            return True
        return count >= CHARS_MIN and self._gap_mean_ms() <= GAP_MEAN_MS_SHORT

    def _gap_mean_ms(self) -> float:
        return (self._last_ms - self._first_ms) / max(1, len(self._text) + len(self._preedit) - 1)

    def _finish(self, ending: Ending) -> None:
        text = self._reclaimed(self._text + self._preedit)
        reading = Reading(text, Source.KEYS, ending, self._gap_mean_ms())
        composing = bool(self._preedit)
        self._forget()
        self._ended_ms = _now_ms()
        if composing:
            self._reset_input_method()
        self.scanned.emit(text)
        self.read.emit(reading)

    def _reclaimed(self, text: str) -> str:
        """With the keys that came before a pause at the very beginning, where only they make a card of it."""
        recent = self._first_ms - self._given_ms <= RECLAIM_MS
        if recent and not begins_as_card(text) and begins_as_card(self._given + text) and take_out(self._given):
            return self._given + text
        return text

    def _give_back(self) -> None:
        """To the widget that has the focus now: a key held back may already have moved it."""
        held, text = self._held, self._text
        self._forget()
        self._giving_back = True
        try:
            for key in held:
                if isValid(key.receiver):
                    QCoreApplication.sendEvent(key.receiver, key.event)
        finally:
            self._giving_back = False
        recent = _now_ms() - self._given_ms <= RECLAIM_MS
        self._given, self._given_ms = (self._given if recent else "") + text, _now_ms()

    def _forget(self) -> None:
        self._timer.stop()
        self._held = []
        self._text = self._preedit = ""
        self._alt_open = False


def _now_ms() -> float:
    return monotonic() * 1000.0
