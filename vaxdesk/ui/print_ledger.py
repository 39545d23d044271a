"""The print ledger for eyes: every copy that came out, when, by whom and why, and whether it still holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial

from PySide6.QtCore import QDate, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QDateEdit, QLineEdit

from vaxdesk.errors import VaxdeskError
from vaxdesk.models.paper_book import ENTRIES_MAX, LedgerEntry, Standing
from vaxdesk.models.text_repair import fold
from vaxdesk.ui import paper_words, words
from vaxdesk.ui.buttons import KeyButton
from vaxdesk.ui.dose_form import Tone
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.tables import Cell, Row, RowsTable
from vaxdesk.ui.widgets import GAP, MARGIN, Notice, Page, SecureLabel, beside, stacked

COLUMNS_PX = (160, 250, 210, 60, 170, 330)
DAY_PX = 150


@dataclass(frozen=True, slots=True)
class Span:
    """Which days were asked for, both included."""

    first: date
    last: date


class PrintLedger(Page):
    """`left`: back to the papers."""

    left = Signal()

    def __init__(self, around: Surroundings) -> None:
        super().__init__()
        self._around = around
        self._span: Span | None = None
        self._entries: dict[str, LedgerEntry] = {}
        self.title = SecureLabel("heading")
        self.leave = KeyButton(around.look, "plain", "", "Esc", shortcut=False)
        self.first, self.last = QDateEdit(), QDateEdit()
        self.text, self.standing = QLineEdit(), QComboBox()
        self.table = RowsTable(around.look, COLUMNS_PX, stretched=1)
        self.count, self.detail = SecureLabel("note", wrap=True), SecureLabel("note", wrap=True)
        self.detail.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.notice = Notice(around.look, lines=1)
        self.notice.hush()
        self._set_up_fields()
        self._lay_out()
        self._connect()
        self.say_words()

    def _set_up_fields(self) -> None:
        today = self._around.services.work.clock().date()
        for field in (self.first, self.last):
            field.setDisplayFormat("dd/MM/yyyy")
            field.setCalendarPopup(True)
            field.setFixedWidth(DAY_PX)
            field.setDate(QDate(today.year, today.month, today.day))
        self.standing.addItem("", "")
        for standing in paper_words.standing_names():
            self.standing.addItem("", standing.value)
        self.standing.setFixedWidth(250)

    def _lay_out(self) -> None:
        head = beside(self.title, self.notice, self.leave)
        head.setStretch(1, 1)
        filters = beside(self.first, self.last, self.text, self.standing, gap=8)
        filters.setStretch(2, 1)
        page = stacked(
            head,
            filters,
            self.table,
            self.detail,
            self.count,
            gap=8,
            margins=(MARGIN, GAP, MARGIN, GAP),
        )
        page.setStretch(2, 1)
        self.setLayout(page)

    def _connect(self) -> None:
        self.first.dateChanged.connect(self._days_changed)
        self.last.dateChanged.connect(self._days_changed)
        self.text.textChanged.connect(self._list)
        self.standing.currentIndexChanged.connect(self._list)
        self.table.chosen.connect(self._chosen)
        self.leave.clicked.connect(self.left)

    # --- reading

    def refresh(self) -> None:
        """What was printed on the chosen days."""
        self._span = Span(_date(self.first), _date(self.last))
        ledger = partial(self._around.services.work.paper_book.ledger, self._span.first, self._span.last)
        self._around.lane.run(ledger, done=partial(self._read, self._span), failed=self._trouble)

    def stop(self) -> None:
        """Nobody reads any more: nothing stays to be read."""
        self._span = None
        self._entries = {}
        self._list()

    def _days_changed(self) -> None:
        self.last.setMinimumDate(self.first.date())
        self.refresh()

    def _read(self, span: Span, entries: tuple[LedgerEntry, ...]) -> None:
        if span != self._span:
            return
        self.notice.hush()
        self._entries = {str(entry.copy.id): entry for entry in entries}
        self._list()

    def _trouble(self, error: VaxdeskError) -> None:
        self.notice.tell(Tone.STOP, self._around.speech.sentence(error))

    def _list(self) -> None:
        wanted = fold(self.text.text())
        shown = [(key, entry) for key, entry in self._entries.items() if self._is_wanted(entry, wanted)]
        titles = (
            self.tr("Lúc in"),
            self.tr("Họ và tên"),
            self.tr("Giấy"),
            self.tr("Bản"),
            self.tr("Người in"),
            self.tr("Còn giá trị?"),
        )
        self.table.show_rows(titles, [self._row(key, entry) for key, entry in shown])
        gone = sum(entry.copy.standing.is_worthless for _, entry in shown)
        said = self.tr("{count} bản in · {gone} bản không còn giá trị").format(count=len(shown), gone=gone)
        if len(self._entries) >= ENTRIES_MAX:
            said += " · " + self.tr("chỉ {most} bản mới nhất, hãy chọn ít ngày hơn").format(most=ENTRIES_MAX)
        self.count.setText(said if self._entries else self.tr("Chưa in tờ nào trong những ngày này."))

    def _is_wanted(self, entry: LedgerEntry, wanted: str) -> bool:
        person = entry.record.person
        found = wanted in fold(person.name) or wanted in person.citizen_id.digits or wanted in fold(entry.copy.by)
        return found and self.standing.currentData() in ("", entry.copy.standing.value)

    def _row(self, key: str, entry: LedgerEntry) -> Row:
        copy = entry.copy
        sign, tone = ("stop", Tone.STOP) if copy.standing.is_worthless else ("check", Tone.ALLOWED)
        if copy.standing is Standing.PROVISIONAL:
            sign, tone = "clock", Tone.DECIDE
        names = paper_words.standing_names()
        cells = (
            Cell(words.moment(copy.printed_at)),
            Cell(entry.record.person.name, strong=True),
            Cell(paper_words.form_names()[copy.form]),
            Cell(str(copy.copy)),
            Cell(copy.by),
            Cell(names[copy.standing], sign, tone),
        )
        return Row(key, cells)

    def _chosen(self, key: str) -> None:
        entry = self._entries.get(key)
        if entry is None:
            self.detail.setText("")
            return
        copy = entry.copy
        reason = self.tr("Lý do: {reason}").format(reason=copy.reason) if copy.reason else ""
        title = words.dose_title(entry.record, self._around.speech.language)
        told = (title, reason, paper_words.standing_words(copy), f"SHA-256 {copy.sha256}")
        self.detail.setText(" · ".join(filter(None, told)))

    # --- words and keys

    def say_words(self) -> None:
        """Every text."""
        self.title.setText(self.tr("Sổ in"))
        self.leave.say(self.tr("Về danh sách giấy"))
        self.first.setAccessibleName(self.tr("Từ ngày"))
        self.last.setAccessibleName(self.tr("Đến ngày"))
        self.text.setPlaceholderText(self.tr("Lọc theo họ tên, số định danh hoặc người in"))
        self.text.setAccessibleName(self.text.placeholderText())
        self.standing.setAccessibleName(self.tr("Còn giá trị?"))
        for place, text in enumerate((self.tr("Tất cả"), *paper_words.standing_names().values())):
            self.standing.setItemText(place, text)
        self.table.setAccessibleName(self.tr("Sổ in"))
        self._list()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Esc leaves."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


def _date(field: QDateEdit) -> date:
    chosen = field.date()
    return date(chosen.year(), chosen.month(), chosen.day())
