"""The left column of the desk: who stands here. Read, mended in place, or chosen from those found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QStackedWidget, QWidget

from vaxdesk.errors import Problem, Severity
from vaxdesk.models.text_repair import normal_name
from vaxdesk.models.values import HealthBook, Identity, Person, PersonDraft, Sex
from vaxdesk.ui import words
from vaxdesk.ui.buttons import ChoiceButton, KeyButton
from vaxdesk.ui.dose_form import DoseForm, Tone
from vaxdesk.ui.health_book import HealthBookRow
from vaxdesk.ui.person_flags import FlagLines
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.widgets import (
    Card,
    ElidedLabel,
    FitLabel,
    IconLabel,
    Pill,
    SecureLabel,
    Titled,
    beside,
    set_look,
    stacked,
)

TYPING_PAUSE_MS = 200
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
        self.edit = _Edit(around)
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
        said = self.tr("Chữ trên thẻ đã được sửa, hãy so với thẻ") if form.notes else ""
        self.note.show_state(Tone.DECIDE if warned else Tone.INFORM, said)

    def say_words(self) -> None:
        self.reveal.say(self.tr("Hiện"))
        self.mend.say(self.tr("Sửa thông tin"))
        self.phone_title.setText(self.tr("Điện thoại"))
        self.address_title.setText(self.tr("Nơi thường trú"))
        self.health_book.say_words()


class _Edit(QWidget):
    """The facts as fields, each with its sentence under it."""

    mended = Signal(PersonDraft)

    def __init__(self, around: Surroundings) -> None:
        super().__init__()
        self._around = around
        self.fields: dict[str, QLineEdit] = {
            name: QLineEdit() for name in ("citizen_id", "name", "birth_date", "phone")
        }
        self.titles = {name: Titled(field) for name, field in self.fields.items()}
        self.male, self.female = ChoiceButton(around.look), ChoiceButton(around.look)
        self.sex_title = SecureLabel("label")
        self.problem = SecureLabel("note", wrap=True)
        self.problem.setMinimumHeight(54)
        self.problem.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._draft = PersonDraft()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(TYPING_PAUSE_MS)
        self._pause.timeout.connect(self._hand_over)
        for field in self.fields.values():
            field.setMaxLength(100)
            field.textEdited.connect(lambda _text: self._pause.start())
        for button in (self.male, self.female):
            button.clicked.connect(self._sex_clicked)
        sexes = stacked(self.sex_title, beside(self.male, self.female, gap=4), gap=4)
        self._done = SecureLabel("note")
        birth_row = beside(self.titles["birth_date"], sexes, gap=8)
        parts = (self.titles["citizen_id"], self.titles["name"], birth_row, self.titles["phone"])
        self.setLayout(stacked(*parts, self.problem, -1, self._done, gap=8))

    def begin(self, form: DoseForm, first_field: str) -> None:
        """Fills the fields."""
        assert form.person is not None
        self._draft = form.person
        self._show_number(form)
        self.fields["name"].setText(form.person.name)
        self.fields["birth_date"].setText(words.birth(form.person.birth_date).strip("–"))
        self.fields["phone"].setText(form.person.phone)
        self._show_sex(form.person.sex)
        self.show_problems(form)
        self.fields[first_field].setFocus()

    def _show_number(self, form: DoseForm) -> None:
        """A number from a card or a hand is typed here; one that this desk knows is not mended, and stays masked."""
        assert form.person is not None
        field, is_known = self.fields["citizen_id"], form.known is not None or form.assessment is None
        field.setReadOnly(is_known)
        field.setText(words.masked_number(form.person) if is_known else form.person.citizen_id)

    def show_problems(self, form: DoseForm) -> None:
        """The first sentence about a field, and which fields it is about."""
        found = self._own_problems(form)
        wrong = {problem.field for problem in found if not problem.code.endswith("-missing")}
        for name, field in self.fields.items():
            set_look(field, wrong="true" if name in wrong else "false")
        self.problem.setText(self._around.speech.sentence(found[0]) if found else "")
        set_look(self.problem, tone="stop" if wrong else "inform")

    def hand_over(self) -> None:
        """Gives what is typed at once, if something is still waiting."""
        if self._pause.isActive():
            self._hand_over()

    def _own_problems(self, form: DoseForm) -> list[Problem]:
        problems = form.assessment.problems if form.assessment else ()
        stops = (Severity.STOP, Severity.OVERRIDABLE)
        return [p for p in problems if (p.field in self.fields or p.field == "sex") and p.severity in stops]

    def _hand_over(self) -> None:
        self._pause.stop()
        typed = {name: field.text().strip() for name, field in self.fields.items()}
        if self.fields["citizen_id"].isReadOnly():
            typed["citizen_id"] = self._draft.citizen_id
        typed["birth_date"] = words.birth_from_typed(typed["birth_date"])
        self._draft = _changed(self._draft, typed)
        self.mended.emit(self._draft)

    def _sex_clicked(self) -> None:
        sex = Sex.MALE if self.sender() is self.male else Sex.FEMALE
        self._show_sex(sex)
        self._draft = replace(self._draft, sex=sex)
        self._hand_over()

    def _show_sex(self, sex: Sex) -> None:
        self.male.setChecked(sex is Sex.MALE)
        self.female.setChecked(sex is Sex.FEMALE)

    def say_words(self) -> None:
        self.titles["citizen_id"].say(self.tr("Số định danh (CCCD), 12 số"))
        self.titles["name"].say(self.tr("Họ và tên"))
        self.titles["birth_date"].say(self.tr("Ngày sinh"))
        self.titles["phone"].say(self.tr("Điện thoại"))
        self.fields["birth_date"].setPlaceholderText(self.tr("09/10/2003"))
        self.sex_title.setText(self.tr("Giới tính"))
        self.male.say(words.sex(Sex.MALE))
        self.female.say(words.sex(Sex.FEMALE))
        self._done.setText(self.tr("Enter: xong · Esc: bỏ"))


def _changed(draft: PersonDraft, typed: Mapping[str, str]) -> PersonDraft:
    return replace(
        draft,
        citizen_id=typed["citizen_id"],
        name=typed["name"],
        birth_date=typed["birth_date"],
        phone=typed["phone"],
    )


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
