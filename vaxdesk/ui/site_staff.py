"""Who works at the site; managers add."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QComboBox, QLineEdit

from vaxdesk.errors import VaxdeskError
from vaxdesk.models.values import Role, StaffMember
from vaxdesk.ui import words
from vaxdesk.ui.buttons import KeyButton
from vaxdesk.ui.dose_form import Tone
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.tables import Cell, Row, RowsTable
from vaxdesk.ui.widgets import Card, Notice, SecureLabel, Titled, beside, stacked


class StaffCard(Card):
    """Who works here; managers add."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._staff: tuple[StaffMember, ...] = ()
        self.title = SecureLabel("title")
        self.table = RowsTable(around.look, (220, 180), stretched=0)
        self.table.setMinimumHeight(100)
        self.name, self.pin, self.role = QLineEdit(), QLineEdit(), QComboBox()
        self.name.setMaxLength(100)
        self.pin.setMaxLength(64)
        self.pin.setEchoMode(QLineEdit.EchoMode.Password)
        self.role.addItems(["", ""])
        self.titles = (Titled(self.name), Titled(self.pin), Titled(self.role))
        self.add = KeyButton(around.look, "plain", "add", "Ctrl+N")
        self.notice = Notice(around.look)
        self.add.clicked.connect(self._add)
        fields = beside(*self.titles, gap=8)
        for place, share in enumerate((4, 2, 3)):
            fields.setStretch(place, share)
        last = beside(self.add, self.notice)
        last.setStretch(1, 1)
        inside = stacked(self.title, self.table, fields, last, gap=8)
        inside.setStretch(1, 1)
        super().__init__(inside)

    def refresh(self) -> None:
        """Reads the list."""
        self._around.lane.run(self._around.services.work.staff.everyone, done=self._read, failed=self._trouble)

    def say_words(self) -> None:
        """Every text."""
        self.title.setText(self.tr("Nhân viên ({count})").format(count=len(self._staff)))
        said = (self.tr("Họ và tên"), self.tr("Mã PIN"), self.tr("Vai trò"))
        for titled, text in zip(self.titles, said, strict=True):
            titled.say(text)
        for place, role in enumerate((Role.NURSE, Role.MANAGER)):
            self.role.setItemText(place, words.role(role))
        self.add.say(self.tr("Thêm nhân viên"))
        self.table.setAccessibleName(self.tr("Nhân viên"))
        for widget in (*self.titles, self.add):
            widget.setEnabled(self._around.session.is_manager)
        if self._around.session.member is not None and not self._around.session.is_manager:
            self.notice.tell(Tone.INFORM, self._around.speech.of_code("managers-only"))
        titles = (self.tr("Họ và tên"), self.tr("Vai trò"))
        rows = [Row(m.id, (Cell(m.name, strong=True), Cell(words.role(m.role)))) for m in self._staff]
        self.table.show_rows(titles, rows)

    def member_changed(self) -> None:
        """Somebody else is at work."""
        self.notice.hush()
        self.say_words()

    def _read(self, staff: tuple[StaffMember, ...]) -> None:
        self._staff = staff
        self.say_words()

    def _add(self) -> None:
        role = (Role.NURSE, Role.MANAGER)[max(0, self.role.currentIndex())]
        staff, actor = self._around.services.work.staff, self._around.session.actor
        add = partial(staff.add, self.name.text(), role, self.pin.text(), actor)
        self._around.lane.run(add, done=self._added, failed=self._trouble)

    def _added(self, member: StaffMember) -> None:
        self.name.clear()
        self.pin.clear()
        self.notice.tell(Tone.ALLOWED, self.tr("Đã thêm {name}.").format(name=member.name))
        self.refresh()

    def _trouble(self, error: VaxdeskError) -> None:
        self.notice.tell(Tone.STOP, self._around.speech.sentence(error))
