"""Paper for people: the day's doses on the left, the chosen one's page on the right; one sheet, or all that are marked."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QDate, QEvent, Qt, QTimer
from PySide6.QtGui import QImage, QKeyEvent, QPixmap, QShowEvent
from PySide6.QtWidgets import QApplication, QComboBox, QDateEdit, QLineEdit

from vaxdesk.errors import VaxdeskError
from vaxdesk.models.text_repair import fold
from vaxdesk.models.values import DoseRecord, DoseStatus, Stage
from vaxdesk.settings import Settings
from vaxdesk.ui import dialogs, words
from vaxdesk.ui.buttons import KeyButton
from vaxdesk.ui.certificate_story import PREVIEW_PX, CertificateStory
from vaxdesk.ui.dose_form import Tone
from vaxdesk.ui.paper import PrintRun, Progress, preview, save_file
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.tables import Cell, Row, RowsTable
from vaxdesk.ui.widgets import GAP, MARGIN, Page, SecureLabel, beside, stacked

STORY_PX = 420
PREVIEW_PAUSE_MS = 150
ALL, READY, WAITING, PRINTED = range(4)


class CertificatesPage(Page):
    """Lists, shows and prints."""

    def __init__(self, around: Surroundings, settings: Settings) -> None:
        super().__init__()
        self._around, self._settings = around, settings
        self._records: dict[str, DoseRecord] = {}
        self._asked = 0
        self.run = PrintRun(around.services, around.lane)
        self.day, self.text, self.state = QDateEdit(), QLineEdit(), QComboBox()
        self.mark_all = KeyButton(around.look, "plain", "check", "Ctrl+M")
        self.table = RowsTable(around.look, (76, 240, 190, 210), stretched=1, markable=True)
        self.count, self.empty = SecureLabel("note"), SecureLabel("quiet", wrap=True)
        self.story = CertificateStory(around)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PREVIEW_PAUSE_MS)
        self._set_up_fields()
        self._lay_out()
        self._connect()
        self.say_words()

    def _set_up_fields(self) -> None:
        self.day.setDisplayFormat("dd/MM/yyyy")
        self.day.setCalendarPopup(True)
        today = self._today()
        self.day.setDate(QDate(today.year, today.month, today.day))
        self.state.addItems(["", "", "", ""])
        self.day.setFixedWidth(144)
        self.state.setFixedWidth(220)
        self.mark_all.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def _lay_out(self) -> None:
        filters = beside(self.day, self.text, self.state, self.mark_all, gap=8)
        filters.setStretch(1, 1)
        left = stacked(filters, self.table, self.empty, self.count, gap=8)
        left.setStretch(1, 1)
        self.story.setFixedWidth(STORY_PX)
        page = beside(left, self.story, margins=(MARGIN, GAP, MARGIN, GAP))
        page.setStretch(0, 1)
        self.setLayout(page)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)

    def _connect(self) -> None:
        self.day.dateChanged.connect(self.refresh)
        self.text.textChanged.connect(self._list)
        self.state.currentIndexChanged.connect(self._list)
        self.mark_all.clicked.connect(self._mark_all)
        self.table.chosen.connect(self._chosen)
        self.table.marks_changed.connect(self._show_marks)
        self._pause.timeout.connect(self._preview)
        self.story.print_wished.connect(self._print)
        self.story.save_wished.connect(self._save)
        self.story.stop_wished.connect(self.run.stop)
        self.story.wish_changed.connect(self._pause.start)
        self.run.progressed.connect(self._progressed)

    # --- reading

    def refresh(self) -> None:
        """The chosen day's doses."""
        shown = self.day.date()
        day = date(shown.year(), shown.month(), shown.day())
        self._around.lane.run(self._around.services.work.desk.day, day, done=self._read, failed=self._trouble)

    @property
    def is_busy(self) -> bool:
        """Whether a picture is about to be asked for."""
        return self._pause.isActive()

    def use_settings(self, settings: Settings) -> None:
        """Another printer or paper."""
        self._settings = settings
        self.story.use_paper(settings.paper)

    def _read(self, records: tuple[DoseRecord, ...]) -> None:
        self._records = {record.dose.id: record for record in records if record.dose.status is DoseStatus.COMPLETED}
        self._list()
        self._go_home()

    def _list(self) -> None:
        wanted = fold(self.text.text())
        shown = [record for record in self._records.values() if self._is_wanted(record, wanted)]
        titles = (self.tr("Lúc"), self.tr("Họ và tên"), self.tr("Mũi tiêm"), self.tr("Tình trạng"))
        self.table.show_rows(titles, [self._row(record) for record in shown])
        self.empty.setVisible(not shown)
        self.table.setVisible(bool(shown))
        self._show_marks()

    def _is_wanted(self, record: DoseRecord, wanted: str) -> bool:
        if wanted and wanted not in fold(record.person.name) and wanted not in record.person.citizen_id.digits:
            return False
        certified, printed = record.certificate_id is not None, Stage.PRINTED in record.stages
        state = self.state.currentIndex()
        return {ALL: True, READY: certified and not printed, WAITING: not certified, PRINTED: printed}[state]

    def _row(self, record: DoseRecord) -> Row:
        return Row(
            record.dose.id,
            (
                Cell(words.clock(record.dose.occurred_at)),
                Cell(record.person.name, strong=True),
                Cell(words.dose_title(record, self._around.speech.language)),
                self._state_cell(record),
            ),
        )

    def _state_cell(self, record: DoseRecord) -> Cell:
        if Stage.PRINTED in record.stages:
            return Cell(self.tr("Đã in"), "print", Tone.ALLOWED)
        if record.certificate_id is not None:
            return Cell(self.tr("Chứng nhận sẵn sàng"), "certificate", Tone.ALLOWED)
        if Stage.SET_ASIDE in record.stages:
            return Cell(self.tr("Nền tảng từ chối"), "stop", Tone.STOP)
        if Stage.MISMATCHED in record.stages:
            return Cell(self.tr("Không khớp dân cư"), "decide", Tone.DECIDE)
        return Cell(self.tr("Chờ nền tảng cấp"), "clock", Tone.INFORM)

    # --- choosing

    def _chosen(self, key: str) -> None:
        self._asked += 1
        self.story.show_record(self._records.get(key))
        if key:
            self._pause.start()

    def _show_marks(self) -> None:
        marked = len(self.table.rows.marked)
        self.story.show_marked(marked)
        self.count.setText(
            self.tr("{shown} người · {marked} đã đánh dấu · Space: đánh dấu, Enter: in").format(
                shown=len(self.table.rows.rows), marked=marked
            )
        )

    def _mark_all(self) -> None:
        keys = {row.key for row in self.table.rows.rows}
        self.table.rows.marked = set() if keys == self.table.rows.marked else keys
        self.table.viewport().update()
        self._show_marks()

    def _preview(self) -> None:
        record = self.story.record
        if record is None:
            return
        self._asked += 1
        wish = self.story.wish("")
        self._around.lane.run(
            preview,
            self._around.services,
            record,
            wish.form,
            wish.paper,
            PREVIEW_PX,
            done=partial(self._previewed, self._asked),
            failed=partial(self._not_previewed, self._asked),
        )

    def _previewed(self, asked: int, picture: QImage) -> None:
        if asked == self._asked:
            self.story.show_preview(QPixmap.fromImage(picture))

    def _not_previewed(self, asked: int, error: VaxdeskError) -> None:
        if asked == self._asked:
            self.story.refuse(error)

    # --- printing

    def _print(self) -> None:
        marked = self.table.rows.marked
        records = tuple(record for key, record in self._records.items() if key in marked)
        if not records and self.story.record is not None:
            records = (self.story.record,)
        wish = self.story.wish(self._settings.printer)
        self.run.start(records, wish, self._around.session.actor)

    def _progressed(self, progress: Progress) -> None:
        self.story.show_progress(progress)
        if not progress.running:
            self.table.rows.marked = {str(record.dose.id) for record, _ in progress.failures} & set(self._records)
            self.refresh()

    def _save(self) -> None:
        record = self.story.record
        if record is None:
            return
        wish = self.story.wish("")
        name = f"{record.dose.sequence:04d}-{wish.form}.pdf"
        target = dialogs.choose_new_file(self, self.tr("Lưu tệp PDF"), name, "PDF (*.pdf)")
        if target is not None:
            actor = self._around.session.actor
            save = partial(save_file, self._around.services, record, wish, target, actor)
            self._around.lane.run(save, done=self._saved, failed=self._trouble)

    def _saved(self, target: Path) -> None:
        self.story.tell(Tone.ALLOWED, self.tr("Đã lưu tệp {name}.").format(name=target.name))
        self.refresh()

    def _trouble(self, error: VaxdeskError) -> None:
        self.story.tell(Tone.STOP, self._around.speech.sentence(error))

    # --- words and keys

    def say_words(self) -> None:
        """Every text."""
        states = (
            self.tr("Tất cả"),
            self.tr("Chứng nhận sẵn sàng, chưa in"),
            self.tr("Chờ nền tảng cấp"),
            self.tr("Đã in"),
        )
        for place, text in enumerate(states):
            self.state.setItemText(place, text)
        self.day.setAccessibleName(self.tr("Ngày tiêm"))
        self.state.setAccessibleName(self.tr("Tình trạng"))
        self.text.setPlaceholderText(self.tr("Lọc theo họ tên hoặc số định danh"))
        self.text.setAccessibleName(self.tr("Lọc theo họ tên hoặc số định danh"))
        self.table.setAccessibleName(self.tr("Mũi tiêm trong ngày"))
        self.mark_all.say(self.tr("Đánh dấu hết"))
        self.empty.setText(
            self.tr("Chưa có mũi tiêm nào như vậy. Mũi tiêm lưu ở Bàn tiêm (F2) hiện ở đây, kèm giấy để in.")
        )
        self.story.say_words()
        self._list()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Enter prints; arrows go to the list; letters go to the filter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.story.print.click()
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down) and not self.table.hasFocus():
            self.table.setFocus()
        elif event.text() and event.text().isprintable() and not event.modifiers() and self.table.hasFocus():
            self.text.setFocus()
            typed = QKeyEvent(QEvent.Type.KeyPress, event.key(), event.modifiers(), event.text())
            QCoreApplication.sendEvent(self.text, typed)
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name
        """The list is where the arrows go."""
        super().showEvent(event)
        self._go_home()

    def _go_home(self) -> None:
        """The list, where there is one; the filter when something stands in it. Letters find their way to the filter by themselves."""
        focus = QApplication.focusWidget()
        if self.isVisible() and (
            focus is None or not self.isAncestorOf(focus) or (focus is self.text and not self.text.text())
        ):
            (self.table if self.table.isVisible() else self.text).setFocus()

    def _today(self) -> date:
        return self._around.services.work.clock().date()
