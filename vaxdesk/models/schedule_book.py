"""The rule book: all rows of resources/schedules, checked when read, and the rules of one day cut from it.

A row holds `from` ... `until` (both included; no `until` = until something newer is written), everywhere or in one `province` (three-digit
code). A province's row stands in for the national row of the same key while it holds. Two rows of one key and age that hold on
the same day, a hole between them, or a row without its source, are refused before the first dose is judged.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from vaxdesk.models import catalogue
from vaxdesk.models.schedule_rules import AgeBand, Ages, Basis, Interval, LaterDose, Mixing, Product, Rules
from vaxdesk.models.values import Series, VaccineCode
from vaxdesk.paths import resource

KINDS = ("courses", "ages", "mixing", "later_doses")
MARKS = ("A", "B", "C", "GK")
CONDITIONS = ("", "consent", "shortage", "risk-group")
EVERYWHERE = ""
_KEYS = {
    "courses": ("vaccine",),
    "ages": ("vaccine",),
    "mixing": ("series", "after", "give"),
    "later_doses": ("series", "who", "number"),
}
DAY = timedelta(days=1)


class BadRuleRow(ValueError):
    """A row of resources/schedules that cannot be trusted: a fault of the release, so it is not shown as a nurse's problem."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file: its key, whom and when it concerns, and its own fields."""

    kind: str
    key: tuple[object, ...]
    ages: Ages
    province: str
    first_day: date
    last_day: date | None
    basis: Basis
    fields: Mapping[str, Any]

    def holds(self, day: date) -> bool:
        """Whether the row is in force on a day."""
        return self.first_day <= day and (self.last_day is None or day <= self.last_day)

    @property
    def end(self) -> date:
        """The last day, or the end of the calendar."""
        return self.last_day or date.max


def read_row(kind: str, fields: Mapping[str, Any]) -> Row:
    """One parsed JSON row. Raises BadRuleRow when it lacks a source or contradicts itself."""
    where = f"{kind} {[fields.get(name) for name in _KEYS[kind]]} from {fields.get('from')}"
    if not (fields.get("instrument") and fields.get("source") and fields.get("mark") in MARKS):
        raise BadRuleRow(f"{where}: instrument, source and mark are needed")
    if fields.get("condition", "") not in CONDITIONS:
        raise BadRuleRow(f"{where}: unknown condition")
    last_day = date.fromisoformat(fields["until"]) if "until" in fields else None
    row = Row(
        kind=kind,
        key=tuple(fields.get(name) for name in _KEYS[kind]),
        ages=Ages(fields.get("age_min", 0), fields.get("age_max")),
        province=territory(fields.get("province", EVERYWHERE)),
        first_day=date.fromisoformat(fields["from"]),
        last_day=last_day,
        basis=Basis(fields["instrument"], fields["source"], fields["mark"]),
        fields=fields,
    )
    if row.end < row.first_day or (row.ages.most is not None and row.ages.most < row.ages.least):
        raise BadRuleRow(f"{where}: ends before it begins")
    if not _has_its_length(row):
        raise BadRuleRow(f"{where}: days for a primary or additional dose, months for a booster")
    return row


def _has_its_length(row: Row) -> bool:
    """The sentences say days for primary and additional doses and months for boosters, so a row has exactly that."""
    lengths = {name for name in ("interval_days", "interval_months") if row.fields.get(name, 0) > 0}
    if row.kind == "courses":
        return lengths == {"interval_days"}
    if row.kind == "later_doses":
        return lengths == {"interval_months" if row.fields["series"] == "booster" else "interval_days"}
    return not lengths


def check(rows: Iterable[Row]) -> None:
    """Refuses overlaps (also within a province) and holes in the national rows. Raises BadRuleRow."""
    groups: dict[tuple[object, ...], list[Row]] = defaultdict(list)
    for row in rows:
        groups[(row.kind, row.key, row.province)].append(row)
    for group in groups.values():
        group.sort(key=lambda row: row.first_day)
        _refuse_overlaps(group)
        if group[0].province == EVERYWHERE:
            _refuse_holes(group)


def _refuse_overlaps(group: Sequence[Row]) -> None:
    for number, early in enumerate(group):
        for late in group[number + 1 :]:
            if late.first_day <= early.end and early.ages.meets(late.ages):
                raise BadRuleRow(f"{early.kind} {early.key}: two rows hold on {late.first_day}")


