"""Paper, one sheet after the other: prove the page, hand it to the printer, wait for the printer's word, then log it (I10)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from vaxdesk.errors import InputRefused, PrintError, Problem, SpoolerError, VaxdeskError
from vaxdesk.models.values import DoseRecord, StaffMember
from vaxdesk.print.spooler import JobId, JobReport, JobState
from vaxdesk.ui.background import Lane
from vaxdesk.ui.services import WindowServices

if TYPE_CHECKING:
    from vaxdesk.print.issue_sheet import PrintedDocument

POLL_MS = 500
POLLS_MAX = 240
FAILURES_KEPT_MAX = 500
SAVED_AS_FILE = "lưu tệp PDF"


@dataclass(frozen=True, slots=True)
class Wish:
    """What to make of records: `form` is confirmation, certificate or slip."""

    form: str
    paper: str
    printer: str
    reason: str


@dataclass(frozen=True, slots=True, repr=False)
class Sheet:
    """A page that the printer took."""

    record: DoseRecord
    document: PrintedDocument
    job: JobId


@dataclass(frozen=True, slots=True, repr=False)
class Progress:
    """How far a run is. `failures` are (record, error)."""

    done: int
    total: int
    failures: tuple[tuple[DoseRecord, VaxdeskError], ...]
    running: bool


def preview(services: WindowServices, record: DoseRecord, form: str, paper: str, width_px: int) -> QImage:
    """On the lane: the proven page as a picture of that width."""
    import pypdfium2

    document = services.produce(record, form, paper)
    opened = pypdfium2.PdfDocument(document.pdf)
    try:
        page = opened[0]
        bitmap = page.render(scale=width_px / page.get_width(), rev_byteorder=True)
        picture = bitmap.to_pil().convert("RGB")
    finally:
        opened.close()
    rows = picture.width * 3
    return QImage(picture.tobytes(), picture.width, picture.height, rows, QImage.Format.Format_RGB888).copy()


def hand_in(services: WindowServices, record: DoseRecord, wish: Wish) -> Sheet:
    """On the lane: the proven page, given to the printer. A reprint without a reason is refused before anything is printed."""
    if services.work.certificates.copies(record.dose.id, wish.form) and not wish.reason.strip():
        raise InputRefused(Problem("reprint-reason-missing", "reason"))
    document = services.produce(record, wish.form, wish.paper)
    job = services.spool(document.pdf, wish.printer or None, f"vaxdesk {wish.form}")
    return Sheet(record, document, job)


def save_file(services: WindowServices, record: DoseRecord, wish: Wish, target: Path, actor: StaffMember) -> Path:
    """On the lane: the proven page as a file, logged like a print."""
    document = services.produce(record, wish.form, wish.paper)
    try:
        target.write_bytes(document.pdf)
    except OSError as error:
        raise PrintError("pdf-not-written", file=target.name) from error
    reason = wish.reason.strip() or SAVED_AS_FILE
    services.work.certificates.note_print(record, wish.form, document.sha256, reason, actor)
    return target


class PrintRun(QObject):
    """Prints records one after the other. Stopping lets the sheet under way end; what was not begun is not printed."""

    progressed = Signal(Progress)

    def __init__(self, services: WindowServices, lane: Lane) -> None:
        super().__init__()
        self._services, self._lane = services, lane
        self._waiting: list[DoseRecord] = []
        self._failures: list[tuple[DoseRecord, VaxdeskError]] = []
        self._wish = Wish("confirmation", "A4", "", "")
        self._actor: StaffMember | None = None
        self._done = self._total = self._polls = 0
        self.running = False

    def start(self, records: tuple[DoseRecord, ...], wish: Wish, actor: StaffMember) -> None:
        """Begins; a run under way goes on alone."""
        if self.running or not records:
            return
        self._waiting, self._failures = list(records), []
        self._wish, self._actor = wish, actor
        self._done, self._total, self.running = 0, len(records), True
        self._next()

    def stop(self) -> None:
        """No further sheet."""
        self._total -= len(self._waiting)
        self._waiting = []
        self._tell()

    def _next(self) -> None:
        self.running = bool(self._waiting)
        self._tell()
        if not self._waiting:
            return
        record = self._waiting.pop(0)
        failed = partial(self._failed, record)
        self._lane.run(hand_in, self._services, record, self._wish, done=self._handed_in, failed=failed)

    def _handed_in(self, sheet: Sheet) -> None:
        self._polls = 0
        self._look(sheet)

    def _look(self, sheet: Sheet) -> None:
        failed = partial(self._failed, sheet.record)
        self._lane.run(self._services.job, sheet.job, done=partial(self._seen, sheet), failed=failed)

    def _seen(self, sheet: Sheet, report: JobReport) -> None:
        self._polls += 1
        if report.state is JobState.DONE:
            self._log(sheet)
        elif report.state.is_final or self._polls >= POLLS_MAX:
            self._failed(sheet.record, SpoolerError("spooler-trouble"))
        else:
            QTimer.singleShot(POLL_MS, self, partial(self._look, sheet))

    def _log(self, sheet: Sheet) -> None:
        assert self._actor is not None
        note = partial(
            self._services.work.certificates.note_print,
            sheet.record,
            sheet.document.form,
            sheet.document.sha256,
            self._wish.reason,
            self._actor,
        )
        self._lane.run(note, done=self._logged, failed=partial(self._failed, sheet.record))

    def _logged(self, _copy: int) -> None:
        self._done += 1
        self._next()

    def _failed(self, record: DoseRecord, error: VaxdeskError) -> None:
        if len(self._failures) < FAILURES_KEPT_MAX:
            self._failures.append((record, error))
        if isinstance(error, SpoolerError):
            self._total -= len(self._waiting)
            self._waiting = []  # the printer itself is in trouble: the next sheet would fare no better
        self._next()

    def _tell(self) -> None:
        self.progressed.emit(Progress(self._done, self._total, tuple(self._failures), self.running))
