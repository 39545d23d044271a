"""A private CUPS on a free loopback port, with printers made of sockets: one that prints, one that never does.

The good printer is a thread that takes bytes as a network printer does on port 9100, so a test sees exactly what would have
been put on paper. Nothing outside the given folder is touched.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

PROGRAMS = ("cupsd", "lp", "lpstat", "lpadmin", "cancel", "cupsdisable", "cupsreject")
GOOD, SLOW, DEAD, STOPPED, CLOSED = "Vax-Tot", "VaxSlow", "VaxDead", "VaxStopped", "VaxClosed"
MOODY, BACKENDS = "VaxMoody", Path("/usr/lib/cups")
WAIT_S = 20.0
BACKEND = """#!/bin/sh
[ $# -eq 0 ] && exit 0
mood="${DEVICE_URI#vaxmoody:}"
said=
for stale in $PRINTER_STATE_REASONS; do  # a job that was cancelled could not take its word back
    echo "STATE: -$stale" >&2
done
while word=$(cat "$mood"); [ -n "$word" ]; do
    [ "$word" = give-up ] && exit 4
    [ "$word" = "$said" ] || echo "STATE: +$word" >&2
    said="$word"
    sleep 0.05
done
[ -z "$said" ] || echo "STATE: -$said" >&2
printf '%s' "$5" >"$mood.options.$1"
cat "${6:--}" >"$mood.out.$1"
mv "$mood.out.$1" "$mood.sheet.$1"
"""
FILES = """
SystemGroup root
ServerBin {folder}/bin
ServerRoot {folder}/root
RequestRoot {folder}/spool
TempDir {folder}/spool/tmp
StateDir {folder}/run
CacheDir {folder}/cache
AccessLog {folder}/access_log
ErrorLog {folder}/error_log
PageLog {folder}/page_log
"""
SERVER = """
LogLevel info
Listen 127.0.0.1:{port}
Browsing No
WebInterface No
DefaultAuthType None
PreserveJobHistory Yes
<Location />
Order allow,deny
Allow localhost
</Location>
<Policy default>
JobPrivateAccess default
JobPrivateValues default
<Limit All>
Order deny,allow
</Limit>
</Policy>
"""


def missing() -> str:
    """Why there can be no private print server here; empty when there can."""
    gone = [program for program in PROGRAMS if not _program(program)]
    if gone:
        return f"not installed: {', '.join(gone)} (packages cups, cups-client)"
    return "" if os.geteuid() == 0 else "cupsd needs root to start its filters"


class SocketPrinter:
    """Takes one job after the other; holds them back while `closed`."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.sheets: list[bytes] = []
        self.open = threading.Event()
        self.open.set()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def _work(self) -> None:
        while True:
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            self.open.wait(WAIT_S)
            with line:
                line.settimeout(WAIT_S)
                self.sheets.append(line.makefile("rb").read())

    def close(self) -> None:
        self.open.set()
        self._listener.close()


@dataclass
class PrintServer:
    """The running server; `environment` makes the commands use it."""

    folder: Path
    port: int
    good: SocketPrinter
    slow: SocketPrinter
    environment: dict[str, str] = field(default_factory=dict)

    def run(self, program: str, *arguments: str, sent: bytes = b"") -> bytes:
        path = _program(program)
        assert path
        done = subprocess.run(
            [path, *arguments],
            input=sent,
            capture_output=True,
            env=os.environ | self.environment,
            timeout=WAIT_S,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    @property
    def mood(self) -> Path:
        """What the moody printer says while there is something in this file, e.g. `media-empty-error`; `give-up` ends its jobs."""
        return self.folder / "moods" / "mood"

    @property
    def moody_sheets(self) -> list[bytes]:
        """What came out of the moody printer, in order."""
        found = sorted(self.mood.parent.glob("mood.sheet.*"), key=lambda file: int(file.suffix[1:]))
        return [file.read_bytes() for file in found]

    def add(self, name: str, device: str, *options: str) -> None:
        """A queue that hands over what it was given, unchanged."""
        self.run("lpadmin", "-p", name, "-v", device, "-m", "raw", "-E", *options)


@contextmanager
def a_print_server(folder: Path) -> Iterator[PrintServer]:
    for part in ("root/ppd", "run/certs", "spool/tmp", "cache"):
        (folder / part).mkdir(parents=True)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    _programs(folder)
    (folder / "files.conf").write_text(FILES.format(folder=folder))
    (folder / "cupsd.conf").write_text(SERVER.format(port=port))
    arguments = [_program("cupsd"), "-f", "-c", str(folder / "cupsd.conf"), "-s", str(folder / "files.conf")]
    with (folder / "out").open("wb") as out:
        daemon = subprocess.Popen(arguments, stdout=out, stderr=out)
    good, slow = SocketPrinter(), SocketPrinter()
    server = PrintServer(folder, port, good, slow, {"CUPS_SERVER": f"127.0.0.1:{port}"})
    try:
        until(lambda: _answers(port), "cupsd does not start")
        _queues(server)
        yield server
    finally:
        daemon.terminate()
        daemon.wait(WAIT_S)
        good.close()
        slow.close()


def until(holds: Callable[[], bool], otherwise: str) -> None:
    """Waits for a condition."""
    end = time.monotonic() + WAIT_S
    while not holds():
        assert time.monotonic() < end, otherwise
        time.sleep(0.02)


def _programs(folder: Path) -> None:
    """The system's own, and a backend that says what a test wants."""
    for part in BACKENDS.iterdir():
        if part.name != "backend":
            (folder / "bin").mkdir(exist_ok=True)
            (folder / "bin" / part.name).symlink_to(part)
    ours = folder / "bin" / "backend"
    ours.mkdir()
    for backend in (BACKENDS / "backend").iterdir():
        (ours / backend.name).symlink_to(backend)
    (ours / "vaxmoody").write_text(BACKEND)
    (ours / "vaxmoody").chmod(0o755)
    moods = folder / "moods"
    moods.mkdir()
    moods.chmod(0o777)
    (moods / "mood").touch()


def _queues(server: PrintServer) -> None:
    server.add(MOODY, f"vaxmoody:{server.mood}", "-o", "printer-error-policy=abort-job")
    server.add(GOOD, f"socket://127.0.0.1:{server.good.port}")
    server.add(SLOW, f"socket://127.0.0.1:{server.slow.port}")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        nobody = probe.getsockname()[1]
    server.add(DEAD, f"socket://127.0.0.1:{nobody}")
    server.add(STOPPED, f"socket://127.0.0.1:{server.good.port}")
    server.add(CLOSED, f"socket://127.0.0.1:{server.good.port}")
    server.run("cupsdisable", STOPPED)
    server.run("cupsreject", CLOSED)
    server.run("lpadmin", "-d", GOOD)


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def _program(name: str) -> str | None:
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
