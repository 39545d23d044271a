"""What the scanner's test found: one verdict, and for each finding one sentence that says what to do."""

from __future__ import annotations

from vaxdesk.models.scan_diagnosis import Diagnosis, Difference, Finding, Verdict
from vaxdesk.models.scan_reading import Reading, Source
from vaxdesk.ui.dose_form import Tone
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.widgets import Card, FitLabel, IconLabel, Notice, SecureLabel, beside, set_look

FINDINGS_SHOWN = 3
DIFFERENCE_CHARS = 12
TONES = {Verdict.WELL: Tone.ALLOWED, Verdict.MENDED: Tone.DECIDE, Verdict.BADLY: Tone.STOP}
ICONS = {Tone.ALLOWED: "allowed", Tone.DECIDE: "decide", Tone.STOP: "stop", Tone.QUIET: "scan"}
_TOLD_QUIETLY = (Finding.ENTER_MISSING, Finding.RECOMPOSED, Finding.NOT_THE_CODE)


class ResultCard(Card):
    """Room for everything is always there: nothing jumps."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._shown: tuple[Diagnosis, Reading] | None = None
        self._icon = IconLabel(around.look, "scan", "quiet", 32)
        self.verdict = FitLabel((28, 24, 20))
        self.findings = [Notice(around.look, lines=2) for _ in range(FINDINGS_SHOWN)]
        self.manner, self.differences = SecureLabel("quiet", wrap=True), SecureLabel("note", wrap=True)
        band = beside(self._icon, self.verdict, gap=12)
        band.setStretch(1, 1)
        super().__init__(band, *self.findings, -1, self.manner, self.differences, gap=8)

    def clear(self) -> None:
        """Nothing was scanned yet."""
        self._shown = None
        self.say_words()

    def show_diagnosis(self, diagnosis: Diagnosis, reading: Reading) -> None:
        """What came of a scan."""
        self._shown = diagnosis, reading
        self.say_words()

    def say_words(self) -> None:
        """Every text."""
        for notice in self.findings:
            notice.hush()
        self.manner.setText("")
        self.differences.setText("")
        if self._shown is None:
            self._show_verdict(Tone.QUIET, self.tr("Chờ mã thử"))
            self.findings[0].tell(Tone.INFORM, self.tr("Quét mã 1 rồi mã 2 ở bên trái. Con trỏ ở đâu cũng được."))
            return
        self._say_diagnosis(*self._shown)

    def _say_diagnosis(self, diagnosis: Diagnosis, reading: Reading) -> None:
        said = {
            Verdict.WELL: self.tr("MÁY QUÉT ĐỌC ĐÚNG"),
            Verdict.MENDED: self.tr("DÙNG ĐƯỢC, NÊN CHỈNH"),
            Verdict.BADLY: self.tr("CHƯA DÙNG ĐƯỢC"),
        }
        tone = TONES[diagnosis.verdict]
        if diagnosis.is_of_the_code:
            self._show_verdict(tone, said[diagnosis.verdict])
        else:
            self._show_verdict(Tone.DECIDE, self.tr("KHÔNG PHẢI MÃ THỬ"))
        for notice, finding in zip(self.findings, diagnosis.findings, strict=False):
            notice.tell(_tone_of(finding), self._around.speech.of_code(finding.code))
        self.manner.setText(self._manner(reading))
        if diagnosis.differences:
            parts = " · ".join(map(_spelled, diagnosis.differences))
            self.differences.setText(self.tr("Chỗ khác (mã → nhận được): {parts}").format(parts=parts))

    def _manner(self, reading: Reading) -> str:
        came = {
            Source.KEYS: self.tr("Nhận qua bàn phím, {gap} mili giây mỗi phím"),
            Source.SERIAL: self.tr("Nhận qua cổng USB-serial"),
            Source.PICTURE: self.tr("Đọc từ tệp ảnh"),
            Source.CAMERA: self.tr("Đọc từ máy ảnh"),
        }[reading.source]
        count = self.tr("%n chữ", "", len(reading.untrusted_text))
        return f"{came.format(gap=round(reading.gap_mean_ms))} · {count}"

    def _show_verdict(self, tone: Tone, words: str) -> None:
        self._icon.show_icon(ICONS[tone], tone.value if tone is not Tone.QUIET else "quiet")
        self.verdict.setText(words)
        set_look(self.verdict, tone=tone.value)


def _tone_of(finding: Finding) -> Tone:
    return Tone.INFORM if finding in _TOLD_QUIETLY else TONES[Diagnosis((finding,)).verdict]


def _spelled(difference: Difference) -> str:
    """Short, and with a sign for nothing."""
    wanted, got = (
        part if len(part) <= DIFFERENCE_CHARS else part[:DIFFERENCE_CHARS] + "…"
        for part in (difference.expected, difference.received)
    )
    return f"{wanted or '∅'} → {got or '∅'}"
