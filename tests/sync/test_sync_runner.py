"""The one sync thread: wakes at once, backs off, notices the network's return, outlives bugs and ends when told."""

from __future__ import annotations

import queue
import random
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from support.sync_bench import Bench

from vaxdesk.errors import StoreError
from vaxdesk.sync.engine import SyncReport
from vaxdesk.sync.runner import AWAY_S_MAX, SyncRunner

FAR_S = 3600.0
SOON_S = 5.0


@dataclass
class ScriptedEngine:
    """Answers runs from a script; `asked` notes what each run was told."""

    script: list[SyncReport | Exception] = field(default_factory=list)
    network: bool = False
    asked: list[bool] = field(default_factory=list)
    probes: int = 0
    stopping: Callable[[], bool] = lambda: False
    cuts: int = 0
    hold: threading.Event | None = None

    def run_once(self, asked: bool = False) -> SyncReport:
        self.asked.append(asked)
        if self.hold is not None:
            self.hold.wait(SOON_S)
        step = self.script.pop(0) if self.script else SyncReport(reached=True)
        if isinstance(step, Exception):
            raise step
        return step

    def reachable(self) -> bool:
        self.probes += 1
        return self.network

    def cut(self) -> None:
        self.cuts += 1


class Watched:
    """A runner whose reports can be waited for."""

    def __init__(self, engine: ScriptedEngine, **pace: float) -> None:
        self.reports: queue.Queue[SyncReport] = queue.Queue()
        self.engine = engine
        self.runner = SyncRunner(engine, self.reports.put, rng=random.Random(3), **pace)

    def next(self) -> SyncReport:
        return self.reports.get(timeout=SOON_S)


@pytest.fixture
def started() -> Iterator[Callable[..., Watched]]:
    made: list[Watched] = []

    def start(*script: SyncReport | Exception, network: bool = False, interval_s: float = FAR_S) -> Watched:
        watched = Watched(ScriptedEngine(list(script), network), interval_s=interval_s, away_s_min=0.01)
        made.append(watched)
        watched.runner.start()
        return watched

    yield start
    assert all(watched.runner.stop(SOON_S) for watched in made)


AWAY = SyncReport(reached=False, trouble="no-connection")


def test_it_runs_at_once_and_on_every_wake(started: Callable[..., Watched]) -> None:
    watched = started()
    watched.next()
    watched.runner.wake()
    watched.next()
    watched.runner.wake(asked=True)
    watched.next()
    assert watched.engine.asked == [True, False, True]


def test_a_wake_during_a_run_leads_to_another_run() -> None:
    engine = ScriptedEngine(hold=threading.Event())
    watched = Watched(engine, interval_s=FAR_S)
    watched.runner.start()
    watched.runner.wake(asked=True)
    engine.hold.set()  # type: ignore[union-attr]
    watched.next()
    if len(engine.asked) == 1 and not engine.asked[0]:  # the wake came after the first run had begun
        watched.next()
    assert engine.asked[-1] is True
    assert watched.runner.stop(SOON_S)


def test_the_timer_wakes_it(started: Callable[..., Watched]) -> None:
    watched = started(interval_s=0.01)
    for _ in range(3):
        watched.next()


def test_the_networks_return_starts_a_run_that_waits_for_nothing(started: Callable[..., Watched]) -> None:
    watched = started(AWAY)
    assert watched.next() == AWAY
    watched.engine.network = True
    assert watched.next().reached
    assert watched.engine.asked == [True, True]
    assert watched.engine.probes >= 1


def test_when_the_line_is_back_what_failed_does_not_wait_its_time_out(started: Callable[..., Watched]) -> None:
    """A dose saved meanwhile gets through first: the run that tells of it leaves others waiting, and those go at once."""
    watched = started(AWAY, SyncReport(reached=True, waiting=1), SyncReport(reached=True))
    watched.next()
    watched.runner.wake()
    watched.next()
    watched.next()
    assert watched.engine.asked == [True, False, True]


def test_without_a_network_it_only_looks(started: Callable[..., Watched]) -> None:
    watched = started(AWAY)
    watched.next()
    looked = threading.Event()
    real = watched.engine.reachable
    watched.engine.reachable = lambda: (looked.set(), real())[1]  # type: ignore[func-returns-value, method-assign]
    assert looked.wait(SOON_S)
    assert watched.engine.asked == [True]


