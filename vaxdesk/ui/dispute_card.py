"""A conflict, side by side: what this machine has, what the other side has, and a manager's choice. Nothing is overwritten."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from vaxdesk.errors import InputRefused, VaxdeskError
from vaxdesk.models.disputes import OpenDispute, choices
from vaxdesk.models.exchange import DisputeKind, Resolution
from vaxdesk.ui import words
from vaxdesk.ui.buttons import KeyButton
from vaxdesk.ui.comparison import Line, lines
from vaxdesk.ui.dose_form import Tone
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.widgets import Card, ElidedLabel, Notice, SecureLabel, Titled, set_look, stacked

LINES_MAX = 8


class DisputeCard(Card):
    """`decided`: the record is as the manager chose, and goes again where that is needed."""

    decided = Signal()

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._open: OpenDispute | None = None
        self.name, self.dose = ElidedLabel("heading"), ElidedLabel("input")
        self.why = SecureLabel(wrap=True)
        self.compared = _Compared()
        self.reason = QLineEdit()
        self.reason.setMaxLength(500)
        self.titled = Titled(self.reason)
        self.notice = Notice(around.look, lines=2)
        self.choices: dict[Resolution, KeyButton] = {
            how: KeyButton(around.look, "plain") for how in Resolution if how is not Resolution.CANCELLED
        }
        parts = (self.name, self.dose, self.why, self.compared, -1, self.titled, self.notice)
        super().__init__(stacked(*parts, *self.choices.values(), gap=8))
        for how, button in self.choices.items():
            button.clicked.connect(partial(self._choose, how))
        around.session.changed.connect(self._say_who_may)

    def show_dispute(self, found: OpenDispute, why: str) -> None:
        """Another conflict, or the same one read afresh: a reason half typed stays."""
        if self._open is None or self._open.dispute.id != found.dispute.id:
            self.reason.clear()
        self._open = found
        self.why.setText(why)
        self.say_words()

    def say_words(self) -> None:
        """Every text."""
        said = {
            Resolution.BOTH_GIVEN: self.tr("Cả hai mũi đều thật"),
            Resolution.OURS_WRONG: self.tr("Bản của máy này nhập nhầm"),
            Resolution.THEIRS_WRONG: self.tr("Bản kia nhập nhầm"),
            Resolution.KEEP_OURS: self.tr("Giữ bản của máy này"),
            Resolution.KEEP_THEIRS: self.tr("Lấy bản trên nền tảng"),
        }
        for how, button in self.choices.items():
            button.say(said[how])
        self.titled.say(self.tr("Lý do quyết định"))
        if self._open is not None:
            self._say_conflict(self._open)

    def _say_conflict(self, found: OpenDispute) -> None:
        language = self._around.speech.language
        self.name.setText(found.record.person.name)
        self.dose.setText(words.dose_title(found.record, language))
        version = found.dispute.kind is DisputeKind.VERSION
        heads = ("", self.tr("Máy này"), self.tr("Nền tảng") if version else self.tr("Điểm tiêm kia"))
        self.compared.show_lines(heads, lines(found, language))
        possible = choices(found.dispute)
        for number, how in enumerate(possible, 1):
            self.choices[how].show_shortcut(f"Alt+{number}")
        for how, button in self.choices.items():
            button.setVisible(how in possible)
        self._say_who_may()

    def _say_who_may(self) -> None:
        may = self._around.session.is_manager
        for button in self.choices.values():
            button.setEnabled(may)
        self.reason.setEnabled(may)
        if may:
            self.notice.hush()
        else:
            self.notice.tell(Tone.INFORM, self.tr("Quản lý điểm tiêm quyết định. Hai bản đều được giữ cho tới lúc đó."))

    def _choose(self, how: Resolution) -> None:
        if self._open is None:
            return
        work, actor = self._around.services.work, self._around.session.actor
        settle = partial(work.disputes.resolve, self._open.dispute.id, how, self.reason.text(), actor)
        self._around.lane.run(settle, done=self._decided, failed=self._refused)

    def _decided(self, _record: object) -> None:
        self._open = None
        self.reason.clear()
        self.decided.emit()

    def _refused(self, error: VaxdeskError) -> None:
        speech = self._around.speech
        said = speech.sentence(error.problems[0]) if isinstance(error, InputRefused) else speech.sentence(error)
        self.notice.tell(Tone.STOP, said)
        self.reason.setFocus()


class _Compared(QWidget):
    """Three columns; lines that differ are marked by a sign, weight and colour."""

    def __init__(self) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 4, 0, 4)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        for column, stretch in enumerate((2, 3, 3)):
            grid.setColumnStretch(column, stretch)
        self.heads: list[SecureLabel] = [ElidedLabel("label") for _ in range(3)]
        self.rows = [[SecureLabel("label"), ElidedLabel(), ElidedLabel()] for _ in range(LINES_MAX)]
        for row, labels in enumerate((self.heads, *self.rows)):
            for column, label in enumerate(labels):
                grid.addWidget(label, row, column)

    def show_lines(self, heads: tuple[str, str, str], compared: tuple[Line, ...]) -> None:
        for label, text in zip(self.heads, heads, strict=True):
            label.setText(text)
        for place, labels in enumerate(self.rows):
            for label in labels:
                label.setVisible(place < len(compared))
        for labels, line in zip(self.rows, compared, strict=False):
            texts = (f"≠ {line.title}" if line.differs else line.title, line.ours, line.theirs)
            for label, text in zip(labels, texts, strict=True):
                label.setText(text)
                set_look(label, tone="stop" if line.differs else "")
