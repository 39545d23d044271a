"""Every way of scanning but the typing reader: serial port, picture file, camera. Each ends in `read`, like a typed scan."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from vaxdesk.errors import VaxdeskError
from vaxdesk.models.scan_reading import Ending, Reading, Source
from vaxdesk.settings import Settings
from vaxdesk.ui import dialogs, picture_reading
from vaxdesk.ui.background import Lane
from vaxdesk.ui.camera_scanner import OPEN_S, CameraScanner
from vaxdesk.ui.dose_form import Tone
from vaxdesk.ui.serial_scanner import PortState, SerialScanner
from vaxdesk.ui.surroundings import Surroundings

PORT_TONES = {PortState.READY: Tone.ALLOWED, PortState.OFF: Tone.QUIET}


class ScanSources(QObject):
    """`read` carries a scan; `said` a tone and a sentence to show in place.

    Pictures have a lane of their own: reading a big one takes a second, and doses are saved meanwhile.
    """

    read = Signal(Reading)
    said = Signal(Tone, str)

    def __init__(self, around: Surroundings, settings: Settings) -> None:
        super().__init__()
        self._around, self._settings = around, settings
        self._lane = Lane()
        self._started = False
        self.serial, self.camera = SerialScanner(), CameraScanner(self._lane)
        self.serial.read.connect(self.read)
        self.serial.state_changed.connect(self._port_changed)
        self.camera.read.connect(self.read)
        self.camera.closed.connect(self._camera_closed)

    @property
    def lane(self) -> Lane:
        """Where pictures are read."""
        return self._lane

    @property
    def is_idle(self) -> bool:
        """Whether no picture is being read."""
        return self._lane.is_idle

    def start(self) -> None:
        """Once the window is painted: the chosen port is opened."""
        self._started = True
        self.use_settings(self._settings)

    def use_settings(self, settings: Settings) -> None:
        """Another port, speed or camera was chosen."""
        self._settings = settings
        if self._started:
            self.serial.use(settings.scanner_port, settings.scanner_baud)
        if not settings.camera:
            self.camera.close()

    def close(self) -> None:
        """Lets everything go."""
        self.camera.close()
        self.serial.close()
        self._lane.close()

    def choose_file(self, parent: QWidget) -> None:
        """Asks for a picture, and reads it."""
        kinds = self.tr("Ảnh và PDF") + " (*.png *.jpg *.jpeg *.webp *.bmp *.tif *.tiff *.pdf)"
        file = dialogs.choose_file(parent, self.tr("Chọn ảnh hoặc PDF có mã của thẻ"), kinds)
        if file is not None:
            self.read_file(file)

    def read_file(self, path: Path) -> None:
        """Reads the code on a picture."""
        self.said.emit(Tone.INFORM, self.tr("Đang đọc ảnh…"))
        self._lane.run(picture_reading.text_in_file, path, done=self._read_from_file, failed=self._trouble)

    def port_said(self) -> tuple[Tone, str]:
        """How the port stands, for whoever shows it."""
        tone = PORT_TONES.get(self.serial.state, Tone.DECIDE)
        code = self.serial.code
        return tone, self._around.speech.of_code(code, port=self._settings.scanner_port) if code else ""

    def _read_from_file(self, text: str) -> None:
        self.said.emit(Tone.QUIET, "")
        self.read.emit(Reading(text, Source.PICTURE, Ending.NONE))

    def _port_changed(self) -> None:
        if self.serial.state is not PortState.OFF:
            self.said.emit(*self.port_said())

    def _camera_closed(self, code: str) -> None:
        if code:
            self.said.emit(Tone.DECIDE, self._around.speech.of_code(code, seconds=str(OPEN_S)))

    def _trouble(self, error: VaxdeskError) -> None:
        self.said.emit(Tone.STOP, self._around.speech.sentence(error))
