"""The schedule, instrument by instrument, with the day before, the day, and the day after each change."""

from __future__ import annotations

from datetime import date

import pytest

from vaxdesk.errors import Problem, Severity
from vaxdesk.messages import sentence, templates
from vaxdesk.models import schedule
from vaxdesk.models.schedule import Candidate, Decision, Verdict
from vaxdesk.models.values import GivenDose, PartialDate, Series, VaccineCode

PFIZER, AZ, MODERNA, VERO = "COMIRNATY", "VAXZEVRIA", "SPIKEVAX", "VERO-CELL"
ADULT = "1980-05-20"
HANOI, HCMC = "001", "079"


def had(*doses: str) -> tuple[GivenDose, ...]:
    """Doses as "VACCINE 2021-10-18", numbered in order; "+VACCINE ..." is an additional one."""
    given = []
    for number, text in enumerate(doses, 1):
        vaccine, day = text.split()
        series = Series.ADDITIONAL if vaccine.startswith("+") else Series.PRIMARY
        given.append(GivenDose(VaccineCode(vaccine.lstrip("+")), date.fromisoformat(day), number, series))
    return tuple(given)


def judge(
    vaccine: str,
    on: str,
    *doses: str,
    born: str = ADULT,
    province: str = HANOI,
    number: int | None = None,
    immunocompromised: bool | None = False,
    expiry: str | None = None,
    history: tuple[GivenDose, ...] | None = None,
) -> Verdict:
    day = date.fromisoformat(on)
    candidate = Candidate(
        VaccineCode(vaccine),
        PartialDate(born),
        day,
        province,
        number,
        immunocompromised,
        date.fromisoformat(expiry) if expiry else None,
    )
    known = history if history is not None else had(*doses)
    return schedule.evaluate(candidate, known, schedule.rules_on(day, province))


def codes(verdict: Verdict) -> list[str]:
    return [problem.code for problem in verdict.problems]


def found(verdict: Verdict, code: str) -> Problem:
    return next(problem for problem in verdict.problems if problem.code == code)


# --- what a nurse reads


def test_too_early_says_how_long_it_is_and_from_when() -> None:
    verdict = judge(PFIZER, "2021-11-01", "COMIRNATY 2021-10-18")
    (problem,) = verdict.problems
    assert sentence(problem) == "Mới 14 ngày từ mũi 1; cần đủ 21 ngày. Được tiêm từ 08/11/2021."
    assert sentence(problem, "en") == "Only 14 days since dose 1; 21 days are needed. Allowed from 08/11/2021."
    assert verdict.allowed_from == date(2021, 11, 8)


def test_allowed_says_why() -> None:
    (problem,) = judge(PFIZER, "2021-11-12", "COMIRNATY 2021-10-18").problems
    assert problem.severity is Severity.INFO
    assert sentence(problem) == "mũi 2, đủ 21 ngày từ 18/10/2021"


def test_a_first_dose() -> None:
    verdict = judge(PFIZER, "2021-11-12")
    assert verdict == Verdict(
        True, Decision.ALLOWED, 1, Series.PRIMARY, 2, 0.3, None, verdict.problems, overridable=False
    )
    assert sentence(verdict.problems[0]) == "mũi 1"


# --- primary intervals (3588/QĐ-BYT, 7820/BYT-DP, makers)


@pytest.mark.parametrize(
    ("vaccine", "days"),
    [(PFIZER, 21), (MODERNA, 28), (VERO, 21), ("SPUTNIK-V", 21), ("HAYAT-VAX", 21), ("ABDALA", 14), (AZ, 56), ("COVISHIELD", 56)],
)  # fmt: skip
def test_the_interval_of_each_product(vaccine: str, days: int) -> None:
    first = date(2021, 10, 1)
    due = date.fromordinal(first.toordinal() + days)
    early = judge(vaccine, date.fromordinal(due.toordinal() - 1).isoformat(), f"{vaccine} {first}")
    assert (early.allowed, early.decision, early.overridable) == (False, Decision.TOO_EARLY, True)
    assert early.allowed_from == due
    for late in (0, 1, 300):
        verdict = judge(vaccine, date.fromordinal(due.toordinal() + late).isoformat(), f"{vaccine} {first}")
        assert (verdict.allowed, verdict.dose_number, verdict.series) == (True, 2, Series.PRIMARY)


@pytest.mark.parametrize(
    ("province", "on", "allowed"),
    [
        (HCMC, "2021-09-19", False),  # the day before 7820/BYT-DP, 42 days after
        (HCMC, "2021-09-20", True),
        (HCMC, "2021-09-21", True),
        (HANOI, "2021-09-20", False),
        (HANOI, "2021-10-03", False),
        (HANOI, "2021-10-04", True),  # 8 weeks
    ],
)
def test_astrazeneca_in_ho_chi_minh_city_after_six_weeks(province: str, on: str, allowed: bool) -> None:
    first = "2021-08-08" if on < "2021-09-20" else "2021-08-09"
    assert judge(AZ, on, f"VAXZEVRIA {first}", province=province).allowed is allowed


