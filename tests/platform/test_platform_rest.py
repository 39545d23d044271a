"""Create, update, read, vread, history: single resources over HTTP."""

from __future__ import annotations

import gzip
import json
import zlib
from email.utils import parsedate_to_datetime

import pytest
from platform_server import SITE, Caller, a_dose, a_patient, new_id, number_of, tagged

BODY_LIMIT = 4 * 1024 * 1024


def an_organization(**more: object) -> dict[str, object]:
    return {"resourceType": "Organization", "id": new_id(), "meta": tagged(SITE), "name": "Trạm Y tế"} | more


def code_of(answer) -> str:
    """The refusal code of an OperationOutcome."""
    outcome = answer.json()
    assert outcome["resourceType"] == "OperationOutcome"
    issue = outcome["issue"][0]
    assert issue["severity"] == "error"
    assert issue["diagnostics"]
    assert issue["details"]["text"]
    return issue["details"]["coding"][0]["code"]


def test_create_answers_with_id_version_and_place(anyone: Caller) -> None:
    answer = anyone.post(a_patient())
    stored = answer.json()
    assert answer.status_code == 201
    assert answer.headers["ETag"] == 'W/"1"'
    assert answer.headers["Location"] == f"{anyone.fhir}/Patient/{stored['id']}/_history/1"
    assert answer.headers["Content-Type"].startswith("application/fhir+json")
    assert parsedate_to_datetime(answer.headers["Last-Modified"]) is not None
    assert stored["meta"]["versionId"] == "1"
    assert stored["meta"]["tag"] == tagged(SITE)["tag"]
    assert anyone.get(f"Patient/{stored['id']}").json() == stored


def test_put_with_a_client_id_creates(anyone: Caller) -> None:
    resource = an_organization()
    answer = anyone.put(resource)
    assert answer.status_code == 201
    assert anyone.get(f"Organization/{resource['id']}").json()["name"] == "Trạm Y tế"


def test_p2_a_put_of_the_same_content_makes_no_version(anyone: Caller) -> None:
    resource = an_organization()
    first = anyone.put(resource)
    again = anyone.put(
        resource | {"meta": {**resource["meta"], "versionId": "77", "lastUpdated": "2020-01-01T00:00:00Z"}}
    )
    assert (again.status_code, again.headers["ETag"]) == (200, 'W/"1"')
    assert again.json() == first.json()


def test_a_change_makes_a_version_and_keeps_the_old_one(anyone: Caller) -> None:
    resource = an_organization()
    anyone.put(resource)
    changed = anyone.put(resource | {"name": "Trạm khác"})
    assert (changed.status_code, changed.headers["ETag"]) == (200, 'W/"2"')
    address = f"Organization/{resource['id']}"
    assert anyone.get(f"{address}/_history/1").json()["name"] == "Trạm Y tế"
    assert anyone.get(f"{address}/_history/2").json()["name"] == "Trạm khác"
    assert anyone.get(f"{address}/_history/3").status_code == 404


def test_history_is_whole_newest_first_and_paged(anyone: Caller) -> None:
    resource = an_organization()
    for index in range(5):
        anyone.put(resource | {"name": f"Trạm {index}"})
    seen = list(anyone.all_pages(f"Organization/{resource['id']}/_history?_count=2"))
    assert [one["meta"]["versionId"] for one in seen] == ["5", "4", "3", "2", "1"]
    page = anyone.get(f"Organization/{resource['id']}/_history").json()
    assert page["type"] == "history"
    assert [entry["response"]["status"] for entry in page["entry"]] == ["200 OK"] * 4 + ["201 Created"]


@pytest.mark.parametrize(("etag", "status"), [('W/"1"', 200), ('"1"', 200), ('W/"2"', 412), ("1", 400), ("*", 400)])
def test_p3_if_match_binds_to_the_stored_version(anyone: Caller, etag: str, status: int) -> None:
    resource = an_organization()
    anyone.put(resource)
    answer = anyone.put(resource | {"name": "Trạm khác"}, If_Match=etag)
    assert answer.status_code == status
    stored = anyone.get(f"Organization/{resource['id']}").json()
    assert stored["name"] == ("Trạm khác" if status == 200 else "Trạm Y tế")


