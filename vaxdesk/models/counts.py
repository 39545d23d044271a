"""Figures, each counted from records and receipts; none is stored (I11)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, case, distinct, exists, func, select

from vaxdesk.models import day_rows
from vaxdesk.models import session_tables as s
from vaxdesk.models import tables as t
from vaxdesk.models.aftercare import ReactionId
from vaxdesk.models.day_rows import RefusedDay
from vaxdesk.models.db import Store
from vaxdesk.models.dose_book import day_bounds, records
from vaxdesk.models.reaction_rows import is_current_reaction
from vaxdesk.models.rows import is_current_dose
from vaxdesk.models.values import DoseRecord, DoseStatus, RecordKind


@dataclass(frozen=True, slots=True)
class Counts:
    """The figures of a day (or of all days): given, received, read back ... each counted from records."""

    given: int
    received: int
    read_back: int
    waiting: int
    set_aside: int
    signed: int
    certified: int
    not_done: int
    oldest_waiting_s: int
    read_back_differs: int = 0


@dataclass(frozen=True, slots=True, repr=False)
class SetAside:
    """A dose the platform refused, a reaction to it (`reaction_id`), or the mended facts of its person (`person_id`), with the server's

    own words and when it was put aside.
    """

    record: DoseRecord
    code: str
    text: str
    at: datetime
    reaction_id: str = ""
    person_id: str = ""

    @property
    def record_id(self) -> str:
        """What was refused."""
        return self.reaction_id or self.person_id or str(self.record.dose.id)


class Figures:
    """What the status bar, the sync page and `status` say."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def counts(self, day: date | None = None) -> Counts:
        """The figures of one day, or of all days."""
        with self._store.read() as connection:
            stages = connection.execute(_stages(day)).mappings().one()
            queue = connection.execute(_queue()).mappings().one()
            oldest_s = _age_s(queue["oldest"], self._clock())
            reactions = connection.execute(_differing_reactions(day)).scalars().all()
        return Counts(
            given=stages["given"],
            received=stages["received"],
            read_back=stages["read_back"],
            waiting=queue["waiting"],
            set_aside=queue["aside"],
            signed=stages["signed"],
            certified=stages["certified"],
            not_done=stages["not_done"],
            oldest_waiting_s=oldest_s,
            read_back_differs=stages["differs"] + len(reactions),
        )

    def set_aside(self) -> tuple[SetAside, ...]:
        """Refused records, oldest first, at most 500."""
        with self._store.read() as connection:
            rows = connection.execute(_asides().limit(500)).mappings().all()
            found = {one.dose.id: one for one in records(connection, t.dose.c.id.in_([row["dose_id"] for row in rows]))}
        asides = [
            SetAside(
                found[row["dose_id"]],
                row["aside_code"],
                row["aside_text"],
                row["aside_at"],
                row["reaction_id"] or "",
                row["person_id"] or "",
            )
            for row in rows
        ]
        return tuple(sorted(asides, key=lambda aside: aside.at))

    def refused_days(self) -> tuple[RefusedDay, ...]:
        """Closed days the platform refused, the oldest trouble first."""
        with self._store.read() as connection:
            return day_rows.refused(connection)

    def is_sound(self) -> bool:
        """Whether every current dose and reaction has a receipt or an outbox row at its revision: nothing is stranded (I2)."""
        stranded = (_stranded(t.dose, is_current_dose()), _stranded(s.reaction, is_current_reaction()))
        with self._store.read() as connection:
            return all(connection.execute(query).first() is None for query in stranded)

    def differing(self) -> tuple[DoseRecord, ...]:
        """Doses whose copy on the platform is not what was acknowledged: the read-back alarm."""
        with self._store.read() as connection:
            c = t.receipt.c
            newest = and_(t.dose.c.id == c.record_id, t.dose.c.revision == c.revision, is_current_dose())
            differs = (c.read_back_at.is_not(None), c.read_back_hash != c.hash)
            query = select(c.record_id).join(t.dose, newest).where(*differs).limit(500)
            return records(connection, t.dose.c.id.in_(list(connection.execute(query).scalars())))

    def differing_reactions(self) -> tuple[ReactionId, ...]:
        """Reactions whose copy on the platform is not what was acknowledged."""
        with self._store.read() as connection:
            found = connection.execute(_differing_reactions().limit(500)).scalars()
            return tuple(ReactionId(reaction_id) for reaction_id in found)


def stages_of(connection: Connection, day: date) -> Mapping[str, int]:
    """In another use case's transaction: a day's doses by how far they are (`given`, `received`, `read_back`, `not_done` ...)."""
    return dict(connection.execute(_stages(day)).mappings().one())


