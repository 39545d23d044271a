"""What may be stored (R1, structure, codes) and by whom (R2)."""

from __future__ import annotations

import pytest
from platform_server import (
    CCCD,
    OTHER,
    SITE,
    TAG,
    Caller,
    Server,
    a_dose,
    a_patient,
    dose_entries,
    new_id,
    number_of,
    put_entry,
    tagged,
    token_for,
)
from test_platform_bundle import responses
from test_platform_rest import an_organization, code_of
from test_platform_search import ids

# --- structure and codes


@pytest.mark.parametrize(
    ("change", "code", "element"),
    [
        ({"gender": "F"}, "code-unknown", "Patient.gender"),
        ({"gender": ""}, "value-empty", "Patient.gender"),
        ({"gender": None}, "value-empty", "Patient.gender"),
        ({"name": []}, "value-empty", "Patient.name"),
        ({"name": [{}]}, "value-empty", "Patient.name[0]"),
        ({"name": "Thử"}, "structure", "Patient.name"),
        ({"birthDate": "03/02/1990"}, "structure", "Patient.birthDate"),
        ({"birthDate": "1990-13-01"}, "structure", "Patient.birthDate"),
        ({"nickname": "x"}, "structure", "Patient.nickname"),
        ({"name": [{"text": "a\u0000b"}]}, "text-unusable", "Patient.name[0].text"),
        ({"name": [{"text": "\ud800"}]}, "text-unusable", "Patient.name[0].text"),
        ({"contact": [{"gender": "F"}]}, "code-unknown", "Patient.contact[0].gender"),
        ({"identifier": [{"system": CCCD, "value": "07930000001"}]}, "citizen-number-malformed", "Patient.identifier"),
        (
            {"identifier": [{"system": CCCD, "value": "０79300000001"}]},
            "citizen-number-malformed",
            "Patient.identifier",
        ),
        ({"active": "true"}, "structure", "Patient.active"),
        ({"active": 1}, "structure", "Patient.active"),
        ({"birthDate": 0}, "structure", "Patient.birthDate"),
        ({"multipleBirthInteger": True}, "structure", "Patient.multipleBirthInteger"),
    ],
)
def test_malformed_people_are_refused_by_element(anyone: Caller, change: dict, code: str, element: str) -> None:
    answer = anyone.post(a_patient() | change)
    assert (answer.status_code, code_of(answer)) == (422, code)
    assert answer.json()["issue"][0]["expression"] == [element]
    assert ids(anyone.get("Patient")) == []


def test_a_refusal_repeats_no_value(anyone: Caller) -> None:
    for change in ({"birthDate": "NGÀY-LẠ"}, {"gender": "NGÀY-LẠ"}, {"name": [{"text": ["NGÀY-LẠ"]}]}):
        assert "NGÀY-LẠ" not in anyone.post(a_patient() | change).text


@pytest.mark.parametrize(
    ("gone", "code"),
    [("status", "element-required"), ("vaccineCode", "element-required"), ("occurrenceDateTime", "element-required")],
)
def test_a_dose_without_required_elements_is_refused(anyone: Caller, gone: str, code: str) -> None:
    person = anyone.post(a_patient()).json()["id"]
    dose = a_dose(new_id(), f"Patient/{person}")
    del dose[gone]
    answer = anyone.put(dose)
    assert (answer.status_code, code_of(answer)) == (422, code)


def test_deep_nesting_is_refused(anyone: Caller) -> None:
    extension: dict = {"url": "urn:x", "valueString": "x"}
    for _ in range(60):
        extension = {"url": "urn:x", "extension": [extension]}
    answer = anyone.post(a_patient(extension=[extension]))
    assert (answer.status_code, code_of(answer)) == (400, "too-deep")


# --- R1: no citizen number, no dose


@pytest.mark.parametrize(
    "identifier",
    [
        None,
        {"system": CCCD},
        {"value": number_of(1)},
        {"system": "urn:vn:cmnd", "value": number_of(1)},
        {"system": CCCD, "value": number_of(1)[:11]},
        {"system": CCCD, "value": number_of(1) + "0"},
        {"system": CCCD, "value": number_of(1)[:11] + "x"},
        {"system": CCCD, "value": number_of(1)[:11] + "٣"},
    ],
)
def test_r1_no_citizen_number_no_dose(anyone: Caller, identifier: dict | None) -> None:
    person = anyone.post(a_patient()).json()["id"]
    dose = a_dose(new_id(), f"Patient/{person}")
    dose["patient"]["identifier"] = identifier
    if identifier is None:
        del dose["patient"]["identifier"]
    answer = anyone.put(dose)
    assert (answer.status_code, code_of(answer)) == (422, "citizen-number-required")
    assert anyone.get(f"Immunization/{dose['id']}").status_code == 404


