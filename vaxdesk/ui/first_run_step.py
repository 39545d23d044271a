"""A step of the first run: one question, a sentence why, its fields, a notice in place, Enter to go on and Esc to go back."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLayout, QLineEdit, QProgressBar, QScrollArea, QSizePolicy, QWidget

from vaxdesk.errors import InputRefused, VaxdeskError
from vaxdesk.ui.buttons import KeyButton
from vaxdesk.ui.dose_form import Tone
from vaxdesk.ui.first_run_services import FirstRunAround
from vaxdesk.ui.widgets import Card, Notice, Page, SecureLabel, Titled, WholeLabel, beside, set_look, stacked

CARD_PX, CARD_PX_MIN, FIELD_NOTE_PX = 680, 400, 40


class Field(QWidget):
    """A titled line edit with room for its own sentence below: nothing jumps when it comes."""

    def __init__(self, secret: bool = False, chars_max: int = 100) -> None:
        super().__init__()
        self.edit = QLineEdit()
        self.edit.setMaxLength(chars_max)
        if secret:
            self.edit.setEchoMode(QLineEdit.EchoMode.Password)
        self.titled = Titled(self.edit)
        self.note = SecureLabel("note", wrap=True)
        self.note.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.note.setMinimumHeight(FIELD_NOTE_PX)
        self._hint = ""
        self.setLayout(stacked(self.titled, self.note, gap=0))
        self.edit.textEdited.connect(self._typed)

    @property
    def text(self) -> str:
        """As typed."""
        return self.edit.text()

    def say(self, title: str, hint: str = "") -> None:
        """Label and what to know before typing."""
        self.titled.say(title)
        self._hint = hint
        if not self.is_wrong:
            self.hush()

    def refuse(self, sentence: str) -> None:
        """What is wrong with it."""
        self.note.setText(sentence)
        self.edit.setAccessibleDescription(sentence)
        set_look(self.note, tone="stop")
        set_look(self.edit, wrong="true")

    def hush(self) -> None:
        """Back to the hint."""
        self.note.setText(self._hint)
        self.edit.setAccessibleDescription(self._hint)
        set_look(self.note, tone="")
        set_look(self.edit, wrong="false")

    def _typed(self) -> None:
        self.hush()
        see(self)

    @property
    def is_wrong(self) -> bool:
        """Whether it shows a refusal."""
        return bool(self.edit.property("wrong") == "true")


class Step(Page):
    """`answered`: go on; `back_wished`: to the step before."""

    answered = Signal()
    back_wished = Signal()
    fields: dict[str, Field]

    def __init__(self, around: FirstRunAround) -> None:
        super().__init__()
        self._around = around
        self._waiting = False
        self.fields = {}
        self.question, self.why = WholeLabel("huge"), WholeLabel("input")
        self.notice = Notice(around.look, lines=3)
        self.progress = QProgressBar()
        self.progress.setRange(0, 0)
        self.progress.setTextVisible(False)
        keep = self.progress.sizePolicy()
        keep.setRetainSizeWhenHidden(True)
        self.progress.setSizePolicy(keep)
        self.progress.hide()
        self.next = KeyButton(around.look, "primary", key="Enter", shortcut=False)
        set_look(self.next, big="true")
        self.next.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.back = KeyButton(around.look, "plain", key="Esc", shortcut=False)
        self.next.clicked.connect(self.go_on)
        self.back.clicked.connect(self.go_back)

    def lay_out(self, *parts: QWidget | QLayout | int, beneath: tuple[QWidget, ...] = ()) -> None:
        """The card: question, why, the step's own parts, notice, buttons."""
        foot = beside(self.back, *beneath, self.next, gap=12)
        foot.setStretch(1 + len(beneath), 1)
        card = Card(self.question, self.why, 4, *parts, -1, self.progress, self.notice, foot, gap=12, margin=24)
        card.setMinimumWidth(CARD_PX_MIN)
        card.setMaximumWidth(CARD_PX)
        middle = beside(-1, card, -1)
        middle.setStretch(1, 100)  # as wide as it may be, before there is room beside it
        self.setLayout(stacked(-1, middle, -1, -1, margins=(16, 16, 16, 16)))

    @property
    def is_waiting(self) -> bool:
        """Whether something is under way."""
        return self._waiting

    def begin(self) -> None:
        """The step is shown: the first empty field is what is missing."""
        empty = [field for field in self.fields.values() if not field.text]
        first = next(iter((*empty, *self.fields.values())), None)
        (first.edit if first else self).setFocus()

    def go_on(self) -> None:
        """Enter."""
        self.answered.emit()

    def go_back(self) -> None:
        """Esc."""
        if not self._waiting and self.back.isVisibleTo(self):
            self.back_wished.emit()

    def wait(self, sentence: str) -> None:
        """Something is under way: fields rest, progress shows."""
        self._waiting = True
        self.next.setEnabled(False)
        for field in self.fields.values():
            field.hush()
            field.edit.setReadOnly(True)
        self.progress.show()
        self.tell(Tone.INFORM, sentence)

    def tell(self, tone: Tone, sentence: str) -> None:
        """A sentence in the notice, where it is seen."""
        self.notice.tell(tone, sentence)
        see(self.notice)

    def rest(self) -> None:
        """Nothing is under way any more."""
        self._waiting = False
        self.next.setEnabled(True)
        for field in self.fields.values():
            field.edit.setReadOnly(False)
        self.progress.hide()
        self.notice.hush()

    def refuse(self, error: VaxdeskError) -> None:
        """Where a problem names a field it stands there, anything else in the notice. What was typed stays."""
        self.rest()
        problems = error.problems if isinstance(error, InputRefused) else ()
        wrong = [(problem, self.fields[problem.field]) for problem in problems if problem.field in self.fields]
        for problem, field in reversed(wrong):
            field.refuse(self._around.speech.sentence(problem))
            field.edit.setFocus()
        if not wrong:
            self.tell(Tone.STOP, self._around.speech.sentence(error))


def see(part: QWidget) -> None:
    """Scrolls a low screen to a part; a field brings its sentence along."""
    around: QWidget | None = part
    while around is not None and not isinstance(around, QScrollArea):
        part = around if isinstance(around, Field) else part
        around = around.parentWidget()
    if around is not None:
        around.ensureWidgetVisible(part, 0, 8)
