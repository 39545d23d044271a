"""What a restored desk once sent and no longer has: taken back from the platform, record by record (contract L5, docs/adr/0006).

A record is known by its sequence (device, epoch, number): each revision has one of its own, and no number is ever used twice. Nothing
that this desk saved since the restore is touched: where the platform holds another revision of the same dose, both stay and a person decides.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Table, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from vaxdesk.models import audit, day_rows, dose_book, outbox, people
from vaxdesk.models import session_tables as s
from vaxdesk.models import tables as t
from vaxdesk.models.aftercare import Reaction
from vaxdesk.models.db import Store
from vaxdesk.models.exchange import Acknowledged
from vaxdesk.models.intake import PersonFacts
from vaxdesk.models.reaction_rows import row_of_reaction
from vaxdesk.models.staff import RESTORER, free_username
from vaxdesk.models.values import (
    CitizenId,
    Dose,
    OutboxEntry,
    PersonId,
    Receipt,
    RecordKind,
    Role,
    Signature,
    StaffId,
)

REPULL = "repull"
FINDINGS = ("VerificationResult", "DocumentReference", "DetectedIssue")
OVERLAP = timedelta(days=1)
_RESTORER_NAME = "Khôi phục từ nền tảng"
_NAMESPACE = uuid.UUID("3f0a4a8e-6c1d-4f5e-9b07-2d8c5e7a1b64")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is still to be taken back. `epoch`: the one this desk began when it was restored; `since`: platform time, ISO, empty for all;

    `cursors`: how far each feed was read, by resource type; `doses`, `signatures`, `reactions`, `forks`, `left`: what was met so far.
    """

    epoch: int
    since: str = ""
    cursors: tuple[tuple[str, str], ...] = ()
    doses: int = 0
    signatures: int = 0
    forks: int = 0
    left: int = 0
    reactions: int = 0

    def cursor(self, feed: str) -> str:
        """From where a feed is read."""
        return dict(self.cursors).get(feed, self.since)


@dataclass(frozen=True, slots=True, repr=False)
class OwnDose:
    """A revision of this device as the platform stores it; `dose.person_id` is not known yet."""

    dose: Dose
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class OwnSignature:
    """A day's signature as the platform stores it."""

    signature: Signature
    receipt: Receipt


