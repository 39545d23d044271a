"""The site's forms and the audit in a language twice as long as ours, and in our own two on the smallest screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Bench
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QScrollArea
from support.sheets import a_list
from test_ui_long_words import TwiceAsLong, cut_off, take_places

from vaxdesk.ui.staff_form import Task


@pytest.fixture
def long_words() -> Iterator[None]:
    translator = TwiceAsLong()
    QCoreApplication.installTranslator(translator)
    yield
    QCoreApplication.removeTranslator(translator)


@pytest.mark.usefixtures("long_words")
def test_no_form_of_the_site_cuts_off_a_language_twice_as_long(bench: Bench, tmp_path: Path) -> None:
    window = bench.enter(bench.manager)
    window.show_page("site")
    bench.settle()
    troubles = {}
    for task in Task:
        window.site.staff.begin(task)
        bench.settle()
        troubles[task.value] = cut_off(window.site.staff)
        window.site.staff.end()
    window.site.read_audit()
    bench.settle()
    assert window.site.audit is not None
    troubles["audit"] = cut_off(window.site.audit)
    window.site.take_in_list()
    bench.settle()
    assert window.site.imports is not None
    troubles["import"] = cut_off(window.site.imports)
    window.site.imports.open(a_list(tmp_path / "a.xlsx", 2))
    bench.settle()
    troubles["import-columns"] = cut_off(window.site.imports)
    window.site.type_paper_day()
    bench.settle()
    assert window.site.paper is not None
    troubles["paper"] = cut_off(window.site.paper)
    assert {name: found for name, found in troubles.items() if found} == {}


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_site_and_its_forms_fit_the_smallest_screen(bench: Bench, language: str) -> None:
    window = bench.enter(bench.manager)
    bench.around.speech.speak(language)
    window.show_page("site")
    bench.settle()
    area = window.pages.place("site")
    assert isinstance(area, QScrollArea)
    for task in Task:
        window.site.staff.begin(task)
        bench.settle()
        assert cut_off(window.site.staff) == []
        assert (area.horizontalScrollBar().isVisible(), area.verticalScrollBar().isVisible()) == (False, False), task
        window.site.staff.end()
    for turn_to in (window.site.read_audit, window.site.take_in_list, window.site.type_paper_day):
        turn_to()
        bench.settle()
        take_places()
        bars = (area.horizontalScrollBar(), area.verticalScrollBar())
        assert [bar.isVisible() for bar in bars] == [False, False], turn_to.__name__
