"""Entering what happened to a lot, in place: received, given back, thrown away, counted, or an entry undone. Each field says its own trouble."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from vaxdesk.errors import InputRefused, VaxdeskError
from vaxdesk.models import catalogue
from vaxdesk.models.stock import LotKey, StockDraft, StockEntry, StockKind, StockSource, Wastage
from vaxdesk.models.values import LotLabel
from vaxdesk.ui import stock_words, words
from vaxdesk.ui.buttons import KeyButton
from vaxdesk.ui.desk_dose import expiry_from_typed
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.tone import Tone
from vaxdesk.ui.widgets import Card, ElidedLabel, Notice, SecureLabel, Titled, WholeLabel, beside, set_look, stacked

PRODUCT = ("vaccine", "lot", "expiry")
FIELDS = {
    StockKind.RECEIVED: (*PRODUCT, "doses", "temperature", "note"),
    StockKind.RETURNED: ("doses", "temperature", "note"),
    StockKind.WASTED: ("doses", "vial", "reason", "note"),
    StockKind.COUNTED: ("doses", "temperature", "note"),
    StockKind.VOIDED: ("note",),
}
PAIRS = (("lot", "expiry"), ("doses", "temperature", "vial"))


class _Field(QWidget):
    """A titled field with room for the sentence that says what is wrong with it."""

    def __init__(self, field: QWidget) -> None:
        super().__init__()
        self.field, self.titled, self.trouble = field, Titled(field), WholeLabel("note")
        set_look(self.trouble, tone=Tone.STOP.value)
        self.setLayout(stacked(self.titled, self.trouble, -1, gap=2))
        self.tell("")

    def tell(self, sentence: str) -> None:
        """Says what is wrong; nothing for nothing."""
        self.trouble.setText(sentence)
        self.trouble.setVisible(bool(sentence))
        self.field.setAccessibleDescription(sentence)


class StockForm(Card):
    """`kept`: it is in the book; `given_up`: nothing was kept."""

    kept, given_up = Signal(), Signal()

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self.kind, self._day = StockKind.RECEIVED, date.min
        self._key: LotKey | None = None
        self._undoes: StockEntry | None = None
        self._source = StockSource.HAND
        self.texts = {name: QLineEdit() for name in ("lot", "expiry", "doses", "temperature", "vial", "note")}
        self.texts["note"].setMaxLength(300)
        self.vaccine, self.reason = QComboBox(), QComboBox()
        every: dict[str, QWidget] = {**self.texts, "vaccine": self.vaccine, "reason": self.reason}
        self.fields = {name: _Field(field) for name, field in every.items()}
        self.title, self.explain = ElidedLabel("heading"), SecureLabel("quiet", wrap=True)
        self.notice = Notice(around.look)
        self.save = KeyButton(around.look, "primary", "save", "Enter", shortcut=False)
        self.leave = KeyButton(around.look, "plain", "", "Esc", shortcut=False)
        lines = [beside(*(self.fields[name] for name in pair), gap=8) for pair in PAIRS]
        above = stacked(self.title, self.explain, self.fields["vaccine"], *lines, gap=8)
        below = stacked(self.fields["reason"], self.fields["note"], self.notice, -1, self.save, self.leave, gap=8)
        super().__init__(above, below, gap=8, margin=12)
        self.save.clicked.connect(self._save)
        self.leave.clicked.connect(self.given_up)
        self.given_up.connect(self._hush)  # what it said would go on asking for height

    # --- beginning

    def begin(self, kind: StockKind, key: LotKey | None, day: date) -> None:
        """An empty form about a lot; None: a lot that is to be named."""
        self.kind, self._key, self._day, self._undoes = kind, key, day, None
        self._source = StockSource.HAND
        for field in self.texts.values():
            field.clear()
        self._fill_choices()
        if key is not None:
            self.vaccine.setCurrentIndex(max(0, self.vaccine.findData(key.vaccine)))
            self.texts["lot"].setText(key.lot)
        self._show()

    def begin_undoing(self, entry: StockEntry) -> None:
        """Why an entry was wrong."""
        self.begin(StockKind.VOIDED, entry.key, entry.day)
        self._undoes = entry
        self._say_task()

    def propose(self, doses: int, vial: str = "", reason: str = "", expiry: date | None = None) -> None:
        """Fills in what is known; a person looks at it and says yes."""
        self.texts["doses"].setText(str(doses) if doses else "")
        self.texts["vial"].setText(vial)
        self.texts["expiry"].setText(words.day(expiry) if expiry else "")
        if reason:
            self.reason.setCurrentIndex(max(0, self.reason.findData(reason)))

    def take_label(self, label: LotLabel) -> bool:
        """A box was scanned while a delivery is entered: its lot and expiry. False for another form."""
        if self.kind is not StockKind.RECEIVED:
            return False
        self._source = StockSource.SCAN
        self.texts["lot"].setText(label.lot)
        if label.expiry is not None:
            self.texts["expiry"].setText(words.day(label.expiry))
        self._hush()
        self.texts["doses"].setFocus()
        return True

    def _fill_choices(self) -> None:
        self.vaccine.clear()
        for vaccine in catalogue.load().licensed_on(self._around.services.work.clock().date()):
            self.vaccine.addItem(vaccine.display(self._around.speech.language), vaccine.code)
        self.reason.clear()
        self.reason.addItem("", "")
        for one in Wastage:
            self.reason.addItem(self._around.speech.of_code(one.said_as), one.value)

    def _show(self) -> None:
        shown = FIELDS[self.kind]
        for name, field in self.fields.items():
            field.setVisible(name in shown and not (self._key is not None and name in PRODUCT))
        self._hush()
        self.say_words()
        first = next(name for name in shown if not self.fields[name].isHidden())
        self.fields[first].field.setFocus()

    def say_words(self) -> None:
        """Every text."""
        titles = {
            "vaccine": self.tr("Vắc xin"),
            "lot": self.tr("Số lô"),
            "expiry": self.tr("Hạn dùng"),
            "doses": self.tr("Số liều"),
            "temperature": self.tr("Nhiệt độ (°C)"),
            "vial": self.tr("Lọ số (nếu có)"),
            "reason": self.tr("Lý do hủy"),
            "note": self._note_title(),
        }
        for name, text in titles.items():
            self.fields[name].titled.say(text)
        self.leave.say(self.tr("Thôi"))
        self._say_task()

    def _note_title(self) -> str:
        if self.kind is StockKind.VOIDED:
            return self.tr("Lý do bỏ mục này")
        return self.tr("Trả, chuyển cho ai và vì sao") if self.kind is StockKind.RETURNED else self.tr("Ghi chú")

    def _say_task(self) -> None:
        explains = {
            StockKind.RECEIVED: self.tr(
                "Quét nhãn hộp, hoặc nhập như in trên hộp. Số lượng tính bằng liều, không phải lọ."
            ),
            StockKind.RETURNED: self.tr("Số liều đã rời kho này."),
            StockKind.WASTED: self.tr("Số liều bỏ đi. Liều còn trong lọ đã mở cũng ghi ở đây."),
            StockKind.COUNTED: self.tr(
                "Đếm liều trong tủ rồi nhập con số thấy được. Lần đếm sau cùng trong ngày được dùng."
            ),
            StockKind.VOIDED: self.tr(
                "Mục ghi sai không bị xóa: nó ở lại trong sổ, kèm lý do, và không được tính nữa."
            ),
        }
        self.explain.setText(explains[self.kind])
        lot = f": {self._key.lot}" if self._key else ""
        if self._undoes is not None:
            lot = f": {stock_words.kind(self._undoes.kind)} {self._undoes.doses}"
        self.title.setText(stock_words.kind(self.kind) + lot)
        self.save.say(self.tr("Bỏ mục này") if self.kind is StockKind.VOIDED else self.tr("Ghi vào sổ"))

    # --- keeping

    def _save(self) -> None:
        act = self._act()
        if act is not None:
            self.save.setEnabled(False)
            self._around.lane.run(act, done=self._saved, failed=self._refused)

    def _act(self) -> Callable[[], Any] | None:
        """The use case to call; None when a field cannot be read, which is said then."""
        book, actor = self._around.services.work.stock, self._around.session.actor
        if self._undoes is not None:
            return partial(book.void, self._undoes.id, self.texts["note"].text(), actor)
        draft = self._draft()
        acts: dict[StockKind, Callable[..., StockEntry]] = {
            StockKind.RECEIVED: book.receive,
            StockKind.RETURNED: book.give_back,
            StockKind.WASTED: book.waste,
            StockKind.COUNTED: book.count,
        }
        return None if draft is None else partial(acts[self.kind], draft, actor)

    def _draft(self) -> StockDraft | None:
        self._hush()
        text = {name: field.text().strip() for name, field in self.texts.items()}
        expiry, celsius = expiry_from_typed(text["expiry"]), _number(text["temperature"])
        if text["expiry"] and expiry is None:
            self._tell("expiry", self.tr("Hạn dùng chưa đúng dạng ngày/tháng/năm."))
            return None
        if text["temperature"] and celsius is None:
            self._tell("temperature", self.tr("Nhiệt độ phải là một số, ví dụ 4,5."))
            return None
        return StockDraft(
            vaccine=str(self.vaccine.currentData() or ""),
            lot=text["lot"],
            doses=_whole(text["doses"]),
            expiry=expiry,
            vial=text["vial"],
            temperature_c=celsius,
            reason=str(self.reason.currentData() or "") if self.kind is StockKind.WASTED else "",
            note=text["note"],
            day=self._day,
            source=self._source,
        )

    def _saved(self, _entry: object) -> None:
        self.save.setEnabled(True)
        self.kept.emit()

    def _refused(self, error: VaxdeskError) -> None:
        self.save.setEnabled(True)
        self._hush()
        speech = self._around.speech
        rest: list[str] = []
        for problem in error.problems if isinstance(error, InputRefused) else (error,):
            field = self.fields.get("note" if self._undoes else getattr(problem, "field", ""))
            if field is not None and not field.isHidden():
                field.tell(speech.sentence(problem))
            else:
                rest.append(speech.sentence(problem))
        if rest:
            self.notice.tell(Tone.STOP, "\n".join(rest))
        wrong = next((field for field in self.fields.values() if not field.trouble.isHidden()), None)
        if wrong is not None:
            wrong.field.setFocus()

    def _tell(self, name: str, sentence: str) -> None:
        self.fields[name].tell(sentence)
        self.fields[name].field.setFocus()

    def _hush(self) -> None:
        self.notice.hush()
        for field in self.fields.values():
            field.tell("")

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Enter keeps from any field, Esc leaves all as it was."""
        if event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.save.click()
        else:
            super().keyPressEvent(event)


def _whole(text: str) -> int | None:
    """60, or 1.200 and 1 200; a decimal is no number of doses."""
    is_one = re.fullmatch(r"[0-9]{1,9}|[0-9]{1,3}([. ][0-9]{3}){1,2}", text)
    return int(text.replace(".", "").replace(" ", "")) if is_one else None


def _number(text: str) -> float | None:
    try:
        found = float(text.replace(",", ".").replace("−", "-").removesuffix("°C").strip())
    except ValueError:
        return None
    return found if abs(found) < 1e6 else None
