"""The right side of the sync page: what was refused or contradicted, why, and what can be done about it here."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QScrollArea, QStackedWidget, QWidget

from vaxdesk.ui import words
from vaxdesk.ui.buttons import KeyButton
from vaxdesk.ui.dispute_card import DisputeCard
from vaxdesk.ui.mend_form import MendForm
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.to_settle import Entry, Group, Mending
from vaxdesk.ui.widgets import Card, ElidedLabel, SecureLabel, ruler, set_look, stacked


class SyncStory(QStackedWidget):
    """`again_wished`: ids of records to send as they are; `settled`: something was mended or decided."""

    again_wished = Signal(list)
    settled = Signal()
    mending_ended = Signal()

    def __init__(self, around: Surroundings) -> None:
        super().__init__()
        self.refused, self.dispute, self.form = RefusedCard(around), DisputeCard(around), MendForm(around)
        for card in (self.refused, self.dispute, self.form):
            self.addWidget(card)
        self.refused.again.clicked.connect(self._again)
        self.refused.mend.clicked.connect(self._mend)
        self.form.mended.connect(self._mended)
        self.form.given_up.connect(self._end_mending)
        self.dispute.decided.connect(self.settled)

    @property
    def is_mending(self) -> bool:
        """Whether somebody is filling the form: nothing else may take its place."""
        return self.currentWidget() is self.form

    def show_group(self, group: Group | None, entry: Entry | None, why: str) -> None:
        """A whole group, one entry of it, or nothing to settle."""
        if self.is_mending:
            return
        if entry is not None and entry.dispute is not None:
            self.dispute.show_dispute(entry.dispute, why)
            self.setCurrentWidget(self.dispute)
            return
        self.refused.show_entries(group, entry, why)
        self.setCurrentWidget(self.refused)

    def act(self) -> None:
        """Enter, from anywhere on the page: the one big action."""
        if self.currentWidget() is self.refused:
            self.refused.primary().click()

    def say_words(self) -> None:
        """Every text."""
        self.refused.say_words()
        self.dispute.say_words()
        self.form.say_words()

    def _again(self) -> None:
        self.again_wished.emit([entry.record_id for entry in self.refused.entries])

    def _mend(self) -> None:
        self.setCurrentWidget(self.form)
        self.form.begin(self.refused.entries)

    def _mended(self) -> None:
        self._end_mending()
        self.settled.emit()

    def _end_mending(self) -> None:
        self.setCurrentWidget(self.refused)
        self.mending_ended.emit()


class RefusedCard(Card):
    """A plain sentence, the server's own words, and one big action: mend it, or send it again as it is."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self.entries: tuple[Entry, ...] = ()
        self._group: Group | None = None
        self.name, self.dose = ElidedLabel("heading"), ElidedLabel("input")
        self.why = SecureLabel("input", wrap=True)
        self.own_title, self.own = SecureLabel("label"), SecureLabel("note", wrap=True)
        self.own.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.mend = KeyButton(around.look, "primary", "edit", "Enter", shortcut=False)
        self.again = KeyButton(around.look, "primary", "sync", "Enter", shortcut=False)
        set_look(self.mend, big="true")
        told = stacked(self.name, self.dose, ruler(), self.why, 4, self.own_title, _scrolled(self.own), gap=8)
        told.setStretch(6, 1)
        super().__init__(told, self.mend, self.again, gap=8)
        self.show_entries(None, None, "")

    def primary(self) -> KeyButton:
        """What Enter does."""
        return self.mend if self.mend.isVisibleTo(self) else self.again

    def show_entries(self, group: Group | None, entry: Entry | None, why: str) -> None:
        """One entry, its whole group, or nothing."""
        self._group = group
        self.entries = (entry,) if entry is not None else group.entries if group is not None else ()
        self.why.setText(why)
        set_look(self.why, tone="stop" if self.entries else "quiet")
        self._offer()
        self.say_words()

    def _offer(self) -> None:
        one = self.entries[0] if len(self.entries) == 1 else None
        together = self._group is not None and len(self.entries) > 1 and self._group.is_one_product
        mendable = together or (one is not None and one.mending is not Mending.NONE)
        self.mend.setVisible(mendable)
        self.again.setEnabled(bool(self.entries))
        set_look(self.again, kind="plain" if mendable else "primary", big="false" if mendable else "true")
        self.again.show_key("" if mendable else "Enter")

    def say_words(self) -> None:
        """Every text."""
        if not self.entries:
            self._say_nothing()
        elif len(self.entries) == 1:
            self._say_one(self.entries[0])
        else:
            self._say_many()

    def _say_nothing(self) -> None:
        self.name.setText(self.tr("Không có gì phải sửa"))
        self.dose.setText("")
        self.why.setText(self.tr("Bản ghi đang chờ sẽ tự gửi khi có mạng; không cần làm gì."))
        self._say_own("")
        self.mend.say(self.tr("Sửa và gửi lại…"))
        self.again.say(self.tr("Gửi lại bản ghi này"))

    def _say_one(self, one: Entry) -> None:
        self.name.setText(one.record.person.name)
        dose = words.dose_title(one.record, self._around.speech.language)
        self.dose.setText(self.tr("Phản ứng sau: {dose}").format(dose=dose) if one.reaction_id else dose)
        self._say_own(f"{one.text}\n{one.code} · {words.moment(one.at)}")
        void = one.mending is Mending.VOID
        self.mend.say(self.tr("Đánh dấu nhập nhầm…") if void else self.tr("Sửa và gửi lại…"))
        self.again.say(self.tr("Gửi lại nguyên bản") if self.mend.isVisibleTo(self) else self.tr("Gửi lại bản ghi này"))

    def _say_many(self) -> None:
        count = len(self.entries)
        self.name.setText(self.tr("%n bản ghi, cùng một lý do", "", count))
        names = [words.short_name(entry.record.person.name) for entry in self.entries[:3]]
        self.dose.setText(", ".join(names) + (" …" if count > len(names) else ""))
        texts = list(dict.fromkeys(entry.text for entry in self.entries))
        self._say_own("\n".join([*texts[:3], self.entries[0].code]))
        self.mend.say(self.tr("Sửa cả %n bản ghi và gửi lại…", "", count))
        self.again.say(self.tr("Gửi lại cả %n bản ghi", "", count))

    def _say_own(self, text: str) -> None:
        self.own.setText(text)
        self.own_title.setText(self.tr("Máy chủ nói") if text else "")


def _scrolled(label: SecureLabel) -> QScrollArea:
    """A server may say a lot: it scrolls, and the buttons stay where they are."""
    label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
    area, inside = QScrollArea(), QWidget()
    inside.setLayout(stacked(label, -1))
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(inside)
    for part in (area.viewport(), inside):
        part.setAutoFillBackground(False)
    return area
