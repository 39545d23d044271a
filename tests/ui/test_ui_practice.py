"""The practice desk in its window: marked on every page, no platform, cards to scan, and a way in and out."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from conftest import Bench, Paper
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from vaxdesk import keys
from vaxdesk.app import STORE_NAME, OpenDesk
from vaxdesk.demo import practice_cards, practice_desk
from vaxdesk.demo.people import card_text
from vaxdesk.demo.practice_people import DUE, EARLY, FIRST, practice_people
from vaxdesk.models import training
from vaxdesk.models.db import open_store
from vaxdesk.print.proof import read_codes, text_of
from vaxdesk.settings import Settings
from vaxdesk.ui import dialogs
from vaxdesk.ui.big_screen import BigScreen
from vaxdesk.ui.practice_band import PracticeMark
from vaxdesk.ui.services import Leave, Practice, RestingRunner, WindowServices
from vaxdesk.ui.status_bar import StatusBar
from vaxdesk.ui.window import OpenWindow

CONTROL = Qt.KeyboardModifier.ControlModifier
BOTH = CONTROL | Qt.KeyboardModifier.ShiftModifier


@dataclass
class Practising:
    """A practice desk's window."""

    opened: OpenWindow
    desk: OpenDesk
    paper: Paper
    left: list[int]
    qtbot: QtBot

    def settle(self) -> None:
        window = self.opened.window
        self.qtbot.waitUntil(
            lambda: self.opened.around.lane.is_idle and not window.certificates.is_busy, timeout=20_000
        )

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.opened.window.windowHandle(), key, modifier)
        self.settle()

    def sign_in(self) -> None:
        QTest.keyClicks(self.opened.window.sign_in.pin, training.PIN)
        self.press(Qt.Key.Key_Return)


@pytest.fixture(scope="module")
def practice_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data") / training.FOLDER
    practice_desk.open_or_make(folder).close()
    return folder


@pytest.fixture
def practising(qapp: QApplication, qtbot: QtBot, practice_folder: Path, tmp_path: Path) -> Iterator[Practising]:
    folder = tmp_path / training.FOLDER
    shutil.copytree(practice_folder, folder)
    vault = keys.open_vault(folder, lambda: training.PASSPHRASE)
    desk, paper, left = OpenDesk(folder, vault, open_store(folder / STORE_NAME, keys.store_key(vault))), Paper(), []
    services = WindowServices(
        work=desk.work,
        runner=RestingRunner,
        produce=desk.produce,
        checker=desk.checker,
        papers=desk,
        backup=desk.backup,
        settings=lambda: Settings(sounds=False),
        save_settings=lambda _chosen: None,
        spool=paper.spool,
        job=paper.job,
        drop=paper.drop,
        trays=paper.trays,
        printers=paper.printers,
        practice=Practice(training.PIN, practice_cards.render),
    )
    opened = OpenWindow(qapp, services)
    opened.window.leave_wished.disconnect(qapp.exit)
    opened.window.leave_wished.connect(left.append)
    opened.window.resize(1366, 768)
    opened.window.open()
    opened.window.show()
    made = Practising(opened, desk, paper, left, qtbot)
    made.settle()
    yield made
    opened.close()
    opened.around.speech.speak("vi")
    desk.close()
    for widget in QApplication.topLevelWidgets():
        widget.close()
        widget.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    qapp.setStyleSheet("")


def test_the_band_is_over_the_sign_in_and_every_page_and_says_the_pin(practising: Practising) -> None:
    window = practising.opened.window
    assert window.band is not None
    assert window.band.isVisible()
    assert training.PIN in window.band.words.whole_text()
    practising.sign_in()
    assert window.around.session.member is not None
    for name in window.pages:
        window.show_page(name)
        practising.settle()
        assert window.band.isVisible(), name
        assert "không phải dữ liệu thật" in window.band.mark.text()


