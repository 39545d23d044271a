"""What the desk page asks on the lane: who it is and whether the dose may be saved, and whether the session's lot may be used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from vaxdesk.errors import Problem
from vaxdesk.models.desk import CheckIn, Desk, Preset
from vaxdesk.models.intake import Assessment
from vaxdesk.ui.dose_form import DoseForm


@dataclass(frozen=True, slots=True, repr=False)
class Judged:
    """The lane's answer about one form: who it is and whether the dose may be saved."""

    check_in: CheckIn
    assessment: Assessment


@dataclass(frozen=True, slots=True)
class LotChecked:
    """The lane's answer about the product of the session."""

    preset: Preset
    problems: tuple[Problem, ...]


def judge(desk: Desk, form: DoseForm, now: datetime) -> Judged:
    """On the lane: finds the person and judges the dose."""
    assert form.person is not None
    check_in = desk.check_in(form.person)
    draft = form.with_check_in(check_in).draft(now)
    assert draft is not None
    return Judged(check_in, desk.assess(draft))


def check_lot(desk: Desk, preset: Preset) -> LotChecked:
    """On the lane: whether the lot was recalled."""
    return LotChecked(preset, desk.lot_problems(preset))
