"""The program closes while a request hangs: it is cut off, the thread ends, and nothing touches a closed store."""

from __future__ import annotations

import queue
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from support import tls_front as tls
from support.served import free_port
from support.sync_bench import AUTHENTICATION_KEY, Bench, a_bench, some_codings

from vaxdesk.errors import StoreError, Unreachable
from vaxdesk.models.exchange import Enrolment
from vaxdesk.sync.client import Client, open_client
from vaxdesk.sync.engine import Engine, SyncReport
from vaxdesk.sync.pinned import session_for
from vaxdesk.sync.runner import SyncRunner
from vaxdesk.sync.wire import READ_TIMEOUT_S, Wire

SOON_S = 5.0


@dataclass
class Silence:
    """A server that takes connections and whatever they bring, and never says a word."""

    plug: socket.socket
    heard: threading.Event

    @property
    def port(self) -> int:
        return int(self.plug.getsockname()[1])

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}/fhir"

    def listen(self) -> None:
        with ExitStack() as held, suppress(OSError):
            while True:
                connection, _ = self.plug.accept()
                held.enter_context(connection)
                connection.recv(1)
                self.heard.set()


@pytest.fixture
def silence() -> Iterator[Silence]:
    with closing(socket.create_server(("127.0.0.1", 0))) as plug:
        server = Silence(plug, threading.Event())
        thread = threading.Thread(target=server.listen, daemon=True)
        thread.start()
        yield server
        plug.shutdown(socket.SHUT_RDWR)
    thread.join(SOON_S)


@pytest.fixture
def bench(tmp_path: Path, silence: Silence) -> Iterator[Bench]:
    with a_bench(tmp_path, Enrolment(silence.base, "", "", "none")) as made:
        yield made


def an_engine(bench: Bench) -> Engine:
    """Over a real wire: the line of the bench has a transport of its own."""

    def clients() -> Client:
        enrolment = bench.book.enrolment()
        assert enrolment is not None
        return open_client(enrolment, lambda: AUTHENTICATION_KEY)

    return Engine(bench.book, clients, bench.clock, codings=some_codings)


def ended_by_cut(wire: Wire, url: str, silence: Silence, body: bytes = b"") -> str:
    """The code with which an exchange ends that is cut off while it waits."""
    ends: queue.Queue[str] = queue.Queue()

    def asks() -> None:
        try:
            wire.exchange("POST", url, body=body)
        except Unreachable as error:
            ends.put(error.code)

    thread = threading.Thread(target=asks, daemon=True)
    thread.start()
    assert silence.heard.wait(SOON_S)
    wire.cut()
    try:
        return ends.get(timeout=SOON_S)
    finally:
        thread.join(SOON_S)
        wire.close()


@pytest.mark.parametrize("body", [b"", b"x" * 20_000_000], ids=["waiting for the answer", "in the middle of sending"])
def test_a_request_under_way_is_cut_off_from_another_thread(silence: Silence, body: bytes) -> None:
    assert ended_by_cut(Wire(), silence.base, silence, body) == "exchange-ended"


def test_a_tls_request_is_cut_off_too(silence: Silence, tmp_path: Path) -> None:
    authority = tls.Authority()
    with tls.tls_front(f"http://127.0.0.1:{silence.port}", authority.issue(tmp_path)) as base:
        assert ended_by_cut(Wire(session_for(authority.pem, "")), base, silence) == "exchange-ended"


def test_no_exchange_begins_after_a_cut() -> None:
    wire = Wire()
    wire.cut()
    with pytest.raises(Unreachable, match="exchange-ended"):
        wire.exchange("GET", f"http://127.0.0.1:{free_port()}/")


def test_closing_does_not_wait_for_a_platform_that_is_silent(bench: Bench, silence: Silence) -> None:
    """The thread has ended long before the request would have, and the record is as it was: nothing is held against it or the line."""
    dose, before = bench.record_one(), bench.book.link()
    reports: queue.Queue[SyncReport] = queue.Queue()
    runner = SyncRunner(an_engine(bench), reports.put)
    runner.start()
    assert silence.heard.wait(SOON_S)
    began = time.monotonic()
    assert runner.stop(timeout_s=SOON_S, grace_s=0.1)
    assert time.monotonic() - began < READ_TIMEOUT_S / 6
    report = reports.get_nowait()
    assert (report.trouble, report.waiting, report.reached) == ("exchange-ended", 1, False)
    (due,) = bench.book.due(bench.clock(), 10, asked=False)
    assert (due.entry.record_id, due.entry.tries) == (dose.id, 0)
    assert bench.book.link() == before


def test_a_client_made_after_the_cut_asks_nothing(bench: Bench, silence: Silence) -> None:
    bench.record_one()
    engine = an_engine(bench)
    engine.cut()
    assert engine.run_once(asked=True).trouble == "exchange-ended"
    assert not silence.heard.is_set()


@pytest.mark.allow_warnings("vaxdesk.sync")
def test_a_thread_that_outlives_the_store_does_not_open_it_again(bench: Bench, silence: Silence) -> None:
    """A name server that hangs cannot be cut off: the window closes the store all the same."""
    bench.record_one()
    engine, reports = an_engine(bench), queue.Queue[SyncReport]()
    real, engine.cut = engine.cut, lambda: None  # type: ignore[method-assign]
    runner = SyncRunner(engine, reports.put)
    runner.start()
    assert silence.heard.wait(SOON_S)
    assert runner.stop(timeout_s=0, grace_s=0) is False
    bench.desk.store.close()
    real()
    assert runner.stop(timeout_s=SOON_S)
    assert reports.get_nowait().trouble == "store-closed"


def test_a_closed_store_takes_and_gives_nothing(bench: Bench) -> None:
    bench.desk.store.close()
    with pytest.raises(StoreError, match="store-closed"):
        bench.book.link()
    with pytest.raises(StoreError, match="store-closed"), bench.desk.store.write():
        pytest.fail("a transaction began")
