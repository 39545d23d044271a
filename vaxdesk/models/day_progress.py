"""The same-day gauge: new doses are entered and signed on the day they were given (1815/BYT-CNTT). Pure.

Shares are of the given doses; a share of nothing is whole. The forecast goes by the pace of the doses that were signed and received so far,
and says nothing before there is a pace.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from vaxdesk.models.values import VIETNAM, DoseRecord, Stage

PACE_DOSES_MIN = 5  # fewer tell nothing
PACE_S_MIN = 300.0


@dataclass(frozen=True, slots=True)
class DayProgress:
    """Counts of one day's given doses; `arrived`: signed, and the platform has the signature. `left_s`: seconds until midnight, 0 afterwards.

    `done_at`: when all would have arrived by the pace so far; None: no pace yet, or nothing left to do.
    """

    day: date
    given: int
    received: int
    matched: int
    signed: int
    arrived: int
    left_s: float
    done_at: datetime | None = None

    @property
    def share(self) -> float:
        """Signed and received, of all given: 0 to 1."""
        return self.arrived / self.given if self.given else 1.0

    @property
    def is_done(self) -> bool:
        """Whether every dose of the day is signed and the platform has it."""
        return self.arrived >= self.given

    @property
    def is_late(self) -> bool:
        """Whether the day ended, or will end by the pace so far, with doses unsigned."""
        if self.is_done:
            return False
        return self.left_s <= 0 or (self.done_at is not None and self.done_at > midnight_after(self.day))


def midnight_after(day: date) -> datetime:
    """The end of a Vietnamese day."""
    return datetime.combine(day + timedelta(days=1), time(), VIETNAM)


def progress_of(day: date, given: Sequence[DoseRecord], arrived: Collection[str], now: datetime) -> DayProgress:
    """The gauge of a day from its given doses and the ids of those whose signature the platform has."""
    left_s = max(0.0, (midnight_after(day) - now).total_seconds())
    stages = [set(record.stages) for record in given]
    count = sum(record.dose.id in arrived for record in given)
    return DayProgress(
        day=day,
        given=len(given),
        received=sum(record.receipt is not None for record in given),
        matched=sum(Stage.MATCHED in one for one in stages),
        signed=sum(Stage.SIGNED in one for one in stages),
        arrived=count,
        left_s=left_s,
        done_at=_done_at(given, count, now),
    )


def _done_at(given: Sequence[DoseRecord], arrived: int, now: datetime) -> datetime | None:
    """By the pace since the day's first injection."""
    if not given or arrived < PACE_DOSES_MIN or arrived >= len(given):
        return None
    worked_s = (now - min(record.dose.occurred_at for record in given)).total_seconds()
    if worked_s < PACE_S_MIN:
        return None
    return now + timedelta(seconds=(len(given) - arrived) * worked_s / arrived)
