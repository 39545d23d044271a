"""F7: what is in the fridge, lot by lot, and the close of the day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from vaxdesk.errors import ScanError, VaxdeskError
from vaxdesk.models import scan, stock
from vaxdesk.models.day_book import DaySheet
from vaxdesk.models.day_close import DayClose, MissingDoses
from vaxdesk.models.scan_lot import plain_lot
from vaxdesk.models.stock import LotKey, StockEntry, StockKind, StockLot, Wastage
from vaxdesk.models.values import VIETNAM, LotLabel
from vaxdesk.models.workplace import Workplace
from vaxdesk.ui import words
from vaxdesk.ui.buttons import KeyButton
from vaxdesk.ui.nothing_here import NothingHere
from vaxdesk.ui.stock_close_card import StockCloseCard
from vaxdesk.ui.stock_form import StockForm
from vaxdesk.ui.stock_list import StockList
from vaxdesk.ui.stock_lot_card import StockLotCard
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.tone import Tone
from vaxdesk.ui.widgets import GAP, MARGIN, Notice, Page, Pill, beside, stacked

CARD_PX = 364


@dataclass(frozen=True, slots=True)
class _Facts:
    sheet: DaySheet
    open_days: tuple[date, ...]
    next_keys: frozenset[LotKey]


class StockPage(Page):
    """`changed`: something is to be sent; `person_wished(MissingPerson)`: somebody's record is to be looked at."""

    changed, person_wished = Signal(), Signal(object)

    def __init__(self, around: Surroundings) -> None:
        super().__init__()
        self._around = around
        self._day: date | None = None  # None: today, whatever day that is by then
        self._facts: _Facts | None = None
        look = around.look
        self.receive = KeyButton(look, "plain", "add", "Ctrl+N")
        self.before, self.after = (KeyButton(look, "plain", key=key) for key in ("Ctrl+PgUp", "Ctrl+PgDown"))
        self.unclosed = KeyButton(look, "plain", "decide", "Ctrl+U")
        self.to_close = KeyButton(look, "plain", "proven", "Ctrl+K")
        self.state, self.notice = Pill(look), Notice(look)
        self.table = StockList(around)
        self.nothing = NothingHere(look, "vial", "quiet")
        self.card, self.form, self.closing = StockLotCard(around), StockForm(around), StockCloseCard(around)
        self.side = QStackedWidget()
        for part in (self.card, self.form, self.closing):
            self.side.addWidget(part)
        self.side.setFixedWidth(CARD_PX)
        self._lay_out()
        self._connect()
        self.say_words()

    def _lay_out(self) -> None:
        above = beside(self.receive, self.before, self.after, -1, self.to_close, gap=8)
        told = beside(self.state, self.unclosed, self.notice, gap=8)
        told.setStretch(0, 2)
        told.setStretch(2, 3)
        left = stacked(above, told, self.table, self.nothing, gap=8)
        left.setStretch(2, 1)
        left.setStretch(3, 1)
        columns = beside(left, self.side, margins=(MARGIN, 8, MARGIN, GAP))
        columns.setStretch(0, 1)
        self.setLayout(columns)

    def _connect(self) -> None:
        self.receive.clicked.connect(lambda: self._begin(StockKind.RECEIVED, None))
        self.before.clicked.connect(lambda: self._turn(-1))
        self.after.clicked.connect(lambda: self._turn(1))
        self.unclosed.clicked.connect(self._turn_to_unclosed)
        self.to_close.clicked.connect(self._begin_closing)
        self.table.chosen.connect(lambda _key: self._show_chosen())
        self.card.entry_wished.connect(lambda kind: self._begin(kind, self._key))
        self.card.undo_wished.connect(self._begin_undoing)
        self.form.kept.connect(self._kept)
        self.form.given_up.connect(self._go_home)
        self.closing.close_wished.connect(self._close)
        self.closing.given_up.connect(self._go_home)
        self.closing.person_wished.connect(self.person_wished)
        self.closing.doses_wished.connect(self._waste_left)

    # --- reading

    @property
    def day(self) -> date:
        """The day the page is about."""
        return self._day or self._today

    @property
    def _today(self) -> date:
        return self._around.services.work.clock().astimezone(VIETNAM).date()

    def refresh(self) -> None:
        """Reads the day, and which days nobody closed."""
        work = self._around.services.work
        self._around.lane.run(partial(_read, work, self.day), done=self._show, failed=self._trouble)

    def _show(self, facts: _Facts) -> None:
        if facts.sheet.day != self.day:
            return  # somebody turned on meanwhile
        self._facts = facts
        self.closing.show_sheet(facts.sheet)
        self._say_day()
        self._list()

    def _list(self) -> None:
        assert self._facts is not None
        lots = self._facts.sheet.lots
        self.table.show_lots(lots)
        self.table.setVisible(bool(lots))
        self.nothing.setVisible(not lots)
        if self.isVisible() and self.side.currentWidget() is self.card:
            self._go_home()
        self._show_chosen()

    @property
    def chosen(self) -> StockLot | None:
        """The lot the arrows are on."""
        return self.table.chosen_lot

    @property
    def _key(self) -> LotKey | None:
        return self.chosen.key if self.chosen else None

    def _show_chosen(self) -> None:
        lot = self.chosen
        self.card.show_lot(lot, lot is not None and self._facts is not None and lot.key in self._facts.next_keys)
        if lot is not None:
            story = self._around.services.work.stock.story
            done = partial(self._story_read, lot.key)
            self._around.lane.run(story, lot.key, self.day, done=done, failed=self._trouble)

    def _story_read(self, key: LotKey, story: tuple[StockEntry, ...]) -> None:
        if key == self._key:
            self.card.show_story(story)

    # --- words

    def say_words(self) -> None:
        """Every text."""
        self.receive.say(self.tr("Nhận lô mới"))
        self.before.say(self.tr("Hôm trước"))
        self.after.say(self.tr("Hôm sau"))
        self.to_close.say(self.tr("Chốt ngày"))
        self.unclosed.say(self.tr("Ngày chưa chốt"))
        self.nothing.say(
            self.tr("Chưa có lô vắc xin nào"),
            self.tr(
                "Nhấn Ctrl+N rồi quét nhãn hộp để nhận lô đầu tiên. Mũi tiêm được trừ vào lô khi lưu ở bàn tiêm, không phải nhập lại."
            ),
        )
        for part in (self.card, self.form, self.closing):
            part.say_words()
        if self._facts is not None:
            self._say_day()
            self._list()

    def _say_day(self) -> None:
        assert self._facts is not None
        sheet, manager = self._facts.sheet, self._around.session.is_manager
        day = words.day(sheet.day)
        if sheet.close is None:
            self.state.show_state(Tone.QUIET, self.tr("Ngày {day}: chưa chốt").format(day=day), "calendar")
        elif sheet.deltas:
            said = self.tr("Ngày {day}: đã chốt, sau đó có %n thay đổi", "", len(sheet.deltas)).format(day=day)
            self.state.show_state(Tone.DECIDE, said, "decide")
        else:
            at = words.clock(sheet.close.figures.closed_at)
            said = self.tr("Ngày {day}: đã chốt lúc {at}").format(day=day, at=at)
            self.state.show_state(Tone.ALLOWED, said, "proven")
        self.after.setEnabled(sheet.day < self._today)
        self.receive.setVisible(manager)
        self.to_close.setVisible(manager)
        others = [one for one in self._facts.open_days if one != sheet.day]
        self.unclosed.setVisible(bool(others))
        if others:
            self.unclosed.say(self.tr("{day} chưa chốt").format(day=f"{others[-1]:%d/%m}"))

    # --- another day

    def _turn(self, by: int) -> None:
        self._turn_to(self.day + timedelta(days=by))

    def _turn_to(self, day: date) -> None:
        if day <= self._today:
            self._day = None if day == self._today else day
            self._go_home()
            self.refresh()

    def _turn_to_unclosed(self) -> None:
        others = [one for one in self._facts.open_days if one != self.day] if self._facts else []
        if others:
            self._turn_to(others[-1])

    # --- doing

    def _begin(self, kind: StockKind, key: LotKey | None) -> None:
        if kind is not StockKind.RECEIVED and key is None:
            return
        self.form.begin(kind, key, self.day)
        self._turn_side(self.form)

    def _begin_undoing(self, entry: StockEntry) -> None:
        self.form.begin_undoing(entry)
        self._turn_side(self.form)

    def _waste_left(self, one: MissingDoses) -> None:
        self._begin(StockKind.WASTED, one.key)
        self.form.propose(one.doses, one.vial, Wastage.LEFT_IN_VIAL.value)

    def _begin_closing(self) -> None:
        self._turn_side(self.closing)
        self.closing.begin()

    def _turn_side(self, part: QWidget) -> None:
        self.side.setCurrentWidget(part)
        self.table.setEnabled(part is not self.form)  # no other lot is chosen while a form is about one

    def _go_home(self) -> None:
        self._turn_side(self.card)
        (self.table if self.table.isVisible() else self.receive).setFocus()

    def _kept(self) -> None:
        counted = self.form.kind is StockKind.COUNTED
        self.notice.tell(Tone.ALLOWED, self.tr("Đã ghi vào sổ."))
        self._go_home()
        self._read_again(self._next_uncounted if counted else lambda: None)

    def _read_again(self, then: Callable[[], None]) -> None:
        def shown(facts: _Facts) -> None:
            self._show(facts)
            then()

        work = self._around.services.work
        self._around.lane.run(partial(_read, work, self.day), done=shown, failed=self._trouble)

    def _next_uncounted(self) -> None:
        """Counting goes on with the next lot."""
        waiting = self._facts.sheet.uncounted if self._facts else ()
        if waiting:
            self.table.choose(waiting[0].key)

    def _close(self, reason: str) -> None:
        close, actor = self._around.services.work.days.close, self._around.session.actor
        work = partial(close, self.day, {}, reason, actor)
        self._around.lane.run(work, done=self._closed, failed=self.closing.refused)

    def _closed(self, close: DayClose) -> None:
        said = self.tr("Đã chốt ngày {day}. Số liệu được gửi lên nền tảng.").format(day=words.day(close.figures.day))
        self.notice.tell(Tone.ALLOWED, said)
        self.changed.emit()
        self.refresh()

    def take_scan(self, untrusted_text: str) -> bool:
        """A box was held out: turns to its lot, or begins its delivery. False for what is no label."""
        label = _label(untrusted_text, self._today)
        if label is None or self.side.currentWidget() is self.closing:
            return False
        if self.side.currentWidget() is self.form:
            return self.form.take_label(label)
        wanted = plain_lot(label.lot)
        known = next((lot.key for lot in self.table.lots if lot.key.lot == wanted), None)
        if known is not None:
            self.table.choose(known)
        elif self._around.session.is_manager:
            self._begin(StockKind.RECEIVED, None)
            self.form.take_label(label)
        return True

    def _trouble(self, error: VaxdeskError) -> None:
        self.notice.tell(Tone.STOP, self._around.speech.sentence(error))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Enter does what the big button says."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.side.currentWidget() is self.card:
            (self.card.act if self.chosen else self.receive).click()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.side.currentWidget() is self.closing:
            self.closing.close_day.click()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name
        """The lots are where the arrows go."""
        super().showEvent(event)
        if self.side.currentWidget() is self.card:
            self._go_home()


def _read(work: Workplace, day: date) -> _Facts:
    """On the lane."""
    sheet = work.days.sheet(day)
    proposed = frozenset(lot.key for lot in stock.proposal(sheet.lots))
    return _Facts(sheet, work.days.open_days(), proposed)


def _label(untrusted_text: str, today: date) -> LotLabel | None:
    try:
        found = scan.parse(untrusted_text, today)
    except ScanError:
        return None
    return found if isinstance(found, LotLabel) else None
