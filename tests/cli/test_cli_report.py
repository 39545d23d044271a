"""`vaxdesk report`: figures on the screen and as a file of each kind; days that make no sense are refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.builders import NOON, PASSPHRASE, PIN, a_crowd, an_enrolled_folder

from vaxdesk.app import open_desk
from vaxdesk.cli import main
from vaxdesk.models.workplace import workplace

DAY = NOON.date().isoformat()
Run = Callable[..., tuple[int, Any]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    folder = tmp_path / "desk"
    manager = an_enrolled_folder(folder)
    monkeypatch.setenv("VAXDESK_DATA", str(folder))
    monkeypatch.setenv("VAXDESK_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("VAXDESK_PIN", PIN)
    desk = open_desk(folder, lambda: PASSPHRASE)
    desk.work = workplace(desk.store, lambda payload: "-", lambda: NOON)
    for draft in a_crowd(3):
        desk.work.desk.record(draft, manager)
    desk.close()

    def call(*arguments: str) -> tuple[int, Any]:
        code = main(["report", *arguments, "--json"])
        return code, json.loads(capfd.readouterr().out)

    return call


@pytest.mark.parametrize("ending", ["xlsx", "pdf", "csv", "json"])
def test_a_report_as_a_file(run: Run, tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"bao-cao.{ending}"
    code, told = run("--day", DAY, "--out", str(out))
    assert (code, told["file"], told["rows"][-1]["used"], told["waiting"]) == (0, out.name, 3, 3)
    starts = {"xlsx": b"PK", "pdf": b"%PDF", "csv": b"\xef\xbb\xbf", "json": b"{"}
    assert out.read_bytes().startswith(starts[ending])


def test_a_span_and_the_round(run: Run) -> None:
    code, told = run("--from", "01/11/2021", "--to", "30/11/2021", "--kind", "round")
    assert (code, told["kind"], told["rows"][-1]["targets"]) == (0, "round", 3)
    assert run("--day", "2021-10-01")[1]["rows"][-1]["targets"] == 0


@pytest.mark.parametrize(
    ("arguments", "refused"),
    [
        (("--from", DAY), "report-days-unclear"),
        (("--from", "2021-11-12", "--to", "2021-11-11"), "report-days-unclear"),
        (("--day", DAY, "--from", DAY, "--to", DAY), "report-days-unclear"),
        (("--day", DAY, "--out", "x.doc"), "report-ending-unknown"),
    ],
)
def test_what_makes_no_sense_is_refused(run: Run, arguments: tuple[str, ...], refused: str) -> None:
    code, told = run(*arguments)
    assert (code, told["refused"][0]["code"]) == (2, refused)


def test_a_folder_that_takes_nothing_is_said(run: Run, tmp_path: Path) -> None:
    code, told = run("--day", DAY, "--out", str(tmp_path / "nowhere" / "x.pdf"))
    assert (code, told["error"]["code"]) == (1, "pdf-not-written")
