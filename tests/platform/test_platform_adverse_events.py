"""Reactions at the platform (contract A1 to A3): what they must say, whose they are, that each state is kept and none written twice."""

from __future__ import annotations

from typing import Any

import pytest
from platform_server import (
    CCCD,
    OTHER,
    SITE,
    TAG,
    Caller,
    a_patient,
    a_reaction,
    dose_entries,
    new_id,
    number_of,
    put_entry,
    tagged,
)
from test_platform_bundle import responses
from test_platform_rest import code_of
from test_platform_search import ids

STATUS = "http://hl7.org/fhir/5.0/StructureDefinition/extension-AdverseEvent.status"


def a_dose_given(desk: Caller, number: str = number_of(1), site: str = SITE) -> tuple[str, str]:
    """A stored dose and its person, as references."""
    dose = new_id()
    person, _ = responses(desk.transact(*dose_entries(dose, number, site)))
    return f"Immunization/{dose}", person["location"].partition("/_history")[0]


def expression(answer: Any) -> str:
    found: str = answer.json()["issue"][0]["expression"][0]
    return found


def test_a_reaction_is_stored_read_found_and_kept_in_every_state(desk: Caller) -> None:
    dose, person = a_dose_given(desk)
    event = new_id()
    assert desk.put(a_reaction(event, dose, person)).status_code == 201
    later = a_reaction(event, dose, person, revision=2, date="2026-11-23T09:15:00+07:00")
    void = a_reaction(
        event, dose, person, revision=3, modifierExtension=[{"url": STATUS, "valueCode": "entered-in-error"}]
    )
    for version, resource in enumerate((later, void), start=1):
        answer = desk.put(resource, If_Match=f'W/"{version}"')
        assert (answer.status_code, answer.headers["ETag"]) == (200, f'W/"{version + 1}"')
    stored = desk.get(f"AdverseEvent/{event}").json()
    assert stored["modifierExtension"] == void["modifierExtension"]
    assert desk.get(f"AdverseEvent/{event}/_history/1").json()["date"] == "2026-11-23T09:20:00+07:00"
    assert len(desk.get(f"AdverseEvent/{event}/_history").json()["entry"]) == 3
    for query in (f"substance={dose}", f"subject={person}", f"_tag={TAG}|{SITE}", f"_id={event}"):
        assert ids(desk.get(f"AdverseEvent?{query}")) == [event]
    assert ids(desk.search("AdverseEvent", _id=event)) == [event]


def test_a_transaction_puts_the_person_and_the_reaction(desk: Caller) -> None:
    dose, person = a_dose_given(desk)
    event, urn = new_id(), f"urn:uuid:{new_id()}"
    condition = {"method": "POST", "url": "Patient", "ifNoneExist": f"identifier={CCCD}|{number_of(1)}"}
    entries = (
        {"fullUrl": urn, "resource": a_patient(), "request": condition},
        put_entry(a_reaction(event, dose, urn)),
    )
    for status in ("201 Created", "200 OK"):  # the second time nothing changes (P2)
        met, made = responses(desk.transact(*entries))
        assert (met["status"], made["status"]) == ("200 OK", status)
        assert made["location"] == f"AdverseEvent/{event}/_history/1"
    assert desk.get(f"AdverseEvent/{event}").json()["subject"]["reference"] == person


def test_a_late_copy_changes_nothing(desk: Caller) -> None:
    dose, person = a_dose_given(desk)
    event = new_id()
    desk.put(a_reaction(event, dose, person, revision=2))
    late = desk.put(a_reaction(event, dose, person, revision=1, date="2026-11-23T09:01:00+07:00"))
    assert (late.status_code, code_of(late)) == (409, "revision-older")
    stale = desk.put(a_reaction(event, dose, person, revision=3), If_Match='W/"7"')
    assert (stale.status_code, code_of(stale)) == (412, "version-differs")
    assert desk.get(f"AdverseEvent/{event}").json()["meta"]["versionId"] == "1"


OUTCOME = "http://terminology.hl7.org/CodeSystem/adverse-event-outcome"


