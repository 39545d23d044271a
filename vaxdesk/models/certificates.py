"""Certificates the platform issued, the keys that prove them, and the log of what was printed (I10)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, exists, func, select

from vaxdesk.errors import InputRefused, Problem
from vaxdesk.models import audit, outbox
from vaxdesk.models import tables as t
from vaxdesk.models.db import Store
from vaxdesk.models.rows import certificate_of
from vaxdesk.models.values import (
    VIETNAM,
    Certificate,
    CertificateId,
    DoseRecord,
    SiteCode,
    StaffId,
    StaffMember,
    TrustKey,
)

READ_AT = "read-at:"
LISTS = ("DocumentReference|national", "Device|national")  # the feeds that carry trusted keys and the sites' keys


@dataclass(frozen=True, slots=True)
class SlipKey:
    """A device's public key (JWK as JSON) and the site it signs slips for."""

    device_id: str
    site: SiteCode
    jwk: str
    active: bool


class Certificates:
    """Every method may raise StoreError."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def of(self, record: DoseRecord) -> Certificate | None:
        """The certificate that is valid for the dose's present revision, or None."""
        if record.certificate_id is None:
            return None
        return self._by_id(record.certificate_id)

    def trust_keys(self) -> tuple[TrustKey, ...]:
        """The pulled trust list."""
        with self._store.read() as connection:
            rows = connection.execute(select(t.trust_key)).mappings()
            return tuple(TrustKey(row["kid"], row["certificate"], row["anchor"]) for row in rows)

    def site_keys(self) -> dict[str, str]:
        """Public keys (JWK as JSON) of active devices by device id: they sign slips."""
        with self._store.read() as connection:
            rows = connection.execute(select(t.site_key.c.device_id, t.site_key.c.jwk).where(t.site_key.c.active))
            return {row.device_id: row.jwk for row in rows}

    def slip_keys(self) -> tuple[SlipKey, ...]:
        """All devices the platform named, whose keys sign slips: also those that were revoked, so that their slips can be told apart."""
        c = t.site_key.c
        with self._store.read() as connection:
            rows = connection.execute(select(c.device_id, c.site, c.jwk, c.active))
            return tuple(SlipKey(row.device_id, SiteCode(row.site), row.jwk, row.active) for row in rows)

    def lists_as_of(self) -> datetime | None:
        """When the platform was last asked for trusted keys and for the sites' keys, whichever is longer ago; None: never."""
        with self._store.read() as connection:
            read = [outbox.read_setting(connection, f"{READ_AT}{feed}") for feed in LISTS]
        return min(map(datetime.fromisoformat, filter(None, read))).astimezone(VIETNAM) if all(read) else None

    def revoked(self) -> frozenset[str]:
        """Certificate numbers (UVCI) that are superseded or entered in error."""
        status = t.certificate_status
        newer = status.alias("newer")
        later = exists().where(newer.c.certificate_id == status.c.certificate_id, newer.c.number > status.c.number)
        query = select(t.certificate.c.uvci).join(status).where(status.c.status != "current", ~later)
        with self._store.read() as connection:
            return frozenset(connection.execute(query).scalars())

    def copies(self, dose_id: str, form: str) -> int:
        """How many copies of a form were already printed for a dose."""
        with self._store.read() as connection:
            return copies_of(connection, dose_id, form)

    def note_print(self, record: DoseRecord, form: str, sha256: str, reason: str, actor: StaffMember) -> int:
        """Logs a print; returns the copy number. Raises InputRefused `reprint-reason-missing` for a second copy without reason."""
        now = self._clock()
        with self._store.write() as connection:
            return log_print(
                connection, record.dose.id, record.certificate_id or "", form, sha256, reason, actor.id, now
            )

    def anchor(self) -> str:
        """The pinned anchor certificate (base64 DER); empty when none is known yet."""
        with self._store.read() as connection:
            return outbox.read_setting(connection, "trust-anchor") or ""

    def _by_id(self, certificate_id: CertificateId) -> Certificate:
        status = t.certificate_status
        with self._store.read() as connection:
            row = connection.execute(select(t.certificate).where(t.certificate.c.id == certificate_id)).one()
            newest = connection.execute(
                select(status.c.status)
                .where(status.c.certificate_id == certificate_id)
                .order_by(status.c.number.desc())
                .limit(1)
            ).scalar_one()
        return certificate_of(row, newest)


def copies_of(connection: Connection, dose_id: str, form: str) -> int:
    """How many copies of a form were printed for a dose."""
    c = t.print_log.c
    return int(connection.execute(select(func.count()).where(c.dose_id == dose_id, c.form == form)).scalar_one())


def log_print(
    connection: Connection,
    dose_id: str,
    certificate_id: str,
    form: str,
    sha256: str,
    reason: str,
    by: StaffId,
    now: datetime,
) -> int:
    """In another use case's transaction: a sheet came out; gives its copy number. Raises InputRefused `reprint-reason-missing`."""
    reason, c = " ".join(reason.split()), t.print_log.c
    last = connection.execute(
        select(func.coalesce(func.max(c.copy), 0)).where(c.dose_id == dose_id, c.form == form)
    ).scalar_one()
    if last and not reason:
        raise InputRefused(Problem("reprint-reason-missing", "reason"))
    facts = {"dose_id": dose_id, "certificate_id": certificate_id, "form": form, "copy": last + 1, "sha256": sha256}
    connection.execute(t.print_log.insert(), facts | {"printed_at": now, "printed_by": by, "reason": reason})
    audit.note(connection, now, by, "printed", dose_id, f"{form} {last + 1}")
    return int(last) + 1
