"""The first and the last word of the first run."""

from __future__ import annotations

from PySide6.QtCore import Signal

from vaxdesk.ui.buttons import KeyButton
from vaxdesk.ui.first_run_services import FirstRunAround
from vaxdesk.ui.first_run_step import Step
from vaxdesk.ui.widgets import IconLabel, WholeLabel, beside, stacked


class WelcomeStep(Step):
    """What this is, what one needs at hand, and the two ways to begin."""

    training_wished = Signal()

    def __init__(self, around: FirstRunAround) -> None:
        super().__init__(around)
        self.needs_title = WholeLabel("title")
        self.needs = [WholeLabel("input") for _ in range(3)]
        self.training_words = WholeLabel("quiet")
        self.training = KeyButton(around.look, "plain", "people", "Ctrl+T")
        self.training.clicked.connect(self.training_wished)
        lines = [beside(_dot(around), label, gap=10) for label in self.needs]
        for line in lines:
            line.setStretch(1, 1)
        self.lay_out(self.needs_title, stacked(*lines, gap=6), 4, self.training_words, beneath=(self.training,))
        self.back.hide()
        self.say_words()

    def say_words(self) -> None:
        """Every text."""
        self.question.setText(self.tr("Máy này chưa là bàn tiêm"))
        self.why.setText(self.tr("Vài bước ngắn nối máy với nền tảng tiêm chủng và tạo người quản lý đầu tiên."))
        self.needs_title.setText(self.tr("Cần có sẵn, do đơn vị quản trị nền tảng cấp:"))
        said = (self.tr("Địa chỉ nền tảng"), self.tr("Mã điểm tiêm"), self.tr("Mã một lần cho máy này"))
        for label, text in zip(self.needs, said, strict=True):
            label.setText(text)
        self.training_words.setText(
            self.tr("Chưa có mã? Hãy luyện tập với người và số liệu bịa; không gì được gửi đi, lúc nào cũng dừng được.")
        )
        self.training.say(self.tr("Luyện tập"))
        self.next.say(self.tr("Kết nối với nền tảng"))


class DoneStep(Step):
    """The desk is made; what to do first."""

    def __init__(self, around: FirstRunAround) -> None:
        super().__init__(around)
        self.steps = [WholeLabel("input") for _ in range(4)]
        self.lay_out(stacked(*self.steps, gap=8))
        self.back.hide()
        self.say_words()

    def say_words(self) -> None:
        """Every text."""
        self.question.setText(self.tr("Xong. Máy này là bàn tiêm"))
        self.why.setText(self.tr("Việc đầu tiên của buổi tiêm:"))
        said = (
            self.tr("1. Ctrl+L: chọn vắc xin, số lô và hạn dùng của buổi tiêm."),
            self.tr("2. Quét thẻ CCCD của người đầu tiên. Con trỏ ở đâu cũng được."),
            self.tr("3. Đọc câu trả lời lớn giữa trang, sàng lọc, tiêm, bấm Enter để lưu."),
            self.tr("Thêm nhân viên ở trang Cơ sở (F9). Trợ giúp: F1."),
        )
        for label, text in zip(self.steps, said, strict=True):
            label.setText(text)
        self.next.say(self.tr("Mở bàn tiêm"))


def _dot(around: FirstRunAround) -> IconLabel:
    return IconLabel(around.look, "check", "primary")
