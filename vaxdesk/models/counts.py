"""Figures, each counted from records and receipts; none is stored (I11)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, case, distinct, exists, func, select

from vaxdesk.models import tables as t
from vaxdesk.models.db import Store
from vaxdesk.models.dose_book import day_bounds, records
from vaxdesk.models.rows import is_current_dose
from vaxdesk.models.values import DoseRecord, DoseStatus


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
    """A record the platform refused, with the server's own words and when it was put aside."""

    record: DoseRecord
    code: str
    text: str
    at: datetime


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
            read_back_differs=stages["differs"],
        )

    def set_aside(self) -> tuple[SetAside, ...]:
        """Refused records, oldest first, at most 500."""
        with self._store.read() as connection:
            query = select(t.outbox).where(t.outbox.c.aside_at.is_not(None), t.outbox.c.kind == "dose")
            rows = {row["record_id"]: row for row in connection.execute(query.limit(500)).mappings()}
            found = records(connection, t.dose.c.id.in_(rows))
        asides = (
            SetAside(record, row["aside_code"], row["aside_text"], row["aside_at"])
            for record in found
            for row in (rows[record.dose.id],)
        )
        return tuple(sorted(asides, key=lambda aside: aside.at))

    def is_sound(self) -> bool:
        """Whether every current dose has a receipt or an outbox row at its revision: nothing is stranded (I2)."""
        receipt, row = t.receipt.c, t.outbox.c
        stranded = (
            select(t.dose.c.id)
            .where(
                is_current_dose(),
                ~exists().where(receipt.record_id == t.dose.c.id, receipt.revision == t.dose.c.revision),
                ~exists().where(row.record_id == t.dose.c.id, row.revision == t.dose.c.revision),
            )
            .limit(1)
        )
        with self._store.read() as connection:
            return connection.execute(stranded).first() is None

    def differing(self) -> tuple[DoseRecord, ...]:
        """Doses whose copy on the platform is not what was acknowledged: the read-back alarm."""
        with self._store.read() as connection:
            c = t.receipt.c
            newest = and_(t.dose.c.id == c.record_id, t.dose.c.revision == c.revision, is_current_dose())
            differs = (c.read_back_at.is_not(None), c.read_back_hash != c.hash)
            query = select(c.record_id).join(t.dose, newest).where(*differs).limit(500)
            return records(connection, t.dose.c.id.in_(list(connection.execute(query).scalars())))


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
