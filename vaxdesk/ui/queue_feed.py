"""Who is in the queue, for its page: read again every few seconds while somebody looks; the minutes between are counted here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QObject, QTimer, Signal

from vaxdesk.errors import VaxdeskError
from vaxdesk.models.tickets import Ticket
from vaxdesk.ui.surroundings import Surroundings

READ_MS, TICK_MS = 4000, 1000


class QueueFeed(QObject):
    """`changed`: other people or places; `ticked`: a second later."""

    changed, ticked = Signal(), Signal()
    failed = Signal(VaxdeskError)

    def __init__(self, around: Surroundings) -> None:
        super().__init__()
        self._around = around
        self._reading = False
        self.here: Sequence[Ticket] = ()
        self.reads, self.ticks = QTimer(self), QTimer(self)
        for timer, every_ms in ((self.reads, READ_MS), (self.ticks, TICK_MS)):
            timer.setInterval(every_ms)
        self.reads.timeout.connect(self.refresh)
        self.ticks.timeout.connect(self.ticked)

    @property
    def now(self) -> datetime:
        """The desk's clock."""
        return self._around.services.work.clock()

    def start(self) -> None:
        """Somebody looks."""
        self.refresh()
        self.reads.start()
        self.ticks.start()

    def stop(self) -> None:
        """Nobody looks: the store is left alone."""
        self.reads.stop()
        self.ticks.stop()

    def refresh(self) -> None:
        """Reads afresh, unless the last reading is still under way."""
        if not self._reading:
            self._reading = True
            self._around.lane.run(self._around.services.work.tickets.here, done=self._read, failed=self._not_read)

    def _read(self, here: tuple[Ticket, ...]) -> None:
        self._reading = False
        if here != self.here:
            self.here = here
            self.changed.emit()

    def _not_read(self, error: VaxdeskError) -> None:
        self._reading = False
        self.failed.emit(error)
