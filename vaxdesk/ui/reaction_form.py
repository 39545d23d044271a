"""What was seen after the needle: signs, how bad, since when, what was done. Quick by keys; how bad is proposed and confirmed by a person."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QVBoxLayout

from vaxdesk.errors import InputRefused, VaxdeskError
from vaxdesk.models.aftercare import Reaction, ReactionOutcome, Severity, Sign, proposed_severity
from vaxdesk.models.observation import Observed
from vaxdesk.models.reactions import TEXT_CHARS_MAX, ReactionDraft
from vaxdesk.models.values import VIETNAM
from vaxdesk.ui import aftercare_words, words
from vaxdesk.ui.buttons import ChoiceButton, KeyButton
from vaxdesk.ui.dose_form import Tone
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.widgets import Card, FitLabel, Notice, SecureLabel, Titled, beside, set_look, stacked

SIGN_KEYS = dict(
    zip("123456789QWERT0", Sign, strict=True)
)  # no letter that a Vietnamese input method turns into a mark alone
SLACK = timedelta(minutes=1)


class ReactionForm(Card):
    """`kept` carries the reaction; `given_up`: all stays as it was."""

    kept = Signal(object)
    given_up = Signal()

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._one: Observed | None = None
        self._old: Reaction | None = None
        self.severity, self._severity_chosen = Severity.COMMON, False
        self.title, self.explain = FitLabel((20, 16)), SecureLabel("quiet", wrap=True)
        self.signs = {sign: ChoiceButton(around.look) for sign in Sign}
        self.severities = {severity: ChoiceButton(around.look) for severity in Severity}
        self.fields = {name: QLineEdit() for name in ("onset", "treatment", "note", "reason")}
        self.outcome = QComboBox()
        self.titles = {name: Titled(field) for name, field in self.fields.items()}
        self.titles["outcome"] = Titled(self.outcome)
        self.signs_title, self.severity_title = SecureLabel("label"), SecureLabel("label")
        self.advice, self.notice = SecureLabel(wrap=True), Notice(around.look, lines=2)
        self.save = KeyButton(around.look, "primary", "save", "Enter", shortcut=False)
        self.leave = KeyButton(around.look, "plain", "", "Esc", shortcut=False)
        self.void = KeyButton(around.look, "plain", "close", "Ctrl+Shift+D")
        set_look(self.save, big="true")
        set_look(self.advice, tone="stop")
        super().__init__(self._laid_out(), gap=8)
        self._connect()

    def _laid_out(self) -> QVBoxLayout:
        grid = QGridLayout()
        grid.setSpacing(4)
        for place, (key, sign) in enumerate(SIGN_KEYS.items()):
            button = self.signs[sign]
            button.show_key(key)
            set_look(button, small="true")
            button.toggled.connect(self._propose)
            grid.addWidget(button, place % 8, place // 8)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        severities = beside(*self.severities.values(), gap=4)
        for place, button in enumerate(self.severities.values()):
            button.show_shortcut(f"Alt+{place}")
            button.show_key("")  # the title names them all
            set_look(button, small="true")
        times = beside(self.titles["onset"], self.titles["outcome"], gap=8)
        times.setStretch(0, 2)
        times.setStretch(1, 3)
        self.advice.setMinimumHeight(66)
        self.advice.setAlignment(Qt.AlignmentFlag.AlignTop)
        seen = stacked(self.signs_title, grid, 4, self.severity_title, severities, -1, gap=4)
        told = stacked(
            times, self.titles["treatment"], self.titles["note"], self.titles["reason"], self.advice, -1, gap=6
        )
        columns = beside(seen, told, gap=16)
        columns.setStretch(0, 1)
        columns.setStretch(1, 1)
        last = beside(self.leave, self.void, self.save, gap=8)
        last.setStretch(2, 1)
        inside = stacked(self.title, self.explain, columns, self.notice, last, gap=6)
        inside.setStretch(2, 1)
        return inside

    def _connect(self) -> None:
        self.fields["onset"].setMaxLength(5)
        for name in ("treatment", "note", "reason"):
            self.fields[name].setMaxLength(TEXT_CHARS_MAX)
        for outcome in ReactionOutcome:
            self.outcome.addItem("", outcome.value)
        for severity, button in self.severities.items():
            button.clicked.connect(lambda _checked=False, chosen=severity: self._choose(chosen))
        self.save.clicked.connect(self._save)
        self.void.clicked.connect(self._void)
        self.leave.clicked.connect(self.given_up)

    def begin(self, one: Observed, now: datetime) -> None:
        """A new reaction of somebody, or the one that stands, to be corrected."""
        self._one, self._old = one, one.reaction
        old = one.reaction
        self._severity_chosen = old is not None
        for sign, button in self.signs.items():
            button.setChecked(old is not None and sign in old.signs)
        self._show_severity(old.severity if old else Severity.COMMON)
        filled = {"onset": words.clock(old.onset_at if old else now), "treatment": old.treatment if old else ""}
        filled |= {"note": old.note if old else "", "reason": ""}
        for name, text in filled.items():
            self.fields[name].setText(text)
            set_look(self.fields[name], wrong="false")
        outcome = old.outcome if old else ReactionOutcome.RECOVERING
        self.outcome.setCurrentIndex(self.outcome.findData(outcome.value))
        self.titles["reason"].setVisible(old is not None)
        self.void.setVisible(old is not None)
        self.notice.hush()
        self.say_words()
        next(iter(self.signs.values())).setFocus()

    def say_words(self) -> None:
        """Every text."""
        name = self._one.name if self._one else ""
        self.title.setText(self.tr("Phản ứng: {name}").format(name=name))
        self.explain.setText(self.tr("Lo cho người bệnh trước, ghi máy sau."))
        self.signs_title.setText(self.tr("Dấu hiệu đã thấy (bấm số hoặc chữ)"))
        self.severity_title.setText(self.tr("Mức độ theo 51/2017/TT-BYT (Alt+0 đến Alt+4)"))
        for sign, button in self.signs.items():
            button.say(aftercare_words.sign(sign))
        for severity, button in self.severities.items():
            button.say(aftercare_words.severity_short(severity))
        for place, outcome in enumerate(ReactionOutcome):
            self.outcome.setItemText(place, aftercare_words.reaction_outcome(outcome))
        said = {
            "onset": self.tr("Xuất hiện lúc"),
            "outcome": self.tr("Diễn biến"),
            "treatment": self.tr("Đã xử trí"),
            "note": self.tr("Ghi chú"),
            "reason": self.tr("Lý do sửa"),
        }
        for field, text in said.items():
            self.titles[field].say(text)
        self.save.say(self.tr("Lưu phản ứng"))
        self.leave.say(self.tr("Thôi"))
        self.void.say(self.tr("Ghi nhầm"))
        self._say_advice()

    # --- how bad

    @property
    def chosen(self) -> tuple[Sign, ...]:
        """The signs that are marked."""
        return tuple(sign for sign, button in self.signs.items() if button.isChecked())

    def _propose(self, _marked: bool = False) -> None:
        if not self._severity_chosen:
            self._show_severity(proposed_severity(self.chosen))
        self._say_advice()

    def _choose(self, severity: Severity) -> None:
        self._severity_chosen = True
        self._show_severity(severity)
        self._say_advice()

    def _show_severity(self, severity: Severity) -> None:
        self.severity = severity
        for other, button in self.severities.items():
            button.setChecked(other is severity)

    def _say_advice(self) -> None:
        proposed = proposed_severity(self.chosen)
        if self.severity.is_serious:
            self.advice.setText(
                self.tr(
                    "Phản vệ từ độ 2: tiêm bắp adrenalin ngay theo 51/2017/TT-BYT, gọi cấp cứu. Sẽ phải báo cáo tai biến nặng."
                )
            )
        elif self.severity is not proposed:
            said = self.tr("Theo dấu hiệu đã chọn, máy đề xuất: {severity}.")
            self.advice.setText(said.format(severity=aftercare_words.severity(proposed)))
        else:
            self.advice.setText("")

    # --- keeping

    def _save(self) -> None:
        onset = self._onset()
        if onset is None or self._one is None:
            return
        reactions, actor = self._around.services.work.reactions, self._around.session.actor
        draft = self._draft(onset)
        if self._old is None:
            self._run(partial(reactions.note, self._one.dose_id, draft, actor))
        else:
            self._run(partial(reactions.correct, self._old.id, draft, self.fields["reason"].text(), actor))

    def _void(self) -> None:
        if self._old is not None:
            actor, reason = self._around.session.actor, self.fields["reason"].text()
            self._run(partial(self._around.services.work.reactions.void, self._old.id, reason, actor))

    def _run(self, change: partial[Reaction]) -> None:
        self.save.setEnabled(False)
        self._around.lane.run(change, done=self._saved, failed=self._refused)

    def _draft(self, onset: datetime) -> ReactionDraft:
        return ReactionDraft(
            onset_at=onset,
            signs=self.chosen,
            severity=self.severity,
            treatment=self.fields["treatment"].text(),
            outcome=ReactionOutcome(self.outcome.currentData()),
            note=self.fields["note"].text(),
        )

    def _onset(self) -> datetime | None:
        """The time as typed, of the last day on which it was that time; the stored moment where nothing was changed. Says so when it cannot be read."""
        typed, old = self.fields["onset"].text().strip(), self._old
        if old is not None and typed == words.clock(old.onset_at):
            return old.onset_at
        now = self._around.services.work.clock().astimezone(VIETNAM)
        try:
            at = datetime.strptime(typed.replace("h", ":").replace(".", ":"), "%H:%M")
        except ValueError:
            self._mark(("onset",))
            self.notice.tell(Tone.STOP, self.tr("Giờ xuất hiện chưa đúng dạng giờ:phút, như 10:45."))
            return None
        found = now.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)
        return (
            found - timedelta(days=1) if found > now + SLACK and found - timedelta(days=1) >= self._given_at else found
        )

    @property
    def _given_at(self) -> datetime:
        assert self._one is not None
        return self._one.given_at.replace(second=0, microsecond=0)

    def _saved(self, reaction: Reaction) -> None:
        self.save.setEnabled(True)
        self.kept.emit(reaction)

    def _refused(self, error: VaxdeskError) -> None:
        self.save.setEnabled(True)
        problems = error.problems if isinstance(error, InputRefused) else ()
        self._mark(tuple(problem.field for problem in problems))
        said = [self._around.speech.sentence(one) for one in problems or (error,)]
        self.notice.tell(Tone.STOP, "\n".join(said))

    def _mark(self, wrong: tuple[str, ...]) -> None:
        """The fields at fault; the first of them is where the cursor goes."""
        at_fault = [name for name in self.fields if name in wrong]
        for name, field in self.fields.items():
            set_look(field, wrong="true" if name in at_fault else "false")
        if at_fault:
            self.fields[at_fault[0]].setFocus()
            self.fields[at_fault[0]].selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Enter keeps it, Esc leaves all as it was; a sign's key marks it, unless somebody writes."""
        sign = SIGN_KEYS.get(event.text().upper()) if event.text() else None
        if event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.save.click()
        elif sign is not None:
            self.signs[sign].toggle()
        else:
            super().keyPressEvent(event)
