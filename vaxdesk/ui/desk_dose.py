"""The right column of the desk: what is given, from which vial, and the one button that saves it."""

from __future__ import annotations

import calendar
from dataclasses import replace
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QStackedWidget, QWidget

from vaxdesk.models import catalogue
from vaxdesk.models.desk import Preset
from vaxdesk.models.intake import BODY_SITES
from vaxdesk.models.values import LotLabel, StaffMember
from vaxdesk.ui import words
from vaxdesk.ui.buttons import KeyButton
from vaxdesk.ui.dose_form import DoseForm
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.widgets import Card, ElidedLabel, SecureLabel, Titled, beside, ruler, set_look, stacked


class DoseCard(Card):
    """The dose as it would be saved, and the product of the session mended in place."""

    save_wished = Signal()
    preset_changed = Signal(Preset)
    body_site_changed = Signal(str)
    edit_wished = Signal()

    def __init__(self, around: Surroundings) -> None:
        self.shown, self.edit = _Shown(around), _PresetEdit(around)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.shown)
        self._stack.addWidget(self.edit)
        super().__init__(self._stack)
        self._form = DoseForm()
        self.shown.save.clicked.connect(self.save_wished)
        self.shown.change.clicked.connect(self.edit_wished)
        self.shown.body_site.clicked.connect(self._next_body_site)
        self.shown.next_vial.clicked.connect(self._next_vial)

    @property
    def editing(self) -> bool:
        """Whether the product is being mended."""
        return self._stack.currentWidget() is self.edit

    def show_form(self, form: DoseForm) -> None:
        """Paints the dose."""
        self._form = form
        self.shown.show_form(form)

    def begin_edit(self, preset: Preset, staff: tuple[StaffMember, ...], today: date) -> None:
        """Opens the product for mending."""
        self._stack.setCurrentWidget(self.edit)
        self.edit.begin(preset, staff, today)

    def take_label(self, label: LotLabel) -> None:
        """A vial's label was scanned while the product is open."""
        self.edit.take_label(label)

    def end_edit(self, keep: bool) -> None:
        """Closes the product; with `keep`, what is typed becomes the session's product."""
        if keep:
            preset = self.edit.preset()
            if preset is None:
                return
            self.preset_changed.emit(preset)
        self._stack.setCurrentWidget(self.shown)

    def say_words(self) -> None:
        """Every text."""
        self.shown.say_words(self._form)
        self.edit.say_words()

    def _next_vial(self) -> None:
        """The next number on the tray; without a number the vials are counted from one."""
        preset = self._form.preset
        number = int(preset.vial) + 1 if preset.vial.isascii() and preset.vial.isdecimal() else 1
        self.preset_changed.emit(replace(preset, vial=str(number)))

    def _next_body_site(self) -> None:
        here = BODY_SITES.index(self._form.body_site)
        self.body_site_changed.emit(BODY_SITES[(here + 1) % len(BODY_SITES)])


class _Shown(QWidget):
    def __init__(self, around: Surroundings) -> None:
        super().__init__()
        self._around = around
        self.title, self.amount = ElidedLabel("heading"), ElidedLabel("input")
        self.rows = {
            name: (SecureLabel("label"), ElidedLabel("input")) for name in ("lot", "expiry", "vial", "injector")
        }
        self.change = KeyButton(around.look, "plain", "edit", "Ctrl+L")
        self.next_vial = KeyButton(around.look, "plain", "vial", "Ctrl+Shift+L")
        self.body_site = KeyButton(around.look, "plain", key="Ctrl+B")
        self.save = KeyButton(around.look, "primary", key="Enter", shortcut=False)
        set_look(self.save, big="true")
        self.hint = SecureLabel("note", wrap=True)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        for button in (self.change, self.next_vial, self.body_site, self.save):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        for button in (self.change, self.next_vial, self.body_site):
            set_look(button, small="true")
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for index, (title, value) in enumerate(self.rows.values()):
            grid.addWidget(title, index, 0)
            grid.addWidget(value, index, 1)
        buttons = stacked(self.change, self.next_vial, self.body_site, gap=4)
        parts = (self.title, self.amount, ruler(), grid, buttons, -1, self.save, self.hint)
        self.setLayout(stacked(*parts, gap=8))

    def show_form(self, form: DoseForm) -> None:
        preset, language = form.preset, self._around.speech.language
        product = words.vaccine(preset.vaccine, language) if preset.vaccine else self.tr("Chưa chọn vắc xin")
        verdict = form.assessment.verdict if form.assessment else None
        number = words.translate("words", "Mũi {number}").format(number=verdict.dose_number) if verdict else ""
        self.title.setText(" · ".join(filter(None, (number, product))))
        self.amount.setText(self._amount(verdict.dose_ml if verdict else 0.0))
        values = (preset.lot, words.month(preset.expiry), self._vial(form), preset.injector)
        for (_, label), value in zip(self.rows.values(), values, strict=True):
            label.setText(value or "–")
        recalled = "stop" if form.lot_problems else "none"
        set_look(self.rows["lot"][1], tone=recalled)
        self.body_site.say(words.body_site(form.body_site))
        self.save.say(self.tr("Lưu mũi tiêm") if form.gives_dose else self.tr("Lưu kết quả sàng lọc"))
        self.save.setEnabled(form.can_save)

    def _vial(self, form: DoseForm) -> str:
        """14 · mở 08:10 · còn 3; the number alone while nobody stands here."""
        vial = form.assessment.vial if form.assessment else None
        if vial is None:
            return form.preset.vial
        told = self.tr("mở {time} · còn {left}").format(time=words.clock(vial.opened_at), left=vial.left)
        return f"{vial.number} · {told}"

    def say_words(self, form: DoseForm) -> None:
        titles = {
            "lot": self.tr("Số lô"),
            "expiry": self.tr("Hạn dùng"),
            "vial": self.tr("Lọ"),
            "injector": self.tr("Người tiêm"),
        }
        for name, (label, _) in self.rows.items():
            label.setText(titles[name])
        self.change.say(self.tr("Đổi vắc xin, lô"))
        self.next_vial.say(self.tr("Mở lọ mới"))
        self.hint.setText(self.tr("Esc: bỏ · Ctrl+Z: hoàn tác mũi vừa lưu"))
        self.show_form(form)

    def _amount(self, dose_ml: float) -> str:
        if not dose_ml:
            return self.tr("tiêm bắp")
        return self.tr("{amount} ml · tiêm bắp").format(amount=words.decimal(dose_ml, self._around.speech.language))


