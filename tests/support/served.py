"""`vaxplatform serve` as a process of its own that a test may stop, change and start again under the same address."""

from __future__ import annotations

import io
import json
import socket
import subprocess
import sys
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vaxplatform.cli import main

READY = "vaxplatform ready on "
STOP_LIMIT_S = 15


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Served:
    """One data folder, served without services. `public_url` is the address of a TLS door in front of it."""

    folder: Path
    public_url: str = ""
    port: int = field(default_factory=free_port)
    database: str = ""  # SQLAlchemy address; empty: in the folder
    _process: subprocess.Popen[str] | None = None

    @property
    def plain_base(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def _store(self) -> list[str]:
        database = ["--database", self.database] if self.database else []
        return ["--data", str(self.folder), *database]

    def start(self) -> None:
        """Returns when it answers."""
        public = ("--public-url", self.public_url) if self.public_url else ()
        command = [sys.executable, "-m", "vaxplatform", "serve", "--port", str(self.port), "--no-services", *public]
        self._process = subprocess.Popen(
            [*command, *self._store], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8"
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline().startswith(READY)

    def stop(self) -> None:
        """Ends it, if it runs."""
        if self._process is not None:
            self._process.terminate()
            self._process.communicate(timeout=STOP_LIMIT_S)
            self._process = None

    def with_another_key(self) -> None:
        """Starts again with a new key: every token given so far is worth nothing."""
        self.stop()
        (self.folder / "token.key").unlink()
        self.start()

    def sites(self, *arguments: str) -> Any:
        """`vaxplatform sites ...` beside the running server, in this process: another would take a second to start."""
        with redirect_stdout(io.StringIO()) as said:
            assert main(["sites", *arguments, *self._store, "--json"]) == 0
        return json.loads(said.getvalue())

    def code_for(self, site: str) -> str:
        """A one-time code of a site, which is registered when it is new."""
        facts = ("--name", "Trạm mẫu", "--address", "Số 1 Phố Mẫu", "--province", "079")
        return str(self.sites("add", site, *facts)["code"])
