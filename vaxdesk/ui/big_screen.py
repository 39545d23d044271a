"""The board for the people who wait: full screen on a second monitor where there is one, names shortened, nothing to click."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent, QScreen
from PySide6.QtWidgets import QWidget

from vaxdesk.models.values import VIETNAM
from vaxdesk.ui.observation_feed import BoardFeed
from vaxdesk.ui.observation_tiles import TileBoard
from vaxdesk.ui.practice_band import PracticeMark
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.widgets import ElidedLabel, Page, SecureLabel, beside, stacked

SCALE = 1.7


class BigScreen(Page):
    """Follows the feed; Esc or F11 closes it. It stays while the desk is locked: it names nobody in full."""

    def __init__(self, around: Surroundings, feed: BoardFeed) -> None:
        super().__init__()
        self._around, self._feed = around, feed
        self.title, self.time, self.explain = (
            ElidedLabel("huge"),
            SecureLabel("huge"),
            SecureLabel("heading", wrap=True),
        )
        self.board = TileBoard(around.look, SCALE, masked=True)
        self.board.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.board.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        line = beside(self.title, self.time)
        line.setStretch(0, 1)
        mark = (PracticeMark(),) if around.services.practice is not None else ()
        page = stacked(*mark, line, self.explain, self.board, margins=(24, 16, 24, 16))
        page.setStretchFactor(self.board, 1)
        self.setLayout(page)
        feed.changed.connect(self._show)
        feed.ticked.connect(self._tick)
        self.say_words()

    def open_on(self, screen: QScreen) -> None:
        """Fills that screen."""
        self.setGeometry(screen.geometry())
        self.showFullScreen()
        self._show()

    def say_words(self) -> None:
        """Every text."""
        self.setWindowTitle(self.tr("Theo dõi sau tiêm"))
        self.title.setText(self.tr("Theo dõi sau tiêm ít nhất 30 phút"))
        self.explain.setText(
            self.tr(
                "Ô xanh: mời đến bàn theo dõi để được cho về. Thấy khó thở, nổi mẩn, chóng mặt: báo ngay nhân viên y tế."
            )
        )
        self._tick()

    def _show(self) -> None:
        if self.isVisible():
            self.board.painter.language = self._around.speech.language
            self.board.show_people(self._feed.here, self._feed.now)
            self._tick()

    def _tick(self) -> None:
        now = self._feed.now
        self.time.setText(f"{now.astimezone(VIETNAM):%H:%M}")
        self.board.show_time(now)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Closes."""
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_F11):
            self.close()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  Qt's name
        """Shown no more; the feed goes on for the desk."""
        self.hide()
        super().closeEvent(event)


def second_screen(window: QWidget) -> QScreen:
    """A monitor on which the desk's window is not, or else the one it is on."""
    own = window.screen()
    return next((screen for screen in QGuiApplication.screens() if screen is not own), own)