def test_r1_the_number_must_be_the_patients(anyone: Caller) -> None:
    person = anyone.post(a_patient()).json()["id"]
    answer = anyone.put(a_dose(new_id(), f"Patient/{person}", number_of(2)))
    assert (answer.status_code, code_of(answer)) == (422, "citizen-number-differs")


@pytest.mark.parametrize("reference", ["Patient/unknown", None, "Device/x", "http://elsewhere.invalid/fhir/Patient/1"])
def test_r1_the_patient_must_be_here(anyone: Caller, reference: str | None) -> None:
    dose = a_dose(new_id(), reference or "")
    if reference is None:
        del dose["patient"]["reference"]
    answer = anyone.put(dose)
    assert (answer.status_code, code_of(answer)) == (422, "reference-unknown")


def test_r1_also_holds_for_corrections_and_batches(anyone: Caller) -> None:
    dose = new_id()
    responses(anyone.transact(*dose_entries(dose)))
    stored = anyone.get(f"Immunization/{dose}").json()
    del stored["patient"]["identifier"]
    assert code_of(anyone.put(stored)) == "citizen-number-required"
    inside = anyone.transact(put_entry(stored), kind="batch").json()["entry"][0]["response"]
    assert inside["status"] == "422 Unprocessable Entity"


def test_one_patient_a_citizen_number(anyone: Caller) -> None:
    anyone.post(a_patient())
    answer = anyone.post(a_patient())
    assert (answer.status_code, code_of(answer)) == (409, "number-taken")
    assert anyone.put(a_patient(id=new_id())).status_code == 409


def test_a_patients_number_stays(anyone: Caller) -> None:
    person = anyone.post(a_patient()).json()
    changed = anyone.put(person | {"identifier": [{"system": CCCD, "value": number_of(2)}]})
    assert (changed.status_code, code_of(changed)) == (422, "citizen-number-fixed")
    assert anyone.put(person | {"birthDate": "1991"}).status_code == 200


# --- R2: a site and its business


def test_r2_a_site_does_not_see_anothers_resources(desk: Caller, other_desk: Caller, service: Caller) -> None:
    dose = new_id()
    person = responses(desk.transact(*dose_entries(dose)))[0]["location"].split("/")[1]
    for path in (
        f"Immunization/{dose}",
        f"Immunization/{dose}/_history",
        f"Immunization/{dose}/_history/1",
        f"Patient/{person}",
    ):
        assert desk.get(path).status_code == 200
        assert service.get(path).status_code == 200
        answer = other_desk.get(path)
        assert (answer.status_code, code_of(answer)) == (403, "foreign")
    for query in (
        "Immunization",
        f"Immunization?_id={dose}",
        f"Immunization?_tag={TAG}|{SITE}",
        f"Immunization?patient={person}",
    ):
        assert ids(other_desk.get(query)) == []
        assert other_desk.get(query).json()["total"] == 0
        assert ids(desk.get(query)) == [dose]
        assert ids(service.get(query)) == [dose]
    assert ids(other_desk.search("Patient", identifier=f"{CCCD}|{number_of(1)}")) == []


def test_r2_national_is_for_everybody(service: Caller, desk: Caller) -> None:
    answer = service.put(an_organization(meta=tagged("national")))
    path = f"Organization/{answer.json()['id']}"
    assert desk.get(path).status_code == 200
    assert len(ids(desk.get(f"Organization?_tag={TAG}|national"))) == 1
    assert len(ids(desk.get("Organization"))) == 1


@pytest.mark.parametrize(
    ("meta", "status", "code"),
    [
        (tagged(OTHER), 403, "tag-foreign"),
        (tagged(SITE, OTHER), 403, "tag-foreign"),
        (tagged(SITE, "national"), 403, "tag-foreign"),
        ({"tag": [{"system": "urn:x", "code": SITE}]}, 422, "tag-required"),
        ({"tag": [{"system": "urn:x", "code": "x"}, *tagged(SITE)["tag"]]}, 201, ""),
    ],
)
def test_r2_a_site_writes_exactly_its_own_tag(desk: Caller, meta: dict, status: int, code: str) -> None:
    answer = desk.post(a_patient() | {"meta": meta})
    assert answer.status_code == status
    assert status == 201 or code_of(answer) == code