class _PresetEdit(QWidget):
    """The session's product as fields."""

    def __init__(self, around: Surroundings) -> None:
        super().__init__()
        self._around = around
        self.title = SecureLabel("title")
        self.vaccine, self.injector = QComboBox(), QComboBox()
        self.injector.setEditable(True)
        self.lot, self.expiry, self.vial = QLineEdit(), QLineEdit(), QLineEdit()
        for field, length in ((self.lot, 20), (self.expiry, 10), (self.vial, 20)):
            field.setMaxLength(length)
        fields = (self.vaccine, self.lot, self.expiry, self.vial, self.injector)
        self.titles = [Titled(field) for field in fields]
        self.hint = SecureLabel("note", wrap=True)
        lot_row = beside(self.titles[1], self.titles[2], gap=8)
        who_row = beside(self.titles[3], self.titles[4], gap=8)
        who_row.setStretch(0, 2)
        who_row.setStretch(1, 5)
        self.setLayout(stacked(self.title, self.titles[0], lot_row, who_row, -1, self.hint, gap=10))

    def begin(self, preset: Preset, staff: tuple[StaffMember, ...], today: date) -> None:
        language = self._around.speech.language
        self.vaccine.clear()
        for vaccine in catalogue.load().licensed_on(today):
            self.vaccine.addItem(vaccine.display(language), vaccine.code)
        self.vaccine.setCurrentIndex(max(0, self.vaccine.findData(preset.vaccine)))
        self.lot.setText(preset.lot)
        self.expiry.setText(words.day(preset.expiry) if preset.expiry else "")
        self.vial.setText(preset.vial)
        self.injector.clear()
        self.injector.addItems([member.name for member in staff])
        self.injector.setCurrentText(preset.injector)
        set_look(self.expiry, wrong="false")
        self.lot.setFocus()
        self.lot.selectAll()

    def take_label(self, label: LotLabel) -> None:
        self.lot.setText(label.lot)
        if label.expiry is not None:
            self.expiry.setText(words.day(label.expiry))
        self.vial.setFocus()
        self.vial.selectAll()

    def preset(self) -> Preset | None:
        """What is typed; None while the lot is missing or the expiry cannot be read: there the cursor goes, so that Enter leads on."""
        expiry = expiry_from_typed(self.expiry.text())
        wanting = [field for field, there in ((self.lot, self.lot.text().strip()), (self.expiry, expiry)) if not there]
        for field in (self.lot, self.expiry):
            touched = (
                field.text().strip() or self.lot.text().strip()
            )  # an empty form is not called wrong before anything was typed
            set_look(field, wrong="true" if field in wanting and touched else "false")
        if wanting:
            wanting[0].setFocus()
            wanting[0].selectAll()
            return None
        return Preset(
            vaccine=str(self.vaccine.currentData() or ""),
            lot=self.lot.text().strip().upper(),
            expiry=expiry,
            vial=self.vial.text().strip(),
            injector=self.injector.currentText().strip(),
        )

    def say_words(self) -> None:
        said = (
            self.tr("Vắc xin"),
            self.tr("Số lô"),
            self.tr("Hạn dùng"),
            self.tr("Lọ số"),
            self.tr("Người tiêm"),
        )
        self.title.setText(self.tr("Vắc xin của buổi tiêm"))
        for titled, text in zip(self.titles, said, strict=True):
            titled.say(text)
        self.expiry.setPlaceholderText(self.tr("02/2022"))
        self.hint.setText(self.tr("Quét nhãn lọ để điền số lô và hạn dùng.\nEnter: dùng cho cả buổi · Esc: thôi"))


def expiry_from_typed(text: str) -> date | None:
    """28/02/2022, or 02/2022 as its last day; None when it is neither."""
    parts = [part for part in text.strip().replace("-", "/").replace(".", "/").split("/") if part]
    if not all(part.isdecimal() for part in parts) or len(parts) not in (2, 3):
        return None
    month, year = int(parts[-2]), int(parts[-1]) + (2000 if len(parts[-1]) == 2 else 0)
    try:
        last = calendar.monthrange(year, month)[1]
        return date(year, month, int(parts[0]) if len(parts) == 3 else last)
    except (ValueError, calendar.IllegalMonthError):
        return None
