"""Made-up doses, and the busy desk (busy_desk.py, busy_window.py) as its starter sees it: what is said to it, what it says, what it leaves behind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from vaxdesk import logs
from vaxdesk.app import OpenDesk, open_desk
from vaxdesk.demo.people import card_text, population
from vaxdesk.demo.platform import Platform
from vaxdesk.joining import Enrolling, enrol_desk
from vaxdesk.models.values import VIETNAM

SITE = "79-Q10-P05"
PASSPHRASE = "kho của bài kiểm tra"
PIN = "2468"
BUSY_DESK = Path(__file__).with_name("busy_desk.py")
BUSY_WINDOW = Path(__file__).with_name("busy_window.py")
_QUIET = {"QT_LOGGING_RULES": "default.warning=false"}  # without a screen Qt complains of every window's size hints


@dataclass(frozen=True, slots=True)
class Given:
    """What really happened to one person, as the harness knows it; the lot is this dose's own."""

    number: str
    lot: str
    at: datetime
    line: str


def enrolled(platform: Platform, folder: Path, address: str) -> None:
    """Makes `folder` a desk of the platform, which it reaches at `address`."""
    code = platform.add_site(SITE, "Trạm Y tế Phường 5", "Số 1 Phố Mẫu", "079")
    enrol_desk(folder, Enrolling(SITE, "Phạm Thị Lan", platform=address, code=code), PIN, PASSPHRASE)


def started(folder: Path, program: Path = BUSY_DESK) -> subprocess.Popen[str]:
    """The desk of a folder, at work; with BUSY_WINDOW in its window, drawn into memory."""
    return subprocess.Popen(
        [sys.executable, str(program), str(folder)],
        env=os.environ | {"VAXDESK_PASSPHRASE": PASSPHRASE, "QT_QPA_PLATFORM": "offscreen", **_QUIET},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


@contextmanager
def at_work(folder: Path) -> Iterator[tuple[subprocess.Popen[str], Iterator[list[str]]]]:
    """The desk of a folder and what it says; it ends with the block, whatever happens in it."""
    process = started(folder)
    try:
        yield process, spoken(process)
    finally:
        process.kill()
        closed(process)


def spoken(process: subprocess.Popen[str]) -> Iterator[list[str]]:
    """The desk's lines as words; a line that the kill cut short says nothing."""
    assert process.stdout is not None
    for line in process.stdout:
        if line.endswith("\n"):
            yield line.rstrip("\n").split(" ", 1)


def told_to(process: subprocess.Popen[str], line: str) -> bool:
    """One line to the desk; False when it is dead."""
    assert process.stdin is not None
    try:
        process.stdin.write(f"{line}\n")
        process.stdin.flush()
    except BrokenPipeError:
        return False
    return True


def closed(process: subprocess.Popen[str]) -> int:
    """Ends its input, waits for its end and gives its exit code."""
    assert process.stdin is not None
    assert process.stdout is not None
    with suppress(BrokenPipeError):
        process.stdin.close()
    if not process.stdout.closed:
        process.stdout.read()
        process.stdout.close()
    return process.wait(60)


@contextmanager
def opened(folder: Path) -> Iterator[OpenDesk]:
    """The desk of a folder, opened here."""
    desk = open_desk(folder, lambda: PASSPHRASE)
    try:
        yield desk
    finally:
        desk.close()
        logs.take_down()


def on_the_platform(desk: OpenDesk, resource_type: str = "Immunization") -> dict[str, dict[str, Any]]:
    """Every resource of that type at the site, by id."""
    client = desk.client()
    found: list[dict[str, Any]] = []
    page: dict[str, Any] | None = client.search(resource_type, {"_count": "500"})
    while page is not None:
        found += [entry["resource"] for entry in page.get("entry", [])]
        page = client.next_page(page)
    client.close()
    assert len({resource["id"] for resource in found}) == len(found)
    return {resource["id"]: resource for resource in found}


def all_given(count: int) -> tuple[Given, ...]:
    """One dose a person, each with a lot and a minute of its own, all within the last hours of today or the day before."""
    people = [p for p in population(5, count * 3) if 20 <= date.today().year - p.birth_date.year <= 60][:count]
    assert len(people) == count
    start = datetime.now(VIETNAM).replace(microsecond=0) - timedelta(seconds=count + 60)
    found: list[Given] = []
    for n, person in enumerate(people):
        lot, at = f"K{n:05d}", start + timedelta(seconds=n)
        plain = {"scan": card_text(person), "vaccine": "COMIRNATY", "lot": lot, "expiry": "2035-02-28"}
        found.append(Given(person.number, lot, at, json.dumps(plain | {"at": at.isoformat(), "dose": 1})))
    return tuple(found)
