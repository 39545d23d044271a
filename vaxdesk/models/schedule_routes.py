"""The ways a next dose can be right: each is a list of barriers, and each barrier knows the days on which it is open. Pure.

Because every barrier is a set of days and not a yes or no, "allowed today", "why not" and "from when" come from the same place and cannot
disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache, partial

from vaxdesk.errors import Problem, Severity
from vaxdesk.models.schedule_course import Birth, Course, brand_of, family_of, interval_product, primary_families
from vaxdesk.models.schedule_rules import LaterDose, Mixing, Product, Rules, Window
from vaxdesk.models.values import GivenDose, Series

IMMUNOCOMPROMISED = "immunocompromised"


class Decision(StrEnum):
    """The answer in one word; where several things stand against a dose, the first of this list."""

    NOT_LICENSED = "not-licensed"
    EXPIRED_LOT = "expired-lot"
    AGE_UNKNOWN = "age-unknown"
    UNDER_AGE = "under-age"
    OVER_AGE = "over-age"
    ALREADY_HAD = "already-had"
    WRONG_NUMBER = "wrong-number"
    WRONG_PRODUCT = "wrong-product"
    TOO_EARLY = "too-early"
    OUT_OF_ORDER = "out-of-order"
    ALLOWED = "allowed"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing against a dose. `passes` = it goes away by waiting, so that a first allowed day can be named."""

    decision: Decision
    problem: Problem
    passes: bool = True


@dataclass(frozen=True, slots=True)
class Barrier:
    """Days on which something is right, and what to say on the others."""

    windows: tuple[Window, ...]
    finding: Callable[[], Finding]  # made when asked for: most barriers are open

    def opens(self, day: date) -> date | None:
        """The first open day not before `day`."""
        return min((max(first, day) for first, last in self.windows if first <= last and last >= day), default=None)


@dataclass(frozen=True, slots=True)
class Route:
    """One way: a dose of a series, its barriers, the dose's volume and what it rests on."""

    series: Series
    dose_ml: float
    barriers: tuple[Barrier, ...]
    allowed: Problem
    notes: tuple[Problem, ...] = ()

    def opens(self, day: date) -> date | None:
        """The first day not before `day` on which all barriers are open."""
        candidate: date | None = day
        while candidate is not None:
            later = _latest(self.barriers, candidate)
            if later == candidate:
                return candidate
            candidate = later
        return None

    def findings(self, day: date) -> tuple[Finding, ...]:
        """What stands against the dose on a day."""
        return tuple(barrier.finding() for barrier in self.barriers if barrier.opens(day) != day)


def _latest(barriers: tuple[Barrier, ...], day: date) -> date | None:
    latest = day
    for barrier in barriers:
        opens = barrier.opens(day)
        if opens is None:
            return None
        latest = max(latest, opens)
    return latest


@dataclass(frozen=True, slots=True, repr=False)
class Question:
    """All that the routes are built from."""

    product: Product
    birth: Birth
    on: date
    number: int
    immunocompromised: bool | None
    course: Course
    rules: Rules

    @property
    def follows(self) -> GivenDose | None:
        """The dose right before, if it is on record."""
        return self.course.last if self.number == self.course.next_number else None


@lru_cache(maxsize=4096)
def day_text(day: date) -> str:
    """A date as people here write it."""
    return f"{day.day:02}/{day.month:02}/{day.year:04}"


def routes(question: Question) -> tuple[Route, ...]:
    """The ways in which this dose can be right, preferred first; one that never opens when the rules know no such dose."""
    if question.number <= question.course.required:
        return (_primary(question),)
    return tuple(_later_route(question, row) for row in _rows(question)) or (_extra(question),)


def _extra(question: Question) -> Route:
    """A dose beyond all rules of the day: only a written reason lets it through."""
    barriers = (_product_ages(question), Barrier((), partial(_complete, question)))
    return Route(Series.BOOSTER, _volume(question, True), barriers, _plain_reason(question))


