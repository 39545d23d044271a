"""One row of a list -> checked values, or what stands against it in sentences. Pure.

Nothing here is laxer than the desk: what comes out is judged once more as anything typed there is (`intake`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from vaxdesk.errors import InputRefused, Problem
from vaxdesk.models import catalogue
from vaxdesk.models import import_values as v
from vaxdesk.models.drafts import DoseDraft
from vaxdesk.models.import_columns import BLOCKS, ColumnMap, ImportKind
from vaxdesk.models.import_values import Remarks, Value
from vaxdesk.models.values import VIETNAM, PersonDraft, Screening, Sex

LATE_ENTRY = "nhập hồi cứu"
TEXT_CHARS_MAX = 300
NOON = time(12)  # of a day whose paper tells no time


@dataclass(frozen=True, slots=True, repr=False)
class DoseFacts:
    """A dose of a row. `expiry` None: the paper does not tell."""

    vaccine: str
    lot: str
    expiry: date | None
    occurred_at: datetime
    dose_number: int | None = None
    injector: str = ""
    override: str = ""

    def draft(self, person: PersonDraft) -> DoseDraft:
        """As the desk takes it: entered late, the screening concluded on paper."""
        return DoseDraft(
            person=person,
            vaccine=self.vaccine,
            lot=self.lot,
            expiry=self.expiry,
            occurred_at=self.occurred_at,
            dose_number=self.dose_number,
            screening=Screening.ELIGIBLE,
            injector=self.injector,
            override_reason=self.override,
            late_reason=LATE_ENTRY,
        )


@dataclass(frozen=True, slots=True)
class Given:
    """What holds for every row whose own cell is empty, and the expiry of lots this desk knows."""

    vaccine: str = ""
    lot: str = ""
    expiry: date | None = None
    day: date | None = None
    injector: str = ""
    expiries: Mapping[str, date] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, repr=False)
class ReadRow:
    """A row as it was understood. `keys`: one for an invited person, one for each dose; the same facts have the same key in any file."""

    line: int
    cells: tuple[Value, ...]
    person: PersonDraft
    doses: tuple[DoseFacts, ...]
    repairs: tuple[Problem, ...]
    against: tuple[Problem, ...]
    keys: tuple[str, ...]

    def __repr__(self) -> str:
        return f"ReadRow({self.line})"


class RowReader:
    """Reads the rows of one table by its columns."""

    def __init__(self, columns: ColumnMap, kind: ImportKind, is_1904: bool = False, given: Given | None = None) -> None:
        self._kind, self._is_1904, self._given = kind, is_1904, given or Given()
        self._at = columns.places()
        blocks = [b for b in BLOCKS if any(m.endswith(f"-{b}") for m in self._at)]
        self._blocks = (blocks or [BLOCKS[0]]) if kind is ImportKind.DOSES else []
        self._read = tuple(self._at.values())

    def read(self, line: int, cells: Sequence[Value]) -> ReadRow:
        """The row as checked values; a row without a citizen number is refused."""
        remarks = Remarks([], [])
        for place in self._read:
            if place < len(cells) and v.is_error(cells[place]):
                remarks.refuse("import-cell-error", "", given=str(cells[place]))
        person = self._person(cells, remarks)
        doses = tuple(dose for block in self._blocks if (dose := self._dose(cells, block, remarks)) is not None)
        if self._blocks and not doses and not remarks.against:
            remarks.refuse("import-no-dose", "vaccine")
        row_id = self._text(cells, "row-id")
        keys = tuple(_keys(self._kind, row_id, person, doses))
        return ReadRow(line, tuple(cells), person, doses, tuple(remarks.repairs), tuple(remarks.against), keys)

    def _cell(self, cells: Sequence[Value], meaning: str) -> Value:
        place = self._at.get(meaning)
        return cells[place] if place is not None and place < len(cells) else None

    def _text(self, cells: Sequence[Value], meaning: str) -> str:
        text = " ".join(v.text_of(self._cell(cells, meaning)).split())
        return text[:TEXT_CHARS_MAX]

    def _person(self, cells: Sequence[Value], remarks: Remarks) -> PersonDraft:
        sex = v.sex_of(self._cell(cells, "sex"), remarks)
        birth, told = self._birth(cells, remarks)
        sex = sex if sex is not Sex.UNKNOWN else told
        number = v.number_text(self._cell(cells, "citizen-id"), remarks)
        if not number and not remarks.against:
            remarks.refuse("import-no-number", "citizen_id")
        return PersonDraft(
            citizen_id=v.with_zeros(number, birth, sex, remarks) if number else "",
            name=v.name_of(self._cell(cells, "name"), remarks),
            birth_date=birth,
            sex=sex,
            old_id=_old_number(self._text(cells, "old-id")),
            phone=v.phone_of(self._cell(cells, "phone"), remarks),
            address=self._text(cells, "address"),
        )

    def _birth(self, cells: Sequence[Value], remarks: Remarks) -> tuple[str, Sex]:
        """The birth date, and the sex where the column it stands in tells it."""
        for meaning, sex in (("born-male", Sex.MALE), ("born-female", Sex.FEMALE), ("birth-date", Sex.UNKNOWN)):
            value = self._cell(cells, meaning)
            if v.text_of(value):
                return v.birth_of(value, self._is_1904, remarks), sex
        year = self._text(cells, "birth-year")
        day, month = self._text(cells, "birth-day"), self._text(cells, "birth-month")
        whole = f"{day}/{month}/{year}" if year and day and month else year
        return (v.birth_of(whole, self._is_1904, remarks) if whole else ""), Sex.UNKNOWN

    def _dose(self, cells: Sequence[Value], block: int, remarks: Remarks) -> DoseFacts | None:
        """The dose of a block; None where the block is empty and not the only one."""
        told = [self._text(cells, f"{meaning}-{block}") for meaning in ("vaccine", "lot", "day")]
        if not any(told) and len(self._blocks) > 1:
            return None
        day_cell = self._cell(cells, f"day-{block}")
        day = v.day_of(day_cell, self._is_1904, "occurred_at", remarks) or self._given.day
        clock = v.clock_of(self._cell(cells, f"time-{block}"), remarks) or v.clock_in_day(day_cell) or NOON
        if day is None and not v.text_of(day_cell):
            remarks.refuse("import-no-day", "occurred_at")
        lot = (told[1] or self._given.lot).upper()
        return DoseFacts(
            vaccine=_product(told[0] or self._given.vaccine),
            lot=lot,
            expiry=self._expiry(cells, block, lot, remarks),
            occurred_at=datetime.combine(day or date(2021, 3, 8), clock, VIETNAM),
            dose_number=_dose_number(self._text(cells, f"dose-number-{block}"), remarks) or self._number_of(block),
            injector=self._text(cells, f"injector-{block}") or self._given.injector,
            override=self._text(cells, f"override-{block}"),
        )

    def _number_of(self, block: int) -> int | None:
        """Where a row has two blocks, the block tells which dose it is."""
        return block if len(self._blocks) > 1 else None

    def _expiry(self, cells: Sequence[Value], block: int, lot: str, remarks: Remarks) -> date | None:
        value = self._cell(cells, f"expiry-{block}")
        if v.text_of(value):
            return v.day_of(value, self._is_1904, "expiry", remarks)
        return self._given.expiries.get(lot) or self._given.expiry


def person_key(person: PersonDraft, row_id: str = "") -> str:
    """What an invited row is known by once it was taken in."""
    facts = (person.citizen_id, person.name, person.birth_date, person.sex.value, person.old_id, person.phone)
    return _hash(("invited", row_id, *facts, person.address))


def dose_key(person: PersonDraft, dose: DoseFacts, row_id: str = "") -> str:
    """What a dose's row is known by once it was taken in."""
    number = str(dose.dose_number or "")
    facts = (person.citizen_id, dose.vaccine, dose.lot, dose.occurred_at.isoformat(timespec="minutes"), number)
    return _hash(("dose", row_id, *facts))


def _keys(kind: ImportKind, row_id: str, person: PersonDraft, doses: Iterable[DoseFacts]) -> Iterable[str]:
    if kind is ImportKind.INVITED:
        yield person_key(person, row_id)
    else:
        yield from (dose_key(person, dose, row_id) for dose in doses)


def _hash(facts: Iterable[str]) -> str:
    return hashlib.sha256("\x1f".join(facts).encode()).hexdigest()


def _product(given: str) -> str:
    """The product's code where the word is known; else the word itself, for the desk to refuse."""
    if not given:
        return ""
    try:
        return catalogue.load().vaccine(given).code
    except InputRefused:
        return given[:40]


def _dose_number(text: str, remarks: Remarks) -> int | None:
    digits = text.lower().removeprefix("mũi").strip()
    if not digits:
        return None
    if digits.isascii() and digits.isdecimal() and 1 <= int(digits) <= 9:
        return int(digits)
    remarks.refuse("dose-number-unreadable", "dose_number", given=text[:20])
    return None


def _old_number(text: str) -> str:
    """A CMND of nine digits; anything else in that column is passed over: it is none of the four identity facts."""
    return text.zfill(9) if text.isascii() and text.isdecimal() and 8 <= len(text) <= 9 else ""
