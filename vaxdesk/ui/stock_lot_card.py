"""The right side of the stock page: the chosen lot, its equation of the day, its vials, its story, and the one thing to do with it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from vaxdesk.models.stock import StockEntry, StockKind, StockLot
from vaxdesk.models.vials import OpenVial
from vaxdesk.ui import stock_words, words
from vaxdesk.ui.buttons import KeyButton
from vaxdesk.ui.stock_words import FLAG_LOOKS
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.tables import Cell, Row, RowsTable
from vaxdesk.ui.tone import Tone
from vaxdesk.ui.widgets import Card, ElidedLabel, Pill, SecureLabel, beside, set_look, stacked

TERMS = ("opening", "received", "returned", "wasted", "recorded", "expected", "counted", "difference")
MINUS = frozenset({"returned", "wasted", "recorded"})
STORY_PX = (92, 78, 58)


class Equation(QWidget):
    """The terms of a lot's day, one a line: what is added, what is taken off, what must be there, what is."""

    def __init__(self) -> None:
        super().__init__()
        self.names = {name: SecureLabel("quiet", wrap=True) for name in TERMS}
        self.values = {name: SecureLabel("input") for name in TERMS}
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(2)
        for place, name in enumerate(TERMS):
            row, column = place % 4, 2 * (place // 4)
            grid.addWidget(self.names[name], row, column)
            grid.addWidget(self.values[name], row, column + 1)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        self.setLayout(grid)

    def show_lot(self, lot: StockLot) -> None:
        """Its figures; the difference has the colour of what it means."""
        balance = lot.balance
        for name in TERMS:
            self.names[name].setText(stock_words.term(name))
            value = balance.difference if name == "difference" else getattr(balance, name)
            sign = "−" if name in MINUS and value else "+" if name == "received" and value else ""
            text = "–" if value is None else stock_words.signed(value) if name == "difference" else f"{sign}{value}"
            self.values[name].setText(text)
        tone = Tone.QUIET if balance.difference is None else Tone.ALLOWED if balance.is_balanced else Tone.DECIDE
        set_look(self.values["difference"], tone=tone.value)
        self.setAccessibleName(", ".join(f"{self.names[n].text()} {self.values[n].text()}" for n in TERMS))


class StockLotCard(Card):
    """Knows what is wished; the page does it. `entry_wished(kind)`: a form about this lot; `undo_wished(entry)`."""

    entry_wished, undo_wished = Signal(object), Signal(object)

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self.lot: StockLot | None = None
        self._story: tuple[StockEntry, ...] = ()
        self._is_next = False
        self.name, self.facts = ElidedLabel("heading"), ElidedLabel("input")
        self.flags = tuple(Pill(around.look) for _ in range(3))
        self.more, self.vials = SecureLabel("note", wrap=True), SecureLabel("quiet", wrap=True)
        self.equation, self.detail = Equation(), SecureLabel("note", wrap=True)
        self.story = RowsTable(around.look, STORY_PX, stretched=3)
        self.story.setMinimumHeight(76)
        self.story.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)  # what is left is its
        look = around.look
        self.act = KeyButton(look, "primary", "check", "Enter", shortcut=False)
        set_look(self.act, big="true")
        self.waste = KeyButton(look, "plain", "stop", "Ctrl+H")
        self.back = KeyButton(look, "plain", "undo", "Ctrl+T")
        self.undo = KeyButton(look, "plain", "close", "Ctrl+Z")
        first = stacked(
            self.name, self.facts, *self.flags, self.more, self.equation, self.vials, self.story, self.detail, -1, gap=6
        )
        first.setStretch(first.indexOf(self.story), 100)  # the rest is for a card without a lot
        super().__init__(first, self.act, beside(self.waste, self.back, gap=8), self.undo, gap=6, margin=12)
        self.act.clicked.connect(lambda: self.entry_wished.emit(self.main_kind))
        self.waste.clicked.connect(lambda: self.entry_wished.emit(StockKind.WASTED))
        self.back.clicked.connect(lambda: self.entry_wished.emit(StockKind.RETURNED))
        self.undo.clicked.connect(self._undo)
        self.story.chosen.connect(lambda _key: self._offer_undoing())
        self.show_lot(None, is_next=False)

    @property
    def main_kind(self) -> StockKind:
        """The one thing to do: a manager counts; a nurse notes what was thrown away."""
        return StockKind.COUNTED if self._around.session.is_manager else StockKind.WASTED

    def show_lot(self, lot: StockLot | None, is_next: bool) -> None:
        """Another lot, or none; `is_next`: first expiry, first out says to open this one."""
        if lot is None or self.lot is None or lot.key != self.lot.key:
            self._story = ()
        self.lot, self._is_next = lot, is_next
        self.say_words()

    def show_story(self, story: tuple[StockEntry, ...]) -> None:
        """What happened to the lot, the newest first."""
        self._story = story
        self._say_story()

    def say_words(self) -> None:
        """Every text."""
        lot, manager = self.lot, self._around.session.is_manager
        for part in (self.facts, self.equation, self.story, self.act):
            part.setVisible(lot is not None)
        for button in (self.waste, self.back):
            button.setVisible(lot is not None and manager)
        self.story.setAccessibleName(self.tr("Việc đã ghi về lô này"))
        self.act.say(self.tr("Đếm lô này") if manager else self.tr("Ghi liều hủy"))
        self.act.show_icon("check" if manager else "stop")
        self.waste.say(self.tr("Hủy liều"))
        self.back.say(self.tr("Trả đi"))
        self.undo.say(self.tr("Bỏ mục ghi sai đang chọn"))
        if lot is not None:
            self._say_lot(lot)
        else:
            self._say_nothing()
        self._say_story()

    def _say_nothing(self) -> None:
        self.name.setText(self.tr("Chưa chọn lô nào"))
        self.more.setText(self.tr("Chọn một lô ở bên trái để xem và ghi."))
        self.more.show()
        self.vials.hide()
        for pill in self.flags:
            pill.hide()

    def _say_lot(self, lot: StockLot) -> None:
        speech = self._around.speech
        self.name.setText(stock_words.product(lot.key, speech.language))
        self.facts.setText(self.tr("Lô {lot} · hạn {expiry}").format(lot=lot.key.lot, expiry=words.day(lot.expiry)))
        for place, pill in enumerate(self.flags):
            pill.setVisible(place < len(lot.flags) or (place == 0 and self._is_next))
            if place < len(lot.flags):
                tone, icon = FLAG_LOOKS[lot.flags[place]]
                pill.show_state(tone, speech.of_code(lot.flags[place].said_as), icon)
            elif place == 0 and self._is_next:
                pill.show_state(Tone.INFORM, self.tr("mở lô này trước (hết hạn sớm nhất)"), "vial")
        self.equation.show_lot(lot)
        self.more.setText(self._more(lot))
        self.more.setVisible(bool(self.more.text()))
        self.vials.setText("\n".join(self._vial(vial) for vial in lot.vials[:3]))
        self.vials.setVisible(bool(lot.vials))

    def _more(self, lot: StockLot) -> str:
        parts = []
        if lot.recall_reason:
            parts.append(self.tr("Lý do thu hồi: {reason}").format(reason=lot.recall_reason))
        if lot.worst_c is not None and lot.flags:
            celsius = words.decimal(lot.worst_c, self._around.speech.language)
            parts.append(self.tr("Nhiệt độ xa 2-8 °C nhất đã ghi: {celsius} °C").format(celsius=celsius))
        return "\n".join(parts)

    def _vial(self, vial: OpenVial) -> str:
        said = self.tr("Lọ {vial} mở {at}, đã ghi {given}/{holds} liều").format(
            vial=vial.number, at=words.clock(vial.opened_at), given=vial.given, holds=vial.doses_max
        )
        until = self.tr(", dùng đến {until}").format(until=words.clock(vial.use_until)) if vial.use_until else ""
        return said + until

    # --- the story

    def _say_story(self) -> None:
        titles = (self.tr("Lúc"), self.tr("Việc"), self.tr("Liều"), self.tr("Lý do"))
        self.story.show_rows(titles, [self._row(entry) for entry in self._story])
        self._offer_undoing()

    def _row(self, entry: StockEntry) -> Row:
        why = stock_words.why(entry, self._around.speech)
        doses = f"{entry.doses}"
        what = Cell(stock_words.kind(entry.kind))
        if entry.is_voided:
            what = Cell(self.tr("{what} (bỏ)").format(what=what.text), "undo", Tone.QUIET)
        by = " · ".join(part for part in (why, entry.staff) if part)
        at = f"{words.clock(entry.at)} {entry.day:%d/%m}"
        return Row(entry.id, (Cell(at), what, Cell(doses), Cell(by)))

    @property
    def chosen_entry(self) -> StockEntry | None:
        """The entry the arrows are on, where it may be undone."""
        found = next((one for one in self._story if one.id == self.story.wanted), None)
        may = found is not None and (self._around.session.is_manager or found.kind is StockKind.WASTED)
        return found if found and may and not found.is_voided and found.kind is not StockKind.VOIDED else None

    def _offer_undoing(self) -> None:
        self.undo.setVisible(self.lot is not None and bool(self._story))
        self.undo.setEnabled(self.chosen_entry is not None)
        shown = next((one for one in self._story if one.id == self.story.wanted), None)
        parts = (stock_words.why(shown, self._around.speech), shown.staff) if shown else ()
        self.detail.setText(" · ".join(part for part in parts if part))
        self.detail.setVisible(bool(self.detail.text()) and self.lot is not None)

    def _undo(self) -> None:
        if (entry := self.chosen_entry) is not None:
            self.undo_wished.emit(entry)
