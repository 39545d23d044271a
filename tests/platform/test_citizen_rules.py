"""The parts behind the public page: pictures made small, days as typed, what is told to whom, the operator's list."""

from __future__ import annotations

import base64
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from platform_server import SITE, TAG, Caller, Server, tagged
from support.citizen import JPEG, Citizen, photo
from test_citizen_page import (
    ASKED,
    BORN,
    CLAIM,
    NAME,
    NUMBER,
    answer,
    citizen,
    dose,
    folder,
    look_up,
    seen,
    the_task,
    told,
)

from vaxplatform import complaints, own_doses
from vaxplatform.http import citizen_html
from vaxplatform.http.citizen_days import read_day, show_day
from vaxplatform.http.citizen_guard import CODE_LIFE_S, Codes, Limits, Sealer
from vaxplatform.pictures import PICTURES_MAX, STORED_BYTES_MAX, small
from vaxplatform.provinces import PROVINCES
from vaxplatform.settings import BODY_BYTES_MAX

__all__ = ["citizen", "dose", "folder"]  # fixtures
MAKER = b"May anh mau"  # stands in every sample photo
NOW = datetime(2021, 11, 5, 9, 0, tzinfo=UTC)


def test_a_phones_photo_becomes_small_and_keeps_no_place() -> None:
    sent = photo(2400, 1800)
    assert sent.count(MAKER) == 1
    stored = small(sent)
    assert (stored.media_type, len(stored.content) <= STORED_BYTES_MAX < len(sent)) == ("image/jpeg", True)
    with Image.open(io.BytesIO(stored.content)) as read:
        assert dict(read.getexif()) == {}
    assert stored.content.count(MAKER) == 0


def test_a_picture_taken_sideways_is_stored_upright() -> None:
    taken, out, beside = Image.new("RGB", (300, 100), "red"), io.BytesIO(), Image.Exif()
    beside[0x0112] = 6  # to be turned by a quarter
    taken.save(out, "JPEG", exif=beside)
    with Image.open(io.BytesIO(small(out.getvalue()).content)) as read:
        assert read.size == (100, 300)


def test_what_is_clear_becomes_white_not_black() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(out, "PNG")
    with Image.open(io.BytesIO(small(out.getvalue()).content)) as read:
        assert read.convert("RGB").getpixel((20, 20)) == (255, 255, 255)


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF"])
def test_other_pictures_are_none(kind: str) -> None:
    out = io.BytesIO()
    Image.new("RGB", (40, 40)).save(out, kind)
    assert small(out.getvalue()).media_type == ""


def test_a_picture_that_unpacks_to_gigabytes_is_none() -> None:
    out = io.BytesIO()
    Image.new("1", (9000, 9000)).save(out, "PNG")
    assert len(out.getvalue()) < 50_000
    assert small(out.getvalue()).media_type == ""


def test_a_complaint_with_all_its_pictures_fits_a_desks_request(
    citizen: Citizen, dose: dict[str, Any], service: Caller, desk: Caller
) -> None:
    full = photo(1600, 1200)
    number, secret = citizen.complain([(f"{place}.jpg", full) for place in range(3)], **CLAIM)
    for _ in range(2):
        answer(desk, the_task(service), "on-hold", "Xin gửi thêm ảnh.", **ASKED)
        seen(citizen, number, secret)
        citizen.send("citizen-add", [(f"{place}.jpg", full) for place in range(3)], words="Ảnh đây ạ.")
    assert "8 ảnh cho một phản ánh" in citizen.text  # the last three would be nine
    citizen.session.cookies.clear()
    seen(citizen, number, secret)
    citizen.send("citizen-add", [(f"{place}.jpg", full) for place in range(2)], words="Hai ảnh thôi ạ.")
    task = the_task(service)
    assert sum("valueAttachment" in part for part in task["input"]) == PICTURES_MAX
    assert len(json.dumps(task)) < BODY_BYTES_MAX
    answer(desk, task, "completed", "Đã bổ sung.")


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("9/10/2003", "2003-10-09"),
        (" 09-10-2003 ", "2003-10-09"),
        ("09 . 10 . 2003", "2003-10-09"),
        ("09102003", "2003-10-09"),
        ("1950", "1950"),
        ("2003-10-09", "2003-10-09"),
        ("mồng chín", "mồng chín"),
    ],
)
def test_days_are_read_as_people_write_them(typed: str, day: str) -> None:
    assert read_day(typed) == day
    assert read_day(show_day(day)) == day


def test_who_is_known_by_the_year_alone_gives_the_year_or_any_day_of_it(
    citizen: Citizen, server: Server, service: Caller, dose: dict[str, Any]
) -> None:
    person = service.get(f"Patient/{dose['patient']['reference'].partition('/')[2]}").json()
    assert service.put(person | {"birthDate": "2003"}).status_code == 200
    for born, known in (("2003", True), ("2003-05-05", True), ("2004-05-05", False)):
        assert own_doses.is_known(server.database, NUMBER, NAME, born) is known


def test_a_foreign_number_does_not_tell_where_its_owner_was(
    citizen: Citizen, folder: Path, dose: dict[str, Any], desk: Caller
) -> None:
    citizen.complain(**CLAIM)
    known = citizen.text.replace(citizen.by_id("number"), "-").replace(citizen.by_id("secret"), "-")
    assert len(list(desk.all_pages(f"Task?_tag={TAG}|{SITE}"))) == 1  # it went there all the same
    citizen.complain(**CLAIM | {"citizen_number": "079203000999"})
    unknown = citizen.text.replace(citizen.by_id("number"), "-").replace(citizen.by_id("secret"), "-")
    assert "Trạm Y tế" not in known
    assert known.split("Trả lời trước")[0] == unknown.split("Trả lời trước")[0]
    assert known.split("giờ")[-1] == unknown.split("giờ")[-1]
    citizen.complain(**CLAIM | {"site": SITE})
    assert "Trạm Y tế Phường 5" in citizen.text
    look_up(citizen, folder)
    citizen.complain(**CLAIM)
    assert "Trạm Y tế Phường 5" in citizen.text


