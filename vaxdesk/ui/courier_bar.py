"""Records on a USB stick: what waits goes out as a sealed file, answers come in, files of other desks are handed to the platform."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QWidget

from vaxdesk.errors import VaxdeskError
from vaxdesk.ui import dialogs
from vaxdesk.ui.background import Lane
from vaxdesk.ui.buttons import KeyButton
from vaxdesk.ui.dose_form import Tone
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.widgets import Notice, beside

if TYPE_CHECKING:
    from vaxdesk.sync.courier_post import Exported, Imported


class CourierBar(QWidget):
    """Two buttons; what came of them is said in `notice`, which the page places. `changed`: an answer was taken in.

    It has a lane of its own: handing a file to the platform may take minutes, and doses are saved meanwhile.
    """

    changed = Signal(int)

    def __init__(self, around: Surroundings) -> None:
        super().__init__()
        self._around, self._lane = around, Lane()
        self.write = KeyButton(around.look, "plain", "save")
        self.take = KeyButton(around.look, "plain", "add")
        self.notice = Notice(around.look, lines=2)
        self.notice.hide()
        self.setLayout(beside(self.write, self.take))
        if around.services.courier is None:
            self.hide()  # and never show(): without a parent it would be a window of its own for a moment
        self.write.clicked.connect(self._choose_folder)
        self.take.clicked.connect(self._choose_file)

    @property
    def is_idle(self) -> bool:
        """Whether nothing is under way."""
        return self._lane.is_idle

    def say_words(self) -> None:
        """Every text."""
        self.write.say(self.tr("Ghi ra USB…"))
        self.take.say(self.tr("Nhận từ USB…"))

    def _choose_folder(self) -> None:
        folder = dialogs.choose_folder(self, self.tr("Chọn USB hoặc thư mục để ghi các bản ghi đang chờ"))
        courier = self._around.services.courier
        if folder is not None and courier is not None:
            self._begin(self.tr("Đang ghi và niêm phong…"))
            actor = self._around.session.actor
            self._lane.run(courier.courier_export, folder, actor, done=self._written, failed=self._trouble)

    def _choose_file(self) -> None:
        kinds = self.tr("Tệp chuyển tay và tệp trả lời") + " (*.vxc *.tra-loi* *.jws);;" + self.tr("Mọi tệp") + " (*)"
        file = dialogs.choose_file(self, self.tr("Chọn tệp chuyển tay hoặc tệp trả lời"), kinds)
        courier = self._around.services.courier
        if file is not None and courier is not None:
            self._begin(self.tr("Đang nhận tệp…"))
            actor = self._around.session.actor
            self._lane.run(courier.courier_import, file, actor, done=self._taken, failed=self._trouble)

    def _begin(self, said: str) -> None:
        self._enable(False)
        self._tell(Tone.INFORM, said)

    def _written(self, made: Exported) -> None:
        self._enable(True)
        said = self._around.speech.of_code("courier-exported", file=made.file.name, records=str(made.records))
        self._tell(Tone.ALLOWED, said)

    def _taken(self, done: Imported) -> None:
        self._enable(True)
        tally, speech = done.tally, self._around.speech
        figures = {"received": tally.received, "set_aside": tally.set_aside, "waiting": tally.waiting}
        said = [speech.of_code("courier-taken-in", **{name: str(value) for name, value in figures.items()})]
        if done.answer is not None:
            said.append(speech.of_code("courier-delivered", answer=Path(done.answer).name))
        self._tell(Tone.DECIDE if tally.set_aside or tally.waiting else Tone.ALLOWED, " ".join(said))
        self.changed.emit(tally.received)

    def _trouble(self, error: VaxdeskError) -> None:
        self._enable(True)
        self._tell(Tone.STOP, self._around.speech.sentence(error))

    def _enable(self, on: bool) -> None:
        self.write.setEnabled(on)
        self.take.setEnabled(on)

    def _tell(self, tone: Tone, said: str) -> None:
        self.notice.tell(tone, said)
        self.notice.show()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802  Qt's name
        """Read once: the room is given back when the page is left."""
        super().hideEvent(event)
        if self._lane.is_idle:
            self.notice.hide()