@dataclass(frozen=True, slots=True, repr=False)
class OwnReaction:
    """A reaction of this device as the platform stores it; `reaction.person_id` is not known yet."""

    reaction: Reaction
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a page: records taken back, doses changed on both sides (ids), records that could not be stored."""

    records: int = 0
    forks: tuple[str, ...] = ()
    left: int = 0


class _Place(StrEnum):
    KNOWN = "known"
    TAKE = "take"
    FORK = "fork"


def want_repull(connection: Connection, epoch: int) -> None:
    """A restore begins `epoch`: at the next exchange the desk takes back what it sent after its newest receipt."""
    newest = connection.execute(select(func.max(t.receipt.c.at))).scalar()
    since = (newest - OVERLAP).isoformat() if newest else ""
    _keep(connection, Wanted(epoch, since))


class OwnRecords:
    """The restored desk's way back. One transaction a method; every method may raise StoreError."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def wanted(self) -> Wanted | None:
        """What is still to be taken back; None on a desk that was not restored, or has finished."""
        with self._store.read() as connection:
            return _wanted(connection)

    def strangers(self, doses: Sequence[OwnDose]) -> frozenset[CitizenId]:
        """Citizens of doses to be taken whom this desk does not know."""
        with self._store.read() as connection:
            wanted = _wanted(connection)
            assert wanted is not None  # the caller asked
            places = [(own.dose.citizen_id, _place(connection, t.dose, own.dose, wanted)) for own in doses]
            takes = [number for number, place in places if place is _Place.TAKE]
            return frozenset(number for number in takes if people.by_number(connection, number) is None)

    def take(
        self,
        doses: Sequence[OwnDose],
        strangers: Mapping[CitizenId, PersonFacts],
        not_understood: int,
        cursor: str,
        now: datetime,
    ) -> Taken:
        """Keeps a page of doses of this device and moves the cursor. What the store's own rules refuse is left out, alone."""
        with self._store.write() as connection:
            wanted = _wanted(connection)
            assert wanted is not None
            _rise_above(connection, t.dose, [own.dose for own in doses], now)
            taken = _take_all(connection, doses, strangers, wanted, now)
            taken = replace(taken, left=taken.left + not_understood)
            _keep(
                connection,
                replace(
                    wanted,
                    cursors=_moved(wanted, "Immunization", cursor),
                    doses=wanted.doses + taken.records,
                    forks=wanted.forks + len(taken.forks),
                    left=wanted.left + taken.left,
                ),
            )
        return taken

    def take_signatures(self, signatures: Sequence[OwnSignature], cursor: str, now: datetime) -> Taken:
        """Keeps a page of signatures over doses of this desk; those of other desks are passed over."""
        with self._store.write() as connection:
            wanted = _wanted(connection)
            assert wanted is not None
            count = sum(_take_signature(connection, own, now) for own in signatures)
            moved = _moved(wanted, "Provenance", cursor)
            _keep(connection, replace(wanted, cursors=moved, signatures=wanted.signatures + count))
        return Taken(count)

    def take_reactions(
        self, reactions: Sequence[OwnReaction], not_understood: int, cursor: str, now: datetime
    ) -> Taken:
        """Keeps a page of reactions of this device to doses that are here, and moves the cursor."""
        with self._store.write() as connection:
            wanted = _wanted(connection)
            assert wanted is not None
            _rise_above(connection, s.reaction, [own.reaction for own in reactions], now)
            places = [(own, _place(connection, s.reaction, own.reaction, wanted)) for own in reactions]
            forks = tuple(own.reaction.id for own, place in places if place is _Place.FORK)
            takes = [own for own, place in places if place is _Place.TAKE]
            count = sum(_take_reaction(connection, own, now) for own in takes)
            taken = Taken(count, forks, len(takes) - count + not_understood)
            met = replace(wanted, reactions=wanted.reactions + count, forks=wanted.forks + len(forks))
            _keep(
                connection,
                replace(met, cursors=_moved(wanted, "AdverseEvent", cursor), left=wanted.left + taken.left),
            )
        return taken

    def finish(self, now: datetime) -> Wanted:
        """All is back: findings are read again from the start, as some may have come before the doses they speak of."""
        with self._store.write() as connection:
            wanted = _wanted(connection)
            assert wanted is not None
            for feed in FINDINGS:
                connection.execute(delete(t.setting).where(t.setting.c.key.startswith(f"cursor:{feed}|")))
                connection.execute(delete(t.seen).where(t.seen.c.resource.startswith(f"{feed}/"), _is_not_kept()))
            connection.execute(delete(t.setting).where(t.setting.c.key == REPULL))
            found = f"doses={wanted.doses} signatures={wanted.signatures} reactions={wanted.reactions}"
            found += f" forks={wanted.forks} left={wanted.left}"
            audit.note(connection, now, RESTORER, "records-taken-back", str(wanted.epoch), found)
        return wanted

    def has_saved(self, record_id: str, epoch: int, number: int) -> bool:
        """Whether this desk itself saved that revision of a dose, reaction or closed day: only then may a newer one of ours take its place on the platform."""
        with self._store.read() as connection:
            rows = any(_has(connection, table, record_id, epoch, number) for table in (t.dose, s.reaction))
            return rows or day_rows.has_saved(connection, record_id, epoch, number)


def _has(connection: Connection, table: Table, record_id: str, epoch: int, number: int) -> bool:
    c = table.c
    query = select(c.id).where(c.id == record_id, c.epoch == epoch, c.sequence == number)
    return connection.execute(query).first() is not None


def _wanted(connection: Connection) -> Wanted | None:
    text = outbox.read_setting(connection, REPULL)
    if not text:
        return None
    plain = json.loads(text)
    return Wanted(**(plain | {"cursors": tuple(map(tuple, plain["cursors"]))}))


