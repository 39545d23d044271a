"""The audit trail for eyes: whether the chain is whole, who did what to which record, newest first, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QLineEdit

from vaxdesk.errors import VaxdeskError
from vaxdesk.models.audit import ChainCheck
from vaxdesk.models.audit_book import PAGE_LINES, AuditLine, AuditPage, AuditWish, sentence_code, verdict
from vaxdesk.models.staff import Account
from vaxdesk.ui import words
from vaxdesk.ui.buttons import KeyButton
from vaxdesk.ui.dose_form import Tone
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.tables import Cell, Row, RowsTable
from vaxdesk.ui.widgets import GAP, MARGIN, Notice, Page, SecureLabel, beside, set_look, stacked

COLUMNS_PX = (184, 180, 400, 100, 200)
TYPING_PAUSE_MS = 300
RECORD_CHARS = 8
PROBLEMS = ("sign-in-failed", "pin-change-failed")


@dataclass(frozen=True, slots=True)
class Asked:
    """One question about a page: what has come so far, and which question it was."""

    number: int
    wish: AuditWish
    lines: tuple[AuditLine, ...] = ()


class AuditViewer(Page):
    """Only a manager reads it; whoever else comes is shown out. `left`: back to the site."""

    left = Signal()

    def __init__(self, around: Surroundings) -> None:
        super().__init__()
        self._around, self._book = around, around.services.work.audit
        self._asked, self._checks = 0, 0
        self._check, self._due = ChainCheck(), 0
        self._begins: list[int | None] = [None]  # where this page and those newer than it begin
        self._next: int | None = None
        self._lines: tuple[AuditLine, ...] = ()
        self._accounts: tuple[Account, ...] = ()
        self._actions: tuple[str, ...] = ()
        self.title, self.shown = SecureLabel("heading"), SecureLabel("quiet")
        self.leave = KeyButton(around.look, "plain", "", "Esc", shortcut=False)
        self.state = Notice(around.look, lines=2)
        self.day, self.record = QLineEdit(), QLineEdit()
        self.who, self.action = QComboBox(), QComboBox()
        self.table = RowsTable(around.look, COLUMNS_PX, stretched=2)
        self.newer = KeyButton(around.look, "plain", "chevron-up", "Alt+Left")
        self.older = KeyButton(around.look, "plain", "chevron-down", "Alt+Right")
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(TYPING_PAUSE_MS)
        self._lay_out()
        self._connect()
        self.say_words()

    def _lay_out(self) -> None:
        self.day.setMaxLength(10)
        self.day.setFixedWidth(180)
        self.record.setMaxLength(64)
        self.record.setFixedWidth(200)
        self.who.setFixedWidth(250)
        head = beside(self.title, -1, self.leave)
        filters = beside(self.day, self.who, self.action, self.record, gap=8)
        filters.setStretch(2, 1)
        foot = beside(self.newer, self.older, self.shown, -1, gap=8)
        page = stacked(head, self.state, filters, self.table, foot, gap=8, margins=(MARGIN, GAP, MARGIN, GAP))
        page.setStretch(3, 1)
        self.setLayout(page)

    def _connect(self) -> None:
        for field in (self.day, self.record):
            field.textEdited.connect(lambda _text: self._pause.start())
        for choice in (self.who, self.action):
            choice.activated.connect(self._wish_changed)
            choice.currentIndexChanged.connect(self._pause.start)
        self._pause.timeout.connect(self._wish_changed)
        self.newer.clicked.connect(self._go_newer)
        self.older.clicked.connect(self._go_older)
        self.leave.clicked.connect(self.left)
        self._around.session.changed.connect(self._member_changed)

    # --- reading

    def refresh(self) -> None:
        """The newest page, the choices, and the chain from its beginning."""
        actor, lane = self._around.session.actor, self._around.lane
        lane.run(self._around.services.work.staff.accounts, done=self._accounts_read, failed=self._trouble)
        lane.run(partial(self._book.actions, actor), done=self._actions_read, failed=self._trouble)
        lane.run(self._book.count, done=self._due_read, failed=self._trouble)
        self._wish_changed()
        self._checks += 1
        self._walk(self._checks, ChainCheck())

    def stop(self) -> None:
        """Nobody reads any more: what is under way is not taken in, and nothing stays to be read."""
        self._asked += 1
        self._checks += 1
        self._pause.stop()
        self._lines = ()
        self._show_lines()

    def wish(self) -> AuditWish | None:
        """What the filters ask for; None while the day is none."""
        typed = self.day.text().strip()
        try:
            day = date.fromisoformat(words.birth_from_typed(typed)) if typed else None
        except ValueError:
            return None
        return AuditWish(day, self.who.currentData() or "", self.action.currentData() or "", self.record.text().strip())

    def _wish_changed(self) -> None:
        self._pause.stop()
        wish = self.wish()
        set_look(self.day, wrong="true" if wish is None else "false")
        if wish is not None:
            self._begins = [None]
            self._ask(wish)

    def _go_older(self) -> None:
        wish = self.wish()
        if self._next is not None and wish is not None:
            self._begins.append(self._next)
            self._ask(wish)

    def _go_newer(self) -> None:
        wish = self.wish()
        if len(self._begins) > 1 and wish is not None:
            self._begins.pop()
            self._ask(wish)

    def _ask(self, wish: AuditWish) -> None:
        self._asked += 1
        self.older.setEnabled(False)
        self._ask_on(Asked(self._asked, wish), self._begins[-1])

    def _ask_on(self, asked: Asked, before: int | None) -> None:
        if self._around.session.member is None:
            return
        most = PAGE_LINES - len(asked.lines)
        page = partial(self._book.page, asked.wish, self._around.session.actor, before, most)
        self._around.lane.run(page, done=partial(self._page_read, asked), failed=self._trouble)

    def _page_read(self, asked: Asked, page: AuditPage) -> None:
        """A page may come in pieces: each call looks through so much only."""
        if asked.number != self._asked:
            return
        whole = replace(asked, lines=asked.lines + page.lines)
        self._lines, self._next = whole.lines, page.before
        if len(whole.lines) < PAGE_LINES and page.before is not None:
            self._ask_on(whole, page.before)
        self._show_lines()

    def _walk(self, number: int, so_far: ChainCheck) -> None:
        if number != self._checks or self._around.session.member is None:
            return
        self._check = so_far
        self._say_state()
        if not so_far.is_over:
            check = partial(self._book.check, so_far, self._around.session.actor)
            self._around.lane.run(check, done=partial(self._walk, number), failed=self._trouble)

    # --- what came

    def _accounts_read(self, accounts: tuple[Account, ...]) -> None:
        self._accounts = accounts
        self._fill_choices()

    def _actions_read(self, actions: tuple[str, ...]) -> None:
        self._actions = actions
        self._fill_choices()

    def _due_read(self, count: int) -> None:
        self._due = count
        self._say_state()

    def _member_changed(self) -> None:
        if not self._around.session.is_manager:
            self.stop()
            self.left.emit()

    def _trouble(self, error: VaxdeskError) -> None:
        self.state.tell(Tone.STOP, self._around.speech.sentence(error))

    # --- words

    def say_words(self) -> None:
        """Every text."""
        self.title.setText(self.tr("Nhật ký"))
        self.leave.say(self.tr("Về trang Cơ sở"))
        self.newer.say(self.tr("Mới hơn"))
        self.older.say(self.tr("Cũ hơn"))
        for field, name, hint in (
            (self.day, self.tr("Ngày"), self.tr("Ngày/tháng/năm")),
            (self.record, self.tr("Mã bản ghi"), self.tr("Mã bản ghi")),
        ):
            field.setAccessibleName(name)
            field.setPlaceholderText(hint)
        self.who.setAccessibleName(self.tr("Ai"))
        self.action.setAccessibleName(self.tr("Việc"))
        self.table.setAccessibleName(self.tr("Nhật ký"))
        self._fill_choices()
        self._show_lines()
        self._say_state()

    def _fill_choices(self) -> None:
        people = [(account.member.name, account.member.id) for account in self._accounts]
        done = sorted((self._said(action), action) for action in self._actions)
        for choice, every, entries in (
            (self.who, self.tr("Mọi người"), people),
            (self.action, self.tr("Mọi việc"), done),
        ):
            chosen = choice.currentData()
            choice.blockSignals(True)
            choice.clear()
            choice.addItem(every, "")
            for text, key in entries:
                choice.addItem(text, key)
            choice.setCurrentIndex(max(0, choice.findData(chosen)))
            choice.blockSignals(False)

    def _said(self, action: str) -> str:
        return self._around.speech.of_code(sentence_code(action))

    def _say_state(self) -> None:
        if not self._check.is_over:
            figures = {"done": self._figure(self._check.count), "count": self._figure(self._due)}
            self.state.tell(
                Tone.INFORM, self.tr("Đang kiểm tra chuỗi nhật ký: {done} / {count} dòng…").format(**figures)
            )
            return
        code, found = verdict(self._check)
        said = {name: self._figure(value) for name, value in found.items()}
        tone = Tone.ALLOWED if self._check.is_whole else Tone.STOP
        self.state.tell(tone, self._around.speech.of_code(code, **said))

    def _figure(self, count: int) -> str:
        return words.count(count, self._around.speech.language)

    def _show_lines(self) -> None:
        titles = (self.tr("Lúc"), self.tr("Ai"), self.tr("Việc"), self.tr("Bản ghi"), self.tr("Chi tiết"))
        self.table.show_rows(titles, [self._row(line) for line in self._lines])
        self.newer.setEnabled(len(self._begins) > 1)
        self.older.setEnabled(self._next is not None)
        self.shown.setText(self._which())

    def _which(self) -> str:
        if not self._lines:
            return self.tr("Không có dòng nào như vậy")
        first, last = self._figure(self._lines[0].id), self._figure(self._lines[-1].id)
        return self.tr("Dòng {first} đến {last}").format(first=first, last=last)

    def _row(self, line: AuditLine) -> Row:
        at = f"{line.at:%H:%M:%S %d/%m/%Y}"
        tone = Tone.DECIDE if line.action in PROBLEMS else None
        done = Cell(self._said(line.action), "decide" if tone else "", tone)
        more = (Cell(line.subject[:RECORD_CHARS], tone=Tone.QUIET), Cell(line.detail, tone=Tone.QUIET))
        return Row(str(line.id), (Cell(at), Cell(line.name or line.who[:RECORD_CHARS]), done, *more))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Esc leaves; Enter reads at once."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._wish_changed()
        else:
            super().keyPressEvent(event)
