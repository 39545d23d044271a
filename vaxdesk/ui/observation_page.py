"""F3: the observation area. Thirty minutes for everybody after the needle (3588/QĐ-BYT), what was seen, and nobody leaves unnoticed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QStackedWidget

from vaxdesk.errors import ScanError, VaxdeskError
from vaxdesk.models import scan
from vaxdesk.models.aftercare import ObservationOutcome
from vaxdesk.models.observation import Observed, Watch
from vaxdesk.models.values import VIETNAM, IdentityCard
from vaxdesk.ui.buttons import ChoiceButton, KeyButton
from vaxdesk.ui.dose_form import Tone
from vaxdesk.ui.observation_feed import BoardFeed
from vaxdesk.ui.observation_tiles import TileBoard
from vaxdesk.ui.reaction_form import ReactionForm
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.watch_card import BY_REASON, LeaveForm, WatchCard
from vaxdesk.ui.widgets import GAP, MARGIN, Notice, Page, Pill, beside, stacked

CARD_PX, FORM_PX = 372, 740


class ObservationPage(Page):
    """`ended`: somebody was let go; `noted`: a reaction is to be sent; `big_screen_wished`."""

    ended, noted, big_screen_wished = Signal(), Signal(), Signal()

    def __init__(self, around: Surroundings, feed: BoardFeed) -> None:
        super().__init__()
        self._around, self._feed = around, feed
        self._gone: tuple[Observed, ...] = ()
        self._forgotten = False  # the form is about everybody of an earlier day
        self.here, self.over, self.reacted, self.left = (Pill(around.look) for _ in range(4))
        self.gone = ChoiceButton(around.look, "Ctrl+D")
        self.earlier = KeyButton(around.look, "plain", "people", "Ctrl+Shift+J")
        self.big = KeyButton(around.look, "plain", "screen", "F11")
        self.notice = Notice(around.look)
        self.board = TileBoard(around.look)
        self.card, self.leave, self.form = WatchCard(around), LeaveForm(around), ReactionForm(around)
        self.story = QStackedWidget()
        for part in (self.card, self.leave, self.form):
            self.story.addWidget(part)
        self._lay_out()
        self._connect()
        self._show_story(self.card)
        self.say_words()

    def _lay_out(self) -> None:
        figures = beside(self.here, self.over, self.reacted, self.left, gap=8)
        line = beside(self.gone, self.big, self.earlier, self.notice, gap=8)
        line.setStretch(3, 1)
        left = stacked(line, self.board, gap=8)
        left.setStretch(1, 1)
        columns = beside(left, self.story)
        columns.setStretch(0, 1)
        page = stacked(figures, columns, gap=8, margins=(MARGIN, 8, MARGIN, GAP))
        page.setStretch(1, 1)
        self.setLayout(page)

    def _connect(self) -> None:
        self._feed.changed.connect(self._show)
        self._feed.ticked.connect(self._tick)
        self._feed.failed.connect(self._trouble)
        self.board.turned_to.connect(lambda _dose: self._show_chosen())
        self.board.acted.connect(self.card.go.click)
        self.gone.toggled.connect(lambda _on: self.refresh())
        self.earlier.clicked.connect(self._end_earlier)
        self.big.clicked.connect(self.big_screen_wished)
        self.card.may_go.connect(lambda way: self._end(way, ""))
        self.card.reason_wished.connect(self._ask_reason)
        self.card.reaction.clicked.connect(self._note)
        self.leave.decided.connect(self._end)
        self.leave.given_up.connect(self._go_home)
        self.form.kept.connect(lambda _reaction: self._kept(self.noted.emit))
        self.form.given_up.connect(self._go_home)

    # --- showing

    def refresh(self) -> None:
        """Reads who is here, and who has gone where that is shown."""
        self._feed.refresh()
        if self.gone.isChecked():
            ended = self._around.services.work.observation.ended
            self._around.lane.run(ended, self._today, done=self._gone_read, failed=self._trouble)

    @property
    def _today(self) -> date:
        return self._feed.now.astimezone(VIETNAM).date()

    def _gone_read(self, gone: tuple[Observed, ...]) -> None:
        self._gone = gone
        self._show()

    def _show(self) -> None:
        shown = self._gone if self.gone.isChecked() else self._feed.here
        self.board.painter.language = self._around.speech.language
        self.board.show_people(shown, self._feed.now)
        self._say_figures()
        self._show_chosen()

    def _show_chosen(self) -> None:
        self.card.show_one(self.board.chosen, self._feed.now)

    def _tick(self) -> None:
        if self.isVisible():
            now = self._feed.now
            self.board.show_time(now)
            self.card.show_time(now)
            self._say_figures()

    def _say_figures(self) -> None:
        now, here, summary = self._feed.now, self._feed.here, self._feed.facts.summary
        watches = [one.watch(now) for one in here]
        over, overdue = sum(watch.may_leave for watch in watches), watches.count(Watch.OVERDUE)
        ending = watches.count(Watch.ENDING)
        said = self.tr("Đang theo dõi {count}, sắp đủ giờ {ending}").format(count=len(here), ending=ending)
        self.here.show_state(Tone.QUIET, said, "watch")
        tone = Tone.DECIDE if overdue else Tone.ALLOWED if over else Tone.QUIET
        said = self.tr("Đủ giờ, chờ cho về {count}, quá giờ {overdue}").format(count=over, overdue=overdue)
        self.over.show_state(tone, said, "decide" if overdue else "allowed")
        tone = Tone.STOP if summary.reactions else Tone.QUIET
        said = self.tr("Hôm nay có phản ứng {count}, nặng {serious}")
        self.reacted.show_state(tone, said.format(count=summary.reactions, serious=summary.serious), "stop")
        said = self.tr("Đã về {count}, về sớm {early}, chuyển viện {moved}")
        gone = said.format(count=summary.ended, early=summary.left_early, moved=summary.transferred)
        self.left.show_state(Tone.QUIET, gone, "people")
        self._offer_earlier()

    def _offer_earlier(self) -> None:
        earlier = sum(one.given_at.astimezone(VIETNAM).date() < self._today for one in self._feed.here)
        self.earlier.setVisible(bool(earlier) and self.story.currentWidget() is not self.form)
        self.earlier.say(self.tr("%n người từ hôm trước: ghi đã về…", "", earlier))

    def say_words(self) -> None:
        """Every text."""
        self.gone.say(self.tr("Xem người đã về"))
        self.big.say(self.tr("Màn hình lớn"))
        self.board.setAccessibleName(self.tr("Người đang theo dõi"))
        for part in (self.card, self.leave, self.form):
            part.say_words()
        self._say_figures()
        self._show_time_again()

    def _show_time_again(self) -> None:
        self.board.painter.language = self._around.speech.language
        self.board.show_time(self._feed.now)

    def take_scan(self, untrusted_text: str) -> bool:
        """Somebody holds their card out: turns to them. False where it is nobody of this board, or a form is being filled."""
        number = _number_on(untrusted_text, self._today)
        row = next((row for row, one in enumerate(self.board.tiles.people) if one.citizen_id.digits == number), None)
        if row is None or self.story.currentWidget() is not self.card:
            return False
        self.board.choose(row)
        self.board.setFocus()
        return True

    # --- doing

    def _show_story(self, part: WatchCard | LeaveForm | ReactionForm) -> None:
        self.story.setCurrentWidget(part)
        self.story.setFixedWidth(FORM_PX if part is self.form else CARD_PX)
        self.board.setEnabled(part is self.card)  # nobody else is chosen while a form is about one
        for button in (self.gone, self.big):
            button.setVisible(part is not self.form)
        self._offer_earlier()

    def _note(self) -> None:
        one = self.board.chosen
        if one is not None:
            self._show_story(self.form)
            self.form.begin(one, self._feed.now)

    def _ask_reason(self) -> None:
        one = self.board.chosen
        if one is None:
            return
        clock_wrong = one.watch(self._feed.now) is Watch.CLOCK_WRONG
        stays = ObservationOutcome.REACTION if one.reaction else ObservationOutcome.WELL
        self._forgotten = False
        self._show_story(self.leave)
        said = self.tr("Chỉ cho về khi đã có lý do. Giờ về và người ghi được giữ lại.")
        self.leave.begin(one.name, said, (stays, *BY_REASON) if clock_wrong else BY_REASON)

    def _end_earlier(self) -> None:
        self._forgotten = True
        self._show_story(self.leave)
        said = self.tr("Những người này tiêm hôm trước và chưa ai ghi là đã về. Ghi vì sao, một lần cho tất cả.")
        self.leave.begin(self.earlier.text().rstrip("…"), said, BY_REASON[:1])

    def _end(self, way: ObservationOutcome, reason: str) -> None:
        observation, actor, one = self._around.services.work.observation, self._around.session.actor, self.board.chosen
        if not self._forgotten and one is None:
            return
        work: Callable[[], object] = partial(observation.end_forgotten, reason, actor)
        if not self._forgotten and one is not None:
            work = partial(observation.end, one.dose_id, way, reason, actor)
        self.card.go.setEnabled(False)
        self._around.lane.run(work, done=self._let_go, failed=self._not_let_go)

    def _let_go(self, _count: object) -> None:
        self.leave.ended()
        one = self.board.chosen
        if not self._forgotten and one is not None:
            self.notice.tell(Tone.ALLOWED, self.tr("{name} đã được cho về.").format(name=one.name))
        self._kept(self.ended.emit)

    def _not_let_go(self, error: VaxdeskError) -> None:
        if self.story.currentWidget() is self.leave:
            self.leave.refused(error)
            return
        self.card.tell(error)
        self.card.show_time(self._feed.now)

    def _kept(self, tell: Callable[[], object]) -> None:
        self._go_home()
        tell()
        self.refresh()

    def _go_home(self) -> None:
        self._forgotten = False
        self._show_story(self.card)
        self.board.setFocus()

    def _trouble(self, error: VaxdeskError) -> None:
        self.notice.tell(Tone.STOP, self._around.speech.sentence(error))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Enter lets go, from anywhere on the page."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.story.currentWidget() is self.card:
            self.card.go.click()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name
        """The tiles are where the arrows go."""
        super().showEvent(event)
        if self.story.currentWidget() is self.card:
            self.board.setFocus()


def _number_on(untrusted_text: str, today: date) -> str:
    """The digits on a card, or typed; empty for anything else."""
    try:
        found = scan.parse(untrusted_text, today)
    except ScanError:
        return ""
    return found.person.citizen_id if isinstance(found, IdentityCard) and not found.masked else ""