def _keep(connection: Connection, wanted: Wanted) -> None:
    outbox.write_setting(connection, REPULL, json.dumps(asdict(wanted)))


def _moved(wanted: Wanted, feed: str, cursor: str) -> tuple[tuple[str, str], ...]:
    return tuple((dict(wanted.cursors) | {feed: cursor}).items())


def _is_not_kept() -> Any:
    """A certificate that is here was seen for good: reading it again would tell its status twice."""
    kept = select(t.certificate.c.id).where(t.seen.c.resource == "DocumentReference/" + t.certificate.c.id)
    return ~kept.exists()


def _place(connection: Connection, table: Table, record: Dose | Reaction, wanted: Wanted) -> _Place:
    c = table.c
    rows = connection.execute(select(c.revision, c.epoch, c.sequence).where(c.id == record.id).order_by(c.revision))
    known = rows.all()
    if not known:
        return _Place.TAKE
    if any((row.epoch, row.sequence) == (record.epoch, record.sequence) for row in known):
        return _Place.KNOWN
    changed_since = known[-1].epoch >= wanted.epoch
    return _Place.FORK if changed_since or known[-1].revision >= record.revision else _Place.TAKE


def _take_all(
    connection: Connection,
    doses: Sequence[OwnDose],
    strangers: Mapping[CitizenId, PersonFacts],
    wanted: Wanted,
    now: datetime,
) -> Taken:
    places = [(own, _place(connection, t.dose, own.dose, wanted)) for own in doses]
    forks = tuple(own.dose.id for own, place in places if place is _Place.FORK)
    takes = [own for own, place in places if place is _Place.TAKE]
    stored = sum(_stored(connection, own, strangers, now) for own in takes)
    return Taken(stored, forks, len(takes) - stored)


def _stored(connection: Connection, own: OwnDose, strangers: Mapping[CitizenId, PersonFacts], now: datetime) -> bool:
    """One dose with its person and receipt, or nothing of it."""
    try:
        with connection.begin_nested():
            person_id = _person(connection, own, strangers)
            if person_id is None:
                return False
            _insert(connection, own, person_id)
            entry = OutboxEntry(RecordKind.DOSE, own.dose.id, own.dose.revision, 0, now)
            outbox.apply(connection, [Acknowledged(entry, own.receipt)], now)
    except IntegrityError:
        return False
    return True


def _person(connection: Connection, own: OwnDose, strangers: Mapping[CitizenId, PersonFacts]) -> PersonId | None:
    """A person who is here stays as they are here: the newer facts are the desk's."""
    number = own.dose.citizen_id
    known = people.by_number(connection, number)
    if known is None and number in strangers:
        by = _restorer(connection, own.receipt.at)
        known = people.save(connection, strangers[number], None, by, own.receipt.at, "restored")
    return known.id if known else None


def _insert(connection: Connection, own: OwnDose, person_id: PersonId) -> None:
    """Who recorded it stays what this desk knows (I7); who saved a later revision the platform does not say."""
    dose = replace(own.dose, person_id=person_id)
    c = t.dose.c
    origin = connection.execute(
        select(c.recorder_id, c.recorder, c.recorded_at).where(c.id == dose.id).limit(1)
    ).first()
    if origin is not None:
        dose = replace(dose, recorder_id=origin[0], recorder=origin[1], recorded_at=origin[2])
    else:
        dose = replace(dose, recorder_id=_staff(connection, dose.recorder_id, dose.recorder, dose.recorded_at))
    first = dose.revision == 1
    dose_book.insert(
        connection, dose, dose.recorder_id if first else _restorer(connection, own.receipt.at), own.receipt.at
    )


def _restorer(connection: Connection, at: datetime) -> StaffId:
    return _staff(connection, RESTORER, _RESTORER_NAME, at)


