"""What the window needs from the rest of the house; filled in by app.py, and by tests with the real use cases on a temporary store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from vaxdesk.models.values import CitizenId, DoseRecord, StaffMember
from vaxdesk.models.workplace import Workplace
from vaxdesk.print import spooler
from vaxdesk.settings import Settings
from vaxdesk.sync.reports import LookedUp, SyncReport

if TYPE_CHECKING:
    from vaxdesk.print.batch import PageOrder, PageShop
    from vaxdesk.print.checker import Checker
    from vaxdesk.print.issue_sheet import PrintedDocument
    from vaxdesk.sync.courier_post import Exported, Imported


class Runner(Protocol):
    """The sync thread as the window drives it; none of its methods waits for the network but `stop`."""

    def start(self) -> None:
        """Begins."""

    def wake(self, asked: bool = False) -> None:
        """There is new work, or (`asked`) a person wants a run now."""

    def stop(self) -> bool:
        """Ends; True when it has ended."""


class Courier(Protocol):
    """Courier files of this desk. Importing may ask the platform: it is called on a lane of its own."""

    def courier_export(self, path: Path, actor: StaffMember) -> Exported:
        """All that waits into a new file in the folder `path`. Raises InputRefused, StoreError."""

    def courier_import(self, path: Path, actor: StaffMember) -> Imported:
        """Takes an answer in, or delivers a file to the platform. Raises InputRefused, StoreError, SyncError."""


class Spool(Protocol):
    """Hands a page to a printer: as `spooler.submit`."""

    def __call__(
        self, pdf: bytes, printer: str | None, title: str, copies: int = 1, media: str = "", tray: str = "", /
    ) -> spooler.JobId:
        """The job it became. Raises SpoolerError."""


class Papers(Protocol):
    """Pages for many people, drawn by workers that know neither store nor key."""

    def page_order(self, dose_id: str, form: str, paper: str) -> PageOrder:
        """What a page is made of. Raises StoreError `dose-not-found`."""

    @property
    def shop(self) -> PageShop:
        """Draws; made when it is first asked for."""


class Asks(Protocol):
    """The look-up thread as the window drives it; neither method waits for the network but `stop`, briefly."""

    def ask(self, number: CitizenId) -> None:
        """Asks about a citizen who stands here."""

    def stop(self, timeout_s: float = 4.0) -> None:
        """Ends."""


class NobodyAsks:
    """A desk that asks nobody."""

    def ask(self, number: CitizenId) -> None:
        """Nothing."""

    def stop(self, timeout_s: float = 0.0) -> None:
        """Nothing."""


class RestingRunner:
    """A practice desk's sync thread: there is none, and whoever asks is told."""

    def __init__(self, reported: Callable[[SyncReport], None]) -> None:
        self._reported = reported

    def start(self) -> None:
        """Nothing begins."""

    def wake(self, asked: bool = False) -> None:
        """Says why nothing is sent, to a person who asked."""
        if asked:
            self._reported(SyncReport(trouble="training-only"))

    def stop(self) -> bool:
        """Nothing to end."""
        return True


class Leave(IntEnum):
    """Why the window was left, as its exit code: for the practice desk, back to the real one, or to begin practice afresh."""

    FOR_TRAINING = 70
    FOR_REAL = 71
    TO_START_OVER = 72


@dataclass(frozen=True, slots=True)
class Practice:
    """What only a practice desk has: the PIN that everybody may see, and cards to scan as PDF (made on the lane)."""

    pin: str
    cards: Callable[[], bytes] | None = None


@dataclass(frozen=True, slots=True)
class WindowServices:
    """Doors of the window. Everything here but `work.clock` is called on the lane only.

    work: the use cases; runner: makes the sync thread, which reports through the callable it is given; produce: the proven page of
    a record (record, form, paper); papers: the same for many; backup: an encrypted copy into a new file; last_backup: when the desk last made one by itself; support: versions, counts and log into a new zip file; signing_paper: the day's record to sign by hand into a new PDF file;
    token: signs with the registered token (given its PIN), None where the key is in the keyring; settings, save_settings: this machine's choices;
    checker: judges certificates and slips that people hold out; practice: set for a practice desk, which sends nothing; is_new: this desk was made just now;
    courier: records on a stick, None where there is no platform to seal for; spool, job, drop, printers, trays: the system's spooler.
    """

    work: Workplace
    runner: Callable[[Callable[[SyncReport], None]], Runner]
    produce: Callable[[DoseRecord, str, str], PrintedDocument]
    checker: Checker
    papers: Papers
    backup: Callable[[Path], None]
    settings: Callable[[], Settings]
    save_settings: Callable[[Settings], None]
    last_backup: Callable[[], datetime | None] = lambda: None
    support: Callable[[Path], None] = lambda file: None
    signing_paper: Callable[[date, StaffMember, Path], object] = lambda day, actor, file: None
    token: Callable[[str], Callable[[bytes], str]] | None = None
    courier: Courier | None = None
    spool: Spool = spooler.submit
    job: Callable[[spooler.JobId], spooler.JobReport] = spooler.job_report
    drop: Callable[[spooler.JobId], None] = spooler.cancel
    trays: Callable[[str | None], tuple[str, ...]] = spooler.trays
    printers: Callable[[], tuple[spooler.Printer, ...]] = spooler.printers
    lookup: Callable[[Callable[[LookedUp], None]], Asks] = lambda answered: NobodyAsks()
    practice: Practice | None = None
    is_new: bool = False
