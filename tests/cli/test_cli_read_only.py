"""A disk that can only be read, as a kernel makes one that fails: what is saved is carried off it, and everybody is told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.builders import PASSPHRASE, an_enrolled_folder

from vaxdesk.app import open_desk, restore_desk
from vaxdesk.cli import main

Run = Callable[..., tuple[int, Any]]


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    """The data folder of an enrolled desk, on a disk of its own that takes nothing more."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        pytest.skip("a filesystem of its own needs Linux and root")
    disk = tmp_path / "disk"
    disk.mkdir()
    asked = ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(disk)]
    if subprocess.run(asked, capture_output=True, check=False).returncode != 0:
        pytest.skip("this root may not mount a filesystem")
    try:
        an_enrolled_folder(disk / "desk")
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        yield disk / "desk"
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@pytest.fixture
def run(read_only: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setenv("VAXDESK_DATA", str(read_only))
    monkeypatch.setenv("VAXDESK_PASSPHRASE", PASSPHRASE)

    def call(*arguments: str) -> tuple[int, Any]:
        code = main([*arguments, "--json"])
        return code, json.loads(capfd.readouterr().out)

    return call


def test_a_backup_onto_another_disk_is_made_and_whole(run: Run, tmp_path: Path) -> None:
    assert run("backup", str(tmp_path / "stick.vaxbackup"))[0] == 0
    restore_desk(tmp_path / "stick.vaxbackup", tmp_path / "again", lambda: PASSPHRASE)
    desk = open_desk(tmp_path / "again", lambda: PASSPHRASE)
    assert len(desk.work.staff.everyone()) == 1
    desk.close()


def test_the_days_backup_says_that_the_disk_can_only_be_read(run: Run) -> None:
    code, told = run("backup", "--auto")
    assert (code, told["file"], told["trouble"]) == (1, None, "backup-disk-read-only")


def test_a_backup_beside_the_store_is_refused_in_a_sentence(run: Run, read_only: Path) -> None:
    code, told = run("backup", str(read_only / "copy.vaxbackup"))
    assert (code, told["error"]["code"]) == (1, "backup-out-not-written")
    assert "USB" in told["error"]["sentence"]


def test_doctor_does_not_call_such_a_store_well(run: Run) -> None:
    code, checks = run("doctor")
    (store,) = (check for check in checks if check["check"] == "store")
    assert (code, store["ok"]) == (1, False)
    assert "chỉ cho đọc" in store["sentence"]


def test_a_backup_into_a_folder_that_is_not_there_is_refused_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    an_enrolled_folder(tmp_path / "desk")
    monkeypatch.setenv("VAXDESK_DATA", str(tmp_path / "desk"))
    monkeypatch.setenv("VAXDESK_PASSPHRASE", PASSPHRASE)
    assert main(["backup", str(tmp_path / "no" / "copy.vaxbackup"), "--json"]) == 1
    assert json.loads(capfd.readouterr().out)["error"]["code"] == "backup-out-not-written"
