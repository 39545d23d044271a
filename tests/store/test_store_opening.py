"""A store opens, or says why not, and is never recreated."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import apsw
import pytest
import sqlalchemy as sa
from alembic.config import Config
from alembic.script import ScriptDirectory
from support.builders import DeskUnderTest, a_crowd, a_desk, a_draft

from vaxdesk.errors import StoreError
from vaxdesk.models import db, exchange_tables, session_tables, tables
from vaxdesk.models.db import check_integrity, create_store, open_store

KEY = bytes(range(32))


def refusal(path: Path, key: bytes = KEY) -> str:
    with pytest.raises(StoreError) as caught:
        open_store(path, key)
    return caught.value.code


def test_a_new_store_is_sound_and_private(tmp_path: Path) -> None:
    store = create_store(tmp_path / "vaxdesk.db", KEY)
    assert check_integrity(store) == ()
    assert stat.S_IMODE((tmp_path / "vaxdesk.db").stat().st_mode) == 0o600
    store.close()


def test_a_missing_store_is_said_and_not_made(tmp_path: Path) -> None:
    assert refusal(tmp_path / "vaxdesk.db") == "store-missing"
    assert list(tmp_path.iterdir()) == []


def test_an_existing_store_is_never_created_over(desk: DeskUnderTest) -> None:
    with pytest.raises(StoreError, match="store-exists"):
        create_store(desk.store.path, KEY)


def test_a_wrong_key_is_said_and_the_file_stays(desk: DeskUnderTest) -> None:
    desk.store.close()
    before = desk.store.path.read_bytes()
    assert refusal(desk.store.path, bytes(32)) == "store-wrong-key"
    assert desk.store.path.read_bytes() == before


@pytest.mark.parametrize("damage", ["empty", "garbage", "header"])
def test_a_damaged_file_is_said_and_stays(desk: DeskUnderTest, damage: str) -> None:
    desk.store.close()
    content = bytearray(desk.store.path.read_bytes())
    spoiled = {"empty": b"", "garbage": os.urandom(8192), "header": bytes(64) + bytes(content[64:])}[damage]
    desk.store.path.write_bytes(spoiled)
    assert refusal(desk.store.path, desk.key) in ("store-damaged", "store-wrong-key")
    assert desk.store.path.read_bytes() == spoiled


def test_a_damaged_page_is_found_by_the_integrity_check(desk: DeskUnderTest) -> None:
    for draft in a_crowd(40):  # so that the last pages hold records, not the schema that is read at opening
        desk.work.desk.record(draft, desk.manager)
    desk.store.close()
    content = bytearray(desk.store.path.read_bytes())
    content[-4096 * 2 + 100] ^= 0xFF
    desk.store.path.write_bytes(content)
    store = open_store(desk.store.path, desk.key)
    try:
        assert check_integrity(store)
    except StoreError as error:  # SQLite may meet the page while it looks
        assert error.code in ("store-damaged", "store-wrong-key", "store-io")  # noqa: PT017
    finally:
        store.close()


def test_a_store_of_a_newer_program_is_refused_by_name(desk: DeskUnderTest) -> None:
    with desk.store.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0999'")
    desk.store.close()
    assert refusal(desk.store.path, desk.key) == "store-too-new"


def test_a_busy_store_is_said_after_the_busy_time(desk: DeskUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db, "BUSY_TIMEOUT_MS", 50)
    holder = open_store(desk.store.path, desk.key)
    waiter = open_store(desk.store.path, desk.key)
    with holder.write(), pytest.raises(StoreError, match="store-locked"), waiter.write():
        pass
    with waiter.write():  # the lock is gone: work goes on
        pass
    holder.close()
    waiter.close()


def test_a_reader_is_not_held_up_by_a_writer(desk: DeskUnderTest) -> None:
    with desk.store.write() as connection:
        connection.exec_driver_sql("UPDATE device SET next_sequence = 77")
        assert desk.work.figures.counts().given == 0


def test_the_migrations_make_the_tables_that_the_program_describes(desk: DeskUnderTest) -> None:
    described = sa.create_engine("sqlite://")
    assert {exchange_tables.dispute, session_tables.ticket} <= set(tables.metadata.tables.values())
    tables.metadata.create_all(described)
    query = "SELECT name, sql FROM sqlite_master WHERE type = '{}' AND sql IS NOT NULL"
    for kind in ("table", "index"):
        with described.connect() as connection:
            wanted = {name: _plain(sql) for name, sql in connection.exec_driver_sql(query.format(kind))}
        with desk.store.read() as connection:
            made = {name: _plain(sql) for name, sql in connection.exec_driver_sql(query.format(kind))}
        assert {name: sql for name, sql in made.items() if name in wanted} == wanted


def test_the_newest_migration_is_the_one_the_program_expects() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(db.__file__).parent / "migrations"))
    assert ScriptDirectory.from_config(config).get_current_head() == db.NEWEST_REVISION


def test_neither_file_nor_wal_holds_a_name_or_number(desk: DeskUnderTest) -> None:
    desk.work.desk.record(a_draft(), desk.manager)
    files = [file for file in desk.folder.iterdir() if file.is_file()]
    assert any(file.name.endswith("-wal") for file in files)
    everything = b"".join(file.read_bytes() for file in files)
    for secret in ("079303000456", "Trần Thị Bích", "Bích", "FL4574", "SQLite format"):
        assert secret.encode() not in everything


def test_another_programs_sqlcipher_reads_the_store_with_the_key(desk: DeskUnderTest) -> None:
    desk.work.desk.record(a_draft(), desk.manager)
    desk.store.close()
    other = apsw.Connection(str(desk.store.path))
    for pragma in ("cipher = 'sqlcipher'", "legacy = 4", f"key = \"x'{desk.key.hex()}'\""):
        list(other.execute(f"PRAGMA {pragma}"))
    assert list(other.execute("SELECT count(*) FROM dose")) == [(1,)]
    other.close()


def test_plain_sqlite_cannot_read_the_store(desk: DeskUnderTest) -> None:
    desk.store.close()
    plain = sqlite3.connect(desk.store.path)
    with pytest.raises(sqlite3.DatabaseError):
        plain.execute("SELECT * FROM dose")
    plain.close()


KILLED = """
import os, sys, signal
sys.path[:0] = {path!r}
from pathlib import Path
from support.builders import a_crowd
from vaxdesk.models.db import open_store
from vaxdesk.models.workplace import workplace
store = open_store(Path({file!r}), bytes.fromhex({key!r}))
work = workplace(store, lambda payload: "x", lambda: a_crowd(1)[0].occurred_at)
actor = work.staff.everyone()[0]
for draft in a_crowd(400):
    print(work.desk.record(draft, actor).dose.id, flush=True)
