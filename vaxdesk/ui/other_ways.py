"""Two quiet buttons for whoever has no reader at hand: a picture, and the camera where the machine's settings allow it."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from vaxdesk.ui.buttons import KeyButton
from vaxdesk.ui.theme import Look
from vaxdesk.ui.widgets import beside

PICTURE_KEY, CAMERA_KEY = "Ctrl+Shift+O", "Ctrl+Shift+C"


class OtherWays(QWidget):
    """`picture` and `camera` are clicked; both have keys."""

    def __init__(self, look: Look, kind: str = "plain") -> None:
        super().__init__()
        self.picture = KeyButton(look, kind, "picture", PICTURE_KEY)
        self.camera = KeyButton(look, kind, "camera", CAMERA_KEY)
        self.setLayout(beside(self.picture, self.camera, gap=8))

    def offer_camera(self, offered: bool) -> None:
        """The camera is offered where it was switched on for this machine."""
        self.camera.setVisible(offered)

    def say_words(self) -> None:
        """Every text."""
        self.picture.say(self.tr("Đọc ảnh"))
        self.camera.say(self.tr("Máy ảnh"))
