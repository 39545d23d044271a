"""The audit trail: who did what to which record, each entry chained to the one before, so that a gap or change shows.

A chain alone says nothing about entries taken from its end. So the store also keeps how many entries there are and the last one's hash,
written in the same transaction as the entry; the next entry follows from that, whatever the table ends with. Who can rewrite the table,
the kept end and every hash between has the store's key and all the time of the world, and is not seen: backups are.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, select

from vaxdesk.models import tables as t

END = "audit-end"
CHECKED_AT_ONCE = 20_000
_LAST = select(t.audit.c.chain).order_by(t.audit.c.id.desc()).limit(1)
_LAST_ID = select(t.audit.c.id).order_by(t.audit.c.id.desc()).limit(1)
_INSERT = t.audit.insert()
_KEPT_END = select(t.setting.c.value).where(t.setting.c.key == END)
_KEEP_END = t.setting.insert().prefix_with("OR REPLACE")


@dataclass(frozen=True, slots=True)
class End:
    """How many entries were ever written, and the hash of the last."""

    count: int
    chain: str


@dataclass(frozen=True, slots=True)
class ChainCheck:
    """A walk along the chain so far: `next_id` is where it goes on, None when it is over.

    `broken_at` is the id of the first entry that does not follow from those before it; `missing` how many are gone from the end, after `last_id`.
    """

    count: int = 0
    chain: str = ""
    next_id: int | None = 0
    broken_at: int | None = None
    missing: int = 0
    last_id: int = 0

    @property
    def is_over(self) -> bool:
        """Whether all was walked, or a break found."""
        return self.next_id is None

    @property
    def is_whole(self) -> bool:
        """Whether nothing was changed, put in or taken out."""
        return self.is_over and self.broken_at is None and self.missing == 0


def note(connection: Connection, at: datetime, who: str, action: str, subject: str, detail: str = "") -> None:
    """Adds one entry inside the caller's transaction. `subject` is an id, `detail` codes or field names: never a name or number.

    Each `action` has its sentence: `audit-<action>` in resources/sentences.
    """
    end = kept_end(connection) or _found_end(connection)
    entry = {"at": at, "who": who, "action": action, "subject": subject, "detail": detail}
    chain = _link(end.chain, at, who, action, subject, detail)
    connection.execute(_INSERT, entry | {"chain": chain})
    connection.execute(_KEEP_END, {"key": END, "value": json.dumps([end.count + 1, chain])})


def kept_end(connection: Connection) -> End | None:
    """What the store keeps of the end; None in one that an older program wrote."""
    text = connection.execute(_KEPT_END).scalar()
    return End(*json.loads(text)) if text else None


def _found_end(connection: Connection) -> End:
    return End(connection.execute(_LAST_ID).scalar() or 0, connection.execute(_LAST).scalar() or "")


def walk_on(connection: Connection, check: ChainCheck, most: int = CHECKED_AT_ONCE) -> ChainCheck:
    """Checks up to `most` entries further; what it gives goes in again until it is over."""
    assert check.next_id is not None
    count, last, walked, last_id = check.count, check.chain, 0, check.last_id
    for entry in _entries(connection, check.next_id, most):
        at = datetime.fromisoformat(entry.at)
        last = _link(last, at, entry.who, entry.action, entry.subject, entry.detail)
        if last != entry.chain:
            return ChainCheck(count, last, None, broken_at=entry.id, last_id=last_id)
        count, walked, last_id = count + 1, walked + 1, entry.id
    done = ChainCheck(count, last, last_id + 1, last_id=last_id)
    return done if walked == most else _ended(connection, done)


def _ended(connection: Connection, done: ChainCheck) -> ChainCheck:
    end = kept_end(connection)
    cut = end is not None and end.chain != done.chain
    return replace(done, next_id=None, missing=max(1, end.count - done.count) if end and cut else 0)


def whole_check(connection: Connection) -> ChainCheck:
    """The whole chain at once: some seconds for a million entries."""
    check = ChainCheck()
    while not check.is_over:
        check = walk_on(connection, check)
    return check


def first_break(connection: Connection) -> int | None:
    """The id of the first entry that does not follow from the one before, or that is missing at the end; None when the chain is whole."""
    check = whole_check(connection)
    if check.missing:
        return check.last_id + 1
    return check.broken_at


@dataclass(frozen=True, slots=True)
class _Entry:
    """A row as it is kept, the time as text."""

    id: int
    at: str
    who: str
    action: str
    subject: str
    detail: str
    chain: str


def _entries(connection: Connection, first_id: int, most: int) -> Iterator[_Entry]:
    query = "SELECT id, at, who, action, subject, detail, chain FROM audit WHERE id >= ? ORDER BY id LIMIT ?"
    for row in connection.exec_driver_sql(query, (first_id, most)):
        yield _Entry(*row)


def _link(last: str, at: datetime, who: str, action: str, subject: str, detail: str) -> str:
    text = "\x1f".join((last, f"{at.timestamp():.6f}", who, action, subject, detail))
    return hashlib.sha256(text.encode()).hexdigest()
