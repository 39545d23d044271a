"""Pages are made when they are wanted, once, whoever wants them, and then know what has happened before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from conftest import Bench
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from vaxdesk.sync.reports import SyncReport
from vaxdesk.ui.pages import PAGES
from vaxdesk.ui.staff_form import Task


def made(bench: Bench) -> list[str]:
    return [name for name in bench.window.pages if bench.window.pages.is_made(name)]


def test_nobody_waits_for_a_page_that_is_not_shown(bench: Bench) -> None:
    assert made(bench) == []
    bench.enter()
    assert made(bench) == ["desk"]
    bench.press(Qt.Key.Key_F5)
    assert made(bench) == ["desk", "sync"]


def test_each_page_is_made_once(bench: Bench) -> None:
    window = bench.enter()
    first = dict(window.pages)
    while window.pages.make_next():
        pass
    for name in window.pages:
        window.show_page(name)
        bench.settle()
    assert dict(window.pages) == first
    assert (first["desk"], first["site"]) == (window.desk, window.site)


def test_the_rest_is_made_one_at_a_turn_and_moves_nobody_from_their_page(bench: Bench) -> None:
    window = bench.enter()
    before = QApplication.focusWidget()
    turns = [made(bench)]
    while window.pages.make_next():
        turns.append(made(bench))
    assert [len(names) for names in turns] == list(range(1, 1 + len(PAGES)))
    assert (window.pages.shown, window.desk.isVisible()) == ("desk", True)
    assert (QApplication.activeWindow(), QApplication.focusWidget()) == (window, before)


def test_the_first_page_after_signing_in_is_the_desk_whatever_was_made_before(bench: Bench) -> None:
    assert bench.window.site is not None
    bench.enter()
    assert bench.window.desk.isVisible()


def test_the_pages_come_by_themselves_once_the_window_is_painted(bench: Bench) -> None:
    bench.opened.show()
    bench.qtbot.waitUntil(lambda: made(bench) == [entry.name for entry in PAGES], timeout=10_000)
    bench.settle()


def test_a_page_made_late_knows_the_last_run(bench: Bench) -> None:
    bench.enter()
    bench.window.show_report(SyncReport(trouble="timed-out"))
    bench.press(Qt.Key.Key_F5)
    assert "quá chậm" in bench.window.sync.contact.words.whole_text()


def test_a_page_made_late_knows_what_was_chosen(bench: Bench) -> None:
    bench.enter()
    bench.window.choose(replace(bench.window.settings, lock_after_minutes=30, language="en"))
    bench.press(Qt.Key.Key_F9)
    assert bench.window.site.machine.language.currentData() == "en"


@pytest.mark.parametrize("member", ["manager", "nurse"])
def test_a_page_made_late_knows_who_may(bench: Bench, member: str) -> None:
    bench.enter(getattr(bench, member))
    bench.press(Qt.Key.Key_F9)
    assert bench.window.site.staff.offers[Task.ADD].isEnabled() is (member == "manager")


def test_every_page_stands_on_the_rail_with_its_own_key(open_bench: Callable[[], Bench]) -> None:
    window = open_bench().window
    assert set(window.rail) == {entry.name for entry in PAGES if not entry.under} | {"lock"}
    assert {entry.under for entry in PAGES} - {""} <= set(window.rail)
    assert len({entry.key for entry in PAGES}) == len(PAGES)
