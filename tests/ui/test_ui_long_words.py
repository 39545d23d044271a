"""A language twice as long as ours: nothing is cut off, nothing lies over something else. And the .ts file is Qt Linguist's own."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import PySide6
import pytest
from conftest import CARD, Bench
from PySide6.QtCore import QCoreApplication, QTranslator
from PySide6.QtWidgets import QLabel, QScrollArea, QWidget
from support.builders import a_crowd

from vaxdesk.models.exchange import DueDose, PutAside
from vaxdesk.paths import resource
from vaxdesk.ui.buttons import KeyButton
from vaxdesk.ui.translations import translated
from vaxdesk.ui.widgets import ElidedLabel, FitLabel

PAD = "Ễộỵ"


class TwiceAsLong(QTranslator):
    """Says every sentence and as much again, with letters that need all of the line's height."""

    def translate(self, context: str, source: str, disambiguation: str | None = None, n: int = -1) -> str:
        words = source.replace("%n", str(n))
        return f"{words} {(PAD * len(words))[: len(words)]}"

    def isEmpty(self) -> bool:  # noqa: N802  Qt's name
        return False


@pytest.fixture
def twice_as_long() -> Iterator[None]:
    translator = TwiceAsLong()
    QCoreApplication.installTranslator(translator)
    yield
    QCoreApplication.removeTranslator(translator)


LAYOUT_ROUNDS = 4


def take_places() -> None:
    """A part that got its place moves others in the next round."""
    for _ in range(LAYOUT_ROUNDS):
        QCoreApplication.processEvents()


def cut_off(page: QWidget) -> list[str]:
    """Labels and buttons whose words do not fit where they stand."""
    take_places()
    found = []
    for label in page.findChildren(QLabel):
        if not label.isVisible() or isinstance(label, ElidedLabel | FitLabel) or not label.text():
            continue
        needed = label.heightForWidth(label.width()) if label.wordWrap() else label.sizeHint().height()
        if label.height() < needed - 1 or (not label.wordWrap() and label.width() < label.sizeHint().width() - 1):
            found.append(
                f"{type(label.parent()).__name__}: {label.text()[:40]} {label.size().toTuple()} needs {needed}"
            )
    for button in page.findChildren(KeyButton):
        if button.isVisible() and not button.says_all():
            found.append(f"{type(button.parent()).__name__}: [{button.text()[:40]}] {button.width()}")
    return found


def with_refusals(bench: Bench) -> None:
    for draft in a_crowd(3):
        bench.desk.work.desk.record(draft, bench.nurse)
        bench.desk.work.tickets.open(draft.person, bench.nurse)
    book = bench.desk.work.sync_book
    due = [one for one in book.due(bench.clock(), 9, asked=True) if isinstance(one, DueDose)]
    book.apply([PutAside(one.entry, "refused-lot", "words") for one in due[:2]], bench.clock())


@pytest.mark.usefixtures("twice_as_long")
def test_no_page_cuts_off_a_language_twice_as_long(open_bench: Callable[[], Bench]) -> None:
    bench = open_bench()
    with_refusals(bench)
    window = bench.enter(bench.manager)
    bench.scan(CARD)
    troubles = {}
    for name, page in window.pages.items():
        window.show_page(name)
        bench.settle()
        troubles[name] = cut_off(page)
    window.lock()
    bench.settle()
    troubles["sign-in"] = cut_off(window.sign_in)
    assert {name: found for name, found in troubles.items() if found} == {}


def test_our_own_two_languages_fit_without_sideways_scrolling(bench: Bench) -> None:
    window = bench.enter(bench.manager)
    bench.scan(CARD)
    for language in ("vi", "en"):
        bench.around.speech.speak(language)
        for name in window.pages:
            window.show_page(name)
            bench.settle()
            area = window.pages.place(name)
            assert isinstance(area, QScrollArea)
            assert not area.horizontalScrollBar().isVisible(), (language, name)


def test_qt_linguists_own_compiler_reads_the_translations_as_we_do(tmp_path: Path) -> None:
    compiled = tmp_path / "vaxdesk_en.qm"
    command = [str(Path(PySide6.__file__).parent / "lrelease"), str(resource("translations", "vaxdesk_en.ts"))]
    done = subprocess.run([*command, "-qm", str(compiled)], capture_output=True, text=True, check=True)
    assert "unfinished" not in done.stdout.replace("0 unfinished", "")
    linguist = QTranslator()
    assert linguist.load(str(compiled))
    for (context, source), forms in translated("en").items():
        assert linguist.translate(context, source, None, 2 if "%n" in source else -1) == forms[-1]