def test_if_match_on_what_is_not_there_is_412(anyone: Caller) -> None:
    assert anyone.put(an_organization(), If_Match='W/"1"').status_code == 412


def test_a_repeated_correction_with_its_old_if_match_is_412(anyone: Caller) -> None:
    """Contract P4: the desk reads, and finds its own content."""
    resource = an_organization()
    anyone.put(resource)
    correction = resource | {"name": "Trạm khác"}
    anyone.put(correction, If_Match='W/"1"')
    assert anyone.put(correction, If_Match='W/"1"').status_code == 412
    assert anyone.get(f"Organization/{resource['id']}").json()["meta"]["versionId"] == "2"


def test_conditional_create_by_header(anyone: Caller) -> None:
    condition = f"identifier=urn:vn:cccd|{number_of(1)}"
    first = anyone.post(a_patient(), If_None_Exist=condition)
    again = anyone.post(a_patient(), If_None_Exist=condition)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    assert again.headers["Location"] == first.headers["Location"]


def test_conditional_create_that_meets_several_is_412(anyone: Caller) -> None:
    for _ in range(2):
        anyone.put(an_organization(identifier=[{"system": "urn:x", "value": "1"}]))
    answer = anyone.post(an_organization(), If_None_Exist="identifier=urn:x|1")
    assert (answer.status_code, code_of(answer)) == (412, "several-match")


def test_last_updated_rises_strictly(anyone: Caller) -> None:
    times = [anyone.put(an_organization()).json()["meta"]["lastUpdated"] for _ in range(20)]
    assert times == sorted(set(times))


def test_read_of_the_known_version_is_304(anyone: Caller) -> None:
    resource = an_organization()
    anyone.put(resource)
    answer = anyone.get(f"Organization/{resource['id']}", If_None_Match='W/"1"')
    assert (answer.status_code, answer.content) == (304, b"")


def test_prefer_minimal_gives_no_body(anyone: Caller) -> None:
    answer = anyone.put(an_organization(), Prefer="return=minimal")
    assert (answer.status_code, answer.content) == (201, b"")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "Patient/unknown", 404, "not-known"),
        ("GET", "Patient/unknown/_history", 404, "not-known"),
        ("GET", "Patient/unknown/_history/1", 404, "not-known"),
        ("GET", "Patient/x/_history/one", 404, "not-known"),
        ("GET", "Spaceship", 404, "type-unknown"),
        ("GET", "Spaceship/1", 404, "type-unknown"),
        ("GET", "Patient/a%20b", 400, "id-unusable"),
        ("GET", "Patient/x/y/z", 404, "no-such-address"),
        ("DELETE", "Patient/unknown", 405, "method-not-allowed"),
        ("PATCH", "Patient/unknown", 405, "method-not-allowed"),
        ("GET", "", 405, "method-not-allowed"),
    ],
)
def test_refused_addresses_say_so(anyone: Caller, method: str, path: str, status: int, code: str) -> None:
    answer = anyone(method, path)
    assert (answer.status_code, code_of(answer)) == (status, code)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "unreadable-json"),
        (b"{", "unreadable-json"),
        (b"\xff{}", "unreadable-json"),
        (b'{"resourceType":"Organization","name":NaN}', "unreadable-json"),
        (b"[" * 100_000, "too-deep"),
        (b"[]", "not-a-resource"),
        (b"{}", "not-a-resource"),
        (b'{"resourceType":7}', "not-a-resource"),
        (b'{"resourceType":"Patient"}', "type-differs"),
    ],
)
def test_unreadable_bodies_are_400(anyone: Caller, body: bytes, code: str) -> None:
    answer = anyone("POST", "Organization", body)
    assert (answer.status_code, code_of(answer)) == (400, code)


def test_put_refuses_another_id(anyone: Caller) -> None:
    answer = anyone("PUT", f"Organization/{new_id()}", an_organization())
    assert (answer.status_code, code_of(answer)) == (400, "id-differs")


