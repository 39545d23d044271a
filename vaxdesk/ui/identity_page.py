"""Whose identity differs from the population data: the list, one person's story, and mending (2262/BYT-CNTT)."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QLineEdit

from vaxdesk.errors import VaxdeskError
from vaxdesk.models import scan
from vaxdesk.models.identity_cases import IdentityCase, Trouble
from vaxdesk.models.text_repair import fold
from vaxdesk.models.values import IdentityCard
from vaxdesk.ui import words
from vaxdesk.ui.buttons import KeyButton
from vaxdesk.ui.dose_form import Tone
from vaxdesk.ui.identity_story import IdentityStory, trouble_names, what_words
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.tables import Cell, Row, RowsTable
from vaxdesk.ui.widgets import GAP, MARGIN, Notice, Page, SecureLabel, beside, stacked

COLUMNS_PX = (150, 220, 130, 290)
STORY_PX = 440
TONES = {
    Trouble.NUMBER: ("stop", Tone.STOP),
    Trouble.MISMATCH: ("stop", Tone.STOP),
    Trouble.NOT_FOUND: ("stop", Tone.STOP),
    Trouble.MENDED: ("waiting", Tone.DECIDE),
    Trouble.UNANSWERED: ("waiting", Tone.QUIET),
}


class IdentityViewer(Page):
    """`left`: back to where it was opened; `records_changed`: something goes to the platform."""

    left = Signal()
    records_changed = Signal()

    def __init__(self, around: Surroundings) -> None:
        super().__init__()
        self._around = around
        self._cases: tuple[IdentityCase, ...] = ()
        self.title = SecureLabel("heading")
        self.leave = KeyButton(around.look, "plain", "", "Esc", shortcut=False)
        self.notice = Notice(around.look)
        self.which, self.text = QComboBox(), QLineEdit()
        self.which.addItem("", "")
        for trouble in Trouble:
            self.which.addItem("", trouble.value)
        self.which.setFixedWidth(260)
        self.table, self.count = RowsTable(around.look, COLUMNS_PX, stretched=3), SecureLabel("note", wrap=True)
        self.story = IdentityStory(around)
        self.story.setFixedWidth(STORY_PX)
        self._lay_out()
        self._connect()
        self.say_words()

    def _lay_out(self) -> None:
        head = beside(self.title, self.notice, self.leave)
        head.setStretch(1, 1)
        filters = beside(self.which, self.text, gap=8)
        left = stacked(filters, self.table, self.count, gap=8)
        left.setStretch(1, 1)
        both = beside(left, self.story)
        both.setStretch(0, 1)
        page = stacked(head, both, gap=8, margins=(MARGIN, GAP, MARGIN, GAP))
        page.setStretch(1, 1)
        self.setLayout(page)

    def _connect(self) -> None:
        self.which.currentIndexChanged.connect(self._list)
        self.text.textChanged.connect(self._list)
        self.table.chosen.connect(self._chosen)
        self.leave.clicked.connect(self.left)
        self.story.mended.connect(self._mended)

    # --- reading

    def refresh(self) -> None:
        """Everything there is to mend."""
        cases = self._around.services.work.identities.cases
        self._around.lane.run(cases, done=self._read, failed=self._trouble)

    def stop(self) -> None:
        """Nobody looks any more: nothing stays to be read."""
        self._cases = ()
        self._list()

    def take_scan(self, untrusted_text: str) -> bool:
        """A card shown here chooses its person and fills the fields; True when it was one of somebody in the list."""
        try:
            found = scan.parse(untrusted_text, self._around.services.work.clock().date())
        except VaxdeskError:
            return False
        if not isinstance(found, IdentityCard) or found.masked:
            return False
        case = self._case_of(found)
        if case is None:
            self.notice.tell(Tone.INFORM, self.tr("Người của thẻ này không nằm trong danh sách."))
            return True
        self.story.show_case(case)
        self.story.take_card(found.person)
        return True

    def _case_of(self, card: IdentityCard) -> IdentityCase | None:
        """By the number, else by name and birth date, else whoever is chosen when it is they whose number is in doubt."""
        person, named = card.person, fold(card.person.name)
        by_number = (one for one in self._cases if one.person.citizen_id.digits == person.citizen_id)
        by_name = (
            one
            for one in self._cases
            if (fold(one.person.name), str(one.person.birth_date)) == (named, person.birth_date)
        )
        return next(by_number, None) or next(by_name, None)

    def _read(self, cases: tuple[IdentityCase, ...]) -> None:
        self._cases = cases
        self._list()

    def _trouble(self, error: VaxdeskError) -> None:
        self.notice.tell(Tone.STOP, self._around.speech.sentence(error))

    def _mended(self) -> None:
        self.notice.tell(Tone.ALLOWED, self.tr("Đã lưu. Số liệu tự gửi lên nền tảng và được đối chiếu lại."))
        self.table.setFocus()
        self.refresh()
        self.records_changed.emit()

    def _list(self) -> None:
        wanted = fold(self.text.text())
        shown = [one for one in self._cases if self._is_wanted(one, wanted)]
        titles = (self.tr("Từ lúc"), self.tr("Họ và tên"), self.tr("Ngày sinh"), self.tr("Cần sửa gì"))
        self.table.show_rows(titles, [self._row(one) for one in shown])
        if not self._cases:
            self.count.setText(self.tr("Mọi người được tiêm ở đây đều khớp dữ liệu dân cư, hoặc đang chờ gửi."))
        else:
            self.count.setText(self.tr("%n người. Quét thẻ căn cước để điền ngay số liệu đúng.", "", len(shown)))
        if not shown:
            self.story.show_case(None)

    def _is_wanted(self, one: IdentityCase, wanted: str) -> bool:
        found = wanted in fold(one.person.name) or wanted in one.person.citizen_id.digits
        return found and self.which.currentData() in ("", one.trouble.value)

    def _row(self, one: IdentityCase) -> Row:
        icon, tone = ("stop", Tone.STOP) if one.is_refused else TONES[one.trouble]
        cells = (
            Cell(words.moment(one.since)),
            Cell(one.person.name, strong=True),
            Cell(words.birth(one.person.birth_date)),
            Cell(what_words(self, one), icon, tone),
        )
        return Row(str(one.person.id), cells)

    def _chosen(self, key: str) -> None:
        self.story.show_case(next((one for one in self._cases if str(one.person.id) == key), None))

    # --- words and keys

    def say_words(self) -> None:
        """Every text."""
        self.title.setText(self.tr("Định danh cần sửa"))
        self.leave.say(self.tr("Trở về"))
        self.which.setAccessibleName(self.tr("Danh sách"))
        for place, text in enumerate((self.tr("Tất cả"), *trouble_names(self).values())):
            self.which.setItemText(place, text)
        self.text.setPlaceholderText(self.tr("Lọc theo họ tên hoặc số định danh"))
        self.text.setAccessibleName(self.text.placeholderText())
        self.table.setAccessibleName(self.title.text())
        self.story.say_words()
        self._list()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Enter in the list goes to the fields, Esc leaves."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.story.case is not None:
            self.story.begin()
        else:
            super().keyPressEvent(event)
