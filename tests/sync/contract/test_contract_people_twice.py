"""A citizen whom another project's server has twice: our platform refuses the second (number-taken), others do not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import requests
from conftest import SITE
from contract_desk import stored
from support import peer
from support.builders import a_crowd, a_site
from support.sync_bench import JWKS, Bench, a_bench

from vaxdesk.sync.enrolment import enrol_fhir

pytestmark = [pytest.mark.peer, pytest.mark.skipif(not peer.is_there(), reason=peer.ABSENT)]


@pytest.fixture
def open_bench(tmp_path: Path) -> Iterator[Bench]:
    with peer.peer(tmp_path, peer.OPEN) as base:
        device = (f"{base}/fhir", SITE, "Trạm mẫu", "079", a_site().device_id, "Bàn 1", JWKS["keys"][1])
        (tmp_path / "desk").mkdir()
        with a_bench(tmp_path / "desk", enrol_fhir(*device).enrolment) as made:
            yield made


def test_p6_p11_a_citizen_who_is_there_twice_stands_alone_and_goes_when_merged(open_bench: Bench) -> None:
    enrolment = open_bench.book.enrolment()
    assert enrolment is not None
    first, second, third = (open_bench.record_one(draft) for draft in a_crowd(3))
    number = {"system": "urn:vn:cccd", "value": second.citizen_id.digits}
    person = {"resourceType": "Patient", "identifier": [number]}
    twins = [requests.post(f"{enrolment.fhir_base}/Patient", json=person, timeout=30).json()["id"] for _ in range(2)]
    report = open_bench.sync()
    assert (report.acknowledged, report.set_aside) == (2, 1)
    (aside,) = (record for record in open_bench.desk.work.desk.all_records() if record.set_aside_code)
    assert (aside.dose.id, aside.set_aside_code) == (second.id, "refused-person-twice")
    assert {first.id, third.id} == set(open_bench.receipts())
    requests.delete(f"{enrolment.fhir_base}/Patient/{twins[1]}", timeout=30).raise_for_status()
    open_bench.clock.now += timedelta(minutes=20)
    assert open_bench.sync(asked=False).acknowledged == 1
    assert stored(open_bench, second)["patient"]["reference"] == f"Patient/{twins[0]}"
