"""A complaint said at the counter: what the citizen says, word for word, and a photo of their paper."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QPlainTextEdit

from vaxdesk.errors import InputRefused, Problem, VaxdeskError
from vaxdesk.models.complaint_book import ComplaintDesk
from vaxdesk.models.complaints import PICTURE_BYTES_MAX, Claim, ComplaintKind, Story
from vaxdesk.models.values import Sex, StaffMember
from vaxdesk.ui import complaint_words, dialogs, words
from vaxdesk.ui.buttons import KeyButton
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.tone import Tone
from vaxdesk.ui.widgets import Card, Notice, SecureLabel, Titled, beside

NAMES = ("name", "citizen_id", "birth_date", "phone", "old_id", "dose_number", "vaccine", "lot", "day")
WORDS_PX = 112
PLACES = (
    ("kind", 0, 0, 2), ("name", 0, 2, 2), ("citizen_id", 1, 0, 1), ("birth_date", 1, 1, 1), ("sex", 1, 2, 1),
    ("phone", 1, 3, 1), ("old_id", 2, 0, 1), ("dose_number", 2, 1, 1), ("vaccine", 2, 2, 2), ("lot", 3, 0, 1), ("day", 3, 1, 1),
    ("words", 4, 0, 4),
)  # fmt: skip


class TakeForm(Card):
    """`taken(id)`: it is kept; `given_up`: nothing was."""

    taken, given_up = Signal(str), Signal()

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._picture: Path | None = None
        self.fields = {name: QLineEdit() for name in NAMES}
        self.kind, self.sex = QComboBox(), QComboBox()
        self.words = QPlainTextEdit()
        self.words.setTabChangesFocus(True)
        self.words.setFixedHeight(WORDS_PX)
        every = {**self.fields, "kind": self.kind, "sex": self.sex, "words": self.words}
        self.titles = {name: Titled(field) for name, field in every.items()}
        self.title, self.explain = SecureLabel("heading"), SecureLabel("quiet", wrap=True)
        look = around.look
        self.choose = KeyButton(look, "plain", "picture", "Ctrl+O")
        self.chosen = SecureLabel("quiet")
        self.notice = Notice(look, lines=1)
        self.save = KeyButton(look, "primary", "save", "Ctrl+Enter", shortcut=False)
        self.leave = KeyButton(look, "plain", "", "Esc", shortcut=False)
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        for name, row, column, width in PLACES:
            grid.addWidget(self.titles[name], row, column, 1, width)
        for column in range(4):
            grid.setColumnStretch(column, 1)
        picture = beside(self.choose, self.chosen, -1, gap=8)
        ways = beside(self.leave, -1, self.save, gap=8)
        super().__init__(self.title, self.explain, grid, picture, -1, self.notice, ways, gap=8)
        self.choose.clicked.connect(self._choose)
        self.save.clicked.connect(self._save)
        self.leave.clicked.connect(self.given_up)
        self.say_words()

    def begin(self) -> None:
        """An empty sheet."""
        for field in self.fields.values():
            field.clear()
        self.words.clear()
        self.notice.hush()
        self.take_picture(None)
        self.kind.setCurrentIndex(0)
        self.sex.setCurrentIndex(max(0, self.sex.findData(Sex.UNKNOWN.value)))
        self.fields["name"].setFocus()

    def take_picture(self, path: Path | None) -> None:
        """The photo that goes with it; None for none."""
        self._picture = path
        self.chosen.setText(path.name if path else self.tr("Chưa có ảnh giấy tờ"))

    def say_words(self) -> None:
        """Every text."""
        titles = {
            "kind": self.tr("Phản ánh về"),
            "name": self.tr("Họ và tên"),
            "citizen_id": self.tr("Số định danh"),
            "birth_date": self.tr("Ngày sinh"),
            "sex": self.tr("Giới tính"),
            "phone": self.tr("Điện thoại"),
            "old_id": self.tr("Số CMND cũ"),
            "dose_number": self.tr("Mũi số"),
            "vaccine": self.tr("Vắc xin"),
            "lot": self.tr("Số lô"),
            "day": self.tr("Ngày tiêm"),
            "words": self.tr("Người dân nói gì"),
        }
        for name, text in titles.items():
            self.titles[name].say(text)
        self.title.setText(self.tr("Nhận phản ánh tại quầy"))
        self.explain.setText(self.tr("Ghi đúng như người dân nói. Hạn 48 giờ tính từ lúc lưu."))
        self.choose.say(self.tr("Ảnh giấy tờ"))
        self.save.say(self.tr("Lưu phản ánh"))
        self.leave.say(self.tr("Thôi"))
        kinds = [(complaint_words.kind(one), one.value) for one in ComplaintKind]
        sexes = [(words.sex(one), one.value) for one in Sex]
        for box, entries in ((self.kind, kinds), (self.sex, sexes)):
            place = max(0, box.currentIndex())
            box.clear()
            for text, code in entries:
                box.addItem(text, code)
            box.setCurrentIndex(place)
        if self._picture is None:
            self.take_picture(None)

    def claim(self) -> Claim:
        """What stands in the fields, as said."""
        texts: dict[str, Any] = {name: field.text().strip() for name, field in self.fields.items()}
        for name in ("birth_date", "day"):
            texts[name] = words.birth_from_typed(texts[name])
        sex, said = Sex(self.sex.currentData()), self.words.toPlainText()
        return replace(Claim(sex=sex, words=said), **texts)

    def _choose(self) -> None:
        path = dialogs.choose_file(self, self.tr("Ảnh giấy tờ"), self.tr("Ảnh (*.jpg *.jpeg *.png)"))
        if path is not None:
            self.take_picture(path)

    def _save(self) -> None:
        desk, actor = self._around.services.work.complaints, self._around.session.actor
        kind = ComplaintKind(self.kind.currentData())
        self.save.setEnabled(False)
        work = partial(_take, desk, self.claim(), kind, actor, self._picture)
        self._around.lane.run(work, done=self._taken, failed=self._refused)

    def _taken(self, story: Story) -> None:
        self.save.setEnabled(True)
        self.taken.emit(story.complaint.id)

    def _refused(self, error: VaxdeskError) -> None:
        self.save.setEnabled(True)
        problems = error.problems if isinstance(error, InputRefused) else (error,)
        self.notice.tell(Tone.STOP, " ".join(self._around.speech.sentence(one) for one in problems[:2]))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Esc leaves; Enter saves from a field, Ctrl+Enter from the words too."""
        if event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.save.click()
        else:
            super().keyPressEvent(event)


def _take(desk: ComplaintDesk, claim: Claim, kind: ComplaintKind, actor: StaffMember, picture: Path | None) -> Story:
    """On the lane."""
    return desk.take(claim, kind, actor, () if picture is None else (_read(picture),))


def _read(path: Path) -> bytes:
    """A file's bytes, bounded. Raises InputRefused `complaint-picture-unusable`."""
    try:
        with path.open("rb") as opened:
            return opened.read(PICTURE_BYTES_MAX + 1)
    except OSError:
        raise InputRefused(Problem("complaint-picture-unusable", "picture")) from None
