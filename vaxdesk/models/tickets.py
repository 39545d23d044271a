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
from vaxdesk.models.tables import Moment
from vaxdesk.models.values import VIETNAM, CitizenId, PartialDate, Person, PersonDraft, PersonId, StaffId, StaffMember

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
    """`number` is the one on the paper, of this machine's day; `since` is when the person came to `station`.

    `called_at`: who waited at a station was called to a desk of that same station, a step of its own; None while they wait.
    """

    id: TicketId
    day: date
    number: int
    person_id: PersonId
    citizen_id: CitizenId
    name: str
    birth_date: PartialDate
    opened_at: datetime
    station: Station
    since: datetime
    called_at: datetime | None = None

    def waited_s(self, now: datetime) -> int:
        """Whole seconds at this station; 0 when the clock went backwards."""
        return max(0, int((now - self.since).total_seconds()))

    def __repr__(self) -> str:
        return f"Ticket({self.id}, {self.station.value})"


@dataclass(frozen=True, slots=True, repr=False)
class TicketStep:
    """One arrival: where, when, and by whom it was noted."""

    station: Station
    at: datetime
    staff: str

    def __repr__(self) -> str:
        return f"TicketStep({self.station.value})"


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
        """A ticket for a person who arrived, or the one they have already today; who had gone home waits again.

        Raises InputRefused with what stands against the person's facts: a ticket, too, is for a citizen number (I1).
        """
        now = self._clock()
        day = now.astimezone(VIETNAM).date()
        with self._store.write() as connection:
            facts, known = people.checked(connection, person, now.date())
            saved = people.save(connection, facts, known, actor.id, now, "")
            found = of_person(connection, saved.id, day)
            if found is None:
                return _insert(connection, saved.id, saved.citizen_id, day, actor.id, now)
            return go_to(connection, found, Station.WAITING, actor.id, now) if found.station.is_end else found

    def move(self, ticket_id: TicketId, station: Station, actor: StaffMember) -> Ticket:
        """The person goes to a station, or goes home. Going where they are already changes nothing. Raises StoreError `ticket-not-found`."""
        with self._store.write() as connection:
            ticket = one(connection, ticket_id)
            return go_to(connection, ticket, station, actor.id, self._clock())

    def call_next(self, source: Station, target: Station, actor: StaffMember) -> Ticket:
        """Who has waited longest at `source` comes to `target`; two desks never call the same person. Raises InputRefused `nobody-waits`.

        With `target` the station itself, who waits there is called to one of its desks.
        """
        now = self._clock()
        with self._store.write() as connection:
            found = call_from(connection, source, target, actor.id, now)
            if found is None:
                raise InputRefused(Problem("nobody-waits", "station"))
            return found

    def queue(self, station: Station) -> tuple[Ticket, ...]:
        """Who is at a station today, the longest waiting first, at most 500."""
        with self._store.read() as connection:
            return _at(connection, station, self._clock().astimezone(VIETNAM).date(), QUEUE_MAX)

    def here(self) -> tuple[Ticket, ...]:
        """Everybody of today who has not gone, the longest waiting first, at most 500."""
        gone = [station.value for station in Station if station.is_end]
        today = self._clock().astimezone(VIETNAM).date()
        wanted = _select().where(s.ticket.c.day == today, _STEP.station.not_in(gone))
        with self._store.read() as connection:
            rows = connection.execute(_in_order(wanted, QUEUE_MAX)).mappings()
            return tuple(_ticket_of(row) for row in rows)

    def steps(self, ticket_id: TicketId) -> tuple[TicketStep, ...]:
        """A person's way through the site so far, the first step first, at most 500."""
        step = s.ticket_step.c
        query = select(step.station, step.at, t.staff.c.name).join(t.staff, t.staff.c.id == step.staff_id)
        mine = query.where(step.ticket_id == ticket_id).order_by(step.number).limit(QUEUE_MAX)
        with self._store.read() as connection:
            return tuple(TicketStep(Station(station), at, name) for station, at, name in connection.execute(mine))

    def of_person(self, number: CitizenId) -> Ticket | None:
        """The person's ticket of today."""
        day = self._clock().astimezone(VIETNAM).date()
        with self._store.read() as connection:
            known = people.by_number(connection, number)
            return of_person(connection, known.id, day) if known else None

    def crowds(self) -> dict[Station, Crowd]:
        """Every station of today, also the empty ones and those who went."""
        now = self._clock()
        counted = _newest(_STEP.station, func.count(), func.min(_SINCE, type_=Moment()))
        query = counted.where(s.ticket.c.day == now.astimezone(VIETNAM).date()).group_by(_STEP.station)
        with self._store.read() as connection:
            found = {Station(station): (count, since) for station, count, since in connection.execute(query)}
        return {station: _crowd(*found.get(station, (0, now)), now) for station in Station}


def move_on(connection: Connection, person_id: PersonId, station: Station, by: StaffId, now: datetime) -> Ticket | None:
    """In another use case's transaction: the person's ticket of today follows what happened to them, where there is one."""
    day = now.astimezone(VIETNAM).date()
    found = connection.execute(_HAS_TICKET, {"person_id": person_id, "day": day}).scalar()
    if found is None:  # the usual case at a small site: one look at an index
        return None
    ticket = one(connection, TicketId(found))
    return ticket if ticket.station.is_end else go_to(connection, ticket, station, by, now)