def _asides() -> Any:
    """What was refused: doses, reactions and mended people, each with the dose it is or is about (of a person, the last), oldest first."""
    c, reaction, dose = t.outbox.c, s.reaction.c, t.dose.c
    dose_of = select(reaction.dose_id).where(reaction.id == c.record_id).limit(1).scalar_subquery()
    last_dose = (
        select(dose.id)
        .where(dose.person_id == c.record_id)
        .order_by(dose.occurred_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    is_reaction, is_person = c.kind == RecordKind.REACTION.value, c.kind == RecordKind.PERSON.value
    shown = (RecordKind.DOSE.value, RecordKind.REACTION.value, RecordKind.PERSON.value)
    return (
        select(
            case((is_reaction, dose_of), (is_person, last_dose), else_=c.record_id).label("dose_id"),
            case((is_reaction, c.record_id)).label("reaction_id"),
            case((is_person, c.record_id)).label("person_id"),
            c.aside_code,
            c.aside_text,
            c.aside_at,
        )
        .where(c.aside_at.is_not(None), c.kind.in_(shown))
        .order_by(c.aside_at)
    )


def _stranded(table: Table, is_current: ColumnElement[bool]) -> Any:
    record, receipt, row = table.c, t.receipt.c, t.outbox.c
    return (
        select(record.id)
        .where(
            is_current,
            ~exists().where(receipt.record_id == record.id, receipt.revision == record.revision),
            ~exists().where(row.record_id == record.id, row.revision == record.revision),
        )
        .limit(1)
    )


def _differing_reactions(day: date | None = None) -> Any:
    reaction, receipt = s.reaction.c, t.receipt.c
    query = select(reaction.id).where(
        is_current_reaction(),
        receipt.record_id == reaction.id,
        receipt.revision == reaction.revision,
        receipt.read_back_at.is_not(None),
        receipt.read_back_hash != receipt.hash,
    )
    if day is None:
        return query
    start, end = day_bounds(day)
    return query.where(reaction.onset_at >= start, reaction.onset_at < end)


def _stages(day: date | None) -> Any:
    dose, receipt = t.dose, t.receipt
    given = dose.c.status == DoseStatus.COMPLETED.value
    read = and_(receipt.c.read_back_at.is_not(None), receipt.c.read_back_hash == receipt.c.hash)
    differs = and_(receipt.c.read_back_at.is_not(None), receipt.c.read_back_hash != receipt.c.hash)
    query = (
        select(
            _count(given).label("given"),
            _count(and_(given, receipt.c.version.is_not(None))).label("received"),
            _count(and_(given, read)).label("read_back"),
            _count(differs).label("differs"),
            _count(and_(given, _is_signed())).label("signed"),
            _count(and_(given, _is_certified())).label("certified"),
            _count(dose.c.status == DoseStatus.NOT_DONE.value).label("not_done"),
        )
        .select_from(
            dose.outerjoin(receipt, and_(receipt.c.record_id == dose.c.id, receipt.c.revision == dose.c.revision))
        )
        .where(is_current_dose())
    )
    if day is None:
        return query
    start, end = day_bounds(day)
    return query.where(dose.c.occurred_at >= start, dose.c.occurred_at < end)


def _count(condition: Any) -> Any:
    return func.count(distinct(case((condition, t.dose.c.id))))


def _is_signed() -> Any:
    target = t.signature_target
    return exists().where(target.c.dose_id == t.dose.c.id, target.c.revision == t.dose.c.revision)


def _is_certified() -> Any:
    certificate, status = t.certificate, t.certificate_status
    newer = status.alias("newer_status")
    last = ~exists().where(newer.c.certificate_id == status.c.certificate_id, newer.c.number > status.c.number)
    return exists().where(
        certificate.c.dose_id == t.dose.c.id,
        certificate.c.dose_version == t.receipt.c.version,
        status.c.certificate_id == certificate.c.id,
        status.c.status == "current",
        last,
    )


def _queue() -> Any:
    c = t.outbox.c
    waiting = c.aside_at.is_(None)
    return select(
        func.count(case((waiting, 1))).label("waiting"),
        func.count(case((c.aside_at.is_not(None), 1))).label("aside"),
        func.min(case((waiting, c.enqueued_at))).label("oldest"),
    )


def _age_s(oldest: Any, now: datetime) -> int:
    """Age in whole seconds; 0 when nothing waits or the clock went backwards."""
    if oldest is None:
        return 0
    then = oldest if isinstance(oldest, datetime) else datetime.fromisoformat(oldest)
    return max(0, int((now - then).total_seconds()))
