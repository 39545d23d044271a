"""A camera that looks for a code: at most five pictures a second are read, on a worker; a hit or a minute closes it."""

from __future__ import annotations

from time import monotonic
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QImage

from vaxdesk.errors import VaxdeskError
from vaxdesk.models.scan_reading import Ending, Reading, Source
from vaxdesk.ui import picture_reading
from vaxdesk.ui.background import Lane

LOOKS_PER_S = 5
OPEN_S = 60
SEEN_PX = 400
NOTHING_SEEN, NO_CAMERA, TROUBLE = "camera-nothing-seen", "camera-none", "camera-trouble"


class CameraScanner(QObject):
    """`read` carries a hit; `seen` a small picture of what the camera sees; `closed` a code of why, empty for a hit or by hand."""

    read = Signal(Reading)
    seen = Signal(QImage)
    opened = Signal()
    closed = Signal(str)

    def __init__(self, lane: Lane, open_s: float = OPEN_S) -> None:
        super().__init__()
        self._lane = lane
        self._parts: tuple[Any, ...] = ()  # camera, session, sink: alive while it is open
        self._is_open = self._looking = False
        self._looked_s = float("-inf")
        self._end = QTimer(self)
        self._end.setSingleShot(True)
        self._end.setInterval(round(open_s * 1000))
        self._end.timeout.connect(self._saw_nothing)

    @property
    def is_open(self) -> bool:
        """Whether it is looking."""
        return self._is_open

    def open(self) -> None:
        """Starts the default camera; Qt's multimedia takes long to load and is loaded on the worker."""
        if not self._is_open:
            self._is_open = True
            self._end.start()
            self.opened.emit()
            self._lane.run(_multimedia, done=self._start, failed=self._failed)

    def close(self, code: str = "") -> None:
        """Lets the camera go."""
        if self._is_open:
            self._is_open = False
            self._end.stop()
            if self._parts:
                self._parts[0].stop()
            self._parts = ()
            self.closed.emit(code)

    def take_frame(self, frame: Any) -> None:
        """One QVideoFrame of the camera; most are passed over."""
        now = monotonic()
        if not self._is_open or self._looking or now - self._looked_s < 1 / LOOKS_PER_S or not frame.isValid():
            return
        self._looking, self._looked_s = True, now
        self._lane.run(_look, frame, done=self._looked, failed=self._failed)

    def _start(self, multimedia: Any) -> None:
        if not self._is_open:
            return
        device = multimedia.QMediaDevices.defaultVideoInput() if multimedia else None
        if device is None or device.isNull():
            self.close(NO_CAMERA)
            return
        camera, session, sink = multimedia.QCamera(device), multimedia.QMediaCaptureSession(), multimedia.QVideoSink()
        session.setCamera(camera)
        session.setVideoSink(sink)
        sink.videoFrameChanged.connect(self.take_frame)
        camera.errorOccurred.connect(lambda *_: self.close(TROUBLE))
        self._parts = (camera, session, sink)
        camera.start()

    def _looked(self, found: tuple[QImage, tuple[str, ...]]) -> None:
        self._looking = False
        if not self._is_open:
            return
        picture, texts = found
        self.seen.emit(picture)
        if len(texts) == 1:  # two cards in sight: which one is meant shows when one is taken away
            self.close()
            self.read.emit(Reading(texts[0], Source.CAMERA, Ending.NONE))

    def _saw_nothing(self) -> None:
        self.close(NOTHING_SEEN)

    def _failed(self, _error: VaxdeskError) -> None:
        self._looking = False
        self.close(TROUBLE)


def _multimedia() -> Any:
    """On the worker: Qt's multimedia, or None where there is none."""
    try:
        from PySide6 import QtMultimedia
    except ImportError:
        return None
    return QtMultimedia


def _look(frame: Any) -> tuple[QImage, tuple[str, ...]]:
    """On the worker: what the camera sees, small, and the codes in it."""
    picture = frame.toImage()
    grey = picture.convertToFormat(QImage.Format.Format_Grayscale8)
    small = picture.scaledToWidth(SEEN_PX, Qt.TransformationMode.FastTransformation)
    return small, picture_reading.codes_in(grey)
