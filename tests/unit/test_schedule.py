"""The primary course, instrument by instrument, with the day before, the day, and the day after each change."""

from __future__ import annotations

from datetime import date

import pytest
from support.schedule_cases import AZ, HANOI, HCMC, MODERNA, PFIZER, VERO, codes, found, judge

from vaxdesk.errors import Severity
from vaxdesk.messages import sentence, templates
from vaxdesk.models.schedule import Decision, Verdict
from vaxdesk.models.values import Series

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