def _rows(question: Question) -> Iterator[LaterDose]:
    """Additional doses that fit the person come before boosters."""
    course, later = question.course, question.rules.later
    if question.number == course.required + 1:
        yield from (row for row in later if row.series is Series.ADDITIONAL and _concerns(row, question))
    booster = course.booster(question.number)
    yield from (row for row in later if row.series is Series.BOOSTER and row.number == booster)


def additional_from(question: Question) -> date | None:
    """From when an immunocompromised person could have the additional dose; None when the rules have none or it comes too late."""
    course, last = question.course, question.course.last
    row = next((row for row in question.rules.later if row.who == IMMUNOCOMPROMISED), None)
    if row is None or last is None or question.number != course.required + 1:
        return None
    return max(question.on, row.interval.after(last.on), row.ages.window(question.birth.youngest)[0])


def _concerns(row: LaterDose, question: Question) -> bool:
    if row.who == IMMUNOCOMPROMISED:
        return question.immunocompromised is True
    return row.who in primary_families(question.course, question.rules)


def _primary(question: Question) -> Route:
    last = question.course.last
    barriers = [_product_ages(question)]
    allowed = _plain_reason(question)
    if last is not None:
        days = interval_product(question.course, question.product, question.rules).interval.days
        allowed = _reason("schedule-interval-passed", question, last, days=str(days))
        barriers.append(_primary_interval(question, last))
    mixing, mixed = _mixing(question, Series.PRIMARY)
    barriers += mixed
    return Route(Series.PRIMARY, _volume(question, False), tuple(barriers), allowed, _mixing_note(question, mixing))


def _primary_interval(question: Question, last: GivenDose) -> Barrier:
    product = interval_product(question.course, question.product, question.rules)
    opens = product.interval.after(last.on)
    needed = str(product.interval.days)
    finding = partial(_too_early, Decision.TOO_EARLY, "interval-too-short", question, last, opens, needed=needed)
    return Barrier(((opens, date.max),), finding)


def _later_route(question: Question, row: LaterDose) -> Route:
    booster = row.series is Series.BOOSTER
    last = question.course.last
    barriers = [
        _product_ages(question),
        Barrier((row.ages.window(question.birth.youngest),), partial(_complete, question)),
    ]
    allowed = _plain_reason(question)
    if last is not None:
        barriers.append(_later_interval(question, row, last))
        code = "schedule-booster-due" if booster else "schedule-additional-due"
        length = {"months": str(row.interval.months)} if booster else {"days": str(row.interval.days)}
        allowed = _reason(code, question, last, **length)
    mixing, mixed = _mixing(question, row.series)
    notes = _mixing_note(question, mixing)
    if row.condition:
        notes += (Problem(f"booster-{row.condition}", "vaccine", Severity.WARN, {"rule": row.basis.instrument}),)
    return Route(row.series, _volume(question, booster), (*barriers, *mixed), allowed, notes)


def _later_interval(question: Question, row: LaterDose, last: GivenDose) -> Barrier:
    """A full course is "already had" until its booster is due; an additional dose belongs to the course and is "too early"."""
    opens = row.interval.after(last.on)
    if row.series is Series.BOOSTER:
        code, decision, needed = "booster-too-early", Decision.ALREADY_HAD, str(row.interval.months)
    else:
        code, decision, needed = "additional-too-early", Decision.TOO_EARLY, str(row.interval.days)
    finding = partial(_too_early, decision, code, question, last, opens, needed=needed, rule=row.basis.instrument)
    return Barrier(((opens, date.max),), finding)


def _complete(question: Question) -> Finding:
    """The rules know no further dose for this person (now)."""
    params = {"doses": str(question.course.number), "number": str(question.number)}
    return Finding(Decision.ALREADY_HAD, Problem("course-complete", "vaccine", Severity.OVERRIDABLE, params))


def _product_ages(question: Question) -> Barrier:
    windows = tuple(band.ages.window(question.birth.youngest) for band in question.product.bands)
    return Barrier(windows, partial(_age_finding, question, windows))


