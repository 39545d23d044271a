"""What each column of a file means: heading, an example of it, and a choice."""

from __future__ import annotations

import re

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QScrollArea, QWidget

from vaxdesk.models.import_book import Plan
from vaxdesk.models.import_columns import ColumnMap
from vaxdesk.ui import import_words
from vaxdesk.ui.widgets import ElidedLabel, SecureLabel

COLUMNS_SHOWN_MAX = 60
_LONG_NUMBER = re.compile(r"\d{9,}")  # of a card or a telephone: which column it is can be told from a part


class MappingForm(QScrollArea):
    """`changed`: another meaning was chosen for a column."""

    changed = Signal(ColumnMap)

    def __init__(self) -> None:
        super().__init__()
        self._plan: Plan | None = None
        self.choices: list[QComboBox] = []
        self._titles: tuple[SecureLabel, ...] = ()
        self._places: list[int] = []
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)

    def show_plan(self, plan: Plan, example: tuple[str, ...]) -> None:
        """The columns of a file, with its first row as an example."""
        self._plan = plan
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        self.choices, self._places = [], []
        self._titles = (SecureLabel("label"), SecureLabel("label"), SecureLabel("label"))
        for at, title in enumerate(self._titles):
            grid.addWidget(title, 0, at)
        for place, heading in enumerate(plan.columns.headings[:COLUMNS_SHOWN_MAX]):
            if heading:
                self._add_line(grid, place, heading, example[place] if place < len(example) else "")
        grid.setRowStretch(grid.rowCount(), 1)
        inside = QWidget()
        inside.setLayout(grid)
        self.setWidget(inside)
        self.say_words()

    def _add_line(self, grid: QGridLayout, place: int, heading: str, example: str) -> None:
        name, shown = ElidedLabel(), ElidedLabel("quiet")
        name.setText(heading)
        shown.setText(_LONG_NUMBER.sub(_masked, example))
        choice = QComboBox()
        choice.setAccessibleName(heading)
        choice.setMinimumWidth(260)
        choice.activated.connect(lambda _row, at=place, box=choice: self._chosen(at, str(box.currentData())))
        line = 1 + len(self.choices)
        for at, part in enumerate((name, shown, choice)):
            grid.addWidget(part, line, at)
        self.choices.append(choice)
        self._places.append(place)

    def _chosen(self, place: int, meaning: str) -> None:
        assert self._plan is not None
        columns = self._plan.columns
        columns = columns.changed(place, meaning) if meaning else columns.passed_over(place)
        self._plan = self._plan.with_columns(columns)
        self.say_words()
        self.changed.emit(columns)

    def say_words(self) -> None:
        """Every text, and what is chosen."""
        if self._plan is None:
            return
        titles = (self.tr("Tiêu đề trong tệp"), self.tr("Dòng đầu của tệp"), self.tr("Là cột nào"))
        for label, title in zip(self._titles, titles, strict=True):
            label.setText(title)
        offered = import_words.choices(self._plan.kind)
        for place, choice in zip(self._places, self.choices, strict=True):
            meaning = self._plan.columns.meanings[place]
            choice.clear()
            for one in offered if meaning in offered else (*offered, meaning):
                choice.addItem(import_words.column(one), one)
            choice.setCurrentIndex(choice.findData(meaning))


def _masked(number: re.Match[str]) -> str:
    shown = 4 if len(number[0]) > 10 else 2
    return f"{number[0][:shown]}••••{number[0][-shown:]}"


def examples(plan: Plan, head: tuple[tuple[str, ...], ...]) -> tuple[str, ...]:
    """The first row after the headings."""
    return next((row for row in head[plan.headings.last :] if any(row)), ())
