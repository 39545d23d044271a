"""Reading the audit trail: newest first, a page at a time, however long it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Connection, func, select

from vaxdesk.models import audit
from vaxdesk.models import tables as t
from vaxdesk.models.audit import ChainCheck
from vaxdesk.models.authority import Act, require
from vaxdesk.models.db import Store
from vaxdesk.models.values import VIETNAM, StaffId, StaffMember

PAGE_LINES = 100
LOOKED_THROUGH = 50_000  # entries a call looks at, at most: short work for whoever waits behind it


@dataclass(frozen=True, slots=True)
class AuditWish:
    """Which entries: empty fields ask for all. `record` is an id, or how one begins."""

    day: date | None = None
    who: str = ""
    action: str = ""
    record: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class AuditLine:
    """One entry. `name` is empty for an id that is no account of this desk."""

    id: int
    at: datetime
    who: StaffId
    name: str
    action: str
    subject: str
    detail: str

    def __repr__(self) -> str:
        return f"AuditLine({self.id})"

    @property
    def said_as(self) -> str:
        """The code of the sentence that says what was done."""
        return sentence_code(self.action)


def sentence_code(action: str) -> str:
    """The code of an action's sentence."""
    return f"audit-{action}"


def verdict(check: ChainCheck) -> tuple[str, dict[str, int]]:
    """The code and the figures of the sentence about a chain that was walked to its end."""
    if check.broken_at is not None:
        return "chain-broken", {"line": check.broken_at}
    if check.missing:
        return "chain-cut", {"missing": check.missing, "line": check.last_id}
    return "chain-whole", {"count": check.count}


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Entries, newest first. `before`: ask on from here; None when nothing older is left."""

    lines: tuple[AuditLine, ...]
    before: int | None


class AuditBook:
    """What was done at this desk. Every method may raise StoreError, and AccessRefused `managers-only`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def page(self, wish: AuditWish, actor: StaffMember, before: int | None = None, most: int = PAGE_LINES) -> AuditPage:
        """Up to `most` entries older than `before`. It may give fewer, even none, and still say where to ask on: a call stays short."""
        require(actor, Act.READ_AUDIT)
        with self._store.read() as connection:
            top = before if before is not None else _newest_id(connection) + 1
            bottom = max(1, top - LOOKED_THROUGH)
            lines = _lines(connection, wish, bottom, top, most)
        if len(lines) == most:
            return AuditPage(lines, lines[-1].id)
        return AuditPage(lines, bottom if bottom > 1 else None)

    def actions(self, actor: StaffMember) -> tuple[str, ...]:
        """The kinds of entries there are among the newest."""
        require(actor, Act.READ_AUDIT)
        c = t.audit.c
        with self._store.read() as connection:
            recent = c.id > _newest_id(connection) - LOOKED_THROUGH
            return tuple(connection.execute(select(c.action).where(recent).distinct().order_by(c.action)).scalars())

    def count(self) -> int:
        """How many entries the chain should have."""
        with self._store.read() as connection:
            end = audit.kept_end(connection)
            return end.count if end else _newest_id(connection)

    def check(self, so_far: ChainCheck, actor: StaffMember) -> ChainCheck:
        """A piece further along the chain; begin with `ChainCheck()`, go on until it is over."""
        require(actor, Act.READ_AUDIT)
        with self._store.read() as connection:
            return audit.walk_on(connection, so_far)


def _newest_id(connection: Connection) -> int:
    return connection.execute(select(func.max(t.audit.c.id))).scalar() or 0


def _lines(connection: Connection, wish: AuditWish, bottom: int, top: int, most: int) -> tuple[AuditLine, ...]:
    c = t.audit.c
    query = (
        select(c.id, c.at, c.who, func.coalesce(t.staff.c.name, ""), c.action, c.subject, c.detail)
        .outerjoin_from(t.audit, t.staff, t.staff.c.id == c.who)
        .where(c.id >= bottom, c.id < top, *_conditions(wish))
        .order_by(c.id.desc())
        .limit(most)
    )
    return tuple(AuditLine(*row) for row in connection.execute(query))


def _conditions(wish: AuditWish) -> list[ColumnElement[bool]]:
    c, found = t.audit.c, []
    if wish.day is not None:
        begin = datetime.combine(wish.day, time(), VIETNAM)
        found += [c.at >= begin, c.at < begin + timedelta(days=1)]
    if wish.who:
        found.append(c.who == wish.who)
    if wish.action:
        found.append(c.action == wish.action)
    if wish.record:
        found.append(c.subject.startswith(wish.record, autoescape=True))
    return found
