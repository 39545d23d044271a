"""Disputes in the store: written down when seen, closed once by a decision, never deleted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import LABEL_STYLE_TABLENAME_PLUS_COL, ColumnElement, Connection, RowMapping, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from vaxdesk.models import exchange_tables as x
from vaxdesk.models.exchange import Dispute, DisputeKind, OtherDose, Resolution, Source
from vaxdesk.models.rows import dose_of_mapping, row_of_dose
from vaxdesk.models.values import CitizenId, Dose, DoseStatus, Series, SiteCode

OPEN = x.dispute.c.closed_at.is_(None)


def keep(connection: Connection, seen: Dispute) -> None:
    """Writes a dispute down, or brings an open (or cancelled) one up to date; a decided one stays decided."""
    fresh = {"version": seen.version, "other": _plain(seen.theirs), "found_at": seen.found_at}
    row = upsert(x.dispute).values(
        id=seen.id,
        kind=seen.kind.value,
        dose_id=seen.dose_id,
        other_id=seen.other_id,
        closed_at=None,
        closed_by="",
        resolution="",
        decided_revision=0,
        reason="",
        **fresh,
    )
    again = fresh | {"closed_at": None, "resolution": ""}
    undecided = x.dispute.c.resolution.in_(("", Resolution.CANCELLED.value))
    connection.execute(row.on_conflict_do_update(index_elements=["id"], set_=again, where=undecided))


def close(
    connection: Connection,
    dispute_id: str,
    how: Resolution,
    at: datetime,
    by: str = "",
    reason: str = "",
    revision: int = 0,
) -> None:
    """Ends an open dispute; `revision` is the one that carries the decision to the platform, if any."""
    connection.execute(
        update(x.dispute)
        .where(x.dispute.c.id == dispute_id, OPEN)
        .values(closed_at=at, closed_by=by, resolution=how.value, reason=reason, decided_revision=revision)
    )


def cancel_versions(connection: Connection, dose_ids: Sequence[str], at: datetime) -> None:
    """These doses were received after all: there is nothing left to choose."""
    c = x.dispute.c
    connection.execute(
        update(x.dispute)
        .where(OPEN, c.kind == DisputeKind.VERSION.value, c.dose_id.in_(dose_ids))
        .values(closed_at=at, resolution=Resolution.CANCELLED.value)
    )


def find(connection: Connection, *conditions: ColumnElement[bool]) -> tuple[Dispute, ...]:
    """Disputes that fit, oldest first, each with the other record as far as it is known."""
    query = (
        select(x.dispute, x.elsewhere)
        .outerjoin(x.elsewhere, x.elsewhere.c.id == x.dispute.c.other_id)
        .where(*conditions)
        .order_by(x.dispute.c.found_at, x.dispute.c.id)
        .limit(500)
        .set_label_style(LABEL_STYLE_TABLENAME_PLUS_COL)
    )
    return tuple(_dispute(row) for row in connection.execute(query).mappings())


def other_dose_of(row: Any, prefix: str = "") -> OtherDose:
    """A row of `elsewhere` as a value."""
    r = {name: row[f"{prefix}{name}"] for name in x.elsewhere.columns.keys()}  # noqa: SIM118  a ColumnCollection is no dict
    return OtherDose(
        **r
        | {
            "citizen_id": CitizenId(r["citizen_id"]),
            "status": DoseStatus(r["status"]),
            "series": Series(r["series"]),
            "site": SiteCode(r["site"]),
            "source": Source(r["source"]),
        }
    )


def _dispute(row: RowMapping) -> Dispute:
    r = {name: row[f"dispute_{name}"] for name in x.dispute.columns.keys()}  # noqa: SIM118
    return Dispute(
        id=r["id"],
        kind=DisputeKind(r["kind"]),
        dose_id=r["dose_id"],
        other_id=r["other_id"],
        version=r["version"],
        found_at=r["found_at"],
        theirs=_dose(r["other"]),
        other=other_dose_of(row, "elsewhere_") if row["elsewhere_id"] is not None else None,
        closed_at=r["closed_at"],
        resolution=Resolution(r["resolution"]) if r["resolution"] else None,
    )


def _plain(dose: Dose | None) -> str:
    """A dose as JSON text; empty for none. The store around it is encrypted."""
    return "" if dose is None else json.dumps(row_of_dose(dose), default=lambda at: at.isoformat(), ensure_ascii=False)


def _dose(text: str) -> Dose | None:
    if not text:
        return None
    plain = json.loads(text)
    times = {name: datetime.fromisoformat(plain[name]) for name in ("occurred_at", "recorded_at")}
    expiry = date.fromisoformat(plain["expiry"]) if plain["expiry"] else None
    return dose_of_mapping(plain | times | {"expiry": expiry})
