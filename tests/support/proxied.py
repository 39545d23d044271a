"""A platform that is known to the world by another address: that of a proxy in front of it."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

from vaxdesk.demo.platform import READY, Platform


def free_port() -> int:
    """A loopback port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class ProxiedPlatform(Platform):
    """Listens on `port`, tells every desk to come to `public_url`."""

    def __init__(self, folder: Path, port: int, public_url: str) -> None:
        super().__init__(folder)
        self._port = port
        self._public_url = public_url

    def start(self) -> None:
        """Starts it and waits until it answers."""
        where = ("--port", str(self._port), "--data", str(self._folder), "--public-url", self._public_url)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "vaxplatform", "serve", *where],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdout is not None
        if not any(line.startswith(READY) for line in self._process.stdout):
            raise RuntimeError("the platform did not start")
