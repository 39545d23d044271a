"""Asking for a citizen's doses elsewhere while they stand at the desk: a thread of its own, for neither the lane nor a long push may wait (I6).

The newest question wins. After an answer that never came it stays silent for a while: a queue of 80 people must not feel a dead line.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime

from vaxdesk.errors import VaxdeskError
from vaxdesk.models.traffic import Traffic
from vaxdesk.models.values import CitizenId
from vaxdesk.sync import history
from vaxdesk.sync.client import Client
from vaxdesk.sync.reports import LookedUp

log = logging.getLogger(__name__)

LIMIT_S = 2.0
SILENT_S = 20.0


class Lookup:
    """Starts with the first question. `answered` is called in its thread: hand the value over, do not work there."""

    def __init__(
        self,
        clients: Callable[[], Client],
        answered: Callable[[LookedUp], None],
        clock: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clients, self._answered, self._clock, self._monotonic = clients, answered, clock, monotonic
        self._woken = threading.Condition()
        self._question: CitizenId | None = None
        self._ending = False
        self._client: Client | None = None
        self._silent_until = 0.0
        self._thread: threading.Thread | None = None

    def ask(self, number: CitizenId) -> None:
        """Asks about a citizen; an older question that was not sent yet is dropped. Never blocks."""
        with self._woken:
            self._question = number
            if self._thread is None and not self._ending:
                self._thread = threading.Thread(target=self._loop, name="look-up", daemon=True)
                self._thread.start()
            self._woken.notify()

    def stop(self, timeout_s: float = 2 * LIMIT_S) -> None:
        """Ends the thread; a question under way is given up."""
        with self._woken:
            self._ending = True
            self._woken.notify()
        if self._thread is not None:
            self._thread.join(timeout_s)

    def _loop(self) -> None:
        while True:
            with self._woken:
                while self._question is None and not self._ending:
                    self._woken.wait()
                if self._ending:
                    break
                number, self._question = self._question, None
            if number is not None:
                self._tell(self._look_up(number))
        if self._client is not None:
            self._client.close()

    def _tell(self, answer: LookedUp) -> None:
        try:
            self._answered(answer)
        except Exception as error:  # noqa: BLE001  as below
            log.error("bug in handing over a look-up: %s", type(error).__name__)

    def _look_up(self, number: CitizenId) -> LookedUp:
        if self._monotonic() < self._silent_until:
            return LookedUp(number)
        try:
            if self._client is None:
                self._client = self._clients()
            return self._answer_of(self._client, number)
        except VaxdeskError as error:
            log.info("no look-up: %s", error.code)
        except Exception as error:  # noqa: BLE001  the thread must outlive any bug: the desk goes on without history
            log.error("bug in a look-up: %s", type(error).__name__)
        self._silent_until = self._monotonic() + SILENT_S
        return LookedUp(number)

    def _answer_of(self, client: Client, number: CitizenId) -> LookedUp:
        before = client.meter
        client.begin_run()
        doses = history.ask(client, (number,), self._clock())
        used = client.meter - before
        spent = Traffic(used.sent_bytes, used.received_bytes, used.requests)
        return LookedUp(number, doses, self._clock(), spent)
