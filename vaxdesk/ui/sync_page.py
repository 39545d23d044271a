"""Is every dose on the platform? Three figures that should be equal, what waits, and what a person must mend."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from PySide6.QtCore import QDate, Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QDateEdit, QFrame, QStackedWidget, QWidget

from vaxdesk.errors import VaxdeskError
from vaxdesk.models.counts import Counts
from vaxdesk.models.day_rows import RefusedDay
from vaxdesk.models.exchange import LinkState
from vaxdesk.models.values import VIETNAM, DoseRecord
from vaxdesk.models.workplace import Workplace
from vaxdesk.sync.reports import SyncReport
from vaxdesk.ui import to_settle, words
from vaxdesk.ui.buttons import KeyButton
from vaxdesk.ui.courier_bar import CourierBar
from vaxdesk.ui.dose_form import Tone
from vaxdesk.ui.identity_page import IdentityViewer
from vaxdesk.ui.refused_days import RefusedDays
from vaxdesk.ui.settle_list import SettleList
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.sync_story import SyncStory
from vaxdesk.ui.to_settle import Group
from vaxdesk.ui.widgets import (
    GAP,
    MARGIN,
    ElidedLabel,
    IconLabel,
    Notice,
    Page,
    Pill,
    SecureLabel,
    beside,
    set_look,
    stacked,
)

STORY_PX = 452
NAMED_MAX = 3


@dataclass(frozen=True, slots=True, repr=False)
class SyncFacts:
    """What the page shows, read in one go. `day_counts` are of the day that was asked for."""

    today: date
    day_counts: Counts
    total: Counts
    link: LinkState
    used_bytes: int
    groups: tuple[Group, ...]
    differing: tuple[DoseRecord, ...]
    refused_days: tuple[RefusedDay, ...]


def read_facts(work: Workplace, day: date | None) -> SyncFacts:
    """On the lane. `day` None: today."""
    today = work.clock().date()
    total = work.figures.counts()
    return SyncFacts(
        today=today,
        day_counts=work.figures.counts(day or today),
        total=total,
        link=work.sync_book.link(),
        used_bytes=work.sync_book.traffic(today).bytes,
        groups=to_settle.groups(work.figures.set_aside(), work.disputes.open()),
        differing=work.figures.differing() if total.read_back_differs else (),
        refused_days=work.figures.refused_days(),
    )


class Figure(QFrame):
    """One number, big, with what it counts and the figure of all days."""

    def __init__(self, around: Surroundings, icon: str) -> None:
        super().__init__()
        self.setProperty("card", "true")
        self._icon_name = icon
        self.icon = IconLabel(around.look, icon, "quiet", 28)
        self.title, self.value, self.total = ElidedLabel("label"), SecureLabel("figure"), ElidedLabel("note")
        texts = stacked(self.title, self.value, self.total, gap=0)
        line = beside(texts, self.icon, gap=4, margins=(12, 8, 12, 8))
        line.setStretch(0, 1)
        self.setLayout(line)

    def show_figure(self, value: int, total: str, tone: Tone) -> None:
        """The number in its colour."""
        self.value.setText(str(value))
        self.total.setText(total)
        set_look(self.value, tone=tone.value)
        self.icon.show_icon(self._icon_name, tone.value)


class SyncPage(Page):
    """`sync_wished`: now, please; `records_changed`: set-aside records go again."""

    sync_wished = Signal()
    records_changed = Signal()

    def __init__(self, around: Surroundings) -> None:
        super().__init__()
        self._around = around
        self._facts: SyncFacts | None = None
        self._report: SyncReport | None = None
        self._running = False
        self.given, self.received = Figure(around, "desk"), Figure(around, "proven")
        self.read_back, self.waiting = Figure(around, "shield"), Figure(around, "waiting")
        self.notice = Notice(around.look, lines=2)
        self.day = QDateEdit()
        self.contact = Pill(around.look)
        self.now = KeyButton(around.look, "plain", "sync", "Ctrl+R")
        self.courier = CourierBar(around)
        self.list, self.refused_days = SettleList(around), RefusedDays(around)
        self.story = SyncStory(around)
        self.identities = KeyButton(around.look, "plain", "person", "Ctrl+I")
        self.identity: IdentityViewer | None = None
        self._stack, self._whole = QStackedWidget(), QWidget()
        self._lay_out()
        self._connect()
        self.say_words()

    def _lay_out(self) -> None:
        self.day.setDisplayFormat("dd/MM/yyyy")
        self.day.setCalendarPopup(True)
        self.day.setFixedWidth(144)
        self._follow(self._around.services.work.clock().date())
        self.story.setFixedWidth(STORY_PX)
        figures = beside(self.given, self.received, self.read_back, self.waiting)
        line = beside(self.day, self.contact, self.now)
        line.setStretch(1, 1)
        by_hand = beside(self.identities, -1, self.courier)
        left = stacked(figures, line, self.notice, self.refused_days, self.list, self.courier.notice, by_hand, gap=8)
        left.setStretch(4, 1)
        page = beside(left, self.story, margins=(MARGIN, GAP, MARGIN, GAP))
        page.setStretch(0, 1)
        self._whole.setLayout(page)
        self._stack.addWidget(self._whole)
        self.setLayout(stacked(self._stack))

    def _connect(self) -> None:
        self.now.clicked.connect(self._wish_sync)
        self.day.dateChanged.connect(self.refresh)
        self.courier.changed.connect(self._go_again)
        self.identities.clicked.connect(self.read_identities)
        self.list.chosen.connect(self.story.show_group)
        self.story.again_wished.connect(self._send_again)
        self.refused_days.again_wished.connect(self._send_again)
        self.story.settled.connect(self._go_again)
        self.story.mending_ended.connect(self.refresh)
        self.story.currentChanged.connect(lambda _place: self.list.setEnabled(not self.story.is_mending))

    def refresh(self) -> None:
        """Reads the figures afresh."""
        work = self._around.services.work
        self._around.lane.run(read_facts, work, self._shown_day(), done=self._read, failed=self._trouble)

    def read_identities(self) -> None:
        """Whose identity is to be mended, in place of the figures; made when somebody first wants it."""
        if self.identity is None:
            self.identity = IdentityViewer(self._around)
            self.identity.left.connect(self.close_identities)
            self.identity.records_changed.connect(self.records_changed)
            self._stack.addWidget(self.identity)
        self._stack.setCurrentWidget(self.identity)
        self._stack.removeWidget(self._whole)  # it asks for more height than the screen may have
        self.identity.table.setFocus()
        self.identity.refresh()

    def close_identities(self) -> None:
        """The figures again; whoever comes next finds nothing to read."""
        if self.identity is not None and self._stack.currentWidget() is self.identity:
            self.identity.stop()
            self._stack.insertWidget(0, self._whole)
            self._stack.setCurrentWidget(self._whole)
            self.identities.setFocus()
            self.refresh()

    def take_scan(self, untrusted_text: str) -> bool:
        """A card shown while identities are mended is for that; True when it was taken."""
        is_mending = self.identity is not None and self._stack.currentWidget() is self.identity
        return is_mending and self.identity is not None and self.identity.take_scan(untrusted_text)

    def _shown_day(self) -> date | None:
        """The chosen day; None while it is today, whatever day that becomes at midnight."""
        shown = self.day.date()
        return None if shown == self.day.maximumDate() else date(shown.year(), shown.month(), shown.day())

    def _follow(self, today: date) -> None:
        """The last day to choose is today; who looks at today goes on looking at today."""
        newest = QDate(today.year, today.month, today.day)
        if newest == self.day.maximumDate():
            return
        follows = self._facts is None or self._shown_day() is None
        self.day.blockSignals(True)
        self.day.setMaximumDate(newest)
        if follows:
            self.day.setDate(newest)
        self.day.blockSignals(False)

    def show_report(self, report: SyncReport) -> None:
        """The sync thread has run."""
        self._report, self._running = report, False
        self.now.setEnabled(True)
        self._say_contact()

    def say_words(self) -> None:
        """Every text."""
        self.received.title.setText(self.tr("Nền tảng đã nhận"))
        self.read_back.title.setText(self.tr("Đã đọc lại, khớp"))
        self.waiting.title.setText(self.tr("Đang chờ gửi"))
        self.now.say(self.tr("Đồng bộ ngay"))
        self.identities.say(self.tr("Định danh cần sửa"))
        self.refused_days.say_words()
        if self.identity is not None:
            self.identity.say_words()
        self.day.setAccessibleName(self.tr("Số liệu của ngày"))
        self.courier.say_words()
        self.list.say_words()
        self.story.say_words()
        self._say_contact()
        self._say_facts()

    def _read(self, facts: SyncFacts) -> None:
        self._follow(facts.today)
        self._facts = facts
        self.refused_days.show_days(facts.refused_days)
        self._say_facts()
        self._say_contact()

    def _say_facts(self) -> None:
        self._say_given()
        facts = self._facts
        if facts is None:
            return
        of_day, total = facts.day_counts, facts.total
        self.given.show_figure(of_day.given, self._all_days(total.given), Tone.QUIET)
        self.received.show_figure(
            of_day.received, self._all_days(total.received), _equal(of_day.received, of_day.given)
        )
        self.read_back.show_figure(
            of_day.read_back, self._all_days(total.read_back), _equal(of_day.read_back, of_day.given)
        )
        oldest = self.tr("lâu nhất {time}").format(time=words.lasting(total.oldest_waiting_s)) if total.waiting else ""
        self.waiting.show_figure(total.waiting, oldest or "–", Tone.INFORM if total.waiting else Tone.ALLOWED)
        self._say_alarm(facts.differing)
        was_home = self.list.table.hasFocus()  # an empty list hides: the focus must not fall on whatever comes next
        self.list.show_groups(facts.groups)
        self._go_home(was_home)

    def _say_given(self) -> None:
        day = self._shown_day()
        said = self.tr("Đã tiêm ngày {day}").format(day=words.day(day)) if day else self.tr("Đã tiêm hôm nay")
        self.given.title.setText(said)

    def _say_alarm(self, differing: tuple[DoseRecord, ...]) -> None:
        if not differing:
            self.notice.hush()
            return
        named = "; ".join(self._named(record) for record in differing[:NAMED_MAX])
        more = len(differing) - NAMED_MAX
        rest = self.tr(" và %n mũi khác", "", more) if more > 0 else ""
        self.notice.tell(
            Tone.STOP,
            self.tr(
                "Trên nền tảng khác với bản đã xác nhận: {doses}. So sánh ở danh sách bên dưới; quản lý điểm tiêm quyết định."
            ).format(doses=named + rest),
        )

    def _named(self, record: DoseRecord) -> str:
        title = words.dose_title(record, self._around.speech.language)
        return f"{record.person.name}, {title}, {words.moment(record.dose.occurred_at)}"

    def _all_days(self, count: int) -> str:
        return self.tr("tất cả các ngày: {count}").format(count=count)

    # --- contact and actions

    def _say_contact(self) -> None:
        if self._running:
            self.contact.show_state(Tone.INFORM, self.tr("Đang đồng bộ…"), "sync")
            return
        report, link = self._report, self._facts.link if self._facts else None
        last = link.last_reached_at if link else None
        told = self.tr("Nền tảng trả lời lúc {time}").format(time=self._moment(last)) if last else ""
        if report is not None and report.trouble:
            said = f"{self._around.speech.of_code(report.trouble)} {told}"
            self.contact.show_state(Tone.DECIDE, said, "offline")
        elif told:
            self.contact.show_state(Tone.ALLOWED, f"{told} · {self._used()}", "proven")
        else:
            self.contact.show_state(Tone.QUIET, self.tr("Chưa liên lạc được với nền tảng lần nào."), "offline")

    def _moment(self, at: datetime) -> str:
        """The time; the day too where it is not today."""
        today = self._around.services.work.clock().date()
        return words.clock(at) if at.astimezone(VIETNAM).date() == today else words.moment(at)

    def _used(self) -> str:
        used_bytes = self._facts.used_bytes if self._facts else 0
        return self.tr("hôm nay dùng {size}").format(size=words.size(used_bytes, self._around.speech.language))

    def _wish_sync(self) -> None:
        self._running = True
        self.now.setEnabled(False)
        self._say_contact()
        self.sync_wished.emit()

    def _send_again(self, dose_ids: list[str]) -> None:
        if dose_ids:
            book = self._around.services.work.sync_book
            self._around.lane.run(book.send_again, dose_ids, done=self._go_again, failed=self._trouble)

    def _go_again(self, _count: int = 0) -> None:
        self.records_changed.emit()
        self.refresh()

    def _trouble(self, error: VaxdeskError) -> None:
        self.notice.tell(Tone.STOP, self._around.speech.sentence(error))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Enter does what the big button says."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.story.act()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name
        """The list is where the arrows go."""
        super().showEvent(event)
        self._go_home()

    def _go_home(self, was_home: bool = False) -> None:
        focus = QApplication.focusWidget()
        if self._stack.currentWidget() is not self._whole:
            return
        if self.isVisible() and (was_home or focus is None or not self.isAncestorOf(focus) or focus is self.now):
            (self.list.table if self.list.table.isVisible() else self.now).setFocus()


def _equal(value: int, wanted: int) -> Tone:
    return Tone.ALLOWED if value == wanted else Tone.DECIDE
