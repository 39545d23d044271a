"""The rows of reactions: the newest revisions, and making the next one. In the transaction of whoever asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, select

from vaxdesk.errors import DoseRefused, Problem, StoreError
from vaxdesk.models import audit, dose_book
from vaxdesk.models.aftercare import Reaction, ReactionStatus
from vaxdesk.models.authority import Act, may
from vaxdesk.models.reaction_rows import is_current_reaction, reaction_of, row_of_reaction
from vaxdesk.models.session_tables import reaction
from vaxdesk.models.values import StaffMember

CHUNK = 500


def standing(connection: Connection, dose_ids: Sequence[str]) -> dict[str, Reaction]:
    """By dose, the reaction that stands and was noted last."""
    found: dict[str, Reaction] = {}
    for start in range(0, len(dose_ids), CHUNK):
        some = reaction.c.dose_id.in_(dose_ids[start : start + CHUNK])
        rows = connection.execute(select_current().where(some, reaction.c.status == ReactionStatus.ACTUAL.value))
        noted = sorted(map(reaction_of, rows), key=lambda one: one.recorded_at)
        found |= {one.dose_id: one for one in noted}
    return found


def select_current() -> Select[Any]:
    """The newest revisions, in the order of onset."""
    return select(reaction).where(is_current_reaction()).order_by(reaction.c.onset_at, reaction.c.id)


def current(connection: Connection, reaction_id: str) -> Reaction:
    """One reaction. Raises StoreError `reaction-not-found`."""
    row = connection.execute(select_current().where(reaction.c.id == reaction_id)).first()
    if row is None:
        raise StoreError("reaction-not-found")
    return reaction_of(row)


def standing_of(connection: Connection, dose_id: str) -> tuple[Reaction, ...]:
    """The reactions to one dose that stand."""
    query = select_current().where(reaction.c.dose_id == dose_id, reaction.c.status == ReactionStatus.ACTUAL.value)
    return tuple(reaction_of(row) for row in connection.execute(query))


def void(connection: Connection, old: Reaction, reason: str, actor: StaffMember, now: datetime) -> Reaction:
    """Marks a reaction entered in error; the store queues the revision."""
    new = replace(old, status=ReactionStatus.ENTERED_IN_ERROR)
    return revise(connection, new, reason, actor, now, "reaction-voided")


def must_be_theirs_to_void(reactions: Sequence[Reaction], actor: StaffMember, with_reactions: bool) -> None:
    """Nobody voids what was seen after a dose without saying so; a serious event (3588/QĐ-BYT) is a manager's to withdraw.

    Raises DoseRefused `dose-has-reactions`, `dose-has-serious-reaction`.
    """
    params = {"count": str(len(reactions))}
    if any(reaction.is_serious for reaction in reactions) and not may(actor, Act.OVERRIDE_STOP):
        raise DoseRefused(Problem("dose-has-serious-reaction", "dose", params=params))
    if reactions and not with_reactions:
        raise DoseRefused(Problem("dose-has-reactions", "dose", params=params))


def void_all(
    connection: Connection, reactions: Sequence[Reaction], reason: str, actor: StaffMember, now: datetime
) -> None:
    """Those of a dose that was never given."""
    for one in reactions:
        void(connection, one, reason, actor, now)


def revise(
    connection: Connection, new: Reaction, reason: str, actor: StaffMember, now: datetime, action: str
) -> Reaction:
    """The next revision, with a sequence number of its own; the store queues it."""
    number, epoch = dose_book.next_sequence(connection), dose_book.site(connection).epoch
    revised = replace(new, revision=new.revision + 1, reason=reason, sequence=number, epoch=epoch)
    insert(connection, revised, actor, now)
    audit.note(connection, now, actor.id, action, new.id, new.severity.value)
    return revised


def insert(connection: Connection, made: Reaction, actor: StaffMember, now: datetime) -> None:
    """A revision as it is."""
    connection.execute(reaction.insert(), row_of_reaction(made) | {"saved_at": now, "saved_by": actor.id})
