"""What a pull found on the platform, and how each finding is kept. Findings about records this desk does not have are passed over."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.sqlite import insert as upsert

from vaxdesk.models import complaint_rows, dispute_rows, elsewhere, recall_book
from vaxdesk.models import tables as t
from vaxdesk.models.complaints import Complaint
from vaxdesk.models.exchange import Dispute, DisputeKind, OtherDose, Resolution
from vaxdesk.models.recalls import Recall
from vaxdesk.models.values import Certificate, DoseId, Identity, TrustKey


@dataclass(frozen=True, slots=True)
class IdentityFound:
    """The national population data's answer about a dose's person; `fields` are those that differ."""

    dose_id: DoseId
    version: str
    state: Identity
    fields: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class CertificateFound:
    """A certificate was issued, superseded or revoked (its `status`)."""

    certificate: Certificate


@dataclass(frozen=True, slots=True)
class TrustFound:
    """The trust list: the anchor and the signers, already checked against the anchor."""

    keys: tuple[TrustKey, ...]


@dataclass(frozen=True, slots=True)
class SiteKeyFound:
    """The public key with which a device of some site signs slips and days (`jwk` is JSON)."""

    device_id: str
    site: str
    jwk: str
    active: bool


@dataclass(frozen=True, slots=True)
class DuplicateFound:
    """The platform holds the same dose of one citizen twice (S5), or no longer does (`is_open` false)."""

    id: str
    dose_ids: tuple[str, ...]
    at: datetime
    is_open: bool


@dataclass(frozen=True, slots=True)
class DoseSeen:
    """Another desk of the site recorded a dose, or corrected it (contract L5)."""

    dose: OtherDose


@dataclass(frozen=True, slots=True)
class RecallFound:
    """A lot was recalled, or its recall taken back."""

    recall: Recall


@dataclass(frozen=True, slots=True)
class ComplaintFound:
    """A citizen complained, or added to a complaint, or a site answered (Q2)."""

    complaint: Complaint


Fact = (
    IdentityFound
    | CertificateFound
    | TrustFound
    | SiteKeyFound
    | DuplicateFound
    | DoseSeen
    | RecallFound
    | ComplaintFound
)


@dataclass(frozen=True, slots=True)
class Finding:
    """A fact with the resource and version it was read from, e.g. `VerificationResult/<id>`, `3`."""

    resource: str
    version: str
    fact: Fact


@dataclass(frozen=True, slots=True)
class ReadBack:
    """What the server holds for an acknowledged record: the hash of its facts; empty when it is not there at all."""

    record_id: str
    revision: int
    hash: str
    dispute: Dispute | None = field(default=None, repr=False)  # when it differs: what is held instead


def apply_findings(connection: Connection, facts: Sequence[Fact], now: datetime) -> None:
    """Keeps the facts of a page inside the caller's transaction; what comes by the hundred, all at once."""
    _keep_identities(connection, [fact for fact in facts if isinstance(fact, IdentityFound)])
    elsewhere.keep(connection, [replace(fact.dose, seen_at=now) for fact in facts if isinstance(fact, DoseSeen)])
    recall_book.keep(connection, [fact.recall for fact in facts if isinstance(fact, RecallFound)])
    for fact in facts:
        _keep_one(connection, fact, now)


def _keep_one(connection: Connection, fact: Fact, now: datetime) -> None:
    if isinstance(fact, CertificateFound):
        _keep_certificate(connection, fact.certificate, now)
    elif isinstance(fact, TrustFound):
        _keep_trust(connection, fact, now)
    elif isinstance(fact, DuplicateFound):
        _keep_duplicate(connection, fact, now)
    elif isinstance(fact, SiteKeyFound):
        _keep_site_key(connection, fact)
    elif isinstance(fact, ComplaintFound):
        complaint_rows.keep(connection, fact.complaint, now)


def _has_dose(connection: Connection, dose_id: str) -> bool:
    return connection.execute(select(t.dose.c.id).where(t.dose.c.id == dose_id)).first() is not None


def _keep_identities(connection: Connection, found: Sequence[IdentityFound]) -> None:
    """Those about doses that this desk has."""
    wanted = select(t.dose.c.id).where(t.dose.c.id.in_({one.dose_id for one in found}))
    ours = set(connection.execute(wanted).scalars()) if found else set()
    rows = [_identity_row(one) for one in found if one.dose_id in ours]
    if rows:
        connection.execute(upsert(t.identity_finding).on_conflict_do_nothing(), rows)


def _identity_row(found: IdentityFound) -> dict[str, object]:
    return {
        "dose_id": found.dose_id,
        "version": found.version,
        "state": found.state.value,
        "fields": " ".join(found.fields),
        "at": found.at,
    }


def _keep_certificate(connection: Connection, certificate: Certificate, now: datetime) -> None:
    if not _has_dose(connection, certificate.dose_id):
        return
    row = upsert(t.certificate).values(
        id=certificate.id,
        dose_id=certificate.dose_id,
        dose_version=certificate.dose_version,
        uvci=certificate.uvci,
        hc1=certificate.hc1,
        issued_at=certificate.issued_at,
    )
    connection.execute(row.on_conflict_do_nothing())
    c = t.certificate_status.c
    last = connection.execute(
        select(func.coalesce(func.max(c.number), 0)).where(c.certificate_id == certificate.id)
    ).scalar_one()
    connection.execute(
        t.certificate_status.insert().values(
            certificate_id=certificate.id, number=last + 1, status=certificate.status, at=now
        )
    )


def _keep_trust(connection: Connection, found: TrustFound, now: datetime) -> None:
    for key in found.keys:
        row = upsert(t.trust_key).values(
            sha256=hashlib.sha256(key.certificate).hexdigest(),
            kid=key.kid,
            certificate=key.certificate,
            anchor=key.anchor,
            added_at=now,
        )
        connection.execute(row.on_conflict_do_nothing())


def _keep_duplicate(connection: Connection, found: DuplicateFound, now: datetime) -> None:
    """A dispute about the first of the doses that is this desk's own; the other may be anybody's."""
    if not found.is_open:
        dispute_rows.close(connection, found.id, Resolution.CANCELLED, now)
        return
    ours = next((dose_id for dose_id in found.dose_ids if _has_dose(connection, dose_id)), "")
    others = [dose_id for dose_id in found.dose_ids if dose_id != ours]
    if ours and others:
        seen = Dispute(found.id, DisputeKind.SAME_DOSE, ours, others[0], "", found.at)
        dispute_rows.keep(connection, seen)


def _keep_site_key(connection: Connection, found: SiteKeyFound) -> None:
    values = {"site": found.site, "jwk": found.jwk, "active": found.active}
    row = upsert(t.site_key).values(device_id=found.device_id, **values)
    connection.execute(row.on_conflict_do_update(index_elements=["device_id"], set_=values))
