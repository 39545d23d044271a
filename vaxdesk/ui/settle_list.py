"""The list of what a person has to settle: refusals and conflicts, those with one cause under one line."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from vaxdesk.messages import templates
from vaxdesk.ui import words
from vaxdesk.ui.dose_form import Tone
from vaxdesk.ui.nothing_here import NothingHere
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.tables import Cell, Row, RowsTable
from vaxdesk.ui.to_settle import Entry, Group
from vaxdesk.ui.widgets import SecureLabel, stacked

COLUMNS_PX = (76, 176, 150, 240)


class SettleList(QWidget):
    """`chosen(group, entry, why)`: the line the arrows are on; entry None for the line of a whole group, both None for nothing."""

    chosen = Signal(object, object, str)

    def __init__(self, around: Surroundings) -> None:
        super().__init__()
        self._around = around
        self._groups: tuple[Group, ...] = ()
        self.title = SecureLabel("title")
        self.table = RowsTable(around.look, COLUMNS_PX, stretched=3)
        self.nothing = NothingHere(around.look, "proven", "allowed")
        inside = stacked(self.title, self.table, self.nothing, gap=8)
        inside.setStretch(1, 1)
        inside.setStretch(2, 1)
        self.setLayout(inside)
        self.table.chosen.connect(self._chosen)

    def show_groups(self, groups: tuple[Group, ...]) -> None:
        """Everything to settle, read afresh; the chosen line stays chosen while it is there."""
        self._groups = groups
        self.say_words()

    def say_words(self) -> None:
        """Every text."""
        titles = (self.tr("Lúc"), self.tr("Họ và tên"), self.tr("Mũi tiêm"), self.tr("Vì sao"))
        count = sum(len(group.entries) for group in self._groups)
        self.title.setText(self.tr("Cần xử lý ({count})").format(count=count))
        self.table.setAccessibleName(self.tr("Cần xử lý"))
        self.table.show_rows(titles, [row for group in self._groups for row in self._rows(group)])
        self.table.setVisible(bool(self._groups))
        self.nothing.setVisible(not self._groups)
        self.nothing.say(
            self.tr("Không có bản ghi nào bị từ chối"),
            self.tr("Nếu nền tảng không nhận một mũi tiêm, mũi đó hiện ở đây với lý do và cách sửa."),
        )

    def _rows(self, group: Group) -> list[Row]:
        why = self._why(group.said_as)
        if not group.has_own_line:
            return [self._row(group.entries[0], _first_sentence(why))]
        title = Cell(self.tr("%n bản ghi", "", len(group.entries)), strong=True)
        head = Row(
            group.key, (Cell("", "chevron-down"), title, Cell(""), Cell(_first_sentence(why), "stop", Tone.STOP))
        )
        return [head, *(self._row(entry, "") for entry in group.entries)]

    def _row(self, entry: Entry, why: str) -> Row:
        record = entry.record
        dose = words.dose_title(record, self._around.speech.language)
        cells = (
            Cell(words.clock(record.dose.occurred_at)),
            Cell(record.person.name, strong=bool(why)),
            Cell(self.tr("Phản ứng sau tiêm") if entry.reaction_id else dose),
            Cell(why, "stop", Tone.STOP) if why else Cell(""),
        )
        return Row(entry.key, cells)

    def _why(self, code: str) -> str:
        if code in templates(self._around.speech.language):
            return self._around.speech.of_code(code)
        return self.tr("Nền tảng không nhận bản ghi này.")

    def _chosen(self, key: str) -> None:
        for group in self._groups:
            entry = next((one for one in group.entries if one.key == key), None)
            if entry is not None or group.key == key:
                self.chosen.emit(group, entry, self._why(group.said_as))
                return
        self.chosen.emit(None, None, "")


def _first_sentence(text: str) -> str:
    """What happened; what to do about it stands in the story beside."""
    return text.partition(". ")[0].rstrip(".")
