"""A scanner on a serial port (USB-serial, COM): its bytes do not pass through keyboard layout, Caps Lock or Telex, so nothing is lost.

It may be unplugged and plugged in again at any time: the port is looked for every few seconds, and `state` says how it stands.
"""

from __future__ import annotations

import logging
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from vaxdesk.models.scan_reading import Ending, Frames, Reading, Source, decoded

if TYPE_CHECKING:
    from PySide6.QtSerialPort import QSerialPort

log = logging.getLogger(__name__)
BAUDS = (9600, 115_200)
SILENCE_MS = 80  # a reader that sends no end has said all
LOOK_AGAIN_MS = 2000


class PortState(StrEnum):
    """How the port stands; its sentence is that of `SerialScanner.code`."""

    OFF = "off"  # none is chosen
    READY = "port-ready"
    LOST = "port-lost"  # was there, and was unplugged
    MISSING = "port-missing"
    REFUSED = "port-refused"
    UNKNOWN = "port-unknown"  # Qt's serial part is not on this machine


class SerialScanner(QObject):
    """`read` carries a whole frame; `state_changed` nothing: ask."""

    read = Signal(Reading)
    state_changed = Signal()

    def __init__(self, silence_ms: int = SILENCE_MS, look_again_ms: int = LOOK_AGAIN_MS) -> None:
        super().__init__()
        self.state = PortState.OFF
        self.port, self.baud = "", BAUDS[0]
        self._device: QSerialPort | None = None
        self._frames = Frames()
        self._silence = _timer(self, silence_ms, self._fell_silent, once=True)
        self._again = _timer(self, look_again_ms, self._look_again)

    @property
    def code(self) -> str:
        """The code of the sentence that says how the port stands; empty when none is chosen."""
        return "" if self.state is PortState.OFF else f"scanner-{self.state.value}"

    def use(self, port: str, baud: int) -> None:
        """Listens on a port (`ttyUSB0`, `COM3`); on none for an empty name. A speed that is not in BAUDS becomes the first."""
        baud = baud if baud in BAUDS else BAUDS[0]
        if (port, baud) == (self.port, self.baud):
            return
        self.close()
        self.port, self.baud = port, baud
        if port:
            self._open()
            self._again.start()

    def close(self) -> None:
        """Listens no more."""
        self._again.stop()
        self._let_go()
        self.port = ""
        self._become(PortState.OFF)

    def _open(self) -> None:
        try:
            from PySide6.QtSerialPort import QSerialPort
        except ImportError:
            self._become(PortState.UNKNOWN)
            return
        device = QSerialPort(self)
        device.setPortName(self.port)
        device.setBaudRate(self.baud)
        if not device.open(QSerialPort.OpenModeFlag.ReadOnly):
            self._not_open(device.error() == QSerialPort.SerialPortError.DeviceNotFoundError)
            device.deleteLater()
            return
        self._device = device
        device.readyRead.connect(self._received)
        device.errorOccurred.connect(self._trouble)
        self._become(PortState.READY)

    def _not_open(self, absent: bool) -> None:
        if not absent:
            self._become(PortState.REFUSED)
        elif self.state is not PortState.LOST:
            self._become(PortState.MISSING)

    def _received(self) -> None:
        if self._device is None:
            return
        for frame in self._frames.feed(bytes(self._device.readAll().data())):
            self._tell(frame, Ending.ENTER)
        if self._frames.is_open:
            self._silence.start()
        else:
            self._silence.stop()

    def _fell_silent(self) -> None:
        if frame := self._frames.rest():
            self._tell(frame, Ending.NONE)

    def _tell(self, frame: bytes, ending: Ending) -> None:
        self.read.emit(Reading(decoded(frame), Source.SERIAL, ending))

    def _trouble(self, error: QSerialPort.SerialPortError) -> None:
        """Unplugged, most likely; whatever it is, the port is opened again as soon as it can be."""
        if self._device is None or error == self._device.SerialPortError.NoError:
            return
        log.info("serial scanner: %s", error.name)
        self._let_go()
        self._become(PortState.LOST)

    def _look_again(self) -> None:
        if self._device is None and self.port:
            self._open()

    def _let_go(self) -> None:
        """A frame that had begun is left: half a card is no card."""
        self._silence.stop()
        self._frames.rest()
        device, self._device = self._device, None
        if device is not None:
            device.close()
            device.deleteLater()

    def _become(self, state: PortState) -> None:
        if state is not self.state:
            self.state = state
            self.state_changed.emit()


def port_names() -> tuple[str, ...]:
    """The serial ports of this machine, USB ones first; on the lane, as some systems take their time."""
    try:
        from PySide6.QtSerialPort import QSerialPortInfo
    except ImportError:
        return ()
    ports = QSerialPortInfo.availablePorts()
    return tuple(port.portName() for port in sorted(ports, key=lambda port: not port.hasVendorIdentifier()))


def _timer(owner: SerialScanner, interval_ms: int, act: object, once: bool = False) -> QTimer:
    timer = QTimer(owner)
    timer.setInterval(interval_ms)
    timer.setSingleShot(once)
    timer.setTimerType(Qt.TimerType.PreciseTimer if once else Qt.TimerType.CoarseTimer)
    timer.timeout.connect(act)
    return timer
