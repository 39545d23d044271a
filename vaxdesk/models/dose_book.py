"""Doses in the store: saving revisions, a person's history, and every dose with the facts of its life."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, select, update

from vaxdesk.errors import StoreError
from vaxdesk.models import tables as t
from vaxdesk.models.rows import (
    dose_of,
    is_current_dose,
    newer_dose,
    person_of,
    receipt_of,
    row_of_dose,
    select_person,
    site_of,
)
from vaxdesk.models.values import (
    VIETNAM,
    CertificateId,
    Dose,
    DoseId,
    DoseRecord,
    DoseStatus,
    GivenDose,
    Identity,
    Person,
    PersonId,
    Receipt,
    Site,
    StaffId,
    Stage,
)

CHUNK = 500

# Statements of the saving path, built once: building costs more than running them.
_SITE = select(t.device)
_INSERT = t.dose.insert()
_TAKE_SEQUENCE = update(t.device).values(next_sequence=t.device.c.next_sequence + 1).returning(t.device.c.next_sequence)
_HISTORY = (
    select(t.dose)
    .where(
        t.dose.c.person_id == bindparam("person"),
        t.dose.c.status == DoseStatus.COMPLETED.value,
        t.dose.c.id != bindparam("except_dose"),
        is_current_dose(),
    )
    .order_by(t.dose.c.occurred_at)
)


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """The first moment of a Vietnamese day and of the next one."""
    start = datetime.combine(day, time(), VIETNAM)
    return start, start + timedelta(days=1)


def site(connection: Connection) -> Site:
    """The enrolled site. Raises StoreError `not-enrolled`."""
    row = connection.execute(_SITE).first()
    if row is None:
        raise StoreError("not-enrolled")
    return site_of(row)


def next_sequence(connection: Connection) -> int:
    """Takes the next sequence number of this device; numbers of a rolled-back transaction are given again, committed ones never."""
    return int(connection.execute(_TAKE_SEQUENCE).scalar_one()) - 1


def insert(connection: Connection, dose: Dose, by: StaffId, at: datetime) -> None:
    """Stores one revision; the store itself puts it into the outbox in the same transaction (I2)."""
    connection.execute(_INSERT, row_of_dose(dose) | {"saved_at": at, "saved_by": by})


def save_revision(connection: Connection, dose: Dose, revision: int, reason: str, by: StaffId, at: datetime) -> int:
    """Stores a dose as its next revision, with a sequence number of its own; gives the revision."""
    place = site(connection)
    revised = replace(dose, revision=revision, reason=reason, sequence=next_sequence(connection), epoch=place.epoch)
    insert(connection, revised, by, at)
    return revision


def new_id() -> DoseId:
    """A fresh client-made id (I3)."""
    return DoseId(str(uuid.uuid4()))


def current(connection: Connection, dose_id: str) -> Dose:
    """The newest revision. Raises StoreError `dose-not-found`."""
    query = select(t.dose).where(t.dose.c.id == dose_id).order_by(t.dose.c.revision.desc()).limit(1)
    row = connection.execute(query).first()
    if row is None:
        raise StoreError("dose-not-found", dose=dose_id[:36])
    return dose_of(row)


def history(connection: Connection, person_id: PersonId, except_dose: str = "") -> tuple[GivenDose, ...]:
    """The person's given doses on this desk, oldest first, as the schedule rules need them."""
    rows = connection.execute(_HISTORY, {"person": person_id, "except_dose": except_dose})
    return tuple(
        GivenDose(dose.vaccine, dose.occurred_at.date(), dose.dose_number, dose.series) for dose in map(dose_of, rows)
    )


def of_person(connection: Connection, person_id: PersonId) -> tuple[DoseRecord, ...]:
    """The person's records, oldest first."""
    return records(connection, t.dose.c.person_id == person_id)


def ids_of(connection: Connection, person_id: PersonId) -> tuple[str, ...]:
    """The ids of a person's records."""
    return tuple(connection.execute(select(t.dose.c.id).where(t.dose.c.person_id == person_id).distinct()).scalars())


def of_day(connection: Connection, day: date) -> tuple[DoseRecord, ...]:
    """A day's records in the order of injection."""
    start, end = day_bounds(day)
    return records(connection, t.dose.c.occurred_at >= start, t.dose.c.occurred_at < end)


def by_ids(connection: Connection, ids: Iterable[str]) -> tuple[DoseRecord, ...]:
    """The records of these ids, in the order of injection."""
    return records(connection, t.dose.c.id.in_(tuple(ids)))


def one(connection: Connection, dose_id: str) -> DoseRecord:
    """One record. Raises StoreError `dose-not-found`."""
    found = records(connection, t.dose.c.id == dose_id)
    if not found:
        raise StoreError("dose-not-found", dose=dose_id[:36])
    return found[0]


def records(
    connection: Connection, *conditions: ColumnElement[bool], limit: int | None = None
) -> tuple[DoseRecord, ...]:
    """Doses at their newest revision with people, receipts, identity, signature, certificate and print facts."""
    query = (
        select(t.dose, newer_dose.c.revision.label("never"))
        .outerjoin(newer_dose, (newer_dose.c.id == t.dose.c.id) & (newer_dose.c.revision > t.dose.c.revision))
        .where(newer_dose.c.id.is_(None), *conditions)
        .order_by(t.dose.c.occurred_at, t.dose.c.epoch, t.dose.c.sequence)
        .limit(limit)
    )
    rows = connection.execute(query).all()
    found: list[DoseRecord] = []
    for start in range(0, len(rows), CHUNK):
        found.extend(_with_facts(connection, rows[start : start + CHUNK]))
    return tuple(found)


