"""Closing a day on a real store: balanced or with a reason, frozen, with what is probably missing, and corrected by deltas."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from support.builders import NOON, DeskUnderTest, a_crowd, a_draft, a_person, another_person

from vaxdesk.errors import AccessRefused, InputRefused, StoreError
from vaxdesk.models import day_close, outbox
from vaxdesk.models import office_tables as o
from vaxdesk.models.day_book import DayBook
from vaxdesk.models.day_close import Delta
from vaxdesk.models.desk import DoseChanges, Preset
from vaxdesk.models.reports import Span, daily_rows
from vaxdesk.models.stock import LotKey, StockDraft, Wastage
from vaxdesk.models.stock_book import StockBook
from vaxdesk.models.tickets import Station
from vaxdesk.models.values import RecordKind, Role, Screening, VaccineCode

DAY = NOON.date()
NEXT = DAY + timedelta(days=1)
KEY = LotKey(VaccineCode("COMIRNATY"), "FL4574")


@pytest.fixture
def stock_book(desk: DeskUnderTest) -> StockBook:
    return StockBook(desk.store, desk.clock)


@pytest.fixture
def book(desk: DeskUnderTest) -> DayBook:
    return DayBook(desk.store, desk.clock)


@pytest.fixture
def a_day(desk: DeskUnderTest, stock_book: StockBook) -> DeskUnderTest:
    """60 doses came, 3 were given, 2 thrown away: 55 must be there."""
    stock_book.receive(a_delivery(), desk.manager)
    stock_book.waste(a_delivery(doses=2, reason=Wastage.BROKEN.value), desk.manager)
    for draft in a_crowd(3):
        desk.work.desk.record(draft, desk.manager)
    return desk


def a_delivery(**changes: object) -> StockDraft:
    return replace(StockDraft("COMIRNATY", "FL4574", 60, date(2022, 2, 28)), **changes)


def refused(
    book: DayBook, desk: DeskUnderTest, counts: dict[LotKey, int], reason: str = "", day: date = DAY
) -> set[str]:
    with pytest.raises(InputRefused) as found:
        book.close(day, counts, reason, desk.manager)
    return {problem.code for problem in found.value.problems}


def test_a_balanced_day_closes(a_day: DeskUnderTest, book: DayBook) -> None:
    closed = book.close(DAY, {KEY: 55}, "", a_day.manager)
    assert closed.revision == 1
    assert closed.figures.is_balanced
    (lot,) = closed.figures.lots
    assert (lot.opening, lot.received, lot.wasted, lot.recorded, lot.counted) == (0, 60, 2, 3, 55)
    assert (closed.figures.counts.given, closed.figures.counts.waiting) == (3, 3)
    assert book.sheet(DAY).close == closed
    assert book.sheet(DAY).deltas == ()


def test_an_uncounted_or_unbalanced_day_needs_a_reason(a_day: DeskUnderTest, book: DayBook) -> None:
    assert refused(book, a_day, {}) == {"day-not-counted"}
    assert refused(book, a_day, {KEY: 54}) == {"day-not-balanced"}
    assert refused(book, a_day, {KEY: 54}, "ok") == {"day-not-balanced"}
    assert book.sheet(DAY).lots[0].balance.counted is None, "a refused close keeps no count"
    closed = book.close(DAY, {KEY: 54}, "một lọ rút thiếu, chưa ai ghi", a_day.manager)
    assert not closed.figures.is_balanced
    assert closed.figures.reason == "một lọ rút thiếu, chưa ai ghi"


def test_only_a_manager_closes(a_day: DeskUnderTest, book: DayBook) -> None:
    with pytest.raises(AccessRefused, match="managers-only"):
        book.close(DAY, {KEY: 55}, "", replace(a_day.manager, role=Role.NURSE))
    assert book.closes(DAY) == ()


def test_a_day_ahead_or_empty_is_not_closed(desk: DeskUnderTest, book: DayBook) -> None:
    assert refused(book, desk, {}, day=NEXT) == {"day-ahead"}
    assert refused(book, desk, {}) == {"day-empty"}


def test_what_is_kept_is_what_the_hash_says_and_cannot_be_changed(a_day: DeskUnderTest, book: DayBook) -> None:
    closed = book.close(DAY, {KEY: 55}, "", a_day.manager)
    with a_day.store.read() as connection:
        row = connection.execute(select(o.day_close)).one()
    assert hashlib.sha256(row.figures.encode()).hexdigest() == row.hash == closed.hash
    assert day_close.thawed(row.figures) == closed.figures
    report = a_day.work.reports.report(Span(closed.figures.day, closed.figures.day))
    assert closed.figures.daily == daily_rows(report), "the official lines are frozen with the day"
    for change in (o.day_close.update().values(reason="x"), o.day_close.delete()):
        with pytest.raises((DBAPIError, StoreError)), a_day.store.write() as connection:
            connection.execute(change)


def test_a_closed_day_waits_for_the_platform(a_day: DeskUnderTest, book: DayBook) -> None:
    closed = book.close(DAY, {KEY: 55}, "", a_day.manager)
    with a_day.store.read() as connection:
        (entry,) = outbox.entries_of(connection, [closed.id])
    assert (entry.kind, entry.revision) == (RecordKind.DAY, 1)


# --- afterwards


def test_later_corrections_are_deltas_and_may_be_closed_again(
    a_day: DeskUnderTest, book: DayBook, stock_book: StockBook
) -> None:
    first = book.close(DAY, {KEY: 55}, "", a_day.manager)
    assert refused(book, a_day, {}) == {"day-closed-already"}
    gone = a_day.work.desk.day(DAY)[0]
    a_day.work.desk.void(gone.dose.id, "người này chưa tiêm", a_day.manager)
    sheet = book.sheet(DAY)
    assert sheet.close == first, "the frozen figures stay"
    assert sheet.deltas == (Delta("given", 3, 2), Delta("recorded", 3, 2, KEY))
    stock_book.waste(a_delivery(doses=1, reason=Wastage.DRAWN_NOT_GIVEN.value), a_day.manager)
    second = book.close(DAY, {}, "", a_day.manager)
    assert (second.id, second.revision) == (first.id, 2)
    assert second.figures.sequence > first.figures.sequence
    assert book.sheet(DAY).deltas == ()
    assert [one.revision for one in book.closes(DAY)] == [1, 2]


def test_a_dose_moved_to_another_lot_is_a_delta_of_both(a_day: DeskUnderTest, book: DayBook) -> None:
    book.close(DAY, {KEY: 55}, "", a_day.manager)
    moved = a_day.work.desk.day(DAY)[0]
    changes = DoseChanges(lot="FN5112", expiry=date(2022, 3, 31))
    a_day.work.desk.correct(moved.dose.id, changes, "ghi nhầm lô", a_day.manager)
    other = LotKey(KEY.vaccine, "FN5112")
    assert book.sheet(DAY).deltas == (Delta("recorded", 3, 2, KEY), Delta("recorded", 0, 1, other))


def test_the_next_day_opens_with_what_was_counted(a_day: DeskUnderTest, book: DayBook, stock_book: StockBook) -> None:
    book.close(DAY, {KEY: 54}, "thiếu một liều, chưa rõ vì sao", a_day.manager)
    a_day.clock.forward(days=1)
    (lot,) = stock_book.lots(NEXT)
    assert (lot.balance.opening, lot.balance.recorded) == (54, 0)


def test_an_unclosed_day_hands_its_expected_doses_on(
    a_day: DeskUnderTest, book: DayBook, stock_book: StockBook
) -> None:
    stock_book.count(a_delivery(doses=54), a_day.manager)
    a_day.clock.forward(days=1)
    (lot,) = stock_book.lots(NEXT)
    assert lot.balance.opening == 55


def test_a_used_up_lot_with_a_difference_does_not_come_back(
    a_day: DeskUnderTest, book: DayBook, stock_book: StockBook
) -> None:
    """The difference was answered for when its day was closed; two closed days later the lot is still gone."""
    book.close(DAY, {KEY: 0}, "cả hộp bị vỡ, đã lập biên bản", a_day.manager)
    other = a_delivery(lot="FN5112", doses=6)
    for _ in range(2):
        a_day.clock.forward(days=1)
        today = a_day.clock.now.date()
        stock_book.receive(other, a_day.manager)
        assert [lot.key.lot for lot in stock_book.lots(today)] == ["FN5112"]
        there = stock_book.lots(today)[0].balance.expected
        book.close(today, {LotKey(KEY.vaccine, "FN5112"): there}, "", a_day.manager)
    a_day.clock.forward(days=1)
    stock_book.receive(a_delivery(doses=12), a_day.manager)
    lots = {lot.key.lot: lot.balance for lot in stock_book.lots(a_day.clock.now.date())}
    assert (lots["FL4574"].opening, lots["FL4574"].expected) == (0, 12)


def test_a_delivery_entered_after_its_day_was_closed_is_there_today(
    a_day: DeskUnderTest, book: DayBook, stock_book: StockBook
) -> None:
    book.close(DAY, {KEY: 55}, "", a_day.manager)
    a_day.clock.forward(days=1)
    stock_book.receive(a_delivery(lot="FN5112", doses=6, day=DAY), a_day.manager)
    lots = {lot.key.lot: lot.balance for lot in stock_book.lots(NEXT)}
    assert (lots["FN5112"].opening, lots["FL4574"].opening) == (6, 55)


# --- what is probably missing


def test_who_checked_in_without_an_outcome_is_listed(desk: DeskUnderTest, book: DayBook) -> None:
    given = desk.work.tickets.open(a_person(), desk.manager)
    waits = desk.work.tickets.open(another_person(), desk.manager)
    desk.work.desk.record(a_draft(), desk.manager)
    (found,) = book.sheet(DAY).people
    assert (found.ticket_id, found.name, found.station) == (waits.id, "Nguyễn Văn An", Station.WAITING)
    assert given.id != waits.id
    desk.work.tickets.move(waits.id, Station.LEFT, desk.manager)
    assert book.sheet(DAY).people == ()


def test_a_conclusion_not_to_inject_is_an_outcome(desk: DeskUnderTest, book: DayBook) -> None:
    desk.work.tickets.open(a_person(), desk.manager)
    refusal = a_draft(screening=Screening.POSTPONED, lot="", expiry=None)
    desk.work.desk.record(refusal, desk.manager)
    sheet = book.sheet(DAY)
    assert sheet.people == ()
    assert (sheet.counts.given, sheet.counts.not_done) == (0, 1)


def test_doses_of_an_opened_vial_without_a_name_are_listed(
    desk: DeskUnderTest, book: DayBook, stock_book: StockBook
) -> None:
    stock_book.receive(a_delivery(), desk.manager)
    desk.work.desk.set_preset(Preset("COMIRNATY", "FL4574", date(2022, 2, 28), vial="7"))
    for draft in a_crowd(4):
        desk.work.desk.record(draft, desk.manager)
    (found,) = book.sheet(DAY).doses
    assert (found.key, found.vial, found.doses) == (KEY, "7", 2)
    waste = a_delivery(doses=2, vial="7", reason=Wastage.LEFT_IN_VIAL.value)
    stock_book.waste(waste, desk.manager)
    assert book.sheet(DAY).doses == ()


def test_days_nobody_closed_are_known(a_day: DeskUnderTest, book: DayBook) -> None:
    a_day.clock.forward(days=1)
    assert book.open_days() == (DAY,)
    book.close(DAY, {KEY: 55}, "", a_day.manager)
    assert book.open_days() == ()
