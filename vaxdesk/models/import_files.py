"""Tables in files: XLSX, CSV and TSV, read row by row; whatever is none of them is refused with what to do about it.

Nothing is trusted: size, packing, rows and columns have limits; a file is never changed. Hidden sheets are passed over and named.
"""

from __future__ import annotations

import csv
import unicodedata
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from vaxdesk.errors import InputRefused, Problem
from vaxdesk.models.import_columns import COLUMNS_MAX, HEADING_ROWS_MAX
from vaxdesk.models.import_values import Value, text_of

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

FILE_BYTES_MAX = 64_000_000
UNPACKED_BYTES_MAX = 800_000_000
PACKING_MAX = 300  # a sheet of real rows packs about 1:15
PACKING_LOOKED_AT_BYTES = 20_000_000
ROWS_MAX = 200_000
BLANK_ROWS_MAX = 5_000  # in one run: formatted rows without anything in them
FORMULAS_LOOKED_AT_ROWS = 200
_OLE, _ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_UTF16_SAMPLE_BYTES = 2000
_CELL_CHARS_MAX = 4000

TableRow = tuple[int, tuple[Value, ...]]  # row number from 1, as the person sees it in Excel; cells


@dataclass(frozen=True, slots=True)
class Survey:
    """What a file is, before a row is taken from it."""

    path: Path
    form: str  # xlsx or csv
    sheets: tuple[str, ...] = ("",)
    hidden: tuple[str, ...] = ()
    encoding: str = ""
    delimiter: str = ""


@dataclass(slots=True)
class Table:
    """One open table; `rows()` can be gone through once."""

    is_1904: bool
    _rows: Iterator[TableRow] = field(repr=False)

    def rows(self) -> Iterator[TableRow]:
        """Rows with something in them, in order. Raises InputRefused `import-too-many-rows`, `import-damaged`."""
        found = blank = 0
        with _known_trouble():  # what goes wrong with whoever asks for rows does not come by here
            for line, cells in self._rows:
                if not any(cell is not None and cell != "" for cell in cells):
                    blank += 1
                    if blank > BLANK_ROWS_MAX:
                        return
                    continue
                found, blank = found + 1, 0
                if found > ROWS_MAX + HEADING_ROWS_MAX:
                    raise _refused("import-too-many-rows", count=str(ROWS_MAX))
                yield line, cells


def survey(path: Path) -> Survey:
    """Looks at a file. Raises InputRefused: `file-unreadable`, `import-too-big`, `import-empty`, `import-old-excel`, `import-protected`,
    `import-not-a-table`, `import-zip-bomb`, `import-damaged`, `import-encoding`."""
    head = _head(path)
    if head.startswith(_OLE):
        raise _refused("import-protected" if _holds(path, _ENCRYPTED) else "import-old-excel")
    if head.startswith(_ZIP):
        return _survey_workbook(path)
    if head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith((b"<", b"%PDF", b"{\\rtf")):
        raise _refused("import-not-a-table")
    encoding = _encoding(path)
    return Survey(path, "csv", encoding=encoding, delimiter=_delimiter(path, encoding))


@contextmanager
def opened(found: Survey, sheet: str = "") -> Iterator[Table]:
    """The table of a surveyed file. Raises InputRefused `import-which-sheet` where there are several and none is named."""
    if found.form == "csv":
        with _text(found) as lines:
            yield Table(False, _csv_rows(lines, found.delimiter))
        return
    name = _one_sheet(found, sheet)
    with _known_trouble():
        _must_be_calculated(found.path, name)
        workbook = _workbook(found.path)
    try:
        yield Table(_is_1904(workbook), _sheet_rows(workbook[name]))
    finally:
        workbook.close()


def head_rows(found: Survey, sheet: str = "") -> tuple[tuple[str, ...], ...]:
    """The first rows as text, blank ones too: where the headings are looked for."""
    rows: dict[int, tuple[str, ...]] = {}
    with opened(found, sheet) as table:
        for line, cells in islice(table.rows(), HEADING_ROWS_MAX):
            rows[line] = tuple(text_of(cell)[:200] for cell in cells)
    if not rows:
        raise _refused("import-empty")
    return tuple(rows.get(line, ()) for line in range(1, min(max(rows), 3 * HEADING_ROWS_MAX) + 1))


def _one_sheet(found: Survey, sheet: str) -> str:
    if not sheet and len(found.sheets) == 1:
        return found.sheets[0]
    if sheet not in found.sheets:
        raise _refused("import-which-sheet", names=", ".join(f"“{name}”" for name in found.sheets))
    return sheet


# --- workbooks


def _survey_workbook(path: Path) -> Survey:
    with _known_trouble():
        _must_not_burst(path)
        workbook = _workbook(path)
        try:
            sheets = workbook.worksheets
            shown = [s for s in sheets if s.sheet_state == "visible" and _has_rows(s)]
            if not shown:
                raise _refused("import-empty")
            hidden = tuple(s.title for s in sheets if s.sheet_state != "visible")
            return Survey(path, "xlsx", tuple(s.title for s in shown), hidden)
        finally:
            workbook.close()


