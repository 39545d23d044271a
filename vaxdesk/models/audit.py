"""The audit trail: who did what to which record, each entry chained to the one before, so that a gap or change shows."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import Connection, select

from vaxdesk.models import tables as t

_LAST = select(t.audit.c.chain).order_by(t.audit.c.id.desc()).limit(1)
_INSERT = t.audit.insert()


def note(connection: Connection, at: datetime, who: str, action: str, subject: str, detail: str = "") -> None:
    """Adds one entry inside the caller's transaction. `subject` is an id, `detail` codes or field names: never a name or number."""
    last = connection.execute(_LAST).scalar() or ""
    entry = {"at": at, "who": who, "action": action, "subject": subject, "detail": detail}
    connection.execute(_INSERT, entry | {"chain": _link(last, at, who, action, subject, detail)})


def first_break(connection: Connection) -> int | None:
    """The id of the first entry that does not follow from the one before; None when the chain is whole."""
    last = ""
    for row in connection.execute(select(t.audit).order_by(t.audit.c.id)).mappings():
        last = _link(last, row["at"], row["who"], row["action"], row["subject"], row["detail"])
        if last != row["chain"]:
            return int(row["id"])
    return None


def _link(last: str, at: datetime, who: str, action: str, subject: str, detail: str) -> str:
    text = "\x1f".join((last, f"{at.timestamp():.6f}", who, action, subject, detail))
    return hashlib.sha256(text.encode()).hexdigest()
