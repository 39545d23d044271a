"""The support bundle: enough to help from afar, and nothing of a person, however it got near."""

from __future__ import annotations

import json
import logging
import zipfile
from dataclasses import fields, replace
from pathlib import Path

import pytest
from support.builders import PASSPHRASE, a_draft, a_person, an_enrolled_folder, another_person

from vaxdesk import settings
from vaxdesk.app import open_desk
from vaxdesk.cli import main
from vaxdesk.models.exchange import PutAside
from vaxdesk.models.support_bundle import CHOSEN, masked, plain_settings
from vaxdesk.models.values import Role

PEOPLE = (a_person(phone="0912345678", address="Ngõ Planted Lane 7"), another_person(old_id="123456789"))
PLANTED = (
    "079303000456", "001090000123", "0912345678", "123456789", "Trần", "Bích", "Tran Thi Bich", "Nguyễn Văn An", "Planted",
    "Phạm Thị Lan", "Lê Thị Mai", "2003-10-09", "FL4574", "bi-mat-cua-may-chu", PASSPHRASE,
)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A desk that has seen people, with names and numbers where they should not be, too."""
    folder = tmp_path / "desk"
    manager = an_enrolled_folder(folder)
    desk = open_desk(folder, lambda: PASSPHRASE)
    desk.work.staff.add("Lê Thị Mai", Role.NURSE, "1357", manager)
    for person in PEOPLE:
        desk.work.desk.record(a_draft(person=person), manager)
    first = desk.work.sync_book.due(desk.work.clock(), 1, True)[0]
    desk.work.sync_book.apply(
        [PutAside(first.entry, "refused-lot", "bi-mat-cua-may-chu Trần Thị Bích")], desk.work.clock()
    )
    careless = logging.getLogger("vaxdesk.careless")
    careless.info("saved Tran Thi Bich, Trần Thị Bích (079303000456, 0912345678)")
    careless.info("bundle of %d not taken: %s", 3, "timed-out")
    desk.close()
    chosen = settings.load(folder)
    settings.save(
        folder, replace(chosen, printer="Máy của Trần Thị Bích", backup_folder="/media/Phạm Thị Lan", copies=2)
    )
    monkeypatch.setenv("VAXDESK_DATA", str(folder))
    monkeypatch.setenv("VAXDESK_PASSPHRASE", PASSPHRASE)
    return folder


def bundle(folder: Path) -> dict[str, str]:
    """The parts of the zip file that `doctor --bundle` makes."""
    file = folder.parent / "out.zip"
    assert main(["doctor", "--bundle", str(file), "--json"]) in (0, 1)
    assert file.stat().st_mode & 0o077 == 0
    with zipfile.ZipFile(file) as made:
        return {name: made.read(name).decode("utf-8") for name in made.namelist()}


def test_nothing_of_a_person_is_in_it(folder: Path) -> None:
    parts = bundle(folder)
    whole = "\n".join((*parts, *parts.values()))
    assert [text for text in PLANTED if text.lower() in whole.lower()] == []


def test_of_what_is_typed_into_the_settings_only_that_it_is_set_is_told() -> None:
    texts = {one.name: "Trần Thị Bích" for one in fields(settings.Settings) if isinstance(one.default, str)}
    told = plain_settings(settings.Settings(**texts))
    assert {name for name in texts if told[name] is not True} == CHOSEN


def test_it_says_what_helps(folder: Path) -> None:
    parts = bundle(folder)
    counted = json.loads(parts["counts.json"])
    assert (counted["rows"]["dose"], counted["rows"]["person"], counted["figures"]["given"]) == (2, 2, 2)
    assert {"kind": "dose", "code": "refused-lot", "records": 1, "tries": 1} in counted["waiting"]
    assert json.loads(parts["settings.json"])["printer"] is True
    assert json.loads(parts["settings.json"])["copies"] == 2
    assert {check["check"] for check in json.loads(parts["checks.json"])} >= {"store", "outbox", "disk"}
    assert json.loads(parts["versions.json"])["vaxdesk"]
    assert "bundle of 3 not taken: timed-out" in parts["log.txt"]


def test_a_file_that_is_there_is_left_alone(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    file = folder.parent / "out.zip"
    file.write_text("mine")
    assert main(["doctor", "--bundle", str(file), "--json"]) == 1
    assert file.read_text() == "mine"
    assert "support-file-exists" in "".join(capfd.readouterr())


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("2021-11-12 10:41:00.000 INFO vaxdesk.sync.push: bundle of 3 not taken", True),
        ("vaxdesk: crashed: RuntimeError at vaxdesk/ui/desk.py:12", True),
        ("saved TRẦN THỊ BÍCH", False),
        ("saved Le Van Thu", False),
        ("phone +84912345678", False),
    ],
)
def test_the_log_keeps_codes_and_loses_names(line: str, kept: bool) -> None:
    assert (masked(line) == line) is kept
