"""Ctrl+Shift+X: what others printed. Is it genuine, what does it say, and does its dose count for who stands at the desk?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QLineEdit

from vaxdesk.errors import VaxdeskError
from vaxdesk.models.slips import CarriedSlip, Held
from vaxdesk.models.values import CitizenId, PersonDraft
from vaxdesk.ui import dialogs, words
from vaxdesk.ui.background import Lane
from vaxdesk.ui.buttons import KeyButton
from vaxdesk.ui.dose_form import Tone
from vaxdesk.ui.other_ways import OtherWays
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.tables import Cell, Row, RowsTable
from vaxdesk.ui.verify_card import TONES, VerifyCard
from vaxdesk.ui.verify_questions import Answers, Judged, codes_in_file, judge_all, lists_as_of, take_over
from vaxdesk.ui.widgets import (
    GAP,
    MARGIN,
    TONE_ICONS,
    Card,
    Notice,
    Page,
    WholeLabel,
    beside,
    set_look,
    stacked,
)

LEFT_PX = 420
OLD_DAYS = 7  # a list older than that is told in the colour of a doubt
CODE_CHARS_MAX = 8192
PREFIXES = ("HC1:", "VXS1:")


class VerifyPage(Page):
    """`history_changed`: a slip's dose counts now for that number; `person_wished`: whose slip it is comes to the desk; `left`."""

    history_changed = Signal(CitizenId)
    person_wished = Signal(PersonDraft)
    left = Signal()

    def __init__(self, around: Surroundings, pictures: Lane, at_desk: Callable[[], CitizenId | None]) -> None:
        """`pictures`: the lane on which files are read; `at_desk`: who stands at the desk, if anybody."""
        super().__init__()
        self._around, self._pictures, self._at_desk = around, pictures, at_desk
        self._asked, self._held = 0, ""
        self._answers: tuple[Judged, ...] = ()
        self._as_of: datetime | None = None
        self._knows_age = False
        self.title, self.how = WholeLabel("heading"), WholeLabel()
        self.code, self.ways = QLineEdit(), OtherWays(around.look)
        self.check = KeyButton(around.look, "primary", "search", "Enter", shortcut=False)
        self.notice, self.age = Notice(around.look, lines=2), WholeLabel("note")
        self.table = RowsTable(around.look, (44, 130, 200), stretched=2)
        self.card = VerifyCard(around)
        self.take = KeyButton(around.look, "primary", "add", "Enter", shortcut=False)
        self.receive = KeyButton(around.look, "plain", "person", "Ctrl+G")
        self.leave = KeyButton(around.look, "plain", "close", "Esc", shortcut=False)
        self._lay_out()
        self._connect()
        self.say_words()

    def _lay_out(self) -> None:
        self.code.setMaxLength(CODE_CHARS_MAX)
        self.setAcceptDrops(True)
        set_look(self.take, big="true")
        enter = beside(self.code, self.check, gap=8)
        enter.setStretch(0, 1)
        left = Card(self.title, self.how, enter, self.ways, self.notice, self.table, -1, self.age, gap=12)
        left.setFixedWidth(LEFT_PX)
        below = beside(self.take, self.receive, -1, self.leave, gap=8)
        right = stacked(self.card, below, gap=8)
        right.setStretch(0, 1)
        page = beside(left, right, margins=(MARGIN, GAP, MARGIN, GAP))
        page.setStretch(1, 1)
        self.setLayout(page)

    def _connect(self) -> None:
        self.code.textChanged.connect(lambda _text: self._offer())
        self.check.clicked.connect(self._check_pasted)
        self.ways.picture.clicked.connect(self._choose_file)
        self.table.chosen.connect(self._show_chosen)
        self.take.clicked.connect(self._take_over)
        self.receive.clicked.connect(self._receive)
        self.leave.clicked.connect(self.escape)

    # --- what the window calls

    def refresh(self) -> None:
        """How old the lists are; and what was scanned at the desk is judged now."""
        held, self._held = self._held, ""
        if held:
            self.judge((held,))
        else:
            self._around.lane.run(lists_as_of, self._around.services, done=self._show_age, failed=self._trouble)

    def hold(self, untrusted_text: str) -> None:
        """What was scanned elsewhere: judged when somebody turns to this page."""
        self._held = untrusted_text

    def take_scan(self, untrusted_text: str) -> bool:
        """A scan while this page is shown; what is neither certificate nor slip is the desk's."""
        text = untrusted_text.strip()
        if not text.startswith(PREFIXES):
            return False
        self.judge((text,))
        return True

    def judge(self, untrusted_texts: tuple[str, ...]) -> None:
        """Asks for the verdict on some codes."""
        self._asked += 1
        self.notice.hush()
        done = partial(self._judged, self._asked)
        ask = partial(judge_all, self._around.services, untrusted_texts, self._at_desk())
        self._around.lane.run(ask, done=done, failed=self._trouble)

    def read_file(self, path: Path) -> None:
        """All codes of a picture or a PDF."""
        self._asked += 1
        self.notice.tell(Tone.INFORM, self.tr("Đang đọc {name}…").format(name=path.name))
        self._pictures.run(codes_in_file, path, done=partial(self._read, self._asked), failed=self._trouble)

    def escape(self) -> None:
        """What was pasted, then what was judged, then the page."""
        if self.code.text():
            self.code.clear()
        elif self._answers:
            self._show(())
            self.notice.hush()
        else:
            self.left.emit()

    # --- answers

    def _read(self, asked: int, codes: tuple[str, ...]) -> None:
        if asked == self._asked:
            self.judge(codes)

    def _judged(self, asked: int, answers: Answers) -> None:
        if asked == self._asked:
            self.code.clear()
            self._show(answers.judged)
            self._show_age(answers.lists_as_of)

    def _show(self, answers: tuple[Judged, ...]) -> None:
        self._answers = answers
        self.table.setVisible(len(answers) > 1)
        titles = (self.tr("Số"), self.tr("Giấy"), self.tr("Kết quả"))
        self.table.show_rows(titles, [self._row(place, one) for place, one in enumerate(answers)])
        chosen = int(self.table.wanted) if len(answers) > 1 else 0
        self._show_one(answers[chosen] if answers else None)

    def _row(self, place: int, judged: Judged) -> Row:
        verdict = judged.verdict
        kinds = {"certificate": self.tr("Chứng nhận"), "slip": self.tr("Phiếu mũi tiêm"), "other": self.tr("Mã khác")}
        tone = TONES[verdict.standing.value]
        said = self._around.speech.of_code(f"verdict-{verdict.standing.value}").capitalize()
        return Row(
            str(place), (Cell(str(place + 1)), Cell(kinds[verdict.kind.value]), Cell(said, TONE_ICONS[tone], tone))
        )

    def _show_chosen(self, key: str) -> None:
        if key and len(self._answers) > 1:
            self._show_one(self._answers[int(key)])

    def _show_one(self, judged: Judged | None) -> None:
        self.card.show_answer(judged)
        self._offer()

    def _show_age(self, as_of: datetime | None) -> None:
        self._as_of, self._knows_age = as_of, True
        self._say_age()

    def _say_age(self) -> None:
        """By how old a list the answers are; one that is old, or missing, is told as a doubt."""
        is_old = self._knows_age
        if not self._knows_age:
            said = ""
        elif self._as_of is None:
            said = self._around.speech.of_code("lists-never")
        else:
            days = max(0, (self._around.services.work.clock() - self._as_of).days)
            is_old = days >= OLD_DAYS
            pulled = self.tr("Danh sách khóa tin cậy kéo về lúc {moment}").format(moment=words.moment(self._as_of))
            age = self.tr("%n ngày trước", "", days) if days else self.tr("trong 24 giờ qua")
            said = f"{pulled} · {age}"
        self.age.setText(said)
        set_look(self.age, tone=(Tone.DECIDE if is_old else Tone.QUIET).value)

    # --- doing

    def _check_pasted(self) -> None:
        text = self.code.text().strip()
        if text:
            self.judge((text,))

    def _choose_file(self) -> None:
        kinds = self.tr("Ảnh và PDF") + " (*.png *.jpg *.jpeg *.webp *.bmp *.tif *.tiff *.pdf)"
        file = dialogs.choose_file(self, self.tr("Chọn ảnh hoặc PDF có mã QR"), kinds)
        if file is not None:
            self.read_file(file)

    def _take_over(self) -> None:
        judged = self.card.judged
        if judged is None or not self._may_take(judged):
            return
        work = partial(take_over, self._around.services, judged, self._around.session.actor, self._at_desk())
        self._around.lane.run(work, done=partial(self._taken, judged), failed=self._trouble)

    def _taken(self, before: Judged, now: Judged) -> None:
        self._answers = tuple(now if one is before else one for one in self._answers)
        if self.card.judged is before:
            self._show_one(now)
        assert now.carried is not None
        self.history_changed.emit(now.carried.dose.citizen_id)

    def _receive(self) -> None:
        slip = self._slip_here()
        if slip is not None:
            self.person_wished.emit(_draft(slip, self.card.judged))

    def _offer(self) -> None:
        """Enter is what the one big button says: the pasted code, else the slip's dose."""
        judged, typed = self.card.judged, bool(self.code.text().strip())
        may_take = judged is not None and self._may_take(judged)
        self.check.setEnabled(typed)
        self.take.setVisible(may_take)
        self.take.setEnabled(not typed)
        at_desk, slip = self._at_desk(), self._slip_here()
        self.receive.setVisible(slip is not None and slip.dose.citizen_id != at_desk)

    def _may_take(self, judged: Judged) -> bool:
        return judged.standing is not None and judged.standing.may_take_over

    def _slip_here(self) -> CarriedSlip | None:
        judged = self.card.judged
        usable = judged is not None and (judged.trouble is None or _is_known_dose(judged))
        return judged.carried if judged is not None and usable else None

    def _trouble(self, error: VaxdeskError) -> None:
        self.notice.tell(Tone.STOP, self._around.speech.sentence(error))

    # --- words, keys, drops

    def say_words(self) -> None:
        """Every text."""
        self.title.setText(self.tr("Kiểm tra giấy của nơi khác"))
        self.how.setText(
            self.tr("Giấy chứng nhận (HC1) và phiếu mũi tiêm (VXS1): quét, chọn ảnh hoặc PDF, hoặc dán mã vào đây.")
        )
        self.code.setPlaceholderText(self.tr("Dán mã vào đây"))
        self.code.setAccessibleName(self.tr("Mã của giấy"))
        self.check.say(self.tr("Kiểm tra"))
        self.table.setAccessibleName(self.tr("Các mã đã đọc"))
        self.take.say(self.tr("Lấy mũi này vào tiền sử"))
        self.receive.say(self.tr("Mời người này vào bàn tiêm"))
        self.leave.say(self.tr("Bỏ"))
        self.ways.say_words()
        self.card.say_words()
        self._show(self._answers)
        self._say_age()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Enter does what the big button says; Esc leaves."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            (self.check if self.code.text().strip() else self.take).click()
        elif event.key() == Qt.Key.Key_Escape:
            self.escape()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802  Qt's name
        """A picture or PDF may be dropped here."""
        if len(event.mimeData().urls()) == 1 and event.mimeData().urls()[0].isLocalFile():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802  Qt's name
        """Reads it."""
        self.read_file(Path(event.mimeData().urls()[0].toLocalFile()))

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name
        """What is pasted goes into the field."""
        super().showEvent(event)
        self.code.setFocus()


def _is_known_dose(judged: Judged) -> bool:
    """Whether nothing but that the dose is known already stands in the way."""
    return judged.standing is not None and judged.standing.held in (Held.CONFIRMED, Held.OURS)


def _draft(slip: CarriedSlip, judged: Judged | None) -> PersonDraft:
    """Who comes to the desk: known people by their number alone, others as the slip says, to be compared with their card."""
    number = slip.dose.citizen_id.digits
    if judged is not None and judged.standing is not None and judged.standing.person is not None:
        return PersonDraft(citizen_id=number)
    return PersonDraft(number, slip.name, slip.birth_date, slip.sex)
