"""The one field that is home: it takes what is scanned or typed, and leaves alone what is a command of the desk."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QLineEdit

from vaxdesk.models.scan import SCAN_CHARS_MAX
from vaxdesk.ui.theme import Look
from vaxdesk.ui.widgets import IconLabel

ICON_PX, ICON_LEFT_PX = 24, 14


class ScanField(QLineEdit):
    """Space in the empty field, and Enter always, go on to the page."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setObjectName("scan")
        self.setMaxLength(SCAN_CHARS_MAX)
        self.setAcceptDrops(False)  # a picture dropped here is read, its address is not typed
        self._icon = IconLabel(look, "scan", "primary", ICON_PX)
        self._icon.setParent(self)

    def event(self, event: QEvent) -> bool:
        """While it is empty, Ctrl+Z and its like are the desk's: there is nothing here to undo or to move in."""
        if event.type() == QEvent.Type.ShortcutOverride and not self.text() and _is_desk_command(event):
            event.ignore()
            return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Nobody's name begins with a space."""
        keys = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)
        if event.key() in keys or (event.key() == Qt.Key.Key_Space and not self.text()):
            event.ignore()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Keeps the icon in its place."""
        super().resizeEvent(event)
        self._icon.move(ICON_LEFT_PX, (self.height() - ICON_PX) // 2)


def _is_desk_command(event: QEvent) -> bool:
    if not isinstance(event, QKeyEvent) or event.matches(QKeySequence.StandardKey.Paste):
        return False
    return bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
