"""Leaving a site: the store is moved aside whole, nothing is deleted, and only when no record would be stranded (failures.md 7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import exists, func, select
from sqlcipher3 import dbapi2

from vaxdesk import keys
from vaxdesk.errors import InputRefused, Problem, StoreError
from vaxdesk.models import audit
from vaxdesk.models import exchange_tables as x
from vaxdesk.models import tables as t
from vaxdesk.models.backup import STORE_NAME
from vaxdesk.models.backup_book import BackupBook
from vaxdesk.models.db import Store, known_trouble, open_keyed
from vaxdesk.models.staff import require_manager
from vaxdesk.models.values import StaffMember

# The store first: what is left when the power fails in between opens nothing and loses nothing.
MOVED = (STORE_NAME, "vault.sealed", "lock.json")


@dataclass(frozen=True, slots=True)
class Unreceived:
    """Records that the platform has no receipt for: waiting, set aside, and how many of both are in no courier file."""

    waiting: int
    aside: int
    uncarried: int


@dataclass(frozen=True, slots=True)
class Left:
    """Where the store lies now, its last backup, and what travels in a courier file."""

    folder: Path
    backup: Path
    unreceived: Unreceived


def unreceived(store: Store) -> Unreceived:
    """What a site that is left now would not have delivered."""
    row, carried = t.outbox.c, x.courier_record.c
    is_carried = exists().where(
        carried.kind == row.kind, carried.record_id == row.record_id, carried.revision == row.revision
    )
    with store.read() as connection:
        return Unreceived(
            *(
                connection.execute(select(func.count()).select_from(t.outbox).where(condition)).scalar_one()
                for condition in (row.aside_at.is_(None), row.aside_at.is_not(None), ~is_carried)
            )
        )


def may_leave(store: Store, actor: StaffMember, by_courier: bool) -> Unreceived:
    """Raises AccessRefused `managers-only`; InputRefused `leave-records-wait`, or (`by_courier`) `leave-courier-incomplete`."""
    require_manager(actor)
    found = unreceived(store)
    counts = {"waiting": str(found.waiting), "aside": str(found.aside)}
    if not by_courier and found.waiting + found.aside:
        raise InputRefused(Problem("leave-records-wait", params=counts))
    if found.uncarried:
        raise InputRefused(Problem("leave-courier-incomplete", params={"left": str(found.uncarried)}))
    return found


def leave(book: BackupBook, vault: keys.Vault, actor: StaffMember, by_courier: bool) -> Left:
    """A last verified backup, then the store, closed, goes into `left-<day>`; the keys that act for the site leave the keyring.

    The key of the store stays in the keyring: without it neither what was moved nor any backup could ever be opened. Raises as `may_leave`;
    StoreError `leave-in-use` (another window or command has the store open), `leave-not-moved`, those of a backup. Nothing has moved then.
    """
    found = may_leave(book.store, actor, by_courier)
    _must_be_alone(book, found)
    with book.store.write() as connection:
        audit.note(connection, book.clock(), actor.id, "site-left", book.device_id)
    backup = book.make()
    _must_be_alone(book, found)
    target = _free_name(book.folder, book.clock())
    _move(book.folder, target)
    keys.forget_device_keys(vault)
    return Left(target, backup, found)


def _must_be_alone(book: BackupBook, before: Unreceived) -> None:
    """Lets go of the store. SQLite leaves WAL mode only for the last one who has the file open; what was saved a moment ago would show in the count."""
    book.store.let_go()
    with known_trouble():
        connection = open_keyed(book.store.path, book.key)
        try:
            connection.execute("PRAGMA busy_timeout = 0")
            mode = connection.execute("PRAGMA journal_mode = DELETE").fetchone()[0]
            count = connection.execute("SELECT count(*) FROM outbox").fetchone()[0]
        except dbapi2.OperationalError as error:
            raise StoreError("leave-in-use") from error
        finally:
            connection.close()
    if mode != "delete" or count != before.waiting + before.aside:
        raise StoreError("leave-in-use")


def _free_name(folder: Path, at: datetime) -> Path:
    names = (f"left-{at:%Y-%m-%d}{f'-{number}' if number > 1 else ''}" for number in range(1, 1000))
    return next(folder / name for name in names if not (folder / name).exists())


def _move(folder: Path, target: Path) -> None:
    """All or nothing, as far as the disk lets it."""
    moved: list[str] = []
    try:
        target.mkdir(mode=0o700)
        for name in MOVED:
            if (folder / name).exists():
                (folder / name).rename(target / name)
                moved.append(name)
    except OSError as error:
        for name in reversed(moved):
            (target / name).rename(folder / name)
        raise StoreError("leave-not-moved") from error
