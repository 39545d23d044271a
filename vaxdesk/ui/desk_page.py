"""The desk: who, may they, what was given. Scan, Space, Enter."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QCoreApplication, QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut, QShowEvent

from vaxdesk.errors import Severity, VaxdeskError
from vaxdesk.models.desk import Preset
from vaxdesk.models.values import DoseRecord, LotLabel, Person, Screening, StaffMember
from vaxdesk.ui import words
from vaxdesk.ui.desk_decision import DecisionBand, HistoryCard
from vaxdesk.ui.desk_dose import DoseCard
from vaxdesk.ui.desk_person import PersonCard
from vaxdesk.ui.desk_queue import DeskQueue
from vaxdesk.ui.desk_saved import SavedBar
from vaxdesk.ui.desk_view_model import DeskViewModel
from vaxdesk.ui.dose_form import DoseForm, Tone
from vaxdesk.ui.held_notice import HeldNotice, what_is_missing
from vaxdesk.ui.held_press import HeldPress, Place, place_of
from vaxdesk.ui.other_ways import OtherWays
from vaxdesk.ui.scan_field import ScanField
from vaxdesk.ui.screening_card import ScreeningCard
from vaxdesk.ui.screening_entry import Step, asked_of
from vaxdesk.ui.screening_sheet import SheetCard
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.widgets import GAP, MARGIN, Notice, Page, beside, stacked

PERSON_PX, DOSE_PX = 304, 312


class DeskPage(Page):
    """`changed_records`: there is something new to send. `rejected`: for the falling tone."""

    changed_records = Signal(DoseRecord)
    preset_changed = Signal(Preset)
    rejected = Signal()

    def __init__(self, around: Surroundings) -> None:
        super().__init__()
        self._around = around
        self.model = DeskViewModel(around, self)
        self.scan, self.ways = ScanField(around.look), OtherWays(around.look, "quiet")
        self.notice = Notice(around.look)
        self.person, self.band = PersonCard(around), DecisionBand(around)
        self.history, self.screening, self.sheet = HistoryCard(around), ScreeningCard(around), SheetCard(around)
        self.dose, self.saved, self.waiting = DoseCard(around), SavedBar(around), HeldNotice(self)
        self.queue = DeskQueue(self, around)
        self._lay_out()
        self._listen_to_parts()
        self._listen_to_model()
        self.say_words()

    @property
    def form(self) -> DoseForm:
        """The form as it stands."""
        return self.model.form

    def _lay_out(self) -> None:
        self.person.setFixedWidth(PERSON_PX)
        self.dose.setFixedWidth(DOSE_PX)
        middle = stacked(self.band, self.history, self.sheet, self.screening)
        middle.setStretch(1, 1)
        middle.setStretch(2, 1)
        columns = beside(self.person, middle, self.dose)
        columns.setStretch(1, 1)
        home = beside(self.scan, self.queue.button, self.ways, gap=8)
        home.setStretch(0, 1)
        self.queue.line.setFixedWidth(PERSON_PX)
        told = beside(self.queue.line, self.notice)
        told.setStretch(1, 1)
        top = stacked(home, told, gap=4)
        page = stacked(top, columns, self.saved, gap=8, margins=(MARGIN, GAP, MARGIN, GAP))
        page.setStretch(1, 1)
        self.setLayout(page)

    def _listen_to_parts(self) -> None:
        self.person.mended.connect(self.model.mend)
        self.person.chosen.connect(self._chosen)
        self.person.revealed.connect(self.model.note_reveal)
        self.person.edit_wished.connect(self._edit_person)
        self.band.reason_typed.connect(self.model.override)
        self.screening.concluded.connect(self.model.conclude)
        self.screening.form_wished.connect(self._open_sheet)
        for part in (self.screening, self.sheet):
            part.entry_changed.connect(self.model.fill_in)
        self.dose.save_wished.connect(self.save)
        self.dose.preset_changed.connect(self.model.use_preset)
        self.dose.body_site_changed.connect(self.model.use_body_site)
        self.dose.edit_wished.connect(self.model.read_staff)
        self.saved.take_back_wished.connect(self._take_back)
        self.saved.question_closed.connect(self.scan.setFocus)
        for key, act in (
            ("Ctrl+O", self.band.reason.setFocus),
            ("Ctrl+K", self._open_sheet),
            ("Ctrl+T", self.screening.begin),
            ("Ctrl+P", self.sheet.guardian.setFocus),
        ):
            QShortcut(QKeySequence(key), self).activated.connect(act)

    def _listen_to_model(self) -> None:
        model = self.model
        model.changed.connect(self.paint)
        model.came.connect(self._came)
        model.card_refused.connect(self._card_refused)
        model.found.connect(self._found)
        model.lacking.connect(self._lacking)
        model.refused.connect(self._refused)
        model.troubled.connect(self._troubled)
        model.label_scanned.connect(self._label_scanned)
        model.preset_changed.connect(self.preset_changed)
        model.staff_read.connect(self._edit_preset)
        model.dose_recorded.connect(self._recorded)
        model.dose_not_recorded.connect(self.saved.show_not_saved)
        model.dose_not_recorded.connect(self.rejected)
        model.dose_taken_back.connect(self._taken_back)
        model.take_back_refused.connect(self.saved.refuse)
        model.take_back_refused.connect(self._troubled)
        self.saved.question_closed.connect(self.notice.hush)
        model.dose_advanced.connect(self.saved.show_progress)
        model.concluding.connect(self._concluding)
        model.held.connect(self.waiting.follow)
        model.held_back.connect(self._held_back)
        self.queue.listen()

    # --- what the window calls

    def refresh(self) -> None:
        """The session's product, and how far the last save has got."""
        self.model.read_preset()
        self.queue.refresh()
        if self.saved.record is not None:
            self.model.read_dose(self.saved.record.dose.id)

    def take_scan(self, untrusted_text: str) -> None:
        """A scanner read something, wherever the focus was."""
        self.model.take_text(untrusted_text)

    def say_words(self) -> None:
        """Every text."""
        self.scan.setPlaceholderText(self.tr("Quét thẻ CCCD hoặc nhập số định danh / điện thoại / họ tên"))
        self.scan.setAccessibleName(self.tr("Quét thẻ hoặc tìm người"))
        for part in (
            self.ways,
            self.person,
            self.band,
            self.history,
            self.sheet,
            self.screening,
            self.dose,
            self.saved,
        ):
            part.say_words()
        self.paint()

    # --- who

    def _came(self, left: str) -> None:
        """A new person stands here. That the one before was not saved is said, not asked."""
        self._close_open_parts()
        if left:
            said = self.tr("Chưa lưu gì cho {name}: thẻ khác vừa được quét.").format(name=left)
            self.notice.tell(Tone.DECIDE, said)
        else:
            self.notice.hush()

    def _card_refused(self, left: str) -> None:
        """The answer band says why; what was typed stays, to be mended."""
        typed = self.scan.text()
        self._came(left)
        self.scan.setText(typed)
        self.scan.selectAll()
        self.rejected.emit()

    def _close_open_parts(self) -> None:
        if self.person.editing:
            self.person.end_edit()
        if self.person.choosing:
            self.person.leave_found()
        if self.dose.editing:
            self.dose.end_edit(keep=False)
        self.saved.close_question()
        self.scan.clear()
        self.scan.setFocus()
        self.paint()

    def _found(self, people: tuple[Person, ...]) -> None:
        if not people:
            self.notice.tell(Tone.INFORM, self.tr("Không tìm thấy ai trên máy này. Hãy quét thẻ hoặc nhập đủ 12 số."))
            return
        self.notice.hush()
        self.scan.clear()
        self.person.show_found(people, self.model.today())

    def _chosen(self, person: Person) -> None:
        self.person.leave_found()
        self.model.choose(person)

    def _edit_person(self) -> None:
        self.model.let_go()
        self.person.begin_edit(self.form)

    def _lacking(self, field: str) -> None:
        if not self.person.editing:
            self.person.begin_edit(self.form, field)

    def _label_scanned(self, label: LotLabel) -> None:
        if self.dose.editing:
            self.dose.take_label(label)
            return
        self.model.use_label(label)
        expiry = words.day(self.form.preset.expiry)
        said = self.tr("Đã đổi sang lô {lot}, hạn dùng {expiry}.").format(lot=label.lot, expiry=expiry)
        self.notice.tell(Tone.INFORM, said)

    def _edit_preset(self, staff: tuple[StaffMember, ...]) -> None:
        if not self.dose.editing:
            self.dose.begin_edit(self.form.preset, staff, self.model.today())

    # --- may they: the form before the injection

    def _open_sheet(self) -> None:
        """Ctrl+K opens the form, and closes it again; what was answered stays."""
        entry = self.form.entry
        self.model.fill_in(replace(entry, is_open=not entry.is_open, chosen=None))
        if self.form.entry.is_open:
            self.sheet.go_to(Step.ANSWERS)
        else:
            self.scan.setFocus()

    def _concluding(self, step: Step) -> None:
        """Concluded: home. Else to what is asked for first."""
        if step is Step.CONCLUDED:
            self.scan.setFocus()
        elif step is Step.VITALS:
            self.screening.go_to_wrong()
        else:
            self.sheet.go_to(step)

    # --- saving and taking back

    def save(self) -> None:
        """Enter: the dose, or the conclusion, is saved; else the page says what is missing."""
        if not self.queue.takes_enter() and not self.model.save():
            self.say_what_is_missing()

    def say_what_is_missing(self) -> None:
        """Why Enter does nothing."""
        if said := what_is_missing(self.form):
            self.notice.tell(Tone.DECIDE, said)

    def _held_back(self, pressed: HeldPress) -> None:
        """A key pressed before the answer was not done: the focus goes to what must be decided."""
        self.waiting.say_not_done(pressed, self.form)
        place = place_of(self.form)
        if place is Place.REASON:
            self.band.reason.setFocus()
        elif place is Place.PRODUCT:
            self.model.read_staff()
        elif place is Place.HOME:
            self.scan.setFocus()

    def _recorded(self, record: DoseRecord) -> None:
        self.saved.show_saved(record)
        if self.form.person is None:
            self.notice.hush()
            self.scan.setFocus()
        self.changed_records.emit(record)

    def _take_back(self, reason: str) -> None:
        if self.saved.record is not None:
            self.model.take_back(self.saved.record, reason, self.saved.knows_reactions)

    def _taken_back(self, record: DoseRecord) -> None:
        self.saved.show_taken_back(record)
        self.scan.setFocus()
        self.changed_records.emit(record)

    # --- keys

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Keys that no field wanted: Enter, Space and Esc are the desk's own; letters and digits go home to the scan field."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter()
        elif event.key() == Qt.Key.Key_Escape:
            self.escape()
        elif event.key() == Qt.Key.Key_Space and not event.modifiers():
            self.model.conclude(Screening.ELIGIBLE)
        elif event.text() and event.text().isprintable() and not _is_command(event):
            self._send_home(event)
        else:
            super().keyPressEvent(event)

    def _enter(self) -> None:
        if self.saved.asking:
            self.saved.question.answer()
        elif self.dose.editing:
            self._end_preset_edit()
        elif self.person.choosing:
            self.person.found.choose_current()
        elif self.scan.text().strip():
            self.model.look_up(self.scan.text().strip())
        elif self.person.editing:
            self._end_person_edit()
        elif self.form.entry.is_open:
            self.model.confirm()
        else:
            self.save()

    def escape(self) -> None:
        """Leaves the innermost thing that is open; then the person."""
        self.model.let_go()
        if self.saved.asking:
            self.saved.close_question()
        elif self.dose.editing:
            self.dose.end_edit(keep=False)
        elif self.person.choosing:
            self.person.leave_found()
        elif self.scan.text():
            self.scan.clear()
        elif self.form.entry.is_open:
            self._open_sheet()
        else:
            self._leave_person()
        self.scan.setFocus()

    def _leave_person(self) -> None:
        if self.person.editing:
            self.person.end_edit()
        self.notice.hush()
        self.model.leave()

    def _end_preset_edit(self) -> None:
        self.dose.end_edit(keep=True)
        if not self.dose.editing:
            self.scan.setFocus()

    def _end_person_edit(self) -> None:
        self.person.end_edit()
        self.paint()
        self.scan.setFocus()

    def _send_home(self, event: QKeyEvent) -> None:
        if self.focusWidget() is self.scan:
            return  # it did not want the key
        self.scan.setFocus()
        typed = QKeyEvent(QEvent.Type.KeyPress, event.key(), event.modifiers(), event.text())
        QCoreApplication.sendEvent(self.scan, typed)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name
        """The scan field is home; what was left open stays open."""
        super().showEvent(event)
        open_part = self.person.editing or self.person.choosing or self.dose.editing or self.saved.asking
        if not open_part:
            self.scan.setFocus()

    # --- painting

    def paint(self) -> None:
        """The form as it stands."""
        form = self.form
        self.person.show_form(form, self.model.today())
        self.band.show_form(form)
        self.history.show_form(form)
        self._paint_screening(form)
        self.dose.show_form(form)
        self.queue.paint()

    def _paint_screening(self, form: DoseForm) -> None:
        """The open form stands in the place of the answer and the history: it is what is being answered."""
        asked = asked_of(form.person, self.model.today()) if form.person is not None else None
        self.screening.show_form(form, asked)
        self.sheet.show_form(form, asked)
        for part in (self.band, self.history):
            part.setVisible(not form.entry.is_open)
        self.sheet.setVisible(form.entry.is_open)

    def _refused(self, error: VaxdeskError) -> None:
        self._troubled(error)
        self.scan.selectAll()
        self.rejected.emit()

    def _troubled(self, error: VaxdeskError) -> None:
        self.notice.tell(Tone.STOP, self._around.speech.sentence(error))

    def blocked(self) -> bool:
        """Whether the person here may not have the dose as it stands."""
        return any(problem.severity is Severity.STOP for problem in self.form.blocking)


def _is_command(event: QKeyEvent) -> bool:
    commands = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    return bool(event.modifiers() & commands)