def _refuse_holes(group: Sequence[Row]) -> None:
    """For every age the rows follow each other without a day between, and the last one is open."""
    for age in {row.ages.least for row in group}:
        covering = [row for row in group if row.ages.meets(Ages(age, age))]
        for early, late in pairwise(covering):
            if early.end + DAY != late.first_day:
                raise BadRuleRow(f"{early.kind} {early.key}: no row between {early.end} and {late.first_day}")
        if covering[-1].last_day is not None:
            raise BadRuleRow(f"{covering[-1].kind} {covering[-1].key}: no row after {covering[-1].last_day}")


def territory(province: str) -> str:
    """A province code as three digits ("79" and "079" are one); anything else is a place without rules of its own."""
    digits = province.strip()
    return digits.zfill(3) if digits.isascii() and digits.isdigit() and len(digits) <= 3 else EVERYWHERE


@dataclass(frozen=True, slots=True)
class Book:
    """All rows, the days on which something changes, and the provinces that have rows of their own."""

    rows: tuple[Row, ...]
    changes: tuple[date, ...]
    provinces: frozenset[str]

    def period(self, day: date) -> tuple[date, date | None]:
        """The stretch of days around a day without any change."""
        after = bisect_right(self.changes, day)
        first = self.changes[after - 1] if after else date.min
        return first, (self.changes[after] - DAY if after < len(self.changes) else None)


def bind(rows: Iterable[Row]) -> Book:
    """A checked book. Raises BadRuleRow."""
    kept = tuple(rows)
    check(kept)
    changes = {row.first_day for row in kept} | {row.last_day + DAY for row in kept if row.last_day is not None}
    provinces = frozenset(row.province for row in kept if row.province != EVERYWHERE)
    return Book(kept, tuple(sorted(changes)), provinces)


@cache
def load() -> Book:
    """The book of resources/schedules, read once. Raises BadRuleRow."""
    rows: list[Row] = []
    for kind in KINDS:
        parsed = json.loads(resource("schedules", f"{kind}.json").read_text(encoding="utf-8"))
        rows.extend(read_row(kind, fields) for fields in parsed["rows"])
    return bind(rows)


def rules_on(day: date, province: str) -> Rules:
    """The rules of a day in a province (three-digit code; "" or an unknown one: the national rules). Kept once made."""
    book = load()
    place = territory(province)
    first_day, _ = book.period(day)
    return _rules(first_day, place if place in book.provinces else EVERYWHERE)


@cache
def _rules(first_day: date, province: str) -> Rules:
    return cut(load(), first_day, province)


def cut(book: Book, day: date, province: str) -> Rules:
    """The rules of one day from a book."""
    rows = _in_force(book, day, province)
    first_day, last_day = book.period(day)
    mixing = {
        (Series(row.fields["series"]), row.fields["after"], row.fields["give"]): Mixing(
            row.ages, row.fields.get("condition", ""), row.basis
        )
        for row in rows["mixing"]
    }
    return Rules(
        province,
        first_day,
        last_day,
        MappingProxyType(_products(rows["courses"], rows["ages"])),
        MappingProxyType(mixing),
        tuple(_later(row) for row in rows["later_doses"]),
    )


def _in_force(book: Book, day: date, province: str) -> Mapping[str, list[Row]]:
    holding = [row for row in book.rows if row.holds(day) and row.province in (EVERYWHERE, province)]
    own = {(row.kind, row.key) for row in holding if row.province != EVERYWHERE}
    chosen: dict[str, list[Row]] = defaultdict(list)
    for row in holding:
        if row.province != EVERYWHERE or (row.kind, row.key) not in own:
            chosen[row.kind].append(row)
    return chosen


def _products(courses: Iterable[Row], ages: Sequence[Row]) -> dict[VaccineCode, Product]:
    return {product.code: product for product in (_product(course, ages) for course in courses)}


def _product(course: Row, ages: Sequence[Row]) -> Product:
    vaccine = catalogue.load().vaccine(course.fields["vaccine"])
    bands = tuple(_band(row) for row in ages if row.key == course.key)
    interval = Interval(days=course.fields["interval_days"])
    return Product(vaccine.code, vaccine.family, vaccine.brand, course.fields["doses"], interval, bands, course.basis)


def _band(row: Row) -> AgeBand:
    dose_ml = float(row.fields["dose_ml"])
    return AgeBand(row.ages, dose_ml, float(row.fields.get("booster_dose_ml", dose_ml)), row.basis)


def _later(row: Row) -> LaterDose:
    return LaterDose(
        series=Series(row.fields["series"]),
        who=row.fields.get("who", ""),
        number=row.fields.get("number", 0),
        ages=row.ages,
        interval=Interval(row.fields.get("interval_days", 0), row.fields.get("interval_months", 0)),
        condition=row.fields.get("condition", ""),
        basis=row.basis,
    )
