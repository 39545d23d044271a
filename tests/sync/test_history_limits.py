"""What bounds a question at check-in: time in all, addresses without numbers, and what it cost is counted."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import quote

import pytest
from support import faulty
from support.model_server import ModelPlatform
from support.sync_bench import Bench, client_over

from vaxdesk.errors import Unreachable
from vaxdesk.models.values import CitizenId
from vaxdesk.sync import history
from vaxdesk.sync import wire as wires
from vaxdesk.sync.client import Client
from vaxdesk.sync.lookup import LookedUp, Lookup
from vaxdesk.sync.tokens import NoTokens
from vaxdesk.sync.wire import Wire

WHO = CitizenId("079303000456")
SOON_S = 5.0


@contextmanager
def trickling(pause_s: float, before_s: float = 0.0) -> Iterator[str]:
    """A server whose answers come byte by byte, and never whole; its address."""
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *args: Any) -> None:
            pass

        def handle_any(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", "0")))
            over.wait(before_s)
            self.send_response(200)
            self.send_header("Content-Length", "100000")
            self.end_headers()
            while not over.wait(pause_s):
                self.wfile.write(b" ")

        do_GET = do_POST = handle_any  # noqa: N815

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *args: None  # type: ignore[method-assign]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/fhir"
    finally:
        over.set()
        server.shutdown()
        server.server_close()
        thread.join(5)


def seconds_of(work: Callable[[], object]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began


# --- time


def test_an_answer_byte_by_byte_ends_with_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each byte comes in time; the whole would take an hour."""
    monkeypatch.setattr(wires, "ANSWER_TIMEOUT_S", 0.3)
    with trickling(0.02) as base, pytest.raises(Unreachable, match="timed-out"):
        Wire().exchange("GET", base)


def test_two_seconds_are_for_all_exchanges_together() -> None:
    """H2: connecting, a token and the question share one limit."""
    wire = Wire(limit_s=0.5)
    with trickling(0.02, before_s=0.3) as base:

        def twice() -> None:
            for _ in range(2):
                with pytest.raises(Unreachable, match="timed-out"):
                    wire.exchange("GET", base)

        assert seconds_of(twice) < 0.9


def test_each_question_has_the_whole_limit(bench: Bench, platform: ModelPlatform) -> None:
    client = client_over(bench.line, bench.book.enrolment())  # type: ignore[arg-type]
    client._wire._limit_s = 0.2
    client.begin_run()
    history.ask(client, (WHO,), bench.clock())
    assert not threading.Event().wait(0.25)
    with pytest.raises(Unreachable, match="timed-out"):
        history.ask(client, (WHO,), bench.clock())
    client.begin_run()
    history.ask(client, (WHO,), bench.clock())


def test_a_trickling_platform_holds_up_nobody(bench: Bench) -> None:
    """The next person's question is not behind it, and the window closes at once."""
    answers: queue.Queue[LookedUp] = queue.Queue()
    with trickling(0.02) as base:
        lookup = Lookup(lambda: Client(base, NoTokens(), Wire(limit_s=0.3)), answers.put, bench.clock)
        lookup.ask(WHO)
        assert answers.get(timeout=2.0) == LookedUp(WHO)
        assert seconds_of(lookup.stop) < 1.0


@pytest.mark.allow_warnings("vaxdesk.sync.lookup")
def test_a_window_that_is_gone_does_not_end_the_thread(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    answers: queue.Queue[LookedUp] = queue.Queue()
    calls = iter([RuntimeError("0793 gone"), None])

    def hand_over(answer: LookedUp) -> None:
        answers.put(answer)
        if (error := next(calls)) is not None:
            raise error

    enrolment = bench.book.enrolment()
    assert enrolment is not None
    lookup = Lookup(lambda: client_over(bench.line, enrolment), hand_over, bench.clock)
    for _ in range(2):
        lookup.ask(WHO)
        assert answers.get(timeout=SOON_S).at is not None
    lookup.stop()
    assert "0793" not in caplog.text


# --- addresses


@pytest.mark.parametrize("written", [WHO.digits, "%30" + WHO.digits[1:]])
def test_a_link_with_the_number_in_it_is_asked_for_by_post(bench: Bench, platform: ModelPlatform, written: str) -> None:
    """L4: some servers repeat the whole question in the address of the next page."""
    enrolment = bench.book.enrolment()
    assert enrolment is not None
    client = client_over(bench.line, enrolment)
    question = f"patient.identifier={quote('urn:vn:cccd|')}{written}&_offset=7"
    link = {"relation": "next", "url": f"{client.base}/Immunization?{question}"}
    bench.line.only = lambda request: "_search" in str(request.url)
    bench.line.script = [faulty.rewritten(lambda page: page | {"link": [link]})]
    asked = platform.store.search
    questions: list[str] = []
    platform.store.search = lambda kind, query, site: (questions.append(query), asked(kind, query, site))[1]  # type: ignore[method-assign]
    history.ask(client, (WHO,), bench.clock())
    assert len(questions) == 2
    assert "_offset=7" in questions[1]
    assert not any(WHO.digits[1:] in line for line in bench.line.seen)


def test_an_ordinary_link_is_followed(bench: Bench, platform: ModelPlatform) -> None:
    enrolment = bench.book.enrolment()
    assert enrolment is not None
    client = client_over(bench.line, enrolment)
    bench.line.only = lambda request: "_search" in str(request.url)
    link = {"relation": "next", "url": f"{client.base}/Immunization?_offset=1"}
    bench.line.script = [faulty.rewritten(lambda page: page | {"link": [link]})]
    history.ask(client, (WHO,), bench.clock())
    assert bench.line.seen[-1] == f"GET {client.base}/Immunization?_offset=1"


# --- cost


def test_what_a_question_costs_is_counted(bench: Bench) -> None:
    """A data allowance that leaves out the questions of a thousand people is none."""
    answers: queue.Queue[LookedUp] = queue.Queue()
    enrolment = bench.book.enrolment()
    assert enrolment is not None
    lookup = Lookup(lambda: client_over(bench.line, enrolment), answers.put, bench.clock)
    lookup.ask(WHO)
    answer = answers.get(timeout=SOON_S)
    lookup.stop()
    assert answer.used.bytes > 200
    assert answer.at is not None
    bench.desk.work.elsewhere.keep((WHO,), answer.doses, answer.at, answer.used)
    assert bench.book.traffic(bench.clock().date()) == answer.used
