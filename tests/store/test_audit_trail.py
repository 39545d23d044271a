"""The audit trail with somebody at the table who has the store's key: what was changed, put in or taken out is told, and where."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Connection, text
from support.builders import NOON, DeskUnderTest, a_draft, another_person

from vaxdesk.errors import AccessRefused
from vaxdesk.models import audit
from vaxdesk.models import tables as t
from vaxdesk.models.audit import ChainCheck
from vaxdesk.models.audit_book import AuditLine, AuditWish
from vaxdesk.models.values import Role

Tamper = Callable[[Connection], object]
COPY = "INSERT INTO audit (at, who, action, subject, detail, chain)"


@pytest.fixture
def busy(desk: DeskUnderTest) -> DeskUnderTest:
    """Some entries: enrolment, a nurse, two doses with their tickets."""
    nurse = desk.work.staff.add("Lê Thị Mai", Role.NURSE, "1357", desk.manager)
    desk.work.desk.record(a_draft(), nurse)
    desk.clock.forward(days=1)
    desk.work.desk.record(a_draft(person=another_person(), occurred_at=desk.clock()), nurse)
    return desk


def ids(desk: DeskUnderTest) -> list[int]:
    with desk.store.read() as connection:
        return list(connection.execute(text("SELECT id FROM audit ORDER BY id")).scalars())


def tampered(desk: DeskUnderTest, *statements: str) -> None:
    with desk.store.write() as connection:
        for trigger in ("audit_no_UPDATE", "audit_no_DELETE"):
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {trigger}")
        for statement in statements:
            connection.exec_driver_sql(statement)


def checked(desk: DeskUnderTest, most: int = 2) -> ChainCheck:
    """In small pieces, as the window does."""
    check = ChainCheck()
    with desk.store.read() as connection:
        while not check.is_over:
            check = audit.walk_on(connection, check, most)
        assert audit.whole_check(connection) == check
    return check


def everything(desk: DeskUnderTest, wish: AuditWish, most: int = 3) -> list[AuditLine]:
    found: list[AuditLine] = []
    before: int | None = None
    while True:
        page = desk.work.audit.page(wish, desk.manager, before, most)
        found += page.lines
        before = page.before
        if before is None:
            return found


def test_an_untouched_trail_is_whole(busy: DeskUnderTest) -> None:
    check = checked(busy)
    assert check.is_whole
    assert check.count == len(ids(busy)) == busy.work.audit.count()


@pytest.mark.parametrize("column", ["at", "who", "action", "subject", "detail", "chain"])
def test_a_changed_entry_is_found(busy: DeskUnderTest, column: str) -> None:
    value = "2021-11-12T01:00:00.000000+00:00" if column == "at" else "x"
    tampered(busy, f"UPDATE audit SET {column} = '{value}' WHERE id = 3")
    check = checked(busy)
    assert (check.is_whole, check.broken_at) == (False, 3)


@pytest.mark.parametrize("gone", [1, 3])
def test_an_entry_taken_out_is_found_at_the_next_one(busy: DeskUnderTest, gone: int) -> None:
    tampered(busy, f"DELETE FROM audit WHERE id = {gone}")
    assert checked(busy).broken_at == gone + 1


def test_two_entries_that_changed_places_are_found(busy: DeskUnderTest) -> None:
    tampered(busy, "UPDATE audit SET id = -1 WHERE id = 2", "UPDATE audit SET id = 2 WHERE id = 3")
    tampered(busy, "UPDATE audit SET id = 3 WHERE id = -1")
    assert checked(busy).broken_at == 2


@pytest.mark.parametrize("count", [1, 2])
def test_entries_taken_from_the_end_are_missed(busy: DeskUnderTest, count: int) -> None:
    last = ids(busy)[-1]
    tampered(busy, f"DELETE FROM audit WHERE id > {last - count}")
    check = checked(busy)
    assert (check.is_whole, check.broken_at, check.missing) == (False, None, count)
    with busy.store.read() as connection:
        assert audit.first_break(connection) == last - count + 1


def test_a_trail_emptied_whole_is_missed(busy: DeskUnderTest) -> None:
    written = len(ids(busy))
    tampered(busy, "DELETE FROM audit")
    assert checked(busy).missing == written


def test_work_that_goes_on_does_not_cover_a_cut(busy: DeskUnderTest) -> None:
    """The next entry follows from the end that was kept, not from what the table ends with now; its id may be the one that was cut."""
    last = ids(busy)[-1]
    tampered(busy, f"DELETE FROM audit WHERE id = {last}")
    busy.work.staff.sign_in("Lê Thị Mai", "1357")
    assert ids(busy)[-1] == last
    check = checked(busy)
    assert (check.is_whole, check.broken_at) == (False, last)


def test_an_entry_added_by_hand_is_found(busy: DeskUnderTest) -> None:
    tampered(busy, f"{COPY} SELECT at, who, action, subject, detail, chain FROM audit WHERE id = 3")
    assert checked(busy).broken_at == ids(busy)[-1]


def test_a_well_made_entry_behind_the_kept_end_is_found(busy: DeskUnderTest) -> None:
    """Chained as it should be, by somebody who forgot the end."""
    with busy.store.read() as connection:
        end = audit.kept_end(connection)
    assert end is not None
    tampered(busy)
    with busy.store.write() as connection:
        audit.note(connection, NOON, "x", "signed-in", "x")
        kept = {"key": audit.END, "value": f'[{end.count}, "{end.chain}"]'}
        connection.execute(t.setting.insert().prefix_with("OR REPLACE"), kept)
    assert not checked(busy).is_whole


def test_a_rolled_back_action_leaves_neither_entry_nor_end(busy: DeskUnderTest) -> None:
    def fail() -> None:
        with busy.store.write() as connection:
            audit.note(connection, NOON, "x", "signed-in", "x")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert checked(busy).is_whole


def test_a_trail_of_an_older_program_is_whole_and_goes_on(busy: DeskUnderTest) -> None:
    tampered(busy, "DELETE FROM setting WHERE key = 'audit-end'")
    assert checked(busy).is_whole
    assert busy.work.audit.count() == len(ids(busy))
    busy.work.staff.sign_in("Lê Thị Mai", "1357")
    check = checked(busy)
    assert check.is_whole
    assert check.count == len(ids(busy)) == busy.work.audit.count()


def test_pages_tell_everything_once_newest_first(busy: DeskUnderTest) -> None:
    lines = everything(busy, AuditWish())
    assert [line.id for line in lines] == ids(busy)[::-1]
    assert {line.name for line in lines} == {"Phạm Thị Lan", "Lê Thị Mai"}
    assert lines[0].at == busy.clock()


def test_a_page_looks_through_so_much_and_says_where_to_go_on(
    busy: DeskUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vaxdesk.models.audit_book.LOOKED_THROUGH", 2)
    first = busy.work.audit.page(AuditWish(action="enrolled"), busy.manager)
    assert (first.lines, first.before) == ((), ids(busy)[-1] - 1)
    assert [line.action for line in everything(busy, AuditWish(action="enrolled"))] == ["enrolled"]
    assert [line.id for line in everything(busy, AuditWish())] == ids(busy)[::-1]


def test_entries_are_chosen_by_day_person_action_and_record(busy: DeskUnderTest) -> None:
    nurse = busy.work.staff.sign_in("Lê Thị Mai", "1357")
    today, before = busy.clock().date(), (busy.clock() - timedelta(days=1)).date()
    (second, first) = everything(busy, AuditWish(action="dose-recorded"))
    assert everything(busy, AuditWish(day=before, action="dose-recorded")) == [first]
    assert everything(busy, AuditWish(day=today, action="dose-recorded")) == [second]
    assert everything(busy, AuditWish(record=first.subject)) == [first]
    assert everything(busy, AuditWish(record=first.subject[:8])) == [first]
    assert everything(busy, AuditWish(record="%")) == []
    assert {line.who for line in everything(busy, AuditWish(who=nurse.id))} == {nurse.id}
    assert everything(busy, AuditWish(who=busy.manager.id, action="dose-recorded")) == []
    assert "dose-recorded" in busy.work.audit.actions(busy.manager)


def test_a_day_is_a_day_in_viet_nam(busy: DeskUnderTest) -> None:
    busy.clock.now = NOON.replace(hour=0, minute=30) + timedelta(days=5)
    busy.work.staff.sign_in("Lê Thị Mai", "1357")
    (line,) = everything(busy, AuditWish(day=busy.clock().date()))
    assert line.at == busy.clock()


def test_only_a_manager_reads_it(busy: DeskUnderTest) -> None:
    nurse = busy.work.staff.sign_in("Lê Thị Mai", "1357")
    for act in (
        lambda: busy.work.audit.page(AuditWish(), nurse),
        lambda: busy.work.audit.actions(nurse),
        lambda: busy.work.audit.check(ChainCheck(), nurse),
    ):
        with pytest.raises(AccessRefused, match="managers-only"):
            act()
