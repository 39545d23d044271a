"""The official reports as values: what was counted, by which rule, as of when. Pure.

Daily report: annex 5 of 3588/QĐ-BYT, its doses extended to primary, additional and booster ones by 43/QĐ-BYT. End of round: annex 6.
A dose counts once, at its newest revision, on the Vietnamese day it was given; what was entered in error does not count. `targets` are the
people who came: injected, or sent home with a conclusion. Priority groups are not recorded at the desk, so the end-of-round report
has one line for all, called "not recorded".
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import rfc8785

from vaxdesk.models.values import VIETNAM, DoseStatus, Screening, Series, Site

SENT_HOME = (Screening.REFERRED, Screening.REFUSED, Screening.POSTPONED, Screening.CONTRAINDICATED)  # the form's order


class Age(StrEnum):
    """Age groups of the campaign's plans, in full years on the day of injection."""

    CHILD = "under-12"
    TEEN = "12-17"
    ADULT = "18-49"
    OLDER = "50-64"
    SENIOR = "65-over"


AGE_FROM = {Age.CHILD: 0, Age.TEEN: 12, Age.ADULT: 18, Age.OLDER: 50, Age.SENIOR: 65}


class ReportKind(StrEnum):
    """Which form."""

    DAILY = "daily"
    ROUND = "round"


@dataclass(frozen=True, slots=True)
class Span:
    """Vietnamese days, both included."""

    first: date
    last: date

    @property
    def is_one_day(self) -> bool:
        """Whether it is a single day."""
        return self.first == self.last

    @property
    def file_part(self) -> str:
        """For names of files: 20211112, or 20211101-20211130."""
        return f"{self.first:%Y%m%d}" if self.is_one_day else f"{self.first:%Y%m%d}-{self.last:%Y%m%d}"

    @classmethod
    def of(cls, moment: datetime) -> Span:
        """The Vietnamese day of a moment."""
        day = moment.astimezone(VIETNAM).date()
        return cls(day, day)


@dataclass(frozen=True, slots=True)
class Course:
    """A place in the vaccination course, e.g. primary 2 or booster 1."""

    series: Series
    number: int

    @property
    def code(self) -> str:
        """E.g. `primary-2`."""
        return f"{self.series.value}-{self.number}"


@dataclass(frozen=True, slots=True)
class Facets:
    """What records have in common; None: any. Names the records behind a figure."""

    status: DoseStatus | None = None
    vaccine: str | None = None
    conclusion: Screening | None = None
    course: Course | None = None
    sex: str | None = None
    age: Age | None = None
    reaction: str | None = None  # a sign, or `any`, `common`, `serious`
    is_before: bool = False  # given before the span instead of in it

    def holds(self, cell: Cell) -> bool:
        """Whether a cell is among them."""
        return (
            self.status in (None, cell.status)
            and self.vaccine in (None, cell.vaccine)
            and self.conclusion in (None, cell.conclusion)
            and self.course in (None, cell.course)
            and self.sex in (None, cell.sex)
            and self.age in (None, cell.age)
        )


@dataclass(frozen=True, slots=True)
class Cell:
    """So many records that are alike in everything the reports ask for."""

    status: DoseStatus
    vaccine: str
    conclusion: Screening
    course: Course
    sex: str
    age: Age
    count: int


@dataclass(frozen=True, slots=True)
class Reacted:
    """So many reactions to one vaccine: by each sign, how many in all, and how many of them serious (51/2017/TT-BYT, grades 2 to 4)."""

    vaccine: str
    signs: Mapping[str, int]
    common: int
    serious: int


@dataclass(frozen=True, slots=True)
class Pictures:
    """What charts show: doses given by hour of the day, mean minutes at each station, records that wait by how long."""

    by_hour: Mapping[int, int]
    waits: Mapping[str, float]
    unsent: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class DailyRow:
    """A line of annex 5; `vaccine` empty: the total. `given` by `Course.code`, `sent_home` by conclusion, `signs` by sign."""

    vaccine: str
    targets: int
    sent_home: Mapping[str, int]
    given: Mapping[str, int]
    used: int
    discarded: int
    signs: Mapping[str, int]
    common: int
    serious: int


@dataclass(frozen=True, slots=True)
class RoundRow:
    """A line of annex 6: injected in earlier rounds and in this one, by `Course.code`; `rate` is injected of targets, in percent."""

    group: str
    targets: int
    earlier: Mapping[str, int]
    given: Mapping[str, int]
    rate: float | None


