"""`vaxdesk complaints`: what a script watches: each complaint with what is left of its 48 hours, and nobody's name."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from support.builders import PASSPHRASE, an_enrolled_folder

from vaxdesk.app import open_desk
from vaxdesk.cli import main
from vaxdesk.models import complaint_rows
from vaxdesk.models.complaints import Claim, Complaint, ComplaintKind, ComplaintSource, ComplaintStatus, due
from vaxdesk.models.values import VIETNAM

CLAIM = Claim("079303000456", name="Trần Thị Bích", birth_date="2003-10-09", phone="0900000111", words="Thiếu mũi 1.")
AGES_H = {"late": 50, "alarm": 44, "new": 1}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three open complaints of the platform, and one of the counter that is settled."""
    manager = an_enrolled_folder(tmp_path / "desk")
    desk = open_desk(tmp_path / "desk", lambda: PASSPHRASE)
    now = datetime.now(VIETNAM)
    with desk.store.write() as connection:
        for name, age_h in AGES_H.items():
            received = now - timedelta(hours=age_h)
            complaint_rows.keep(
                connection,
                Complaint(
                    id=name, version="1", source=ComplaintSource.PLATFORM, kind=ComplaintKind.MISSING,
                    status=ComplaintStatus.OPEN, received_at=received, due_at=due(received), claim=CLAIM,
                    task={"id": name}, updated_at=received,
                ),
                now,
            )  # fmt: skip
    book = desk.work.complaints
    settled = book.take(CLAIM, ComplaintKind.WRONG, manager)
    book.settle(settled.complaint.id, "Đã sửa số lô.", manager)
    desk.close()
    return tmp_path / "desk"


def test_a_script_sees_what_is_left_of_each_and_no_name(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VAXDESK_DATA", str(folder))
    monkeypatch.setenv("VAXDESK_PASSPHRASE", PASSPHRASE)
    assert main(["complaints", "--json"]) == 0
    said = capfd.readouterr().out
    found = json.loads(said)
    assert [(one["id"], one["urgency"], -(-one["left_min"] // 60)) for one in found] == [
        ("late", "overdue", -2),
        ("alarm", "alarm", 4),
        ("new", "later", 47),
    ]
    assert main(["complaints", "--all", "--json"]) == 0
    said += capfd.readouterr().out
    closed = json.loads(said.splitlines()[1])[-1]
    assert (closed["status"], closed["left_min"], closed["in_time"], closed["unsent"]) == ("settled", None, True, True)
    assert main(["complaints"]) == 0
    lines = capfd.readouterr().out.splitlines()
    assert [line.split()[-1] for line in lines] == ["-2:01", "3:59", "46:59"]
    assert not any(part in said for part in (CLAIM.name, CLAIM.citizen_id, CLAIM.phone, CLAIM.words))