def test_six_weeks_in_the_city_are_not_five() -> None:
    assert judge(AZ, "2021-10-12", "VAXZEVRIA 2021-09-01", province=HCMC).allowed_from == date(2021, 10, 13)


def test_abdala_has_three_doses() -> None:
    third = judge("ABDALA", "2021-11-17", "ABDALA 2021-10-20", "ABDALA 2021-11-03")
    assert (third.allowed, third.dose_number, third.series, third.series_doses) == (True, 3, Series.PRIMARY, 3)
    full = judge("ABDALA", "2021-11-20", "ABDALA 2021-10-01", "ABDALA 2021-10-15", "ABDALA 2021-10-29")
    assert full.decision is Decision.ALREADY_HAD


def test_janssen_has_one_dose() -> None:
    assert judge("JANSSEN", "2021-10-01").series_doses == 1
    assert judge("JANSSEN", "2021-11-01", "JANSSEN 2021-08-01").decision is Decision.ALREADY_HAD
    booster = judge(PFIZER, "2022-01-01", "JANSSEN 2021-08-01")
    assert (booster.allowed, booster.series, booster.dose_number, booster.series_doses) == (
        True,
        Series.BOOSTER,
        2,
        1,
    )


# --- mixing (6030, 7548/BYT-DP, letter of 12/12/2021)


@pytest.mark.parametrize(
    ("vaccine", "before", "on", "allowed", "note"),
    [
        (PFIZER, AZ, "2021-07-26", False, None),
        (PFIZER, AZ, "2021-07-27", True, "mixing-consent"),
        (PFIZER, AZ, "2021-09-07", True, "mixing-consent"),
        (PFIZER, AZ, "2021-09-08", True, "mixing-shortage"),
        (MODERNA, AZ, "2021-09-07", False, None),
        (MODERNA, AZ, "2021-09-08", True, "mixing-shortage"),
        (MODERNA, PFIZER, "2021-09-07", False, None),
        (MODERNA, PFIZER, "2021-09-08", True, "mixing-shortage"),
        (MODERNA, PFIZER, "2021-12-12", True, "mixing-shortage"),
        (PFIZER, MODERNA, "2021-09-07", False, None),
        (PFIZER, MODERNA, "2021-09-08", True, "mixing-shortage"),
        (PFIZER, VERO, "2021-10-01", False, None),
        (AZ, PFIZER, "2021-10-01", False, None),
        (VERO, AZ, "2021-10-01", False, None),
        ("HAYAT-VAX", VERO, "2021-10-01", True, None),  # one vaccine under two names
        ("COVISHIELD", AZ, "2021-10-01", True, None),
    ],
)
def test_another_product_as_second_dose(vaccine: str, before: str, on: str, allowed: bool, note: str | None) -> None:
    verdict = judge(vaccine, on, f"{before} 2021-05-01")
    assert verdict.allowed is allowed
    if allowed:
        assert codes(verdict) == [*([note] if note else []), "schedule-interval-passed"]
    else:
        assert (verdict.decision, verdict.overridable) == (Decision.WRONG_PRODUCT, True)
        assert verdict.allowed_from is None


def test_the_letter_of_december_is_named() -> None:
    before = found(judge(MODERNA, "2021-12-11", "COMIRNATY 2021-11-01"), "mixing-shortage")
    after = found(judge(MODERNA, "2021-12-12", "COMIRNATY 2021-11-01"), "mixing-shortage")
    assert before.params["rule"] == "7548/BYT-DP"
    assert "12/12/2021" in after.params["rule"]


def test_mixing_keeps_the_first_products_interval() -> None:
    assert judge(PFIZER, "2021-10-15", "VAXZEVRIA 2021-09-01").allowed_from == date(2021, 10, 27)
    assert judge(PFIZER, "2021-10-15", "VAXZEVRIA 2021-09-01", province=HCMC).allowed


def test_the_wrong_product_too_early_says_both() -> None:
    verdict = judge(VERO, "2021-10-05", "COMIRNATY 2021-10-01")
    assert codes(verdict) == ["product-differs", "interval-too-short"]
    assert verdict.allowed_from is None  # waiting alone does not make it right


# --- additional and booster doses (10225, 10722, letters of 2022)

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


# --- words


def test_both_languages_have_the_same_sentences_with_the_same_blanks() -> None:
    import json
    from string import Formatter

    from vaxdesk.paths import resource

    def blanks(language: str) -> dict[str, set[str | None]]:
        texts = json.loads(resource("sentences", language, "schedule.json").read_text(encoding="utf-8"))
        return {code: {name for _, name, _, _ in Formatter().parse(text) if name} for code, text in texts.items()}

    assert blanks("vi") == blanks("en")
    assert all(code in templates("vi") for code in blanks("vi"))