@dataclass(frozen=True, slots=True)
class Report:
    """A span's figures as they stood. `waiting`: records of the span that the platform has not received; `unfinished`: people without an outcome."""

    site: Site
    span: Span
    as_of: datetime
    cells: tuple[Cell, ...]
    earlier: Mapping[str, int]  # doses given before the span, by Course.code
    reacted: tuple[Reacted, ...]
    discarded: Mapping[str, int]  # doses, by vaccine
    waiting: int
    unfinished: int

    def total(self, facets: Facets | None = None) -> int:
        """How many records have these facets."""
        return sum(cell.count for cell in self.cells if facets is None or facets.holds(cell))

    @property
    def vaccines(self) -> tuple[str, ...]:
        """Of the span, by code."""
        return tuple(sorted({cell.vaccine for cell in self.cells} | set(self.discarded)))

    @property
    def courses(self) -> tuple[Course, ...]:
        """Every place in the course that somebody was given a dose of, now or before; the first two doses always."""
        order = list(Series)
        found = {cell.course for cell in self.cells if cell.status is DoseStatus.COMPLETED}
        found |= {_course(code) for code in self.earlier}
        found |= {Course(Series.PRIMARY, 1), Course(Series.PRIMARY, 2)}
        return tuple(sorted(found, key=lambda one: (order.index(one.series), one.number)))

    @property
    def hash(self) -> str:
        """SHA-256 of the figures in canonical JSON (RFC 8785): the same figures have the same hash, whenever they were read."""
        return hashlib.sha256(rfc8785.dumps(_plain(self))).hexdigest()


def daily_rows(report: Report) -> tuple[DailyRow, ...]:
    """Annex 5: a line a vaccine, then the total."""
    return (*(_daily(report, vaccine) for vaccine in report.vaccines), _daily(report, None))


def round_rows(report: Report) -> tuple[RoundRow, ...]:
    """Annex 6: by age group, then the total; nobody's priority group is recorded."""
    rows = [_round(report, age) for age in Age if report.total(Facets(age=age))]
    return (*rows, _round(report, None))


def age_group(years: int) -> Age:
    """The group of an age in full years."""
    return next(age for age in reversed(Age) if years >= AGE_FROM[age])


def _daily(report: Report, vaccine: str | None) -> DailyRow:
    given = Facets(status=DoseStatus.COMPLETED, vaccine=vaccine)
    reacted = [one for one in report.reacted if vaccine in (None, one.vaccine)]
    signs: dict[str, int] = {}
    for one in reacted:
        for sign, count in one.signs.items():
            signs[sign] = signs.get(sign, 0) + count
    sent_home = {code.value: report.total(Facets(DoseStatus.NOT_DONE, vaccine, code)) for code in SENT_HOME}
    discarded = report.discarded.get(vaccine, 0) if vaccine else sum(report.discarded.values())
    injected = report.total(given)
    return DailyRow(
        vaccine=vaccine or "",
        targets=injected + sum(sent_home.values()),
        sent_home=sent_home,
        given={one.code: report.total(Facets(DoseStatus.COMPLETED, vaccine, course=one)) for one in report.courses},
        used=injected,
        discarded=discarded,
        signs=signs,
        common=sum(one.common for one in reacted),
        serious=sum(one.serious for one in reacted),
    )


def _round(report: Report, age: Age | None) -> RoundRow:
    targets = report.total(Facets(age=age))
    injected = report.total(Facets(DoseStatus.COMPLETED, age=age))
    return RoundRow(
        group=age.value if age else "",
        targets=targets,
        earlier=dict(report.earlier) if age is None else {},
        given={one.code: report.total(Facets(DoseStatus.COMPLETED, course=one, age=age)) for one in report.courses},
        rate=100 * injected / targets if targets else None,
    )


def _course(code: str) -> Course:
    series, _, number = code.rpartition("-")
    return Course(Series(series), int(number))


def _plain(report: Report) -> dict[str, Any]:
    return {
        "site": report.site.code,
        "first": report.span.first.isoformat(),
        "last": report.span.last.isoformat(),
        "cells": sorted(_plain_cells(report.cells)),
        "earlier": dict(report.earlier),
        "reacted": [[one.vaccine, dict(one.signs), one.common, one.serious] for one in report.reacted],
        "discarded": dict(report.discarded),
        "waiting": report.waiting,
        "unfinished": report.unfinished,
    }


def _plain_cells(cells: Iterable[Cell]) -> list[list[Any]]:
    return [
        [one.status.value, one.vaccine, one.conclusion.value, one.course.code, one.sex, one.age.value, one.count]
        for one in cells
    ]


def plain(report: Report, kind: ReportKind) -> dict[str, Any]:
    """The report as JSON: the form's lines, what they were counted from, and the hash."""
    rows = daily_rows(report) if kind is ReportKind.DAILY else round_rows(report)
    return {
        "kind": kind.value,
        "site": {"code": report.site.code, "name": report.site.name},
        "first": report.span.first.isoformat(),
        "last": report.span.last.isoformat(),
        "as_of": report.as_of.astimezone(VIETNAM).isoformat(timespec="seconds"),
        "waiting": report.waiting,
        "unfinished": report.unfinished,
        "rows": [plain_row(row) for row in rows],
        "cells": _plain_cells(report.cells),
        "sha256": report.hash,
    }


def plain_row(row: DailyRow | RoundRow) -> dict[str, Any]:
    """A line of a form as JSON."""
    values = {name: getattr(row, name) for name in type(row).__dataclass_fields__}
    return {name: dict(value) if isinstance(value, Mapping) else value for name, value in values.items()}


def daily_row(plain: Mapping[str, Any]) -> DailyRow:
    """A line of annex 5 from its JSON."""
    return DailyRow(**plain)
