"""The public page: look up one's own doses, complain, see the answer; and what it never tells (contract Q3, Q4)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from platform_server import SITE, TAG, Caller, Server, tagged
from support.citizen import JPEG, Citizen, code_sent, photo

from vaxplatform import complaints, registry
from vaxplatform.cli import main
from vaxplatform.http.citizen_guard import CODE_TRIES
from vaxplatform.pictures import SENT_BYTES_MAX

NUMBER, NAME, BORN = "079203000456", "Trần Thị Bích", "2003-10-09"
CLAIM = {
    "kind": "missing",
    "name": NAME,
    "birth_date": BORN,
    "phone": "0912345678",
    "sex": "female",
    "citizen_number": NUMBER,
    "day": "2021-10-18",
    "words": "Tôi đã tiêm mũi 1 ngày 18/10 nhưng không thấy.",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "platform"


@pytest.fixture
def citizen(server: Server) -> Citizen:
    with server.database.writing() as connection:
        registry.add_site(connection, registry.Site(SITE, "Trạm Y tế Phường 5", "Số 1 Phố Mẫu", "079"))
    return Citizen(server.base)


@pytest.fixture
def dose(service: Caller) -> dict[str, Any]:
    """Given and stored, by a site that calls itself with letters that HTML would take for its own."""
    person = {
        "resourceType": "Patient",
        "id": "p1",
        "meta": tagged(SITE),
        "identifier": [{"system": "urn:vn:cccd", "value": NUMBER}],
        "name": [{"use": "official", "text": NAME}],
        "birthDate": BORN,
        "gender": "female",
    }
    given = {
        "resourceType": "Immunization",
        "id": "d1",
        "meta": tagged(SITE),
        "status": "completed",
        "vaccineCode": {"coding": [{"system": "urn:vaxdesk:vaccine", "code": "COMIRNATY"}]},
        "patient": {"reference": "Patient/p1", "identifier": {"system": "urn:vn:cccd", "value": NUMBER}},
        "occurrenceDateTime": "2021-11-12T10:41:00+07:00",
        "lotNumber": "FL4574",
        "location": {"display": "Trạm <b>Y tế</b> & Co"},
        "protocolApplied": [{"doseNumberPositiveInt": 1}],
    }
    for resource in (person, given):
        assert service.put(resource).status_code == 201
    return given


def look_up(citizen: Citizen, folder: Path, **other: str) -> str:
    facts = {"number": NUMBER, "name": NAME, "birth_date": BORN} | other
    citizen.open()
    citizen.send("citizen-code", **facts)
    return citizen.send("citizen-doses", code=code_sent(folder) or "000000")


def the_task(service: Caller) -> dict[str, Any]:
    (found,) = service.all_pages("Task")
    return found


def answer(desk: Caller, task: dict[str, Any], status: str, words: str, **more: object) -> dict[str, Any]:
    code = {"completed": "settled", "rejected": "rejected", "on-hold": "asked"}[status]
    part = {"type": {"coding": [{"system": "urn:vaxdesk:answer", "code": code}]}, "valueString": words}
    answered = desk.put({**task, "status": status, "output": [*task.get("output", []), part]} | more)
    assert answered.status_code == 200, answered.text
    found: dict[str, Any] = answered.json()
    return found


ASKED = {"businessStatus": {"coding": [{"system": "urn:vaxdesk:answer", "code": "asked"}]}}


def test_a_citizen_sees_their_doses_after_the_code(citizen: Citizen, folder: Path, dose: dict[str, Any]) -> None:
    text = look_up(citizen, folder)
    assert "1 mũi tiêm" in text
    assert "10:41 12/11/2021" in text
    assert "FL4574" in text
    assert "Trạm <b>Y tế</b> & Co" in text  # as written, not as markup
    assert "<b>Y" not in citizen.page


def test_case_and_spacing_of_the_name_do_not_matter_but_marks_do(
    citizen: Citizen, folder: Path, dose: dict[str, Any]
) -> None:
    assert "1 mũi tiêm" in look_up(citizen, folder, name="  trần  thị BÍCH ")
    (folder / "citizen-codes.log").unlink()
    for other in ({"name": "Tran Thi Bich"}, {"birth_date": "2003-10-08"}, {"number": "079203000457"}):
        assert "1 mũi tiêm" not in look_up(citizen, folder, **other)
    assert not (folder / "citizen-codes.log").exists()


def test_an_answer_does_not_tell_whether_somebody_is_known(
    citizen: Citizen, folder: Path, dose: dict[str, Any]
) -> None:
    pages = []
    for number in (NUMBER, "079203000999"):
        citizen.open()
        citizen.send("citizen-code", number=number, name=NAME, birth_date=BORN)
        asked = citizen.text.split("cho yêu cầu ")[1][:6]
        pages.append(citizen.text.replace(asked, "-"))
    assert pages[0] == pages[1]
    assert len((folder / "citizen-codes.log").read_text().splitlines()) == 1


def test_a_code_serves_once_and_ends_after_a_few_tries(citizen: Citizen, folder: Path, dose: dict[str, Any]) -> None:
    citizen.open()
    citizen.send("citizen-code", number=NUMBER, name=NAME, birth_date=BORN)
    asking = citizen.page
    assert "1 mũi tiêm" in citizen.send("citizen-doses", code=code_sent(folder))
    citizen.page = asking
    assert "không đúng hoặc đã hết hạn" in citizen.send("citizen-doses", code=code_sent(folder))
    citizen.open()
    citizen.send("citizen-code", number=NUMBER, name=NAME, birth_date=BORN)
    right = code_sent(folder)
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    for _ in range(CODE_TRIES):
        assert "không đúng" in citizen.send("citizen-doses", code=wrong)
    assert "không đúng" in citizen.send("citizen-doses", code=right)


def test_a_complaint_goes_to_the_site_that_gave_the_dose_and_has_48_hours(
    citizen: Citizen, dose: dict[str, Any], service: Caller, desk: Caller
) -> None:
    number, secret = citizen.complain([("giay.jpg", JPEG)], **CLAIM)
    assert number.startswith("PA")
    (task,) = desk.all_pages(f"Task?_tag={TAG}|{SITE}")
    assert (task["status"], task["code"]["coding"][0]["code"]) == ("requested", "missing")
    assert task["for"]["identifier"]["value"] == NUMBER
    said = {one["type"]["coding"][0]["code"] for one in task["input"]}
    assert said == {"name", "sex", "phone", "citizen-number", "words", "birth-date", "day", "picture"}
    assert "còn 47 giờ" in seen(citizen, number, secret)


def seen(citizen: Citizen, number: str, secret: str) -> str:
    citizen.open()
    return citizen.send("citizen-answer", complaint=number.lower(), secret=secret.replace("-", " ").lower())


def test_the_answer_is_shown_to_who_has_the_secret_and_to_nobody_else(
    citizen: Citizen, dose: dict[str, Any], service: Caller, desk: Caller
) -> None:
    number, secret = citizen.complain(**CLAIM)
    answer(desk, the_task(service), "completed", "Đã bổ sung mũi 1 ngày 18/10/2021.\nChứng nhận đã cấp lại.")
    text = seen(citizen, number, secret)
    assert "Đã giải quyết" in text
    assert "Đã bổ sung mũi 1 ngày 18/10/2021." in text
    assert "còn" not in text
    assert "Không có phản ánh nào" in seen(citizen, number, "AAAAA-AAAAA")
    assert "Không có phản ánh nào" in seen(citizen, "PA211112-AAAAAA", secret)


def test_a_rejection_says_why_in_words(citizen: Citizen, dose: dict[str, Any], service: Caller, desk: Caller) -> None:
    number, secret = citizen.complain(**CLAIM)
    task = the_task(service)
    coding = {"system": "urn:vaxdesk:complaint-reason", "code": "blurred"}
    why = {"type": {"coding": [{"system": "urn:vaxdesk:answer", "code": "rejected"}]}, "valueCoding": coding}
    answer(desk, {**task, "output": [why]}, "rejected", "Mời bạn gửi lại ảnh rõ hơn.")
    text = seen(citizen, number, secret)
    assert "Không được chấp nhận" in text
    assert "Ảnh bị mờ, không đọc được." in text


def test_a_citizen_who_is_asked_adds_and_the_complaint_is_open_again(
    citizen: Citizen, dose: dict[str, Any], service: Caller, desk: Caller
) -> None:
    number, secret = citizen.complain(**CLAIM)
    due = the_task(service)["restriction"]
    assert "citizen-add" not in (seen(citizen, number, secret), citizen.page)[1]
    answer(desk, the_task(service), "on-hold", "Xin gửi ảnh giấy xác nhận.", **ASKED)
    assert "đề nghị bổ sung" in seen(citizen, number, secret)
    asked_page = citizen.page
    text = citizen.send("citizen-add", [("a.png", photo(kind="PNG"))], words="Ảnh đây ạ.")
    assert "Cơ sở đang xem xét" in text
    assert "Ảnh đây ạ." in text
    task = the_task(service)
    assert (task["status"], task["restriction"], "businessStatus" in task) == ("requested", due, False)
    citizen.page = asked_page  # the button pressed twice
    assert "không chờ bổ sung" in citizen.send("citizen-add", words="Thêm nữa")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, "Hãy điền mục này."),
        ({"birth_date": "2003-13-40"}, "Hãy ghi ngày sinh"),
        ({"phone": "12"}, "bắt đầu bằng số 0"),
        ({"citizen_number": "12345"}, "đúng 12 chữ số"),
        ({"old_number": "1"}, "đúng 9 chữ số"),
        ({"day": "2999-01-01"}, "Ngày này chưa tới."),
        ({"words": "  "}, "Hãy viết vài lời"),
        ({"kind": "x"}, "Hãy chọn một trong các mục."),
        ({"lot": "9" * 300}, "Mục này quá dài."),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    citizen: Citizen, service: Caller, wrong: dict[str, str], said: str
) -> None:
    citizen.open("citizen-complain")
    text = citizen.send("citizen-complain", **CLAIM | wrong)
    assert said in text
    assert 'aria-invalid="true"' in citizen.page
    kept = {**CLAIM, **wrong}["words"] or NAME
    assert kept.strip() in citizen.page
    assert list(service.all_pages("Task")) == []


@pytest.mark.parametrize(
    "files",
    [
        [("virus.jpg", b"MZ\x90\x00")],
        [("big.jpg", JPEG + b"0" * SENT_BYTES_MAX)],
        [("broken.jpg", JPEG[:300])],
        [(f"{place}.jpg", JPEG) for place in range(4)],
    ],
)
def test_what_is_no_picture_is_refused(citizen: Citizen, service: Caller, files: list[tuple[str, bytes]]) -> None:
    citizen.open("citizen-complain")
    text = citizen.send("citizen-complain", files, **CLAIM)
    assert "tối đa" in text
    assert list(service.all_pages("Task")) == []


def test_a_form_of_another_session_is_not_taken(citizen: Citizen, service: Caller, server: Server) -> None:
    other = Citizen(server.base)
    other.open("citizen-complain")
    citizen.open("citizen-complain")
    citizen.page = other.page
    assert "Hãy gửi lại" in citizen.send("citizen-complain", **CLAIM)
    assert CLAIM["words"] in citizen.page
    assert list(service.all_pages("Task")) == []


def test_too_many_questions_about_one_number_are_put_off(citizen: Citizen, folder: Path, dose: dict[str, Any]) -> None:
    for _ in range(5):
        citizen.open()
        assert "Mã dùng được" in citizen.send("citizen-code", number=NUMBER, name=NAME, birth_date=BORN)
    citizen.open()
    assert "quá nhiều lượt" in citizen.send("citizen-code", number=NUMBER, name=NAME, birth_date=BORN)


def test_pages_are_private(citizen: Citizen) -> None:
    citizen.open()
    headers = citizen.answer.headers
    assert "script" not in citizen.page
    assert headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    cookie = headers["Set-Cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


def test_marks_that_turn_the_reading_direction_are_not_shown(citizen: Citizen) -> None:
    citizen.open("citizen-complain")
    citizen.send("citizen-complain", **CLAIM | {"name": "Lê \u202egnòh\u2066", "phone": "1"})
    assert "\u202e" not in citizen.page
    assert "\u2066" not in citizen.page


def told(capsys: pytest.CaptureFixture[str], folder: Path, *arguments: str) -> Any:
    assert main([*arguments, "--data", str(folder), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_complaint_of_no_site_waits_for_the_operator(
    citizen: Citizen, folder: Path, service: Caller, desk: Caller, capsys: pytest.CaptureFixture[str]
) -> None:
    number, _ = citizen.complain(**CLAIM)
    assert list(desk.all_pages("Task")) == []
    (listed,) = told(capsys, folder, "complaints", "list", "--unrouted")
    assert (listed["number"], listed["site"]) == (number, "")
    assert NAME not in json.dumps(listed)
    assert told(capsys, folder, "complaints", "route", number, SITE)["site"] == SITE
    assert len(list(desk.all_pages("Task"))) == 1
    assert told(capsys, folder, "complaints", "list", "--unrouted") == []


def test_the_named_site_or_a_site_of_the_province_gets_it(
    citizen: Citizen, folder: Path, service: Caller, capsys: pytest.CaptureFixture[str], server: Server
) -> None:
    plain = (
        "--kind",
        "wrong",
        "--name",
        NAME,
        "--birth-date",
        BORN,
        "--phone",
        "0912345678",
        "--words",
        "Sai ngày tiêm",
    )
    assert told(capsys, folder, "complain", *plain, "--site", SITE)["site"] == SITE
    assert told(capsys, folder, "complain", *plain, "--province", "079")["site"] == SITE
    assert told(capsys, folder, "complain", *plain, "--province", "01")["site"] == ""
    assert main(["complain", *plain[:-1], "x", "--data", str(folder)]) == 2


def test_letters_taken_for_figures_are_read_as_letters(citizen: Citizen, dose: dict[str, Any], server: Server) -> None:
    for _ in range(4):
        number, secret = citizen.complain(**CLAIM)
        misread = secret.replace("O", "0").replace("I", "1").replace("B", "8")
        assert "Cơ sở đang xem xét" in seen(citizen, number, misread)


def test_a_secret_is_of_one_number_and_one_platform() -> None:
    assert complaints.secret_of(b"a", "PA1") != complaints.secret_of(b"a", "PA2")
    assert complaints.secret_of(b"a", "PA1") != complaints.secret_of(b"b", "PA1")
