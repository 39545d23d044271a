"""Doses given elsewhere, as far as they are known: asked of the platform, pulled from the site's other desks, read off a slip.

A cache: a newer state replaces an older one, and nothing here is ever sent. What this store recorded itself is never listed here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, exists, func, or_, select
from sqlalchemy.dialects.sqlite import insert as upsert

from vaxdesk.models import exchange_tables as x
from vaxdesk.models import tables as t
from vaxdesk.models import traffic
from vaxdesk.models.db import Store
from vaxdesk.models.dispute_rows import other_dose_of
from vaxdesk.models.exchange import HistoryElsewhere, OtherDose, Source
from vaxdesk.models.traffic import NO_TRAFFIC, Traffic
from vaxdesk.models.values import CitizenId, DoseStatus, GivenDose, VaccineCode

_OURS = exists().where(t.dose.c.id == x.elsewhere.c.id)  # a restored desk was told of its own before it took them back
_KNOWN = (
    select(x.elsewhere)
    .where(x.elsewhere.c.citizen_id == bindparam("number"), ~_OURS)
    .order_by(x.elsewhere.c.occurred_at)
)
_AS_OF = select(x.asked.c.at).where(x.asked.c.citizen_id == bindparam("number"))


class Elsewhere:
    """What a site knows of doses given elsewhere, and whom it invited. Every method may raise StoreError."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def keep(
        self, asked: Iterable[CitizenId], doses: Sequence[OtherDose], at: datetime, used: Traffic = NO_TRAFFIC
    ) -> None:
        """Keeps an answer: these citizens were asked about, and these are their doses. `used` counts to the day's traffic."""
        with self._store.write() as connection:
            keep(connection, doses)
            note_asked(connection, asked, at)
            if used.requests:
                traffic.add(connection, at.date(), used)

    def of(self, number: CitizenId) -> HistoryElsewhere:
        """What is known of a citizen's doses elsewhere."""
        with self._store.read() as connection:
            return of(connection, number)

    def invite(self, numbers: Iterable[CitizenId], at: datetime) -> int:
        """Puts citizens on the roster; returns how many were new."""
        with self._store.write() as connection:
            before = connection.execute(select(func.count()).select_from(x.invited)).scalar_one()
            rows = [{"citizen_id": number.digits, "added_at": at} for number in numbers]
            if rows:
                connection.execute(upsert(x.invited).on_conflict_do_nothing(), rows)
            return int(connection.execute(select(func.count()).select_from(x.invited)).scalar_one() - before)

    def to_ask(self, limit: int, older_than: datetime) -> tuple[CitizenId, ...]:
        """Invited citizens never asked about, or not since `older_than`: those first who wait longest."""
        query = (
            select(x.invited.c.citizen_id)
            .outerjoin(x.asked, x.asked.c.citizen_id == x.invited.c.citizen_id)
            .where(x.asked.c.at.is_(None) | (x.asked.c.at < older_than))
            .order_by(x.asked.c.at.is_not(None), x.asked.c.at, x.invited.c.citizen_id)
            .limit(limit)
        )
        with self._store.read() as connection:
            return tuple(CitizenId(digits) for digits in connection.execute(query).scalars())

    def roster(self) -> tuple[int, int, datetime | None]:
        """How many are invited, how many of them were asked about, and when the one longest ago was."""
        counted = select(
            func.count(x.invited.c.citizen_id), func.count(x.asked.c.at), func.min(x.asked.c.at)
        ).outerjoin_from(x.invited, x.asked, x.asked.c.citizen_id == x.invited.c.citizen_id)
        with self._store.read() as connection:
            invited, known, oldest = connection.execute(counted).one()
        return invited, known, oldest


def keep(connection: Connection, doses: Sequence[OtherDose]) -> None:
    """Keeps doses, the newer state of each; those this store recorded itself are passed over.

    What the platform told replaces whatever a slip said, and no slip replaces that.
    """
    own = select(t.dose.c.id).where(t.dose.c.id.in_([dose.id for dose in doses]))
    ours = set(connection.execute(own).scalars()) if doses else set()
    rows = [_row(dose) for dose in doses if dose.id not in ours]
    if not rows:
        return
    row = upsert(x.elsewhere)
    newer = {name: row.excluded[name] for name in rows[0] if name != "id"}
    connection.execute(
        row.on_conflict_do_update(index_elements=["id"], set_=newer, where=_gives_way(row.excluded)), rows
    )


def _gives_way(told: Any) -> ColumnElement[bool]:
    """Whether what is kept is replaced by what was told now."""
    kept, slip = x.elsewhere.c, Source.SLIP.value
    same_kind = (kept.source == slip) == (told.source == slip)
    return or_((kept.source == slip) & (told.source != slip), same_kind & (kept.revision <= told.revision))


def note_asked(connection: Connection, asked: Iterable[CitizenId], at: datetime) -> None:
    """Remembers when these citizens were asked about, whatever was found."""
    rows = [{"citizen_id": number.digits, "at": at} for number in asked]
    if rows:
        row = upsert(x.asked)
        connection.execute(row.on_conflict_do_update(index_elements=["citizen_id"], set_={"at": row.excluded.at}), rows)


def doses_of(connection: Connection, number: CitizenId) -> tuple[OtherDose, ...]:
    """A citizen's doses elsewhere, oldest first: one indexed query, for the path that saves."""
    return tuple(other_dose_of(row) for row in connection.execute(_KNOWN, {"number": number.digits}).mappings())


def of(connection: Connection, number: CitizenId) -> HistoryElsewhere:
    """What is known of a citizen's doses elsewhere, and since when."""
    as_of = connection.execute(_AS_OF, {"number": number.digits}).scalar()
    return HistoryElsewhere(doses_of(connection, number), as_of)


def given(doses: Sequence[OtherDose]) -> tuple[GivenDose, ...]:
    """The completed doses whose vaccine the rules can judge."""
    return tuple(
        GivenDose(VaccineCode(dose.vaccine), dose.occurred_at.date(), dose.dose_number, dose.series)
        for dose in doses
        if dose.status is DoseStatus.COMPLETED and dose.vaccine
    )


def _row(dose: OtherDose) -> dict[str, object]:
    plain = {name: getattr(dose, name) for name in x.elsewhere.columns.keys()}  # noqa: SIM118
    return plain | {
        "citizen_id": dose.citizen_id.digits,
        "status": dose.status.value,
        "series": dose.series.value,
        "source": dose.source.value,
    }
