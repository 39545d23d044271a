"""Doses, people and signatures as FHIR R4: two validators of other projects, and what they do not look at."""

from __future__ import annotations

import base64
import json
import re
import unicodedata
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import fhirkit
import pytest
from fhir.resources.R4B.bundle import Bundle as R4Bundle
from fhir.resources.R4B.device import Device as R4Device
from hypothesis import given
from hypothesis import strategies as st
from support.builders import NOON
from support.sync_bench import JWKS, some_codings

from vaxdesk.models import catalogue
from vaxdesk.models.exchange import DueDose, DueSignature
from vaxdesk.models.values import (
    CitizenId,
    DeviceId,
    Dose,
    DoseId,
    DoseStatus,
    OutboxEntry,
    PartialDate,
    Person,
    PersonId,
    Receipt,
    RecordKind,
    Screening,
    Series,
    Sex,
    Signature,
    SignatureId,
    SiteCode,
    StaffId,
    VaccineCode,
)
from vaxdesk.sync.canonical import content_hash, own_content_hash, plain_number
from vaxdesk.sync.codings import of_catalogue
from vaxdesk.sync.fhir import AnswerDoubtful, bundle, receipts
from vaxdesk.sync.fhir_provenance import device

ID = "0b0e3a52-5f0e-4b3b-9f52-0e2e4d7a1c{:02x}"
PERSON = Person(
    PersonId(ID.format(255)), 1, CitizenId("079303000456"), "Trần Thị Bích", PartialDate("2003"), Sex.FEMALE,
    old_id="025123456", phone="0901234567", address="Tổ 2, Phường Thử",
)  # fmt: skip
DOSE = Dose(
    id=DoseId(ID.format(1)), revision=1, person_id=PERSON.id, citizen_id=PERSON.citizen_id, status=DoseStatus.COMPLETED,
    screening=Screening.ELIGIBLE, vaccine=VaccineCode("COMIRNATY"), lot="FL4574", expiry=date(2022, 2, 28), dose_number=1,
    series=Series.PRIMARY, series_doses=2, dose_ml=0.3, body_site="LA", occurred_at=NOON, recorded_at=NOON,
    recorder_id=StaffId("s"), recorder="Phạm Thị Lan", injector="Lê Thị Mai", device_id=DeviceId("d"), epoch=1, sequence=7,
    site=SiteCode("79-Q10-P05"), site_name="Trạm Y tế Phường 5",
)  # fmt: skip
NOT_DONE = replace(
    DOSE, id=DoseId(ID.format(2)), status=DoseStatus.NOT_DONE, screening=Screening.POSTPONED, lot="", expiry=None
)
SIGNATURE = Signature(
    SignatureId(ID.format(3)), NOON.date(), DOSE.site, StaffId("s"), "Phạm Thị Lan", NOON, "a.b.c", ((DOSE.id, "1"),)
)


def entry(record_id: str, revision: int = 1, kind: RecordKind = RecordKind.DOSE) -> OutboxEntry:
    return OutboxEntry(kind, record_id, revision, 0, NOON)


def due(dose: Dose = DOSE, person: Person = PERSON, last: Receipt | None = None) -> DueDose:
    return DueDose(entry(dose.id, dose.revision), dose, person, last)


def due_signature() -> DueSignature:
    return DueSignature(entry(SIGNATURE.id, 1, RecordKind.SIGNATURE), SIGNATURE)


