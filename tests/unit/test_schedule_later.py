"""Additional and booster doses, with the day before, the day, and the day after each change (10225, 10722, letters of 2022)."""

from __future__ import annotations

from datetime import date

import pytest
from support.schedule_cases import AZ, MODERNA, PFIZER, VERO, codes, judge

from vaxdesk.errors import Severity
from vaxdesk.messages import sentence
from vaxdesk.models.schedule import Decision
from vaxdesk.models.values import Series

FULL = ("COMIRNATY 2021-06-20", "COMIRNATY 2021-07-17")


@pytest.mark.parametrize(
    ("on", "allowed", "allowed_from"),
    [
        ("2021-11-30", False, None),  # no instrument knows a booster
        ("2021-12-01", False, date(2022, 1, 17)),  # 10225: six months
        ("2021-12-16", False, date(2022, 1, 17)),
        ("2021-12-17", True, None),  # 10722: three months
        ("2021-12-18", True, None),
    ],
)
def test_a_full_course_before_and_after_the_booster_letters(on: str, allowed: bool, allowed_from: date | None) -> None:
    verdict = judge(PFIZER, on, *FULL)
    assert (verdict.allowed, verdict.allowed_from, verdict.dose_number) == (allowed, allowed_from, 3)
    assert verdict.decision is (Decision.ALLOWED if allowed else Decision.ALREADY_HAD)
    assert verdict.overridable is not allowed
    assert (verdict.series, verdict.series_doses) == (Series.BOOSTER, 3)


def test_a_booster_at_six_months_under_the_first_letter() -> None:
    course = ("COMIRNATY 2021-05-20", "COMIRNATY 2021-06-12")
    assert not judge(PFIZER, "2021-12-11", *course).allowed
    verdict = judge(PFIZER, "2021-12-12", *course)
    assert verdict.allowed
    assert sentence(verdict.problems[0]) == "mũi 3, nhắc lại, đủ 6 tháng từ 12/06/2021"


@pytest.mark.parametrize(("on", "allowed"), [("2022-02-27", False), ("2022-02-28", True)])
def test_three_months_from_the_end_of_november_end_with_february(on: str, allowed: bool) -> None:
    assert judge(PFIZER, on, "COMIRNATY 2021-11-01", "COMIRNATY 2021-11-30").allowed is allowed


def test_a_moderna_booster_is_half_a_dose_and_an_additional_one_is_whole() -> None:
    assert judge(MODERNA, "2022-01-20", *FULL).dose_ml == 0.25
    assert judge(MODERNA, "2022-01-20", *FULL, immunocompromised=True).dose_ml == 0.5
    assert judge(MODERNA, "2022-01-20").dose_ml == 0.5


@pytest.mark.parametrize(
    ("on", "decision", "series"),
    [
        ("2021-11-30", Decision.ALREADY_HAD, Series.BOOSTER),
        ("2021-12-01", Decision.TOO_EARLY, Series.ADDITIONAL),
        ("2021-12-02", Decision.TOO_EARLY, Series.ADDITIONAL),
        ("2021-12-03", Decision.ALLOWED, Series.ADDITIONAL),
    ],
)
def test_an_additional_dose_for_the_immunocompromised_after_28_days(
    on: str, decision: Decision, series: Series
) -> None:
    verdict = judge(PFIZER, on, "COMIRNATY 2021-10-10", "COMIRNATY 2021-11-05", immunocompromised=True)
    assert (verdict.decision, verdict.series) == (decision, series)
    if decision is Decision.TOO_EARLY:
        assert verdict.allowed_from == date(2021, 12, 3)


@pytest.mark.parametrize("primary", [VERO, "HAYAT-VAX", "SPUTNIK-V"])
@pytest.mark.parametrize(("on", "allowed"), [("2021-12-16", False), ("2021-12-17", True), ("2021-12-18", True)])
def test_sinopharm_and_sputnik_courses_get_an_additional_dose(primary: str, on: str, allowed: bool) -> None:
    verdict = judge(PFIZER, on, f"{primary} 2021-10-01", f"{primary} 2021-11-01")
    assert verdict.allowed is allowed
    assert verdict.series is (Series.ADDITIONAL if allowed else Series.BOOSTER)


