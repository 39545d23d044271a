"""The line under the desk: what was just saved and how far it got; and taking it back, in place, with a reason."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QStackedWidget, QWidget

from vaxdesk.errors import VaxdeskError
from vaxdesk.models.tickets import Ticket
from vaxdesk.models.values import DoseRecord, DoseStatus, Stage
from vaxdesk.ui import queue_words, words
from vaxdesk.ui.buttons import KeyButton
from vaxdesk.ui.dose_form import Tone
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.widgets import ElidedLabel, IconLabel, SecureLabel, beside, set_look

HAS_REACTIONS = "dose-has-reactions"
HEIGHT_PX = 48


class _Told(Enum):
    """What the line says."""

    NOTHING = "nothing"
    SAVED = "saved"
    TAKEN_BACK = "taken-back"
    NOT_SAVED = "not-saved"
    TICKET = "ticket"


class SavedBar(QFrame):
    """`take_back_wished` carries the reason."""

    take_back_wished = Signal(str)
    question_closed = Signal()

    def __init__(self, around: Surroundings) -> None:
        super().__init__()
        self._around = around
        self.record: DoseRecord | None = None
        self._told = _Told.NOTHING
        self._trouble: tuple[str, VaxdeskError] | None = None
        self._ticket: Ticket | None = None
        self.knows_reactions = False  # said that the dose has reactions: the next answer is about those too
        self.line, self.question = _Line(around), _Question(around)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.line)
        self._stack.addWidget(self.question)
        self.setLayout(beside(self._stack, margins=(12, 0, 6, 0)))
        self.setFixedHeight(HEIGHT_PX)
        self.line.undo.clicked.connect(self.ask)
        self.question.answered.connect(self.take_back_wished)
        self.say_words()

    @property
    def asking(self) -> bool:
        """Whether the reason for taking back is being asked."""
        return self._stack.currentWidget() is self.question

    def show_saved(self, record: DoseRecord) -> None:
        """A dose was saved, or has come further."""
        self.record, self._told = record, _Told.SAVED
        self._paint()

    def show_progress(self, record: DoseRecord) -> None:
        """The dose on the line has come further; a line that says something else meanwhile stays."""
        self.record = record
        self._paint()

    def show_taken_back(self, record: DoseRecord) -> None:
        """The last save was taken back."""
        self.record, self._told = record, _Told.TAKEN_BACK
        self.close_question()
        self._paint()

    def show_not_saved(self, name: str, error: VaxdeskError) -> None:
        """A dose was not saved although the next person is here already: this must not be missed."""
        self._told, self._trouble = _Told.NOT_SAVED, (name, error)
        self._paint()

    def show_ticket(self, ticket: Ticket) -> None:
        """Somebody was given a number, or sent on."""
        self._told, self._ticket = _Told.TICKET, ticket
        self._paint()

    def refuse(self, error: VaxdeskError) -> None:
        """Why it cannot be taken back; with reactions, what the next answer is about (the page says the rest)."""
        self.knows_reactions = error.code == HAS_REACTIONS
        both = self.tr("Hủy cả mũi và phản ứng: vì sao?")
        self.question.refuse(both if self.knows_reactions else self._around.speech.sentence(error))

    def ask(self) -> None:
        """Asks for the reason, when there is something to take back."""
        if self._told is _Told.SAVED and self.record is not None:
            self.knows_reactions = False
            self.question.begin(words.short_name(self.record.person.name))
            self._stack.setCurrentWidget(self.question)
            self.question.reason.setFocus()

    def close_question(self) -> None:
        """Leaves the last save as it is."""
        if self.asking:
            self._stack.setCurrentWidget(self.line)
            self.question_closed.emit()

    def say_words(self) -> None:
        """Every text."""
        self.line.undo.say(self.tr("Hoàn tác"))
        self.question.say_words()
        self._paint()

    def _name(self, record: DoseRecord) -> str:
        return f"{words.short_name(record.person.name)} · {words.dose_title(record, self._around.speech.language)}"

    def _paint(self) -> None:
        tone, icon, text = self._said()
        set_look(self, box=tone.value)
        self.line.icon.show_icon(icon, tone.value)
        set_look(self.line.words, look="heading" if self._told is _Told.TICKET else "")
        self.line.words.setText(text)
        set_look(self.line.words, tone="" if tone is Tone.QUIET else tone.value)
        self.line.undo.setVisible(self._told is _Told.SAVED)

    def _said(self) -> tuple[Tone, str, str]:
        if self._told is _Told.NOT_SAVED and self._trouble is not None:
            name, error = self._trouble
            sentence = self._around.speech.sentence(error)
            return Tone.STOP, "stop", self.tr("CHƯA LƯU {name}: {sentence}").format(name=name, sentence=sentence)
        if self._told is _Told.TICKET and self._ticket is not None:
            place = queue_words.whereabouts(self._ticket)
            return Tone.ALLOWED, "allowed", f"{queue_words.number(self._ticket)} · {self._ticket.name} · {place}"
        if self.record is None or self._told is _Told.NOTHING:
            return Tone.QUIET, "inform", self.tr("Mũi vừa lưu hiện ở đây, cùng tình trạng gửi lên nền tảng.")
        if self._told is _Told.TAKEN_BACK:
            return Tone.DECIDE, "undo", self.tr("Đã hoàn tác: {name}").format(name=self._name(self.record))
        return self._saved(self.record)

    def _saved(self, record: DoseRecord) -> tuple[Tone, str, str]:
        said = self.tr("Vừa lưu: {name} · {time}").format(
            name=self._name(record), time=words.clock(record.dose.recorded_at)
        )
        if record.receipt is not None and record.receipt.revision == record.dose.revision:
            proof = self.tr("đã nhận trên nền tảng {time}").format(time=words.clock(record.receipt.at))
            return Tone.ALLOWED, "proven", f"{said} · {proof}"
        if Stage.SET_ASIDE in record.stages:
            return Tone.STOP, "stop", f"{said} · " + self.tr("nền tảng từ chối, xem trang Đồng bộ")
        kind = self.tr("đang chờ gửi") if record.dose.status is not DoseStatus.ENTERED_IN_ERROR else ""
        return Tone.QUIET, "waiting", f"{said} · {kind}"


class _Line(QWidget):
    def __init__(self, around: Surroundings) -> None:
        super().__init__()
        self.icon = IconLabel(around.look, "inform", "quiet")
        self.words = ElidedLabel()
        self.undo = KeyButton(around.look, "quiet", "undo", "Ctrl+Z")
        self.undo.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        line = beside(self.icon, self.words, self.undo)
        line.setStretch(1, 1)
        self.setLayout(line)


class _Question(QWidget):
    """Why? Three usual answers by key, or any other in words."""

    answered = Signal(str)

    def __init__(self, around: Surroundings) -> None:
        super().__init__()
        self._name = ""
        self.words = ElidedLabel("strong")
        self.usual = [KeyButton(around.look, "plain", key=f"Ctrl+{number}") for number in (1, 2, 3)]
        self.reason = QLineEdit()
        self.reason.setMaxLength(500)
        self.cancel = SecureLabel("note")
        for button in self.usual:
            set_look(button, small="true")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(self._usual_clicked)
        line = beside(self.words, *self.usual, self.reason, self.cancel, gap=8)
        line.setStretch(0, 3)
        line.setStretch(4, 3)
        self.setLayout(line)

    def begin(self, name: str) -> None:
        """A fresh question."""
        self._name = name
        self.reason.clear()
        self.say_words()

    def answer(self) -> None:
        """The reason in words."""
        self.answered.emit(self.reason.text())

    def refuse(self, sentence: str) -> None:
        """Says why not, in the question's place."""
        self.words.setText(sentence)
        set_look(self.words, tone="stop")

    def say_words(self) -> None:
        """Every text."""
        usual = (self.tr("Nhầm người"), self.tr("Nhầm vắc xin, lô"), self.tr("Chưa tiêm"))
        for button, text in zip(self.usual, usual, strict=True):
            button.say(text)
        self.words.setText(self.tr("Vì sao hoàn tác mũi của {name}?").format(name=self._name))
        set_look(self.words, tone="decide")
        self.reason.setPlaceholderText(self.tr("lý do khác, rồi Enter"))
        self.reason.setAccessibleName(self.tr("Lý do hoàn tác"))
        self.cancel.setText(self.tr("Esc: thôi"))

    def _usual_clicked(self) -> None:
        button = self.sender()
        assert isinstance(button, KeyButton)
        self.answered.emit(button.text())
