"""One run's push: due records in bundles, refused bundles in halves, each outcome applied before the next request (contract P1 to P9).

The store is never open while the network is used: `due` and `apply` are transactions of their own, and an edit made in between
survives because a step only closes the very revision that was sent.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random

from vaxdesk import errors
from vaxdesk.models.exchange import (
    Acknowledged,
    Dispute,
    Due,
    DueComplaint,
    DueDay,
    DueDose,
    DuePerson,
    DueReaction,
    DueSignature,
    Step,
)
from vaxdesk.models.sync_book import SyncBook
from vaxdesk.models.values import Receipt
from vaxdesk.sync import policy
from vaxdesk.sync.canonical import content_hash
from vaxdesk.sync.client import Client, ServerRefused
from vaxdesk.sync.codes import Json
from vaxdesk.sync.fhir import Part, bundle, instant
from vaxdesk.sync.fhir_complaint import on_top_of
from vaxdesk.sync.fhir_dose import version_dispute
from vaxdesk.sync.fhir_history import device_of, revision_of, sequence_of
from vaxdesk.sync.fhir_immunization import VaccineCodings
from vaxdesk.sync.outcomes import Accepted, Busy, NotAuthorised, Outcome, Refused, TooLarge, Unreachable
from vaxdesk.sync.pace import Pace
from vaxdesk.sync.policy import Move

log = logging.getLogger(__name__)

FETCH_RECORDS = 250
RUN_RECORDS_MAX = 20_000
TIMEOUTS_MAX = 3  # bundles a run waits for in vain
DOUBTED_MAX = 2  # lone records that fail before the server itself is blamed
REFUSED_FIRST_MAX = 20  # lone records set aside while nothing at all was accepted
BUSY_WAIT_S = 60.0


@dataclass(slots=True)
class _Halves:
    """The two halves of a refused bundle: when both are accepted whole, only its size was wrong."""

    larger: int
    accepted: int = 0


@dataclass(frozen=True, slots=True)
class _Group:
    records: tuple[Due, ...]
    origin: _Halves | None = None
    looked: bool = False


@dataclass(slots=True)
class Pushed:
    """What a push did. `trouble` is the code of what stopped it, empty when nothing did."""

    sent: int = 0
    acknowledged: int = 0
    set_aside: int = 0
    reached: bool = False
    trouble: str = ""
    not_before_hard: datetime | None = None


@dataclass(slots=True)
class Push:
    """One push; `run()` once. `answered` is called after every answer of the platform has been applied."""

    book: SyncBook
    client: Client
    codings: VaccineCodings
    clock: Callable[[], datetime]
    rng: Random
    pace: Pace
    stopping: Callable[[], bool]
    answered: Callable[[], None] = lambda: None
    result: Pushed = field(default_factory=Pushed)
    _queue: deque[_Group] = field(default_factory=deque)
    _tried: set[tuple[str, int]] = field(default_factory=set)
    _doubted: list[tuple[Due, Outcome]] = field(default_factory=list)
    _timeouts: int = 0

    def run(self, asked: bool) -> Pushed:
        """Sends until nothing untried is due, or the line or the platform says stop."""
        while not self._stopped() and len(self._tried) < RUN_RECORDS_MAX:
            fresh = self._fresh(asked)
            if not fresh:
                break
            self._queue.extend(_Group(records) for records in policy.groups(fresh, self.pace.limit))
            while self._queue and not self._stopped():
                self._send(self._queue.popleft())
        self._settle_doubts()
        return self.result

    def _stopped(self) -> bool:
        return bool(self.result.trouble) or self.stopping()

    def _fresh(self, asked: bool) -> list[Due]:
        """Due records this run has not tried: it loops for new work only, never for its own failures."""
        whole_bundles = self.pace.limit * max(1, FETCH_RECORDS // self.pace.limit)
        due = self.book.due(self.clock(), whole_bundles, asked)
        fresh = [d for d in due if (d.entry.record_id, d.entry.revision) not in self._tried]
        self._tried.update((d.entry.record_id, d.entry.revision) for d in fresh)
        return fresh

    def _send(self, group: _Group) -> None:
        if len(group.records) > self.pace.limit:
            self._requeue(policy.groups(group.records, self.pace.limit))
            return
        sending = bundle(group.records, self.codings)
        self.result.sent += len(group.records)
        began = time.monotonic()
        outcome = self.client.send(sending)
        if isinstance(outcome, Accepted):
            self.pace.went_well(len(group.records), time.monotonic() - began)
        elif policy.shrinks(outcome):
            self.pace.failed(len(group.records), by_refusal=isinstance(outcome, TooLarge))
        is_answer = isinstance(outcome, Accepted | Refused | NotAuthorised)
        self.result.reached |= is_answer
        if not isinstance(outcome, Accepted):
            log.info("bundle of %d not taken: %s", len(group.records), policy.code_of(outcome))
        self._follow(group, sending.parts, outcome)
        if is_answer:
            self.answered()

    def _follow(self, group: _Group, parts: tuple[Part, ...], outcome: Outcome) -> None:
        match policy.move(outcome, len(group.records)):
            case Move.CLOSE:
                assert isinstance(outcome, Accepted)
                self._close(group, outcome)
            case Move.HALVE:
                self._halve(group, outcome)
            case Move.LOOK:
                self._look(group, parts[0], outcome)
            case Move.DOUBT:
                self._doubt(group, outcome)
            case Move.ASIDE:
                self._set_aside(group.records[0], outcome)
            case Move.STOP:
                self._stop(group.records, outcome)

    def _close(self, group: _Group, outcome: Accepted) -> None:
        self._apply(policy.acknowledged(group.records, outcome))
        if group.origin is not None:
            group.origin.accepted += 1
            if group.origin.accepted == 2:
                self.pace.shrink(group.origin.larger)

    def _halve(self, group: _Group, outcome: Outcome) -> None:
        if isinstance(outcome, Unreachable):
            self._timeouts += 1
            if self._timeouts >= TIMEOUTS_MAX:
                self._stop(group.records, outcome)
                return
        middle = (len(group.records) + 1) // 2
        halves = _Halves(middle) if isinstance(outcome, Refused) else None
        self._queue.appendleft(_Group(group.records[middle:], halves))
        self._queue.appendleft(_Group(group.records[:middle], halves))

    def _doubt(self, group: _Group, outcome: Outcome) -> None:
        """403 and 5xx: two lone records tell whether the server refuses everything; a revoked desk asks thrice, not 500 times."""
        records = group.records
        if len(records) > 1 and (self.result.acknowledged or len(records) == 2):
            self._halve(_Group(records), outcome)
        elif len(records) > 1:
            self._requeue([records[:1], records[-1:], records[1:-1]])
        else:
            self._doubted.append((records[0], outcome))
            if not self.result.acknowledged and len(self._doubted) >= DOUBTED_MAX:
                self._stop((), outcome)

    def _settle_doubts(self) -> None:
        """Others got through: then a 403 is this record's own. Nobody did: then it is the platform's, and all wait."""
        if not self._doubted:
            return
        if not self.result.acknowledged and not self.result.trouble:
            self._stop((), self._doubted[0][1])
        for record, outcome in self._doubted:
            if self.result.acknowledged and isinstance(outcome, NotAuthorised):
                self._set_aside(record, outcome, "record-forbidden")
            else:
                self._apply(policy.retried((record,), outcome, self.clock(), self.rng))

    def _look(self, group: _Group, part: Part, outcome: Outcome) -> None:
        """P4: a precondition failed because an earlier answer was lost, or because somebody else wrote."""
        record = group.records[0]
        if isinstance(record, DuePerson):  # named by the number, not by an id: there is nothing to look at
            self._set_aside(record, outcome)
            return
        try:
            stored = self.client.read(part.resource_type, part.entry.record_id)
        except ServerRefused:
            self._set_aside(record, outcome, "record-conflict")
            return
        except errors.SyncError as error:
            self._stop(group.records, Unreachable(error.code))
            return
        receipt = _receipt_of(stored, part, self.clock()) if stored else None
        again = self._again(record, stored) if not group.looked else None
        if receipt is not None:
            self._apply((Acknowledged(part.entry, receipt),))
        elif again is not None:
            self._queue.appendleft(_Group((again,), looked=True))
        else:
            dispute = version_dispute(record.dose.id, stored, self.clock()) if isinstance(record, DueDose) else None
            self._set_aside(record, outcome, "record-conflict", dispute)

    def _again(self, record: Due, stored: Json | None) -> Due | None:
        """The record with the precondition that fits; None where overwriting would not be safe."""
        if isinstance(record, DueComplaint):
            return on_top_of(record, stored)
        return _another_try(record, stored) if self._is_our_line(stored) else None

    def _is_our_line(self, stored: Json | None) -> bool:
        """Whether this desk saved what is there: a restored desk's other life has the same device, and is not ours to overwrite."""
        if stored is None:
            return True
        _, epoch, number = sequence_of(stored)
        return self.book.own_records().has_saved(str(stored.get("id")), epoch, number)

    def _set_aside(self, record: Due, outcome: Outcome, code: str = "", dispute: Dispute | None = None) -> None:
        log.info("record %s revision %d set aside", record.entry.record_id, record.entry.revision)
        matched = self.book.set_aside(policy.aside(record, outcome, code), dispute, self.clock())
        self.result.set_aside += 0 if record.entry.is_aside else matched
        if not self.result.acknowledged and self.result.set_aside >= REFUSED_FIRST_MAX:
            self.result.trouble = "platform-refuses-all"

    def _stop(self, records: Sequence[Due], outcome: Outcome) -> None:
        now = self.clock()
        self._apply(policy.retried(records, outcome, now, self.rng))
        self.result.trouble = policy.code_of(outcome)
        if isinstance(outcome, Busy):
            self.result.not_before_hard = now + timedelta(seconds=outcome.retry_after_s or BUSY_WAIT_S)

    def _apply(self, steps: Sequence[Step]) -> None:
        if not steps:
            return
        matched = self.book.apply(steps, self.clock())
        if isinstance(steps[0], Acknowledged):
            self.result.acknowledged += matched

    def _requeue(self, groups: Sequence[tuple[Due, ...]]) -> None:
        self._queue.extendleft(_Group(records) for records in reversed(groups) if records)


