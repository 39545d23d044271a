"""The one sync thread: runs the engine on new work, on a timer, on a person's wish and when the network is back."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable
from typing import Protocol

from vaxdesk.errors import VaxdeskError
from vaxdesk.sync.engine import ALLOWANCE_USED
from vaxdesk.sync.reports import SyncReport

log = logging.getLogger(__name__)

INTERVAL_S = 60.0
AWAY_S_MIN = 5.0
AWAY_S_MAX = 60.0
GRACE_S = 5.0  # an answer that is nearly here is worth waiting for: its receipts
JOIN_TIMEOUT_S = 30.0  # what cannot be cut: looking up a name and connecting to its two addresses, or the day's backup


class Runs(Protocol):
    """What the thread needs of an engine."""

    stopping: Callable[[], bool]
    hurried: Callable[[], bool]

    def run_once(self, asked: bool = False) -> SyncReport:
        """One run."""

    def reachable(self) -> bool:
        """Whether the platform answers now."""

    def cut(self) -> None:
        """Ends the request under way, from another thread."""


class SyncRunner:
    """Starts, wakes and stops the thread. `reported` is called in the sync thread after each run: hand its value over, do not work there.

    `between` is work of this thread's own (the daily backup): called after a run when nothing else is asked for.
    """

    def __init__(
        self,
        engine: Runs,
        reported: Callable[[SyncReport], None],
        *,
        interval_s: float = INTERVAL_S,
        away_s_min: float = AWAY_S_MIN,
        rng: random.Random | None = None,
        between: Callable[[], None] = lambda: None,
    ) -> None:
        self._engine, self._reported, self._between = engine, reported, between
        self._interval_s, self._away_s_min = interval_s, away_s_min
        self._rng = rng or random.Random()  # noqa: S311  jitter, not secrecy
        self._woken = threading.Condition()
        self._wish: bool | None = None  # None: nothing new; True: a person asked
        self._ending = False
        self._thread = threading.Thread(target=self._loop, name="sync", daemon=True)
        engine.stopping = lambda: self._ending
        engine.hurried = lambda: self._wish is not None

    def start(self) -> None:
        """Starts the thread; its first run begins at once, and waiting times of before do not count: the line may be another."""
        self.wake(asked=True)
        self._thread.start()

    def wake(self, asked: bool = False) -> None:
        """There is new work, or (`asked`) a person wants a run now. Never blocks; a wake during a run leads to another run."""
        with self._woken:
            self._wish = bool(self._wish) or asked
            self._woken.notify()

    def stop(self, timeout_s: float = JOIN_TIMEOUT_S, grace_s: float = GRACE_S) -> bool:
        """Ends the thread after the request under way, which is cut off after `grace_s`; True when it has ended. What is not sent stays in the outbox.

        False: it still hangs in something that cannot be cut. Once the store is closed it can do nothing any more.
        """
        with self._woken:
            self._ending = True
            self._woken.notify()
        if self._thread.is_alive():
            self._thread.join(grace_s)
        if self._thread.is_alive():
            self._engine.cut()
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _loop(self) -> None:
        failures = 0
        while True:
            wish = self._wait(self._pause_s(failures))
            if self._ending:
                return
            if wish is None and failures:
                wish = self._returned()
                if wish is None:
                    failures += 1
                    continue
            report = self._run(bool(wish))
            if failures and report.reached and report.waiting:
                self.wake(asked=True)  # the line is back, and what failed over it need not wait its time out
            failures = 0 if report.reached or report.trouble == ALLOWANCE_USED else failures + 1
            self._rest()

    def _wait(self, pause_s: float) -> bool | None:
        with self._woken:
            if self._wish is None and not self._ending:
                self._woken.wait(pause_s)
            wish, self._wish = self._wish, None
            return wish

    def _pause_s(self, failures: int) -> float:
        """The time to the next run by itself, with jitter so that a thousand sites do not come back in one second."""
        if not failures:
            return self._interval_s * self._rng.uniform(0.8, 1.2)
        ceiling = min(AWAY_S_MAX, self._away_s_min * 2.0 ** min(failures - 1, 8))
        return max(self._away_s_min / 5, self._rng.uniform(0.0, ceiling))

    def _returned(self) -> bool | None:
        """A cheap look whether the network is back; then the run is as good as asked for, and waiting times do not count."""
        try:
            return True if self._engine.reachable() else None
        except Exception as error:  # noqa: BLE001  the thread must outlive any bug: no sync is worse than a logged one
            _log_bug(error)
            return None

    def _run(self, asked: bool) -> SyncReport:
        try:
            report = self._engine.run_once(asked)
        except VaxdeskError as error:
            log.warning("sync run ended: %s", error.code)
            report = SyncReport(trouble=error.code)
        except Exception as error:  # noqa: BLE001  as above
            _log_bug(error)
            report = SyncReport(trouble="sync-bug")
        self._tell(report)
        return report

    def _rest(self) -> None:
        """Nothing waits to be sent at once, or nothing can be: now there is time for other work."""
        if self._wish is not None or self._ending:
            return
        try:
            self._between()
        except VaxdeskError as error:
            log.warning("work between runs ended: %s", error.code)
        except Exception as error:  # noqa: BLE001  as above
            _log_bug(error)

    def _tell(self, report: SyncReport) -> None:
        try:
            self._reported(report)
        except Exception as error:  # noqa: BLE001  as above
            _log_bug(error)


def _log_bug(error: Exception) -> None:
    """By type and place only: the text of an unknown exception may hold anything."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{trace.tb_frame.f_code.co_name}:{trace.tb_lineno}" if trace else "?"
    log.error("bug in sync: %s at %s", type(error).__name__, where)
