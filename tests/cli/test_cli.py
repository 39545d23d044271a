"""The command line as a script sees it: one JSON value on stdout, sentences on stderr, exit codes that mean something."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.builders import PASSPHRASE, PIN, an_enrolled_folder

from vaxdesk.app import open_desk
from vaxdesk.cli import main
from vaxdesk.messages import say

CARD = "079303000456||Trần Thị Bích|09102003|Nữ|Tổ 2, Phường Thử, Quận Mẫu, TP. Hồ Chí Minh|10072021"
PRODUCT = ["--vaccine", "COMIRNATY", "--lot", "FL4574", "--expiry", "02/2030"]

Run = Callable[..., tuple[int, Any]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Runs a command with --json on an enrolled folder; gives exit code and the JSON value (or the lines of a batch)."""
    an_enrolled_folder(tmp_path / "desk")
    monkeypatch.setenv("VAXDESK_DATA", str(tmp_path / "desk"))
    monkeypatch.setenv("VAXDESK_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("VAXDESK_PIN", PIN)

    def call(*arguments: str) -> tuple[int, Any]:
        code = main([*arguments, "--json"])
        lines = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
        return code, lines[0] if len(lines) == 1 else lines

    return call


def test_a_recorded_dose_is_told_and_listed_with_a_masked_number(run: Run) -> None:
    code, answer = run("record", "--scan", CARD, *PRODUCT, "--at", "2026-01-05T09:30")
    assert code == 0
    assert set(answer["dose"]) == {"id", "revision", "dose_number", "vaccine", "lot", "occurred_at"}
    assert answer["dose"]["occurred_at"] == "2026-01-05T09:30:00+07:00"
    code, listed = run("doses", "show", answer["dose"]["id"])
    assert (code, listed["citizen_id"], listed["receipt"]) == (0, "0793••••0456", None)
    assert list(listed["stages"]) == ["recorded"]
    assert "Bích" not in json.dumps(listed, ensure_ascii=False)


def test_full_numbers_need_a_sign_in_and_are_logged(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    dose_id = run("record", "--scan", CARD, *PRODUCT)[1]["dose"]["id"]
    assert run("doses", "show", dose_id, "--full")[1]["citizen_id"] == "079303000456"
    monkeypatch.setenv("VAXDESK_PIN", "0000")
    assert run("doses", "show", dose_id, "--full")[0] == 2


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ([], "citizen-id-missing"),
        (["--citizen-id", "07930300045", "--name", "X", "--birth-date", "2003-10-09"], "citizen-id-too-short"),
        (["--scan", CARD[1:]], None),
        (["--scan", CARD, "--screening", "fine"], "screening-unknown"),
        (["--scan", CARD, "--at", "yesterday"], "date-unreadable"),
        (["--scan", CARD, "--dose", "x"], "dose-number-unreadable"),
    ],
)
def test_refused_input_is_exit_2_with_code_field_and_sentence(run: Run, arguments: list[str], code: str | None) -> None:
    exit_code, answer = run("record", *arguments, *PRODUCT)
    assert exit_code == 2
    for refusal in answer["refused"]:
        assert set(refusal) == {"code", "field", "sentence"}
        assert " " in refusal["sentence"]
    if code is not None:
        assert code in [refusal["code"] for refusal in answer["refused"]]
    assert run("status")[1]["given"] == 0


def test_a_batch_answers_line_by_line_and_a_refused_line_stops_none(run: Run, tmp_path: Path) -> None:
    product = {"vaccine": "COMIRNATY", "lot": "FL4574", "expiry": "2030-02-28"}
    lines = [
        json.dumps({"scan": CARD, **product}),
        json.dumps({"scan": "", **product}),
        "this is not JSON",
        json.dumps({"citizen_id": "001090000123", "name": "Nguyễn Văn An", "birth_date": "02/01/1990", **product}),
    ]
    file = tmp_path / "day.jsonl"
    file.write_text("\n".join(lines), encoding="utf-8")
    code, answers = run("record", "--batch", str(file))
    assert code == 0
    assert [next(iter(answer)) for answer in answers] == ["dose", "refused", "refused", "dose"]
    assert run("status")[1]["given"] == 2


def test_a_batch_of_refusals_only_is_exit_2(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO('{"scan": ""}\n'))
    assert run("record", "--batch", "-")[0] == 2


def test_a_dose_is_corrected_and_voided_with_a_reason(run: Run) -> None:
    dose_id = run("record", "--scan", CARD, *PRODUCT)[1]["dose"]["id"]
    code, answer = run("correct", "--dose", dose_id, "--lot", "FL9999", "--reason", "đọc nhầm")
    assert (code, answer["dose"]["lot"], answer["dose"]["revision"]) == (0, "FL9999", 2)
    assert run("correct", "--dose", dose_id, "--lot", "FL9999", "--reason", "đọc nhầm")[0] == 2
    code, answer = run("void", "--dose", dose_id, "--reason", "nhập hai lần")
    assert (code, answer["dose"]["status"]) == (0, "entered-in-error")
    assert run("void", "--dose", "no-such", "--reason", "nhập hai lần")[0] == 1


