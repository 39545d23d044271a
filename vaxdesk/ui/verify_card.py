"""The answer to one code: the verdict first and biggest, then why, and what the paper says only where it is genuine."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QWidget

from vaxdesk.models.slips import Held
from vaxdesk.ui.dose_form import Tone
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.verify_questions import Judged
from vaxdesk.ui.widgets import TONE_ICONS, Card, FitLabel, IconLabel, SecureLabel, WholeLabel, beside, set_look, stacked

FACTS_MAX = 14
TONES = {
    "genuine": Tone.ALLOWED,
    "not-usable": Tone.DECIDE,
    "not-genuine": Tone.STOP,
    "unchecked": Tone.DECIDE,
}


class VerdictBand(QFrame):
    """The verdict in words, with its icon and colour, and the reason under it."""

    def __init__(self, around: Surroundings) -> None:
        super().__init__()
        self._around = around
        self.icon = IconLabel(around.look, "scan", "quiet", 32)
        self.headline, self.reason = FitLabel((28, 22, 18)), WholeLabel()
        words = stacked(self.headline, self.reason, gap=4)
        inside = beside(self.icon, words, gap=12, margins=(16, 12, 16, 12))
        inside.setStretch(1, 1)
        inside.setAlignment(self.icon, Qt.AlignmentFlag.AlignTop)
        self.setLayout(inside)
        self.show_words(Tone.QUIET, "", "")

    def show_words(self, tone: Tone, headline: str, reason: str) -> None:
        """What it says now."""
        set_look(self, box=tone.value)
        for label, text in ((self.headline, headline), (self.reason, reason)):
            set_look(label, tone=tone.value)
            label.setText(text)
        self.icon.show_icon(TONE_ICONS[tone], tone.value)
        self.reason.setVisible(bool(reason))
        self.setAccessibleName(f"{headline}. {reason}" if reason else headline)


class VerifyCard(Card):
    """Shows one answer, or that there is none yet."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self.judged: Judged | None = None
        self.band = VerdictBand(around)
        self.labels = [SecureLabel("label") for _ in range(FACTS_MAX)]
        self.values = [WholeLabel("input" if place else "heading") for place in range(FACTS_MAX)]
        self.remarks, self.standing = WholeLabel(), WholeLabel("strong")
        super().__init__(self.band, self._scrolled(), gap=12)
        self.show_answer(None)

    def _scrolled(self) -> QScrollArea:
        """The content; more than fits is scrolled to, and the verdict stays in sight."""
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for row, (label, value) in enumerate(zip(self.labels, self.values, strict=True)):
            grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, row, 1)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        inside = QWidget()
        inside.setLayout(stacked(self.standing, grid, self.remarks, -1, gap=12))
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setStyleSheet("QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; }")
        area.setWidget(inside)
        return area

    def show_answer(self, judged: Judged | None) -> None:
        """Another code's answer."""
        self.judged = judged
        facts: tuple[tuple[str, str], ...] = ()
        if judged is None:
            self.band.show_words(Tone.QUIET, self.tr("Chưa kiểm tra giấy nào"), self._how())
        else:
            speech, verdict = self._around.speech, judged.verdict
            headline = speech.of_code(f"verdict-{verdict.standing.value}")
            kind = self._kind(verdict.kind.value)
            reason = speech.sentence(verdict.reason) if verdict.reason is not None else self._why_genuine(judged)
            self.band.show_words(TONES[verdict.standing.value], f"{kind} · {headline}" if kind else headline, reason)
            facts = self._facts(judged)
        for row, (label, value) in enumerate(zip(self.labels, self.values, strict=True)):
            shown = row < len(facts)
            label.setVisible(shown)
            value.setVisible(shown)
            label.setText(facts[row][0] if shown else "")
            value.setText(facts[row][1] if shown else "")
        self._say_standing()
        self._say_remarks()

    def say_words(self) -> None:
        """Every text."""
        self.show_answer(self.judged)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """Another language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.say_words()

    def _facts(self, judged: Judged) -> tuple[tuple[str, str], ...]:
        from vaxdesk.print.verdict_facts import facts

        speech = self._around.speech
        found = facts(judged.verdict, speech.language)[:FACTS_MAX]
        return tuple((speech.of_code(fact.label), fact.value) for fact in found)

    def _say_remarks(self) -> None:
        remarks = self.judged.verdict.remarks if self.judged is not None else ()
        self.remarks.setText("\n".join(self._around.speech.sentence(remark) for remark in remarks))
        self.remarks.setVisible(bool(remarks))

    def _say_standing(self) -> None:
        """Whose slip it is and what became of its dose here."""
        said, tone = self._standing_words()
        self.standing.setText(said)
        set_look(self.standing, tone=tone.value)
        self.standing.setVisible(bool(said))

    def _standing_words(self) -> tuple[str, Tone]:
        judged = self.judged
        if judged is None:
            return "", Tone.QUIET
        if judged.trouble is not None:
            return self._around.speech.sentence(judged.trouble), Tone.DECIDE
        if judged.standing is None:
            return "", Tone.QUIET
        if judged.standing.held is Held.TAKEN_OVER:
            said = self.tr("Đã có trong tiền sử theo phiếu này; nền tảng chưa xác nhận.")
            return said, Tone.ALLOWED
        known = judged.standing.person is not None
        said = self.tr("Người này đã có trên máy này.") if known else self.tr("Người này chưa có trên máy này.")
        return said, Tone.INFORM

    def _why_genuine(self, judged: Judged) -> str:
        if judged.verdict.kind.value == "slip":
            return self.tr("Chữ ký đúng của điểm tiêm ghi trên phiếu. Nền tảng chưa xác nhận mũi tiêm này.")
        return self.tr("Chữ ký đúng của nơi cấp trong danh sách tin cậy. Hãy so họ tên và ngày sinh với giấy tờ.")

    def _kind(self, kind: str) -> str:
        return {"certificate": self.tr("GIẤY CHỨNG NHẬN"), "slip": self.tr("PHIẾU MŨI TIÊM")}.get(kind, "")

    def _how(self) -> str:
        return self.tr(
            "Quét mã QR trên giấy, chọn ảnh hoặc PDF, hoặc dán mã. Kết quả hiện ở đây, kể cả khi không có mạng."
        )
