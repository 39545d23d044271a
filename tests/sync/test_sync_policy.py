"""Decisions of the push, without a network."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.builders import NOON

from vaxdesk.messages import LANGUAGES, templates
from vaxdesk.models.exchange import DueSignature, RetryLater
from vaxdesk.models.values import (
    OutboxEntry,
    Receipt,
    RecordKind,
    Signature,
    SignatureId,
    SiteCode,
    StaffId,
)
from vaxdesk.sync import policy
from vaxdesk.sync.outcomes import Accepted, Busy, NotAuthorised, Outcome, Refused, TooLarge, Unreachable
from vaxdesk.sync.policy import Move

REFUSALS = (400, 404, 409, 410, 412, 422)


def due(number: int, tries: int = 0) -> DueSignature:
    record_id = f"r{number}"
    signature = Signature(SignatureId(record_id), NOON.date(), SiteCode("s"), StaffId("x"), "x", NOON, "j", ())
    return DueSignature(OutboxEntry(RecordKind.SIGNATURE, record_id, 1, tries, NOON), signature)


@pytest.mark.parametrize("status", REFUSALS)
def test_a_refused_group_is_halved_and_a_refused_record_ends_alone(status: int) -> None:
    refused = Refused(status, "record-refused", "")
    assert policy.move(refused, 2) is Move.HALVE
    assert policy.move(refused, 1) is (Move.LOOK if status in (409, 412) else Move.ASIDE)


@pytest.mark.parametrize(
    ("outcome", "many", "one"),
    [
        (Accepted((), NOON), Move.CLOSE, Move.CLOSE),
        (TooLarge(), Move.HALVE, Move.ASIDE),
        (Unreachable("timed-out"), Move.HALVE, Move.STOP),
        (Unreachable("connection-lost"), Move.STOP, Move.STOP),
        (Unreachable("not-the-platform"), Move.STOP, Move.STOP),
        (Busy(None), Move.STOP, Move.STOP),
        (NotAuthorised(401, "not-authorised"), Move.STOP, Move.STOP),
        (NotAuthorised(403, "forbidden"), Move.DOUBT, Move.DOUBT),
        (Refused(500, "record-refused", ""), Move.DOUBT, Move.DOUBT),
    ],
)
def test_moves(outcome: Outcome, many: Move, one: Move) -> None:
    assert (policy.move(outcome, 9), policy.move(outcome, 1)) == (many, one)


@given(st.integers(0, 10_000), st.integers(0, 2**32))
def test_waiting_grows_to_a_quarter_of_an_hour_with_jitter(tries: int, seed: int) -> None:
    assert 1.0 <= policy.backoff_s(tries, Random(seed)) <= min(900.0, 5.0 * 2.0 ** min(tries, 20))


def test_waiting_is_spread_over_the_whole_span() -> None:
    waits = [policy.backoff_s(20, Random(seed)) for seed in range(200)]
    assert min(waits) < 90 and max(waits) > 810  # noqa: PT018


@given(st.lists(st.integers(0, 12), max_size=60), st.integers(1, 250))
def test_groups_keep_the_order_lose_nothing_and_stay_small(tries: list[int], limit: int) -> None:
    records = [due(i, t) for i, t in enumerate(sorted(tries))]
    made = policy.groups(records, limit)
    assert [r for group in made for r in group] == records
    assert all(1 <= len(group) <= limit for group in made)


def test_records_that_fail_again_and_again_end_up_alone() -> None:
    records = [due(i, 12) for i in range(50)]
    assert {len(group) for group in policy.groups(records, 250)} == {1}


def test_answers_to_what_was_never_sent_are_dropped() -> None:
    known, stranger, older = due(1), Receipt("r2", 1, "1", NOON, ""), Receipt("r1", 9, "1", NOON, "")
    own = Receipt("r1", 1, "1", NOON, "")
    steps = policy.acknowledged([known], Accepted((stranger, older, own), NOON))
    assert [step.receipt for step in steps] == [own]  # type: ignore[union-attr]


def test_the_servers_wish_is_honoured_even_when_longer() -> None:
    (step,) = policy.retried([due(1)], Busy(1800.0), NOON, Random(1))
    assert isinstance(step, RetryLater)
    assert step.not_before >= NOON + timedelta(seconds=1800)


def test_what_was_never_sent_was_not_tried() -> None:
    assert policy.retried([due(1)], Unreachable("no-connection"), NOON, Random(1)) == ()
    assert len(policy.retried([due(1)], Unreachable("connection-lost"), NOON, Random(1))) == 1


def test_the_servers_words_go_with_a_record_that_is_set_aside() -> None:
    step = policy.aside(due(1), Refused(422, "record-refused", "số lô lạ"))
    assert (step.code, step.text) == ("record-refused", "số lô lạ")
    assert "lạ" not in repr(step)


def test_limits_stay_within_the_contract() -> None:
    assert [policy.bounded(n) for n in (-5, 0, 1, 250, 9999)] == [1, 1, 1, 250, 250]
    assert policy.smaller(100, 30) == 15
    assert policy.smaller(1, 1) == 1


OUTCOMES: tuple[Outcome, ...] = (
    Refused(422, "record-refused", ""),
    Refused(500, "record-refused", ""),
    TooLarge(),
    Busy(None),
    NotAuthorised(403, "forbidden"),
)


@pytest.mark.parametrize("outcome", OUTCOMES, ids=str)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_outcome_has_a_sentence(outcome: Outcome, language: str) -> None:
    assert policy.code_of(outcome) in templates(language)  # type: ignore[arg-type]


def test_a_record_that_failed_often_does_not_ride_with_fresh_ones() -> None:
    mixed = [due(1), due(2), due(3), due(4, 9), due(5, 9), due(6)]
    assert [[r.entry.record_id for r in g] for g in policy.groups(mixed, 4)] == [
        ["r1", "r2", "r3"], ["r4"], ["r5"], ["r6"],
    ]  # fmt: skip
