"""The papers of a whole day as files: in order, repeatable, each logged once."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.builders import NOON, PASSPHRASE, PIN, a_crowd, an_enrolled_folder

from vaxdesk.app import open_desk
from vaxdesk.cli import main
from vaxdesk.models.desk import DoseChanges
from vaxdesk.models.workplace import workplace
from vaxdesk.print import batch

DAY = NOON.date().isoformat()
Run = Callable[..., tuple[int, Any]]


@pytest.fixture(autouse=True)
def few_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "WORKERS_MAX", 1)


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
        code = main([*arguments, "--json"])
        return code, json.loads(capfd.readouterr().out)

    return call


def files(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def copies() -> int:
    with_desk = open_desk(Path(os.environ["VAXDESK_DATA"]), lambda: PASSPHRASE)
    found = len(with_desk.work.paper_book.ledger(NOON.date(), with_desk.work.clock().date()))
    with_desk.close()
    return found


def test_a_day_is_made_once_and_what_was_lost_is_made_again(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    code, answer = run("certificate", "--day", DAY, "--out", str(out))
    assert (code, answer["written"], answer["there"], answer["failed"]) == (0, 3, 0, [])
    names = files(out)
    assert [name[:4] for name in names] == ["0001", "0002", "0003"]
    assert all((out / name).read_bytes().startswith(b"%PDF") for name in names)
    (out / names[1]).unlink()
    code, answer = run("certificate", "--day", DAY, "--out", str(out))
    assert (code, answer["written"], answer["there"]) == (0, 1, 2)
    assert files(out) == names
    assert copies() == 4


def test_a_corrected_dose_is_another_file_and_a_voided_one_none(run: Run, tmp_path: Path) -> None:
    run("certificate", "--day", DAY, "--out", str(tmp_path / "out"))
    before = files(tmp_path / "out")
    desk = open_desk(tmp_path / "desk", lambda: PASSPHRASE)
    first, second, _ = (record.dose.id for record in desk.work.desk.day(NOON.date()))
    manager = desk.work.staff.everyone()[0]
    desk.work.desk.correct(first, DoseChanges(injector="Trần Văn Y"), "ghi nhầm người tiêm", manager)
    desk.work.desk.void(second, "quét nhầm thẻ", manager)
    desk.close()
    code, answer = run("certificate", "--day", DAY, "--out", str(tmp_path / "out"))
    assert (code, answer["written"], answer["there"]) == (0, 1, 1)
    assert answer["void"] == [name for name in before if first[:8] in name or second[:8] in name]
    assert {name.partition("-")[0] for name in set(files(tmp_path / "out")) - set(answer["void"])} == {"0001", "0002"}


def test_files_of_other_people_are_left_alone(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "my-confirmation-letter.pdf").write_text("mine")
    code, answer = run("certificate", "--day", DAY, "--out", str(out))
    assert (code, answer["written"], answer["void"]) == (0, 3, [])
    assert (out / "my-confirmation-letter.pdf").read_text() == "mine"


def test_what_cannot_be_made_is_listed_and_the_others_are(run: Run, tmp_path: Path) -> None:
    code, answer = run("certificate", "--day", DAY, "--form", "certificate", "--out", str(tmp_path / "out"))
    assert (code, answer["written"]) == (1, 0)
    assert {one["code"] for one in answer["failed"]} == {"certificate-not-issued"}
    assert len(answer["failed"]) == 3
    assert files(tmp_path / "out") == []


def test_a_folder_that_takes_nothing_is_said(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    code, answer = run("certificate", "--day", DAY, "--out", str(tmp_path / "file"))
    assert (code, answer["error"]["code"]) == (1, "pdf-not-written")


def test_either_a_dose_or_a_day(run: Run) -> None:
    with pytest.raises(SystemExit):
        run("certificate", "--day", DAY, "--dose", "x")
    with pytest.raises(SystemExit):
        run("certificate")


def test_the_ledger_lists_every_copy_and_whether_it_holds(run: Run, tmp_path: Path) -> None:
    run("certificate", "--day", DAY, "--out", str(tmp_path / "out"))
    desk = open_desk(tmp_path / "desk", lambda: PASSPHRASE)
    first = desk.work.desk.day(NOON.date())[0].dose.id
    today = desk.work.clock().date().isoformat()
    desk.work.desk.correct(first, DoseChanges(injector="Trần Văn Y"), "ghi nhầm", desk.work.staff.everyone()[0])
    desk.close()
    code, listed = run("prints", "--from", today)
    assert code == 0
    assert {(one["form"], one["copy"], one["reason"]) for one in listed} == {("confirmation", 1, "lưu tệp PDF")}
    assert {one["dose"]: one["standing"] for one in listed}[first] == "corrected"
    assert sorted(one["standing"] for one in listed) == ["corrected", "provisional", "provisional"]
    assert all(len(one["sha256"]) == 64 for one in listed)
    assert run("prints", "--from", "2020-01-01", "--to", "2020-01-02") == (0, [])
