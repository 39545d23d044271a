"""Who is here? A name and a PIN; also what is seen while the window is locked."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QLineEdit

from vaxdesk.errors import VaxdeskError
from vaxdesk.ui.buttons import KeyButton
from vaxdesk.ui.colleague_box import ColleagueBox
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.tone import Tone
from vaxdesk.ui.widgets import Card, IconLabel, Notice, Page, SecureLabel, Titled, beside, set_look, stacked

if TYPE_CHECKING:  # painted before these are loaded: see vaxdesk/ui/start.py
    from vaxdesk.models.values import Site, StaffMember

CARD_PX = 440


class SignInPage(Page):
    """`signed_in` carries the staff member; `practice_wished`: the practice desk, offered while nobody has begun anything."""

    signed_in = Signal(object)
    practice_wished = Signal()

    def __init__(self, around: Surroundings) -> None:
        super().__init__()
        self._around = around
        self._staff: tuple[StaffMember, ...] = ()
        self._locked_by: StaffMember | None = None
        self._checking = self._opening = False
        self.icon = IconLabel(around.look, "lock", "primary", 32)
        self.title, self.site = SecureLabel("heading"), SecureLabel("quiet", wrap=True)
        self.who, self.pin = ColleagueBox(), QLineEdit()
        self.pin.setObjectName("pin")
        self.pin.setEchoMode(QLineEdit.EchoMode.Password)
        self.pin.setMaxLength(64)
        self.titles = (Titled(self.who), Titled(self.pin))
        self.enter = KeyButton(around.look, "primary", key="Enter", shortcut=False)
        set_look(self.enter, big="true")
        self.language = KeyButton(around.look, "quiet", key="Ctrl+G")
        self.practice = KeyButton(around.look, "quiet", "people", key="Ctrl+T")
        self.practice.clicked.connect(self.practice_wished)
        self.hint = SecureLabel("note", wrap=True)
        self.notice = Notice(around.look, lines=2)
        self.enter.clicked.connect(self._try)
        self._lay_out()
        self.say_words()

    def _lay_out(self) -> None:
        head = beside(self.icon, stacked(self.title, self.site, gap=2), gap=12)
        head.setStretch(1, 1)
        who = stacked(self.titles[0], self.hint, gap=4)
        card = Card(head, 4, who, self.titles[1], self.notice, self.enter, gap=12, margin=24)
        card.setFixedWidth(CARD_PX)
        middle = beside(-1, stacked(card, beside(-1, self.language, self.practice, -1), gap=12), -1)
        self.setLayout(stacked(-1, middle, -1, -1))

    def refresh(self) -> None:
        """The site and its staff."""
        work = self._around.services.work
        self._around.lane.run(work.site, done=self._site_read, failed=self._refused)
        self._around.lane.run(work.staff.everyone, done=self._staff_read, failed=self._refused)

    def wait_for_store(self) -> None:
        """Says that the store is being opened; a PIN may be typed meanwhile."""
        self._opening = True
        self.say_words()

    def store_is_open(self) -> None:
        """From now on somebody can be chosen."""
        self._opening = False
        self.notice.hush()
        self._offer_practice()

    def cannot_open(self, sentence: str) -> None:
        """The store stays closed; all that is left is to read why."""
        self._opening = False
        for field in (self.who, self.pin, self.enter):
            field.setEnabled(False)
        self.notice.tell(Tone.STOP, sentence)

    def lock(self, member: StaffMember | None) -> None:
        """Asks again; whoever was here is already chosen."""
        self._locked_by = member
        self.pin.clear()
        self.notice.hush()
        self._choose_member()
        self.say_words()

    def say_words(self) -> None:
        """Every text."""
        self.title.setText(self.tr("Đang khóa") if self._locked_by else self.tr("Đăng nhập"))
        self.titles[0].say(self.tr("Người làm việc"))
        self.hint.setText(self.tr("↑ ↓: chọn người · Shift+F12: gõ tên hoặc số"))
        self.titles[1].say(self.tr("Mã PIN"))
        self.enter.say(self.tr("Mở khóa") if self._locked_by else self.tr("Vào làm việc"))
        self.language.say(self.tr("English"))
        self.practice.say(self.tr("Luyện tập"))
        self._offer_practice()
        self.who.show_staff(self._staff)
        if self._opening:
            self.notice.tell(Tone.INFORM, self.tr("Đang mở sổ tiêm chủng trên máy này…"))

    def _offer_practice(self) -> None:
        """At a desk that is not for practice itself, while nobody has begun anything; it can be pressed once the store is open."""
        self.practice.setEnabled(self._around.is_open)
        practises = self._around.is_open and self._around.services.practice is not None
        self.practice.setVisible(not practises and self._locked_by is None)

    def ask_who(self) -> None:
        """A colleague takes over: the first letters of their name, Enter, their PIN."""
        self.who.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Enter is the one primary action; arrows choose somebody while the PIN has the focus."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._try()
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.who.step(1 if event.key() == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name
        """The PIN is what is missing."""
        super().showEvent(event)
        self.pin.setFocus()

    def _site_read(self, site: Site) -> None:
        self.site.setText(site.name)

    def _staff_read(self, staff: tuple[StaffMember, ...]) -> None:
        self._staff = staff
        self.who.show_staff(staff)
        self._choose_member()

    def _choose_member(self) -> None:
        if self._locked_by is not None and not self.who.hasFocus():  # else somebody is choosing already
            self.who.choose(self._locked_by)

    def _try(self) -> None:
        member, pin = self.who.member, self.pin.text()
        if self._checking or not pin or member is None:
            self.pin.setFocus()
            return
        self._checking = True
        self.enter.setEnabled(False)
        sign_in = partial(self._around.services.work.staff.sign_in, member.username, pin)
        self._around.lane.run(sign_in, done=self._entered, failed=self._refused)

    def _entered(self, member: StaffMember) -> None:
        self._end_check()
        self.notice.hush()
        self.signed_in.emit(member)

    def _refused(self, error: VaxdeskError) -> None:
        self._end_check()
        self.notice.tell(Tone.STOP, self._around.speech.sentence(error))

    def _end_check(self) -> None:
        self._checking = False
        self.enter.setEnabled(True)
        self.pin.clear()
        self.pin.setFocus()
