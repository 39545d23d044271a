"""The program as a script of a site uses it, against a real platform process that is killed and started again."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from vaxdesk.demo.people import MadeUpPerson, card_text, population
from vaxdesk.demo.platform import Platform

pytestmark = pytest.mark.e2e
SITE = "79-Q10-P05"
PRODUCT = {"vaccine": "COMIRNATY", "lot": "FL4574", "expiry": "2035-02-28"}


class Desk:
    """Runs `python -m vaxdesk` on one data folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        own = {"DATA": str(folder), "PASSPHRASE": "kho của bài kiểm tra", "PIN": "2468"}
        self._env = os.environ | {f"VAXDESK_{name}": value for name, value in own.items()}

    def run(self, *arguments: str, given: str = "", codes: tuple[int, ...] = (0,)) -> Any:
        """One command; gives its JSON, or the list of its JSON lines."""
        command = [sys.executable, "-m", "vaxdesk", *arguments, "--json"]
        done = subprocess.run(command, env=self._env, input=given, capture_output=True, text=True, timeout=200)
        assert done.returncode in codes, f"{arguments}: exit {done.returncode}: {done.stderr[-3000:]}"
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        return lines[0] if len(lines) == 1 else lines


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    running = Platform(tmp_path / "platform")
    running.start()
    yield running
    running.stop()


def enrolled(platform: Platform, folder: Path) -> Desk:
    code = platform.add_site(SITE, "Trạm Y tế Phường 5", "Số 1 Phố Mẫu", "079")
    desk = Desk(folder)
    desk.run("enrol", "--platform", platform.base, "--site", SITE, "--code", code, "--manager", "Phạm Thị Lan")
    return desk


def adults(count: int, seed: int = 5) -> list[MadeUpPerson]:
    people = population(seed, count * 3)
    return [person for person in people if 20 <= date.today().year - person.birth_date.year <= 60][:count]


def batch(people: list[MadeUpPerson]) -> str:
    return "\n".join(json.dumps({"scan": card_text(person), **PRODUCT}) for person in people)


def on_the_platform(platform: Platform, desk: Desk) -> list[dict[str, Any]]:
    """Every Immunization of the site, asked for by the desk's own authorised client."""
    from vaxdesk.app import open_desk

    opened = open_desk(desk.folder, lambda: "kho của bài kiểm tra")
    try:
        client = opened.client()
        found: list[dict[str, Any]] = []
        page = client.search("Immunization", {"_count": "200"})
        while page is not None:
            found += [entry["resource"] for entry in page.get("entry", [])]
            page = client.next_page(page)
        return found
    finally:
        opened.close()


def test_200_doses_arrive_exactly_once_while_the_platform_is_killed_and_restarted(
    platform: Platform, tmp_path: Path
) -> None:
    """I2, I3, I4: what was saved is there once, with a receipt that is true; nothing in the files is readable."""
    desk = enrolled(platform, tmp_path / "desk")
    people = adults(200)
    stop = threading.Event()
    killer = threading.Thread(target=keep_killing, args=(platform, stop, random.Random(11)))
    killer.start()
    try:
        for start in range(0, 200, 40):
            answers = desk.run("record", "--batch", "-", given=batch(people[start : start + 40]))
            assert all("dose" in answer for answer in answers)
            desk.run("sync", "--once", codes=(0, 1))
    finally:
        stop.set()
        killer.join()
    for _ in range(20):
        report = desk.run("sync", "--once", codes=(0, 1))
        if report["reached"] and report["waiting"] == 0 and desk.run("status")["read_back"] == 200:
            break
    status = desk.run("status")
    assert (status["given"], status["received"], status["read_back"], status["set_aside"]) == (200, 200, 200, 0)
    records = desk.run("doses", "list")
    stored = on_the_platform(platform, desk)
    assert sorted(found["id"] for found in stored) == sorted(record["id"] for record in records)
    versions = {found["id"]: found["meta"]["versionId"] for found in stored}
    assert all(record["receipt"]["version"] == versions[record["id"]] for record in records)
    assert_unreadable(desk.folder, people)


def keep_killing(platform: Platform, stop: threading.Event, draw: random.Random) -> None:
    while not stop.wait(draw.uniform(0.5, 2.0)):
        platform.kill()
        time.sleep(draw.uniform(0.1, 0.8))
        platform.start()


def assert_unreadable(folder: Path, people: list[MadeUpPerson]) -> None:
    everything = b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())
    for person in people:
        assert person.number.encode() not in everything
        assert person.name.encode() not in everything


def test_the_demo_tells_the_whole_story_and_every_step_holds(tmp_path: Path) -> None:
    env = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-m", "vaxdesk", "demo", "--headless", "--out", str(tmp_path / "out")]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert "✘" not in done.stdout
    assert len(list((tmp_path / "out").glob("*.pdf"))) == 42
