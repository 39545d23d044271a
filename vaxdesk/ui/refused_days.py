"""Closed days the platform refused: said in a sentence, sent again on wish. Nothing is shown while there are none."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from vaxdesk.models.day_rows import RefusedDay
from vaxdesk.ui.buttons import KeyButton
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.tone import Tone
from vaxdesk.ui.widgets import Notice, beside

CONFLICT = "record-conflict"


class RefusedDays(QWidget):
    """`again_wished(ids)`: these are to be sent once more."""

    again_wished = Signal(list)

    def __init__(self, around: Surroundings) -> None:
        super().__init__()
        self._around = around
        self._days: tuple[RefusedDay, ...] = ()
        self.notice = Notice(around.look, lines=2)
        self.again = KeyButton(around.look, "plain", "sync", "Ctrl+Shift+R")
        line = beside(self.notice, self.again, gap=8)
        line.setStretch(0, 1)
        self.setLayout(line)
        self.again.clicked.connect(self._wish)
        self.show_days(())

    def show_days(self, days: tuple[RefusedDay, ...]) -> None:
        """The oldest trouble first."""
        self._days = days
        self.setVisible(bool(days))
        self.say_words()

    def _wish(self) -> None:
        self.again_wished.emit([one.close_id for one in self._days if one.code != CONFLICT])

    def say_words(self) -> None:
        """Every text: what happened and what to do, then the server's own words."""
        self.again.say(self.tr("Gửi lại"))
        if not self._days:
            return
        of_code = self._around.speech.of_code
        conflicts = [one for one in self._days if one.code == CONFLICT]
        others = [one for one in self._days if one.code != CONFLICT]
        said = [of_code("day-refused", days=_named(others))] if others else []
        said += [of_code("day-conflict", days=_named(conflicts))] if conflicts else []
        said += [one.text[:200] for one in others[:1] if one.text]
        self.notice.tell(Tone.STOP, "\n".join(said))
        self.again.setVisible(bool(others))


def _named(days: list[RefusedDay]) -> str:
    return ", ".join(f"{one.day:%d/%m/%Y}" for one in days[:5])