def test_a_province_finds_its_site_however_the_register_writes_it(citizen: Citizen, desk: Caller) -> None:
    citizen.complain(**CLAIM | {"province": "79", "citizen_number": ""})
    (task,) = desk.all_pages(f"Task?_tag={TAG}|{SITE}")
    assert task["code"]["coding"][0]["code"] == "missing"
    assert len(PROVINCES) == 63


@pytest.mark.parametrize("day", ["20211018", "2021-W42-1", "2021-02-30", "hôm qua"])
def test_a_day_that_is_none_is_said_at_its_field(citizen: Citizen, service: Caller, day: str) -> None:
    citizen.open("citizen-complain")
    assert "Hãy ghi ngày/tháng/năm" in citizen.send("citizen-complain", **CLAIM | {"day": day})
    assert list(service.all_pages("Task")) == []


def test_the_operators_list_is_whole_and_begins_with_the_most_urgent(
    server: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    monkeypatch.setattr(complaints, "PAGE_TASKS", 2)
    claim = complaints.Claim("other", NAME, BORN, phone="0912345678", words="Mất giấy xác nhận")
    filed = [
        complaints.file_claim(server.database, b"k", claim, NOW - timedelta(hours=hour)).number for hour in range(5)
    ]
    listed = told(capsys, folder, "complaints", "list")
    assert [one["number"] for one in listed] == filed[::-1]
    assert [one["number"] for one in complaints_plain(server)] == filed[::-1]


def complaints_plain(server: Server) -> list[dict[str, Any]]:
    found = complaints.open_complaints(server.database, unrouted=True)
    return [{"number": one["identifier"][0]["value"]} for one in found]


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (timedelta(hours=1), "còn 47 giờ"),
        (timedelta(hours=47, minutes=30), "còn 30 phút"),
        (timedelta(hours=49), "quá hạn 1 giờ"),
    ],
)
def test_the_time_left_is_said_to_the_minute_at_the_end(server: Server, after: timedelta, said: str) -> None:
    claim = complaints.Claim("other", NAME, BORN, phone="0912345678", words="Mất giấy xác nhận")
    filed = complaints.file_claim(server.database, b"k", claim, NOW)
    task = complaints.find(server.database, b"k", filed.number, filed.secret)
    assert task is not None
    form = citizen_html.Form("", {}, {})
    assert said in citizen_html.answer(task, form, NOW + after)


def test_a_code_ends_with_its_time(tmp_path: Path) -> None:
    now = [0.0]
    codes = Codes(tmp_path, lambda: now[0])
    asked = codes.send({"number": NUMBER}, is_known=True)
    code = (tmp_path / "citizen-codes.log").read_text().split()[-1]
    now[0] = CODE_LIFE_S + 1
    assert codes.take(asked, code) == {}
    assert (tmp_path / "citizen-codes.log").stat().st_mode & 0o077 == 0
    assert NUMBER not in (tmp_path / "citizen-codes.log").read_text()


def test_a_limit_ends_with_its_window() -> None:
    now = [0.0]
    limits = Limits(2, 10, lambda: now[0])
    assert [limits.allow("a"), limits.allow("a"), limits.allow("a"), limits.allow("b")] == [True, True, False, True]
    now[0] = 11.0
    assert limits.allow("a")


def test_a_sealed_text_is_this_platforms_own() -> None:
    sealed = Sealer(b"one").seal({"session": "s"})
    assert Sealer(b"one").open(sealed, 60) == {"session": "s"}
    assert Sealer(b"two").open(sealed, 60) == {}
    assert Sealer(b"one").open("xấu", 60) == {}


def test_a_picture_in_the_store_is_what_the_desk_is_told(
    citizen: Citizen, dose: dict[str, Any], service: Caller
) -> None:
    citizen.complain([("giay.png", photo(kind="PNG")), ("giay.jpg", JPEG)], **CLAIM)
    kept = [one["valueAttachment"] for one in the_task(service)["input"] if "valueAttachment" in one]
    assert [one["contentType"] for one in kept] == ["image/jpeg", "image/jpeg"]
    assert all(base64.b64decode(one["data"]).startswith(b"\xff\xd8\xff") for one in kept)


def test_a_task_taken_at_a_counter_is_listed_by_its_id(
    server: Server, service: Caller, capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    begun = datetime(2021, 11, 5, 9, tzinfo=UTC)
    counter = {
        "resourceType": "Task",
        "id": "t1",
        "meta": tagged(SITE),
        "status": "on-hold",
        "intent": "order",
        "code": {"coding": [{"system": "urn:vaxdesk:complaint", "code": "other"}]},
        "authoredOn": begun.isoformat(),
        "restriction": {"period": {"end": (begun + timedelta(hours=48)).isoformat()}},
        "for": {"type": "Patient", "display": NAME},
    }
    assert service.put(counter).status_code == 201
    (listed,) = told(capsys, folder, "complaints", "list")
    assert (listed["number"], listed["site"], listed["status"]) == ("t1", SITE, "on-hold")
    assert told(capsys, folder, "complaints", "list", "--unrouted") == []