def test_who_acts_must_be_known(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAXDESK_PIN", "1111")
    code, answer = run("record", "--scan", CARD, *PRODUCT)
    assert (code, answer["refused"][0]["code"]) == (2, "sign-in-wrong")
    assert run("record", "--as", "ai đó", "--scan", CARD, *PRODUCT)[0] == 2


def test_status_and_sync_tell_the_truth_when_nobody_answers(run: Run) -> None:
    run("record", "--scan", CARD, *PRODUCT)
    code, status = run("status", "--day", "2020-01-01")
    assert (code, status["given"], status["waiting"], status["reachable"]) == (0, 0, 1, False)
    code, report = run("sync", "--once")
    assert (code, report["reached"], report["acknowledged"], report["waiting"]) == (1, False, 0, 1)


def test_only_issued_certificates_have_a_text(run: Run) -> None:
    dose_id = run("record", "--scan", CARD, *PRODUCT)[1]["dose"]["id"]
    code, answer = run("certificate", "--dose", dose_id, "--hc1")
    assert (code, answer["error"]["code"]) == (1, "no-certificate-yet")


def test_the_public_keys_are_public_only(run: Run) -> None:
    code, jwks = run("keys", "jwks")
    assert code == 0
    assert [key["alg"] for key in jwks["keys"]] == ["ES384", "ES256"]
    assert not any("d" in key for key in jwks["keys"])


def test_backup_and_restore_through_the_command_line(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("record", "--scan", CARD, *PRODUCT)
    assert run("backup", str(tmp_path / "copy.zip"))[0] == 0
    monkeypatch.setenv("VAXDESK_DATA", str(tmp_path / "elsewhere"))
    code, answer = run("restore", str(tmp_path / "copy.zip"))
    assert code == 0
    assert answer["epoch"] > 1
    assert run("status")[1]["given"] == 1


def test_status_tells_that_a_restored_desk_still_takes_back_what_it_sent(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run("status")[1]["repull_due"] is False
    run("backup", str(tmp_path / "copy.zip"))
    monkeypatch.setenv("VAXDESK_DATA", str(tmp_path / "elsewhere"))
    run("restore", str(tmp_path / "copy.zip"))
    assert run("status")[1]["repull_due"] is True
    assert main(["status", "--lang", "en"]) == 0
    assert capfd.readouterr().out.splitlines()[-1] == say("repull-due", "en")
    desk = open_desk(tmp_path / "elsewhere", lambda: PASSPHRASE)
    desk.work.sync_book.own_records().finish(desk.work.clock())
    desk.close()
    assert main(["status", "--lang", "en"]) == 0
    last_line = capfd.readouterr().out.splitlines()[-1]
    assert last_line == "repull_due: False"


def test_the_daily_backup_is_made_once_and_told_by_status(run: Run, tmp_path: Path) -> None:
    assert run("status")[1]["last_backup_at"] is None
    (tmp_path / "desk" / "settings.json").write_text(json.dumps({"backup_folder": str(tmp_path / "no-stick")}))
    code, first = run("backup", "--auto")
    assert (code, first["copied"], first["trouble"]) == (0, None, "backup-folder-away")
    assert Path(first["file"]).parent == tmp_path / "desk" / "backups"
    assert run("backup", "--auto")[1]["file"] is None
    assert run("status")[1]["last_backup_at"] == first["last_backup_at"]
    assert run("backup")[1]["refused"][0]["code"] == "option-missing"


def test_a_wrong_passphrase_is_trouble_with_a_sentence(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAXDESK_PASSPHRASE", "một câu khác")
    code, answer = run("status")
    assert (code, answer["error"]["code"]) == (1, "passphrase-wrong")


def test_doctor_finds_a_sound_desk_and_an_absent_platform(run: Run) -> None:
    code, checks = run("doctor")
    assert code == 1
    assert {check["check"]: check["ok"] for check in checks} == {
        "resources": True,
        "store": True,
        "audit": True,
        "outbox": True,
        "backup": True,
        "platform": False,
        "disk": True,
    }


def test_enrolling_again_is_refused_and_keeps_everything(run: Run) -> None:
    run("record", "--scan", CARD, *PRODUCT)
    enrol = ("enrol", "--platform", "http://127.0.0.1:1", "--site", "X", "--code", "Y", "--manager", "Ai Đó")
    code, answer = run(*enrol)
    assert (code, answer["error"]["code"]) == (1, "already-enrolled")
    assert run("status")[1]["given"] == 1


def test_enrolling_without_a_platform_says_so_and_can_be_repeated(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VAXDESK_DATA", str(tmp_path / "new"))
    enrol = ("enrol", "--platform", "http://127.0.0.1:1", "--site", "X", "--code", "Y", "--manager", "Ai Đó")
    for _ in range(2):
        code, answer = run(*enrol)
        assert code == 1
        assert answer["error"]["code"] == "no-connection"
    assert run("status")[1]["error"]["code"] == "not-enrolled"


@pytest.mark.parametrize("command", ["record", "doses", "sync", "status", "enrol", "verify", "certificate", "backup"])
def test_every_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([command, "--help"])
    assert stopped.value.code == 0
    assert "--json" in capsys.readouterr().out


@pytest.mark.parametrize("said", ["", "  ", None])
def test_a_batch_line_with_an_empty_conclusion_is_refused(
    run: Run, monkeypatch: pytest.MonkeyPatch, said: str | None
) -> None:
    product = {"vaccine": "COMIRNATY", "lot": "FL4574", "expiry": "2030-02-28"}
    line = json.dumps({"scan": CARD, "screening": said, **product})
    monkeypatch.setattr("sys.stdin", io.StringIO(line + "\n"))
    code, answer = run("record", "--batch", "-")
    assert code == 2
    assert [refusal["code"] for refusal in answer["refused"]] == ["screening-missing"]
    assert run("status")[1]["given"] == 0
