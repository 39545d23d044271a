"""Lists of one pattern: rows of plain text with a mark, an icon and a colour with a meaning; arrows move, Space marks, Enter acts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QItemSelectionModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QPalette
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from vaxdesk.ui import icons
from vaxdesk.ui.dose_form import Tone
from vaxdesk.ui.theme import Look, text_font

Index = QModelIndex | QPersistentModelIndex
ROW_PX = 36
NOWHERE = QModelIndex()


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its text, and for a state its icon and tone."""

    text: str
    icon: str = ""
    tone: Tone | None = None
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One line; `key` says which record it is, whatever its place."""

    key: str
    cells: tuple[Cell, ...]


class RowsModel(QAbstractTableModel):
    """Titles and rows, replaced whole. The first column of a markable list shows the mark."""

    def __init__(self, look: Look, markable: bool) -> None:
        super().__init__()
        self._look, self._markable = look, markable
        self._titles: tuple[str, ...] = ()
        self.rows: Sequence[Row] = ()
        self.marked: set[str] = set()

    def show(self, titles: tuple[str, ...], rows: Sequence[Row]) -> None:
        """Other rows; marks of rows that are gone are forgotten."""
        self.beginResetModel()
        self._titles, self.rows = titles, tuple(rows)
        self.marked &= {row.key for row in rows}
        self.endResetModel()

    def toggle(self, row: int) -> None:
        """Marks or unmarks a row."""
        self.marked ^= {self.rows[row].key}
        self.dataChanged.emit(self.index(row, 0), self.index(row, 0))

    def rowCount(self, parent: Index = NOWHERE) -> int:  # noqa: N802  Qt's name
        """How many rows."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = NOWHERE) -> int:  # noqa: N802  Qt's name
        """How many columns, the mark's among them."""
        return 0 if parent.isValid() else len(self._titles) + self._markable

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:  # noqa: N802  Qt's name
        """The titles."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        place = section - self._markable
        if role == Qt.ItemDataRole.DisplayRole:
            return self._titles[place] if 0 <= place < len(self._titles) else ""
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return None

    def data(self, index: Index, role: int = 0) -> Any:
        """What a cell shows."""
        row, place = self.rows[index.row()], index.column() - self._markable
        if place < 0:
            return self._mark(row, role)
        return self._cell(row.cells[place], role)

    def _mark(self, row: Row, role: int) -> Any:
        marked = row.key in self.marked
        if role == Qt.ItemDataRole.DecorationRole:
            colours = self._look.colours
            return icons.icon("marked", colours["primary"]) if marked else icons.icon("unmarked", colours["quiet"])
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return "✓" if marked else ""
        return None

    def _cell(self, cell: Cell, role: int) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return cell.text
        tone = cell.tone.value if cell.tone is not None else "text"
        if role == Qt.ItemDataRole.ForegroundRole and cell.tone is not None:
            return self._look.colour(tone)
        if role == Qt.ItemDataRole.DecorationRole and cell.icon:
            return icons.icon(cell.icon, self._look.colours[tone], 18)
        if role == Qt.ItemDataRole.FontRole and cell.strong:
            return text_font(14, QFont.Weight.DemiBold)
        return None


class _Delegate(QStyledItemDelegate):
    """A chosen row keeps the colours that mean something."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:  # noqa: N802  Qt's name
        super().initStyleOption(option, index)
        colour = index.data(Qt.ItemDataRole.ForegroundRole) or option.palette.color(QPalette.ColorRole.Text)
        option.palette.setColor(QPalette.ColorRole.HighlightedText, colour)


class RowsTable(QTableView):
    """`chosen` carries the key of the row the arrows are on, empty for none; `marks_changed` carries nothing: ask the model."""

    chosen = Signal(str)
    marks_changed = Signal()

    def __init__(self, look: Look, widths: tuple[int, ...], stretched: int, markable: bool = False) -> None:
        super().__init__()
        self.rows = RowsModel(look, markable)
        self.setModel(self.rows)
        self.setItemDelegate(_Delegate(self))
        self._markable, self._wanted = markable, ""
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_PX)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setFixedHeight(ROW_PX)
        header.setMinimumSectionSize(24)
        self._widths = ((36, *widths) if markable else widths, stretched + markable)
        look.changed.connect(self.viewport().update)
        self.selectionModel().currentRowChanged.connect(self._row_changed)
        self.doubleClicked.connect(lambda index: self._toggle(index.row()))

    def show_rows(self, titles: tuple[str, ...], rows: Sequence[Row]) -> None:
        """Other rows; the chosen one stays chosen while it is there."""
        wanted = self._wanted
        self.rows.show(titles, rows)
        self._set_widths()
        keys = [row.key for row in rows]
        place = keys.index(wanted) if wanted in keys else 0
        if rows:
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            self.selectionModel().setCurrentIndex(self.rows.index(place, 0), flags)
        else:
            self._wanted = ""
            self.chosen.emit("")

    @property
    def wanted(self) -> str:
        """The key of the row the arrows are on; empty for none."""
        return self._wanted

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Arrows move; Space marks; Enter and letters are the page's."""
        if event.key() == Qt.Key.Key_Space and self._markable:
            self._toggle(self.currentIndex().row())
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) or (event.text().isprintable() and event.text()):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def _toggle(self, row: int) -> None:
        if self._markable and row >= 0:
            self.rows.toggle(row)
            self.marks_changed.emit()

    def _row_changed(self, current: QModelIndex) -> None:
        self._wanted = self.rows.rows[current.row()].key if current.isValid() else ""
        self.chosen.emit(self._wanted)

    def _set_widths(self) -> None:
        header, (widths, stretched) = self.horizontalHeader(), self._widths
        for place, width in enumerate(widths):
            header.resizeSection(place, width)
        header.setSectionResizeMode(stretched, QHeaderView.ResizeMode.Stretch)
