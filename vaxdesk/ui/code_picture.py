"""A code on the screen: black on white in every theme, whole pixels to a module, with the white border that belongs to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from vaxdesk.errors import VaxdeskError
from vaxdesk.ui.background import Lane

if TYPE_CHECKING:
    from vaxdesk.print.qr import QrCode

QUIET_MODULES = 4


class CodePicture(QWidget):
    """Made on the lane when it is first shown; its room is there before."""

    def __init__(self, lane: Lane, module_px: int, text: str) -> None:
        super().__init__()
        self._lane, self._module_px, self._text = lane, module_px, text
        self._asked = False
        self._rectangles: tuple[QRect, ...] = ()
        self.setFixedSize(side_px(len(text.encode()), module_px))

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name
        """Asks for the code."""
        super().showEvent(event)
        if not self._asked:
            self._asked = True
            self._lane.run(_code, self._text, done=self._made, failed=self._not_made)

    def _made(self, code: QrCode) -> None:
        px = self._module_px
        self._rectangles = tuple(
            QRect((x + QUIET_MODULES) * px, (y + QUIET_MODULES) * px, w * px, h * px) for x, y, w, h in code.rectangles
        )
        self.update()

    def _not_made(self, _error: VaxdeskError) -> None:
        self._asked = False

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """The code."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), Qt.GlobalColor.white)
        for rectangle in self._rectangles:
            painter.fillRect(rectangle, Qt.GlobalColor.black)
        painter.end()


def _code(text: str) -> QrCode:
    """On the lane."""
    from vaxdesk.print.scanner_sheet import symbol

    code = symbol(text)
    _ = code.rectangles  # merged here, not while painting
    return code


def side_px(count: int, module_px: int) -> QSize:
    """The size of a code of so many bytes at level L (ISO/IEC 18004, table 7), before it is made."""
    modules = next(17 + 4 * version for version, most in _BYTES_MAX if count <= most)
    side = (modules + 2 * QUIET_MODULES) * module_px
    return QSize(side, side)


_BYTES_MAX = ((4, 78), (8, 192), (15, 520), (25, 1273))
