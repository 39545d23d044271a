"""Closed days as rows: read by the use case, by the exchange, and by whoever lists what was refused."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, select

from vaxdesk.models import dose_book
from vaxdesk.models import office_tables as o
from vaxdesk.models import tables as t
from vaxdesk.models.day_close import DayClose, thawed
from vaxdesk.models.values import RecordKind


@dataclass(frozen=True, slots=True)
class RefusedDay:
    """A closed day the platform refused, with the server's own words and when it was put aside."""

    close_id: str
    day: date
    code: str
    text: str
    at: datetime


def closes(connection: Connection, day: date) -> tuple[DayClose, ...]:
    """Every close of a day, the first one first."""
    c = o.day_close.c
    rows = connection.execute(select(o.day_close).where(c.day == day).order_by(c.revision)).all()
    name = dose_book.site(connection).name if rows else ""
    return tuple(_close_of(row, name) for row in rows)


def of_ids(connection: Connection, ids: Iterable[str]) -> dict[tuple[str, int], DayClose]:
    """Closes by (id, revision), every revision of these ids."""
    rows = connection.execute(select(o.day_close).where(o.day_close.c.id.in_(list(ids)))).all()
    name = dose_book.site(connection).name if rows else ""
    return {(row.id, row.revision): _close_of(row, name) for row in rows}


def has_saved(connection: Connection, close_id: str, epoch: int, number: int) -> bool:
    """Whether this desk itself froze that revision."""
    found = connection.execute(select(o.day_close.c.figures).where(o.day_close.c.id == close_id)).scalars()
    return any((plain["epoch"], plain["sequence"]) == (epoch, number) for plain in map(json.loads, found))


def refused(connection: Connection) -> tuple[RefusedDay, ...]:
    """Closed days that were put aside, the oldest trouble first."""
    row, c = t.outbox.c, o.day_close.c
    query = (
        select(c.id, c.day, row.aside_code, row.aside_text, row.aside_at)
        .join(t.outbox, and_(row.record_id == c.id, row.revision == c.revision, row.kind == RecordKind.DAY.value))
        .where(row.aside_at.is_not(None))
        .order_by(row.aside_at)
    )
    return tuple(RefusedDay(*found) for found in connection.execute(query))


def _close_of(row: Row[Any], site_name: str) -> DayClose:
    r = row._mapping
    return DayClose(r["id"], r["revision"], thawed(r["figures"]), r["hash"], site_name)
