"""The first run and the practice band in a language twice as long, and on a small screen: nothing is cut off, nothing scrolls sideways."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Paper
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication, QScrollArea
from pytestqt.qtbot import QtBot
from support.first_run import FirstRun, Runs
from test_ui_long_words import TwiceAsLong, cut_off

from vaxdesk import keys
from vaxdesk.models.first_run import Begun, PlatformAddress, Reached
from vaxdesk.ui import theme
from vaxdesk.ui.practice_band import PracticeBand
from vaxdesk.ui.services import Practice

ANSWERED = Begun(
    Reached.ANSWERED, True, PlatformAddress(), "Trạm Y tế Phường 5, Quận 10", "Số 1 Phố Mẫu, Phường 5, Quận 10"
)
HALF_PX = (683, 384)  # 1366x768 at 200 %


@pytest.fixture
def run(qapp: QApplication, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FirstRun]:
    monkeypatch.setattr(keys, "has_keyring", lambda: False)
    theme.load_fonts()
    runs = Runs(qapp, qtbot, tmp_path / "desk", Paper)
    made = runs.start()
    made.around.look.wear("light")
    made.window.manager.show_site(ANSWERED)
    yield made
    runs.end()
    qapp.setStyleSheet("")


@pytest.fixture
def twice_as_long() -> Iterator[None]:
    translator = TwiceAsLong()
    QCoreApplication.installTranslator(translator)
    yield
    QCoreApplication.removeTranslator(translator)


@pytest.mark.usefixtures("twice_as_long")
@pytest.mark.parametrize("size_px", [(1366, 768), HALF_PX])
def test_no_step_cuts_off_a_language_twice_as_long(run: FirstRun, size_px: tuple[int, int]) -> None:
    run.window.resize(*size_px)
    troubles = {}
    for name, step in run.window.steps.items():
        run.window.show_step(name)
        run.settle()
        for field in step.fields.values():
            field.refuse(field.note.text() or field.titled.label.text())
        QApplication.processEvents()
        troubles[name] = cut_off(step) + cut_off(run.window.side)
    assert {name: found for name, found in troubles.items() if found} == {}


@pytest.mark.parametrize("language", ["vi", "en"])
def test_both_languages_fit_a_small_screen_without_sideways_scrolling(run: FirstRun, language: str) -> None:
    run.window.resize(*HALF_PX)
    run.around.speech.speak(language)
    for name in run.window.steps:
        run.window.show_step(name)
        run.settle()
        QApplication.processEvents()
        area = run.window._places[name]
        assert isinstance(area, QScrollArea)
        assert run.window.width() == HALF_PX[0]
        assert not area.horizontalScrollBar().isVisible(), name


@pytest.mark.parametrize("width_px", [1366, HALF_PX[0]])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_band_says_mark_and_pin_at_every_width(run: FirstRun, width_px: int, language: str) -> None:
    run.around.speech.speak(language)
    band = PracticeBand(run.around, Practice("1357", lambda: b""))  # type: ignore[arg-type]
    band.resize(width_px, 36)
    band.show()
    QApplication.processEvents()
    assert band.width() == width_px
    assert band.words.text() == band.words.whole_text()
    assert "1357" in band.words.text()
    assert cut_off(band) == []
    band.again.click()
    QApplication.processEvents()
    assert band.width() == width_px
    assert cut_off(band) == []
    band.close()
