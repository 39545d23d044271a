"""One screen to settle a complaint: what is missing or wrong goes to a second person, everything else goes to the citizen."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import partial
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit

from vaxdesk.errors import InputRefused, VaxdeskError
from vaxdesk.models.complaint_book import CandidateCase, Case
from vaxdesk.models.complaints import ComplaintKind, Rejection
from vaxdesk.ui import complaint_drafts as drafts
from vaxdesk.ui.buttons import ChoiceButton, KeyButton
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.tone import Tone
from vaxdesk.ui.widgets import Card, Notice, Titled, beside, set_look

translate = QCoreApplication.translate


class Fix(StrEnum):
    """What can be done about a complaint."""

    ADD = "add"
    CORRECT = "correct"
    MEND = "mend"
    ASK = "ask"
    POSTPONE = "postpone"
    REJECT = "reject"
    SETTLE = "settle"


CHANGES = (Fix.ADD, Fix.CORRECT, Fix.MEND)
PRODUCT = ("vaccine", "lot", "expiry", "dose_number", "occurred_at")
FIELDS = {
    Fix.ADD: (*PRODUCT, "injector", "override", "reason", "words"),
    Fix.CORRECT: (*PRODUCT, "dose", "reason", "words"),
    Fix.MEND: ("name", "birth_date", "sex", "phone", "old_id", "reason", "words"),
    Fix.REJECT: ("rejection", "words"),
}
FIRST = {
    ComplaintKind.MISSING: Fix.ADD,
    ComplaintKind.WRONG: Fix.CORRECT,
    ComplaintKind.IDENTITY: Fix.MEND,
    ComplaintKind.OTHER: Fix.SETTLE,
}
COLUMNS = 20
SPANS = {  # of twenty; what is not named fills the line
    "vaccine": 5, "lot": 4, "expiry": 4, "dose_number": 2, "occurred_at": 5, "injector": 4, "override": 4, "dose": 9,
    "name": 7, "birth_date": 4, "sex": 4, "phone": 5, "old_id": 4, "reason": 5, "rejection": 20,
}  # fmt: skip


class FixForm(Card):
    """`kept`: a proposal or an answer was saved."""

    kept = Signal()

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._case: Case | None = None
        self._candidate: CandidateCase | None = None
        self.fix = Fix.ADD
        self.lines = {
            name: QLineEdit()
            for name in ("lot", "expiry", "dose_number", "occurred_at", "injector", "override", "name", "birth_date",
                         "phone", "old_id", "reason", "words")
        }  # fmt: skip
        self.boxes = {name: QComboBox() for name in ("vaccine", "dose", "sex", "rejection")}
        for box in self.boxes.values():
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(6)
        self.lines["words"].setMaxLength(1000)
        self.lines["reason"].setMaxLength(500)
        every: dict[str, Any] = {**self.lines, **self.boxes}
        self.titles = {name: Titled(field) for name, field in every.items()}
        self.choices = {fix: ChoiceButton(around.look, f"Ctrl+{place}") for place, fix in enumerate(Fix, 1)}
        self.notice = Notice(around.look, lines=1)
        self.send = KeyButton(around.look, "primary", "save", "Enter", shortcut=False)
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(6)
        self._grid.setVerticalSpacing(4)
        for column in range(COLUMNS):
            self._grid.setColumnStretch(column, 1)
        buttons = list(self.choices.values())
        for button in buttons:
            set_look(button, small="true")
        end = beside(self.notice, self.send, gap=8)
        end.setStretch(0, 1)
        super().__init__(beside(*buttons[:4], gap=6), beside(*buttons[4:], gap=6), self._grid, -1, end, gap=6, margin=8)
        for fix, button in self.choices.items():
            button.clicked.connect(partial(self.turn_to, fix))
        self.send.clicked.connect(self._send)
        self.boxes["dose"].currentIndexChanged.connect(self._fill_dose)
        self.boxes["rejection"].currentIndexChanged.connect(self._fill_rejection)

    # --- showing

    def show_case(self, case: Case, candidate: CandidateCase | None) -> None:
        """Another complaint, or another person meant, begins afresh; the same one read again keeps what was typed."""
        is_other = self._case is None or self._case.story.complaint.id != case.story.complaint.id
        is_other_person = _person_id(candidate) != _person_id(self._candidate)
        self._case, self._candidate = case, candidate
        if is_other or is_other_person:
            self._fill()
        if is_other:
            self.notice.hush()
            for name in ("words", "reason", "override"):
                self.lines[name].clear()
            self.turn_to(FIRST[case.story.complaint.kind], take_focus=False)
        self._say_who_may()

    def turn_to(self, fix: Fix, take_focus: bool = True) -> None:
        """Another way to settle it."""
        if self.fix is Fix.REJECT and fix is not Fix.REJECT and self.lines["words"].text() in self._reasons():
            self.lines["words"].clear()  # the words of a reason nobody chose any more
        self.fix = fix
        for one, button in self.choices.items():
            button.setChecked(one is fix)
        self._show_fields()
        if fix is Fix.CORRECT:
            self._fill_dose()
        if fix is Fix.ADD:
            self._fill_claim()
        if fix is Fix.REJECT:
            self._fill_rejection()
        self.say_words()
        self._say_who_may()
        if take_focus:
            self._first().setFocus()

    def _first(self) -> Any:
        names = FIELDS.get(self.fix, ("words",))
        return self.titles[names[0]].field

    def _show_fields(self) -> None:
        for titled in self.titles.values():
            self._grid.removeWidget(titled)
            titled.hide()
        row = column = 0
        for name in FIELDS.get(self.fix, ("words",)):
            width = SPANS.get(name, COLUMNS - column % COLUMNS)
            if column + width > COLUMNS:
                row, column = row + 1, 0
            self._grid.addWidget(self.titles[name], row, column, 1, width)
            self.titles[name].show()
            column += width

    def say_words(self) -> None:
        """Every text."""
        said = {
            Fix.ADD: self.tr("Bổ sung mũi"),
            Fix.CORRECT: self.tr("Sửa mũi"),
            Fix.MEND: self.tr("Sửa người"),
            Fix.ASK: self.tr("Hỏi thêm"),
            Fix.POSTPONE: self.tr("Để sau"),
            Fix.REJECT: self.tr("Từ chối"),
            Fix.SETTLE: self.tr("Giải quyết"),
        }
        for fix, button in self.choices.items():
            button.say(said[fix])
        titles = {
            "vaccine": self.tr("Vắc xin"),
            "lot": self.tr("Số lô"),
            "expiry": self.tr("Hạn dùng"),
            "dose_number": self.tr("Mũi số"),
            "occurred_at": self.tr("Lúc tiêm"),
            "injector": self.tr("Người tiêm"),
            "override": self.tr("Lý do nếu trái quy tắc"),
            "dose": self.tr("Mũi cần sửa"),
            "name": self.tr("Họ và tên"),
            "birth_date": self.tr("Ngày sinh"),
            "sex": self.tr("Giới tính"),
            "phone": self.tr("Điện thoại"),
            "old_id": self.tr("Số CMND cũ"),
            "rejection": self.tr("Lý do từ chối"),
            "reason": self.tr("Vì sao sửa"),
            "words": self.tr("Lời trả lời người dân (để trống: trả lời sau)")
            if self.fix in CHANGES
            else self.tr("Lời gửi người dân"),
        }
        for name, text in titles.items():
            self.titles[name].say(text)
        self.send.say(self.tr("Gửi người thứ hai duyệt") if self.fix in CHANGES else self.tr("Lưu và gửi trả lời"))
        drafts.fill_choices(self.boxes, self._around)

    def _say_who_may(self) -> None:
        story = self._case.story if self._case else None
        is_over = story is None or (story.status.is_closed and not story.is_refused)
        needs_person = self.fix in (Fix.CORRECT, Fix.MEND)
        self.send.setEnabled(not is_over and not (needs_person and self._candidate is None))
        if is_over:
            self.notice.tell(Tone.INFORM, self.tr("Phản ánh đã có kết quả."))
        elif needs_person and self._candidate is None:
            self.notice.tell(Tone.DECIDE, self.tr("Chưa biết người này ở máy: bổ sung mũi thiếu, hoặc hỏi thêm."))
        elif self.notice.said in (self.tr("Phản ánh đã có kết quả."), ""):
            self.notice.hush()

    # --- filling

    def _fill(self) -> None:
        assert self._case is not None
        drafts.fill_choices(self.boxes, self._around)
        drafts.fill_doses(self.boxes["dose"], self._case, self._candidate, self._around.speech.language)
        drafts.fill_person(self.lines, self.boxes["sex"], self._case, self._candidate)
        self._fill_claim()
        if self.fix is Fix.CORRECT:
            self._fill_dose()

    def _fill_claim(self) -> None:
        if self._case is not None:
            drafts.fill_claim(self.lines, self.boxes["vaccine"], self._case)

    def _fill_dose(self, _place: int = 0) -> None:
        if self.fix is Fix.CORRECT and self._candidate is not None:
            drafts.fill_dose(self.lines, self.boxes, self._candidate)

    def _fill_rejection(self, _place: int = 0) -> None:
        code = self.boxes["rejection"].currentData()
        if self.fix is Fix.REJECT and code:
            self.lines["words"].setText(self._around.speech.of_code(Rejection(code).sentence))
            self.lines["words"].home(False)  # read from its beginning

    def _reasons(self) -> set[str]:
        return {self._around.speech.of_code(one.sentence) for one in Rejection}

    # --- sending

    def _send(self) -> None:
        if self._case is None or not self.send.isEnabled():
            return
        action = self._action(self._case)
        if action is None:
            return
        self.send.setEnabled(False)
        self._around.lane.run(action, done=self._kept, failed=self._refused)

    def _action(self, case: Case) -> Callable[[], Any] | None:
        """The use case to call; None when a field cannot be read, which is said then."""
        desk, actor, complaint_id = (
            self._around.services.work.complaints,
            self._around.session.actor,
            case.story.complaint.id,
        )
        said = self.lines["words"].text()
        if self.fix is Fix.REJECT:
            return partial(desk.reject, complaint_id, Rejection(self.boxes["rejection"].currentData()), said, actor)
        if self.fix not in CHANGES:
            how = {Fix.ASK: desk.ask, Fix.POSTPONE: desk.postpone, Fix.SETTLE: desk.settle}[self.fix]
            return partial(how, complaint_id, said, actor)
        try:
            change = drafts.change_of(self.fix.value, self.lines, self.boxes, case, self._candidate)
        except drafts.Unreadable as trouble:
            self.notice.tell(Tone.STOP, trouble.said)
            self.lines[trouble.field].setFocus()
            return None
        return partial(desk.propose, complaint_id, change, self.lines["reason"].text(), actor, said)

    def _kept(self, _story: object) -> None:
        self.send.setEnabled(True)
        for name in ("words", "reason", "override"):
            self.lines[name].clear()
        self.notice.hush()
        self.kept.emit()

    def _refused(self, error: VaxdeskError) -> None:
        self.send.setEnabled(True)
        problems = error.problems if isinstance(error, InputRefused) else (error,)
        self.notice.tell(Tone.STOP, " ".join(self._around.speech.sentence(one) for one in problems[:2]))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Enter sends from any field."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.send.click()
        else:
            super().keyPressEvent(event)


def _person_id(candidate: CandidateCase | None) -> str:
    return str(candidate.candidate.person.id) if candidate else ""
