"""What the citizen says, beside who may be meant: the two who fit best in columns, what differs marked by a sign and colour."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from vaxdesk.models.complaint_book import CandidateCase, Case
from vaxdesk.ui import complaint_words
from vaxdesk.ui.buttons import ChoiceButton
from vaxdesk.ui.comparison import UNKNOWN
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.widgets import ElidedLabel, SecureLabel, set_look

COLUMNS = 2
LINES = 10


class ClaimBeside(QWidget):
    """`chosen`: another person is meant; nothing when nobody is known."""

    chosen = Signal()

    def __init__(self, around: Surroundings) -> None:
        super().__init__()
        self._around = around
        self._case: Case | None = None
        self._place = 0
        self.said = SecureLabel("label")
        self.choices = [ChoiceButton(around.look, f"Alt+{place + 1}") for place in range(COLUMNS)]
        self.why = [ElidedLabel("note") for _ in range(COLUMNS)]
        self.nobody = SecureLabel("quiet", wrap=True)
        self.rows = [[SecureLabel("label"), *(ElidedLabel("line") for _ in range(1 + COLUMNS))] for _ in range(LINES)]
        self._lay_out()
        for place, button in enumerate(self.choices):
            set_look(button, small="true")
            button.clicked.connect(partial(self._choose, place))

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(0)
        for column, stretch in enumerate((5, 7, *(7 for _ in range(COLUMNS)))):
            grid.setColumnStretch(column, stretch)
        grid.addWidget(self.said, 0, 1)
        grid.addWidget(self.nobody, 0, 2, 2, COLUMNS)
        for place in range(COLUMNS):
            grid.addWidget(self.choices[place], 0, 2 + place)
            grid.addWidget(self.why[place], 1, 2 + place)
        for row, labels in enumerate(self.rows, 2):
            for column, label in enumerate(labels):
                grid.addWidget(label, row, column)

    @property
    def candidate(self) -> CandidateCase | None:
        """Who is meant; None when nobody here fits."""
        found = self._case.candidates if self._case else ()
        return found[self._place] if self._place < len(found) else None

    def show_case(self, case: Case) -> None:
        """Another complaint begins with the best fitting; the same one read afresh keeps its choice."""
        if self._case is None or self._case.story.complaint.id != case.story.complaint.id:
            self._place = 0
        self._case = case
        self.say_words()

    def say_words(self) -> None:
        """Every text."""
        self.said.setText(self.tr("Người dân khai"))
        self.nobody.setText(self.tr("Không tìm thấy ai ở máy này khớp với lời khai."))
        for place, button in enumerate(self.choices, 1):
            button.say(self.tr("Người {number}").format(number=place))
        case = self._case
        if case is None:
            return
        shown = case.candidates[:COLUMNS]
        self.nobody.setVisible(not shown)
        self._give_room(len(shown))
        for place, button in enumerate(self.choices):
            self._say_candidate(place, button, shown[place] if place < len(shown) else None)
        language = self._around.speech.language
        claim = case.story.complaint.claim
        columns = [complaint_words.lines(claim, one, language) for one in shown] or [
            complaint_words.lines(claim, None, language)
        ]
        for number, labels in enumerate(self.rows):
            lines = [column[number] for column in columns]
            labels[0].setText(lines[0].title)
            labels[1].setText(lines[0].ours)
            for place in range(COLUMNS):
                line = lines[place] if shown and place < len(lines) else None
                self._say_cell(labels[2 + place], line.theirs if line else "", line is not None and line.differs)
            is_said = any(line.ours != UNKNOWN or line.theirs != UNKNOWN for line in lines)
            for label in labels:
                label.setVisible(is_said)

    def _give_room(self, count: int) -> None:
        """Why one person fits may take the place of a second one, when there is none."""
        grid = self.layout()
        assert isinstance(grid, QGridLayout)
        grid.addWidget(self.why[0], 1, 2, 1, 1 if count > 1 else COLUMNS)

    def _say_candidate(self, place: int, button: ChoiceButton, one: CandidateCase | None) -> None:
        button.setVisible(one is not None)
        self.why[place].setVisible(one is not None)
        button.setChecked(one is not None and place == self._place)
        if one is not None:
            why = ", ".join(complaint_words.match(match) for match in one.candidate.matches)
            self.why[place].setText(why)
            self.why[place].setToolTip(why)
            button.setAccessibleDescription(f"{one.candidate.person.name}: {why}")

    def _say_cell(self, label: SecureLabel, text: str, differs: bool) -> None:
        label.setText(f"≠ {text}" if differs else text)
        label.setToolTip(text)
        set_look(label, tone="stop" if differs else "")

    def _choose(self, place: int) -> None:
        self._place = place
        self.say_words()
        self.chosen.emit()
