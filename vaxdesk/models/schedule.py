"""May this person have this vaccine on this day? One pure question, answered with reasons; the rules are data (resources/schedules).

The answer is worked out under the rules of one day. `allowed_from` is therefore the first day *under these rules*: a later letter may
bring it forward or push it back (decision 0002). Which problems a clinician may override with a written reason is said by their severity.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from vaxdesk.errors import Problem, Severity
from vaxdesk.models.schedule_book import rules_on
from vaxdesk.models.schedule_course import Birth, Course, birth_of, brand_of, course_of, series_doses
from vaxdesk.models.schedule_routes import (
    Decision,
    Finding,
    Question,
    Route,
    additional_from,
    day_text,
    routes,
)
from vaxdesk.models.schedule_rules import Rules
from vaxdesk.models.values import GivenDose, PartialDate, Series, VaccineCode

__all__ = ["Candidate", "Decision", "Rules", "Verdict", "evaluate", "rules_on"]

_ORDER = {decision: place for place, decision in enumerate(Decision)}
NUMBER_MAX = 9  # the European certificate has one digit
_UNKNOWN_BIRTH = Birth(date.max, date.max)


@dataclass(frozen=True, slots=True, repr=False)
class Candidate:
    """A dose somebody may get: `on` is the day of injection, `province` the site's three-digit code, `dose_number` None = the next one,
    `immunocompromised` None = not asked."""

    vaccine: VaccineCode
    birth_date: PartialDate
    on: date
    province: str
    dose_number: int | None = None
    immunocompromised: bool | None = None
    lot_expiry: date | None = None

    def __repr__(self) -> str:
        return f"Candidate({self.vaccine}, {self.on})"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer. `problems` has what stands against the dose first, then what a person should know; `dose_ml` is the volume to
    draw up (0.0 for a product the rules do not know); `allowed_from` is set when waiting alone makes it right; `overridable` = not
    allowed, but a written reason is enough."""

    allowed: bool
    decision: Decision
    dose_number: int
    series: Series
    series_doses: int
    dose_ml: float
    allowed_from: date | None
    problems: tuple[Problem, ...]
    overridable: bool


def evaluate(candidate: Candidate, history: tuple[GivenDose, ...], rules: Rules) -> Verdict:
    """Judges a dose under `rules` (see `rules_on`). Never raises; what cannot be known becomes a problem."""
    course = course_of(history, candidate.on, candidate.vaccine, rules)
    number = candidate.dose_number if candidate.dose_number is not None else course.next_number
    product = rules.products.get(candidate.vaccine)
    if product is None:
        return _not_licensed(candidate, course, number)
    birth = birth_of(candidate.birth_date)
    question = Question(
        product, birth or _UNKNOWN_BIRTH, candidate.on, number, candidate.immunocompromised, course, rules
    )
    route, allowed_from = _choose(question)
    standing = (
        *_person(candidate, birth),
        *_record(candidate, course, number, rules),
        *(_schedule(route, course, candidate.on) if birth else ()),
    )
    notes = (*_year_only(birth), *_hint(question, standing))
    return _verdict(question, route, standing, notes, allowed_from)


def _schedule(route: Route, course: Course, on: date) -> Iterator[Finding]:
    """What the route says; of a dose on the same day it need not say that this is too early."""
    same_day = course.last is not None and course.last.on == on
    for finding in route.findings(on):
        if not (same_day and finding.problem.field == "occurred_at"):
            yield finding


def _verdict(
    question: Question,
    route: Route,
    standing: tuple[Finding, ...],
    notes: tuple[Problem, ...],
    allowed_from: date | None,
) -> Verdict:
    ordered = sorted(standing, key=lambda finding: _ORDER[finding.decision])
    blocking = tuple(finding.problem for finding in ordered)
    said = blocking or (*route.notes, route.allowed)
    waits = bool(ordered) and all(finding.passes for finding in ordered)
    return Verdict(
        allowed=not ordered,
        decision=ordered[0].decision if ordered else Decision.ALLOWED,
        dose_number=question.number,
        series=route.series,
        series_doses=series_doses(route.series, question.number, question.course.required),
        dose_ml=route.dose_ml,
        allowed_from=allowed_from if waits else None,
        problems=(*said, *notes),
        overridable=bool(ordered) and all(problem.severity is Severity.OVERRIDABLE for problem in blocking),
    )


