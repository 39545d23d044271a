"""Bad lines for tests and benchmarks: real ones between two network namespaces, and slow ones through a relay for places without root.

    with bad_link(Quality(loss=0.2)) as link:
        link.popen(Side.CENTRE, [...the platform on 127.0.0.1:port...])
        link.join(port)                 # the site finds the platform on its own 127.0.0.1:port
        link.run(Side.SITE, [...the desk...])

The desk refuses plain HTTP beyond loopback (I9). So each side speaks to its own loopback, and two relays carry the bytes over the line.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent
_STOP_LIMIT_S = 10
_RELAY_PORT = 7777


@dataclass(frozen=True, slots=True)
class Quality:
    """Each direction of a line: one-way delay, share of lost packets, rate (0: no limit), queue, and cuts: `cut_s` in every `cut_every_s`."""

    delay_s: float = 0.3
    loss: float = 0.2
    rate_bits_s: float = 64_000
    queue_packets: int = 40
    cut_every_s: float = 0.0
    cut_s: float = 0.0
    seed: int = 1


PERFECT = Quality(delay_s=0.0, loss=0.0, rate_bits_s=0.0, queue_packets=1000)


class Side(StrEnum):
    """Where a program runs."""

    SITE = "site"
    CENTRE = "centre"


def why_not() -> str:
    """Why there can be no real bad line here; empty when there can."""
    if not sys.platform.startswith("linux"):
        return "network namespaces are Linux's"
    if shutil.which("ip") is None:
        return "iproute2 is not installed"
    if not os.path.exists("/dev/net/tun"):
        return "there is no /dev/net/tun"
    if os.geteuid() != 0:
        return "network namespaces need root"
    allowed = subprocess.run(["ip", "netns", "add", probe := f"vx{uuid.uuid4().hex[:8]}"], capture_output=True)
    subprocess.run(["ip", "netns", "del", probe], capture_output=True, check=False)
    return "" if allowed.returncode == 0 else "this root may not make network namespaces"


@dataclass(slots=True)
class BadLink:
    """A line that is up. Everything started through it ends with it."""

    names: Mapping[Side, str]
    pump: subprocess.Popen[str]
    _running: ExitStack = field(default_factory=ExitStack)

    def command(self, side: Side, words: Sequence[str]) -> list[str]:
        """The same command, run on one side."""
        return ["ip", "netns", "exec", self.names[side], *words]

    def run(self, side: Side, words: Sequence[str], **how: Any) -> subprocess.CompletedProcess[str]:
        """`subprocess.run` on one side, with text output captured."""
        return subprocess.run(self.command(side, words), capture_output=True, text=True, check=False, **how)

    def popen(self, side: Side, words: Sequence[str], **how: Any) -> subprocess.Popen[str]:
        """`subprocess.Popen` on one side; ended with the line."""
        process = subprocess.Popen(self.command(side, words), text=True, **how)
        self._running.callback(_ended, process)
        return process

    def join(self, port: int, seen: Path | None = None) -> None:
        """127.0.0.1:`port` of the centre answers on 127.0.0.1:`port` of the site. `seen` gets the request lines that arrive at the centre."""
        far = f"10.77.0.2:{_RELAY_PORT}"
        self._relay(Side.CENTRE, far, f"127.0.0.1:{port}", "{}", str(seen or ""))
        self._relay(Side.SITE, f"127.0.0.1:{port}", far)

    def change(self, **quality: float) -> dict[str, int]:
        """Makes the line better or worse while it runs; gives what it has counted (packets, bytes, lost, overflowed, delivered_bytes)."""
        assert self.pump.stdin is not None
        assert self.pump.stdout is not None
        self.pump.stdin.write(json.dumps(quality) + "\n")
        self.pump.stdin.flush()
        counted: dict[str, int] = json.loads(self.pump.stdout.readline())
        return counted

    def _relay(self, side: Side, *words: str) -> None:
        relay = [sys.executable, str(_HERE / "slow_relay.py"), *words]
        _ready(self.popen(side, relay, stdin=subprocess.PIPE, stdout=subprocess.PIPE))

    def close(self) -> None:
        """Ends what runs on it."""
        self._running.close()


@contextmanager
def bad_link(quality: Quality) -> Iterator[BadLink]:
    """A line between two namespaces of their own; several may be up at once. Ask `why_not` first."""
    unique = uuid.uuid4().hex[:8]
    names = {side: f"vx{unique}{side.value}" for side in Side}
    words = [sys.executable, str(_HERE / "packet_line.py"), *names.values(), json.dumps(asdict(quality))]
    pump = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    link = BadLink(names, pump)
    try:
        _ready(pump)
        yield link
    finally:
        link.close()
        _ended(pump, gently=True)


@contextmanager
def slow_relay(to_port: int, delay_s: float, rate_bits_s: float) -> Iterator[int]:
    """A loopback port that leads to another one over a line of one-way `delay_s` and `rate_bits_s` each way. Needs no rights."""
    quality = json.dumps({"delay_s": delay_s, "rate_bits_s": rate_bits_s})
    words = [sys.executable, str(_HERE / "slow_relay.py"), "127.0.0.1:0", f"127.0.0.1:{to_port}", quality]
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield int(_ready(process).rpartition(":")[2])
    finally:
        _ended(process, gently=True)


def _ready(process: subprocess.Popen[str]) -> str:
    """Its first line, which says that it is ready."""
    assert process.stdout is not None
    line = process.stdout.readline().strip()
    if not line.startswith("ready"):
        raise RuntimeError(f"{process.args!r} did not start")
    return line


def _ended(process: subprocess.Popen[str], gently: bool = False) -> None:
    """Ended, and its pipes closed. `gently`: it ends by itself when its input does."""
    if process.stdin is not None:
        process.stdin.close()
    if not gently:
        process.terminate()
    try:
        process.wait(_STOP_LIMIT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()
