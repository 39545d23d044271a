"""Complaints as rows: every version as it came, every step, and what the platform has of them."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from itertools import accumulate, pairwise
from typing import Any

from sqlalchemy import Connection, Row, func, select, text
from sqlalchemy.dialects.sqlite import insert as upsert

from vaxdesk.errors import Problem, Severity, StoreError
from vaxdesk.models import office_tables as o
from vaxdesk.models import outbox
from vaxdesk.models import tables as t
from vaxdesk.models.complaints import (
    Action,
    Claim,
    Complaint,
    ComplaintKind,
    ComplaintSource,
    ComplaintStatus,
    ComplaintStep,
    Story,
    Urgency,
    in_order,
    urgency,
)
from vaxdesk.models.values import VIETNAM, CitizenId, RecordKind, Sex

COUNTER_VERSION = "counter"  # what the counter wrote, before the platform gave it a version
# Not the picture, nor what stands behind it in the row: SQLite would read through all of it.
_COLUMNS = [c for c in o.complaint.c if c.name not in ("picture", "kept_at")]
_NEWEST = text("complaint.rowid = (SELECT max(other.rowid) FROM complaint AS other WHERE other.id = complaint.id)")


def keep(connection: Connection, found: Complaint, now: datetime) -> bool:
    """Keeps a version; the same id and version again changes nothing. Whether it was new."""
    source = _first_source(connection, found.id) or found.source
    stored, kept_in = _pictures_to_store(connection, found)
    claim = found.claim
    known = {
        "parts": asdict(claim),
        "task": found.task,
        "updated": found.updated_at.isoformat() if found.updated_at else "",
        "pictures": [len(picture) for picture in found.pictures],
        "digest": _digest(found.pictures),
        "kept_in": kept_in,
    }
    row = upsert(o.complaint).values(
        id=found.id,
        version=found.version,
        source=source.value,
        kind=found.kind.value,
        status=found.status.value,
        received_at=found.received_at,
        due_at=found.due_at,
        citizen_id=claim.citizen_id[:12],
        old_id=claim.old_id[:20],
        name=claim.name,
        birth_date=claim.birth_date[:10],
        sex=claim.sex.value,
        phone=claim.phone[:20],
        claim=json.dumps(known, ensure_ascii=False),
        words=claim.words,
        picture=stored,
        kept_at=now,
    )
    return connection.execute(row.on_conflict_do_nothing()).rowcount > 0


def _first_source(connection: Connection, complaint_id: str) -> ComplaintSource | None:
    """A complaint of this counter stays one when the platform sends it back."""
    found = connection.execute(select(o.complaint.c.source).where(o.complaint.c.id == complaint_id).limit(1)).scalar()
    return ComplaintSource(found) if found else None


def _digest(pictures: Iterable[bytes]) -> str:
    joined = b"".join(pictures)
    return hashlib.sha256(joined).hexdigest() if joined else ""


def _pictures_to_store(connection: Connection, found: Complaint) -> tuple[bytes | None, str]:
    """The bytes, and no version; or nothing, and the version that has the very same already."""
    digest = _digest(found.pictures)
    if not digest:
        return None, ""
    c = o.complaint.c
    same = func.json_extract(c.claim, "$.digest") == digest
    query = select(c.version).where(c.id == found.id, c.picture.is_not(None), same).limit(1)
    version = connection.execute(query).scalar()
    return (None, str(version)) if version is not None else (b"".join(found.pictures), "")


def pictures(connection: Connection, complaint_id: str, version: str) -> tuple[bytes, ...]:
    """The pictures of a version, as they came."""
    c = o.complaint.c
    query = select(c.claim, c.picture).where(c.id == complaint_id, c.version == version)
    row = connection.execute(query).first()
    if row is None:
        return ()
    known, joined = json.loads(row.claim), row.picture
    if joined is None and known["kept_in"]:
        kept = select(c.picture).where(c.id == complaint_id, c.version == known["kept_in"])
        joined = connection.execute(kept).scalar()
    ends = accumulate(known["pictures"], initial=0)
    return tuple(bytes((joined or b"")[start:end]) for start, end in pairwise(ends))


def story(connection: Connection, complaint_id: str) -> Story:
    """One complaint as it stands, without its pictures. Raises StoreError `complaint-not-found`."""
    found = stories(connection, (complaint_id,))
    if not found:
        raise StoreError("complaint-not-found")
    return found[0]


def stories(connection: Connection, ids: Collection[str] | None = None) -> tuple[Story, ...]:
    """All complaints, or some, as they stand, without their pictures; in no order."""
    newest = select(*_COLUMNS).where(_NEWEST)
    rows = connection.execute(newest if ids is None else newest.where(o.complaint.c.id.in_(ids))).all()
    found = [complaint_of(row) for row in rows]
    steps, receipts, waiting = _steps(connection, ids), _receipts(connection, ids), _waiting(connection, ids)
    return tuple(_story(one, steps.get(one.id, ()), receipts.get(one.id), waiting.get(one.id)) for one in found)


def open_of(connection: Connection, number: CitizenId) -> tuple[Story, ...]:
    """Complaints under this citizen number that are not closed, in no order."""
    c = o.complaint.c
    ids = set(connection.execute(select(c.id).where(c.citizen_id == number.digits).distinct()).scalars())
    found = stories(connection, ids) if ids else ()
    return tuple(story for story in found if not story.status.is_closed)


def flags(connection: Connection, number: CitizenId | None, now: datetime) -> tuple[Problem, ...]:
    """For the check-in: that this person waits for an answer, the most urgent one; `params["id"]` is the complaint's id."""
    found = in_order(open_of(connection, number), now) if number else ()
    if not found:
        return ()
    first = found[0].complaint
    params = {"id": first.id, "due": f"{first.due_at.astimezone(VIETNAM):%H:%M %d/%m/%Y}"}
    if urgency(found[0].status, first.due_at, now) is Urgency.OVERDUE:
        return (Problem("person-has-complaint-late", "complaint", Severity.WARN, params),)
    return (Problem("person-has-complaint", "complaint", Severity.WARN, params),)


