"""Desks of two sites, the real platform and everything that goes wrong between them, in any order: I1 to I5, I7, I8.

`python3 dev.py soak` runs the same machine for as long as wanted, with longer stories.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from support import faulty
from support.builders import number
from support.central import Citizen, a_central, close_door, devices
from support.crash import Cut, Moment, power_cut
from support.laptops import BIRTH_DATE, NAME, POISON, Laptop, laptops
from support.ledger import DeskLedger, PlatformView, Sequences

from vaxdesk.errors import DoseRefused
from vaxdesk.models.desk import DoseChanges
from vaxdesk.models.values import DoseRecord, DoseStatus, Stage

pytestmark = pytest.mark.allow_warnings("vaxdesk", "vaxplatform", "urllib3")

PEOPLE = 6
YEAR_S = 366 * 24 * 3600
REASON = "ghi nhầm"
WORDS = ("", "123456789", "00109000000", "0010900000010", "００１０９０００００１", "abcdefghijkl")
FAULTS = {
    "passed": faulty.passed,
    "lost request": faulty.lost_request,
    "lost answer": faulty.lost_answer,
    "slow answer": faulty.slow_answer,
    "sent twice": faulty.sent_twice,
    "truncated": faulty.truncated,
    "captive portal": faulty.captive_portal,
    "redirected": faulty.redirected,
    "one entry less": faulty.one_entry_less,
    "429": faulty.status(429, {"Retry-After": "2"}),
    "503": faulty.status(503, {"Retry-After": "120"}),
} | {str(code): faulty.status(code) for code in (400, 401, 403, 404, 409, 412, 413, 422, 500, 502)}
NOT_FOR_READING = ("one entry less",)  # a page that lacks an entry cannot be told from one that never had it
WORLD_FAULTS = ("held back", "central restarts")

laptop_index, dose_index = st.integers(0, 2), st.integers(0, 40)
fault_names = st.lists(st.sampled_from([*sorted(FAULTS), *WORLD_FAULTS]), min_size=1, max_size=5)
statements, commits = list(Moment)[:2], list(Moment)[2:]
cuts = st.builds(Cut, st.sampled_from(statements), st.integers(1, 15) | st.integers(1, 60)) | st.builds(
    Cut, st.sampled_from(commits), st.integers(1, 3) | st.integers(1, 15), st.floats(0, 1)
)
poison = st.sampled_from([False, False, False, True])


@pytest.fixture(autouse=True, scope="module")
def _door() -> Iterator[None]:
    yield
    close_door()


def any_request(request: requests.PreparedRequest) -> bool:
    return True


class World(RuleBasedStateMachine):
    """Two or three desks, one platform."""

    @initialize(which=st.sampled_from([(0, 1), (0, 2), (0, 1, 2)]))
    def start(self, which: tuple[int, ...]) -> None:
        self.closing = ExitStack()
        folder = Path(self.closing.enter_context(tempfile.TemporaryDirectory()))
        self.central, enrolled = self.closing.enter_context(a_central(folder / "central"))
        self.central.know(Citizen(number(i), NAME, BIRTH_DATE, "male") for i in range(PEOPLE))
        self.platform = PlatformView(self.central, Sequences())
        self.laptops = list(laptops(folder, tuple(devices()[i] for i in which), enrolled))
        for laptop in self.laptops:
            self.closing.callback(laptop.close)
        self.ledgers = [DeskLedger(laptop, self.platform) for laptop in self.laptops]
        self.lots = 0
        for at in range(len(self.ledgers)):
            self.record(at, at, False)
        self.a_backup_is_made(0)

    # --- a desk's work

    @rule(at=laptop_index, person=st.integers(0, PEOPLE - 1), poison=poison)
    def record(self, at: int, person: int, poison: bool) -> None:
        ledger = self._desk(at)
        self._confirmed(ledger, self._recording(ledger.laptop, person, poison))

    @rule(at=laptop_index, which=dose_index, poison=poison)
    def correct(self, at: int, which: int, poison: bool) -> None:
        ledger = self._desk(at)
        self._confirmed(ledger, self._correcting(ledger.laptop, which, poison))

    @rule(at=laptop_index, which=dose_index)
    def enter_in_error(self, at: int, which: int) -> None:
        ledger = self._desk(at)
        self._confirmed(ledger, self._voiding(ledger.laptop, which))

    @rule(at=laptop_index, typed=st.sampled_from(WORDS))
    def record_without_a_number(self, at: int, typed: str) -> None:
        laptop = self._desk(at).laptop
        before = len(laptop.records())
        draft = laptop.draft(1, self._lot(False))
        object.__setattr__(draft.person, "citizen_id", typed)
        with pytest.raises(DoseRefused):
            laptop.work.desk.record(draft, laptop.manager)
        assert len(laptop.records()) == before

    @rule(at=laptop_index, which=dose_index)
    def sign_the_day(self, at: int, which: int) -> None:
        self._signing(self._desk(at).laptop, which)

    # --- the line

    @rule(at=laptop_index, faults=fault_names, reading=st.booleans())
    def sync_over_a_bad_line(self, at: int, faults: list[str], reading: bool) -> None:
        ledger = self._desk(at)
        names = [name for name in faults if name not in NOT_FOR_READING] if reading else faults
        only = any_request if reading else faulty.is_transaction
        report = ledger.laptop.sync(*(self._fault(ledger.laptop, name) for name in names), only=only)
        event(f"a bad line: {report.trouble or 'no trouble'}")

    @rule(
        at=laptop_index,
        which=dose_index,
        fault=st.sampled_from(["passed", "lost answer", "held back"]),
        void=st.booleans(),
    )
    def sync_while_somebody_edits(self, at: int, which: int, fault: str, void: bool) -> None:
        ledger = self._desk(at)
        laptop, then = ledger.laptop, self._fault(ledger.laptop, fault)

        def edited(request: Any, send: Any) -> Any:
            change = self._voiding(laptop, which) if void else self._correcting(laptop, which, False)
            self._confirmed(ledger, change)
            return then(request, send)

        laptop.sync(edited)

    @rule(at=laptop_index, which=dose_index)
    def an_old_request_arrives(self, at: int, which: int) -> None:
        event(f"an old request: {self._desk(at).laptop.deliver(which)}")

    @rule(at=laptop_index, which=dose_index, faults=st.lists(st.sampled_from(["held back", "passed"]), max_size=3))
    def newer_requests_overtake_older_ones(self, at: int, which: int, faults: list[str]) -> None:
        ledger = self._desk(at)
        laptop = ledger.laptop
        for name in ("held back", *faults):
            laptop.sync(self._fault(laptop, name))
            self._confirmed(ledger, self._correcting(laptop, which, False))
        laptop.sync()
        while laptop.line.held:
            event(f"an old request: {laptop.deliver(which)}")

    @rule(at=laptop_index)
    def the_platform_is_away(self, at: int) -> None:
        self.central.stop()
        report = self._desk(at).laptop.sync()
        self.central.start()
        assert not report.reached
        assert report.acknowledged == 0

    # --- machines

    @rule(at=laptop_index, doses=st.integers(1, 5))
    def a_desk_restarts(self, at: int, doses: int) -> None:
        self._desk(at).laptop.restart(doses)

    @rule()
    def the_platform_restarts(self) -> None:
        self.central.restart()

    @rule(at=laptop_index, seconds=st.integers(-YEAR_S, YEAR_S) | st.integers(-7200, 7200))
    def a_clock_jumps(self, at: int, seconds: int) -> None:
        self._desk(at).laptop.clock.forward(seconds=seconds)

    @rule(at=laptop_index, cut=cuts, work=st.sampled_from(["record", "correct", "void", "sign"]), which=dose_index)
    def power_fails_while_working(self, at: int, cut: Cut, work: str, which: int) -> None:
        ledger = self._desk(at)
        laptop = ledger.laptop
        doing: dict[str, Callable[[], Callable[[], DoseRecord | None]]] = {
            "record": lambda: self._recording(laptop, which % PEOPLE, False),
            "correct": lambda: self._correcting(laptop, which, False),
            "void": lambda: self._voiding(laptop, which),
            "sign": lambda: lambda: self._signing(laptop, which),
        }
        work_done = doing[work]()
        done = []
        with power_cut(laptop.store, cut) as power:
            done.append(self._unless_refused(work_done))
        self._after(ledger, power)
        if done and done[0] is not None:
            ledger.confirmed(done[0])

    @rule(at=laptop_index, cut=cuts, faults=fault_names)
    def power_fails_while_syncing(self, at: int, cut: Cut, faults: list[str]) -> None:
        ledger = self._desk(at)
        with power_cut(ledger.laptop.store, cut) as power:
            ledger.laptop.sync(*(self._fault(ledger.laptop, name) for name in faults))
        self._after(ledger, power)

    @rule(at=laptop_index)
    def a_backup_is_made(self, at: int) -> None:
        self._desk(at).laptop.back_up()

    @rule(at=laptop_index, which=dose_index)
    def a_backup_is_restored(self, at: int, which: int) -> None:
        ledger = self._desk(at)
        if ledger.laptop.backups:
            ledger.check()
            ledger.laptop.restore(ledger.laptop.backups[which % len(ledger.laptop.backups)])
            self.platform.follow()
            ledger.restored()

    # --- the platform's services, and days on which all goes well

    @rule()
    def services_go_round(self) -> None:
        self.central.services_round()

    @rule(certify=st.booleans())
    def a_quiet_day(self, certify: bool) -> None:
        """People send again what is set aside, the line is good: everything arrives but poison."""
        for _ in range(2):
            for laptop in self.laptops:
                laptop.clock.forward(hours=2)
                laptop.send_again()
                report = laptop.sync()
        for laptop in self.laptops:
            report = laptop.sync()
            assert (report.trouble, report.waiting) == ("", 0)
            assert laptop.lives > 1 or report.differing == ()
            records = laptop.records()
            self.platform.follow()
            if not laptop.overtaken:  # what a lost life had sent is back
                assert self.platform.ids_of(laptop.device.id) <= {record.dose.id for record in records}
            left = [record for record in records if record.receipt is None]
            assert all(r.dose.lot.startswith(POISON) for r in left if not self._is_fork(laptop, r))
        if certify:
            self._everybody_gets_a_certificate()

    def _is_fork(self, laptop: Laptop, record: DoseRecord) -> bool:
        """After a restore a dose may have been changed in both lives: a person decides."""
        return laptop.lives > 1 and record.set_aside_code == "record-conflict"

    def _everybody_gets_a_certificate(self) -> None:
        self.central.services_round()
        for laptop in self.laptops:
            laptop.sync()
            for day in {r.dose.occurred_at.date() for r in laptop.records()}:
                laptop.work.signing.sign_day(day, laptop.manager)
            laptop.sync()
        self.central.services_round()
        for laptop in self.laptops:
            laptop.sync()
            given = [r for r in laptop.records() if r.receipt and r.dose.status is DoseStatus.COMPLETED]
            assert [r for r in given if Stage.CERTIFIED not in r.stages and laptop.lives == 1] == []

    # --- what must hold after every step

    @invariant()
    def nothing_is_lost_doubled_or_falsely_green(self) -> None:
        if hasattr(self, "ledgers"):
            self.platform.follow()
            for ledger in self.ledgers:
                ledger.check()

    def teardown(self) -> None:
        if hasattr(self, "closing"):
            self.closing.close()

    # --- in short

    def _desk(self, at: int) -> DeskLedger:
        """A desk; whatever is done there takes a second."""
        ledger = self.ledgers[at % len(self.ledgers)]
        ledger.laptop.clock.forward(seconds=1)
        return ledger

    def _lot(self, poison: bool) -> str:
        self.lots += 1
        return f"{POISON if poison else 'FL'}{self.lots}"

    def _recording(self, laptop: Laptop, person: int, poison: bool) -> Callable[[], DoseRecord]:
        draft = laptop.draft(person, self._lot(poison))
        return lambda: laptop.work.desk.record(draft, laptop.manager)

    def _correcting(self, laptop: Laptop, which: int, poison: bool) -> Callable[[], DoseRecord | None]:
        dose_id, changes = self._chosen(laptop, which), DoseChanges(lot=self._lot(poison))
        return lambda: laptop.work.desk.correct(dose_id, changes, REASON, laptop.manager) if dose_id else None

    def _voiding(self, laptop: Laptop, which: int) -> Callable[[], DoseRecord | None]:
        dose_id = self._chosen(laptop, which)
        return lambda: laptop.work.desk.void(dose_id, REASON, laptop.manager) if dose_id else None

    def _signing(self, laptop: Laptop, which: int) -> None:
        dose_id = self._chosen(laptop, which)
        if dose_id:
            day = laptop.work.desk.dose(dose_id).dose.occurred_at.date()
            laptop.work.signing.sign_day(day, laptop.manager)

    def _chosen(self, laptop: Laptop, which: int) -> str:
        ids = [record.dose.id for record in laptop.records()]
        return ids[which % len(ids)] if ids else ""

    def _unless_refused(self, work: Callable[[], DoseRecord | None]) -> DoseRecord | None:
        """The rules of medicine and of the clock may say no: then nothing is stored."""
        try:
            return work()
        except DoseRefused:
            return None

    def _confirmed(self, ledger: DeskLedger, work: Callable[[], DoseRecord | None]) -> None:
        record = self._unless_refused(work)
        if record is not None:
            ledger.confirmed(record)

    def _after(self, ledger: DeskLedger, power: Any) -> None:
        event(f"power fails: {power.happened} {power.cut.moment}")
        if power.happened:
            ledger.may_grow = True
            ledger.laptop.after(power)

    def _fault(self, laptop: Laptop, name: str) -> faulty.Fault:
        world: dict[str, faulty.Fault] = {"held back": laptop.line.hold, "central restarts": self._restarts_meanwhile}
        return (FAULTS | world)[name]

    def _restarts_meanwhile(self, request: requests.PreparedRequest, send: faulty.Send) -> requests.Response:
        """The platform ends after it has acted and before anybody hears of it."""
        send().close()
        self.central.restart()
        raise requests.ConnectionError("lost on the way back")


TestWorld = World.TestCase
TestWorld.settings = settings(
    max_examples=int(os.environ.get("SOAK_EXAMPLES", "6")),
    stateful_step_count=int(os.environ.get("SOAK_STEPS", "25")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
