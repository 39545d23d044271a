"""A paper day typed at the keyboard: Enter goes on, what is wrong stands in its cell at once, the paper's totals must agree before it is saved."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from vaxdesk.errors import InputRefused, Problem, VaxdeskError
from vaxdesk.models import paper_day
from vaxdesk.models.import_columns import ImportKind
from vaxdesk.models.import_judging import MarkedRow, RowState
from vaxdesk.models.paper_day import COLUMNS, PaperDay
from vaxdesk.ui import import_words, words
from vaxdesk.ui.buttons import KeyButton
from vaxdesk.ui.paper_rows import COPIED, NUMBER, Index, PaperModel
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.tone import Tone
from vaxdesk.ui.widgets import GAP, MARGIN, Notice, Page, SecureLabel, Titled, beside, stacked

WIDTHS_PX = (158, 210, 110, 76, 140, 110, 112, 140, 110)
KEEP_AFTER_MS, JUDGE_AFTER_MS = 1500, 400
ROW_PX, NUMBERS_PX = 36, 44
FIELDS = {
    "citizen_id": "citizen-id",
    "name": "name",
    "birth_date": "birth-date",
    "sex": "sex",
    "vaccine": "vaccine-1",
    "lot": "lot-1",
    "expiry": "expiry-1",
    "occurred_at": "time-1",
    "dose_number": "dose-number-1",
}


class _Typing(QStyledItemDelegate):
    """Enter and Tab in a cell keep it and go on; Esc leaves it as it was."""

    def __init__(self, grid: Grid) -> None:
        super().__init__(grid)
        self._grid = grid

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:  # noqa: N802  Qt's name
        """The cell the cursor is in keeps the colours that mean something."""
        super().initStyleOption(option, index)
        colour = index.data(Qt.ItemDataRole.ForegroundRole) or option.palette.color(QPalette.ColorRole.Text)
        option.palette.setColor(QPalette.ColorRole.HighlightedText, colour)

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """Before the view's own keys."""
        going_on = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in going_on:
            field = cast("QWidget", editor)
            self.commitData.emit(field)
            self.closeEditor.emit(field, QStyledItemDelegate.EndEditHint.NoHint)
            self._grid.go_on()
            return True
        return super().eventFilter(editor, event)


class Grid(QTableView):
    """Enter and Tab go to the next cell that is not copied from the row before; at a row's end to the next row."""

    def __init__(self, paper: PaperModel) -> None:
        super().__init__()
        self.paper = paper
        self.setModel(paper)
        self.setItemDelegate(_Typing(self))
        self.setEditTriggers(QAbstractItemView.EditTrigger.AnyKeyPressed | QAbstractItemView.EditTrigger.DoubleClicked)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.verticalHeader().setDefaultSectionSize(ROW_PX)
        self.verticalHeader().setFixedWidth(NUMBERS_PX)
        self.horizontalHeader().setFixedHeight(ROW_PX)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setStretchLastSection(True)
        for place, width in enumerate(WIDTHS_PX):
            self.setColumnWidth(place, width)

    def go_on(self) -> None:
        """The next cell to type."""
        here = self.currentIndex()
        row, column = here.row(), here.column() + 1
        while column in COPIED and self.paper.rows[row][column]:
            column += 1
        if column >= len(COLUMNS):
            row, column = min(row + 1, self.paper.rowCount() - 1), 0
        self.setCurrentIndex(self.paper.index(row, column))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Enter goes on, Delete empties a cell, Esc is the page's."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.go_on()
        elif event.key() == Qt.Key.Key_Delete:
            self.paper.setData(self.currentIndex(), "")
        elif event.key() == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)


