"""Type search and paging."""

from __future__ import annotations

import contextlib
import threading
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from platform_server import OTHER, SITE, TAG, Caller, Server, a_dose, a_patient, new_id, number_of, tagged
from test_platform_rest import an_organization, code_of

from vaxplatform.store.moments import bounds
from vaxplatform.store.refusals import Refused


def ids(answer) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [entry["resource"]["id"] for entry in answer.json().get("entry", [])]


def some_organizations(caller: Caller, count: int, site: str = SITE) -> list[str]:
    return [caller.put(an_organization(meta=tagged(site))).json()["id"] for _ in range(count)]


def a_person_with_doses(caller: Caller, count: int, number: str = number_of(1)) -> tuple[str, list[str]]:
    person = caller.post(a_patient(number)).json()["id"]
    doses = [a_dose(new_id(), f"Patient/{person}", number) for _ in range(count)]
    return person, [caller.put(dose).json()["id"] for dose in doses]


def test_by_ids(anyone: Caller) -> None:
    made = some_organizations(anyone, 4)
    assert ids(anyone.get(f"Organization?_id={made[2]},{made[0]},unknown")) == [made[0], made[2]]


def test_by_tag_and_by_several_tags(anyone: Caller) -> None:
    here, there, both = some_organizations(anyone, 1), some_organizations(anyone, 1, OTHER), new_id()
    anyone.put(an_organization(id=both, meta=tagged(SITE, OTHER)))
    assert ids(anyone.get(f"Organization?_tag={TAG}|{SITE}")) == [*here, both]
    assert ids(anyone.get(f"Organization?_tag={TAG}|{SITE},{TAG}|{OTHER}")) == [*here, *there, both]
    assert ids(anyone.get(f"Organization?_tag={TAG}|{SITE}&_tag={TAG}|{OTHER}")) == [both]
    assert ids(anyone.get(f"Organization?_tag={SITE}")) == [*here, both]


def test_by_identifier_with_and_without_system(anyone: Caller) -> None:
    person, _ = a_person_with_doses(anyone, 0)
    a_person_with_doses(anyone, 0, number_of(2))
    assert ids(anyone.search("Patient", identifier=f"urn:vn:cccd|{number_of(1)}")) == [person]
    assert ids(anyone.search("Patient", identifier=number_of(1))) == [person]
    assert len(ids(anyone.search("Patient", identifier="urn:vn:cccd|"))) == 2
    assert ids(anyone.search("Patient", identifier=f"urn:vn:cmnd|{number_of(1)}")) == []
    assert ids(anyone.search("Patient", identifier="%")) == []


def test_doses_of_a_patient(anyone: Caller) -> None:
    person, doses = a_person_with_doses(anyone, 2)
    a_person_with_doses(anyone, 1, number_of(2))
    for value in (person, f"Patient/{person}", f"{anyone.fhir}/Patient/{person}"):
        assert ids(anyone.get(f"Immunization?patient={value}")) == doses
    assert ids(anyone.search("Immunization", **{"patient.identifier": f"urn:vn:cccd|{number_of(1)}"})) == doses
    assert ids(anyone.search("Immunization", **{"patient.identifier": "urn:vn:cccd|000000000000"})) == []
    assert len(ids(anyone.get("Immunization?status=completed"))) == 3


def test_what_refers_to_a_dose(anyone: Caller) -> None:
    person, (dose,) = a_person_with_doses(anyone, 1)
    base = {"meta": tagged(SITE), "status": "current"}
    document = anyone.post(
        base
        | {
            "resourceType": "DocumentReference",
            "subject": {"reference": f"Patient/{person}"},
            "content": [{"attachment": {"contentType": "text/plain"}}],
            "context": {"related": [{"reference": f"Immunization/{dose}/_history/1"}]},
        }
    ).json()
    verified = anyone.post(
        {
            "resourceType": "VerificationResult",
            "target": [{"reference": f"Immunization/{dose}"}, {"reference": f"Patient/{person}"}],
            "status": "validated",
        }
    ).json()
    assert ids(anyone.get(f"DocumentReference?related=Immunization/{dose}")) == [document["id"]]
    assert ids(anyone.get(f"DocumentReference?subject=Patient/{person}&status=current")) == [document["id"]]
    assert ids(anyone.get(f"VerificationResult?target=Immunization/{dose}")) == [verified["id"]]


def test_a_changed_resource_is_found_by_what_it_says_now(anyone: Caller) -> None:
    one = an_organization(identifier=[{"system": "urn:x", "value": "old"}])
    anyone.put(one)
    anyone.put(one | {"identifier": [{"system": "urn:x", "value": "new"}]})
    assert ids(anyone.get("Organization?identifier=urn:x|old")) == []
    assert ids(anyone.get("Organization?identifier=urn:x|new")) == [one["id"]]


def test_last_updated_bounds(anyone: Caller) -> None:
    made = [anyone.put(an_organization()).json() for _ in range(3)]
    times = [one["meta"]["lastUpdated"] for one in made]
    found = [one["id"] for one in made]
    assert ids(anyone.get(f"Organization?_lastUpdated=ge{times[1]}")) == found[1:]
    assert ids(anyone.get(f"Organization?_lastUpdated=gt{times[1]}")) == found[2:]
    assert ids(anyone.get(f"Organization?_lastUpdated=le{times[1]}")) == found[:2]
    assert ids(anyone.get(f"Organization?_lastUpdated=lt{times[1]}")) == found[:1]
    assert ids(anyone.get(f"Organization?_lastUpdated={times[1]}")) == found[1:2]
    assert ids(anyone.get(f"Organization?_lastUpdated=ge{times[0]}&_lastUpdated=lt{times[2]}")) == found[:2]


