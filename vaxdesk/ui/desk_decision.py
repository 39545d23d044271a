"""The middle column of the desk: may they? The answer, the doses so far, the check before the injection."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLineEdit, QScrollArea, QSizePolicy, QWidget

from vaxdesk.errors import Severity
from vaxdesk.models.exchange import OtherDose, Source
from vaxdesk.models.values import DoseStatus, Stage
from vaxdesk.ui import words
from vaxdesk.ui.dose_form import Answer, Band, DoseForm, band
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.widgets import (
    TONE_ICONS,
    Card,
    ElidedLabel,
    FitLabel,
    IconLabel,
    SecureLabel,
    beside,
    set_look,
    stacked,
)

BAND_PX = 172
HISTORY_ROWS = 4
REASON_CHARS_MAX = 500


class DecisionBand(QFrame):
    """The biggest thing on the page. `reason_typed` carries the override's reason."""

    reason_typed = Signal(str)

    def __init__(self, around: Surroundings) -> None:
        super().__init__()
        self._around = around
        self._form = DoseForm()
        self.icon = IconLabel(around.look, "scan", "quiet", 32)
        self.headline = FitLabel((28, 24, 20))
        self.opens = SecureLabel("heading")
        self.reasons = SecureLabel("input", wrap=True)
        self.reasons.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.reason = QLineEdit()
        self.reason.setMaxLength(REASON_CHARS_MAX)
        self.reason.textChanged.connect(self.reason_typed)
        self.setFixedHeight(BAND_PX)
        top = beside(self.icon, self.headline, gap=12)
        top.setStretch(1, 1)
        inside = stacked(top, self.opens, _scrolling(self.reasons), self.reason, gap=4, margins=(16, 10, 16, 12))
        inside.setStretch(2, 1)
        self.setLayout(inside)
        self.show_form(self._form)

    def show_form(self, form: DoseForm) -> None:
        """Says the answer."""
        if form.ticket != self._form.ticket and self.reason.text():
            self.reason.clear()
        self._form = form
        found = band(form)
        set_look(self, box=found.tone.value)
        for label in (self.headline, self.opens, self.reasons):
            set_look(label, tone=found.tone.value)
        self.icon.show_icon(TONE_ICONS[found.tone], found.tone.value)
        self.headline.setText(self._headline(found))
        opens = found.allowed_from
        self.opens.setText(self.tr("Được tiêm từ {day}").format(day=words.day(opens)) if opens else "")
        self.opens.setVisible(opens is not None)
        self.reasons.setText(self._sentences(found))
        self.reason.setVisible(form.wants_reason)
        self.setAccessibleName(f"{self.headline.text()}. {self.reasons.text()}")

    def say_words(self) -> None:
        """Every text."""
        self.reason.setPlaceholderText(self.tr("Ctrl+O: ghi lý do để vẫn làm, rồi Enter"))
        self.reason.setAccessibleName(self.tr("Lý do vẫn làm"))
        self.show_form(self._form)

    def _sentences(self, found: Band) -> str:
        if found.answer is Answer.NOBODY:
            return self.tr("Câu trả lời hiện ở đây ngay khi quét thẻ.")
        if found.answer is Answer.NO_DOSE_TODAY and not found.problems:
            return self.tr("Enter lưu kết luận này vào báo cáo ngày; không có mũi tiêm nào được ghi.")
        lines = [self._around.speech.sentence(problem) for problem in found.problems]
        if found.answer is Answer.ALLOWED:
            lines = [line[:1].upper() + line[1:] for line in lines]
        return "\n".join(lines)

    def _headline(self, found: Band) -> str:
        said = self._words(found.answer)
        if found.answer is Answer.NO_DOSE_TODAY and self._form.screening is not None:
            conclusion = words.screening(self._form.screening).upper()
            return self.tr("KHÔNG TIÊM · {conclusion}").format(conclusion=conclusion)
        return said

    def _words(self, answer: Answer) -> str:
        return {
            Answer.NOBODY: self.tr("Chưa có ai ở bàn"),
            Answer.ASKING: self.tr("Đang xem hồ sơ…"),
            Answer.NO_NUMBER: self.tr("CHƯA CÓ SỐ CCCD ĐÚNG"),
            Answer.CARD_REFUSED: self.tr("THẺ KHÔNG DÙNG ĐƯỢC"),
            Answer.PERSON_INCOMPLETE: self.tr("CHƯA ĐỦ THÔNG TIN"),
            Answer.PRODUCT_INCOMPLETE: self.tr("CHƯA ĐỦ VẮC XIN VÀ LÔ"),
            Answer.ALLOWED: self.tr("ĐƯỢC TIÊM HÔM NAY"),
            Answer.OVERRIDDEN: self.tr("TIÊM THEO LÝ DO ĐÃ GHI"),
            Answer.PERSON_DIFFERS: self.tr("CẦN XEM LẠI"),
            Answer.NO_DOSE_TODAY: self.tr("KHÔNG TIÊM HÔM NAY"),
            Answer.CANNOT_SAVE: self.tr("KHÔNG THỂ LƯU"),
            Answer.NOT_LICENSED: self.tr("VẮC XIN CHƯA ĐƯỢC PHÉP"),
            Answer.RECALLED_LOT: self.tr("LÔ BỊ THU HỒI"),
            Answer.EXPIRED_LOT: self.tr("LÔ ĐÃ HẾT HẠN"),
            Answer.AGE_UNKNOWN: self.tr("CHƯA BIẾT TUỔI"),
            Answer.UNDER_AGE: self.tr("CHƯA ĐỦ TUỔI"),
            Answer.OVER_AGE: self.tr("QUÁ TUỔI CHO VẮC XIN NÀY"),
            Answer.ALREADY_HAD: self.tr("KHÔNG TIÊM · ĐÃ ĐỦ MŨI"),
            Answer.WRONG_NUMBER: self.tr("SAI SỐ THỨ TỰ MŨI"),
            Answer.WRONG_PRODUCT: self.tr("KHÁC VẮC XIN ĐÃ TIÊM"),
            Answer.TOO_EARLY: self.tr("CHƯA ĐỦ KHOẢNG CÁCH"),
            Answer.OUT_OF_ORDER: self.tr("SAI THỨ TỰ NGÀY TIÊM"),
        }[answer]


