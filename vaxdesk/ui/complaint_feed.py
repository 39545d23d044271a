"""The clock of complaints: counts for the rail, and an alarm before the limit, whatever page is shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QObject, QTimer, Signal

from vaxdesk.errors import VaxdeskError
from vaxdesk.models.authority import Act, may
from vaxdesk.models.complaints import CampaignCounts, ComplaintStatus, Story, Urgency, counted, in_order, urgency
from vaxdesk.models.values import StaffMember
from vaxdesk.models.workplace import Workplace
from vaxdesk.ui.surroundings import Surroundings

TICK_MS = 20_000
CALLING = (Urgency.ALARM, Urgency.OVERDUE)


@dataclass(frozen=True, slots=True, repr=False)
class BookFacts:
    """All complaints as they stand, who did what in them (staff id to name), and who may approve changes."""

    stories: tuple[Story, ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    approvers: tuple[StaffMember, ...] = ()

    def name_of(self, staff_id: str) -> str:
        """Who that is; a dash for nobody known."""
        return dict(self.names).get(staff_id, "–")


def read_book(work: Workplace) -> BookFacts:
    """On the lane."""
    accounts = work.staff.accounts()
    names = tuple((str(one.member.id), one.member.name) for one in accounts)
    able = tuple(one.member for one in accounts if one.is_active and may(one.member, Act.APPROVE_CHANGE))
    return BookFacts(work.complaints.all(), names, able)


class ComplaintFeed(QObject):
    """`changed`: read afresh; `ticked`: some seconds later; `overdue(count)`: for the rail; `rang`: one more is about to be late, or late."""

    changed, ticked, rang = Signal(), Signal(), Signal()
    overdue = Signal(int)
    failed = Signal(VaxdeskError)

    def __init__(self, around: Surroundings) -> None:
        super().__init__()
        self._around = around
        self.facts = BookFacts()
        self._called: dict[str, Urgency] | None = None  # nothing was read yet: what is late by then rings nobody
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.tick)
        self._timer.start()

    @property
    def now(self) -> datetime:
        """The desk's clock."""
        return self._around.services.work.clock()

    @property
    def counts(self) -> CampaignCounts:
        """How the site stands now."""
        return counted(self.facts.stories, self.now)

    @property
    def in_order(self) -> tuple[Story, ...]:
        """The most urgent first, by the clock as it is."""
        return in_order(self.facts.stories, self.now)

    def stop(self) -> None:
        """Counts no more."""
        self._timer.stop()

    def refresh(self) -> None:
        """Reads afresh."""
        self._around.lane.run(read_book, self._around.services.work, done=self._read, failed=self.failed.emit)

    def tick(self) -> None:
        """The clock alone moved; new complaints come with the sync's own refresh."""
        if self._around.session.member is not None:
            self.refresh()

    def _read(self, facts: BookFacts) -> None:
        is_new = facts != self.facts
        self.facts = facts
        self._call()
        self.overdue.emit(self.counts.overdue)
        (self.changed if is_new else self.ticked).emit()

    def _call(self) -> None:
        """Each open one rings when the limit is near, and once more when it is over."""
        now = self.now
        calling = {
            story.complaint.id: near
            for story in self.facts.stories
            if story.status is ComplaintStatus.OPEN
            and (near := urgency(story.status, story.complaint.due_at, now)) in CALLING
        }
        if self._called is not None and any(self._called.get(one) is not near for one, near in calling.items()):
            self.rang.emit()
        self._called = calling
