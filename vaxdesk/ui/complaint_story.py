"""One complaint: what the citizen says, the evidence, who may be meant beside it, what was done, and the one screen that settles it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QPlainTextEdit, QStackedWidget, QVBoxLayout

from vaxdesk.errors import VaxdeskError
from vaxdesk.models.complaint_book import Case
from vaxdesk.models.complaints import Story
from vaxdesk.ui import complaint_words, words
from vaxdesk.ui.buttons import KeyButton
from vaxdesk.ui.complaint_approval import ApprovalCard
from vaxdesk.ui.complaint_compare import ClaimBeside
from vaxdesk.ui.complaint_feed import BookFacts
from vaxdesk.ui.complaint_fix import FixForm
from vaxdesk.ui.complaint_picture import EvidenceView, decoded
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.tone import Tone
from vaxdesk.ui.widgets import Card, ElidedLabel, Notice, Pill, SecureLabel, beside, set_look, stacked

SAID_PX, EVIDENCE_PX, EVIDENCE_PX_MIN = 54, 196, 100
STEPS_SHOWN = 1


class ComplaintStory(Card):
    """`changed`: something was answered or decided; `picture_wished`: the evidence, big; `letter_wished`: on paper."""

    changed, picture_wished, letter_wished = Signal(), Signal(), Signal()

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._case: Case | None = None
        self._book = BookFacts()
        self.images: tuple[QImage, ...] = ()
        self.name, self.facts = ElidedLabel("heading"), ElidedLabel("quiet")
        self.left = Pill(around.look)
        self.letter = KeyButton(around.look, "plain", "print", "Ctrl+P")
        self.said = QPlainTextEdit()
        self.said.setReadOnly(True)
        self.said.setTabChangesFocus(True)
        self.said.setFixedHeight(SAID_PX)
        self.evidence, self.evidence_words = EvidenceView(around.look), SecureLabel("note")
        self.look_at = KeyButton(around.look, "plain", "picture", "Ctrl+E")
        self.beside = ClaimBeside(around)
        self.steps = [ElidedLabel("note") for _ in range(STEPS_SHOWN)]
        self.refused = Notice(around.look, lines=2)
        self.give_way = KeyButton(around.look, "plain", "undo", "Ctrl+G")
        self.fix, self.approval = FixForm(around), ApprovalCard(around)
        self.work = QStackedWidget()
        for part in (self.fix, self.approval):
            self.work.addWidget(part)
        super().__init__(self._laid_out(), margin=10)
        self.evidence.opened.connect(self.picture_wished)
        self.look_at.clicked.connect(self.picture_wished)
        self.letter.clicked.connect(self.letter_wished)
        self.beside.chosen.connect(self._another_person)
        self.give_way.clicked.connect(self._give_way)
        self.fix.kept.connect(self.changed)
        self.approval.decided.connect(self.changed)

    def _laid_out(self) -> QVBoxLayout:
        head = beside(self.name, self.left, self.letter, gap=8)
        head.setStretch(0, 3)
        head.setStretch(1, 2)
        set_look(self.letter, small="true")
        set_look(self.look_at, small="true")
        self.evidence.setFixedWidth(EVIDENCE_PX)
        self.evidence.setMinimumHeight(EVIDENCE_PX_MIN)
        proof = stacked(self.evidence_words, self.evidence, self.look_at, gap=4)
        proof.setStretch(1, 1)
        compared = beside(self.beside, proof, gap=12)
        compared.setStretch(0, 1)
        refused = beside(self.refused, self.give_way, gap=8)
        refused.setStretch(0, 1)
        whole = stacked(head, self.facts, self.said, compared, *self.steps, refused, self.work, gap=4)
        whole.setStretch(whole.count() - 1, 1)
        return whole

    @property
    def case(self) -> Case | None:
        """What is shown."""
        return self._case

    def show_case(self, case: Case, book: BookFacts, now: datetime) -> None:
        """Another complaint, or the same one read afresh."""
        is_other = self._case is None or self._case.story.complaint.id != case.story.complaint.id
        is_other_version = is_other or self._case is None or self._case.pictures != case.pictures
        self._case, self._book = case, book
        if is_other_version:
            self._show_pictures(())
            self._around.lane.run(_decoded, case.pictures, done=partial(self._decoded, case), failed=self._trouble)
        self.beside.show_case(case)
        self.fix.show_case(case, self.beside.candidate)
        if case.story.pending is not None:
            self.approval.show_story(case.story, book)
        self.work.setCurrentWidget(self.approval if case.story.pending is not None else self.fix)
        self._say_case(case, now)

    def tick(self, now: datetime) -> None:
        """The clock moved."""
        if self._case is not None:
            self._say_left(self._case.story, now)

    def act(self) -> None:
        """Enter, with the focus on the list: what the big button says."""
        (self.approval.approve if self.work.currentWidget() is self.approval else self.fix.send).click()

    def say_words(self) -> None:
        """Every text."""
        self.letter.say(self.tr("In thư"))
        self.look_at.say(self.tr("Xem ảnh"))
        self.give_way.say(self.tr("Giữ kết quả đó"))
        self.said.setAccessibleName(self.tr("Người dân nói gì"))
        self.evidence.setAccessibleName(self.tr("Ảnh giấy tờ người dân gửi"))
        self.beside.say_words()
        self.fix.say_words()
        self.approval.say_words()
        if self._case is not None:
            self._say_case(self._case, self._around.services.work.clock())

    def _say_case(self, case: Case, now: datetime) -> None:
        story = case.story
        complaint = story.complaint
        self.name.setText(complaint.claim.name)
        self._say_left(story, now)
        kind, at = complaint_words.kind(complaint.kind), words.moment(complaint.received_at)
        place = self.tr("tại quầy") if complaint.source.value == "counter" else self.tr("qua nền tảng")
        facts = self.tr("{number} · {kind} · nhận {at} {place} · hạn {due}")
        due = words.moment(complaint.due_at)
        self.facts.setText(facts.format(number=complaint.number, kind=kind, at=at, place=place, due=due))
        claim = complaint.claim
        added = [self.tr("Bổ sung: {words}").format(words=more) for more in claim.added]
        text = "\n".join([*reversed(added), claim.words])
        if self.said.toPlainText() != text:
            self.said.setPlainText(text)
        self._say_steps(story)
        self._say_refused(story)
        self._say_pictures()

    def _say_left(self, story: Story, now: datetime) -> None:
        tone, icon = complaint_words.tone(story, now)
        said = complaint_words.left(story, now)
        if not story.status.is_closed and story.status.value != "open":
            said = f"{said} · {complaint_words.status(story.status)}"
        if story.unsent and not story.is_refused:
            said = self.tr("{state}, chờ gửi").format(state=said)
        self.left.show_state(tone, said, icon)

    def _say_steps(self, story: Story) -> None:
        shown: Sequence[str] = [
            f"{complaint_words.step(step, self._book.name_of(step.staff_id))}{': ' if step.note else ''}{step.note}"
            for step in story.steps[-STEPS_SHOWN:]
        ]
        for place, label in enumerate(self.steps):
            label.setText(shown[place] if place < len(shown) else "")
            label.setVisible(place < len(shown))

    def _say_refused(self, story: Story) -> None:
        self.refused.setVisible(story.is_refused)
        self.give_way.setVisible(story.is_refused)
        if story.is_refused:
            said = self.tr(
                "Nền tảng đã có kết quả khác ({state}), nên chưa nhận câu trả lời của máy này. Giữ kết quả đó, hoặc trả lời lại."
            )
            self.refused.tell(Tone.STOP, said.format(state=complaint_words.status(story.complaint.status)))

    def _say_pictures(self) -> None:
        count = self._case.story.complaint.picture_count if self._case else 0
        said = self.tr("%n ảnh", "", count) if count else self.tr("Không có ảnh")
        if count and not self.images:
            said = self.tr("Ảnh không đọc được")
        self.evidence_words.setText(said)
        self.evidence.setVisible(bool(self.images))
        self.look_at.setVisible(bool(self.images))

    def _decoded(self, case: Case, images: tuple[QImage, ...]) -> None:
        shown = self._case
        if shown is not None and (shown.story.complaint.id, shown.pictures) == (case.story.complaint.id, case.pictures):
            self._show_pictures(images)

    def _show_pictures(self, images: tuple[QImage, ...]) -> None:
        self.images = images
        self.evidence.show_picture(images[-1] if images else None)
        self._say_pictures()

    def _another_person(self) -> None:
        if self._case is not None:
            self.fix.show_case(self._case, self.beside.candidate)

    def _give_way(self) -> None:
        if self._case is not None:
            desk, actor = self._around.services.work.complaints, self._around.session.actor
            work = partial(desk.yield_to_platform, self._case.story.complaint.id, actor)
            self._around.lane.run(work, done=lambda _story: self.changed.emit(), failed=self._trouble)

    def _trouble(self, error: VaxdeskError) -> None:
        self.fix.notice.tell(Tone.STOP, self._around.speech.sentence(error))


def _decoded(pictures: tuple[bytes, ...]) -> tuple[QImage, ...]:
    """On the lane: those that can be read."""
    return tuple(image for image in map(decoded, pictures) if image is not None)
