"""Complaints between a desk and the real platform: pulled, answered once, on top of what the citizen added, never over another's answer."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from support import faulty
from support.builders import NOON, PIN
from support.central import SITES, Central, a_central, devices
from support.faulty import Fault
from support.laptops import Laptop, laptops

from vaxdesk.models import complaint_rows, outbox
from vaxdesk.models import office_tables as o
from vaxdesk.models.complaint_changes import AddDose
from vaxdesk.models.complaints import (
    Action,
    Claim,
    ComplaintKind,
    ComplaintSource,
    ComplaintStatus,
    ComplaintStep,
    Rejection,
    Story,
)
from vaxdesk.models.exchange import DueComplaint
from vaxdesk.models.values import DeviceId, OutboxEntry, RecordKind, Role, SiteCode, StaffId
from vaxdesk.sync import feeds, fhir_complaint
from vaxdesk.sync.engine import SyncReport
from vaxplatform import complaints as citizen
from vaxplatform.settings import secret_of
from vaxplatform.store.tables import versions
from vaxplatform.store.validation import check

JPEG, PNG = b"\xff\xd8\xff\xe0 photo", b"\x89PNG\r\n\x1a\n scan"
SITE = SITES[0].code


@dataclass
class World:
    """A desk beside the real platform, and citizens who complain there."""

    central: Central
    desk: Laptop
    filed: citizen.Filed | None = None

    def complain(self, site: str = SITE, **facts: Any) -> str:
        """As the public page does; the Task's id."""
        facts = {"pictures": (citizen.Picture(JPEG, "image/jpeg"),)} | facts
        claim = citizen.Claim(
            kind="missing", name="Lê Văn Thử", birth_date="1990-05-06", sex="male", phone="0900000001",
            citizen_number="001090000001", dose_number="1", vaccine="Pfizer", day="2021-10-20", site=site,
            words="Tôi tiêm mà chưa thấy trên hệ thống.",
        )  # fmt: skip
        key = secret_of(self.central.folder)
        self.filed = citizen.file_claim(self.central.database, key, replace(claim, **facts), datetime.now(UTC))
        found = citizen.find(self.central.database, key, self.filed.number, self.filed.secret)
        assert found is not None
        return str(found["id"])

    def pulled(self, **facts: Any) -> str:
        task_id = self.complain(**facts)
        self.sync()
        return task_id

    def add(self, task_id: str) -> None:
        """The citizen answers what the site asked (Q3)."""
        citizen.add(
            self.central.database, task_id, "Ảnh rõ hơn đây.", (citizen.Picture(PNG, "image/png"),), datetime.now(UTC)
        )

    def sync(self, *faults: Fault, only: Callable[[Any], bool] = faulty.is_transaction) -> SyncReport:
        return self.desk.sync(*faults, only=only)

    def story(self, task_id: str) -> Story:
        return self.desk.work.complaints.story(task_id)

    def ask(self, task_id: str, words: str = "Xin gửi ảnh rõ hơn.") -> None:
        self.desk.work.complaints.ask(task_id, words, self.desk.manager)

    def settle(self, task_id: str, words: str = "Đã bổ sung mũi tiêm.") -> None:
        self.desk.work.complaints.settle(task_id, words, self.desk.manager)

    def versions(self, task_id: str) -> list[dict[str, Any]]:
        query = select(versions.c.body).where(versions.c.type == "Task", versions.c.id == task_id)
        with self.central.database.reading() as connection:
            return [json.loads(body) for body in connection.execute(query.order_by(versions.c.version)).scalars()]

    def newest(self, task_id: str) -> dict[str, Any]:
        return self.versions(task_id)[-1]

    def waits(self, task_id: str) -> bool:
        with self.desk.store.read() as connection:
            return bool(outbox.entries_of(connection, [task_id]))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    (tmp_path / "central").mkdir()
    with a_central(tmp_path / "central") as (running, enrolled):
        (desk,) = laptops(tmp_path, devices()[:1], enrolled)
        yield World(running, desk)
        desk.close()


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[World, World]]:
    """Two desks of one site."""
    (tmp_path / "central").mkdir()
    with a_central(tmp_path / "central") as (running, enrolled):
        made = tuple(laptops(tmp_path, devices()[:2], enrolled))
        yield World(running, made[0]), World(running, made[1])
        for desk in made:
            desk.close()


