"""The stock book on a real store: deliveries, wastage, counts, undoing, and what the doses recorded do to a lot."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import DBAPIError, IntegrityError
from support.builders import NOON, DeskUnderTest, a_crowd, a_draft

from vaxdesk.errors import AccessRefused, InputRefused, StoreError
from vaxdesk.models import audit_book, recall_book
from vaxdesk.models import office_tables as o
from vaxdesk.models.recalls import Recall
from vaxdesk.models.stock import Flag, LotKey, StockDraft, StockEntry, StockKind, StockLot, Wastage
from vaxdesk.models.stock_book import StockBook
from vaxdesk.models.values import Role, StaffMember, VaccineCode

DAY = NOON.date()
KEY = LotKey(VaccineCode("COMIRNATY"), "FL4574")


@pytest.fixture
def book(desk: DeskUnderTest) -> StockBook:
    return StockBook(desk.store, desk.clock)


@pytest.fixture
def nurse(desk: DeskUnderTest) -> StaffMember:
    return replace(desk.manager, role=Role.NURSE)


def a_delivery(**changes: object) -> StockDraft:
    return replace(StockDraft("COMIRNATY", "FL4574", 60, date(2022, 2, 28), temperature_c=4.5), **changes)


def the_lot(book: StockBook, day: date = DAY) -> StockLot:
    (lot,) = book.lots(day)
    return lot


def test_what_comes_and_goes_makes_what_must_be_there(desk: DeskUnderTest, book: StockBook, nurse: StaffMember) -> None:
    book.receive(a_delivery(), desk.manager)
    book.give_back(a_delivery(doses=12, note="chuyển Phường 6"), desk.manager)
    book.waste(a_delivery(doses=2, reason=Wastage.BROKEN.value), nurse)
    for draft in a_crowd(3):
        desk.work.desk.record(draft, desk.manager)
    found = the_lot(book)
    assert (found.balance.received, found.balance.returned, found.balance.wasted) == (60, 12, 2)
    assert found.balance.recorded == 3
    assert found.balance.expected == 43
    assert found.expiry == date(2022, 2, 28)


def test_only_doses_that_stand_count(desk: DeskUnderTest, book: StockBook) -> None:
    book.receive(a_delivery(), desk.manager)
    saved = [desk.work.desk.record(draft, desk.manager) for draft in a_crowd(3)]
    desk.work.desk.void(saved[0].dose.id, "người này chưa tiêm", desk.manager)
    assert the_lot(book).balance.recorded == 2


def test_lots_of_doses_are_met_however_they_were_typed(desk: DeskUnderTest, book: StockBook) -> None:
    book.receive(a_delivery(lot="fl 4574"), desk.manager)
    desk.work.desk.record(a_draft(lot="FL 4574"), desk.manager)
    assert the_lot(book).balance.recorded == 1


def test_a_dose_of_a_lot_that_never_came_in_is_flagged(desk: DeskUnderTest, book: StockBook) -> None:
    desk.work.desk.record(a_draft(), desk.manager)
    found = the_lot(book)
    assert found.balance.expected == -1
    assert Flag.OVERDRAWN in found.flags
    assert found.expiry == date(2022, 2, 28)


def test_what_was_there_opens_the_next_day(desk: DeskUnderTest, book: StockBook) -> None:
    book.receive(a_delivery(), desk.manager)
    desk.work.desk.record(a_draft(), desk.manager)
    desk.clock.forward(days=1)
    found = the_lot(book, DAY + timedelta(days=1))
    assert (found.balance.opening, found.balance.received, found.balance.recorded) == (59, 0, 0)


def test_a_recalled_lot_is_flagged_and_never_proposed(desk: DeskUnderTest, book: StockBook) -> None:
    book.receive(a_delivery(), desk.manager)
    assert [lot.key for lot in book.proposal("COMIRNATY")] == [KEY]
    with desk.store.write() as connection:
        recall_book.keep(connection, [Recall("r1", "FL4574", "COMIRNATY", NOON, "có vật lạ")])
    found = the_lot(book)
    assert found.flags == (Flag.RECALLED,)
    assert found.recall_reason == "có vật lạ"
    assert book.proposal() == ()


def test_the_worst_temperature_is_kept_in_mind(desk: DeskUnderTest, book: StockBook) -> None:
    book.receive(a_delivery(), desk.manager)
    book.receive(a_delivery(temperature_c=11.0, note="đã báo nơi giao"), desk.manager)
    assert the_lot(book).worst_c == 11.0
    assert Flag.TEMPERATURE in the_lot(book).flags


# --- what is refused


def test_nothing_goes_out_that_never_came_in(desk: DeskUnderTest, book: StockBook, nurse: StaffMember) -> None:
    book.receive(a_delivery(doses=6), desk.manager)
    with pytest.raises(InputRefused) as refused:
        book.waste(a_delivery(doses=7, reason=Wastage.BROKEN.value), nurse)
    assert refused.value.problems[0].code == "stock-more-than-there"
    assert refused.value.problems[0].params == {"there": "6"}
    assert the_lot(book).balance.wasted == 0


def test_a_nurse_enters_wastage_and_nothing_else(book: StockBook, nurse: StaffMember) -> None:
    for act in (book.receive, book.give_back, book.count):
        with pytest.raises(AccessRefused, match="managers-only"):
            act(a_delivery(note="vì lý do này"), nurse)
    assert book.lots(DAY) == ()


def test_an_entry_cannot_be_changed_or_deleted(desk: DeskUnderTest, book: StockBook) -> None:
    book.receive(a_delivery(), desk.manager)
    for change in (o.stock_entry.update().values(doses=1), o.stock_entry.delete()):
        with pytest.raises((DBAPIError, IntegrityError, StoreError)), desk.store.write() as connection:
            connection.execute(change)
    assert the_lot(book).balance.received == 60


# --- undoing


def test_an_undone_entry_counts_no_more_and_stays_in_the_story(desk: DeskUnderTest, book: StockBook) -> None:
    entry = book.receive(a_delivery(doses=600), desk.manager)
    book.receive(a_delivery(), desk.manager)
    book.void(entry.id, "gõ thừa số 0", desk.manager)
    assert the_lot(book).balance.received == 60
    story = book.story(KEY)
    assert [one.kind for one in story] == [StockKind.VOIDED, StockKind.RECEIVED, StockKind.RECEIVED]
    assert story[-1].is_voided
    assert (story[0].voids, story[0].note, story[0].staff) == (entry.id, "gõ thừa số 0", desk.manager.name)


def test_what_was_undone_is_not_undone_again(desk: DeskUnderTest, book: StockBook) -> None:
    entry = book.receive(a_delivery(), desk.manager)
    undone = book.void(entry.id, "nhầm lô", desk.manager)
    for again in (entry, undone):
        with pytest.raises(InputRefused, match="stock-entry-undone"):
            book.void(again.id, "nhầm lô", desk.manager)
    with pytest.raises(StoreError, match="stock-entry-not-found"):
        book.void("nothing", "nhầm lô", desk.manager)


def test_a_nurse_undoes_wastage_only(desk: DeskUnderTest, book: StockBook, nurse: StaffMember) -> None:
    entry = book.receive(a_delivery(), desk.manager)
    lost = book.waste(a_delivery(doses=1, reason=Wastage.BROKEN.value), nurse)
    with pytest.raises(AccessRefused):
        book.void(entry.id, "nhầm lô", nurse)
    book.void(lost.id, "lọ còn nguyên", nurse)
    assert the_lot(book).balance.wasted == 0


ACTS = st.lists(st.tuples(st.sampled_from(["receive", "waste", "give_back"]), st.integers(1, 40)), max_size=6)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS, lot=st.integers(0, 10**6))
def test_undoing_everything_leaves_nothing(
    desk: DeskUnderTest, book: StockBook, acts: list[tuple[str, int]], lot: int
) -> None:
    entries: list[StockEntry] = []
    for act, doses in acts:
        draft = a_delivery(lot=f"H{lot}", doses=doses, reason=Wastage.BROKEN.value, note="thử nghiệm")
        try:
            entries.append(getattr(book, act)(draft, desk.manager))
        except InputRefused:
            continue
        (found,) = (one for one in book.lots(DAY) if one.key.lot == f"H{lot}")
        assert found.balance.expected == sum(
            one.doses if one.kind is StockKind.RECEIVED else -one.doses for one in entries
        )
    for entry in reversed(entries):
        book.void(entry.id, "làm lại từ đầu", desk.manager)
    assert [one for one in book.lots(DAY) if one.key.lot == f"H{lot}"] == []


def test_every_act_is_audited(desk: DeskUnderTest, book: StockBook) -> None:
    entry = book.receive(a_delivery(), desk.manager)
    book.count(a_delivery(doses=60), desk.manager)
    book.void(entry.id, "nhầm lô", desk.manager)
    actions = {
        line.action for line in audit_book.AuditBook(desk.store).page(audit_book.AuditWish(), desk.manager).lines
    }
    assert {"stock-received", "stock-counted", "stock-voided"} <= actions
