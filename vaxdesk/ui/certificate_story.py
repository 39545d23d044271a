"""The right side of the certificates page: the chosen dose, its page as it will be printed, and the one action."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QComboBox, QLineEdit, QProgressBar

from vaxdesk.errors import VaxdeskError
from vaxdesk.models.paper_book import PaperLine, PaperState, PrintedCopy
from vaxdesk.models.print_batches import BatchWish
from vaxdesk.models.values import DoseRecord, DoseStatus
from vaxdesk.settings import Settings
from vaxdesk.ui import paper_words, words
from vaxdesk.ui.buttons import KeyButton
from vaxdesk.ui.dose_form import Tone
from vaxdesk.ui.page_picture import PagePicture
from vaxdesk.ui.print_state import Progress
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.widgets import Card, ElidedLabel, Notice, SecureLabel, Titled, beside, set_look, stacked

PREVIEW_PX = 480
UNSURE = "batch-sheet-unknown"
FORMS = ("confirmation", "certificate", "slip")
PAPERS = ("A4", "A5")
COPIES_SHOWN = 3


class CertificateStory(Card):
    """Knows what is wished; the page does it."""

    print_wished, save_wished, stop_wished, wish_changed, mend_wished = Signal(), Signal(), Signal(), Signal(), Signal()

    def __init__(self, around: Surroundings, settings: Settings) -> None:
        self._around = around
        self.line: PaperLine | None = None
        self._marked, self._running, self._refused_page = 0, False, False
        self.name, self.dose, self.proof = ElidedLabel("heading"), ElidedLabel("input"), ElidedLabel("quiet")
        self.form, self.paper, self.reason = QComboBox(), QComboBox(), QLineEdit()
        self.form.addItems(["", "", ""])
        self._settings = settings
        self._offer_papers()
        self.reason.setMaxLength(500)
        self.titles = (Titled(self.form), Titled(self.paper), Titled(self.reason))
        self.copies = SecureLabel("note", wrap=True)
        self.picture = PagePicture(around.look)
        self.notice, self.bar = Notice(around.look, lines=2), QProgressBar()
        self.bar.setTextVisible(False)
        self.print = KeyButton(around.look, "primary", "print", "Enter", shortcut=False)
        set_look(self.print, big="true")
        self.save = KeyButton(around.look, "plain", "save", "Ctrl+S")
        self.stop = KeyButton(around.look, "plain", "close", "Esc")
        choice = beside(self.titles[0], self.titles[1], gap=8)
        choice.setStretch(0, 3)
        choice.setStretch(1, 2)
        inside = stacked(self.name, self.dose, self.proof, choice, self.picture, self.copies, self.titles[2], gap=8)
        inside.setStretch(4, 1)
        self.mend = KeyButton(around.look, "plain", "edit", "Ctrl+E")
        below = beside(self.save, self.mend, self.stop, gap=8)
        super().__init__(inside, self.notice, self.bar, self.print, below, gap=8)
        self._connect()
        self.show_line(None)

    def _connect(self) -> None:
        self.print.clicked.connect(self.print_wished)
        self.save.clicked.connect(self.save_wished)
        self.stop.clicked.connect(self.stop_wished)
        self.mend.clicked.connect(self.mend_wished)
        self.form.currentIndexChanged.connect(self._form_chosen)
        self.paper.currentIndexChanged.connect(self.wish_changed)

    @property
    def record(self) -> DoseRecord | None:
        """The chosen dose."""
        return self.line.record if self.line is not None else None

    def wish(self, settings: Settings) -> BatchWish:
        """What is chosen, on this machine's printer."""
        form = self._form
        return BatchWish(
            form, self.paper.currentData(), *settings.printer_for(form), settings.copies, self.reason.text()
        )

    def use_settings(self, settings: Settings) -> None:
        """The papers chosen for this machine."""
        self._settings, before = settings, self.paper.currentData()
        self._offer_papers()
        if self.paper.currentData() != before:
            self.wish_changed.emit()

    @property
    def _form(self) -> str:
        return FORMS[max(0, self.form.currentIndex())]

    def _form_chosen(self) -> None:
        """Slips have papers of their own."""
        self._offer_papers()
        self.wish_changed.emit()

    def _offer_papers(self) -> None:
        with QSignalBlocker(self.paper):
            self.paper.clear()
            for paper in paper_words.SLIP_PAPERS if self._form == "slip" else PAPERS:
                self.paper.addItem(paper_words.paper_name(paper), paper)
            self.paper.setCurrentIndex(max(0, self.paper.findData(self._settings.paper_for(self._form))))

    def show_line(self, line: PaperLine | None) -> None:
        """Another dose; its certificate, where there is one, is the form that is proposed."""
        record, before = line.record if line else None, self.record
        changed = record is None or before is None or record.dose.id != before.dose.id
        self.line = line
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
        """How far the batch is, and what came of it."""
        self._running = progress.running
        self.bar.setRange(0, max(1, progress.total))
        self.bar.setValue(progress.done + len(progress.failures))
        self.tell(*self._told(progress))
        if not progress.running and progress.done and not progress.failures and progress.trouble is None:
            self.reason.clear()
        self._say_record()

    def _told(self, progress: Progress) -> tuple[Tone, str]:
        speech, failed = self._around.speech, progress.failures
        sentences = [speech.sentence(progress.trouble)] if progress.trouble is not None else []
        sentences += [speech.sentence(failed[-1][1])] if failed else []
        if progress.unsure:
            numbers = ", ".join(str(number) for number in progress.unsure)
            sentences.append(self.tr("Tờ {numbers}: {why}").format(numbers=numbers, why=speech.of_code(UNSURE)))
        if progress.running:
            said = self.tr("Đang in {done}/{total}…").format(done=progress.done, total=progress.total)
            estimate = [paper_words.left_words(progress.left_s)] if progress.left_s is not None else []
            head = " · ".join((said, *estimate))
            return (Tone.DECIDE if sentences else Tone.INFORM), " ".join((head, *sentences))
        if not sentences:
            return Tone.ALLOWED, self.tr("Đã in %n tờ.", "", progress.done)
        left = progress.total - progress.done
        head = self.tr("Đã in {done}, chưa in được {failed}.").format(done=progress.done, failed=left)
        return (Tone.STOP if left else Tone.DECIDE), " ".join((head, *sentences))

    def say_words(self) -> None:
        """Every text."""
        names = paper_words.form_names()
        for place, form in enumerate(FORMS):
            self.form.setItemText(place, names[form])
        for place in range(self.paper.count()):
            self.paper.setItemText(place, paper_words.paper_name(self.paper.itemData(place)))
        titles = (self.tr("Loại giấy"), self.tr("Khổ"), self.tr("Lý do in lại"))
        for titled, text in zip(self.titles, titles, strict=True):
            titled.say(text)
        self.reason.setPlaceholderText(self.tr("chỉ cần khi giấy này đã in"))
        self.save.say(self.tr("Lưu PDF"))
        self.stop.say(self.tr("Dừng in"))
        self.mend.say(self.tr("Sửa mũi tiêm…"))
        self._say_record()

    def _say_record(self) -> None:
        record = self.record
        if record is None:
            self.name.setText(self.tr("Chưa chọn ai"))
            self.dose.setText(self.tr("Chọn một dòng để xem trước giấy."))
            self.proof.setText("")
            self.copies.setText("")
        else:
            self.name.setText(record.person.name)
            dose = words.dose_title(record, self._around.speech.language)
            self.dose.setText(f"{dose} · {words.day(record.dose.occurred_at.date())}")
            self.proof.setText(self._proof(record))
            self.copies.setText(self._copies())
        self.copies.setVisible(bool(self.copies.text()))
        self._offer(record)

    def _offer(self, record: DoseRecord | None) -> None:
        several = self._marked > 0
        given = record is not None and record.dose.status is DoseStatus.COMPLETED
        self.print.say(self.tr("In %n tờ", "", self._marked) if several else self.tr("In tờ này"))
        self.print.setEnabled((several or given) and not self._running)
        self.save.setEnabled(given and not self._running)
        self.mend.setVisible(self._around.session.is_manager)
        self.mend.setEnabled(given and not self._running)
        self.stop.setVisible(self._running)
        self.bar.setVisible(self._running)

    def _copies(self) -> str:
        copies: tuple[PrintedCopy, ...] = self.line.copies if self.line is not None else ()
        lines = [paper_words.copy_line(copy) for copy in copies[:COPIES_SHOWN]]
        if self.line is not None and self.line.state in (PaperState.OUTDATED, PaperState.RECALL):
            lines.insert(0, self.tr("Hãy thu hồi bản đã in:"))
        if len(copies) > COPIES_SHOWN:
            lines.append(self.tr("… và %n bản trước đó (Sổ in)", "", len(copies) - COPIES_SHOWN))
        return "\n".join(lines)

    def _proof(self, record: DoseRecord) -> str:
        if record.receipt is not None:
            said = self.tr("Đã nhận trên nền tảng {time}").format(time=words.clock(record.receipt.at))
        else:
            said = self.tr("Đang chờ gửi; giấy in bây giờ ghi rõ là đang chờ nền tảng")
        return said
