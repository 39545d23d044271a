"""Is every dose on the platform? Three figures that should be equal, what waits, and what a person must mend."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QFrame, QWidget

from vaxdesk.errors import VaxdeskError
from vaxdesk.messages import templates
from vaxdesk.models.counts import Counts, SetAside
from vaxdesk.models.exchange import LinkState
from vaxdesk.models.workplace import Workplace
from vaxdesk.sync.engine import SyncReport
from vaxdesk.ui import words
from vaxdesk.ui.courier_bar import CourierBar
from vaxdesk.ui.dose_form import Tone
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.tables import Cell, Row, RowsTable
from vaxdesk.ui.widgets import (
    GAP,
    MARGIN,
    Card,
    ElidedLabel,
    IconLabel,
    KeyButton,
    Notice,
    Page,
    Pill,
    SecureLabel,
    beside,
    ruler,
    set_look,
    stacked,
)

STORY_PX = 420


@dataclass(frozen=True, slots=True, repr=False)
class SyncFacts:
    """What the page shows, read in one go."""

    today: Counts
    total: Counts
    link: LinkState
    aside: tuple[SetAside, ...]


def read_facts(work: Workplace) -> SyncFacts:
    """On the lane."""
    today = work.figures.counts(work.clock().date())
    return SyncFacts(today, work.figures.counts(), work.sync_book.link(), work.figures.set_aside())


class Figure(QFrame):
    """One number, big, with what it counts and the figure of all days."""

    def __init__(self, around: Surroundings, icon: str) -> None:
        super().__init__()
        self.setProperty("card", "true")
        self._icon_name = icon
        self.icon = IconLabel(around.look, icon, "quiet", 28)
        self.title, self.value, self.total = SecureLabel("label"), SecureLabel("figure"), SecureLabel("note")
        texts = stacked(self.title, self.value, self.total, gap=0)
        line = beside(texts, self.icon, margins=(16, 12, 16, 12))
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
        self.notice = Notice(around.look)
        self.contact = Pill(around.look)
        self.now = KeyButton(around.look, "plain", "sync", "Ctrl+R")
        self.courier = CourierBar(around)
        self.aside_title = SecureLabel("title")
        self.table = RowsTable(around.look, (80, 220, 180, 240), stretched=3)
        self.nothing = _Nothing(around)
        self.story = _Story(around)
        self._lay_out()
        self.now.clicked.connect(self._wish_sync)
        self.courier.changed.connect(self._sent_again)
        self.table.chosen.connect(self._chosen)
        self.story.again.clicked.connect(self._send_again)
        self.say_words()

    def _lay_out(self) -> None:
        self.story.setFixedWidth(STORY_PX)
        figures = beside(self.given, self.received, self.read_back, self.waiting)
        line = beside(self.contact, self.courier, self.now)
        line.setStretch(0, 1)
        left = stacked(self.aside_title, self.table, self.nothing, gap=8)
        left.setStretch(1, 1)
        left.setStretch(2, 1)
        below = beside(left, self.story)
        below.setStretch(0, 1)
        page = stacked(
            figures, line, self.courier.notice, self.notice, below, margins=(MARGIN, GAP, MARGIN, GAP), gap=8
        )
        page.setStretch(4, 1)
        self.setLayout(page)

    def refresh(self) -> None:
        """Reads the figures afresh."""
        work = self._around.services.work
        self._around.lane.run(read_facts, work, done=self._read, failed=self._trouble)

    def show_report(self, report: SyncReport) -> None:
        """The sync thread has run."""
        self._report, self._running = report, False
        self.now.setEnabled(True)
        self._say_contact()

    def say_words(self) -> None:
        """Every text."""
        self.given.title.setText(self.tr("Đã tiêm hôm nay"))
        self.received.title.setText(self.tr("Nền tảng đã nhận"))
        self.read_back.title.setText(self.tr("Đã đọc lại, khớp"))
        self.waiting.title.setText(self.tr("Đang chờ gửi"))
        self.now.say(self.tr("Đồng bộ ngay"))
        self.table.setAccessibleName(self.tr("Bị nền tảng từ chối"))
        self.courier.say_words()
        self.nothing.say_words()
        self.story.say_words()
        self._say_contact()
        self._say_facts()

    def _read(self, facts: SyncFacts) -> None:
        self._facts = facts
        self._say_facts()
        self._say_contact()

    def _say_facts(self) -> None:
        facts = self._facts
        if facts is None:
            return
        today, total = facts.today, facts.total
        self.given.show_figure(today.given, self._all_days(total.given), Tone.QUIET)
        self.received.show_figure(today.received, self._all_days(total.received), _equal(today.received, today.given))
        self.read_back.show_figure(
            today.read_back, self._all_days(total.read_back), _equal(today.read_back, today.given)
        )
        oldest = self.tr("lâu nhất {time}").format(time=words.lasting(total.oldest_waiting_s)) if total.waiting else ""
        self.waiting.show_figure(total.waiting, oldest or "–", Tone.INFORM if total.waiting else Tone.ALLOWED)
        self._say_alarm(total)
        self._list(facts.aside)

    def _say_alarm(self, total: Counts) -> None:
        if total.read_back_differs:
            count = total.read_back_differs
            said = self.tr(
                "%n mũi trên nền tảng khác với bản đã xác nhận. Hãy báo đơn vị quản trị nền tảng.", "", count
            )
            self.notice.tell(Tone.STOP, said)
        else:
            self.notice.hush()

    def _all_days(self, count: int) -> str:
        return self.tr("tất cả các ngày: {count}").format(count=count)

    def _list(self, aside: tuple[SetAside, ...]) -> None:
        titles = (self.tr("Lúc"), self.tr("Họ và tên"), self.tr("Mũi tiêm"), self.tr("Vì sao"))
        self.aside_title.setText(self.tr("Bị nền tảng từ chối ({count})").format(count=len(aside)))
        self.table.show_rows(titles, [self._row(one) for one in aside])
        self.table.setVisible(bool(aside))
        self.nothing.setVisible(not aside)
        self._go_home()

    def _row(self, one: SetAside) -> Row:
        record = one.record
        cells = (
            Cell(words.clock(record.dose.occurred_at)),
            Cell(record.person.name, strong=True),
            Cell(words.dose_title(record, self._around.speech.language)),
            Cell(self._why(one), "stop", Tone.STOP),
        )
        return Row(record.dose.id, cells)

    def _why(self, one: SetAside) -> str:
        if one.code in templates(self._around.speech.language):
            return self._around.speech.of_code(one.code)
        return self.tr("Nền tảng không nhận bản ghi này.")

    def _chosen(self, key: str) -> None:
        aside = self._facts.aside if self._facts else ()
        found = next((one for one in aside if one.record.dose.id == key), None)
        self.story.show_one(found, self._why(found) if found else "")

    def _say_contact(self) -> None:
        if self._running:
            self.contact.show_state(Tone.INFORM, self.tr("Đang đồng bộ…"), "sync")
            return
        report, link = self._report, self._facts.link if self._facts else None
        last = link.last_reached_at if link else None
        told = self.tr("Lần cuối nền tảng trả lời: {time}").format(time=words.moment(last)) if last else ""
        if report is not None and report.trouble:
            said = f"{self._around.speech.of_code(report.trouble)} {told}"
            self.contact.show_state(Tone.DECIDE, said, "offline")
        elif told:
            self.contact.show_state(Tone.ALLOWED, told, "proven")
        else:
            self.contact.show_state(Tone.QUIET, self.tr("Chưa liên lạc được với nền tảng lần nào."), "offline")

    def _wish_sync(self) -> None:
        self._running = True
        self.now.setEnabled(False)
        self._say_contact()
        self.sync_wished.emit()

    def _send_again(self) -> None:
        key = self.story.key
        if key:
            book = self._around.services.work.sync_book
            self._around.lane.run(book.send_again, [key], done=self._sent_again, failed=self._trouble)

    def _sent_again(self, _count: int) -> None:
        self.records_changed.emit()
        self.refresh()

    def _trouble(self, error: VaxdeskError) -> None:
        self.notice.tell(Tone.STOP, self._around.speech.sentence(error))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Enter does what the big button says."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.story.again.click()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name
        """The list is where the arrows go."""
        super().showEvent(event)
        self._go_home()

    def _go_home(self) -> None:
        focus = QApplication.focusWidget()
        if self.isVisible() and (focus is None or not self.isAncestorOf(focus) or focus is self.now):
            (self.table if self.table.isVisible() else self.now).setFocus()


class _Nothing(QWidget):
    def __init__(self, around: Surroundings) -> None:
        super().__init__()
        self.icon = IconLabel(around.look, "proven", "allowed", 48)
        self.title, self.text = SecureLabel("title"), SecureLabel("quiet", wrap=True)
        for label in (self.title, self.text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setLayout(stacked(-1, beside(-1, self.icon, -1), self.title, self.text, -1, -1, gap=8))

    def say_words(self) -> None:
        self.title.setText(self.tr("Không có bản ghi nào bị từ chối"))
        self.text.setText(self.tr("Nếu nền tảng không nhận một mũi tiêm, mũi đó hiện ở đây với lý do và cách sửa."))


class _Story(Card):
    """The chosen record: a plain sentence, the server's own words, the one action."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self.key = ""
        self.name, self.dose = ElidedLabel("heading"), ElidedLabel("input")
        self.why = SecureLabel("input", wrap=True)
        self.own_title, self.own = SecureLabel("label"), SecureLabel("note", wrap=True)
        self.own.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.again = KeyButton(around.look, "primary", "sync", "Enter", shortcut=False)
        set_look(self.again, big="true")
        super().__init__(self.name, self.dose, ruler(), self.why, 4, self.own_title, self.own, -1, self.again, gap=8)

    def show_one(self, one: SetAside | None, why: str) -> None:
        """Another record, or none."""
        self.key = one.record.dose.id if one else ""
        self.again.setEnabled(one is not None)
        if one is None:
            self.say_words()
            return
        self.name.setText(one.record.person.name)
        self.dose.setText(words.dose_title(one.record, self._around.speech.language))
        self.why.setText(why)
        set_look(self.why, tone="stop")
        self.own.setText(f"{one.text}\n{one.code} · {words.moment(one.at)}")
        self.own_title.setText(self.tr("Máy chủ nói"))

    def say_words(self) -> None:
        self.again.say(self.tr("Gửi lại bản ghi này"))
        self.again.setEnabled(bool(self.key))
        if not self.key:
            self.name.setText(self.tr("Không có gì phải sửa"))
            self.dose.setText("")
            self.why.setText(self.tr("Bản ghi đang chờ sẽ tự gửi khi có mạng; không cần làm gì."))
            set_look(self.why, tone="quiet")
            self.own.setText("")
            self.own_title.setText("")


def _equal(value: int, wanted: int) -> Tone:
    return Tone.ALLOWED if value == wanted else Tone.DECIDE
