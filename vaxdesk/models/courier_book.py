"""The store as the courier sees it: what travels next, what was carried, and what an answer changes (contract K2, K5)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, func, select, update

from vaxdesk.errors import InputRefused, Problem, StoreError
from vaxdesk.models import audit, outbox
from vaxdesk.models import exchange_tables as x
from vaxdesk.models import tables as t
from vaxdesk.models.db import Store
from vaxdesk.models.exchange import Acknowledged, Carried, CourierAnswer, CourierLine, Export, PutAside, Step, Tally
from vaxdesk.models.rows import site_of
from vaxdesk.models.sync_book import load_due
from vaxdesk.models.values import OutboxEntry, RecordKind, Site, StaffMember

RECORDS_MAX = 5_000

_Key = tuple[RecordKind, str, int]


class CourierBook:
    """Courier files of this desk. One transaction a method."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def site(self) -> Site:
        """The enrolled site and device. Raises StoreError `not-enrolled`."""
        with self._store.read() as connection:
            return _site(connection)

    def next_export(self, limit: int = RECORDS_MAX) -> Export:
        """All that waits, at most `limit` records, under the next number; nothing is written. Raises InputRefused `courier-nothing-waiting`."""
        with self._store.read() as connection:
            site = _site(connection)
            entries = outbox.to_carry(connection, min(limit, RECORDS_MAX))
            if not entries:
                raise InputRefused(Problem("courier-nothing-waiting"))
            number = _last_number(connection, site.epoch) + 1
            due = load_due(connection, entries)
            return Export(site.device_id, site.code, site.epoch, number, self._clock(), due)

    def keep(
        self, export: Export, sha256: str, carried: Sequence[Carried], actor: StaffMember, publish: Callable[[], None]
    ) -> None:
        """Notes a file as written. `publish` gives it its name last, inside the transaction: a file that is not there carries nothing.

        Raises StoreError `courier-number-taken` when another program wrote a file meanwhile, and what `publish` raises; nothing is noted then.
        """
        numbered = {"epoch": export.epoch, "number": export.number}
        made = {"made_at": export.made_at, "made_by": actor.id, "sha256": sha256, "answered_at": None}
        with self._store.write() as connection:
            if _last_number(connection, export.epoch) >= export.number or _site(connection).epoch != export.epoch:
                raise StoreError("courier-number-taken")
            connection.execute(x.courier.insert().values(numbered | made))
            connection.execute(x.courier_record.insert(), [numbered | _row(one) for one in carried])
            subject = f"{export.epoch}/{export.number}"
            audit.note(connection, self._clock(), actor.id, "courier-written", subject, str(len(carried)))
            publish()

    def apply(self, answer: CourierAnswer, actor: StaffMember) -> Tally:
        """What an answer to a file of this desk changes; the same answer again, nothing. Figures are of the records in the file.

        Raises InputRefused `courier-answer-not-ours` (another desk's), `courier-answer-unknown` (a file this store never wrote).
        """
        with self._store.write() as connection:
            file, carried = _file_of(connection, answer)
            known = _known_lines(answer.lines, carried)
            tally = tally_of(known, len(carried))
            now, is_newest = self._clock(), file["answered_at"] is None or file["answered_at"] < answer.answered_at
            steps = _receipts(connection, known, now) + (_refusals(connection, known) if is_newest else [])
            if steps or is_newest:
                outbox.apply(connection, steps, now)
                _note_answer(connection, answer, is_newest)
                subject = f"{answer.epoch}/{answer.number}"
                detail = f"{tally.received} {tally.set_aside} {tally.waiting}"
                audit.note(connection, now, actor.id, "courier-answered", subject, detail)
        return tally

    def note_delivered(self, sha256: str, actor: StaffMember) -> None:
        """Somebody's file was handed to the platform here."""
        with self._store.write() as connection:
            audit.note(connection, self._clock(), actor.id, "courier-delivered", sha256)


def tally_of(lines: Sequence[CourierLine], records: int) -> Tally:
    """How a file of so many records fared."""
    received = sum(line.receipt is not None for line in lines)
    set_aside = sum(line.is_refused for line in lines)
    return Tally(received, set_aside, records - received - set_aside)


def _site(connection: Connection) -> Site:
    row = connection.execute(select(t.device)).first()
    if row is None:
        raise StoreError("not-enrolled")
    return site_of(row)


def _last_number(connection: Connection, epoch: int) -> int:
    query = select(func.max(x.courier.c.number)).where(x.courier.c.epoch == epoch)
    return int(connection.execute(query).scalar() or 0)


def _row(one: Carried) -> dict[str, Any]:
    return {"kind": one.kind.value, "record_id": one.record_id, "revision": one.revision, "hash": one.hash}


def _file_of(connection: Connection, answer: CourierAnswer) -> tuple[RowMapping, dict[_Key, str]]:
    """The file an answer is about, and the hashes of what it carried."""
    if answer.device_id != _site(connection).device_id:
        raise InputRefused(Problem("courier-answer-not-ours", "file"))
    c, r = x.courier.c, x.courier_record.c
    query = select(x.courier).where(c.epoch == answer.epoch, c.number == answer.number)
    file = connection.execute(query).mappings().first()
    if file is None or file["sha256"] != answer.sha256:
        raise InputRefused(Problem("courier-answer-unknown", "file"))
    rows = connection.execute(select(x.courier_record).where(r.epoch == answer.epoch, r.number == answer.number))
    return file, {(RecordKind(row.kind), row.record_id, row.revision): row.hash for row in rows}


def _known_lines(lines: Sequence[CourierLine], carried: dict[_Key, str]) -> list[CourierLine]:
    """One line a record the file carried; a receipt for other content than was carried proves nothing."""
    found: dict[_Key, CourierLine] = {}
    for line in lines:
        key = (line.kind, line.record_id, line.revision)
        if key in carried and (line.receipt is None or line.receipt.hash == carried[key]):
            found.setdefault(key, line)
    return list(found.values())


def _receipts(connection: Connection, lines: Sequence[CourierLine], now: datetime) -> list[Step]:
    """Those that are not known yet; they count in whatever order answers come."""
    received = {line.record_id: line for line in lines if line.receipt is not None}
    c = t.receipt.c
    rows = connection.execute(select(c.kind, c.record_id, c.revision).where(c.record_id.in_(received)))
    known = {(row.kind, row.record_id, row.revision) for row in rows}
    return [
        Acknowledged(OutboxEntry(line.kind, line.record_id, line.revision, 0, now), line.receipt)
        for line in received.values()
        if line.receipt is not None and (line.kind.value, line.record_id, line.revision) not in known
    ]


def _refusals(connection: Connection, lines: Sequence[CourierLine]) -> list[Step]:
    """Of records that still wait at this revision. An older answer has none: what it refused may have been mended since."""
    refused = {(line.kind, line.record_id, line.revision): line for line in lines if line.is_refused}
    waiting = outbox.entries_of(connection, [record_id for _, record_id, _ in refused])
    named = [(entry, refused.get((entry.kind, entry.record_id, entry.revision))) for entry in waiting]
    return [PutAside(entry, line.code, line.text) for entry, line in named if line is not None]


def _note_answer(connection: Connection, answer: CourierAnswer, is_newest: bool) -> None:
    if is_newest:
        here = (x.courier.c.epoch == answer.epoch, x.courier.c.number == answer.number)
        connection.execute(update(x.courier).where(*here).values(answered_at=answer.answered_at))
