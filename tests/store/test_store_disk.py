"""What lies behind SQLite's "I/O error" and "unable to open": a disk that is full, or that can only be read."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa

from vaxdesk.errors import StoreError
from vaxdesk.models import db


def room(monkeypatch: pytest.MonkeyPatch, free_bytes: int, writable: bool = True) -> None:
    """What the operating system says about the disk."""
    usage = type(shutil.disk_usage("/"))(10**9, 10**9 - free_bytes, free_bytes)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    monkeypatch.setattr(os, "access", lambda _path, _mode: writable)


@pytest.mark.parametrize("said", ["store-io", "store-not-openable"])
@pytest.mark.parametrize(
    ("free_bytes", "writable", "meant"),
    [(0, True, "store-full"), (10**8, False, "store-read-only"), (0, False, "store-read-only"), (10**8, True, "")],
)
def test_vague_trouble_is_told_by_its_cause(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, said: str, free_bytes: int, writable: bool, meant: str
) -> None:
    room(monkeypatch, free_bytes, writable)
    assert db.cause_of(StoreError(said), tmp_path / "vaxdesk.db").code == (meant or said)


@pytest.mark.parametrize("said", ["store-locked", "store-damaged", "store-wrong-key"])
def test_trouble_that_says_what_it_is_stays_what_it_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, said: str
) -> None:
    room(monkeypatch, 0, writable=False)
    assert db.cause_of(StoreError(said), tmp_path / "vaxdesk.db").code == said


def test_a_disk_that_is_gone_is_still_known_trouble(tmp_path: Path) -> None:
    assert db.cause_of(StoreError("store-io"), tmp_path / "away" / "vaxdesk.db").code == "store-io"


def test_a_store_opened_for_reading_takes_no_write_until_the_disk_does(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path, key = tmp_path / "vaxdesk.db", os.urandom(32)
    db.create_store(path, key).close()
    whole, is_full = db._up_to_date, True

    def as_the_disk_lets(engine: sa.Engine, file: Path) -> sa.Engine:
        if is_full:
            engine.dispose()
            raise StoreError("store-full")
        return whole(engine, file)

    monkeypatch.setattr(db, "_up_to_date", as_the_disk_lets)
    store = db.open_store(path, key)
    with pytest.raises(StoreError, match="store-full"), store.write():
        pytest.fail("a transaction began")
    with store.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM dose").scalar_one() == 0
    is_full = False
    with store.write() as connection:
        connection.exec_driver_sql("INSERT INTO setting (key, value) VALUES ('room', 'again')")
    with store.read() as connection:
        assert connection.exec_driver_sql("SELECT value FROM setting WHERE key = 'room'").scalar_one() == "again"
    store.close()
