"""Tickets: one person's way through the site on one day, station by station (3588/QĐ-BYT: a one-way flow). Each arrival is a fact with its time.

A site with one laptop need not use them: a dose is recorded with or without a ticket, and moves the ticket on where there is one.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NewType

from sqlalchemy import Connection, Select, bindparam, func, select

from vaxdesk.errors import InputRefused, Problem, StoreError
from vaxdesk.models import audit, people
from vaxdesk.models import session_tables as s
from vaxdesk.models import tables as t
from vaxdesk.models.db import Store
from vaxdesk.models.values import VIETNAM, CitizenId, PersonDraft, PersonId, StaffId, StaffMember

QUEUE_MAX = 500
_HAS_TICKET = select(s.ticket.c.id).where(
    s.ticket.c.person_id == bindparam("person_id"), s.ticket.c.day == bindparam("day")
)
TicketId = NewType("TicketId", str)


class Station(StrEnum):
    """Where a person is. `closed` went home after everything, `left` went without it."""

    WAITING = "waiting"
    SCREENING = "screening"
    INJECTION = "injection"
    OBSERVATION = "observation"
    CERTIFICATE = "certificate"
    CLOSED = "closed"
    LEFT = "left"

    @property
    def is_end(self) -> bool:
        """Whether nobody waits there."""
        return self in (Station.CLOSED, Station.LEFT)


@dataclass(frozen=True, slots=True, repr=False)
class Ticket:
    """`number` is the one on the paper, of this machine's day; `since` is when the person came to `station`."""

    id: TicketId
    day: date
    number: int
    person_id: PersonId
    citizen_id: CitizenId
    name: str
    opened_at: datetime
    station: Station
    since: datetime

    def waited_s(self, now: datetime) -> int:
        """Whole seconds at this station; 0 when the clock went backwards."""
        return max(0, int((now - self.since).total_seconds()))

    def __repr__(self) -> str:
        return f"Ticket({self.id}, {self.station.value})"


@dataclass(frozen=True, slots=True)
class Crowd:
    """How many are at a station, and how long the first of them has waited there, in whole seconds."""

    count: int
    longest_s: int


class Tickets:
    """The queue of a day. Every method may raise StoreError."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def open(self, person: PersonDraft, actor: StaffMember) -> Ticket:
        """A ticket for a person who arrived, or the one they have already today.

        Raises InputRefused with what stands against the person's facts: a ticket, too, is for a citizen number (I1).
        """
        now = self._clock()
        day = now.astimezone(VIETNAM).date()
        with self._store.write() as connection:
            facts, known = people.checked(connection, person, now.date())
            saved = people.save(connection, facts, known, actor.id, now, "")
            found = _of_person(connection, saved.id, day)
            return found or _insert(connection, saved.id, saved.citizen_id, day, actor.id, now)

    def move(self, ticket_id: TicketId, station: Station, actor: StaffMember) -> Ticket:
        """The person goes to a station, or goes home. Going where they are already changes nothing. Raises StoreError `ticket-not-found`."""
        with self._store.write() as connection:
            ticket = _one(connection, ticket_id)
            return _step(connection, ticket, station, actor.id, self._clock())

    def call_next(self, source: Station, target: Station, actor: StaffMember) -> Ticket:
        """Who has waited longest at `source` comes to `target`; two desks never call the same person. Raises InputRefused `nobody-waits`."""
        now = self._clock()
        with self._store.write() as connection:
            waiting = _at(connection, source, now.astimezone(VIETNAM).date(), 1)
            if not waiting:
                raise InputRefused(Problem("nobody-waits", "station"))
            return _step(connection, waiting[0], target, actor.id, now)

    def queue(self, station: Station) -> tuple[Ticket, ...]:
        """Who is at a station today, the longest waiting first, at most 500."""
        with self._store.read() as connection:
            return _at(connection, station, self._clock().astimezone(VIETNAM).date(), QUEUE_MAX)

    def of_person(self, number: CitizenId) -> Ticket | None:
        """The person's ticket of today."""
        day = self._clock().astimezone(VIETNAM).date()
        with self._store.read() as connection:
            known = people.by_number(connection, number)
            return _of_person(connection, known.id, day) if known else None

    def crowds(self) -> dict[Station, Crowd]:
        """Every station of today, also the empty ones and those who went."""
        now = self._clock()
        last = _newest_steps().subquery()
        query = (
            select(last.c.station, func.count(), func.min(last.c.at))
            .join(s.ticket, s.ticket.c.id == last.c.ticket_id)
            .where(s.ticket.c.day == now.astimezone(VIETNAM).date())
            .group_by(last.c.station)
        )
        with self._store.read() as connection:
            found = {Station(station): (count, since) for station, count, since in connection.execute(query)}
        return {station: _crowd(*found.get(station, (0, now)), now) for station in Station}


