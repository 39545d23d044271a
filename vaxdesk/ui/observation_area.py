"""The observation area as the window has it: watched from the first sign-in on, whatever page is shown, also while the window is locked."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from vaxdesk.ui.big_screen import BigScreen, second_screen
from vaxdesk.ui.observation_feed import BoardFeed
from vaxdesk.ui.surroundings import Surroundings


class ObservationArea(QObject):
    """`waiting`: how many a person must let go now; `rang`: one more of them."""

    waiting = Signal(int)
    rang = Signal()

    def __init__(self, around: Surroundings) -> None:
        super().__init__()
        self._around = around
        self.feed = BoardFeed(around)
        self.big: BigScreen | None = None
        self._said = -1
        self.feed.changed.connect(self._count)
        self.feed.ticked.connect(self._count)
        self.feed.rang.connect(self.rang)

    def start(self) -> None:
        """Somebody signed in."""
        self.feed.start()

    def show_big(self, beside: QWidget) -> None:
        """The big screen, on a monitor on which the desk's window is not where there is one; open, it closes."""
        if self.big is None:
            self.big = BigScreen(self._around, self.feed)
        if self.big.isVisible():
            self.big.close()
            return
        self.big.open_on(second_screen(beside))
        if self.big.screen() is not beside.screen():
            beside.activateWindow()  # keys stay the desk's; where there is one monitor only, Esc must close what lies over it

    def close(self) -> None:
        """The window closes."""
        self.feed.stop()
        if self.big is not None:
            self.big.close()

    def _count(self) -> None:
        count = self.feed.waiting_to_leave()
        if count != self._said:
            self._said = count
            self.waiting.emit(count)
