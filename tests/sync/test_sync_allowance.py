"""A day's data allowance: doses always go, everything else waits; and new doses go before whatever else is under way."""

from __future__ import annotations

from datetime import date

import pytest
from support.builders import NOON, a_draft, another_person
from support.model_server import ModelPlatform
from support.sync_bench import Bench

from vaxdesk.sync.engine import Engine, SyncReport

PULLS = ("/fhir/VerificationResult", "/fhir/DocumentReference", "/fhir/DetectedIssue", "/fhir/Device")


@pytest.fixture
def frugal(bench: Bench) -> Bench:
    """A desk whose allowance of today is used up by its first run."""
    bench.engine._allowance_bytes = lambda: 500
    bench.sync()
    return bench


def paths(platform: ModelPlatform) -> list[str]:
    return [path for _, path, _ in platform.requests]


def test_what_a_run_costs_is_counted_by_day(bench: Bench, platform: ModelPlatform) -> None:
    bench.record(3)
    platform.requests.clear()  # enrolment is not the exchange's
    bench.sync()
    spent = bench.book.traffic(NOON.date())
    assert spent.requests == len(platform.requests)
    bodies = sum(size for _, _, size in platform.requests)
    assert bodies < spent.sent_bytes < bodies + 1500 * spent.requests
    assert spent.received_bytes > 0
    assert bench.book.traffic(date(2021, 11, 13)).bytes == 0


def test_over_the_allowance_doses_go_and_nothing_else(frugal: Bench, platform: ModelPlatform) -> None:
    platform.requests.clear()
    frugal.record(1)
    report = frugal.sync(asked=False)
    assert (report.acknowledged, report.waiting, report.trouble) == (1, 0, "data-allowance-used")
    assert paths(platform) == ["/fhir"]


def test_with_nothing_to_send_it_stays_silent(frugal: Bench, platform: ModelPlatform) -> None:
    platform.requests.clear()
    assert frugal.sync(asked=False).trouble == "data-allowance-used"
    assert paths(platform) == []


def test_a_person_who_asks_gets_everything(frugal: Bench, platform: ModelPlatform) -> None:
    platform.requests.clear()
    assert frugal.sync(asked=True).reached
    assert set(PULLS) <= set(paths(platform))


def test_the_next_day_all_goes_on(frugal: Bench, platform: ModelPlatform) -> None:
    frugal.clock.forward(days=1)
    platform.requests.clear()
    assert frugal.sync(asked=False).trouble == ""
    assert paths(platform) != []


def test_a_pull_ends_in_the_middle_when_the_allowance_does(bench: Bench, platform: ModelPlatform) -> None:
    bench.engine._allowance_bytes = lambda: 1
    bench.sync(asked=False)
    assert not set(PULLS) <= set(paths(platform))


def test_new_doses_cut_a_pull_short_and_no_feed_starves(bench: Bench, platform: ModelPlatform) -> None:
    """P10: somebody records while the pull is under way."""
    bench.sync()
    looked_at: set[str] = set()
    for _ in range(6):
        platform.requests.clear()
        begun = len(platform.requests)
        bench.engine.hurried = lambda begun=begun: any(p in PULLS for p in paths(platform)[begun:])
        bench.sync(asked=False)
        pulled = [path for path in paths(platform) if path in PULLS]
        assert len(pulled) == 1
        looked_at.update(pulled)
    assert looked_at == set(PULLS)


def test_doses_go_before_signatures(bench: Bench) -> None:
    """P10."""
    with bench.desk.store.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO outbox VALUES ('signature', 's1', 1, '2021-01-01T00:00:00.000000+00:00', 0, NULL, NULL, '', '')"
        )
    dose = bench.record_one(a_draft(person=another_person()))
    from vaxdesk.models import outbox

    with bench.desk.store.read() as connection:
        assert [entry.record_id for entry in outbox.due(connection, bench.clock(), 9, True)] == [dose.id, "s1"]


def test_a_used_allowance_is_no_lost_network() -> None:
    """The runner would otherwise ask every few seconds whether the platform is back."""
    import threading

    from vaxdesk.sync.runner import SyncRunner

    class Quiet:
        stopping = hurried = staticmethod(lambda: False)
        asked = 0

        def run_once(self, asked: bool = False) -> SyncReport:
            done.set()
            return SyncReport(trouble="data-allowance-used")

        def reachable(self) -> bool:
            Quiet.asked += 1
            return False

    done = threading.Event()
    runner = SyncRunner(Quiet(), lambda report: None, interval_s=60, away_s_min=0.01)
    runner.start()
    assert done.wait(5)
    runner.stop(5)
    assert Quiet.asked == 0


def test_the_engine_asks_for_the_allowance_each_time(bench: Bench) -> None:
    assert isinstance(bench.engine, Engine)
    limits = iter([1, 0])
    bench.engine._allowance_bytes = lambda: next(limits)
    bench.sync()
    assert [bench.sync(asked=False).trouble, bench.sync(asked=False).trouble] == ["data-allowance-used", ""]


def test_20_a_run_with_nothing_new_stays_within_its_byte_budget(bench: Bench, platform: ModelPlatform) -> None:
    """failures.md 20: 2,000 records of other sites and 200 of our own that are known already are not pulled again."""
    for i in range(2200):
        site = "79-Q10-P05" if i % 11 == 0 else "01-HBT-P01"
        tag = {"tag": [{"system": "urn:vaxdesk:site", "code": site}]}
        platform.store.give({"resourceType": "DetectedIssue", "id": f"i{i}", "meta": tag, "status": "final"})
    bench.sync()
    bench.clock.forward(hours=1)
    before = bench.book.traffic(bench.clock().date())
    bench.sync()
    after = bench.book.traffic(bench.clock().date())
    assert after.bytes - before.bytes < 120_000
