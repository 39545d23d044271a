"""The store as the sync engine sees it. One transaction a method; no transaction is ever open while the network is used."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from vaxdesk.models import complaint_outbox, day_rows, dispute_rows, elsewhere, outbox, traffic
from vaxdesk.models import exchange_tables as x
from vaxdesk.models import session_tables as s
from vaxdesk.models import tables as t
from vaxdesk.models.aftercare import Reaction, ReactionId
from vaxdesk.models.certificates import READ_AT
from vaxdesk.models.db import Store
from vaxdesk.models.exchange import (
    Acknowledged,
    Dispute,
    DisputeKind,
    Due,
    DueDay,
    DueDose,
    DuePerson,
    DueReaction,
    DueSignature,
    Enrolment,
    LinkState,
    OtherDose,
    PutAside,
    Step,
)
from vaxdesk.models.findings import Finding, ReadBack, apply_findings
from vaxdesk.models.own_records import OwnRecords
from vaxdesk.models.reaction_rows import reaction_of
from vaxdesk.models.rows import dose_of, person_of, receipt_of, select_person, site_of
from vaxdesk.models.traffic import Traffic
from vaxdesk.models.values import (
    CitizenId,
    DoseId,
    OutboxEntry,
    Person,
    PersonId,
    Receipt,
    RecordKind,
    Signature,
    Site,
    SiteCode,
)

log = logging.getLogger(__name__)

ENROLMENT, LINK, TOKEN = "enrolment", "link", "token-key"
TRUST_ANCHOR = "trust-anchor"
_LINK_TIMES = ("last_reached_at", "not_before_hard", "courier_asked_at")


class SyncBook:
    """Everything the sync engine reads and writes."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def own_records(self) -> OwnRecords:
        """What a restored desk takes back before it pushes (L5)."""
        return OwnRecords(self._store)

    def due(self, now: datetime, limit: int, asked: bool) -> tuple[Due, ...]:
        """What to send now, in the order of contract P8, with everything needed to build the bundle."""
        with self._store.read() as connection:
            entries = outbox.due(connection, now, limit, asked)
            return load_due(connection, entries)

    def apply(self, steps: Sequence[Step], now: datetime) -> int:
        """Carries out what became of sent records; only steps matching (kind, id, revision) count. Returns how many."""
        received = [step.entry.record_id for step in steps if isinstance(step, Acknowledged)]
        with self._store.write() as connection:
            matched = outbox.apply(connection, steps, now)
            dispute_rows.cancel_versions(connection, received, now)
            return matched

    def set_aside(self, step: PutAside, dispute: Dispute | None, now: datetime) -> int:
        """A refused record, with the conflict it is in, if any: both or neither, so that nothing waits without a choice."""
        with self._store.write() as connection:
            matched = outbox.apply(connection, (step,), now)
            if dispute is not None and matched:
                dispute_rows.keep(connection, dispute)
            return matched

    def disputes_without_other(self) -> tuple[CitizenId, ...]:
        """Whose other record of a same-dose dispute is not known yet, at most 50."""
        missing = (dispute_rows.OPEN, x.dispute.c.kind == DisputeKind.SAME_DOSE.value, x.elsewhere.c.id.is_(None))
        with self._store.read() as connection:
            ids = [dispute.dose_id for dispute in dispute_rows.find(connection, *missing)]
            query = select(t.dose.c.citizen_id).where(t.dose.c.id.in_(ids)).distinct().limit(50)
            return tuple(CitizenId(digits) for digits in connection.execute(query).scalars())

    def keep_elsewhere(self, asked: Sequence[CitizenId], doses: Sequence[OtherDose], at: datetime) -> None:
        """Keeps what the platform told of citizens' doses (H1)."""
        with self._store.write() as connection:
            elsewhere.keep(connection, doses)
            elsewhere.note_asked(connection, asked, at)

    def send_again(self, record_ids: Sequence[str]) -> int:
        """A person's wish to try set-aside records again."""
        with self._store.write() as connection:
            return outbox.send_again(connection, record_ids)

    def has_aside(self) -> bool:
        """Whether anything refused would be tried again by itself."""
        with self._store.read() as connection:
            return outbox.has_aside(connection)

    def revive(self, now: datetime) -> int:
        """Everything refused is due at once: the server's rules, or this program, have changed."""
        with self._store.write() as connection:
            return outbox.revive(connection, now)

    def waiting(self) -> int:
        """How many records wait, set-aside ones not counted."""
        with self._store.read() as connection:
            query = select(func.count()).select_from(t.outbox).where(t.outbox.c.aside_at.is_(None))
            return int(connection.execute(query).scalar_one())

    def cursor(self, feed: str) -> str:
        """How far a feed was pulled; empty at first."""
        with self._store.read() as connection:
            return outbox.read_setting(connection, f"cursor:{feed}") or ""

    def has_other_desks(self) -> bool:
        """Whether the platform named another active device of this site; this one's former keys (C5) are none."""
        key, own = t.site_key.c, t.device.c
        other = (key.device_id != own.device_id) & ~key.device_id.startswith(own.device_id + ".")
        query = select(key.device_id).where(key.site == own.site, key.active, other)
        with self._store.read() as connection:
            return connection.execute(query.limit(1)).first() is not None

    def apply_page(self, feed: str, cursor: str, findings: Sequence[Finding], now: datetime) -> int:
        """Applies one pulled page and moves the cursor in one transaction (L2). Returns how many findings were new."""
        with self._store.write() as connection:
            fresh = _fresh(connection, findings)
            apply_findings(connection, [finding.fact for finding in fresh], now)
            outbox.write_setting(connection, f"cursor:{feed}", cursor)
            outbox.write_setting(connection, f"{READ_AT}{feed}", now.isoformat())
        return len(fresh)

    def read_back_due(self, limit: int, kind: RecordKind = RecordKind.DOSE) -> tuple[Receipt, ...]:
        """Newest receipts of doses (or reactions) that were not yet read back and compared, oldest first."""
        newer = t.receipt.alias("newer")
        query = (
            select(t.receipt)
            .where(
                t.receipt.c.kind == kind.value,
                t.receipt.c.read_back_at.is_(None),
                ~select(newer.c.revision)
                .where(newer.c.record_id == t.receipt.c.record_id, newer.c.revision > t.receipt.c.revision)
                .exists(),
            )
            .order_by(t.receipt.c.at)
            .limit(limit)
        )
        with self._store.read() as connection:
            return tuple(receipt_of(row) for row in connection.execute(query).mappings())

    def note_read_back(self, results: Sequence[ReadBack], now: datetime) -> None:
        """Keeps what the server holds for each receipt; a hash that differs becomes an alarm by itself (`status`), and a dispute."""
        with self._store.write() as connection:
            for result in results:
                if result.dispute is not None:
                    dispute_rows.keep(connection, result.dispute)
                c = t.receipt.c
                connection.execute(
                    update(t.receipt)
                    .where(c.record_id == result.record_id, c.revision == result.revision)
                    .values(read_back_at=now, read_back_hash=result.hash)
                )

    def traffic(self, day: date) -> Traffic:
        """What the exchange cost on a day."""
        with self._store.read() as connection:
            return traffic.of(connection, day)

    def add_traffic(self, day: date, used: Traffic) -> None:
        """Counts what a run cost."""
        with self._store.write() as connection:
            traffic.add(connection, day, used)

    def link(self) -> LinkState:
        """What was learnt about the line."""
        with self._store.read() as connection:
            text = outbox.read_setting(connection, LINK)
        return _link_of(json.loads(text)) if text else LinkState()

    def save_link(self, link: LinkState) -> None:
        """Keeps what was learnt about the line."""
        plain = asdict(link)
        for name in _LINK_TIMES:
            plain[name] = plain[name].isoformat() if plain[name] else None
        with self._store.write() as connection:
            outbox.write_setting(connection, LINK, json.dumps(plain))

    def enrolment(self) -> Enrolment | None:
        """Where the platform is; None before enrolment."""
        with self._store.read() as connection:
            text = outbox.read_setting(connection, ENROLMENT)
        return Enrolment(**json.loads(text)) if text else None

    def save_enrolment(self, enrolment: Enrolment) -> None:
        """Keeps where the platform is."""
        with self._store.write() as connection:
            outbox.write_setting(connection, ENROLMENT, json.dumps(asdict(enrolment)))

    def token(self) -> str:
        """Thumbprint of the token's key that the platform took; empty for none."""
        with self._store.read() as connection:
            return outbox.read_setting(connection, TOKEN) or ""

    def keep_token(self, thumbprint: str) -> None:
        """The platform took the key of a token; empty: it counts no more."""
        with self._store.write() as connection:
            outbox.write_setting(connection, TOKEN, thumbprint)

    def site(self) -> Site | None:
        """The enrolled site and device; None before enrolment."""
        with self._store.read() as connection:
            row = connection.execute(select(t.device)).first()
        return site_of(row) if row else None


