"""A stand-in for the national population database: one SQLite file, asked by number or by name, birth date and sex."""

from __future__ import annotations

import csv
import sqlite3
import threading
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

COLUMNS = ("number", "name", "birth_date", "sex")
SEXES = ("male", "female")


@dataclass(frozen=True, slots=True, repr=False)
class Citizen:
    """One person of the population."""

    number: str
    name: str
    birth_date: str
    sex: str


class BadPopulationFile(ValueError):
    """A line that is no citizen; the text names the line, never its content."""


class Population:
    """Safe to use from several threads."""

    def __init__(self, path: Path | str) -> None:
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(str(path), check_same_thread=False, timeout=10)
        with self._connection as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(
                "CREATE TABLE IF NOT EXISTS citizen (number TEXT PRIMARY KEY CHECK (length(number) = 12),"
                " name TEXT NOT NULL, name_key TEXT NOT NULL, birth_date TEXT NOT NULL, sex TEXT NOT NULL)"
            )
            connection.execute("CREATE INDEX IF NOT EXISTS citizen_facts ON citizen (name_key, birth_date, sex)")

    def add(self, citizens: Iterable[Citizen]) -> int:
        """Adds or replaces citizens in one transaction; returns how many."""
        rows = [(c.number, c.name, name_key(c.name), c.birth_date, c.sex) for c in citizens]
        with self._lock, self._connection as connection:
            connection.executemany("INSERT OR REPLACE INTO citizen VALUES (?, ?, ?, ?, ?)", rows)
        return len(rows)

    def find(self, number: str) -> Citizen | None:
        """The citizen with this number."""
        return next(iter(self._ask("number = ?", number)), None)

    def find_by_facts(self, name: str, birth_date: str, sex: str) -> tuple[Citizen, ...]:
        """Citizens with this name (case and spacing apart, marks kept), birth date and sex; at most ten."""
        return self._ask("name_key = ? AND birth_date = ? AND sex = ?", name_key(name), birth_date, sex)

    def close(self) -> None:
        """Closes the file."""
        self._connection.close()

    def _ask(self, condition: str, *values: str) -> tuple[Citizen, ...]:
        query = f"SELECT number, name, birth_date, sex FROM citizen WHERE {condition} LIMIT 10"  # noqa: S608  fixed texts
        with self._lock:
            return tuple(Citizen(*row) for row in self._connection.execute(query, values))


def add_csv(population: Population, file: Path) -> int:
    """Loads `number,name,birth_date,sex` lines (a header may stand first), all or none. Raises BadPopulationFile, OSError."""
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = [row for row in csv.reader(opened) if row]
    if rows and tuple(rows[0]) == COLUMNS:
        rows = rows[1:]
    return population.add([_citizen(number, row) for number, row in enumerate(rows, start=1)])


def name_key(name: str) -> str:
    """A name for comparison: NFC, case and spacing folded, diacritics kept."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def _citizen(line: int, row: list[str]) -> Citizen:
    try:
        number, name, birth_date, sex = (field.strip() for field in row)
        date.fromisoformat(birth_date)
    except ValueError as error:
        raise BadPopulationFile(f"line {line}") from error
    if not (len(number) == 12 and number.isascii() and number.isdecimal() and name and sex in SEXES):
        raise BadPopulationFile(f"line {line}")
    return Citizen(number, unicodedata.normalize("NFC", name), birth_date, sex)
