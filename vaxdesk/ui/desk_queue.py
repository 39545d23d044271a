"""The queue at the desk: who stands here has a number or is given one, the next one is called, what the desk before concluded is taken over.

Whoever was called is the one this machine knows; that it is they who came is seen when their card is read.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame

from vaxdesk.errors import InputRefused, Severity, VaxdeskError
from vaxdesk.models import citizen_id
from vaxdesk.models.stations import CALLS, Called, Duty, Standing
from vaxdesk.models.tickets import Crowd, Station, Ticket
from vaxdesk.ui import queue_words, words
from vaxdesk.ui.buttons import KeyButton
from vaxdesk.ui.dose_form import PRODUCT_FIELDS, DoseForm, Tone
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.widgets import Pill, beside, set_look

if TYPE_CHECKING:
    from vaxdesk.ui.desk_page import DeskPage

LINE_PX, LOOK_MS = 34, 10_000
TAKES_OVER = (Duty.ALL, Duty.INJECTION)
EMPTY = Crowd(0, 0)


class DeskQueue(QObject):
    """`line` stands over the person, `button` beside the scan field. `accepted`: for the rising tone."""

    accepted = Signal()

    def __init__(self, page: DeskPage, around: Surroundings) -> None:
        super().__init__(page)
        self._page, self._around = page, around
        self._work = around.services.work
        self._standing = Standing()
        self._called: Called | None = None
        self._is_compared = self._is_calling = False
        self._entered = -1  # the form for which Enter was pressed before the answer came
        self._crowd = EMPTY
        self._measured = ""
        self.line = QFrame()
        self.said = Pill(around.look)
        self.line.setLayout(beside(self.said, margins=(12, 0, 12, 0)))
        self.line.setProperty("box", "quiet")
        self.line.setFixedHeight(LINE_PX)
        self.button = KeyButton(around.look, "plain", "people", "Ctrl+G", shortcut=False)
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._looks = QTimer(self)
        self._looks.setInterval(LOOK_MS)
        self._looks.timeout.connect(self._look)

    def listen(self) -> None:
        """To the page's own conversation, after the page itself."""
        model = self._page.model
        model.came.connect(self._came)
        self.button.clicked.connect(self._act)
        for key, act in (("Ctrl+Return", self.check_in), ("Ctrl+Enter", self.check_in), ("Ctrl+G", self.call_next)):
            QShortcut(QKeySequence(key), self._page).activated.connect(act)
        self._around.session.changed.connect(self._session_changed)
        self._looks.start()

    # --- what the page calls

    def refresh(self) -> None:
        """How many wait for this desk."""
        self._around.lane.run(self._work.tickets.here, done=self._here_read, failed=_unsaid)

    def takes_enter(self) -> bool:
        """Enter at a desk that does not inject, or before the card of who was called was read. True when it was taken."""
        form, duty = self._page.form, self._around.session.duty
        if duty is Duty.RECEPTION:
            self.check_in()
            return True
        if duty is Duty.SCREENING and (form.screening is None or form.screening.lets_inject):
            self._enter_screening()
            return True
        if self.wants_card and not form.saving:
            self._is_compared = True
            said = self.tr("Chưa quét thẻ của {name}. Đã so thẻ bằng mắt thì bấm Enter lần nữa.")
            self._page.notice.tell(Tone.DECIDE, said.format(name=self._name()))
            return True
        return False

    @property
    def wants_card(self) -> bool:
        """Whether somebody stands here only because they were called."""
        return self._called is not None and not self._is_compared

    def take(self, called: Called) -> None:
        """Somebody was called to this desk, here or on the queue's page."""
        here = self._page.form.person
        if here is not None and _digits(here.citizen_id) != called.person.citizen_id.digits:
            said = self.tr("Đã gọi {ticket}, nhưng {name} còn ở bàn. Xong người này, chọn lại ở trang Hàng chờ (F10).")
            name = words.short_name(here.name) or words.masked_number(here)
            self._page.notice.tell(Tone.DECIDE, said.format(ticket=_who(called.ticket), name=name))
            return
        self._called, self._is_compared = called, here is not None
        if here is None:
            self._is_calling = True
            self._page.model.choose(called.person)
            self._is_calling = False
        self._page.notice.tell(Tone.INFORM, self.tr("Mời {ticket}").format(ticket=_who(called.ticket)))

    def check_in(self) -> None:
        """Ctrl+Enter: a number for who stands here, or onward with what was concluded; then the next one may be scanned."""
        if self._page.person.editing:
            self._page.person.end_edit()
        form, actor = self._page.form, self._around.session.actor
        if form.person is None:
            self._page.notice.tell(Tone.DECIDE, self.tr("Hãy quét thẻ của người vào hàng chờ."))
        elif form.screening is not None and form.screening.lets_inject and not form.took_over:
            self._pass_on(form)
        elif not form.saving:
            done = partial(self._sent, form.ticket)
            self._around.lane.run(self._work.tickets.open, form.person, actor, done=done, failed=self._refused)

    def call_next(self) -> None:
        """Ctrl+G: who has waited longest for this desk."""
        person = self._page.form.person
        if person is not None:
            said = self.tr("{name} còn ở bàn: lưu, hoặc bấm Esc, rồi gọi người tiếp theo.")
            name = words.short_name(person.name) or words.masked_number(person)
            self._page.notice.tell(Tone.DECIDE, said.format(name=name))
            return
        duty, actor = self._around.session.duty, self._around.session.actor
        self._around.lane.run(self._work.stations.call_next, duty, actor, done=self.take, failed=self._nobody)

    # --- who stands here

    def _came(self, _left: str) -> None:
        """Who was called, who else, or simply the next one; how far they have got is asked."""
        person = self._page.form.person
        if person is None:  # a card that was refused
            return
        self._standing = Standing()
        if not self._is_calling:
            self._compare(_digits(person.citizen_id), words.short_name(person.name) or words.masked_number(person))
        try:
            number = citizen_id.parse(person.citizen_id)
        except InputRefused:
            return
        done = partial(self._standing_read, self._page.form.ticket)
        self._around.lane.run(self._work.stations.standing, number, done=done, failed=self._page.model.troubled.emit)

    def _compare(self, digits: str, name: str) -> None:
        called, self._is_compared = self._called, True
        if called is None:
            return
        if digits == called.person.citizen_id.digits:
            self._page.notice.tell(Tone.ALLOWED, self.tr("Đúng người: {ticket}").format(ticket=_who(called.ticket)))
            return
        self._called = None
        said = self.tr("KHÔNG PHẢI người vừa gọi: thẻ này của {name}, còn {ticket}.")
        self._page.notice.tell(Tone.STOP, said.format(name=name, ticket=_who(called.ticket)))
        self._page.rejected.emit()

    def _standing_read(self, form_ticket: int, standing: Standing) -> None:
        if form_ticket == self._page.form.ticket and self._page.form.person is not None:
            self._standing = standing
            self._page.model.take_standing(standing, self._around.session.duty in TAKES_OVER)

    # --- sending on

    def _enter_screening(self) -> None:
        form = self._page.form
        if self._page.model.is_judging:
            self._entered = form.ticket  # a Space from before waits on its own
        elif form.person is None or form.screening is None or _is_stopped(form):
            self._page.say_what_is_missing()
        else:
            self._pass_on(form)

    def _pass_on(self, form: DoseForm) -> None:
        draft = form.draft(self._work.clock())
        if draft is None or draft.sheet is None or form.saving:
            self._page.say_what_is_missing()
            return
        done = partial(self._sent, form.ticket)
        actor = self._around.session.actor
        self._around.lane.run(self._work.stations.pass_on, draft.sheet, actor, done=done, failed=self._refused)

    def _sent(self, form_ticket: int, ticket: Ticket) -> None:
        self._page.saved.show_ticket(ticket)
        if form_ticket == self._page.form.ticket:
            self._page.notice.hush()
            self._page.model.leave()
            self._page.scan.setFocus()
        self.accepted.emit()

    def _refused(self, error: VaxdeskError) -> None:
        self._page.model.refused.emit(error)

    def _nobody(self, error: VaxdeskError) -> None:
        tone = Tone.INFORM if error.code == "nobody-waits" else Tone.STOP
        self._page.notice.tell(tone, self._around.speech.sentence(error))
        self.refresh()

    # --- showing

    def paint(self) -> None:
        """With every change of the form, after the page's own parts."""
        form = self._page.form
        if form.person is None and (self._called is not None or self._standing.ticket is not None):
            self._called, self._standing = None, Standing()
            self.refresh()
        self._say_line(form)
        self._say_buttons(form)
        self._do_entered(form)

    def _say_line(self, form: DoseForm) -> None:
        tone, said, icon = self._person_said() if form.person is not None else self._crowd_said()
        self.said.show_state(tone, said, icon)
        set_look(self.line, box=tone.value)

    def _person_said(self) -> tuple[Tone, str, str]:
        if self.wants_card and self._called is not None:
            said = self.tr("{number}: quét thẻ để so").format(number=queue_words.number(self._called.ticket))
            return Tone.DECIDE, said, "scan"
        ticket = self._standing.ticket
        if ticket is None:
            return Tone.QUIET, self.tr("Chưa có số hôm nay"), "people"
        tone = Tone.DECIDE if ticket.station is Station.LEFT else Tone.INFORM
        return tone, queue_words.here_since(ticket), queue_words.ICONS.get(ticket.station, "inform")

    def _crowd_said(self) -> tuple[Tone, str, str]:
        if not self._crowd.count:
            return Tone.QUIET, self.tr("Hàng chờ trống"), "people"
        longest, tone, _ = queue_words.longest(self._crowd)
        return tone, self.tr("Chờ {count}, {longest}").format(count=self._crowd.count, longest=longest), "people"

    def _say_buttons(self, form: DoseForm) -> None:
        duty = self._around.session.duty
        sends_on = form.screening is not None and form.screening.lets_inject and not form.took_over
        is_here = form.person is not None
        self._say_button("pass-on" if sends_on else "onward" if is_here else "call")
        self.button.setEnabled(is_here or duty in CALLS)
        save = self._page.dose.shown.save
        if duty is Duty.RECEPTION:
            save.say(self.tr("Vào hàng chờ"))
            save.setEnabled(is_here and not form.saving)
        elif duty is Duty.SCREENING and form.gives_dose:
            save.say(self.tr("Chuyển sang tiêm"))
            save.setEnabled(sends_on and form.assessment is not None and not _is_stopped(form))

    def _say_button(self, act: str) -> None:
        """As wide as the longest of what it may say: the scan field beside it keeps its place."""
        said = {
            "call": (self.tr("Gọi người tiếp theo"), "Ctrl+G"),
            "onward": (self.tr("Vào hàng chờ"), "Ctrl+Enter"),
            "pass-on": (self.tr("Chuyển sang tiêm"), "Ctrl+Enter"),
        }
        if said["call"][0] != self._measured:
            self._measured, widths = said["call"][0], []
            for text, key in said.values():
                self.button.show_key(key)
                self.button.say(text)
                widths.append(self.button.sizeHint().width())
            self.button.setFixedWidth(max(widths))
        text, key = said[act]
        self.button.show_key(key)
        self.button.say(text)

    def _do_entered(self, form: DoseForm) -> None:
        """Enter came before the answer: done when it leaves a conclusion that stands, else forgotten."""
        if self._entered < 0 or (self._entered == form.ticket and self._page.model.is_judging):
            return
        if self._entered == form.ticket and form.screening is not None and not _is_stopped(form):
            self._entered = -1
            self._pass_on(form)
        else:
            QTimer.singleShot(0, self, self._forget_entered)

    def _forget_entered(self) -> None:
        self._entered = -1

    def _session_changed(self) -> None:
        """Somebody else, or another duty: other people wait for it."""
        self._page.paint()
        if self._around.session.member is not None:
            self.refresh()

    def _look(self) -> None:
        if self._page.isVisible() and self._page.form.person is None:
            self.refresh()

    def _here_read(self, here: tuple[Ticket, ...]) -> None:
        sources = dict(CALLS.get(self._around.session.duty, CALLS[Duty.ALL]))
        waiting = [one for one in here if one.station in sources and one.called_at is None]
        now = self._work.clock()
        self._crowd = Crowd(len(waiting), max((one.waited_s(now) for one in waiting), default=0))
        self._say_line(self._page.form)

    def _act(self) -> None:
        if self._page.form.person is None:
            self.call_next()
        else:
            self.check_in()

    def _name(self) -> str:
        return words.short_name(self._called.person.name) if self._called else ""


def _who(ticket: Ticket) -> str:
    return f"{queue_words.number(ticket).lower()} · {ticket.name}"


def _digits(typed: str) -> str:
    return "".join(typed.split())


def _is_stopped(form: DoseForm) -> bool:
    """Whether something stands against this person today, whatever product the desk of the injection uses."""
    about_product = PRODUCT_FIELDS | {"vial"}
    return any(p.severity is Severity.STOP and p.field not in about_product for p in form.blocking)


def _unsaid(_error: VaxdeskError) -> None:
    """A count that could not be read is read again soon."""
