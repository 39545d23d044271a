"""What follows from an outcome: the decisions of the push, without any doing (contract P4, P6, P7). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random

from vaxdesk.models.exchange import Acknowledged, Due, PutAside, RetryLater, Step
from vaxdesk.models.values import OutboxEntry
from vaxdesk.sync.outcomes import (
    NOTHING_SENT,
    SIZE_SENSITIVE,
    Accepted,
    Busy,
    NotAuthorised,
    Outcome,
    Refused,
    TooLarge,
    Unreachable,
)

BACKOFF_S_MIN = 5.0
BACKOFF_S_MAX = 900.0
BUSY_S = 60.0
DOSES_MAX = 250  # two entries a dose: 500 entries, the platform's limit
TRIES_BEFORE_SMALLER = 3


class Move(StrEnum):
    """What to do with a group of records after its outcome."""

    CLOSE = "close"  # acknowledged
    HALVE = "halve"  # send the two halves
    LOOK = "look"  # read what the server has: an earlier answer may have been lost
    DOUBT = "doubt"  # the record's trouble or the server's? decided by how other records fare
    ASIDE = "aside"  # this record waits for a person
    STOP = "stop"  # the run ends; what was sent is tried again later


def move(outcome: Outcome, count: int) -> Move:
    """The next move for a group of `count` records."""
    match outcome:
        case Accepted():
            return Move.CLOSE
        case TooLarge():
            return Move.HALVE if count > 1 else Move.ASIDE
        case NotAuthorised(status=403):
            return Move.DOUBT
        case Refused() if outcome.doubtful:
            return Move.DOUBT
        case Refused() if count > 1:
            return Move.HALVE
        case Refused(code="refused-person-twice"):
            return Move.ASIDE  # the condition of the Patient failed (P1), not the dose's: there is nothing to look at
        case Refused(status=409 | 412):
            return Move.LOOK
        case Refused():
            return Move.ASIDE
        case Unreachable(code="timed-out") if count > 1:
            return Move.HALVE
        case _:
            return Move.STOP


def backoff_s(tries: int, rng: Random) -> float:
    """Seconds to wait after the given number of earlier tries: exponential from 5 s to 15 minutes, full jitter, never under 1 s."""
    ceiling = min(BACKOFF_S_MAX, BACKOFF_S_MIN * 2.0 ** min(tries, 16))
    return max(1.0, rng.uniform(0.0, ceiling))


def smaller(limit: int, sent: int) -> int:
    """The doses a bundle may have after one of `sent` was too much."""
    return max(1, min(limit, sent) // 2)


def bounded(limit: int) -> int:
    """A remembered limit, brought into what the contract allows."""
    return min(max(limit, 1), DOSES_MAX)


def groups(due: Sequence[Due], limit: int) -> list[tuple[Due, ...]]:
    """Bundles of at most `limit` records in the given order; records that failed often go in ever smaller ones.

    So a record that breaks its whole bundle without a word (a filter that cuts the line at some text) ends up alone.
    """
    made: list[list[Due]] = []
    room = 0
    for record in due:
        size = 1 if record.entry.is_aside else max(1, limit >> max(0, record.entry.tries - TRIES_BEFORE_SMALLER + 1))
        room = min(room, size)
        if not made or len(made[-1]) >= room:
            made.append([])
            room = size
        made[-1].append(record)
    return [tuple(group) for group in made]


def acknowledged(group: Sequence[Due], outcome: Accepted) -> tuple[Step, ...]:
    """One step a receipt; a receipt that answers nothing that was sent is dropped."""
    entries = {(d.entry.record_id, d.entry.revision): d.entry for d in group}
    return tuple(
        Acknowledged(entries[key], receipt)
        for receipt in outcome.receipts
        if (key := (receipt.record_id, receipt.revision)) in entries
    )


def retried(group: Sequence[Due], outcome: Outcome, now: datetime, rng: Random) -> tuple[Step, ...]:
    """Another time, for records whose group did not get through; none for an outcome before which nothing was sent."""
    if isinstance(outcome, Unreachable) and outcome.code in NOTHING_SENT:
        return ()
    wait_s = outcome.retry_after_s if isinstance(outcome, Busy) else None
    code = code_of(outcome)
    return tuple(_later(d.entry, wait_s, code, now, rng) for d in group)


def _later(entry: OutboxEntry, wait_s: float | None, code: str, now: datetime, rng: Random) -> RetryLater:
    seconds = backoff_s(entry.tries, rng)
    return RetryLater(entry, now + timedelta(seconds=max(seconds, wait_s or 0.0)), code)


def aside(record: Due, outcome: Outcome, code: str = "") -> PutAside:
    """A record that waits for a person, with the server's own words."""
    text = outcome.text if isinstance(outcome, Refused | NotAuthorised) else ""
    return PutAside(record.entry, code or code_of(outcome), text)


def code_of(outcome: Outcome) -> str:
    """The code under which an outcome is told: each has a sentence."""
    match outcome:
        case Refused() if outcome.doubtful:
            return "server-error"
        case Refused() | Unreachable() | NotAuthorised():
            return outcome.code
        case TooLarge():
            return "record-too-large"
        case Busy():
            return "platform-busy"
        case _:
            return ""


def shrinks(outcome: Outcome) -> bool:
    """Whether the outcome speaks against the size of the bundle."""
    return isinstance(outcome, TooLarge) or (isinstance(outcome, Unreachable) and outcome.code in SIZE_SENSITIVE)
