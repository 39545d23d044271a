"""A full disk and a read-only one under the whole program: a sentence, nothing lost, nothing twice, and work resumes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.desk_process import (
    PASSPHRASE,
    PIN,
    Given,
    all_given,
    at_work,
    closed,
    enrolled,
    on_the_platform,
    opened,
    told_to,
)

from vaxdesk.demo.platform import Platform

pytestmark = pytest.mark.e2e
DISK_BYTES = 12 * 1024 * 1024


class SmallDisk:
    """A filesystem of its own, of a few MB."""

    def __init__(self, folder: Path) -> None:
        self.desk = folder / "desk"
        self._folder = folder
        self._filler = folder / "filler"

    def fill(self) -> None:
        """Takes every byte that is left."""
        with self._filler.open("wb", buffering=0) as filler:
            try:
                while filler.write(b"x" * 4096):
                    pass
            except OSError:
                assert shutil.disk_usage(self._folder).free == 0

    def free(self) -> None:
        """Somebody tidies up."""
        self._filler.unlink()

    def remount(self, how: str) -> None:
        """`ro`, as a kernel does with a disk that fails, or `rw`."""
        subprocess.run(["mount", "-o", f"remount,{how}", str(self._folder)], check=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        pytest.skip("a small filesystem needs Linux and root")
    folder = tmp_path / "disk"
    folder.mkdir()
    asked = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(folder)]
    if subprocess.run(asked, capture_output=True, check=False).returncode != 0:
        pytest.skip("this root may not mount a filesystem")
    yield SmallDisk(folder)
    subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture
def platform(tmp_path: Path, disk: SmallDisk) -> Iterator[Platform]:
    running = Platform(tmp_path / "platform")
    running.start()
    try:
        enrolled(running, disk.desk, running.base)
        yield running
    finally:
        running.stop()


def run(disk: SmallDisk, *arguments: str, given: str = "") -> tuple[int, Any]:
    """One command of the program: exit code and last JSON line."""
    own = {"DATA": str(disk.desk), "PASSPHRASE": PASSPHRASE, "PIN": PIN}
    done = subprocess.run(
        [sys.executable, "-m", "vaxdesk", *arguments, "--json"],
        env=os.environ | {f"VAXDESK_{name}": value for name, value in own.items()},
        input=given,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done.returncode, json.loads(done.stdout.splitlines()[-1])


def record(disk: SmallDisk, given: Given) -> tuple[int, Any]:
    return run(disk, "record", "--batch", "-", given=given.line)


def said(process: subprocess.Popen[str], answers: Iterator[list[str]], line: str) -> list[str]:
    """The living desk's answer to a dose."""
    assert told_to(process, line)
    return next(words for words in answers if words[0] in ("saved", "refused", "trouble"))


def saved(process: subprocess.Popen[str], answers: Iterator[list[str]], given: Given) -> str:
    word, dose_id = said(process, answers, given.line)
    assert word == "saved"
    return dose_id


