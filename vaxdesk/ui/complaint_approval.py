"""A proposed change, as it would be carried out, for the second person: yes or no, with their own PIN."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QLineEdit

from vaxdesk.errors import InputRefused, VaxdeskError
from vaxdesk.models.complaints import ComplaintStep, Story
from vaxdesk.ui import complaint_words
from vaxdesk.ui.buttons import KeyButton
from vaxdesk.ui.complaint_feed import BookFacts
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.tone import Tone
from vaxdesk.ui.widgets import Card, Notice, SecureLabel, Titled, beside, stacked


class ApprovalCard(Card):
    """`decided`: it was approved, declined or withdrawn."""

    decided = Signal()

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._story: Story | None = None
        self._book = BookFacts()
        self.title = SecureLabel("title")
        self.change, self.why = SecureLabel(wrap=True), SecureLabel("quiet", wrap=True)
        self.answer = SecureLabel("quiet", wrap=True)
        self.who, self.pin, self.reason = QComboBox(), QLineEdit(), QLineEdit()
        self.pin.setEchoMode(QLineEdit.EchoMode.Password)
        self.pin.setMaxLength(64)
        self.reason.setMaxLength(500)
        self.titled_who, self.titled_pin, self.titled_reason = Titled(self.who), Titled(self.pin), Titled(self.reason)
        self.notice = Notice(around.look, lines=2)
        look = around.look
        self.approve = KeyButton(look, "primary", "check", "Enter", shortcut=False)
        self.decline = KeyButton(look, "plain", "close", "Ctrl+D")
        self.withdraw = KeyButton(look, "plain", "undo", "Ctrl+W")
        fields = beside(self.titled_who, self.titled_pin, self.titled_reason, gap=8)
        for place, stretch in enumerate((3, 2, 4)):
            fields.setStretch(place, stretch)
        buttons = beside(self.withdraw, -1, self.decline, self.approve, gap=8)
        super().__init__(
            stacked(self.title, self.change, self.why, self.answer, fields, self.notice, -1, buttons, gap=6), margin=8
        )
        self.approve.clicked.connect(self._approve)
        self.decline.clicked.connect(self._decline)
        self.withdraw.clicked.connect(self._withdraw)

    def show_story(self, story: Story, book: BookFacts) -> None:
        """Another proposal, or the same one read afresh: what is half typed stays."""
        is_other = self._story is None or _key(self._story) != _key(story)
        self._story, self._book = story, book
        if is_other:
            self.pin.clear()
            self.reason.clear()
            self.notice.hush()
            self._fill_who()
        self.say_words()

    def _fill_who(self) -> None:
        proposal = self._story.pending if self._story else None
        self.who.clear()
        for member in self._book.approvers:
            if proposal is not None and member.id != proposal.staff_id:
                self.who.addItem(member.name, member.username)
        actor = self._around.session.member
        own = self.who.findData(actor.username) if actor is not None else -1
        self.who.setCurrentIndex(max(0, own))

    def say_words(self) -> None:
        """Every text."""
        self.title.setText(self.tr("Đề nghị sửa hồ sơ, chờ người thứ hai duyệt"))
        self.titled_who.say(self.tr("Quản lý duyệt"))
        self.titled_pin.say(self.tr("Mã PIN"))
        self.titled_reason.say(self.tr("Lý do nếu không duyệt"))
        self.approve.say(self.tr("Duyệt và sửa"))
        self.decline.say(self.tr("Không duyệt"))
        self.withdraw.say(self.tr("Rút đề nghị"))
        proposal = self._story.pending if self._story else None
        if proposal is not None:
            self._say_proposal(proposal)

    def _say_proposal(self, proposal: ComplaintStep) -> None:
        self.change.setText(complaint_words.change(proposal, self._around.speech.language))
        who = self._book.name_of(proposal.staff_id)
        self.why.setText(self.tr("{who} đề nghị. Vì sao: {why}").format(who=who, why=proposal.note))
        answer = proposal.details.get("answer", "")
        self.answer.setText(self.tr("Khi duyệt, trả lời người dân: {words}").format(words=answer) if answer else "")
        self.answer.setVisible(bool(answer))
        able = self.who.count() > 0
        for part in (self.approve, self.decline, self.pin, self.who, self.reason):
            part.setEnabled(able)
        if not able:
            said = self.tr("Chưa có quản lý nào khác để duyệt. Thêm một tài khoản quản lý ở trang Cơ sở.")
            self.notice.tell(Tone.DECIDE, said)

    def _approve(self) -> None:
        if self._story is not None and self.approve.isEnabled():
            desk = self._around.services.work.complaints
            self._run(partial(desk.approve, self._story.complaint.id, str(self.who.currentData()), self.pin.text()))

    def _decline(self) -> None:
        if self._story is not None:
            desk, reason = self._around.services.work.complaints, self.reason.text()
            who, pin = str(self.who.currentData()), self.pin.text()
            self._run(partial(desk.decline, self._story.complaint.id, reason, who, pin))

    def _withdraw(self) -> None:
        if self._story is not None:
            desk, actor = self._around.services.work.complaints, self._around.session.actor
            self._run(partial(desk.withdraw, self._story.complaint.id, actor))

    def _run(self, action: partial[Story]) -> None:
        for button in (self.approve, self.decline, self.withdraw):
            button.setEnabled(False)
        self._around.lane.run(action, done=self._done, failed=self._refused)

    def _done(self, _story: Story) -> None:
        self._free()
        self.pin.clear()
        self.decided.emit()

    def _refused(self, error: VaxdeskError) -> None:
        self._free()
        self.pin.clear()
        self.pin.setFocus()
        problems = error.problems if isinstance(error, InputRefused) else (error,)
        self.notice.tell(Tone.STOP, " ".join(self._around.speech.sentence(one) for one in problems[:2]))

    def _free(self) -> None:
        for button in (self.approve, self.decline, self.withdraw):
            button.setEnabled(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Enter approves, with the PIN that stands there."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.approve.click()
        else:
            super().keyPressEvent(event)


def _key(story: Story) -> tuple[str, int]:
    return story.complaint.id, story.pending.number if story.pending else 0
