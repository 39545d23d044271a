"""Who types, a reader or a person? The rhythm decides; a scan reaches no field, and a person's keys all arrive."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from vaxdesk.ui.scanner import CHARS_MIN, GAP_MS, ScannerFilter

CARD = "079303000456||Trần Thị Bích|09102003|Nữ|Tổ 2, Phường Thử|01072021"
NAMED = {"\r": Qt.Key.Key_Return, "\t": Qt.Key.Key_Tab, "\b": Qt.Key.Key_Backspace, " ": Qt.Key.Key_Space}


@dataclass
class Keyboard:
    """A field under a scanner filter, and hands."""

    field: QLineEdit
    filter: ScannerFilter
    scans: list[str]
    qtbot: QtBot

    def key(self, character: str, stamp_ms: int = 0, repeat: bool = False) -> None:
        """Down and up at once."""
        code = NAMED.get(character, Qt.Key(ord(character.upper())))
        text = "" if character == "\b" else character
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, code, Qt.KeyboardModifier.NoModifier, text, repeat)
            event.setTimestamp(stamp_ms)
            QCoreApplication.sendEvent(self.field, event)

    def reader(self, text: str) -> None:
        """As fast as keys can come."""
        for character in text:
            self.key(character)

    def person(self, text: str) -> None:
        """Each key only after the one before has arrived in the field."""
        for character in text:
            before = self.field.text()
            self.key(character)
            self.qtbot.waitUntil(lambda before=before, character=character: self.field.text() == before + character)

    def until_scanned(self, count: int = 1) -> None:
        self.qtbot.waitUntil(lambda: len(self.scans) == count)


@pytest.fixture
def keyboard(qapp: QApplication, qtbot: QtBot) -> Iterator[Keyboard]:
    field, reader, scans = QLineEdit(), ScannerFilter(), []
    qtbot.addWidget(field)
    field.show()
    field.setFocus()
    reader.scanned.connect(scans.append)
    qapp.installEventFilter(reader)
    yield Keyboard(field, reader, scans, qtbot)
    qapp.removeEventFilter(reader)


def test_a_card_with_enter_is_one_scan_and_nothing_lands_in_the_field(keyboard: Keyboard) -> None:
    keyboard.reader(CARD + "\r")
    assert keyboard.scans == [CARD]
    assert keyboard.field.text() == ""


def test_a_card_without_enter_is_a_scan_after_the_gap(keyboard: Keyboard) -> None:
    keyboard.reader(CARD)
    assert keyboard.scans == []
    keyboard.until_scanned()
    assert keyboard.scans == [CARD]
    assert keyboard.field.text() == ""


def test_an_enter_that_follows_a_little_later_belongs_to_the_scan(keyboard: Keyboard) -> None:
    entered: list[None] = []
    keyboard.field.returnPressed.connect(lambda: entered.append(None))
    keyboard.reader(CARD)
    keyboard.until_scanned()
    keyboard.key("\r")
    assert entered == []
    keyboard.key("\r")  # the next one is a person's
    assert entered == [None]


def test_a_person_types_and_every_key_arrives_in_order(keyboard: Keyboard) -> None:
    keyboard.person("Tran Thi Bich")
    assert keyboard.scans == []


def test_a_roll_of_fingers_is_not_a_scan(keyboard: Keyboard) -> None:
    keyboard.reader("nguy")
    keyboard.qtbot.waitUntil(lambda: keyboard.field.text() == "nguy")
    assert keyboard.scans == []


def test_enter_right_after_a_letter_is_the_persons_own(keyboard: Keyboard) -> None:
    entered: list[str] = []
    keyboard.field.returnPressed.connect(lambda: entered.append(keyboard.field.text()))
    keyboard.reader("12\r")
    assert entered == ["12"]
    assert keyboard.scans == []


def test_keys_typed_slowly_while_the_window_was_busy_are_not_a_scan(keyboard: Keyboard) -> None:
    """They all arrive at once, but the system's clock saw them apart."""
    for place, character in enumerate("nguyen van"):
        keyboard.key(character, stamp_ms=10_000 + 130 * place)
    keyboard.qtbot.waitUntil(lambda: keyboard.field.text() == "nguyen van")
    assert keyboard.scans == []


def test_a_slow_reader_is_still_a_reader(keyboard: Keyboard) -> None:
    for place, character in enumerate(CARD):
        keyboard.key(character, stamp_ms=10_000 + int(GAP_MS - 2) * place)
    keyboard.until_scanned()
    assert keyboard.scans == [CARD]


def test_a_held_key_repeats_into_the_field(keyboard: Keyboard) -> None:
    for _ in range(CHARS_MIN * 3):
        keyboard.key("a", repeat=True)
    assert keyboard.field.text() == "a" * CHARS_MIN * 3
    assert keyboard.scans == []


def test_doubled_characters_of_a_reader_look_like_repeats_and_are_kept(keyboard: Keyboard) -> None:
    for place, character in enumerate("079189086240|304577778|Bùi"):
        keyboard.key(character, repeat=place in (18, 19, 20))
    keyboard.key("\r")
    assert keyboard.scans == ["079189086240|304577778|Bùi"]


def test_a_line_feed_ends_a_scan_too(keyboard: Keyboard) -> None:
    keyboard.reader(CARD)
    QCoreApplication.sendEvent(
        keyboard.field, QKeyEvent(QEvent.Type.KeyPress, 0x0A, Qt.KeyboardModifier.NoModifier, "\n")
    )
    assert keyboard.scans == [CARD]


def test_two_people_scanned_in_a_row_are_two_scans(keyboard: Keyboard) -> None:
    keyboard.reader(CARD + "\r" + CARD[::-1] + "\r")
    assert keyboard.scans == [CARD, CARD[::-1]]


def test_what_was_in_the_field_stays(keyboard: Keyboard) -> None:
    keyboard.person("ab")
    keyboard.reader(CARD + "\r")
    keyboard.person("c")
    assert keyboard.field.text() == "abc"
    assert keyboard.scans == [CARD]


def test_an_input_method_that_repairs_inside_a_burst_is_followed(keyboard: Keyboard) -> None:
    keyboard.reader("079303000456|Trâ\bầ\r")
    assert keyboard.scans == ["079303000456|Trầ"]


def test_a_key_without_a_letter_leaves_a_mark_in_the_scan(keyboard: Keyboard) -> None:
    keyboard.reader("079303000456|Tr")
    event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_unknown, Qt.KeyboardModifier.NoModifier, "")
    QCoreApplication.sendEvent(keyboard.field, event)
    keyboard.reader("n\r")
    assert keyboard.scans == ["079303000456|Tr\ufffdn"]


def test_a_persons_backspace_arrives(keyboard: Keyboard) -> None:
    keyboard.person("ab")
    keyboard.key("\b")
    assert keyboard.field.text() == "a"


def test_a_space_of_a_person_is_not_held_back(keyboard: Keyboard) -> None:
    keyboard.person("a")
    keyboard.key(" ")
    assert keyboard.field.text() == "a "


def test_a_scan_has_a_limit(keyboard: Keyboard) -> None:
    keyboard.reader("x" * 5000 + "\r")
    assert [len(text) for text in keyboard.scans] == [4096, 904]
    assert keyboard.field.text() == ""


def test_a_click_gives_back_what_was_held(keyboard: Keyboard) -> None:
    keyboard.reader("ab")
    keyboard.qtbot.mouseClick(keyboard.field, Qt.MouseButton.LeftButton)
    assert keyboard.field.text() == "ab"
