"""A bad line as a program of its own: a proxy that does to each request what its dice say. It knows HTTP's framing and nothing else.

    with FaultProxy(target_port, seed=1) as line:      # bad from the start
        ... http://127.0.0.1:{line.port} ...
        line.good()                                    # from now on everything passes

Started by hand: python tests/support/fault_proxy.py TARGET_PORT SEED RATES_JSON; each line on its standard input, `good` or `bad`, is
answered by one JSON line {fate: how often}; the end of the input ends it.
"""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import sys
from collections import Counter
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from types import TracebackType

HEAD_BYTES_MAX = 64 * 1024
UPSTREAM_TIMEOUT_S = 20.0
STOP_LIMIT_S = 10
PORTAL_PAGE = b"<!DOCTYPE html><html><body><h1>Wi-Fi</h1><form method=post><button>OK</button></form></body></html>"
PORTAL = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(
    PORTAL_PAGE
)


class Fate(StrEnum):
    """What may happen to one request."""

    PASSED = "passed"
    SLOW = "slow"  # delayed, there and back
    CUT_REQUEST = "cut-request"  # the server gets the first half
    CUT_ANSWER = "cut-answer"  # the server acts; the first half of its answer comes through
    LOST_ANSWER = "lost-answer"  # the server acts; nothing comes through
    PORTAL = "portal"  # a login page answers in the server's place, with 200
    TWICE = "twice"  # the server gets it two times, one after the other; the second answer comes through
    AT_ONCE = "at-once"  # the server gets two copies at the same time; the first's answer comes through
    LATE_COPY = "late-copy"  # answered; a copy reaches the server seconds later


@dataclass(frozen=True, slots=True)
class Rates:
    """The share of requests for each fate; what is left passes. Those that ask without sending have `reads` of these shares."""

    slow: float = 0.08
    cut_request: float = 0.06
    cut_answer: float = 0.08
    lost_answer: float = 0.12
    portal: float = 0.05
    twice: float = 0.08
    at_once: float = 0.06
    late_copy: float = 0.06
    reads: float = 0.25
    delay_s_max: float = 0.8
    late_s_max: float = 3.0

    def fate(self, request: bytes, share: float) -> Fate:
        """The fate of a request for a throw between 0 and 1."""
        share /= self.reads if request.startswith(b"GET ") and self.reads else 1.0
        for fate in Fate:
            share -= getattr(self, fate.value.replace("-", "_"), 0.0)
            if share < 0:
                return fate
        return Fate.PASSED


