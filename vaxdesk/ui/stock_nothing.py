"""What stands where the lots will stand: what to do first."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from vaxdesk.ui.theme import Look
from vaxdesk.ui.widgets import IconLabel, SecureLabel, beside, stacked


class StockNothing(QWidget):
    """An empty fridge, by the book."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.icon = IconLabel(look, "vial", "quiet", 48)
        self.title, self.text = SecureLabel("title"), SecureLabel("quiet", wrap=True)
        for label in (self.title, self.text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setLayout(stacked(-1, beside(-1, self.icon, -1), self.title, self.text, -1, -1, gap=8))

    def say_words(self) -> None:
        """Every text."""
        self.title.setText(self.tr("Chưa có lô vắc xin nào"))
        self.text.setText(
            self.tr(
                "Nhấn Ctrl+N rồi quét nhãn hộp để nhận lô đầu tiên. Mũi tiêm được trừ vào lô khi lưu ở bàn tiêm, không phải nhập lại."
            )
        )
