"""Buttons that show their key: whoever knows the key never needs the mouse."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QPen, QShortcut
from PySide6.QtWidgets import QPushButton, QSizePolicy, QStyle, QStyleOptionButton, QStylePainter

from vaxdesk.ui import icons
from vaxdesk.ui.theme import Look, text_font

KEY_PAD, KEY_GAP, SMALL_PX = 6, 10, 12
WRAPPED = int(Qt.AlignmentFlag.AlignVCenter) | int(Qt.TextFlag.TextWordWrap)


class KeyButton(QPushButton):
    """A button that shows the key that does the same. `shortcut` makes that key work wherever the focus is in the window.

    Enter, Space and letters are no shortcuts: the page listens to them, so that a scanner's keys stay a scan.
    """

    def __init__(self, look: Look, kind: str = "plain", icon: str = "", key: str = "", shortcut: bool = True) -> None:
        super().__init__()
        self._look, self._icon_name, self._key = look, icon, key
        self.setProperty("kind", kind)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.update)
        self._pressed: QShortcut | None = None
        if key and shortcut:
            self.show_shortcut(key)

    def say(self, text: str) -> None:
        """Sets the words."""
        self.setText(text)
        self.setAccessibleName(f"{text} ({self._key})" if self._key else text)
        self.updateGeometry()

    def show_icon(self, name: str) -> None:
        """Another drawing."""
        self._icon_name = name
        self.update()

    def show_key(self, key: str) -> None:
        """Names a key that the page listens to itself."""
        self._key = key
        self.updateGeometry()

    def show_shortcut(self, key: str) -> None:
        """Names a key that works wherever the focus is in the window."""
        self.show_key(key)
        if self._pressed is None:
            self._pressed = QShortcut(self)
            self._pressed.activated.connect(self.click)
        self._pressed.setKey(QKeySequence(key))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Whoever went to a button with Tab and presses Enter means this button."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Room for icon, words and key."""
        self.ensurePolished()
        hint = super().sizeHint()
        return QSize(hint.width() + self._icon_px() + self._key_px(self._key), hint.height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Never narrower than its words."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Frame by the style sheet; icon, words and key side by side in the middle."""
        painter = QStylePainter(self)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""
        painter.drawControl(QStyle.ControlElement.CE_PushButtonBevel, option)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_inside(painter)
        painter.end()

    def says_all(self) -> bool:
        """Whether all the words can be read at the size the button has."""
        return self._fitting().fits

    def _fitting(self) -> _Fitting:
        """One line beside icon and key; in a long language smaller and in several lines; at last without the key, which help tells too."""
        one_line_px = QFontMetrics(self.font()).horizontalAdvance(self.text())
        room = self._room(self._key)
        if one_line_px <= room.width():
            return _Fitting(self.font(), QSize(one_line_px + 2, room.height()), self._key, True)
        font = text_font(SMALL_PX, self.font().weight())
        fitting = _wrapped(font, room, self._key, self.text())
        return fitting if fitting.fits else _wrapped(font, self._room(""), "", self.text())

    def _room(self, key: str) -> QSize:
        taken_px = self._icon_px() + self._key_px(key) + 8
        return QSize(max(1, self.width() - taken_px), self.height() - 2)

    def _icon_px(self) -> int:
        return icons.SIZE_PX + 8 if self._icon_name else 0

    def _key_px(self, key: str) -> int:
        return self._key_width() + KEY_GAP if key else 0

    def _paint_inside(self, painter: QPainter) -> None:
        colour, fitting, icon_px = self._colour(), self._fitting(), self._icon_px()
        words_px = fitting.room.width()
        x = max(4, (self.width() - icon_px - words_px - self._key_px(fitting.key)) // 2)
        if self._icon_name:
            picture = icons.pixmap(self._icon_name, colour.name(), icons.SIZE_PX, self.devicePixelRatioF())
            painter.drawPixmap(x, (self.height() - icons.SIZE_PX) // 2, picture)
        painter.setPen(colour)
        painter.setFont(fitting.font)
        painter.drawText(QRect(x + icon_px, 1, words_px, fitting.room.height()), WRAPPED, self.text())
        if fitting.key:
            self._paint_key(painter, x + icon_px + words_px + KEY_GAP, colour)

    def _paint_key(self, painter: QPainter, x: int, colour: QColor) -> None:
        box = QRectF(x + 0.5, self.height() / 2 - 10 + 0.5, self._key_width() - 1, 19)
        line = QColor(colour)
        line.setAlphaF(0.5)
        painter.setPen(QPen(line, 1))
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(colour)
        painter.setFont(_key_font())
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), self._key)

    def _key_width(self) -> int:
        return QFontMetrics(_key_font()).horizontalAdvance(self._key) + 2 * KEY_PAD

    def _colour(self) -> QColor:
        kind = self.property("kind")
        if not self.isEnabled():
            return self._look.colour("disabled_text")
        return self._look.colour({"primary": "primary_text", "quiet": "primary"}.get(kind, "text"))


@dataclass(frozen=True, slots=True)
class _Fitting:
    """How a button's words stand: in which font and room, beside which key ("" for none), and whether they all fit."""

    font: QFont
    room: QSize
    key: str
    fits: bool


def _wrapped(font: QFont, room: QSize, key: str, words: str) -> _Fitting:
    needed = QFontMetrics(font).boundingRect(QRect(0, 0, room.width(), 1000), WRAPPED, words)
    return _Fitting(font, room, key, needed.height() <= room.height() and needed.width() <= room.width())


def _key_font() -> QFont:
    return text_font(12)


class ChoiceButton(KeyButton):
    """One of several, with its key."""

    def __init__(self, look: Look, key: str = "") -> None:
        super().__init__(look, "choice", key=key)
        self.setCheckable(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Space chooses; Enter is the page's: whoever just clicked a choice and presses Enter means to go on."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()
        else:
            super().keyPressEvent(event)
