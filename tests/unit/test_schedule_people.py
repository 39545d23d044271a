"""Ages, years of birth, and what the doses on record say against a new one."""

from __future__ import annotations

from datetime import date

import pytest
from support.schedule_cases import AZ, HANOI, MODERNA, PFIZER, VERO, codes, found, judge

from vaxdesk.errors import Severity
from vaxdesk.messages import sentence
from vaxdesk.models.schedule import Candidate, Decision
from vaxdesk.models.values import GivenDose, PartialDate, Series, VaccineCode

# --- ages (8688, 3405, 3309/BYT-DP)


@pytest.mark.parametrize(
    ("vaccine", "born", "on", "allowed"),
    [
        (PFIZER, "2003-10-13", "2021-10-13", True),  # 18 today
        (PFIZER, "2003-10-14", "2021-10-13", False),
        (PFIZER, "2003-10-14", "2021-10-14", True),
        (PFIZER, "2009-10-14", "2021-10-13", False),
        (PFIZER, "2009-10-14", "2021-10-14", True),  # 8688: 12 today
        (PFIZER, "2009-10-15", "2021-10-14", False),
        (PFIZER, "2009-10-15", "2021-10-15", True),
        (AZ, "2009-10-14", "2021-10-14", False),
        (VERO, "2003-10-15", "2021-10-14", False),
        ("COMIRNATY-5-11", "2017-04-14", "2022-04-13", False),
        ("COMIRNATY-5-11", "2017-04-14", "2022-04-14", True),
        ("COMIRNATY-5-11", "2017-04-15", "2022-04-14", False),
        ("COMIRNATY-5-11", "2010-04-15", "2022-04-14", True),  # 12 tomorrow
        ("COMIRNATY-5-11", "2010-04-14", "2022-04-14", False),
        (MODERNA, "2016-04-14", "2022-04-13", False),
        (MODERNA, "2016-04-14", "2022-04-14", True),  # 6 today
        (MODERNA, "2016-04-15", "2022-04-14", False),
        (MODERNA, "2008-04-15", "2022-04-14", False),  # between the children's and the grown-ups' ages
        ("ABDALA", "2003-01-01", "2021-12-31", False),
        ("ABDALA", "2002-12-31", "2021-12-31", True),
        ("ABDALA", "1955-12-31", "2021-12-31", False),
    ],
)
def test_ages(vaccine: str, born: str, on: str, allowed: bool) -> None:
    assert judge(vaccine, on, born=born).allowed is allowed


def test_under_age_is_a_stop_with_the_day_from_which_it_is_allowed() -> None:
    verdict = judge(PFIZER, "2021-11-20", born="2011-01-01")
    assert (verdict.decision, verdict.overridable, verdict.allowed_from) == (
        Decision.UNDER_AGE,
        False,
        date(2023, 1, 1),
    )


def test_a_child_too_young_for_every_age_waits_for_the_nearest() -> None:
    verdict = judge(MODERNA, "2022-05-01", born="2018-01-01")
    assert found(verdict, "age-below").params["age"] == "6"
    assert verdict.allowed_from == date(2024, 1, 1)


def test_over_age_is_for_a_clinician_to_decide() -> None:
    verdict = judge("ABDALA", "2021-12-31", born="1950-01-01")
    assert (verdict.decision, verdict.overridable, verdict.allowed_from) == (Decision.OVER_AGE, True, None)
    assert found(verdict, "age-above").params["age"] == "65"


def test_children_get_their_volume_and_their_own_product_again() -> None:
    child = "2014-06-01"
    assert judge("COMIRNATY-5-11", "2022-05-01", born=child).dose_ml == 0.2
    assert judge(MODERNA, "2022-05-01", born=child).dose_ml == 0.25
    mixed = judge(MODERNA, "2022-06-01", "COMIRNATY-5-11 2022-05-01", born=child)
    assert mixed.decision is Decision.WRONG_PRODUCT
    teen = judge(MODERNA, "2022-06-01", "COMIRNATY 2022-01-01", born="2008-01-01")
    assert "product-differs" in codes(teen)


