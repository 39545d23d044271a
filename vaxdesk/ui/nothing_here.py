"""What stands where a list will stand: that there is nothing yet, and what to do first."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from vaxdesk.ui.theme import Look
from vaxdesk.ui.widgets import IconLabel, SecureLabel, WholeLabel, beside, stacked


class NothingHere(QWidget):
    """A sign and two texts in the middle of an empty place."""

    def __init__(self, look: Look, icon: str, tone: str) -> None:
        super().__init__()
        self.title, self.text = SecureLabel("title"), WholeLabel("quiet")
        for label in (self.title, self.text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        sign = beside(-1, IconLabel(look, icon, tone, 48), -1)
        self.setLayout(stacked(-1, sign, self.title, self.text, -1, -1, gap=8))

    def say(self, title: str, text: str) -> None:
        """That there is nothing, and what to do."""
        self.title.setText(title)
        self.text.setText(text)
