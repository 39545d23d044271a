"""F10: the queue. Who waits where and how long, one person's way through the site, and sending them on."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QCoreApplication, QEvent, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from vaxdesk.errors import VaxdeskError
from vaxdesk.models.stations import Called, crowds_of
from vaxdesk.models.text_repair import fold
from vaxdesk.models.tickets import Station, Ticket, TicketStep
from vaxdesk.ui import queue_words, words
from vaxdesk.ui.buttons import KeyButton
from vaxdesk.ui.dose_form import Tone
from vaxdesk.ui.queue_card import TicketCard
from vaxdesk.ui.queue_feed import QueueFeed
from vaxdesk.ui.queue_tiles import StationTiles
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.tables import Cell, Row, RowsTable
from vaxdesk.ui.widgets import GAP, MARGIN, IconLabel, Notice, Page, SecureLabel, beside, stacked

CARD_PX = 372
COLUMNS_PX = (64, 240, 120, 84, 190)
TYPED_CHARS_MAX = 60


class QueuePage(Page):
    """`called`: somebody comes to this window's desk; `watch_wished`: the observation page; `window_wished`: one more window."""

    called = Signal(Called)
    watch_wished, window_wished = Signal(), Signal()

    def __init__(self, around: Surroundings) -> None:
        super().__init__()
        self._around = around
        self._rows: list[Row] = []
        self._last: tuple[Ticket, Station] | None = None
        self.feed = QueueFeed(around)
        self.tiles, self.search = StationTiles(around.look), QLineEdit()
        self.search.setMaxLength(TYPED_CHARS_MAX)
        self.table = RowsTable(around.look, COLUMNS_PX, stretched=1)
        self.nothing, self.card = _Nobody(around), TicketCard(around)
        self.notice = Notice(around.look)
        self.undo = KeyButton(around.look, "plain", "undo", "Ctrl+Z")
        self.window_more = KeyButton(around.look, "plain", "screen", "Ctrl+Shift+N", shortcut=False)
        for button in (self.undo, self.window_more):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._lay_out()
        self._connect()
        self.say_words()

    def _lay_out(self) -> None:
        self.card.setFixedWidth(CARD_PX)
        line = beside(self.notice, self.undo, self.window_more, gap=8)
        line.setStretch(0, 1)
        left = stacked(self.search, self.table, self.nothing, gap=8)
        left.setStretch(1, 1)
        left.setStretch(2, 1)
        columns = beside(left, self.card)
        columns.setStretch(0, 1)
        page = stacked(self.tiles, columns, line, gap=8, margins=(MARGIN, 8, MARGIN, GAP))
        page.setStretch(1, 1)
        self.setLayout(page)

    def _connect(self) -> None:
        self.feed.changed.connect(self._show)
        self.feed.ticked.connect(self._show)
        self.feed.failed.connect(self._trouble)
        self.tiles.chosen.connect(lambda _station: self._station_chosen())
        self.search.textChanged.connect(lambda _text: self._show())
        self.table.chosen.connect(self._chosen)
        self.card.moved.connect(self._move)
        self.card.called.connect(self._call)
        self.card.watched.connect(self.watch_wished)
        self.undo.clicked.connect(self._take_back)
        self.window_more.clicked.connect(self.window_wished)
        self._around.session.changed.connect(self.card.say_words)

    # --- showing

    def refresh(self) -> None:
        """Reads who is here."""
        self.feed.refresh()

    def say_words(self) -> None:
        """Every text."""
        self.search.setPlaceholderText(self.tr("Gõ tên hoặc số để tìm ở mọi bàn"))
        self.search.setAccessibleName(self.tr("Tìm người trong hàng chờ"))
        self.table.setAccessibleName(self.tr("Hàng chờ"))
        self.undo.say(self.tr("Hoàn tác"))
        self.window_more.say(self.tr("Thêm cửa sổ"))
        self.window_more.setVisible(self._around.services.practice is None)
        self.tiles.say_words()
        self.card.say_words()
        self._rows = []
        self._show()
        self._say_last()

    def _show(self) -> None:
        """What was read, at this moment."""
        self.tiles.show_crowds(crowds_of(self.feed.here, self.feed.now))
        shown = self._shown()
        rows = [self._row(ticket) for ticket in shown]
        if rows != self._rows or self.table.rows.columnCount() == 0:
            self._rows = rows
            self.table.show_rows(self._titles(), rows)
        self.table.setVisible(bool(rows))
        self.nothing.setVisible(not rows)
        self.nothing.say(*self._why_nobody())
        self._chosen(self.table.wanted)

    def _shown(self) -> list[Ticket]:
        typed = fold(self.search.text()).split()
        if not typed:
            return [ticket for ticket in self.feed.here if ticket.station is self.tiles.station]
        return [ticket for ticket in self.feed.here if _is_meant(ticket, typed)]

    def _why_nobody(self) -> tuple[str, str]:
        if self.search.text().strip():
            return self.tr("Không tìm thấy ai"), self.tr("Không ai trong hàng chờ hôm nay có tên hoặc số này. Esc: bỏ.")
        return queue_words.nobody(self.tiles.station)

    def _titles(self) -> tuple[str, ...]:
        last = self.tr("Đang ở") if self.search.text().strip() else self.tr("Đã chờ")
        return (self.tr("Số"), self.tr("Họ và tên"), self.tr("Tuổi"), self.tr("Từ lúc"), last)

    def _row(self, ticket: Ticket) -> Row:
        now = self.feed.now
        said, tone, icon = queue_words.waited(ticket, now)
        if self.search.text().strip():
            said, tone, icon = queue_words.station(ticket.station), None, queue_words.ICONS[ticket.station]
        cells = (
            Cell(str(ticket.number), strong=True),
            Cell(ticket.name),
            Cell(words.age(ticket.birth_date, now.date())),
            Cell(words.clock(ticket.since)),
            Cell(said, icon, tone),
        )
        return Row(ticket.id, cells)

    def _station_chosen(self) -> None:
        self.search.clear()
        self._show()
        self._go_home()

    def _chosen(self, key: str) -> None:
        found = next((ticket for ticket in self.feed.here if ticket.id == key), None)
        if found == self.card.ticket and (found is None or self.card.knows_way):
            return
        self.card.show_ticket(found)
        if found is not None:
            steps = self._around.services.work.tickets.steps
            self._around.lane.run(steps, found.id, done=partial(self._way_read, found), failed=self._trouble)

    def _way_read(self, ticket: Ticket, steps: tuple[TicketStep, ...]) -> None:
        self.card.show_steps(ticket, steps)

    # --- sending on

    def _move(self, ticket: Ticket, station: Station) -> None:
        done = partial(self._moved, ticket)
        move = self._around.services.work.tickets.move
        self._around.lane.run(move, ticket.id, station, self._around.session.actor, done=done, failed=self._trouble)

    def _moved(self, before: Ticket, ticket: Ticket) -> None:
        self._last = (ticket, before.station)
        self._say_last()
        self.refresh()

    def _say_last(self) -> None:
        self.undo.setEnabled(self._last is not None)
        if self._last is not None:
            ticket = self._last[0]
            told = f"{queue_words.here_since(ticket)} · {ticket.name}"
            self.notice.tell(Tone.INFORM, told)

    def _take_back(self) -> None:
        """Where the person was before: a step of its own, nothing is deleted."""
        if self._last is not None:
            (ticket, before), self._last = self._last, None
            self._move(ticket, before)

    def _call(self, ticket: Ticket, target: Station) -> None:
        call = self._around.services.work.stations.call
        actor = self._around.session.actor
        self._around.lane.run(call, ticket.id, target, actor, done=self.called.emit, failed=self._trouble)

    def _trouble(self, error: VaxdeskError) -> None:
        self.notice.tell(Tone.STOP, self._around.speech.sentence(error))

    # --- keys

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Enter acts, left and right go from station to station, letters find a name, Esc leaves the search."""
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.card.act()
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.tiles.step(1 if key == Qt.Key.Key_Right else -1)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and self.table.isVisible():
            self.table.setFocus()
            QCoreApplication.sendEvent(self.table, QKeyEvent(event))
        elif key == Qt.Key.Key_Escape:
            self.search.clear()
            self._go_home()
        elif event.text() and event.text().isprintable() and self.focusWidget() is not self.search:
            self.search.setFocus()
            typed = QKeyEvent(QEvent.Type.KeyPress, key, event.modifiers(), event.text())
            QCoreApplication.sendEvent(self.search, typed)
        else:
            super().keyPressEvent(event)

    def _go_home(self) -> None:
        (self.table if self.table.isVisible() else self).setFocus()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name
        """Live from now on."""
        super().showEvent(event)
        self.feed.start()
        self._show()
        self._go_home()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802  Qt's name
        """Nobody looks."""
        super().hideEvent(event)
        self.feed.stop()


def _is_meant(ticket: Ticket, typed: list[str]) -> bool:
    """By number, or by the beginnings of words of the name."""
    name = fold(ticket.name).split()
    return typed == [str(ticket.number)] or all(any(word.startswith(one) for word in name) for one in typed)


class _Nobody(QWidget):
    """An empty station: what appears here and what to do first."""

    def __init__(self, around: Surroundings) -> None:
        super().__init__()
        self.icon = IconLabel(around.look, "people", "faint", 48)
        self.title, self.text = SecureLabel("title", wrap=True), SecureLabel("quiet", wrap=True)
        for label in (self.title, self.text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setLayout(stacked(-1, beside(-1, self.icon, -1), self.title, self.text, -1, -1, gap=8))

    def say(self, title: str, text: str) -> None:
        """Both sentences."""
        self.title.setText(title)
        self.text.setText(text)
