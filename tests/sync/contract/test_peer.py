"""The desk beside a FHIR R4 server that this project did not write (sekmet-fhir 0.1.1, in an environment of its own)."""

from __future__ import annotations

import json
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from support import faulty
from support.builders import a_site
from support.sync_bench import AUTHENTICATION_KEY, JWKS, Bench, a_bench, client_over

from vaxdesk.errors import NotAuthorised
from vaxdesk.models.desk import DoseChanges
from vaxdesk.models.exchange import Enrolment
from vaxdesk.models.values import Identity
from vaxdesk.sync.canonical import content_hash
from vaxdesk.sync.enrolment import enrol_fhir
from vaxdesk.sync.wire import Wire

PROGRAM = Path(__file__).parents[3] / ".venv-peer" / "bin" / "sekmet"
SITE = str(a_site().code)
START_LIMIT_S = 30

pytestmark = [
    pytest.mark.peer,
    pytest.mark.skipif(
        not PROGRAM.exists(), reason="no .venv-peer (tests/requirements-peer.lock): no foreign FHIR server"
    ),
]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def sekmet(folder: Path, auth: dict[str, Any]) -> Iterator[str]:
    port = free_port()
    settings = {
        "base_url": f"http://127.0.0.1:{port}/fhir", "host": "127.0.0.1", "port": port, "data_dir": str(folder / "kept"),
        "server_auth": auth, "validation": {"inbound": "strict"}, "simulator": {"enabled": False},
    }  # fmt: skip
    file = folder / "settings.yaml"
    file.write_text(json.dumps(settings))  # JSON is YAML
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([PROGRAM, "serve", "-c", file], cwd=folder, stdout=log, stderr=log)
    try:
        wait_until_answering(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(15)


def wait_until_answering(port: int, process: subprocess.Popen[bytes]) -> None:
    pause = threading.Event()
    for _ in range(START_LIMIT_S * 20):
        assert process.poll() is None, "the server ended by itself"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        pause.wait(0.05)
    raise AssertionError("the server did not start")


@pytest.fixture(scope="module")
def open_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with sekmet(tmp_path_factory.mktemp("sekmet"), {"types": ["none"]}) as base:
        yield base


@pytest.fixture
def bench(tmp_path: Path, open_server: str) -> Iterator[Bench]:
    joined = enrol_fhir(f"{open_server}/fhir", SITE, "Trạm mẫu", "079", a_site().device_id, "Bàn 1", JWKS["keys"][1])
    with a_bench(tmp_path, joined.enrolment) as made:
        yield made


def stored(bench: Bench, dose_id: str) -> dict[str, Any]:
    enrolment = bench.book.enrolment()
    assert enrolment is not None
    found = client_over(bench.line, enrolment).read("Immunization", dose_id)
    assert found is not None
    return found


def test_doses_arrive_are_acknowledged_and_read_back(bench: Bench) -> None:
    doses = bench.record(20)
    report = bench.sync()
    assert (report.acknowledged, report.set_aside, report.waiting, report.trouble) == (20, 0, 0, "")
    assert (report.read_back, report.differing) == (20, ())
    records = {r.dose.id: r.receipt for r in bench.desk.work.desk.all_records()}
    for dose in doses:
        receipt, found = records[dose.id], stored(bench, dose.id)
        assert receipt is not None
        assert (receipt.version, receipt.hash) == (found["meta"]["versionId"], content_hash(found))


def test_its_dislike_of_gzip_is_learnt_once(bench: Bench) -> None:
    bench.record(60)
    bench.line.seen.clear()
    assert bench.sync().acknowledged == 60
    assert bench.book.link().gzip is False
    assert len([seen for seen in bench.line.seen if seen.startswith("POST") and seen.endswith("/fhir")]) == 2


def test_a_lost_answer_makes_no_second_dose(bench: Bench) -> None:
    (dose,) = bench.record(1)
    for _ in range(3):
        bench.sync(faulty.passed, faulty.lost_answer)
        bench.sync(faulty.lost_answer, faulty.lost_answer)
    bench.sync()
    assert dose.id in bench.receipts()
    assert stored(bench, dose.id)["lotNumber"] == dose.lot


def test_a_correction_and_its_lost_answer(bench: Bench) -> None:
    (dose,) = bench.record(1)
    bench.sync()
    bench.desk.work.desk.correct(dose.id, DoseChanges(lot="NEW1"), "nhầm số lô", bench.desk.manager)
    bench.sync(faulty.lost_answer)
    report = bench.sync()
    assert (report.acknowledged, report.set_aside, bench.receipts()) == (1, 0, {dose.id: 2})
    assert stored(bench, dose.id)["lotNumber"] == "NEW1"


def test_what_a_service_writes_there_is_pulled(bench: Bench) -> None:
    (dose,) = bench.record(1)
    bench.sync()
    enrolment = bench.book.enrolment()
    assert enrolment is not None
    found = {
        "resourceType": "VerificationResult", "id": f"v-{dose.id[2:]}", "status": "validated",
        "meta": {"tag": [{"system": "urn:vaxdesk:site", "code": SITE}]},
        "target": [{"reference": f"Immunization/{dose.id}"}], "statusDate": "2021-11-12T11:00:00+07:00",
        "validationProcess": [{"coding": [{"system": "urn:vaxdesk:identity", "code": "matched"}]}],
    }  # fmt: skip
    client_over(bench.line, enrolment).put(found)
    assert bench.sync().pulled >= 1
    assert bench.desk.work.desk.all_records()[0].identity is Identity.MATCHED
    assert bench.sync().pulled == 0


def test_smart_backend_services_with_a_registered_key(tmp_path: Path) -> None:
    client = {"client_id": "vaxdesk-site", "jwks": {"keys": JWKS["keys"][:1]}, "scopes": "system/*.cruds"}
    auth = {"types": ["smart"], "token_lifetime": 300, "enforce_scopes": True, "smart_clients": [client]}
    with sekmet(tmp_path, auth) as base:
        where = {"token_url": f"{base}/auth/token", "private_key": lambda: AUTHENTICATION_KEY}
        device = (f"{base}/fhir", SITE, "Trạm mẫu", "079", a_site().device_id, "Bàn 1", JWKS["keys"][1])
        joined = enrol_fhir(*device, client_id="vaxdesk-site", **where)
        with pytest.raises(NotAuthorised, match="token-refused"):
            enrol_fhir(*device, client_id="somebody-else", **where)
        with a_bench(tmp_path, joined.enrolment) as bench:
            bench.record(4)
            assert bench.sync().acknowledged == 4
        answer = Wire().exchange("GET", f"{base}/fhir/Immunization", headers={"Accept": "application/fhir+json"})
        assert answer.status == 401


def test_a_desk_joined_without_authorisation_says_so_in_its_enrolment(bench: Bench, open_server: str) -> None:
    assert bench.book.enrolment() == Enrolment(f"{open_server}/fhir", "", "", "none")
