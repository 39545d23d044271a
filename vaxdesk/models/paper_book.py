"""The print ledger, and who holds which paper: what was printed, whether it still holds, and who should come for another one.

A copy holds while the dose and the person are as they were when it came out and its certificate is current. A confirmation printed before
the platform answered is provisional: it is exchanged when the certificate is there, and printing that closes the entry.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from vaxdesk.models import dose_book
from vaxdesk.models import session_tables as s
from vaxdesk.models import tables as t
from vaxdesk.models.db import Store
from vaxdesk.models.rows import is_current_dose
from vaxdesk.models.values import VIETNAM, DoseRecord, DoseStatus, Stage

LINES_MAX = 2_000
ENTRIES_MAX = 5_000
CHUNK = 500
SLIP = "slip"


class Standing(StrEnum):
    """Whether a printed copy still holds."""

    VALID = "valid"
    PROVISIONAL = "provisional"  # printed before the platform answered
    EXCHANGED = "exchanged"  # provisional, and the certificate was printed since
    CORRECTED = "corrected"  # dose or person were corrected since
    SUPERSEDED = "superseded"  # its certificate was replaced
    REVOKED = "revoked"  # its certificate was taken back
    VOIDED = "voided"  # the dose was entered in error

    @property
    def is_worthless(self) -> bool:
        """Whether nobody may rely on the copy."""
        return self in (Standing.CORRECTED, Standing.SUPERSEDED, Standing.REVOKED, Standing.VOIDED)


class PaperState(StrEnum):
    """What a dose's paper asks for."""

    WAITING = "waiting"  # nothing printed, and the platform has not answered
    READY = "ready"  # the certificate is there; nothing printed
    PROVISIONAL = "provisional"  # somebody holds a provisional paper
    EXCHANGE = "exchange"  # and can have the real one now
    OUTDATED = "outdated"  # the paper somebody holds is worthless: print again and take the old one back
    PRINTED = "printed"
    RECALL = "recall"  # the dose was entered in error: take the paper back, print none


@dataclass(frozen=True, slots=True)
class PrintedCopy:
    """One line of the ledger. `by` is who printed; `since`: when it ceased to hold, where it did; `sha256` of the PDF."""

    id: int
    dose_id: str
    certificate_id: str
    form: str
    copy: int
    sha256: str
    printed_at: datetime
    by: str
    reason: str
    standing: Standing
    since: datetime | None = None


