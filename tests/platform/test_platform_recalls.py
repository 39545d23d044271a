"""Recalled lots at the platform (contract S6): who writes them, who reads them, and that recalling again is one recall."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from platform_server import OTHER, SITE, TAG, Caller, Server, tagged

from vaxplatform import recalls
from vaxplatform.cli import main

NOW = datetime(2021, 11, 12, 3, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
LOT, HERE = recalls.lot("fl4574", "comirnaty"), recalls.lot("fl4574", "comirnaty", SITE)


def told(capsys: pytest.CaptureFixture[str], folder: Path, *arguments: str) -> dict[str, str]:
    assert main([*arguments, "--data", str(folder), "--json"]) == 0
    found: dict[str, str] = json.loads(capsys.readouterr().out)
    return found


def seen(caller: Caller, tag: str) -> list[str]:
    found = caller.all_pages(f"Medication?_tag={TAG}|{tag}&_sort=_lastUpdated")
    return [f"{one['batch']['lotNumber']} {one['status']}" for one in found]


def recalled_at(found: dict[str, Any]) -> str:
    return str(next(one["valueDateTime"] for one in found["extension"] if "valueDateTime" in one))


def test_every_site_reads_a_recall(server: Server, desk: Caller, other_desk: Caller) -> None:
    recalls.recall(server.database, LOT, "Có dị vật trong lọ", NOW)
    assert seen(desk, "national") == seen(other_desk, "national") == ["FL4574 inactive"]
    (found,) = desk.all_pages("Medication?lot-number=FL4574")
    assert {one["url"]: one.get("valueString") or one.get("valueDateTime") for one in found["extension"]} == {
        "urn:vaxdesk:ext:recalled-at": "2021-11-12T03:00:00+00:00",
        "urn:vaxdesk:ext:recall-reason": "Có dị vật trong lọ",
    }


def test_a_recall_of_one_site_is_read_there_alone(server: Server, desk: Caller, other_desk: Caller) -> None:
    recalls.recall(server.database, HERE, "Tủ lạnh hỏng", NOW)
    assert seen(desk, SITE) == ["FL4574 inactive"]
    assert seen(other_desk, SITE) == seen(other_desk, OTHER) == []


def test_no_site_recalls_or_releases_a_lot(server: Server, desk: Caller) -> None:
    found = recalls.recall(server.database, HERE, "Có dị vật trong lọ", NOW)
    own = recalls.resource(recalls.lot("X1", "COMIRNATY", SITE), "thử", NOW.isoformat())
    assert desk.put(own).status_code == 403
    assert desk.put({**found, "status": "active", "meta": tagged(SITE)}).status_code == 403


def test_recalling_again_is_a_new_version_of_one_recall(server: Server, service: Caller) -> None:
    recalls.recall(server.database, LOT, "Có dị vật trong lọ", NOW)
    recalls.recall(server.database, LOT, "Có dị vật trong lọ", NOW)
    recalls.recall(server.database, LOT, "Có mảnh thuỷ tinh", NOW + HOUR)
    (found,) = service.all_pages("Medication")
    assert found["meta"]["versionId"] == "2"
    assert recalled_at(found) == "2021-11-12T03:00:00+00:00"


def test_a_recall_after_a_release_begins_then(server: Server) -> None:
    recalls.recall(server.database, LOT, "Có dị vật trong lọ", NOW)
    recalls.release(server.database, LOT)
    again = recalls.recall(server.database, LOT, "Có dị vật trong lọ", NOW + HOUR)
    assert (again["status"], recalled_at(again)) == ("inactive", "2021-11-12T04:00:00+00:00")


def test_a_recall_here_and_one_everywhere_stand_beside_each_other(server: Server, desk: Caller) -> None:
    recalls.recall(server.database, LOT, "Có dị vật trong lọ", NOW)
    recalls.recall(server.database, HERE, "Tủ lạnh hỏng", NOW)
    recalls.release(server.database, HERE)
    assert (seen(desk, SITE), seen(desk, "national")) == (["FL4574 active"], ["FL4574 inactive"])


def test_a_release_keeps_what_was_said(server: Server, service: Caller) -> None:
    recalls.recall(server.database, LOT, "Có dị vật trong lọ", NOW)
    recalls.release(server.database, LOT)
    (found,) = service.all_pages("Medication")
    assert (found["status"], found["meta"]["versionId"]) == ("active", "2")
    assert seen(service, "national") == ["FL4574 active"]


def test_the_command_line_recalls_and_releases(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lot = ("fl 4574", "--vaccine", "COMIRNATY")
    first = told(capsys, tmp_path, "lots", "recall", *lot, "--reason", "Có dị vật trong lọ")
    assert (first["lot"], first["status"]) == ("FL 4574", "inactive")
    released = told(capsys, tmp_path, "lots", "release", *lot)
    assert (released["id"], released["status"]) == (first["id"], "active")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("recall", "?", "--vaccine", "COMIRNATY", "--reason", "hỏng lọ"), "lot-unusable"),
        (("recall", "FL4574", "--vaccine", "a b", "--reason", "hỏng lọ"), "vaccine-unusable"),
        (("recall", "FL4574", "--vaccine", "COMIRNATY", "--reason", " x "), "reason-unusable"),
        (("recall", "FL4574", "--vaccine", "COMIRNATY", "--reason", "x" * 301), "reason-unusable"),
        (("release", "FL4574", "--vaccine", "COMIRNATY"), "recall-unknown"),
        (("recall", "FL4574", "--vaccine", "COMIRNATY", "--reason", "hỏng lọ", "--site", "00"), "site-unknown"),
    ],
)
def test_what_cannot_be_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], code: str
) -> None:
    assert main(["lots", *arguments, "--data", str(tmp_path), "--json"]) == 2
    refused = json.loads(capsys.readouterr().out)["refused"][0]
    assert refused["code"] == code
    assert refused["sentence"] != refused["sentence_en"]