def _age_finding(question: Question, windows: tuple[Window, ...]) -> Finding:
    """Too young is a stop, unless only the year is known and the person may be old enough; too old is a clinician's decision."""
    waits = [band for band, (first, _) in zip(question.product.bands, windows, strict=True) if first > question.on]
    params = {"vaccine": question.product.brand}
    if not waits:
        oldest = max((band.ages.most or 0 for band in question.product.bands), default=0)
        params["age"] = str(oldest)
        return Finding(Decision.OVER_AGE, Problem("age-above", "birth_date", Severity.OVERRIDABLE, params))
    nearest = min(waits, key=lambda band: band.ages.least)
    first, _ = nearest.ages.window(question.birth.youngest)
    params |= {"age": str(nearest.ages.least), "allowed_from": day_text(first)}
    old_first, old_last = nearest.ages.window(question.birth.oldest)
    unsure = not question.birth.certain and old_first <= question.on <= old_last
    problem = (
        Problem("age-unsure", "birth_date", Severity.OVERRIDABLE, params)
        if unsure
        else Problem("age-below", "birth_date", Severity.STOP, params)
    )
    return Finding(Decision.UNDER_AGE, problem)


def _volume(question: Question, booster: bool) -> float:
    """The dose in ml for the person's age on the day; for nobody's age, the grown-ups'."""
    bands = sorted(question.product.bands, key=lambda band: band.ages.least)
    if not bands:
        return 0.0
    fitting = [band for band in bands if _within(question.on, band.ages.window(question.birth.youngest))]
    band = fitting[0] if fitting else bands[-1]
    return band.booster_dose_ml if booster else band.dose_ml


def _within(day: date, window: Window) -> bool:
    return window[0] <= day <= window[1]


def _mixing(question: Question, series: Series) -> tuple[Mixing | None, list[Barrier]]:
    """The row that lets another product follow and its barrier; nothing for the same product or when the dose before is unknown."""
    last = question.follows
    if last is None:
        return None, []
    after = family_of(last.vaccine, question.rules)
    if after == question.product.family:
        return None, []
    row = question.rules.mixing_of(series, after, question.product.family)
    window = row.ages.window(question.birth.youngest) if row else (date.max, date.min)
    return row, [Barrier((window,), partial(_differs, question, last))]


def _differs(question: Question, last: GivenDose) -> Finding:
    params = {
        "number": str(question.number),
        "last": str(question.course.number),
        "previous": brand_of(last.vaccine, question.rules),
        "vaccine": question.product.brand,
    }
    return Finding(Decision.WRONG_PRODUCT, Problem("product-differs", "vaccine", Severity.OVERRIDABLE, params))


def _mixing_note(question: Question, row: Mixing | None) -> tuple[Problem, ...]:
    last = question.follows
    if row is None or last is None or not row.condition:
        return ()
    params = {
        "previous": brand_of(last.vaccine, question.rules),
        "vaccine": question.product.brand,
        "rule": row.basis.instrument,
    }
    return (Problem(f"mixing-{row.condition}", "vaccine", Severity.WARN, params),)


def _plain_reason(question: Question) -> Problem:
    return Problem("schedule-no-interval", "vaccine", Severity.INFO, {"number": str(question.number)})


def _reason(code: str, question: Question, last: GivenDose, **params: str) -> Problem:
    """Why it is allowed, said quietly."""
    facts = {"number": str(question.number), "since": day_text(last.on), **params}
    return Problem(code, "vaccine", Severity.INFO, facts)


def _too_early(
    decision: Decision, code: str, question: Question, last: GivenDose, opens: date, **params: str
) -> Finding:
    days = (question.on - last.on).days
    facts = {
        "days": str(days),
        "last": str(question.course.number),
        "number": str(question.number),
        "since": day_text(last.on),
        "allowed_from": day_text(opens),
        **params,
    }
    return Finding(decision, Problem(code, "occurred_at", Severity.OVERRIDABLE, facts))
