"""The observation area: who is still here after an injection, since when, and how each left (3588/QĐ-BYT: at least 30 minutes on site).

Nothing is counted down anywhere: who is observed follows from the doses and from who was let go, so that a restart changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, or_, select

from vaxdesk.errors import InputRefused, Problem
from vaxdesk.models import audit, dose_book, reaction_book, tickets
from vaxdesk.models import session_tables as s
from vaxdesk.models import tables as t
from vaxdesk.models.aftercare import OBSERVED_FOR, ObservationOutcome, Reaction
from vaxdesk.models.db import Store
from vaxdesk.models.rows import is_current_dose
from vaxdesk.models.tickets import Station
from vaxdesk.models.values import (
    VIETNAM,
    CitizenId,
    Dose,
    DoseId,
    DoseStatus,
    PartialDate,
    PersonId,
    StaffId,
    StaffMember,
    VaccineCode,
)

BOARD_MAX = 1000
WORKING_DAYS = 3  # how far back somebody forgotten is looked for, in days on which this machine recorded doses
RECORDED_WITHIN = timedelta(hours=2)  # of the injection, where the two are on different days: near midnight
LAST_MINUTES = timedelta(minutes=5)
OVERDUE_AFTER = timedelta(minutes=15)
CLOCK_SLACK = timedelta(minutes=1)
NOTE_CHARS_MIN, NOTE_CHARS_MAX = 3, 500
_NEXT_STATION = {
    ObservationOutcome.WELL: Station.CERTIFICATE,
    ObservationOutcome.REACTION: Station.CERTIFICATE,
    ObservationOutcome.LEFT_EARLY: Station.LEFT,
    ObservationOutcome.TRANSFERRED: Station.LEFT,
}
_STAYS, _WENT = s.observation_end.c.dose_id.is_(None), s.observation_end.c.dose_id.is_not(None)


class Watch(StrEnum):
    """Where somebody's thirty minutes are. `clock-wrong`: by this machine's clock the injection is still to come."""

    CLOCK_WRONG = "clock-wrong"
    OVERDUE = "overdue"
    OVER = "over"
    ENDING = "ending"
    WATCHED = "watched"

    @property
    def may_leave(self) -> bool:
        """Whether the time is over."""
        return self in (Watch.OVER, Watch.OVERDUE)


@dataclass(frozen=True, slots=True, repr=False)
class Observed:
    """Somebody in the observation area, by the dose they were given. `reaction` is the last one noted that stands."""

    dose_id: DoseId
    person_id: PersonId
    citizen_id: CitizenId
    name: str
    birth_date: PartialDate
    vaccine: VaccineCode
    dose_number: int
    given_at: datetime
    reaction: Reaction | None = None
    ended_at: datetime | None = None
    outcome: ObservationOutcome | None = None

    @property
    def due_at(self) -> datetime:
        """When the thirty minutes end."""
        return self.given_at + OBSERVED_FOR

    def left_s(self, now: datetime) -> int:
        """Whole seconds until then; below zero afterwards."""
        return int((self.due_at - now).total_seconds())

    def watch(self, now: datetime) -> Watch:
        """Where the thirty minutes are."""
        left = self.due_at - now
        if left > OBSERVED_FOR + CLOCK_SLACK:
            return Watch.CLOCK_WRONG
        if left > LAST_MINUTES:
            return Watch.WATCHED
        if left > timedelta():
            return Watch.ENDING
        return Watch.OVER if -left < OVERDUE_AFTER else Watch.OVERDUE

    def __repr__(self) -> str:
        return f"Observed({self.dose_id})"


@dataclass(frozen=True, slots=True)
class ObservationSummary:
    """A day's doses by how their observation stands, in people; `reactions` and `serious` count people with one that stands."""

    here: int
    well: int
    reaction: int
    left_early: int
    transferred: int
    reactions: int
    serious: int

    @property
    def ended(self) -> int:
        """Who went."""
        return self.well + self.reaction + self.left_early + self.transferred


