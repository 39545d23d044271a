"""One run of the exchange with the platform: push, then pull, then read back. Synchronous; the runner or the command line calls it."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from filelock import BaseFileLock, Timeout

from vaxdesk import __version__, errors
from vaxdesk.models.exchange import Enrolment, LinkState
from vaxdesk.models.sync_book import SyncBook
from vaxdesk.models.traffic import Traffic
from vaxdesk.models.values import Site
from vaxdesk.sync import history, policy
from vaxdesk.sync.client import Client, PlatformBusy, ServerRefused
from vaxdesk.sync.enrolment import learn_courier
from vaxdesk.sync.fhir_immunization import VaccineCodings
from vaxdesk.sync.fhir_read import server_of
from vaxdesk.sync.pace import Pace
from vaxdesk.sync.pull import Compared, Pull, Pulled, read_back
from vaxdesk.sync.push import BUSY_WAIT_S, Push, Pushed
from vaxdesk.sync.reports import SyncReport
from vaxdesk.sync.repull import Repull
from vaxdesk.sync.wire import RETRY_AFTER_S_MAX, Meter

log = logging.getLogger(__name__)

CLOCK_SET_BACK = timedelta(hours=1)
ALLOWANCE_USED = "data-allowance-used"
LOOK_AT_SERVER = timedelta(minutes=15)
LOOK_AT_COUNTRY = timedelta(minutes=15)  # its trust list and keys seldom change
ASK_FOR_COURIER = timedelta(days=1)
NOTE_ANSWER = timedelta(seconds=10)  # how often a long push says in the store that the platform answers


@dataclass(slots=True)
class _Run:
    """What is known of a run while it goes on."""

    pushed: Pushed = field(default_factory=Pushed)
    pulled: Pulled = field(default_factory=Pulled)
    compared: Compared = field(default_factory=Compared)
    reached: bool = False
    trouble: str = ""
    not_before_hard: datetime | None = None
    server: str = ""
    courier_asked_at: datetime | None = None


class Engine:
    """The exchange over one store. `clients` gives the client of the enrolled platform, or raises SyncError or SecretsError.

    `lock` keeps a second process (another window, a script) from pushing at the same time. `stopping` is asked between requests;
    `hurried`, whether there is new work to push, between the pages of a pull, which then ends early (P10).
    `allowance_bytes` a day, 0 for none: over it only pushing goes on, until a person asks.
    """

    def __init__(
        self,
        book: SyncBook,
        clients: Callable[[], Client],
        clock: Callable[[], datetime],
        *,
        rng: random.Random | None = None,
        lock: BaseFileLock | None = None,
        codings: VaccineCodings | None = None,
        allowance_bytes: Callable[[], int] = lambda: 0,
    ) -> None:
        self._book, self._clients, self._clock = book, clients, clock
        self._rng = rng or random.Random()  # noqa: S311  jitter, not secrecy
        self._lock = lock
        self._codings = codings
        self._allowance_bytes = allowance_bytes
        self._runs = 0
        self._client: Client | None = None
        self._pace: Pace | None = None
        self._looked_at: datetime | None = None
        self._looked_at_country: datetime | None = None
        self._is_cut = False
        self.stopping: Callable[[], bool] = lambda: False
        self.hurried: Callable[[], bool] = lambda: False

    def run_once(self, asked: bool = False) -> SyncReport:
        """One whole run. `asked`: a person wants it now, or the network came back: waiting times do not count, the server's own do.

        Known trouble ends up in the report. Raises StoreError and SecretsError, which no later run heals by itself.
        """
        if self._lock is None:
            return self._run(asked)
        try:
            held = self._lock.acquire(timeout=0)
        except Timeout:
            return SyncReport(trouble="sync-elsewhere", waiting=self._book.waiting())
        except OSError as error:
            raise errors.StoreError("store-read-only") from error
        with held:
            return self._run(asked)

    def reachable(self) -> bool:
        """Whether the platform answers at all: cheap, for a network that may have come back."""
        try:
            return self._opened().reachable()
        except errors.SyncError:
            return False

    def cut(self) -> None:
        """Ends the request under way: the program closes and cannot wait a minute for an answer. From another thread than the run's."""
        self._is_cut = True
        if self._client is not None:
            self._client.cut()

    def _run(self, asked: bool) -> SyncReport:
        run = _Run()
        link = self._book.link()
        self._runs += 1
        before = self._client.meter if self._client else Meter()
        try:
            self._exchange(run, link, asked)
        except PlatformBusy as busy:
            run.trouble = busy.code
            run.not_before_hard = self._clock() + timedelta(seconds=busy.retry_after_s or BUSY_WAIT_S)
        except errors.SyncError as error:
            run.trouble = error.code
            run.reached = run.reached or isinstance(error, ServerRefused | errors.NotAuthorised)
        self._remember(run, link)
        self._count(before)
        return self._report(run)

    def _exchange(self, run: _Run, link: LinkState, asked: bool) -> None:
        site, enrolment = self._book.site(), self._book.enrolment()
        if site is None or enrolment is None:
            raise errors.SyncError("not-enrolled")
        if self._must_wait(link):
            raise errors.SyncError("platform-busy")
        client = self._opened()
        client.gzip = link.gzip
        client.begin_run()
        asked = asked or self._clock_was_set_back(link)
        run.server = self._look_at_server(client, link)
        self._take_back(run, client, site)
        if self.stopping():
            return
        self._push(run, client, asked)
        if run.trouble or self.stopping():
            return
        self._fetch(run, client, site, enrolment, asked)

    def _fetch(self, run: _Run, client: Client, site: Site, enrolment: Enrolment, asked: bool) -> None:
        """Everything that is not pushing: as far as the day's allowance goes, and only while no new work waits."""
        limit = 0 if asked else self._allowance_bytes()
        left = limit - self._book.traffic(self._clock().date()).bytes + client.meter.bytes

        def enough() -> bool:
            return self.stopping() or self.hurried() or (limit > 0 and client.meter.bytes >= left)

        if limit and client.meter.bytes >= left:
            run.trouble = ALLOWANCE_USED
            return
        pull = Pull(self._book, client, site.code, site.device_id, enrolment.anchor, self._clock, enough, run.pulled)
        now, known_at = self._clock(), self._looked_at_country
        national = asked or known_at is None or abs(now - known_at) >= LOOK_AT_COUNTRY
        pull.run(self._runs, national=national)
        if national and not enough():
            self._looked_at_country = now
        run.reached = True
        self._fetch_others(client)
        run.compared = read_back(self._book, client, self._clock, enough)
        if enrolment.auth == "smart":
            self._learn_courier(run, client)

    def _learn_courier(self, run: _Run, client: Client) -> None:
        """Once a day, while there is a line: who leaves for days without one must seal for a key that the platform still has (K1)."""
        now, asked_at = self._clock(), self._book.link().courier_asked_at
        if asked_at is None or abs(now - asked_at) >= ASK_FOR_COURIER:
            with suppress(errors.Unreachable):  # nothing waits for it
                learn_courier(self._book, client)
                run.courier_asked_at = now

    def _fetch_others(self, client: Client) -> None:
        """The other record of a same-dose dispute, so that both can be shown side by side."""
        numbers = self._book.disputes_without_other()
        if not numbers:
            return
        try:
            self._book.keep_elsewhere(numbers, history.ask(client, numbers, self._clock()), self._clock())
        except ServerRefused as refused:
            log.info("doses elsewhere are not told: status %d", refused.status)

    def _count(self, before: Meter) -> None:
        """Adds what the run cost to the day's traffic."""
        used = self._client.meter - before if self._client else Meter()
        if used.requests:
            spent = Traffic(used.sent_bytes, used.received_bytes, used.requests)
            self._book.add_traffic(self._clock().date(), spent)

    def _take_back(self, run: _Run, client: Client, site: Site) -> None:
        """A restored desk first asks for what it once sent (L5). A server that does not offer that holds up nothing: sequences differ anyway."""
        records = self._book.own_records()
        if records.wanted() is None:
            return
        try:
            run.pulled.findings += Repull(records, client, site, self._clock, self.stopping).run()
        except ServerRefused as refused:
            log.warning("own records are not told by the platform: status %d", refused.status)

    def _look_at_server(self, client: Client, link: LinkState) -> str:
        """While something refused waits: whether another program, there or here, may take it now (P11)."""
        now = self._clock()
        if not self._book.has_aside() or (self._looked_at is not None and abs(now - self._looked_at) < LOOK_AT_SERVER):
            return link.server
        server = f"{server_of(client.capabilities())} vaxdesk {__version__}"
        self._looked_at = now
        if link.server not in ("", server):
            log.info("another program answers: %d refused records are sent again", self._book.revive(now))
        return server

    def _push(self, run: _Run, client: Client, asked: bool) -> None:
        if self._pace is None:
            link = self._book.link()
            self._pace = Pace(policy.bounded(link.bundle_doses_max), timed=policy.bounded(link.bundle_doses_timed))
        push = Push(self._book, client, self._vaccine_codings(), self._clock, self._rng, self._pace, self.stopping)
        push.answered = lambda: self._note_answer(run)
        run.pushed = push.run(asked)
        run.reached = run.pushed.reached
        run.trouble = run.pushed.trouble
        run.not_before_hard = run.pushed.not_before_hard

    def _note_answer(self, run: _Run) -> None:
        """A push over a bad line takes half an hour: other programs see the line work, and a cut of the power leaves the pace learnt."""
        known = self._book.link()
        if known.last_reached_at is None or abs(self._clock() - known.last_reached_at) >= NOTE_ANSWER:
            run.reached = True
            self._remember(run, known)

    def _opened(self) -> Client:
        if self._client is None:
            self._client = self._clients()
            if self._is_cut:
                self._client.cut()
        return self._client

    def _vaccine_codings(self) -> VaccineCodings:
        if self._codings is None:
            from vaxdesk.models import catalogue
            from vaxdesk.sync.codings import of_catalogue

            self._codings = of_catalogue(catalogue.load())
        return self._codings

    def _must_wait(self, link: LinkState) -> bool:
        """The server's own wish counts even when a person asks; one further ahead than it can be is a clock's mistake."""
        if link.not_before_hard is None:
            return False
        ahead = link.not_before_hard - self._clock()
        return timedelta(0) < ahead <= timedelta(seconds=RETRY_AFTER_S_MAX)

    def _clock_was_set_back(self, link: LinkState) -> bool:
        """Next-attempt times written by a clock that was ahead would hold everything up until then."""
        reached_at = link.last_reached_at
        return reached_at is not None and reached_at - self._clock() > CLOCK_SET_BACK

    def _remember(self, run: _Run, before: LinkState) -> None:
        """What was learnt about the line, kept for the next run and the next start."""
        now = LinkState(
            bundle_doses_max=self._pace.size if self._pace else before.bundle_doses_max,
            bundle_doses_timed=self._pace.timed if self._pace else before.bundle_doses_timed,
            gzip=self._client.gzip if self._client else before.gzip,
            last_reached_at=self._clock() if run.reached else before.last_reached_at,
            not_before_hard=run.not_before_hard or before.not_before_hard,
            server=run.server or before.server,
            courier_asked_at=run.courier_asked_at or before.courier_asked_at,
        )
        if run.reached and run.not_before_hard is None:
            now = replace(now, not_before_hard=None)
        if now != self._book.link():
            self._book.save_link(now)

    def _report(self, run: _Run) -> SyncReport:
        return SyncReport(
            reached=run.reached,
            sent=run.pushed.sent,
            acknowledged=run.pushed.acknowledged,
            set_aside=run.pushed.set_aside,
            pulled=run.pulled.findings,
            waiting=self._book.waiting(),
            read_back=run.compared.equal,
            differing=tuple(run.compared.differing),
            not_understood=run.pulled.not_understood,
            trouble=run.trouble,
        )