def test_a_child_who_turned_twelve_goes_on_with_the_grown_ups_pack() -> None:
    verdict = judge(PFIZER, "2022-06-01", "COMIRNATY-5-11 2022-05-01", born="2010-05-20")
    assert (verdict.allowed, verdict.dose_number, verdict.dose_ml) == (True, 2, 0.3)


@pytest.mark.parametrize(
    ("on", "allowed"), [("2022-06-22", False), ("2022-06-23", True), ("2022-06-24", True)]
)  # 3309/BYT-DP
def test_a_booster_for_twelve_to_seventeen_after_five_months(on: str, allowed: bool) -> None:
    course = ("COMIRNATY 2021-12-01", "COMIRNATY 2022-01-01")
    assert judge(PFIZER, on, *course, born="2008-01-01").allowed is allowed


def test_turning_eighteen_shortens_the_wait() -> None:
    course = ("COMIRNATY 2022-04-01", "COMIRNATY 2022-05-01")
    verdict = judge(PFIZER, "2022-07-15", *course, born="2004-08-10")
    assert verdict.allowed_from == date(2022, 8, 10)  # three months at 18, not five at 17 (01/10)


# --- years of birth only


@pytest.mark.parametrize(
    ("born", "on", "decision", "overridable"),
    [
        ("2008", "2021-11-20", Decision.ALLOWED, False),
        ("2009", "2021-11-20", Decision.UNDER_AGE, True),  # 11 or 12
        ("2009", "2021-12-31", Decision.ALLOWED, False),
        ("2010", "2021-11-20", Decision.UNDER_AGE, False),  # 11 at most
    ],
)
def test_a_year_of_birth_counts_as_its_last_day(born: str, on: str, decision: Decision, overridable: bool) -> None:
    verdict = judge(PFIZER, on, born=born)
    assert (verdict.decision, verdict.overridable) == (decision, overridable)
    assert found(verdict, "birth-year-only").severity is Severity.WARN


def test_a_known_day_of_birth_gives_no_warning() -> None:
    assert "birth-year-only" not in codes(judge(PFIZER, "2021-11-20"))


@pytest.mark.parametrize("born", ["", "0000", "unknown", "২০০০", "19", "1980-W20-1", "19800520"])
def test_no_readable_birth_is_a_stop(born: str) -> None:
    verdict = judge(PFIZER, "2021-11-20", born=born)
    assert (verdict.decision, verdict.overridable, codes(verdict)) == (Decision.AGE_UNKNOWN, False, ["age-unknown"])


def test_an_impossible_day_leaves_the_year() -> None:
    assert "birth-year-only" in codes(judge(PFIZER, "2021-11-20", born="1980-02-31"))


# --- the record and the number


def test_a_dose_on_the_same_day_is_a_stop() -> None:
    verdict = judge(PFIZER, "2021-10-18", "COMIRNATY 2021-10-18")
    assert (verdict.decision, verdict.overridable, codes(verdict)) == (
        Decision.ALREADY_HAD,
        False,
        ["dose-same-day"],
    )
    assert verdict.allowed_from == date(2021, 11, 8)


def test_a_second_dose_of_which_the_first_is_unknown_needs_a_reason() -> None:
    verdict = judge(PFIZER, "2021-11-20", number=2)
    assert (verdict.decision, verdict.overridable, verdict.dose_number) == (Decision.WRONG_NUMBER, True, 2)
    assert (codes(verdict), verdict.series, verdict.series_doses) == (["earlier-doses-unknown"], Series.PRIMARY, 2)
    assert verdict.allowed_from is None  # waiting does not tell us about the first dose
    assert "Máy này chỉ biết 0 mũi trước" in sentence(verdict.problems[0])