def answers(task: dict[str, Any]) -> list[tuple[str, str]]:
    """(code, words) of the outputs, without who."""
    found = []
    for part in task.get("output", []):
        code = part["type"]["coding"][0]["code"]
        value = (
            part.get("valueString") or part.get("valueCoding", {}).get("code") or part["valueReference"]["reference"]
        )
        if code != "by":
            found.append((code, value))
    return found


# --- pull


def test_q2_a_complaint_of_this_site_comes_whole_with_its_picture_and_its_clock(world: World) -> None:
    task_id = world.complain()
    world.complain(site=SITES[1].code)
    world.sync()
    (story,) = world.desk.work.complaints.all()
    case = world.desk.work.complaints.case(task_id)
    assert (story.complaint.id, story.status, case.pictures) == (task_id, ComplaintStatus.OPEN, (JPEG,))
    claim = story.complaint.claim
    assert (claim.citizen_id, claim.name, claim.day, claim.vaccine) == (
        "001090000001",
        "Lê Văn Thử",
        "2021-10-20",
        "Pfizer",
    )
    assert story.complaint.due_at - story.complaint.received_at == timedelta(hours=48)
    assert story.complaint.received_at == datetime.fromisoformat(world.newest(task_id)["authoredOn"])


def test_q2_pulled_again_it_is_one(world: World) -> None:
    task_id = world.pulled()
    with world.desk.store.write() as connection:
        outbox.write_setting(connection, f"cursor:Task|{SITE}", "")
        connection.exec_driver_sql("DELETE FROM seen")
    world.sync()
    with world.desk.store.read() as connection:
        assert len(connection.execute(select(o.complaint.c.id)).all()) == 1
    assert world.story(task_id).status is ComplaintStatus.OPEN


def test_l2_what_cannot_be_understood_is_counted_and_holds_up_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = world.complain(), world.complain()
    really = fhir_complaint.complaint_of

    def spoilt(task: dict[str, Any]) -> Any:
        return really(task | {"authoredOn": "yesterday"} if task["id"] == first else task)

    monkeypatch.setattr("vaxdesk.sync.fhir_read.complaint_of", spoilt)
    report = world.sync()
    assert (report.not_understood, [one.complaint.id for one in world.desk.work.complaints.all()]) == (1, [second])