class Observation:
    """The board. Every method may raise StoreError."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def board(self, now: datetime | None = None) -> tuple[Observed, ...]:
        """Who is observed, at most 1000: those the clock is wrong about first, then by time left, the least first.

        Everybody injected and recorded here on one of the last three working days whom nobody let go. Working days are those of the
        records, not of the clock: a clock that jumps hides nobody.
        """
        at = now or self._clock()
        with self._store.read() as connection:
            days = _working_days(connection)
            found = _select(connection, days, _STAYS) if days else ()
        return tuple(sorted(found, key=lambda one: (one.watch(at) is not Watch.CLOCK_WRONG, one.due_at, one.dose_id)))

    def ended(self, day: date) -> tuple[Observed, ...]:
        """Who was injected on a day and has gone, the last first, at most 1000."""
        with self._store.read() as connection:
            found = _select(connection, (day,), _WENT)
        return tuple(sorted(found, key=lambda one: (one.ended_at or one.due_at, one.dose_id), reverse=True))

    def end(self, dose_id: str, outcome: ObservationOutcome, note: str, actor: StaffMember) -> None:
        """Somebody leaves. Raises InputRefused with why not yet, or not so; StoreError `dose-not-found`."""
        now, said = self._clock(), " ".join(note.split())
        with self._store.write() as connection:
            dose = dose_book.current(connection, dose_id)
            standing = reaction_book.standing(connection, (dose.id,)).get(dose.id)
            if problems := _against(connection, dose, outcome, said, standing, now):
                raise InputRefused(*problems)
            _end(connection, dose, outcome, said, actor.id, now)

    def end_forgotten(self, note: str, actor: StaffMember) -> int:
        """Everybody of an earlier day who is still on the board went unseen; gives how many. Raises InputRefused without a reason."""
        now, said = self._clock(), " ".join(note.split())
        if problems := _against_note(said):
            raise InputRefused(*problems)
        today = now.astimezone(VIETNAM).date()
        with self._store.write() as connection:
            found = _select(connection, _working_days(connection), _STAYS)
            earlier = [one for one in found if one.given_at.astimezone(VIETNAM).date() < today]
            for one in earlier:
                dose = dose_book.current(connection, one.dose_id)
                _end(connection, dose, ObservationOutcome.LEFT_EARLY, said, actor.id, now)
        return len(earlier)

    def summary(self, day: date) -> ObservationSummary:
        """How the observations of a day's doses stand."""
        with self._store.read() as connection:
            here = _select(connection, (day,), _STAYS)
            gone = _select(connection, (day,), _WENT)
        ways = [one.outcome for one in gone]
        noted = [one.reaction for one in (*here, *gone) if one.reaction is not None]
        return ObservationSummary(
            here=len(here),
            well=ways.count(ObservationOutcome.WELL),
            reaction=ways.count(ObservationOutcome.REACTION),
            left_early=ways.count(ObservationOutcome.LEFT_EARLY),
            transferred=ways.count(ObservationOutcome.TRANSFERRED),
            reactions=len(noted),
            serious=sum(reaction.is_serious for reaction in noted),
        )


# --- leaving


def _against(
    connection: Connection, dose: Dose, outcome: ObservationOutcome, note: str, standing: Reaction | None, now: datetime
) -> tuple[Problem, ...]:
    if dose.status is not DoseStatus.COMPLETED:
        return (Problem("observation-not-given", "dose"),)
    c = s.observation_end.c
    if connection.execute(select(c.dose_id).where(c.dose_id == dose.id)).first() is not None:
        return (Problem("observation-ended", "dose"),)
    if outcome is ObservationOutcome.WELL and standing is not None:
        return (Problem("observation-has-reaction", "outcome"),)
    if outcome is ObservationOutcome.REACTION and standing is None:
        return (Problem("observation-no-reaction", "outcome"),)
    return _against_time(dose, outcome, note, now)