def test_a_practice_dose_is_saved_by_keys_and_the_status_bar_says_that_nothing_is_sent(practising: Practising) -> None:
    practising.sign_in()
    window = practising.opened.window
    due = next(one for one in practice_people() if one.situation is DUE)
    window.take_scan(card_text(due.person))
    practising.settle()
    practising.press(Qt.Key.Key_Space)
    practising.press(Qt.Key.Key_Return)
    record = practising.desk.work.desk.all_records()[-1]
    assert record.dose.dose_number == 2
    status: StatusBar = window.status
    assert "không gửi" in status.network.words.whole_text()
    assert status.waiting.words.whole_text() == ""


def test_who_comes_too_early_is_held_back(practising: Practising) -> None:
    practising.sign_in()
    early = next(one for one in practice_people() if one.situation is EARLY)
    practising.opened.window.take_scan(card_text(early.person))
    practising.settle()
    practising.press(Qt.Key.Key_Space)
    before = len(practising.desk.work.desk.all_records())
    practising.press(Qt.Key.Key_Return)
    assert len(practising.desk.work.desk.all_records()) == before


def test_cards_to_scan_are_saved_and_can_be_read(
    practising: Practising, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "cards.pdf"
    monkeypatch.setattr(dialogs, "choose_new_file", lambda *_: file)
    practising.press(Qt.Key.Key_K, BOTH)
    assert practising.opened.window.band is not None
    assert file.name in practising.opened.window.band.words.whole_text()
    people = practice_people()
    first = next(one for one in people if one.situation is FIRST)
    found = read_codes(file)
    assert len(found) == len(people) == 32
    assert card_text(first.person) in found
    assert "LUYỆN TẬP" in text_of(file.read_bytes())


def test_starting_over_asks_once_more_and_leaving_does_not(practising: Practising) -> None:
    practising.press(Qt.Key.Key_Q, BOTH)
    assert practising.left == [Leave.FOR_REAL]
    practising.press(Qt.Key.Key_N, BOTH)
    assert practising.left == [Leave.FOR_REAL]
    band = practising.opened.window.band
    assert band is not None
    assert "lần nữa" in band.again.text()
    band._second_thoughts.timeout.emit()  # nothing pressed for a while: asked no more
    practising.press(Qt.Key.Key_N, BOTH)
    assert practising.left == [Leave.FOR_REAL]
    practising.press(Qt.Key.Key_N, BOTH)
    assert practising.left == [Leave.FOR_REAL, Leave.TO_START_OVER]


def test_the_screen_for_those_who_wait_is_marked_too(practising: Practising) -> None:
    practising.sign_in()
    big = BigScreen(practising.opened.around, practising.opened.window.area.feed)
    assert [mark.text() for mark in big.findChildren(PracticeMark)] == ["LUYỆN TẬP – không phải dữ liệu thật"]
    big.deleteLater()


def test_whoever_asks_for_a_sync_is_told_why_there_is_none(practising: Practising) -> None:
    practising.sign_in()
    practising.opened.window.wake_wished.emit(True)
    practising.settle()
    practising.opened.window.show_page("sync")
    practising.settle()
    assert practising.opened.window.last_report is not None
    assert practising.opened.window.last_report.trouble == "training-only"


def test_the_real_desk_offers_practice_only_before_anybody_signed_in(bench: Bench, qapp: QApplication) -> None:
    left: list[int] = []
    bench.window.leave_wished.disconnect(qapp.exit)
    bench.window.leave_wished.connect(left.append)
    bench.window.open()
    bench.window.show()
    bench.settle()
    assert bench.window.band is None
    bench.press(Qt.Key.Key_T, CONTROL)
    assert left == [Leave.FOR_TRAINING]
    bench.enter(bench.nurse)
    bench.window.lock()
    bench.settle()
    assert not bench.window.sign_in.practice.isVisible()
    bench.press(Qt.Key.Key_T, CONTROL)
    assert left == [Leave.FOR_TRAINING]


def test_a_desk_made_just_now_says_what_to_do_first(bench: Bench) -> None:
    assert "Ctrl+L" not in bench.window.desk.notice.said
    services = replace(bench.around.services, is_new=True)
    fresh = OpenWindow(QApplication.instance(), services)  # type: ignore[arg-type]
    fresh.window.open(bench.manager)
    fresh.window.show()
    bench.qtbot.waitUntil(lambda: fresh.around.lane.is_idle)
    assert "Ctrl+L" in fresh.window.desk.notice.said
    fresh.close()
