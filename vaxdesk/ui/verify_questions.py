"""What the verify page asks on the lane: are these codes genuine, and what has this desk of their doses already?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from vaxdesk.errors import InputRefused, Problem
from vaxdesk.models.slips import CarriedSlip, SlipStanding
from vaxdesk.models.values import CitizenId, StaffMember
from vaxdesk.ui.services import WindowServices

if TYPE_CHECKING:
    from vaxdesk.print.verdict import Verdict

CODES_MAX = 200  # as many as the pages of one file may hold


@dataclass(frozen=True, slots=True, repr=False)
class Judged:
    """One code's answer; of a genuine slip also its dose and what is known of it, or why it is nobody's dose."""

    verdict: Verdict
    carried: CarriedSlip | None = None
    standing: SlipStanding | None = None
    trouble: Problem | None = None

    def __repr__(self) -> str:
        return f"Judged({self.verdict!r})"


@dataclass(frozen=True, slots=True, repr=False)
class Answers:
    """Answers in the order of the codes, and how old the lists are by which they were given; None: never pulled."""

    judged: tuple[Judged, ...]
    lists_as_of: datetime | None


def judge_all(services: WindowServices, untrusted_texts: tuple[str, ...], at_desk: CitizenId | None) -> Answers:
    """The answers to some codes. Raises StoreError."""
    from vaxdesk.print.verdict import nothing_found

    checker = services.checker
    judged = [_judged(services, checker.judge(text), at_desk) for text in untrusted_texts[:CODES_MAX]]
    return Answers(tuple(judged) or (Judged(nothing_found()),), checker.lists_as_of())


def lists_as_of(services: WindowServices) -> datetime | None:
    """How old the lists are. Raises StoreError."""
    return services.checker.lists_as_of()


def take_over(services: WindowServices, judged: Judged, actor: StaffMember, at_desk: CitizenId | None) -> Judged:
    """Takes a slip's dose into the history; its new standing. Raises InputRefused, StoreError."""
    assert judged.carried is not None
    standing = services.work.slips.take_over(judged.carried, actor, at_desk)
    return Judged(judged.verdict, judged.carried, standing)


def codes_in_file(path: Path) -> tuple[str, ...]:
    """The certificates and slips on a picture or on all pages of a PDF. Raises PrintError."""
    from vaxdesk.print.proof import read_codes
    from vaxdesk.print.verdict import PREFIXES

    codes = read_codes(path)
    return tuple(code for code in codes if code.startswith(PREFIXES)) or tuple(codes)


def _judged(services: WindowServices, verdict: Verdict, at_desk: CitizenId | None) -> Judged:
    from vaxdesk.print.verdict import carried

    if verdict.slip is None or verdict.signer is None:
        return Judged(verdict)
    try:
        slip = carried(verdict.slip, verdict.signer, services.work.clock())
    except InputRefused as refused:
        return Judged(verdict, trouble=refused.problems[0])
    standing = services.work.slips.look(slip, at_desk)
    return Judged(verdict, slip, standing, standing.trouble)
