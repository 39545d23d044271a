"""The list of complaints: the most urgent first, each with what is left of its 48 hours, and the counts of the campaign above."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from vaxdesk.models.complaints import CampaignCounts, Story
from vaxdesk.ui import complaint_words
from vaxdesk.ui.nothing_here import NothingHere
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.tables import Cell, Row, RowsTable
from vaxdesk.ui.tone import Tone
from vaxdesk.ui.widgets import Pill, beside, stacked

COLUMNS_PX = (184, 110, 112)


class ComplaintList(QWidget):
    """`chosen(id)`: the line the arrows are on; empty for nothing."""

    chosen = Signal(str)

    def __init__(self, around: Surroundings) -> None:
        super().__init__()
        self._stories: Sequence[Story] = ()
        self._now: datetime | None = None
        self._counts = CampaignCounts()
        self.overdue, self.open = Pill(around.look), Pill(around.look)
        self.waiting, self.closed = Pill(around.look), Pill(around.look)
        self.table = RowsTable(around.look, COLUMNS_PX, stretched=1)
        self.nothing = NothingHere(around.look, "proven", "allowed")
        lines = (beside(self.overdue, self.open, gap=8), beside(self.waiting, self.closed, gap=8))
        for line in lines:
            line.setStretch(0, 4)
            line.setStretch(1, 3)
        counts = stacked(*lines, gap=4)
        inside = stacked(counts, self.table, self.nothing, gap=8)
        inside.setStretch(1, 1)
        inside.setStretch(2, 1)
        self.setLayout(inside)
        self.table.chosen.connect(self.chosen)
        self.say_words()

    def show_stories(self, stories: Sequence[Story], counts: CampaignCounts, now: datetime) -> None:
        """Everything read afresh, or the clock a little later; the chosen line stays chosen while it is there."""
        self._stories, self._counts, self._now = stories, counts, now
        self.say_words()

    def choose(self, complaint_id: str) -> None:
        """Puts the arrows on one."""
        keys = [row.key for row in self.table.rows.rows]
        if complaint_id in keys:
            self.table.selectRow(keys.index(complaint_id))

    def say_words(self) -> None:
        """Every text."""
        titles = (self.tr("Thời hạn"), self.tr("Người phản ánh"), self.tr("Tình trạng"))
        self.table.setAccessibleName(self.tr("Phản ánh, gấp nhất trước"))
        rows = [self._row(story, self._now) for story in self._stories if self._now is not None]
        if rows != list(self.table.rows.rows) or not rows:
            self.table.show_rows(titles, rows)
        self.table.setVisible(bool(rows))
        self.nothing.setVisible(not rows)
        self.nothing.say(
            self.tr("Chưa có phản ánh nào"),
            self.tr(
                "Phản ánh gửi lên nền tảng cho điểm tiêm này tự hiện ở đây. Bấm Ctrl+N để nhận một phản ánh tại quầy."
            ),
        )
        self._say_counts()

    def _row(self, story: Story, now: datetime) -> Row:
        tone, icon = complaint_words.tone(story, now)
        said = self.tr("Chờ duyệt") if story.pending is not None else complaint_words.status(story.status)
        if story.is_refused:
            said = self.tr("Chưa nhận lời đáp")
        cells = (
            Cell(complaint_words.left(story, now), icon, tone),
            Cell(story.complaint.claim.name, strong=not story.status.is_closed),
            Cell(said, "stop" if story.is_refused else "", Tone.STOP if story.is_refused else None),
        )
        return Row(story.complaint.id, cells)

    def _say_counts(self) -> None:
        found = self._counts
        late = self.tr("Quá hạn: {count}").format(count=found.overdue)
        if found.alarm:
            late += self.tr(" · dưới 6 giờ: {count}").format(count=found.alarm)
        tone = Tone.STOP if found.overdue else Tone.DECIDE if found.alarm else Tone.ALLOWED
        self.overdue.show_state(tone, late, "clock" if tone is not Tone.ALLOWED else "proven")
        waits = self.tr("Chưa trả lời: {count}").format(count=found.open)
        if found.to_approve:
            waits += self.tr(" · chờ duyệt: {count}").format(count=found.to_approve)
        self.open.show_state(Tone.INFORM if found.open else Tone.QUIET, waits, "waiting")
        on_hold = self.tr("Chờ người dân: {asked} · xử lý sau: {postponed}")
        self.waiting.show_state(Tone.QUIET, on_hold.format(asked=found.asked, postponed=found.postponed), "person")
        ended = self.tr("Đã xong: {closed}/{received}").format(closed=found.closed, received=found.received)
        if found.late:
            ended += self.tr(" · muộn: {count}").format(count=found.late)
        self.closed.show_state(Tone.QUIET, ended, "check")