def test_r2_a_site_does_not_overwrite_anothers(desk: Caller, other_desk: Caller) -> None:
    dose = new_id()
    responses(desk.transact(*dose_entries(dose)))
    attack = other_desk.transact(*dose_entries(dose, number_of(2), OTHER, revision=9, status="entered-in-error"))
    assert (attack.status_code, code_of(attack)) == (403, "foreign")
    assert desk.get(f"Immunization/{dose}").json()["status"] == "completed"


def test_r2_a_person_met_by_number_is_shared(desk: Caller, other_desk: Caller) -> None:
    mine, theirs = new_id(), new_id()
    person = responses(desk.transact(*dose_entries(mine)))[0]["location"].split("/")[1]
    entries = dose_entries(theirs, site=OTHER)
    met, _ = responses(other_desk.transact(*entries))
    assert met["status"] == "200 OK"
    assert met["location"] == f"Patient/{person}/_history/2"
    shared = other_desk.get(f"Patient/{person}").json()
    assert {tag["code"] for tag in shared["meta"]["tag"]} == {SITE, OTHER}
    assert shared["name"] == a_patient()["name"]
    assert ids(other_desk.get("Immunization")) == [theirs]
    assert ids(desk.get("Immunization")) == [mine]
    assert responses(other_desk.transact(*entries))[0]["etag"] == 'W/"2"'


def test_r2_a_shared_person_stays_shared_when_one_site_writes(desk: Caller, other_desk: Caller) -> None:
    person = responses(desk.transact(*dose_entries(new_id())))[0]["location"].split("/")[1]
    responses(other_desk.transact(*dose_entries(new_id(), site=OTHER)))
    changed = other_desk.put(a_patient(site=OTHER, id=person, birthDate="1990-02-04"))
    assert changed.status_code == 200
    assert desk.get(f"Patient/{person}").json()["birthDate"] == "1990-02-04"
    again = other_desk.put(a_patient(site=OTHER, id=person, birthDate="1990-02-04"))
    assert again.headers["ETag"] == changed.headers["ETag"]


@pytest.mark.parametrize(
    "resource",
    [
        {"resourceType": "VerificationResult", "status": "validated"},
        {
            "resourceType": "DocumentReference",
            "status": "current",
            "content": [{"attachment": {"contentType": "text/plain"}}],
        },
        {"resourceType": "Device", "status": "active"},
    ],
)
def test_a_site_does_not_certify_itself(desk: Caller, service: Caller, resource: dict) -> None:
    whole = resource | {"id": new_id(), "meta": tagged(SITE)}
    answer = desk.put(whole)
    assert (answer.status_code, code_of(answer)) == (403, "service-only")
    assert service.put(whole).status_code == 201
    assert desk.get(f"{whole['resourceType']}/{whole['id']}").status_code == 200


def test_a_site_does_not_refer_to_what_it_cannot_see(desk: Caller, other_desk: Caller) -> None:
    dose = new_id()
    person = responses(desk.transact(*dose_entries(dose)))[0]["location"].split("/")[1]
    stolen = other_desk.put(a_dose(new_id(), f"Patient/{person}", site=OTHER))
    assert (stolen.status_code, code_of(stolen)) == (422, "reference-unknown")
    provenance = {
        "resourceType": "Provenance",
        "id": new_id(),
        "meta": tagged(OTHER),
        "target": [{"reference": f"Immunization/{dose}/_history/1"}],
        "recorded": "2026-11-23T12:00:00+07:00",
        "agent": [{"who": {"display": "x"}}],
    }
    assert code_of(other_desk.put(provenance)) == "reference-unknown"
    assert desk.put(provenance | {"meta": tagged(SITE)}).status_code == 201


def test_a_narrow_scope_is_enough_for_its_own_only(server: Server) -> None:
    reader = Caller(server.fhir, token_for(server, SITE, "system/Immunization.rs", "reader"))
    assert reader.get("Immunization").status_code == 200
    for answer in (reader.get("Patient"), reader.post(a_patient()), reader.transact(*dose_entries(new_id()))):
        assert (answer.status_code, code_of(answer)) == (403, "scope-lacking")
    reader.close()
