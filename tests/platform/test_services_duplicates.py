"""The same dose of one citizen at two desks (contract S5): both sites are told; mended, it is cancelled; nothing is merged."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from platform_server import OTHER, SITE, TAG, Caller, Server, dose_entries, new_id, number_of, put_entry, token_for
from test_platform_bundle import responses

from vaxplatform.services.duplicates import find_duplicates
from vaxplatform.services.fhir_client import FhirClient

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
TODAY, LATER = "2026-11-23T09:00:00+07:00", "2026-12-21T09:00:00+07:00"


@pytest.fixture
def fhir(server: Server) -> Iterator[FhirClient]:
    client = FhirClient(server.fhir, lambda: token_for(server, "", "system/*.*"))
    yield client
    client.close()


def protocol(number: int, series: str = "primary", disease: str = "840539006") -> list[dict[str, Any]]:
    target = [{"coding": [{"system": "http://snomed.info/sct", "code": disease}]}]
    return [{"series": series, "targetDisease": target, "doseNumberPositiveInt": number}]


def given(by: Caller, site: str = SITE, number: int = 1, at: str = TODAY, person: int = 1, **more: Any) -> str:
    dose = new_id()
    facts = {"protocolApplied": protocol(number), "occurrenceDateTime": at} | more
    responses(by.transact(*dose_entries(dose, number_of(person), site, **facts)))
    return dose


def a_round(fhir: FhirClient) -> int:
    return find_duplicates(fhir, list(fhir.search("Immunization")), NOW).count


def issues(caller: Caller, site: str = SITE) -> list[dict[str, Any]]:
    return list(caller.all_pages(f"DetectedIssue?_tag={TAG}|{site}"))


def test_the_same_dose_at_two_sites_is_told_to_both(desk: Caller, other_desk: Caller, fhir: FhirClient) -> None:
    pair = {given(desk), given(other_desk, OTHER, at=LATER)}
    assert a_round(fhir) == 1
    (here,), (there,) = issues(desk), issues(other_desk, OTHER)
    assert here == there
    assert (here["status"], here["code"]["coding"][0]["code"]) == ("final", "DUPTHPY")
    references = [one["reference"] for one in here["implicated"]]
    assert references == sorted(f"Immunization/{dose}" for dose in pair)


def test_two_desks_of_one_site_are_told_too(desk: Caller, fhir: FhirClient) -> None:
    given(desk)
    given(desk, at=LATER)
    assert a_round(fhir) == 1
    assert len(issues(desk)) == 1


def test_a_second_round_writes_nothing(desk: Caller, other_desk: Caller, fhir: FhirClient) -> None:
    given(desk)
    given(other_desk, OTHER)
    assert (a_round(fhir), a_round(fhir)) == (1, 0)


@pytest.mark.parametrize(
    "second",
    [
        {"number": 2, "at": LATER},
        {"at": LATER, "protocolApplied": protocol(1, "booster")},
        {"protocolApplied": protocol(1, disease="other")},
        {"person": 2},
    ],
)
def test_what_is_another_dose_is_no_duplicate(
    desk: Caller, other_desk: Caller, fhir: FhirClient, second: dict[str, Any]
) -> None:
    given(desk)
    given(other_desk, OTHER, **second)
    assert a_round(fhir) == 0


@pytest.mark.parametrize("status", ["not-done", "entered-in-error"])
def test_only_given_doses_count(desk: Caller, other_desk: Caller, fhir: FhirClient, status: str) -> None:
    given(desk)
    given(other_desk, OTHER, status=status)
    assert a_round(fhir) == 0


def test_two_numbers_on_one_vietnamese_day_are_told(desk: Caller, other_desk: Caller, fhir: FhirClient) -> None:
    given(desk, at="2026-11-23T23:30:00+07:00")
    given(other_desk, OTHER, number=2, at="2026-11-22T18:00:00Z")  # 01:00 on the 23rd in Viet Nam
    assert a_round(fhir) == 1


def changed(by: Caller, dose: str, revision: int, **more: Any) -> None:
    stored = by.get(f"Immunization/{dose}").json()
    extension = [{"url": "urn:vaxdesk:ext:revision", "valueInteger": revision}]
    responses(by.transact(put_entry(stored | {"extension": extension} | more)))


@pytest.mark.parametrize("mended", [{"status": "entered-in-error"}, {"protocolApplied": protocol(2)}])
def test_a_pair_that_was_mended_is_cancelled_and_may_come_back(
    desk: Caller, other_desk: Caller, fhir: FhirClient, mended: dict[str, Any]
) -> None:
    given(desk)
    theirs = given(other_desk, OTHER, at=LATER)
    a_round(fhir)
    changed(other_desk, theirs, 2, **mended)
    assert a_round(fhir) == 1
    assert [issue["status"] for issue in issues(desk)] == ["cancelled"]
    changed(other_desk, theirs, 3, status="completed", protocolApplied=protocol(1))
    a_round(fhir)
    assert [issue["status"] for issue in issues(desk)] == ["final"]


def test_a_site_writes_no_issue_itself(desk: Caller) -> None:
    issue = {
        "resourceType": "DetectedIssue",
        "id": new_id(),
        "status": "final",
        "meta": {"tag": [{"system": TAG, "code": SITE}]},
    }
    assert desk.put(issue).status_code == 403
