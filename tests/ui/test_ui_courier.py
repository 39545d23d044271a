"""Records on a stick, from the sync page: out, in, and what is said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from conftest import Bench
from PySide6.QtCore import Qt
from support.builders import a_crowd
from support.courier_platform import CourierDesk, CourierPlatform

from vaxdesk.app import OpenDesk
from vaxdesk.keys import signing_jwk
from vaxdesk.ui import dialogs
from vaxdesk.ui.courier_bar import CourierBar

F5 = Qt.Key.Key_F5


@dataclass
class Stick:
    """What the person chooses next."""

    folder: Path
    file: Path | None = None
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def platform() -> CourierPlatform:
    """The stand-in without a network: files are carried to it by hand."""
    return CourierPlatform(base="http://127.0.0.1:1", desk=CourierDesk())


@pytest.fixture
def stick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stick:
    made = Stick(tmp_path / "stick")
    made.folder.mkdir()
    monkeypatch.setattr(dialogs, "choose_folder", lambda _parent, title: made.asked.append(title) or made.folder)
    monkeypatch.setattr(dialogs, "choose_file", lambda _parent, title, _kinds: made.asked.append(title) or made.file)
    return made


@pytest.fixture
def page(bench: Bench, platform: CourierPlatform, stick: Stick) -> CourierBar:
    join(bench.desk, platform)
    bench.enter()
    bench.press(F5)
    return bench.window.sync.courier


def join(desk: OpenDesk, platform: CourierPlatform) -> None:
    """As enrolment would have done."""
    import json

    book = desk.work.sync_book
    known, site = book.enrolment(), desk.work.site()
    assert known is not None
    keys = json.dumps(platform.desk.jwks())
    book.save_enrolment(replace(known, courier_url="http://127.0.0.1:1/courier", courier_keys=keys))
    platform.store.give(
        {
            "resourceType": "Device",
            "id": site.device_id,
            "meta": {"tag": [{"system": "urn:vaxdesk:site", "code": site.code}]},
            "extension": [{"url": "urn:vaxdesk:ext:jwk", "valueString": json.dumps(signing_jwk(desk.vault))}],
        }
    )


def click(bench: Bench, press: Callable[[], None]) -> None:
    press()
    bench.qtbot.waitUntil(lambda: bench.window.sync.courier.is_idle, timeout=10_000)
    bench.settle()


def test_what_waits_is_written_and_the_answer_taken_in(
    bench: Bench, page: CourierBar, stick: Stick, platform: CourierPlatform
) -> None:
    for draft in a_crowd(2):
        bench.desk.work.desk.record(draft, bench.nurse)
    click(bench, page.write.click)
    (file,) = stick.folder.iterdir()
    assert file.name in page.notice.said
    assert "2 bản ghi" in page.notice.said
    stick.file = stick.folder / "answer"
    stick.file.write_text(platform.take(file.read_text()))
    click(bench, page.take.click)
    assert "đã nhận 2 bản ghi" in page.notice.said
    assert bench.window.sync.waiting.value.text() == "0"
    assert bench.window.sync.received.value.text() == "2"
    assert page.write.isEnabled()


def test_trouble_is_a_sentence_and_the_buttons_come_back(bench: Bench, page: CourierBar, stick: Stick) -> None:
    click(bench, page.write.click)
    assert "Không có bản ghi nào chờ gửi" in page.notice.said
    assert page.notice.isVisible()
    stick.file = stick.folder / "photo.jpg"
    stick.file.write_bytes(b"\xff\xd8")
    click(bench, page.take.click)
    assert "không phải là tệp chuyển tay" in page.notice.said
    assert page.take.isEnabled()


def test_a_person_who_chooses_nothing_changes_nothing(bench: Bench, page: CourierBar, stick: Stick) -> None:
    click(bench, page.take.click)
    assert stick.asked == ["Chọn tệp chuyển tay hoặc tệp trả lời"]
    assert not page.notice.isVisible()


def test_the_sentence_is_gone_when_the_page_is_opened_again(bench: Bench, page: CourierBar, stick: Stick) -> None:
    click(bench, page.write.click)
    assert page.notice.isVisible()
    bench.press(Qt.Key.Key_F4)
    bench.press(F5)
    assert not page.notice.isVisible()
    assert page.isVisible()