class PaperGrid(Page):
    """`left`: back to the site; `records_changed`: doses came in."""

    left, records_changed = Signal(), Signal()

    def __init__(self, around: Surroundings) -> None:
        super().__init__()
        self._around, self._book = around, around.services.work.imports
        self._is_read, self._is_saving, self._asked = False, False, 0
        self.title, self.counted = SecureLabel("heading"), SecureLabel("quiet")
        self.leave = KeyButton(around.look, "plain", "", "Esc", shortcut=False)
        self.day, self.total, self.lots = Titled(QLineEdit()), Titled(QLineEdit()), Titled(QLineEdit())
        self.rows = PaperModel(around.look)
        self.grid = Grid(self.rows)
        self.notice = Notice(around.look, lines=2)
        self.save = KeyButton(around.look, "primary", "save", "Ctrl+S")
        self.remove = KeyButton(around.look, "plain", "close", "Ctrl+Delete")
        self._keep, self._judge = self._timer(KEEP_AFTER_MS), self._timer(JUDGE_AFTER_MS)
        self._lay_out()
        self._connect()
        self.say_words()

    def _timer(self, after_ms: int) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(after_ms)
        return timer

    def _lay_out(self) -> None:
        self.day.field.setFixedWidth(160)
        self.total.field.setFixedWidth(160)
        self.lots.field.setMinimumWidth(300)
        head = beside(self.title, -1, self.leave)
        totals = beside(self.day, self.total, self.lots, gap=8)
        totals.setStretch(2, 1)
        foot = beside(self.save, self.remove, self.counted, -1, gap=8)
        page = stacked(head, totals, self.notice, self.grid, foot, gap=8, margins=(MARGIN, GAP, MARGIN, GAP))
        page.setStretch(3, 1)
        self.setLayout(page)

    def _connect(self) -> None:
        self.leave.clicked.connect(self._leave)
        self.save.clicked.connect(self._save)
        self.remove.clicked.connect(lambda: self.rows.take_out(self.grid.currentIndex().row()))
        for titled in (self.day, self.total, self.lots):
            cast("QLineEdit", titled.field).textEdited.connect(self._changed)
        self.rows.typed.connect(self._changed)
        self.grid.selectionModel().currentChanged.connect(lambda *_: self._say_state())
        self._keep.timeout.connect(self._keep_draft)
        self._judge.timeout.connect(self._judge_rows)
        self._around.session.changed.connect(self._keep_draft)

    # --- what was typed

    def paper(self) -> PaperDay:
        """The page as it was typed."""
        day, total, lots = (cast("QLineEdit", one.field).text() for one in (self.day, self.total, self.lots))
        return PaperDay(day.strip(), tuple(self.rows.rows[:-1]), total.strip(), lots.strip())

    def refresh(self) -> None:
        """What was typed and not saved, as it was kept."""
        if not self._is_read:
            self._around.lane.run(self._book.paper_draft, done=self._draft_read, failed=self._trouble)

    def _draft_read(self, text: str) -> None:
        if self._is_read:
            return
        self._is_read = True
        self._show(paper_day.from_text(text))
        if self.rows.rowCount() > 1:
            self._judge_rows()

    def _show(self, paper: PaperDay) -> None:
        for titled, text in ((self.day, paper.day), (self.total, paper.total), (self.lots, paper.lots)):
            cast("QLineEdit", titled.field).setText(text)
        self.rows.show(paper.rows)
        self.grid.setCurrentIndex(self.rows.index(self.rows.rowCount() - 1, 0))
        (self.grid if paper.day else self.day.field).setFocus()
        self._say_state()

    def _changed(self) -> None:
        self._keep.start()
        self._judge.start()
        self._say_counted()

    def _keep_draft(self) -> None:
        if self._is_read and not self._is_saving:
            paper = self.paper()
            text = paper.text() if paper.typed or paper.day else ""
            self._around.lane.run(self._book.keep_paper_draft, text, done=_nothing, failed=self._trouble)

    # --- judging it

    def _judge_rows(self) -> None:
        """As the desk would judge each row, without storing anything."""
        self._asked += 1
        asked, rows = self._asked, paper_day.read(self.paper())
        twice = paper_day.twice(rows)
        self._around.lane.run(
            self._book.judge_rows,
            ImportKind.DOSES,
            rows,
            done=lambda marked: self._judged(marked, twice) if asked == self._asked else None,
            failed=self._trouble,
        )

    def _judged(self, marked: tuple[MarkedRow, ...], twice: tuple[int, ...]) -> None:
        wrong: dict[int, dict[int, str]] = {}
        for one in marked:
            if one.state is RowState.REFUSED:
                wrong[one.row.line - 1] = self._sentences(one.problems)
        for line in twice:
            wrong.setdefault(line - 1, {})[NUMBER] = self._around.speech.of_code("paper-number-twice")
        self.rows.mark(wrong)
        self._say_state()

    def _sentences(self, problems: tuple[Problem, ...]) -> dict[int, str]:
        found: dict[int, str] = {}
        for problem in problems:
            name = FIELDS.get(problem.field, "")
            place = COLUMNS.index(name) if name else -1
            found.setdefault(place, self._around.speech.sentence(problem))
        return found

    # --- saving it

    def _save(self) -> None:
        """Only what agrees with the paper's totals, and only whole."""
        paper = self.paper()
        if self._is_saving or not paper.typed:
            return
        try:
            paper_day.check_totals(paper)
        except InputRefused as refused:
            self._trouble(refused)
            return
        self._is_saving = True
        self._say_state()
        actor = self._around.session.actor
        self._around.lane.run(self._book.take_paper, paper, actor, done=self._saved, failed=self._not_saved)

    def _saved(self, marked: tuple[MarkedRow, ...]) -> None:
        self._is_saving = False
        refused = [one for one in marked if one.state is RowState.REFUSED]
        left = {one.row.line - 1 for one in refused}
        taken = len(marked) - len(refused)
        if not refused:
            self._show(PaperDay())
            self._keep_draft()
        else:  # what stays is what the next totals count
            paper = self.paper()
            self._show(PaperDay(paper.day, tuple(row for at, row in enumerate(paper.rows) if at in left)))
            self._changed()
        count = words.count(taken, self._around.speech.language)
        said = self.tr("Đã lưu {count} mũi tiêm, nhập hồi cứu.").format(count=count)
        more = self.tr("Những dòng còn lại chưa lưu được: xem lý do ở từng dòng.") if refused else ""
        self.notice.tell(Tone.DECIDE if refused else Tone.ALLOWED, f"{said} {more}".strip())
        if taken:
            self.records_changed.emit()

    def _not_saved(self, error: VaxdeskError) -> None:
        self._is_saving = False
        self._trouble(error)

    def _trouble(self, error: VaxdeskError) -> None:
        self._say_counted()
        self.notice.tell(Tone.STOP, self._around.speech.sentence(error))

    # --- words

    def say_words(self) -> None:
        """Every text."""
        self.title.setText(self.tr("Nhập phiếu giấy của một ngày"))
        self.leave.say(self.tr("Về trang Cơ sở"))
        self.day.say(self.tr("Ngày tiêm"))
        self.total.say(self.tr("Tổng số mũi trên giấy"))
        self.lots.say(self.tr("Số mũi mỗi lô trên giấy"))
        cast("QLineEdit", self.day.field).setPlaceholderText(self.tr("Ngày/tháng/năm"))
        cast("QLineEdit", self.lots.field).setPlaceholderText("FL4574 12, 30820BD 6")
        self.save.say(self.tr("Lưu tất cả"))
        self.remove.say(self.tr("Bỏ dòng"))
        self.grid.setAccessibleName(self.tr("Các mũi tiêm ghi trên giấy"))
        self.rows.titles = tuple(import_words.column(name.removesuffix("-1")) for name in COLUMNS)
        self.rows.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(COLUMNS) - 1)
        self._say_state()

    def _say_counted(self) -> None:
        typed = paper_day.counted(self.paper())
        lots = ", ".join(f"{lot or '–'} {count}" for lot, count in sorted(typed.lots.items()))
        count = words.count(typed.count, self._around.speech.language)
        self.counted.setText(self.tr("Đã gõ {count} mũi: {lots}").format(count=count, lots=lots) if typed.count else "")
        self.save.setEnabled(typed.count > 0 and not self._is_saving)

    def _say_state(self) -> None:
        """The words for the cell the cursor is in, or what to do."""
        self._say_counted()
        here = self.grid.currentIndex()
        wrong = self.rows.said(here.row(), here.column()) if here.isValid() else ""
        if wrong:
            self.notice.tell(Tone.STOP, wrong)
            return
        if self.rows.wrong:
            said = self.tr("%n dòng cần xem lại: các ô có dấu.", "", len(self.rows.wrong))
            self.notice.tell(Tone.DECIDE, said)
            return
        hint = self.tr("Gõ từng ô, Enter sang ô sau. Vắc xin, lô, hạn lấy theo dòng trên. Bản nháp được giữ lại.")
        self.notice.tell(Tone.INFORM, hint)

    def _leave(self) -> None:
        self._keep_draft()
        self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Esc leaves, the draft is kept; Enter in a field above goes to the rows."""
        if event.key() == Qt.Key.Key_Escape:
            self._leave()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.focusNextChild()
        else:
            super().keyPressEvent(event)


def _nothing(_answer: object) -> None:
    """Nothing is said where nothing was asked."""
