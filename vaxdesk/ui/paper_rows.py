"""The rows of a paper day as a grid of cells that are typed into; what is wrong is shown in the cell itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from vaxdesk.models.paper_day import CELL_CHARS_MAX, COLUMNS, ROWS_MAX, Cells
from vaxdesk.ui import icons
from vaxdesk.ui.theme import Look

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
EMPTY: Cells = ("",) * len(COLUMNS)
COPIED = tuple(COLUMNS.index(name) for name in ("vaccine-1", "lot-1", "expiry-1"))  # a paper list has them once on top
NUMBER = COLUMNS.index("citizen-id")


class PaperModel(QAbstractTableModel):
    """Always one empty row at the end. `typed`: something changed. `wrong`: {row: {column: sentence}}; column -1 is the whole row's."""

    typed = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.titles: tuple[str, ...] = COLUMNS
        self.rows: list[Cells] = [EMPTY]
        self.wrong: Mapping[int, Mapping[int, str]] = {}

    def show(self, rows: tuple[Cells, ...]) -> None:
        """Other rows."""
        self.beginResetModel()
        self.rows = [*rows, EMPTY][:ROWS_MAX]
        self.wrong = {}
        self.endResetModel()

    def mark(self, wrong: Mapping[int, Mapping[int, str]]) -> None:
        """What is wrong now."""
        self.wrong = wrong
        self.dataChanged.emit(self.index(0, 0), self.index(len(self.rows) - 1, len(COLUMNS) - 1))

    def take_out(self, row: int) -> None:
        """A row typed by mistake goes."""
        if 0 <= row < len(self.rows) - 1:
            self.beginRemoveRows(NOWHERE, row, row)
            del self.rows[row]
            self.endRemoveRows()
            self.typed.emit()

    def rowCount(self, parent: Index = NOWHERE) -> int:  # noqa: N802  Qt's name
        """Rows with the empty one."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = NOWHERE) -> int:  # noqa: N802  Qt's name
        """What is typed of a dose."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:  # noqa: N802  Qt's name
        """Titles; rows are numbered."""
        if role == Qt.ItemDataRole.DisplayRole:
            return self.titles[section] if orientation is Qt.Orientation.Horizontal else str(section + 1)
        if role == Qt.ItemDataRole.TextAlignmentRole and orientation is Qt.Orientation.Horizontal:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Every cell is typed into."""
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEditable

    def said(self, row: int, column: int) -> str:
        """What is wrong with a cell, or with its row."""
        wrong = self.wrong.get(row, {})
        return wrong.get(column) or wrong.get(-1, "")

    def data(self, index: Index, role: int = 0) -> Any:
        """The cell's text, and its trouble by icon, colour and words."""
        row, column = index.row(), index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return self.rows[row][column]
        sentence = self.wrong.get(row, {}).get(column) or (
            self.wrong.get(row, {}).get(-1) if column == NUMBER else None
        )
        if not sentence:
            return None
        if role == Qt.ItemDataRole.DecorationRole:
            return icons.icon("stop", self._look.colours["stop"], 16)
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._look.colour("stop")
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            return sentence
        return None

    def setData(self, index: Index, value: Any, role: int = 0) -> bool:  # noqa: N802  Qt's name
        """A cell was typed; the last row begun makes the next empty one, and takes the product from the row before."""
        row, column = index.row(), index.column()
        text = " ".join(str(value).split())[:CELL_CHARS_MAX]
        if text == self.rows[row][column]:
            return False
        cells = list(self.rows[row])
        cells[column] = text
        if row and not any(self.rows[row]):
            for place in COPIED:
                cells[place] = cells[place] or self.rows[row - 1][place]
        self.rows[row] = tuple(cells)
        self.dataChanged.emit(self.index(row, 0), self.index(row, len(COLUMNS) - 1))
        if row == len(self.rows) - 1 and len(self.rows) < ROWS_MAX:
            self.beginInsertRows(NOWHERE, row + 1, row + 1)
            self.rows.append(EMPTY)
            self.endInsertRows()
        self.typed.emit()
        return True
