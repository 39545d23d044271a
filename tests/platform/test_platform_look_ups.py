"""History at check-in (contract H1): doses of named citizens over all sites, by POST alone, and written down without a number."""

from __future__ import annotations

import pytest
from platform_server import OTHER, SITE, Caller, dose_entries, new_id, number_of
from test_platform_bundle import responses
from test_platform_rest import code_of
from test_platform_search import ids


def asked(*numbers: str) -> dict[str, str]:
    return {"patient.identifier": ",".join(f"urn:vn:cccd|{number}" for number in numbers)}


@pytest.fixture
def theirs(other_desk: Caller) -> str:
    dose = new_id()
    responses(other_desk.transact(*dose_entries(dose, number_of(2), OTHER)))
    return dose


def test_a_dose_of_another_site_is_found_by_the_citizens_number(desk: Caller, theirs: str) -> None:
    mine = new_id()
    responses(desk.transact(*dose_entries(mine, number_of(2))))
    assert set(ids(desk.search("Immunization", **asked(number_of(2))))) == {theirs, mine}


def test_nobody_elses_doses_are_told(desk: Caller, other_desk: Caller, theirs: str) -> None:
    responses(other_desk.transact(*dose_entries(new_id(), number_of(3), OTHER)))
    assert ids(desk.search("Immunization", **asked(number_of(2), number_of(9)))) == [theirs]


@pytest.mark.parametrize("more", [{"_tag": f"urn:vaxdesk:site|{OTHER}"}, {"status": "completed"}, {"_id": "x"}])
def test_with_anything_else_beside_the_sites_bound_holds(desk: Caller, theirs: str, more: dict[str, str]) -> None:
    assert theirs not in desk.search("Immunization", **asked(number_of(2)), **more).text


@pytest.mark.parametrize("kind", ["Patient", "VerificationResult"])
def test_other_resources_stay_bounded(desk: Caller, theirs: str, kind: str) -> None:
    name = "identifier" if kind == "Patient" else "_id"
    found = desk.search(kind, **{name: f"urn:vn:cccd|{number_of(2)}"})
    assert ids(found) == []


def test_reading_by_id_stays_another_sites_business(desk: Caller, theirs: str) -> None:
    assert desk.get(f"Immunization/{theirs}").status_code == 403


@pytest.mark.parametrize(
    "value",
    ["urn:vn:cccd|", "079303000456", "urn:vn:cccd|07930300045", "urn:vn:cmnd|079303000456", "urn:vn:cccd|%", "|"],
)
def test_only_whole_citizen_numbers_are_looked_up(desk: Caller, theirs: str, value: str) -> None:
    assert code_of(desk.search("Immunization", **{"patient.identifier": value})) == "parameter-value"


def test_at_most_fifty_citizens_at_once(desk: Caller, theirs: str) -> None:
    numbers = [number_of(i) for i in range(2, 53)]
    assert code_of(desk.search("Immunization", **asked(*numbers))) == "parameter-value"
    assert ids(desk.search("Immunization", **asked(*numbers[:50]))) == [theirs]


@pytest.mark.parametrize("address", ["Immunization?patient.identifier=", "Patient?identifier="])
def test_a_number_in_an_address_is_refused(desk: Caller, theirs: str, address: str) -> None:
    assert code_of(desk.get(f"{address}urn:vn:cccd|{number_of(2)}")) == "number-in-address"


def test_who_asked_is_written_down_without_the_number(desk: Caller, service: Caller, theirs: str) -> None:
    desk.search("Immunization", **asked(number_of(2), number_of(9)))
    (event,) = [entry["resource"] for entry in service.search("AuditEvent").json()["entry"]]
    detail = {one["type"]: one["valueString"] for one in event["entity"][0]["detail"]}
    assert detail == {"citizens": "2", "doses": "1"}
    assert event["agent"][0]["who"]["identifier"]["value"]
    assert event["meta"]["tag"][0]["code"] == SITE
    assert number_of(2) not in str(event)


def test_a_token_that_may_not_search_may_not_look_up(server, theirs: str) -> None:
    from platform_server import token_for

    caller = Caller(server.fhir, token_for(server, SITE, "system/*.write"))
    assert caller.search("Immunization", **asked(number_of(2))).status_code == 403
    caller.close()
