"""The frame around the pages: the rail on the left and the line on top."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeySequence, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import QFrame, QPushButton, QScrollArea, QSizePolicy, QStyle, QStyleOptionButton, QStylePainter

from vaxdesk.models.desk import Preset
from vaxdesk.models.stations import Duty
from vaxdesk.models.values import Post, Site
from vaxdesk.ui import icons, queue_words, words
from vaxdesk.ui.buttons import KeyButton
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.theme import Look, text_font
from vaxdesk.ui.widgets import ElidedLabel, IconLabel, SecureLabel, beside, ruler, set_look, stacked

RAIL_PX, RAIL_ITEM_PX, HEADER_PX = 92, 66, 46
RAIL_ICON_PX, BADGE_PX = 24, 18
BADGE_MAX = 99


class RailButton(QPushButton):
    """A page by icon, word and F-key; a badge counts what waits there."""

    def __init__(self, look: Look, icon: str, key: str, checkable: bool = True) -> None:
        super().__init__()
        self._look, self._icon_name, self._key = look, icon, key
        self._badge = 0
        self.setProperty("kind", "rail")
        self.setCheckable(checkable)
        self.setAutoExclusive(checkable)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.update)
        pressed = QShortcut(QKeySequence(key), self)
        pressed.activated.connect(self.click)

    def say(self, text: str) -> None:
        """Sets the word."""
        self.setText(text)
        self._name_it()

    def show_badge(self, count: int) -> None:
        """How much waits there; nothing for none."""
        self._badge = count
        self._name_it()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """All of one size."""
        return QSize(RAIL_PX - 2, RAIL_ITEM_PX)

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """The rail's width is fixed; a long word is no reason to leave it."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Icon over word over key."""
        painter = QStylePainter(self)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""
        painter.drawControl(QStyle.ControlElement.CE_PushButtonBevel, option)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = self._look.colour("primary" if self.isChecked() else "text")
        picture = icons.pixmap(self._icon_name, colour.name(), RAIL_ICON_PX, self.devicePixelRatioF())
        painter.drawPixmap((self.width() - RAIL_ICON_PX) // 2, 7, picture)
        painter.setPen(colour)
        painter.setFont(text_font(12, QFont.Weight.DemiBold if self.isChecked() else QFont.Weight.Normal))
        painter.drawText(QRect(2, 31, self.width() - 4, 18), int(Qt.AlignmentFlag.AlignCenter), self.text())
        painter.setPen(self._look.colour("quiet"))
        painter.setFont(text_font(11))
        painter.drawText(QRect(2, 47, self.width() - 4, 16), int(Qt.AlignmentFlag.AlignCenter), self._key)
        if self._badge:
            self._paint_badge(painter)
        painter.end()

    def _paint_badge(self, painter: QPainter) -> None:
        font = text_font(11, QFont.Weight.DemiBold)
        text = str(self._badge) if self._badge <= BADGE_MAX else f"{BADGE_MAX}+"
        width = max(BADGE_PX, QFontMetrics(font).horizontalAdvance(text) + 10)
        box = QRect(self.width() // 2 + 6, 4, width, BADGE_PX)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.colour("stop"))
        painter.drawRoundedRect(box, BADGE_PX / 2, BADGE_PX / 2)
        painter.setPen(self._look.colour("card"))
        painter.setFont(font)
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text)

    def _name_it(self) -> None:
        count = f", {self._badge}" if self._badge else ""
        self.setAccessibleName(f"{self.text()} ({self._key}){count}")


class Rail(QScrollArea):
    """The buttons, pages on top, help and lock at the foot; it scrolls on a screen too low for all of them."""

    def __init__(self, pages: tuple[RailButton, ...], foot: tuple[RailButton, ...]) -> None:
        super().__init__()
        inside = QFrame()
        inside.setObjectName("rail")
        buttons = stacked(*pages, -1, *foot, gap=2, margins=(0, 6, 0, 6))
        inside.setLayout(beside(buttons, ruler(down=True), gap=0))
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setFixedWidth(RAIL_PX)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)


@dataclass(frozen=True, slots=True)
class Heading:
    """What the line on top says."""

    site: Site | None = None
    preset: Preset | None = None


class HeaderBar(QFrame):
    """Which site, which session, which product, what this window does, and who is at work. `duty_wished` carries another Duty."""

    duty_wished = Signal(Duty)

    def __init__(self, around: Surroundings) -> None:
        super().__init__()
        self._around = around
        self._heading = Heading()
        self.setObjectName("header")
        self.setFixedHeight(HEADER_PX)
        self.site, self.session = ElidedLabel("strong"), ElidedLabel("quiet")
        self.duty = KeyButton(around.look, "quiet", "desk", "Ctrl+Shift+V")
        self.duty.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        set_look(self.duty, small="true")
        self.duty.clicked.connect(self._next_duty)
        self.who = SecureLabel()
        icon = IconLabel(around.look, "person", "quiet")
        line = beside(
            self.site, self.session, stacked(4, self.duty, gap=0), icon, self.who, gap=12, margins=(16, 0, 16, 0)
        )
        line.setStretch(0, 5)
        line.setStretch(1, 6)
        self.setLayout(line)
        around.session.changed.connect(self.say_words)

    def show_heading(self, heading: Heading) -> None:
        """Another site or product."""
        self._heading = heading
        self.say_words()

    def say_words(self) -> None:
        """Every text."""
        site, preset = self._heading.site, self._heading.preset
        self.site.setText(site.name if site else "")
        now = self._around.services.work.clock()
        part = self.tr("Buổi sáng") if now.hour < 12 else self.tr("Buổi chiều")
        product = self._product(preset) if preset and preset.vaccine else self.tr("chưa chọn vắc xin (Ctrl+L)")
        self.session.setText(f"{part} {words.day(now.date())} · {product}")
        self._say_duty()
        member = self._around.session.member
        self.who.setText(f"{member.name} · {words.role(member.role)}" if member else "")

    def _say_duty(self) -> None:
        """Whoever has a post works there, whatever the window was set to."""
        session = self._around.session
        self.duty.say(self.tr("Bàn này: {duty}").format(duty=queue_words.duty(session.duty).lower()))
        self.duty.setEnabled(session.member is None or session.member.post is Post.ALL)

    def _next_duty(self) -> None:
        duties = list(Duty)
        chosen = self._around.session.chosen_duty
        self.duty_wished.emit(duties[(duties.index(chosen) + 1) % len(duties)])

    def _product(self, preset: Preset) -> str:
        return self.tr("{vaccine} lô {lot}").format(
            vaccine=words.vaccine(preset.vaccine, self._around.speech.language), lot=preset.lot or "–"
        )
