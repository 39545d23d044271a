"""`vaxdesk audit`: who did what, chosen and paged, without names of citizens; and where the chain breaks."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.builders import PASSPHRASE, PIN, a_draft, an_enrolled_folder

from vaxdesk.app import open_desk
from vaxdesk.cli import main
from vaxdesk.models.values import DoseRecord, Role

Run = Callable[..., tuple[int, Any]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    an_enrolled_folder(tmp_path / "desk")
    return tmp_path / "desk"


@pytest.fixture
def record(folder: Path) -> DoseRecord:
    """A dose and a reveal, by a nurse."""
    desk = open_desk(folder, lambda: PASSPHRASE)
    manager = desk.work.staff.everyone()[0]
    nurse = desk.work.staff.add("Lê Thị Mai", Role.NURSE, "1357", manager)
    record = desk.work.desk.record(a_draft(), nurse)
    desk.work.desk.note_reveal([record.person.id], nurse)
    desk.close()
    return record


@pytest.fixture
def run(folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setenv("VAXDESK_DATA", str(folder))
    monkeypatch.setenv("VAXDESK_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("VAXDESK_USER", "Phạm Thị Lan")
    monkeypatch.setenv("VAXDESK_PIN", PIN)

    def call(*arguments: str) -> tuple[int, Any]:
        code = main(["audit", *arguments, "--json"])
        return code, json.loads(capfd.readouterr().out)

    return call


def tamper(folder: Path, *statements: str) -> None:
    desk = open_desk(folder, lambda: PASSPHRASE)
    with desk.store.write() as connection:
        for trigger in ("audit_no_UPDATE", "audit_no_DELETE"):
            connection.exec_driver_sql(f"DROP TRIGGER {trigger}")
        for statement in statements:
            connection.exec_driver_sql(statement)
    desk.close()


def test_entries_come_newest_first_with_ids_and_sentences_and_no_names(run: Run, record: DoseRecord) -> None:
    code, answer = run()
    assert code == 0
    actions = [entry["action"] for entry in answer["entries"]]
    assert actions == ["signed-in", "number-revealed", "dose-recorded", "staff-added", "enrolled"]
    assert set(answer["entries"][0]) == {"id", "at", "who", "action", "record", "detail", "sentence"}
    assert answer["entries"][1]["sentence"] == "Đã xem số định danh đầy đủ."
    assert answer["entries"][1]["record"] == record.person.id
    assert (answer["before"], "chain" in answer) == (None, False)
    plain = json.dumps(answer, ensure_ascii=False)
    assert [part for part in ("Bích", "Mai", "079303000456") if part in plain] == []


def test_entries_are_chosen_and_paged(run: Run, record: DoseRecord) -> None:
    (reveal,) = run("--action", "number-revealed")[1]["entries"]
    assert [entry["action"] for entry in run("--record", record.dose.id)[1]["entries"]] == ["dose-recorded"]
    assert run("--who", record.dose.recorder_id, "--action", "staff-added")[1]["entries"] == []
    assert run("--day", "2001-01-01")[1]["entries"] == []
    first = run("--limit", "2", "--before", str(reveal["id"] + 1))[1]
    assert [entry["action"] for entry in first["entries"]] == ["number-revealed", "dose-recorded"]
    second = run("--limit", "1", "--before", str(first["before"]))[1]
    assert [entry["action"] for entry in second["entries"]] == ["staff-added"]


def test_a_whole_chain_is_said(run: Run, record: DoseRecord) -> None:
    code, answer = run("--verify", "--limit", "1")
    assert (code, answer["chain"]["whole"], answer["chain"]["count"]) == (0, True, 5)
    assert answer["chain"]["sentence"] == "Chuỗi nhật ký còn nguyên: 5 dòng."


def test_a_changed_entry_is_told_with_its_place(run: Run, folder: Path, record: DoseRecord) -> None:
    tamper(folder, "UPDATE audit SET who = 'x' WHERE id = 3")
    code, answer = run("--verify")
    assert (code, answer["chain"]["code"], answer["chain"]["line"]) == (1, "chain-broken", 3)
    assert "đứt ở dòng 3" in answer["chain"]["sentence"]


def test_a_cut_end_is_told_where_the_next_sign_in_shows_it(run: Run, folder: Path, record: DoseRecord) -> None:
    """Asking needs a sign-in, which is the first entry after the cut."""
    tamper(folder, "DELETE FROM audit WHERE id = 4")
    code, answer = run("--verify")
    assert (code, answer["chain"]["code"], answer["chain"]["line"]) == (1, "chain-broken", 4)


def test_only_a_manager_reads_it(run: Run, record: DoseRecord, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAXDESK_USER", "Lê Thị Mai")
    monkeypatch.setenv("VAXDESK_PIN", "1357")
    code, answer = run()
    assert (code, answer["refused"][0]["code"]) == (2, "managers-only")


@pytest.mark.parametrize("arguments", [("--limit", "x"), ("--limit", "0"), ("--before", "-1"), ("--day", "hôm qua")])
def test_what_cannot_be_read_is_refused(run: Run, arguments: tuple[str, str]) -> None:
    code, answer = run(f"{arguments[0]}={arguments[1]}")
    assert (code, len(answer["refused"])) == (2, 1)


def test_lines_for_people(run: Run, folder: Path, record: DoseRecord, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "--action", "number-revealed", "--verify", "--lang", "en"]) == 0
    entry, chain = capfd.readouterr().out.splitlines()
    assert "Lê Thị Mai  Looked at a full citizen number." in entry
    assert chain == "The audit chain is whole: 5 entries."