@dataclass(slots=True)
class Line:
    """The proxy's own state."""

    target_port: int
    rates: Rates
    dice: random.Random
    is_good: bool = False
    seen: Counter[str] = field(default_factory=Counter)
    copies: set[asyncio.Task[bytes]] = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of the client, request after request."""
        try:
            while (request := await message(reader)) and await self._answer(request, writer):
                pass
        except (OSError, EOFError, TimeoutError, asyncio.LimitOverrunError):
            self.seen["broken"] += 1  # the client was killed, or the server is away: the client sees a cut
        finally:
            writer.transport.abort()

    async def _answer(self, request: bytes, writer: asyncio.StreamWriter) -> bool:
        """Carries out one request's fate; False when the connection is to be cut."""
        fate = Fate.PASSED if self.is_good else self.rates.fate(request, self.dice.random())
        self.seen[fate] += 1
        answer, goes_on = await self._carried(request, fate)
        writer.write(answer)
        await writer.drain()
        return goes_on

    async def _carried(self, request: bytes, fate: Fate) -> tuple[bytes, bool]:
        match fate:
            case Fate.SLOW:
                await self._wait(self.rates.delay_s_max)
                answer = await self._asked(request)
                await self._wait(self.rates.delay_s_max)
                return answer, True
            case Fate.CUT_REQUEST:
                await self._asked(request[: self.dice.randrange(1, len(request))], whole=False)
                return b"", False
            case Fate.CUT_ANSWER:
                answer = await self._asked(request)
                return answer[: self.dice.randrange(1, len(answer))], False
            case Fate.LOST_ANSWER:
                await self._asked(request)
                return b"", False
            case Fate.PORTAL:
                return PORTAL + PORTAL_PAGE, False
            case Fate.TWICE:
                await self._asked(request)
            case Fate.AT_ONCE:
                self._copy(request, 0.0)
            case Fate.LATE_COPY:
                self._copy(request, self.dice.uniform(0.2, self.rates.late_s_max))
        return await self._asked(request), True

    async def _wait(self, s_max: float) -> None:
        await asyncio.sleep(self.dice.uniform(0.0, s_max))

    def _copy(self, request: bytes, after_s: float) -> None:
        async def send() -> bytes:
            await asyncio.sleep(after_s)
            try:
                return await self._asked(request)
            except (OSError, EOFError, TimeoutError):
                return b""

        task = asyncio.create_task(send())
        self.copies.add(task)
        task.add_done_callback(self.copies.discard)

    async def _asked(self, request: bytes, whole: bool = True) -> bytes:
        """The server's answer, over a connection of its own; part of a request gets none."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.target_port, limit=HEAD_BYTES_MAX)
        try:
            writer.write(request)
            await writer.drain()
            if not whole:
                return b""
            async with asyncio.timeout(UPSTREAM_TIMEOUT_S):
                answer = await message(reader)
            if not answer:
                raise EOFError
            return answer
        finally:
            writer.close()


async def message(reader: asyncio.StreamReader) -> bytes:
    """One whole request or answer as it came; empty at the end of the connection. Raises EOFError when it ends in the middle."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        if error.partial:
            raise
        return b""
    fields = dict(_field(line) for line in head.split(b"\r\n")[1:] if line)
    if fields.get(b"transfer-encoding") == b"chunked":
        return head + await _chunks(reader)
    return head + await reader.readexactly(int(fields.get(b"content-length", 0)))


def _field(line: bytes) -> tuple[bytes, bytes]:
    name, _, value = line.partition(b":")
    return name.strip().lower(), value.strip().lower()


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    read = b""
    while True:
        size = await reader.readuntil(b"\r\n")
        read += size + await reader.readexactly(int(size.split(b";")[0], 16) + 2)
        if size.strip() == b"0":
            return read


async def _main(target_port: int, seed: int, rates: Rates) -> None:
    line = Line(target_port, rates, random.Random(seed))
    server = await asyncio.start_server(line.serve, "127.0.0.1", 0, limit=HEAD_BYTES_MAX)
    _say({"port": server.sockets[0].getsockname()[1]})
    while wish := (await asyncio.to_thread(sys.stdin.readline)).strip():
        line.is_good = wish == "good"
        if line.is_good and line.copies:
            await asyncio.wait(tuple(line.copies))  # what still travels arrives before the line is called good
        _say(dict(line.seen))
    server.close()


def _say(value: object) -> None:
    print(json.dumps(value), flush=True)


class FaultProxy:
    """The program, started in front of a port of this machine; `port` is the line's own."""

    def __init__(self, target_port: int, seed: int, rates: Rates | None = None) -> None:
        given = [str(target_port), str(seed), json.dumps(asdict(rates or Rates()))]
        self._process = subprocess.Popen(
            [sys.executable, __file__, *given], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.port: int = self._heard()["port"]

    @property
    def url(self) -> str:
        """The line's address."""
        return f"http://127.0.0.1:{self.port}"

    def good(self) -> dict[str, int]:
        """From now on everything passes, and every late copy has arrived; tells what happened to how many requests so far."""
        return self._told("good")

    def bad(self) -> dict[str, int]:
        """The dice count again."""
        return self._told("bad")

    def close(self) -> None:
        """Ends the program."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    def __enter__(self) -> FaultProxy:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _told(self, wish: str) -> dict[str, int]:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{wish}\n")
        self._process.stdin.flush()
        return self._heard()

    def _heard(self) -> dict[str, int]:
        assert self._process.stdout is not None
        heard: dict[str, int] = json.loads(self._process.stdout.readline())
        return heard


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1]), int(sys.argv[2]), Rates(**json.loads(sys.argv[3]))))
