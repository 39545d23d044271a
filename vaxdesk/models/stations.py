"""What a desk does that is one of several: it calls who waits, sees what was concluded before, and passes people on. Several windows of
one machine share the store, so that each call and each passing on is one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, select

from vaxdesk.errors import InputRefused, Problem
from vaxdesk.models import dose_book, people, screenings, tickets
from vaxdesk.models import tables as t
from vaxdesk.models.db import Store
from vaxdesk.models.screening import SheetDraft
from vaxdesk.models.screenings import Sheet
from vaxdesk.models.tickets import Crowd, Station, Ticket, TicketId
from vaxdesk.models.values import VIETNAM, CitizenId, DoseStatus, Person, Post, StaffMember


class Duty(StrEnum):
    """What one window does in the session; `all` is a site with one laptop."""

    ALL = "all"
    RECEPTION = "reception"
    SCREENING = "screening"
    INJECTION = "injection"
    OBSERVATION = "observation"


Call = tuple[Station, Station]  # from where, to where
_TO_SCREENING: Call = (Station.WAITING, Station.SCREENING)
_TO_INJECTION: Call = (Station.INJECTION, Station.INJECTION)  # who waits there comes to the needle
CALLS: Mapping[Duty, tuple[Call, ...]] = {
    Duty.ALL: (_TO_INJECTION, _TO_SCREENING),  # who is further on goes first
    Duty.SCREENING: (_TO_SCREENING,),
    Duty.INJECTION: (_TO_INJECTION,),
}
NEXT: Mapping[Station, Station] = {
    Station.WAITING: Station.SCREENING,
    Station.SCREENING: Station.INJECTION,
    Station.INJECTION: Station.OBSERVATION,
    Station.OBSERVATION: Station.CERTIFICATE,
    Station.CERTIFICATE: Station.CLOSED,
}


def duty_at(duties: str, place: int) -> Duty:
    """What a window of a machine was set to, from the settings' text; `place` counts from 0. Everything where nothing was set."""
    kept = duties.split(",")
    return Duty(kept[place]) if place < len(kept) and kept[place] in set(Duty) else Duty.ALL


def with_duty(duties: str, place: int, duty: Duty) -> str:
    """The settings' text with another duty at a place."""
    kept = [duty_at(duties, before) for before in range(max(place + 1, duties.count(",") + 1))]
    kept[place] = duty
    return ",".join(kept)


def duty_of(post: Post, chosen: Duty) -> Duty:
    """A member with a post works there; whoever has none, where the window was set to."""
    return {Post.SCREENING: Duty.SCREENING, Post.INJECTION: Duty.INJECTION}.get(post, chosen)


def crowds_of(waiting: Sequence[Ticket], now: datetime) -> dict[Station, Crowd]:
    """Every station with how many are there; the longest wait is of those not yet called to its desk."""
    found = {station: [one for one in waiting if one.station is station] for station in NEXT}
    return {
        station: Crowd(len(there), max((one.waited_s(now) for one in there if one.called_at is None), default=0))
        for station, there in found.items()
    }


@dataclass(frozen=True, slots=True, repr=False)
class Called:
    """Who comes to the desk: their ticket, and the person as this machine knows them."""

    ticket: Ticket
    person: Person

    def __repr__(self) -> str:
        return f"Called({self.ticket.id})"


@dataclass(frozen=True, slots=True, repr=False)
class Standing:
    """How far somebody has got today. `sheet` is the newest one; `is_open`: it lets inject, and no dose followed it yet."""

    ticket: Ticket | None = None
    sheet: Sheet | None = None
    concluder: str = ""
    is_open: bool = False

    def __repr__(self) -> str:
        return "Standing(…)"


class Stations:
    """Between the desks. Every method may raise StoreError."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def standing(self, number: CitizenId) -> Standing:
        """The person's ticket of today, and what was concluded at the station before."""
        day = self._clock().astimezone(VIETNAM).date()
        with self._store.read() as connection:
            known = people.by_number(connection, number)
            if known is None:
                return Standing()
            ticket = tickets.of_person(connection, known.id, day)
            sheet = screenings.newest(connection, known.id, day)
            if sheet is None:
                return Standing(ticket)
            is_open = sheet.conclusion.lets_inject and not _was_used(connection, sheet)
            return Standing(ticket, sheet, _name_of(connection, sheet), is_open)

    def call_next(self, duty: Duty, actor: StaffMember) -> Called:
        """Who has waited longest for a desk of this duty; two desks never call the same person. Raises InputRefused `nobody-waits`."""
        now = self._clock()
        with self._store.write() as connection:
            for source, target in CALLS.get(duty, ()):
                ticket = tickets.call_from(connection, source, target, actor.id, now)
                if ticket is not None:
                    return Called(ticket, people.by_id(connection, ticket.person_id))
        raise InputRefused(Problem("nobody-waits", "station"))

    def call(self, ticket_id: TicketId, target: Station, actor: StaffMember) -> Called:
        """This person, whoever has waited longer, comes to a desk of `target`. Raises StoreError `ticket-not-found`."""
        with self._store.write() as connection:
            ticket = tickets.one(connection, ticket_id)
            called = tickets.call_to(connection, ticket, target, actor.id, self._clock())
            return Called(called, people.by_id(connection, called.person_id))

    def pass_on(self, draft: SheetDraft, actor: StaffMember) -> Ticket:
        """Keeps a screening and sends the person to the injection, or home where the conclusion stops; in one transaction.

        Raises InputRefused with all that stands against the sheet, AccessRefused `screeners-only`; nothing is stored then.
        """
        now = self._clock()
        target = Station.INJECTION if draft.conclusion.lets_inject else Station.CLOSED
        with self._store.write() as connection:
            _, person = screenings.keep(connection, draft, actor, now)
            ticket = tickets.of_person_or_new(connection, person, actor.id, now)
            return tickets.go_to(connection, ticket, target, actor.id, now)


def _name_of(connection: Connection, sheet: Sheet) -> str:
    return str(connection.execute(select(t.staff.c.name).where(t.staff.c.id == sheet.concluded_by)).scalar_one())


def _was_used(connection: Connection, sheet: Sheet) -> bool:
    """Whether a dose that still counts was recorded on this conclusion."""
    doses = (record.dose for record in dose_book.of_person(connection, sheet.person_id))
    return any(
        dose.recorded_at >= sheet.concluded_at and dose.status is not DoseStatus.ENTERED_IN_ERROR for dose in doses
    )
