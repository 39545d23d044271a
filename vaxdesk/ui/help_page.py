"""F1: the keys, and what to do when something is in the way. One look, no manual."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout

from vaxdesk.ui.buttons import KeyButton
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.widgets import GAP, MARGIN, Card, Page, SecureLabel, WholeLabel, beside, stacked

KEYS = (
    "F2",
    "F3",
    "F10",
    "F4",
    "F5",
    "F6",
    "F7",
    "F8",
    "F9",
    "F12",
    "Enter",
    "Space",
    "Esc",
    "Ctrl+Enter",
    "Ctrl+G",
    "Ctrl+Z",
    "Ctrl+E",
    "Ctrl+L",
    "Ctrl+H",
    "Ctrl+O",
    "Ctrl+Shift+O",
    "Ctrl+Shift+N",
    "Ctrl+Shift+V",
    "Ctrl+Shift+X",
    "Ctrl+I",
    "Ctrl+Shift+I",
)


class HelpPage(Page):
    """Two columns: a dose in three steps, and the keys."""

    scanner_test_wished, verify_wished = Signal(), Signal()

    def __init__(self, around: Surroundings) -> None:
        super().__init__()
        self.title, self.steps_title, self.keys_title = (
            SecureLabel("heading"),
            SecureLabel("title"),
            SecureLabel("title"),
        )
        self.steps = [SecureLabel("input", wrap=True) for _ in range(5)]
        self.keys = {key: WholeLabel() for key in KEYS}
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for row, (key, label) in enumerate(self.keys.items()):
            name = SecureLabel("strong")
            name.setText(key)
            grid.addWidget(name, row, 0)
            grid.addWidget(label, row, 1)
        self.test = KeyButton(around.look, "plain", "scan", "Ctrl+Shift+T")
        self.test.clicked.connect(self.scanner_test_wished)
        self.verify = KeyButton(around.look, "plain", "shield", "Ctrl+Shift+X", shortcut=False)
        self.verify.clicked.connect(self.verify_wished)
        left = Card(self.steps_title, *self.steps, -1, beside(self.test, -1), beside(self.verify, -1), gap=16)
        right = Card(self.keys_title, grid, -1, gap=16)
        columns = beside(left, right)
        columns.setStretch(0, 1)
        columns.setStretch(1, 1)
        page = stacked(self.title, columns, margins=(MARGIN, GAP, MARGIN, GAP))
        page.setStretch(1, 1)
        self.setLayout(page)
        self.say_words()

    def say_words(self) -> None:
        """Every text."""
        self.title.setText(self.tr("Trợ giúp"))
        self.steps_title.setText(self.tr("Một mũi tiêm, ba bước"))
        self.test.say(self.tr("Thử máy quét"))
        self.verify.say(self.tr("Kiểm tra giấy"))
        self.keys_title.setText(self.tr("Phím tắt"))
        steps = (
            self.tr("1. Quét thẻ CCCD của người dân. Con trỏ ở đâu cũng được."),
            self.tr("2. Đọc câu trả lời lớn ở giữa trang. Bấm Space nếu sàng lọc không có bất thường."),
            self.tr("3. Tiêm xong, bấm Enter để lưu. Quét ngay người tiếp theo."),
            self.tr("Mất mạng: cứ làm tiếp. Mũi tiêm được lưu an toàn trên máy này và tự gửi khi có mạng."),
            self.tr("Lưu nhầm: bấm Ctrl+Z trong 30 phút và chọn lý do. Bản cũ vẫn được giữ để đối chiếu."),
        )
        for label, text in zip(self.steps, steps, strict=True):
            label.setText(text)
        for label, text in zip(self.keys.values(), self._key_words(), strict=True):
            label.setText(text)

    def _key_words(self) -> tuple[str, ...]:
        return (
            self.tr("Bàn tiêm"),
            self.tr("Theo dõi sau tiêm: ai còn bao lâu, phản ứng, cho về"),
            self.tr("Hàng chờ: ai đang ở bàn nào, từ lúc nào"),
            self.tr("Giấy chứng nhận và giấy xác nhận"),
            self.tr("Đồng bộ: đã gửi gì, còn chờ gì, bị từ chối gì"),
            self.tr("Phản ánh của người dân: hạn 48 giờ, xử lý, trả lời"),
            self.tr("Vắc xin: nhận, hủy, đếm từng lô; chốt ngày"),
            self.tr("Báo cáo ngày và đợt tiêm, các bản ghi của mỗi con số"),
            self.tr("Cơ sở: nhân viên, ký số, máy in, sao lưu, ngôn ngữ"),
            self.tr("Khóa màn hình; việc đang làm dở được giữ nguyên. Shift+F12: bàn giao, gõ tên đồng nghiệp"),
            self.tr("Việc chính của trang; nút lớn nói rõ việc đó là gì"),
            self.tr("Sàng lọc không có bất thường; đánh dấu dòng trong danh sách"),
            self.tr("Bỏ việc đang làm dở"),
            self.tr("Vào hàng chờ: người ở bàn nhận số thứ tự"),
            self.tr("Gọi người chờ lâu nhất vào bàn này"),
            self.tr("Hoàn tác mũi vừa lưu"),
            self.tr("Sửa thông tin người dân"),
            self.tr("Đổi vắc xin, lô, lọ của buổi tiêm"),
            self.tr("Hiện hoặc che số định danh"),
            self.tr("Ghi lý do khi quy định cho phép làm khác"),
            self.tr("Đọc mã trên thẻ từ tệp ảnh hoặc PDF; thả tệp vào cửa sổ cũng được"),
            self.tr("Thêm một cửa sổ, đăng nhập riêng"),
            self.tr("Đổi việc của bàn này: tiếp đón, khám, tiêm, theo dõi"),
            self.tr("Kiểm tra giấy chứng nhận hoặc phiếu mũi tiêm của nơi khác"),
            self.tr("Ở trang Đồng bộ: sửa định danh chưa khớp"),
            self.tr("Ở trang Cơ sở: nhập danh sách từ Excel, CSV"),
        )
