"""A backup is whole, opens only with the right secrets, and a restored store never reuses a sequence number."""

from __future__ import annotations

import zipfile
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.builders import DeskUnderTest, a_crowd, no_signature

from vaxdesk.errors import StoreError
from vaxdesk.models.backup import STORE_NAME, backup, epoch_after, restore
from vaxdesk.models.db import open_store
from vaxdesk.models.values import VIETNAM
from vaxdesk.models.workplace import workplace


@pytest.fixture
def copy(desk: DeskUnderTest, tmp_path: Path) -> Path:
    for draft in a_crowd(3):
        desk.work.desk.record(draft, desk.manager)
    out = tmp_path / "copy.zip"
    backup(desk.store, desk.key, desk.folder, out)
    return out


def test_a_restored_store_has_every_dose_and_a_new_epoch(desk: DeskUnderTest, copy: Path, tmp_path: Path) -> None:
    """failures.md 10."""
    target = tmp_path / "elsewhere"
    restore(copy, target, lambda folder: desk.key)
    store = open_store(target / STORE_NAME, desk.key)
    again = workplace(store, no_signature, desk.clock)
    assert len(again.desk.all_records()) == 3
    assert again.site().epoch > 1
    dose = again.desk.record(a_crowd(4)[3], desk.manager).dose
    assert (dose.epoch, dose.sequence) == (again.site().epoch, 1)
    store.close()


def test_one_backup_restored_twice_gives_two_epochs_without_a_network() -> None:
    at = datetime(2026, 11, 23, 9, tzinfo=VIETNAM)
    first, second = epoch_after(1, at), epoch_after(1, at + timedelta(seconds=90))
    assert 1 < first < second < 10**9  # nine digits


@given(st.integers(1, 10**8), st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1)))
def test_an_epoch_is_always_higher_whatever_the_clock_says(old: int, at: datetime) -> None:
    assert old < epoch_after(old, at.replace(tzinfo=VIETNAM)) < 10**9


def test_a_dead_clock_leaves_it_to_the_lot() -> None:
    dead = datetime(1970, 1, 1, tzinfo=VIETNAM)
    assert len({epoch_after(5, dead) for _ in range(50)}) > 10


def test_a_backup_holds_nothing_in_plain_text(copy: Path) -> None:
    content = copy.read_bytes()
    assert b"001090000001" not in content
    assert "Lê Văn".encode() not in content


def test_a_backup_never_overwrites_a_file(desk: DeskUnderTest, copy: Path) -> None:
    with pytest.raises(StoreError, match="backup-exists"):
        backup(desk.store, desk.key, desk.folder, copy)


def test_a_restore_never_overwrites_a_store(desk: DeskUnderTest, copy: Path) -> None:
    with pytest.raises(StoreError, match="restore-would-overwrite"):
        restore(copy, desk.folder, lambda folder: desk.key)


def test_another_key_is_said_and_leaves_the_folder_empty(copy: Path, tmp_path: Path) -> None:
    target = tmp_path / "elsewhere"
    with pytest.raises(StoreError, match="backup-other-key"):
        restore(copy, target, lambda folder: bytes(32))
    assert list(target.iterdir()) == []


@pytest.mark.parametrize("kind", ["garbage", "missing", "foreign", "escaping"])
def test_a_file_that_is_no_backup_is_refused(copy: Path, tmp_path: Path, kind: str) -> None:
    file = tmp_path / "given.zip"
    if kind == "garbage":
        file.write_bytes(b"not a zip at all")
    elif kind != "missing":
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("notes.txt" if kind == "foreign" else "../outside.db", b"x")
            archive.writestr(STORE_NAME, b"x")
    with pytest.raises(StoreError, match="backup-not-readable"):
        restore(file, tmp_path / "elsewhere", lambda folder: bytes(32))
    assert not (tmp_path / "outside.db").exists()
