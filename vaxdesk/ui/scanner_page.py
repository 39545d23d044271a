"""The scanner's test: scan a code from the screen, and read what the scanner does to it and what to set. Also the other ways to scan."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout

from vaxdesk.errors import VaxdeskError
from vaxdesk.models.scan_diagnosis import CARD_CODE, CERTIFICATE_CODE, diagnose
from vaxdesk.models.scan_reading import Reading
from vaxdesk.print.spooler import JobId
from vaxdesk.settings import Settings
from vaxdesk.ui.buttons import KeyButton
from vaxdesk.ui.code_picture import CodePicture
from vaxdesk.ui.dose_form import Tone
from vaxdesk.ui.scan_sources import ScanSources
from vaxdesk.ui.scanner_ports import PortsCard
from vaxdesk.ui.scanner_result import ResultCard
from vaxdesk.ui.services import WindowServices
from vaxdesk.ui.slow_keys import SlowKeys
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.widgets import GAP, MARGIN, Card, Notice, Page, SecureLabel, beside, stacked

MODULE_PX = {CARD_CODE: 4, CERTIFICATE_CODE: 5}


class ScannerPage(Page):
    """`left`: back to where one came from; `settings_changed`: another port, speed or camera."""

    left = Signal()
    settings_changed = Signal(Settings)

    def __init__(self, around: Surroundings, settings: Settings, sources: ScanSources) -> None:
        super().__init__()
        self._around = around
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.title = SecureLabel("heading")
        self.back = KeyButton(around.look, "plain", "", "Esc", shortcut=False)
        self.codes = _CodesCard(around)
        self.result, self.ports = ResultCard(around), PortsCard(around, settings, sources)
        self._slow = SlowKeys(self)
        self._slow.read.connect(self.take_slow)
        self.back.clicked.connect(self.left)
        self.ports.settings_changed.connect(self.settings_changed)
        self._lay_out()
        self.say_words()

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setSpacing(GAP)
        grid.addWidget(self.codes, 0, 0, 2, 1)
        grid.addWidget(self.result, 0, 1)
        grid.addWidget(self.ports, 1, 1)
        grid.setRowStretch(0, 1)
        grid.setColumnStretch(1, 1)
        head = beside(self.title, -1, self.back)
        page = stacked(head, grid, margins=(MARGIN, GAP, MARGIN, GAP))
        page.setStretch(1, 1)
        self.setLayout(page)

    def refresh(self) -> None:
        """The ports of this machine."""
        self.ports.refresh()
        self.setFocus()

    def take_reading(self, reading: Reading) -> None:
        """A scan while the page is shown is a test, never a person."""
        self._slow.forget()
        self.result.show_diagnosis(diagnose(reading), reading)

    def take_slow(self, reading: Reading) -> None:
        """Keys that came too slowly for a scan: shown where they are one of the codes after all."""
        told = diagnose(reading)
        if told.is_of_the_code:
            self.result.show_diagnosis(told, reading)

    def say_words(self) -> None:
        """Every text."""
        self.title.setText(self.tr("Thử máy quét"))
        self.back.say(self.tr("Quay lại"))
        for part in (self.codes, self.result, self.ports):
            part.say_words()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Esc leaves; whatever else nobody wanted may be a slow scanner."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif not self._slow.take(event):
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name
        """Begins afresh."""
        super().showEvent(event)
        self.result.clear()
        self.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802  Qt's name
        """Keeps nothing of what was typed."""
        super().hideEvent(event)
        self._slow.forget()


class _CodesCard(Card):
    """The two codes, on the screen and on paper."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self.title, self.how = SecureLabel("title"), SecureLabel(wrap=True)
        self.pictures = [
            CodePicture(around.lane, MODULE_PX[CARD_CODE], CARD_CODE),
            CodePicture(around.lane, MODULE_PX[CERTIFICATE_CODE], CERTIFICATE_CODE),
        ]
        self.names = [SecureLabel("strong", wrap=True) for _ in self.pictures]
        self.print = KeyButton(around.look, "plain", "print", "Ctrl+P")
        self.notice = Notice(around.look, lines=2)
        self.print.clicked.connect(self._print)
        big, small = (
            stacked(name, picture, -1, gap=4) for name, picture in zip(self.names, self.pictures, strict=True)
        )
        super().__init__(self.title, self.how, beside(big, small, -1, gap=16), -1, self.notice, beside(self.print, -1))
        self.setFixedWidth(self.pictures[0].width() + self.pictures[1].width() + 16 + 2 * MARGIN + 4)

    def say_words(self) -> None:
        """Every text."""
        self.title.setText(self.tr("Quét từng mã này"))
        self.how.setText(self.tr("Quét ngay trên màn hình, hoặc in ra giấy để cạnh máy quét."))
        self.names[0].setText(self.tr("1. Như trên thẻ căn cước"))
        self.names[1].setText(self.tr("2. Như trên chứng nhận"))
        for name, picture in zip(self.names, self.pictures, strict=True):
            picture.setAccessibleName(name.text())
        self.print.say(self.tr("In trang mã thử"))

    def _print(self) -> None:
        self.print.setEnabled(False)
        self._around.lane.run(partial(_print_sheet, self._around.services), done=self._printed, failed=self._trouble)

    def _printed(self, _job: JobId) -> None:
        self.print.setEnabled(True)
        self.notice.tell(Tone.INFORM, self.tr("Đã gửi trang mã thử tới máy in."))

    def _trouble(self, error: VaxdeskError) -> None:
        self.print.setEnabled(True)
        self.notice.tell(Tone.STOP, self._around.speech.sentence(error))


def _print_sheet(services: WindowServices) -> JobId:
    """On the lane."""
    from vaxdesk.print import scanner_sheet

    return services.spool(scanner_sheet.render(), services.settings().printer or None, "vaxdesk scanner test")
