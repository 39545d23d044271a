"""Tables in files: XLSX, CSV and TSV, read row by row; whatever is none of them is refused with what to do about it.

Nothing is trusted: size, packing, rows and columns have limits; a file is never changed. Hidden sheets are passed over and named.
"""

from __future__ import annotations

import csv
import re
import unicodedata
import warnings
import zipfile
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
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
SHEETS_MAX = 50
FORMULAS_LOOKED_AT_BYTES = 200_000
_NOT_CALCULATED = re.compile(rb'<c r="[A-Z]+([0-9]+)"[^>]*><f[^>]*>[^<]*(?:</f>)?(?:<v ?/>|<v></v>|</c>)')
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
    heads: tuple[tuple[tuple[str, ...], ...], ...] = field(
        default=(), repr=False
    )  # of each sheet the first rows as text, blank ones too
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
    text = Survey(path, "csv", encoding=encoding, delimiter=_delimiter(path, encoding))
    with opened(text) as table:
        return replace(text, heads=(_head_rows(table.rows()),))


@contextmanager
def opened(found: Survey, sheet: str = "") -> Iterator[Table]:
    """The table of a surveyed file. Raises InputRefused `import-which-sheet` where there are several and none is named."""
    if found.form == "csv":
        with _text(found) as lines:
            yield Table(False, _csv_rows(lines, found.delimiter))
        return
    name = _one_sheet(found, sheet)
    with _known_trouble():
        workbook = _workbook(found.path)
    try:
        with closing(_sheet_rows(workbook[name])) as rows:
            yield Table(_is_1904(workbook), rows)
    finally:
        workbook.close()


def head_rows(found: Survey, sheet: str = "") -> tuple[tuple[str, ...], ...]:
    """The first rows as text, blank ones too: where the headings are looked for. Raises InputRefused `import-which-sheet`, `import-empty`."""
    head = found.heads[found.sheets.index(_one_sheet(found, sheet))]
    if not head:
        raise _refused("import-empty")
    return head


def _head_of(sheet: Any) -> tuple[tuple[str, ...], ...]:
    with closing(_sheet_rows(sheet)) as rows:
        return _head_rows(Table(False, rows).rows())


def _head_rows(rows: Iterator[TableRow]) -> tuple[tuple[str, ...], ...]:
    told = {line: tuple(text_of(cell)[:200] for cell in cells) for line, cells in islice(rows, HEADING_ROWS_MAX)}
    return tuple(told.get(line, ()) for line in range(1, min(max(told, default=0), 3 * HEADING_ROWS_MAX) + 1))


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
        _must_be_calculated(path)
        workbook = _workbook(path)
        try:
            sheets = [s for s in workbook.worksheets if hasattr(s, "iter_rows")][:SHEETS_MAX]
            seen = {s.title: _head_of(s) for s in sheets if s.sheet_state == "visible"}
            shown = {name: head for name, head in seen.items() if head}
            if not shown:
                raise _refused("import-empty")
            hidden = tuple(s.title for s in sheets if s.sheet_state != "visible")
            return Survey(path, "xlsx", tuple(shown), hidden, tuple(shown.values()))
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


def _workbook(path: Path) -> Workbook:
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # extensions that openpyxl passes over, dates out of range: their cells are judged here
        return load_workbook(path, read_only=True, data_only=True, keep_links=False)


def _is_1904(workbook: Workbook) -> bool:
    return workbook.epoch.year == 1904


def _sheet_rows(sheet: Any) -> Generator[TableRow, None, None]:
    sheet.reset_dimensions()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with closing(sheet.iter_rows(values_only=True)) as rows:  # it holds the file open
            for line, cells in enumerate(rows, 1):
                yield line, cells[:COLUMNS_MAX]


def _must_be_calculated(path: Path) -> None:
    """A formula that no spreadsheet has worked out yet has no value to read: looked for in the first rows of every sheet."""
    with zipfile.ZipFile(path) as package:
        for part in package.infolist():
            if part.filename.startswith("xl/worksheets/sheet"):
                with package.open(part) as sheet:
                    found = _NOT_CALCULATED.search(sheet.read(FORMULAS_LOOKED_AT_BYTES))
                if found:
                    raise _refused("import-formulas", line=found[1].decode())


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
