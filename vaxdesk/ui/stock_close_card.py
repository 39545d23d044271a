"""The close of a day: does it balance, what is probably missing, what the platform still waits for, and why where it does not fit."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QSizePolicy

from vaxdesk.errors import InputRefused, VaxdeskError
from vaxdesk.models.day_book import DaySheet, MissingPerson
from vaxdesk.models.day_close import MissingDoses
from vaxdesk.models.stock import StockLot
from vaxdesk.ui import stock_words, words
from vaxdesk.ui.buttons import KeyButton
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.tables import Cell, Row, RowsTable
from vaxdesk.ui.tone import Tone
from vaxdesk.ui.widgets import Card, ElidedLabel, Notice, Pill, SecureLabel, Titled, stacked

DELTAS_SHOWN = 3


class StockCloseCard(Card):
    """`close_wished(reason)`; `given_up`; `person_wished(MissingPerson)` and `doses_wished(MissingDoses)` open what is probably missing."""

    close_wished, given_up = Signal(str), Signal()
    person_wished, doses_wished = Signal(object), Signal(object)

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self.sheet: DaySheet | None = None
        look = around.look
        self.title, self.said = ElidedLabel("heading"), SecureLabel("quiet", wrap=True)
        self.lots, self.given, self.waiting, self.others = (Pill(look) for _ in range(4))
        self.missing_title = SecureLabel("label")
        self.missing = RowsTable(look, (150, 156), stretched=0)
        self.missing.setMinimumHeight(76)
        self.missing.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)  # what is left is its
        self.missing.doubleClicked.connect(lambda _index: self._open())
        self.open = KeyButton(look, "plain", "desk", "Ctrl+O")
        self.deltas = SecureLabel("note", wrap=True)
        self.reason = QLineEdit()
        self.reason.setMaxLength(500)
        self.titled = Titled(self.reason)
        self.notice = Notice(look, lines=2)
        self.close_day = KeyButton(look, "primary", "proven", "Enter", shortcut=False)
        self.leave = KeyButton(look, "plain", "", "Esc", shortcut=False)
        pills = stacked(self.lots, self.given, self.waiting, self.others, gap=4)
        first = stacked(self.title, self.said, pills, self.missing_title, self.missing, self.open, self.deltas, gap=6)
        first.setStretch(4, 1)
        super().__init__(first, self.titled, self.notice, self.close_day, self.leave, gap=6, margin=12)
        self.open.clicked.connect(self._open)
        self.close_day.clicked.connect(self._close)
        self.leave.clicked.connect(self.given_up)
        self._hush()
        self.missing.chosen.connect(lambda _key: self._offer_opening())

    # --- showing

    def begin(self) -> None:
        """Somebody turns to closing the day."""
        self.reason.clear()
        self._hush()
        self.say_words()
        (self.reason if self._needs_reason else self.missing).setFocus()

    def show_sheet(self, sheet: DaySheet) -> None:
        """The day as it stands now."""
        self.sheet = sheet
        self.say_words()

    @property
    def _needs_reason(self) -> bool:
        return self.sheet is not None and not self.sheet.is_balanced

    @property
    def _can_close(self) -> bool:
        sheet = self.sheet
        return sheet is not None and not sheet.is_empty and (sheet.close is None or bool(sheet.deltas))

    def say_words(self) -> None:
        """Every text."""
        sheet = self.sheet
        self.leave.say(self.tr("Quay lại các lô"))
        self.open.say(self.tr("Mở để ghi"))
        self.titled.say(self.tr("Lý do chênh lệch (bắt buộc khi không khớp)"))
        self.missing.setAccessibleName(self.tr("Có thể còn thiếu"))
        self.close_day.say(self.tr("Chốt ngày"))
        if sheet is None:
            return
        self.title.setText(self.tr("Chốt ngày {day}").format(day=words.day(sheet.day)))
        self.said.setText(self._state(sheet))
        self._say_figures(sheet)
        self._say_missing(sheet)
        self._say_deltas(sheet)
        self.titled.setVisible(self._can_close and self._needs_reason)
        if sheet.close is not None:
            self.close_day.say(self.tr("Chốt lại ngày này"))
        self.close_day.setEnabled(self._can_close and self._around.session.is_manager)

    def _state(self, sheet: DaySheet) -> str:
        if sheet.close is None:
            return self.tr("Chốt xong, số liệu được giữ nguyên; sửa sau đó hiện thành chênh lệch.")
        figures = sheet.close.figures
        said = self.tr("Đã chốt lúc {at}, lần {revision}. Mã kiểm tra {hash}.").format(
            at=words.moment(figures.closed_at), revision=sheet.close.revision, hash=sheet.close.hash[:12]
        )
        return said if not figures.reason else f"{said} {self.tr('Lý do:')} {figures.reason}"

    def _say_figures(self, sheet: DaySheet) -> None:
        counts = sheet.counts
        self.lots.show_state(*self._lots(sheet))
        said = self.tr("Đã tiêm {given} · nền tảng nhận {received} · đọc lại {read}").format(
            given=counts.given, received=counts.received, read=counts.read_back
        )
        self.given.show_state(Tone.ALLOWED if counts.given == counts.read_back else Tone.DECIDE, said, "sync")
        waits = self.tr("Còn chờ gửi {waiting}, bị từ chối {refused}").format(
            waiting=counts.waiting, refused=sheet.refused
        )
        tone = Tone.STOP if sheet.refused else Tone.DECIDE if counts.waiting else Tone.ALLOWED
        self.waiting.show_state(tone, waits, "waiting")
        said = self.tr("Không tiêm {not_done} · phản ứng {reactions}")
        self.others.show_state(Tone.QUIET, said.format(not_done=counts.not_done, reactions=counts.reactions), "people")

    def _lots(self, sheet: DaySheet) -> tuple[Tone, str, str]:
        if sheet.uncounted:
            said = self.tr("Chưa đếm: {lots}").format(lots=_named(sheet.uncounted))
            return Tone.DECIDE, said, "decide"
        if sheet.differing:
            told = ", ".join(f"{lot.key.lot} {stock_words.difference(lot.balance)}" for lot in sheet.differing[:4])
            return Tone.DECIDE, self.tr("Lệch: {lots}").format(lots=told), "decide"
        if not sheet.lots:
            return Tone.QUIET, self.tr("Không có lô nào"), "vial"
        return Tone.ALLOWED, self.tr("%n lô đều khớp", "", len(sheet.lots)), "proven"

    def _say_missing(self, sheet: DaySheet) -> None:
        count = len(sheet.people) + len(sheet.doses)
        self.missing_title.setText(self.tr("Có thể còn thiếu ({count})").format(count=count))
        rows = [self._person(one) for one in sheet.people] + [self._doses(one) for one in sheet.doses]
        self.missing.show_rows((self.tr("Ai, lô nào"), self.tr("Vì sao")), rows)
        self.missing.setVisible(bool(rows))
        self._offer_opening()
        if not rows:
            self.missing_title.setText(self.tr("Không thấy ai hay liều nào còn thiếu bản ghi."))

    def _person(self, one: MissingPerson) -> Row:
        why = self.tr("phiếu {number} chưa xong").format(number=one.number)
        return Row(f"person:{one.ticket_id}", (Cell(one.name, "person"), Cell(why)))

    def _doses(self, one: MissingDoses) -> Row:
        what = self.tr("Lọ {vial}, lô {lot}").format(vial=one.vial, lot=one.key.lot)
        why = self.tr("%n liều chưa có tên", "", one.doses)
        return Row(f"doses:{one.key.lot}:{one.vial}", (Cell(what, "vial"), Cell(why)))

    def _say_deltas(self, sheet: DaySheet) -> None:
        self.deltas.setVisible(bool(sheet.deltas))
        lines = [stock_words.delta(one) for one in sheet.deltas[:DELTAS_SHOWN]]
        if (more := len(sheet.deltas) - DELTAS_SHOWN) > 0:
            lines.append(self.tr("và %n chênh lệch nữa", "", more))
        self.deltas.setText("\n".join([self.tr("Từ khi chốt đã thay đổi:"), *lines]))

    # --- doing

    def refused(self, error: VaxdeskError) -> None:
        """The day is not closed; says why at the field."""
        problems = error.problems if isinstance(error, InputRefused) else (error,)
        self.notice.tell(Tone.STOP, "\n".join(self._around.speech.sentence(one) for one in problems))
        self.notice.show()
        self.said.hide()  # its room is needed
        self.close_day.setEnabled(self._can_close)
        (self.reason if self.titled.isVisible() else self.missing).setFocus()

    def _close(self) -> None:
        self.close_day.setEnabled(False)
        self._hush()
        self.close_wished.emit(self.reason.text())

    def _hush(self) -> None:
        self.notice.hush()
        self.notice.hide()
        self.said.show()

    @property
    def chosen(self) -> MissingPerson | MissingDoses | None:
        """What the arrows are on."""
        if self.sheet is None:
            return None
        kind, _, rest = self.missing.wanted.partition(":")
        if kind == "person":
            return next((one for one in self.sheet.people if one.ticket_id == rest), None)
        return next((one for one in self.sheet.doses if f"{one.key.lot}:{one.vial}" == rest), None)

    def _offer_opening(self) -> None:
        self.open.setVisible(self.chosen is not None)

    def _open(self) -> None:
        one = self.chosen
        if isinstance(one, MissingPerson):
            self.person_wished.emit(one)
        elif one is not None:
            self.doses_wished.emit(one)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Enter closes the day, Esc goes back."""
        if event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.close_day.click()
        else:
            super().keyPressEvent(event)


def _named(lots: tuple[StockLot, ...]) -> str:
    return ", ".join(lot.key.lot for lot in lots[:4]) + ("…" if len(lots) > 4 else "")
