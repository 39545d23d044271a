"""The band over a practice desk's window, on every page and over the sign-in: nobody can take it for the real one. Also its few commands."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QSize, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QLayout, QWidget

from vaxdesk.errors import StoreError, VaxdeskError
from vaxdesk.ui import dialogs
from vaxdesk.ui.buttons import KeyButton
from vaxdesk.ui.services import Leave, Practice
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.widgets import ElidedLabel, IconLabel, SecureLabel, beside, set_look, stacked

LINE_PX, NARROW_PX = 36, 900
SECOND_THOUGHTS_MS = 8000
CARDS_FILE = "the-luyen-tap.pdf"


class PracticeBand(QFrame):
    """`leave_wished` carries a Leave. Starting over asks once more on the same button."""

    leave_wished = Signal(int)

    def __init__(self, around: Surroundings, practice: Practice) -> None:
        super().__init__()
        self._around, self._practice = around, practice
        self._is_sure = False
        self._second_thoughts = QTimer(self)
        self._second_thoughts.setSingleShot(True)
        self._second_thoughts.timeout.connect(lambda: self._be_sure(False))
        self.setObjectName("practice")
        self.mark, self.words = SecureLabel("strong"), ElidedLabel()
        self.cards = KeyButton(around.look, "band", key="Ctrl+Shift+K")
        self.again = KeyButton(around.look, "band", key="Ctrl+Shift+N")
        self.leave = KeyButton(around.look, "band", key="Ctrl+Shift+Q")
        set_look(self.mark, tone="decide")
        set_look(self.words, tone="decide")
        self.cards.setVisible(practice.cards is not None)
        self.cards.clicked.connect(self._save_cards)
        self.again.clicked.connect(self._start_over)
        self.leave.clicked.connect(lambda: self.leave_wished.emit(int(Leave.FOR_REAL)))
        icon = IconLabel(around.look, "decide", "decide")
        said = beside(icon, self.mark, self.words, gap=10)
        said.setStretch(2, 1)
        self._lines = beside(said, beside(-1, self.cards, self.again, self.leave, gap=10), gap=10)
        self._lines.setStretch(0, 1)
        self._lines.setContentsMargins(16, 2, 8, 2)
        self._lines.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self.setLayout(self._lines)
        self.say_words()

    def say_words(self) -> None:
        """Every text."""
        self.mark.setText(self.tr("LUYỆN TẬP – không phải dữ liệu thật"))
        self.words.setText(self.tr("Mã PIN của mọi người: {pin}").format(pin=self._practice.pin))
        self.cards.say(self.tr("Thẻ để quét"))
        self.again.say(self.tr("Bấm lần nữa để xóa hết và bắt đầu lại") if self._is_sure else self.tr("Bắt đầu lại"))
        self.leave.say(self.tr("Rời luyện tập"))

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """As narrow as the window likes: then the buttons go under the words."""
        return QSize(0, self.minimumHeight())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """On a small screen, or at 200 %, the buttons stand under the words."""
        super().resizeEvent(event)
        is_narrow = self.width() < NARROW_PX
        down, across = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._lines.setDirection(down if is_narrow else across)
        self._lines.setSpacing(2 if is_narrow else 10)
        self.setFixedHeight((2 if is_narrow else 1) * LINE_PX)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """Another language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.say_words()

    def _start_over(self) -> None:
        if self._is_sure:
            self.leave_wished.emit(int(Leave.TO_START_OVER))
        self._be_sure(True)
        self._second_thoughts.start(SECOND_THOUGHTS_MS)

    def _be_sure(self, is_sure: bool) -> None:
        self._is_sure = is_sure
        self.cards.setVisible(not is_sure and self._practice.cards is not None)
        self.leave.setVisible(not is_sure)
        self.say_words()

    def _save_cards(self) -> None:
        file = dialogs.choose_new_file(self, self.tr("Lưu thẻ luyện tập"), CARDS_FILE, "PDF (*.pdf)")
        if file is not None:
            self._around.lane.run(self._write_cards, file, done=self._saved, failed=self._trouble)

    def _write_cards(self, file: Path) -> Path:
        """On the lane."""
        assert self._practice.cards is not None
        pdf = self._practice.cards()
        try:
            file.write_bytes(pdf)
        except OSError as error:
            raise StoreError("file-not-writable", file=file.name) from error
        return file

    def _saved(self, file: Path) -> None:
        self.words.setText(self.tr("Đã lưu {file}. Hãy in ra rồi quét thử.").format(file=file.name))

    def _trouble(self, error: VaxdeskError) -> None:
        self.words.setText(self._around.speech.sentence(error))


class PracticeMark(SecureLabel):
    """The mark alone, for a window that has nothing to press."""

    def __init__(self) -> None:
        super().__init__("heading")
        set_look(self, tone="decide")
        self.setText(self.tr("LUYỆN TẬP – không phải dữ liệu thật"))


def under_band(around: Surroundings, whole: QWidget) -> tuple[QWidget, PracticeBand | None]:
    """A practice desk's window content under its band; a real desk's as it is."""
    if around.services.practice is None:
        return whole, None
    band, both = PracticeBand(around, around.services.practice), QWidget()
    layout = stacked(band, whole, gap=0)
    layout.setStretch(1, 1)
    both.setLayout(layout)
    return both, band
