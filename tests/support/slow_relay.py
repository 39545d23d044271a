"""A process that carries TCP connections from one port to another: as they come, or over a line with latency and a rate.

`bad_link` starts and ends it. Usage: slow_relay.py HOST:PORT TO_HOST:PORT '{"delay_s": 0.15, "rate_bits_s": 1e6}' [FILE]; port 0 takes a free
one. It says `ready HOST:PORT`. With FILE, the first line of every HTTP request is written there as it goes by: what was really asked, in which order,
told by nobody's own counters. Bytes of each direction follow on standard output when its input ends.
"""

from __future__ import annotations

import asyncio
import json
import re
import socket
import sys
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import IO

READ_BYTES = 8 * 1024
_REQUEST_LINE = re.compile(rb"(?:GET|POST|PUT|DELETE|PATCH|HEAD) [\x21-\x7e]{1,2000} HTTP/1\.1(?=\r\n)")


@dataclass(slots=True)
class Way:
    """One direction of the line, shared by all connections: a rate, then a delay."""

    delay_s: float
    rate_bits_s: float
    free_at: float = 0.0

    def arrival(self, byte_count: int, now: float) -> float:
        """When bytes that are handed over now will have arrived."""
        sending_s = byte_count * 8 / self.rate_bits_s if self.rate_bits_s else 0.0
        self.free_at = max(now, self.free_at) + sending_s
        return self.free_at + self.delay_s

    async def room(self) -> None:
        """Waits while more than a tenth of a second's bytes stand in the queue, so that the sender feels the rate."""
        ahead_s = self.free_at - asyncio.get_running_loop().time()
        if ahead_s > 0.1:
            await asyncio.sleep(ahead_s - 0.1)


@dataclass(slots=True)
class Relay:
    """Carries every connection on to `to`."""

    to: tuple[str, int]
    there: Way
    back: Way
    seen: IO[bytes] | None
    counted: Counter[str] = field(default_factory=Counter)

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until both sides have ended or one is gone."""
        try:
            onward_reader, onward_writer = await asyncio.open_connection(*self.to, limit=READ_BYTES)
        except OSError:
            writer.transport.abort()
            return
        _small_buffers(onward_writer)
        _small_buffers(writer)
        ways = (
            self._pour(reader, onward_writer, self.there, "there"),
            self._pour(onward_reader, writer, self.back, "back"),
        )
        with suppress(asyncio.CancelledError):  # the line is taken down
            await asyncio.gather(*ways)
        for each in (writer, onward_writer):
            each.close()

    async def _pour(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: Way, direction: str) -> None:
        on_the_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        arriving = asyncio.create_task(_arrive(on_the_way, writer))
        now = asyncio.get_running_loop().time
        piece = b"?"
        while piece:
            await way.room()
            try:
                piece = await reader.read(READ_BYTES)
            except OSError:
                piece = b""
            self._note(direction, piece)
            on_the_way.put_nowait((way.arrival(len(piece), now()), piece))
        await arriving

    def _note(self, direction: str, piece: bytes) -> None:
        self.counted[direction] += len(piece)
        if self.seen is not None and direction == "there":
            for line in _REQUEST_LINE.findall(piece):
                self.seen.write(line + b"\n")
            self.seen.flush()


async def _arrive(on_the_way: asyncio.Queue[tuple[float, bytes]], writer: asyncio.StreamWriter) -> None:
    """Hands over each piece at its time; an empty one is the end of that direction."""
    now = asyncio.get_running_loop().time
    piece = b"?"
    while piece:
        arrives, piece = await on_the_way.get()
        await asyncio.sleep(max(0.0, arrives - now()))
        try:
            if piece:
                writer.write(piece)
                await writer.drain()
            elif writer.can_write_eof():
                writer.write_eof()
        except OSError:
            continue  # the other side is gone: the rest is swallowed, as a dead line does


def _small_buffers(writer: asyncio.StreamWriter) -> None:
    """Megabytes of kernel buffers would hide the line from both sides."""
    plug = writer.get_extra_info("socket")
    plug.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    plug.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 * READ_BYTES)


def _listening(address: tuple[str, int]) -> socket.socket:
    plug = socket.socket()
    plug.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    plug.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * READ_BYTES)
    plug.bind(address)
    return plug


async def serve(plug: socket.socket, relay: Relay) -> None:
    """Until standard input ends."""
    server = await asyncio.start_server(relay.carry, sock=plug, limit=READ_BYTES)
    print("ready {}:{}".format(*plug.getsockname()), flush=True)
    await asyncio.to_thread(sys.stdin.read)
    server.close()
    print(json.dumps(relay.counted), flush=True)


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.partition(":")
    return host, int(port)


def main(listen: str, to: str, line: str = "{}", seen: str = "") -> None:
    """Relays until told to end."""
    quality = {"delay_s": 0.0, "rate_bits_s": 0.0} | json.loads(line)
    watched = open(seen, "wb") if seen else None  # noqa: SIM115  for as long as the process lives
    relay = Relay(_address(to), Way(**quality), Way(**quality), watched)
    asyncio.run(serve(_listening(_address(listen)), relay))


if __name__ == "__main__":
    main(*sys.argv[1:])
