"""The schedule rules as values, and the arithmetic of dates they need. Pure; the rows come from `schedule_book`.

Intervals are days or calendar months. A period of months ends on the day of the same number; where the month has no such day, on its
last day (Civil Code 2015, art. 148): 31/08/2021 + 6 months = 28/02/2022. Ages are completed years; who is born on 29 February is
a year older on 1 March of a common year.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from vaxdesk.models.values import Series, VaccineCode

Window = tuple[date, date]  # first and last day, both included
EVER: Window = (date.min, date.max)
ANY = "*"


def days_after(day: date, days: int) -> date:
    """`day` plus days; the end of the calendar is never passed."""
    return date.fromordinal(min(day.toordinal() + days, date.max.toordinal()))


def months_after(day: date, months: int) -> date:
    """`day` plus calendar months, at most the last day of that month."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def birthday(born: date, age: int) -> date:
    """The first day on which someone has completed `age` years."""
    year = born.year + age
    if year > date.max.year:
        return date.max
    if (born.month, born.day) == (2, 29) and not calendar.isleap(year):
        return date(year, 3, 1)
    return date(year, born.month, born.day)


@dataclass(frozen=True, slots=True)
class Basis:
    """Where a row comes from: the instrument (a letter or decision), where it was read, and how sure that is."""

    instrument: str
    source: str
    mark: str


@dataclass(frozen=True, slots=True)
class Ages:
    """Completed years, both ends included; `most` None = no upper end."""

    least: int = 0
    most: int | None = None

    def window(self, born: date) -> Window:
        """The days on which someone is of these ages."""
        if self.most is None:
            return birthday(born, self.least), date.max
        return birthday(born, self.least), days_after(birthday(born, self.most + 1), -1)

    def meets(self, other: Ages) -> bool:
        """Whether some age belongs to both."""
        return (other.most is None or self.least <= other.most) and (self.most is None or other.least <= self.most)


@dataclass(frozen=True, slots=True)
class Interval:
    """The shortest time after a dose: days or calendar months."""

    days: int = 0
    months: int = 0

    def after(self, day: date) -> date:
        """The first day on which the interval has passed."""
        return months_after(day, self.months) if self.months else days_after(day, self.days)


@dataclass(frozen=True, slots=True)
class AgeBand:
    """Who may have a product, and how much of it (ml)."""

    ages: Ages
    dose_ml: float
    booster_dose_ml: float
    basis: Basis


@dataclass(frozen=True, slots=True)
class Product:
    """A product that may be used: doses of its primary course, the interval after one of them, its ages."""

    code: VaccineCode
    family: str
    brand: str
    doses: int
    interval: Interval
    bands: tuple[AgeBand, ...]
    basis: Basis


@dataclass(frozen=True, slots=True)
class Mixing:
    """Another product may follow, from an age on; `condition` is "", "consent" or "shortage"."""

    ages: Ages
    condition: str
    basis: Basis


@dataclass(frozen=True, slots=True)
class LaterDose:
    """An additional dose (for `who`: immunocompromised, or a family) or the booster of a number; `condition` is "" or "risk-group"."""

    series: Series
    who: str
    number: int
    ages: Ages
    interval: Interval
    condition: str
    basis: Basis


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds from `first_day` to `last_day` (None: until something newer is written) in a province ("" = no rule of its own)."""

    province: str
    first_day: date
    last_day: date | None
    products: Mapping[VaccineCode, Product]
    mixing: Mapping[tuple[Series, str, str], Mixing]
    later: tuple[LaterDose, ...]

    def mixing_of(self, series: Series, after: str, give: str) -> Mixing | None:
        """The row that lets family `give` follow family `after`; a row for this very family before one for any."""
        return self.mixing.get((series, after, give)) or self.mixing.get((series, ANY, give))
