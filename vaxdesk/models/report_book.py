"""What the reports page and `vaxdesk report` ask: a span's figures from a few statements, and the records behind any of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, select
from sqlalchemy.sql import true

from vaxdesk.models import audit, dose_book, report_count
from vaxdesk.models import office_tables as o
from vaxdesk.models import session_tables as s
from vaxdesk.models import tables as t
from vaxdesk.models.aftercare import ReactionStatus
from vaxdesk.models.authority import Act, require
from vaxdesk.models.db import Store
from vaxdesk.models.report_count import before_span, in_span
from vaxdesk.models.reports import AGE_FROM, Age, Facets, Pictures, Reacted, Report, Span
from vaxdesk.models.rows import is_current_dose
from vaxdesk.models.tickets import Station
from vaxdesk.models.values import DoseRecord, DoseStatus, RecordKind, StaffMember

RECORDS_MAX = 2_000
CHUNK = 500
UNSENT_AGES = {"hour": timedelta(hours=1), "day": timedelta(days=1), "three-days": timedelta(days=3)}


class ReportBook:
    """Every method may raise StoreError."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def report(self, span: Span) -> Report:
        """The figures of a span of days, as of now."""
        with self._store.read() as connection:
            return report_of(connection, span, self._clock())

    def records_behind(self, span: Span, facets: Facets) -> tuple[DoseRecord, ...]:
        """The records a figure was counted from, in the order of injection; at most 2000, of those before the span the last ones."""
        with self._store.read() as connection:
            return _behind(connection, span, facets, RECORDS_MAX)

    def give_out(self, span: Span, facets: Facets, actor: StaffMember) -> tuple[DoseRecord, ...]:
        """All of `records_behind`, for a list that names people; who took it stands in the audit. Raises AccessRefused `managers-only`."""
        require(actor, Act.EXPORT_NAMES)
        with self._store.write() as connection:
            records = _behind(connection, span, facets, None)
            subject = f"{span.first.isoformat()}/{span.last.isoformat()}"
            audit.note(connection, self._clock(), actor.id, "names-given-out", subject, str(len(records)))
        return records

    def pictures(self, span: Span) -> Pictures:
        """What charts show beside the form."""
        with self._store.read() as connection:
            return Pictures(
                report_count.by_hour(connection, span), _waits(connection, span), _unsent(connection, self._clock())
            )


def report_of(connection: Connection, span: Span, as_of: datetime) -> Report:
    """`ReportBook.report` in another use case's transaction."""
    return Report(
        site=dose_book.site(connection),
        span=span,
        as_of=as_of,
        cells=report_count.cells(connection, span),
        earlier=report_count.earlier(connection, span),
        reacted=_reacted(connection, span),
        discarded=_discarded(connection, span),
        waiting=_waiting(connection, span),
        unfinished=_unfinished(connection, span),
    )


def _behind(connection: Connection, span: Span, facets: Facets, most: int | None) -> tuple[DoseRecord, ...]:
    d = t.dose.c
    when = before_span(span) if facets.is_before else in_span(span)
    query = _with_people(select(d.id)).where(when, _counted(), _has(facets)).limit(most)
    if facets.reaction:
        query = query.where(d.id.in_(_reacting(facets.reaction)))
    order = (d.occurred_at.desc(), d.sequence.desc()) if facets.is_before else (d.occurred_at, d.sequence)
    ids = list(connection.execute(query.order_by(*order)).scalars())
    found = [one for at in range(0, len(ids), CHUNK) for one in dose_book.by_ids(connection, ids[at : at + CHUNK])]
    return tuple(sorted(found, key=lambda one: (one.dose.occurred_at, one.dose.sequence)))


# --- conditions


def _counted() -> ColumnElement[bool]:
    """The newest revision, unless it was entered in error."""
    return and_(is_current_dose(), t.dose.c.status != DoseStatus.ENTERED_IN_ERROR.value)


def _with_people(query: Any) -> Any:
    """Joined with each dose's person as they are known now."""
    p, r = t.person.c, t.person_revision.c
    return query.join(t.person, p.id == t.dose.c.person_id).join(
        t.person_revision, and_(r.person_id == p.id, r.revision == p.revision)
    )


def _has(facets: Facets) -> ColumnElement[bool]:
    d = t.dose.c
    wanted: list[tuple[ColumnElement[Any], str | int | None]] = [
        (d.status, facets.status and facets.status.value),
        (d.vaccine, facets.vaccine),
        (d.screening, facets.conclusion and facets.conclusion.value),
        (t.person_revision.c.sex, facets.sex),
        (_age(), facets.age and facets.age.value),
    ]
    if facets.course:
        wanted += [(d.series, facets.course.series.value), (d.dose_number, facets.course.number)]
    return and_(true(), *(column == value for column, value in wanted if value is not None))


