"""A page as it will be printed, as big as there is room for."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from vaxdesk.ui.theme import Look

LEAST_PX = 120


class PagePicture(QWidget):
    """Paints a page in the middle, with a thin line around it; nothing while there is none."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._page: QPixmap | None = None
        self.setMinimumHeight(LEAST_PX)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)

    @property
    def has_page(self) -> bool:
        """Whether a page is shown."""
        return self._page is not None

    def show_page(self, page: QPixmap | None) -> None:
        """Another page, or none."""
        self._page = page
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Content with little; glad of more."""
        return QSize(LEAST_PX, LEAST_PX)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """The whole page, never stretched."""
        if self._page is None:
            return
        size = self._page.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        x, y = (self.width() - size.width()) / 2, (self.height() - size.height()) / 2
        place = QRectF(x + 0.5, y + 0.5, size.width() - 1, size.height() - 1)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(place, self._page, QRectF(self._page.rect()))
        painter.setPen(self._look.colour("line"))
        painter.drawRect(place)
        painter.end()