def _against_time(dose: Dose, outcome: ObservationOutcome, note: str, now: datetime) -> tuple[Problem, ...]:
    """Before the time a reason is needed and only some ways are open; where the clock cannot tell, a person does, with a reason."""
    stays = outcome in (ObservationOutcome.WELL, ObservationOutcome.REACTION)
    if now - dose.occurred_at < -CLOCK_SLACK:
        return _against_note(note, "observation-clock-wrong") if stays else _against_note(note)
    left = dose.occurred_at + OBSERVED_FOR - now
    if stays and left > timedelta():
        minutes = str(max(1, -(-int(left.total_seconds()) // 60)))
        return (Problem("observation-too-early", "outcome", params={"minutes": minutes}),)
    return () if stays else _against_note(note)


def _against_note(note: str, code: str = "observation-note-missing") -> tuple[Problem, ...]:
    if len(note) > NOTE_CHARS_MAX:
        return (Problem("observation-note-long", "note", params={"most": str(NOTE_CHARS_MAX)}),)
    return (Problem(code, "note"),) if len(note) < NOTE_CHARS_MIN else ()


def _end(
    connection: Connection, dose: Dose, outcome: ObservationOutcome, note: str, by: StaffId, now: datetime
) -> None:
    row = {"dose_id": dose.id, "ended_at": now, "ended_by": by, "outcome": outcome.value, "note": note}
    connection.execute(s.observation_end.insert(), row)
    tickets.move_on(connection, dose.person_id, _NEXT_STATION[outcome], by, now)
    audit.note(connection, now, by, "observation-ended", dose.id, outcome.value)


# --- who is here


def _working_days(connection: Connection) -> tuple[date, ...]:
    """The last days on which this machine recorded doses, newest first, in the order of recording, whatever the clock says."""
    c, days = t.dose.c, list[date]()
    own = dose_book.site(connection).device_id
    newest = select(c.recorded_at).where(c.device_id == own, c.revision == 1)
    newest = newest.order_by(c.epoch.desc(), c.sequence.desc()).limit(1)
    for _ in range(WORKING_DAYS):
        at = connection.execute(newest.where(*(_outside(day) for day in days))).scalar()
        if at is None:
            break
        days.append(at.astimezone(VIETNAM).date())
    return tuple(days)


def _outside(day: date) -> ColumnElement[bool]:
    start, end = dose_book.day_bounds(day)
    return or_(t.dose.c.recorded_at < start, t.dose.c.recorded_at >= end)


def _select(connection: Connection, days: tuple[date, ...], condition: ColumnElement[bool]) -> tuple[Observed, ...]:
    rows = connection.execute(_query(connection, days).where(condition).limit(BOARD_MAX)).mappings().all()
    here = [row for row in rows if _is_observed(row["occurred_at"], row["recorded_at"])]
    noted = reaction_book.standing(connection, [row["id"] for row in here])
    return tuple(_observed_of(row, noted.get(row["id"])) for row in here)


def _query(connection: Connection, days: tuple[date, ...]) -> Select[Any]:
    dose, person, end = t.dose.c, t.person_revision.c, s.observation_end
    bounds = [dose_book.day_bounds(day) for day in days]
    on_them = or_(*(and_(dose.occurred_at >= a - RECORDED_WITHIN, dose.occurred_at < b) for a, b in bounds))
    facts = (
        dose.id,
        dose.person_id,
        dose.citizen_id,
        dose.vaccine,
        dose.dose_number,
        dose.occurred_at,
        dose.recorded_at,
    )
    return (
        select(*facts, person.name, person.birth_date, end.c.ended_at, end.c.outcome)
        .join(t.person, t.person.c.id == dose.person_id)
        .join(t.person_revision, (person.person_id == t.person.c.id) & (person.revision == t.person.c.revision))
        .outerjoin(end, end.c.dose_id == dose.id)
        .where(on_them, is_current_dose(), dose.status == DoseStatus.COMPLETED.value)
        .where(dose.device_id == dose_book.site(connection).device_id)
        .order_by(dose.occurred_at.desc())
    )


def _is_observed(given_at: datetime, recorded_at: datetime) -> bool:
    """A dose entered on a later day (nhập hồi cứu) has nobody sitting here."""
    same_day = given_at.astimezone(VIETNAM).date() == recorded_at.astimezone(VIETNAM).date()
    return same_day or recorded_at - given_at < RECORDED_WITHIN


def _observed_of(row: Any, reaction: Reaction | None) -> Observed:
    return Observed(
        dose_id=DoseId(row["id"]),
        person_id=PersonId(row["person_id"]),
        citizen_id=CitizenId(row["citizen_id"]),
        name=row["name"],
        birth_date=PartialDate(row["birth_date"]),
        vaccine=VaccineCode(row["vaccine"]),
        dose_number=row["dose_number"],
        given_at=row["occurred_at"],
        reaction=reaction,
        ended_at=row["ended_at"],
        outcome=ObservationOutcome(row["outcome"]) if row["outcome"] else None,
    )