def _choose(question: Question) -> tuple[Route, date | None]:
    """The route that opens first, today at the earliest, and that day; else the preferred one."""
    found = routes(question)
    opening = [(opens, place, route) for place, route in enumerate(found) if (opens := route.opens(question.on))]
    if not opening:
        return found[0], None
    opens, _, route = min(opening, key=lambda choice: choice[:2])
    return route, opens


def _not_licensed(candidate: Candidate, course: Course, number: int) -> Verdict:
    params = {"vaccine": candidate.vaccine, "on": day_text(candidate.on)}
    series = Series.PRIMARY if number <= course.required else Series.BOOSTER
    return Verdict(
        allowed=False,
        decision=Decision.NOT_LICENSED,
        dose_number=number,
        series=series,
        series_doses=series_doses(series, number, course.required),
        dose_ml=0.0,
        allowed_from=None,
        problems=(Problem("vaccine-not-licensed", "vaccine", params=params),),
        overridable=False,
    )


def _person(candidate: Candidate, birth: Birth | None) -> Iterator[Finding]:
    """What the person's own facts and the vial say."""
    if birth is None:
        yield Finding(Decision.AGE_UNKNOWN, Problem("age-unknown", "birth_date"), passes=False)
    if candidate.lot_expiry is not None and candidate.lot_expiry < candidate.on:
        params = {"expiry": day_text(candidate.lot_expiry)}
        yield Finding(Decision.EXPIRED_LOT, Problem("lot-expired", "expiry", params=params), passes=False)


def _record(candidate: Candidate, course: Course, number: int, rules: Rules) -> Iterator[Finding]:
    """What the doses on record say: one on this very day, one after it, another number."""
    last = course.last
    if last is not None and last.on == candidate.on:
        params = {"number": str(last.number), "vaccine": brand_of(last.vaccine, rules), "on": day_text(last.on)}
        yield Finding(Decision.ALREADY_HAD, Problem("dose-same-day", "occurred_at", params=params))
    if course.later:
        after = course.later[0]
        params = {"number": str(after.number), "vaccine": brand_of(after.vaccine, rules), "on": day_text(after.on)}
        problem = Problem("dose-later-known", "occurred_at", Severity.OVERRIDABLE, params)
        yield Finding(Decision.OUT_OF_ORDER, problem, passes=False)
    if candidate.dose_number is not None and number != course.next_number:
        yield Finding(Decision.WRONG_NUMBER, _wrong_number(course, number, rules), passes=False)


def _wrong_number(course: Course, number: int, rules: Rules) -> Problem:
    """A number that is taken or impossible cannot be saved. One that is too high can, with a reason: the doses before it may be on a paper
    this desk has not seen, and then nobody here can check the interval."""
    params = {"number": str(number), "next": str(course.next_number), "known": str(course.number)}
    taken = course.numbered(number)
    if taken is not None:
        params |= {"on": day_text(taken.on), "vaccine": brand_of(taken.vaccine, rules)}
        return Problem("dose-number-taken", "dose_number", params=params)
    if not 1 <= number <= NUMBER_MAX:
        return Problem("dose-number-impossible", "dose_number", params=params)
    code = "earlier-doses-unknown" if number > course.next_number else "dose-number-low"
    return Problem(code, "dose_number", Severity.OVERRIDABLE, params)


def _year_only(birth: Birth | None) -> Iterator[Problem]:
    if birth is not None and not birth.certain:
        yield Problem("birth-year-only", "birth_date", Severity.WARN, {"year": str(birth.youngest.year)})


def _hint(question: Question, standing: tuple[Finding, ...]) -> tuple[Problem, ...]:
    """Where only the booster is not due yet and nobody asked: an immunocompromised person may have the additional dose."""
    waiting = [finding.problem.code for finding in standing] == ["booster-too-early"]
    if not waiting or question.immunocompromised is not None:
        return ()
    opens = additional_from(question)
    if opens is None:
        return ()
    return (Problem("additional-if-immunocompromised", "vaccine", Severity.INFO, {"allowed_from": day_text(opens)}),)
