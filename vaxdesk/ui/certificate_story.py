"""The right side of the certificates page: the chosen dose, its page as it will be printed, and the one action."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QComboBox, QLineEdit, QProgressBar

from vaxdesk.errors import VaxdeskError
from vaxdesk.models.values import DoseRecord, Stage
from vaxdesk.ui import words
from vaxdesk.ui.buttons import KeyButton
from vaxdesk.ui.dose_form import Tone
from vaxdesk.ui.page_picture import PagePicture
from vaxdesk.ui.paper import Progress, Wish
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.widgets import Card, ElidedLabel, Notice, Titled, beside, set_look, stacked

PREVIEW_PX = 480
FORMS = ("confirmation", "certificate", "slip")
PAPERS = ("A4", "A5", "A6")


class CertificateStory(Card):
    """Knows what is wished; the page does it."""

    print_wished, save_wished, stop_wished, wish_changed = Signal(), Signal(), Signal(), Signal()

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self.record: DoseRecord | None = None
        self._marked, self._running, self._refused_page = 0, False, False
        self.name, self.dose, self.proof = ElidedLabel("heading"), ElidedLabel("input"), ElidedLabel("quiet")
        self.form, self.paper, self.reason = QComboBox(), QComboBox(), QLineEdit()
        self.form.addItems(["", "", ""])
        self.paper.addItems(list(PAPERS))
        self.reason.setMaxLength(500)
        self.titles = (Titled(self.form), Titled(self.paper), Titled(self.reason))
        self.picture = PagePicture(around.look)
        self.notice, self.bar = Notice(around.look, lines=2), QProgressBar()
        self.bar.setTextVisible(False)
        self.print = KeyButton(around.look, "primary", "print", "Enter", shortcut=False)
        set_look(self.print, big="true")
        self.save = KeyButton(around.look, "plain", "save", "Ctrl+S")
        self.stop = KeyButton(around.look, "plain", "close", "Esc")
        choice = beside(self.titles[0], self.titles[1], gap=8)
        choice.setStretch(0, 3)
        choice.setStretch(1, 1)
        inside = stacked(self.name, self.dose, self.proof, choice, self.picture, self.titles[2], self.notice, gap=8)
        inside.setStretch(4, 1)
        super().__init__(inside, self.bar, self.print, beside(self.save, self.stop, gap=8), gap=8)
        self._connect()
        self.show_record(None)

    def _connect(self) -> None:
        self.print.clicked.connect(self.print_wished)
        self.save.clicked.connect(self.save_wished)
        self.stop.clicked.connect(self.stop_wished)
        self.form.currentIndexChanged.connect(self.wish_changed)
        self.paper.currentIndexChanged.connect(self.wish_changed)

    def wish(self, printer: str) -> Wish:
        """What is chosen."""
        form = FORMS[max(0, self.form.currentIndex())]
        return Wish(form, self.paper.currentText(), printer, self.reason.text())

    def use_paper(self, paper: str) -> None:
        """The paper chosen for this machine."""
        self.paper.setCurrentText(paper)

    def show_record(self, record: DoseRecord | None) -> None:
        """Another dose; its certificate, where there is one, is the form that is proposed."""
        changed = record is None or self.record is None or record.dose.id != self.record.dose.id
        self.record = record
        if changed:
            self.picture.show_page(None)
            self.reason.clear()
            self.notice.hush()
        if record is not None and changed:
            self.form.setCurrentIndex(FORMS.index("certificate" if record.certificate_id else "confirmation"))
        self._say_record()

    def show_marked(self, count: int) -> None:
        """How many sheets the one action would print."""
        self._marked = count
        self._say_record()

    def show_preview(self, picture: QPixmap) -> None:
        """The proven page."""
        self.picture.show_page(picture)
        if self._refused_page:
            self._refused_page = False
            self.notice.hush()

    def refuse(self, error: VaxdeskError) -> None:
        """No page, and why."""
        self.picture.show_page(None)
        self._refused_page = True
        self.tell(Tone.STOP, self._around.speech.sentence(error))

    def tell(self, tone: Tone, sentence: str) -> None:
        """A sentence in place."""
        self.notice.tell(tone, sentence)

    def show_progress(self, progress: Progress) -> None:
        """How far the run is, and what came of it."""
        self._running = progress.running
        self.bar.setRange(0, max(1, progress.total))
        self.bar.setValue(progress.done + len(progress.failures))
        if progress.failures:
            sentence = self._around.speech.sentence(progress.failures[-1][1])
            said = self.tr("Đã in {done}, chưa in được {failed}. {sentence}")
            self.tell(Tone.STOP, said.format(done=progress.done, failed=len(progress.failures), sentence=sentence))
        elif progress.running:
            said = self.tr("Đang in {done}/{total}…").format(done=progress.done, total=progress.total)
            self.tell(Tone.INFORM, said)
        elif progress.total:
            self.tell(Tone.ALLOWED, self.tr("Đã in %n tờ.", "", progress.done))
            self.reason.clear()
        self._say_record()

    def say_words(self) -> None:
        """Every text."""
        forms = (self.tr("Giấy xác nhận đã tiêm"), self.tr("Chứng nhận điện tử"), self.tr("Phiếu mũi tiêm"))
        for place, text in enumerate(forms):
            self.form.setItemText(place, text)
        titles = (self.tr("Loại giấy"), self.tr("Khổ"), self.tr("Lý do in lại"))
        for titled, text in zip(self.titles, titles, strict=True):
            titled.say(text)
        self.reason.setPlaceholderText(self.tr("chỉ cần khi giấy này đã in"))
        self.save.say(self.tr("Lưu PDF"))
        self.stop.say(self.tr("Dừng in"))
        self._say_record()

    def _say_record(self) -> None:
        record = self.record
        if record is None:
            self.name.setText(self.tr("Chưa chọn ai"))
            self.dose.setText(self.tr("Chọn một dòng để xem trước giấy."))
            self.proof.setText("")
        else:
            self.name.setText(record.person.name)
            dose = words.dose_title(record, self._around.speech.language)
            self.dose.setText(f"{dose} · {words.day(record.dose.occurred_at.date())}")
            self.proof.setText(self._proof(record))
        several = self._marked > 0
        self.print.say(self.tr("In %n tờ", "", self._marked) if several else self.tr("In tờ này"))
        self.print.setEnabled((several or record is not None) and not self._running)
        self.save.setEnabled(record is not None and not self._running)
        self.stop.setEnabled(self._running)
        self.bar.setVisible(self._running)

    def _proof(self, record: DoseRecord) -> str:
        if record.receipt is not None:
            said = self.tr("Đã nhận trên nền tảng {time}").format(time=words.clock(record.receipt.at))
        else:
            said = self.tr("Đang chờ gửi; giấy in bây giờ ghi rõ là đang chờ nền tảng")
        if Stage.PRINTED in record.stages:
            said += " · " + self.tr("đã in {time}").format(time=words.clock(record.stages[Stage.PRINTED]))
        return said
