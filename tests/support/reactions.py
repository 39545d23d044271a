"""Made-up reactions, and how they get into a store: as the use case writes them."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from vaxdesk.models import tables as t
from vaxdesk.models.aftercare import Reaction, ReactionId, ReactionOutcome, ReactionStatus, Severity, Sign
from vaxdesk.models.db import Store
from vaxdesk.models.reaction_rows import reaction_of, row_of_reaction
from vaxdesk.models.session_tables import reaction
from vaxdesk.models.values import Dose, StaffMember


def a_reaction(dose: Dose, staff: StaffMember, **changes: Any) -> Reaction:
    """Fever and a rash ten minutes after this dose; the same dose gives the same id."""
    at = dose.occurred_at + timedelta(minutes=10)
    made = Reaction(
        id=ReactionId(str(uuid.uuid5(uuid.NAMESPACE_OID, f"reaction {dose.id}"))), revision=1, dose_id=dose.id,
        person_id=dose.person_id, citizen_id=dose.citizen_id, status=ReactionStatus.ACTUAL, onset_at=at,
        signs=(Sign.FEVER, Sign.RASH), severity=Severity.COMMON, treatment="nằm nghỉ, uống nước",
        outcome=ReactionOutcome.RECOVERED, note="sốt 38,5 độ", recorder_id=staff.id, recorder=staff.name,
        recorded_at=at, device_id=dose.device_id, epoch=dose.epoch, sequence=dose.sequence + 1000, site=dose.site,
    )  # fmt: skip
    return replace(made, **changes)


def keep(store: Store, found: Reaction, at: datetime) -> Reaction:
    """Saves a revision under the device's next sequence, as the use case does."""
    with store.write() as connection:
        device = connection.execute(select(t.device)).one()
        connection.execute(update(t.device).values(next_sequence=device.next_sequence + 1))
        numbered = replace(found, epoch=device.epoch, sequence=device.next_sequence)
        saved = {"saved_at": at, "saved_by": found.recorder_id}
        connection.execute(insert(reaction).values(row_of_reaction(numbered) | saved))
    return numbered


def newest(store: Store, reaction_id: str) -> Reaction:
    """The newest revision of a reaction."""
    with store.read() as connection:
        query = select(reaction).where(reaction.c.id == reaction_id).order_by(reaction.c.revision.desc())
        return reaction_of(connection.execute(query.limit(1)).one())


def change(store: Store, clock: Callable[[], datetime], reaction_id: str, **changes: Any) -> Reaction:
    """A correction: the next revision, with a reason."""
    last = newest(store, reaction_id)
    changed = replace(last, revision=last.revision + 1, **({"reason": "nhầm mức độ"} | changes))
    return keep(store, changed, clock())
