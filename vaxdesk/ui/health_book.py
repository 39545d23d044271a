"""Has this person the electronic health book? Asked once; who has not gets a leaflet on the way out."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from vaxdesk.errors import VaxdeskError
from vaxdesk.models.values import HealthBook
from vaxdesk.print.spooler import JobId
from vaxdesk.ui.buttons import KeyButton
from vaxdesk.ui.dose_form import Tone
from vaxdesk.ui.services import WindowServices
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.widgets import Pill, beside, set_look, stacked

NEXT = {HealthBook.UNKNOWN: HealthBook.YES, HealthBook.YES: HealthBook.NO, HealthBook.NO: HealthBook.YES}


def print_leaflet(services: WindowServices) -> JobId:
    """On the lane."""
    from vaxdesk.print import leaflet

    printer = services.settings().printer or None
    return services.spool(leaflet.render(services.work.site().name), printer, "vaxdesk leaflet")


class HealthBookRow(QWidget):
    """`answered`: yes or no, as the key was pressed."""

    answered = Signal(HealthBook)

    def __init__(self, around: Surroundings) -> None:
        super().__init__()
        self._around = around
        self._state, self._ticket = HealthBook.UNKNOWN, -1
        self._told, self._tone = "", Tone.INFORM
        self.answer = KeyButton(around.look, "quiet", "", "Ctrl+U")
        self.leaflet = KeyButton(around.look, "quiet", "print", "Ctrl+I")
        self.said = Pill(around.look)
        set_look(self.leaflet, small="true")
        self.setLayout(stacked(beside(self.answer, -1, self.leaflet, gap=4), self.said, gap=2))
        self.answer.clicked.connect(self._answered)
        self.leaflet.clicked.connect(self._print)

    def show_state(self, state: HealthBook, ticket: int) -> None:
        """What is known of the person here now; what was printed is said as long as they stand here."""
        if ticket != self._ticket:
            self._ticket, self._told = ticket, ""
        self._state = state
        self.say_words()

    def say_words(self) -> None:
        """Every text."""
        said = {
            HealthBook.UNKNOWN: self.tr("Sổ sức khỏe: chưa hỏi"),
            HealthBook.YES: self.tr("Sổ sức khỏe: đã cài"),
            HealthBook.NO: self.tr("Sổ sức khỏe: chưa cài"),
        }
        self.answer.say(said[self._state])
        self.leaflet.say(self.tr("Tờ hướng dẫn"))
        self.leaflet.setVisible(self._state is HealthBook.NO)
        self.said.show_state(self._tone, self._told, "print" if self._tone is Tone.INFORM else "")
        self.said.setVisible(bool(self._told))

    def _answered(self) -> None:
        self.answered.emit(NEXT[self._state])

    def _print(self) -> None:
        self._around.lane.run(print_leaflet, self._around.services, done=self._spooled, failed=self._refused)

    def _spooled(self, _job: JobId) -> None:
        self._tell(Tone.INFORM, self.tr("Đã gửi tờ hướng dẫn tới máy in"))

    def _refused(self, error: VaxdeskError) -> None:
        self._tell(Tone.STOP, self._around.speech.sentence(error))

    def _tell(self, tone: Tone, said: str) -> None:
        self._tone, self._told = tone, said
        self.say_words()
