"""Work goes to the lane; results come back in the GUI thread, in order, once."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from vaxdesk.errors import StoreError, VaxdeskError
from vaxdesk.ui.background import Lane


@pytest.fixture
def lane(qtbot: QtBot) -> Iterator[Lane]:
    made = Lane()
    yield made
    made.close()


def fail(error: VaxdeskError) -> None:
    raise AssertionError(error.code)


def test_work_runs_elsewhere_and_its_result_comes_back_here(lane: Lane, qtbot: QtBot) -> None:
    places: list[tuple[str, str]] = []

    def work() -> str:
        return threading.current_thread().name

    lane.run(work, done=lambda there: places.append((there, threading.current_thread().name)), failed=fail)
    qtbot.waitUntil(lambda: lane.is_idle)
    assert places[0][0].startswith("lane")
    assert places[0][1] == threading.main_thread().name


def test_one_at_a_time_in_order(lane: Lane, qtbot: QtBot) -> None:
    found: list[int] = []
    for number in range(50):
        lane.run(lambda number=number: number, done=found.append, failed=fail)
    qtbot.waitUntil(lambda: lane.is_idle)
    assert found == list(range(50))


def test_known_trouble_is_handed_over(lane: Lane, qtbot: QtBot) -> None:
    troubles: list[VaxdeskError] = []

    def work() -> None:
        raise StoreError("store-full")

    lane.run(work, done=lambda _: fail(StoreError()), failed=troubles.append)
    qtbot.waitUntil(lambda: lane.is_idle)
    assert [error.code for error in troubles] == ["store-full"]


@pytest.mark.allow_warnings("vaxdesk.ui.background")
def test_a_bug_leaves_no_page_waiting_and_no_secret_in_the_log(
    lane: Lane, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    troubles: list[VaxdeskError] = []

    def work() -> None:
        raise ValueError("Trần Thị Bích 079303000456")

    lane.run(work, done=lambda _: None, failed=troubles.append)
    qtbot.waitUntil(lambda: lane.is_idle)
    assert [error.code for error in troubles] == ["trouble"]
    assert "ValueError" in caplog.text
    assert "Bích" not in caplog.text
    assert "0793" not in caplog.text


def test_a_deleted_receiver_is_not_called(lane: Lane, qtbot: QtBot) -> None:
    called: list[object] = []

    class Receiver(QObject):
        def take(self, value: object) -> None:
            called.append(value)

    receiver, begin = Receiver(), threading.Event()
    lane.run(begin.wait, done=receiver.take, failed=fail)
    receiver.deleteLater()
    qtbot.waitUntil(lambda: _is_gone(receiver))
    begin.set()
    qtbot.waitUntil(lambda: lane.is_idle)
    assert called == []


def _is_gone(thing: QObject) -> bool:
    from PySide6.QtCore import QCoreApplication, QEvent
    from shiboken6 import isValid

    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return not isValid(thing)
