"""Conflicts about a dose, decided by a manager: nothing is overwritten, whatever is decided becomes a revision of its own (I8)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from vaxdesk.errors import InputRefused, Problem, StoreError
from vaxdesk.models import audit, dispute_rows, dose_book, reaction_book
from vaxdesk.models import exchange_tables as x
from vaxdesk.models.db import Store
from vaxdesk.models.desk import checked_reason
from vaxdesk.models.exchange import Dispute, DisputeKind, Resolution
from vaxdesk.models.staff import require_manager
from vaxdesk.models.values import Dose, DoseRecord, DoseStatus, StaffMember

CHOICES = {
    DisputeKind.SAME_DOSE: (Resolution.BOTH_GIVEN, Resolution.OURS_WRONG, Resolution.THEIRS_WRONG),
    DisputeKind.VERSION: (Resolution.KEEP_OURS, Resolution.KEEP_THEIRS),
}


@dataclass(frozen=True, slots=True, repr=False)
class OpenDispute:
    """A dispute beside the record of this desk it is about."""

    dispute: Dispute
    record: DoseRecord


class Disputes:
    """What a manager has to decide, and deciding it. Every method may raise StoreError."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def open(self) -> tuple[OpenDispute, ...]:
        """Undecided ones, oldest first, at most 500."""
        with self._store.read() as connection:
            found = dispute_rows.find(connection, dispute_rows.OPEN)
            records: dict[str, DoseRecord] = {
                r.dose.id: r for r in dose_book.by_ids(connection, {d.dose_id for d in found})
            }
        return tuple(OpenDispute(d, records[d.dose_id]) for d in found if d.dose_id in records)

    def resolve(self, dispute_id: str, how: Resolution, reason: str, actor: StaffMember) -> DoseRecord:
        """Carries out a decision; gives the record as it is then.

        Raises AccessRefused `managers-only`, StoreError `dispute-not-found`, InputRefused `dispute-choice-wrong`, DoseRefused `reason-missing`.
        """
        require_manager(actor)
        reason = checked_reason(reason)
        with self._store.write() as connection:
            dispute = _open_one(connection, dispute_id)
            if how not in choices(dispute):
                raise InputRefused(Problem("dispute-choice-wrong", "resolution"))
            revision = self._carry_out(connection, dispute, how, reason, actor)
            now = self._clock()
            dispute_rows.close(connection, dispute_id, how, now, actor.id, reason, revision)
            audit.note(connection, now, actor.id, "dispute-resolved", dispute.dose_id, how.value)
            return dose_book.one(connection, dispute.dose_id)

    def _carry_out(
        self, connection: Connection, dispute: Dispute, how: Resolution, reason: str, actor: StaffMember
    ) -> int:
        """The revision that carries the decision; 0 where none is needed."""
        ours = dose_book.current(connection, dispute.dose_id)
        match how:
            case Resolution.OURS_WRONG if ours.status is not DoseStatus.ENTERED_IN_ERROR:
                changed = replace(ours, status=DoseStatus.ENTERED_IN_ERROR)
            case Resolution.KEEP_OURS:
                changed = ours
            case Resolution.KEEP_THEIRS if dispute.theirs is not None:
                changed = _with_facts_of(ours, dispute.theirs)
            case _:
                return 0
        base, now = max(ours.revision, dispute.theirs.revision if dispute.theirs else 0), self._clock()
        revision = dose_book.save_revision(connection, changed, base + 1, reason, actor.id, now)
        if changed.status is DoseStatus.ENTERED_IN_ERROR:  # a manager decides: what was noted to the dose falls with it
            reaction_book.void_all(connection, reaction_book.standing_of(connection, ours.id), reason, actor, now)
        return revision


def choices(dispute: Dispute) -> tuple[Resolution, ...]:
    """What can be decided; what no desk wrote cannot become a revision of ours."""
    known = dispute.kind is DisputeKind.SAME_DOSE or dispute.theirs is not None
    return CHOICES[dispute.kind] if known else (Resolution.KEEP_OURS,)


def _open_one(connection: Connection, dispute_id: str) -> Dispute:
    found = dispute_rows.find(connection, dispute_rows.OPEN, x.dispute.c.id == dispute_id)
    if not found:
        raise StoreError("dispute-not-found")
    return found[0]


def _with_facts_of(ours: Dose, theirs: Dose) -> Dose:
    """What was injected, as the platform has it; who recorded it, where and when stays (I7)."""
    names = (
        "status", "screening", "vaccine", "lot", "expiry", "dose_number", "series", "series_doses", "dose_ml",
        "body_site", "occurred_at", "injector", "override_reason",
    )  # fmt: skip
    return replace(ours, **{name: getattr(theirs, name) for name in names})
