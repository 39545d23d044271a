"""Short ways to ask the schedule in tests."""

from __future__ import annotations

from datetime import date

from vaxdesk.errors import Problem
from vaxdesk.models import schedule
from vaxdesk.models.schedule import Candidate, Verdict
from vaxdesk.models.values import GivenDose, PartialDate, Series, VaccineCode

PFIZER, AZ, MODERNA, VERO = "COMIRNATY", "VAXZEVRIA", "SPIKEVAX", "VERO-CELL"
ADULT = "1980-05-20"
HANOI, HCMC = "001", "079"


def had(*doses: str) -> tuple[GivenDose, ...]:
    """Doses as "VACCINE 2021-10-18", numbered in order; "+VACCINE ..." is an additional one."""
    given = []
    for number, text in enumerate(doses, 1):
        vaccine, day = text.split()
        series = Series.ADDITIONAL if vaccine.startswith("+") else Series.PRIMARY
        given.append(GivenDose(VaccineCode(vaccine.lstrip("+")), date.fromisoformat(day), number, series))
    return tuple(given)


def judge(
    vaccine: str,
    on: str,
    *doses: str,
    born: str = ADULT,
    province: str = HANOI,
    number: int | None = None,
    immunocompromised: bool | None = False,
    expiry: str | None = None,
    history: tuple[GivenDose, ...] | None = None,
) -> Verdict:
    day = date.fromisoformat(on)
    candidate = Candidate(
        VaccineCode(vaccine),
        PartialDate(born),
        day,
        province,
        number,
        immunocompromised,
        date.fromisoformat(expiry) if expiry else None,
    )
    known = history if history is not None else had(*doses)
    return schedule.evaluate(candidate, known, schedule.rules_on(day, province))


def codes(verdict: Verdict) -> list[str]:
    return [problem.code for problem in verdict.problems]


def found(verdict: Verdict, code: str) -> Problem:
    return next(problem for problem in verdict.problems if problem.code == code)
