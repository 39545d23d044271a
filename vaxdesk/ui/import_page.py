"""A list taken in: choose the file, say what its columns mean, look at every row, take in what can be, give back what cannot."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QProgressBar, QStackedWidget

from vaxdesk.errors import VaxdeskError
from vaxdesk.models.import_book import SHOWN_MAX, Counts, Outcome, Plan
from vaxdesk.models.import_columns import ColumnMap, ImportKind
from vaxdesk.models.import_files import Survey
from vaxdesk.models.import_judging import MarkedRow, RowState
from vaxdesk.models.import_refused import write_refused
from vaxdesk.ui import dialogs, import_words, words
from vaxdesk.ui.buttons import ChoiceButton, KeyButton
from vaxdesk.ui.import_mapping import MappingForm, examples
from vaxdesk.ui.import_run import ImportRun
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.tables import Cell, Row, RowsTable
from vaxdesk.ui.tone import Tone
from vaxdesk.ui.widgets import GAP, MARGIN, ElidedLabel, Notice, Page, SecureLabel, beside, stacked

COLUMNS_PX = (60, 182, 195, 130, 110, 420)
FILES = "(*.xlsx *.csv *.tsv *.txt);; (*)"
MAPPING, ROWS = 0, 1
ALL, REFUSED, REPAIRED = "all", "refused", "repaired"


class ImportPage(Page):
    """`left`: back to the site; `paper_wished`: no file, a paper to type; `records_changed`: people or doses came in."""

    left, paper_wished, records_changed = Signal(), Signal(), Signal()

    def __init__(self, around: Surroundings) -> None:
        super().__init__()
        self._around, self._book = around, around.services.work.imports
        self._found: Survey | None = None
        self._plan: Plan | None = None
        self._outcome: Outcome | None = None
        self._is_done, self._total = False, 0
        self.run = ImportRun()
        self.title, self.file = SecureLabel("heading"), ElidedLabel("quiet")
        self.leave = KeyButton(around.look, "plain", "", "Esc", shortcut=False)
        self.paper = KeyButton(around.look, "plain", "edit", "Ctrl+Shift+P")
        self.invited, self.doses = ChoiceButton(around.look, "Alt+1"), ChoiceButton(around.look, "Alt+2")
        self.choose = KeyButton(around.look, "plain", "search", "Ctrl+O")
        self.sheet = QComboBox()
        self.notice, self.bar = Notice(around.look, lines=2), QProgressBar()
        self.mapping = MappingForm()
        self.table = RowsTable(around.look, COLUMNS_PX, stretched=5, markable=True)
        self.why = SecureLabel("note", wrap=True)
        self.filters = {
            name: ChoiceButton(around.look, f"Alt+{place}") for place, name in enumerate((ALL, REFUSED, REPAIRED), 3)
        }
        self.columns = KeyButton(around.look, "plain", "edit", "Ctrl+M")
        self.go = KeyButton(around.look, "primary", "check", "Enter", shortcut=False)
        self.give_back = KeyButton(around.look, "plain", "save", "Ctrl+E")
        self.stop = KeyButton(around.look, "plain", "close", "Ctrl+D")
        self._lay_out()
        self._connect()
        self.say_words()
        self._show_state()

    def _lay_out(self) -> None:
        self.invited.setChecked(True)
        self.filters[ALL].setChecked(True)
        self.sheet.setMinimumWidth(200)
        self.bar.setTextVisible(False)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.mapping)
        self._stack.addWidget(self.table)
        head = beside(self.title, -1, self.paper, self.leave, gap=8)
        kinds = beside(self.invited, self.doses, self.choose, self.sheet, self.file, gap=8)
        kinds.setStretch(4, 1)
        narrowed = beside(*self.filters.values(), -1, self.columns, gap=8)
        foot = beside(self.go, self.stop, -1, self.give_back, gap=8)
        page = stacked(
            head,
            kinds,
            self.notice,
            self.bar,
            narrowed,
            self._stack,
            self.why,
            foot,
            gap=8,
            margins=(MARGIN, GAP, MARGIN, GAP),
        )
        page.setStretch(5, 1)
        self.setLayout(page)

    def _connect(self) -> None:
        self.leave.clicked.connect(self._leave)
        self.paper.clicked.connect(self.paper_wished)
        self.choose.clicked.connect(self._choose_file)
        self.invited.clicked.connect(partial(self._kind_chosen, ImportKind.INVITED))
        self.doses.clicked.connect(partial(self._kind_chosen, ImportKind.DOSES))
        self.sheet.activated.connect(self._prepare)
        self.mapping.changed.connect(self._mapped)
        for name, button in self.filters.items():
            button.clicked.connect(partial(self._filter, name))
        self.columns.clicked.connect(self._show_mapping)
        self.go.clicked.connect(self._go)
        self.stop.clicked.connect(self.run.stop)
        self.give_back.clicked.connect(self._give_back)
        self.table.marks_changed.connect(self.say_words)
        self.table.chosen.connect(self._say_why)
        self.run.counted.connect(self._counted)
        self.run.ended.connect(self._ended)
        self.run.failed.connect(self._trouble)
        self._around.lane.closing.connect(self.run.close)

    @property
    def kind(self) -> ImportKind:
        """What the rows of the file are."""
        return ImportKind.DOSES if self.doses.isChecked() else ImportKind.INVITED

    # --- the file

    def _choose_file(self) -> None:
        path = dialogs.choose_file(self, self.tr("Chọn tệp danh sách"), FILES)
        if path is not None:
            self.open(path)

    def open(self, path: Path) -> None:
        """Looks at a file."""
        self._found = self._plan = self._outcome = None
        self.file.setText(path.name)
        self._show_state()
        self._around.lane.run(self._book.survey, path, done=self._surveyed, failed=self._trouble)

    def _surveyed(self, found: Survey) -> None:
        self._found = found
        self.sheet.clear()
        for name in found.sheets:
            self.sheet.addItem(name or self.tr("Tệp văn bản"), name)
        self._prepare()

    def _kind_chosen(self, kind: ImportKind) -> None:
        self.invited.setChecked(kind is ImportKind.INVITED)
        self.doses.setChecked(kind is ImportKind.DOSES)
        if self._found is None:
            self._show_state()
        else:
            self._prepare()

    def _prepare(self) -> None:
        assert self._found is not None
        self._outcome = None
        sheet = str(self.sheet.currentData() or "")
        self._around.lane.run(
            self._book.prepare, self._found, self.kind, sheet, done=self._prepared, failed=self._trouble
        )

    def _prepared(self, plan: Plan) -> None:
        self._plan, self._is_done = plan, False
        head = plan.found.heads[max(0, self.sheet.currentIndex())]
        self.mapping.show_plan(plan, examples(plan, head))
        self._show_mapping()

    def _mapped(self, columns: ColumnMap) -> None:
        assert self._plan is not None
        self._plan, self._outcome = self._plan.with_columns(columns), None
        self._around.lane.run(self._book.remember, columns, done=_nothing, failed=self._trouble)
        self._show_state()

    def _show_mapping(self) -> None:
        self._stack.setCurrentIndex(MAPPING)
        self._say_why("")
        self._show_state()
        self.setFocus()

    # --- looking at it and taking it in

    def _go(self) -> None:
        plan = self._plan
        if plan is None or plan.missing or self.run.is_running:
            return
        if self._outcome is None or self._stack.currentIndex() == MAPPING:
            self._total, self._is_done = 0, False
            self.run.start(partial(self._book.preview, plan))
        elif self._to_take():
            self._total, self._is_done = len(self._chosen() or ()) or self._outcome.counts.rows, True
            self.run.start(partial(self._book.take_in, plan, self._around.session.actor, self._chosen()))
        self._show_state()

    def _chosen(self) -> frozenset[int] | None:
        return frozenset(map(int, self.table.rows.marked)) or None

    def _to_take(self) -> int:
        """How many rows would come in."""
        if self._outcome is None or self._is_done:
            return 0
        counts = self._outcome.counts
        return len(self._chosen() or ()) or counts.new + counts.known

    def _counted(self, counts: Counts) -> None:
        self.bar.setRange(0, self._total)
        self.bar.setValue(min(counts.rows, self._total))
        self._tell_progress(counts)

    def _tell_progress(self, counts: Counts) -> None:
        figure = partial(words.count, language=self._around.speech.language)
        if not self._total:
            self.notice.tell(Tone.INFORM, self.tr("Đang xem {count} dòng…").format(count=figure(counts.rows)))
            return
        said = self.tr("Đang nhập {count} / {total} dòng").format(count=figure(counts.rows), total=figure(self._total))
        left_s = self.run.left_s(counts.rows, self._total)
        self.notice.tell(Tone.INFORM, f"{said}, {import_words.left(left_s)}…" if left_s is not None else f"{said}…")

    def _ended(self, outcome: Outcome) -> None:
        self._outcome = outcome
        self.table.rows.marked.clear()
        self._stack.setCurrentIndex(ROWS)
        self._filter(REFUSED if self._is_done and outcome.refused else ALL)
        self.table.setFocus()
        if self._is_done:
            self.records_changed.emit()

    def _trouble(self, error: VaxdeskError) -> None:
        self._show_state()
        self.notice.tell(Tone.STOP, self._around.speech.sentence(error))

    def _give_back(self) -> None:
        outcome = self._outcome
        if outcome is None or not outcome.refused:
            return
        name = f"{outcome.plan.found.path.stem}-tu-choi.xlsx"
        target = dialogs.choose_new_file(self, self.tr("Xuất các dòng bị từ chối"), name, "Excel (*.xlsx)")
        if target is not None:
            say = self._around.speech.sentence
            work = partial(write_refused, outcome.refused, outcome.plan.columns, target, say)
            self._around.lane.run(
                work, done=partial(self._given_back, target, len(outcome.refused)), failed=self._trouble
            )

    def _given_back(self, target: Path, count: int, _nothing_more: None) -> None:
        speech = self._around.speech
        figure = words.count(count, language=speech.language)
        self.notice.tell(Tone.DECIDE, speech.of_code("import-given-back", count=figure, file=target.name))

    # --- showing

    def _filter(self, name: str) -> None:
        for one, button in self.filters.items():
            button.setChecked(one == name)
        self._show_state()

    def _shown(self) -> list[MarkedRow]:
        rows = self._outcome.shown if self._outcome is not None else ()
        if self.filters[REFUSED].isChecked():
            return [row for row in rows if row.state is RowState.REFUSED]
        if self.filters[REPAIRED].isChecked():
            return [row for row in rows if row.is_repaired]
        return list(rows)

    def _row(self, marked: MarkedRow) -> Row:
        icon, word, tone = import_words.mark(marked, self._is_done)
        person = marked.row.person
        said = " ".join(self._around.speech.sentence(p) for p in (*marked.problems, *marked.row.repairs))
        cells = (
            Cell(str(marked.row.line), tone=Tone.QUIET),
            Cell(word, icon, tone),
            Cell(person.name),
            Cell(words.masked_number(person)),
            Cell(words.birth(person.birth_date)),
            Cell(said, tone=tone if said else None),
        )
        return Row(str(marked.row.line), cells)

    def _show_state(self) -> None:
        """What can be done now, and what it came to."""
        running, outcome, plan = self.run.is_running, self._outcome, self._plan
        self.bar.setVisible(running)
        self.bar.setRange(0, self._total)
        self.stop.setVisible(running)
        for part in (self.choose, self.paper, self.invited, self.doses, self.leave, self.sheet):
            part.setEnabled(not running)
        self.sheet.setVisible(self._found is not None and len(self._found.sheets) > 1)
        self.columns.setVisible(self._stack.currentIndex() == ROWS and outcome is not None)
        for button in self.filters.values():
            button.setVisible(outcome is not None and self._stack.currentIndex() == ROWS)
        self.mapping.setVisible(plan is not None)
        self.give_back.setEnabled(outcome is not None and bool(outcome.refused) and not running)
        self.say_words()

    def say_words(self) -> None:
        """Every text."""
        self.title.setText(self.tr("Nhập danh sách từ Excel, CSV"))
        self.leave.say(self.tr("Về trang Cơ sở"))
        self.paper.say(self.tr("Nhập phiếu giấy"))
        self.invited.say(self.tr("Người được mời tiêm"))
        self.doses.say(self.tr("Mũi tiêm ghi trên giấy"))
        self.choose.say(self.tr("Chọn tệp"))
        self.sheet.setAccessibleName(self.tr("Trang tính"))
        self.columns.say(self.tr("Xem lại các cột"))
        self.stop.say(self.tr("Dừng"))
        self.give_back.say(self.tr("Xuất các dòng bị từ chối"))
        self.table.setAccessibleName(self.tr("Các dòng của tệp"))
        self.mapping.say_words()
        self._say_outcome()
        self._say_go()

    def _say_go(self) -> None:
        plan, looks = self._plan, self._outcome is None or self._stack.currentIndex() == MAPPING
        count = words.count(self._to_take(), self._around.speech.language)
        takes = self.tr("Đã nhập") if self._is_done else self.tr("Nhập {count} dòng").format(count=count)
        self.go.say(self.tr("Xem trước") if looks else takes)
        ready = plan is not None and not plan.missing and not self.run.is_running
        self.go.setEnabled(ready and (looks or self._to_take() > 0))

    def _say_outcome(self) -> None:
        titles = (self.tr("Dòng"), self.tr("Kết quả"), self.tr("Họ và tên"), self.tr("Số định danh"))
        more = (self.tr("Ngày sinh"), self.tr("Vì sao"))
        self.table.show_rows(titles + more, [self._row(marked) for marked in self._shown()])
        self._say_filters()
        if not self.run.is_running:
            self.notice.tell(*self._said())

    def _say_why(self, key: str) -> None:
        """The whole sentence of the row the arrows are on: the table may have to cut it."""
        row = next((row for row in self.table.rows.rows if row.key == key), None)
        self.why.setText(row.cells[-1].text if row is not None and self._stack.currentIndex() == ROWS else "")

    def _say_filters(self) -> None:
        counts = self._outcome.counts if self._outcome is not None else Counts()
        figure = partial(words.count, language=self._around.speech.language)
        self.filters[ALL].say(self.tr("Tất cả: {count}").format(count=figure(counts.rows)))
        self.filters[REFUSED].say(self.tr("Bị từ chối: {count}").format(count=figure(counts.refused)))
        self.filters[REPAIRED].say(self.tr("Đã sửa: {count}").format(count=figure(counts.repaired)))

    def _said(self) -> tuple[Tone, str]:
        if self._outcome is not None and self._stack.currentIndex() == ROWS:
            return self._said_of(self._outcome)
        if self._plan is None:
            return Tone.INFORM, self.tr(
                "Chọn loại danh sách, rồi chọn tệp Excel (.xlsx) hoặc CSV. Chưa có gì được ghi."
            )
        if self._plan.missing:
            lacking = ", ".join(import_words.column(meaning) for meaning in self._plan.missing)
            return Tone.STOP, self.tr("Còn thiếu cột: {columns}. Hãy chọn ở bên phải cột tương ứng.").format(
                columns=lacking
            )
        said = self.tr("Xem lại mỗi cột là gì, rồi bấm Enter để xem trước. Chưa có gì được ghi.")
        hidden = self.tr("Có trang tính ẩn, không đọc.") if self._plan.found.hidden else ""
        return Tone.INFORM, f"{said} {hidden}".strip()

    def _said_of(self, outcome: Outcome) -> tuple[Tone, str]:
        figures = {
            name: words.count(getattr(outcome.counts, name), self._around.speech.language)
            for name in ("new", "known", "already", "refused", "repaired")
        }
        said = self.tr(
            "Mới {new} · đã có {known} · đã nhập trước đó {already} · bị từ chối {refused} · đã sửa {repaired}."
        )
        text = said.format(**figures)
        if not outcome.is_whole:
            return Tone.DECIDE, f"{self.tr('Đã dừng giữa chừng; nhập lại tệp này sẽ tiếp tục.')} {text}"
        if self._is_done:
            return Tone.ALLOWED, f"{self.tr('Đã nhập xong.')} {text}"
        more = "" if outcome.counts.rows <= SHOWN_MAX else self.tr("Bảng chỉ hiện những dòng đầu và dòng cần xem.")
        return Tone.INFORM, f"{self.tr('Xem trước, chưa ghi.')} {text} {more}".strip()

    def _leave(self) -> None:
        if not self.run.is_running:
            self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Enter goes on; Esc leaves."""
        if event.key() == Qt.Key.Key_Escape:
            self._leave()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._go()
        else:
            super().keyPressEvent(event)


def _nothing(_answer: object) -> None:
    """Nothing is said where nothing was asked."""
