"""Asking what was given elsewhere, at check-in: quick or not at all, about nobody else, and never in the desk's way."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from support import faulty
from support.builders import a_draft, a_person
from support.model_server import ModelPlatform
from support.sync_bench import Bench, client_over

from vaxdesk.models.values import CitizenId
from vaxdesk.sync import history
from vaxdesk.sync.lookup import LookedUp, Lookup

WHO, OTHER = CitizenId("079303000456"), CitizenId("001090000123")
SOON_S = 5.0


def given_there(number: str = WHO.digits, name: str = "there-1", **changes: Any) -> dict[str, Any]:
    """A dose of another site, as the platform holds it."""
    return {
        "resourceType": "Immunization",
        "id": name,
        "meta": {"tag": [{"system": "urn:vaxdesk:site", "code": "79-Q1-P01"}]},
        "status": "completed",
        "vaccineCode": {"coding": [{"system": "urn:vaxdesk:vaccine", "code": "COMIRNATY"}]},
        "patient": {"identifier": {"system": "urn:vn:cccd", "value": number}},
        "occurrenceDateTime": "2021-10-10T09:00:00+07:00",
        "location": {"display": "Trạm Y tế Phường Bến Mẫu"},
        "protocolApplied": [{"series": "primary", "doseNumberPositiveInt": 1}],
    } | changes


class Asking:
    """A look-up thread over the bench's line; answers come into a queue."""

    def __init__(self, bench: Bench) -> None:
        self.answers: queue.Queue[LookedUp] = queue.Queue()
        self.now_s = 0.0
        enrolment = bench.book.enrolment()
        assert enrolment is not None
        self.lookup = Lookup(
            lambda: client_over(bench.line, enrolment), self.answers.put, bench.clock, lambda: self.now_s
        )

    def ask(self, number: CitizenId = WHO) -> LookedUp:
        self.lookup.ask(number)
        return self.answers.get(timeout=SOON_S)


@pytest.fixture
def asking(bench: Bench) -> Iterator[Asking]:
    made = Asking(bench)
    bench.line.only = lambda request: "_search" in str(request.url)
    yield made
    made.lookup.stop()


def test_doses_of_other_sites_are_told(asking: Asking, platform: ModelPlatform, bench: Bench) -> None:
    platform.store.give(given_there())
    answer = asking.ask()
    assert [dose.site_name for dose in answer.doses] == ["Trạm Y tế Phường Bến Mẫu"]
    assert answer.at == bench.clock()


def test_the_number_is_in_no_address(asking: Asking, bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    asking.ask()
    assert not any(WHO.digits in line for line in bench.line.seen)
    assert WHO.digits not in caplog.text + repr(asking.answers.queue)


def test_another_persons_doses_in_the_answer_are_dropped(asking: Asking, bench: Bench, platform: ModelPlatform) -> None:
    platform.store.give(given_there())
    stranger = {"resource": given_there(OTHER.digits, "stranger", meta={"versionId": "1"})}
    bench.line.script = [
        faulty.rewritten(lambda page: page | {"entry": [*page["entry"], stranger, {"resource": 7}, None]})
    ]
    assert [dose.id for dose in asking.ask().doses] == ["there-1"]


def test_a_flood_is_bounded(asking: Asking, bench: Bench) -> None:
    flood = [{"resource": given_there(name=f"d{i}", meta={"versionId": "1"})} for i in range(3000)]
    bench.line.script = [faulty.rewritten(lambda page: page | {"entry": flood})]
    assert len(asking.ask().doses) == history.DOSES_MAX


@pytest.mark.parametrize(
    "fault",
    [
        faulty.captive_portal,
        faulty.lost_request,
        faulty.truncated,
        faulty.status(403),
        faulty.status(500),
        faulty.redirected,
    ],
)
def test_no_answer_leaves_what_is_known(asking: Asking, bench: Bench, fault: faulty.Fault) -> None:
    bench.line.script = [fault]
    assert asking.ask() == LookedUp(WHO)


def test_after_no_answer_it_stays_silent_for_a_while(asking: Asking, bench: Bench, platform: ModelPlatform) -> None:
    """80 people in the queue must not each feel a dead line."""
    bench.line.script = [faulty.lost_request]
    asking.ask()
    seen = len(bench.line.seen)
    assert asking.ask(OTHER) == LookedUp(OTHER)
    assert len(bench.line.seen) == seen
    asking.now_s = 21
    assert asking.ask(OTHER).at is not None


def test_the_newest_question_wins(asking: Asking, bench: Bench) -> None:
    held, begun = threading.Event(), threading.Event()

    def slow(request: Any, send: Callable[[], Any]) -> Any:
        begun.set()
        held.wait(SOON_S)
        return send()

    bench.line.script = [slow]
    asking.lookup.ask(WHO)
    assert begun.wait(SOON_S)
    for i in range(5):
        asking.lookup.ask(CitizenId(f"00109000000{i}"))
    held.set()
    answered = [asking.answers.get(timeout=SOON_S).number, asking.answers.get(timeout=SOON_S).number]
    assert answered == [WHO, CitizenId("001090000004")]
    assert asking.answers.empty()


def test_a_server_that_takes_three_seconds_is_not_waited_for(bench: Bench, platform: ModelPlatform) -> None:
    """H2: 2 s, then the desk goes on with what it knows."""
    from vaxdesk.sync.client import open_client
    from vaxdesk.sync.wire import Wire

    enrolment = bench.book.enrolment()
    assert enrolment is not None
    release = threading.Event()
    real = platform.store.search
    platform.store.search = lambda *args: (release.wait(3), real(*args))[1]  # type: ignore[method-assign]
    from support.sync_bench import AUTHENTICATION_KEY

    client = open_client(enrolment, lambda: AUTHENTICATION_KEY, Wire(limit_s=0.3))
    answers: queue.Queue[LookedUp] = queue.Queue()
    lookup = Lookup(lambda: client, answers.put, bench.clock)
    began = time.monotonic()
    lookup.ask(WHO)
    assert answers.get(timeout=SOON_S) == LookedUp(WHO)
    assert time.monotonic() - began < 2.5
    release.set()
    lookup.stop()
    client.close()


def test_the_other_record_of_a_dispute_is_fetched_by_the_sync(bench: Bench, platform: ModelPlatform) -> None:
    dose = bench.record_one(a_draft())
    bench.sync()
    platform.store.give(given_there())
    platform.store.give(
        {
            "resourceType": "DetectedIssue", "id": "twice-1", "status": "final",
            "meta": {"tag": [{"system": "urn:vaxdesk:site", "code": "79-Q10-P05"}]},
            "code": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "DUPTHPY"}]},
            "identifiedDateTime": "2021-11-12T11:00:00+07:00",
            "implicated": [{"reference": "Immunization/there-1"}, {"reference": f"Immunization/{dose.id}"}],
        }
    )  # fmt: skip
    bench.sync()
    (found,) = bench.desk.work.disputes.open()
    assert found.dispute.other is not None
    assert found.dispute.other.site_name == "Trạm Y tế Phường Bến Mẫu"
    assert bench.desk.work.desk.check_in(a_person()).elsewhere.as_of == bench.clock()
