"""The contract, run against every server that claims to keep it. Test names carry the property's number."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import requests
from contract_desk import client_of, correct, due_again, is_push, remembered, stored, versions_of, written
from cryptography.hazmat.primitives.asymmetric import ec
from support import faulty
from support.builders import NOON, a_crowd, a_draft, a_site, number
from support.sync_bench import JWKS, SIGNING_KEY, Bench, client_over, enrolled

from vaxdesk.errors import EnrolmentRefused, NotAuthorised
from vaxdesk.keys.device import jwk_of
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
from vaxdesk.sync.client import open_client
from vaxdesk.sync.enrolment import enrol
from vaxdesk.sync.fhir_read import finding
from vaxdesk.sync.outcomes import Accepted, Refused
from vaxdesk.sync.wire import Wire

if TYPE_CHECKING:
    from conftest import Central

SITE = str(a_site().code)


def test_c2_enrolling_again_gives_the_same_answer(central: Central) -> None:
    central.need("enrolment")
    assert enrolled(central.base, central.code) == central.enrolment


def test_c2_a_wrong_code_and_an_unknown_site_are_refused(central: Central) -> None:
    central.need("enrolment")
    with pytest.raises(EnrolmentRefused, match="enrolment-code-refused"):
        enrol(central.base, SITE, "wrong-code", "e" * 36, "Bàn 2", JWKS)
    with pytest.raises(EnrolmentRefused, match="site-unknown"):
        enrol(central.base, "00-NOWHERE", central.code, "e" * 36, "Bàn 2", JWKS)


def test_c2_the_enrolled_device_comes_back_by_pull(bench: Bench) -> None:
    bench.sync()
    assert json.loads(bench.desk.work.certificates.site_keys()[a_site().device_id])["x"] == jwk_of(SIGNING_KEY)["x"]


def test_c3_only_a_registered_key_gets_a_token(central: Central) -> None:
    enrolment = replace(central.enrolment, client_id="somebody-else")
    with pytest.raises(NotAuthorised, match="token-refused"):
        client_over(faulty.FaultyLine(), enrolment).capabilities()
    other = ec.generate_private_key(ec.SECP384R1())
    with pytest.raises(NotAuthorised, match="token-refused"):
        open_client(central.enrolment, lambda: other).capabilities()


def test_c3_without_a_token_nothing_is_told(central: Central) -> None:
    headers = {"Accept": "application/fhir+json"}
    for path in ("Immunization", "Patient"):
        answer = Wire().exchange("GET", f"{central.enrolment.fhir_base}/{path}", headers=headers)
        assert (answer.status, b"urn:vn:cccd" in answer.body) == (401, False)


def test_c4_one_token_does_for_many_runs(bench: Bench) -> None:
    for draft in a_crowd(3):
        bench.record_one(draft)
        assert bench.sync().acknowledged == 1
    assert len([seen for seen in bench.line.seen if seen.endswith("/token")]) == 1


def test_c4_a_second_refusal_of_the_token_stops_the_run_and_tells(bench: Bench) -> None:
    bench.record(1)
    report = bench.sync(faulty.status(401), faulty.status(401))
    assert (report.acknowledged, report.waiting, report.trouble) == (0, 1, "not-authorised")
    assert bench.sync().acknowledged == 1


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


@pytest.mark.parametrize(
    "fault", [faulty.lost_answer, faulty.truncated, faulty.one_entry_less, faulty.sent_twice], ids=lambda f: f.__name__
)
def test_p2_p5_a_push_may_be_repeated(bench: Bench, central: Central, fault: faulty.Fault) -> None:
    doses = bench.record(3)
    bench.sync(*([] if central.can("gzip") else [faulty.passed]), fault)
    bench.sync()
    assert set(bench.receipts()) == {dose.id for dose in doses}
    records = {record.dose.id: record.receipt for record in bench.desk.work.desk.all_records()}
    assert versions_of(bench, doses) == [receipt.version for dose in doses if (receipt := records[dose.id])]
    if central.can("empty-update"):
        assert versions_of(bench, doses) == ["1", "1", "1"]


def test_p3_a_correction_makes_a_version_and_a_late_copy_changes_nothing(bench: Bench, central: Central) -> None:
    central.need("revision-rule")
    (dose,) = bench.record(1)
    bench.sync()
    first = bench.book
    late = fhir.bundle(due_again(bench, dose), lambda code: [{"system": "urn:vaxdesk:vaccine", "code": code}])
    correct(bench, dose, "NEW1")
    assert bench.sync().acknowledged == 1
    outcome = client_of(bench).send(late)
    assert isinstance(outcome, Refused)
    assert outcome.status == 409
    assert outcome.text
    assert (stored(bench, dose)["lotNumber"], versions_of(bench, [dose])) == ("NEW1", ["2"])
    assert first.waiting() == 0


def test_p3_a_late_copy_of_a_correction_changes_nothing(bench: Bench) -> None:
    """Everywhere: a correction carries If-Match, so its copy meets a version that has moved on."""
    (dose,) = bench.record(1)
    bench.sync()
    correct(bench, dose, "NEW1")
    kept: list[requests.PreparedRequest] = []
    assert bench.sync(remembered(kept)).acknowledged == 1
    correct(bench, dose, "NEW2")
    assert bench.sync().acknowledged == 1
    with requests.Session() as late:
        answer = late.send(kept[0], timeout=30)
    assert answer.status_code in (409, 412)
    assert (stored(bench, dose)["lotNumber"], versions_of(bench, [dose])) == ("NEW2", ["3"])


def test_p3_p4_a_late_copy_of_the_first_request_does_not_stop_the_desk(bench: Bench) -> None:
    """Where nothing refuses it, an old state may come back for a while; the next correction finds it and goes on top."""
    (dose,) = bench.record(1)
    bench.sync()
    late = fhir.bundle(due_again(bench, dose), lambda code: [{"system": "urn:vaxdesk:vaccine", "code": code}])
    correct(bench, dose, "NEW1")
    bench.sync()
    client_of(bench).send(late)
    correct(bench, dose, "NEW2")
    report = bench.sync()
    assert (report.acknowledged, report.set_aside, stored(bench, dose)["lotNumber"]) == (1, 0, "NEW2")


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


def test_p6_one_bad_record_stands_alone(bench: Bench, central: Central, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refused here is what each server refuses: another person's number (R1), else a dose without its date."""
    real = fhir.immunization

    def spoilt(dose: Dose, *args: Any) -> Any:
        resource = real(dose, *args)
        if dose.lot == "POISON" and central.can("number-rule"):
            resource["patient"]["identifier"]["value"] = number(999_999)
        elif dose.lot == "POISON":
            del resource["occurrenceDateTime"]
        return resource

    monkeypatch.setattr(fhir, "immunization", spoilt)
    for i, draft in enumerate(a_crowd(21)):
        bench.record_one(replace(draft, lot="POISON" if i == 7 else "FL4574"))
    report = bench.sync()
    assert (report.acknowledged, report.set_aside, report.waiting) == (20, 1, 0)
    (aside,) = (r for r in bench.desk.work.desk.all_records() if r.set_aside_code)
    assert aside.dose.lot == "POISON"
    assert aside.set_aside_code in ("refused-number", "refused-content", "record-refused")  # as far as it is named
    assert len(aside.set_aside_text) > 3