def _staff(connection: Connection, staff_id: str, name: str, at: datetime, role: Role = Role.NURSE) -> StaffId:
    """The account of that id; one that is not here any more is made without a PIN and not active: nobody signs in with it."""
    wanted = StaffId(staff_id or str(uuid.uuid5(_NAMESPACE, name)))
    if connection.execute(select(t.staff.c.id).where(t.staff.c.id == wanted)).first() is None:
        row = {"id": wanted, "username": free_username(connection, name), "name": name, "role": role.value}
        closed = {"pin_hash": "", "active": False, "failed_tries": 0, "locked_until": None, "created_at": at}
        connection.execute(insert(t.staff).values(row | closed))
    return wanted


def _take_reaction(connection: Connection, own: OwnReaction, now: datetime) -> bool:
    """One reaction with its receipt, when its dose is here; who recorded it stays what this desk knows (I7)."""
    found, c = own.reaction, s.reaction.c
    person_id = connection.execute(select(t.dose.c.person_id).where(t.dose.c.id == found.dose_id).limit(1)).scalar()
    if person_id is None:
        return False
    origin = connection.execute(select(c.recorder_id, c.recorder, c.recorded_at).where(c.id == found.id)).first()
    recorder, name, at = origin or (
        _staff(connection, found.recorder_id, found.recorder, found.recorded_at),
        found.recorder,
        found.recorded_at,
    )
    kept = replace(found, person_id=PersonId(person_id), recorder_id=recorder, recorder=name, recorded_at=at)
    by = recorder if kept.revision == 1 else _restorer(connection, own.receipt.at)
    try:
        with connection.begin_nested():
            saved = {"saved_at": own.receipt.at, "saved_by": by}
            connection.execute(insert(s.reaction).values(row_of_reaction(kept) | saved))
            entry = OutboxEntry(RecordKind.REACTION, kept.id, kept.revision, 0, now)
            outbox.apply(connection, [Acknowledged(entry, own.receipt)], now)
    except IntegrityError:
        return False
    return True


def _rise_above(connection: Connection, table: Table, records: Sequence[Dose | Reaction], now: datetime) -> None:
    """The epoch is raised above any the platform has seen from this device in a life this store knows nothing of."""
    foreign = [one.epoch for one in records if not _has(connection, table, one.id, one.epoch, one.sequence)]
    highest = max(foreign, default=0)
    raised = update(t.device).where(t.device.c.epoch <= highest).values(epoch=highest + 1, next_sequence=1)
    if connection.execute(raised).rowcount:
        audit.note(connection, now, RESTORER, "epoch-raised", str(highest + 1))


def _take_signature(connection: Connection, own: OwnSignature, now: datetime) -> bool:
    signature = own.signature
    ids = [dose_id for dose_id, _ in signature.targets]
    here = connection.execute(select(func.count(t.dose.c.id.distinct())).where(t.dose.c.id.in_(ids))).scalar_one()
    known = connection.execute(select(t.signature.c.id).where(t.signature.c.id == signature.id)).first()
    if known is not None or not ids or here != len(set(ids)):
        return False
    signer = _staff(connection, signature.signer_id, signature.signer, signature.signed_at, Role.MANAGER)
    row = {name: getattr(signature, name) for name in ("id", "day", "site", "signer", "signed_at", "jws")}
    connection.execute(insert(t.signature).values(row | {"signer_id": signer}))
    connection.execute(insert(t.signature_target), [_target(connection, signature, *one) for one in signature.targets])
    entry = OutboxEntry(RecordKind.SIGNATURE, signature.id, 1, 0, now)
    outbox.apply(connection, [Acknowledged(entry, own.receipt)], now)
    return True


def _target(connection: Connection, signature: Signature, dose_id: str, version: str) -> dict[str, object]:
    """Revision 0: an earlier state of the dose that this store does not have; it is not the one that counts now."""
    c = t.receipt.c
    revision = connection.execute(select(c.revision).where(c.record_id == dose_id, c.version == version)).scalar()
    return {"signature_id": signature.id, "dose_id": dose_id, "revision": revision or 0, "version": version}