def _scrolling(label: QWidget) -> QScrollArea:
    """Room that does not grow: more sentences than fit are scrolled to."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidget(label)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setStyleSheet("QScrollArea, QScrollArea > QWidget { background: transparent; }")
    area.viewport().setAutoFillBackground(False)
    area.setMinimumHeight(0)
    area.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
    return area


@dataclass(frozen=True, slots=True, repr=False)
class _Line:
    """One dose of the history as it is shown; `told_by`: proven, waiting or elsewhere."""

    at: datetime
    number: int
    vaccine: str
    place: str
    told_by: str


class HistoryCard(Card):
    """The doses so far, and how fresh and from where that knowledge is."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._form = DoseForm()
        self.title, self.freshness = SecureLabel("title"), SecureLabel("note")
        self.grid = QGridLayout()
        self.grid.setVerticalSpacing(2)
        self.grid.setHorizontalSpacing(16)
        self.grid.setColumnStretch(3, 1)
        self.cells = [
            [ElidedLabel() if column == 3 else SecureLabel() for column in range(4)] for _ in range(HISTORY_ROWS)
        ]
        self.icons = [IconLabel(around.look, "waiting", "quiet", 18) for _ in range(HISTORY_ROWS)]
        for row, labels in enumerate(self.cells):
            for column, label in enumerate(labels):
                self.grid.addWidget(label, row, column)
            self.grid.addWidget(self.icons[row], row, 4)
        self.nothing = SecureLabel("quiet", wrap=True)
        super().__init__(beside(self.title, -1, self.freshness), self.nothing, self.grid, -1, gap=4, margin=12)

    def show_form(self, form: DoseForm) -> None:
        """The newest doses, oldest first; a long history ends with the newest."""
        self._form = form
        shown = self._lines(form)[-HISTORY_ROWS:]
        for row, labels in enumerate(self.cells):
            self._show_row(row, labels, shown[row] if row < len(shown) else None)
        self.nothing.setVisible(not shown)
        self.nothing.setText(self._nothing_known())
        self.freshness.setText(self._freshness())

    def say_words(self) -> None:
        """Every text."""
        self.title.setText(self.tr("Tiền sử tiêm"))
        self.show_form(self._form)

    def _lines(self, form: DoseForm) -> list[_Line]:
        """Doses given here and elsewhere, oldest first."""
        language = self._around.speech.language
        here = [
            _Line(r.dose.occurred_at, r.dose.dose_number, words.vaccine(r.dose.vaccine, language), r.dose.site_name,
                  "proven" if Stage.ACKNOWLEDGED in r.stages else "waiting")
            for r in form.history
            if r.dose.status is DoseStatus.COMPLETED
        ]  # fmt: skip
        others = [
            _Line(d.occurred_at, d.dose_number, words.vaccine(d.vaccine, language) if d.vaccine else d.vaccine_text,
                  self._place(d), "slip" if d.source is Source.SLIP else "elsewhere")
            for d in form.elsewhere.doses
            if d.status is DoseStatus.COMPLETED
        ]  # fmt: skip
        return sorted(here + others, key=lambda line: line.at)

    def _show_row(self, row: int, labels: list[SecureLabel], line: _Line | None) -> None:
        self.icons[row].setVisible(line is not None)
        for label in labels:
            label.setVisible(line is not None)
        if line is None:
            return
        number = words.translate("words", "Mũi {number}").format(number=line.number)
        for label, text in zip(labels, (number, line.vaccine, words.day(line.at.date()), line.place), strict=True):
            label.setText(text)
        set_look(labels[3], look="quiet")
        icon, colour, said = {
            "proven": ("proven", "allowed", words.stage(Stage.ACKNOWLEDGED)),
            "waiting": ("waiting", "quiet", words.stage(Stage.RECORDED)),
            "slip": ("certificate", "decide", self.tr("Theo phiếu người dân mang; nền tảng chưa xác nhận")),
            "elsewhere": ("site", "inform", self.tr("Tiêm ở nơi khác, theo nền tảng")),
        }[line.told_by]
        self.icons[row].show_icon(icon, colour)
        self.icons[row].setAccessibleName(said)
        self.icons[row].setToolTip(said)

    def _place(self, dose: OtherDose) -> str:
        """Where it was given; of a dose that only a slip tells of, that nobody has confirmed it, and since when it is known."""
        place = dose.site_name or dose.site
        if dose.source is not Source.SLIP:
            return place
        said = self.tr("chưa xác nhận, theo phiếu của {site} (đọc lúc {time})")
        return said.format(site=place, time=words.moment(dose.seen_at))

    def _nothing_known(self) -> str:
        if self._form.person is None:
            return self.tr("Các mũi đã tiêm hiện ở đây.")
        if self._form.history_as_of is None:
            return ""
        return self.tr("Máy này chưa biết mũi nào. Hãy hỏi và xem giấy xác nhận của người dân.")

    def _freshness(self) -> str:
        """How fresh both halves are: what this machine knows, and what was asked of the platform."""
        form = self._form
        if form.history_as_of is None:
            return ""
        asked = form.elsewhere.as_of
        if asked is None:
            said = self.tr("nơi khác: chưa hỏi được nền tảng")
        else:
            said = self.tr("nơi khác: theo nền tảng lúc {time}").format(time=words.moment(asked))
        earlier = len(self._lines(form)) - HISTORY_ROWS
        return self.tr("còn %n mũi cũ hơn", "", earlier) + f" · {said}" if earlier > 0 else said


def worst(form: DoseForm) -> Severity | None:
    """How bad the worst problem is, for the sound."""
    order = (Severity.STOP, Severity.OVERRIDABLE, Severity.WARN, Severity.INFO)
    severities = {problem.severity for problem in form.assessment.problems} if form.assessment else set()
    return next((severity for severity in order if severity in severities), None)
