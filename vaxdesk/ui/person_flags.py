"""What became known of a person's earlier doses: in the person's card, before anybody asks."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from vaxdesk.errors import Problem
from vaxdesk.ui.dose_form import Tone
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.widgets import TONE_ICONS, IconLabel, SecureLabel, beside, set_look

FLAGS_SHOWN = 2


class FlagLines(QWidget):
    """One line a dose of a recalled lot, the newest; the reason of the recall on hovering."""

    def __init__(self, around: Surroundings) -> None:
        super().__init__()
        self._around = around
        self._icon = IconLabel(around.look, TONE_ICONS[Tone.STOP], Tone.STOP.value, 16)
        self.words = SecureLabel(wrap=True)
        set_look(self.words, tone=Tone.STOP.value)
        row = beside(self._icon, self.words, gap=6)
        row.setStretch(1, 1)
        self.setLayout(row)
        self.hide()

    def show_flags(self, flags: Sequence[Problem]) -> None:
        """Nothing takes no room."""
        shown = flags[-FLAGS_SHOWN:]
        self.words.setText("\n".join(self._around.speech.sentence(flag) for flag in shown))
        self.setToolTip("\n".join(flag.params.get("reason", "") for flag in shown))
        self.setVisible(bool(shown))
