"""The platform as its own process: ready line, stop, kill, registration while it runs, two processes on one store."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from platform_server import Caller, break_off, dose_entries, new_id, number_of, put_entry, tagged
from test_platform_bundle import responses
from test_platform_rest import an_organization

from vaxplatform.store import bundle
from vaxplatform.store.database import Database
from vaxplatform.store.scope import Actor

PROGRAM = [sys.executable, "-m", "vaxplatform"]
STOP_LIMIT_S = 20


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [*PROGRAM, *arguments, "--data", str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8", timeout=60)


@contextmanager
def running(folder: Path, *more: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A served data folder: the process and its FHIR base."""
    command = [*PROGRAM, "serve", "--port", "0", "--data", str(folder), *more]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8")
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        match = re.fullmatch(r"vaxplatform ready on (http://127\.0\.0\.1:\d+/fhir)\n", line)
        assert match, (line, process.stderr and process.poll() is not None and process.stderr.read())
        yield process, match[1]
    finally:
        process.kill()
        process.communicate(timeout=STOP_LIMIT_S)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_answers_when_it_says_so_and_stops_when_asked(tmp_path: Path, number: signal.Signals) -> None:
    with running(tmp_path, "--no-services") as (process, fhir):
        caller = Caller(fhir)
        assert caller.get("metadata").status_code == 200
        assert caller.get("Patient").status_code == 401
        caller.close()
        process.send_signal(number)
        out, err = process.communicate(timeout=STOP_LIMIT_S)
        assert (process.returncode, out, err) == (0, "", "")


def test_an_upload_broken_off_is_no_error(tmp_path: Path) -> None:
    """A bad line's daily bread: nothing on standard error, and nothing stored."""
    with running(tmp_path, "--no-services", "--no-auth") as (process, fhir):
        break_off(fhir)
        caller = Caller(fhir)
        assert list(caller.all_pages("Patient")) == []
        caller.close()
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=STOP_LIMIT_S)
        assert (process.returncode, out, err) == (0, "", "")


def test_an_answered_push_survives_kill_9(tmp_path: Path) -> None:
    """Failure: green but not there. The process dies in the moment its answer arrives, and while more is coming."""
    doses: list[str] = []
    for _ in range(2):
        with running(tmp_path, "--no-services", "--no-auth") as (process, fhir):
            caller = Caller(fhir)
            for _ in range(5):
                dose = new_id()
                responses(caller.transact(*dose_entries(dose, number_of(len(doses)))))
                doses.append(dose)
            process.kill()
            process.wait(STOP_LIMIT_S)
            caller.close()
    with running(tmp_path, "--no-services", "--no-auth") as (_, fhir):
        caller = Caller(fhir)
        found = [one["id"] for one in caller.all_pages("Immunization?_count=3")]
        assert found == doses
        caller.close()


def test_sites_are_added_while_it_runs(tmp_path: Path) -> None:
    with running(tmp_path, "--no-services") as (_, fhir):
        done = run(tmp_path, "sites", "add", "79-Q10-P05", "--name", "Trạm Y tế Phường 5", "--json")
        assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout)
        assert told.keys() == {"site", "code"}
        caller = Caller(fhir)
        body = {"site": told["site"], "code": told["code"], "device": {"id": "x", "name": "x"}, "jwks": {"keys": []}}
        answer = caller("POST", f"{fhir.removesuffix('/fhir')}/enrolment", body, Content_Type="application/json")
        assert answer.json() == {"error": "invalid_request"}
        again = json.loads(run(tmp_path, "sites", "add", "79-Q10-P05", "--json").stdout)
        assert again["code"] != told["code"]
        listed = json.loads(run(tmp_path, "sites", "list", "--json").stdout)
        assert [one["name"] for one in listed] == ["Trạm Y tế Phường 5"]
        caller.close()


def test_a_folder_is_served_once(tmp_path: Path) -> None:
    with running(tmp_path, "--no-services"):
        second = run(tmp_path, "serve", "--port", "0", "--no-services")
        assert (second.returncode, second.stdout) == (1, "")
        assert "data folder" in second.stderr


def test_two_processes_write_one_store_without_losing_an_order(tmp_path: Path) -> None:
    """The command line writes beside the server: times must rise in the order of commits across processes too."""
    with running(tmp_path, "--no-services", "--no-auth") as (_, fhir):
        database, failures = Database(f"sqlite:///{tmp_path / 'store.db'}"), []

        def write_beside() -> None:
            for _ in range(20):
                entry = put_entry(an_organization(meta=tagged("beside")))
                content = {"resourceType": "Bundle", "type": "transaction", "entry": [entry]}
                try:
                    bundle.process(database, Actor(), content, None)  # type: ignore[arg-type]
                except BaseException as failure:  # noqa: BLE001 - told in the main thread
                    failures.append(failure)

        beside = threading.Thread(target=write_beside)
        beside.start()
        caller = Caller(fhir)
        for _ in range(20):
            responses(caller.transact(put_entry(an_organization())))
        beside.join()
        database.close()
        times = [one["meta"]["lastUpdated"] for one in caller.all_pages("Organization?_count=7")]
        assert failures == []
        assert len(times) == 40
        assert times == sorted(set(times))
        caller.close()


def test_files_are_the_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "platform"
    assert run(folder, "sites", "add", "01", "--json").returncode == 0
    modes = {path.name: path.stat().st_mode & 0o077 for path in [folder, *folder.iterdir()]}
    assert set(modes.values()) == {0}


@pytest.mark.parametrize(
    ("arguments", "exit_code", "code"),
    [
        (("complaints", "route", "PA1", "01"), 2, "claim-unusable"),
        (("sites", "add", "a b"), 2, "site-code-unusable"),
        (("sites", "add", "national"), 2, "site-code-unusable"),
        (("sites", "revoke", "nobody"), 2, "device-unknown"),
        (("serve", "--host", "0.0.0.0", "--no-auth"), 2, "no-auth-beyond-loopback"),
        (("services", "--fhir", "http://127.0.0.1:1/fhir"), 2, "credentials-incomplete"),
        (("people", "add", "/nowhere/people.csv"), 1, "trouble"),
    ],
)
def test_refused_commands_say_why(tmp_path: Path, arguments: tuple[str, ...], exit_code: int, code: str) -> None:
    done = run(tmp_path, *arguments, "--json")
    assert done.returncode == exit_code, done.stderr
    refused = json.loads(done.stdout)["refused"][0]
    assert refused["code"] == code
    assert refused["sentence"] in done.stderr
    assert "Traceback" not in done.stderr


def test_people_are_loaded_and_counted(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text(f"number,name,birth_date,sex\n{number_of(1)},Trần Thị Thử,1990-02-03,female\n", encoding="utf-8")
    assert json.loads(run(tmp_path, "people", "add", str(file), "--json").stdout) == {"added": 1}
    file.write_text("number,name,birth_date,sex\n12,Trần Thị Thử,1990-02-03,female\n", encoding="utf-8")
    done = run(tmp_path, "people", "add", str(file), "--json")
    assert (done.returncode, json.loads(done.stdout)["refused"][0]["code"]) == (2, "people-file-unusable")
    assert "Trần" not in done.stderr


@pytest.mark.parametrize(
    "command", [(), ("serve",), ("services",), ("sites",), ("sites", "add"), ("people", "add"), ("clients", "add")]
)
def test_help_is_everywhere(command: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    from vaxplatform.cli import main

    with pytest.raises(SystemExit) as stopped:
        main([*command, "--help"])
    assert stopped.value.code == 0
    assert "usage: vaxplatform" in capsys.readouterr().out