def call_from(connection: Connection, source: Station, target: Station, by: StaffId, now: datetime) -> Ticket | None:
    """In another use case's transaction: the longest waiting at `source` comes to `target`; None for nobody."""
    waiting = _at(connection, source, now.astimezone(VIETNAM).date(), 1, uncalled=source is target)
    return call_to(connection, waiting[0], target, by, now) if waiting else None


def of_person_or_new(connection: Connection, person: Person, by: StaffId, now: datetime) -> Ticket:
    """In another use case's transaction: the person's ticket of today, a new one where they came past the reception."""
    day = now.astimezone(VIETNAM).date()
    found = of_person(connection, person.id, day)
    return found or _insert(connection, person.id, person.citizen_id, day, by, now)


def _crowd(count: int, since: Any, now: datetime) -> Crowd:
    then = since if isinstance(since, datetime) else datetime.fromisoformat(since)
    return Crowd(count, max(0, int((now - then).total_seconds())))


_STEP, _BEFORE, _NEWER = s.ticket_step.c, s.ticket_step.alias("step_before"), s.ticket_step.alias("newer_step")
_IS_NEWEST = (
    ~select(_NEWER.c.number).where(_NEWER.c.ticket_id == _STEP.ticket_id, _NEWER.c.number > _STEP.number).exists()
)
_IS_CALL = (  # a second step at the same station
    (_BEFORE.c.ticket_id == _STEP.ticket_id)
    & (_BEFORE.c.number == _STEP.number - 1)
    & (_BEFORE.c.station == _STEP.station)
)
_SINCE = func.coalesce(_BEFORE.c.at, _STEP.at, type_=Moment())
_WAITS = _BEFORE.c.number.is_(None)


def _newest(*columns: Any) -> Select[Any]:
    """One row a ticket: where the person is. Joined from the ticket on, so that a day's tickets are all that is looked at."""
    query = select(*columns).select_from(s.ticket).join(s.ticket_step, _STEP.ticket_id == s.ticket.c.id)
    return query.outerjoin(_BEFORE, _IS_CALL).where(_IS_NEWEST)


def _select() -> Select[Any]:
    revision = t.person_revision.c
    columns = (_STEP.station, _STEP.at, _SINCE.label("since"), _WAITS.label("waits"))
    is_current = (revision.person_id == t.person.c.id) & (revision.revision == t.person.c.revision)
    people_too = _newest(s.ticket, *columns, revision.name, revision.birth_date).join(
        t.person, t.person.c.id == s.ticket.c.person_id
    )
    return people_too.join(t.person_revision, is_current)


def _at(connection: Connection, station: Station, day: date, limit: int, uncalled: bool = False) -> tuple[Ticket, ...]:
    here = _select().where(s.ticket.c.day == day, _STEP.station == station.value)
    rows = connection.execute(_in_order(here.where(_WAITS) if uncalled else here, limit)).mappings()
    return tuple(_ticket_of(row) for row in rows)


def _in_order(query: Select[Any], limit: int) -> Select[Any]:
    return query.order_by(_SINCE, s.ticket.c.number).limit(limit)


def of_person(connection: Connection, person_id: PersonId, day: date) -> Ticket | None:
    """In another use case's transaction: the person's ticket of a day."""
    mine = _select().where(s.ticket.c.person_id == person_id, s.ticket.c.day == day)
    row = connection.execute(mine).mappings().first()
    return _ticket_of(row) if row else None


def one(connection: Connection, ticket_id: TicketId) -> Ticket:
    """In another use case's transaction. Raises StoreError `ticket-not-found`."""
    row = connection.execute(_select().where(s.ticket.c.id == ticket_id)).mappings().first()
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
    return one(connection, made)


def call_to(connection: Connection, ticket: Ticket, station: Station, by: StaffId, now: datetime) -> Ticket:
    """In another use case's transaction: called to a desk of a station; at the station already, that is a second step there, the only one."""
    if ticket.station is not station:
        return go_to(connection, ticket, station, by, now)
    return ticket if ticket.called_at else _note_step(connection, ticket, station, by, now)


def go_to(connection: Connection, ticket: Ticket, station: Station, by: StaffId, now: datetime) -> Ticket:
    """In another use case's transaction: the person is at this station now; going where they are already is no step."""
    return ticket if ticket.station is station else _note_step(connection, ticket, station, by, now)


def _note_step(connection: Connection, ticket: Ticket, station: Station, by: StaffId, now: datetime) -> Ticket:
    steps = s.ticket_step.c
    last = connection.execute(select(func.max(steps.number)).where(steps.ticket_id == ticket.id)).scalar_one()
    _write_step(connection, ticket.id, last + 1, station, by, now)
    return one(connection, ticket.id)


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
        birth_date=PartialDate(row["birth_date"]),
        opened_at=row["opened_at"],
        station=Station(row["station"]),
        since=row["since"],
        called_at=None if row["waits"] else row["at"],
    )
