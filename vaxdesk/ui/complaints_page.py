"""F6: complaints, settled within 48 hours: the most urgent first, the whole story beside, and the one screen that settles it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget

from vaxdesk.errors import VaxdeskError
from vaxdesk.models.complaint_book import Case
from vaxdesk.ui.buttons import KeyButton
from vaxdesk.ui.complaint_feed import ComplaintFeed
from vaxdesk.ui.complaint_letter_offer import LetterOffer
from vaxdesk.ui.complaint_list import ComplaintList
from vaxdesk.ui.complaint_picture import EvidenceView
from vaxdesk.ui.complaint_story import ComplaintStory
from vaxdesk.ui.complaint_take import TakeForm
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.tone import Tone
from vaxdesk.ui.widgets import GAP, MARGIN, Notice, Page, beside, stacked

LIST_PX = 484


class ComplaintsPage(Page):
    """`changed`: something was said to a citizen or mended, and wants to be sent."""

    changed = Signal()

    def __init__(self, around: Surroundings) -> None:
        super().__init__()
        self._around = around
        self._wanted = ""
        self._shown = 0  # which of the pictures is looked at
        look = around.look
        self.feed = ComplaintFeed(around)
        self.take = KeyButton(look, "plain", "add", "Ctrl+N")
        self.notice = Notice(look, lines=2)
        self.list, self.story = ComplaintList(around), ComplaintStory(around)
        self.form, self.big = TakeForm(around), EvidenceView(look, is_big=True)
        self.letter = LetterOffer(around)
        self.next_picture, self.enough = (
            KeyButton(look, "plain", "picture", "PgDown"),
            KeyButton(look, "plain", "close", "Esc", shortcut=False),
        )
        self.pictures = QWidget()
        self.pictures.setLayout(stacked(self.big, beside(self.next_picture, -1, self.enough, gap=8), gap=8))
        self.nothing = QWidget()
        self.side = QStackedWidget()
        for part in (self.nothing, self.story, self.form, self.pictures):
            self.side.addWidget(part)
        self._lay_out()
        self._connect()
        self.say_words()

    def _lay_out(self) -> None:
        left = stacked(self.list, self.notice, beside(self.take, -1, gap=8), gap=8)
        left.setStretch(0, 1)
        place = QWidget()
        place.setLayout(left)
        place.setFixedWidth(LIST_PX)
        columns = beside(place, self.side, margins=(MARGIN, 8, MARGIN, GAP))
        columns.setStretch(1, 1)
        self.setLayout(columns)

    def _connect(self) -> None:
        self.feed.changed.connect(self._show_book)
        self.feed.ticked.connect(self._tick)
        self.feed.failed.connect(self._trouble)
        self.list.chosen.connect(self._read_case)
        self.story.changed.connect(self._kept)
        self.story.picture_wished.connect(self._open_pictures)
        self.story.letter_wished.connect(self._print)
        self.letter.said.connect(self.notice.tell)
        self.take.clicked.connect(self._begin_taking)
        self.form.taken.connect(self._taken)
        self.form.given_up.connect(self._go_home)
        self.big.closed.connect(self._go_home)
        self.enough.clicked.connect(self._go_home)
        self.next_picture.clicked.connect(self._another_picture)

    def refresh(self) -> None:
        """Reads all complaints, and the chosen one."""
        self.feed.refresh()
        if self.list.table.wanted:
            self._read_case(self.list.table.wanted)

    def open(self, complaint_id: str) -> None:
        """From the check-in: this one."""
        self._wanted = complaint_id
        self.side.setCurrentWidget(self.nothing)
        self.feed.refresh()
        self._read_case(complaint_id)

    def say_words(self) -> None:
        """Every text."""
        self.take.say(self.tr("Nhận phản ánh tại quầy"))
        self.next_picture.say(self.tr("Ảnh sau"))
        self.enough.say(self.tr("Đóng ảnh"))
        self.big.setAccessibleName(self.tr("Ảnh giấy tờ người dân gửi"))
        self.list.say_words()
        self.story.say_words()
        self.form.say_words()

    # --- reading

    def _show_book(self) -> None:
        feed = self.feed
        self.list.show_stories(feed.in_order, feed.counts, feed.now)
        if self._wanted:
            wanted, self._wanted = self._wanted, ""
            self.list.choose(wanted)
        self._go_to_list()
        if not feed.facts.stories and self.side.currentWidget() is self.story:
            self.side.setCurrentWidget(self.nothing)

    def _tick(self) -> None:
        self.list.show_stories(self.feed.in_order, self.feed.counts, self.feed.now)
        self.story.tick(self.feed.now)

    def _read_case(self, complaint_id: str) -> None:
        if complaint_id:
            work = self._around.services.work
            self._around.lane.run(work.complaints.case, complaint_id, done=self._show_case, failed=self._trouble)
        elif self.side.currentWidget() is self.story:
            self.side.setCurrentWidget(self.nothing)

    def _show_case(self, case: Case) -> None:
        wanted = self._wanted or self.list.table.wanted
        if wanted and wanted != case.story.complaint.id:
            return  # the arrows went on meanwhile
        self.story.show_case(case, self.feed.facts, self.feed.now)
        if self.side.currentWidget() is self.nothing:
            self.side.setCurrentWidget(self.story)

    def _kept(self) -> None:
        self.notice.hush()
        self.changed.emit()
        self.refresh()

    def _trouble(self, error: VaxdeskError) -> None:
        self.notice.tell(Tone.STOP, self._around.speech.sentence(error))

    # --- the counter, the evidence, the letter

    def _begin_taking(self) -> None:
        self.side.setCurrentWidget(self.form)
        self.form.begin()

    def _taken(self, complaint_id: str) -> None:
        self.side.setCurrentWidget(self.story)
        self._wanted = complaint_id
        self._kept()
        self._read_case(complaint_id)

    def _open_pictures(self) -> None:
        if self.story.images:
            self._shown = len(self.story.images) - 1
            self._show_picture()
            self.side.setCurrentWidget(self.pictures)
            self.big.setFocus()

    def _another_picture(self) -> None:
        self._shown = (self._shown + 1) % max(1, len(self.story.images))
        self._show_picture()

    def _show_picture(self) -> None:
        images = self.story.images
        self.big.show_picture(images[self._shown] if self._shown < len(images) else None)
        self.next_picture.setVisible(len(images) > 1)

    def _print(self) -> None:
        if self.story.case is not None:
            self.letter.print(self.story.case.story)

    def _go_home(self) -> None:
        self.side.setCurrentWidget(self.story if self.story.case is not None else self.nothing)
        self._focus_list()

    def _focus_list(self) -> None:
        (self.list.table if self.list.table.isVisible() else self.take).setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Enter does what the big button says; Esc goes back to the list."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.side.currentWidget() is self.story:
            self.story.act()
        elif event.key() == Qt.Key.Key_Escape:
            self._go_home()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name
        """The list is where the arrows go."""
        super().showEvent(event)
        self._go_to_list()

    def _go_to_list(self) -> None:
        """Unless somebody works elsewhere on the page."""
        focus = QApplication.focusWidget()
        if self.isVisible() and (focus is None or focus is self.take or not self.isAncestorOf(focus)):
            self._focus_list()