def move_on(connection: Connection, person_id: PersonId, station: Station, by: StaffId, now: datetime) -> Ticket | None:
    """In another use case's transaction: the person's ticket of today follows what happened to them, where there is one."""
    day = now.astimezone(VIETNAM).date()
    found = connection.execute(_HAS_TICKET, {"person_id": person_id, "day": day}).scalar()
    if found is None:  # the usual case at a small site: one look at an index
        return None
    ticket = _one(connection, TicketId(found))
    return ticket if ticket.station.is_end else _step(connection, ticket, station, by, now)


def _crowd(count: int, since: Any, now: datetime) -> Crowd:
    then = since if isinstance(since, datetime) else datetime.fromisoformat(since)
    return Crowd(count, max(0, int((now - then).total_seconds())))


def _newest_steps() -> Select[Any]:
    newer = s.ticket_step.alias("newer_step")
    step = s.ticket_step.c
    no_newer = ~select(newer.c.number).where(newer.c.ticket_id == step.ticket_id, newer.c.number > step.number).exists()
    return select(step.ticket_id, step.number.label("step"), step.station, step.at).where(no_newer)


def _select() -> tuple[Select[Any], Any]:
    last = _newest_steps().subquery()
    revision = t.person_revision.c
    query = (
        select(s.ticket, last.c.step, last.c.station, last.c.at, revision.name)
        .join(last, last.c.ticket_id == s.ticket.c.id)
        .join(t.person, t.person.c.id == s.ticket.c.person_id)
        .join(
            t.person_revision,
            (revision.person_id == t.person.c.id) & (revision.revision == t.person.c.revision),
        )
    )
    return query, last


def _at(connection: Connection, station: Station, day: date, limit: int) -> tuple[Ticket, ...]:
    query, last = _select()
    here = query.where(s.ticket.c.day == day, last.c.station == station.value)
    rows = connection.execute(here.order_by(last.c.at, s.ticket.c.number).limit(limit)).mappings()
    return tuple(_ticket_of(row) for row in rows)


def _of_person(connection: Connection, person_id: PersonId, day: date) -> Ticket | None:
    query, _ = _select()
    row = connection.execute(query.where(s.ticket.c.person_id == person_id, s.ticket.c.day == day)).mappings().first()
    return _ticket_of(row) if row else None


def _one(connection: Connection, ticket_id: TicketId) -> Ticket:
    query, _ = _select()
    row = connection.execute(query.where(s.ticket.c.id == ticket_id)).mappings().first()
    if row is None:
        raise StoreError("ticket-not-found")
    return _ticket_of(row)


def _insert(
    connection: Connection, person_id: PersonId, number: CitizenId, day: date, by: StaffId, now: datetime
) -> Ticket:
    c = s.ticket.c
    last = connection.execute(select(func.max(c.number)).where(c.day == day)).scalar() or 0
    made = TicketId(str(uuid.uuid4()))
    row = {"id": made, "day": day, "number": last + 1, "person_id": person_id, "citizen_id": number.digits}
    connection.execute(s.ticket.insert(), row | {"opened_at": now, "opened_by": by})
    _write_step(connection, made, 1, Station.WAITING, by, now)
    audit.note(connection, now, by, "ticket-opened", made)
    return _one(connection, made)


def _step(connection: Connection, ticket: Ticket, station: Station, by: StaffId, now: datetime) -> Ticket:
    if ticket.station is station:
        return ticket
    steps = s.ticket_step.c
    last = connection.execute(select(func.max(steps.number)).where(steps.ticket_id == ticket.id)).scalar_one()
    _write_step(connection, ticket.id, last + 1, station, by, now)
    return _one(connection, ticket.id)


def _write_step(
    connection: Connection, ticket_id: TicketId, number: int, station: Station, by: StaffId, now: datetime
) -> None:
    row = {"ticket_id": ticket_id, "number": number, "station": station.value, "at": now, "staff_id": by}
    connection.execute(s.ticket_step.insert(), row)


def _ticket_of(row: Any) -> Ticket:
    return Ticket(
        id=TicketId(row["id"]),
        day=row["day"],
        number=row["number"],
        person_id=PersonId(row["person_id"]),
        citizen_id=CitizenId(row["citizen_id"]),
        name=row["name"],
        opened_at=row["opened_at"],
        station=Station(row["station"]),
        since=row["at"],
    )