def test_r2_another_site_sees_nothing_of_it(bench: Bench, central: Central) -> None:
    central.need("site-scope")
    (dose,) = bench.record(1)
    assert bench.sync().acknowledged == 1
    key = ec.generate_private_key(ec.SECP384R1())
    keys = {"keys": [jwk_of(key), jwk_of(ec.generate_private_key(ec.SECP256R1()))]}
    other = enrol(central.base, "01-HBT-BK", central.code_for("01-HBT-BK"), "f" * 36, "Bàn 9", keys)
    stranger = open_client(other.enrolment, lambda: key)
    with pytest.raises(NotAuthorised, match="forbidden"):
        stranger.read("Immunization", dose.id)
    found = stranger.search_by_post("Immunization", {"_id": dose.id})
    assert not found.get("entry")
    stranger.close()


def test_p7_a_busy_server_is_left_alone_until_its_time(bench: Bench) -> None:
    (dose,) = bench.record(1)
    report = bench.sync(faulty.status(503, {"Retry-After": "120"}))
    assert (report.acknowledged, report.waiting) == (0, 1)
    bench.line.seen.clear()
    bench.clock.now += timedelta(seconds=100)
    assert bench.sync(asked=False).acknowledged == 0
    bench.clock.now += timedelta(seconds=100)
    assert bench.sync(asked=False).acknowledged == 1
    assert stored(bench, dose)["id"] == dose.id


def test_p8_p10_new_doses_go_before_those_tried_and_before_all_else(bench: Bench) -> None:
    bench.limit(1)
    (tried,) = bench.record(1)
    bench.sync(*[faulty.status(500)] * 3)
    assert bench.receipts() == {}
    fresh = bench.record_one(a_draft(person=PersonDraft(number(900_010), "Lê Mới", "1990-05-06", Sex.MALE)))
    bench.line.seen.clear()
    kept: list[requests.PreparedRequest] = []
    bench.sync(*[remembered(kept)] * 4)
    sent = [address for request in kept for address in written(request)]
    assert sent[0] == f"Immunization/{fresh.id}"
    assert f"Immunization/{tried.id}" in sent
    assert is_push(bench.line.seen[0])


def test_p9_a_signature_is_taken_once(bench: Bench, central: Central) -> None:
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
    again = "1" if central.can("empty-update") else "2"
    assert [r.version for r in (*first.receipts, *second.receipts)] == ["1", again]
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


def test_limits_a_whole_bundle_of_500_entries_is_taken(bench: Bench, central: Central) -> None:
    bench.limit(250)
    bench.record(250)
    bench.line.seen.clear()
    report = bench.sync()
    assert (report.acknowledged, report.read_back) == (250, 250)
    assert len([seen for seen in bench.line.seen if is_push(seen)]) == (1 if central.can("gzip") else 2)
    bench.line.seen.clear()
    bench.record_one()
    bench.sync()
    assert len([seen for seen in bench.line.seen if is_push(seen)]) == 1  # a dislike of gzip is learnt once


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


@pytest.mark.allow_warnings("vaxdesk.sync.pull")
def test_l3_what_reads_back_otherwise_is_an_alarm_that_names_the_dose(bench: Bench) -> None:
    dose, other = bench.record(2)

    def changed(page: Any) -> Any:
        for entry in page.get("entry", []):
            if entry["resource"]["id"] == dose.id:
                entry["resource"]["lotNumber"] = "OTHER"
        return page

    bench.line.only = lambda request: str(request.url).endswith("/Immunization/_search")
    report = bench.sync(faulty.rewritten(changed))
    assert (report.acknowledged, report.read_back, report.differing) == (2, 1, (dose.id,))
    assert other.id in bench.receipts()


def test_l4_no_number_stands_in_any_address(bench: Bench) -> None:
    doses = bench.record(3)
    bench.sync()
    assert len(bench.line.seen) > 3
    assert not [seen for seen in bench.line.seen for dose in doses if dose.citizen_id.digits in seen]


def test_l1_a_device_can_be_understood(bench: Bench) -> None:
    device = client_of(bench).read("Device", a_site().device_id)
    assert finding(device, "") is not None
