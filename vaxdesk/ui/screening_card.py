"""The check before the injection on the desk: vital signs in one line, one key for nothing abnormal, one each for the rest."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QWidget

from vaxdesk.errors import Problem, Severity
from vaxdesk.models.screenings import Sheet
from vaxdesk.models.values import Screening
from vaxdesk.models.vitals import TYPED_CHARS_MAX
from vaxdesk.ui import words
from vaxdesk.ui.buttons import ChoiceButton, KeyButton
from vaxdesk.ui.dose_form import DoseForm, Tone
from vaxdesk.ui.screening_entry import Asked
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.widgets import Card, Pill, SecureLabel, beside, set_look

CHOICES = (
    Screening.ELIGIBLE,
    Screening.CAUTION,
    Screening.POSTPONED,
    Screening.CONTRAINDICATED,
    Screening.REFUSED,
    Screening.REFERRED,
)
FIELD_PX = {"temperature": 60, "pulse": 50, "pressure": 84, "breaths": 46}
ABOUT = {
    "temperature_c": "temperature",
    "pulse_bpm": "pulse",
    "systolic_mmhg": "pressure",
    "diastolic_mmhg": "pressure",
    "breaths_per_min": "breaths",
}


class VitalField(QLineEdit):
    """A short field. Space goes `onward`, carrying whether anything was typed; no measured value has a space in it."""

    onward = Signal()

    def __init__(self, width_px: int) -> None:
        super().__init__()
        self.setFixedWidth(width_px)
        self.setMaxLength(TYPED_CHARS_MAX)
        set_look(self, small="true", tight="true")

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Space is the way to the next field."""
        if event.key() == Qt.Key.Key_Space:
            self.onward.emit()
        else:
            super().keyPressEvent(event)


