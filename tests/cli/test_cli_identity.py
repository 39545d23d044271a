"""`vaxdesk identity`: who differs from the population data, what mending would change, and mending it; no name unless asked for and logged."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.builders import PASSPHRASE, PIN, a_draft, a_person, an_enrolled_folder

from vaxdesk.app import OpenDesk, open_desk
from vaxdesk.cli import main
from vaxdesk.models.exchange import Acknowledged
from vaxdesk.models.findings import Finding, IdentityFound
from vaxdesk.models.values import DoseId, Identity, OutboxEntry, Receipt, RecordKind

Run = Callable[..., tuple[int, Any]]
WRONG = a_person(name="Tran Thi Bich")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A desk with one dose whose person's name was found to differ."""
    folder = tmp_path / "desk"
    manager = an_enrolled_folder(folder)
    desk = open_desk(folder, lambda: PASSPHRASE)
    dose = desk.work.desk.record(a_draft(person=WRONG), manager).dose
    _answer(desk, dose.id)
    desk.close()
    return folder


def _answer(desk: OpenDesk, dose_id: str) -> None:
    now, book = desk.work.clock(), desk.work.sync_book
    entry = OutboxEntry(RecordKind.DOSE, dose_id, 1, 0, now)
    book.apply([Acknowledged(entry, Receipt(dose_id, 1, "1", now, "a" * 64))], now)
    fact = IdentityFound(DoseId(dose_id), "1", Identity.MISMATCH, ("name",), now)
    book.apply_page("VerificationResult", "1", [Finding("VerificationResult/1", "1", fact)], now)


@pytest.fixture
def run(folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setenv("VAXDESK_DATA", str(folder))
    monkeypatch.setenv("VAXDESK_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("VAXDESK_USER", "Phạm Thị Lan")
    monkeypatch.setenv("VAXDESK_PIN", PIN)

    def call(*arguments: str) -> tuple[int, Any]:
        code = main(["identity", *arguments, "--json"])
        said = capfd.readouterr().out
        return code, json.loads(said) if said else None

    return call


def test_the_list_names_nobody_unless_asked_and_then_it_is_logged(run: Run, folder: Path) -> None:
    code, (one,) = run("list")
    assert (code, one["trouble"], one["fields"], "name" in one) == (0, "mismatch", ["name"], False)
    assert one["citizen_id"] != WRONG.citizen_id
    _, (full,) = run("list", "--full")
    assert (full["name"], full["citizen_id"]) == (WRONG.name, WRONG.citizen_id)
    assert run("list", "--only", "not-found") == (0, [])
    desk = open_desk(folder, lambda: PASSPHRASE)
    actions = desk.work.audit.actions(desk.work.staff.everyone()[0])
    desk.close()
    assert "number-revealed" in actions


def test_it_says_what_mending_changes_and_then_mends(run: Run) -> None:
    _, (one,) = run("list")
    wish = ("mend", "--person", one["person"], "--name", "Trần Thị Bích", "--reason", "thẻ ghi có dấu")
    _, told = run(*wish, "--dry-run")
    assert told == {"sends": True, "judged_again": 1, "rewritten": 0, "certificates": 0, "papers": 0}
    code, done = run(*wish)
    assert (code, done["person"], done["revision"]) == (0, one["person"], 2)
    _, (after,) = run("list")
    assert after["trouble"] == "mended"


@pytest.mark.parametrize(
    ("more", "refused"),
    [
        ((), "identity-fields-missing"),
        (("--name", "Tran Thi Bich", "--reason", "thẻ ghi vậy"), "identity-unchanged"),
        (("--name", "Trần Thị Bích"), "reason-missing"),
    ],
)
def test_what_cannot_be_done_is_a_sentence_and_exit_code_2(run: Run, more: tuple[str, ...], refused: str) -> None:
    _, (one,) = run("list")
    code, said = run("mend", "--person", one["person"], *more)
    assert (code, refused in json.dumps(said)) == (2, True)


def test_what_is_right_here_is_sent_again_and_a_stranger_is_not_listed(run: Run) -> None:
    _, (one,) = run("list")
    assert run("mend", "--person", one["person"], "--again") == (0, {"person": one["person"], "sent_again": True})
    code, said = run("mend", "--person", "nobody", "--again")
    assert (code, "identity-not-listed" in json.dumps(said)) == (2, True)
