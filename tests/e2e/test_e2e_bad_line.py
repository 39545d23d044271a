"""The desk's program and the platform's, with a line between them that delays, loses and breaks off: real packets, real TCP."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from support.bad_link import PERFECT, BadLink, Quality, Side, bad_link, why_not

from vaxdesk.demo.people import card_text, population
from vaxdesk.demo.platform import READY, Platform

pytestmark = [pytest.mark.e2e, pytest.mark.skipif(bool(why_not()), reason=f"no bad line here: {why_not()}")]
SITE = "79-Q10-P05"
PRODUCT = {"vaccine": "COMIRNATY", "lot": "FL4574", "expiry": "2035-02-28"}
BAD = Quality(
    delay_s=0.2, loss=0.15, rate_bits_s=64_000, cut_every_s=6.0, cut_s=1.5
)  # benchmarks/lossy_line.py: worse, for longer
DOSES = 15
LIMIT_S = 150


class FarDesk:
    """`python -m vaxdesk` on the site's end of the line."""

    def __init__(self, link: BadLink, folder: Path) -> None:
        self._link = link
        own = {"DATA": str(folder), "PASSPHRASE": "kho của bài kiểm tra", "PIN": "2468"}
        self._env = os.environ | {f"VAXDESK_{name}": value for name, value in own.items()}

    def start(self, *words: str) -> subprocess.Popen[str]:
        """A command that runs until the line is taken down."""
        command = [sys.executable, "-m", "vaxdesk", *words]
        process: subprocess.Popen[str] = self._link.popen(
            Side.SITE, command, env=self._env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        return process

    def run(self, *words: str, given: str = "", codes: tuple[int, ...] = (0,)) -> Any:
        """One command; its JSON, or the list of its JSON lines."""
        command = [sys.executable, "-m", "vaxdesk", *words, "--json"]
        done = self._link.run(Side.SITE, command, env=self._env, input=given, timeout=200)
        assert done.returncode in codes, f"{words}: exit {done.returncode}: {done.stderr[-3000:]}"
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        return lines[0] if len(lines) == 1 else lines


@pytest.fixture
def link() -> Iterator[BadLink]:
    """A line that is good until a test makes it bad."""
    with bad_link(PERFECT) as made:
        yield made


def served(link: BadLink, folder: Path, seen: Path) -> str:
    """A platform on the centre's loopback, found on the site's; its address."""
    command = [sys.executable, "-m", "vaxplatform", "serve", "--port", "0", "--data", str(folder)]
    process = link.popen(Side.CENTRE, command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert process.stdout is not None
    ready = next(line for line in process.stdout if line.startswith(READY))
    port = int(ready.split(":")[-1].split("/")[0])
    link.join(port, seen)
    return f"http://127.0.0.1:{port}"


def batch() -> str:
    adults = [p for p in population(5, DOSES * 3) if 20 <= date.today().year - p.birth_date.year <= 60][:DOSES]
    return "\n".join(json.dumps({"scan": card_text(person), **PRODUCT}) for person in adults)


def synced(link: BadLink, desk: FarDesk, platform: Path) -> None:
    """Lets the desk begin while the line is cut, then sync until its doses are stored; then mends the line for the rest."""
    end = time.monotonic() + LIMIT_S
    link.change(loss=1.0)
    syncing = desk.start("sync")
    while link.change().get("lost", 0) < 2:
        assert time.monotonic() < end, "nothing was ever sent"
        time.sleep(0.1)
    link.change(**asdict(BAD))
    while sum(stored_versions(platform).values()) < DOSES:
        assert time.monotonic() < end, "they do not arrive"
        assert syncing.poll() is None, "the desk gave up"
        time.sleep(0.1)
    link.change(**asdict(PERFECT))
    while desk.run("status")["read_back"] < DOSES:
        assert time.monotonic() < end, "they are not read back"


def stored_versions(folder: Path) -> dict[str, int]:
    """Dose id -> how many versions of it the platform's own database holds."""
    file = folder / "store.db"
    with closing(sqlite3.connect(file)) as connection:
        query = "SELECT id, COUNT(*) FROM vx_versions WHERE type = 'Immunization' GROUP BY id"
        return dict(connection.execute(query))


def test_a_backlog_arrives_whole_and_once_and_before_anything_is_pulled(link: BadLink, tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    base = served(link, tmp_path / "platform", seen)
    code = Platform(tmp_path / "platform").add_site(SITE, "Trạm Y tế Phường 5", "Số 1 Phố Mẫu", "079")
    desk = FarDesk(link, tmp_path / "desk")
    desk.run("enrol", "--platform", base, "--site", SITE, "--code", code, "--manager", "Phạm Thị Lan")
    answers = desk.run("record", "--batch", "-", given=batch())
    ids = [answer["dose"]["id"] for answer in answers]
    told_before = len(seen.read_text().splitlines())
    synced(link, desk, tmp_path / "platform")
    asked = [line.split("?")[0] for line in seen.read_text().splitlines()[told_before:]]
    assert_doses_went_first(asked)
    status = desk.run("status")
    assert (status["given"], status["received"], status["read_back"], status["waiting"]) == (DOSES, DOSES, DOSES, 0)
    assert stored_versions(tmp_path / "platform") == dict.fromkeys(ids, 1)


def assert_doses_went_first(asked: list[str]) -> None:
    """Nothing was pulled before the last bundle."""
    bundles = [number for number, line in enumerate(asked) if line.startswith("POST /fhir HTTP")]
    pulled = [number for number, line in enumerate(asked) if line.startswith(("GET /fhir/", "POST /fhir/"))]
    looks = [number for number in pulled if "/metadata" in asked[number] or "/.well-known/" in asked[number]]
    assert bundles, asked
    assert not [number for number in pulled if number < bundles[-1] and number not in looks], asked
