"""Everything that can be read in a window, by eyes or by a screen reader."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QLabel,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

ROLES = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole)


def texts(root: QWidget, visible_only: bool = True) -> list[str]:
    """Words, accessible names, tool tips, choices and every cell of every list."""
    widgets = [root, *root.findChildren(QWidget)]
    shown = [widget for widget in widgets if widget.isVisible() or not visible_only]
    return [text for widget in shown for text in _texts_of(widget) if text]


def _texts_of(widget: QWidget) -> Iterator[str]:
    yield from (widget.accessibleName(), widget.accessibleDescription(), widget.toolTip(), widget.windowTitle())
    if isinstance(widget, QLabel | QAbstractButton):
        yield widget.text()
    elif isinstance(widget, QLineEdit):
        yield from (widget.text(), widget.placeholderText())
    elif isinstance(widget, QPlainTextEdit | QTextEdit):
        yield widget.toPlainText()
    elif isinstance(widget, QComboBox):
        yield from (widget.itemText(place) for place in range(widget.count()))
    elif isinstance(widget, QAbstractItemView) and (model := widget.model()) is not None:
        columns = 1 if isinstance(widget, QListView) else model.columnCount()
        cells = (model.index(r, c) for r in range(model.rowCount()) for c in range(columns))
        yield from (str(cell.data(role)) for cell in cells for role in ROLES if cell.data(role) is not None)
