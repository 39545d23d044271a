"""Fresh platforms for the benchmarks: separate processes on loopback, driven by their command line only."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from support.builders import a_site
from support.sync_bench import enrolled

from vaxdesk.demo.platform import READY, Platform
from vaxdesk.models.exchange import Enrolment

STOP_LIMIT_S = 15


@contextmanager
def a_fresh_platform(folder: Path, *more: str) -> Iterator[Enrolment]:
    """A platform without its services in an empty folder, and the enrolment of the tests' device at it. `more`: further options of `serve`."""
    command = [
        sys.executable,
        "-m",
        "vaxplatform",
        "serve",
        "--no-services",
        "--port",
        "0",
        "--data",
        str(folder),
        *more,
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        yield _enrol(folder, ready_base(process))
    finally:
        process.terminate()
        process.communicate(timeout=STOP_LIMIT_S)


def ready_base(process: subprocess.Popen[str]) -> str:
    """Waits until a platform says that it serves; its address on its own loopback."""
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith(READY):
            port = int(line.split(":")[-1].split("/")[0])
            return f"http://127.0.0.1:{port}"
    raise RuntimeError("the platform did not start")


def _enrol(folder: Path, base: str) -> Enrolment:
    site = a_site()
    code = Platform(folder).add_site(str(site.code), site.name, site.address, site.province)
    return enrolled(base, code)
