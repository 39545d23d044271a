"""Who works at the site: managers add, assign, reset PINs and end work; everybody changes their own PIN."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QGridLayout, QSizePolicy, QStackedWidget, QWidget

from vaxdesk.errors import VaxdeskError
from vaxdesk.models.staff import Account
from vaxdesk.models.values import StaffMember
from vaxdesk.ui import words
from vaxdesk.ui.buttons import KeyButton
from vaxdesk.ui.dose_form import Tone
from vaxdesk.ui.staff_form import StaffForm, Task
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.tables import Cell, Row, RowsTable
from vaxdesk.ui.widgets import Card, Notice, SecureLabel, stacked

OFFERED = (
    (Task.ADD, "add", "Ctrl+N"),
    (Task.ASSIGN, "edit", "Ctrl+U"),
    (Task.RESET, "lock", "Ctrl+R"),
    (Task.END, "close", "Ctrl+D"),
    (Task.OWN_PIN, "person", "Ctrl+P"),
)
COLUMNS = 2


class StaffCard(Card):
    """The list, and under it what can be done, or the form of what is being done."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._accounts: tuple[Account, ...] = ()
        self._chosen: Account | None = None
        self.title = SecureLabel("title")
        self.table = RowsTable(around.look, (210, 160, 140), stretched=0)
        self.table.setMinimumHeight(108)
        self.table.setSizePolicy(
            QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored
        )  # takes what the screen leaves
        self.table.chosen.connect(self._choose)
        self.offers = {task: KeyButton(around.look, "plain", icon, key) for task, icon, key in OFFERED}
        self.form, self.notice = StaffForm(around), Notice(around.look)
        self._below = QStackedWidget()
        self._below.addWidget(self._grid())
        self._below.addWidget(self.form)
        for task, button in self.offers.items():
            button.clicked.connect(partial(self.begin, task))
        self.form.succeeded.connect(self._succeeded)
        self.form.refused.connect(self._trouble)
        self.form.given_up.connect(self.end)
        inside = stacked(self.title, self.table, self._below, self.notice, gap=6)
        inside.setStretch(1, 1)
        super().__init__(inside)

    def _grid(self) -> QWidget:
        grid, held = QGridLayout(), QWidget()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(8)
        for place, button in enumerate(self.offers.values()):
            grid.addWidget(button, place // COLUMNS, place % COLUMNS)
        grid.setRowStretch(len(self.offers) // COLUMNS + 1, 1)
        held.setLayout(grid)
        return held

    def refresh(self) -> None:
        """Reads the list."""
        self._around.lane.run(self._around.services.work.staff.accounts, done=self._read, failed=self._trouble)

    @property
    def is_open(self) -> bool:
        """Whether a form is being filled in."""
        return self._below.currentIndex() == 1

    def begin(self, task: Task) -> None:
        """Opens the form of a task, about whoever is chosen."""
        if task is Task.END and self._chosen is not None and not self._chosen.is_active:
            task = Task.RESUME
        chosen = self._chosen.member if self._chosen else None
        about = {Task.ADD: None, Task.OWN_PIN: self._around.session.actor}.get(task, chosen)
        self.notice.hush()
        self._below.setCurrentIndex(1)
        self.form.begin(task, about)

    def end(self) -> None:
        """Back to the list; what was typed is forgotten."""
        self.form.forget()
        self._below.setCurrentIndex(0)
        self.table.setFocus()

    def say_words(self) -> None:
        """Every text."""
        working = sum(account.is_active for account in self._accounts)
        self.title.setText(self.tr("Nhân viên ({count})").format(count=working))
        self.table.setAccessibleName(self.tr("Nhân viên"))
        titles = (self.tr("Họ và tên"), self.tr("Vai trò"), self.tr("Vị trí"))
        self.table.show_rows(titles, [self._row(account) for account in self._accounts])
        self._say_offers()
        self.form.say_words()

    def _say_offers(self) -> None:
        """A manager's own account is not theirs to end: who is left would have to be somebody."""
        session, chosen = self._around.session, self._chosen
        ended = chosen is not None and not chosen.is_active
        said = {
            Task.ADD: self.tr("Thêm nhân viên"),
            Task.ASSIGN: self.tr("Vai trò, vị trí"),
            Task.RESET: self.tr("Đặt lại mã PIN"),
            Task.END: self.tr("Cho làm việc lại") if ended else self.tr("Ngừng làm việc"),
            Task.OWN_PIN: self.tr("Mã PIN của tôi"),
        }
        is_self = chosen is not None and session.member is not None and chosen.member.id == session.member.id
        for task, button in self.offers.items():
            button.say(said[task])
            button.setEnabled(task is Task.OWN_PIN or session.is_manager)
        self.offers[Task.END].setEnabled(session.is_manager and not is_self)
        self.offers[Task.END].show_icon("undo" if ended else "close")

    def _row(self, account: Account) -> Row:
        member, tone = account.member, None if account.is_active else Tone.QUIET
        post = words.post(member.post) if account.is_active else self.tr("đã ngừng")
        cells = (Cell(member.name, tone=tone, strong=account.is_active), Cell(words.role(member.role), tone=tone))
        return Row(member.id, (*cells, Cell(post, tone=tone)))

    def member_changed(self) -> None:
        """Somebody else is at work: what the one before was changing is closed, and typed PINs are gone."""
        self.notice.hush()
        if self.is_open:
            self._below.setCurrentIndex(0)
        self.form.forget()
        self._say_who_may()
        self.say_words()

    def _say_who_may(self) -> None:
        if self._around.session.member is not None and not self._around.session.is_manager:
            self.notice.tell(Tone.INFORM, self._around.speech.of_code("managers-only"))

    def _choose(self, staff_id: str) -> None:
        self._chosen = next((account for account in self._accounts if account.member.id == staff_id), None)
        self._say_offers()

    def _read(self, accounts: tuple[Account, ...]) -> None:
        self._accounts = accounts
        if not self.notice.said:
            self._say_who_may()
        self.say_words()

    def _succeeded(self, task: Task, member: StaffMember) -> None:
        said = {
            Task.ADD: self.tr("Đã thêm {name}."),
            Task.ASSIGN: self.tr("Đã đổi vai trò, vị trí của {name}."),
            Task.RESET: self.tr("Đã đặt mã PIN mới cho {name}."),
            Task.END: self.tr("{name} không còn làm việc ở đây. Tên vẫn còn trên các mũi tiêm."),
            Task.RESUME: self.tr("{name} làm việc lại ở đây."),
            Task.OWN_PIN: self.tr("Đã đổi mã PIN của {name}."),
        }[task].format(name=member.name)
        self.end()
        session = self._around.session
        if task is Task.ASSIGN and session.member is not None and member.id == session.member.id:
            session.enter(member)
        self.notice.tell(Tone.ALLOWED, said)
        self.refresh()

    def _trouble(self, error: VaxdeskError) -> None:
        self.notice.tell(Tone.STOP, self._around.speech.sentence(error))
