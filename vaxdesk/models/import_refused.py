"""Rows that were not taken in, given back as a spreadsheet with the reason in a last column, to be mended and taken in again.

Plain, though it holds names: it goes back to whoever sent the list, plain as it came, and they have no key of ours and mend it in Excel. It tells
them nothing they did not send. Every place that offers it says so (`import-given-back`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from vaxdesk.errors import InputRefused, Problem
from vaxdesk.models.import_columns import ColumnMap
from vaxdesk.models.import_judging import MarkedRow
from vaxdesk.models.import_values import text_of

REASON_HEADING, ROW_HEADING = "Lý do bị từ chối", "Dòng trong tệp gốc"
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
CELL_CHARS_MAX = 32_000  # a cell holds 32,767
WIDTH_CHARS = 18


def write_refused(
    refused: Sequence[MarkedRow], columns: ColumnMap, target: Path, say: Callable[[Problem], str]
) -> None:
    """Writes the rows as they came, every cell as text: a number keeps its zeros, and what begins like a formula never becomes one.

    Raises InputRefused `file-not-writable`; a file that was there stays as it was then.
    """
    from xlsxwriter import Workbook  # type: ignore[import-untyped]
    from xlsxwriter.exceptions import FileCreateError  # type: ignore[import-untyped]

    unfinished = target.with_name(f".{target.name}.unfinished")
    try:
        with Workbook(unfinished, {"constant_memory": True, "in_memory": False}) as book:
            _fill(book, refused, columns, say)
        os.replace(unfinished, target)
    except (OSError, FileCreateError) as error:
        unfinished.unlink(missing_ok=True)
        raise InputRefused(Problem("file-not-writable", "refused", params={"file": target.name})) from error


def _fill(book: Any, refused: Sequence[MarkedRow], columns: ColumnMap, say: Callable[[Problem], str]) -> None:
    sheet: Any = book.add_worksheet("Bị từ chối")
    bold = book.add_format({"bold": True})
    wrapped = book.add_format({"text_wrap": True})
    as_text = book.add_format({"num_format": "@", "quote_prefix": True})
    plain = book.add_format({"num_format": "@"})
    width = len(columns.headings)
    sheet.set_column(0, width - 1, WIDTH_CHARS)
    sheet.set_column(width, width, WIDTH_CHARS)
    sheet.set_column(width + 1, width + 1, 4 * WIDTH_CHARS)
    sheet.freeze_panes(1, 0)
    for place, heading in enumerate((*columns.headings, ROW_HEADING, REASON_HEADING)):
        sheet.write_string(0, place, heading, bold)
    for line, marked in enumerate(refused, 1):
        for place, cell in enumerate(marked.row.cells[:width]):
            text = text_of(cell)[:CELL_CHARS_MAX]
            if text:
                sheet.write_string(line, place, text, as_text if text.startswith(FORMULA_SIGNS) else plain)
        sheet.write_string(line, width, str(marked.row.line), plain)
        sheet.write_string(line, width + 1, " ".join(map(say, marked.problems))[:CELL_CHARS_MAX], wrapped)
