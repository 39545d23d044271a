"""Tokens and keys against the real platform: revoked, expired, worth nothing after a restart, a clock a year off. Nothing is lost."""

from __future__ import annotations

import queue
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import jwt
import pytest
import requests
from support import faulty
from support.builders import a_crowd, a_site
from support.served import Served
from support.sync_bench import AUTHENTICATION_KEY, Bench, a_bench, enrolled

from vaxdesk.messages import say
from vaxdesk.models.workplace import now_in_vietnam
from vaxdesk.sync.client import Client
from vaxdesk.sync.engine import Engine, SyncReport
from vaxdesk.sync.runner import SyncRunner
from vaxdesk.sync.tokens import Tokens
from vaxdesk.sync.wire import Wire

SITE, DEVICE = str(a_site().code), a_site().device_id
QUIET_S = 0.7
SOON_S = 20.0


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    platform = Served(tmp_path_factory.mktemp("platform"))
    platform.start()
    yield platform
    platform.stop()


@pytest.fixture
def bench(tmp_path: Path, served: Served) -> Iterator[Bench]:
    with a_bench(tmp_path, enrolled(served.plain_base, served.code_for(SITE))) as made:
        yield made


def arrived(bench: Bench, report: SyncReport, count: int) -> bool:
    """Everything is there, and was read back."""
    return (report.acknowledged, report.waiting, report.trouble) == (count, 0, "") and len(bench.receipts()) >= count


def token_requests(bench: Bench) -> int:
    return len([seen for seen in bench.line.seen if seen.endswith("/token")])


def test_a_revoked_device_is_told_so_keeps_its_doses_and_asks_once_a_run(bench: Bench, served: Served) -> None:
    bench.record_one()
    assert arrived(bench, bench.sync(), 1)
    served.sites("revoke", DEVICE)
    for draft in a_crowd(4):
        bench.record_one(draft)
    reports = []
    for _ in range(4):
        bench.line.seen.clear()
        reports.append(bench.sync(asked=False))
        assert len(bench.line.seen) <= 3  # with the token it has, for another one, and not in a loop
    assert [(report.acknowledged, report.set_aside, report.trouble) for report in reports] == [
        (0, 0, "token-refused")
    ] * 4
    assert bench.book.waiting() == 4
    assert "thu hồi" in say("token-refused", "vi")
    assert "revoked" in say("token-refused", "en")


def test_a_revoked_device_leaves_the_platform_in_peace(bench: Bench, served: Served) -> None:
    """No hot loop of the thread that runs by itself; a person's wish or new work asks again, once."""
    bench.record_one()
    served.sites("revoke", DEVICE)
    reports: queue.Queue[SyncReport] = queue.Queue()
    runner = SyncRunner(bench.engine, reports.put)
    runner.start()
    try:
        assert reports.get(timeout=SOON_S).trouble == "token-refused"
        asked = len(bench.line.seen)
        with pytest.raises(queue.Empty):
            reports.get(timeout=QUIET_S)
        assert len(bench.line.seen) == asked <= 3
        runner.wake(asked=True)
        assert reports.get(timeout=SOON_S).trouble == "token-refused"
        assert len(bench.line.seen) <= asked + 3
    finally:
        assert runner.stop(SOON_S)


def test_a_revoked_device_comes_back_with_a_new_code_and_everything_it_kept(bench: Bench, served: Served) -> None:
    bench.record(3)
    served.sites("revoke", DEVICE)
    assert bench.sync().trouble == "token-refused"
    enrolled(served.plain_base, served.code_for(SITE))
    assert arrived(bench, bench.sync(), 3)


def test_a_token_that_ends_within_a_run_is_renewed_and_the_run_goes_on(bench: Bench, served: Served) -> None:
    bench.limit(1)
    bench.record(4)
    secret = _key_of_tokens(served)

    def ended(request: requests.PreparedRequest, send: faulty.Send) -> requests.Response:
        """The same token, as the platform will see it in five minutes."""
        token = request.headers["Authorization"].removeprefix("Bearer ")
        claims = jwt.decode(token, secret, ["HS256"], audience="vaxplatform")
        past = jwt.encode(claims | {"exp": int(time.time()) - 1}, secret, "HS256")
        request.headers["Authorization"] = f"Bearer {past}"
        return send()

    report = bench.sync(faulty.passed, faulty.passed, ended)
    assert arrived(bench, report, 4)
    assert token_requests(bench) == 2


def _key_of_tokens(served: Served) -> bytes:
    from hashlib import sha256

    return sha256(b"access tokens" + (served.folder / "token.key").read_bytes()).digest()


def test_a_platform_with_another_token_key_is_met_in_the_middle_of_a_run(bench: Bench, served: Served) -> None:
    bench.limit(1)
    bench.record(3)

    def restarted(request: requests.PreparedRequest, send: faulty.Send) -> requests.Response:
        served.with_another_key()
        return send()

    report = bench.sync(faulty.passed, restarted)
    assert arrived(bench, report, 3)
    assert token_requests(bench) == 2


@pytest.mark.parametrize("days", [365, -365], ids=["a-year-ahead", "a-year-behind"])
def test_a_clock_a_year_off_gets_its_token_and_everything_arrives(bench: Bench, served: Served, days: int) -> None:
    off = timedelta(days=days)
    bench.clock.now = now_in_vietnam() + off
    enrolment = bench.book.enrolment()
    assert enrolment is not None

    def client() -> Client:
        wire = Wire()
        wire.session.mount("http://", bench.line)
        where = (wire, enrolment.token_url, enrolment.client_id, lambda: AUTHENTICATION_KEY)
        return Client(enrolment.fhir_base, Tokens(*where, clock=lambda: now_in_vietnam() + off), wire)

    engine = Engine(bench.book, client, bench.clock)
    doses = bench.record(2)
    report = engine.run_once(True)
    assert arrived(bench, report, 2)
    assert token_requests(bench) == 2  # refused once, then by the platform's own clock
    for record in bench.desk.work.desk.all_records():
        assert record.receipt is not None
        assert abs(record.receipt.at - now_in_vietnam()) < timedelta(minutes=5)
    assert {dose.id for dose in doses} == set(bench.receipts())
    assert engine.run_once(False).trouble == ""
