"""What the window needs from the rest of the house; filled in by app.py, and by tests with the real use cases on a temporary store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from vaxdesk.models.values import DoseRecord
from vaxdesk.models.workplace import Workplace
from vaxdesk.print import spooler
from vaxdesk.print.issue_sheet import PrintedDocument
from vaxdesk.settings import Settings
from vaxdesk.sync.engine import SyncReport


class Runner(Protocol):
    """The sync thread as the window drives it; none of its methods waits for the network but `stop`."""

    def start(self) -> None:
        """Begins."""

    def wake(self, asked: bool = False) -> None:
        """There is new work, or (`asked`) a person wants a run now."""

    def stop(self, timeout_s: float = 45.0) -> bool:
        """Ends; True when it has ended."""


@dataclass(frozen=True, slots=True)
class WindowServices:
    """Doors of the window. Everything here but `work.clock` is called on the lane only.

    work: the use cases; runner: makes the sync thread, which reports through the callable it is given; produce: the proven page of
    a record (record, form, paper); backup: an encrypted copy into a new file; last_backup: when the desk last made one by itself; settings, save_settings: this machine's choices;
    spool, job, printers: the system's spooler.
    """

    work: Workplace
    runner: Callable[[Callable[[SyncReport], None]], Runner]
    produce: Callable[[DoseRecord, str, str], PrintedDocument]
    backup: Callable[[Path], None]
    settings: Callable[[], Settings]
    save_settings: Callable[[Settings], None]
    last_backup: Callable[[], datetime | None] = lambda: None
    spool: Callable[[bytes, str | None, str], spooler.JobId] = spooler.submit
    job: Callable[[spooler.JobId], spooler.JobReport] = spooler.job_report
    printers: Callable[[], tuple[spooler.Printer, ...]] = spooler.printers
