"""A process that joins two network namespaces by a bad line: whole IP packets are delayed, lost, queued and cut, so TCP really retransmits.

Linux with /dev/net/tun, root and iproute2; nothing but the standard library. `bad_link` starts and ends it. It makes the two namespaces,
says `ready`, obeys lines of JSON on its standard input ({"loss": 0.0} changes the line), answers each with its counters, and takes
everything down again when its input ends: also when whoever started it was killed.
"""

from __future__ import annotations

import fcntl
import heapq
import json
import os
import random
import selectors
import struct
import subprocess
import sys
import time
from collections import Counter
from typing import Any

TUN = "/dev/net/tun"
MTU = 1400
_TUNSETIFF = 0x400454CA
_TUN_WITHOUT_HEADER = 0x1001  # IFF_TUN | IFF_NO_PI
_PACKETS_A_TURN = 64


def ip(*words: str, check: bool = True) -> None:
    """One `ip` command."""
    subprocess.run(["ip", *words], check=check, capture_output=True)


def end_of_line(namespace: str, device: str, address: str) -> int:
    """Makes a namespace whose only way out is a TUN device; gives the descriptor its packets are read from."""
    ip("netns", "add", namespace)
    end = os.open(TUN, os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(end, _TUNSETIFF, struct.pack("16sH22x", device.encode(), _TUN_WITHOUT_HEADER))
    ip("link", "set", device, "netns", namespace)
    ip("-n", namespace, "addr", "add", f"{address}/24", "dev", device)
    ip("-n", namespace, "link", "set", device, "mtu", str(MTU), "up")
    ip("-n", namespace, "link", "set", "lo", "up")
    return end


class Line:
    """Two ends and what happens between them. `quality` has the fields of `bad_link.Quality`."""

    def __init__(self, first: int, second: int, quality: dict[str, Any]) -> None:
        self.quality = quality
        self.counted: Counter[str] = Counter()
        self._other = {first: second, second: first}
        self._free_at = {first: 0.0, second: 0.0}
        self._queued = {first: 0, second: 0}
        self._on_the_way: list[tuple[float, int, int, bytes]] = []
        self._began = time.monotonic()
        self._draw = random.Random(quality["seed"])

    def due_s(self) -> float:
        """Seconds until the next packet arrives; at most half a second."""
        if not self._on_the_way:
            return 0.5
        return min(0.5, max(0.0, self._on_the_way[0][0] - time.monotonic()))

    def is_cut(self) -> bool:
        """The last `cut_s` of every `cut_every_s` nothing passes."""
        every = self.quality["cut_every_s"]
        return bool(every) and (time.monotonic() - self._began) % every >= every - self.quality["cut_s"]

    def take(self, end: int) -> None:
        """Reads what one end wants to send."""
        for _ in range(_PACKETS_A_TURN):
            try:
                packet = os.read(end, 2048)
            except BlockingIOError:
                return
            self._accept(end, packet)

    def _accept(self, end: int, packet: bytes) -> None:
        self.counted["packets"] += 1
        self.counted["bytes"] += len(packet)
        if self._draw.random() < self.quality["loss"] or self.is_cut():
            self.counted["lost"] += 1
        elif self._queued[end] >= self.quality["queue_packets"]:
            self.counted["overflowed"] += 1
        else:
            rate = self.quality["rate_bits_s"]
            sending_s = len(packet) * 8 / rate if rate else 0.0
            self._free_at[end] = max(time.monotonic(), self._free_at[end]) + sending_s
            self._queued[end] += 1
            arrives = self._free_at[end] + self.quality["delay_s"]
            heapq.heappush(self._on_the_way, (arrives, self.counted["packets"], end, packet))

    def deliver(self) -> None:
        """Hands over what has arrived by now."""
        while self._on_the_way and self._on_the_way[0][0] <= time.monotonic():
            _, _, end, packet = heapq.heappop(self._on_the_way)
            self._queued[end] -= 1
            if self.is_cut():
                self.counted["lost"] += 1
                continue
            self.counted["delivered_bytes"] += len(packet)
            try:
                os.write(self._other[end], packet)
            except OSError:  # the device is down or its queue full: one more lost packet
                self.counted["lost"] += 1


def serve(line: Line, ends: tuple[int, int]) -> None:
    """Until standard input ends."""
    orders = sys.stdin.fileno()
    with selectors.DefaultSelector() as selector:
        for source in (*ends, orders):
            selector.register(source, selectors.EVENT_READ)
        print("ready", flush=True)
        while True:
            for key, _ in selector.select(line.due_s()):
                if key.fd != orders:
                    line.take(key.fd)
                elif not _obey(line, os.read(orders, 4096)):
                    return
            line.deliver()


def _obey(line: Line, order: bytes) -> bool:
    for one in order.splitlines():
        line.quality |= json.loads(one)
        print(json.dumps(line.counted), flush=True)
    return bool(order)


def main(site: str, centre: str, quality: str) -> None:
    """Makes the line, serves it, removes it. `quality` is JSON."""
    unique = os.getpid()
    try:
        ends = end_of_line(site, f"a{unique}", "10.77.0.1"), end_of_line(centre, f"b{unique}", "10.77.0.2")
        serve(Line(*ends, json.loads(quality)), ends)
    finally:
        ip("netns", "del", site, check=False)
        ip("netns", "del", centre, check=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