"""


def test_every_confirmed_dose_survives_a_killed_process(tmp_path: Path) -> None:
    """I2: killed at a random moment, the store holds every confirmed dose, whole, with its outbox row."""
    made = a_desk(tmp_path)
    made.store.close()
    script = KILLED.format(path=[str(Path(__file__).parents[1])], file=str(made.store.path), key=made.key.hex())
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    confirmed = [process.stdout.readline().strip() for _ in range(25)]
    process.kill()
    confirmed += process.stdout.read().split()
    process.stdout.close()
    process.wait()
    store = open_store(made.store.path, made.key)
    with store.read() as connection:
        kept = set(connection.exec_driver_sql("SELECT id FROM dose").scalars())
        queued = set(connection.exec_driver_sql("SELECT record_id FROM outbox").scalars())
    assert set(confirmed) <= kept
    assert kept == queued
    assert len(kept) - len(confirmed) in (0, 1)  # at most the one whose answer was not read
    store.close()


def test_a_full_disk_is_a_sentence_and_work_resumes(desk: DeskUnderTest) -> None:
    """SQLite's own page limit gives the same error as a full disk."""
    with desk.store.read() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    assert desk.store is desk.work.store
    limited = open_store(desk.store.path, desk.key)

    @sa.event.listens_for(limited._engine, "begin")
    def limit(connection: sa.Connection) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 1}")

    with pytest.raises(StoreError, match="store-full"), limited.write() as connection:
        connection.exec_driver_sql("CREATE TABLE filler AS SELECT randomblob(1000000) AS x")
    limited.close()
    assert desk.work.desk.record(a_draft(), desk.manager).dose.revision == 1


def _plain(sql: str) -> frozenset[str]:
    """What a table is made of, whatever the order: columns that a migration added come last."""
    text = " ".join(sql.replace("(", " ( ").replace(")", " ) ").split())
    head, _, body = text.partition(" ( ")
    parts, depth, start = [head], 0, 0
    for place, character in enumerate(body):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth < 0 or (depth == 0 and character == ","):
            parts.append(body[start:place].strip())
            start = place + 1
    return frozenset(parts)
