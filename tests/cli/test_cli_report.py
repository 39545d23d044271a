"""`vaxdesk report`: figures on the screen and as a file of each kind; days that make no sense are refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msoffcrypto.exceptions import InvalidKeyError
from support.builders import NOON, PASSPHRASE, PIN, a_crowd, an_enrolled_folder
from support.sealed_lists import PASSWORD, opened

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


def test_names_leave_under_a_password_only_and_the_trail_says_who(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "danh-sach.xlsx"
    monkeypatch.setenv("VAXDESK_FILE_PASSWORD", PASSWORD)
    assert run("--day", DAY, "--names", "--out", str(out)) == (0, {"file": out.name, "records": 3})
    numbers = {draft.person.citizen_id for draft in a_crowd(3)}
    assert {row[4] for row in opened(out)} == numbers
    assert not [number for number in numbers if number.encode() in out.read_bytes()]
    with pytest.raises(InvalidKeyError):
        opened(out, PASSWORD[1:])
    assert main(["audit", "--json"]) == 0
    (entry,) = [one for one in json.loads(capfd.readouterr().out)["entries"] if one["action"] == "names-given-out"]
    assert f"{DAY}/{DAY}" in entry.values()


@pytest.mark.parametrize(
    ("password", "out", "code"),
    [
        ("ngắn", "a.xlsx", "file-password-short"),
        (PASSWORD, "a.csv", "report-names-ending"),
        (None, "a.xlsx", "file-password-needed"),
    ],
)
def test_no_list_with_names_is_written_openly(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, password: str | None, out: str, code: str
) -> None:
    if password is not None:
        monkeypatch.setenv("VAXDESK_FILE_PASSWORD", password)
    status, told = run("--day", DAY, "--names", "--out", str(tmp_path / out))
    assert (status != 0, code in json.dumps(told)) == (True, True)
    assert not (tmp_path / out).exists()
