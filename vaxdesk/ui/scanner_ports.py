"""Where scans may come from on this machine: the serial port and its speed, the camera, a picture."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox

from vaxdesk.errors import VaxdeskError
from vaxdesk.settings import Settings
from vaxdesk.ui.dose_form import Tone
from vaxdesk.ui.other_ways import OtherWays
from vaxdesk.ui.scan_sources import ScanSources
from vaxdesk.ui.serial_scanner import BAUDS, port_names
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.widgets import Card, Notice, SecureLabel, Titled, beside


class PortsCard(Card):
    """`settings_changed`: chosen here, kept for this machine, in force at once."""

    settings_changed = Signal(Settings)

    def __init__(self, around: Surroundings, settings: Settings, sources: ScanSources) -> None:
        self._around, self._settings, self._sources = around, settings, sources
        self._names: tuple[str, ...] = ()
        self._filling = False
        self.title = SecureLabel("title")
        self.port, self.baud, self.camera = QComboBox(), QComboBox(), QCheckBox()
        for baud in BAUDS:
            self.baud.addItem(f"{baud} bit/s", baud)
        self.titles = (Titled(self.port), Titled(self.baud))
        self.ways, self.notice = OtherWays(around.look), Notice(around.look, lines=2)
        fields = beside(*self.titles)
        fields.setStretch(0, 3)
        fields.setStretch(1, 2)
        head = beside(self.title, -1, self.camera)
        super().__init__(head, fields, self.notice, beside(self.ways, -1), gap=8)
        self.use_settings(settings)
        self.port.currentIndexChanged.connect(self._chosen)
        self.baud.currentIndexChanged.connect(self._chosen)
        self.camera.toggled.connect(self._chosen)
        self.ways.picture.clicked.connect(lambda: sources.choose_file(self))
        self.ways.camera.clicked.connect(sources.camera.open)
        sources.said.connect(self._said)

    def refresh(self) -> None:
        """Reads the ports."""
        self._said(*self._sources.port_said())
        self._around.lane.run(port_names, done=self._ports_read, failed=self._trouble)

    def use_settings(self, settings: Settings) -> None:
        """Shows what is chosen."""
        self._filling, self._settings = True, settings
        self._show_ports()
        self.baud.setCurrentIndex(max(0, self.baud.findData(settings.scanner_baud)))
        self.camera.setChecked(settings.camera)
        self.ways.offer_camera(settings.camera)
        self._filling = False

    def say_words(self) -> None:
        """Every text."""
        self.title.setText(self.tr("Cách quét khác"))
        self.titles[0].say(self.tr("Cổng máy quét USB-serial"))
        self.titles[1].say(self.tr("Tốc độ"))
        self.camera.setText(self.tr("Dùng máy ảnh để quét"))
        self.port.setItemText(0, self.tr("Không dùng"))
        self.ways.say_words()
        self._said(*self._sources.port_said())

    def _chosen(self) -> None:
        if self._filling:
            return
        self._settings = replace(
            self._settings,
            scanner_port=self.port.currentData() or "",
            scanner_baud=self.baud.currentData(),
            camera=self.camera.isChecked(),
        )
        self.ways.offer_camera(self._settings.camera)
        self.notice.hush()
        self.settings_changed.emit(self._settings)

    def _ports_read(self, names: tuple[str, ...]) -> None:
        self._filling, self._names = True, names
        self._show_ports()
        self._filling = False

    def _show_ports(self) -> None:
        """What is there, and what is chosen even when it is not there now."""
        chosen = self._settings.scanner_port
        self.port.clear()
        self.port.addItem(self.tr("Không dùng"), "")
        for name in dict.fromkeys((*self._names, *filter(None, (chosen,)))):
            self.port.addItem(name, name)
        self.port.setCurrentIndex(max(0, self.port.findData(chosen)))

    def _said(self, tone: Tone, sentence: str) -> None:
        if not sentence:
            tone, sentence = self._sources.port_said()
        if sentence:
            self.notice.tell(tone, sentence)
        else:
            self.notice.hush()

    def _trouble(self, error: VaxdeskError) -> None:
        self.notice.tell(Tone.INFORM, self._around.speech.sentence(error))
