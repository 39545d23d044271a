"""Mending what was refused, in place: what was wrong, why, and it goes again by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QLineEdit

from vaxdesk.errors import DoseRefused, InputRefused, VaxdeskError
from vaxdesk.models import catalogue
from vaxdesk.models.desk import Desk, DoseChanges
from vaxdesk.models.values import VIETNAM, PersonDraft, Sex, StaffMember
from vaxdesk.ui import words
from vaxdesk.ui.buttons import KeyButton
from vaxdesk.ui.desk_dose import expiry_from_typed
from vaxdesk.ui.dose_form import Tone
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.to_settle import Entry, Mending
from vaxdesk.ui.widgets import Card, ElidedLabel, Notice, SecureLabel, Titled, beside, set_look, stacked

AT_FORM = "%d/%m/%Y %H:%M"
PRODUCT = ("vaccine", "lot", "expiry")
SHOWN = {Mending.DOSE: (*PRODUCT, "dose_number", "occurred_at"), Mending.PERSON: ("name", "birth_date", "sex")}


class MendForm(Card):
    """One refused record, or several that share one wrong product. `mended`: they go again; `given_up`: all stays as it was."""

    mended, given_up = Signal(), Signal()

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._entries: tuple[Entry, ...] = ()
        names = ("lot", "expiry", "dose_number", "occurred_at", "name", "birth_date", "reason")
        self.fields = {name: QLineEdit() for name in names}
        self.fields["reason"].setMaxLength(500)
        self.vaccine, self.sex = QComboBox(), QComboBox()
        every: dict[str, Any] = {**self.fields, "vaccine": self.vaccine, "sex": self.sex}
        self.titles = {name: Titled(field) for name, field in every.items()}
        self.title, self.explain = ElidedLabel("heading"), SecureLabel("quiet", wrap=True)
        self.notice = Notice(around.look, lines=3)
        self.save = KeyButton(around.look, "primary", "save", "Enter", shortcut=False)
        self.leave = KeyButton(around.look, "plain", "", "Esc", shortcut=False)
        set_look(self.save, big="true")
        pairs = (("lot", "expiry"), ("dose_number", "occurred_at"), ("birth_date", "sex"))
        lines = [beside(self.titles[a], self.titles[b], gap=8) for a, b in pairs]
        first = (self.title, self.explain, self.titles["vaccine"], self.titles["name"])
        inside = stacked(*first, *lines, self.titles["reason"], self.notice, -1, self.save, self.leave, gap=8)
        super().__init__(inside)
        self._show_fields()
        self.save.clicked.connect(self._save)
        self.leave.clicked.connect(self.given_up)

    def begin(self, entries: tuple[Entry, ...]) -> None:
        """What is to be mended, its fields as they are."""
        self._entries = entries
        dose, person = entries[0].record.dose, entries[0].record.person
        filled = {
            "lot": dose.lot,
            "expiry": words.day(dose.expiry),
            "dose_number": str(dose.dose_number),
            "occurred_at": dose.occurred_at.astimezone(VIETNAM).strftime(AT_FORM),
            "name": person.name,
            "birth_date": words.birth(person.birth_date),
            "reason": "",
        }
        for name, text in filled.items():
            self.fields[name].setText(text)
        self._fill_choices()
        self.vaccine.setCurrentIndex(max(0, self.vaccine.findData(dose.vaccine)))
        self.sex.setCurrentIndex(max(0, self.sex.findData(person.sex.value)))
        self.say_words()
        self._show_fields()
        self.notice.hush()
        self._go_to_first()

    def _fill_choices(self) -> None:
        self.vaccine.clear()
        for vaccine in catalogue.load().licensed_on(self._around.services.work.clock().date()):
            self.vaccine.addItem(vaccine.display(self._around.speech.language), vaccine.code)
        self.sex.clear()
        for sex in Sex:
            self.sex.addItem("", sex.value)  # Qt compares plain strings, not members

    def _show_fields(self) -> None:
        shown = SHOWN.get(self._mending, ()) if len(self._entries) == 1 else PRODUCT
        for name, titled in self.titles.items():
            titled.setVisible(name == "reason" or name in shown)

    def _go_to_first(self) -> None:
        first = {Mending.DOSE: "lot", Mending.PERSON: "name"}.get(self._mending, "reason")
        self.fields[first].setFocus()
        self.fields[first].selectAll()

    @property
    def _mending(self) -> Mending:
        return self._entries[0].mending if self._entries else Mending.NONE

    def say_words(self) -> None:
        """Every text."""
        titles = {
            "vaccine": self.tr("Vắc xin"),
            "lot": self.tr("Số lô"),
            "expiry": self.tr("Hạn dùng"),
            "dose_number": self.tr("Mũi số"),
            "occurred_at": self.tr("Lúc tiêm"),
            "name": self.tr("Họ và tên"),
            "birth_date": self.tr("Ngày sinh"),
            "sex": self.tr("Giới tính"),
            "reason": self.tr("Lý do sửa"),
        }
        for name, text in titles.items():
            self.titles[name].say(text)
        for place, sex in enumerate(Sex):
            self.sex.setItemText(place, words.sex(sex))
        self.leave.say(self.tr("Thôi"))
        self._say_task()

    def _say_task(self) -> None:
        void = self._mending is Mending.VOID
        self.save.say(self.tr("Đánh dấu nhập nhầm") if void else self.tr("Lưu và gửi lại"))
        self.explain.setText(
            self.tr(
                "Mũi này mang số định danh không phải của người được tiêm. Đánh dấu nhập nhầm, rồi quét thẻ và ghi lại cho đúng người."
            )
            if void
            else self.tr("Sửa ô nào sai so với nhãn lọ, thẻ hoặc phiếu. Bản cũ vẫn được giữ.")
        )
        if self._entries:
            one, count = self._entries[0].record.person.name, len(self._entries)
            self.title.setText(one if count == 1 else self.tr("%n mũi cùng một vắc xin, số lô", "", count))

    def _save(self) -> None:
        change = self._change()
        if change is not None:
            self.save.setEnabled(False)
            self._around.lane.run(change, done=self._saved, failed=self._refused)

    def _change(self) -> Callable[[], Any] | None:
        """The use case to call; None when a field cannot be read, which is said then."""
        desk, actor = self._around.services.work.desk, self._around.session.actor
        record, reason = self._entries[0].record, self.fields["reason"].text()
        if self._mending is Mending.VOID:
            return partial(desk.void, record.dose.id, reason, actor)
        if self._mending is Mending.PERSON:
            return partial(desk.mend_person, record.dose.citizen_id, self._person(), reason, actor)
        changes = self._changes()
        return None if changes is None else partial(_correct_all, desk, self._entries, changes, reason, actor)

    def _person(self) -> PersonDraft:
        """The facts as typed, with what is known besides."""
        known = self._entries[0].record.person
        return PersonDraft(
            citizen_id=known.citizen_id.digits,
            name=self.fields["name"].text(),
            birth_date=words.birth_from_typed(self.fields["birth_date"].text()),
            sex=Sex(self.sex.currentData()),
            old_id=known.old_id,
            phone=known.phone,
            address=known.address,
            nationality=known.nationality,
        )

    def _changes(self) -> DoseChanges | None:
        expiry = expiry_from_typed(self.fields["expiry"].text())
        number = self.fields["dose_number"].text().strip()
        if expiry is None:
            self._cannot_read("expiry", self.tr("Hạn dùng chưa đúng dạng ngày/tháng/năm."))
            return None
        if not (number.isascii() and number.isdecimal() and int(number)):
            self._cannot_read("dose_number", self.tr("Mũi số phải là một số: 1, 2, 3…"))
            return None
        product = DoseChanges(vaccine=self.vaccine.currentData(), lot=self.fields["lot"].text(), expiry=expiry)
        if len(self._entries) > 1:
            return product
        return self._with_time(replace(product, dose_number=int(number)))

    def _with_time(self, changes: DoseChanges) -> DoseChanges | None:
        try:
            at = datetime.strptime(self.fields["occurred_at"].text().strip(), AT_FORM).replace(tzinfo=VIETNAM)
        except ValueError:
            self._cannot_read("occurred_at", self.tr("Lúc tiêm chưa đúng dạng ngày/tháng/năm giờ:phút."))
            return None
        stored = self._entries[0].record.dose.occurred_at.astimezone(VIETNAM)
        return changes if stored.replace(second=0, microsecond=0) == at else replace(changes, occurred_at=at)

    def _cannot_read(self, field: str, said: str) -> None:
        self.notice.tell(Tone.STOP, said)
        self.fields[field].setFocus()

    def _saved(self, _record: object) -> None:
        self.save.setEnabled(True)
        self.mended.emit()

    def _refused(self, error: VaxdeskError) -> None:
        self.save.setEnabled(True)
        speech = self._around.speech
        problems = error.problems if isinstance(error, InputRefused) else (error,)
        self.notice.tell(Tone.STOP, "\n".join(speech.sentence(one) for one in problems))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Enter saves from any field, Esc leaves all as it was."""
        if event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.save.click()
        else:
            super().keyPressEvent(event)


def _correct_all(desk: Desk, entries: tuple[Entry, ...], changes: DoseChanges, reason: str, actor: StaffMember) -> None:
    """On the lane. Each is a record of its own: what was corrected before one is refused stays so, and a second try passes over it."""
    unchanged = 0
    for entry in entries:
        try:
            desk.correct(entry.record.dose.id, changes, reason, actor)
        except DoseRefused as refused:
            unchanged += refused.code == "nothing-to-correct"
            if refused.code != "nothing-to-correct" or unchanged == len(entries):
                raise
