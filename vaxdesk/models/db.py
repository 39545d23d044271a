"""Opening, creating and migrating the encrypted store (SQLCipher through SQLAlchemy).

A store is never recreated: whatever is wrong with the file is said in a StoreError and the file stays as it is.
Saved means committed with synchronous=FULL in WAL mode (I2).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

import sqlalchemy as sa
from sqlalchemy import Connection, Engine, event
from sqlalchemy.pool import QueuePool
from sqlcipher3 import dbapi2

from vaxdesk.errors import StoreError

NEWEST_REVISION = "0002"
BUSY_TIMEOUT_MS = 10_000
KEY_BYTES = 32

# What SQLite says -> what we call it. Order matters: the first text found wins.
_TROUBLES = (
    ("database is locked", "store-locked"),
    ("file is not a database", "store-wrong-key"),
    ("file is encrypted", "store-wrong-key"),
    ("malformed", "store-damaged"),
    ("disk is full", "store-full"),
    ("disk I/O error", "store-io"),
    ("readonly database", "store-read-only"),
    ("unable to open", "store-not-openable"),
)


def trouble_of(error: Exception) -> StoreError | None:
    """The StoreError for a foreign database error; None when it is a bug of ours and must crash loudly."""
    text = str(getattr(error, "orig", None) or error)
    for words, code in _TROUBLES:
        if words in text:
            return StoreError(code)
    return None


class known_trouble:  # noqa: N801  reads as a phrase: `with known_trouble():`
    """Converts foreign database errors once, at this boundary."""

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, (sa.exc.DBAPIError, dbapi2.Error)):
            converted = trouble_of(error)
            if converted is not None:
                raise converted from error


class Store:
    """An open store. `write()` and `read()` give a connection inside one transaction; nothing else touches the file."""

    def __init__(self, engine: Engine, path: Path) -> None:
        self._engine = engine
        self.path = path

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One writing transaction (BEGIN IMMEDIATE): commits at the end, rolls back on any exception."""
        with known_trouble(), self._engine.connect() as plain:
            connection = plain.execution_options(begin="IMMEDIATE")
            with connection.begin():
                yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One reading transaction: a consistent view, never blocked by a writer (WAL)."""
        with known_trouble(), self._engine.connect() as plain:
            connection = plain.execution_options(begin="DEFERRED")
            with connection.begin():
                yield connection

    def close(self) -> None:
        """Closes every connection; the last one folds the WAL into the file."""
        self._engine.dispose()


def open_keyed(path: Path, key: bytes) -> dbapi2.Connection:
    """A bare connection with the key and the durability settings every connection has."""
    connection = dbapi2.connect(
        f"file:{path.as_posix()}?mode=rw", uri=True, isolation_level=None, check_same_thread=False
    )
    connection.execute("PRAGMA cipher_log_level = NONE")
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    connection.execute("PRAGMA temp_store = MEMORY")  # no plain-text spill files
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def _engine(path: Path, key: bytes) -> Engine:
    engine = sa.create_engine(
        "sqlite://",
        module=dbapi2,
        creator=lambda: open_keyed(path, key),
        poolclass=QueuePool,
        pool_size=3,
        hide_parameters=True,  # bound values are names and numbers: never in an error text
    )

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        mode = connection.get_execution_options().get("begin", "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {mode}")

    return engine


def create_store(path: Path, key: bytes) -> Store:
    """Makes a new store under a temporary name and moves it into place whole.

    Raises StoreError `store-exists` when there is a file already, `store-full` and the like as the disk says.
    """
    if path.exists():
        raise StoreError("store-exists")
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    for leftover in (unfinished, *(Path(f"{unfinished}{end}") for end in ("-wal", "-shm"))):
        leftover.unlink(missing_ok=True)
    os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    with known_trouble():
        engine = _engine(unfinished, key)
        _migrate(engine)
        engine.dispose()
    unfinished.rename(path)
    return open_store(path, key)


def open_store(path: Path, key: bytes) -> Store:
    """Opens a store, migrating it when it is older than the program (a copy of the file is kept first).

    Raises StoreError: `store-missing`, `store-wrong-key` (or not a store at all), `store-damaged`, `store-locked`,
    `store-too-new`, `store-read-only`, `store-not-openable`. The file is never recreated.
    """
    if not path.is_file():
        raise StoreError("store-missing")
    if path.stat().st_size == 0:
        raise StoreError("store-damaged")
    engine = _engine(path, key)
    try:
        with known_trouble():
            _bring_up_to_date(engine, path)
    except BaseException:
        engine.dispose()
        raise
    return Store(engine, path)


def _bring_up_to_date(engine: Engine, path: Path) -> None:
    with engine.connect() as connection:
        tables = sa.inspect(connection).get_table_names()
        version = (
            connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
            if "alembic_version" in tables
            else None
        )
    if version == NEWEST_REVISION:
        return
    if version is None or not str(version).isdigit():
        raise StoreError("store-damaged")
    if int(version) > int(NEWEST_REVISION):
        raise StoreError("store-too-new", found=str(version), known=NEWEST_REVISION)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy2(path, path.with_suffix(f".before-{NEWEST_REVISION}"))
    _migrate(engine)


def _migrate(engine: Engine) -> None:
    # Imported here: a desk that is up to date starts without alembic.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.connect() as plain:
        connection = plain.execution_options(begin="IMMEDIATE")
        with connection.begin():
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def check_integrity(store: Store) -> tuple[str, ...]:
    """What SQLCipher's page checks and SQLite's own checks find wrong; empty when the file is sound."""
    with store.read() as connection:
        pages = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA cipher_integrity_check")]
        rows = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA quick_check")]
    return tuple(pages + [row for row in rows if row != "ok"])