@dataclass(frozen=True, slots=True, repr=False)
class PaperLine:
    """One dose of a list: what its paper asks for, its ticket's number of the day (None for none), its copies, the newest first."""

    record: DoseRecord
    state: PaperState
    ticket: int | None
    copies: tuple[PrintedCopy, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """A printed copy with the dose it was of."""

    copy: PrintedCopy
    record: DoseRecord = field(repr=False)


class PaperBook:
    """Every method may raise StoreError."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def day(self, day: date) -> tuple[PaperLine, ...]:
        """The doses given on a day, and those in error of which paper is about, in the order of the waiting list, then of injection."""
        with self._store.read() as connection:
            return _in_order(_lines(connection, dose_book.of_day(connection, day)))

    def open_ones(self) -> tuple[PaperLine, ...]:
        """Of all days, what asks for something: certificates never printed, provisional and worthless papers. At most 2000, the oldest first."""
        with self._store.read() as connection:
            ids = sorted(_candidates(connection))
            found: list[PaperLine] = []
            for start in range(0, len(ids), CHUNK):
                found += _lines(connection, dose_book.by_ids(connection, ids[start : start + CHUNK]))
        asking = (line for line in found if line.state not in (PaperState.PRINTED, PaperState.WAITING))
        return _in_order(asking)[:LINES_MAX]

    def copies(self, dose_id: str) -> tuple[PrintedCopy, ...]:
        """A dose's copies, the newest first. Raises StoreError `dose-not-found`."""
        with self._store.read() as connection:
            (line,) = _lines(connection, (dose_book.one(connection, dose_id),), all_of_them=True)
        return line.copies

    def ledger(self, first: date, last: date) -> tuple[LedgerEntry, ...]:
        """What was printed from one day to another, both included, the newest first, at most 5000."""
        start, end = dose_book.day_bounds(first)[0], dose_book.day_bounds(last)[1]
        c = t.print_log.c
        wanted = select(c.id, c.dose_id).where(c.printed_at >= start, c.printed_at < end)
        with self._store.read() as connection:
            rows = connection.execute(wanted.order_by(c.id.desc()).limit(ENTRIES_MAX)).all()
            ids = {row.id for row in rows}
            doses = sorted({row.dose_id for row in rows})
            lines: list[PaperLine] = []
            for place in range(0, len(doses), CHUNK):
                records = dose_book.by_ids(connection, doses[place : place + CHUNK])
                lines += _lines(connection, records, all_of_them=True)
        entries = (LedgerEntry(copy, line.record) for line in lines for copy in line.copies if copy.id in ids)
        return tuple(sorted(entries, key=lambda entry: -entry.copy.id))


@dataclass(slots=True)
class _Change:
    """When what a paper says was changed last, and why papers before that do not hold."""

    at: datetime
    standing: Standing


def _lines(connection: Connection, records: Sequence[DoseRecord], all_of_them: bool = False) -> list[PaperLine]:
    ids = [record.dose.id for record in records]
    copies = _copies(connection, records, _statuses(connection, ids))
    numbers = _tickets(connection, records)
    lines = []
    for record in records:
        mine = copies.get(record.dose.id, ())
        if all_of_them or record.dose.status is DoseStatus.COMPLETED or (mine and _is_void(record)):
            lines.append(PaperLine(record, _state(record, mine), numbers.get(record.dose.id), mine))
    return lines


def _in_order(lines: Iterable[PaperLine]) -> tuple[PaperLine, ...]:
    """By day; in it by ticket, then who has none in the order of injection."""

    def place(line: PaperLine) -> tuple[Any, ...]:
        at = line.record.dose.occurred_at.astimezone(VIETNAM)
        return at.date(), line.ticket is None, line.ticket or 0, at, line.record.dose.sequence

    return tuple(sorted(lines, key=place))


def _state(record: DoseRecord, copies: tuple[PrintedCopy, ...]) -> PaperState:
    newest = next((copy for copy in copies if copy.form != SLIP), None)
    if _is_void(record):
        return PaperState.RECALL
    if newest is None:
        return PaperState.READY if record.certificate_id else PaperState.WAITING
    if newest.standing.is_worthless:
        return PaperState.OUTDATED
    if newest.standing is Standing.PROVISIONAL:
        return PaperState.EXCHANGE if record.certificate_id else PaperState.PROVISIONAL
    return PaperState.PRINTED


def _is_void(record: DoseRecord) -> bool:
    return record.dose.status is DoseStatus.ENTERED_IN_ERROR


def _copies(
    connection: Connection, records: Sequence[DoseRecord], statuses: dict[str, tuple[str, datetime]]
) -> dict[str, tuple[PrintedCopy, ...]]:
    by_id = {record.dose.id: record for record in records}
    mended = _mended(connection, {record.person.id for record in records})
    c = t.print_log.c
    query = select(t.print_log, t.staff.c.name.label("by")).join(t.staff, t.staff.c.id == c.printed_by)
    found: defaultdict[str, list[PrintedCopy]] = defaultdict(list)
    exchanged: set[str] = set()
    for row in connection.execute(query.where(c.dose_id.in_(by_id)).order_by(c.id.desc())).mappings():
        record = by_id[row["dose_id"]]
        change = _change(record, row, statuses, mended.get(record.person.id, ()))
        standing, since = (change.standing, change.at) if change else (_held(row, exchanged), None)
        if row["certificate_id"] and row["form"] != SLIP:
            exchanged.add(row["dose_id"])
        facts = {name: row[name] for name in ("id", "dose_id", "certificate_id", "form", "copy", "sha256", "reason")}
        found[row["dose_id"]].append(
            PrintedCopy(**facts, printed_at=row["printed_at"], by=row["by"], standing=standing, since=since)
        )
    return {dose_id: tuple(copies) for dose_id, copies in found.items()}


def _held(row: Any, exchanged: set[str]) -> Standing:
    if row["certificate_id"] or row["form"] == SLIP:
        return Standing.VALID
    return Standing.EXCHANGED if row["dose_id"] in exchanged else Standing.PROVISIONAL


def _change(
    record: DoseRecord, row: Any, statuses: dict[str, tuple[str, datetime]], mended: Sequence[datetime]
) -> _Change | None:
    """What took this copy's worth, or None."""
    at, status = row["printed_at"], statuses.get(row["certificate_id"])
    if _is_void(record):
        return _Change(record.stages[Stage.ENTERED_IN_ERROR], Standing.VOIDED)
    corrected = record.stages.get(Stage.CORRECTED)
    if corrected is not None and corrected > at:
        return _Change(corrected, Standing.CORRECTED)
    if later := [moment for moment in mended if moment > at]:
        return _Change(later[0], Standing.CORRECTED)
    if row["form"] == SLIP or status is None or status[0] == "current":
        return None
    return _Change(status[1], Standing.SUPERSEDED if status[0] == "superseded" else Standing.REVOKED)


def _mended(connection: Connection, people: set[Any]) -> dict[str, list[datetime]]:
    """When what papers say of a person was changed, oldest first: name, day of birth, sex, number."""
    c = t.person_revision.c
    query = select(c.person_id, c.saved_at, c.name, c.birth_date, c.sex, c.citizen_id)
    found: defaultdict[str, list[datetime]] = defaultdict(list)
    before: dict[str, tuple[Any, ...]] = {}
    for person, at, *facts in connection.execute(query.where(c.person_id.in_(people)).order_by(c.revision)):
        if before.get(person, tuple(facts)) != tuple(facts):
            found[person].append(at)
        before[person] = tuple(facts)
    return found


def _statuses(connection: Connection, dose_ids: Sequence[str]) -> dict[str, tuple[str, datetime]]:
    """The newest status of every certificate of these doses, and since when."""
    status = t.certificate_status.c
    query = (
        select(t.certificate.c.id, status.status, status.at)
        .join(t.certificate_status)
        .where(t.certificate.c.dose_id.in_(dose_ids))
        .order_by(status.number)
    )
    return {row.id: (row.status, row.at) for row in connection.execute(query)}


def _tickets(connection: Connection, records: Sequence[DoseRecord]) -> dict[str, int]:
    """Each dose's ticket number on its day."""
    days = {record.dose.occurred_at.astimezone(VIETNAM).date() for record in records}
    people = {record.person.id for record in records}
    c = s.ticket.c
    query = select(c.day, c.person_id, c.number).where(c.day.in_(days), c.person_id.in_(people))
    known = {(row.person_id, row.day): row.number for row in connection.execute(query)}
    keys = ((r.dose.id, (r.person.id, r.dose.occurred_at.astimezone(VIETNAM).date())) for r in records)
    return {dose_id: known[key] for dose_id, key in keys if key in known}


def _candidates(connection: Connection) -> set[str]:
    """Doses whose paper may ask for something: a certificate without a print, or a newest print that does not hold."""
    log, certificate = t.print_log.c, t.certificate.c
    is_printed = select(log.id).where(log.dose_id == certificate.dose_id, log.form != SLIP).exists()
    unprinted = select(certificate.dose_id).where(~is_printed).distinct().limit(2 * LINES_MAX)
    newest = select(log.dose_id, func.max(log.id).label("id")).where(log.form != SLIP).group_by(log.dose_id).subquery()
    last = select(log.dose_id).join(newest, newest.c.id == log.id)
    changed = last.join(t.dose, t.dose.c.id == log.dose_id).where(is_current_dose(), t.dose.c.saved_at > log.printed_at)
    renamed = last.join(t.dose, t.dose.c.id == log.dose_id).join(
        t.person_revision,
        (t.person_revision.c.person_id == t.dose.c.person_id) & (t.person_revision.c.saved_at > log.printed_at),
    )
    taken_back = last.where(log.certificate_id.in_(_not_current()))
    found: set[str] = set()
    for query in (unprinted, last.where(log.certificate_id == ""), changed, renamed, taken_back):
        found |= set(connection.execute(query.limit(2 * LINES_MAX)).scalars())
    return found


def _not_current() -> Any:
    status = t.certificate_status
    newer = status.alias("newer_status")
    is_newest: ColumnElement[bool] = ~(
        select(newer.c.number)
        .where(newer.c.certificate_id == status.c.certificate_id, newer.c.number > status.c.number)
        .exists()
    )
    return select(status.c.certificate_id).where(status.c.status != "current", is_newest)