def _link_of(plain: dict[str, Any]) -> LinkState:
    """What an older program did not know keeps its default; what a newer one knew is passed over."""
    known = {field.name: plain[field.name] for field in fields(LinkState) if field.name in plain}
    times = {name: datetime.fromisoformat(known[name]) if known.get(name) else None for name in _LINK_TIMES}
    return LinkState(**(known | times))


def _fresh(connection: Connection, findings: Sequence[Finding]) -> list[Finding]:
    """Those whose version was not seen before; from now on they were."""
    c = t.seen.c
    asked = select(c.resource, c.version).where(c.resource.in_({finding.resource for finding in findings}))
    known: dict[str, str] = {row.resource: row.version for row in connection.execute(asked)} if findings else {}
    fresh: list[Finding] = []
    for finding in findings:
        if known.get(finding.resource) != finding.version:
            known[finding.resource] = finding.version
            fresh.append(finding)
    if fresh:
        row = upsert(t.seen)
        row = row.on_conflict_do_update(index_elements=["resource"], set_={"version": row.excluded.version})
        connection.execute(row, [{"resource": f.resource, "version": f.version} for f in fresh])
    return fresh


def load_due(connection: Connection, entries: Sequence[OutboxEntry]) -> tuple[Due, ...]:
    """Everything needed to send these records: doses first (P10), reactions last: the doses they name may be among these."""
    return (
        _load_doses(connection, entries)
        + _load_people(connection, entries)
        + _load_signatures(connection, entries)
        + _load_reactions(connection, entries)
        + _load_days(connection, entries)
        + complaint_outbox.load(connection, entries)
    )


