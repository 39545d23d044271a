"""Complaints as Tasks at the platform (contract Q1, Q2): what they must say, and what a site may change of them."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from platform_server import OTHER, SITE, TAG, Caller, tagged

JPEG = b"\xff\xd8\xff\xe0" + b"0" * 64
CLAIM, ANSWER = "urn:vaxdesk:claim", "urn:vaxdesk:answer"


def part(system: str, code: str, **value: object) -> dict[str, Any]:
    return {"type": {"coding": [{"system": system, "code": code}]}, **value}


def picture(content: bytes = JPEG, media_type: str = "image/jpeg") -> dict[str, Any]:
    data = base64.b64encode(content).decode()
    return part(CLAIM, "picture", valueAttachment={"contentType": media_type, "data": data})


def a_complaint(**more: object) -> dict[str, Any]:
    return {
        "resourceType": "Task",
        "id": "c0000000-0000-4000-8000-000000000001",
        "meta": tagged(SITE),
        "status": "requested",
        "intent": "order",
        "code": {"coding": [{"system": "urn:vaxdesk:complaint", "code": "missing"}]},
        "authoredOn": "2021-11-05T09:00:00+07:00",
        "restriction": {"period": {"end": "2021-11-07T09:00:00+07:00"}},
        "for": {"type": "Patient", "display": "Lê Văn Thử"},
        "input": [part(CLAIM, "words", valueString="Tôi thiếu mũi 2"), picture()],
    } | more


@pytest.fixture
def stored(service: Caller) -> dict[str, Any]:
    """As the platform took it from a citizen."""
    answer = service.put(a_complaint())
    assert answer.status_code == 201
    found: dict[str, Any] = answer.json()
    return found


def answered(task: dict[str, Any], words: str, status: str) -> dict[str, Any]:
    given = [*task.get("output", []), part(ANSWER, "settled", valueString=words)]
    return {**task, "status": status, "output": given, "lastModified": "2021-11-06T08:00:00+07:00"}


def test_a_site_reads_its_complaints_and_no_other_does(
    stored: dict[str, Any], desk: Caller, other_desk: Caller
) -> None:
    (seen,) = desk.all_pages(f"Task?_tag={TAG}|{SITE}&_sort=_lastUpdated")
    assert seen["input"] == stored["input"]
    assert list(other_desk.all_pages(f"Task?_tag={TAG}|{OTHER}")) == []
    assert other_desk.put(stored).status_code == 403


def test_a_site_answers_and_the_answer_stands_after_the_claim(stored: dict[str, Any], desk: Caller) -> None:
    answer = desk.put(answered(stored, "Đã bổ sung mũi 2", "completed"))
    assert answer.status_code == 200
    again = desk.put(answered(answer.json(), "Đã cấp lại chứng nhận", "completed"))
    assert [one["valueString"] for one in again.json()["output"]] == ["Đã bổ sung mũi 2", "Đã cấp lại chứng nhận"]


@pytest.mark.parametrize(
    "change",
    [
        {"input": [part(CLAIM, "words", valueString="Không có gì")]},
        {"for": {"type": "Patient", "display": "Người khác"}},
        {"authoredOn": "2021-11-06T09:00:00+07:00", "restriction": {"period": {"end": "2021-11-08T09:00:00+07:00"}}},
        {"code": {"coding": [{"system": "urn:vaxdesk:complaint", "code": "other"}]}},
        {"description": "thêm lời"},
    ],
)
def test_a_site_changes_nothing_that_the_citizen_said(
    stored: dict[str, Any], desk: Caller, change: dict[str, Any]
) -> None:
    refused = desk.put(stored | change)
    assert refused.status_code == 422
    assert refused.json()["issue"][0]["details"]["coding"][0]["code"] == "claim-changed"


def test_an_answer_once_given_stays(stored: dict[str, Any], desk: Caller) -> None:
    first = desk.put(answered(stored, "Đã bổ sung", "completed")).json()
    assert desk.put(first | {"output": [part(ANSWER, "settled", valueString="Khác")]}).status_code == 422
    without = {name: value for name, value in first.items() if name != "output"}
    assert desk.put(without).status_code == 422


def test_a_complaint_taken_at_the_counter_is_the_sites_own(desk: Caller) -> None:
    assert desk.put(a_complaint()).status_code == 201
    assert desk.put(a_complaint(meta=tagged(OTHER), id="c0000000-0000-4000-8000-000000000002")).status_code == 403


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"restriction": {"period": {"end": "2021-11-09T09:00:00+07:00"}}}, "claim-due-wrong"),
        ({"restriction": None}, "element-required"),
        ({"authoredOn": "2021-11-05"}, "element-required"),
        ({"input": [picture(b"MZ\x90")]}, "picture-unusable"),
        ({"input": [picture(media_type="image/svg+xml")]}, "picture-unusable"),
        ({"input": [picture(JPEG + b"0" * 2 * 1024 * 1024)]}, "picture-unusable"),
    ],
)
def test_a_complaint_that_cannot_be_is_refused(desk: Caller, change: dict[str, Any], code: str) -> None:
    wrong = {name: value for name, value in (a_complaint() | change).items() if value is not None}
    refused = desk.put(wrong)
    assert refused.status_code == 422
    assert refused.json()["issue"][0]["details"]["coding"][0]["code"] == code


def test_another_kind_of_task_is_nobodys_complaint(desk: Caller) -> None:
    plain = a_complaint(code={"text": "kiểm tủ lạnh"})
    del plain["authoredOn"], plain["restriction"], plain["input"]
    assert desk.put(plain).status_code == 201
    assert desk.put(plain | {"description": "hằng ngày"}).status_code == 200