def _age() -> ColumnElement[str]:
    groups = [(report_count.years() >= AGE_FROM[age], age.value) for age in reversed(Age) if AGE_FROM[age]]
    return case(*groups, else_=Age.CHILD.value)


# --- counting


def _reacted(connection: Connection, span: Span) -> tuple[Reacted, ...]:
    """Reactions to doses of the span, whenever they were seen."""
    r = s.reaction.c
    query = (
        select(t.dose.c.vaccine, r.signs, r.is_serious)
        .join(t.dose, t.dose.c.id == r.dose_id)
        .where(in_span(span), _counted(), _standing(), t.dose.c.id.in_(select(r.dose_id)))  # few, so they come first
    )
    signs: dict[str, Counter[str]] = {}
    kinds: Counter[tuple[str, bool]] = Counter()
    for vaccine, seen, serious in connection.execute(query):
        signs.setdefault(vaccine, Counter()).update(seen.split())
        kinds[vaccine, bool(serious)] += 1
    return tuple(
        Reacted(vaccine, dict(sorted(signs[vaccine].items())), kinds[vaccine, False], kinds[vaccine, True])
        for vaccine in sorted(signs)
    )


def _standing() -> ColumnElement[bool]:
    """The newest revision of a reaction that was not entered in error."""
    newer = s.reaction.alias("newer_reaction")
    is_newest = (
        ~select(newer.c.id).where(newer.c.id == s.reaction.c.id, newer.c.revision > s.reaction.c.revision).exists()
    )
    return and_(is_newest, s.reaction.c.status == ReactionStatus.ACTUAL.value)


def _reacting(which: str) -> Any:
    r = s.reaction.c
    query = select(r.dose_id).where(_standing())
    if which in ("serious", "common"):
        return query.where(r.is_serious if which == "serious" else ~r.is_serious)
    return query if which == "any" else query.where((" " + r.signs + " ").contains(f" {which} ", autoescape=True))


def _discarded(connection: Connection, span: Span) -> dict[str, int]:
    e = o.stock_entry.c
    undone = o.stock_entry.alias("undone")
    is_void = select(undone.c.id).where(undone.c.kind == "voided", undone.c.voids == e.id).exists()
    query = select(e.vaccine, func.sum(e.doses)).where(
        e.kind == "wasted", e.day.between(span.first, span.last), ~is_void
    )
    return {vaccine: int(doses) for vaccine, doses in connection.execute(query.group_by(e.vaccine))}


def _waiting(connection: Connection, span: Span) -> int:
    q = t.outbox.c
    query = (
        select(func.count())
        .select_from(t.outbox.join(t.dose, t.dose.c.id == q.record_id))
        .where(q.kind == RecordKind.DOSE.value, in_span(span), is_current_dose())
    )
    return int(connection.execute(query).scalar_one())


def _unfinished(connection: Connection, span: Span) -> int:
    """People whose ticket of the span never got to an outcome."""
    step, later = s.ticket_step, s.ticket_step.alias("later_step")
    is_last = (
        ~select(later.c.ticket_id).where(later.c.ticket_id == step.c.ticket_id, later.c.number > step.c.number).exists()
    )
    before = [station.value for station in (Station.WAITING, Station.SCREENING, Station.INJECTION)]
    query = (
        select(func.count())
        .select_from(s.ticket.join(step, step.c.ticket_id == s.ticket.c.id))
        .where(s.ticket.c.day.between(span.first, span.last), is_last, step.c.station.in_(before))
    )
    return int(connection.execute(query).scalar_one())


# --- for charts


def _waits(connection: Connection, span: Span) -> dict[str, float]:
    """Mean minutes from one station to the next one."""
    step, following = s.ticket_step, s.ticket_step.alias("following_step")
    minutes = (func.julianday(following.c.at) - func.julianday(step.c.at)) * 24 * 60
    query = (
        select(step.c.station, func.avg(minutes))
        .select_from(s.ticket.join(step, step.c.ticket_id == s.ticket.c.id))
        .join(following, and_(following.c.ticket_id == step.c.ticket_id, following.c.number == step.c.number + 1))
        .where(s.ticket.c.day.between(span.first, span.last))
        .group_by(step.c.station)
    )
    return {station: float(mean) for station, mean in connection.execute(query)}


def _unsent(connection: Connection, now: datetime) -> dict[str, int]:
    """Records that wait, by how long: `hour`, `day`, `three-days`, `longer`."""
    at = t.outbox.c.enqueued_at
    limits = [(now - age, name) for name, age in UNSENT_AGES.items()]
    age = case(*((at >= limit, name) for limit, name in limits), else_="longer")
    rows = connection.execute(select(age, func.count()).group_by(age))
    return {str(row[0]): int(row[1]) for row in rows}
