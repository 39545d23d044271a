"""The tiles of the observation board: one a person, painted only where they are seen; what counts down is painted, not stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QPen, QResizeEvent, QTransform
from PySide6.QtWidgets import QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from vaxdesk.models.aftercare import Severity
from vaxdesk.models.observation import Observed, Watch
from vaxdesk.ui import aftercare_words, icons, words
from vaxdesk.ui.dose_form import Tone
from vaxdesk.ui.theme import Look, text_font
from vaxdesk.ui.widgets import set_look

translate = QCoreApplication.translate
Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
TILE_PX, TILE_HEIGHT_PX, GAP_PX, PAD_PX = 186, 104, 8, 12
TOKENS = {Tone.QUIET: "line"} | {tone: f"{tone.value}_line" for tone in Tone if tone is not Tone.QUIET}
PLAIN = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class TileText:
    """What a tile says now: the big word or time, the word beside it, and the colour with its icon."""

    big: str
    small: str
    tone: Tone
    icon: str


def tile_text(one: Observed, now: datetime) -> TileText:
    """Of somebody who is here, or has gone. A reaction is red, whatever the time."""
    if one.outcome is not None:
        tone = Tone.STOP if one.reaction else Tone.QUIET
        return TileText(words.clock(one.ended_at), aftercare_words.way_out(one.outcome), tone, "people")
    watch, left_s = one.watch(now), one.left_s(now)
    if one.reaction is not None:
        common = one.reaction.severity is Severity.COMMON
        small = translate("words", "Phản ứng") if common else aftercare_words.severity(one.reaction.severity)
        return TileText(_big(watch, left_s, translate("words", "Đủ giờ")), small, Tone.STOP, "stop")
    return {
        Watch.CLOCK_WRONG: TileText(
            translate("words", "Xem giờ tiêm"), translate("words", "đồng hồ máy sai"), Tone.DECIDE, "clock"
        ),
        Watch.WATCHED: TileText(_big(watch, left_s), translate("words", "còn lại"), Tone.QUIET, "watch"),
        Watch.ENDING: TileText(_big(watch, left_s), translate("words", "sắp đủ giờ"), Tone.DECIDE, "watch"),
        Watch.OVER: TileText(translate("words", "Được về"), translate("words", "đủ 30 phút"), Tone.ALLOWED, "allowed"),
        Watch.OVERDUE: TileText(
            aftercare_words.overdue(-left_s), translate("words", "chưa ai cho về"), Tone.DECIDE, "decide"
        ),
    }[watch]


def _big(watch: Watch, left_s: int, over: str = "") -> str:
    if watch is Watch.CLOCK_WRONG:
        return translate("words", "Xem giờ tiêm")
    return over if watch.may_leave else aftercare_words.countdown(left_s)


class TilesModel(QAbstractListModel):
    """The people, replaced whole; the view keeps who is chosen."""

    def __init__(self) -> None:
        super().__init__()
        self.people: Sequence[Observed] = ()
        self.now: datetime | None = None

    def show(self, people: Sequence[Observed], now: datetime) -> None:
        """Other people."""
        self.beginResetModel()
        self.people, self.now = tuple(people), now
        self.endResetModel()

    def rowCount(self, parent: Index = NOWHERE) -> int:  # noqa: N802  Qt's name
        """How many."""
        return 0 if parent.isValid() else len(self.people)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The name, by which typed letters find a tile, and all that the tile says for who cannot see it."""
        if not index.isValid():
            return None
        one = self.people[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return one.name
        if role == Qt.ItemDataRole.AccessibleTextRole and self.now is not None:
            text = tile_text(one, self.now)
            return f"{one.name}, {text.small}, {text.big}"
        return None


class TilePainter(QStyledItemDelegate):
    """Paints one tile: name, dose, time."""

    def __init__(self, look: Look, model: TilesModel, view: TileBoard, scale: float, masked: bool) -> None:
        super().__init__(view)
        self._look, self._model, self._view = look, model, view
        self._scale, self._masked = scale, masked
        self.language = "vi"

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802  Qt's name
        """All of one size."""
        return self._view.gridSize()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Frame, and three lines."""
        if self._model.now is None:
            return
        one = self._model.people[index.row()]
        if self._masked:  # what somebody came down with is nobody else's business
            one = replace(one, reaction=None)
        text = tile_text(one, self._model.now)
        shown: Any = option  # PySide's stubs hide the fields of a style option
        chosen = bool(shown.state & QStyle.StateFlag.State_Selected) and not self._masked
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        corner = QRect(shown.rect).topLeft()
        there = QTransform.fromTranslate(corner.x(), corner.y()).scale(self._scale, self._scale)
        painter.setTransform(there, combine=True)  # letters are drawn at the size they are shown in, so they stay sharp
        width = int(QRect(shown.rect).width() / self._scale)
        box = QRect(0, 0, width - GAP_PX, TILE_HEIGHT_PX)
        self._frame(painter, box, text.tone, chosen)
        self._lines(painter, box.adjusted(PAD_PX, 6, -PAD_PX, -6), one, text)
        painter.restore()

    def _frame(self, painter: QPainter, box: QRect, tone: Tone, chosen: bool) -> None:
        ground = "card" if tone is Tone.QUIET else f"{tone.value}_ground"
        width = 3 if chosen else 1
        painter.setPen(QPen(self._look.colour("focus" if chosen else TOKENS[tone]), width))
        painter.setBrush(self._look.colour(ground))
        painter.drawRoundedRect(box.adjusted(1, 1, -2, -2), 8, 8)

    def _lines(self, painter: QPainter, room: QRect, one: Observed, text: TileText) -> None:
        bold = text_font(14, QFont.Weight.DemiBold)
        name = words.short_name(one.name) if self._masked else _fitting(one.name, QFontMetrics(bold), room.width())
        _write(painter, room, 0, 22, name, bold, self._look.colour("text"))
        given = words.clock(one.given_at)
        dose = given if self._masked else f"{aftercare_words.dose(one, self.language)} · {given}"
        _write(painter, room, 22, 18, dose, text_font(12), self._look.colour("quiet"))
        colour = self._look.colour("text" if text.tone is Tone.QUIET else text.tone.value)
        big = text_font(28 if ":" in text.big else 18, QFont.Weight.DemiBold)
        _write(painter, room, 40, 32, text.big, big, colour)
        token = "quiet" if text.tone is Tone.QUIET else text.tone.value
        ratio = self._view.devicePixelRatioF() * self._scale
        picture = icons.pixmap(text.icon, self._look.colours[token], 14, ratio)
        painter.drawPixmap(room.left(), room.top() + 73, picture)
        _write(painter, room.adjusted(20, 0, 0, 0), 71, 18, text.small, text_font(12), self._look.colour(token))


def _fitting(name: str, metrics: QFontMetrics, width_px: int) -> str:
    """As much of a name as fits: the given name, which tells people apart, stays whole; what is before it becomes initials."""
    parts = name.split()
    for place in range(len(parts) - 1):
        if metrics.horizontalAdvance(" ".join(parts)) <= width_px:
            break
        parts[place] = f"{parts[place][0]}."
    return " ".join(parts)


def _write(painter: QPainter, room: QRect, top: int, height: int, text: str, font: QFont, colour: QColor) -> None:
    painter.setFont(font)
    painter.setPen(colour)
    fits = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())
    painter.drawText(QRect(room.left(), room.top() + top, room.width(), height), int(PLAIN), fits)


class TileBoard(QListView):
    """The grid. `turned_to` carries the dose of the chosen tile, or nothing; `acted` is Enter on it."""

    turned_to = Signal(str)
    acted = Signal()

    def __init__(self, look: Look, scale: float = 1.0, masked: bool = False) -> None:
        super().__init__()
        self.tiles = TilesModel()
        self._scale = scale
        self.painter = TilePainter(look, self.tiles, self, scale, masked)
        self.setModel(self.tiles)
        self.setItemDelegate(self.painter)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setViewportMargins(GAP_PX, GAP_PX, 0, 0)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        set_look(self, board="true")
        look.changed.connect(self._repaint)
        self.selectionModel().currentChanged.connect(self._turned)
        self._turning = False

    def show_people(self, people: Sequence[Observed], now: datetime) -> None:
        """Other people; who was chosen stays so, or whoever took the place."""
        chosen, row = self.chosen, self.currentIndex().row()
        self._turning = True
        self.tiles.show(people, now)
        place = next((i for i, one in enumerate(people) if chosen and one.dose_id == chosen.dose_id), row)
        self._turning = False
        if people:
            self.choose(min(max(0, place), len(people) - 1))
        else:
            self.turned_to.emit("")

    def choose(self, row: int) -> None:
        """Turns to a tile."""
        self.setCurrentIndex(self.tiles.index(row, 0))
        self._turned()

    @property
    def chosen(self) -> Observed | None:
        """Who is chosen."""
        row = self.currentIndex().row()
        return self.tiles.people[row] if 0 <= row < len(self.tiles.people) else None

    def show_time(self, now: datetime) -> None:
        """A second later."""
        self.tiles.now = now
        self._repaint()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """As many columns as fit, each as wide as there is room."""
        self._lay_tiles()
        super().resizeEvent(event)

    def _lay_tiles(self) -> None:
        tile_px = int(TILE_PX * self._scale)
        bar_px = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)  # Qt keeps its room free
        room = max(tile_px, self.maximumViewportSize().width() - bar_px - GAP_PX // 2)
        self.setGridSize(QSize(room // max(1, room // tile_px), int((TILE_HEIGHT_PX + GAP_PX) * self._scale)))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Enter is the page's one action; Esc is the page's too."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.acted.emit()
        elif event.key() == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def _turned(self, *_places: object) -> None:
        if not self._turning:
            self.turned_to.emit(self.chosen.dose_id if self.chosen else "")

    def _repaint(self) -> None:
        self.viewport().update()