def test_order_both_ways(anyone: Caller) -> None:
    made = some_organizations(anyone, 5)
    assert [one["id"] for one in anyone.all_pages("Organization?_sort=_lastUpdated&_count=2")] == made
    assert [one["id"] for one in anyone.all_pages("Organization?_sort=-_lastUpdated&_count=2")] == made[::-1]


def test_totals_and_links(anyone: Caller) -> None:
    some_organizations(anyone, 3)
    first = anyone.get("Organization?_count=2").json()
    assert (first["total"], len(first["entry"])) == (3, 2)
    links = {link["relation"]: link["url"] for link in first["link"]}
    last = anyone.get(links["next"]).json()
    assert (last["total"], len(last["entry"]), [link["relation"] for link in last["link"]]) == (3, 1, ["self"])
    assert anyone.get("Organization?_summary=count").json()["total"] == 3
    assert "entry" not in anyone.get("Organization?_count=0").json()
    assert anyone.get("Organization?_count=999999").status_code == 200
    assert "entry" not in anyone.get("Patient").json()


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("name=x", "parameter-unknown"),
        ("_include=x", "parameter-unknown"),
        ("_sort=name", "parameter-value"),
        ("_count=-1", "parameter-value"),
        ("_count=x", "parameter-value"),
        ("_lastUpdated=yesterday", "parameter-value"),
        ("_lastUpdated=ne2026", "parameter-value"),
        ("_lastUpdated=ge2026-13-40", "parameter-value"),
        ("_cursor=x", "parameter-value"),
        ("_id=,", "parameter-value"),
        ("_id=" + ",".join("x" * 2 for _ in range(2)) + "%00", "parameter-value"),
        ("_summary=true", "parameter-value"),
    ],
)
def test_what_cannot_be_searched_is_refused_not_ignored(anyone: Caller, query: str, code: str) -> None:
    answer = anyone.get(f"Organization?{query}")
    assert (answer.status_code, code_of(answer)) == (400, code)


def test_l4_page_links_of_a_posted_search_hide_what_was_searched(anyone: Caller) -> None:
    _, doses = a_person_with_doses(anyone, 5)
    answer = anyone.search("Immunization", **{"patient.identifier": f"urn:vn:cccd|{number_of(1)}", "_count": "2"})
    seen = ids(answer)
    links = answer.json()["link"]
    while following := [link["url"] for link in links if link["relation"] == "next"]:
        assert number_of(1) not in unquote(" ".join(link["url"] for link in links))
        answer = anyone.get(following[0])
        seen += ids(answer)
        links = answer.json()["link"]
    assert seen == doses


def test_a_made_up_page_link_has_ended(anyone: Caller) -> None:
    assert anyone.get("Patient?_page=AAAA").status_code == 410


def test_nothing_is_lost_or_repeated_while_others_write(plain_server: Server, anyone: Caller) -> None:
    """Failure: a page read while bundles commit passes over what committed behind it."""
    expected = set(some_organizations(anyone, 30))
    lock = threading.Lock()

    def write() -> None:
        writer = Caller(plain_server.fhir)
        for _ in range(12):
            entries = [an_organization() for _ in range(4)]
            answer = writer.transact(
                *(
                    {"resource": one, "request": {"method": "PUT", "url": f"Organization/{one['id']}"}}
                    for one in entries
                )
            )
            assert answer.status_code == 200
            with lock:
                expected.update(one["id"] for one in entries)
        writer.close()

    writers = [threading.Thread(target=write) for _ in range(2)]
    for writer in writers:
        writer.start()
    seen: list[str] = []
    cursor = ""
    while True:
        done_before = not any(writer.is_alive() for writer in writers)
        query = f"Organization?_sort=_lastUpdated&_count=7{cursor}"
        page = list(anyone.all_pages(query))
        seen += [one["id"] for one in page]
        if page:
            cursor = f"&_lastUpdated=gt{page[-1]['meta']['lastUpdated']}"
        if done_before and not page:
            break
    for writer in writers:
        writer.join()
    assert sorted(seen) == sorted(expected)


@pytest.mark.parametrize(
    ("value", "low", "high"),
    [
        ("1970-01-01", 0, 86_400_000_000 - 1),
        ("ge1970-01-01T07:00:00+07:00", 0, None),
        ("ge1970-01-01T07:00:00 07:00", 0, None),
        ("gt1970-01-01T00:00:00Z", 1_000_000, None),
        ("lt1970-01-01T00:00:00.5Z", None, 499_999),
        ("le1970-01-01T00:00:00.5Z", None, 599_999),
        ("ge1970-02", 31 * 86_400_000_000, None),
        ("le1970", None, 365 * 86_400_000_000 - 1),
    ],
)
def test_moments_stand_for_their_precision(value: str, low: int | None, high: int | None) -> None:
    assert bounds(value) == (low, high)


@settings(max_examples=200)
@given(st.text(alphabet="geltq0123456789-:TZ+. ", max_size=30))
def test_any_text_is_a_moment_or_refused(text: str) -> None:
    with contextlib.suppress(Refused):  # anything else is a bug
        low, high = bounds(text)
        assert low is not None or high is not None
