"""What became known of a person's earlier doses: in the person's card, before anybody asks."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from vaxdesk.errors import Problem
from vaxdesk.ui.buttons import KeyButton
from vaxdesk.ui.dose_form import Tone
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.widgets import TONE_ICONS, IconLabel, SecureLabel, beside, set_look, stacked

FLAGS_SHOWN = 2
COMPLAINT = "complaint"  # the field of the problem that tells of one


class FlagLines(QWidget):
    """One line a dose of a recalled lot, the newest; the reason of the recall on hovering. An open complaint, with a key to go there.

    `complaint_wished(id)`: that key was pressed.
    """

    complaint_wished = Signal(str)

    def __init__(self, around: Surroundings) -> None:
        super().__init__()
        self._around = around
        self._complaint_id = ""
        self._icon = IconLabel(around.look, TONE_ICONS[Tone.STOP], Tone.STOP.value, 16)
        self.words = SecureLabel(wrap=True)
        self.open_complaint = KeyButton(around.look, "plain", "complaint", "Ctrl+F6")
        set_look(self.open_complaint, small="true")
        row = beside(self._icon, self.words, gap=6)
        row.setStretch(1, 1)
        self.setLayout(stacked(row, self.open_complaint, gap=4))
        self.open_complaint.clicked.connect(lambda: self.complaint_wished.emit(self._complaint_id))
        self.say_words()
        self.hide()

    def say_words(self) -> None:
        """The button's name; the lines are said when they are shown."""
        self.open_complaint.say(self.tr("Mở phản ánh"))

    def show_flags(self, flags: Sequence[Problem]) -> None:
        """Nothing takes no room."""
        complaints = [flag for flag in flags if flag.field == COMPLAINT]
        recalled = [flag for flag in flags if flag.field != COMPLAINT][-FLAGS_SHOWN:]
        shown = [*complaints, *recalled]
        self.words.setText("\n".join(self._around.speech.sentence(flag) for flag in shown))
        self.setToolTip("\n".join(flag.params.get("reason", "") for flag in shown).strip())
        self._complaint_id = complaints[0].params["id"] if complaints else ""
        self.open_complaint.setVisible(bool(complaints))
        tone = Tone.STOP if recalled else Tone.DECIDE
        self._icon.show_icon(TONE_ICONS[tone], tone.value)
        set_look(self.words, tone=tone.value)
        self.setVisible(bool(shown))
