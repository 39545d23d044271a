"""Stock and the close of a day from the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.builders import PASSPHRASE, PIN, an_enrolled_folder

from vaxdesk.app import open_desk
from vaxdesk.cli import main
from vaxdesk.models.values import Role
from vaxdesk.models.workplace import now_in_vietnam

Call = Callable[..., tuple[int, Any]]
LOT = ("--vaccine", "COMIRNATY", "--lot", "FL4574")


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Call:
    manager = an_enrolled_folder(tmp_path)
    desk = open_desk(tmp_path, lambda: PASSPHRASE)
    nurse = desk.work.staff.add("Lê Thị Mai", Role.NURSE, PIN, manager)
    desk.close()
    monkeypatch.setenv("VAXDESK_DATA", str(tmp_path))
    monkeypatch.setenv("VAXDESK_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("VAXDESK_PIN", PIN)

    def run(*words: str, as_nurse: bool = False) -> tuple[int, Any]:
        monkeypatch.setenv("VAXDESK_USER", nurse.username if as_nurse else manager.username)
        code = main([*words, "--json"])
        return code, json.loads(capfd.readouterr().out)

    return run


def codes(answer: Any) -> list[str]:
    return [problem["code"] for problem in answer["refused"]]


def test_a_day_of_stock_and_its_close(call: Call) -> None:
    today = now_in_vietnam().date().isoformat()
    scan = "LOT FL4574 EXP 02/2040"
    code, answer = call(
        "stock", "receive", "--vaccine", "pfizer", "--scan", scan, "--doses", "60", "--temperature", "4,5"
    )
    assert (code, answer["entry"]["lot"], answer["entry"]["expiry"]) == (0, "FL4574", "2040-02-29")
    assert call("stock", "waste", *LOT, "--doses", "2", "--reason", "broken", as_nurse=True)[0] == 0
    assert call("stock", "return", *LOT, "--doses", "6", "--note", "chuyển Phường 6")[0] == 0
    code, answer = call("stock", "list")
    (lot,) = answer["lots"]
    assert code == 0
    assert (lot["received"], lot["wasted"], lot["returned"], lot["expected"], lot["counted"]) == (60, 2, 6, 52, None)
    assert lot["open_next"] is True
    code, answer = call("close", "--day", today)
    assert (code, codes(answer)) == (2, ["day-not-counted"])
    assert call("stock", "count", *LOT, "--doses", "52")[0] == 0
    code, answer = call("close", "--day", today)
    assert (code, answer["balanced"], answer["close"]["revision"]) == (0, True, 1)
    assert len(answer["close"]["hash"]) == 64
    entry = call("stock", "waste", *LOT, "--doses", "1", "--reason", "broken")[1]["entry"]
    code, answer = call("close", "--day", today, "--show")
    assert answer["deltas"] == [{"term": "wasted", "frozen": 2, "now": 3, "vaccine": "COMIRNATY", "lot": "FL4574"}]
    assert call("stock", "void", "--entry", entry["id"], "--note", "lọ còn nguyên")[0] == 0
    assert call("close", "--day", today, "--show")[1]["deltas"] == []
    assert call("status")[1]["refused_days"] == []


REFUSED = {
    "stock-expiry-missing": ("receive", *LOT, "--doses", "6"),
    "stock-doses-missing": ("receive", *LOT, "--doses", "sáu", "--expiry", "02/2040"),
    "scan-not-a-label": ("receive", "--vaccine", "COMIRNATY", "--scan", "079303000456", "--doses", "6"),
    "stock-more-than-there": ("waste", *LOT, "--doses", "6", "--reason", "broken"),
}


def test_what_is_refused_is_named_and_nothing_kept(call: Call) -> None:
    for code, words in REFUSED.items():
        exit_code, answer = call("stock", *words)
        assert (exit_code, codes(answer)) == (2, [code])
    exit_code, answer = call("close", "--day", "2021-11-12", as_nurse=True)
    assert (exit_code, "managers-only" in json.dumps(answer)) == (2, True)
    assert call("stock", "list")[1] == {"lots": []}
