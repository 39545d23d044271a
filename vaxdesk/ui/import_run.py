"""A list being read or taken in, on a lane of its own: the desk goes on working meanwhile."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal

from vaxdesk.errors import VaxdeskError
from vaxdesk.models.import_book import Counts, Outcome
from vaxdesk.ui.background import Lane

Work = Callable[[Callable[[Counts], bool]], Outcome]


class ImportRun(QObject):
    """`counted`: after each piece; `ended`: with the outcome; `failed`: with the trouble. One run at a time."""

    counted, ended, failed = Signal(object), Signal(object), Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._lane: Lane | None = None
        self._stop = threading.Event()
        self._began_s = 0.0
        self.is_running = False

    def start(self, work: Work) -> None:
        """Begins; while one is under way nothing else does."""
        if self.is_running:
            return
        self._lane = self._lane or Lane()
        self._stop.clear()
        self._began_s, self.is_running = time.monotonic(), True
        self._lane.run(partial(work, self._go_on), done=self._ended, failed=self._failed)

    def stop(self) -> None:
        """After the piece under way; what is stored stays."""
        self._stop.set()

    def close(self) -> None:
        """The window closes."""
        self.stop()
        if self._lane is not None:
            self._lane.close()

    def left_s(self, done: int, total: int) -> float | None:
        """About how many seconds are left; None while it cannot be told."""
        passed_s = time.monotonic() - self._began_s
        return passed_s * (total - done) / done if done and total > done and passed_s > 1 else None

    def _go_on(self, counts: Counts) -> bool:
        """In the lane's thread."""
        self.counted.emit(counts)
        return not self._stop.is_set()

    def _ended(self, outcome: Outcome) -> None:
        self.is_running = False
        self.ended.emit(outcome)

    def _failed(self, error: VaxdeskError) -> None:
        self.is_running = False
        self.failed.emit(error)
