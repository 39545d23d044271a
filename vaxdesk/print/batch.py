"""Pages for many people, drawn and proven on all cores. A worker is given plain values and gives back a page: never the store, never a key.

Workers are processes, started when the first page of several is wanted: drawing holds Python's one lock, and the desk beside it must
not wait. They load the fonts once, end with the program that started them, whatever becomes of it, and one that dies costs its pages
a sentence, not the batch.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from multiprocessing import connection

from vaxdesk.errors import PrintError, VaxdeskError
from vaxdesk.models.values import Certificate, DoseRecord, Site, TrustKey
from vaxdesk.print import fonts, issue_sheet, watermark
from vaxdesk.print.issue_sheet import PrintedDocument
from vaxdesk.print.trust import Trust, trust_from_keys

WORKERS_MAX = 4
AHEAD_PER_WORKER = (
    2  # pages asked for before they are wanted: enough that no core waits, few enough that memory stays flat
)


@dataclass(frozen=True, slots=True, repr=False)
class PageOrder:
    """Everything a page is made of. `slip_text` is signed already; `trust_keys` and `revoked` are the pulled lists as they stand now."""

    record: DoseRecord
    history: tuple[DoseRecord, ...]
    site: Site
    certificate: Certificate | None
    trust_keys: tuple[TrustKey, ...]
    revoked: frozenset[str]
    form: str
    paper: str
    slip_text: str
    at: datetime


@dataclass(frozen=True, slots=True, repr=False)
class Drawn:
    """What became of an order: the proven page, or the code of what stands against it with what its sentence is filled with."""

    document: PrintedDocument | None
    code: str = ""
    params: dict[str, str] = field(default_factory=dict)

    def page(self) -> PrintedDocument:
        """The page. Raises PrintError with the code, where there is none."""
        if self.document is None:
            raise PrintError(self.code, **self.params)
        return self.document


class PageShop:
    """Draws pages. `practice` marks each as practice; `processes` 0 draws in a thread of this process, as a single page is drawn anyway."""

    def __init__(self, practice: bool = False, processes: int | None = None) -> None:
        self._practice = practice
        self.processes = min(WORKERS_MAX, os.cpu_count() or 1) if processes is None else processes
        self._pool: Executor | None = None
        self._one: Executor | None = None

    @property
    def ahead(self) -> int:
        """How many pages to have under way at once."""
        return AHEAD_PER_WORKER * max(1, self.processes)

    def draw(self, order: PageOrder, alone: bool = False) -> Future[Drawn]:
        """The page of an order, later; never raises what stands against the page. `alone`: not worth starting workers for."""
        outcome: Future[Drawn] = Future()
        try:
            under_way = self._executor(alone).submit(drawn, _plain(order))
        except BrokenProcessPool:
            self._pool = None
            under_way = self._executor(alone).submit(drawn, _plain(order))
        under_way.add_done_callback(lambda ended: _hand_over(ended, outcome))
        return outcome

    def draw_all(self, orders: Iterable[PageOrder]) -> Iterator[Drawn]:
        """The pages of all orders in their order; an order is asked for when a worker is about to be free."""
        under_way: deque[Future[Drawn]] = deque()
        for order in orders:
            under_way.append(self.draw(order))
            if len(under_way) >= self.ahead:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()

    def close(self) -> None:
        """Ends the workers; pages not begun are not drawn."""
        for executor in (self._pool, self._one):
            if executor is not None:
                executor.shutdown(wait=True, cancel_futures=True)
        self._pool = self._one = None

    def _executor(self, alone: bool) -> Executor:
        if alone or not self.processes:
            self._one = self._one or ThreadPoolExecutor(1, thread_name_prefix="page")
            return self._one
        self._pool = self._pool or ProcessPoolExecutor(
            self.processes, multiprocessing.get_context("spawn"), _begin_worker, (self._practice,)
        )
        return self._pool


def drawn(order: PageOrder) -> Drawn:
    """In a worker: the page, verified, compared with the record, drawn and proven (I10)."""
    try:
        trust = _trust(order.trust_keys).without(order.revoked)
        document = issue_sheet.draw(
            order.record,
            order.history,
            order.site,
            order.certificate,
            trust,
            order.form,
            order.paper,
            order.slip_text,
            order.at,
        )
    except VaxdeskError as error:
        return Drawn(None, error.code, dict(error.params))
    return Drawn(document)


@lru_cache(maxsize=4)
def _trust(keys: tuple[TrustKey, ...]) -> Trust:
    """Checked once a process and list: a batch has one."""
    return trust_from_keys(keys)


def _plain(order: PageOrder) -> PageOrder:
    """Without the read-only views that cannot go to another process; pages say nothing of a record's stages."""
    without = tuple(replace(record, stages=dict(record.stages)) for record in order.history)
    return replace(order, record=replace(order.record, stages=dict(order.record.stages)), history=without)


def _hand_over(ended: Future[Drawn], outcome: Future[Drawn]) -> None:
    if ended.cancelled():
        outcome.cancel()
    elif isinstance(ended.exception(), BrokenProcessPool):
        outcome.set_result(Drawn(None, "batch-worker-lost"))
    elif ended.exception() is not None:
        outcome.set_result(Drawn(None, "print-trouble"))
    else:
        outcome.set_result(ended.result())


def _begin_worker(practice: bool) -> None:
    """Once a process. Ctrl+C is for the program that asked; a worker ends when that one does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if practice:
        watermark.mark_every_page()
    fonts.face_names()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(0)
