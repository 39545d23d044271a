"""Evidence a citizen sent: decoded within limits, small beside the claim, and as big as the page when somebody looks."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QImageReader, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from vaxdesk.ui.theme import Look

SIDE_PX_MAX = 2400  # of what is kept of a picture
SOURCE_PIXELS_MAX = 40_000_000
ZOOM_MAX, ZOOM_STEP = 8.0, 1.25


def decoded(content: bytes) -> QImage | None:
    """On the lane: the picture, at most 2,400 pixels a side; None for what cannot be read or is beyond all measure."""
    kept = QByteArray(content)
    buffer = QBuffer(kept)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    size = reader.size()
    if not size.isValid() or size.width() * size.height() > SOURCE_PIXELS_MAX:
        return None
    if max(size.width(), size.height()) > SIDE_PX_MAX:
        reader.setScaledSize(size.scaled(QSize(SIDE_PX_MAX, SIDE_PX_MAX), Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    return None if image.isNull() else image


class EvidenceView(QWidget):
    """One picture, whole; the wheel and + − enlarge it, arrows move it. `opened`: somebody wants it big; `closed`: enough."""

    opened, closed = Signal(), Signal()

    def __init__(self, look: Look, is_big: bool = False) -> None:
        super().__init__()
        self._look, self._is_big = look, is_big
        self._image: QImage | None = None
        self._zoom, self._x, self._y = 1.0, 0.5, 0.5
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(72)
        if is_big:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        else:
            self.setCursor(Qt.CursorShape.PointingHandCursor)

    @property
    def zoom(self) -> float:
        """How much larger than whole."""
        return self._zoom

    @property
    def has_picture(self) -> bool:
        """Whether one is shown."""
        return self._image is not None

    def show_picture(self, image: QImage | None) -> None:
        """Another picture, whole again; None for none."""
        self._image, self._zoom, self._x, self._y = image, 1.0, 0.5, 0.5
        self.update()

    def enlarge(self, factor: float) -> None:
        """Nearer or farther, never smaller than whole."""
        self._zoom = min(ZOOM_MAX, max(1.0, self._zoom * factor))
        self._move(0, 0)

    def _move(self, right: float, down: float) -> None:
        edge = 0.5 / self._zoom
        self._x = min(1 - edge, max(edge, self._x + right / self._zoom))
        self._y = min(1 - edge, max(edge, self._y + down / self._zoom))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """The part that is looked at, never stretched."""
        if self._image is None:
            return
        whole = self._image.size()
        part = QRectF(0, 0, whole.width() / self._zoom, whole.height() / self._zoom)
        part.moveCenter(QRectF(0, 0, whole.width(), whole.height()).topLeft())
        part.moveTo(self._x * whole.width() - part.width() / 2, self._y * whole.height() - part.height() / 2)
        size = whole.scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRectF(
            (self.width() - size.width()) / 2, (self.height() - size.height()) / 2, size.width(), size.height()
        )
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(place, self._image, part)
        painter.setPen(self._look.colour("line"))
        painter.drawRect(place.adjusted(0.5, 0.5, -0.5, -0.5))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """A click opens the small one and closes the big one."""
        if self._image is not None:
            (self.closed if self._is_big else self.opened).emit()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802  Qt's name
        """Nearer and farther."""
        if self._is_big and event.angleDelta().y():
            self.enlarge(ZOOM_STEP if event.angleDelta().y() > 0 else 1 / ZOOM_STEP)
        else:
            event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """+ and − enlarge, arrows move, Esc is enough."""
        moves = {
            Qt.Key.Key_Left: (-0.1, 0.0),
            Qt.Key.Key_Right: (0.1, 0.0),
            Qt.Key.Key_Up: (0.0, -0.1),
            Qt.Key.Key_Down: (0.0, 0.1),
        }
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.enlarge(ZOOM_STEP)
        elif key == Qt.Key.Key_Minus:
            self.enlarge(1 / ZOOM_STEP)
        elif key in moves:
            self._move(*moves[key])
        elif key in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.closed.emit()
        else:
            super().keyPressEvent(event)
