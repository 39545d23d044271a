"""The head of site's signature over a day's doses (5772/QĐ-BYT step 2; only doses matched with the national population data, 9438)."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import rfc8785
from sqlalchemy import Connection, select

from vaxdesk.models import audit, dose_book, outbox
from vaxdesk.models import tables as t
from vaxdesk.models.day_progress import DayProgress, progress_of
from vaxdesk.models.db import Store
from vaxdesk.models.rows import is_current_dose
from vaxdesk.models.staff import require_manager
from vaxdesk.models.values import DoseId, DoseRecord, DoseStatus, Identity, SignatureId, Site, StaffMember, Stage

SignBytes = Callable[[bytes], str]
"""Signs a canonical payload with the site's key and gives the compact JWS."""


@dataclass(frozen=True, slots=True, repr=False)
class PaperRecord:
    """A day as the parties confirm it on paper. `sha256`: of site, day and the doses as the platform has them (ids, versions, hashes)."""

    site: Site
    day: date
    confirmed: tuple[DoseRecord, ...]
    unmatched: tuple[DoseRecord, ...]
    sha256: str


class Signing:
    """What may be signed, and signing it. Every method may raise StoreError."""

    def __init__(self, store: Store, clock: Callable[[], datetime], sign: SignBytes) -> None:
        self._store = store
        self._clock = clock
        self._sign = sign

    def ready(self, day: date) -> tuple[DoseRecord, ...]:
        """Doses of the day that are received, matched and not yet signed at this revision."""
        with self._store.read() as connection:
            return _signable(connection, day)

    def paper(self, day: date) -> PaperRecord:
        """What the parties confirm by hand where there is no digital certificate (9438/BYT-CNTT): matched doses, and apart those that are not yet."""
        with self._store.read() as connection:
            given = [r for r in dose_book.of_day(connection, day) if r.dose.status is DoseStatus.COMPLETED]
            ready = {record.dose.id for record in _signable(connection, day)}
            place = dose_book.site(connection)
        confirmed = tuple(r for r in given if r.dose.id in ready or Stage.SIGNED in r.stages)
        named: dict[str, Any] = {"site": place.code, "day": day.isoformat(), "doses": _named(confirmed)}
        digest = hashlib.sha256(rfc8785.dumps(named)).hexdigest()
        kept = {record.dose.id for record in confirmed}
        return PaperRecord(place, day, confirmed, tuple(r for r in given if r.dose.id not in kept), digest)

    def note_paper(self, made: PaperRecord, actor: StaffMember) -> None:
        """A record with names and numbers was made, to be signed by hand."""
        with self._store.write() as connection:
            audit.note(connection, self._clock(), actor.id, "signing-paper-made", made.day.isoformat(), made.sha256)

    def progress(self, day: date) -> DayProgress:
        """How far the day's signature is: counted from records, as everything is."""
        with self._store.read() as connection:
            given = [r for r in dose_book.of_day(connection, day) if r.dose.status is DoseStatus.COMPLETED]
            arrived = _arrived(connection, {record.dose.id for record in given})
        return progress_of(day, given, arrived, self._clock())

    def sign_day(self, day: date, actor: StaffMember, sign: SignBytes | None = None) -> int:
        """Signs every ready dose of the day in one signature; returns how many. `sign`: with another key than the device's, a token's.

        Raises AccessRefused `managers-only`, and what `sign` raises; nothing is kept then.
        """
        require_manager(actor)
        with self._store.write() as connection:
            doses = _signable(connection, day)
            if not doses:
                return 0
            now = self._clock()
            site = dose_book.site(connection).code
            jws = (sign or self._sign)(rfc8785.dumps(_statement(site, day, now, actor, doses)))
            signature_id = SignatureId(str(uuid.uuid4()))
            targets = [_target(signature_id, record) for record in doses]
            connection.execute(
                t.signature.insert().values(
                    id=signature_id,
                    day=day,
                    site=site,
                    signer_id=actor.id,
                    signer=actor.name,
                    signed_at=now,
                    jws=jws,
                )
            )
            connection.execute(t.signature_target.insert(), targets)
            audit.note(connection, now, actor.id, "day-signed", signature_id, str(len(doses)))
        return len(doses)


def _signable(connection: Connection, day: date) -> tuple[DoseRecord, ...]:
    """Facts that were mended here and are still on their way are not those the platform matched."""
    found = tuple(filter(_is_signable, dose_book.of_day(connection, day)))
    mended = outbox.mended_people(connection, {record.person.id for record in found}, True)
    return tuple(record for record in found if record.person.id not in mended)


def _is_signable(record: DoseRecord) -> bool:
    return (
        record.dose.status is DoseStatus.COMPLETED
        and record.receipt is not None
        and record.identity is Identity.MATCHED
        and Stage.SIGNED not in record.stages
    )


def _statement(site: str, day: date, now: datetime, actor: StaffMember, doses: Sequence[DoseRecord]) -> dict[str, Any]:
    """What is signed: contract "Provenance"."""
    return {
        "site": site,
        "day": day.isoformat(),
        "signed_at": now.isoformat(timespec="seconds"),
        "signer": {"id": actor.id, "name": actor.name},
        "doses": _named(doses),
    }


def _named(doses: Sequence[DoseRecord]) -> list[dict[str, str]]:
    return [
        {"id": record.dose.id, "version": record.receipt.version, "sha256": record.receipt.hash}
        for record in doses
        if record.receipt is not None
    ]


def _arrived(connection: Connection, dose_ids: set[DoseId]) -> frozenset[str]:
    """Doses named by a signature that the platform has a receipt for, at their present revision."""
    target, received = t.signature_target.c, t.receipt.c
    query = select(target.dose_id).join(t.receipt, received.record_id == target.signature_id)
    current = query.join(t.dose, (t.dose.c.id == target.dose_id) & (t.dose.c.revision == target.revision))
    return frozenset(connection.execute(current.where(is_current_dose())).scalars()) & dose_ids


def _target(signature_id: SignatureId, record: DoseRecord) -> dict[str, Any]:
    assert record.receipt is not None  # `_is_signable` asked
    return {
        "signature_id": signature_id,
        "dose_id": record.dose.id,
        "revision": record.dose.revision,
        "version": record.receipt.version,
    }
