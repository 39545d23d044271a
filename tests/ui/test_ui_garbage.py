"""Unused Qt objects are deleted in the GUI thread only: on the lane that stood the window still for ever."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Bench, Template, bench_in, put_away
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from vaxdesk.ui.garbage import GarbageRounds
from vaxdesk.ui.pages import PAGES


class Knot(QObject):
    """Kept by itself only; writes down in which thread it is deleted, for the test that made it."""

    def __init__(self, deleted_in: list[str]) -> None:
        super().__init__()
        self.own, self._deleted_in = self, deleted_in

    def __del__(self) -> None:
        self._deleted_in.append(threading.current_thread().name)


@pytest.fixture
def rounds(qapp: QApplication) -> Iterator[GarbageRounds]:
    made = GarbageRounds()
    yield made
    made.end()
    gc.unfreeze()


def make_much() -> int:
    """Enough for Python to look for garbage several times over, if it may."""
    return len([[index] for index in range(50_000)])


def test_work_on_the_lane_deletes_no_qt_object(bench: Bench) -> None:
    deleted_in: list[str] = []
    bench.enter()
    Knot(deleted_in)
    bench.around.lane.run(make_much, done=lambda _made: None, failed=lambda _error: None)
    bench.settle()
    assert [name for name in deleted_in if name != "MainThread"] == []
    assert not gc.isenabled()


def test_a_round_deletes_what_became_unused_since(rounds: GarbageRounds) -> None:
    deleted_in: list[str] = []
    rounds.begin()
    Knot(deleted_in)
    kept = [[index] for index in range(5000)]
    rounds.look()
    assert (deleted_in, len(kept)) == (["MainThread"], 5000)


def test_a_round_with_little_made_since_leaves_the_window_alone(rounds: GarbageRounds) -> None:
    deleted_in: list[str] = []
    rounds.begin()
    gc.collect()
    Knot(deleted_in)
    rounds.look()
    assert deleted_in == []


def test_after_the_window_python_looks_by_itself_again(bench: Bench) -> None:
    bench.enter()
    bench.opened.close()
    assert gc.isenabled()


def test_of_a_closed_window_nothing_is_left(
    qapp: QApplication, qtbot: QtBot, enrolled_template: Template, tmp_path: Path
) -> None:
    made = [bench_in(qapp, qtbot, enrolled_template, tmp_path / "desk")]
    made[0].enter(made[0].manager)
    for page in PAGES:
        made[0].window.show_page(page.name)
        made[0].settle()
    window = weakref.ref(made[0].window)
    put_away(made)
    assert window() is None
