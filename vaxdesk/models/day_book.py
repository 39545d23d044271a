"""Closing a day: only balanced, or with a named reason. The figures are frozen; what is corrected later shows as deltas, and may be closed again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, select

from vaxdesk.errors import InputRefused, Problem
from vaxdesk.models import audit, counts, day_close, day_rows, dose_book, stock_book, stock_rows
from vaxdesk.models import office_tables as o
from vaxdesk.models import session_tables as s
from vaxdesk.models import tables as t
from vaxdesk.models.aftercare import ReactionStatus
from vaxdesk.models.authority import Act, require
from vaxdesk.models.catalogue import load
from vaxdesk.models.day_close import DayClose, DayCounts, DayFigures, Delta, MissingDoses
from vaxdesk.models.db import Store
from vaxdesk.models.reaction_rows import is_current_reaction
from vaxdesk.models.report_book import report_of
from vaxdesk.models.reports import Span, daily_rows
from vaxdesk.models.rows import is_current_dose
from vaxdesk.models.stock import LotKey, StockDraft, StockKind, StockLot
from vaxdesk.models.tickets import Station, TicketId
from vaxdesk.models.values import VIETNAM, CitizenId, DoseStatus, PartialDate, StaffMember

REASON_CHARS_MIN, REASON_CHARS_MAX = 3, 500
MISSING_MAX = 500


@dataclass(frozen=True, slots=True, repr=False)
class MissingPerson:
    """Checked in on the day, and neither injected nor refused with a conclusion, nor gone by their own wish: probably a record is missing."""

    ticket_id: TicketId
    number: int
    name: str
    citizen_id: CitizenId
    birth_date: PartialDate
    station: Station
    since: datetime

    def __repr__(self) -> str:
        return f"MissingPerson({self.ticket_id})"


@dataclass(frozen=True, slots=True)
class DaySheet:
    """A day as it stands: its lots, figures and what is probably missing; `close` is the newest one, `deltas` what was corrected since.

    `refused` doses are among those that wait, but the platform said no to them.
    """

    day: date
    lots: tuple[StockLot, ...]
    counts: DayCounts
    refused: int
    people: tuple[MissingPerson, ...]
    doses: tuple[MissingDoses, ...]
    close: DayClose | None
    deltas: tuple[Delta, ...]

    @property
    def uncounted(self) -> tuple[StockLot, ...]:
        """Lots nobody counted yet."""
        return tuple(lot for lot in self.lots if lot.balance.counted is None)

    @property
    def differing(self) -> tuple[StockLot, ...]:
        """Lots that were counted, and are not what must be there."""
        return tuple(lot for lot in self.lots if lot.balance.difference)

    @property
    def is_balanced(self) -> bool:
        """Whether every lot was counted and fits."""
        return not self.uncounted and not self.differing

    @property
    def is_empty(self) -> bool:
        """Whether nothing happened: neither stock nor doses nor people."""
        return not (self.lots or self.counts.given or self.counts.not_done or self.people)


class DayBook:
    """Closed days. Every method may raise StoreError."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def sheet(self, day: date | None = None) -> DaySheet:
        """A day (today) as it stands now."""
        with self._store.read() as connection:
            return _sheet(connection, day or self._clock().astimezone(VIETNAM).date())

    def close(self, day: date, counts: Mapping[LotKey, int], reason: str, actor: StaffMember) -> DayClose:
        """Freezes a day's figures, with what was counted, and queues them for the platform (D1); again after corrections: the next revision.

        `counts` are added to those already entered. Raises AccessRefused `managers-only`; InputRefused for a day that does not balance and
        has no reason, is ahead, is empty, or is closed and unchanged: nothing is kept then, no count either.
        """
        require(actor, Act.CLOSE_DAY)
        now, said = self._clock(), " ".join(reason.split())
        _against_day(day, now.astimezone(VIETNAM).date())
        with self._store.write() as connection:
            _keep_counts(connection, day, counts, actor, now)
            sheet = _sheet(connection, day)
            _against_sheet(sheet, said)
            return _freeze(connection, sheet, said, actor, now)

    def closes(self, day: date) -> tuple[DayClose, ...]:
        """Every close of a day, the first one first."""
        with self._store.read() as connection:
            return day_rows.closes(connection, day)

    def open_days(self, most: int = 14) -> tuple[date, ...]:
        """Earlier days with doses that nobody closed, since the last closed one; the newest first."""
        with self._store.read() as connection:
            return _open_days(connection, self._clock().astimezone(VIETNAM).date(), most)


