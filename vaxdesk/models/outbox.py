"""The outbox: which record at which revision must still reach the platform.

Rows are written by the store itself when a dose, a reaction or a signature is saved. A row ends only by a receipt for the very revision it names:
an edit made during a push bumps the row's revision, and the answer to the older one then closes nothing (failures.md 2).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, delete, exists, func, insert, or_, select, union, update
from sqlalchemy.dialects.sqlite import insert as upsert

from vaxdesk.models import exchange_tables as x
from vaxdesk.models import session_tables as s
from vaxdesk.models import tables as t
from vaxdesk.models.exchange import Acknowledged, PutAside, RetryLater, Step
from vaxdesk.models.values import OutboxEntry, RecordKind

REASON_CHARS_MAX = 2000
ASIDE_RETRY_MIN = timedelta(minutes=15)
ASIDE_RETRY_MAX = timedelta(days=1)
WAITS_FOR_A_PERSON = "record-conflict"  # everything else that was refused is tried again by itself (P11)

# One statement for all receipts of a bundle: a day's push is mostly this.
_KEEP_RECEIPT = upsert(t.receipt).on_conflict_do_nothing()
_END_ROW = delete(t.outbox).where(
    t.outbox.c.kind == bindparam("of_kind"),
    t.outbox.c.record_id == bindparam("of_record"),
    t.outbox.c.revision == bindparam("of_revision"),
)


def due(connection: Connection, now: datetime, limit: int, asked: bool) -> tuple[OutboxEntry, ...]:
    """Entries to send now: doses, then the others (P10), each fewest tries first, then oldest (P8); last what was refused before (P11).

    `asked` ignores the waiting time, but not that of refused records. A reaction waits until its dose was received (A1).
    """
    c = t.outbox.c
    fresh = c.aside_at.is_(None)
    ready = fresh if asked else and_(fresh, or_(c.not_before.is_(None), c.not_before <= now))
    # A time further ahead than any retry was written by a clock that was wrong.
    again = and_(~fresh, or_(c.not_before <= now, c.not_before > now + 2 * ASIDE_RETRY_MAX))
    found: list[OutboxEntry] = []
    for condition in (and_(ready, c.kind == "dose"), and_(ready, c.kind != "dose", _can_go()), and_(again, _can_go())):
        room = limit - len(found)
        if room > 0:
            query = select(t.outbox).where(condition).order_by(c.tries, c.enqueued_at, c.record_id).limit(room)
            found.extend(_entry(row) for row in connection.execute(query))
    return tuple(found)


def _can_go() -> Any:
    """All but a reaction whose dose the platform does not have: it would be refused for want of it."""
    c, reaction, receipt = t.outbox.c, s.reaction.c, t.receipt.c
    received = (
        exists()
        .where(reaction.id == c.record_id, receipt.record_id == reaction.dose_id, receipt.kind == RecordKind.DOSE.value)
        .correlate(t.outbox)
    )
    return or_(c.kind != RecordKind.REACTION.value, received)


def mended_people(connection: Connection, person_ids: Collection[str], with_refused: bool = False) -> frozenset[str]:
    """Whose mended facts are not received yet (P12). Refused ones only when asked for: they would take their doses with them."""
    c = t.outbox.c
    waits = select(c.record_id, c.aside_at).where(c.kind == RecordKind.PERSON.value)
    rows = connection.execute(waits).all()  # few at any time; the people asked about may be many
    return frozenset(row.record_id for row in rows if with_refused or row.aside_at is None) & frozenset(person_ids)


def enqueue(connection: Connection, kind: RecordKind, record_id: str, revision: int, now: datetime) -> None:
    """A person wishes that a record goes once more, at once; records of the site's day go by the store's own triggers."""
    fresh = {"enqueued_at": now, "tries": 0, "not_before": None, "aside_at": None, "aside_code": "", "aside_text": ""}
    row = upsert(t.outbox).values(kind=kind.value, record_id=record_id, revision=revision, **fresh)
    again = row.on_conflict_do_update(index_elements=["kind", "record_id"], set_={"revision": revision, **fresh})
    connection.execute(again)


def to_carry(connection: Connection, limit: int) -> tuple[OutboxEntry, ...]:
    """Entries for a courier file: everything the platform has no receipt for, what is in the fewest files first, refused records last."""
    c, carried = t.outbox.c, x.courier_record.c
    files = (
        select(func.count())
        .select_from(x.courier_record)
        .where(carried.kind == c.kind, carried.record_id == c.record_id, carried.revision == c.revision)
        .scalar_subquery()
    )
    query = select(t.outbox).order_by(files, c.aside_at.is_not(None), c.kind != "dose", c.enqueued_at, c.record_id)
    return _with_their_doses(connection, [_entry(row) for row in connection.execute(query.limit(limit))])


def _with_their_doses(connection: Connection, entries: Sequence[OutboxEntry]) -> tuple[OutboxEntry, ...]:
    """Without the reactions whose dose is neither received nor in the same file."""
    reactions = [entry.record_id for entry in entries if entry.kind is RecordKind.REACTION]
    if not reactions:
        return tuple(entries)
    doses = [entry.record_id for entry in entries if entry.kind is RecordKind.DOSE]
    c = s.reaction.c
    received = exists().where(t.receipt.c.record_id == c.dose_id, t.receipt.c.kind == RecordKind.DOSE.value)
    query = select(c.id).where(c.id.in_(reactions), or_(received, c.dose_id.in_(doses)))
    can_go = set(connection.execute(query).scalars())
    return tuple(entry for entry in entries if entry.kind is not RecordKind.REACTION or entry.record_id in can_go)


def entries_of(connection: Connection, record_ids: Sequence[str]) -> tuple[OutboxEntry, ...]:
    """What still waits of these records."""
    query = select(t.outbox).where(t.outbox.c.record_id.in_(record_ids))
    return tuple(_entry(row) for row in connection.execute(query))


def apply(connection: Connection, steps: Sequence[Step], now: datetime) -> int:
    """Carries out the steps that still match a row by (kind, id, revision); returns how many did."""
    answered = [step for step in steps if isinstance(step, Acknowledged)]
    others = [step for step in steps if not isinstance(step, Acknowledged)]
    return _close(connection, answered, now) + sum(_postpone(connection, step, now) for step in others)


def send_again(connection: Connection, record_ids: Sequence[str]) -> int:
    """Takes set-aside rows back into the queue at once; returns how many."""
    change = (
        update(t.outbox)
        .where(t.outbox.c.record_id.in_(record_ids), t.outbox.c.aside_at.is_not(None))
        .values(aside_at=None, aside_code="", aside_text="", tries=0, not_before=None)
    )
    return connection.execute(change).rowcount


def _postpone(connection: Connection, step: RetryLater | PutAside, now: datetime) -> int:
    change = update(t.outbox).where(_same_row(step.entry))
    tries = t.outbox.c.tries + 1
    if isinstance(step, RetryLater):
        return connection.execute(change.values(tries=tries, not_before=step.not_before)).rowcount
    waits = min(ASIDE_RETRY_MIN * 2 ** min(step.entry.tries, 10), ASIDE_RETRY_MAX)
    aside = change.values(
        tries=tries,
        not_before=None if step.code == WAITS_FOR_A_PERSON else now + waits,
        aside_at=func.coalesce(t.outbox.c.aside_at, bindparam("aside_now", now, t.outbox.c.aside_at.type)),
        aside_code=step.code,
        aside_text=step.text[:REASON_CHARS_MAX],
    )
    return connection.execute(aside).rowcount


def has_aside(connection: Connection) -> bool:
    """Whether anything refused would be tried again by itself."""
    c = t.outbox.c
    return (
        connection.execute(select(c.record_id).where(c.aside_at.is_not(None), c.not_before.is_not(None))).first()
        is not None
    )


def revive(connection: Connection, now: datetime, record_ids: Sequence[str] | None = None) -> int:
    """What was refused is due at once, because its reason may have gone: all of it, or these records. Returns how many."""
    c = t.outbox.c
    change = update(t.outbox).where(c.aside_at.is_not(None), c.not_before.is_not(None)).values(not_before=now)
    if record_ids is not None:
        change = change.where(c.record_id.in_(record_ids))
    return connection.execute(change).rowcount


def _revive_relatives(connection: Connection, steps: Sequence[Acknowledged], now: datetime) -> None:
    """The person, or the dose before, has arrived: what was refused for want of it is due again."""
    if not has_aside(connection):
        return
    received = [step.entry.record_id for step in steps]
    tables = (t.dose, s.reaction)
    named = [select(table.c.person_id).where(table.c.id.in_(received)) for table in tables]
    people = list(connection.execute(union(*named, select(t.person.c.id).where(t.person.c.id.in_(received)))).scalars())
    relatives = union(*(select(table.c.id).where(table.c.person_id.in_(people)) for table in tables))
    revive(connection, now, [*connection.execute(relatives).scalars(), *people])


def _close(connection: Connection, steps: Sequence[Acknowledged], now: datetime) -> int:
    """A receipt is kept for the revision it proves, even when a newer one waits already; it ends the row of that revision only."""
    # An answer for something that was not asked proves nothing.
    proven = [s for s in steps if (s.entry.record_id, s.entry.revision) == (s.receipt.record_id, s.receipt.revision)]
    if not proven:
        return 0
    connection.execute(_KEEP_RECEIPT, [_receipt_row(step) for step in proven])
    ended = connection.execute(_END_ROW, [_key(step.entry) for step in proven]).rowcount
    _revive_relatives(connection, proven, now)
    return ended


def _receipt_row(step: Acknowledged) -> dict[str, Any]:
    receipt = step.receipt
    return {
        "record_id": receipt.record_id,
        "revision": receipt.revision,
        "kind": step.entry.kind.value,
        "version": receipt.version,
        "at": receipt.at,
        "hash": receipt.hash,
        "read_back_at": None,
        "read_back_hash": "",
    }


def _key(entry: OutboxEntry) -> dict[str, Any]:
    return {"of_kind": entry.kind.value, "of_record": entry.record_id, "of_revision": entry.revision}


def _same_row(entry: OutboxEntry) -> Any:
    c = t.outbox.c
    return and_(c.kind == entry.kind.value, c.record_id == entry.record_id, c.revision == entry.revision)


def _entry(row: Row[Any]) -> OutboxEntry:
    r = row._mapping
    aside = r["aside_at"] is not None
    return OutboxEntry(RecordKind(r["kind"]), r["record_id"], r["revision"], r["tries"], r["enqueued_at"], aside)


def write_setting(connection: Connection, key: str, value: str) -> None:
    """Keeps one small value of the store (cursor, link state, preset) under its key."""
    row = insert(t.setting).prefix_with("OR REPLACE").values(key=key, value=value)
    connection.execute(row)


def read_setting(connection: Connection, key: str) -> str | None:
    """The value kept under a key, or None."""
    return connection.execute(select(t.setting.c.value).where(t.setting.c.key == key)).scalar()
