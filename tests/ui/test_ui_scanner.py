"""Who types, a reader or a person? The rhythm decides; a scan reaches no field, and a person's keys all arrive."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from vaxdesk.models.scan_reading import Ending, Reading
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
    readings: list[Reading] = dataclasses.field(default_factory=list)

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
    line, reader, scans = QLineEdit(), ScannerFilter(alt_digits_compose=False), []
    qtbot.addWidget(line)
    line.show()
    line.setFocus()
    made = Keyboard(line, reader, scans, qtbot)
    reader.scanned.connect(scans.append)
    reader.read.connect(made.readings.append)
    qapp.installEventFilter(reader)
    yield made
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


# --- how it came


def test_a_scan_tells_how_it_ended_and_how_fast_it_came(keyboard: Keyboard) -> None:
    keyboard.reader(CARD + "\r" + CARD + "\t" + CARD)
    keyboard.until_scanned(3)
    assert [reading.ending for reading in keyboard.readings] == [Ending.ENTER, Ending.TAB, Ending.NONE]
    assert all(reading.gap_mean_ms < GAP_MS for reading in keyboard.readings)


def test_return_and_line_feed_end_one_scan(keyboard: Keyboard) -> None:
    entered: list[None] = []
    keyboard.field.returnPressed.connect(lambda: entered.append(None))
    keyboard.reader(CARD + "\r")
    QCoreApplication.sendEvent(
        keyboard.field, QKeyEvent(QEvent.Type.KeyPress, 0x4A, Qt.KeyboardModifier.ControlModifier, "\n")
    )
    assert (keyboard.scans, entered, keyboard.field.text()) == ([CARD], [], "")


# --- pauses


def test_a_reader_that_stutters_inside_a_card_is_waited_for(keyboard: Keyboard) -> None:
    for place, character in enumerate(CARD):
        keyboard.key(character, stamp_ms=10_000 + 5 * place + (200 if place > 20 else 0))
    keyboard.key("\r")
    assert keyboard.scans == [CARD]


def test_keys_before_a_pause_at_the_very_beginning_are_taken_back(keyboard: Keyboard) -> None:
    keyboard.field.setText("12")
    keyboard.reader(CARD[:2])
    keyboard.qtbot.waitUntil(lambda: keyboard.field.text() == "12" + CARD[:2])
    keyboard.reader(CARD[2:] + "\r")
    assert keyboard.scans == [CARD]
    assert keyboard.field.text() == "12"


def test_what_a_person_typed_before_a_whole_card_stays(keyboard: Keyboard) -> None:
    keyboard.person("0")
    keyboard.reader(CARD + "\r")
    assert (keyboard.scans, keyboard.field.text()) == ([CARD], "0")


# --- keys that are no letters


def test_inside_a_scan_no_key_is_a_command(keyboard: Keyboard) -> None:
    """Some readers send a separator as a function key: the page must not turn, and the scan must not get shorter unseen."""
    keyboard.reader("01089364720")
    QTest.keyClick(keyboard.field, Qt.Key.Key_F8)
    keyboard.reader("10FL4574\r")
    assert keyboard.scans == ["01089364720\ufffd10FL4574"]


def test_a_shortcut_does_not_fire_inside_a_scan(keyboard: Keyboard) -> None:
    override = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_F5, Qt.KeyboardModifier.NoModifier)
    override.ignore()
    QCoreApplication.sendEvent(keyboard.field, override)
    assert not override.isAccepted()
    keyboard.reader(CARD[:20])
    QCoreApplication.sendEvent(keyboard.field, override)
    assert override.isAccepted()


def test_a_line_feed_behind_the_return_is_no_shortcut(keyboard: Keyboard) -> None:
    """Some readers send it as Ctrl+J, which is a command on some pages."""
    override = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier, "\n")
    keyboard.reader(CARD + "\r")
    override.ignore()
    QCoreApplication.sendEvent(keyboard.field, override)
    assert override.isAccepted()


def test_a_persons_command_right_after_a_letter_is_a_command(keyboard: Keyboard) -> None:
    keyboard.field.setText("abc")
    keyboard.key("d")
    command = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier, "\x01")
    QCoreApplication.sendEvent(keyboard.field, command)
    assert keyboard.field.selectedText() == "abcd"


def alt_code(keyboard: Keyboard, digits: str) -> None:
    alt = Qt.KeyboardModifier.AltModifier
    for digit in digits:
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QCoreApplication.sendEvent(keyboard.field, QKeyEvent(kind, ord(digit), alt, digit))
    QCoreApplication.sendEvent(
        keyboard.field, QKeyEvent(QEvent.Type.KeyRelease, Qt.Key.Key_Alt, Qt.KeyboardModifier.NoModifier)
    )


def test_letters_spelled_with_alt_and_digits_leave_a_mark_where_nobody_composes_them(keyboard: Keyboard) -> None:
    keyboard.reader("079303000456|Tr")
    alt_code(keyboard, "7847")
    keyboard.reader("n Th")
    alt_code(keyboard, "7883")
    keyboard.reader("\r")
    assert keyboard.scans == ["079303000456|Tr\ufffdn Th\ufffd"]


def test_letters_spelled_with_alt_and_digits_are_taken_where_the_system_composes_them(qapp: QApplication) -> None:
    field, reader = QWidget(), ScannerFilter(alt_digits_compose=True)
    scans: list[str] = []
    reader.scanned.connect(scans.append)
    qapp.installEventFilter(reader)
    keyboard = Keyboard(field, reader, scans, None)  # type: ignore[arg-type]
    keyboard.reader("079303000456|Tr")
    alt_code(keyboard, "7847")
    keyboard.reader("ần\r")
    qapp.removeEventFilter(reader)
    assert scans == ["079303000456|Trần"]


# --- input methods that compose


def compose(keyboard: Keyboard, commit: str = "", preedit: str = "", back: int = 0) -> None:
    event = QInputMethodEvent(preedit, [])
    event.setCommitString(commit, -back, back)
    QCoreApplication.sendEvent(keyboard.field, event)


def test_a_scan_that_an_input_method_commits_reaches_no_field(keyboard: Keyboard) -> None:
    for character in CARD:
        compose(keyboard, commit=character)
    keyboard.key("\r")
    assert (keyboard.scans, keyboard.field.text()) == ([CARD], "")


def test_a_word_still_being_composed_belongs_to_the_scan(keyboard: Keyboard) -> None:
    keyboard.reader("079303000456|")
    for shown in ("T", "Tr", "Tra", "Trâ", "Trần"):
        compose(keyboard, preedit=shown)
    keyboard.key("\r")
    assert (keyboard.scans, keyboard.field.text()) == (["079303000456|Trần"], "")


def test_what_an_input_method_takes_back_is_taken_back(keyboard: Keyboard) -> None:
    keyboard.reader("079303000456|Tra")
    compose(keyboard, commit="ầ", back=1)
    keyboard.reader("n\r")
    assert keyboard.scans == ["079303000456|Trần"]


def test_a_person_composes_and_every_letter_arrives(keyboard: Keyboard) -> None:
    for shown in ("B", "Bi", "Bí", "Bíc"):
        compose(keyboard, preedit=shown)
        keyboard.qtbot.waitUntil(lambda: not keyboard.filter.is_holding)
    compose(keyboard, commit="Bích")
    keyboard.qtbot.waitUntil(lambda: keyboard.field.text() == "Bích")
    assert keyboard.scans == []
