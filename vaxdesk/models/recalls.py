"""Recalled lots: what stops the needle, and who had one of them before. Pure.

A recall comes from the platform (contract S6). No reason a nurse or manager could write makes a recalled lot fit to be injected; what
was given before the recall was a dose like any other, and is kept and corrected as one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from vaxdesk.errors import Problem, Severity
from vaxdesk.models.exchange import OtherDose
from vaxdesk.models.scan_lot import plain_lot
from vaxdesk.models.values import VIETNAM, DoseRecord, DoseStatus

GIVEN_NOW = timedelta(minutes=30)
STOPPED, GIVEN_BEFORE, HAD = "lot-recalled", "lot-recalled-later", "dose-lot-recalled"


@dataclass(frozen=True, slots=True)
class Recall:
    """A lot that was recalled, or (`is_open` false) whose recall was taken back. `vaccine` empty: every product of that number."""

    id: str
    lot: str
    vaccine: str
    recalled_at: datetime
    reason: str
    is_open: bool = True

    def concerns(self, vaccine: str, lot: str) -> bool:
        """Whether a vial of this product and lot may not be used."""
        return self.is_open and plain_lot(lot) == plain_lot(self.lot) and (not self.vaccine or self.vaccine == vaccine)


def of_lot(recalls: Iterable[Recall], vaccine: str, lot: str) -> Recall | None:
    """The earliest recall of a lot."""
    found = [recall for recall in recalls if recall.concerns(vaccine, lot)]
    return min(found, key=lambda recall: recall.recalled_at, default=None)


def check(
    recall: Recall | None, given_at: datetime, now: datetime, *, is_correction: bool = False
) -> tuple[Problem, ...]:
    """What stands against a dose of that lot: nothing overrides it. A dose from before the recall is recorded with a warning.

    A dose that is being given now is stopped also by a clock that goes behind the recall's.
    """
    if recall is None:
        return ()
    if is_correction or given_at < min(recall.recalled_at, now - GIVEN_NOW):
        return (Problem(GIVEN_BEFORE, "lot", Severity.WARN, _params(recall)),)
    return (Problem(STOPPED, "lot", Severity.STOP, _params(recall)),)


def flags(recalls: Sequence[Recall], here: Iterable[DoseRecord], others: Iterable[OtherDose]) -> tuple[Problem, ...]:
    """The doses of a person whose lots were recalled since, oldest first."""
    doses: list[DoseRecord | OtherDose] = [*here, *others]
    facts = [one.dose if isinstance(one, DoseRecord) else one for one in doses]
    given = sorted((dose for dose in facts if dose.status is DoseStatus.COMPLETED), key=lambda dose: dose.occurred_at)
    found = [(dose, of_lot(recalls, dose.vaccine, dose.lot)) for dose in given if dose.lot]
    return tuple(
        Problem(HAD, "history", Severity.WARN, _params(recall) | {"number": str(dose.dose_number)})
        for dose, recall in found
        if recall is not None
    )


def _params(recall: Recall) -> dict[str, str]:
    on = f"{recall.recalled_at.astimezone(VIETNAM):%d/%m/%Y}"
    return {"lot": recall.lot, "on": on, "reason": recall.reason}
