"""The reports' figures on a real store, each against a count of the rows by hand; and the records behind every one of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.builders import NOON, DeskUnderTest, a_crowd, a_desk, a_draft, a_person

from vaxdesk.models.aftercare import Severity, Sign
from vaxdesk.models.desk import DoseChanges
from vaxdesk.models.report_book import ReportBook
from vaxdesk.models.reports import (
    Age,
    Course,
    Facets,
    Report,
    ReportKind,
    Span,
    age_group,
    daily_rows,
    plain,
    round_rows,
)
from vaxdesk.models.stock import StockDraft, Wastage
from vaxdesk.models.stock_book import StockBook
from vaxdesk.models.values import VIETNAM, DoseRecord, DoseStatus, Screening, Series

DAY = NOON.date()
SPAN = Span(DAY, DAY)


@pytest.fixture
def book(desk: DeskUnderTest) -> ReportBook:
    return ReportBook(desk.store, desk.clock)


def given_all(desk: DeskUnderTest, count: int, **changes: object) -> list[DoseRecord]:
    return [desk.work.desk.record(replace(draft, **changes), desk.manager) for draft in a_crowd(count)]


def test_the_lines_of_the_daily_form(desk: DeskUnderTest, book: ReportBook) -> None:
    drafts = a_crowd(9)
    codes = (Screening.REFERRED, Screening.REFUSED, Screening.REFUSED, Screening.POSTPONED, Screening.CONTRAINDICATED)
    for draft in drafts[:4]:
        desk.work.desk.record(draft, desk.manager)
    for draft, why in zip(drafts[4:], codes, strict=True):
        desk.work.desk.record(replace(draft, screening=why), desk.manager)
    StockBook(desk.store, desk.clock).receive(StockDraft("COMIRNATY", "FL4574", 60, date(2022, 2, 28)), desk.manager)
    StockBook(desk.store, desk.clock).waste(
        StockDraft("COMIRNATY", "FL4574", 2, reason=Wastage.BROKEN.value), desk.manager
    )
    mistaken = StockDraft("COMIRNATY", "FL4574", 5, reason=Wastage.BROKEN.value)
    entry = StockBook(desk.store, desk.clock).waste(mistaken, desk.manager)
    StockBook(desk.store, desk.clock).void(entry.id, "nhập nhầm", desk.manager)
    row, total = daily_rows(book.report(SPAN))
    assert row.vaccine == "COMIRNATY"
    assert replace(row, vaccine="") == total
    assert (row.targets, row.used, row.discarded) == (9, 4, 2)
    assert row.sent_home == {"referred": 1, "refused": 2, "postponed": 1, "contraindicated": 1}
    assert row.given == {"primary-1": 4, "primary-2": 0}


def test_a_correction_counts_at_its_newest_and_an_error_not_at_all(desk: DeskUnderTest, book: ReportBook) -> None:
    first, second, _ = given_all(desk, 3)
    desk.work.desk.correct(first.dose.id, DoseChanges(injector="Trần Văn Y"), "ghi nhầm", desk.manager)
    desk.work.desk.void(second.dose.id, "quét nhầm thẻ", desk.manager)
    report = book.report(SPAN)
    assert report.total() == 2
    assert {one.dose.id for one in book.records_behind(SPAN, Facets())} == {
        record.dose.id for record in desk.work.desk.day(DAY) if record.dose.status is DoseStatus.COMPLETED
    }


def test_a_day_is_a_vietnamese_day(desk: DeskUnderTest, book: ReportBook) -> None:
    midnight = datetime.combine(DAY, datetime.min.time(), VIETNAM)
    drafts = a_crowd(3)
    for draft, at in zip(drafts, (-timedelta(minutes=1), timedelta(), timedelta(minutes=1)), strict=True):
        desk.work.desk.record(replace(draft, occurred_at=midnight + at), desk.manager)
    assert book.report(SPAN).total() == 2
    assert book.report(Span(DAY - timedelta(days=1), DAY - timedelta(days=1))).total() == 1
    assert book.report(Span(DAY - timedelta(days=1), DAY)).total() == 3
    assert book.report(SPAN).earlier == {"primary-1": 1}
    assert book.pictures(SPAN).by_hour == {0: 2}


def test_age_is_in_full_years_on_the_day_of_injection(desk: DeskUnderTest, book: ReportBook) -> None:
    birthdays = {"079160000001": "1960-11-12", "079160000002": "1960-11-13", "079160000003": "1960"}
    assert date(2021, 11, 12) == DAY
    for number, born in birthdays.items():
        person = a_person(citizen_id=number, name=f"Lê {number}", birth_date=born)
        desk.work.desk.record(a_draft(person=person), desk.manager)
    for number, born in {"079156000001": "1956-11-12", "079156000002": "1956-11-13"}.items():
        person = a_person(citizen_id=number, name=f"Lê {number}", birth_date=born)
        desk.work.desk.record(a_draft(person=person), desk.manager)
    report = book.report(SPAN)
    assert {age: report.total(Facets(age=age)) for age in Age if report.total(Facets(age=age))} == {
        Age.OLDER: 4,
        Age.SENIOR: 1,
    }
    midnight = datetime.combine(DAY, datetime.min.time(), VIETNAM)  # still the day before in UTC
    person = a_person(citizen_id="079171000009", name="Lê Nửa Đêm", birth_date="1971-11-12")
    desk.work.desk.record(a_draft(person=person, occurred_at=midnight + timedelta(minutes=5)), desk.manager)
    assert book.report(SPAN).total(Facets(age=Age.OLDER)) == 5


@pytest.mark.parametrize(
    ("years", "age"), [(0, Age.CHILD), (11, Age.CHILD), (12, Age.TEEN), (17, Age.TEEN), (18, Age.ADULT), (64, Age.OLDER), (65, Age.SENIOR), (101, Age.SENIOR)]
)  # fmt: skip
def test_age_groups(years: int, age: Age) -> None:
    assert age_group(years) is age


def test_reactions_by_sign_and_how_many_are_serious(desk: DeskUnderTest, book: ReportBook) -> None:
    from vaxdesk.models.reactions import ReactionDraft

    records = given_all(desk, 4)
    desk.clock.now = NOON + timedelta(minutes=20)
    at = desk.clock.now
    for record, signs, severity in (
        (records[0], (Sign.PAIN, Sign.FEVER), Severity.COMMON),
        (records[1], (Sign.MUSCLE_PAIN,), Severity.COMMON),
        (records[2], (Sign.BREATHING, Sign.RASH), Severity.GRADE_2),
    ):
        desk.work.reactions.note(record.dose.id, ReactionDraft(at, signs, severity, "theo dõi"), desk.manager)
    voided = desk.work.reactions.note(records[3].dose.id, ReactionDraft(at, (Sign.FEVER,)), desk.manager)
    desk.work.reactions.void(voided.id, "nhầm người", desk.manager)
    row = daily_rows(book.report(SPAN))[-1]
    assert row.signs == {"pain": 1, "fever": 1, "muscle-pain": 1, "breathing": 1, "rash": 1}
    assert (row.common, row.serious) == (2, 1)
    behind = {which: len(book.records_behind(SPAN, Facets(reaction=which))) for which in ("any", "serious", "pain")}
    assert behind == {"any": 3, "serious": 1, "pain": 1}


def test_who_left_without_an_outcome_and_what_waits_is_said(desk: DeskUnderTest, book: ReportBook) -> None:
    drafts = a_crowd(3)
    for draft in (drafts[0], drafts[2]):
        desk.work.tickets.open(draft.person, desk.manager)
    for draft in drafts[:2]:
        desk.work.desk.record(draft, desk.manager)
    report = book.report(SPAN)
    assert (report.unfinished, report.waiting) == (1, 2)


def test_the_same_figures_have_the_same_hash_and_others_another(desk: DeskUnderTest, book: ReportBook) -> None:
    given_all(desk, 2)
    first = book.report(SPAN)
    desk.clock.now = NOON + timedelta(hours=1)
    again = book.report(SPAN)
    assert again.as_of != first.as_of
    assert again.hash == first.hash
    desk.work.desk.void(desk.work.desk.day(DAY)[0].dose.id, "nhầm", desk.manager)
    assert book.report(SPAN).hash != first.hash


def test_the_form_of_a_round_tells_what_was_before(desk: DeskUnderTest, book: ReportBook) -> None:
    before = given_all(desk, 3, occurred_at=NOON - timedelta(days=30), late_reason="nhập hồi cứu")
    desk.work.desk.correct(before[0].dose.id, DoseChanges(injector="Trần Văn Y"), "ghi nhầm", desk.manager)
    drafts = a_crowd(5)
    for draft in drafts[3:]:
        desk.work.desk.record(draft, desk.manager)
    rows = round_rows(book.report(SPAN))
    total = rows[-1]
    assert (total.earlier, total.given, total.targets, total.rate) == (
        {"primary-1": 3},
        {"primary-1": 2, "primary-2": 0},
        2,
        100.0,
    )
    behind = book.records_behind(SPAN, Facets(DoseStatus.COMPLETED, course=Course(Series.PRIMARY, 1), is_before=True))
    assert {one.dose.id for one in behind} == {one.dose.id for one in before}
    told = plain(book.report(SPAN), ReportKind.ROUND)
    assert told["rows"][-1]["earlier"] == {"primary-1": 3}


AFTERWARDS = ("", "", "voided", "corrected", "mended", "corrected and mended")


@given(
    st.lists(
        st.tuples(st.sampled_from([*Screening]), st.integers(0, 2), st.sampled_from(AFTERWARDS), st.integers(0, 23)),
        min_size=1,
        max_size=12,
    )
)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_every_figure_equals_a_count_of_the_rows(
    tmp_path_factory: pytest.TempPathFactory, played: list[tuple[Screening, int, str, int]]
) -> None:
    desk = a_desk(tmp_path_factory.mktemp("desk"))
    book = ReportBook(desk.store, desk.clock)
    start = datetime.combine(DAY, datetime.min.time(), VIETNAM) - timedelta(days=2)
    for draft, (why, day, then, hour) in zip(a_crowd(len(played)), played, strict=True):
        at = min(start + timedelta(days=day, hours=hour), NOON)
        record = desk.work.desk.record(replace(draft, screening=why, occurred_at=at), desk.manager)
        if "voided" in then:
            desk.work.desk.void(record.dose.id, "nhầm", desk.manager)
        if "corrected" in then:
            desk.work.desk.correct(record.dose.id, DoseChanges(injector="Trần Văn Y"), "ghi nhầm", desk.manager)
        for name in ("Lê Sửa", "Lê Sửa Lại") if "mended" in then else ():
            facts = replace(draft.person, name=name)
            desk.work.desk.mend_person(record.person.citizen_id, facts, "xem lại thẻ", desk.manager)
    counted = [one for one in desk.work.desk.all_records() if one.dose.status is not DoseStatus.ENTERED_IN_ERROR]
    for span in (SPAN, Span(DAY - timedelta(days=2), DAY)):
        report = book.report(span)
        mine = [one for one in counted if span.first <= one.dose.occurred_at.astimezone(VIETNAM).date() <= span.last]
        assert report.total() == len(mine)
        _same(report, mine)
        hours = Counter(
            one.dose.occurred_at.astimezone(VIETNAM).hour for one in mine if one.dose.status is DoseStatus.COMPLETED
        )
        assert book.pictures(span).by_hour == dict(hours)
        first = Facets(status=DoseStatus.COMPLETED, course=Course(Series.PRIMARY, 1))
        behind = [one.dose.id for one in book.records_behind(span, first)]
        assert len(behind) == report.total(first)
    desk.store.close()


def _same(report: Report, mine: list[DoseRecord]) -> None:
    hours = Counter(one.dose.screening for one in mine)
    for why, count in hours.items():
        assert report.total(Facets(conclusion=why)) == count
    sexes = Counter(one.person.sex.value for one in mine)
    for sex, count in sexes.items():
        assert report.total(Facets(sex=sex)) == count
    given_now = Counter(one.dose.vaccine for one in mine if one.dose.status is DoseStatus.COMPLETED)
    rows = {row.vaccine: row for row in daily_rows(report)}
    for vaccine, count in given_now.items():
        assert rows[vaccine].used == count
    assert rows[""].targets == len(mine)


def test_charts_show_waiting_times_and_the_age_of_what_waits(desk: DeskUnderTest, book: ReportBook) -> None:
    from vaxdesk.models.tickets import Station

    drafts = a_crowd(2)
    ticket = desk.work.tickets.open(drafts[0].person, desk.manager)
    desk.clock.now = NOON + timedelta(minutes=12)
    desk.work.tickets.move(ticket.id, Station.SCREENING, desk.manager)
    desk.clock.now = NOON + timedelta(minutes=20)
    desk.work.tickets.move(ticket.id, Station.INJECTION, desk.manager)
    desk.work.desk.record(replace(drafts[1], occurred_at=desk.clock.now), desk.manager)
    assert book.pictures(SPAN).waits == pytest.approx({"waiting": 12.0, "screening": 8.0}, abs=0.01)
    assert book.pictures(SPAN).unsent == {"hour": 1}
    desk.clock.now = NOON + timedelta(days=4)
    assert book.pictures(SPAN).unsent == {"longer": 1}