def _receipt_of(stored: Json, part: Part, now: datetime) -> Receipt | None:
    """The receipt a lost answer would have been: only for exactly the content that was sent."""
    try:
        same = content_hash(stored) == part.hash
        meta = stored["meta"]
        version = str(meta["versionId"])
    except (KeyError, TypeError, ValueError):
        return None
    at = instant(meta.get("lastUpdated")) or now
    return Receipt(part.entry.record_id, part.entry.revision, version, at, part.hash) if same else None


def _another_try(record: Due, stored: Json | None) -> Due | None:
    """The record with the precondition that holds now, where overwriting is safe: nothing is there any more (a restored server),

    or what is there is an earlier revision of this very device, whose receipt was lost before the record was edited again.
    """
    if isinstance(record, DueSignature | DuePerson | DueComplaint):
        return None
    if stored is None:
        return replace(record, last_receipt=None) if record.last_receipt else None
    revision, version = revision_of(stored), (stored.get("meta") or {}).get("versionId")
    if not revision or not version or device_of(stored) != _device_of(record):
        return None
    if revision >= record.entry.revision:
        return None
    earlier = Receipt(record.entry.record_id, revision, str(version), record.entry.enqueued_at, "")
    return replace(record, last_receipt=earlier)


def _device_of(record: DueDose | DueReaction | DueDay) -> str:
    if isinstance(record, DueDay):
        return record.close.figures.device_id
    return record.dose.device_id if isinstance(record, DueDose) else record.reaction.device_id
