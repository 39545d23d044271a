"""The right side of the observation board: one person, how long still, what was seen, and how they leave."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

from vaxdesk.errors import InputRefused, VaxdeskError
from vaxdesk.models.aftercare import ObservationOutcome, Reaction
from vaxdesk.models.observation import Observed, Watch
from vaxdesk.models.values import StaffMember
from vaxdesk.print.spooler import JobId
from vaxdesk.ui import aftercare_words, words
from vaxdesk.ui.buttons import ChoiceButton, KeyButton
from vaxdesk.ui.dose_form import Tone
from vaxdesk.ui.observation_tiles import tile_text
from vaxdesk.ui.services import WindowServices
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.widgets import Card, FitLabel, Notice, Pill, SecureLabel, Titled, WholeLabel, ruler, set_look, stacked

BY_REASON = (ObservationOutcome.LEFT_EARLY, ObservationOutcome.TRANSFERRED)


def print_severe(services: WindowServices, reaction: Reaction, actor: StaffMember) -> JobId:
    """On the lane: the report of a serious event, given to the printer and logged."""
    from vaxdesk.print import severe_report

    work = services.work
    record = work.desk.dose(reaction.dose_id)
    report = severe_report.report_of(record, work.desk.history(record), reaction, work.site(), actor.name, work.clock())
    job = services.spool(severe_report.render(report), services.settings().printer or None, "vaxdesk report")
    work.reactions.note_report(reaction.id, actor)
    return job


class WatchCard(Card):
    """`may_go`: the primary action, with the way out; `reason_wished`: a way out that needs words."""

    may_go = Signal(ObservationOutcome)
    reason_wished = Signal()

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self.one: Observed | None = None
        self.name, self.dose = FitLabel((24, 20)), WholeLabel("quiet")
        self.time, self.state = SecureLabel("figure"), Pill(around.look)
        self.seen_title, self.seen = SecureLabel("label"), WholeLabel("input")
        self.seen_more = WholeLabel("quiet")
        self.notice = Notice(around.look, lines=3)
        self.go = KeyButton(around.look, "primary", "allowed", "Enter", shortcut=False)
        self.reaction = KeyButton(around.look, "plain", "edit", "Ctrl+E")
        self.early = KeyButton(around.look, "plain", "people", "Ctrl+J")
        self.report = KeyButton(around.look, "plain", "print", "Ctrl+P")
        set_look(self.go, big="true")
        seen = stacked(self.seen_title, self.seen, self.seen_more, gap=2)
        told = stacked(self.name, self.dose, ruler(), self.time, self.state, ruler(), seen, -1, self.notice, gap=8)
        super().__init__(told, self.go, self.reaction, self.early, self.report, gap=8)
        self.go.clicked.connect(self._go)
        self.early.clicked.connect(self.reason_wished)
        self.report.clicked.connect(self._print_report)

    def show_one(self, one: Observed | None, now: datetime) -> None:
        """Somebody, or nobody."""
        if one is None or self.one is None or one.dose_id != self.one.dose_id:
            self.notice.hush()
        self.one = one
        self.show_time(now)
        self.say_words()

    def show_time(self, now: datetime) -> None:
        """A second later."""
        one = self.one
        text = tile_text(one, now) if one else None
        self.time.setText(text.big if text else "")
        set_look(self.time, tone=text.tone.value if text else Tone.QUIET.value)
        self.state.show_state(text.tone if text else Tone.QUIET, self._state(one, now), text.icon if text else "")
        self._offer(one, now)

    def _state(self, one: Observed | None, now: datetime) -> str:
        if one is None:
            return ""
        if one.outcome is not None:
            way = aftercare_words.way_out(one.outcome)
            return self.tr("{way}, lúc {time}").format(way=way, time=words.clock(one.ended_at))
        if one.watch(now) is Watch.CLOCK_WRONG:
            return self.tr("Đồng hồ máy chỉ trước giờ tiêm: xem giờ trên phiếu")
        return self.tr("Đủ 30 phút lúc {time}").format(time=words.clock(one.due_at))

    def _offer(self, one: Observed | None, now: datetime) -> None:
        is_here = one is not None and one.outcome is None
        watch = one.watch(now) if one else Watch.WATCHED
        self.go.setEnabled(is_here and (watch.may_leave or watch is Watch.CLOCK_WRONG))
        self.early.setEnabled(is_here)
        self.reaction.setEnabled(one is not None)
        self.report.setVisible(one is not None and one.reaction is not None and one.reaction.is_serious)
        if not is_here or one is None:
            said = self.tr("Cho về")
        elif watch is Watch.CLOCK_WRONG:
            said = self.tr("Cho về, ghi lý do…")
        elif not watch.may_leave:
            said = self.tr("Còn {left} mới được về").format(left=aftercare_words.countdown(one.left_s(now)))
        else:
            said = self.tr("Cho về: có phản ứng") if one.reaction else self.tr("Cho về: bình thường")
        if said != self.go.text():
            self.go.say(said)

    def say_words(self) -> None:
        """Every text."""
        one, speech = self.one, self._around.speech
        self.name.setText(one.name if one else self.tr("Chưa có ai đang theo dõi"))
        self.dose.setText(self._dose(one, speech.language) if one else self._nobody())
        self.seen_title.setText(self.tr("Phản ứng sau tiêm") if one else "")
        self._say_seen(one)
        self.reaction.say(self.tr("Sửa phản ứng…") if one and one.reaction else self.tr("Ghi phản ứng…"))
        self.early.say(self.tr("Về sớm hoặc chuyển viện…"))
        self.report.say(self.tr("In báo cáo tai biến nặng"))
        self.show_time(self._around.services.work.clock())

    def _dose(self, one: Observed, language: str) -> str:
        given = self.tr("{dose}, tiêm lúc {time}").format(
            dose=aftercare_words.dose(one, language), time=words.clock(one.given_at)
        )
        return f"{given}\n{words.birth(one.birth_date)}"

    def _nobody(self) -> str:
        return self.tr("Ai vừa tiêm xong sẽ hiện ở đây, còn bao nhiêu phút và khi nào được về.")

    def _say_seen(self, one: Observed | None) -> None:
        found = one.reaction if one else None
        if found is None:
            self.seen.setText(self.tr("Chưa ghi phản ứng nào") if one else "")
            self.seen_more.setText("")
            set_look(self.seen, tone=Tone.QUIET.value)
            return
        self.seen.setText(f"{aftercare_words.severity(found.severity)}: {aftercare_words.signs(found)}")
        set_look(self.seen, tone=Tone.STOP.value)
        since = self.tr("Từ {time}").format(time=words.clock(found.onset_at))
        more = (since, found.treatment, aftercare_words.reaction_outcome(found.outcome), found.note)
        self.seen_more.setText(" · ".join(text for text in more if text))

    def _go(self) -> None:
        one = self.one
        if one is None:
            return
        if one.watch(self._around.services.work.clock()) is Watch.CLOCK_WRONG:
            self.reason_wished.emit()
            return
        self.may_go.emit(ObservationOutcome.REACTION if one.reaction else ObservationOutcome.WELL)

    def _print_report(self) -> None:
        if self.one is not None and self.one.reaction is not None:
            self.report.setEnabled(False)
            work = partial(print_severe, self._around.services, self.one.reaction, self._around.session.actor)
            self._around.lane.run(work, done=self._spooled, failed=self._not_printed)

    def _spooled(self, _job: JobId) -> None:
        self.report.setEnabled(True)
        self.notice.tell(Tone.INFORM, self.tr("Đã gửi báo cáo tới máy in. Gửi bản ký tên về tỉnh trong 24 giờ."))

    def _not_printed(self, error: VaxdeskError) -> None:
        self.report.setEnabled(True)
        self.tell(error)

    def tell(self, error: VaxdeskError) -> None:
        """Why not."""
        self.notice.tell(Tone.STOP, self._around.speech.sentence(error))


class LeaveForm(Card):
    """A way out that needs words. `decided`: the way and the reason; `given_up`: all stays as it was."""

    decided = Signal(ObservationOutcome, str)
    given_up = Signal()

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._ways: tuple[ObservationOutcome, ...] = BY_REASON
        self.title, self.explain = FitLabel((20, 16)), SecureLabel("quiet", wrap=True)
        self.choices = {way: ChoiceButton(around.look) for way in ObservationOutcome}
        for way, button in self.choices.items():
            button.clicked.connect(lambda _checked=False, chosen=way: self._choose(chosen))
        self.reason = QLineEdit()
        self.reason.setMaxLength(500)
        self.titled = Titled(self.reason)
        self.notice = Notice(around.look, lines=3)
        self.save = KeyButton(around.look, "primary", "save", "Enter", shortcut=False)
        self.leave = KeyButton(around.look, "plain", "", "Esc", shortcut=False)
        set_look(self.save, big="true")
        told = stacked(self.title, self.explain, *self.choices.values(), self.titled, self.notice, -1, gap=8)
        super().__init__(told, self.save, self.leave, gap=8)
        self.save.clicked.connect(self._save)
        self.leave.clicked.connect(self.given_up)
        self._title, self._explanation, self._way = "", "", BY_REASON[0]

    def begin(self, title: str, explanation: str, ways: tuple[ObservationOutcome, ...]) -> None:
        """Who leaves, and which ways are open; the first is chosen."""
        self._title, self._explanation, self._ways = title, explanation, ways
        for button in self.choices.values():
            button.hide()
        for place, way in enumerate(ways if len(ways) > 1 else (), 1):
            self.choices[way].show_shortcut(f"Alt+{place}")
            self.choices[way].show()
        self._choose(ways[0])
        self.reason.clear()
        self.notice.hush()
        self.say_words()
        self.reason.setFocus()

    def _choose(self, way: ObservationOutcome) -> None:
        self._way = way
        for other, button in self.choices.items():
            button.setChecked(other is way)
        self.reason.setFocus()

    def say_words(self) -> None:
        """Every text."""
        self.title.setText(self._title)
        self.explain.setText(self._explanation)
        for way, button in self.choices.items():
            button.say(aftercare_words.way_out(way))
        self.titled.say(self.tr("Lý do, chuyển đi đâu"))
        self.save.say(self.tr("Ghi và cho về"))
        self.leave.say(self.tr("Thôi"))

    def refused(self, error: VaxdeskError) -> None:
        """Says why; what was typed stays."""
        self.save.setEnabled(True)
        problems = error.problems if isinstance(error, InputRefused) else (error,)
        self.notice.tell(Tone.STOP, "\n".join(self._around.speech.sentence(one) for one in problems))
        self.reason.setFocus()

    def _save(self) -> None:
        self.save.setEnabled(False)
        self.decided.emit(self._way, self.reason.text())

    def ended(self) -> None:
        """It was kept."""
        self.save.setEnabled(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Enter keeps it, Esc leaves all as it was."""
        if event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.save.click()
        else:
            super().keyPressEvent(event)
