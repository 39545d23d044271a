"""What a person's doses so far amount to, and how old they are, as the schedule rules see it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from vaxdesk.models.schedule_rules import Product, Rules
from vaxdesk.models.values import GivenDose, PartialDate, Series, VaccineCode

_BIRTH = re.compile(r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})-(?P<day>[0-9]{2}))?")
USUAL_DOSES = 2  # of a product nobody here knows, e.g. one given abroad


@dataclass(frozen=True, slots=True, repr=False)
class Birth:
    """When someone was born. Only the year known: `youngest` is 31 December, `oldest` 1 January; ages go by `youngest`."""

    youngest: date
    oldest: date

    @property
    def certain(self) -> bool:
        """Whether the day is known."""
        return self.youngest == self.oldest


@lru_cache(maxsize=1024)
def birth_of(text: PartialDate) -> Birth | None:
    """Reads `YYYY-MM-DD` or `YYYY`; of an unreadable day the year is kept, and nothing readable is None."""
    read = _BIRTH.fullmatch(text)
    if read is None or read["year"] == "0000":
        return None
    year = int(read["year"])
    try:
        day = date(year, int(read["month"]), int(read["day"])) if read["month"] else None
    except ValueError:
        day = None
    return Birth(day, day) if day else Birth(date(year, 12, 31), date(year, 1, 1))


@dataclass(frozen=True, slots=True)
class Course:
    """The doses up to a day, in order. `number` is how many there were by count or by the highest number on record, because
    an earlier dose may be known only through a later one; `required` is the length of the primary course."""

    doses: tuple[GivenDose, ...]
    later: tuple[GivenDose, ...]
    number: int
    required: int
    additional: int

    @property
    def last(self) -> GivenDose | None:
        """The dose before the one that is judged."""
        return self.doses[-1] if self.doses else None

    @property
    def next_number(self) -> int:
        """The number the next dose has, counted through all series (43/QĐ-BYT has seven places)."""
        return self.number + 1

    def booster(self, number: int) -> int:
        """Which booster the dose of this number is (1, 2 ...), if it is not an additional one."""
        return number - self.required - self.additional

    def numbered(self, number: int) -> GivenDose | None:
        """The dose on record that already has a number, before or after the day."""
        return next((dose for dose in (*self.doses, *self.later) if dose.number == number), None)


def course_of(history: Iterable[GivenDose], on: date, vaccine: VaccineCode, rules: Rules) -> Course:
    """Reads a history as of a day. The first product known decides the length of the primary course; without one, `vaccine` does."""
    ordered = sorted(history, key=lambda dose: (dose.on, dose.number))
    doses = tuple(dose for dose in ordered if dose.on <= on)
    number = max([len(doses), *(dose.number for dose in doses)])
    first = rules.products.get(doses[0].vaccine if doses else vaccine)
    required = first.doses if first else USUAL_DOSES
    additional = sum(dose.series is Series.ADDITIONAL for dose in doses) if number > required else 0
    return Course(doses, tuple(ordered[len(doses) :]), number, required, min(additional, max(number - required, 0)))


def family_of(code: VaccineCode, rules: Rules) -> str:
    """The family of a product, or its own code where it is unknown, which equals no other."""
    known = rules.products.get(code)
    return known.family if known else code


def brand_of(code: VaccineCode, rules: Rules) -> str:
    """The name people know, or the code."""
    known = rules.products.get(code)
    return known.brand if known else code


def primary_families(course: Course, rules: Rules) -> frozenset[str]:
    """The families of the primary course."""
    return frozenset(family_of(dose.vaccine, rules) for dose in course.doses[: course.required])


def series_doses(series: Series, number: int, required: int) -> int:
    """The "of" in "dose 2 of 2". After the primary course it follows the European certificates: 3/3 after a course of two or more,
    2/1 after a course of one, so that a booster is never taken for a course of two."""
    if series is Series.PRIMARY:
        return required
    return required if required == 1 else number


def interval_product(course: Course, given: Product, rules: Rules) -> Product:
    """Whose interval counts: the last dose's product's (7548/BYT-DP: as for the first product), else the given one's."""
    last = course.last
    return (rules.products.get(last.vaccine) if last else None) or given
