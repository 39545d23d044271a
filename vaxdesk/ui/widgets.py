"""Small parts that every page is made of. Labels show plain text, always: a name with markup in it is a name."""

from __future__ import annotations

from typing import Any, TypeVar

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import (
    QFont,
    QFontMetrics,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from vaxdesk.ui import icons
from vaxdesk.ui.theme import Look, text_font
from vaxdesk.ui.tone import Tone

Box = TypeVar("Box", bound=QBoxLayout)
GAP, MARGIN = 12, 16
TONE_ICONS = {
    Tone.QUIET: "scan",
    Tone.ALLOWED: "allowed",
    Tone.DECIDE: "decide",
    Tone.STOP: "stop",
    Tone.INFORM: "inform",
}


def set_look(widget: QWidget, **properties: Any) -> None:
    """Sets dynamic properties that the style sheet looks at, and repaints only when something changed."""
    changed = False
    for name, value in properties.items():
        if widget.property(name) != value:
            widget.setProperty(name, value)
            changed = True
    if changed:
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def stacked(
    *parts: QWidget | QLayout | int, gap: int = GAP, margins: tuple[int, int, int, int] = (0, 0, 0, 0)
) -> QVBoxLayout:
    """Parts from top to bottom; a number is a space of that many pixels, -1 takes what is left."""
    return _filled(QVBoxLayout(), parts, gap, margins)


def beside(
    *parts: QWidget | QLayout | int, gap: int = GAP, margins: tuple[int, int, int, int] = (0, 0, 0, 0)
) -> QHBoxLayout:
    """Parts from left to right; numbers as in `stacked`."""
    return _filled(QHBoxLayout(), parts, gap, margins)


def _filled(box: Box, parts: tuple[Any, ...], gap: int, margins: tuple[int, int, int, int]) -> Box:
    box.setSpacing(gap)
    box.setContentsMargins(*margins)
    for part in parts:
        if part == -1:
            box.addStretch(1)
        elif isinstance(part, int):
            box.addSpacing(part)
        elif isinstance(part, QLayout):
            box.addLayout(part)
        else:
            box.addWidget(part)
    return box


class SecureLabel(QLabel):
    """Plain text, whatever the text looks like."""

    def __init__(self, look: str = "", wrap: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        self.setIndent(0)  # a style sheet's padding would bring an indent that grows with the letters
        if look:
            self.setProperty("look", look)


class WholeLabel(SecureLabel):
    """Wrapped text that never gives up a line: a layout by itself asks for the height of one width and gives another."""

    def __init__(self, look: str = "") -> None:
        super().__init__(look, wrap=True)

    def setText(self, text: str) -> None:  # noqa: N802  Qt's name
        """Another text, another height."""
        super().setText(text)
        self._keep_lines()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Another width, another height."""
        super().resizeEvent(event)
        self._keep_lines()

    def _keep_lines(self) -> None:
        self.setMinimumHeight(max(0, self.heightForWidth(self.width())))  # nothing to say asks for -1


class ElidedLabel(SecureLabel):
    """One line that ends in … when there is no room, and keeps the whole text as its accessible name."""

    def __init__(self, look: str = "", parent: QWidget | None = None) -> None:
        super().__init__(look, parent=parent)
        self._whole = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def setText(self, text: str) -> None:  # noqa: N802  Qt's name
        """The whole text; what fits is shown."""
        self._whole = text
        self.setAccessibleName(text)
        self._elide()

    def whole_text(self) -> str:
        """The text without the ellipsis."""
        return self._whole

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Elides again."""
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        shown = self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, max(0, self.width()))
        super().setText(shown)


class FitLabel(SecureLabel):
    """One line in the biggest of some sizes that fits; at the smallest it wraps. Nothing is cut off."""

    def __init__(self, sizes_px: tuple[int, ...]) -> None:
        super().__init__(wrap=True)
        self._sizes_px = sizes_px
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def setText(self, text: str) -> None:  # noqa: N802  Qt's name
        """Fits the new text."""
        super().setText(text)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Fits again."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        fitting = (px for px in self._sizes_px if _advance(self.text(), px) <= self.width())
        set_look(self, px=str(next(fitting, self._sizes_px[-1])))


def _advance(text: str, px: int) -> int:
    return QFontMetrics(text_font(px, QFont.Weight.DemiBold)).horizontalAdvance(text)


class IconLabel(QLabel):
    """A drawing in a colour of the theme; it changes colour with the theme."""

    def __init__(self, look: Look, name: str, colour: str = "quiet", size_px: int = icons.SIZE_PX) -> None:
        super().__init__()
        self._look, self._name, self._colour, self._size_px = look, name, colour, size_px
        self.setFixedSize(size_px, size_px)
        look.changed.connect(self._paint_again)
        self._paint_again()

    def show_icon(self, name: str, colour: str) -> None:
        """Another drawing or colour token."""
        if (name, colour) != (self._name, self._colour):
            self._name, self._colour = name, colour
            self._paint_again()

    def _paint_again(self) -> None:
        colour = self._look.colours[self._colour]
        self.setPixmap(icons.pixmap(self._name, colour, self._size_px, self.devicePixelRatioF()))


class Card(QFrame):
    """A framed part of a page with an optional title."""

    def __init__(self, *parts: QWidget | QLayout | int, gap: int = GAP, margin: int = MARGIN) -> None:
        super().__init__()
        self.setProperty("card", "true")
        self.setLayout(stacked(*parts, gap=gap, margins=(margin, margin, margin, margin)))


def ruler(down: bool = False) -> QFrame:
    """A thin line."""
    line = QFrame()
    line.setProperty("ruler", "down" if down else "true")
    return line


class Pill(QWidget):
    """An icon and a word in a colour with a meaning: never the colour alone."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._icon = IconLabel(look, "inform", "quiet", 16)
        self.words = ElidedLabel()
        self.setLayout(beside(self._icon, self.words, gap=6))

    def show_state(self, tone: Tone, words: str, icon: str = "") -> None:
        """What it says now; nothing for an empty text."""
        token = tone.value if tone is not Tone.QUIET else "quiet"
        self._icon.show_icon(icon or TONE_ICONS[tone], token)
        self._icon.setVisible(bool(words))
        self.words.setText(words)
        set_look(self.words, tone=tone.value)


class Notice(QFrame):
    """A sentence in place, in room that is always there: nothing jumps when it comes or goes."""

    def __init__(self, look: Look, lines: int = 1) -> None:
        super().__init__()
        self._icon = IconLabel(look, "inform", "quiet")
        self.words = SecureLabel(wrap=True)
        self.words.setAlignment(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        inside = beside(self._icon, self.words, gap=8, margins=(12, 2, 12, 2))
        inside.setStretch(1, 1)
        self.setLayout(inside)
        self.setMinimumHeight(14 + lines * 20)
        self.hush()

    def tell(self, tone: Tone, sentence: str) -> None:
        """Says a sentence."""
        self._icon.show_icon(TONE_ICONS[tone], tone.value)
        self._icon.show()
        self.words.setText(sentence)
        self.setAccessibleName(sentence)
        set_look(self.words, tone=tone.value)
        set_look(self, box=tone.value)

    def hush(self) -> None:
        """Says nothing; keeps its room."""
        self._icon.hide()
        self.words.setText("")
        self.setAccessibleName("")
        set_look(self, box="none")

    @property
    def said(self) -> str:
        """The sentence shown now."""
        return self.words.text()


class Titled(QWidget):
    """A small label over a field."""

    def __init__(self, field: QWidget) -> None:
        super().__init__()
        self.label = SecureLabel("label")
        self.label.setBuddy(field)
        self.field = field
        self.setLayout(stacked(self.label, field, gap=4))

    def say(self, text: str) -> None:
        """Sets the label, also as the field's accessible name."""
        self.label.setText(text)
        self.field.setAccessibleName(text)


class Page(QWidget):
    """A page of the window. `say_words` sets every text, again when the language changes; `refresh` asks the lane for what it shows."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)

    def say_words(self) -> None:
        """Every text of the page, in the language in force."""

    def refresh(self) -> None:
        """Reads what the page shows."""

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """Another language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.say_words()
