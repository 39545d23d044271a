"""Opening, creating and migrating the encrypted store (SQLCipher through SQLAlchemy).

A store is never recreated: whatever is wrong with the file is said in a StoreError and the file stays as it is.
Saved means committed with synchronous=FULL in WAL mode (I2).
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import TracebackType

import sqlalchemy as sa
from sqlalchemy import Connection, Engine, event
from sqlalchemy.pool import NullPool, QueuePool
from sqlcipher3 import dbapi2

from vaxdesk.errors import StoreError

NEWEST_REVISION = "0006"
BUSY_TIMEOUT_MS = 10_000
KEY_BYTES = 32
DISK_FREE_BYTES_MIN = 64 * 1024  # with less, SQLite cannot even make the files it needs to open a store

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


def cause_of(trouble: StoreError, path: Path) -> StoreError:
    """The same trouble, or what lies behind it: SQLite says only "I/O error" or "unable to open" where a disk is full or only read."""
    if trouble.code not in ("store-io", "store-not-openable"):
        return trouble
    try:
        is_full = shutil.disk_usage(path.parent).free < DISK_FREE_BYTES_MIN
    except OSError:  # the disk itself is gone
        return trouble
    if is_read_only(path):
        return StoreError("store-read-only")
    return StoreError("store-full") if is_full else trouble


def is_read_only(path: Path) -> bool:
    """Whether the disk, or its permissions, let nobody write this file or beside it."""
    return not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK))


class known_trouble:  # noqa: N801  reads as a phrase: `with known_trouble():`
    """Converts foreign database errors once, at this boundary; with the store's `path`, by its disk too."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, (sa.exc.DBAPIError, dbapi2.Error)):
            converted = trouble_of(error)
            if converted is not None:
                raise (cause_of(converted, self._path) if self._path else converted) from error


class Store:
    """An open store. `write()` and `read()` give a connection inside one transaction; nothing else touches the file.

    With `whole` the engine given can only read, because the disk is full or read-only: a write first asks `whole` for one that can.
    """

    def __init__(self, engine: Engine, path: Path, whole: Callable[[], Engine] | None = None) -> None:
        self._engine = engine
        self._whole = whole
        self._becoming_whole = threading.Lock()
        self._is_closed = False
        self.path = path

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One writing transaction (BEGIN IMMEDIATE): commits at the end, rolls back on any exception."""
        self._must_be_open()
        self.must_be_writable()
        with known_trouble(self.path), self._engine.connect() as plain:
            connection = plain.execution_options(begin="IMMEDIATE")
            with connection.begin():
                yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One reading transaction: a consistent view, never blocked by a writer (WAL)."""
        self._must_be_open()
        with known_trouble(self.path), self._engine.connect() as plain:
            connection = plain.execution_options(begin="DEFERRED")
            with connection.begin():
                yield connection

    def must_be_writable(self) -> None:
        """Raises StoreError `store-full` or `store-read-only` where a store opened for reading alone still cannot be written."""
        with self._becoming_whole:
            if self._whole is not None:
                only_reads, self._engine = self._engine, self._whole()
                self._whole = None
                only_reads.dispose()

    def open_source(self, key: bytes) -> dbapi2.Connection:
        """A bare connection to copy the file from, on a disk that is full or read-only too. Raises StoreError, dbapi2.Error."""
        if self._whole is None:
            return open_keyed(self.path, key)
        return _open_still(self.path, key)

    def close(self) -> None:
        """Closes every connection; the last one folds the WAL into the file. From now on nothing is read or written (`store-closed`).

        A thread that outlived the window must not open the file anew: it may be copied, moved or gone by then.
        """
        self._is_closed = True
        self.let_go()

    def let_go(self) -> None:
        """Closes every connection, and so the file; the next transaction opens it again."""
        self._engine.dispose()

    def _must_be_open(self) -> None:
        if self._is_closed:
            raise StoreError("store-closed")


def open_keyed(path: Path, key: bytes, mode: str = "mode=rw") -> dbapi2.Connection:
    """A bare connection with the key and the durability settings every connection has."""
    connection = dbapi2.connect(
        f"file:{path.as_posix()}?{mode}", uri=True, isolation_level=None, check_same_thread=False
    )
    try:
        _set_up(connection, key)
    except BaseException:
        connection.close()
        raise
    return connection


def _set_up(connection: dbapi2.Connection, key: bytes) -> None:
    connection.execute("PRAGMA cipher_log_level = NONE")
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    connection.execute("PRAGMA temp_store = MEMORY")  # no plain-text spill files
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")


def _engine(path: Path, key: bytes) -> Engine:
    return _watched(
        sa.create_engine(
            "sqlite://",
            module=dbapi2,
            creator=lambda: open_keyed(path, key),
            poolclass=QueuePool,
            pool_size=3,
            hide_parameters=True,  # bound values are names and numbers: never in an error text
        )
    )


def _reading_engine(path: Path, key: bytes) -> Engine:
    """Reads the file without the files SQLite wants beside it. Only while there is no WAL: what stands in one would be passed over."""

    connect = partial(_open_still, path, key)
    return _watched(
        sa.create_engine("sqlite://", module=dbapi2, creator=connect, poolclass=NullPool, hide_parameters=True)
    )


def _open_still(path: Path, key: bytes) -> dbapi2.Connection:
    if _has_wal(path):
        raise StoreError("store-not-openable")
    return open_keyed(path, key, "mode=ro&immutable=1")


def _has_wal(path: Path) -> bool:
    wal = Path(f"{path}-wal")
    return wal.exists() and wal.stat().st_size > 0


def _watched(engine: Engine) -> Engine:
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

    On a disk that is full or read-only it can still be read, where everything saved is in the file itself; work resumes by the first
    write that succeeds.
    Raises StoreError: `store-missing`, `store-wrong-key` (or not a store at all), `store-damaged`, `store-locked`,
    `store-too-new`, `store-full`, `store-read-only`, `store-not-openable`. The file is never recreated.
    """
    if not path.is_file():
        raise StoreError("store-missing")
    if path.stat().st_size == 0:
        raise StoreError("store-damaged")
    try:
        return Store(_up_to_date(_engine(path, key), path), path)
    except StoreError as trouble:
        if trouble.code not in ("store-full", "store-read-only") or _has_wal(path):
            raise
        return _opened_for_reading(path, key, trouble)


def _opened_for_reading(path: Path, key: bytes, trouble: StoreError) -> Store:
    engine = _reading_engine(path, key)
    with known_trouble(path):
        version = _version(engine)
    if version != NEWEST_REVISION:  # it would have to be migrated
        raise trouble
    return Store(engine, path, whole=lambda: _up_to_date(_engine(path, key), path))


def _up_to_date(engine: Engine, path: Path) -> Engine:
    try:
        with known_trouble(path):
            _bring_up_to_date(engine, path)
    except BaseException:
        engine.dispose()
        raise
    return engine


def _version(engine: Engine) -> str:
    """The schema's revision; empty where the file tells none."""
    with engine.connect() as connection:
        if "alembic_version" not in sa.inspect(connection).get_table_names():
            return ""
        return str(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() or "")


def _bring_up_to_date(engine: Engine, path: Path) -> None:
    version = _version(engine)
    if version == NEWEST_REVISION:
        return
    if not version.isdigit():
        raise StoreError("store-damaged")
    if int(version) > int(NEWEST_REVISION):
        raise StoreError("store-too-new", found=version, known=NEWEST_REVISION)
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
