"""A batch of sheets from the list to the tray: drawn on all cores, given to the printer in order, each counted when the printer says so.

Three hands: the lane keeps what must be kept (a few milliseconds a sheet, so the desk never waits for paper), the page shop draws ahead,
and a lane of its own talks with the spooler, whose answers take as long as they take.
"""

from __future__ import annotations

import time
from collections import deque
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from vaxdesk.errors import InputRefused, PrintError, Problem, SpoolerError, StoreError, VaxdeskError
from vaxdesk.models.print_batches import BatchId, BatchWish, PrintBatch, SheetState
from vaxdesk.models.values import StaffMember
from vaxdesk.print.spooler import JobId, JobReport, JobState
from vaxdesk.ui.background import Lane
from vaxdesk.ui.print_state import Handed, Progress, RunState
from vaxdesk.ui.services import WindowServices

if TYPE_CHECKING:
    from vaxdesk.print.batch import Drawn, PageOrder
    from vaxdesk.print.issue_sheet import PrintedDocument

POLL_MS = 500
WITH_PRINTER_MAX = 2  # one on paper and one behind it, so that the printer never waits for the next
BLIND_MAX = 20  # looks in a row without an answer of the spooler
LOST_SIGHT_S = 1_800.0
FEW = 2  # sheets not worth starting worker processes for
ESTIMATE_AFTER = 2
ENDED = {JobState.CANCELLED: "job-cancelled", JobState.FAILED: "job-failed"}

_under_way: set[BatchId] = set()  # of every window of this program


