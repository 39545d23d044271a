"""The facts of a person as fields, each with its sentence under it as it is typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from vaxdesk.errors import Problem, Severity
from vaxdesk.models.values import PersonDraft, Sex
from vaxdesk.ui import words
from vaxdesk.ui.buttons import ChoiceButton
from vaxdesk.ui.dose_form import DoseForm, Tone
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.widgets import SecureLabel, Titled, beside, set_look, stacked

TYPING_PAUSE_MS = 200
SENTENCE_PX = 26  # room for a sentence: the fields below hardly move when one comes


class PersonEdit(QWidget):
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
        self.problems = {name: _sentence_label() for name in self.fields}
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
        rows = ((name, birth_row if name == "birth_date" else title) for name, title in self.titles.items())
        groups = [stacked(row, self.problems[name], gap=2) for name, row in rows]
        self.setLayout(stacked(*groups, -1, self._done, gap=2))

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
        """The first sentence about each field, at the field; that of the sex stands in the birth date's row."""
        found = {problem.field: problem for problem in reversed(self._own_problems(form))}
        if "sex" in found:
            found.setdefault("birth_date", found["sex"])
        for name, label in self.problems.items():
            self._show_problem(self.fields[name], label, found.get(name))

    def _show_problem(self, field: QLineEdit, label: SecureLabel, problem: Problem | None) -> None:
        tone = _tone_of(problem)
        set_look(field, wrong="true" if tone is Tone.STOP else "false")
        label.setText(self._around.speech.sentence(problem) if problem else "")
        field.setAccessibleDescription(label.text())
        set_look(label, tone=tone.value)

    def hand_over(self) -> None:
        """Gives what is typed at once, if something is still waiting."""
        if self._pause.isActive():
            self._hand_over()

    def _own_problems(self, form: DoseForm) -> list[Problem]:
        problems = form.assessment.problems if form.assessment else ()
        stops = (Severity.STOP, Severity.OVERRIDABLE)
        return [p for p in problems if p.field == "phone" or (p.field in (*self.fields, "sex") and p.severity in stops)]

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


def _sentence_label() -> SecureLabel:
    label = SecureLabel("note", wrap=True)
    label.setMinimumHeight(SENTENCE_PX)
    label.setAlignment(Qt.AlignmentFlag.AlignTop)
    return label


def _tone_of(problem: Problem | None) -> Tone:
    """What is only not given yet is no alarm."""
    if problem is None or problem.code.endswith("-missing"):
        return Tone.INFORM
    return Tone.DECIDE if problem.severity is Severity.WARN else Tone.STOP
