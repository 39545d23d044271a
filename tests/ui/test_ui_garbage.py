"""Unused Qt objects are deleted in the GUI thread only: on the lane that stood the window still for ever."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator

import pytest
from conftest import Bench
from PySide6.QtCore import QObject

from vaxdesk.ui.garbage import GarbageRounds


class Knot(QObject):
    """Kept by itself only."""

    deleted_in: list[str] = []  # noqa: RUF012  the test's own notebook

    def __init__(self) -> None:
        super().__init__()
        self.own = self

    def __del__(self) -> None:
        Knot.deleted_in.append(threading.current_thread().name)


@pytest.fixture
def rounds() -> Iterator[GarbageRounds]:
    Knot.deleted_in.clear()
    made = GarbageRounds()
    yield made
    made.end()
    gc.unfreeze()


def make_much() -> int:
    """Enough for Python to look for garbage several times over, if it may."""
    return len([[index] for index in range(50_000)])


def test_work_on_the_lane_deletes_no_qt_object(bench: Bench) -> None:
    Knot.deleted_in.clear()
    bench.enter()
    Knot()
    bench.around.lane.run(make_much, done=lambda _made: None, failed=lambda _error: None)
    bench.settle()
    assert [name for name in Knot.deleted_in if name != "MainThread"] == []
    assert not gc.isenabled()


def test_a_round_deletes_what_became_unused_since(rounds: GarbageRounds) -> None:
    rounds.begin()
    Knot()
    kept = [[index] for index in range(5000)]
    rounds.look()
    assert (Knot.deleted_in, len(kept)) == (["MainThread"], 5000)


def test_a_round_with_little_made_since_leaves_the_window_alone(rounds: GarbageRounds) -> None:
    rounds.begin()
    gc.collect()
    Knot()
    rounds.look()
    assert Knot.deleted_in == []


def test_after_the_window_python_looks_by_itself_again(bench: Bench) -> None:
    bench.enter()
    bench.opened.close()
    assert gc.isenabled()
