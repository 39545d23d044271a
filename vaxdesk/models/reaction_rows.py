"""Between rows of `reaction` and values. Signs are kept as their codes, in the order noted, with a space between."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Row, exists

from vaxdesk.models.aftercare import Reaction, ReactionId, ReactionOutcome, ReactionStatus, Severity, Sign
from vaxdesk.models.session_tables import reaction
from vaxdesk.models.values import CitizenId, DeviceId, DoseId, PersonId, SiteCode, StaffId

newer_reaction = reaction.alias("newer_reaction")


def is_current_reaction() -> ColumnElement[bool]:
    """The condition that a `reaction` row is the newest revision of its reaction."""
    return ~exists().where(newer_reaction.c.id == reaction.c.id, newer_reaction.c.revision > reaction.c.revision)


def reaction_of(row: Row[Any]) -> Reaction:
    """A reaction row as a value. Raises ValueError for a sign that this program does not know."""
    r = row._mapping
    return Reaction(
        id=ReactionId(r["id"]),
        revision=r["revision"],
        dose_id=DoseId(r["dose_id"]),
        person_id=PersonId(r["person_id"]),
        citizen_id=CitizenId(r["citizen_id"]),
        status=ReactionStatus(r["status"]),
        onset_at=r["onset_at"],
        signs=tuple(Sign(code) for code in r["signs"].split()),
        severity=Severity(r["severity"]),
        treatment=r["treatment"],
        outcome=ReactionOutcome(r["outcome"]),
        note=r["note"],
        recorder_id=StaffId(r["recorder_id"]),
        recorder=r["recorder"],
        recorded_at=r["recorded_at"],
        device_id=DeviceId(r["device_id"]),
        epoch=r["epoch"],
        sequence=r["sequence"],
        site=SiteCode(r["site"]),
        reason=r["reason"],
    )


def row_of_reaction(found: Reaction) -> dict[str, Any]:
    """A reaction as column values (without saved_at and saved_by)."""
    derived = ("saved_at", "saved_by", "is_serious")
    plain = {column.name: getattr(found, column.name) for column in reaction.columns if column.name not in derived}
    return plain | {
        "citizen_id": found.citizen_id.digits,
        "status": found.status.value,
        "signs": " ".join(sign.value for sign in found.signs),
        "severity": found.severity.value,
        "outcome": found.outcome.value,
        "is_serious": found.is_serious,
    }
