"""A code on the screen: black on white in every theme, whole pixels to a module, with the white border that belongs to it."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QWidget

QUIET_MODULES = 4


class CodePicture(QWidget):
    """Drawn when it is first shown: making the code takes a while, and most people never open the page."""

    def __init__(self, module_px: int, text: str) -> None:
        super().__init__()
        self._module_px, self._text = module_px, text
        self._rectangles: tuple[QRect, ...] = ()
        self.setFixedSize(side_px(len(text.encode()), module_px))

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name
        """Makes the code."""
        super().showEvent(event)
        if not self._rectangles:
            from vaxdesk.print.scanner_sheet import symbol

            code, px = symbol(self._text), self._module_px
            self._rectangles = tuple(
                QRect((x + QUIET_MODULES) * px, (y + QUIET_MODULES) * px, w * px, h * px)
                for x, y, w, h in code.rectangles
            )
            side = (code.modules + 2 * QUIET_MODULES) * px
            self.setFixedSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """The code."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), Qt.GlobalColor.white)
        for rectangle in self._rectangles:
            painter.fillRect(rectangle, Qt.GlobalColor.black)
        painter.end()


def side_px(count: int, module_px: int) -> QSize:
    """The size of a code of so many bytes at level L (ISO/IEC 18004, table 7), before it is made."""
    modules = next(17 + 4 * version for version, most in _BYTES_MAX if count <= most)
    side = (modules + 2 * QUIET_MODULES) * module_px
    return QSize(side, side)


_BYTES_MAX = ((4, 78), (8, 192), (15, 520), (25, 1273))