def _must_not_burst(path: Path) -> None:
    """A small file that unpacks to gigabytes, or a package that is no workbook."""
    with zipfile.ZipFile(path) as package:
        parts = package.infolist()
        names = {part.filename for part in parts}
        whole = sum(part.file_size for part in parts)
        dense = any(
            part.file_size > PACKING_LOOKED_AT_BYTES and part.file_size > PACKING_MAX * max(1, part.compress_size)
            for part in parts
        )
        if whole > UNPACKED_BYTES_MAX or dense:
            raise _refused("import-zip-bomb")
        if "[Content_Types].xml" not in names or not any(name.startswith("xl/workbook") for name in names):
            raise _refused("import-not-a-table")
        if "xl/workbook.bin" in names:
            raise _refused("import-old-excel")


def _workbook(path: Path, formulas: bool = False) -> Workbook:
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # extensions that openpyxl passes over, dates out of range: their cells are judged here
        return load_workbook(path, read_only=True, data_only=not formulas, keep_links=False)


def _is_1904(workbook: Workbook) -> bool:
    return workbook.epoch.year == 1904


def _has_rows(sheet: Any) -> bool:
    sheet.reset_dimensions()  # what the file says of its own size is often wrong
    return next(sheet.iter_rows(max_row=BLANK_ROWS_MAX), None) is not None


def _sheet_rows(sheet: Any) -> Iterator[TableRow]:
    sheet.reset_dimensions()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for line, cells in enumerate(sheet.iter_rows(values_only=True), 1):
            yield line, cells[:COLUMNS_MAX]


def _must_be_calculated(path: Path, name: str) -> None:
    """A formula that no spreadsheet has worked out yet has no value to read."""
    workbook, bare = _workbook(path), _workbook(path, formulas=True)
    try:
        rows = [list(islice(_sheet_rows(book[name]), FORMULAS_LOOKED_AT_ROWS)) for book in (workbook, bare)]
        for (_, values), (line, formulas) in zip(*rows, strict=False):
            for value, formula in zip(values, formulas, strict=False):
                if value is None and isinstance(formula, str) and formula.startswith("="):
                    raise _refused("import-formulas", line=str(line))
    finally:
        workbook.close()
        bare.close()


# --- text


def _encoding(path: Path) -> str:
    """By its mark; else UTF-16 by its zero bytes, UTF-8 where all of it is, and the Vietnamese Windows page."""
    sample = _head(path, _UTF16_SAMPLE_BYTES)
    if sample.startswith(b"\xef\xbb\xbf"):
        candidates: Sequence[str] = ("utf-8-sig",)
    elif sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        candidates = ("utf-16",)
    elif b"\x00" in sample:
        odd = sample[1::2].count(0) >= sample[0::2].count(0)
        candidates = ("utf-16-le" if odd else "utf-16-be",)
    else:
        candidates = ("utf-8", "cp1258")
    for encoding in candidates:
        if _decodes(path, encoding):
            return encoding
    raise _refused("import-encoding")


def _decodes(path: Path, encoding: str) -> bool:
    try:
        with path.open(encoding=encoding, newline="") as text:
            for part in iter(lambda: text.read(1 << 20), ""):
                if "\x00" in part:
                    return False
    except UnicodeError:
        return False
    return True


def _delimiter(path: Path, encoding: str) -> str:
    """What stands in the most of the first lines, outside of quotes."""
    with path.open(encoding=encoding, newline="") as text:
        lines = [_outside_quotes(line[:_CELL_CHARS_MAX]) for line in islice(text, HEADING_ROWS_MAX)]
    score = {mark: (sum(mark in line for line in lines), sum(line.count(mark) for line in lines)) for mark in "\t;,"}
    return max(score, key=lambda mark: score[mark])


def _outside_quotes(line: str) -> str:
    return "".join(line.split('"')[::2])


def _text(found: Survey) -> TextIO:
    with _known_trouble():
        return found.path.open(encoding=found.encoding, newline="")


def _csv_rows(lines: TextIO, delimiter: str) -> Iterator[TableRow]:
    reader = csv.reader(lines, delimiter=delimiter)
    for number, cells in enumerate(reader, 1):
        if number == 1 and len(cells) == 1 and cells[0].lower().startswith("sep="):
            continue  # a line for Excel alone
        yield number, tuple(unicodedata.normalize("NFC", cell) for cell in cells[:COLUMNS_MAX])


# --- both


def _head(path: Path, count: int = 64) -> bytes:
    """The first bytes of a file that may be read."""
    try:
        size = path.stat().st_size
        with path.open("rb") as opened_file:
            head = opened_file.read(count)
    except OSError as error:
        raise _refused("file-unreadable", file=path.name) from error
    if not size:
        raise _refused("import-empty")
    if size > FILE_BYTES_MAX:
        raise _refused("import-too-big", megabytes=str(FILE_BYTES_MAX // 1_000_000))
    return head


def _holds(path: Path, wanted: bytes) -> bool:
    return wanted in path.read_bytes()  # at most FILE_BYTES_MAX: asked before


class _known_trouble:  # noqa: N801  reads as a phrase: `with _known_trouble():`
    """A file that is cut off or damaged shows it anywhere while it is read."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        from xml.etree.ElementTree import ParseError
        from zlib import error as ZlibError  # noqa: N812

        damaged = (zipfile.BadZipFile, ParseError, ZlibError, LookupError, EOFError, csv.Error, ValueError, TypeError)
        if isinstance(error, OSError):
            raise _refused("file-unreadable", file="") from error
        if isinstance(error, (*damaged, NotImplementedError, RuntimeError)):
            raise _refused("import-damaged") from error


def _refused(code: str, **params: str) -> InputRefused:
    return InputRefused(Problem(code, "file", params=params))
