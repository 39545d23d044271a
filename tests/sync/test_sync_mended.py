"""A mended identity reaches the platform (contract P12): by itself, once, whatever the line does, and never at the cost of a dose."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from support import faulty
from support.builders import a_draft, a_person, another_person
from support.model_server import ModelPlatform
from support.model_store import content_sha256
from support.sync_bench import Bench

from vaxdesk.models import citizen_id
from vaxdesk.models import tables as t
from vaxdesk.models.findings import Finding, IdentityFound
from vaxdesk.models.values import DoseId, Identity, PersonDraft, RecordKind

WRONG, RIGHT = a_person(name="Tran Thi Bich"), a_person()


def body_of(request: Any) -> Any:
    body = request.body
    return json.loads(gzip.decompress(body) if request.headers.get("Content-Encoding") == "gzip" else body)


def mend(bench: Bench, facts: PersonDraft = RIGHT) -> None:
    bench.desk.work.desk.mend_person(citizen_id.parse(facts.citizen_id), facts, "thẻ ghi có dấu", bench.desk.manager)


def sent_wrong(bench: Bench) -> str:
    """A dose of a person whose name lacks its marks, received; its id."""
    dose = bench.record_one(a_draft(person=WRONG))
    assert bench.sync().acknowledged == 1
    return dose.id


def patient(platform: ModelPlatform) -> dict[str, Any]:
    (found,) = platform.store.all("Patient")
    return found


def without_id(resource: dict[str, Any]) -> dict[str, Any]:
    """The facts that were sent: a Patient's id is the platform's own."""
    return {key: value for key, value in resource.items() if key != "id"}


def name(platform: ModelPlatform) -> str:
    return str(patient(platform)["name"][0]["text"])


def person_receipts(bench: Bench) -> list[tuple[int, str]]:
    """(revision, hash) of what was received of people."""
    with bench.desk.store.read() as connection:
        c = t.receipt.c
        rows = connection.execute(t.receipt.select().where(c.kind == RecordKind.PERSON.value)).all()
    return [(row.revision, row.hash) for row in rows]


def test_p12_it_goes_by_itself_and_the_dose_is_left_alone(bench: Bench, platform: ModelPlatform) -> None:
    dose_id = sent_wrong(bench)
    mend(bench)
    report = bench.sync()
    assert (report.acknowledged, report.waiting, report.trouble, name(platform)) == (1, 0, "", RIGHT.name)
    assert platform.store.versions("Immunization", dose_id) == 1
    assert {"url": "urn:vaxdesk:ext:revision", "valueInteger": 2} in patient(platform)["extension"]
    assert person_receipts(bench) == [(2, content_sha256(without_id(patient(platform))))]


def test_p12_what_was_mended_before_anything_was_sent_goes_with_its_dose(bench: Bench, platform: ModelPlatform) -> None:
    """The request may have arrived although no answer came: then the platform holds the name as it was."""
    bench.record_one(a_draft(person=WRONG))
    bench.sync(faulty.lost_answer)
    assert (bench.receipts(), name(platform)) == ({}, WRONG.name)
    mend(bench)
    assert (bench.sync().acknowledged, name(platform)) == (2, RIGHT.name)
    assert platform.store.versions("Patient", patient(platform)["id"]) == 2


def test_a_person_mended_before_their_first_dose_is_no_mended_one(bench: Bench, platform: ModelPlatform) -> None:
    bench.record_one(a_draft(person=RIGHT))
    bench.sync()
    assert "extension" not in patient(platform)


def test_p12_a_dose_recorded_meanwhile_carries_the_mended_facts(bench: Bench, platform: ModelPlatform) -> None:
    sent_wrong(bench)
    bench.clock.forward(days=30)
    later = replace(a_draft(person=RIGHT), occurred_at=bench.clock.now, dose_number=2)
    bench.record_one(later)
    assert bench.book.waiting() == 2
    posts = platform.posts()
    assert (bench.sync().acknowledged, platform.posts() - posts, name(platform)) == (2, 1, RIGHT.name)


@pytest.mark.parametrize("fault", [faulty.lost_answer, faulty.sent_twice, faulty.truncated, faulty.slow_answer])
def test_p12_exactly_once_whatever_happens_to_the_answer(
    bench: Bench, platform: ModelPlatform, fault: faulty.Fault
) -> None:
    sent_wrong(bench)
    mend(bench)
    bench.sync(fault)
    bench.sync()
    assert (bench.book.waiting(), name(platform), len(person_receipts(bench))) == (0, RIGHT.name, 1)
    assert platform.store.versions("Patient", patient(platform)["id"]) == 2  # the same facts made no new version


def test_p12_mended_again_while_it_was_under_way(bench: Bench, platform: ModelPlatform) -> None:
    """The answer to the older revision is its receipt, and closes nothing."""
    sent_wrong(bench)
    mend(bench, a_person(name="Trần Thị Bich"))

    def meanwhile(request: Any, send: faulty.Send) -> Any:
        answer = send()
        mend(bench)
        return answer

    bench.sync(meanwhile)
    assert [revision for revision, _ in person_receipts(bench)] == [2, 3]
    assert (bench.book.waiting(), name(platform)) == (0, RIGHT.name)


def test_p12_refused_it_waits_in_the_list_and_its_doses_go_without_it(bench: Bench, platform: ModelPlatform) -> None:
    sent_wrong(bench)
    mend(bench)
    twin = {**patient(platform), "id": "twin"}
    platform.store.give(twin)
    assert bench.sync().set_aside == 1
    (aside,) = bench.desk.work.figures.set_aside()
    assert (aside.record.person.name, aside.person_id) == (RIGHT.name, aside.record.person.id)
    assert bench.book.send_again([aside.record_id]) == 1
    del platform.store.resources["Patient", "twin"]
    assert (bench.sync().acknowledged, name(platform)) == (1, RIGHT.name)


def test_p12_a_refused_mending_does_not_hold_up_the_next_dose(bench: Bench, platform: ModelPlatform) -> None:
    sent_wrong(bench)
    mend(bench)
    bench.sync(faulty.status(422))
    bench.clock.forward(days=30)
    dose = bench.record_one(replace(a_draft(person=RIGHT), occurred_at=bench.clock.now, dose_number=2))
    seen: list[Any] = []

    def look(request: Any, send: faulty.Send) -> Any:
        seen.append(body_of(request))
        return send()

    bench.sync(look)
    assert dose.id in bench.receipts()
    assert [entry["request"]["method"] for entry in seen[0]["entry"]] == ["POST", "PUT"]


def test_p12_another_sites_tag_stays(bench: Bench, platform: ModelPlatform) -> None:
    sent_wrong(bench)
    known = patient(platform)
    known["meta"]["tag"].append({"system": "urn:vaxdesk:site", "code": "01-HBT-BK"})
    mend(bench)
    bench.sync()
    assert {tag["code"] for tag in patient(platform)["meta"]["tag"]} == {"79-Q10-P05", "01-HBT-BK"}


def test_p11_when_the_person_is_received_their_refused_doses_go_again(bench: Bench, platform: ModelPlatform) -> None:
    bench.record_one(a_draft(person=another_person(name="Nguyen Van An")))
    bench.sync()
    bench.clock.forward(days=30)
    platform.store.poison_lot = "FL9"
    later = replace(a_draft(person=another_person()), lot="FL9", dose_number=2, occurred_at=bench.clock.now)
    dose = bench.record_one(later)  # the name is mended on the way: the person goes alone, the dose is refused
    bench.sync()
    assert dose.id not in bench.receipts()
    platform.store.poison_lot = "NONE"
    mend(bench, another_person(phone="0912345678"))
    bench.clock.forward(seconds=timedelta(minutes=1).total_seconds())
    bench.sync(asked=False)
    bench.sync(asked=False)
    assert dose.id in bench.receipts()


def test_a_day_is_not_signed_over_facts_that_are_still_on_their_way(bench: Bench, platform: ModelPlatform) -> None:
    """What the platform matched is not what this desk holds now (9438/BYT-CNTT: only matched data are signed)."""

    dose_id = sent_wrong(bench)
    fact = IdentityFound(DoseId(dose_id), "1", Identity.MATCHED, (), bench.clock.now)
    bench.book.apply_page("VerificationResult", "1", [Finding("VerificationResult/1", "1", fact)], bench.clock.now)
    signing, today = bench.desk.work.signing, bench.clock.now.date()
    assert len(signing.ready(today)) == 1
    mend(bench)
    assert signing.ready(today) == ()
    assert signing.sign_day(today, bench.desk.manager) == 0
    bench.sync()
    assert len(signing.ready(today)) == 1