def sent(*records: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(bundle(records, some_codings).body)
    return found


CORRECTED = replace(DOSE, revision=2, reason="nhầm số lô", override_reason="bác sĩ đồng ý", lot="NEW1")
ALL_KINDS = (due(), due(NOT_DONE), due(replace(CORRECTED, id=DoseId(ID.format(9)))), due_signature())


def test_bundles_are_valid_for_two_validators_of_other_projects() -> None:
    whole = sent(*ALL_KINDS, due(replace(DOSE, id=DoseId(ID.format(8)), status=DoseStatus.ENTERED_IN_ERROR)))
    R4Bundle.model_validate(whole)
    found = fhirkit_errors(whole)
    assert found == []


def fhirkit_errors(resource: dict[str, Any]) -> list[str]:
    return [f"{i.path}: {i.message}" for i in fhirkit.validate(resource) if i.severity == "error"]


def test_the_validators_do_find_what_is_wrong() -> None:
    whole = sent(due())
    whole["entry"][1]["resource"]["recorded"] = "12/11/2021"
    assert fhirkit_errors(whole)
    del whole["entry"][1]["resource"]["patient"]
    with pytest.raises(ValueError, match="patient"):
        R4Bundle.model_validate(whole)


@pytest.mark.parametrize("status", list(DoseStatus))
def test_required_codes_are_fhirs_own(status: DoseStatus) -> None:
    """Neither validator looks at codes."""
    patient, immunization = (e["resource"] for e in sent(due(replace(DOSE, status=status)))["entry"])
    assert immunization["status"] in {"completed", "entered-in-error", "not-done"}
    assert patient["gender"] in {"male", "female", "other", "unknown"}


def test_a_device_is_valid() -> None:
    resource = device("d-1", "Bàn 1", "79-Q10-P05", JWKS["keys"][1]["kid"], JWKS["keys"][1])
    R4Device.model_validate(resource)
    assert fhirkit_errors(resource) == []


def test_a_dose_says_what_the_contract_asks() -> None:
    patient, immunization = (e["resource"] for e in sent(due())["entry"])
    assert patient["identifier"] == [
        {"system": "urn:vn:cccd", "value": "079303000456"},
        {"system": "urn:vn:cmnd", "value": "025123456"},
    ]
    assert (patient["birthDate"], patient["gender"]) == ("2003", "female")
    assert immunization["occurrenceDateTime"] == "2021-11-12T10:41:00+07:00"
    assert immunization["patient"]["identifier"] == patient["identifier"][0]
    assert immunization["patient"]["type"] == "Patient"
    assert immunization["extension"] == [
        {"url": "urn:vaxdesk:ext:revision", "valueInteger": 1},
        {"url": "urn:vaxdesk:ext:sequence", "valueString": "d/1/7"},
        {"url": "urn:vaxdesk:ext:screening", "valueCode": "eligible"},
    ]
    assert [p["function"]["coding"][0]["code"] for p in immunization["performer"]] == ["AP", "EP"]
    assert immunization["doseQuantity"] == {
        "value": 0.3, "unit": "mL", "system": "http://unitsofmeasure.org", "code": "mL",
    }  # fmt: skip
    assert immunization["protocolApplied"][0]["doseNumberPositiveInt"] == 1
    assert {json.dumps(r["meta"]) for r in (patient, immunization)} == {
        '{"tag": [{"system": "urn:vaxdesk:site", "code": "79-Q10-P05"}]}'
    }


def test_a_dose_that_was_not_given_says_why_and_nothing_about_an_injection() -> None:
    resource = sent(due(NOT_DONE))["entry"][1]["resource"]
    assert resource["statusReason"]["coding"][0] == {"system": "urn:vaxdesk:not-done", "code": "postponed"}
    assert not {"lotNumber", "expirationDate", "site", "route", "doseQuantity"} & set(resource)


def test_a_person_travels_once_a_bundle_and_before_their_doses() -> None:
    whole = sent(due(), due(replace(DOSE, id=DoseId(ID.format(5)))), due(person=replace(PERSON, id=PersonId("other"))))
    kinds = [e["resource"]["resourceType"] for e in whole["entry"]]
    assert kinds == ["Patient", "Patient", "Immunization", "Immunization", "Immunization"]
    urls = [e["fullUrl"] for e in whole["entry"]]
    assert len(set(urls)) == 5 - 1  # the third dose is the first one again, for another person
    assert [e["resource"]["patient"]["reference"] for e in whole["entry"][2:]] == [urls[0], urls[0], urls[1]]
    assert whole["entry"][0]["request"] == {
        "method": "POST", "url": "Patient", "ifNoneExist": "identifier=urn:vn:cccd|079303000456",
    }  # fmt: skip


def test_the_same_records_make_the_same_bytes() -> None:
    assert bundle(ALL_KINDS, some_codings) == bundle(ALL_KINDS, some_codings)


def test_a_correction_names_the_version_it_replaces() -> None:
    last = Receipt(DOSE.id, 1, "4", NOON, "0" * 64)
    request = sent(due(CORRECTED, last=last))["entry"][1]["request"]
    assert request == {"method": "PUT", "url": f"Immunization/{DOSE.id}", "ifMatch": 'W/"4"'}
    assert "ifMatch" not in sent(due())["entry"][1]["request"]


def test_a_signature_names_each_dose_at_its_version() -> None:
    resource = sent(due_signature())["entry"][0]["resource"]
    assert resource["target"] == [{"reference": f"Immunization/{DOSE.id}/_history/1"}]
    assert base64.b64decode(resource["signature"][0]["data"]) == b"a.b.c"


def test_16_names_keep_their_marks_in_nfc() -> None:
    decomposed = unicodedata.normalize("NFD", "Nguyễn Đặng Quỳnh O'Brien <b>")
    body = bundle((due(person=replace(PERSON, name=decomposed)),), some_codings).body
    assert unicodedata.normalize("NFC", decomposed).encode() in body


def test_no_citizen_number_stands_in_any_address() -> None:
    for e in sent(*ALL_KINDS)["entry"]:
        assert PERSON.citizen_id.digits not in e["fullUrl"] + e["request"]["url"]


def test_every_vaccine_of_the_catalogue_has_codings_and_a_lost_one_keeps_its_code() -> None:
    products = catalogue.load()
    codings = of_catalogue(products)
    for vaccine in products.vaccines:
        found = codings(vaccine.code)
        assert found[0]["code"] == vaccine.code
        assert all(c["code"] for c in found)
    assert codings(VaccineCode("GONE")) == ({"system": "urn:vaxdesk:vaccine", "code": "GONE"},)
    comirnaty = {c["system"]: c["code"] for c in codings(VaccineCode("COMIRNATY"))}
    assert comirnaty["urn:vaxdesk:eu-dcc-mp"] == "EU/1/20/1528"


texts = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=30)


