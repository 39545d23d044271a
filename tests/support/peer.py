"""A FHIR R4 server that this project did not write (sekmet-fhir, in an environment of its own: tests/requirements-peer.lock)."""

from __future__ import annotations

import json
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PROGRAM = Path(__file__).parents[2] / ".venv-peer" / "bin" / "sekmet"
START_LIMIT_S = 30
ABSENT = "no .venv-peer (tests/requirements-peer.lock): no foreign FHIR server"
OPEN = {"types": ["none"]}


def is_there() -> bool:
    """Whether the foreign server is installed beside this checkout."""
    return PROGRAM.exists()


def smart(client_id: str, keys: list[Any]) -> dict[str, Any]:
    """SMART Backend Services for one registered client."""
    client = {"client_id": client_id, "jwks": {"keys": keys}, "scopes": "system/*.cruds"}
    return {"types": ["smart"], "token_lifetime": 300, "enforce_scopes": True, "smart_clients": [client]}


@contextmanager
def peer(folder: Path, auth: dict[str, Any]) -> Iterator[str]:
    """A running server; its base address without /fhir. The token endpoint is at /auth/token."""
    port = _free_port()
    settings = {
        "base_url": f"http://127.0.0.1:{port}/fhir", "host": "127.0.0.1", "port": port, "data_dir": str(folder / "kept"),
        "server_auth": auth, "validation": {"inbound": "strict"}, "simulator": {"enabled": False},
    }  # fmt: skip
    file = folder / "settings.yaml"
    file.write_text(json.dumps(settings))  # JSON is YAML
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([PROGRAM, "serve", "-c", file], cwd=folder, stdout=log, stderr=log)
    try:
        _wait_until_answering(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(15)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_answering(port: int, process: subprocess.Popen[bytes]) -> None:
    pause = threading.Event()
    for _ in range(START_LIMIT_S * 20):
        assert process.poll() is None, "the server ended by itself"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        pause.wait(0.05)
    raise AssertionError("the server did not start")
