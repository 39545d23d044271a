"""Paper for people: a day's doses, or all that ask for paper, on the left, the chosen one's page on the right; one sheet, or all marked."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QDate, QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QKeyEvent, QPixmap, QShowEvent
from PySide6.QtWidgets import QApplication, QComboBox, QDateEdit, QLineEdit, QStackedWidget, QWidget

from vaxdesk.errors import VaxdeskError
from vaxdesk.models.paper_book import PaperLine, PaperState
from vaxdesk.models.print_batches import PrintBatch
from vaxdesk.models.text_repair import fold
from vaxdesk.models.values import VIETNAM, DoseStatus
from vaxdesk.settings import Settings
from vaxdesk.ui import dialogs, paper_words, words
from vaxdesk.ui.batch_offer import BatchOffer
from vaxdesk.ui.buttons import KeyButton
from vaxdesk.ui.certificate_story import PREVIEW_PX, CertificateStory
from vaxdesk.ui.dose_form import Tone
from vaxdesk.ui.mend_form import MendForm
from vaxdesk.ui.paper import preview, save_file
from vaxdesk.ui.print_ledger import PrintLedger
from vaxdesk.ui.print_run import PrintRun, resumable
from vaxdesk.ui.print_state import Progress
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.tables import Cell, Row, RowsTable
from vaxdesk.ui.to_settle import Entry
from vaxdesk.ui.widgets import GAP, MARGIN, Page, SecureLabel, beside, stacked

STORY_PX = 420
PREVIEW_PAUSE_MS = 150
TO_MEND = "refused-lot"  # the same fields as for a dose that was refused


class CertificatesPage(Page):
    """Lists, shows and prints. `records_changed`: a dose was corrected here and goes to the platform again; `verify_wished`: a paper of another site is to be checked."""

    records_changed, verify_wished = Signal(), Signal()

    def __init__(self, around: Surroundings, settings: Settings) -> None:
        super().__init__()
        self._around, self._settings = around, settings
        self._lines: dict[str, PaperLine] = {}
        self._asked = 0
        self.run = PrintRun(around.services, around.lane)
        self.day, self.text, self.state = QDateEdit(), QLineEdit(), QComboBox()
        self.everywhere = KeyButton(around.look, "plain", "calendar", "Ctrl+D")
        self.mark_all = KeyButton(around.look, "plain", "check", "Ctrl+M")
        self.show_ledger = KeyButton(around.look, "plain", "certificate", "Ctrl+L")
        self.verify = KeyButton(around.look, "plain", "shield", "Ctrl+Shift+X", shortcut=False)
        self.ledger: PrintLedger | None = None
        self.offer = BatchOffer(around)
        self.table = RowsTable(around.look, (56, 100, 240, 170, 226), stretched=2, markable=True)
        self.count, self.empty = SecureLabel("note", wrap=True), SecureLabel("quiet", wrap=True)
        self.story, self.form, self.right = CertificateStory(around, settings), MendForm(around), QStackedWidget()
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
        self.state.addItem("", "")
        for state in paper_words.state_names():
            self.state.addItem("", state.value)
        self.day.setFixedWidth(144)
        self.state.setFixedWidth(220)
        self.everywhere.setCheckable(True)
        self.everywhere.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.mark_all.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.show_ledger.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.verify.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def _lay_out(self) -> None:
        filters = beside(self.day, self.everywhere, self.text, self.state, gap=8)
        filters.setStretch(2, 1)
        below = beside(self.count, self.verify, self.show_ledger, self.mark_all, gap=8)
        below.setStretch(0, 1)
        left = stacked(self.offer, filters, self.table, self.empty, below, gap=8)
        left.setStretch(2, 1)
        self.right.addWidget(self.story)
        self.right.addWidget(self.form)
        self.right.setFixedWidth(STORY_PX)
        page = beside(left, self.right, margins=(MARGIN, GAP, MARGIN, GAP))
        page.setStretch(0, 1)
        papers = QWidget()
        papers.setLayout(page)
        self._stack = QStackedWidget()
        self._stack.addWidget(papers)
        self.setLayout(stacked(self._stack))
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)

    def _connect(self) -> None:
        self.day.dateChanged.connect(self.refresh)
        self.text.textChanged.connect(self._list)
        self.state.currentIndexChanged.connect(self._list)
        self.everywhere.toggled.connect(self.refresh)
        self.mark_all.clicked.connect(self._mark_all)
        self.verify.clicked.connect(self.verify_wished)
        self.show_ledger.clicked.connect(self.read_ledger)
        self.offer.go_on.connect(self._go_on)
        self.offer.give_up.connect(self._give_up)
        self.story.mend_wished.connect(self._mend)
        self.form.mended.connect(self._mended)
        self.form.given_up.connect(self._end_mending)
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
        """The chosen day's doses, or what asks for paper on any day; and a batch that was cut off."""
        lane, book = self._around.lane, self._around.services.work.paper_book
        self.day.setEnabled(not self.everywhere.isChecked())
        if self.everywhere.isChecked():
            lane.run(book.open_ones, done=self._read, failed=self._trouble)
        else:
            shown = self.day.date()
            day = date(shown.year(), shown.month(), shown.day())
            lane.run(book.day, day, done=self._read, failed=self._trouble)
        if not self.run.running:
            lane.run(resumable, self._around.services, done=self.offer.offer, failed=self._trouble)

    @property
    def is_busy(self) -> bool:
        """Whether a picture is about to be asked for."""
        return self._pause.isActive()

    def use_settings(self, settings: Settings) -> None:
        """Another printer or paper."""
        self._settings = settings
        self.story.use_settings(settings)

    def _read(self, lines: tuple[PaperLine, ...]) -> None:
        self._lines = {line.record.dose.id: line for line in lines}
        self._list()
        self._go_home()

    def _list(self) -> None:
        wanted = fold(self.text.text())
        shown = [line for line in self._lines.values() if self._is_wanted(line, wanted)]
        titles = (self.tr("Số"), self.tr("Lúc"), self.tr("Họ và tên"), self.tr("Mũi tiêm"), self.tr("Tình trạng"))
        self.table.show_rows(titles, [self._row(line) for line in shown])
        self.empty.setVisible(not shown)
        self.table.setVisible(bool(shown))
        self._show_marks()

    def _is_wanted(self, line: PaperLine, wanted: str) -> bool:
        person = line.record.person
        if wanted and wanted not in fold(person.name) and wanted not in person.citizen_id.digits:
            return False
        return self.state.currentData() in ("", line.state.value)

    def _row(self, line: PaperLine) -> Row:
        record = line.record
        at = record.dose.occurred_at
        day = f"{at.astimezone(VIETNAM):%d/%m} " if self.everywhere.isChecked() else ""
        return Row(
            record.dose.id,
            (
                Cell(str(line.ticket) if line.ticket is not None else ""),
                Cell(day + words.clock(at)),
                Cell(record.person.name, strong=True),
                Cell(words.dose_title(record, self._around.speech.language)),
                paper_words.state_cell(line),
            ),
        )

    # --- choosing

    def _chosen(self, key: str) -> None:
        self._asked += 1
        self.story.show_line(self._lines.get(key))
        if key:
            self._pause.start()

    def _show_marks(self) -> None:
        marked = len(self.table.rows.marked)
        self.story.show_marked(marked)
        said = self.tr("{shown} người · {marked} đã đánh dấu · Space: đánh dấu, Enter: in").format(
            shown=len(self.table.rows.rows), marked=marked
        )
        self.count.setText(" · ".join((said, *self._asking())))

    def _asking(self) -> list[str]:
        """How many of the list hold papers that are to be exchanged or taken back."""
        names, asking = paper_words.state_names(), []
        for state in (PaperState.PROVISIONAL, PaperState.EXCHANGE, PaperState.OUTDATED, PaperState.RECALL):
            count = sum(line.state is state for line in self._lines.values())
            if count:
                asking.append(self.tr("{state}: {count}").format(state=names[state], count=count))
        return asking

    def _mark_all(self) -> None:
        """All that can be printed of what is shown."""
        rows = self.table.rows.rows
        keys = {row.key for row in rows if self._lines[row.key].state is not PaperState.RECALL}
        self.table.rows.marked = set() if keys == self.table.rows.marked else keys
        self.table.viewport().update()
        self._show_marks()

    def _preview(self) -> None:
        record = self.story.record
        if record is None or record.dose.status is not DoseStatus.COMPLETED:
            return
        self._asked += 1
        wish = self.story.wish(self._settings)
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
        """What is marked, in the order of the list; or the chosen one."""
        marked = self.table.rows.marked
        ids = tuple(key for key in self._lines if key in marked)
        if not ids and self.story.record is not None:
            ids = (self.story.record.dose.id,)
        self.run.start(ids, self.story.wish(self._settings), self._around.session.actor)

    def _go_on(self, batch: PrintBatch) -> None:
        self.offer.offer(())
        self.run.resume(batch, self._around.session.actor)

    def _give_up(self, batch: PrintBatch) -> None:
        close = partial(self._around.services.work.batches.close, batch.id, self._around.session.actor)
        self._around.lane.run(close, done=lambda _closed: self.refresh(), failed=self._trouble)

    def _progressed(self, progress: Progress) -> None:
        self.story.show_progress(progress)
        if not progress.running:
            self.table.rows.marked = {dose_id for dose_id, _ in progress.failures} & set(self._lines)
            self.refresh()

    # --- the ledger

    def read_ledger(self) -> None:
        """Every copy that came out, in place of the papers; made when somebody first wants it."""
        if self.ledger is None:
            self.ledger = PrintLedger(self._around)
            self.ledger.left.connect(self.close_ledger)
            self._stack.addWidget(self.ledger)
        self._stack.setCurrentWidget(self.ledger)
        self.ledger.table.setFocus()
        self.ledger.refresh()

    def close_ledger(self) -> None:
        """The papers again."""
        if self.ledger is not None:
            self.ledger.stop()
        self._stack.setCurrentIndex(0)
        self.table.setFocus()

    # --- correcting

    def _mend(self) -> None:
        """The dose is corrected here: its certificate is revoked, the platform issues another, and the list says whose paper is worthless."""
        record = self.story.record
        if record is not None:
            self.right.setCurrentWidget(self.form)
            self.form.begin((Entry(record.dose.id, TO_MEND, record, "", record.dose.recorded_at),))

    def _mended(self) -> None:
        self._end_mending()
        self.story.tell(Tone.INFORM, self.tr("Đã sửa. Bản đã in không còn giá trị; chứng nhận mới về sau khi gửi."))
        self.records_changed.emit()
        self.refresh()

    def _end_mending(self) -> None:
        self.right.setCurrentWidget(self.story)
        self._go_home()

    def _save(self) -> None:
        record = self.story.record
        if record is None:
            return
        wish = self.story.wish(self._settings)
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
        for place, text in enumerate((self.tr("Tất cả"), *paper_words.state_names().values())):
            self.state.setItemText(place, text)
        self.everywhere.say(self.tr("Mọi ngày"))
        self.everywhere.setToolTip(self.tr("Giấy chưa in, giấy tạm và giấy phải in lại của mọi ngày"))
        self.offer.say_words()
        self.form.say_words()
        self.day.setAccessibleName(self.tr("Ngày tiêm"))
        self.state.setAccessibleName(self.tr("Tình trạng"))
        self.text.setPlaceholderText(self.tr("Lọc theo tên hoặc số"))
        self.text.setAccessibleName(self.tr("Lọc theo họ tên hoặc số định danh"))
        self.table.setAccessibleName(self.tr("Mũi tiêm trong ngày"))
        self.mark_all.say(self.tr("Đánh dấu hết"))
        self.show_ledger.say(self.tr("Sổ in"))
        self.verify.say(self.tr("Kiểm tra giấy"))
        self.empty.setText(
            self.tr("Chưa có mũi tiêm nào như vậy. Mũi tiêm lưu ở Bàn tiêm (F2) hiện ở đây, kèm giấy để in.")
        )
        self.story.say_words()
        if self.ledger is not None:
            self.ledger.say_words()
        self._list()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Enter prints; arrows go to the list; letters go to the filter."""
        if self.right.currentWidget() is self.form or self._stack.currentIndex():
            super().keyPressEvent(event)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
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