def next_run(answers: Iterator[list[str]]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(next(words[1] for words in answers if words[0] == "run"))
    return found


def assert_all_there_once(disk: SmallDisk, confirmed: set[str]) -> None:
    """After a sync, the confirmed doses and no others, here and on the platform, each at its first version, each green mark true."""
    for _ in range(3):
        run(disk, "sync", "--once")
    with opened(disk.desk) as desk:
        records = {record.dose.id: record for record in desk.work.desk.all_records()}
        stored, counts = on_the_platform(desk), desk.work.figures.counts()
        assert desk.work.figures.is_sound()
    assert set(records) == set(stored) == confirmed
    assert {resource["meta"]["versionId"] for resource in stored.values()} == {"1"}
    assert counts.received == counts.read_back == counts.given == len(confirmed)
    assert (counts.waiting, counts.set_aside) == (0, 0)


def test_a_full_disk_is_said_in_a_sentence_and_the_same_process_and_a_new_one_go_on(
    disk: SmallDisk, platform: Platform
) -> None:
    people = iter(all_given(200))
    with at_work(disk.desk) as (process, answers):
        confirmed = {saved(process, answers, next(people)) for _ in range(3)}
        disk.fill()
        answer = ["saved", ""]
        for _ in range(60):  # room inside SQLite's own files may take some more
            answer = said(process, answers, next(people).line)
            if answer[0] != "saved":
                break
            confirmed.add(answer[1])
        assert answer == ["trouble", "store-full"]
        assert said(process, answers, next(people).line) == ["trouble", "store-full"]
        disk.free()
        answer = said(process, answers, next(people).line)
        assert answer[0] == "saved"
        assert closed(process) == 0
        code, told = record(disk, next(people))
        assert code == 0
        assert_all_there_once(disk, confirmed | {answer[1], told["dose"]["id"]})


def test_on_a_full_disk_every_command_says_so_and_what_is_saved_can_be_read(
    disk: SmallDisk, platform: Platform
) -> None:
    people = iter(all_given(20))
    confirmed = {record(disk, next(people))[1]["dose"]["id"] for _ in range(2)}
    disk.fill()
    for command in (("record", "--batch", "-"), ("sync", "--once")):
        code, told = run(disk, *command, given=next(people).line)
        assert (code, told["error"]["code"]) == (1, "store-full")
        assert "đã đầy" in told["error"]["sentence"]
        assert "xóa bớt tệp" in told["error"]["sentence"]  # what to do
    code, status = run(disk, "status")
    assert (code, status["given"], status["waiting"]) == (0, 2, 2)
    assert {dose["id"] for dose in run(disk, "doses", "list")[1]} == confirmed
    disk.free()
    assert_all_there_once(disk, confirmed)


def test_a_desk_started_on_a_full_disk_saves_as_soon_as_there_is_room(disk: SmallDisk, platform: Platform) -> None:
    people = iter(all_given(20))
    confirmed = {record(disk, next(people))[1]["dose"]["id"]}
    disk.fill()
    with opened(disk.desk) as desk:
        assert {found.dose.id for found in desk.work.desk.all_records()} == confirmed
        disk.free()
        desk.work.desk.note_reveal(tuple(confirmed), desk.work.staff.everyone()[0])
        again = record(disk, next(people))[1]["dose"]["id"]  # another process beside it
        assert {found.dose.id for found in desk.work.desk.all_records()} == confirmed | {again}
    assert_all_there_once(disk, confirmed | {again})


def test_receipts_that_found_no_room_are_asked_for_again_and_nothing_is_there_twice(
    disk: SmallDisk, platform: Platform
) -> None:
    """The platform has the doses, the disk has no room for its answer: the same doses are sent again, and are there once."""
    people = iter(all_given(200))
    platform.stop()
    with at_work(disk.desk) as (process, answers):
        confirmed = {saved(process, answers, next(people)) for _ in range(30)}
        disk.fill()
        while (answer := said(process, answers, next(people).line))[0] == "saved":
            confirmed.add(answer[1])
        platform.start()
        for _ in range(10):  # earlier runs found no platform
            assert told_to(process, "wish")
            report = next_run(answers)
            with opened(disk.desk) as desk:
                if report["trouble"] == "store-full" and on_the_platform(desk):
                    break
        else:
            pytest.fail("nothing was ever sent")
        assert report["figures"]["received"] == 0
        disk.free()
        assert told_to(process, "wish")
        while (report := next_run(answers))["waiting"]:
            assert not report["set_aside"]
        assert closed(process) == 0
        assert_all_there_once(disk, confirmed)


def test_a_read_only_disk_can_be_read_and_says_why_nothing_is_saved(disk: SmallDisk, platform: Platform) -> None:
    people = iter(all_given(20))
    confirmed = {record(disk, next(people))[1]["dose"]["id"] for _ in range(2)}
    disk.remount("ro")
    code, status = run(disk, "status")
    assert (code, status["given"], status["waiting"]) == (0, 2, 2)
    assert {dose["id"] for dose in run(disk, "doses", "list")[1]} == confirmed
    for command in (("record", "--batch", "-"), ("sync", "--once")):
        code, told = run(disk, *command, given=next(people).line)
        assert (code, told["error"]["code"]) == (1, "store-read-only")
        assert "chỉ cho đọc" in told["error"]["sentence"]
    disk.remount("rw")
    confirmed.add(record(disk, next(people))[1]["dose"]["id"])
    assert_all_there_once(disk, confirmed)


def test_a_desk_killed_before_its_disk_became_read_only_still_shows_its_last_doses(
    disk: SmallDisk, platform: Platform
) -> None:
    """What stands only in the WAL is read too: a view of the file alone would hide the last hour."""
    with at_work(disk.desk) as (process, answers):
        confirmed = {saved(process, answers, given) for given in all_given(4)}
        process.kill()
        closed(process)
        assert (disk.desk / "vaxdesk.db-wal").stat().st_size > 0
        disk.remount("ro")
        assert run(disk, "status")[1]["given"] == 4
        code, told = record(disk, all_given(20)[10])
        assert (code, told["error"]["code"]) == (1, "store-read-only")
        disk.remount("rw")
        (disk.desk / "vaxdesk.db-shm").unlink()
        disk.remount("ro")
        code, told = run(disk, "status")  # the WAL cannot be read now: rather nothing than too little
        assert (code, told["error"]["code"]) == (1, "store-read-only")
        disk.remount("rw")
        assert_all_there_once(disk, confirmed)