def test_after_the_additional_dose_comes_the_booster() -> None:
    doses = ("VERO-CELL 2021-10-01", "VERO-CELL 2021-11-01", "+COMIRNATY 2021-12-20")
    early = judge(PFIZER, "2022-03-19", *doses)
    assert (early.decision, early.series, early.allowed_from) == (
        Decision.ALREADY_HAD,
        Series.BOOSTER,
        date(2022, 3, 20),
    )
    due = judge(PFIZER, "2022-03-20", *doses)
    assert (due.allowed, due.series, due.dose_number, due.series_doses) == (True, Series.BOOSTER, 4, 4)


def test_nobody_asked_about_immunity_so_the_nurse_is_told() -> None:
    asked = judge(PFIZER, "2021-12-20", "COMIRNATY 2021-10-01", "COMIRNATY 2021-11-01")
    not_asked = judge(PFIZER, "2021-12-20", "COMIRNATY 2021-10-01", "COMIRNATY 2021-11-01", immunocompromised=None)
    assert codes(asked) == ["booster-too-early"]
    assert codes(not_asked) == ["booster-too-early", "additional-if-immunocompromised"]
    assert not_asked.problems[1].severity is Severity.INFO
    assert "20/12/2021" in sentence(not_asked.problems[1])
    before = judge(PFIZER, "2021-11-20", "COMIRNATY 2021-10-01", "COMIRNATY 2021-11-01", immunocompromised=None)
    assert codes(before) == ["course-complete"]


THREE = (*FULL, "COMIRNATY 2022-01-05")


@pytest.mark.parametrize(
    ("on", "allowed", "allowed_from"),
    [
        ("2022-04-30", False, None),
        ("2022-05-01", False, date(2022, 5, 5)),
        ("2022-05-04", False, date(2022, 5, 5)),
        ("2022-05-05", True, None),
    ],
)
def test_the_second_booster_after_four_months(on: str, allowed: bool, allowed_from: date | None) -> None:
    verdict = judge(PFIZER, on, *THREE, born="1960-01-01")
    assert (verdict.allowed, verdict.allowed_from, verdict.dose_number) == (allowed, allowed_from, 4)


def test_below_fifty_the_second_booster_is_for_people_at_risk() -> None:
    assert "booster-risk-group" in codes(judge(PFIZER, "2022-05-05", *THREE, born="1972-05-06"))
    assert "booster-risk-group" not in codes(judge(PFIZER, "2022-05-05", *THREE, born="1972-05-05"))


def test_beyond_the_second_booster_a_dose_is_extra_and_needs_a_reason() -> None:
    verdict = judge(PFIZER, "2026-01-05", *THREE, "COMIRNATY 2022-06-01")
    assert (verdict.decision, verdict.overridable, verdict.allowed_from) == (Decision.ALREADY_HAD, True, None)
    assert codes(verdict) == ["course-complete"]
    assert (verdict.dose_number, verdict.dose_ml) == (5, 0.3)


@pytest.mark.parametrize(("on", "allowed"), [("2022-02-28", False), ("2022-03-01", True)])
def test_astrazeneca_as_booster_after_an_mrna_course_from_march_2022(on: str, allowed: bool) -> None:
    verdict = judge(AZ, on, *FULL)
    assert verdict.allowed is allowed
    assert allowed or verdict.decision is Decision.WRONG_PRODUCT


@pytest.mark.parametrize("primary", [AZ, VERO, "ABDALA", "SPUTNIK-V", MODERNA])
def test_an_mrna_booster_may_follow_anything(primary: str) -> None:
    doses = [f"{primary} 2021-0{month}-01" for month in range(4, 7 if primary == "ABDALA" else 6)]
    assert judge(PFIZER, "2022-01-10", *doses).allowed
