"""What single key and input-method events mean to the scanner filter, and copies of them that can be given back later."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit

GROUP_SEPARATOR = "\x1d"
UNREADABLE = "\ufffd"  # a key that the keyboard layout has no letter for: the scan is refused, never silently shorter
ENDS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)
SILENT = (
    Qt.Key.Key_Shift,
    Qt.Key.Key_AltGr,
    Qt.Key.Key_CapsLock,
    Qt.Key.Key_Control,
    Qt.Key.Key_Alt,
    Qt.Key.Key_NumLock,
)
_FUNCTION_KEYS = range(Qt.Key.Key_F1.value, Qt.Key.Key_F35.value + 1)
_CTRL, _ALT, _META = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.MetaModifier,
)


def is_end(event: QKeyEvent) -> bool:
    """Enter, Tab, or the line feed that some readers send as Ctrl+J."""
    return event.key() in ENDS or event.text() in ("\r", "\n")


def character(event: QKeyEvent, inside: bool, certain: bool) -> str | None:
    """What a key adds to a text; None for keys that are a person's commands.

    `inside` a burst a GS1 separator comes as Control and ]; in what is `certain` to be a scan nothing at all is a command.
    """
    text = event.text()
    if inside and (text == GROUP_SEPARATOR or (certain and len(text) == 1 and text < " ")):
        return text  # what does not belong in a card is taken out, and said, when it is read
    if inside and not text and _has_no_letter(event, certain):
        return UNREADABLE
    if event.modifiers() & (_CTRL | _ALT | _META) and not _is_alt_gr(event):
        return None
    return text if text and text.isprintable() else None


def is_alt_digit(event: QKeyEvent) -> bool:
    """A digit typed with Alt held: readers spell letters like this that no key has."""
    digit = Qt.Key.Key_0.value <= event.key() <= Qt.Key.Key_9.value
    return digit and (event.modifiers() & (_CTRL | _ALT | _META)) == _ALT


def composed(text: str, event: QInputMethodEvent) -> str:
    """The text after what an input method committed, and took back before."""
    if event.replacementLength():
        start = max(0, len(text) + event.replacementStart())
        text = text[:start] + text[start + event.replacementLength() :]
    return text + event.commitString()


def copy_of_key(event: QKeyEvent) -> QKeyEvent:
    """A key event that outlives its delivery."""
    return QKeyEvent(
        event.type(),
        event.key(),
        event.modifiers(),
        event.nativeScanCode(),
        event.nativeVirtualKey(),
        event.nativeModifiers(),
        event.text(),
        event.isAutoRepeat(),
        event.count(),
    )


def copy_of_composition(event: QInputMethodEvent) -> QInputMethodEvent:
    """An input-method event that outlives its delivery."""
    copy = QInputMethodEvent(event.preeditString(), event.attributes())
    copy.setCommitString(event.commitString(), event.replacementStart(), event.replacementLength())
    return copy


def take_out(given: str) -> bool:
    """Takes keys out of a field again that turned out to be the beginning of a scan; False where they are not there."""
    field = QApplication.focusWidget()
    if not isinstance(field, QLineEdit) or not field.text()[: field.cursorPosition()].endswith(given):
        return False
    for _ in given:
        field.backspace()
    return True


def _has_no_letter(event: QKeyEvent, certain: bool) -> bool:
    return event.key() in (0, Qt.Key.Key_unknown) or (certain and event.key() in _FUNCTION_KEYS)


def _is_alt_gr(event: QKeyEvent) -> bool:
    """AltGr characters come with Control and Alt on Windows."""
    return (event.modifiers() & (_CTRL | _ALT)) == (_CTRL | _ALT) and bool(event.text()) and event.text().isprintable()
