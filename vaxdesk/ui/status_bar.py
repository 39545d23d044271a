"""The line that is always there: network, the day's figures, what waits and for how long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtWidgets import QFrame

from vaxdesk.models.counts import Counts
from vaxdesk.sync.reports import SyncReport
from vaxdesk.ui import words
from vaxdesk.ui.dose_form import Tone
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.widgets import Pill, SecureLabel, beside, ruler, set_look

HEIGHT_PX = 34
LONG_WAIT_S = 15 * 60


@dataclass(frozen=True, slots=True)
class Standing:
    """What the bar shows: figures of the day, the queue, the last answer of the platform and the last run's trouble.

    `since`: when that run was told of, or the window was opened; an answer after it comes from the run that goes on now.
    """

    counts: Counts | None = None
    last_reached_at: datetime | None = None
    report: SyncReport | None = None
    since: datetime | None = None

    @property
    def is_answered_now(self) -> bool:
        """Whether the platform answers in the run under way: a long push tells of itself before it ends."""
        return self.since is not None and self.last_reached_at is not None and self.last_reached_at > self.since


class StatusBar(QFrame):
    """Shows a Standing."""

    def __init__(self, around: Surroundings) -> None:
        super().__init__()
        self._around = around
        self._standing = Standing()
        self.setObjectName("statusbar")
        self.setFixedHeight(HEIGHT_PX)
        self.network, self.waiting = Pill(around.look), Pill(around.look)
        self.today = SecureLabel("note")
        line = beside(
            self.network, ruler(down=True), self.today, ruler(down=True), self.waiting, margins=(16, 4, 16, 4)
        )
        line.setStretch(0, 3)
        line.setStretch(4, 2)
        self.setLayout(line)
        for pill in (self.network, self.waiting):
            set_look(pill.words, look="note")
        self.say_words()

    def show_standing(self, standing: Standing) -> None:
        """New figures."""
        self._standing = standing
        self.say_words()

    def say_words(self) -> None:
        """Every text."""
        self._say_network()
        counts = self._standing.counts
        if counts is None:
            return
        self.today.setText(
            self.tr("Hôm nay: {given} đã tiêm · {received} đã nhận · {read_back} đã đọc lại").format(
                given=counts.given, received=counts.received, read_back=counts.read_back
            )
        )
        self._say_waiting(counts)

    def _say_network(self) -> None:
        if self._around.services.practice is not None:
            self.network.show_state(Tone.INFORM, self.tr("Luyện tập: không gửi đi đâu"), "offline")
            return
        report, at = self._standing.report, self._standing.last_reached_at
        is_well = report is not None and report.reached and not report.trouble
        if is_well or self._standing.is_answered_now:
            said = self.tr("Có mạng, nền tảng trả lời {time}").format(time=words.clock(at))
            self.network.show_state(Tone.ALLOWED, said, "proven")
        elif report is None:
            self.network.show_state(Tone.QUIET, self.tr("Đang hỏi nền tảng…"), "sync")
        else:
            sentence = self._around.speech.of_code(report.trouble or "platform-unreachable")
            self.network.show_state(Tone.DECIDE, sentence, "offline")

    def _say_waiting(self, counts: Counts) -> None:
        if self._around.services.practice is not None:
            self.waiting.show_state(Tone.QUIET, "")
        elif counts.set_aside:
            said = self.tr("{count} bị từ chối: xem F5 · chờ {waiting}").format(
                count=counts.set_aside, waiting=counts.waiting
            )
            self.waiting.show_state(Tone.STOP, said)
        elif counts.waiting:
            said = self.tr("Chờ {count}, lâu nhất {time}").format(
                count=counts.waiting, time=words.lasting(counts.oldest_waiting_s)
            )
            tone = Tone.DECIDE if counts.oldest_waiting_s > LONG_WAIT_S else Tone.INFORM
            self.waiting.show_state(tone, said, "waiting")
        else:
            self.waiting.show_state(Tone.ALLOWED, self.tr("Không có gì chờ gửi"), "allowed")
