"""Transaction and batch bundles (contract P1-P6)."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from platform_server import (
    CCCD,
    SITE,
    Caller,
    Server,
    a_dose,
    a_patient,
    a_reaction,
    dose_entries,
    new_id,
    number_of,
    put_entry,
    tagged,
)
from test_platform_rest import an_organization, code_of
from test_platform_search import ids


def responses(answer) -> list[dict]:
    assert answer.status_code == 200, answer.text
    return [entry["response"] for entry in answer.json()["entry"]]


def test_p1_person_and_dose_arrive_together(anyone: Caller) -> None:
    dose = new_id()
    answer = anyone.transact(*dose_entries(dose))
    person, given = responses(answer)
    assert answer.json()["type"] == "transaction-response"
    assert (person["status"], given["status"]) == ("201 Created", "201 Created")
    assert (given["location"], given["etag"]) == (f"Immunization/{dose}/_history/1", 'W/"1"')
    stored = anyone.get(f"Immunization/{dose}").json()
    assert stored["meta"]["lastUpdated"] == given["lastModified"]
    assert f"{stored['patient']['reference']}/_history/1" == person["location"]
    assert all("resource" not in entry for entry in answer.json()["entry"])


def test_p1_prefer_representation_gives_the_resources(anyone: Caller) -> None:
    dose = new_id()
    answer = anyone.transact(*dose_entries(dose), Prefer="return=representation")
    assert [entry["resource"]["resourceType"] for entry in answer.json()["entry"]] == ["Patient", "Immunization"]


def test_p2_a_repeated_push_changes_nothing(anyone: Caller) -> None:
    entries = dose_entries(new_id())
    first = responses(anyone.transact(*entries))
    for _ in range(3):
        again = responses(anyone.transact(*entries))
        assert [one["status"] for one in again] == ["200 OK", "200 OK"]
        assert [(one["location"], one["etag"], one["lastModified"]) for one in again] == [
            (one["location"], one["etag"], one["lastModified"]) for one in first
        ]
    assert len(ids(anyone.get("Patient"))) == len(ids(anyone.get("Immunization"))) == 1


def test_p3_a_correction_is_bound_to_its_receipt(anyone: Caller) -> None:
    dose = new_id()
    responses(anyone.transact(*dose_entries(dose)))
    entries = dose_entries(dose, revision=2, lotNumber="L2")
    entries[1]["request"]["ifMatch"] = 'W/"1"'
    assert responses(anyone.transact(*entries))[1]["etag"] == 'W/"2"'
    stale = dose_entries(dose, revision=3, lotNumber="L3")
    stale[1]["request"]["ifMatch"] = 'W/"1"'
    refused = anyone.transact(*stale)
    assert (refused.status_code, code_of(refused)) == (412, "version-differs")
    assert refused.json()["issue"][0]["expression"] == ["Bundle.entry[1]"]


def test_p3_a_late_copy_of_an_old_revision_changes_nothing(anyone: Caller) -> None:
    dose = new_id()
    first = dose_entries(dose)
    responses(anyone.transact(*first))
    responses(anyone.transact(*dose_entries(dose, revision=2, status="entered-in-error")))
    late = anyone.transact(*first)
    assert (late.status_code, code_of(late)) == (409, "revision-older")
    assert anyone.get(f"Immunization/{dose}").json()["status"] == "entered-in-error"


def test_a_dose_without_revision_does_not_replace_one_with(anyone: Caller) -> None:
    dose = new_id()
    responses(anyone.transact(*dose_entries(dose)))
    bare = dose_entries(dose, extension=[{"url": "urn:x", "valueInteger": 9}])
    assert anyone.transact(*bare).status_code == 409


def test_all_or_nothing(anyone: Caller) -> None:
    good, bad = dose_entries(new_id()), dose_entries(new_id(), number_of(2), status="given")
    answer = anyone.transact(*good, *bad)
    assert (answer.status_code, code_of(answer)) == (422, "code-unknown")
    assert answer.json()["issue"][0]["expression"] == ["Bundle.entry[3].resource.Immunization.status"]
    assert ids(anyone.get("Patient")) == ids(anyone.get("Immunization")) == []


def test_a_rule_broken_late_rolls_back_what_was_written_before(anyone: Caller) -> None:
    """The citizen number is compared last, when everything else of the bundle is in place."""
    entries = [*dose_entries(new_id()), *dose_entries(new_id(), number_of(2))]
    entries[3]["resource"]["patient"]["identifier"]["value"] = number_of(3)
    answer = anyone.transact(*entries)
    assert (answer.status_code, code_of(answer)) == (422, "citizen-number-differs")
    assert answer.json()["issue"][0]["expression"][0].startswith("Bundle.entry[3]")
    assert ids(anyone.get("Patient")) == ids(anyone.get("Immunization")) == []


def test_two_doses_of_one_person_in_one_bundle(anyone: Caller) -> None:
    answer = anyone.transact(*dose_entries(new_id()), *dose_entries(new_id()))
    found = responses(answer)
    assert found[0]["location"] == found[2]["location"]
    assert len(ids(anyone.get("Patient"))) == 1


def test_a_known_person_is_reused(anyone: Caller) -> None:
    known = anyone.post(a_patient()).json()["id"]
    dose = new_id()
    person, _ = responses(anyone.transact(*dose_entries(dose)))
    assert (person["status"], person["location"]) == ("200 OK", f"Patient/{known}/_history/1")
    assert anyone.get(f"Immunization/{dose}").json()["patient"]["reference"] == f"Patient/{known}"


def test_a_conditional_reference_is_resolved(anyone: Caller) -> None:
    known = anyone.post(a_patient()).json()["id"]
    dose = new_id()
    entry = put_entry(a_dose(dose, f"Patient?identifier={CCCD}|{number_of(1)}"))
    responses(anyone.transact(entry))
    assert anyone.get(f"Immunization/{dose}").json()["patient"]["reference"] == f"Patient/{known}"
    unknown = put_entry(a_dose(new_id(), f"Patient?identifier={CCCD}|{number_of(9)}", number_of(9)))
    assert code_of(anyone.transact(unknown)) == "none-match"


def test_posts_may_refer_to_each_other_in_any_order(anyone: Caller) -> None:
    def entry(urn: str, resource: dict) -> dict:
        return {"fullUrl": urn, "resource": resource, "request": {"method": "POST", "url": resource["resourceType"]}}

    person, observation, event = (f"urn:uuid:{new_id()}" for _ in range(3))
    about = {"subject": {"reference": person, "identifier": {"system": CCCD, "value": number_of(1)}}}
    adverse = a_reaction("x", event, person)
    seen = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"text": "x"},
        "partOf": [{"reference": event}],
    } | about
    dose = {"resourceType": "Immunization"} | a_dose("x", person)
    answer = anyone.transact(
        entry(event, dose), entry(observation, seen), entry(new_id(), adverse), entry(person, a_patient())
    )
    found = responses(answer)
    assert [one["status"] for one in found] == ["201 Created"] * 4
    stored = anyone.get(found[1]["location"]).json()
    assert stored["partOf"][0]["reference"] == found[0]["location"].split("/_history")[0]


def test_a_reference_to_no_entry_is_refused(anyone: Caller) -> None:
    answer = anyone.transact(put_entry(a_dose(new_id(), f"urn:uuid:{new_id()}")))
    assert (answer.status_code, code_of(answer)) == (400, "reference-unresolved")


def test_the_same_resource_twice_is_refused(anyone: Caller) -> None:
    one = an_organization()
    answer = anyone.transact(put_entry(one), put_entry(one | {"name": "B"}))
    assert (answer.status_code, code_of(answer)) == (400, "same-resource-twice")
    assert anyone.get(f"Organization/{one['id']}").status_code == 404


@pytest.mark.parametrize(
    ("spoil", "status", "code"),
    [
        (lambda entry: entry.pop("request"), 400, "entry-unusable"),
        (lambda entry: entry.pop("resource"), 400, "not-a-resource"),
        (lambda entry: entry["request"].update(method="DELETE"), 405, "method-not-allowed"),
        (lambda entry: entry["request"].update(method="BREW"), 400, "entry-unusable"),
        (lambda entry: entry["request"].update(url="Organization"), 400, "entry-unusable"),
        (lambda entry: entry["request"].update(url="Organization/1?identifier=x"), 400, "entry-unusable"),
        (lambda entry: entry["request"].update(url="Spaceship/1"), 404, "type-unknown"),
        (lambda entry: entry["request"].update(url="Organization/other"), 400, "id-differs"),
        (lambda entry: entry["request"].update(url="Patient/other"), 400, "type-differs"),
        (lambda entry: entry["request"].update(ifMatch=1), 400, "entry-unusable"),
        (lambda entry: entry["request"].update(ifMatch="x"), 400, "if-match-unusable"),
    ],
)
def test_spoilt_entries_are_named(anyone: Caller, spoil: Callable[[dict], object], status: int, code: str) -> None:
    entry = put_entry(an_organization())
    anyone.put(entry["resource"])
    spoil(entry)
    answer = anyone.transact(put_entry(an_organization()), entry)
    assert (answer.status_code, code_of(answer)) == (status, code)
    assert answer.json()["issue"][0]["expression"][0].startswith("Bundle.entry[1]")
    assert len(ids(anyone.get("Organization"))) == 1


def test_limit_of_500_entries(anyone: Caller) -> None:
    answer = anyone.transact(*[put_entry(an_organization())] * 501)
    assert (answer.status_code, code_of(answer)) == (413, "too-many-entries")


@pytest.mark.parametrize("kind", ["collection", "history", None])
def test_other_bundles_are_refused(anyone: Caller, kind: str) -> None:
    answer = anyone.transact(put_entry(an_organization()), kind=kind)
    assert (answer.status_code, code_of(answer)) == (400, "bundle-kind")


def test_a_batch_holds_nothing_up(anyone: Caller) -> None:
    good, bad = an_organization(), an_organization(name=[])
    answer = anyone.transact(
        put_entry(good),
        put_entry(bad),
        {"request": {"method": "GET", "url": f"Organization/{good['id']}"}},
        {"request": {"method": "GET", "url": "Organization?_count=5"}},
        {"request": {"method": "GET", "url": "Organization/unknown"}},
        kind="batch",
    )
    statuses = [one["status"] for one in responses(answer)]
    assert answer.json()["type"] == "batch-response"
    assert statuses == ["201 Created", "422 Unprocessable Entity", "200 OK", "200 OK", "404 Not Found"]
    entries = answer.json()["entry"]
    assert entries[1]["response"]["outcome"]["resourceType"] == "OperationOutcome"
    assert entries[2]["resource"]["id"] == good["id"]
    assert entries[3]["resource"]["total"] == 1


def test_a_get_in_a_transaction_sees_what_it_wrote(anyone: Caller) -> None:
    one = an_organization()
    read = {"request": {"method": "GET", "url": f"Organization/{one['id']}"}}
    answer = anyone.transact(read, put_entry(one))
    assert [entry["response"]["status"] for entry in answer.json()["entry"]] == ["200 OK", "201 Created"]


def together(server: Server, work: Callable[[Caller, int], None], count: int = 4) -> None:
    """Runs the same work in several clients at the same moment; the first failure is raised."""
    barrier, failures = threading.Barrier(count), []

    def run(index: int) -> None:
        caller = Caller(server.fhir)
        try:
            barrier.wait(20)
            work(caller, index)
        except BaseException as failure:  # noqa: BLE001 - told in the main thread
            failures.append(failure)
        finally:
            caller.close()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    if failures:
        raise failures[0]


def test_racing_desks_make_one_person(plain_server: Server, anyone: Caller) -> None:
    """Failure: one person two records, when two desks meet the same citizen at the same moment."""

    def push(caller: Caller, _index: int) -> None:
        for turn in range(6):
            responses(caller.transact(*dose_entries(new_id(), number_of(turn))))

    together(plain_server, push)
    assert len(ids(anyone.get("Patient"))) == 6
    assert len(ids(anyone.get("Immunization"))) == 24


def test_two_writers_lose_no_version(plain_server: Server, anyone: Caller) -> None:
    one = an_organization()
    anyone.put(one)

    def change(caller: Caller, index: int) -> None:
        for turn in range(5):
            assert caller.put(one | {"name": f"Trạm {index}.{turn}"}).status_code == 200

    together(plain_server, change)
    versions = list(anyone.all_pages(f"Organization/{one['id']}/_history"))
    assert [int(version["meta"]["versionId"]) for version in versions] == list(range(21, 0, -1))
    times = [version["meta"]["lastUpdated"] for version in versions]
    assert times == sorted(set(times), reverse=True)


def test_of_racing_corrections_one_wins(plain_server: Server, anyone: Caller) -> None:
    one = an_organization()
    anyone.put(one)
    statuses: list[int] = []

    def correct(caller: Caller, index: int) -> None:
        statuses.append(caller.put(one | {"name": f"Trạm {index}"}, If_Match='W/"1"').status_code)

    together(plain_server, correct)
    assert sorted(statuses) == [200, 412, 412, 412]


def test_a_full_bundle_arrives_whole(anyone: Caller) -> None:
    entries = [entry for index in range(250) for entry in dose_entries(new_id(), number_of(index))]
    assert len(responses(anyone.transact(*entries))) == 500
    tag = tagged(SITE)["tag"][0]
    query = f"Immunization?_tag={tag['system']}|{tag['code']}&_count=200"
    assert len({one["id"] for one in anyone.all_pages(query)}) == 250
