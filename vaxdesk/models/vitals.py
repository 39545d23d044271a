"""Vital signs before the injection: their limits (4355/QĐ-BYT, 5785/QĐ-BYT) and how what a nurse types is read. Pure.

`limit_problem` is asked while somebody types; a value that nobody alive has is refused, with what was probably meant.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from vaxdesk.errors import Problem, Severity

TYPED_CHARS_MAX = 10


@dataclass(frozen=True, slots=True)
class Vitals:
    """What was measured; None for what was not."""

    temperature_c: float | None = None
    pulse_bpm: int | None = None
    systolic_mmhg: int | None = None
    diastolic_mmhg: int | None = None
    breaths_per_min: int | None = None

    def measured(self) -> tuple[tuple[str, float], ...]:
        """The measured ones by name."""
        every = ((name, getattr(self, name)) for name in LIMITS)
        return tuple((name, value) for name, value in every if value is not None)


@dataclass(frozen=True, slots=True)
class Limit:
    """`name` begins the codes; outside [low, high] is abnormal (4355, 5785), outside [least, most] nobody alive has."""

    name: str
    low: float
    high: float
    least: float
    most: float


LIMITS: Mapping[str, Limit] = MappingProxyType(
    {
        "temperature_c": Limit("temperature", 35.5, 37.5, 33, 43),
        "pulse_bpm": Limit("pulse", 60, 100, 30, 220),
        "systolic_mmhg": Limit("systolic", 90, 140, 60, 260),
        "diastolic_mmhg": Limit("diastolic", 60, 90, 30, 160),
        "breaths_per_min": Limit("breaths", 0, 25, 6, 80),
    }
)
_NUMBER = re.compile(r"[0-9]{1,4}([.,][0-9]?)?")
_PRESSURE = re.compile(r"([0-9]{2,3})\s*[/\-. ]\s*([0-9]{2,3})")


def limit_problem(name: str, value: float) -> Problem | None:
    """What is wrong with a measured value: STOP for one that cannot be, WARN for one outside the limits, None for a normal one."""
    limit = LIMITS[name]
    if not limit.least <= value <= limit.most:
        return _implausible(name, value)
    if value < limit.low:
        return Problem(f"{limit.name}-low", name, Severity.WARN)
    if value > limit.high:
        return Problem(f"{limit.name}-high", name, Severity.WARN)
    return None


def _implausible(name: str, value: float) -> Problem:
    limit, given = LIMITS[name], f"{value:g}".replace(".", ",")
    if name == "temperature_c" and limit.least <= value / 10 <= limit.most:  # the comma was forgotten
        meant = f"{value / 10:g}".replace(".", ",")
        return Problem("vital-meant", name, params={"given": given, "meant": meant})
    params = {"given": given, "least": f"{limit.least:g}", "most": f"{limit.most:g}"}
    return Problem("vital-impossible", name, params=params)


def vitals_problems(vitals: Vitals) -> tuple[Problem, ...]:
    """Everything wrong with what was measured, in the order of the form."""
    found = tuple(problem for name, value in vitals.measured() if (problem := limit_problem(name, value)))
    pressure = (vitals.systolic_mmhg, vitals.diastolic_mmhg)
    if pressure[0] is not None and pressure[1] is not None and pressure[0] <= pressure[1]:
        found += (Problem("pressure-reversed", "systolic_mmhg"),)
    return found


def read_vitals(typed: Mapping[str, str]) -> tuple[Vitals, tuple[Problem, ...]]:
    """What a person typed, by `temperature`, `pulse`, `pressure` (110/70) and `breaths`, and what is wrong with it."""
    problems: list[Problem] = []
    temperature = _number("temperature_c", typed.get("temperature", ""), problems)
    pulse = _number("pulse_bpm", typed.get("pulse", ""), problems)
    breaths = _number("breaths_per_min", typed.get("breaths", ""), problems)
    systolic, diastolic = _pressure(typed.get("pressure", ""), problems)
    vitals = Vitals(temperature, _whole(pulse), systolic, diastolic, _whole(breaths))
    return vitals, tuple(problems) + vitals_problems(vitals)


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)


def _number(name: str, typed: str, problems: list[Problem]) -> float | None:
    text = typed.strip()
    if not text:
        return None
    if not _NUMBER.fullmatch(text) or (name != "temperature_c" and not text.isdecimal()):
        problems.append(Problem("vital-unreadable", name, params={"given": text[:TYPED_CHARS_MAX]}))
        return None
    return float(text.replace(",", ".").rstrip("."))


def _pressure(typed: str, problems: list[Problem]) -> tuple[int | None, int | None]:
    text = typed.strip()
    if not text:
        return None, None
    if not (found := _PRESSURE.fullmatch(text)):
        problems.append(Problem("pressure-unreadable", "systolic_mmhg", params={"given": text[:TYPED_CHARS_MAX]}))
        return None, None
    return int(found[1]), int(found[2])
