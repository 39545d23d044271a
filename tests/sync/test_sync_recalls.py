"""Recalled lots come by pull (contract S6), for the whole country or this site; whatever a server writes there."""

from __future__ import annotations

from typing import Any

import pytest
from support.builders import a_site
from support.model_server import ModelPlatform
from support.sync_bench import Bench

from vaxdesk.models.desk import Preset
from vaxdesk.models.findings import RecallFound
from vaxdesk.models.recalls import Recall
from vaxdesk.sync.fhir_read import finding

SITE = str(a_site().code)
PRESET = Preset("COMIRNATY", "FL4574")


def medication(tag: str = "national", **changes: Any) -> dict[str, Any]:
    made = {
        "resourceType": "Medication", "id": "recall-1",
        "meta": {"tag": [{"system": "urn:vaxdesk:site", "code": tag}], "versionId": "1", "lastUpdated": "2021-11-12T03:00:00Z"},
        "extension": [
            {"url": "urn:vaxdesk:ext:recalled-at", "valueDateTime": "2021-11-12T03:00:00+00:00"},
            {"url": "urn:vaxdesk:ext:recall-reason", "valueString": "có dị vật trong lọ"},
        ],
        "code": {"coding": [{"system": "urn:vaxdesk:vaccine", "code": "COMIRNATY"}]},
        "status": "inactive", "batch": {"lotNumber": "FL4574"},
    }  # fmt: skip
    return made | changes


def read(resource: dict[str, Any]) -> Recall | None:
    found = finding(resource, "")
    if found is None:
        return None
    assert isinstance(found.fact, RecallFound)
    return found.fact.recall


def stops(bench: Bench) -> list[str]:
    return [problem.code for problem in bench.desk.work.desk.lot_problems(PRESET)]


@pytest.mark.parametrize("tag", ["national", SITE])
def test_a_recall_comes_with_the_next_look_at_the_country_and_goes_when_taken_back(
    bench: Bench, platform: ModelPlatform, tag: str
) -> None:
    platform.store.give(medication(tag))
    bench.sync(asked=True)
    assert stops(bench) == ["lot-recalled"]
    platform.store.give(medication(tag, status="active"))
    bench.sync(asked=True)
    assert stops(bench) == []


def test_the_recall_of_another_site_is_not_read(bench: Bench, platform: ModelPlatform) -> None:
    platform.store.give(medication("01-KHAC"))
    bench.sync(asked=True)
    assert stops(bench) == []


def test_what_is_told_of_a_recall_is_read() -> None:
    found = read(medication())
    assert found is not None
    assert (found.lot, found.vaccine, found.reason, found.is_open) == (
        "FL4574",
        "COMIRNATY",
        "có dị vật trong lọ",
        True,
    )
    assert found.recalled_at.isoformat() == "2021-11-12T10:00:00+07:00"


@pytest.mark.parametrize(
    ("changes", "vaccine", "is_open"),
    [
        ({"status": "active"}, "COMIRNATY", False),
        ({"status": "entered-in-error"}, "COMIRNATY", False),
        ({"code": {"coding": [{"system": "urn:vaxdesk:vaccine", "code": "NEW-ONE"}]}}, "", True),
        ({"code": {"text": "?"}}, "", True),
    ],
)
def test_status_and_product(changes: dict[str, Any], vaccine: str, is_open: bool) -> None:
    found = read(medication(**changes))
    assert found is not None
    assert (found.vaccine, found.is_open) == (vaccine, is_open)


@pytest.mark.parametrize(
    "changes",
    [{"batch": {}}, {"batch": {"lotNumber": "  "}}, {"extension": []}, {"status": "draft"}, {"batch": None}, {"meta": None}],
)  # fmt: skip
def test_what_is_no_recall_is_passed_over(changes: dict[str, Any]) -> None:
    assert read(medication(**changes)) is None


def test_a_long_lot_or_reason_is_cut() -> None:
    long = [{"url": "urn:vaxdesk:ext:recalled-at", "valueDateTime": "2021-11-12"}, {"url": "urn:vaxdesk:ext:recall-reason", "valueString": "x" * 9999}]  # fmt: skip
    found = read(medication(batch={"lotNumber": "L" * 9999}, extension=long))
    assert found is not None
    assert (len(found.lot), len(found.reason)) == (40, 300)
    assert found.recalled_at.isoformat() == "2021-11-12T00:00:00+07:00"  # a date alone is its beginning, here