@pytest.mark.allow_warnings("vaxdesk.sync")
def test_it_outlives_bugs_and_known_trouble(started: Callable[..., Watched], caplog: pytest.LogCaptureFixture) -> None:
    watched = started(ValueError("Trần Thị Bích 079303000456"), StoreError("store-locked"), network=True)
    assert watched.next().trouble == "sync-bug"
    assert watched.next().trouble == "store-locked"
    assert watched.next().reached
    assert "ValueError" in caplog.text
    assert "Bích" not in caplog.text


@pytest.mark.allow_warnings("vaxdesk.sync")
def test_a_listener_that_fails_does_not_end_it() -> None:
    seen: queue.Queue[SyncReport] = queue.Queue()

    def listener(report: SyncReport) -> None:
        seen.put(report)
        raise RuntimeError

    runner = SyncRunner(ScriptedEngine(), listener, interval_s=0.01)
    runner.start()
    seen.get(timeout=SOON_S)
    seen.get(timeout=SOON_S)
    assert runner.stop(SOON_S)


def test_pauses_grow_without_a_network_and_have_jitter() -> None:
    runner = SyncRunner(ScriptedEngine(), lambda report: None, rng=random.Random(1))
    assert 48 <= runner._pause_s(0) <= 72
    for failures in range(1, 60):
        assert 1.0 <= runner._pause_s(failures) <= AWAY_S_MAX
    assert len({round(runner._pause_s(9), 3) for _ in range(20)}) == 20


def test_stopping_reaches_a_run_under_way(bench: Bench) -> None:
    """The request under way ends as it ends; the rest stays in the outbox."""
    bench.limit(1)
    bench.record(30)
    reports: queue.Queue[SyncReport] = queue.Queue()
    runner = SyncRunner(bench.engine, reports.put)
    under_way, told = threading.Event(), threading.Event()

    def held(request: Any, send: Any) -> Any:
        under_way.set()
        assert told.wait(SOON_S)
        return send()

    bench.line.script = [held]
    runner.start()
    assert under_way.wait(SOON_S)
    assert runner.stop(timeout_s=0, grace_s=0) is False
    told.set()
    assert runner.stop(SOON_S)
    report = reports.get(timeout=SOON_S)
    assert (report.acknowledged, report.waiting) == (1, 29)


def test_a_saved_dose_goes_out_by_itself(bench: Bench) -> None:
    reports: queue.Queue[SyncReport] = queue.Queue()
    runner = SyncRunner(bench.engine, reports.put, interval_s=FAR_S)
    runner.start()
    reports.get(timeout=SOON_S)
    dose = bench.record_one()
    runner.wake()
    assert reports.get(timeout=SOON_S).acknowledged == 1
    assert dose.id in bench.receipts()
    assert runner.stop(SOON_S)


def test_other_work_is_done_between_runs_only_and_not_while_one_is_asked_for() -> None:
    engine, order = ScriptedEngine(), queue.Queue[int]()

    def reported(report: SyncReport) -> None:
        if len(engine.asked) == 1:
            runner.wake(asked=True)

    runner = SyncRunner(engine, reported, interval_s=FAR_S, between=lambda: order.put(len(engine.asked)))
    runner.start()
    assert order.get(timeout=SOON_S) == 2  # not after the first, which was followed at once
    runner.wake()
    assert order.get(timeout=SOON_S) == 3
    assert runner.stop(SOON_S)


@pytest.mark.allow_warnings("vaxdesk.sync.runner")
def test_trouble_in_other_work_does_not_end_the_thread(caplog: pytest.LogCaptureFixture) -> None:
    rests = queue.Queue[int]()
    troubles: list[Exception] = [StoreError("store-locked"), ZeroDivisionError("079303000456")]

    def between() -> None:
        rests.put(len(troubles))
        if troubles:
            raise troubles.pop(0)

    runner = SyncRunner(ScriptedEngine(), lambda report: None, interval_s=FAR_S, between=between)
    runner.start()
    for left in (2, 1, 0):
        assert rests.get(timeout=SOON_S) == left
        runner.wake()
    assert runner.stop(SOON_S)
    assert "store-locked" in caplog.text
    assert "ZeroDivisionError" in caplog.text
    assert "079303000456" not in caplog.text