@given(texts, texts, st.floats(0.01, 10.0), st.integers(1, 99), st.sampled_from(list(Screening)))
def test_the_quick_hash_is_the_contracts_hash(
    lot: str, name: str, ml: float, number: int, screening: Screening
) -> None:
    dose = replace(DOSE, lot=lot, injector=name, dose_ml=ml, dose_number=number, screening=screening, reason=name)
    resource = sent(due(dose))["entry"][1]["resource"]
    assert own_content_hash(resource) == content_hash(resource)


def test_the_hash_ignores_what_a_server_adds_and_sees_what_it_changes() -> None:
    resource = sent(due())["entry"][1]["resource"]
    stored = json.loads(json.dumps(resource))
    stored["meta"] |= {"versionId": "3", "lastUpdated": "2021-11-12T04:00:00Z"}
    stored["text"] = {"status": "generated", "div": "<div/>"}
    stored["patient"] |= {"reference": "Patient/9", "display": "?"}
    assert content_hash(stored) == content_hash(resource)
    assert content_hash(stored | {"lotNumber": "FL4575"}) != content_hash(resource)
    stored["patient"]["identifier"]["value"] = "001090000123"
    assert content_hash(stored) != content_hash(resource)


def test_a_quantity_that_rounds_to_a_whole_number_is_one() -> None:
    assert repr(plain_number(0.9999999999)) == repr(plain_number(1.0)) == "1"
    assert repr(plain_number(0.3)) == "0.3"


@pytest.mark.parametrize("value", [0.0, -1.0, float("nan"), 1e9])
def test_an_impossible_quantity_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="range"):
        plain_number(value)


# --- what an answer must be to count (P5)


def answer(*responses: dict[str, str]) -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": "transaction-response", "entry": [{"response": r} for r in responses]}


PATIENT_DONE = {"status": "201 Created", "location": "Patient/1/_history/1", "etag": 'W/"1"'}


@pytest.mark.parametrize(
    "response",
    [
        {"status": "201", "location": f"Immunization/{DOSE.id}", "etag": 'W/"7"'},
        {"status": "201 Created", "location": f"Immunization/{DOSE.id}/_history/7", "etag": 'W/"7"'},
        {"status": "200 OK", "location": f"https://h.example/fhir/Immunization/{DOSE.id}/_history/7", "etag": '"7"'},
        {"status": "200", "location": f"/fhir/Immunization/{DOSE.id}", "etag": 'W/"7"'},
    ],
)
def test_every_allowed_form_of_a_receipt_is_read(response: dict[str, str]) -> None:
    sending = bundle((due(),), some_codings)
    at = datetime(2021, 11, 12, 4, tzinfo=UTC)
    (receipt,) = receipts(sending, answer(PATIENT_DONE, response), at)
    assert receipt == Receipt(DOSE.id, 1, "7", at, sending.parts[0].hash)
    timed = answer(PATIENT_DONE, response | {"lastModified": "2021-11-12T05:00:00.123Z"})
    assert receipts(sending, timed, at)[0].at.hour == 5


GOOD = {"status": "201", "location": f"Immunization/{DOSE.id}", "etag": 'W/"7"'}


@pytest.mark.parametrize(
    "found",
    [
        None,
        [],
        {},
        {"resourceType": "Bundle", "type": "batch-response", "entry": []},
        answer(),
        answer(GOOD),
        answer(PATIENT_DONE, GOOD, GOOD),
        answer(PATIENT_DONE, GOOD | {"status": "400 Bad"}),
        answer({"status": "422"}, GOOD),
        answer(PATIENT_DONE, GOOD | {"status": ""}),
        answer(PATIENT_DONE, GOOD | {"status": "2011"}),
        answer(PATIENT_DONE, GOOD | {"location": "Immunization/someone-else"}),
        answer(PATIENT_DONE, GOOD | {"location": f"Patient/{DOSE.id}"}),
        answer(PATIENT_DONE, GOOD | {"location": ""}),
        answer(PATIENT_DONE, GOOD | {"etag": ""}),
        answer(PATIENT_DONE, GOOD | {"location": f"Immunization/{DOSE.id}/_history/6"}),
        answer(GOOD, PATIENT_DONE),
        {"resourceType": "Bundle", "type": "transaction-response", "entry": [None, 3]},
    ],
)
def test_anything_less_is_no_receipt(found: Any) -> None:
    with pytest.raises(AnswerDoubtful, match=re.compile("^answer-")):
        receipts(bundle((due(),), some_codings), found, NOON)
