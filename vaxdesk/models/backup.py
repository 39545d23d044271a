"""Backup and restore of a store: one zip file that holds the still encrypted store and what is needed to unlock it with the same secrets.

A restored store begins a new epoch, so that no sequence number is ever used twice (failures.md 10).
"""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select, update

from vaxdesk.errors import StoreError
from vaxdesk.models import tables as t
from vaxdesk.models.db import Store, check_integrity, known_trouble, open_keyed, open_store
from vaxdesk.models.own_records import want_repull
from vaxdesk.paths import STORE_NAME as STORE_NAME

_UNLOCKING = ("lock.json", "vault.sealed")
MEMBER_BYTES_MAX = 8 * 1024**3
EPOCHS_BEGAN = datetime(2021, 1, 1, tzinfo=UTC)
EPOCH_SECONDS_MAX = 900_000_000  # the year 2049: a clock beyond it is wrong
EPOCHS_BY_LOT = 1000


def backup(store: Store, key: bytes, folder: Path, out: Path) -> None:
    """Writes `out` and verifies it by opening the copy. Raises StoreError `backup-exists`, `backup-out-not-written`, `store-full`, `store-damaged`.

    A store whose own disk is full or read-only is copied all the same: then it is wanted most.
    """
    if out.exists():
        raise StoreError("backup-exists")
    if not (out.parent.is_dir() and os.access(out.parent, os.W_OK)):
        raise StoreError("backup-out-not-written")
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".vaxdesk-backup-") as beside:
        copy = Path(beside) / STORE_NAME
        _copy_store(store, key, copy)
        _verify(copy, key)
        packed = Path(beside) / "packed"
        try:
            _pack(packed, copy, folder)
        except OSError as error:
            raise StoreError("store-full") from error
        packed.rename(out)  # on the disk before it has its name: a power cut leaves a whole file or none
        fsync_folder(out.parent)


def restore(source: Path, folder: Path, key_of: Callable[[Path], bytes], now: datetime | None = None) -> None:
    """Unpacks a backup into an empty data folder; `key_of(folder)` gives the store key by the unpacked lock file.

    The store begins a new epoch (`epoch_after`) and takes back its own records at the next exchange (docs/adr/0006).

    Raises StoreError `restore-would-overwrite`, `backup-not-readable`, `backup-other-key`; the folder is as before then.
    """
    if (folder / STORE_NAME).exists() or (folder / "lock.json").exists():
        raise StoreError("restore-would-overwrite")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = Path(tempfile.mkdtemp(dir=folder, prefix=".restoring-"))
    try:
        _unpack(source, beside)
        _begin_epoch(beside / STORE_NAME, key_of(beside), now or datetime.now(UTC))
        for name in (*_UNLOCKING, STORE_NAME):  # the store last: with it the folder counts as restored
            if (beside / name).exists():
                (beside / name).rename(folder / name)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _copy_store(store: Store, key: bytes, copy: Path) -> None:
    os.close(os.open(copy, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    with known_trouble():
        source = store.open_source(key)
        target = open_keyed(copy, key)
        try:
            source.backup(
                target
            )  # in one step: a reader holds up no writer (WAL), and copying by parts begins anew at each write
            target.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            target.close()
            source.close()


def _verify(copy: Path, key: bytes) -> None:
    opened = open_store(copy, key)
    try:
        if check_integrity(opened):
            raise StoreError("store-damaged")
    finally:
        opened.close()


def _pack(packed: Path, copy: Path, folder: Path) -> None:
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:  # encrypted bytes do not compress
        archive.write(copy, STORE_NAME)
        for name in _UNLOCKING:
            if (folder / name).exists():
                archive.write(folder / name, name)
    packed.chmod(0o600)
    with packed.open("rb+") as written:
        os.fsync(written.fileno())


def fsync_folder(folder: Path) -> None:
    """Makes a new name in a folder durable; nothing where the system cannot (Windows, some shares)."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(descriptor)
    except OSError:
        return
    finally:
        os.close(descriptor)


def _unpack(source: Path, beside: Path) -> None:
    try:
        with zipfile.ZipFile(source) as archive:
            names = set(archive.namelist())
            if STORE_NAME not in names or names - {STORE_NAME, *_UNLOCKING}:
                raise StoreError("backup-not-readable")
            if sum(member.file_size for member in archive.infolist()) > MEMBER_BYTES_MAX:
                raise StoreError("backup-not-readable")
            archive.extractall(beside)
    except (OSError, zipfile.BadZipFile) as error:
        raise StoreError("backup-not-readable") from error


def epoch_after(old: int, now: datetime) -> int:
    """An epoch that no other life of this desk has: seconds since 2021, so that one backup restored twice gives two epochs offline too.

    A clock that tells no possible time gives a number above the old one, drawn by lot. What the platform has seen raises it later.
    """
    seconds = int((now - EPOCHS_BEGAN).total_seconds())
    by_lot = old + 1 + secrets.randbelow(EPOCHS_BY_LOT)
    return seconds if old < seconds <= EPOCH_SECONDS_MAX else by_lot


def _begin_epoch(path: Path, key: bytes, now: datetime) -> None:
    try:
        store = open_store(path, key)
    except StoreError as error:
        raise StoreError("backup-other-key" if error.code == "store-wrong-key" else error.code) from error
    with store.write() as connection:
        epoch = epoch_after(connection.execute(select(t.device.c.epoch)).scalar_one(), now)
        connection.execute(update(t.device).values(epoch=epoch, next_sequence=1))
        want_repull(connection, epoch)
    store.close()
