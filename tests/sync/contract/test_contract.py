"""The contract, run against every server that claims to keep it. Test names carry the property's number."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from support import faulty
from support.builders import NOON, a_crowd, a_draft, a_site, number
from support.sync_bench import JWKS, SIGNING_KEY, Bench, client_over, enrolled

from vaxdesk.errors import EnrolmentRefused
from vaxdesk.keys.device import jwk_of
from vaxdesk.models.desk import DoseChanges
from vaxdesk.models.exchange import DueSignature
from vaxdesk.models.values import (
    Dose,
    OutboxEntry,
    PersonDraft,
    RecordKind,
    Screening,
    Sex,
    Signature,
    SignatureId,
    SiteCode,
    StaffId,
)
from vaxdesk.sync import fhir
from vaxdesk.sync.canonical import content_hash
from vaxdesk.sync.client import Client
from vaxdesk.sync.enrolment import enrol
from vaxdesk.sync.fhir_read import finding
from vaxdesk.sync.outcomes import Accepted, Refused

SITE = str(a_site().code)


def client_of(bench: Bench) -> Client:
    enrolment = bench.book.enrolment()
    assert enrolment is not None
    return client_over(bench.line, enrolment)


def stored(bench: Bench, dose: Dose) -> dict[str, Any]:
    found = client_of(bench).read("Immunization", dose.id)
    assert found is not None
    return found


def versions_of(bench: Bench, doses: list[Dose]) -> list[str]:
    return [stored(bench, dose)["meta"]["versionId"] for dose in doses]


def correct(bench: Bench, dose: Dose, lot: str) -> None:
    bench.desk.work.desk.correct(dose.id, DoseChanges(lot=lot), "nhầm số lô", bench.desk.manager)


def test_c2_enrolling_again_gives_the_same_answer(central: Any) -> None:
    assert enrolled(central.base, central.code) == central.enrolment


def test_c2_a_wrong_code_and_an_unknown_site_are_refused(central: Any) -> None:
    with pytest.raises(EnrolmentRefused, match="enrolment-code-refused"):
        enrol(central.base, SITE, "wrong-code", "e" * 36, "Bàn 2", JWKS)
    with pytest.raises(EnrolmentRefused, match="site-unknown"):
        enrol(central.base, "00-NOWHERE", central.code, "e" * 36, "Bàn 2", JWKS)


def test_c2_the_enrolled_device_comes_back_by_pull(bench: Bench) -> None:
    bench.sync()
    assert json.loads(bench.desk.work.certificates.site_keys()[a_site().device_id])["x"] == jwk_of(SIGNING_KEY)["x"]


def test_c4_a_token_that_was_taken_away_is_renewed(bench: Bench) -> None:
    bench.record(1)
    report = bench.sync(faulty.status(401))
    assert (report.acknowledged, report.trouble) == (1, "")


def test_p1_p5_what_was_sent_is_what_is_stored(bench: Bench) -> None:
    doses = bench.record(3)
    report = bench.sync()
    assert (report.acknowledged, report.read_back, report.differing) == (3, 3, ())
    records = {r.dose.id: r for r in bench.desk.work.desk.all_records()}
    for dose in doses:
        found, receipt = stored(bench, dose), records[dose.id].receipt
        assert receipt is not None
        assert (receipt.version, receipt.hash) == (found["meta"]["versionId"], content_hash(found))
        patient = client_of(bench).read(*found["patient"]["reference"].split("/"))
        assert patient is not None
        assert patient["identifier"][0]["value"] == dose.citizen_id.digits


def test_p2_a_push_may_be_repeated(bench: Bench) -> None:
    doses = bench.record(3)
    for fault in (faulty.lost_answer, faulty.truncated, faulty.one_entry_less, faulty.sent_twice):
        bench.sync(fault)
    assert set(bench.receipts()) == {dose.id for dose in doses}
    assert versions_of(bench, doses) == ["1", "1", "1"]


def test_p3_a_correction_makes_a_version_and_a_late_copy_changes_nothing(bench: Bench) -> None:
    (dose,) = bench.record(1)
    bench.sync()
    first = bench.book
    late = fhir.bundle(_due_again(bench, dose), lambda code: [{"system": "urn:vaxdesk:vaccine", "code": code}])
    correct(bench, dose, "NEW1")
    assert bench.sync().acknowledged == 1
    outcome = client_of(bench).send(late)
    assert isinstance(outcome, Refused)
    assert outcome.status == 409
    assert outcome.text
    assert (stored(bench, dose)["lotNumber"], versions_of(bench, [dose])) == ("NEW1", ["2"])
    assert first.waiting() == 0


def _due_again(bench: Bench, dose: Dose) -> list[Any]:
    from vaxdesk.models.exchange import DueDose

    person = bench.desk.work.desk.all_records()[0].person
    return [DueDose(OutboxEntry(RecordKind.DOSE, dose.id, 1, 0, NOON), dose, person, None)]


def test_p3_a_voided_dose_is_marked_not_deleted(bench: Bench) -> None:
    (dose,) = bench.record(1)
    bench.sync()
    bench.desk.work.desk.void(dose.id, "ghi nhầm người", bench.desk.manager)
    assert bench.sync().acknowledged == 1
    assert stored(bench, dose)["status"] == "entered-in-error"


def test_p4_the_lost_answer_to_a_correction(bench: Bench) -> None:
    (dose,) = bench.record(1)
    bench.sync()
    correct(bench, dose, "NEW1")
    bench.sync(faulty.lost_answer)
    report = bench.sync()
    assert (report.acknowledged, report.set_aside, versions_of(bench, [dose])) == (1, 0, ["2"])


def test_p4_an_edit_after_a_lost_answer(bench: Bench) -> None:
    (dose,) = bench.record(1)
    bench.sync()
    correct(bench, dose, "NEW1")
    bench.sync(faulty.lost_answer)
    correct(bench, dose, "NEW2")
    assert bench.sync().acknowledged == 1
    assert stored(bench, dose)["lotNumber"] == "NEW2"


def test_p6_r1_one_record_without_its_person_stands_alone(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    real = fhir.immunization

    def somebody_elses_number(dose: Dose, *args: Any) -> Any:
        resource = real(dose, *args)
        if dose.lot == "POISON":
            resource["patient"]["identifier"]["value"] = number(999_999)
        return resource

    monkeypatch.setattr(fhir, "immunization", somebody_elses_number)
    for i, draft in enumerate(a_crowd(21)):
        bench.record_one(replace(draft, lot="POISON" if i == 7 else "FL4574"))
    report = bench.sync()
    assert (report.acknowledged, report.set_aside, report.waiting) == (20, 1, 0)
    (aside,) = (r for r in bench.desk.work.desk.all_records() if r.set_aside_code)
    assert aside.dose.lot == "POISON"
    assert aside.set_aside_code in ("refused-number", "record-refused")  # as far as the server names the cause
    assert len(aside.set_aside_text) > 3


def test_p9_a_signature_is_taken_once(bench: Bench) -> None:
    (dose,) = bench.record(1)
    bench.sync()
    signature_id = f"{dose.id[:-1]}{'0' if dose.id[-1] != '0' else '1'}"
    signature = Signature(
        SignatureId(signature_id), NOON.date(), SiteCode(SITE), StaffId("s-1"), "Phạm Thị Lan", NOON, "eyJ.a.b",
        ((dose.id, "1"),),
    )  # fmt: skip
    due = DueSignature(OutboxEntry(RecordKind.SIGNATURE, signature_id, 1, 0, NOON), signature)
    sending = fhir.bundle([due], lambda code: [])
    first, second = client_of(bench).send(sending), client_of(bench).send(sending)
    assert isinstance(first, Accepted)
    assert isinstance(second, Accepted)
    assert [r.version for r in (*first.receipts, *second.receipts)] == ["1", "1"]
    found = client_of(bench).read("Provenance", signature_id)
    assert found is not None
    assert content_hash(found) == sending.parts[0].hash


def test_people_of_every_kind_arrive(bench: Bench) -> None:
    """A year of birth only, marks and markup in names, an old number, a phone; a dose that was not given."""
    drafts = [
        PersonDraft(number(900_001), "Nguyễn Đặng Quỳnh O'Brien <b>&", "1990", Sex.MALE),
        PersonDraft(number(900_002), "Lê Thử", "1990-05-06", Sex.UNKNOWN, "025123456", "0901234567", "Tổ 2"),
    ]
    doses = [bench.record_one(a_draft(person=draft)) for draft in drafts]
    refused = a_draft(
        person=PersonDraft(number(900_003), "Lê Hoãn", "1990-05-06", Sex.MALE), screening=Screening.POSTPONED, lot="", expiry=None
    )  # fmt: skip
    doses.append(bench.record_one(refused))
    report = bench.sync()
    assert (report.acknowledged, report.set_aside, report.read_back) == (3, 0, 3)
    assert stored(bench, doses[2])["status"] == "not-done"


def test_limits_a_whole_bundle_of_500_entries_is_taken(bench: Bench) -> None:
    bench.limit(250)
    bench.record(250)
    bench.line.seen.clear()
    report = bench.sync()
    assert (report.acknowledged, report.read_back) == (250, 250)
    assert len([seen for seen in bench.line.seen if seen.endswith("POST") or seen.endswith("/fhir")]) == 1


def test_l1_pages_are_followed_to_the_last(bench: Bench) -> None:
    doses = bench.record(5)
    bench.sync()
    client = client_of(bench)
    page = client.search("Immunization", {"_tag": f"urn:vaxdesk:site|{SITE}", "_sort": "_lastUpdated", "_count": "2"})
    found: list[str] = []
    times: list[str] = []
    while page:
        found += [e["resource"]["id"] for e in page.get("entry", [])]
        times += [e["resource"]["meta"]["lastUpdated"] for e in page.get("entry", [])]
        page = client.next_page(page) or {}
    assert {dose.id for dose in doses} <= set(found)
    assert len(found) == len(set(found))
    assert times == sorted(times)


def test_l1_nothing_of_before_the_cursor_comes_again(bench: Bench) -> None:
    bench.record(1)
    bench.sync()
    client = client_of(bench)
    wanted = {"_tag": f"urn:vaxdesk:site|{SITE}", "_sort": "_lastUpdated", "_lastUpdated": "ge2090-01-01T00:00:00.000Z"}
    assert not client.search("Immunization", wanted).get("entry")


def test_l2_a_second_pull_brings_nothing_new(bench: Bench) -> None:
    bench.sync()
    assert bench.sync().pulled == 0


def test_l1_a_device_can_be_understood(bench: Bench) -> None:
    device = client_of(bench).read("Device", a_site().device_id)
    assert finding(device, "") is not None