def test_other_media_types_are_415(anyone: Caller) -> None:
    answer = anyone("POST", "Organization", b"<Organization/>", Content_Type="application/fhir+xml")
    assert (answer.status_code, code_of(answer)) == (415, "media-type")


def test_gzip_bodies_are_taken_and_given(anyone: Caller) -> None:
    resource = an_organization(alias=["tên khác " * 20] * 20)
    body = gzip.compress(json.dumps(resource).encode())
    made = anyone("PUT", f"Organization/{resource['id']}", body, Content_Encoding="gzip")
    assert made.status_code == 201
    got = anyone.get(f"Organization/{resource['id']}", Accept_Encoding="gzip")
    assert got.headers["Content-Encoding"] == "gzip"
    assert got.json()["alias"] == resource["alias"]
    plain = anyone.get(f"Organization/{resource['id']}", Accept_Encoding="identity")
    assert "Content-Encoding" not in plain.headers


def test_a_gzip_bomb_is_413(anyone: Caller) -> None:
    bomb = gzip.compress(b" " * (BODY_LIMIT + 1))
    assert len(bomb) < 10_000
    answer = anyone("POST", "Organization", bomb, Content_Encoding="gzip")
    assert (answer.status_code, code_of(answer)) == (413, "too-large")


@pytest.mark.parametrize(
    "cut", [b"no gzip", gzip.compress(b"{}", mtime=0)[:-3], gzip.compress(b"{}", mtime=0) + b"more"]
)
def test_damaged_gzip_is_400(anyone: Caller, cut: bytes) -> None:
    assert anyone("POST", "Organization", cut, Content_Encoding="gzip").status_code == 400


def test_unknown_encoding_is_415(anyone: Caller) -> None:
    assert anyone("POST", "Organization", zlib.compress(b"{}"), Content_Encoding="br").status_code == 415


def test_limit_over_4_mib_is_413(anyone: Caller) -> None:
    answer = anyone("POST", "Organization", b" " * (BODY_LIMIT + 1))
    assert (answer.status_code, code_of(answer)) == (413, "too-large")


def test_names_with_diacritics_and_markup_come_back_as_they_went(anyone: Caller) -> None:
    name = "Đặng “Thị” <b>O'Brien</b> \\u0000 &amp; Ỷ"
    made = anyone.post(a_patient(name=[{"text": name}])).json()
    assert anyone.get(f"Patient/{made['id']}").json()["name"] == [{"text": name}]


def test_a_dose_comes_back_with_exactly_its_facts(anyone: Caller) -> None:
    person = anyone.post(a_patient()).json()
    dose = a_dose(new_id(), f"Patient/{person['id']}")
    anyone.put(dose)
    stored = anyone.get(f"Immunization/{dose['id']}").json()
    assert {k: v for k, v in stored.items() if k != "meta"} == {k: v for k, v in dose.items() if k != "meta"}


def test_metadata_tells_what_is_there(anyone: Caller) -> None:
    statement = anyone.get("metadata").json()
    assert (statement["resourceType"], statement["fhirVersion"]) == ("CapabilityStatement", "4.0.1")
    types = {one["type"]: one for one in statement["rest"][0]["resource"]}
    assert {"Patient", "Immunization", "AdverseEvent", "Task", "MeasureReport"} <= types.keys()
    assert types["Immunization"]["conditionalCreate"] is True
    assert "identifier" not in {param["name"] for param in types["Provenance"]["searchParam"]}
    assert {"code": "transaction"} in statement["rest"][0]["interaction"]


def test_the_capability_statement_is_valid_fhir(anyone: Caller) -> None:
    from fhir.resources.R4B import get_fhir_model_class

    get_fhir_model_class("CapabilityStatement").model_validate(anyone.get("metadata").json())


def test_links_follow_the_callers_own_name_for_the_platform(anyone: Caller) -> None:
    local = anyone.fhir.replace("127.0.0.1", "localhost")
    assert anyone("GET", f"{local}/Patient").json()["link"][0]["url"] == f"{local}/Patient"
    strange = anyone("GET", f"{anyone.fhir}/Patient", Host="evil.invalid").json()
    assert strange["link"][0]["url"] == f"{anyone.fhir}/Patient"
