"""The whole screening form, in the place of the history: answers by keyboard, and what they propose, said at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QWidget

from vaxdesk.errors import Problem, Severity
from vaxdesk.models.screening import GUARDIAN_CONSENT, NOTE_CHARS_MAX, Consent, Proposal
from vaxdesk.models.values import Screening
from vaxdesk.ui import words
from vaxdesk.ui.buttons import ChoiceButton
from vaxdesk.ui.dose_form import DoseForm, Tone
from vaxdesk.ui.screening_entry import Asked, Entry, Step
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.widgets import TONE_ICONS, Card, ElidedLabel, IconLabel, SecureLabel, beside, set_look, stacked

ROWS_MAX = 12
ROW_PX, ROW_PX_MAX, PROPOSAL_PX = 19, 26, 60
GUARDIAN_CHARS_MAX, PHONE_CHARS_MAX = 100, 20
TONES = {
    Screening.ELIGIBLE: Tone.ALLOWED,
    Screening.CAUTION: Tone.DECIDE,
    Screening.POSTPONED: Tone.DECIDE,
    Screening.REFERRED: Tone.DECIDE,
    Screening.CONTRAINDICATED: Tone.STOP,
    Screening.REFUSED: Tone.INFORM,
}


class _Row(QFrame):
    """One line: its number on the paper, its words, and No and Yes."""

    answered = Signal(bool)

    def __init__(self, around: Surroundings) -> None:
        super().__init__()
        self.number, self.words = SecureLabel("note"), ElidedLabel("line")
        self.number.setFixedWidth(22)
        self.no, self.yes = ChoiceButton(around.look), ChoiceButton(around.look)
        for button, said in ((self.no, False), (self.yes, True)):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(lambda _checked=False, yes=said: self.answered.emit(yes))
            set_look(button, kind="answer")
            button.setFixedWidth(64)
        inside = beside(self.number, self.words, self.no, self.yes, gap=6, margins=(8, 0, 4, 0))
        inside.setStretch(1, 1)
        self.setLayout(inside)
        self.setMinimumHeight(ROW_PX)
        self.setMaximumHeight(ROW_PX_MAX)

    def show_answer(self, answer: bool | None, is_alarm: bool) -> None:
        """What was answered; None for nothing yet. A yes that is no good news is amber."""
        self.no.setChecked(answer is False)
        self.yes.setChecked(answer is True)
        set_look(self.yes, alarm="true" if answer is True and is_alarm else "false")
        set_look(self.no, alarm="true" if answer is False and not is_alarm else "false")


class QuestionList(QWidget):
    """The lines of a form. Arrows go up and down, C is yes, K no, Space turns it round, 0 answers no to all the rest."""

    answered = Signal(str, bool)
    rest_is_no = Signal()

    def __init__(self, around: Surroundings) -> None:
        super().__init__()
        self._around = around
        self._codes: tuple[str, ...] = ()
        self._answers: dict[str, bool | None] = {}
        self._current = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.rows = [_Row(around) for _ in range(ROWS_MAX)]
        for place, row in enumerate(self.rows):
            row.answered.connect(lambda yes, at=place: self._clicked(at, yes))
        column = stacked(*self.rows, gap=0)
        for place in range(ROWS_MAX):
            column.setStretch(place, 1)
        column.addStretch(0)
        self.setLayout(column)

    def show_lines(self, lines: list[tuple[str, str, bool | None]]) -> None:
        """(code, number on the paper, answer) of each line."""
        self._codes = tuple(code for code, _, _ in lines)
        self._answers = {code: answer for code, _, answer in lines}
        self._current = min(self._current, max(0, len(lines) - 1))
        for place, row in enumerate(self.rows):
            row.setVisible(place < len(lines))
            if place < len(lines):
                code, number, answer = lines[place]
                row.number.setText(number)
                row.words.setText(self._around.speech.sentence(Problem(f"ask-{code}")))
                row.words.setToolTip(row.words.whole_text())
                row.show_answer(answer, code != GUARDIAN_CONSENT)
        self._mark()

    def begin(self) -> None:
        """To the first line not answered."""
        left = [place for place, code in enumerate(self._codes) if self._answers[code] is None]
        self._current = left[0] if left else 0
        self.setFocus()
        self._mark()

    def _mark(self) -> None:
        for place, row in enumerate(self.rows):
            set_look(row, row="current" if self.hasFocus() and place == self._current else "")
        if self._codes:
            row, answer = self.rows[self._current], self._answers[self._codes[self._current]]
            said = {None: self.tr("chưa trả lời"), True: row.yes.text(), False: row.no.text()}[answer]
            self.setAccessibleName(f"{row.words.whole_text()} {said}")

    def _clicked(self, place: int, yes: bool) -> None:
        self._current = place
        self.setFocus()
        self.answered.emit(self._codes[place], yes)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Enter and Esc are the page's."""
        key = event.key()
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier & ~Qt.KeyboardModifier.ShiftModifier:
            super().keyPressEvent(event)
        elif key in steps:
            self._go(steps[Qt.Key(key)])
        elif key in (Qt.Key.Key_C, Qt.Key.Key_K, Qt.Key.Key_Right, Qt.Key.Key_Left):
            self._answer(key in (Qt.Key.Key_C, Qt.Key.Key_Right))
            self._go(1 if key in (Qt.Key.Key_C, Qt.Key.Key_K) else 0)
        elif key == Qt.Key.Key_Space:
            self._answer(self._answers[self._codes[self._current]] is False)
        elif key == Qt.Key.Key_0:
            self.rest_is_no.emit()
        else:
            super().keyPressEvent(event)

    def _answer(self, yes: bool) -> None:
        if self._codes:
            self.answered.emit(self._codes[self._current], yes)

    def _go(self, step: int) -> None:
        self._current = max(0, min(len(self._codes) - 1, self._current + step))
        self._mark()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802  Qt's name
        """The current line is marked while keys go there."""
        super().focusInEvent(event)
        self._mark()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802  Qt's name
        """And no longer."""
        super().focusOutEvent(event)
        self._mark()

    def say_words(self) -> None:
        """Every text."""
        for row in self.rows:
            row.no.say(self.tr("Không"))
            row.yes.say(self.tr("Có"))


