"""One identity to mend: what the population data said, what could be right, what saving it does; then one big action."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from vaxdesk.errors import InputRefused, VaxdeskError
from vaxdesk.models.identity_cases import Effects, IdentityCase, Proposal, Source, Trouble, changed_fields, draft_of
from vaxdesk.models.values import PersonDraft, Sex
from vaxdesk.ui import words
from vaxdesk.ui.buttons import KeyButton
from vaxdesk.ui.dose_form import Tone
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.widgets import Card, ElidedLabel, Notice, SecureLabel, Titled, beside, ruler, set_look, stacked

OFFERED_MAX = 3
TYPING_PAUSE_MS = 200
EFFECTS_PX = 36  # two lines: nothing moves when there is more to say
FIELDS = ("name", "birth_date", "citizen_id")


class IdentityStory(Card):
    """`mended`: something was saved or sent again."""

    mended = Signal()

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._case: IdentityCase | None = None
        self._card: PersonDraft | None = None
        self._proposals: tuple[Proposal, ...] = ()
        self.name, self.what = ElidedLabel("heading"), SecureLabel("input", wrap=True)
        self.offers = [KeyButton(around.look, "plain", "edit", f"Alt+{place}") for place in range(1, OFFERED_MAX + 1)]
        self.fields = {name: QLineEdit() for name in FIELDS}
        self.titles = {name: Titled(field) for name, field in self.fields.items()}
        self.sex = QComboBox()
        for sex in Sex:
            self.sex.addItem("", sex.value)
        self.sex_title = Titled(self.sex)
        self.reason = QLineEdit()
        self.reason_title = Titled(self.reason)
        self.effects, self.notice = SecureLabel("note", wrap=True), Notice(around.look)
        self.effects.setMinimumHeight(EFFECTS_PX)
        self.save = KeyButton(around.look, "primary", "save", "Enter", shortcut=False)
        self.again = KeyButton(around.look, "plain", "sync", "Ctrl+G")
        set_look(self.save, big="true")
        born = beside(self.titles["birth_date"], self.sex_title, gap=8)
        offered = stacked(*self.offers, gap=4)
        facts = stacked(self.titles["name"], born, self.titles["citizen_id"], self.reason_title, gap=4)
        acts = stacked(self.notice, self.save, self.again, gap=4)
        super().__init__(self.name, self.what, offered, ruler(), facts, self.effects, -1, acts, gap=6, margin=12)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(TYPING_PAUSE_MS)
        self._connect()
        self.show_case(None)

    def _connect(self) -> None:
        for field in (*self.fields.values(), self.reason):
            field.setMaxLength(200)
            field.textEdited.connect(lambda _text: self._pause.start())
        self.sex.activated.connect(lambda _place: self._ask_effects())
        self._pause.timeout.connect(self._ask_effects)
        for place, button in enumerate(self.offers):
            button.clicked.connect(partial(self._take, place))
        self.save.clicked.connect(self._save)
        self.again.clicked.connect(self._send_again)

    # --- showing

    def show_case(self, case: IdentityCase | None) -> None:
        """Another person, or nobody; a person who is shown already keeps what was typed."""
        if case is not None and self._case is not None and case.person == self._case.person and self._is_begun():
            self._case = case
            return
        self._case, self._card, self._proposals = case, None, ()
        self.notice.hush()
        self.reason.clear()
        self._fill(draft_of(case.person) if case else PersonDraft())
        self.setEnabled(case is not None)
        self.say_words()
        self._ask_proposals()
        self._ask_effects()

    @property
    def case(self) -> IdentityCase | None:
        """Who is shown."""
        return self._case

    def take_card(self, card: PersonDraft) -> None:
        """A card of this person was scanned: it is offered, and taken at once."""
        self._card = card
        self._ask_proposals(take_first=True)

    def begin(self) -> None:
        """The first field in doubt."""
        doubtful = self._case.fields if self._case else ()
        name = "birth_date" if "birth-date" in doubtful and "name" not in doubtful else "name"
        self.fields[name].setFocus()
        self.fields[name].selectAll()

    def _is_begun(self) -> bool:
        assert self._case is not None
        return bool(self.reason.text()) or self.facts() != draft_of(self._case.person)

    def _fill(self, facts: PersonDraft) -> None:
        self.fields["name"].setText(facts.name)
        self.fields["birth_date"].setText(words.birth(facts.birth_date) if facts.birth_date else "")
        known = self._case.person.citizen_id if self._case else None
        self.fields["citizen_id"].setPlaceholderText(known.masked if known else "")
        self.fields["citizen_id"].setText("" if known and known.digits == facts.citizen_id else facts.citizen_id)
        self.sex.setCurrentIndex(max(0, self.sex.findData(facts.sex.value)))

    def facts(self) -> PersonDraft:
        """What stands in the fields, with what is known besides; an empty number is the one that is known."""
        assert self._case is not None
        return replace(
            draft_of(self._case.person),
            name=self.fields["name"].text().strip(),
            birth_date=words.birth_from_typed(self.fields["birth_date"].text().strip()),
            citizen_id=self.fields["citizen_id"].text().strip() or self._case.person.citizen_id.digits,
            sex=Sex(self.sex.currentData()),
        )

    # --- proposals and effects

    def _ask_proposals(self, take_first: bool = False) -> None:
        case, book = self._case, self._around.services.work.identities
        if case is not None:
            done = partial(self._proposed, case, take_first)
            self._around.lane.run(partial(book.proposals, case, self._card), done=done, failed=self._refused)
        self._say_offers()

    def _proposed(self, case: IdentityCase, take_first: bool, found: tuple[Proposal, ...]) -> None:
        if case is not self._case:
            return
        self._proposals = found[:OFFERED_MAX]
        self._say_offers()
        if take_first and found and found[0].source is Source.CARD:
            self._take(0)
        elif take_first:
            self.notice.tell(Tone.INFORM, self.tr("Thẻ ghi đúng như số liệu ở đây. Nếu đã đúng, hãy gửi lại."))

    def _take(self, place: int) -> None:
        if place < len(self._proposals):
            self._fill(self._proposals[place].facts)
            self._ask_effects()
            self.reason.setFocus()

    def _ask_effects(self) -> None:
        self._pause.stop()
        case, book = self._case, self._around.services.work.identities
        if case is not None:
            done = partial(self._told, case)
            self._around.lane.run(partial(book.effects, case, self.facts()), done=done, failed=self._refused)

    def _told(self, case: IdentityCase, told: Effects) -> None:
        if case is self._case:
            self.effects.setText(self._effects_words(told))

    def _effects_words(self, told: Effects) -> str:
        if not told.sends:
            return self.tr("Chưa sửa gì.")
        said = []
        if told.rewritten:
            said.append(
                self.tr("%n mũi sẽ được đánh dấu nhập nhầm và ghi lại dưới số mới, giữ giờ tiêm.", "", told.rewritten)
            )
        else:
            said.append(self.tr("Số liệu mới tự gửi lên nền tảng; %n mũi được đối chiếu lại.", "", told.judged_again))
        if told.certificates:
            said.append(self.tr("%n chứng nhận được thay bằng chứng nhận mới sau khi khớp.", "", told.certificates))
        if told.papers:
            said.append(self.tr("%n bản in không còn giá trị, cần in lại.", "", told.papers))
        return " ".join(said)

    # --- acting

    def _save(self) -> None:
        if self._case is None:
            return
        self.save.setEnabled(False)
        book, actor = self._around.services.work.identities, self._around.session.actor
        mend = partial(book.mend, self._case.person.id, self.facts(), self.reason.text(), actor)
        self._around.lane.run(mend, done=self._done, failed=self._refused)

    def _send_again(self) -> None:
        if self._case is not None:
            book, actor = self._around.services.work.identities, self._around.session.actor
            send = partial(book.send_again, self._case.person.id, actor)
            self._around.lane.run(send, done=self._done, failed=self._refused)

    def _done(self, _person: object) -> None:
        self.save.setEnabled(True)
        self._case = None
        self.mended.emit()

    def _refused(self, error: VaxdeskError) -> None:
        self.save.setEnabled(True)
        problems = error.problems if isinstance(error, InputRefused) else (error,)
        self.notice.tell(Tone.STOP, "\n".join(self._around.speech.sentence(one) for one in problems))

    # --- words and keys

    def say_words(self) -> None:
        """Every text."""
        case = self._case
        self.name.setText(case.person.name if case else self.tr("Không có ai phải sửa"))
        self.what.setText(what_words(self, case) if case else "")
        self.titles["name"].say(self.tr("Họ và tên"))
        self.titles["birth_date"].say(self.tr("Ngày sinh"))
        self.titles["citizen_id"].say(self.tr("Số định danh khác"))
        self.sex_title.say(self.tr("Giới tính"))
        self.reason_title.say(self.tr("Lý do sửa"))
        for place, sex in enumerate(Sex):
            self.sex.setItemText(place, words.sex(sex))
        self.save.say(self.tr("Lưu và gửi lại"))
        self.again.say(self.tr("Số liệu ở đây đúng: gửi lại"))
        self._say_offers()

    def _say_offers(self) -> None:
        for place, button in enumerate(self.offers):
            button.setVisible(place < len(self._proposals))
            if place < len(self._proposals):
                button.say(self._offer_words(self._proposals[place]))

    def _offer_words(self, proposal: Proposal) -> str:
        sources = {
            Source.CARD: self.tr("Theo thẻ: {facts}"),
            Source.NUMBER: self.tr("Theo số định danh: {facts}"),
            Source.OTHER_SEX: self.tr("Giới tính kia: {facts}"),
            Source.SWAPPED: self.tr("Đổi ngày và tháng: {facts}"),
            Source.EARLIER: self.tr("Như đã ghi trước: {facts}"),
            Source.NAMESAKE: self.tr("Hồ sơ trùng tên: {facts}"),
        }
        facts = proposal.facts
        said = {"name": facts.name, "birth_date": words.birth(facts.birth_date), "sex": words.sex(facts.sex)}
        said["citizen_id"] = f"{facts.citizen_id[:4]}••••{facts.citizen_id[8:]}"
        changed = changed_fields(self._case.person, facts) if self._case else ()
        return sources[proposal.source].format(facts=", ".join(said[name] for name in changed))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Enter saves from any field."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._case is not None:
            self.save.click()
        else:
            super().keyPressEvent(event)


def trouble_names(widget: QWidget) -> dict[Trouble, str]:
    """Each list's name."""
    return {
        Trouble.NUMBER: widget.tr("Số định danh mâu thuẫn"),
        Trouble.MISMATCH: widget.tr("Không khớp dân cư"),
        Trouble.NOT_FOUND: widget.tr("Không tìm thấy"),
        Trouble.MENDED: widget.tr("Đã sửa, chờ kết quả"),
        Trouble.UNANSWERED: widget.tr("Chưa có kết quả"),
    }


def what_words(widget: QWidget, case: IdentityCase) -> str:
    """What is wrong, in a few words."""
    names = {
        "name": widget.tr("họ tên"),
        "birth-date": widget.tr("ngày sinh"),
        "sex": widget.tr("giới tính"),
        "number": widget.tr("số định danh"),
    }
    fields = ", ".join(names.get(field, field) for field in case.fields)
    if case.is_refused:
        return widget.tr("Nền tảng không nhận số liệu đã sửa")
    return trouble_names(widget)[case.trouble] + (f": {fields}" if fields else "")
