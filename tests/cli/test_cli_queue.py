"""How many are at each station, for scripts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.builders import PASSPHRASE, a_crowd, an_enrolled_folder

from vaxdesk.app import open_desk
from vaxdesk.cli import main
from vaxdesk.models.tickets import Station


def test_status_counts_the_queue_of_today_station_by_station(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    manager = an_enrolled_folder(tmp_path)
    desk = open_desk(tmp_path, lambda: PASSPHRASE)
    arrived = [desk.work.tickets.open(draft.person, manager) for draft in a_crowd(3)]
    desk.work.tickets.move(arrived[0].id, Station.SCREENING, manager)
    desk.close()
    monkeypatch.setenv("VAXDESK_DATA", str(tmp_path))
    monkeypatch.setenv("VAXDESK_PASSPHRASE", PASSPHRASE)
    assert main(["status", "--json"]) == 0
    empty = dict.fromkeys(("injection", "observation", "certificate", "closed", "left"), 0)
    assert json.loads(capfd.readouterr().out)["queue"] == {"waiting": 2, "screening": 1} | empty
