"""The left column of the desk: who stands here. Read, mended in place, or chosen from those found."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStackedWidget, QWidget

from vaxdesk.errors import Severity
from vaxdesk.models.text_repair import normal_name
from vaxdesk.models.values import HealthBook, Identity, Person, PersonDraft
from vaxdesk.ui import words
from vaxdesk.ui.buttons import KeyButton
from vaxdesk.ui.dose_form import DoseForm, Tone
from vaxdesk.ui.health_book import HealthBookRow
from vaxdesk.ui.person_edit import PersonEdit
from vaxdesk.ui.person_flags import FlagLines
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.widgets import (
    Card,
    ElidedLabel,
    FitLabel,
    IconLabel,
    Pill,
    SecureLabel,
    beside,
    set_look,
    stacked,
)

NAME_LINES_PX, FOUND_ROW_PX = 54, 56
IDENTITY_TONES = {
    Identity.MATCHED: Tone.ALLOWED,
    Identity.MISMATCH: Tone.STOP,
    Identity.NOT_FOUND: Tone.DECIDE,
    Identity.SENT: Tone.INFORM,
    Identity.UNSENT: Tone.INFORM,
}


class PersonCard(Card):
    """Shows the form's person. `mended` carries the facts as typed; `chosen` a person from the list."""

    mended = Signal(PersonDraft)
    chosen = Signal(object)
    revealed = Signal()
    edit_wished = Signal()

    def __init__(self, around: Surroundings) -> None:
        self.empty = _Nobody(around)
        self.shown = _Shown(around)
        self.edit = PersonEdit(around)
        self.found = _Found(around)
        self._stack = QStackedWidget()
        for page in (self.empty, self.shown, self.edit, self.found):
            self._stack.addWidget(page)
        super().__init__(self._stack)
        self.setObjectName("person")
        self.edit.mended.connect(self.mended)
        self.found.chosen.connect(self.chosen)
        self.shown.reveal.clicked.connect(self._toggle_number)
        self.shown.mend.clicked.connect(self.edit_wished)
        self.shown.health_book.answered.connect(self._answer_health_book)
        self._revealed = False
        self._form = DoseForm()
        around.session.changed.connect(self.hide_number)

    @property
    def editing(self) -> bool:
        """Whether the facts are being mended."""
        return self._stack.currentWidget() is self.edit

    @property
    def choosing(self) -> bool:
        """Whether a list of people waits for a choice."""
        return self._stack.currentWidget() is self.found

    def show_form(self, form: DoseForm, today: date) -> None:
        """Paints the person; while facts are mended only the sentences under the fields."""
        if form.ticket != self._form.ticket:
            self._revealed = False
        self._form = form
        if form.person is None:
            self._stack.setCurrentWidget(self.empty)
            return
        if self.editing:
            self.edit.show_problems(form)
            return
        self.shown.show_form(form, today, self._revealed)
        self._stack.setCurrentWidget(self.shown)

    def begin_edit(self, form: DoseForm, first_field: str = "name") -> None:
        """Opens the facts for mending, with the cursor in the field that needs it."""
        if form.person is None:
            return
        self._stack.setCurrentWidget(self.edit)
        self.edit.begin(form, first_field)

    def end_edit(self) -> None:
        """Back to reading; the caller paints."""
        self.edit.hand_over()
        self._stack.setCurrentWidget(self.shown)

    def show_found(self, people: tuple[Person, ...], today: date) -> None:
        """A list to choose from."""
        self.found.show_people(people, today)
        self._stack.setCurrentWidget(self.found)
        self.found.people.setFocus()

    def leave_found(self) -> None:
        """Closes the list without a choice."""
        self._stack.setCurrentWidget(self.empty if self._form.person is None else self.shown)

    def say_words(self) -> None:
        """Every text."""
        for page in (self.empty, self.shown, self.edit, self.found):
            page.say_words()

    def _answer_health_book(self, answer: HealthBook) -> None:
        if self._form.person is not None:
            self.mended.emit(replace(self._form.person, health_book=answer))

    def hide_number(self) -> None:
        """Whoever comes next asks for the full number again, and is logged for it."""
        self._revealed = False
        self.shown.show_number(self._form, False)

    def _toggle_number(self) -> None:
        self._revealed = not self._revealed
        self.shown.show_number(self._form, self._revealed)
        if self._revealed:
            self.revealed.emit()


class _Nobody(QWidget):
    def __init__(self, around: Surroundings) -> None:
        super().__init__()
        self._icon = IconLabel(around.look, "scan", "faint", 48)
        self._title = SecureLabel("heading", wrap=True)
        self._hint = SecureLabel("quiet", wrap=True)
        for label in (self._title, self._hint):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.setLayout(stacked(-1, beside(-1, self._icon, -1), 4, self._title, self._hint, -1, -1, gap=8))

    def say_words(self) -> None:
        self._title.setText(self.tr("Quét thẻ để bắt đầu"))
        self._hint.setText(self.tr("Hoặc gõ số định danh, số điện thoại hay họ tên rồi bấm Enter."))


