"""A complaint taken at the counter, and each answer to it, travel in a courier file (contract Q1, Q2, K2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.central import Central, a_central
from support.courier_desks import CourierLaptop, courier_laptops
from test_courier_real import carried_in

from vaxdesk.models.complaints import Claim, ComplaintKind, ComplaintStatus, Story
from vaxdesk.models.exchange import Tally
from vaxplatform import complaints as citizen

CLAIM = Claim(
    citizen_id="001090000001", name="Lê Văn Thử", birth_date="1990-05-06", phone="0900000001",
    words="Tôi tiêm mà chưa thấy trên hệ thống.",
)  # fmt: skip


@pytest.fixture
def central(tmp_path: Path) -> Iterator[tuple[Central, CourierLaptop]]:
    with a_central(tmp_path / "central") as (running, enrolled):
        (tmp_path / "desks").mkdir()
        with courier_laptops(tmp_path / "desks", enrolled) as desks:
            yield running, desks[0]


@pytest.fixture
def taken(central: tuple[Central, CourierLaptop], usb: Path) -> Story:
    """A complaint the platform has by hand."""
    platform, desk = central
    story = desk.work.complaints.take(CLAIM, ComplaintKind.MISSING, desk.manager)
    assert carried_in(platform, desk.export(usb).file, usb / "taken") == 0
    assert desk.take_in(usb / "taken").tally == Tally(1, 0, 0)
    return desk.work.complaints.story(story.complaint.id)


def tasks(platform: Central) -> list[str]:
    return [found["status"] for found in platform.fresh_versions() if found["_type"] == "Task"]


def test_q1_taken_at_the_counter_and_carried_by_hand(central: tuple[Central, CourierLaptop], taken: Story) -> None:
    platform, desk = central
    assert (taken.unsent, taken.is_refused, desk.waiting()) == (False, False, {})
    assert tasks(platform) == ["requested"]


def test_q2_an_answer_is_carried_by_hand_and_counts_once(
    central: tuple[Central, CourierLaptop], taken: Story, usb: Path
) -> None:
    platform, desk = central
    desk.work.complaints.settle(taken.complaint.id, "Đã bổ sung mũi tiêm.", desk.manager)
    file = desk.export(usb).file
    assert carried_in(platform, file, usb / "answer") == carried_in(platform, file, usb / "again") == 0
    assert desk.take_in(usb / "answer").tally == Tally(1, 0, 0)
    story = desk.work.complaints.story(taken.complaint.id)
    assert (story.status, story.unsent, desk.waiting()) == (ComplaintStatus.SETTLED, False, {})
    assert tasks(platform) == ["requested", "completed"]


def test_q2_an_answer_to_an_older_version_is_carried_over_nothing(
    central: tuple[Central, CourierLaptop], taken: Story, usb: Path
) -> None:
    platform, desk = central
    desk.work.complaints.ask(taken.complaint.id, "Xin gửi ảnh rõ hơn.", desk.manager)
    carried_in(platform, desk.export(usb).file, usb / "asked")
    desk.take_in(usb / "asked")
    citizen.add(platform.database, taken.complaint.id, "Ảnh đây.", (), datetime.now(UTC))
    desk.work.complaints.settle(taken.complaint.id, "Đã bổ sung mũi tiêm.", desk.manager)
    carried_in(platform, desk.export(usb).file, usb / "answer")
    assert desk.take_in(usb / "answer").tally == Tally(0, 0, 1), "it goes again on top of what the citizen added"
    assert tasks(platform) == ["requested", "on-hold", "requested"]
    assert desk.work.complaints.story(taken.complaint.id).unsent
