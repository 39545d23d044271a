"""The rule book: rows are refused when they overlap, leave a hole or have no source, and a day gets the rows that hold on it."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest

from vaxdesk.models import catalogue, schedule
from vaxdesk.models.schedule_book import KINDS, MARKS, BadRuleRow, Book, bind, cut, load, read_row
from vaxdesk.models.schedule_rules import Ages, birthday, days_after, months_after
from vaxdesk.models.values import VaccineCode
from vaxdesk.paths import resource

AZ = VaccineCode("VAXZEVRIA")
DAY = timedelta(days=1)


def a_course(**changes: Any) -> dict[str, Any]:
    row: dict[str, Any] = {"vaccine": "VAXZEVRIA", "doses": 2, "interval_days": 56, "from": "2021-02-01"}
    row |= {"instrument": "letter", "mark": "B", "source": "somewhere"}
    return {name: value for name, value in (row | changes).items() if value is not None}


def an_age(**changes: Any) -> dict[str, Any]:
    return a_course(age_min=18, age_max=None, dose_ml=0.5, interval_days=None, **changes)


def book(*rows: dict[str, Any], kind: str = "courses") -> Book:
    return bind(read_row(kind, row) for row in rows)


# --- what is refused


def test_rows_that_follow_each_other_are_bound() -> None:
    bound = book(a_course(until="2021-09-19"), a_course(**{"from": "2021-09-20"}))
    assert bound.changes == (date(2021, 2, 1), date(2021, 9, 20))


def test_two_rows_for_one_day_are_refused() -> None:
    with pytest.raises(BadRuleRow, match="two rows hold on 2021-09-20"):
        book(a_course(until="2021-09-20"), a_course(**{"from": "2021-09-20"}))


def test_two_open_rows_are_refused() -> None:
    with pytest.raises(BadRuleRow, match="two rows"):
        book(a_course(), a_course(**{"from": "2022-01-01"}))


def test_a_hole_between_rows_is_refused() -> None:
    with pytest.raises(BadRuleRow, match="no row between 2021-09-18 and 2021-09-20"):
        book(a_course(until="2021-09-18"), a_course(**{"from": "2021-09-20"}))


def test_rules_that_simply_end_are_refused() -> None:
    with pytest.raises(BadRuleRow, match="no row after 2022-12-31"):
        book(a_course(until="2022-12-31"))


def test_overlapping_ages_on_one_day_are_refused_and_adjoining_ones_are_not() -> None:
    child = an_age() | {"age_min": 12, "age_max": 17}
    book(an_age(), child, kind="ages")
    with pytest.raises(BadRuleRow, match="two rows"):
        book(an_age(), child | {"age_max": 18}, kind="ages")


def test_a_hole_at_one_age_only_is_refused() -> None:
    grown = an_age(until="2021-10-13")
    wider = an_age(**{"from": "2021-10-15"}) | {"age_min": 12}
    with pytest.raises(BadRuleRow, match="no row between"):
        book(grown, wider, kind="ages")


def test_a_province_may_differ_for_a_time_but_not_twice_on_a_day() -> None:
    book(a_course(), a_course(province="079", until="2021-12-31"))
    with pytest.raises(BadRuleRow, match="two rows"):
        book(a_course(), a_course(province="079"), a_course(province="79", **{"from": "2021-12-01"}))


@pytest.mark.parametrize("missing", ["instrument", "source", "mark"])
def test_a_row_without_its_source_is_refused(missing: str) -> None:
    with pytest.raises(BadRuleRow, match="instrument, source and mark"):
        book(a_course(**{missing: None}))


@pytest.mark.parametrize(
    ("kind", "row"),
    [
        ("courses", a_course(mark="D")),
        ("courses", a_course(until="2021-01-31")),
        ("courses", a_course(interval_days=0)),
        ("courses", a_course(interval_days=None, interval_months=2)),
        ("ages", an_age() | {"age_min": 18, "age_max": 17}),
        ("ages", an_age() | {"interval_days": 3}),
        ("mixing", a_course(series="primary", after="*", give="x", interval_days=None, condition="perhaps")),
        ("later_doses", a_course(series="booster", number=1)),
        ("later_doses", a_course(series="additional", who="x", interval_days=None, interval_months=1)),
    ],
)
def test_a_row_that_contradicts_itself_is_refused(kind: str, row: dict[str, Any]) -> None:
    with pytest.raises(BadRuleRow):
        book(row, kind=kind)


# --- the book that is shipped


def test_every_shipped_row_has_a_source_and_names_what_the_catalogue_knows() -> None:
    families = {vaccine.family for vaccine in catalogue.load().vaccines} | {"*"}
    codes = {vaccine.code for vaccine in catalogue.load().vaccines}
    for row in load().rows:
        assert row.basis.mark in MARKS
        assert row.basis.instrument
        assert row.basis.source
        assert {row.fields[name] for name in ("after", "give") if name in row.fields} <= families
        assert row.fields.get("who", "bbibp") in families | {"immunocompromised"}
        assert row.fields.get("vaccine", "COMIRNATY") in codes


def test_every_file_of_the_folder_is_read() -> None:
    assert {file.stem for file in resource("schedules").glob("*.json")} == set(KINDS)
    written = sum(len(json.loads(file.read_text("utf-8"))["rows"]) for file in resource("schedules").glob("*.json"))
    assert len(load().rows) == written


def test_each_product_has_a_course_and_ages_from_the_day_of_its_approval_on() -> None:
    for vaccine in catalogue.load().vaccines:
        before = schedule.rules_on(vaccine.licensed_from - DAY, "001").products
        product = schedule.rules_on(vaccine.licensed_from, "001").products[vaccine.code]
        assert vaccine.code not in before
        assert product.bands
        assert product.doses == vaccine.primary_doses
        today = schedule.rules_on(date(2026, 1, 1), "001").products[vaccine.code]
        assert vaccine.dose_ml in {band.dose_ml for band in today.bands}
        assert vaccine.booster_dose_ml in {band.booster_dose_ml for band in today.bands}


def test_rules_hold_over_their_whole_period_and_are_kept() -> None:
    one = schedule.rules_on(date(2021, 12, 17), "001")
    assert (one.first_day, one.last_day) == (date(2021, 12, 17), date(2022, 2, 28))
    assert schedule.rules_on(date(2022, 2, 28), "024") is one
    assert schedule.rules_on(date(2021, 12, 16), "001") is not one
    assert schedule.rules_on(date(2022, 3, 1), "001") is not one


def test_the_last_rules_apply_today_and_to_the_end_of_the_calendar() -> None:
    today = schedule.rules_on(date(2026, 8, 1), "079")
    assert today.last_day is None
    assert schedule.rules_on(date.max, "079") is today


def test_before_the_first_approval_nothing_may_be_used() -> None:
    assert not schedule.rules_on(date(2021, 1, 31), "079").products
    assert not schedule.rules_on(date.min, "").products


@pytest.mark.parametrize(("province", "days"), [("079", 42), ("79", 42), (" 79 ", 42), ("001", 56), ("", 56)])
@pytest.mark.parametrize("stray", ["", "Sài Gòn", "0079"])
def test_a_province_has_its_own_interval(province: str, days: int, stray: str) -> None:
    rules = schedule.rules_on(date(2021, 9, 20), province)
    assert rules.products[AZ].interval.days == days
    assert schedule.rules_on(date(2021, 9, 19), province).products[AZ].interval.days == 56
    assert schedule.rules_on(date(2021, 9, 20), stray).products[AZ].interval.days == 56


def test_a_provinces_row_stands_in_for_the_national_one_wherever_it_stands_in_the_file() -> None:
    everywhere, city = a_course(), a_course(province="079", interval_days=42, **{"from": "2021-09-20"})
    for rows in ([everywhere, city], [city, everywhere]):
        bound = book(*rows)
        assert cut(bound, date(2021, 9, 20), "079").products[AZ].interval.days == 42
        assert cut(bound, date(2021, 9, 20), "001").products[AZ].interval.days == 56
        assert cut(bound, date(2021, 9, 19), "079").products[AZ].interval.days == 56


# --- days, months, birthdays


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2021-08-31", 6, "2022-02-28"),
        ("2021-08-28", 6, "2022-02-28"),
        ("2023-08-31", 6, "2024-02-29"),
        ("2021-11-30", 3, "2022-02-28"),
        ("2021-12-31", 4, "2022-04-30"),
        ("2021-10-31", 3, "2022-01-31"),
        ("2021-12-15", 12, "2022-12-15"),
    ],
)
def test_months_are_calendar_months_and_end_with_a_shorter_month(start: str, months: int, end: str) -> None:
    assert months_after(date.fromisoformat(start), months) == date.fromisoformat(end)


def test_the_calendar_has_an_end() -> None:
    assert months_after(date(9999, 11, 1), 3) == date.max
    assert days_after(date(9999, 12, 30), 28) == date.max
    assert birthday(date(9990, 1, 1), 18) == date.max


def test_a_birthday_of_29_february() -> None:
    assert birthday(date(2004, 2, 29), 18) == date(2022, 3, 1)
    assert birthday(date(2004, 2, 29), 20) == date(2024, 2, 29)


def test_the_days_of_an_age_include_both_ends() -> None:
    assert Ages(5, 11).window(date(2010, 4, 15)) == (date(2015, 4, 15), date(2022, 4, 14))
    assert Ages(18).window(date(2010, 4, 15)) == (date(2028, 4, 15), date.max)