class PrintRun(QObject):
    """Prints one batch at a time. Stopping is safe: what the printer has is followed to its end, what it has not begun is taken back."""

    progressed = Signal(Progress)
    _arrived = Signal(object, int, object)

    def __init__(self, services: WindowServices, lane: Lane) -> None:
        super().__init__()
        self._services, self._lane = services, lane
        self._printer: Lane | None = None
        self._run: RunState | None = None
        self._looking = False
        self.running = False
        self._arrived.connect(self._page_came)
        lane.closing.connect(self.close)

    @property
    def batch_id(self) -> BatchId | None:
        """The batch under way or, afterwards, the last one."""
        return self._run.batch.id if self._run else None

    def start(self, dose_ids: tuple[str, ...], wish: BatchWish, actor: StaffMember) -> None:
        """Begins a batch; one under way goes on alone."""
        if self.running or not dose_ids:
            return
        self.running = True
        begin = partial(self._services.work.batches.begin, dose_ids, wish, actor)
        self._lane.run(begin, done=partial(self._go, actor), failed=self._not_begun)

    def resume(self, batch: PrintBatch, actor: StaffMember) -> None:
        """Goes on with a batch where it was cut off."""
        if not self.running and batch.id not in _under_way:
            self.running = True
            self._go(actor, batch)

    def stop(self) -> None:
        """No further sheet; what waits in the spooler is taken back. A second time: the printer is not waited for either."""
        run = self._run
        if run is None or not self.running:
            return
        if run.ends:
            run.handed.clear()
        self._end(run)
        for sheet in run.handed:
            self._take_back(sheet)
        self._advance(run)

    def _take_back(self, sheet: Handed) -> None:
        """Unless it is coming out."""
        if sheet.report is None or sheet.report.trouble or sheet.report.state is not JobState.PRINTING:
            self._spooler().run(self._services.drop, sheet.job, done=_nothing, failed=_nothing)

    def close(self) -> None:
        """The window closes: nothing more is asked; the batch knows where it stands."""
        if self._run is not None:
            self._end(self._run)
            _under_way.discard(self._run.batch.id)
        self.running = False
        if self._printer is not None:
            self._printer.close()

    # --- drawing ahead

    def _go(self, actor: StaffMember, batch: PrintBatch) -> None:
        run = self._run = RunState(batch, actor, done=batch.count(SheetState.DONE))
        _under_way.add(batch.id)
        for sheet in batch.open_sheets:
            if sheet.job:
                run.handed.append(Handed(sheet.number, JobId(sheet.job), from_before=True))
                continue
            run.turns.append(sheet.number)
            if sheet.state is SheetState.HANDED:
                run.unsure.append(sheet.number)
        run.unordered = deque(run.turns)
        self._tell(run)
        if run.handed:
            self._look(run)
        self._advance(run)

    def _order(self, run: RunState) -> None:
        while run.unordered and self._has_room(run):
            number = run.unordered.popleft()
            run.drawing += 1
            dose_id = run.batch.sheets[number - 1].dose_id
            work = partial(_ordered, self._services, dose_id, run.batch.wish)
            self._lane.run(work, done=partial(self._draw, run, number), failed=partial(self._no_page, run, number))

    def _has_room(self, run: RunState) -> bool:
        """Pages are drawn ahead only so far; the one whose turn it is always is."""
        ahead = run.drawing + len(run.pages) < self._services.papers.shop.ahead
        return ahead or run.unordered[0] == run.turns[0]

    def _draw(self, run: RunState, number: int, order: PageOrder) -> None:
        if run.ends:
            run.drawing -= 1
            self._advance(run)
            return
        alone = len(run.batch.sheets) <= FEW
        certificate = order.certificate.id if order.certificate is not None else ""
        drawn = self._services.papers.shop.draw(order, alone)
        drawn.add_done_callback(lambda ended: self._came(run, number, certificate, ended))

    def _came(self, run: RunState, number: int, certificate: str, ended: Future[Drawn]) -> None:
        """In a thread of the shop."""
        with suppress(RuntimeError):  # the window is gone
            self._arrived.emit(run, number, None if ended.cancelled() else (ended.result(), certificate))

    def _page_came(self, run: RunState, number: int, came: tuple[Drawn, str] | None) -> None:
        try:
            page = came[0].page() if came is not None else None
        except PrintError as error:
            self._no_page(run, number, error)
            return
        run.drawing -= 1
        if page is not None and came is not None and not run.ends:
            run.pages[number] = page, came[1]
        self._advance(run)

    def _no_page(self, run: RunState, number: int, error: VaxdeskError) -> None:
        run.drawing -= 1
        if not run.ends:
            run.turns.remove(number)
            run.failures.append((run.batch.sheets[number - 1].dose_id, error))
            self._keep(run, self._services.work.batches.note_failed, number, error.code)
        self._advance(run)

    # --- handing in

    def _advance(self, run: RunState) -> None:
        """Whatever can be done next."""
        if not run.ends:
            self._order(run)
            self._hand_in(run)
        self._tell(run)
        busy = run.handed or run.handing or run.keeping or (not run.ends and (run.turns or run.drawing))
        if not busy and self.running:
            self._finish(run)

    def _hand_in(self, run: RunState) -> None:
        if run.handing or len(run.handed) >= WITH_PRINTER_MAX or not run.turns or run.turns[0] not in run.pages:
            return
        if any(sheet.from_before for sheet in run.handed):
            return  # what became of those decides what comes next
        number = run.turns.popleft()
        (page, certificate), run.handing = run.pages.pop(number), True
        note = partial(self._services.work.batches.note_handed, run.batch.id, number, page.sha256, certificate)
        give = partial(self._give, run, number, page, note)
        self._lane.run(note, done=give, failed=partial(self._not_taken, run, number))

    def _give(self, run: RunState, number: int, page: PrintedDocument, note: partial[None], _kept: object) -> None:
        wish, title = run.batch.wish, f"vaxdesk {run.batch.id}-{number}"
        give = partial(self._services.spool, page.pdf, wish.printer or None, title, wish.copies, wish.paper, wish.tray)
        taken = partial(self._taken, run, number, note)
        self._spooler().run(give, done=taken, failed=partial(self._not_taken, run, number))

    def _taken(self, run: RunState, number: int, note: partial[None], job: JobId) -> None:
        run.handing, sheet = False, Handed(number, job)
        run.handed.append(sheet)
        if run.ends:
            self._take_back(sheet)  # it was on its way to the printer when somebody stopped
        run.moved_s = time.monotonic()
        run.keeping += 1
        self._lane.run(note, job, done=partial(self._kept, run), failed=partial(self._not_kept, run))
        self._look(run)
        self._advance(run)

    def _not_taken(self, run: RunState, number: int, error: VaxdeskError) -> None:
        """The printer itself is in trouble, or the store: the next sheet would fare no better."""
        run.handing = False
        run.turns.appendleft(number)
        if not isinstance(error, StoreError) and error.code != "spooler-timeout":
            self._keep(run, self._services.work.batches.note_back, number)
        self._end(run, error)
        self._advance(run)

    # --- following

    def _look(self, run: RunState) -> None:
        if self._looking or run is not self._run or not run.handed:
            return
        self._looking = True
        sheets = tuple(run.handed)
        reports = partial(_reports, self._services, tuple(sheet.job for sheet in sheets))
        self._spooler().run(reports, done=partial(self._seen, run, sheets), failed=partial(self._unseen, run))

    def _seen(self, run: RunState, sheets: tuple[Handed, ...], reports: tuple[JobReport | SpoolerError, ...]) -> None:
        self._looking, waits_for = False, ""
        for sheet, report in zip(sheets, reports, strict=True):
            if sheet not in run.handed:
                continue
            if isinstance(report, SpoolerError):
                self._no_word(run, sheet, report)
                continue
            if report != sheet.report:
                run.moved_s = time.monotonic()
            sheet.report, run.blind = report, 0
            waits_for = waits_for or report.trouble
            self._settle(run, sheet, report.state)
        if not run.ends:
            run.trouble = SpoolerError(waits_for) if waits_for else None
        if run.handed and time.monotonic() - run.moved_s > LOST_SIGHT_S:
            run.handed.clear()  # the jobs are known: when the batch goes on, they are asked for again
            self._end(run, SpoolerError("job-lost-sight"))
        self._advance(run)
        if run.handed:
            QTimer.singleShot(POLL_MS, self, partial(self._look, run))

    def _unseen(self, run: RunState, error: VaxdeskError) -> None:
        self._looking = False
        run.handed.clear()
        self._end(run, error)
        self._advance(run)

    def _settle(self, run: RunState, sheet: Handed, state: JobState) -> None:
        if not state.is_final:
            return
        run.handed.remove(sheet)
        if state is JobState.DONE:
            done = partial(self._came_out, run)
            run.keeping += 1
            note = partial(self._services.work.batches.note_done, run.batch.id, sheet.number, run.actor)
            self._lane.run(note, done=done, failed=partial(self._not_kept, run))
        else:
            self._back(run, sheet, SpoolerError(ENDED[state]))

    def _no_word(self, run: RunState, sheet: Handed, error: SpoolerError) -> None:
        if error.code == "spooler-job-unknown":
            run.handed.remove(sheet)
            run.unsure.append(sheet.number)
            self._back(run, sheet, error)
            return
        run.blind += 1
        if run.blind > BLIND_MAX:
            run.handed.clear()
            self._end(run, error)

    def _back(self, run: RunState, sheet: Handed, error: SpoolerError) -> None:
        """It did not come out: it waits again, in its old place; only what a run cut off before had left is printed at once."""
        self._keep(run, self._services.work.batches.note_back, sheet.number)
        if run.ends:
            return
        run.turns = deque(sorted((sheet.number, *run.turns)))
        if sheet.from_before:
            run.unordered = deque(sorted((sheet.number, *run.unordered)))
        else:
            self._end(run, error)

    def _came_out(self, run: RunState, _copy: int) -> None:
        run.done, run.printed = run.done + 1, run.printed + 1
        self._kept(run, None)

    # --- keeping and telling

    def _keep(self, run: RunState, note: Any, number: int, *facts: str) -> None:
        run.keeping += 1
        self._lane.run(
            note, run.batch.id, number, *facts, done=partial(self._kept, run), failed=partial(self._not_kept, run)
        )

    def _kept(self, run: RunState, _result: object) -> None:
        run.keeping -= 1
        self._advance(run)

    def _not_kept(self, run: RunState, error: VaxdeskError) -> None:
        run.keeping -= 1
        self._end(run, error)
        self._advance(run)

    def _not_begun(self, error: VaxdeskError) -> None:
        self.running = False
        self.progressed.emit(Progress(trouble=error))

    def _end(self, run: RunState, why: VaxdeskError | None = None) -> None:
        run.trouble = why if not run.ends or why else run.trouble
        run.ends = True
        run.unordered.clear()
        run.pages.clear()

    def _finish(self, run: RunState) -> None:
        """Whole, or a single sheet that can simply be asked for again: the batch is closed. Else it is offered."""
        self.running = False
        _under_way.discard(run.batch.id)
        ended = partial(self._tell, run)
        if (run.ends and len(run.batch.sheets) > 1) or run.handed:
            ended()
            return
        close = partial(self._services.work.batches.close, run.batch.id, run.actor)
        self._lane.run(close, done=lambda _closed: ended(), failed=lambda _error: ended())

    def _tell(self, run: RunState) -> None:
        left = None
        remaining = len(run.turns) + len(run.handed)
        if run.printed >= ESTIMATE_AFTER:
            left = (time.monotonic() - run.began_s) / run.printed * remaining
        first = min((sheet.number for sheet in run.handed), default=run.turns[0] if run.turns else 0)
        facts = (tuple(run.failures), self.running, run.trouble, tuple(run.unsure), left, first)
        self.progressed.emit(Progress(run.done, len(run.batch.sheets), *facts))

    def _spooler(self) -> Lane:
        self._printer = self._printer or Lane()
        return self._printer


def resumable(services: WindowServices) -> tuple[PrintBatch, ...]:
    """On the lane: batches that were cut off, the newest first; those under way in another window are not."""
    return tuple(batch for batch in services.work.batches.unfinished() if batch.id not in _under_way)


def _ordered(services: WindowServices, dose_id: str, wish: BatchWish) -> PageOrder:
    """On the lane. A reprint without a reason is refused before anything is printed."""
    if services.work.certificates.copies(dose_id, wish.form) and not wish.reason.strip():
        raise InputRefused(Problem("reprint-reason-missing", "reason"))
    return services.papers.page_order(dose_id, wish.form, wish.paper)


def _reports(services: WindowServices, jobs: tuple[JobId, ...]) -> tuple[JobReport | SpoolerError, ...]:
    """On the spooler's lane."""
    found: list[JobReport | SpoolerError] = []
    for job in jobs:
        try:
            found.append(services.job(job))
        except SpoolerError as error:
            found.append(error)
    return tuple(found)


def _nothing(_result: object) -> None:
    """For work whose result nobody needs."""
