"""Which column of a list means what: synonyms of headings, proposed and changed by a person. Pure.

No layout is published for the lists in use (domain.md 1.10), so nothing rests on places: a heading is compared without diacritics, capitals,
line breaks and signs, in Vietnamese or English; two rows of headings (a merged "Mũi 1" over "Vắc xin", "Số lô") are read as one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from vaxdesk.errors import InputRefused, Problem
from vaxdesk.models.text_repair import fold

HEADING_ROWS_MAX = 30  # a heading further down is none
COLUMNS_MAX = 120
_SIGNS = re.compile(r"[^a-z0-9/]+")
_BRACKETS = re.compile(r"\([^)]*\)")
_COUNTING = re.compile(r"\(?\d{1,3}\)?")


class ImportKind(StrEnum):
    """What the rows of a file are."""

    INVITED = "invited"
    DOSES = "doses"


class Column(StrEnum):
    """What a column means. Those of a dose are used with the number of its block: `vaccine-1`, `lot-2`."""

    IGNORED = ""
    ROW_ID = "row-id"
    CITIZEN_ID = "citizen-id"
    OLD_ID = "old-id"
    NAME = "name"
    BIRTH_DATE = "birth-date"
    BIRTH_DAY = "birth-day"
    BIRTH_MONTH = "birth-month"
    BIRTH_YEAR = "birth-year"
    BORN_MALE = "born-male"  # the birth year stands under "Nam" or under "Nữ"
    BORN_FEMALE = "born-female"
    SEX = "sex"
    PHONE = "phone"
    ADDRESS = "address"
    VACCINE = "vaccine"
    LOT = "lot"
    EXPIRY = "expiry"
    DAY = "day"
    TIME = "time"
    DOSE_NUMBER = "dose-number"
    INJECTOR = "injector"
    OVERRIDE = "override"


OF_A_DOSE: Final = (
    Column.VACCINE,
    Column.LOT,
    Column.EXPIRY,
    Column.DAY,
    Column.TIME,
    Column.DOSE_NUMBER,
    Column.INJECTOR,
    Column.OVERRIDE,
)
BLOCKS: Final = (1, 2)

_SYNONYMS: Final[dict[Column, str]] = {
    Column.ROW_ID: "ma doi tuong|ma dong|ma so doi tuong|row id|row|id|ma",
    Column.CITIZEN_ID: "so cccd|cccd|can cuoc cong dan|so can cuoc cong dan|so can cuoc|can cuoc|so dinh danh|ma dinh danh|"
    "so dinh danh ca nhan|dinh danh ca nhan|so dinh danh/cccd|cccd/ma dinh danh|cccd/so dinh danh|so cccd/cmnd|cccd/cmnd|cmnd/cccd|"
    "so cmnd/cccd|cmt/cccd|cccd/cmt|cmnd/cccd/ho chieu|so cmnd/cccd/hc|cmnd/cccd/hc|cccd/ho chieu|so giay to|citizen id|citizen number|"
    "national id|personal id|id number|identity number|number|cccd/dinh danh|so cmnd/can cuoc cong dan|cmnd/can cuoc cong dan",
    Column.OLD_ID: "cmnd|so cmnd|cmt|so cmt|chung minh nhan dan|so chung minh nhan dan|cmnd cu|so cmnd cu|cmnd 9 so|old id|old number",
    Column.NAME: "ho ten|ho va ten|ho va ten nguoi tiem|ho ten nguoi tiem|ho va ten nguoi duoc tiem|ho va ten doi tuong|ten|ho va ten chu "
    "dem|ho chu dem va ten|ho va ten khai sinh|ten doi tuong|full name|name|ho va ten nguoi dan",
    Column.BIRTH_DATE: "ngay sinh|ngay thang nam sinh|ngay/thang/nam sinh|nam sinh|ns|sinh ngay|ngay sinh dd/mm/yyyy|ngay thang nam sinh "
    "dd/mm/yyyy|date of birth|birth date|birthday|dob|born|ngay nam sinh|ntns",
    Column.BIRTH_DAY: "ngay thang nam sinh ngay|ngay sinh ngay|sinh ngay ngay",
    Column.BIRTH_MONTH: "thang sinh|ngay thang nam sinh thang|ngay sinh thang",
    Column.BIRTH_YEAR: "ngay thang nam sinh nam|ngay sinh nam|birth year|year of birth",
    Column.BORN_MALE: "nam sinh nam|ngay thang nam sinh nam gioi|nam sinh nam gioi",
    Column.BORN_FEMALE: "nam sinh nu|ngay thang nam sinh nu|nam sinh nu gioi|ngay sinh nu",
    Column.SEX: "gioi tinh|gioi|phai|gt|nam/nu|sex|gender|gioi tinh nam/nu",
    Column.PHONE: "so dien thoai|dien thoai|sdt|so dt|dt|dien thoai lien he|so dien thoai lien he|so dien thoai lien lac|dien thoai di dong|"
    "phone|phone number|mobile|tel|telephone",
    Column.ADDRESS: "dia chi|dia chi thuong tru|thuong tru|noi thuong tru|dia chi noi o|noi o|noi o hien nay|dia chi hien tai|dia chi chi tiet|"
    "cho o hien nay|noi o hien tai|dia chi thuong tru/tam tru|ho khau thuong tru|address",
    Column.VACCINE: "vac xin|vacxin|vaccin|vaccine|vắc-xin|ten vac xin|ten vacxin|ten vaccine|ten vaccin|loai vac xin|loai vacxin|loai vaccine|"
    "loai vaccin|product",
    Column.LOT: "so lo|lo|so lo vac xin|so lo vacxin|so lo vaccine|so lo vaccin|lo vac xin|lo vaccine|lot|lot number|batch|batch number",
    Column.EXPIRY: "han dung|han su dung|hsd|ngay het han|expiry|expiry date|exp|expires|expiration date",
    Column.DAY: "ngay tiem|ngay tiem chung|ngay gio tiem|ngay|thoi gian tiem|ngay tiem dd/mm/yyyy|date|date given|injection date|given on",
    Column.TIME: "gio tiem|gio|luc|time|time given",
    Column.DOSE_NUMBER: "mui so|mui thu|mui tiem|mui|lan tiem|so mui|dose|dose number",
    Column.INJECTOR: "nguoi tiem|can bo tiem|nguoi thuc hien|nhan vien tiem|injector|vaccinator|given by",
    Column.OVERRIDE: "ly do|ly do tiem|ly do quyet dinh|reason|override",
}
_BLOCK_WORDS: Final = {1: ("mui 1", "mui thu nhat", "lan 1", "dose 1", "first dose"), 2: ("mui 2", "mui thu hai", "lan 2", "dose 2", "second dose")}  # fmt: skip


def folded(heading: str) -> str:
    """A heading as it is compared: folded, signs other than / gone, no blanks around /."""
    plain = " ".join(_SIGNS.sub(" ", fold(heading)).split())
    return plain.replace(" /", "/").replace("/ ", "/").strip("/ ")


_MEANINGS: Final = {folded(words): column for column, many in _SYNONYMS.items() for words in many.split("|")}


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """What each column of a heading set means: `meanings` has the value of a Column (`lot-2` for a dose's) for every heading, "" for passed over."""

    headings: tuple[str, ...]
    meanings: tuple[str, ...]

    @property
    def key(self) -> str:
        """What a changed mapping is remembered by: the headings as they are compared."""
        return hashlib.sha256("\n".join(map(folded, self.headings)).encode()).hexdigest()[:32]

    @property
    def not_understood(self) -> tuple[str, ...]:
        """The headings that nothing is taken from."""
        return tuple(h for h, meaning in zip(self.headings, self.meanings, strict=True) if h and not meaning)

    def places(self) -> dict[str, int]:
        """{meaning: place of its column}."""
        return {meaning: place for place, meaning in enumerate(self.meanings) if meaning}

    def changed(self, place: int, meaning: str) -> ColumnMap:
        """Another meaning for one column; whichever had it before has none now. Raises InputRefused `import-column-unknown`."""
        if meaning not in MEANINGS:
            raise InputRefused(Problem("import-column-unknown", "mapping", params={"given": meaning[:40]}))
        kept = ["" if meaning and old == meaning else old for old in self.meanings]
        kept[place] = meaning
        return replace(self, meanings=tuple(kept))

    def passed_over(self, place: int) -> ColumnMap:
        """Nothing is taken from this column."""
        return replace(self, meanings=(*self.meanings[:place], "", *self.meanings[place + 1 :]))

    def missing(self, kind: ImportKind) -> tuple[str, ...]:
        """The meanings without which no row can be taken in; one of a group stands for the group."""
        have = set(self.meanings)
        born = {"birth-date", "birth-year", "born-male", "born-female"}
        lacking = [m for m in ("citizen-id", "name") if m not in have]
        lacking += [] if have & born else ["birth-date"]
        if kind is ImportKind.DOSES:
            lacking += [f"{m}-1" for m in ("vaccine", "lot", "expiry", "day") if not have & {f"{m}-1", f"{m}-2"}]
        return tuple(lacking)


MEANINGS: Final = frozenset(
    {column.value for column in Column if column not in OF_A_DOSE}
    | {f"{column.value}-{block}" for column in OF_A_DOSE for block in BLOCKS}
)


@dataclass(frozen=True, slots=True)
class Headings:
    """Where the headings of a table stand: `first` and `last` are rows counted from 1 (two for merged ones)."""

    first: int
    last: int
    columns: ColumnMap


def propose(headings: Sequence[str]) -> ColumnMap:
    """What the headings mean, each meaning once; what is not understood stays without one."""
    headings = tuple(" ".join(heading.split()) for heading in headings[:COLUMNS_MAX])
    taken: set[str] = set()
    meanings = []
    for heading in headings:
        meaning = _meaning(folded(heading), taken) or _meaning(folded(_BRACKETS.sub(" ", heading)), taken)
        taken |= {meaning}
        meanings.append(meaning)
    return ColumnMap(headings, tuple(_one_number(meanings)))


def find_headings(rows: Sequence[Sequence[str]]) -> Headings:
    """The row, or two rows, whose cells are understood best. Raises InputRefused `import-no-headings`."""
    best: tuple[int, Headings] | None = None
    for place, row in enumerate(rows[:HEADING_ROWS_MAX]):
        below = rows[place + 1] if place + 1 < len(rows) else ()
        for last, cells in ((place, tuple(row)), (place + 1, _merged(row, below))):
            columns = propose(cells)
            score = sum(bool(meaning) for meaning in columns.meanings) - (last - place)
            if cells and (best is None or score > best[0]):
                best = score, Headings(place + 1, last + 1, columns)
    if best is None or best[0] < 2:
        raise InputRefused(Problem("import-no-headings", "file"))
    return best[1]


def is_counting(cells: Iterable[str]) -> bool:
    """Whether a row only counts the columns: (1) (2) (3). Looks no further than the first cell that is none."""
    figures = []
    for cell in cells:
        if told := cell.strip():
            if not _COUNTING.fullmatch(told):
                return False
            figures.append(int(told.strip("()")))
    return len(figures) >= 3 and figures == list(range(figures[0], figures[0] + len(figures)))


def _merged(above: Sequence[str], below: Sequence[str]) -> tuple[str, ...]:
    """Two rows of headings as one: a merged cell's words go on until the next words."""
    if not any(cell.strip() for cell in below):
        return ()
    words, joined = "", []
    for place in range(max(len(above), len(below))):
        over = above[place].strip() if place < len(above) else ""
        under = below[place].strip() if place < len(below) else ""
        words = over or (words if under else "")
        joined.append(f"{words} {under}".strip())
    return tuple(joined)


def _meaning(heading: str, taken: set[str]) -> str:
    """The meaning of a folded heading that no other column has yet."""
    if not heading:
        return ""
    block, rest = _block(heading)
    column = _MEANINGS.get(heading) or _MEANINGS.get(rest)
    if column is None or column is Column.IGNORED:
        return ""
    if column not in OF_A_DOSE:
        return "" if block or column.value in taken else column.value
    wanted = (block,) if block else BLOCKS
    return next((f"{column.value}-{n}" for n in wanted if f"{column.value}-{n}" not in taken), "")


def _block(heading: str) -> tuple[int, str]:
    """Which dose of the row a heading speaks of, 0 for none, and the heading without it."""
    for number, many in _BLOCK_WORDS.items():
        for words in many:
            if heading == words:
                return number, "ngay tiem"  # a column "Mũi 1" holds the day of that dose
            if heading.startswith(f"{words} ") or heading.endswith(f" {words}"):
                return number, heading.replace(words, "", 1).strip()
    return 0, heading


def _one_number(meanings: list[str]) -> list[str]:
    """A list whose only number column says CMND has the citizen number there, as the older lists' headings do."""
    if "citizen-id" not in meanings and meanings.count("old-id") == 1:
        return ["citizen-id" if meaning == "old-id" else meaning for meaning in meanings]
    return meanings
