"""The official form on the screen: arrows go from figure to figure; the one they are on says what it counts."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPalette
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from vaxdesk.models.report_forms import FormCell, FormTable, groups
from vaxdesk.ui.theme import Look, text_font

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
NAME_COLUMN, NUMBER_PX, NAME_PX, FIGURE_PX_MIN, HEAD_PX, BAND_PX, ROW_PX = 1, 40, 170, 66, 58, 24, 34
ROWS_SHOWN_MIN, ROWS_SHOWN_MAX = 3, 6


class FormModel(QAbstractTableModel):
    """A filled-in form."""

    def __init__(self) -> None:
        super().__init__()
        self.form: FormTable | None = None
        self._language = "vi"

    def show(self, form: FormTable, language: str) -> None:
        """Other figures."""
        self.beginResetModel()
        self.form, self._language = form, language
        self.endResetModel()

    def heading(self, column: int) -> str:
        """A column's own words."""
        return self.form.columns[column].words[self._language] if self.form else ""

    def group(self, column: int) -> tuple[int, int, str] | None:
        """First and last column of the group a column stands in, and its words."""
        columns = self.form.columns if self.form else ()
        found = next(((a, z, words) for a, z, words in groups(columns) if a <= column <= z), None)
        return (found[0], found[1], found[2][self._language]) if found and found[2] else None

    def cell(self, index: Index) -> FormCell | None:
        """What stands there."""
        if self.form is None or not index.isValid():
            return None
        return self.form.rows[index.row()][index.column()]

    def rowCount(self, parent: Index = NOWHERE) -> int:  # noqa: N802  Qt's name
        """The form's lines."""
        return 0 if parent.isValid() or self.form is None else len(self.form.rows)

    def columnCount(self, parent: Index = NOWHERE) -> int:  # noqa: N802  Qt's name
        """The form's columns."""
        return 0 if parent.isValid() or self.form is None else len(self.form.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:  # noqa: N802  Qt's name
        """A group stands above its column."""
        if orientation is not Qt.Orientation.Horizontal or self.form is None:
            return None
        column = self.form.columns[section]
        group = column.group[self._language] if column.group else ""
        if role == Qt.ItemDataRole.DisplayRole:
            return column.words[self._language]
        if role == Qt.ItemDataRole.ToolTipRole:
            return " · ".join(filter(None, (group, column.words[self._language])))
        return None

    def data(self, index: Index, role: int = 0) -> Any:
        """Text, alignment, weight; and for readers aloud what the figure counts."""
        cell = self.cell(index)
        if cell is None or self.form is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return cell.said(self._language)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignLeft if index.column() == NAME_COLUMN else Qt.AlignmentFlag.AlignHCenter
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.FontRole and index.row() == len(self.form.rows) - 1:
            return text_font(weight=QFont.Weight.DemiBold)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.told(index)
        return None

    def told(self, index: Index) -> str:
        """E.g. `Comirnaty · Không tiêm · Từ chối tiêm: 2`."""
        cell = self.cell(index)
        if cell is None or self.form is None:
            return ""
        heading = self.headerData(index.column(), Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
        name = self.form.rows[index.row()][NAME_COLUMN].said(self._language)
        return f"{name} · {heading}: {cell.said(self._language)}"


class GroupedHeader(QHeaderView):
    """Two lines of headings: groups over their columns."""

    def __init__(self, look: Look, form: FormModel) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._look, self._form = look, form
        self.setFixedHeight(BAND_PX + HEAD_PX)
        self.setHighlightSections(False)
        self.setSectionsClickable(False)

    def paintSection(self, painter: QPainter, rect: QRect, logical: int) -> None:  # noqa: N802  Qt's name
        """The part of the group's band above this column, and the column's own words."""
        colours = self._look.colours
        painter.save()
        painter.setClipRect(rect)
        painter.fillRect(rect, QColor(colours["ground"]))
        painter.setFont(text_font(12, QFont.Weight.DemiBold))
        painter.setPen(QColor(colours["line"]))
        painter.drawLine(rect.topRight(), rect.bottomRight())
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        group, band = self._form.group(logical), 0
        if group is not None:
            first, last, words = group
            left = self.sectionViewportPosition(first)
            width = sum(self.sectionSize(place) for place in range(first, last + 1))
            band = BAND_PX
            painter.fillRect(rect.left(), rect.top(), rect.width(), band, QColor(colours["ground"]))
            painter.drawLine(rect.left(), rect.top() + band, rect.right(), rect.top() + band)
            if logical == last:
                painter.drawLine(rect.topRight(), rect.bottomRight())
            painter.setPen(QColor(colours["text"]))
            painter.drawText(QRect(left, rect.top(), width, band), int(Qt.AlignmentFlag.AlignCenter), words)
        painter.setPen(QColor(colours["text"]))
        flags = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
        painter.drawText(rect.adjusted(3, band, -3, 0), flags, self._form.heading(logical))
        painter.restore()


class ReportTable(QTableView):
    """`figure_chosen(FormCell, str)`: the arrows are on another cell; the text says which."""

    figure_chosen = Signal(object, str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.form = FormModel()
        self.setModel(self.form)
        self.setHorizontalHeader(GroupedHeader(look, self.form))
        self._look = look
        look.changed.connect(self._wear)
        self._wear()
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setWordWrap(True)
        self.setShowGrid(True)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_PX)
        self.selectionModel().currentChanged.connect(self._current_changed)

    def _wear(self) -> None:
        """The chosen figure keeps the text's colour: its ground is pale."""
        worn = self.palette()
        worn.setColor(QPalette.ColorRole.HighlightedText, QColor(self._look.colours["text"]))
        self.setPalette(worn)
        self.horizontalHeader().viewport().update()

    def show_form(self, form: FormTable, language: str) -> None:
        """Other figures; the arrows stay where they were, or go to the total."""
        before, known = self.currentIndex(), self.form.form
        stays = before.isValid() and known is not None and len(known.columns) == len(form.columns)
        row, column = (before.row(), before.column()) if stays else (len(form.rows) - 1, 2)
        self.form.show(form, language)
        rows = min(ROWS_SHOWN_MAX, max(ROWS_SHOWN_MIN, len(form.rows)))
        self.setFixedHeight(BAND_PX + HEAD_PX + rows * ROW_PX + 4)
        self._set_widths(len(form.columns))
        self.setCurrentIndex(self.form.index(min(row, len(form.rows) - 1), min(column, len(form.columns) - 1)))

    def _set_widths(self, columns: int) -> None:
        head = self.horizontalHeader()
        head.setMinimumSectionSize(NUMBER_PX)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        for place, width in ((0, NUMBER_PX), (NAME_COLUMN, NAME_PX)):
            head.setSectionResizeMode(place, QHeaderView.ResizeMode.Fixed)
            head.resizeSection(place, width)
        if columns * FIGURE_PX_MIN > self.viewport().width():
            head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
            for place in range(2, columns):
                head.resizeSection(place, FIGURE_PX_MIN + 14)

    def _current_changed(self, current: QModelIndex) -> None:
        cell = self.form.cell(current)
        if cell is not None:
            self.figure_chosen.emit(cell, self.form.told(current))