# --- what stands against it


def _against_day(day: date, today: date) -> None:
    if day > today:
        raise InputRefused(Problem("day-ahead", "day"))


def _against_sheet(sheet: DaySheet, reason: str) -> None:
    if sheet.is_empty:
        raise InputRefused(Problem("day-empty", "day"))
    if sheet.close and not sheet.deltas and reason in ("", sheet.close.figures.reason):
        raise InputRefused(Problem("day-closed-already", "day"))
    if len(reason) > REASON_CHARS_MAX:
        raise InputRefused(Problem("day-reason-long", "reason", params={"most": str(REASON_CHARS_MAX)}))
    if len(reason) >= REASON_CHARS_MIN:
        return
    problems = [_named("day-not-counted", sheet.uncounted), _named("day-not-balanced", sheet.differing)]
    if stopped := [problem for problem in problems if problem]:
        raise InputRefused(*stopped)


def _named(code: str, lots: tuple[StockLot, ...]) -> Problem | None:
    return Problem(code, "reason", params={"lots": ", ".join(lot.key.lot for lot in lots[:5])}) if lots else None


# --- closing


def _keep_counts(
    connection: Connection, day: date, counted: Mapping[LotKey, int], actor: StaffMember, now: datetime
) -> None:
    before = {key: balance.counted for key, balance in stock_rows.balances(connection, day).items()}
    for key, doses in counted.items():
        if before.get(key) != doses:
            draft = StockDraft(key.vaccine, key.lot, doses, day=day)
            stock_book.note(connection, StockKind.COUNTED, draft, actor, now)


def _freeze(connection: Connection, sheet: DaySheet, reason: str, actor: StaffMember, now: datetime) -> DayClose:
    site = dose_book.site(connection)
    figures = DayFigures(
        day=sheet.day,
        site=site.code,
        device_id=site.device_id,
        epoch=site.epoch,
        sequence=dose_book.next_sequence(connection),
        closed_at=now.replace(microsecond=0),
        closed_by=actor.id,
        reason=reason,
        lots=tuple(lot.balance for lot in sheet.lots),
        counts=sheet.counts,
        missing_people=len(sheet.people),
        missing_doses=sum(vial.doses for vial in sheet.doses),
        daily=daily_rows(report_of(connection, Span(sheet.day, sheet.day), now)),
    )
    text, digest = day_close.frozen(figures)
    revision = sheet.close.revision + 1 if sheet.close else 1
    close_id = day_close.close_id(site, sheet.day)
    row = {
        "id": close_id,
        "revision": revision,
        "day": sheet.day,
        "figures": text,
        "balanced": figures.is_balanced,
        "reason": reason,
        "hash": digest,
        "closed_at": now,
        "closed_by": actor.id,
    }
    connection.execute(o.day_close.insert(), row)
    audit.note(connection, now, actor.id, "day-closed", close_id, str(revision))
    return DayClose(close_id, revision, figures, digest, site.name)


# --- a day as it stands


def _sheet(connection: Connection, day: date) -> DaySheet:
    lots, figures = stock_rows.lots(connection, day), _counts(connection, day)
    closes = day_rows.closes(connection, day)
    newest = closes[-1] if closes else None
    corrected = day_close.deltas(newest.figures, [lot.balance for lot in lots], figures) if newest else ()
    return DaySheet(
        day=day,
        lots=lots,
        counts=figures,
        refused=_refused(connection, day),
        people=_people(connection, day),
        doses=_doses(connection, day, lots),
        close=newest,
        deltas=corrected,
    )


def _counts(connection: Connection, day: date) -> DayCounts:
    found = counts.stages_of(connection, day)
    return DayCounts(
        given=found["given"],
        received=found["received"],
        read_back=found["read_back"],
        waiting=found["given"] - found["received"],
        not_done=found["not_done"],
        reactions=_reactions(connection, day),
    )


