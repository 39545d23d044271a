"""The reference platform as a separate process, driven only by its command line: the desk shares no code with it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

READY = "vaxplatform ready on "
STOP_LIMIT_S = 15


class Platform:
    """One `vaxplatform` on a loopback port, with its own data folder; it may be stopped and started again on the same port.

    port: 0 takes a free one; public_url: where desks are told to come, when that is a proxy in front of it.
    """

    def __init__(self, folder: Path, port: int = 0, public_url: str = "") -> None:
        self._folder = folder
        self._process: subprocess.Popen[str] | None = None
        self._port = port
        self._public = ("--public-url", public_url) if public_url else ()

    @property
    def base(self) -> str:
        """The platform's address."""
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Starts it and waits until it answers."""
        self._process = subprocess.Popen(
            [*_program(), "serve", "--port", str(self._port), "--data", str(self._folder), *self._public],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith(READY):
                self._port = int(line.split(":")[-1].split("/")[0])
                return
        raise RuntimeError("the platform did not start")

    def stop(self) -> None:
        """Stops it, if it runs."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._process = None

    def kill(self) -> None:
        """Ends it as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self.stop()

    def add_site(self, code: str, name: str, address: str, province: str) -> str:
        """Registers a site; returns its one-time code."""
        facts = ("--name", name, "--address", address, "--province", province)
        return str(self._run("sites", "add", code, *facts)["code"])

    def add_people(self, file: Path) -> int:
        """Loads the made-up population; returns how many were added."""
        return int(self._run("people", "add", str(file))["added"])

    def _run(self, *arguments: str) -> dict[str, Any]:
        command = [*_program(), *arguments, "--data", str(self._folder), "--json"]
        done = subprocess.run(command, capture_output=True, text=True, check=True, encoding="utf-8")
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer


def _program() -> list[str]:
    return [sys.executable, "-m", "vaxplatform"]