def _story(
    complaint: Complaint, steps: tuple[ComplaintStep, ...], receipt: Row[Any] | None, row: Row[Any] | None
) -> Story:
    told = Story(complaint, steps)
    answer = told.last_answer
    received = receipt.revision if receipt is not None else 0
    return Story(
        complaint,
        steps,
        unsent=answer is not None and answer.number > received,
        is_refused=row is not None and row.aside_code == outbox.WAITS_FOR_A_PERSON,
        answered_version=receipt.version if receipt is not None else "",
        answered_at=receipt.at if receipt is not None else None,
        refusal=row.aside_code if row is not None and row.aside_at is not None else "",
        received_step=received,
    )


def _steps(connection: Connection, ids: Collection[str] | None) -> Mapping[str, tuple[ComplaintStep, ...]]:
    c = o.complaint_step.c
    query = select(o.complaint_step).order_by(c.complaint_id, c.number)
    found: defaultdict[str, list[ComplaintStep]] = defaultdict(list)
    for row in connection.execute(query if ids is None else query.where(c.complaint_id.in_(ids))):
        found[row.complaint_id].append(step_of(row))
    return {complaint_id: tuple(steps) for complaint_id, steps in found.items()}


def _receipts(connection: Connection, ids: Collection[str] | None) -> Mapping[str, Any]:
    c = t.receipt.c
    query = select(c.record_id, c.revision, c.version, c.at).where(c.kind == RecordKind.COMPLAINT.value)
    query = query if ids is None else query.where(c.record_id.in_(ids))
    return {row.record_id: row for row in connection.execute(query.order_by(c.revision))}


def _waiting(connection: Connection, ids: Collection[str] | None) -> Mapping[str, Any]:
    c = t.outbox.c
    query = select(c.record_id, c.aside_at, c.aside_code).where(c.kind == RecordKind.COMPLAINT.value)
    query = query if ids is None else query.where(c.record_id.in_(ids))
    return {row.record_id: row for row in connection.execute(query)}


def complaint_of(row: Row[Any]) -> Complaint:
    """A stored version, without its pictures."""
    known = json.loads(row.claim)
    return Complaint(
        id=row.id,
        version=row.version,
        source=ComplaintSource(row.source),
        kind=ComplaintKind(row.kind),
        status=ComplaintStatus(row.status),
        received_at=row.received_at,
        due_at=row.due_at,
        claim=claim_of(known["parts"]),
        picture_count=len(known["pictures"]),
        task=known["task"],
        updated_at=datetime.fromisoformat(known["updated"]) if known["updated"] else None,
    )


def claim_of(parts: Mapping[str, Any]) -> Claim:
    """The parts of a claim as they were kept."""
    plain = {name: str(value) for name, value in parts.items() if name not in ("sex", "added")}
    return Claim(**plain, sex=Sex(parts["sex"]), added=tuple(parts["added"]))


def step_of(row: Row[Any]) -> ComplaintStep:
    """A stored step."""
    return ComplaintStep(
        complaint_id=row.complaint_id,
        number=row.number,
        action=Action(row.action),
        at=row.at,
        staff_id=row.staff_id,
        note=row.note,
        reason_code=row.reason_code,
        details=json.loads(row.details) if row.details else {},
        dose_id=row.dose_id,
        person_id=row.person_id,
    )


def add_step(connection: Connection, step: ComplaintStep) -> ComplaintStep:
    """Keeps a step; the store itself puts an answer into the queue, and refuses a number out of turn."""
    connection.execute(
        o.complaint_step.insert().values(
            complaint_id=step.complaint_id,
            number=step.number,
            action=step.action.value,
            reason_code=step.reason_code,
            note=step.note,
            details=json.dumps(step.details, ensure_ascii=False) if step.details else "",
            dose_id=step.dose_id,
            person_id=step.person_id,
            at=step.at,
            staff_id=step.staff_id,
        )
    )
    return step
