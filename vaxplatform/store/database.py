"""The door to the database: short reads that never wait, and one writer at a time.

One writer keeps `at_us` strictly increasing in the order of commits, so a reader that has seen a time has seen everything
before it: no write can appear behind a page that was already read. SQLite gives that with BEGIN IMMEDIATE, PostgreSQL with
an advisory lock that ends with the transaction; both also hold between processes.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, func, make_url, select, text
from sqlalchemy.exc import InternalError, OperationalError

from vaxplatform.store.refusals import Refused
from vaxplatform.store.tables import SCHEMA_VERSION, metadata, schema, versions

BUSY_TIMEOUT_MS = 20_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WRITER_LOCK_KEY = 0x7661_7870  # "vaxp"
_BEGIN = "vaxplatform_begin"
_POOL: dict[str, Any] = {"pool_size": 8, "max_overflow": 40, "hide_parameters": True}  # parameters are people
_PRAGMAS = (
    f"busy_timeout = {BUSY_TIMEOUT_MS}",
    "journal_mode = WAL",
    "synchronous = FULL",  # an answered write survives the power cut
    "foreign_keys = ON",
    "cache_size = -32768",
)


class StoreTooNew(Exception):
    """The store was written by a newer program; it is left alone."""


class Database:
    """An engine with its writer lock."""

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._lock = threading.Lock()  # SQLite's own waiting is not fair; this one nearly is
        self._prepare()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection for one or a few short SELECTs."""
        with _converted(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """The one write transaction: committed at the end of the block, rolled back by any exception.

        Raises Refused `busy` when the lock does not come in time, or the store cannot be written.
        """
        if not self._lock.acquire(timeout=BUSY_TIMEOUT_MS / 1000):
            raise Refused("busy")
        try:
            with _converted(), self.engine.connect() as connection:
                connection = connection.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"})
                with connection.begin():
                    if not self.is_sqlite:
                        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _WRITER_LOCK_KEY})
                    yield connection
        finally:
            self._lock.release()

    def close(self) -> None:
        """Closes all connections."""
        self.engine.dispose()

    def _prepare(self) -> None:
        with self.writing() as connection:
            metadata.create_all(connection)
            found = connection.scalar(select(func.max(schema.c.version)))
            if found is None:
                connection.execute(schema.insert(), {"version": SCHEMA_VERSION})
            elif found > SCHEMA_VERSION:
                raise StoreTooNew(f"schema {found}")


def now_us() -> int:
    """Microseconds since 1970, by the wall clock."""
    return (datetime.now(UTC) - EPOCH) // timedelta(microseconds=1)


def instant(at_us: int) -> str:
    """A FHIR instant, to the microsecond."""
    return (EPOCH + timedelta(microseconds=at_us)).isoformat(timespec="microseconds").replace("+00:00", "Z")


def next_us(connection: Connection) -> int:
    """The first free time, inside the write transaction; a wall clock that went back does not bring it back."""
    last: int = connection.scalar(select(func.max(versions.c.at_us))) or 0
    return max(now_us(), last + 1)


@contextmanager
def _converted() -> Iterator[None]:
    """A locked, full or unreachable database is told as `busy`; whoever asked tries again."""
    try:
        yield
    except (
        OperationalError,
        InternalError,
    ) as error:  # the second: read-only after a fail-over, or sent away while idle
        raise Refused("busy") from error


def _engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        return _postgresql(parsed.set(drivername="postgresql+psycopg"))
    engine = create_engine(url, connect_args={"check_same_thread": False}, **_POOL)
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine


def _postgresql(url: URL) -> Engine:
    """What an administrator may have set otherwise is said by ourselves.

    READ COMMITTED: whoever waited for the writer's lock must then see what the writer before did. UTF-8 also where the
    database has no encoding. Neither a lock nor a process that hangs while it holds one is waited for without end.
    """
    engine = create_engine(
        url,
        pool_pre_ping=True,
        isolation_level="READ COMMITTED",
        connect_args={"client_encoding": "UTF8"},
        **_POOL,
    )
    event.listen(engine, "connect", _on_connect_postgresql)
    return engine


def _on_connect_postgresql(connection: Any, _record: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = {BUSY_TIMEOUT_MS}")
        cursor.execute(f"SET idle_in_transaction_session_timeout = {BUSY_TIMEOUT_MS * 3}")
    connection.commit()


def _on_connect(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions are begun by _on_begin, not by the driver's guess
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _on_begin(connection: Connection) -> None:
    connection.exec_driver_sql(str(connection.get_execution_options().get(_BEGIN, "BEGIN")))
