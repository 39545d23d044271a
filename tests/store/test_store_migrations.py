"""A store of an earlier version is brought up to date with everything in it: records, the queue, and the guards that protect them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import alembic.command
import pytest
import sqlalchemy as sa
from support.builders import NOON, Clock, DeskUnderTest, a_crowd, a_desk, no_signature

from vaxdesk.errors import StoreError
from vaxdesk.models.db import Store, check_integrity, create_store, open_store
from vaxdesk.models.exchange import DueDose, PutAside
from vaxdesk.models.values import PersonDraft
from vaxdesk.models.workplace import workplace

CARRIED = ("device", "staff", "person", "person_revision", "dose")  # in the order that foreign keys ask for
OLD = ("0001", "0002", "0003", "0004", "0005")


@pytest.fixture
def full(tmp_path: Path) -> DeskUnderTest:
    """A desk of today with three doses, one of them set aside."""
    folder = tmp_path / "today"
    folder.mkdir()
    desk = a_desk(folder, Clock(NOON))
    for draft in a_crowd(3):
        desk.work.desk.record(draft, desk.manager)
    first = desk.work.sync_book.due(desk.clock(), 1, asked=True)[0]
    assert isinstance(first, DueDose)
    desk.work.sync_book.apply([PutAside(first.entry, "refused-lot", "words")], desk.clock())
    return desk


def old_store(full: DeskUnderTest, revision: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same records in a store as that revision made it."""
    upgrade = alembic.command.upgrade
    path = full.folder / f"old-{revision}.db"
    with monkeypatch.context() as earlier:
        earlier.setattr(alembic.command, "upgrade", lambda config, _head: upgrade(config, revision))
        made = create_store(path, full.key)
    with full.store.read() as source, made.write() as target:
        for table in CARRIED:
            columns = [row[1] for row in target.exec_driver_sql(f"PRAGMA table_info({table})")]
            for row in source.exec_driver_sql(f"SELECT {', '.join(columns)} FROM {table}"):
                target.exec_driver_sql(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", tuple(row))
        target.exec_driver_sql("UPDATE outbox SET aside_at = enqueued_at, aside_code = 'refused-lot' WHERE rowid = 1")
    made.close()
    return path


def rows(store: Store, query: str) -> list[Any]:
    with store.read() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(query)]


@pytest.mark.parametrize("revision", OLD)
def test_everything_that_waits_is_still_there(
    full: DeskUnderTest, revision: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = old_store(full, revision, monkeypatch)
    store = open_store(path, full.key)
    everything = "SELECT kind, record_id, revision, enqueued_at, aside_code FROM outbox ORDER BY record_id"
    assert len(rows(store, everything)) == 3
    assert sorted(row[4] for row in rows(store, everything)) == ["", "", "refused-lot"]
    work = workplace(store, no_signature, full.clock)
    assert work.figures.counts().given == 3
    assert work.figures.is_sound()
    assert {r.dose.id for r in work.desk.all_records()} == {r.dose.id for r in full.work.desk.all_records()}
    assert check_integrity(store) == ()
    store.close()


@pytest.mark.parametrize("revision", OLD)
def test_a_copy_is_kept_before_anything_is_changed(
    full: DeskUnderTest, revision: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = old_store(full, revision, monkeypatch)
    open_store(path, full.key).close()
    (kept,) = path.parent.glob(f"old-{revision}.before-*")
    assert kept.stat().st_size > 4096


@pytest.mark.parametrize("revision", OLD)
def test_the_guards_hold_as_before(full: DeskUnderTest, revision: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_store(old_store(full, revision, monkeypatch), full.key)
    for forbidden in ("DELETE FROM outbox", "DELETE FROM dose", "UPDATE person_revision SET name = 'x'"):
        with pytest.raises((sa.exc.DBAPIError, StoreError)), store.write() as connection:
            connection.exec_driver_sql(forbidden)
    work = workplace(store, no_signature, full.clock)
    before = work.figures.counts().waiting
    work.desk.record(a_crowd(4)[3], work.staff.everyone()[0])
    assert work.figures.counts().waiting == before + 1
    store.close()


def test_a_migration_that_fails_leaves_the_store_as_it_was(
    full: DeskUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = old_store(full, "0003", monkeypatch)
    upgrade = alembic.command.upgrade

    def cut_off(config: Any, head: str) -> None:
        upgrade(config, head)
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(alembic.command, "upgrade", cut_off)
        with pytest.raises(KeyboardInterrupt):
            open_store(path, full.key)
    store = open_store(path, full.key)
    assert len(rows(store, "SELECT 1 FROM outbox")) == 3
    store.close()


def test_what_was_mended_before_goes_to_the_platform_now(full: DeskUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
    """P12: such a mending had no way there; one that was made before any dose has gone with the dose."""
    person = full.work.desk.all_records()[0].person
    facts = PersonDraft(person.citizen_id.digits, "Lê Văn Thứ", str(person.birth_date), person.sex)
    full.clock.forward(minutes=5)
    full.work.desk.mend_person(person.citizen_id, facts, "thẻ ghi khác", full.manager)
    store = open_store(old_store(full, "0004", monkeypatch), full.key)
    found = "SELECT record_id, revision FROM outbox WHERE kind = 'person'"
    assert rows(store, found) == rows(full.store, found) == [(person.id, 2)]
    store.close()
