"""The chosen ticket: its number, its way through the site so far, and the one thing to do next."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout

from vaxdesk.models.stations import CALLS, NEXT
from vaxdesk.models.tickets import Station, Ticket, TicketStep
from vaxdesk.ui import queue_words, words
from vaxdesk.ui.buttons import KeyButton
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.widgets import Card, ElidedLabel, FitLabel, SecureLabel, ruler, set_look, stacked

STEPS_SHOWN_MAX, TIME_PX = 8, 40


class TicketCard(Card):
    """`moved` carries a ticket and where it goes; `called` one that comes to this desk; `watched`: the observation page is wanted."""

    moved = Signal(object, Station)
    called = Signal(object, Station)
    watched = Signal()

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self.ticket: Ticket | None = None
        self._steps: tuple[TicketStep, ...] = ()
        self.number, self.name = SecureLabel("figure"), FitLabel((20, 16))
        self.facts = ElidedLabel("quiet")
        self.way = SecureLabel("label")
        self.times = [SecureLabel("note") for _ in range(STEPS_SHOWN_MAX)]
        self.places = [ElidedLabel() for _ in range(STEPS_SHOWN_MAX)]
        self.go = KeyButton(around.look, "primary", key="Enter", shortcut=False)
        self.left = KeyButton(around.look, "plain", "close", "Ctrl+D")
        set_look(self.go, big="true")
        for button in (self.go, self.left):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        head = stacked(self.number, self.name, self.facts, gap=0)
        super().__init__(head, ruler(), self.way, self._grid(), -1, self.go, self.left, gap=8)
        self.go.clicked.connect(self.act)
        self.left.clicked.connect(self._leave)

    def _grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for row, (time, place) in enumerate(zip(self.times, self.places, strict=True)):
            time.setFixedWidth(TIME_PX)
            grid.addWidget(time, row, 0)
            grid.addWidget(place, row, 1)
        return grid

    def show_ticket(self, ticket: Ticket | None) -> None:
        """Another ticket, or none; its way is told when it is read."""
        if ticket is None or self.ticket is None or ticket.id != self.ticket.id:
            self._steps = ()
        self.ticket = ticket
        self.say_words()

    def show_steps(self, ticket: Ticket, steps: tuple[TicketStep, ...]) -> None:
        """The way of this ticket, if it is still the chosen one."""
        if self.ticket is not None and self.ticket.id == ticket.id:
            self._steps = steps
            self._say_steps()

    @property
    def knows_way(self) -> bool:
        """Whether the chosen ticket's way was read."""
        return bool(self._steps)

    def act(self) -> None:
        """Enter: the one thing to do next."""
        if self.ticket is None:
            return
        if self._is_for_this_desk(self.ticket):
            self.called.emit(self.ticket, self._target(self.ticket))
        elif self.ticket.station is Station.OBSERVATION:
            self.watched.emit()
        else:
            self.moved.emit(self.ticket, NEXT[self.ticket.station])

    def _leave(self) -> None:
        if self.ticket is not None:
            self.moved.emit(self.ticket, Station.LEFT)

    def _target(self, ticket: Ticket) -> Station:
        calls = dict(CALLS.get(self._around.session.duty, ()))
        return calls.get(ticket.station, ticket.station)

    def _is_for_this_desk(self, ticket: Ticket) -> bool:
        """Whether this window's duty takes people from where this one is."""
        return ticket.station in dict(CALLS.get(self._around.session.duty, ()))

    def say_words(self) -> None:
        """Every text."""
        ticket = self.ticket
        self.number.setText(queue_words.number(ticket) if ticket else "–")
        self.name.setText(ticket.name if ticket else self.tr("Chưa chọn ai"))
        self.facts.setText(self._facts(ticket) if ticket else self.tr("Dùng ↑ ↓ để chọn, hoặc gõ tên."))
        self.way.setText(self.tr("Đã qua") if ticket else "")
        self.go.say(self._verb(ticket))
        self.left.say(self.tr("Đã về khi chưa xong"))
        for button in (self.go, self.left):
            button.setEnabled(ticket is not None)
        self._say_steps()

    def _facts(self, ticket: Ticket) -> str:
        today = self._around.services.work.clock().date()
        return " · ".join(filter(None, (words.age(ticket.birth_date, today), ticket.citizen_id.masked)))

    def _verb(self, ticket: Ticket | None) -> str:
        if ticket is None:
            return self.tr("Chuyển sang bàn tiếp theo")
        if self._is_for_this_desk(ticket):
            return self.tr("Gọi vào bàn này")
        if ticket.station is Station.OBSERVATION:
            return self.tr("Mở trang Theo dõi")
        return queue_words.onward(ticket.station)

    def _say_steps(self) -> None:
        shown = self._steps[-STEPS_SHOWN_MAX:]
        for place, (time, words_of) in enumerate(zip(self.times, self.places, strict=True)):
            step = shown[place] if place < len(shown) else None
            time.setText(words.clock(step.at) if step else "")
            words_of.setText(f"{self._arrival(place)} · {step.staff}" if step else "")

    def _arrival(self, place: int) -> str:
        shown = self._steps[-STEPS_SHOWN_MAX:]
        here = shown[place].station
        is_call = place > 0 and shown[place - 1].station is here
        return self.tr("Gọi vào bàn") if is_call else queue_words.station(here)