def _reactions(connection: Connection, day: date) -> int:
    c, (start, end) = s.reaction.c, dose_book.day_bounds(day)
    on_day = (is_current_reaction(), c.status == ReactionStatus.ACTUAL.value, c.onset_at >= start, c.onset_at < end)
    return int(connection.execute(select(func.count()).select_from(s.reaction).where(*on_day)).scalar_one())


def _refused(connection: Connection, day: date) -> int:
    c, row = t.dose.c, t.outbox.c
    start, end = dose_book.day_bounds(day)
    query = select(func.count()).select_from(t.dose).join(t.outbox, (row.record_id == c.id) & (row.kind == "dose"))
    on_day = (is_current_dose(), c.occurred_at >= start, c.occurred_at < end, row.aside_at.is_not(None))
    return int(connection.execute(query.where(*on_day)).scalar_one())


def _people(connection: Connection, day: date) -> tuple[MissingPerson, ...]:
    """Tickets of the day without a dose or a documented non-dose; who left without it said so at the desk."""
    ticket, step, newer, person = s.ticket.c, s.ticket_step.c, s.ticket_step.alias("newer_step"), t.person_revision.c
    start, end = dose_book.day_bounds(day)
    has_outcome = (
        select(t.dose.c.id)
        .where(
            t.dose.c.person_id == ticket.person_id,
            t.dose.c.occurred_at >= start,
            t.dose.c.occurred_at < end,
            t.dose.c.status != DoseStatus.ENTERED_IN_ERROR.value,
            is_current_dose(),
        )
        .exists()
    )
    is_last = ~select(newer.c.number).where(newer.c.ticket_id == ticket.id, newer.c.number > step.number).exists()
    query = (
        select(s.ticket, step.station, step.at, person.name, person.birth_date)
        .join(s.ticket_step, step.ticket_id == ticket.id)
        .join(t.person, t.person.c.id == ticket.person_id)
        .join(t.person_revision, (person.person_id == t.person.c.id) & (person.revision == t.person.c.revision))
        .where(ticket.day == day, is_last, step.station != Station.LEFT.value, ~has_outcome)
        .order_by(ticket.number)
        .limit(MISSING_MAX)
    )
    return tuple(_missing_of(row) for row in connection.execute(query).mappings())


def _missing_of(row: Any) -> MissingPerson:
    return MissingPerson(
        ticket_id=TicketId(row["id"]),
        number=row["number"],
        name=row["name"],
        citizen_id=CitizenId(row["citizen_id"]),
        birth_date=PartialDate(row["birth_date"]),
        station=Station(row["station"]),
        since=row["at"],
    )


def _doses(connection: Connection, day: date, lots: tuple[StockLot, ...]) -> tuple[MissingDoses, ...]:
    """Vials opened on the day that held more than was recorded or thrown away of them; a vial holds its usual number of doses."""
    found = []
    for lot in lots:
        usual = load().vaccine(lot.key.vaccine).doses_per_vial[0] if lot.vials else 0
        for vial in lot.vials:
            lost = stock_rows.wasted_of_vial(connection, lot.key, vial.number, day)
            if (left := usual - vial.given - lost) > 0:
                found.append(MissingDoses(lot.key, vial.number, vial.opened_at, left))
    return tuple(found)


def _open_days(connection: Connection, today: date, most: int) -> tuple[date, ...]:
    last = connection.execute(select(func.max(o.day_close.c.day))).scalar()
    c = t.dose.c
    start = dose_book.day_bounds(last)[1] if last else dose_book.day_bounds(date(1970, 1, 1))[0]
    query = select(c.occurred_at).where(
        is_current_dose(), c.status == DoseStatus.COMPLETED.value, c.occurred_at < dose_book.day_bounds(today)[0]
    )
    found: list[date] = []
    end = dose_book.day_bounds(today)[0]
    for _ in range(most):
        at = connection.execute(
            query.where(c.occurred_at >= start, c.occurred_at < end).order_by(c.occurred_at.desc()).limit(1)
        ).scalar()
        if at is None:
            break
        day = at.astimezone(VIETNAM).date()
        end = dose_book.day_bounds(day)[0]
        found.append(day)
    return tuple(found)
