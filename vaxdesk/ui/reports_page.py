"""F8: the official form of a day or a round, the records behind every figure, and charts of the same figures."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtCore import QDate, Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QComboBox, QDateEdit

from vaxdesk.errors import VaxdeskError
from vaxdesk.models.report_forms import FormCell
from vaxdesk.models.reports import ReportKind, Span
from vaxdesk.models.values import VIETNAM
from vaxdesk.ui import dialogs, report_bars
from vaxdesk.ui.buttons import KeyButton
from vaxdesk.ui.dose_form import Tone
from vaxdesk.ui.report_charts import BarChart
from vaxdesk.ui.report_files import KINDS, ReadReport, print_out, read, write
from vaxdesk.ui.report_records import RecordsBehind
from vaxdesk.ui.report_table import ReportTable
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.widgets import GAP, MARGIN, Card, Notice, Page, SecureLabel, beside, set_look, stacked

DAY_PX = 144


class ReportsPage(Page):
    """Nothing is changed here; what is printed or written says as of when."""

    shown_again = Signal()

    def __init__(self, around: Surroundings) -> None:
        super().__init__()
        self._around = around
        self._found: ReadReport | None = None
        self._asked = 0
        look = around.look
        self.kind, self.first, self.last = QComboBox(), QDateEdit(), QDateEdit()
        self.kind.addItems(["", ""])
        self.refreshed = KeyButton(look, "plain", "sync", "Ctrl+R")
        self.save = KeyButton(look, "plain", "save", "Ctrl+S")
        self.print = KeyButton(look, "primary", "print", "Enter", shortcut=False)
        self.table = ReportTable(look)
        self.foot, self.notice = SecureLabel("note", wrap=True), Notice(look, lines=1)
        self.behind = RecordsBehind(around)
        self.chart_choice, self.chart = QComboBox(), BarChart(look)
        self.chart_choice.addItems([""] * len(report_bars.CHARTS))
        self._set_up_fields()
        self._lay_out()
        self._connect()
        self.say_words()

    def _set_up_fields(self) -> None:
        today = self._around.services.work.clock().astimezone(VIETNAM).date()
        for field in (self.first, self.last):
            field.setDisplayFormat("dd/MM/yyyy")
            field.setCalendarPopup(True)
            field.setFixedWidth(DAY_PX)
            field.setDate(QDate(today.year, today.month, today.day))
        set_look(self.print, big="false")

    def _lay_out(self) -> None:
        above = beside(self.kind, self.first, self.last, self.refreshed, self.notice, self.save, self.print, gap=8)
        above.setStretch(4, 1)
        charts = Card(self.chart_choice, self.chart, -1, gap=8)
        below = beside(self.behind, charts, gap=GAP)
        below.setStretch(0, 3)
        below.setStretch(1, 2)
        page = stacked(above, self.table, self.foot, below, gap=8, margins=(MARGIN, GAP, MARGIN, GAP))
        page.setStretch(3, 1)
        self.setLayout(page)

    def _connect(self) -> None:
        self.kind.currentIndexChanged.connect(self.refresh)
        self.first.dateChanged.connect(self._first_changed)
        self.last.dateChanged.connect(self.refresh)
        self.refreshed.clicked.connect(self.refresh)
        self.save.clicked.connect(self._save)
        self.print.clicked.connect(self._print)
        self.table.figure_chosen.connect(self._figure_chosen)
        self.behind.said.connect(self.notice.tell)
        self.chart_choice.currentIndexChanged.connect(self._draw)

    # --- reading

    @property
    def span(self) -> Span:
        """The chosen days."""
        return Span(_date(self.first), _date(self.last))

    def refresh(self) -> None:
        """The figures as of now."""
        self._asked += 1
        kind = list(ReportKind)[max(0, self.kind.currentIndex())]
        work = partial(read, self._around.services, self.span, kind)
        self._around.lane.run(work, done=partial(self._read, self._asked), failed=self._trouble)

    def _first_changed(self) -> None:
        self.last.blockSignals(True)
        if self.last.date() < self.first.date():
            self.last.setDate(self.first.date())
        self.last.setMinimumDate(self.first.date())
        self.last.blockSignals(False)
        self.refresh()

    def _read(self, asked: int, found: ReadReport) -> None:
        if asked != self._asked:
            return
        self._found = found
        self.notice.hush()
        language = self._around.speech.language
        self.table.show_form(found.form, language)
        self.foot.setText(" ".join(note[language] for note in found.form.notes))
        self._draw()

    def _figure_chosen(self, cell: FormCell, told: str) -> None:
        self.behind.show_figure(self.span, cell, told)

    def _draw(self) -> None:
        if self._found is not None:
            chart = report_bars.CHARTS[max(0, self.chart_choice.currentIndex())]
            bars = report_bars.bars(chart, self._found.report, self._found.pictures, self._around.speech.language)
            self.chart.show_bars(self.chart_choice.currentText(), bars, self.tr("Chưa có số liệu cho biểu đồ này."))

    # --- giving out

    def _print(self) -> None:
        if self._found is not None:
            self.print.setEnabled(False)
            work = partial(print_out, self._around.services, self._found.form)
            self._around.lane.run(work, done=self._printed, failed=self._trouble)

    def _printed(self, _job: object) -> None:
        self.print.setEnabled(True)
        self.notice.tell(Tone.INFORM, self.tr("Đã gửi báo cáo tới máy in."))

    def _save(self) -> None:
        if self._found is None:
            return
        span, kind = self.span, self._found.form.kind.value
        name = f"bao-cao-{kind}-{span.file_part}.xlsx"
        target = dialogs.choose_new_file(self, self.tr("Lưu báo cáo"), name, KINDS)
        if target is not None:
            language = self._around.speech.language
            self._around.lane.run(partial(write, self._found, target, language), done=self._saved, failed=self._trouble)

    def _saved(self, target: Path) -> None:
        self.notice.tell(Tone.ALLOWED, self.tr("Đã lưu tệp {name}.").format(name=target.name))

    def _trouble(self, error: VaxdeskError) -> None:
        self.print.setEnabled(True)
        self.notice.tell(Tone.STOP, self._around.speech.sentence(error))

    # --- words and keys

    def say_words(self) -> None:
        """Every text."""
        for place, text in enumerate((self.tr("Báo cáo ngày (phụ lục 5)"), self.tr("Báo cáo đợt tiêm (phụ lục 6)"))):
            self.kind.setItemText(place, text)
        for place, text in enumerate(report_bars.chart_names()):
            self.chart_choice.setItemText(place, text)
        self.kind.setAccessibleName(self.tr("Mẫu báo cáo"))
        self.first.setAccessibleName(self.tr("Từ ngày"))
        self.last.setAccessibleName(self.tr("Đến ngày"))
        self.refreshed.say(self.tr("Đọc lại"))
        self.save.say(self.tr("Lưu tệp"))
        self.print.say(self.tr("In báo cáo"))
        self.table.setAccessibleName(self.tr("Bảng số liệu: mũi tên để chọn một con số"))
        self.behind.say_words()
        self.chart_choice.setAccessibleName(self.tr("Biểu đồ"))
        if self._found is not None:
            self._read(self._asked, self._found)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Enter prints."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.print.click()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name
        """The arrows go to the figures."""
        super().showEvent(event)
        self.table.setFocus()


def _date(field: QDateEdit) -> date:
    chosen = field.date()
    return date(chosen.year(), chosen.month(), chosen.day())
