"""A private PostgreSQL: a cluster of its own in a temporary folder, on a free loopback port, gone when the tests are.

Whatever cluster the machine has of its own is left alone.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import psycopg

ELSEWHERE = "/usr/lib/postgresql/*/bin"  # Debian keeps these off the PATH
UNPRIVILEGED = ("postgres", "nobody")
START_LIMIT_S = 60
STOP_LIMIT_S = 20
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=32MB", "max_connections=120")
ABSENT = "no initdb and postgres on this machine (Debian's package postgresql)"


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running server."""

    port: int

    def url(self, database: str = "postgres") -> str:
        """The SQLAlchemy address of a database."""
        return f"postgresql+psycopg://tests@127.0.0.1:{self.port}/{database}"

    def new_database(self, encoding: str = "UTF8") -> str:
        """Makes an empty database; its SQLAlchemy address."""
        name = f"t{uuid.uuid4().hex}"
        with psycopg.connect(
            host="127.0.0.1", port=self.port, user="tests", dbname="postgres", autocommit=True
        ) as door:
            door.execute(f"CREATE DATABASE {name} ENCODING '{encoding}' TEMPLATE template0".encode())
        return self.url(name)


@cache
def program(name: str) -> str | None:
    """Where initdb or postgres is: the newest, or None."""
    root, pattern = ELSEWHERE.split("*")
    beside = sorted(Path(root).glob(f"*{pattern}/{name}"), key=lambda file: float(file.parts[-3]))
    return str(beside[-1]) if beside else shutil.which(name)


def is_there() -> bool:
    """Whether this machine has PostgreSQL."""
    return bool(program("initdb") and program("postgres"))


@contextmanager
def cluster() -> Iterator[Cluster]:
    """Starts a server and stops it by its id. Its files are on disk only to be thrown away: no fsync."""
    user = _user()
    with tempfile.TemporaryDirectory(prefix="vaxdesk-postgres-", ignore_cleanup_errors=True) as folder:
        if user is not None:
            os.chown(folder, user.pw_uid, user.pw_gid)
        home = Path(folder) / "cluster"
        make = [
            str(program("initdb")),
            "-D",
            str(home),
            "-U",
            "tests",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-locale",
            "-N",
        ]
        subprocess.run(make, check=True, capture_output=True, cwd=folder, **_as(user))
        port = _free_port()
        with _started(home, port, user):
            yield Cluster(port)


@contextmanager
def _started(home: Path, port: int, user: pwd.struct_passwd | None) -> Iterator[None]:
    options = [f"port={port}", "listen_addresses=127.0.0.1", "unix_socket_directories=", *QUICK]
    command = [str(program("postgres")), "-D", str(home), *(word for option in options for word in ("-c", option))]
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=home, **_as(user))
    try:
        _wait(port, process, home / "log")
        yield
    finally:
        process.send_signal(signal.SIGINT)  # fast shutdown: whoever is still connected is sent away
        try:
            process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(STOP_LIMIT_S)


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    pause = threading.Event()
    for _ in range(START_LIMIT_S * 20):
        assert process.poll() is None, log.read_text(errors="replace")[-2000:]
        try:
            psycopg.connect(host="127.0.0.1", port=port, user="tests", dbname="postgres", connect_timeout=5).close()
        except psycopg.OperationalError:
            pause.wait(0.05)
        else:
            return
    raise AssertionError("PostgreSQL did not start")


def _user() -> pwd.struct_passwd | None:
    """Somebody without rights when we are root: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return next(known[name] for name in UNPRIVILEGED if name in known)


def _as(user: pwd.struct_passwd | None) -> dict[str, Any]:
    """Further arguments of subprocess."""
    return {} if user is None else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
