"""Save one dose, durable and encrypted (p95), beside a bare sqlcipher3 insert + commit with synchronous=FULL."""

from __future__ import annotations

import itertools
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from measure import in_turns, p95, report
from sqlcipher3 import dbapi2
from support.builders import a_crowd, a_desk

ROUNDS = 400


def bare_insert(folder: Path) -> Callable[[], object]:
    """One row of about the same size into one table, committed."""
    connection = dbapi2.connect(str(folder / "bare.db"), isolation_level=None)
    connection.execute(f"PRAGMA key = \"x'{os.urandom(32).hex()}'\"")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE dose (id TEXT PRIMARY KEY, facts TEXT)")
    numbers = itertools.count()

    def insert() -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO dose VALUES (?, ?)", (str(next(numbers)), "x" * 600))
        connection.execute("COMMIT")

    return insert


def main() -> None:
    """Prints the ratio."""
    with tempfile.TemporaryDirectory() as name:
        desk = a_desk(Path(name))
        drafts = iter(a_crowd(ROUNDS + 20))
        for _ in range(20):
            desk.work.desk.record(next(drafts), desk.manager)
        ours, floor = in_turns(
            lambda: desk.work.desk.record(next(drafts), desk.manager), bare_insert(Path(name)), ROUNDS
        )
        desk.store.close()
    report("save one dose, p95", p95(ours), p95(floor), 3.0, rounds=ROUNDS)


if __name__ == "__main__":
    main()
