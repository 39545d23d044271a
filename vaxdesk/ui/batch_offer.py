"""A batch that was cut off, offered where it stopped."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy

from vaxdesk.models.print_batches import PrintBatch
from vaxdesk.ui import words
from vaxdesk.ui.buttons import KeyButton
from vaxdesk.ui.surroundings import Surroundings
from vaxdesk.ui.widgets import Card, IconLabel, SecureLabel, beside


class BatchOffer(Card):
    """Says what is left of the newest batch; `go_on` and `give_up` carry it."""

    go_on, give_up = Signal(object), Signal(object)

    def __init__(self, around: Surroundings) -> None:
        self.batch: PrintBatch | None = None
        self._around = around
        self.said = SecureLabel("", wrap=True)
        self.resume = KeyButton(around.look, "plain", "print", "Ctrl+R")
        self.drop = KeyButton(around.look, "plain", "close", "Ctrl+Shift+D")
        line = beside(IconLabel(around.look, "print", "decide"), self.said, self.resume, self.drop, gap=8)
        line.setStretch(1, 1)
        super().__init__(line, margin=8)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.resume.clicked.connect(lambda: self.go_on.emit(self.batch))
        self.drop.clicked.connect(lambda: self.give_up.emit(self.batch))
        self.offer(())

    def offer(self, batches: tuple[PrintBatch, ...]) -> None:
        """The newest of what is left, or nothing."""
        self.batch = batches[0] if batches else None
        self.setVisible(self.batch is not None)
        self.say_words()

    def say_words(self) -> None:
        """Every text."""
        self.resume.say(self.tr("In tiếp"))
        self.drop.say(self.tr("Bỏ loạt này"))
        if self.batch is None:
            return
        left, today = self.batch.open_sheets, self._around.services.work.clock().date()
        at = self.batch.begun_at
        when = words.clock(at) if at.date() == today else words.moment(at)
        said = self.tr("Còn %n tờ của loạt {when}, tiếp tục từ tờ {number}.", "", len(left))
        self.said.setText(said.format(when=when, number=left[0].number))