def test_complaints_too_large_for_one_page_come_one_by_one(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = {world.complain(pictures=(citizen.Picture(JPEG + bytes(20_000), "image/jpeg"),)) for _ in range(3)}
    sizes = []
    really = feeds.pages

    def seen(*args: Any) -> Any:
        sizes.append(args[5])
        return really(*args)

    monkeypatch.setattr(feeds, "pages", seen)
    monkeypatch.setattr("vaxdesk.sync.wire.ANSWER_BYTES_MAX", 50_000)
    world.sync()
    assert {one.complaint.id for one in world.desk.work.complaints.all()} == ids
    assert sizes[-2:] == [10, 1] or 1 in sizes


# --- answers


@pytest.mark.parametrize("how", ["ask", "postpone", "settle", "reject"])
def test_q1_an_answer_stands_there_as_the_contract_says(world: World, how: str) -> None:
    task_id, book = world.pulled(), world.desk.work.complaints
    if how == "reject":
        book.reject(task_id, Rejection.BLURRED, "Ảnh mờ, xin gửi lại.", world.desk.manager)
    else:
        getattr(book, how)(task_id, "Điểm tiêm đã xem.", world.desk.manager)
    assert (world.sync().trouble, world.waits(task_id)) == ("", False)
    before, after = world.versions(task_id)
    changed = {name for name in after if after[name] != before.get(name)} - {"meta"}
    wanted = {
        "ask": ("on-hold", [("asked", "Điểm tiêm đã xem.")]),
        "postpone": ("on-hold", [("postponed", "Điểm tiêm đã xem.")]),
        "settle": ("completed", [("settled", "Điểm tiêm đã xem.")]),
        "reject": ("rejected", [("rejected", "Ảnh mờ, xin gửi lại."), ("rejected", "blurred")]),
    }[how]
    assert (after["status"], answers(after)) == wanted
    assert changed == {"status", "lastModified", "output"} | (
        {"businessStatus"} if after["status"] == "on-hold" else set()
    )
    assert base64.b64decode(after["input"][-1]["valueAttachment"]["data"]) == JPEG
    assert after["output"][-1]["valueString"] == world.desk.manager.id


def test_a_dose_added_for_it_is_named_in_the_answer_and_goes_before_it(world: World) -> None:
    task_id, book = world.pulled(), world.desk.work.complaints
    nurse = world.desk.work.staff.add("Đỗ Thị Cúc", Role.NURSE, "8642", world.desk.manager)
    day = world.desk.clock() - timedelta(days=20)
    missing = AddDose(replace(world.desk.draft(1, "FL4574"), occurred_at=day))
    book.propose(task_id, missing, "bỏ sót khi nhập", nurse, "Đã bổ sung mũi 1.")
    story = book.approve(task_id, world.desk.manager.username, PIN)
    world.sync()
    (dose_id,) = story.settled_doses
    assert answers(world.newest(task_id)) == [("settled", "Đã bổ sung mũi 1."), ("dose", f"Immunization/{dose_id}")]
    assert world.desk.work.desk.dose(dose_id).receipt is not None


def test_an_answer_given_offline_goes_when_the_line_is_back(world: World) -> None:
    task_id = world.pulled()
    world.central.stop()
    world.ask(task_id)
    world.settle(task_id)
    assert world.sync().trouble
    assert (world.story(task_id).status, world.waits(task_id)) == (ComplaintStatus.SETTLED, True)
    world.central.start()
    world.sync()
    assert answers(world.newest(task_id)) == [("asked", "Xin gửi ảnh rõ hơn."), ("settled", "Đã bổ sung mũi tiêm.")]
    assert len(world.versions(task_id)) == 2


@pytest.mark.parametrize("fault", [faulty.lost_answer, faulty.status(503), faulty.status(500)])
def test_p2_p4_an_answer_whose_answer_was_lost_changes_nothing_twice(world: World, fault: Fault) -> None:
    task_id = world.pulled()
    world.ask(task_id)
    world.sync(fault)
    world.desk.clock.forward(minutes=2)  # a busy server says when to come again
    world.sync()
    world.sync()
    assert not world.waits(task_id)
    assert answers(world.newest(task_id)) == [("asked", "Xin gửi ảnh rõ hơn.")]
    assert len(world.versions(task_id)) == 2


def test_answers_go_on_top_of_each_other_without_a_pull_between(world: World) -> None:
    task_id = world.pulled()
    book = world.desk.work.sync_book
    world.ask(task_id)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("vaxdesk.sync.pull._OF_SITE", ("Device",))
        world.sync()
        world.settle(task_id)
        world.sync()
    assert answers(world.newest(task_id)) == [("asked", "Xin gửi ảnh rõ hơn."), ("settled", "Đã bổ sung mũi tiêm.")]
    assert (len(world.versions(task_id)), book.waiting()) == (3, 0)


def test_q3_what_the_citizen_adds_opens_it_again_and_keeps_its_end(world: World) -> None:
    task_id = world.pulled()
    due_at = world.story(task_id).complaint.due_at
    world.ask(task_id)
    world.sync()
    assert world.story(task_id).status is ComplaintStatus.ASKED
    world.add(task_id)
    world.sync()
    case = world.desk.work.complaints.case(task_id)
    assert (case.story.status, case.story.complaint.due_at) == (ComplaintStatus.OPEN, due_at)
    assert (case.pictures, case.story.complaint.claim.added) == ((JPEG, PNG), ("Ảnh rõ hơn đây.",))
    world.settle(task_id)
    world.sync()
    assert world.newest(task_id)["status"] == "completed"
    assert len(world.newest(task_id)["input"]) == len(world.versions(task_id)[0]["input"]) + 2


def test_q2_an_answer_goes_on_top_of_what_the_citizen_added_meanwhile(world: World) -> None:
    """412: the desk did not know of the addition; the complaint is still open."""
    task_id = world.pulled()
    world.ask(task_id)
    world.sync()
    world.add(task_id)
    world.settle(task_id)
    report = world.sync()
    assert (report.trouble, report.set_aside, world.waits(task_id)) == ("", 0, False)
    newest = world.newest(task_id)
    assert (newest["status"], len(answers(newest))) == ("completed", 2)
    assert [part.get("valueString") for part in newest["input"]][-2:] == ["Ảnh rõ hơn đây.", None]


def test_q2_another_desk_answered_first_then_a_person_decides(two: tuple[World, World]) -> None:
    here, there = two
    task_id = here.pulled()
    there.sync()
    there.desk.work.complaints.reject(task_id, Rejection.BLURRED, "Ảnh mờ.", there.desk.manager)
    here.settle(task_id)
    there.sync()
    assert here.sync().set_aside == 1
    story = here.story(task_id)
    assert (story.is_refused, story.status, story.unsent) == (True, ComplaintStatus.REJECTED, True)
    assert len(here.versions(task_id)) == 2
    here.desk.work.complaints.yield_to_platform(task_id, here.desk.manager)
    here.sync()
    story = here.story(task_id)
    assert (here.waits(task_id), story.is_refused, story.status) == (False, False, ComplaintStatus.REJECTED)
    assert len(here.versions(task_id)) == 2, "giving way writes nothing"


def test_q2_whoever_decides_may_answer_over_it(two: tuple[World, World]) -> None:
    here, there = two
    task_id = here.pulled()
    there.sync()
    there.desk.work.complaints.reject(task_id, Rejection.BLURRED, "Ảnh mờ.", there.desk.manager)
    here.settle(task_id)
    there.sync()
    here.sync()
    here.settle(task_id, "Đã tìm thấy trong sổ và bổ sung.")
    here.sync()
    assert answers(here.newest(task_id)) == [
        ("rejected", "Ảnh mờ."),
        ("rejected", "blurred"),
        ("settled", "Đã tìm thấy trong sổ và bổ sung."),
    ]
    assert (here.waits(task_id), here.story(task_id).status) == (False, ComplaintStatus.SETTLED)


def test_a_desk_sees_what_another_desk_of_the_site_answered(two: tuple[World, World]) -> None:
    here, there = two
    task_id = here.pulled()
    here.settle(task_id)
    here.sync()
    there.sync()
    assert there.story(task_id).status is ComplaintStatus.SETTLED
    assert there.desk.work.complaints.counts().closed == 1


# --- the counter


def test_q1_a_complaint_of_the_counter_goes_to_the_platform_by_itself(world: World) -> None:
    claim = Claim(citizen_id="001090000001", name="Lê Văn Thử", birth_date="1990-05-06", words="Mũi 1 chưa có.")
    story = world.desk.work.complaints.take(claim, ComplaintKind.MISSING, world.desk.manager, [PNG])
    task_id = story.complaint.id
    world.sync()
    assert not world.waits(task_id)
    (task,) = world.versions(task_id)
    assert (task["status"], check(task, "Task") == task) == ("requested", True)
    assert task["restriction"]["period"]["end"] == fhir_complaint.moment(
        story.complaint.received_at + timedelta(hours=48)
    )
    story = world.story(task_id)
    assert (story.complaint.source, story.complaint.claim, story.status) == (
        ComplaintSource.COUNTER,
        claim,
        ComplaintStatus.OPEN,
    )
    world.settle(task_id)
    world.sync()
    assert (len(world.versions(task_id)), world.newest(task_id)["status"]) == (2, "completed")


def test_a_complaint_of_the_counter_settled_before_the_line_came_is_one_request(world: World) -> None:
    claim = Claim(name="Lê Văn Thử", words="Mũi 1 chưa có.", birth_date="1990")
    task_id = world.desk.work.complaints.take(claim, ComplaintKind.OTHER, world.desk.manager).complaint.id
    world.settle(task_id)
    world.sync()
    assert [task["status"] for task in world.versions(task_id)] == ["completed"]
    assert world.story(task_id).status is ComplaintStatus.SETTLED


# --- pure


def a_task(**changes: Any) -> dict[str, Any]:
    data = base64.b64encode(JPEG).decode()
    part = {"coding": [{"system": "urn:vaxdesk:claim", "code": "picture"}]}
    return {
        "resourceType": "Task", "id": "t1", "meta": {"versionId": "3", "lastUpdated": "2021-11-12T01:00:00Z", "tag": [{"system": "x", "code": "y"}]},
        "status": "requested", "intent": "order", "authoredOn": "2021-11-12T08:00:00+07:00",
        "code": {"coding": [{"system": "urn:vaxdesk:complaint", "code": "wrong"}]},
        "priority": "urgent", "extension": [{"url": "urn:other", "valueDecimal": 1.5}],
        "for": {"display": "Lê Văn Thử"},
        "input": [{"type": part, "valueAttachment": {"contentType": "image/jpeg", "data": data, "title": "giấy"}}],
        "output": [{"type": {"text": "by another program"}, "valueBoolean": True}],
    } | changes  # fmt: skip


def a_due(task: dict[str, Any], *steps: ComplaintStep) -> DueComplaint:
    complaint = fhir_complaint.complaint_of(task)
    assert complaint is not None
    entry = OutboxEntry(RecordKind.COMPLAINT, complaint.id, len(steps), 0, NOON)
    return DueComplaint(entry, complaint, steps, complaint.version, DeviceId("d" * 36), SiteCode(SITE))


def a_step(number: int, action: Action = Action.ASK, **facts: Any) -> ComplaintStep:
    return ComplaintStep("t1", number, action, NOON, StaffId("s"), **{"note": f"lời {number}"} | facts)


def test_everything_this_program_does_not_know_goes_back_as_it_came() -> None:
    task = a_task()
    back = fhir_complaint.task_of(a_due(task))
    assert back == task | {"meta": {"tag": task["meta"]["tag"]}}
    answered = fhir_complaint.task_of(a_due(task, a_step(1)))
    assert {name for name in answered if answered[name] != back.get(name)} == {
        "status",
        "businessStatus",
        "lastModified",
        "output",
    }
    assert answered["output"][0] == task["output"][0]


def test_an_answer_is_appended_once_on_a_server_with_ids_and_on_one_without() -> None:
    once = fhir_complaint.task_of(a_due(a_task(), a_step(1)))
    once["meta"] = a_task()["meta"]
    assert fhir_complaint.task_of(a_due(once, a_step(1)))["output"] == once["output"]
    bare = once | {"output": [{k: v for k, v in part.items() if k != "id"} for part in once["output"]]}
    assert fhir_complaint.task_of(a_due(bare, a_step(1)))["output"] == bare["output"]


def test_a_withdrawn_answer_is_not_sent() -> None:
    withdrawn = a_step(2, Action.WITHDRAW, details={"answers": [1]})
    sent = fhir_complaint.task_of(a_due(a_task(), a_step(1), withdrawn, a_step(3, Action.SETTLE)))
    assert answers(sent | {"output": sent["output"][1:]}) == [("settled", "lời 3")]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"status": "in-progress"}, ComplaintStatus.OPEN),
        ({"status": "on-hold"}, ComplaintStatus.POSTPONED),
        ({"status": "entered-in-error"}, None),
        ({"code": {"coding": [{"system": "urn:other", "code": "wrong"}]}}, None),
        ({"restriction": {}}, ComplaintStatus.OPEN),
        ({"authoredOn": "2021-11-12T08:00:00"}, None),
    ],
)
def test_what_a_task_means(change: dict[str, Any], status: ComplaintStatus | None) -> None:
    found = fhir_complaint.complaint_of(a_task(**change))
    assert (found.status if found else None) is status
    assert found is None or found.due_at - found.received_at == timedelta(hours=48)


def test_a_picture_that_is_none_stays_in_the_task() -> None:
    task = a_task()
    for data in ("not base64!", base64.b64encode(b"GIF89a").decode(), base64.b64encode(JPEG).decode() + "\n"):
        task["input"][0]["valueAttachment"]["data"] = data
        found = fhir_complaint.complaint_of(task)
        assert found is not None
        assert found.pictures == ()
        assert fhir_complaint.task_of(a_due(task))["input"] == task["input"]


def test_a_complaint_of_the_store_is_the_one_that_came(world: World) -> None:
    complaint = fhir_complaint.complaint_of(a_task())
    assert complaint is not None
    with world.desk.store.write() as connection:
        complaint_rows.keep(connection, complaint, NOON)
    with world.desk.store.read() as connection:
        (story,) = complaint_rows.stories(connection)
        pictures = complaint_rows.pictures(connection, "t1", "3")
    assert replace(story.complaint, pictures=pictures) == complaint
    assert story.complaint.task == complaint.task