def test_a_third_dose_of_which_nothing_is_known_is_a_booster() -> None:
    verdict = judge(MODERNA, "2022-01-20", number=3)
    assert (verdict.series, verdict.dose_ml, verdict.overridable) == (Series.BOOSTER, 0.25, True)


def test_a_number_that_was_given_is_a_stop() -> None:
    verdict = judge(PFIZER, "2021-11-20", "COMIRNATY 2021-10-18", number=1)
    assert (verdict.decision, verdict.overridable) == (Decision.WRONG_NUMBER, False)
    text = sentence(found(verdict, "dose-number-taken"))
    assert text.startswith("Mũi 1 đã tiêm ngày 18/10/2021 (Comirnaty). Mũi kế tiếp là mũi 2")


def test_the_right_number_is_welcome() -> None:
    assert judge(PFIZER, "2021-11-20", "COMIRNATY 2021-10-18", number=2).allowed


def test_a_dose_known_only_through_the_next_one_counts() -> None:
    second = (GivenDose(VaccineCode(PFIZER), date(2021, 7, 1), 2),)
    assert judge(PFIZER, "2022-01-10", history=second).dose_number == 3
    low = judge(PFIZER, "2022-01-10", history=second, number=1)
    assert (codes(low)[0], low.overridable) == ("dose-number-low", True)


@pytest.mark.parametrize("number", [0, -1, 10, 99])
def test_an_impossible_number_is_a_stop(number: int) -> None:
    verdict = judge(PFIZER, "2021-11-20", number=number)
    assert "dose-number-impossible" in codes(verdict)
    assert not verdict.overridable


def test_a_dose_entered_afterwards_sees_only_what_came_before_it() -> None:
    second = (GivenDose(VaccineCode(PFIZER), date(2021, 11, 20), 2),)
    verdict = judge(PFIZER, "2021-10-18", history=second, number=1)
    assert (verdict.decision, verdict.overridable, verdict.dose_number) == (Decision.OUT_OF_ORDER, True, 1)
    assert codes(verdict) == ["dose-later-known"]


def test_a_product_from_elsewhere_in_the_history_is_judged_with_a_reason() -> None:
    verdict = judge(PFIZER, "2021-11-20", "SINOVAC 2021-09-01")
    assert (verdict.decision, verdict.overridable, verdict.dose_number) == (Decision.WRONG_PRODUCT, True, 2)
    assert "SINOVAC" in sentence(verdict.problems[0])


@pytest.mark.parametrize(
    ("vaccine", "on"), [("ABDALA", "2021-09-16"), (PFIZER, "2021-06-11"), ("NO-SUCH", "2022-01-01")]
)
def test_a_product_that_is_not_approved_yet_is_a_stop(vaccine: str, on: str) -> None:
    verdict = judge(vaccine, on)
    assert (verdict.decision, verdict.allowed, verdict.overridable) == (Decision.NOT_LICENSED, False, False)


@pytest.mark.parametrize(("expiry", "allowed"), [("2021-11-19", False), ("2021-11-20", True), ("2021-11-21", True)])
def test_an_expired_lot_is_a_stop(expiry: str, allowed: bool) -> None:
    verdict = judge(PFIZER, "2021-11-20", expiry=expiry)
    assert verdict.allowed is allowed
    if not allowed:
        assert (verdict.decision, verdict.overridable, codes(verdict)) == (
            Decision.EXPIRED_LOT,
            False,
            ["lot-expired"],
        )


def test_the_gravest_thing_comes_first() -> None:
    verdict = judge(VERO, "2021-10-05", "COMIRNATY 2021-10-01", born="2008-01-01", expiry="2021-10-01")
    assert verdict.decision is Decision.EXPIRED_LOT
    assert codes(verdict)[:2] == ["lot-expired", "age-below"]


def test_a_candidate_tells_nothing_about_the_person() -> None:
    candidate = Candidate(VaccineCode(PFIZER), PartialDate("1980-05-20"), date(2021, 11, 20), HANOI)
    assert "1980" not in repr(candidate)
