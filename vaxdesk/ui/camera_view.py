"""What the camera sees, in a corner over the page: no window of its own, nothing to answer, gone after a hit."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QLabel, QWidget

from vaxdesk.ui.buttons import KeyButton
from vaxdesk.ui.camera_scanner import SEEN_PX, CameraScanner
from vaxdesk.ui.theme import Look
from vaxdesk.ui.widgets import MARGIN, Card, SecureLabel, beside

SEEN_HEIGHT_PX = SEEN_PX * 3 // 4
TOP_PX = 58  # under the window's own head


class CameraView(Card):
    """Shows itself while the camera is open; Esc closes both."""

    def __init__(self, over: QWidget, look: Look, camera: CameraScanner) -> None:
        self._over = over
        self.picture, self.words = QLabel(), SecureLabel(wrap=True)
        self.picture.setFixedSize(SEEN_PX, SEEN_HEIGHT_PX)
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.leave = KeyButton(look, "plain", "close", "Esc")
        self.leave.clicked.connect(lambda: camera.close())
        super().__init__(self.words, self.picture, beside(-1, self.leave))
        self.setParent(over)
        self.hide()
        over.installEventFilter(self)
        camera.opened.connect(self._opened)
        camera.closed.connect(self.hide)
        camera.seen.connect(self._seen)
        self.say_words()

    def say_words(self) -> None:
        """Every text."""
        self.words.setText(self.tr("Đưa mã trên thẻ vào giữa khung, cách máy ảnh khoảng một gang tay."))
        self.leave.say(self.tr("Tắt máy ảnh"))
        self.picture.setAccessibleName(self.tr("Hình từ máy ảnh"))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """Stays in its corner."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """Another language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.say_words()

    def _opened(self) -> None:
        self.picture.setText(self.tr("Đang mở máy ảnh…"))
        self._place()
        self.show()
        self.raise_()

    def _place(self) -> None:
        self.adjustSize()
        self.move(max(0, self._over.width() - self.width() - MARGIN), TOP_PX)

    def _seen(self, picture: QImage) -> None:
        shown = picture.scaled(self.picture.size(), Qt.AspectRatioMode.KeepAspectRatio)
        self.picture.setPixmap(QPixmap.fromImage(shown))