def _load_doses(connection: Connection, entries: Sequence[OutboxEntry]) -> tuple[Due, ...]:
    wanted = {entry.record_id: entry for entry in entries if entry.kind is RecordKind.DOSE}
    if not wanted:
        return ()
    rows = connection.execute(select(t.dose).where(t.dose.c.id.in_(wanted)))
    doses = {(dose.id, dose.revision): dose for dose in map(dose_of, rows)}
    people = _people(connection, {dose.person_id for dose in doses.values()})
    receipts, mended = _last_receipts(connection, wanted), outbox.mended_people(connection, people)
    return tuple(
        DueDose(entry, dose, people[dose.person_id], receipts.get(entry.record_id), dose.person_id in mended)
        for entry in wanted.values()
        for dose in (doses[DoseId(entry.record_id), entry.revision],)
    )


def _load_people(connection: Connection, entries: Sequence[OutboxEntry]) -> tuple[Due, ...]:
    wanted = {PersonId(entry.record_id): entry for entry in entries if entry.kind is RecordKind.PERSON}
    if not wanted:
        return ()
    people, site = _people(connection, set(wanted)), connection.execute(select(t.device.c.site)).scalar_one()
    return tuple(
        DuePerson(entry, people[person_id], SiteCode(site))
        for person_id, entry in wanted.items()
        if people[person_id].revision == entry.revision
    )


