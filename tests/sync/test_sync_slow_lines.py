"""Large bodies over slow lines, and what a wire counts. The other side is a bare socket that reads as slowly as a test wants."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import requests
from support.slow_relay import READ_BYTES

from vaxdesk.errors import Unreachable
from vaxdesk.sync import slow_lines
from vaxdesk.sync import wire as wires
from vaxdesk.sync.slow_lines import patience_s
from vaxdesk.sync.wire import Meter, Wire

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
BODY = b"x" * 3_000_000


@contextmanager
def listening(serve: Callable[[socket.socket], object], connections: int = 1) -> Iterator[str]:
    """A server of small buffers; `serve` gets each of its connections."""
    plug = socket.socket()
    plug.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, READ_BYTES)
    plug.bind(("127.0.0.1", 0))
    plug.listen()
    plug.settimeout(10)

    def accept() -> None:
        for _ in range(connections):
            connection, _address = plug.accept()
            with connection:
                serve(connection)

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{plug.getsockname()[1]}/"
    finally:
        thread.join(10)
        plug.close()


def read_slowly(byte_count: int, pause_s: float) -> Callable[[socket.socket], None]:
    """Takes at least that many bytes, resting in between, then answers."""

    def serve(connection: socket.socket) -> None:
        connection.settimeout(10)
        taken = 0
        while taken < byte_count:
            piece = connection.recv(150_000)
            taken += len(piece)
            if not piece:
                return
            time.sleep(pause_s)
        connection.sendall(ANSWER)

    return serve


def test_a_large_body_may_take_longer_than_any_time_out_as_long_as_it_moves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wires, "CONNECT_TIMEOUT_S", 0.25)
    monkeypatch.setattr(slow_lines, "PIECE_TIMEOUT_S", 0.25)
    began = time.monotonic()
    with listening(read_slowly(len(BODY), 0.004)) as url:
        wire = Wire()
        assert wire.exchange("POST", url, body=BODY).status == 200
        wire.close()
    assert time.monotonic() - began > 0.5, "too quick to show anything"


def test_bare_requests_would_give_up() -> None:
    """Why slow_lines.py exists: when this fails, it may go."""
    with listening(read_slowly(len(BODY), 0.004)) as url, pytest.raises(requests.RequestException):  # noqa: SIM117
        with requests.Session() as session:
            session.post(url, data=BODY, timeout=(0.25, 0.25))


def test_a_side_that_takes_nothing_more_is_a_time_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slow_lines, "PIECE_TIMEOUT_S", 0.2)
    enough = threading.Event()
    with listening(lambda connection: not enough.wait(10)) as url:
        wire = Wire()
        try:
            with pytest.raises(Unreachable, match="timed-out"):
                wire.exchange("POST", url, body=BODY * 3)
        finally:
            enough.set()
        wire.close()


def test_an_answer_is_waited_for_longer_after_a_large_body() -> None:
    assert patience_s(0) == 0
    assert patience_s(10 * 1024) == 10
    assert patience_s(10**9) == 64


def test_a_wire_counts_requests_and_bytes_of_both_directions() -> None:
    with listening(read_slowly(5_000, 0)) as url:
        wire = Wire()
        wire.exchange("POST", url, body=b"y" * 5_000, token="t" * 300)
        wire.close()
    assert wire.meter.requests == 1
    assert 5_300 < wire.meter.sent_bytes < 5_700
    assert len(ANSWER) * 0.6 < wire.meter.received_bytes < len(ANSWER) + 200


def test_a_request_without_an_answer_is_counted_too() -> None:
    with listening(lambda connection: connection.close()) as url:
        wire = Wire()
        with pytest.raises(Unreachable):
            wire.exchange("POST", url, body=b"y" * 5_000)
        wire.close()
    assert (wire.meter.requests, wire.meter.received_bytes) == (1, 0)
    assert wire.meter.sent_bytes > 5_000


def test_what_was_used_in_between_is_a_difference() -> None:
    assert Meter(5, 700, 90) - Meter(2, 300, 40) == Meter(3, 400, 50)


@pytest.mark.parametrize(("rested_s", "connections"), [(1.0, 1), (60.0, 2)])
def test_a_connection_that_rested_long_is_not_used_again(
    monkeypatch: pytest.MonkeyPatch, rested_s: float, connections: int
) -> None:
    """Boxes on the way forget resting connections without telling anybody."""
    used: list[int] = []

    def serve(connection: socket.socket) -> None:
        connection.settimeout(0.5)
        used.append(0)
        try:
            while connection.recv(4096):
                used[-1] += 1
                connection.sendall(ANSWER)
        except TimeoutError:
            pass

    with listening(serve, connections) as url:
        wire = Wire()
        wire.exchange("GET", url)
        passed_s = time.monotonic() + rested_s
        monkeypatch.setattr(wires.time, "monotonic", lambda: passed_s)
        wire.exchange("GET", url)
        monkeypatch.undo()
        wire.close()
    assert used == [2 // connections] * connections
