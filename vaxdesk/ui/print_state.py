"""How far a batch of sheets is: what one run through it knows, and what is told of it."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vaxdesk.errors import VaxdeskError
from vaxdesk.models.print_batches import PrintBatch
from vaxdesk.models.values import StaffMember
from vaxdesk.print.spooler import JobId, JobReport

if TYPE_CHECKING:
    from vaxdesk.print.issue_sheet import PrintedDocument


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a batch is. `failures`: (dose id, why there is no page); `trouble`: what the printer waits for or why printing ended early;
    `unsure`: numbers of sheets that may have come out before the program ended; `left_s`: an estimate, None while there is none.
    """

    done: int = 0
    total: int = 0
    failures: tuple[tuple[str, VaxdeskError], ...] = ()
    running: bool = False
    trouble: VaxdeskError | None = None
    unsure: tuple[int, ...] = ()
    left_s: float | None = None
    next_number: int = 0


@dataclass(slots=True)
class Handed:
    """A sheet the printer has."""

    number: int
    job: JobId
    report: JobReport | None = None
    from_before: bool = False  # of a run that was cut off: not printed then, it is printed now


@dataclass(slots=True)
class RunState:
    """One run through a batch."""

    batch: PrintBatch
    actor: StaffMember
    turns: deque[int] = field(default_factory=deque)  # not yet with the printer, in order
    unordered: deque[int] = field(default_factory=deque)
    drawing: int = 0
    pages: dict[int, tuple[PrintedDocument, str]] = field(default_factory=dict)
    handing: bool = False
    handed: list[Handed] = field(default_factory=list)
    keeping: int = 0
    done: int = 0
    printed: int = 0  # in this run
    failures: list[tuple[str, VaxdeskError]] = field(default_factory=list)
    unsure: list[int] = field(default_factory=list)
    ends: bool = False
    trouble: VaxdeskError | None = None
    blind: int = 0
    began_s: float = field(default_factory=time.monotonic)
    moved_s: float = field(default_factory=time.monotonic)
