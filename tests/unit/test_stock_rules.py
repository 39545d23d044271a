"""The equation of a lot, its flags, the proposal of the next vial, and what stands against an entry. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaxdesk.errors import InputRefused
from vaxdesk.messages import LANGUAGES, templates
from vaxdesk.models import stock
from vaxdesk.models.stock import Flag, LotBalance, LotKey, StockDraft, StockKind, StockLot, Wastage
from vaxdesk.models.values import VaccineCode

DAY = date(2021, 11, 12)
KEY = LotKey(VaccineCode("COMIRNATY"), "FL4574")
DOSES = st.integers(0, 500)


def a_lot(lot: str = "FL4574", expiry: date | None = date(2022, 2, 28), there: int = 60, **flags: bool) -> StockLot:
    balance = LotBalance(LotKey(VaccineCode("COMIRNATY"), lot), opening=there)
    known = stock.flags(balance, expiry, DAY, flags.get("recalled", False), None)
    return StockLot(balance, expiry, known)


def a_delivery(**changes: object) -> StockDraft:
    made = StockDraft("COMIRNATY", "FL4574", 60, date(2022, 2, 28), temperature_c=4.5)
    return replace(made, **changes)


def codes(kind: StockKind, draft: StockDraft, known: date | None = None) -> set[tuple[str, str]]:
    with pytest.raises(InputRefused) as refused:
        stock.checked(kind, draft, DAY, known)
    return {(problem.field, problem.code) for problem in refused.value.problems}


# --- the equation


@given(DOSES, DOSES, DOSES, DOSES, DOSES, DOSES)
def test_a_lot_balances_exactly_when_what_was_counted_must_be_there(
    opening: int, received: int, returned: int, wasted: int, recorded: int, counted: int
) -> None:
    lot = LotBalance(KEY, opening, received, returned, wasted, recorded, counted)
    assert lot.is_balanced == (opening + received == returned + wasted + recorded + counted)
    assert lot.difference == counted - lot.expected


def test_a_lot_that_nobody_counted_is_not_balanced() -> None:
    lot = LotBalance(KEY, opening=0, received=6, recorded=6)
    assert lot.expected == 0
    assert not lot.is_balanced
    assert lot.difference is None


# --- flags and proposal


@pytest.mark.parametrize(
    ("expiry", "expected"),
    [
        (DAY - timedelta(days=1), (Flag.EXPIRED,)),
        (DAY, (Flag.NEAR_EXPIRY,)),
        (DAY + timedelta(days=14), (Flag.NEAR_EXPIRY,)),
        (DAY + timedelta(days=15), ()),
        (None, ()),
    ],
)
def test_a_lot_may_be_used_to_the_end_of_its_last_day(expiry: date | None, expected: tuple[Flag, ...]) -> None:
    assert stock.flags(LotBalance(KEY, opening=6), expiry, DAY, False, None) == expected


@pytest.mark.parametrize(("celsius", "warm"), [(2.0, False), (8.0, False), (1.9, True), (8.1, True), (-20.0, True)])
def test_two_to_eight_degrees(celsius: float, warm: bool) -> None:
    assert stock.is_in_fridge_range(celsius) is not warm
    found = stock.flags(LotBalance(KEY, opening=6), None, DAY, False, celsius)
    assert (Flag.TEMPERATURE in found) is warm


def test_more_given_than_received_is_flagged() -> None:
    assert stock.flags(LotBalance(KEY, recorded=1), None, DAY, False, None) == (Flag.OVERDRAWN,)


def test_the_lot_that_expires_first_is_proposed_first() -> None:
    late, soon, unknown = a_lot("LATE1", date(2022, 3, 1)), a_lot("SOON1", date(2022, 1, 1)), a_lot("UNKN1", None)
    assert stock.proposal([unknown, late, soon]) == (soon,)
    assert stock.proposal([unknown, late]) == (late,)


def test_a_recalled_expired_or_empty_lot_is_never_proposed() -> None:
    bad = [a_lot("RECALL", recalled=True), a_lot("OLD1", date(2021, 11, 11)), a_lot("EMPTY", there=0)]
    good = a_lot("GOOD1", date(2023, 1, 1))
    assert stock.proposal([*bad, good]) == (good,)
    assert stock.proposal(bad) == ()


@given(st.lists(st.tuples(st.dates(date(2021, 10, 1), date(2022, 6, 1)), st.integers(-3, 5)), max_size=8))
def test_nothing_usable_expires_before_what_is_proposed(facts: list[tuple[date, int]]) -> None:
    lots = [a_lot(f"LOT{index}", expiry, there) for index, (expiry, there) in enumerate(facts)]
    usable = [lot for lot in lots if lot.is_usable]
    proposed = stock.proposal(lots)
    assert bool(proposed) == bool(usable)
    assert all(proposed[0].expiry <= lot.expiry for lot in usable if lot.expiry and proposed[0].expiry)


# --- what a person gave


def test_a_delivery_is_tidied() -> None:
    tidy = stock.checked(StockKind.RECEIVED, a_delivery(vaccine="pfizer", lot=" fl 4574 ", note=" a  b c "), DAY, None)
    assert (tidy.vaccine, tidy.lot, tidy.day, tidy.note) == ("COMIRNATY", "FL4574", DAY, "a b c")


def test_every_field_says_what_is_wrong_with_it_at_once() -> None:
    draft = a_delivery(
        vaccine="x", lot="?", doses=0, expiry=None, vial="9" * 21, temperature_c=400.0, day=DAY + timedelta(days=1)
    )
    assert codes(StockKind.RECEIVED, draft) == {
        ("vaccine", "vaccine-unknown"),
        ("lot", "lot-unreadable"),
        ("doses", "stock-doses-range"),
        ("expiry", "stock-expiry-missing"),
        ("vial", "stock-vial-long"),
        ("temperature", "stock-temperature-unlikely"),
        ("day", "stock-day-ahead"),
    } | {("note", "stock-temperature-why")}


@pytest.mark.parametrize(
    ("kind", "changes", "code"),
    [
        (StockKind.RECEIVED, {"lot": ""}, "lot-missing"),
        (StockKind.RECEIVED, {"doses": None}, "stock-doses-missing"),
        (StockKind.RECEIVED, {"doses": -6}, "stock-doses-range"),
        (StockKind.RECEIVED, {"expiry": DAY - timedelta(days=1)}, "stock-expired"),
        (StockKind.RECEIVED, {"temperature_c": 9.5}, "stock-temperature-why"),
        (StockKind.RETURNED, {"note": "ok"}, "stock-return-why"),
        (StockKind.WASTED, {}, "stock-wastage-missing"),
        (StockKind.WASTED, {"reason": "because"}, "stock-wastage-missing"),
        (StockKind.WASTED, {"reason": Wastage.OTHER.value}, "stock-wastage-why"),
        (StockKind.COUNTED, {"doses": -1}, "stock-doses-range"),
        (StockKind.COUNTED, {"note": "x" * 301}, "stock-note-long"),
    ],
)
def test_what_is_refused(kind: StockKind, changes: dict[str, object], code: str) -> None:
    assert {found for _, found in codes(kind, a_delivery(**changes))} == {code}


def test_another_expiry_than_the_first_delivery_said_is_refused() -> None:
    assert codes(StockKind.RECEIVED, a_delivery(), date(2022, 3, 31)) == {("expiry", "stock-expiry-differs")}
    known = stock.checked(StockKind.RECEIVED, a_delivery(expiry=None), DAY, date(2022, 3, 31))
    assert known.expiry == date(2022, 3, 31)


def test_nothing_counted_is_a_count() -> None:
    assert stock.checked(StockKind.COUNTED, a_delivery(doses=0), DAY, None).doses == 0


@given(st.sampled_from(["", *Wastage]), st.text("abc [];-", max_size=20).map(lambda text: " ".join(text.split())))
def test_a_reason_is_read_as_it_was_kept(reason: str, note: str) -> None:
    if not reason and note.startswith("["):
        return
    assert stock.read_reason(stock.kept_reason(reason, note)) == (reason, note)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_wastage_and_flag_has_words(language: str) -> None:
    words = templates(language)  # type: ignore[arg-type]
    assert {f"wastage-{one.value}" for one in Wastage} <= set(words)
    assert {f"stock-flag-{one.value}" for one in Flag} <= set(words)
