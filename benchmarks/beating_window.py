"""The busy window (tests/support/busy_window.py) with a heart: tells how long the GUI thread was ever deaf.

    VAXDESK_PASSPHRASE=... python benchmarks/beating_window.py FOLDER

A timer beats every two milliseconds; a gap between two beats is time in which no key and no paint got through. On SIGUSR1 the gaps since
the last time are said as one line: `gaps <JSON list of milliseconds, longest first>`.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path

import measure  # noqa: F401  finds the packages
from busy_desk import say
from busy_window import Nurse, TellingDesk
from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from vaxdesk.app import open_desk, run_window_on

BEAT_MS, TOLD_MAX = 2, 200


class Heart(QObject):
    """Beats in the GUI thread."""

    def __init__(self) -> None:
        super().__init__()
        self._gaps_ms: list[float] = []
        self._last = time.perf_counter()
        self._asked = False
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start(BEAT_MS)

    def ask(self, *_signal: object) -> None:
        """The gaps, please; said at the next beat."""
        self._asked = True

    def _beat(self) -> None:
        now = time.perf_counter()
        self._gaps_ms.append((now - self._last) * 1000)
        self._last = now
        if self._asked:
            self._asked = False
            longest = sorted(self._gaps_ms, reverse=True)[:TOLD_MAX]
            self._gaps_ms.clear()
            say("gaps", json.dumps([round(gap, 1) for gap in longest]))
            self._last = time.perf_counter()


def main(folder: Path) -> int:
    """Works until the input ends."""
    opened = open_desk(folder, lambda: os.environ["VAXDESK_PASSPHRASE"])
    desk = TellingDesk(opened.folder, opened.vault, opened.store)
    application = QApplication(sys.argv[:1])
    nurse, heart = Nurse(application), Heart()  # noqa: F841  sits there as long as the window
    signal.signal(signal.SIGUSR1, heart.ask)
    code = run_window_on(desk)
    desk.close()
    return code


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