@pytest.mark.parametrize(
    ("change", "status", "code", "element"),
    [
        ({"event": None}, 422, "element-required", "AdverseEvent.event.coding.code"),
        ({"event": {"text": "sốt"}}, 422, "element-required", "AdverseEvent.event.coding.code"),
        ({"date": None}, 422, "element-required", "AdverseEvent.date"),
        ({"suspectEntity": None}, 422, "element-required", "AdverseEvent.suspectEntity.instance"),
        ({"subject": None}, 422, "element-required", "AdverseEvent.subject"),
        ({"actuality": "perhaps"}, 422, "code-unknown", "AdverseEvent.actuality"),
        ({"outcome": {"coding": [{"system": OUTCOME, "code": "recovered"}]}}, 422, "code-unknown", "AdverseEvent.outcome"),
        ({"severity": {"text": "nặng"}}, 422, "code-unknown", "AdverseEvent.severity"),
        ({"date": "23/11/2026"}, 422, "structure", "AdverseEvent.date"),
    ],
)  # fmt: skip
def test_what_a_reaction_must_say(desk: Caller, change: dict[str, Any], status: int, code: str, element: str) -> None:
    dose, person = a_dose_given(desk)
    event = a_reaction(new_id(), dose, person) | change
    answer = desk.put({name: value for name, value in event.items() if value is not None})
    assert (answer.status_code, code_of(answer), expression(answer)) == (status, code, element)
    assert ids(desk.get("AdverseEvent")) == []


def test_r1_a_reaction_names_its_person_by_citizen_number(desk: Caller) -> None:
    dose, person = a_dose_given(desk)
    _, stranger = a_dose_given(desk, number_of(2))
    nameless = a_reaction(new_id(), dose, person) | {"subject": {"reference": person}}
    wrong = a_reaction(new_id(), dose, person, number_of(3))
    theirs = a_reaction(new_id(), dose, stranger, number_of(2))
    nobody = a_reaction(new_id(), dose, f"Patient/{new_id()}")
    local = a_reaction(new_id(), dose, person) | {"subject": {"identifier": {"system": CCCD, "value": number_of(1)}}}
    found = [
        (answer.status_code, code_of(answer)) for answer in map(desk.put, (nameless, wrong, theirs, nobody, local))
    ]
    assert found == [
        (422, "citizen-number-required"),
        (422, "citizen-number-differs"),
        (422, "dose-of-another"),
        (422, "reference-unknown"),
        (422, "reference-unknown"),
    ]
    told = desk.put(nameless).json()["issue"][0]["diagnostics"]
    assert told.startswith("AdverseEvent.subject.identifier must be")


def test_a_reaction_is_one_to_a_stored_dose(desk: Caller) -> None:
    dose, person = a_dose_given(desk)
    for reference in (
        f"Immunization/{new_id()}",
        person,
        "Medication/x",
        "https://elsewhere.invalid/fhir/Immunization/1",
    ):
        answer = desk.put(a_reaction(new_id(), reference, person))
        assert (answer.status_code, code_of(answer)) == (422, "reference-unknown"), reference
        assert expression(answer).endswith("suspectEntity.instance")
    several = a_reaction(new_id(), dose, person)
    several["suspectEntity"].append({"instance": {"reference": f"Immunization/{new_id()}"}})
    assert code_of(desk.put(several)) == "reference-unknown"


def test_r2_reactions_are_the_sites_own(desk: Caller, other_desk: Caller, service: Caller) -> None:
    dose, person = a_dose_given(desk)
    event = new_id()
    assert desk.put(a_reaction(event, dose, person)).status_code == 201
    assert (code_of(other_desk.get(f"AdverseEvent/{event}")), ids(other_desk.get("AdverseEvent"))) == ("foreign", [])
    assert code_of(other_desk.put(a_reaction(event, dose, person, site=OTHER, revision=5))) == "foreign"
    assert code_of(desk.put(a_reaction(new_id(), dose, person) | {"meta": tagged(OTHER)})) == "tag-foreign"
    responses(other_desk.transact(*dose_entries(new_id(), site=OTHER)))  # the person is theirs too now, the dose is not
    answer = other_desk.put(a_reaction(new_id(), dose, person, site=OTHER))
    assert (answer.status_code, code_of(answer)) == (422, "reference-unknown")
    assert ids(service.get("AdverseEvent")) == [event]


def test_the_capability_statement_names_adverse_events(desk: Caller) -> None:
    resources = desk.get("metadata").json()["rest"][0]["resource"]
    found = next(one for one in resources if one["type"] == "AdverseEvent")
    assert {one["code"] for one in found["interaction"]} >= {"read", "vread", "update", "create", "search-type"}
    assert {one["name"] for one in found["searchParam"]} >= {"subject", "substance", "_tag"}
    assert not desk("DELETE", f"AdverseEvent/{new_id()}").ok