class SheetCard(Card):
    """The open form. `entry_changed` carries the entry with the answer, consent, guardian or note."""

    entry_changed = Signal(object)

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._form = DoseForm()
        self._asked: Asked | None = None
        self.icon = IconLabel(around.look, "inform", "quiet", 24)
        self.headline, self.source = ElidedLabel("heading"), SecureLabel("note")
        self.reasons = ElidedLabel()
        self.note = QLineEdit()
        self.note.setMaxLength(NOTE_CHARS_MAX)
        set_look(self.note, small="true")
        self.proposal = QFrame()
        self._lay_out_proposal()
        self.guardian, self.phone = QLineEdit(), QLineEdit()
        self.guardian.setMaxLength(GUARDIAN_CHARS_MAX)
        self.phone.setMaxLength(PHONE_CHARS_MAX)
        self.phone.setFixedWidth(150)
        for field in (self.guardian, self.phone):
            set_look(field, small="true")
        self.family = QWidget()
        self.family.setLayout(beside(self.guardian, self.phone, gap=6))
        self.questions = QuestionList(around)
        self.hint = SecureLabel("note")
        inside = stacked(self.proposal, self.family, self.questions, self.hint, gap=2)
        inside.setStretch(2, 1)
        super().__init__(inside, margin=4)
        self._listen()

    def _lay_out_proposal(self) -> None:
        top = beside(self.icon, self.headline, self.source, gap=8)
        top.setStretch(1, 1)
        self.proposal.setLayout(stacked(top, self.reasons, self.note, gap=0, margins=(8, 1, 8, 3)))
        self.proposal.setFixedHeight(PROPOSAL_PX)

    def _listen(self) -> None:
        self.questions.answered.connect(self._answer)
        self.questions.rest_is_no.connect(self._rest_is_no)
        self.note.textEdited.connect(lambda text: self._change(note=text))
        self.guardian.textEdited.connect(lambda text: self._change(guardian_name=text))
        self.phone.textEdited.connect(lambda text: self._change(guardian_phone=text))

    def _change(self, **what: Any) -> None:
        self.entry_changed.emit(replace(self._form.entry, **what))

    def _answer(self, code: str, yes: bool) -> None:
        if code == GUARDIAN_CONSENT:
            self._change(consent=Consent.AGREED if yes else Consent.REFUSED, chosen=None)
        else:
            self.entry_changed.emit(self._form.entry.with_answer(code, yes))

    def _rest_is_no(self) -> None:
        if self._asked is not None:
            self.entry_changed.emit(self._form.entry.with_rest_no(self._asked))

    # --- showing

    def show_form(self, form: DoseForm, asked: Asked | None) -> None:
        """Everything answered so far and what it proposes."""
        self._form, self._asked = form, asked
        if asked is None:
            return
        self.family.setVisible(asked.form.is_for_children)
        name, phone = form.entry.guardian(asked)
        for field, text in ((self.guardian, name), (self.phone, phone), (self.note, form.entry.note)):
            if field.text() != text:
                field.setText(text)
        self.questions.show_lines(self._lines(form.entry, asked))
        self._show_proposal(form.entry, asked)

    def _lines(self, entry: Entry, asked: Asked) -> list[tuple[str, str, bool | None]]:
        lines: list[tuple[str, str, bool | None]] = []
        if asked.form.is_for_children:
            consents = {Consent.UNASKED: None, Consent.AGREED: True, Consent.REFUSED: False}
            lines.append((GUARDIAN_CONSENT, "", consents[entry.consent]))
        return lines + [(q.code, q.number, entry.answers.get(q.code)) for q in asked.questions]

    def _show_proposal(self, entry: Entry, asked: Asked) -> None:
        proposal = entry.proposal(asked)
        left = len(entry.unanswered(asked))
        unfinished = _is_open(entry, asked, proposal)
        impossible = [problem for problem in entry.measured[1] if problem.severity is Severity.STOP]
        tone = Tone.QUIET if unfinished else TONES[entry.chosen or proposal.conclusion]
        tone = Tone.STOP if impossible else tone
        set_look(self.proposal, box=tone.value)
        for label in (self.headline, self.reasons):
            set_look(label, tone=tone.value)
        self.icon.show_icon("edit" if tone is Tone.QUIET else TONE_ICONS[tone], tone.value)
        if impossible:
            self.headline.setText(self.tr("Xem lại số đo"))
            self.reasons.setText(self._around.speech.sentence(impossible[0]))
        else:
            self.headline.setText(self._headline(entry, proposal, left, unfinished))
            self.reasons.setText(self._reasons(proposal, left, unfinished))
        self.note.setVisible(entry.chosen is not None)
        self.reasons.setVisible(entry.chosen is None)
        self.source.setText(self.tr("Mẫu {source}").format(source=asked.form.source))
        self.reasons.setToolTip(self.reasons.whole_text())
        self.proposal.setAccessibleName(f"{self.headline.whole_text()}. {self.reasons.whole_text()}")

    def _headline(self, entry: Entry, proposal: Proposal, left: int, unfinished: bool) -> str:
        proposed = words.screening(proposal.conclusion)
        if entry.chosen is not None:
            chosen = words.screening(entry.chosen)
            return self.tr("{chosen} (phiếu đề nghị: {proposed})").format(chosen=chosen, proposed=proposed)
        if unfinished and left:
            return self.tr("Còn %n câu chưa hỏi", "", left)
        if unfinished:
            return self.tr("Còn ý kiến của người giám hộ")
        return self.tr("Đề nghị: {proposed}").format(proposed=proposed)

    def _reasons(self, proposal: Proposal, left: int, unfinished: bool) -> str:
        if unfinished and not left:
            return self.tr("C đồng ý, K không đồng ý; ghi họ tên người đồng ý (Ctrl+P).")
        if unfinished:
            return self.tr("Câu nào có thì chọn Có; phím 0: các câu còn lại đều không.")
        said = ", ".join(self._around.speech.sentence(Problem(code)) for code in proposal.reasons)
        if not said:
            return self.tr("Mọi câu đều không, không có dấu hiệu bất thường.")
        return said[:1].upper() + said[1:]

    def say_words(self) -> None:
        """Every text."""
        self.note.setPlaceholderText(self.tr("Ghi lý do kết luận khác, rồi Enter"))
        self.note.setAccessibleName(self.tr("Lý do kết luận khác với đề nghị"))
        self.guardian.setPlaceholderText(self.tr("Ctrl+P: họ tên bố, mẹ hoặc người giám hộ"))
        self.guardian.setAccessibleName(self.tr("Họ tên người giám hộ"))
        self.phone.setPlaceholderText(self.tr("Điện thoại"))
        self.phone.setAccessibleName(self.tr("Điện thoại người giám hộ"))
        self.hint.setText(self.tr("↑ ↓ câu · C có · K không · Space đổi · 0 còn lại không · Enter kết luận · Esc đóng"))
        self.questions.say_words()
        self.show_form(self._form, self._asked)

    def go_to(self, step: Step) -> None:
        """To what is asked for first."""
        if step is Step.NOTE and self._form.entry.chosen is not None:
            self.note.setFocus()
        elif step is Step.GUARDIAN and self._form.entry.consent is Consent.AGREED:
            self.guardian.setFocus()
        else:
            self.questions.begin()


def _is_open(entry: Entry, asked: Asked, proposal: Proposal) -> bool:
    """Whether something must be asked before the proposal can be confirmed."""
    if entry.chosen is not None:
        return False
    unsaid = entry.consent is Consent.UNASKED and proposal.conclusion is Screening.REFUSED
    missing = bool(entry.unanswered(asked)) or entry.lacks_guardian(asked)
    return unsaid or (proposal.conclusion.lets_inject and missing)
