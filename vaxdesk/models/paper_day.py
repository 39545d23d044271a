"""A day that was kept on paper, typed row by row and checked against the paper's own totals before anything is stored. Pure.

The clerk types how many doses the paper counts, in all and of each lot; where that does not equal what was typed, nothing is saved: a
person was left out, or typed twice.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from vaxdesk.errors import InputRefused, Problem
from vaxdesk.models.import_columns import ColumnMap, ImportKind
from vaxdesk.models.import_rows import ReadRow, RowReader

COLUMNS: Final = (
    "citizen-id",
    "name",
    "birth-date",
    "sex",
    "vaccine-1",
    "lot-1",
    "expiry-1",
    "time-1",
    "dose-number-1",
)
DAY: Final = "day-1"
ROWS_MAX = 500
CELL_CHARS_MAX = 200
Cells = tuple[str, ...]  # of one row, in the order of COLUMNS


@dataclass(frozen=True, slots=True, repr=False)
class PaperDay:
    """What was typed: the day, the rows, and the paper's totals (`lots`: "FL4574 12, 30820BD 6")."""

    day: str = ""
    rows: tuple[Cells, ...] = ()
    total: str = ""
    lots: str = ""

    def text(self) -> str:
        """To be kept against loss."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @property
    def typed(self) -> tuple[Cells, ...]:
        """The rows with something in them."""
        return tuple(row for row in self.rows[:ROWS_MAX] if any(cell.strip() for cell in row))


@dataclass(frozen=True, slots=True)
class Totals:
    """Doses in all and of each lot."""

    count: int = 0
    lots: dict[str, int] = field(default_factory=dict)


def from_text(text: str) -> PaperDay:
    """A kept draft; an empty day for anything that is none."""
    try:
        plain: Any = json.loads(text)
        rows = tuple(_cells(row) for row in plain["rows"][:ROWS_MAX])
        return PaperDay(str(plain["day"]), rows, str(plain["total"]), str(plain["lots"]))
    except (ValueError, KeyError, TypeError):
        return PaperDay()


def _cells(row: Any) -> Cells:
    texts = [str(cell)[:CELL_CHARS_MAX] for cell in row][: len(COLUMNS)]
    return (*texts, *[""] * (len(COLUMNS) - len(texts)))


def read(day: PaperDay) -> tuple[ReadRow, ...]:
    """The typed rows as the import reads them; `line` is the row's place from 1."""
    meanings = (*COLUMNS, DAY)
    reader = RowReader(ColumnMap(meanings, meanings), ImportKind.DOSES)
    lines = ((line, row) for line, row in enumerate(day.rows, 1) if any(cell.strip() for cell in row))
    return tuple(reader.read(line, (*row, day.day)) for line, row in lines)


def counted(day: PaperDay) -> Totals:
    """What was typed, counted."""
    lot = COLUMNS.index("lot-1")
    lots = Counter(row[lot].strip().upper() for row in day.typed)
    return Totals(len(day.typed), dict(lots))


def told(day: PaperDay) -> Totals:
    """The paper's totals as the clerk typed them. Raises InputRefused `paper-totals-missing`."""
    try:
        lots = Counter[str]()
        for part in day.lots.replace(";", ",").split(","):
            if part.strip():
                lot, count = part.replace("=", " ").replace(":", " ").rsplit(maxsplit=1)
                lots[lot.strip().upper()] += int(count)
        return Totals(int(day.total), dict(lots))
    except ValueError as error:
        raise InputRefused(Problem("paper-totals-missing", "total")) from error


def check_totals(day: PaperDay) -> None:
    """Raises InputRefused `paper-totals-missing`, or `paper-totals-differ` with both sides."""
    paper, typed = told(day), counted(day)
    if paper.count != typed.count:
        counts = {"paper": str(paper.count), "typed": str(typed.count)}
        raise InputRefused(Problem("paper-totals-differ", "total", params=counts))
    for lot in sorted(paper.lots.keys() | typed.lots.keys()):
        if paper.lots.get(lot, 0) != typed.lots.get(lot, 0):
            counts = {"paper": str(paper.lots.get(lot, 0)), "typed": str(typed.lots.get(lot, 0)), "lot": lot or "–"}
            raise InputRefused(Problem("paper-lot-differs", "lots", params=counts))


def twice(rows: Sequence[ReadRow]) -> tuple[int, ...]:
    """The lines whose citizen number stands on an earlier line of the same day: one person has one dose a day."""
    seen: set[str] = set()
    found = []
    for row in rows:
        number = row.person.citizen_id
        if number and number in seen:
            found.append(row.line)
        seen.add(number)
    return tuple(found)
