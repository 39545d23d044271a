"""The site's forms and the audit in a language twice as long as ours, and in our own two on the smallest screen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from conftest import Bench
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QScrollArea
from test_ui_long_words import TwiceAsLong, cut_off

from vaxdesk.ui.staff_form import Task


@pytest.fixture
def long_words() -> Iterator[None]:
    translator = TwiceAsLong()
    QCoreApplication.installTranslator(translator)
    yield
    QCoreApplication.removeTranslator(translator)


@pytest.mark.usefixtures("long_words")
def test_no_form_of_the_site_cuts_off_a_language_twice_as_long(bench: Bench) -> None:
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
        assert (area.horizontalScrollBar().isVisible(), area.verticalScrollBar().isVisible()) == (False, False), task
        assert cut_off(window.site.staff) == []
        window.site.staff.end()
    window.site.read_audit()
    bench.settle()
    assert not area.verticalScrollBar().isVisible()
