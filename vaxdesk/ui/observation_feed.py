"""Who is in the observation area, for the board, the big screen and the rail: read when something may have changed; the seconds between are counted here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QObject, QTimer, Signal

from vaxdesk.errors import VaxdeskError
from vaxdesk.models.observation import ObservationSummary, Observed, Watch
from vaxdesk.models.values import VIETNAM, DoseId
from vaxdesk.models.workplace import Workplace
from vaxdesk.ui.surroundings import Surroundings

TICK_MS = 1000
CALLED = (Watch.OVER, Watch.OVERDUE)  # each is rung once for a person
NOBODY = ObservationSummary(0, 0, 0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True, repr=False)
class BoardFacts:
    """What is read in one go. `summary` is of today."""

    here: tuple[Observed, ...] = ()
    summary: ObservationSummary = NOBODY


def read_board(work: Workplace) -> BoardFacts:
    """On the lane."""
    now = work.clock()
    return BoardFacts(work.observation.board(now), work.observation.summary(now.astimezone(VIETNAM).date()))


class BoardFeed(QObject):
    """`changed`: other people or facts; `ticked`: a second later; `rang`: somebody's thirty minutes ended, or they were forgotten since."""

    changed, ticked, rang = Signal(), Signal(), Signal()
    failed = Signal(VaxdeskError)

    def __init__(self, around: Surroundings) -> None:
        super().__init__()
        self._around = around
        self.facts = BoardFacts()
        self._called: dict[DoseId, Watch] | None = None  # nothing was read yet: what is over by then rings nobody
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.tick)

    @property
    def now(self) -> datetime:
        """The desk's clock."""
        return self._around.services.work.clock()

    @property
    def here(self) -> Sequence[Observed]:
        """Who is observed, by time left."""
        return self.facts.here

    def start(self) -> None:
        """Reads, and counts from now on, whatever page is shown and whoever is signed in."""
        self.refresh()
        self._timer.start()

    def stop(self) -> None:
        """Counts no more."""
        self._timer.stop()

    def refresh(self) -> None:
        """Reads afresh."""
        self._around.lane.run(read_board, self._around.services.work, done=self._read, failed=self.failed.emit)

    def waiting_to_leave(self) -> int:
        """How many a person must let go, or look at because the clock cannot tell."""
        now = self.now
        return sum(one.watch(now) in (*CALLED, Watch.CLOCK_WRONG) for one in self.here)

    def tick(self) -> None:
        """A second later."""
        self._ring()
        self.ticked.emit()

    def _read(self, facts: BoardFacts) -> None:
        self.facts = facts
        self._ring()
        self.changed.emit()

    def _ring(self) -> None:
        now = self.now
        called = {one.dose_id: watch for one in self.here if (watch := one.watch(now)) in CALLED}
        before, self._called = self._called, called
        if before is not None and any(before.get(dose) is not watch for dose, watch in called.items()):
            self.rang.emit()
