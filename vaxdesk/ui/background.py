"""The lane: one worker for everything that touches the store, renders or checks a PIN. Results come back to the GUI thread in one way only."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot
from shiboken6 import isValid

from vaxdesk.errors import VaxdeskError

log = logging.getLogger(__name__)

Result = TypeVar("Result")
Failed = Callable[[VaxdeskError], None]


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What became of one piece of work, on its way to the GUI thread."""

    value: Any
    error: VaxdeskError | None
    done: Callable[[Any], None]
    failed: Failed


class Lane(QObject):
    """One worker, first come first served. Made in the GUI thread, where `done` and `failed` are called.

    Work must not touch widgets. A receiver that was deleted meanwhile is not called.
    """

    idle = Signal()
    closing = Signal()
    _arrived = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="lane")
        self._under_way = 0
        self._closed = False
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def is_idle(self) -> bool:
        """Whether all results have been delivered."""
        return self._under_way == 0

    def run(
        self,
        work: Callable[..., Result],
        *args: Any,
        done: Callable[[Result], None],
        failed: Failed,
    ) -> None:
        """Does `work(*args)` on the lane and hands its result, or its trouble, to the GUI thread. A closed lane does nothing."""
        if self._closed:
            return  # a result that was under way when the window closed may still ask for more
        self._under_way += 1
        self._worker.submit(self._work, partial(work, *args), done, failed)

    def close(self) -> None:
        """Waits for the work under way; what has not begun is left undone."""
        if not self._closed:
            self._closed = True
            self.closing.emit()
        self._worker.shutdown(wait=True, cancel_futures=True)

    def _work(self, work: Callable[[], Any], done: Callable[[Any], None], failed: Failed) -> None:
        try:
            outcome = _Outcome(work(), None, done, failed)
        except VaxdeskError as error:
            outcome = _Outcome(None, error, done, failed)
        except Exception as error:  # noqa: BLE001  a bug must not leave a page waiting for ever
            _log_bug(error)
            outcome = _Outcome(None, VaxdeskError("trouble"), done, failed)
        self._arrived.emit(outcome)

    @Slot(object)
    def _deliver(self, outcome: _Outcome) -> None:
        self._under_way -= 1
        if outcome.error is not None and _is_there(outcome.failed):
            outcome.failed(outcome.error)
        elif outcome.error is None and _is_there(outcome.done):
            outcome.done(outcome.value)
        if self.is_idle:
            self.idle.emit()


def _is_there(receiver: Callable[..., None]) -> bool:
    """False for a method of a Qt object that was deleted."""
    while isinstance(receiver, partial):
        receiver = receiver.func
    owner = getattr(receiver, "__self__", None)
    return not isinstance(owner, QObject) or isValid(owner)


def _log_bug(error: Exception) -> None:
    """By type and place only: the text of an unknown exception may hold anything."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}" if trace else "?"
    log.error("bug on the lane: %s at %s", type(error).__name__, where)
