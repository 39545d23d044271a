"""What the sync thread and the look-up thread tell the window: values only, so that the window can open before the network's parts are loaded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from vaxdesk.models.exchange import OtherDose
from vaxdesk.models.traffic import NO_TRAFFIC, Traffic
from vaxdesk.models.values import CitizenId


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a run did. `trouble` is the code of what stopped it (each has a sentence), empty when nothing did.

    reached: the platform itself answered; sent, acknowledged, set_aside: records; pulled: new findings; waiting: records still
    to be sent; read_back: receipts confirmed; differing: ids of doses that the platform holds differently (an alarm);
    not_understood: pulled resources passed over.
    """

    reached: bool = False
    sent: int = 0
    acknowledged: int = 0
    set_aside: int = 0
    pulled: int = 0
    waiting: int = 0
    read_back: int = 0
    differing: tuple[str, ...] = ()
    not_understood: int = 0
    trouble: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class LookedUp:
    """The answer about one citizen; `at` None: the platform was not reached, and what is known stays as it was."""

    number: CitizenId
    doses: tuple[OtherDose, ...] = ()
    at: datetime | None = None
    used: Traffic = NO_TRAFFIC

    def __repr__(self) -> str:
        return f"LookedUp({len(self.doses)} doses)"