class ScreeningCard(Card):
    """The conclusion, and the vital signs. `entry_changed` carries the entry with what was typed."""

    concluded = Signal(Screening)
    entry_changed = Signal(object)
    form_wished = Signal()

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._form = DoseForm()
        self._asked: Asked | None = None
        self.title, self.state = SecureLabel("title"), Pill(around.look)
        set_look(self.state.words, look="note")
        self.sheet = KeyButton(around.look, "quiet", "edit", "Ctrl+K", shortcut=False)
        self.sheet.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        set_look(self.sheet, small="true")
        self.fields = {name: VitalField(width_px) for name, width_px in FIELD_PX.items()}
        self.names = {name: SecureLabel("label") for name in FIELD_PX}
        self.buttons: dict[Screening, ChoiceButton] = {}
        self.key = SecureLabel("note")
        self.head = QWidget()
        row = beside(self.title, self.state, self.key, gap=12)
        row.setStretch(1, 1)
        self.head.setLayout(row)
        super().__init__(self.head, self._vitals_row(), self._choices(), gap=4, margin=8)
        self._listen()

    def _listen(self) -> None:
        self.sheet.clicked.connect(self.form_wished)
        for name, field in self.fields.items():
            field.textEdited.connect(lambda text, which=name: self._typed(which, text))
            field.editingFinished.connect(self._show_signs)
            field.onward.connect(self._go_onward)

    def _vitals_row(self) -> QHBoxLayout:
        row = beside(gap=4)
        for name, field in self.fields.items():
            self.names[name].setBuddy(field)
            row.addWidget(self.names[name])
            row.addWidget(field)
            row.addSpacing(4)
        row.addStretch(1)
        row.addWidget(self.sheet)
        return row

    def _choices(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(4)
        for index, choice in enumerate(CHOICES):
            button = ChoiceButton(self._around.look, f"Alt+{index + 1}" if index else "")
            if index == 0:
                button.show_key("Space")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _checked=False, chosen=choice: self.concluded.emit(chosen))
            set_look(button, small="true")
            self.buttons[choice] = button
            grid.addWidget(button, index // 3, index % 3)
        for column, share in enumerate((5, 4, 4)):
            grid.setColumnStretch(column, share)
        return grid

    # --- showing

    def show_form(self, form: DoseForm, asked: Asked | None) -> None:
        """Which conclusion holds, what was measured and what is wrong with it. `asked` is None while nobody stands here."""
        self._form, self._asked = form, asked
        here = form.person is not None
        self.sheet.say(self.tr("Đóng") if form.entry.is_open else self.tr("Phiếu"))
        self.head.setVisible(not form.entry.is_open)  # the open form says it all itself
        chosen = form.entry.chosen if form.entry.is_open else form.screening
        for choice, button in self.buttons.items():
            button.setChecked(chosen is choice)
            button.setEnabled(here)
        self.sheet.setEnabled(here)
        for name, field in self.fields.items():
            field.setEnabled(here)
            typed = form.entry.typed.get(name, "")
            if field.text() != typed:
                field.setText(typed)
        self._show_signs()

    def _show_signs(self) -> None:
        found = self._problems()
        for name, field in self.fields.items():
            about = [problem for problem in found if ABOUT[problem.field] == name]
            stops = any(problem.severity is Severity.STOP for problem in about)
            set_look(field, wrong="true" if stops else "false", warn="true" if about and not stops else "false")
            set_look(self.names[name], tone="stop" if stops else "decide" if about else "")
            field.setToolTip("\n".join(self._around.speech.sentence(problem) for problem in about))
        self._show_state(found)

    def _problems(self) -> list[Problem]:
        """What is wrong, without what is only not typed to its end."""
        typing = next((name for name, field in self.fields.items() if field.hasFocus()), "")
        found = self._form.entry.measured[1]
        return [
            p for p in found if not (p.severity is Severity.STOP and ABOUT[p.field] == typing and self._begun(typing))
        ]

    def _begun(self, name: str) -> bool:
        """Whether what stands in the field may still become a value."""
        text = self.fields[name].text().strip()
        if name == "pressure":
            return "/" not in text or (text.count("/") == 1 and len(text.partition("/")[2]) < 2)
        return len(text) < 2

    def _show_state(self, found: list[Problem]) -> None:
        stops = [problem for problem in found if problem.severity is Severity.STOP]
        standing = self._form.standing
        if standing is not None and standing.sheet and (self._form.took_over or self._form.screening is None):
            self.state.show_state(*self._said_before(standing.sheet, standing.concluder))
        elif stops:
            self.state.show_state(Tone.STOP, self._around.speech.sentence(stops[0]))
        elif found:
            said = ", ".join(self._around.speech.sentence(problem) for problem in found)
            self.state.show_state(Tone.DECIDE, said[:1].upper() + said[1:])
        elif self._asked is not None and self._form.entry.lacks_pressure(self._asked):
            self.state.show_state(Tone.DECIDE, self.tr("Cần đo huyết áp: bệnh tim mạch, huyết áp hoặc trên 65 tuổi"))
        else:
            waiting = self._form.person is not None and self._form.screening is None
            self.state.show_state(Tone.DECIDE, self.tr("Chưa kết luận") if waiting else "")

    def _said_before(self, sheet: Sheet, concluder: str) -> tuple[Tone, str]:
        """What another station concluded today, and who."""
        who = self.tr("{name}, lúc {time}").format(name=concluder, time=words.clock(sheet.concluded_at))
        if self._form.took_over:
            return Tone.ALLOWED, self.tr("Đã khám: {who}").format(who=who)
        return Tone.DECIDE, f"{words.screening(sheet.conclusion)}: {who}"

    def say_words(self) -> None:
        """Every text."""
        self.title.setText(self.tr("Sàng lọc"))
        self.key.setText(self.tr("Ctrl+T: đo · Space: ô tiếp"))
        for name, (short, long) in self._names().items():
            self.names[name].setText(short)
            self.fields[name].setAccessibleName(long)
        self.fields["pressure"].setPlaceholderText("…/…")
        self.buttons[Screening.ELIGIBLE].say(self.tr("Không có bất thường"))
        for choice in CHOICES[1:]:
            self.buttons[choice].say(words.screening(choice))
        self._show_signs()

    def _names(self) -> Mapping[str, tuple[str, str]]:
        return {
            "temperature": (self.tr("T °C"), self.tr("Thân nhiệt, độ C")),
            "pulse": (self.tr("Mạch"), self.tr("Mạch, lần mỗi phút")),
            "pressure": (self.tr("HA"), self.tr("Huyết áp, tối đa trên tối thiểu, mmHg")),
            "breaths": (self.tr("Nhịp thở"), self.tr("Nhịp thở, lần mỗi phút")),
        }

    # --- typing

    def begin(self) -> None:
        """To the first field."""
        first = self.fields["temperature"]
        if first.isEnabled():
            first.setFocus()
            first.selectAll()

    def go_to_wrong(self) -> None:
        """To the field with what cannot be."""
        wrong = [ABOUT[p.field] for p in self._form.entry.measured[1] if p.severity is Severity.STOP]
        if wrong:
            self.fields[wrong[0]].setFocus()
            self.fields[wrong[0]].selectAll()

    def _typed(self, name: str, text: str) -> None:
        self.entry_changed.emit(self._form.entry.with_vital(name, text))

    def _go_onward(self) -> None:
        """To the next field; from an empty one, or the last, nothing else is abnormal."""
        names = list(self.fields)
        here = next(name for name in names if self.fields[name].hasFocus())
        if not self.fields[here].text().strip() or here == names[-1]:
            self.concluded.emit(Screening.ELIGIBLE)
            return
        following = self.fields[names[names.index(here) + 1]]
        following.setFocus()
        following.selectAll()
