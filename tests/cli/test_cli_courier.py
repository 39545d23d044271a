"""`vaxdesk courier export` and `import` as a script sees them, on enrolled data folders beside the stand-in platform."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.builders import PASSPHRASE, PIN, a_crowd
from support.courier_platform import CourierPlatform, courier_platform

from vaxdesk.app import open_desk
from vaxdesk.cli import main

Run = Callable[..., tuple[int, Any]]


@pytest.fixture
def platform() -> Iterator[CourierPlatform]:
    with courier_platform() as running:
        running.codes |= {"79-Q10-P05": "first", "01-HBT-BK": "second"}
        yield running


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setenv("VAXDESK_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("VAXDESK_PIN", PIN)

    def call(desk: str, *arguments: str) -> tuple[int, Any]:
        code = main([*arguments, "--data", str(tmp_path / desk), "--json"])
        return code, json.loads(capfd.readouterr().out)

    return call


def enrol(run: Run, platform: CourierPlatform, desk: str, site: str, code: str) -> None:
    wish = ("--platform", platform.base, "--site", site, "--code", code, "--manager", "Phạm Thị Lan")
    assert run(desk, "enrol", *wish)[0] == 0


def record(folder: Path, count: int) -> None:
    opened = open_desk(folder, lambda: PASSPHRASE)
    for draft in a_crowd(count):
        opened.work.desk.record(draft, opened.work.staff.everyone()[0])
    opened.close()


def test_a_file_out_a_delivery_elsewhere_and_the_answer_home(
    run: Run, platform: CourierPlatform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrol(run, platform, "writer", "79-Q10-P05", "first")
    enrol(run, platform, "carrier", "01-HBT-BK", "second")
    record(tmp_path / "writer", 2)
    (tmp_path / "usb").mkdir()
    code, made = run("writer", "courier", "export", str(tmp_path / "usb"))
    assert (code, made["number"], made["records"]) == (0, 1, 2)
    code, done = run("carrier", "courier", "import", made["file"])
    figures = {"received": 2, "set_aside": 0, "waiting": 0}
    assert (code, done) == (0, {"kind": "delivered", "answer": f"{made['file']}.tra-loi"} | figures)
    assert run("writer", "status")[1]["waiting"] == 2
    assert run("writer", "courier", "import", done["answer"]) == (0, {"kind": "answer", "answer": None} | figures)
    after = run("writer", "status")[1]
    assert (after["waiting"], after["received"]) == (0, 2)
    code, answer = run("writer", "courier", "export", str(tmp_path / "usb"))
    assert (code, answer["refused"][0]["code"]) == (2, "courier-nothing-waiting")
    code, answer = run("carrier", "courier", "import", done["answer"])
    assert (code, answer["refused"][0]["code"]) == (2, "courier-answer-not-ours")
    assert "máy khác" in answer["refused"][0]["sentence"]


def test_a_site_may_be_left_with_what_waits_in_a_courier_file(
    run: Run, platform: CourierPlatform, tmp_path: Path
) -> None:
    enrol(run, platform, "writer", "79-Q10-P05", "first")
    record(tmp_path / "writer", 2)
    file = tmp_path / "last.vxc"
    code, left = run("writer", "leave", "--courier", str(file))
    assert (code, left["waiting"], left["courier"]) == (0, 2, str(file))
    assert len(platform.take(file.read_text())) > 0
    assert len(platform.store.all("Immunization")) == 2


def test_the_file_and_the_answer_may_be_named(
    run: Run, platform: CourierPlatform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrol(run, platform, "writer", "79-Q10-P05", "first")
    record(tmp_path / "writer", 1)
    monkeypatch.chdir(tmp_path)
    assert run("writer", "courier", "export", "out.vxc")[1]["file"] == "out.vxc"
    assert run("writer", "courier", "import", "out.vxc", "--out", "in.jws")[1]["answer"] == "in.jws"
    assert (tmp_path / "in.jws").exists()
    code, refused = run("writer", "courier", "export", "out.vxc")
    assert (code, refused["refused"][0]["code"]) == (2, "courier-nothing-waiting")
