"""Signing the day: what is ready, and the head of site's signature."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial

from PySide6.QtCore import QDate, Signal
from PySide6.QtWidgets import QDateEdit

from vaxdesk.errors import VaxdeskError
from vaxdesk.models.values import DoseRecord
from vaxdesk.models.workplace import Workplace
from vaxdesk.ui.buttons import KeyButton
from vaxdesk.ui.dose_form import Tone
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.widgets import Card, Notice, SecureLabel, Titled, beside


@dataclass(frozen=True, slots=True, repr=False)
class DayToSign:
    """A day's doses: how many are ready, and how many there are."""

    ready: tuple[DoseRecord, ...]
    given: int
    signed: int
    mismatched: int


def read_day(work: Workplace, day: date) -> DayToSign:
    """On the lane."""
    counts = work.figures.counts(day)
    mismatched = sum(record.identity.value == "mismatch" for record in work.desk.day(day))
    return DayToSign(work.signing.ready(day), counts.given, counts.signed, mismatched)


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
        self.sign = KeyButton(around.look, "primary", "sign", "Ctrl+J")
        self.identities = KeyButton(around.look, "plain", "person", "Ctrl+I")
        self.day.dateChanged.connect(self.refresh)
        self.sign.clicked.connect(self._sign)
        top = beside(self.titled, self.figures)
        top.setStretch(1, 1)
        super().__init__(self.title, top, -1, self.notice, beside(self.sign, self.identities, -1, gap=8), gap=8)
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
        self.identities.say(self.tr("Định danh cần sửa"))
        self.sign.say(self.tr("Ký số %n mũi", "", ready))
        self.sign.setEnabled(ready > 0 and self._around.session.is_manager)
        if found is not None:
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

    def _sign(self) -> None:
        self.sign.setEnabled(False)
        signing, actor = self._around.services.work.signing, self._around.session.actor
        sign = partial(signing.sign_day, self._day(), actor)
        self._around.lane.run(sign, done=self._signed, failed=self._trouble)

    def _signed(self, count: int) -> None:
        said = self.tr("Đã ký %n mũi. Chữ ký sẽ được gửi lên nền tảng.", "", count)
        self.notice.tell(Tone.ALLOWED, said)
        self.day_signed.emit()
        self.refresh()

    def _trouble(self, error: VaxdeskError) -> None:
        self.notice.tell(Tone.STOP, self._around.speech.sentence(error))

    def _day(self) -> date:
        shown = self.day.date()
        return date(shown.year(), shown.month(), shown.day())
