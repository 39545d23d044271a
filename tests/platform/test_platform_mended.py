"""Conditional update (contract P12; FHIR R4 3.1.0.4.3): in a bundle and alone, for the site, for another one, and for nobody else's."""

from __future__ import annotations

from typing import Any

import pytest
from platform_server import CCCD, OTHER, SITE, Caller, a_dose, a_patient, new_id, number_of, put_entry
from test_platform_rest import code_of
from test_platform_search import ids

WHERE = f"Patient?identifier={CCCD}|{number_of(1)}"


def mended(patient: dict[str, Any] | None = None, url: str = WHERE, **request: str) -> dict[str, Any]:
    """The entry P12 sends."""
    resource = patient or a_patient(name=[{"use": "official", "text": "Nguyễn Văn Ân"}])
    return {
        "fullUrl": f"urn:uuid:{new_id()}",
        "resource": resource,
        "request": {"method": "PUT", "url": url} | request,
    }


def done(caller: Caller, *entries: dict[str, Any]) -> list[dict[str, Any]]:
    answer = caller.transact(*entries)
    assert answer.status_code == 200, answer.text
    return [entry["response"] for entry in answer.json()["entry"]]


def the_patient(caller: Caller) -> dict[str, Any]:
    (found,) = caller.search("Patient", identifier=f"{CCCD}|{number_of(1)}").json()["entry"]
    return found["resource"]


def sites_of(patient: dict[str, Any]) -> set[str]:
    return {tag["code"] for tag in patient["meta"]["tag"]}


def test_nobody_meets_it_so_it_is_made_and_its_dose_refers_to_it(anyone: Caller) -> None:
    person = mended()
    dose = a_dose(new_id(), person["fullUrl"])
    made, given = done(anyone, person, put_entry(dose))
    assert (made["status"], given["status"]) == ("201 Created", "201 Created")
    stored = anyone.get(f"Immunization/{dose['id']}").json()
    assert made["location"] == f"{stored['patient']['reference']}/_history/1"


def test_one_meets_it_so_that_one_is_changed_and_the_same_facts_change_nothing(anyone: Caller) -> None:
    known = anyone.post(a_patient()).json()
    (first,) = done(anyone, mended())
    (again,) = done(anyone, mended())
    assert first["status"] == again["status"] == "200 OK"
    assert first["location"] == again["location"] == f"Patient/{known['id']}/_history/2"
    assert the_patient(anyone)["name"][0]["text"] == "Nguyễn Văn Ân"
    assert len(ids(anyone.get("Patient"))) == 1


def test_several_meet_it_so_the_whole_bundle_is_refused(anyone: Caller) -> None:
    anyone.post(a_patient())
    both = a_patient(number_of(2))
    both["identifier"].append({"system": "urn:vn:cmnd", "value": "123456789"})
    other = a_patient(number_of(3))
    other["identifier"].append({"system": "urn:vn:cmnd", "value": "123456789"})
    assert anyone.post(both).status_code == anyone.post(other).status_code == 201
    answer = anyone.transact(mended(both, "Patient?identifier=urn:vn:cmnd|123456789"))
    assert (answer.status_code, code_of(answer)) == (412, "several-match")
    assert answer.json()["issue"][0]["code"] == "multiple-matches"


def test_another_sites_tag_stays_and_ours_is_added(desk: Caller, other_desk: Caller) -> None:
    assert other_desk.post(a_patient(site=OTHER)).status_code == 201
    (changed,) = done(desk, mended(a_patient(name=[{"text": "Nguyễn Văn Ân"}], site=SITE)))
    assert changed["status"] == "200 OK"
    assert sites_of(the_patient(desk)) == sites_of(the_patient(other_desk)) == {SITE, OTHER}


def test_only_a_patient_met_by_its_number_is_shared(desk: Caller, other_desk: Caller) -> None:
    """A national resource of another site is met by its identifier too, and stays theirs."""
    with_old = a_patient(site=OTHER)
    with_old["identifier"].append({"system": "urn:vn:cmnd", "value": "123456789"})
    theirs = other_desk.post(with_old).json()
    answer = desk.transact(mended(a_patient(number_of(2), site=SITE), "Patient?identifier=urn:vn:cmnd|123456789"))
    assert answer.status_code == 200  # unseen: another one is made
    assert other_desk.get(f"Patient/{theirs['id']}").json()["meta"]["versionId"] == "1"


@pytest.mark.parametrize("tag", [OTHER, "national"])
def test_a_foreign_tag_is_refused(desk: Caller, tag: str) -> None:
    answer = desk.transact(mended(a_patient(site=tag)))
    assert answer.status_code in (403, 422)
    assert ids(desk.get("Patient")) == []


def test_the_number_cannot_be_taken_from_it(anyone: Caller) -> None:
    anyone.post(a_patient())
    answer = anyone.transact(mended(a_patient(number_of(2))))
    assert code_of(answer) == "citizen-number-fixed"


def test_an_id_of_its_own_must_be_the_one_that_is_met(anyone: Caller) -> None:
    known = anyone.post(a_patient()).json()
    assert done(anyone, mended(a_patient(id=known["id"])))[0]["status"] == "200 OK"
    assert code_of(anyone.transact(mended(a_patient(id=new_id())))) == "id-differs"
    fresh = a_patient(number_of(2), id=new_id())
    (made,) = done(anyone, mended(fresh, f"Patient?identifier={CCCD}|{number_of(2)}"))
    assert made["location"] == f"Patient/{fresh['id']}/_history/1"  # update as create


def test_if_match_holds_here_too(anyone: Caller) -> None:
    anyone.post(a_patient())
    assert code_of(anyone.transact(mended(ifMatch='W/"7"'))) == "version-differs"
    assert done(anyone, mended(ifMatch='W/"1"'))[0]["etag"] == 'W/"2"'


def test_alone_by_put_with_a_condition_but_no_number_of_a_citizen_from_a_desk(service: Caller, desk: Caller) -> None:
    first, again = service("PUT", WHERE, a_patient()), service("PUT", WHERE, a_patient())
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.headers["ETag"] == again.headers["ETag"] == 'W/"1"'
    assert first.headers["Location"] == again.headers["Location"]
    assert code_of(desk("PUT", WHERE, a_patient())) == "number-in-address"  # L4
    assert service("PUT", "Patient", a_patient()).status_code == 405


def test_what_is_no_condition_is_refused(anyone: Caller) -> None:
    for url in ("Patient", "Patient?", "Patient?nonsense=1"):
        assert anyone.transact(mended(url=url)).status_code == 400