class _Shown(QWidget):
    """The person, read at arm's length."""

    def __init__(self, around: Surroundings) -> None:
        super().__init__()
        self.name = FitLabel((28, 24, 20))
        self.name.setFixedHeight(NAME_LINES_PX)
        self.name.setAlignment(Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft)
        self.facts = ElidedLabel("input")
        self.number = SecureLabel("input")
        self.reveal = KeyButton(around.look, "quiet", "eye", "Ctrl+H")
        self.mend = KeyButton(around.look, "plain", "edit", "Ctrl+E")
        self.known = Pill(around.look)
        self.identity = Pill(around.look)
        self.phone, self.address = ElidedLabel(), SecureLabel(wrap=True)
        self.phone_title, self.address_title = SecureLabel("label"), SecureLabel("label")
        self.note, self.flags = Pill(around.look), FlagLines(around)
        self.health_book = HealthBookRow(around)
        for button in (self.reveal, self.mend):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        set_look(self.reveal, small="true")
        number_row = beside(self.number, -1, self.reveal, gap=8)
        rows = (self.known, self.name, self.facts, number_row, self.identity, self.flags)
        told = (4, self.phone_title, self.phone, 4, self.address_title, self.address, self.note, -1)
        self.setLayout(stacked(*rows, *told, self.health_book, beside(self.mend), gap=4))

    def show_form(self, form: DoseForm, today: date, revealed: bool) -> None:
        """Everything known of the person."""
        person = form.person
        assert person is not None
        self.name.setText(normal_name(person.name) or "–")
        age = words.age(person.birth_date, today)
        self.facts.setText(" · ".join(filter(None, (words.sex(person.sex), words.birth(person.birth_date), age))))
        self.show_number(form, revealed)
        self._show_identity(form)
        self.phone.setText(words.phone(person.phone) or "–")
        self.address.setText(person.address or "–")
        self.health_book.show_state(person.health_book, form.ticket)
        self._show_notes(form)
        self.flags.show_flags(form.flags)

    def show_number(self, form: DoseForm, revealed: bool) -> None:
        """Masked, or whole after a person asked."""
        if form.person is not None:
            self.number.setText(form.person.citizen_id if revealed else words.masked_number(form.person) or "–")
        self.reveal.show_icon("eye-off" if revealed else "eye")
        self.reveal.say(self.tr("Che") if revealed else self.tr("Hiện"))

    def _show_identity(self, form: DoseForm) -> None:
        judged = [record for record in form.history if record.identity is not Identity.UNSENT]
        state = judged[-1].identity if judged else Identity.UNSENT
        fields = ", ".join(words.field(name) for name in judged[-1].identity_fields) if judged else ""
        said = {
            Identity.MATCHED: self.tr("Khớp dữ liệu dân cư"),
            Identity.MISMATCH: self.tr("Không khớp dân cư: {fields}").format(fields=fields),
            Identity.NOT_FOUND: self.tr("Chưa có trong dữ liệu dân cư"),
            Identity.SENT: self.tr("Đang chờ đối chiếu dân cư"),
            Identity.UNSENT: self.tr("Chưa đối chiếu dân cư"),
        }[state]
        self.identity.show_state(IDENTITY_TONES[state], said, "shield" if state is Identity.MATCHED else "")
        if form.known is None:
            self.known.show_state(Tone.INFORM, self.tr("Lần đầu ở máy này"), "person")
        else:
            self.known.show_state(Tone.ALLOWED, self.tr("Đã có hồ sơ ở máy này"), "person")

    def _show_notes(self, form: DoseForm) -> None:
        warned = any(problem.severity is Severity.WARN for problem in form.notes)
        said = self.tr("Đã sửa chữ, hãy so với thẻ") if form.notes else ""
        self.note.show_state(Tone.DECIDE if warned else Tone.INFORM, said)

    def say_words(self) -> None:
        self.reveal.say(self.tr("Hiện"))
        self.mend.say(self.tr("Sửa thông tin"))
        self.phone_title.setText(self.tr("Điện thoại"))
        self.address_title.setText(self.tr("Nơi thường trú"))
        self.health_book.say_words()
        self.flags.say_words()


class _Found(QWidget):
    """People found by name, phone or old number."""

    chosen = Signal(object)

    def __init__(self, around: Surroundings) -> None:
        super().__init__()
        self._count = 0
        self.title = SecureLabel("title")
        self.people = QListWidget()
        self.people.setUniformItemSizes(True)
        self.people.itemActivated.connect(self._activated)
        self.hint = SecureLabel("note")
        self.setLayout(stacked(self.title, self.people, self.hint, gap=8))

    def show_people(self, people: tuple[Person, ...], today: date) -> None:
        """One line for the name, one for what tells namesakes apart."""
        self.people.clear()
        for person in people:
            facts = " · ".join((words.birth(person.birth_date), words.sex(person.sex), words.masked_number(person)))
            item = QListWidgetItem(f"{person.name}\n{facts}")
            item.setData(Qt.ItemDataRole.UserRole, person)
            item.setSizeHint(QSize(0, FOUND_ROW_PX))
            self.people.addItem(item)
        self.people.setCurrentRow(0)
        self._count = len(people)
        self.say_words()

    def choose_current(self) -> None:
        """The person on the chosen line."""
        if (item := self.people.currentItem()) is not None:
            self._activated(item)

    def _activated(self, item: QListWidgetItem) -> None:
        self.chosen.emit(item.data(Qt.ItemDataRole.UserRole))

    def say_words(self) -> None:
        self.title.setText(self.tr("Tìm thấy %n người", "", self._count))
        self.people.setAccessibleName(self.tr("Người tìm thấy"))
        self.hint.setText(self.tr("↑ ↓ chọn · Enter: đúng người này · Esc: bỏ"))
