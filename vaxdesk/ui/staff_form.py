"""What a manager changes about an account, and anybody about their own PIN: one form, in place."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from vaxdesk.errors import InputRefused, Problem, VaxdeskError
from vaxdesk.models.staff import PIN_CHARS_MAX, Staff
from vaxdesk.models.values import Post, Role, StaffMember
from vaxdesk.ui import words
from vaxdesk.ui.buttons import KeyButton
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.widgets import ElidedLabel, Titled, beside, stacked


class Task(StrEnum):
    """What the form does."""

    ADD = "add"
    ASSIGN = "assign"
    RESET = "reset"
    END = "end"
    RESUME = "resume"
    OWN_PIN = "own-pin"


SHOWN: dict[Task, tuple[str, ...]] = {
    Task.ADD: ("name", "pin", "role", "post"),
    Task.ASSIGN: ("role", "post"),
    Task.RESET: ("pin", "again"),
    Task.OWN_PIN: ("old", "pin", "again"),
}
SHARES = (2, 1, 1, 1, 0, 0)  # of the width, beside what a choice needs for its words


class StaffForm(QWidget):
    """`succeeded` carries the task and the member it was about; `refused` the error; `given_up` nothing: all stayed as it was."""

    succeeded = Signal(Task, StaffMember)
    refused = Signal(VaxdeskError)
    given_up = Signal()

    def __init__(self, around: Surroundings) -> None:
        super().__init__()
        self._around = around
        self.task = Task.ADD
        self.about: StaffMember | None = None
        self.name, self.old, self.pin, self.again = (QLineEdit() for _ in range(4))
        self.role, self.post = QComboBox(), QComboBox()
        self.name.setMaxLength(100)
        for field in (self.old, self.pin, self.again):
            field.setMaxLength(PIN_CHARS_MAX)
            field.setEchoMode(QLineEdit.EchoMode.Password)
        for role in Role:
            self.role.addItem("", role.value)
        for post in Post:
            self.post.addItem("", post.value)
        self.titles = {name: Titled(getattr(self, name)) for name in ("name", "old", "pin", "again", "role", "post")}
        self.title, self.explain = ElidedLabel("strong"), ElidedLabel("quiet")
        self.act = KeyButton(around.look, "primary", "check", "Enter", shortcut=False)
        self.leave = KeyButton(around.look, "plain", "", "Esc", shortcut=False)
        self.act.clicked.connect(self._act)
        self.leave.clicked.connect(self.given_up)
        fields = beside(*self.titles.values(), gap=8)
        for place, share in enumerate(SHARES):
            fields.setStretch(place, share)
        self.setLayout(stacked(self.title, self.explain, fields, -1, beside(self.act, self.leave, -1, gap=8), gap=8))

    def begin(self, task: Task, about: StaffMember | None) -> None:
        """A task, about an account where it is about one."""
        self.forget()
        self.task, self.about = task, about
        for name, titled in self.titles.items():
            titled.setVisible(name in SHOWN.get(task, ()))
        role, post = (about.role, about.post) if about else (Role.NURSE, Post.ALL)
        self.role.setCurrentIndex(self.role.findData(role.value))
        self.post.setCurrentIndex(self.post.findData(post.value))
        self.say_words()
        self._go_to_first()

    def forget(self) -> None:
        """Nothing that was typed stays."""
        for field in (self.name, self.old, self.pin, self.again):
            field.clear()

    def say_words(self) -> None:
        """Every text."""
        said = {
            "name": self.tr("Họ và tên"),
            "old": self.tr("Mã PIN đang dùng"),
            "pin": self.tr("Mã PIN") if self.task is Task.ADD else self.tr("Mã PIN mới"),
            "again": self.tr("Nhập lại mã mới"),
            "role": self.tr("Vai trò"),
            "post": self.tr("Vị trí"),
        }
        for name, text in said.items():
            self.titles[name].say(text)
        for place, role in enumerate(Role):
            self.role.setItemText(place, words.role(role))
        for place, post in enumerate(Post):
            self.post.setItemText(place, words.post(post))
        self.leave.say(self.tr("Thôi"))
        self._say_task()

    def _say_task(self) -> None:
        name = self.about.name if self.about else ""
        title, act = {
            Task.ADD: (self.tr("Nhân viên mới"), self.tr("Thêm nhân viên")),
            Task.ASSIGN: (self.tr("Vai trò và vị trí của {name}"), self.tr("Lưu")),
            Task.RESET: (self.tr("Mã PIN mới cho {name}"), self.tr("Đặt mã PIN mới")),
            Task.END: (self.tr("{name} không làm việc ở đây nữa?"), self.tr("Ngừng làm việc")),
            Task.RESUME: (self.tr("{name} làm việc lại ở đây?"), self.tr("Cho làm việc lại")),
            Task.OWN_PIN: (self.tr("Mã PIN của tôi ({name})"), self.tr("Đổi mã PIN")),
        }[self.task]
        explain = {
            Task.END: self.tr("Không đăng nhập được nữa; tên vẫn còn trên các mũi tiêm; có thể mở lại sau."),
            Task.RESUME: self.tr("Đăng nhập lại được bằng mã PIN cũ, hoặc mã mới nếu bạn đặt lại."),
        }.get(self.task, "")
        self.title.setText(title.format(name=name))
        self.explain.setText(explain)
        self.explain.setVisible(bool(explain))
        self.act.say(act)

    def _go_to_first(self) -> None:
        first = next(iter(SHOWN.get(self.task, ())), None)
        (getattr(self, first) if first else self.act).setFocus()

    def _act(self) -> None:
        if self.task in (Task.RESET, Task.OWN_PIN) and self.pin.text() != self.again.text():
            self.again.clear()
            self.again.setFocus()
            self.refused.emit(InputRefused(Problem("pin-differs", "again")))
            return
        self.act.setEnabled(False)
        self._around.lane.run(self._use_case(), done=self._done, failed=self._refused)

    def _use_case(self) -> Callable[[], StaffMember]:
        staff, actor = self._around.services.work.staff, self._around.session.actor
        role, post = Role(self.role.currentData()), Post(self.post.currentData())
        if self.task is Task.ADD:
            return partial(staff.add, self.name.text(), role, self.pin.text(), actor, post)
        assert self.about is not None
        return {
            Task.ASSIGN: partial(staff.assign, self.about.id, role, post, actor),
            Task.RESET: partial(staff.reset_pin, self.about.id, self.pin.text(), actor),
            Task.END: partial(staff.deactivate, self.about.id, actor),
            Task.RESUME: partial(staff.reactivate, self.about.id, actor),
            Task.OWN_PIN: partial(_change_own, staff, actor, self.old.text(), self.pin.text()),
        }[self.task]

    def _done(self, member: StaffMember) -> None:
        self.act.setEnabled(True)
        self.succeeded.emit(self.task, member)

    def _refused(self, error: VaxdeskError) -> None:
        self.act.setEnabled(True)
        self._go_to_first()
        self.refused.emit(error)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Enter does it from any field, Esc leaves all as it was."""
        if event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.act.click()
        else:
            super().keyPressEvent(event)


def _change_own(staff: Staff, member: StaffMember, old_pin: str, new_pin: str) -> StaffMember:
    """On the lane."""
    staff.change_pin(member, old_pin, new_pin)
    return member
