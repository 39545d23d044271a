"""The whole job without our platform: a desk and `vaxplatform services` beside a FHIR R4 server of another project."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import requests
from support import peer
from support.builders import a_draft

from vaxdesk.app import OpenDesk, open_desk
from vaxdesk.demo.people import MadeUpPerson, population, write_csv
from vaxdesk.joining import Enrolling, enrol_desk
from vaxdesk.models.desk import DoseChanges
from vaxdesk.models.values import DoseRecord, Identity, PersonDraft, StaffMember
from vaxdesk.print.proof import read_codes

pytestmark = [pytest.mark.e2e, pytest.mark.peer, pytest.mark.skipif(not peer.is_there(), reason=peer.ABSENT)]
SITE, PIN, PASSPHRASE = "79-Q10-P05", "2468", "kho của bài kiểm tra"
LIMIT_S = 60
PROGRAM = [sys.executable, "-m", "vaxplatform"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with peer.peer(tmp_path_factory.mktemp("peer"), peer.OPEN) as base:
        yield f"{base}/fhir"


def adults(count: int) -> list[MadeUpPerson]:
    this_year = date.today().year
    return [one for one in population(5, count * 4) if 20 <= this_year - one.birth_date.year <= 60][:count]


@contextmanager
def services(fhir: str, folder: Path) -> Iterator[None]:
    """Matching and issuing as a process of their own; whatever they say on the way is kept and must be nothing."""
    command = [*PROGRAM, "services", "--fhir", fhir, "--no-auth", "--data", str(folder)]
    with (folder / "said").open("w+") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said)
        try:
            yield
        finally:
            process.terminate()
            assert process.wait(20) == 0
        said.seek(0)
        assert said.read() == ""


@contextmanager
def a_desk(fhir: str, folder: Path) -> Iterator[tuple[OpenDesk, StaffMember]]:
    wish = Enrolling(SITE, "Phạm Thị Lan", fhir=fhir, no_auth=True, site_name="Trạm Y tế Phường 5", province="079")
    manager, _ = enrol_desk(folder, wish, PIN, PASSPHRASE)
    desk = open_desk(folder, lambda: PASSPHRASE)
    try:
        yield desk, manager
    finally:
        desk.close()


def record(desk: OpenDesk, person: MadeUpPerson, manager: StaffMember) -> DoseRecord:
    facts = PersonDraft(person.number, person.name, person.birth_date.isoformat(), person.sex)
    return desk.work.desk.record(a_draft(person=facts, occurred_at=desk.work.clock(), expiry=date(2035, 1, 1)), manager)


def synced_until(desk: OpenDesk, holds: Callable[[dict[str, DoseRecord]], bool]) -> dict[str, DoseRecord]:
    """Runs until `holds` of the records; the services work at their own pace."""
    end = time.monotonic() + LIMIT_S
    while time.monotonic() < end:
        report = desk.engine().run_once(asked=True)
        assert (report.trouble, report.set_aside, report.differing) == ("", 0, ())
        records = {record.dose.id: record for record in desk.work.desk.all_records()}
        if holds(records):
            return records
        time.sleep(0.25)
    raise AssertionError("the services did not come so far in time")


def in_store(fhir: str, kind: str) -> list[dict[str, Any]]:
    answer = requests.get(f"{fhir}/{kind}", params={"_count": "200"}, timeout=30)
    return [entry["resource"] for entry in answer.json().get("entry", [])]


def test_record_push_match_sign_issue_pull_and_print(server: str, tmp_path: Path) -> None:
    """From a joined desk to a proven certificate; a correction takes it back and gets another."""
    people = adults(3)
    beside = tmp_path / "services"
    beside.mkdir()
    write_csv(people[:2], tmp_path / "people.csv")  # the third is nobody's
    load = [*PROGRAM, "people", "add", str(tmp_path / "people.csv"), "--data", str(beside)]
    subprocess.run(load, check=True, capture_output=True)
    with a_desk(server, tmp_path / "desk") as (desk, manager), services(server, beside):
        first, second, stranger = (record(desk, person, manager).dose.id for person in people)
        judged = synced_until(
            desk, lambda all_: all(r.identity not in (Identity.SENT, Identity.UNSENT) for r in all_.values())
        )
        assert [judged[dose].identity for dose in (first, second, stranger)] == [
            Identity.MATCHED,
            Identity.MATCHED,
            Identity.NOT_FOUND,
        ]
        assert desk.work.signing.sign_day(desk.work.clock().date(), manager) == 2
        certified = synced_until(desk, lambda all_: sum(r.certificate_id is not None for r in all_.values()) == 2)
        for dose in (first, second):
            assert_proven(desk, certified[dose], tmp_path / f"{dose}.pdf")
        desk.work.desk.correct(first, DoseChanges(lot="NEW1"), "nhầm số lô", manager)
        synced_until(desk, lambda all_: all_[first].certificate_id is None)
        assert desk.work.signing.sign_day(desk.work.clock().date(), manager) == 1
        again = synced_until(desk, lambda all_: all_[first].certificate_id is not None)
        assert_proven(desk, again[first], tmp_path / "again.pdf")
        assert again[second].certificate_id == certified[second].certificate_id
    assert_nothing_written_twice(server)


def assert_proven(desk: OpenDesk, record: DoseRecord, file: Path) -> None:
    file.write_bytes(desk.produce(record, "certificate").pdf)
    (code,) = read_codes(file)
    assert code.startswith("HC1:")
    assert desk.is_genuine(code)


def assert_nothing_written_twice(fhir: str) -> None:
    """That server makes a version of every PUT, so idle rounds would show."""
    versions = {found["id"]: found["meta"]["versionId"] for found in in_store(fhir, "VerificationResult")}
    assert len(versions) == 3
    assert set(versions.values()) == {"1"}
    documents = [found for found in in_store(fhir, "DocumentReference") if found["id"] != "trust-list"]
    assert sorted((found["status"], found["meta"]["versionId"]) for found in documents) == [
        ("current", "1"),
        ("current", "1"),
        ("superseded", "2"),
    ]
