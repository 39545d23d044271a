"""Signing the day: what is ready, and the head of site's signature."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtCore import QDate, Signal
from PySide6.QtWidgets import QDateEdit, QLineEdit

from vaxdesk.errors import VaxdeskError
from vaxdesk.models.day_progress import DayProgress
from vaxdesk.models.values import DoseRecord, StaffMember
from vaxdesk.models.workplace import Workplace
from vaxdesk.ui import dialogs, words
from vaxdesk.ui.buttons import KeyButton
from vaxdesk.ui.dose_form import Tone
from vaxdesk.ui.services import WindowServices
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.widgets import Card, Notice, Pill, SecureLabel, Titled, beside, stacked


@dataclass(frozen=True, slots=True, repr=False)
class DayToSign:
    """A day's doses: how many are ready, and how many there are."""

    ready: tuple[DoseRecord, ...]
    given: int
    signed: int
    mismatched: int
    progress: DayProgress


def read_day(work: Workplace, day: date) -> DayToSign:
    """On the lane."""
    counts = work.figures.counts(day)
    mismatched = sum(record.identity.value == "mismatch" for record in work.desk.day(day))
    ready, progress = work.signing.ready(day), work.signing.progress(day)
    return DayToSign(ready, counts.given, counts.signed, mismatched, progress)


class SigningCard(Card):
    """The head of site signs a day's doses."""

    day_signed = Signal()
    identities_wished = Signal()

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._found: DayToSign | None = None
        self.title = SecureLabel("title")
        self.day = QDateEdit()
        self.day.setDisplayFormat("dd/MM/yyyy")
        self.day.setCalendarPopup(True)
        today = around.services.work.clock().date()
        self.day.setDate(QDate(today.year, today.month, today.day))
        self.titled = Titled(self.day)
        self.titled.setFixedWidth(170)
        self.figures, self.notice = SecureLabel("input", wrap=True), Notice(around.look)
        self.gauge = Pill(around.look)
        self.sign = KeyButton(around.look, "primary", "sign", "Ctrl+J")
        self.paper = KeyButton(around.look, "plain", "print", "Ctrl+Shift+J")
        self.pin = QLineEdit()
        self.pin.setEchoMode(QLineEdit.EchoMode.Password)
        self.pin.setMaxLength(64)
        self.pin.setVisible(around.services.token is not None)
        self.identities = KeyButton(around.look, "plain", "person", "Ctrl+I")
        self.day.dateChanged.connect(self.refresh)
        self.sign.clicked.connect(self._sign)
        top = beside(self.titled, stacked(self.figures, self.gauge, gap=2))
        top.setStretch(1, 1)
        signs = beside(self.sign, self.pin, -1, gap=8)
        others = beside(self.identities, self.paper, -1, gap=8)
        super().__init__(self.title, top, -1, self.notice, signs, others, gap=4)
        self.paper.clicked.connect(self._choose_paper)
        self.pin.returnPressed.connect(self.sign.click)
        self.identities.clicked.connect(self.identities_wished)

    def refresh(self) -> None:
        """Reads what is ready."""
        self._around.lane.run(read_day, self._around.services.work, self._day(), done=self._read, failed=self._trouble)

    def say_words(self) -> None:
        """Every text."""
        self.title.setText(self.tr("Ký số dữ liệu tiêm trong ngày"))
        self.titled.say(self.tr("Ngày tiêm"))
        found = self._found
        ready = len(found.ready) if found else 0
        self.identities.say(self.tr("Sửa định danh"))
        self.sign.say(self.tr("Ký số %n mũi", "", ready))
        self.sign.setEnabled(ready > 0 and self._around.session.is_manager)
        self.paper.say(self.tr("Biên bản"))
        self.paper.setEnabled(self._around.session.is_manager)
        self.pin.setPlaceholderText(self.tr("PIN của thẻ ký số"))
        self.pin.setAccessibleName(self.pin.placeholderText())
        if found is not None:
            self._say_gauge(found.progress)
            said = self.tr(
                "{ready} mũi sẵn sàng ký · {signed}/{given} đã ký\n{mismatched} không khớp dân cư, chưa ký được"
            )
            self.figures.setText(
                said.format(ready=ready, signed=found.signed, given=found.given, mismatched=found.mismatched)
            )
        if self._around.session.member is not None and not self._around.session.is_manager:
            self.notice.tell(Tone.INFORM, self._around.speech.of_code("managers-only"))

    def member_changed(self) -> None:
        """Somebody else is at work."""
        self.notice.hush()
        self.say_words()

    def _read(self, found: DayToSign) -> None:
        self._found = found
        self.say_words()

    def _say_gauge(self, day: DayProgress) -> None:
        """Entered and signed the same day (1815/BYT-CNTT): the share, the time left, and when it is done at this pace."""
        if not day.given:
            self.gauge.show_state(Tone.QUIET, "")
            return
        said = [self.tr("Đã ký và nền tảng đã nhận {share} %").format(share=int(100 * day.share))]
        if not day.is_done and day.left_s > 0:
            hours, minutes = divmod(int(day.left_s) // 60, 60)
            said.append(self.tr("còn {hours} giờ {minutes} phút").format(hours=hours, minutes=minutes))
        if day.done_at is not None:
            said.append(self.tr("theo nhịp này xong lúc {time}").format(time=words.clock(day.done_at)))
        late = Tone.STOP if day.left_s <= 0 else Tone.DECIDE
        tone = Tone.ALLOWED if day.is_done else late if day.is_late else Tone.INFORM
        self.gauge.show_state(tone, " · ".join(said))

    def _sign(self) -> None:
        self.sign.setEnabled(False)
        services, actor, pin = self._around.services, self._around.session.actor, self.pin.text()
        self.pin.clear()
        sign = partial(_sign, services, self._day(), actor, pin)
        self._around.lane.run(sign, done=self._signed, failed=self._trouble)

    def _choose_paper(self) -> None:
        day, actor = self._day(), self._around.session.actor
        name = f"bien-ban-{day:%Y-%m-%d}.pdf"
        target = dialogs.choose_new_file(self, self.tr("Biên bản"), name, "PDF (*.pdf)")
        if target is not None:
            make = partial(self._around.services.signing_paper, day, actor, target)
            self._around.lane.run(make, done=partial(self._paper_made, target), failed=self._trouble)

    def _paper_made(self, target: Path, _made: object) -> None:
        said = self.tr("Đã ghi {name}: in ra để các bên ký. Tệp có họ tên và số định danh.")
        self.notice.tell(Tone.ALLOWED, said.format(name=target.name))

    def _signed(self, count: int) -> None:
        said = self.tr("Đã ký %n mũi. Chữ ký sẽ được gửi lên nền tảng.", "", count)
        self.notice.tell(Tone.ALLOWED, said)
        self.day_signed.emit()
        self.refresh()

    def _trouble(self, error: VaxdeskError) -> None:
        self.say_words()
        self.notice.tell(Tone.STOP, self._around.speech.sentence(error))

    def _day(self) -> date:
        shown = self.day.date()
        return date(shown.year(), shown.month(), shown.day())


def _sign(services: WindowServices, day: date, actor: StaffMember, pin: str) -> int:
    """On the lane: with the token where there is one, else with the key in the keyring."""
    sign = services.token(pin) if services.token is not None else None
    return services.work.signing.sign_day(day, actor, sign)
