"""Bars with their numbers: every chart says in words and figures what it shows, and in colours with a meaning only."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from vaxdesk.ui.theme import Look, text_font

LABEL_PX, VALUE_PX, ROW_PX, BAR_PX, GAP_PX = 150, 64, 26, 16, 8
ROWS_MAX, ROWS_SHOWN_MIN = 14, 6


@dataclass(frozen=True, slots=True)
class Bar:
    """One line: what it is, how much, and how that is read. `token`: the palette's colour."""

    label: str
    value: float
    text: str
    token: str = "primary"  # noqa: S105  a colour's name


class BarChart(QWidget):
    """Lines of bars; nothing is cut off: the labels are elided, and stand whole in the accessible text."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.bars: tuple[Bar, ...] = ()
        self._nothing = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        look.changed.connect(self.update)

    def show_bars(self, title: str, bars: tuple[Bar, ...], nothing: str) -> None:
        """Other figures; `nothing` is said when there are none."""
        self.bars, self._nothing = bars[:ROWS_MAX], nothing
        told = "; ".join(f"{bar.label}: {bar.text}" for bar in self.bars)
        self.setAccessibleName(title)
        self.setAccessibleDescription(told or nothing)
        self.setMinimumHeight(ROWS_SHOWN_MIN * ROW_PX)
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Lines are drawn nearer to each other when there are many."""
        return QSize(LABEL_PX + VALUE_PX + 160, ROWS_SHOWN_MIN * ROW_PX)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Label, bar, number."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(text_font(13 if len(self.bars) * ROW_PX <= self.height() else 11))
        ink = QColor(self._look.colours["text"])
        if not self.bars:
            painter.setPen(QColor(self._look.colours["quiet"]))
            painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap), self._nothing)
            return
        room = max(1.0, self.width() - LABEL_PX - VALUE_PX - 2 * GAP_PX)
        most = max(bar.value for bar in self.bars) or 1.0
        step = min(ROW_PX, self.height() // len(self.bars))
        for row, bar in enumerate(self.bars):
            self._draw(painter, QRectF(0, row * step, self.width(), step), bar, room * bar.value / most, ink)

    def _draw(self, painter: QPainter, line: QRectF, bar: Bar, length: float, ink: QColor) -> None:
        metrics, middle = painter.fontMetrics(), int(Qt.AlignmentFlag.AlignVCenter)
        painter.setPen(ink)
        label = metrics.elidedText(bar.label, Qt.TextElideMode.ElideRight, LABEL_PX)
        painter.drawText(QRectF(0, line.top(), LABEL_PX, line.height()), middle, label)
        left, thick = LABEL_PX + GAP_PX, min(BAR_PX, line.height() - 4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._look.colours[bar.token]))
        painter.drawRoundedRect(QRectF(left, line.center().y() - thick / 2, max(2.0, length), thick), 3, 3)
        painter.setPen(ink)
        painter.drawText(
            QRectF(left + max(2.0, length) + GAP_PX, line.top(), VALUE_PX, line.height()), middle, bar.text
        )
