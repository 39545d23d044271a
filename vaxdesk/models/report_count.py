"""The figures of a span of days counted from the doses, years of them within two seconds.

Both sides of the join are read in the order of people from the indexes of migration 0006. SQLite groups by sorting, a million rows in longer
than reading them takes; so each row comes as one short text, and Python counts equal ones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, Text, and_, case, cast, exists, func, literal, literal_column, select
from sqlalchemy import Integer as Whole
from sqlalchemy.sql.elements import UnaryExpression
from sqlalchemy.sql.operators import custom_op

from vaxdesk.models import tables as t
from vaxdesk.models.dose_book import day_bounds
from vaxdesk.models.reports import Age, Cell, Course, Span, age_group
from vaxdesk.models.rows import is_current_dose
from vaxdesk.models.values import DoseStatus, Screening, Series, Sex

DAYS_BY_THE_DAY = 31  # fewer are found faster by the day, more by people
WRITTEN_ONE: ColumnElement[int] = literal_column(
    "1"
)  # an index for the corrected ones is only used where the 1 stands in the statement
HOURS_AHEAD, UTC_HOUR_OF_MIDNIGHT = 7, "17"  # midnight in Viet Nam
STATUSES, CONCLUSIONS, SERIES, SEXES = tuple(DoseStatus), tuple(Screening), tuple(Series), tuple(Sex)
ROWS_AT_ONCE = 10_000
NUMBERS = 1 << 16  # more than anybody has doses

_newer, _newer_face = t.dose.alias("newer_dose"), t.person_revision.alias("newer_face")

Which = ColumnElement[bool]
Facts = tuple[DoseStatus, str, Screening, Course, str, Age]


def cells(connection: Connection, span: Span) -> tuple[Cell, ...]:
    """All revisions of doses and of people, less those that a newer one replaced: these are few, asking each row for its own is slow."""
    counts = _alike(connection, in_span(span, _when(span)))
    counts.subtract(_alike(connection, in_span(span), *_replaced()))
    counts.subtract(_alike(connection, in_span(span), is_current_dose(), *_mended()))
    return tuple(Cell(*facts, count) for facts, count in counts.items() if count)


def earlier(connection: Connection, span: Span) -> dict[str, int]:
    """Doses given before the span, by `Course.code`."""
    counts = _courses(connection, span)
    counts.subtract(_courses(connection, span, *_replaced()))
    return {course.code: count for course, count in counts.items() if count}


def by_hour(connection: Connection, span: Span) -> dict[int, int]:
    """Doses given, by the hour of the Vietnamese day."""
    counts = _hours(connection, in_span(span, _when(span)))
    counts.subtract(_hours(connection, in_span(span), *_replaced()))
    return {hour: count for hour, count in sorted(counts.items()) if count}


# --- conditions


def in_span(span: Span, at: ColumnElement[datetime] = t.dose.c.occurred_at) -> Which:
    """Doses of these days."""
    return and_(at >= day_bounds(span.first)[0], at < day_bounds(span.last)[1])


def before_span(span: Span, at: ColumnElement[datetime] = t.dose.c.occurred_at) -> Which:
    """Doses of days before these."""
    return at < day_bounds(span.first)[0]


def is_given() -> Which:
    """Injected, not sent home."""
    return t.dose.c.status == DoseStatus.COMPLETED.value


def years() -> ColumnElement[int]:
    """The age in full years on the day of injection; of who has only a birth year, by the year. Below zero where a date is wrong."""
    born, day = t.person_revision.c.birth_date, _day()
    is_before_birthday = and_(func.length(born) == 10, func.substr(day, 6, 5) < func.substr(born, 6, 5))
    calendar = cast(func.substr(day, 1, 4), Whole) - cast(func.substr(born, 1, 4), Whole)
    return calendar - case((is_before_birthday, 1), else_=0)


def _day() -> ColumnElement[str]:
    """The Vietnamese day of injection, as text; most are the same day in UTC, and the date function is slow."""
    at = t.dose.c.occurred_at
    text = func.substr(at, 1, 10)
    return case((func.substr(at, 12, 2) < UTC_HOUR_OF_MIDNIGHT, text), else_=func.date(at, literal("+7 hours")))


def _not_by_the_day() -> ColumnElement[datetime]:
    """The time of injection, not to be found by its index: a sign before a column keeps SQLite from that."""
    at = t.dose.c.occurred_at
    return UnaryExpression(at, operator=custom_op("+"), type_=at.type)


def _when(span: Span) -> ColumnElement[datetime]:
    is_long = (span.last - span.first).days > DAYS_BY_THE_DAY
    return _not_by_the_day() if is_long else t.dose.c.occurred_at


def _replaced() -> tuple[Which, Which]:
    return t.dose.c.id.in_(select(_newer.c.id).where(_newer.c.revision > WRITTEN_ONE)), ~is_current_dose()


def _mended() -> tuple[Which, Which]:
    person, newer = t.person_revision.c, _newer_face.c
    ids = select(newer.person_id).where(newer.revision > WRITTEN_ONE)
    return person.person_id.in_(ids), exists().where(
        newer.person_id == person.person_id, newer.revision > person.revision
    )


# --- counting


def _alike(connection: Connection, *which: Which) -> Counter[Facts]:
    """Rows of `dose` that were not entered in error, by what the reports ask for, in the order of `Cell`."""
    d, r = t.dose.c, t.person_revision.c
    query = (
        select(d.vaccine.concat(" ").concat(cast(_packed(), Text)))
        .select_from(t.person_revision.join(t.dose, d.person_id == r.person_id))
        .where(*which, d.status != DoseStatus.ENTERED_IN_ERROR.value)
    )
    rows = connection.execute(query, execution_options={"yield_per": ROWS_AT_ONCE})
    counts: Counter[Facts] = Counter()
    for alike, count in Counter(rows.scalars()).items():
        counts[_unpacked(alike)] += count
    return counts


def _packed() -> ColumnElement[int]:
    """All facts but the vaccine as one number; the age comes first, being the one that can be below zero."""
    d = t.dose.c
    whole: ColumnElement[int] = years()
    for digit, base in (
        (_place(d.status, STATUSES), len(STATUSES)),
        (_place(d.screening, CONCLUSIONS), len(CONCLUSIONS)),
        (_place(d.series, SERIES), len(SERIES)),
        (d.dose_number, NUMBERS),
        (_place(t.person_revision.c.sex, SEXES), len(SEXES)),
    ):
        whole = whole * base + digit
    return whole


def _unpacked(alike: str) -> Facts:
    vaccine, _, whole = alike.rpartition(" ")
    packed, sex = divmod(int(whole), len(SEXES))
    packed, number = divmod(packed, NUMBERS)
    packed, series = divmod(packed, len(SERIES))
    packed, why = divmod(packed, len(CONCLUSIONS))
    age, status = divmod(packed, len(STATUSES))
    course = Course(SERIES[series], number)
    return STATUSES[status], vaccine, CONCLUSIONS[why], course, SEXES[sex].value, age_group(max(age, 0))


def _hours(connection: Connection, *which: Which) -> Counter[int]:
    query = select(func.substr(t.dose.c.occurred_at, 12, 2)).where(*which, is_given())
    rows = connection.execute(query, execution_options={"yield_per": ROWS_AT_ONCE})
    return Counter({(int(hour) + HOURS_AHEAD) % 24: count for hour, count in Counter(rows.scalars()).items()})


def _place(column: ColumnElement[str], values: Sequence[StrEnum]) -> ColumnElement[int]:
    return case({value.value: place for place, value in enumerate(values)}, value=column)


def _courses(connection: Connection, span: Span, *which: Which) -> Counter[Course]:
    """Doses given before the span, by their place in the course."""
    d = t.dose.c
    query = select(d.series, d.dose_number, func.count()).where(
        before_span(span, _not_by_the_day()), is_given(), *which
    )
    rows = connection.execute(query.group_by(d.series, d.dose_number))
    return Counter({Course(Series(series), number): count for series, number, count in rows})