@dataclass(slots=True)
class _Facts:
    """What was found about one dose while its record is put together."""

    stages: dict[Stage, datetime] = field(default_factory=dict)
    receipt: Receipt | None = None
    identity: Identity = Identity.UNSENT
    identity_fields: tuple[str, ...] = ()
    certificate_id: CertificateId | None = None
    aside_code: str = ""
    aside_text: str = ""


def _with_facts(connection: Connection, rows: Sequence[Any]) -> Iterable[DoseRecord]:
    doses = [dose_of(row) for row in rows]
    saved = {row._mapping["id"]: row._mapping["saved_at"] for row in rows}
    facts: defaultdict[str, _Facts] = defaultdict(_Facts)
    ids = [dose.id for dose in doses]
    people = _people(connection, {dose.person_id for dose in doses})
    for dose in doses:
        _note_revision(facts[dose.id], dose, saved[dose.id])
    revisions = {dose.id: dose.revision for dose in doses}
    for gather in (_receipts, _identities, _signatures, _certificates, _prints, _asides):
        gather(connection, ids, revisions, facts)
    for dose in doses:
        yield _record(dose, people[dose.person_id], facts[dose.id])


def _record(dose: Dose, person: Person, known: _Facts) -> DoseRecord:
    return DoseRecord(
        dose=dose,
        person=person,
        stages=known.stages,
        receipt=known.receipt,
        identity=known.identity,
        identity_fields=known.identity_fields,
        certificate_id=known.certificate_id,
        set_aside_code=known.aside_code,
        set_aside_text=known.aside_text,
    )


def _note_revision(known: _Facts, dose: Dose, saved_at: datetime) -> None:
    known.stages[Stage.RECORDED] = dose.recorded_at
    if dose.status is DoseStatus.ENTERED_IN_ERROR:
        known.stages[Stage.ENTERED_IN_ERROR] = saved_at
    elif dose.revision > 1:
        known.stages[Stage.CORRECTED] = saved_at


def _people(connection: Connection, ids: set[PersonId]) -> dict[PersonId, Person]:
    rows = connection.execute(select_person().where(t.person.c.id.in_(ids)))
    return {person.id: person for person in map(person_of, rows)}


def _receipts(
    connection: Connection, ids: Sequence[str], revisions: dict[Any, int], facts: defaultdict[str, _Facts]
) -> None:
    for row in connection.execute(select(t.receipt).where(t.receipt.c.record_id.in_(ids))).mappings():
        if row["revision"] != revisions[row["record_id"]]:
            continue  # a receipt for an older revision proves nothing about this one (I4)
        known = facts[row["record_id"]]
        known.receipt = receipt_of(row)
        known.identity = Identity.SENT
        known.stages[Stage.ACKNOWLEDGED] = row["at"]
        if row["read_back_at"] is not None and row["read_back_hash"] == row["hash"]:
            known.stages[Stage.READ_BACK] = row["read_back_at"]


def _identities(
    connection: Connection, ids: Sequence[str], revisions: dict[Any, int], facts: defaultdict[str, _Facts]
) -> None:
    found = t.identity_finding
    query = select(found).where(found.c.dose_id.in_(ids)).order_by(found.c.at)
    for row in connection.execute(query).mappings():
        known = facts[row["dose_id"]]
        known.identity = Identity(row["state"])
        known.identity_fields = tuple(row["fields"].split())
        known.stages.pop(Stage.MATCHED, None)
        known.stages.pop(Stage.MISMATCHED, None)
        known.stages[Stage.MATCHED if known.identity is Identity.MATCHED else Stage.MISMATCHED] = row["at"]


def _signatures(
    connection: Connection, ids: Sequence[str], revisions: dict[Any, int], facts: defaultdict[str, _Facts]
) -> None:
    target = t.signature_target
    query = select(target.c.dose_id, target.c.revision, t.signature.c.signed_at).join(t.signature)
    for dose_id, revision, signed_at in connection.execute(query.where(target.c.dose_id.in_(ids))):
        if revision == revisions[dose_id]:
            facts[dose_id].stages[Stage.SIGNED] = signed_at


def _certificates(
    connection: Connection, ids: Sequence[str], revisions: dict[Any, int], facts: defaultdict[str, _Facts]
) -> None:
    status = t.certificate_status
    query = (
        select(t.certificate.c.id, t.certificate.c.dose_id, t.certificate.c.dose_version, status.c.status, status.c.at)
        .join(status)
        .where(t.certificate.c.dose_id.in_(ids))
        .order_by(t.certificate.c.issued_at, t.certificate.c.id, status.c.number)
    )
    newest = {row.id: row for row in connection.execute(query)}
    for row in newest.values():
        known = facts[row.dose_id]
        current_version = known.receipt.version if known.receipt else None
        if row.status == "current" and row.dose_version == current_version:
            known.certificate_id = CertificateId(row.id)
            known.stages[Stage.CERTIFIED] = row.at


def _prints(
    connection: Connection, ids: Sequence[str], revisions: dict[Any, int], facts: defaultdict[str, _Facts]
) -> None:
    query = select(t.print_log.c.dose_id, t.print_log.c.printed_at).where(t.print_log.c.dose_id.in_(ids))
    for dose_id, printed_at in connection.execute(query.order_by(t.print_log.c.id)):
        facts[dose_id].stages[Stage.PRINTED] = printed_at


def _asides(
    connection: Connection, ids: Sequence[str], revisions: dict[Any, int], facts: defaultdict[str, _Facts]
) -> None:
    query = select(t.outbox).where(t.outbox.c.record_id.in_(ids), t.outbox.c.aside_at.is_not(None))
    for row in connection.execute(query).mappings():
        known = facts[row["record_id"]]
        known.stages[Stage.SET_ASIDE] = row["aside_at"]
        known.aside_code, known.aside_text = row["aside_code"], row["aside_text"]