def _load_reactions(connection: Connection, entries: Sequence[OutboxEntry]) -> tuple[Due, ...]:
    wanted = {entry.record_id: entry for entry in entries if entry.kind is RecordKind.REACTION}
    if not wanted:
        return ()
    rows = connection.execute(select(s.reaction).where(s.reaction.c.id.in_(wanted)))
    reactions = {(found.id, found.revision): found for found in map(_readable, rows) if found is not None}
    people = _people(connection, {found.person_id for found in reactions.values()})
    receipts, mended = _last_receipts(connection, wanted), outbox.mended_people(connection, people)
    return tuple(
        DueReaction(entry, found, people[found.person_id], receipts.get(entry.record_id), found.person_id in mended)
        for entry in wanted.values()
        if (found := reactions.get((ReactionId(entry.record_id), entry.revision))) is not None
    )


def _load_days(connection: Connection, entries: Sequence[OutboxEntry]) -> tuple[Due, ...]:
    wanted = {entry.record_id: entry for entry in entries if entry.kind is RecordKind.DAY}
    if not wanted:
        return ()
    found, receipts = day_rows.of_ids(connection, wanted), _last_receipts(connection, wanted)
    return tuple(
        DueDay(entry, found[entry.record_id, entry.revision], receipts.get(entry.record_id))
        for entry in wanted.values()
    )


def _readable(row: Row[Any]) -> Reaction | None:
    """None for signs that a newer program wrote: that one waits, and holds up no other."""
    try:
        return reaction_of(row)
    except ValueError:
        log.warning("reaction %s revision %d cannot be read", row.id, row.revision)
        return None


def _people(connection: Connection, ids: set[Any]) -> dict[Any, Person]:
    rows = connection.execute(select_person().where(t.person.c.id.in_(ids)))
    return {person.id: person for person in map(person_of, rows)}


def _last_receipts(connection: Connection, wanted: dict[str, OutboxEntry]) -> dict[str, Receipt]:
    rows = connection.execute(
        select(t.receipt).where(t.receipt.c.record_id.in_(wanted)).order_by(t.receipt.c.revision)
    ).mappings()
    known = {row["record_id"]: receipt_of(row) for row in rows}
    return known | _decided(connection, wanted, known)


def _decided(
    connection: Connection, wanted: dict[str, OutboxEntry], receipts: dict[str, Receipt]
) -> dict[str, Receipt]:
    """After a manager's decision the revision builds on the version that was seen then, not on our last receipt (P4)."""
    c = x.dispute.c
    query = (
        select(c.dose_id, c.version, c.decided_revision, c.closed_at)
        .where(c.kind == DisputeKind.VERSION.value, c.dose_id.in_(wanted), c.decided_revision > 0)
        .order_by(c.decided_revision)
    )
    return {
        row.dose_id: Receipt(row.dose_id, row.decided_revision - 1, row.version, row.closed_at, "")
        for row in connection.execute(query)
        if row.dose_id not in receipts or receipts[row.dose_id].revision < row.decided_revision
    }


def _load_signatures(connection: Connection, entries: Sequence[OutboxEntry]) -> tuple[Due, ...]:
    wanted = [entry for entry in entries if entry.kind is RecordKind.SIGNATURE]
    return tuple(DueSignature(entry, _signature(connection, entry.record_id)) for entry in wanted)


def _signature(connection: Connection, signature_id: str) -> Signature:
    row = connection.execute(select(t.signature).where(t.signature.c.id == signature_id)).mappings().one()
    targets = connection.execute(
        select(t.signature_target.c.dose_id, t.signature_target.c.version)
        .where(t.signature_target.c.signature_id == signature_id)
        .order_by(t.signature_target.c.dose_id)
    )
    return Signature(
        id=row["id"],
        day=row["day"],
        site=row["site"],
        signer_id=row["signer_id"],
        signer=row["signer"],
        signed_at=row["signed_at"],
        jws=row["jws"],
        targets=tuple((dose_id, version) for dose_id, version in targets),
    )
