"""Who works here, chosen by keys alone: arrows, the first letters of any part of the name, or the number in the list."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QTimer
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QComboBox

from vaxdesk.models.text_repair import fold
from vaxdesk.models.values import StaffMember
from vaxdesk.ui import words

FORGOTTEN_AFTER_MS = 1500


def found(names: Sequence[str], typed: str) -> int | None:
    """The place of whom `typed` means: a number counts from 1; letters begin the given name (the last word), else any word, else all.

    Marks and capitals do not matter. None for nobody.
    """
    if typed.isascii() and typed.isdecimal():
        return int(typed) - 1 if 1 <= int(typed) <= len(names) else None
    wanted = fold(typed)
    folded = [fold(name) for name in names]
    given = [name.rpartition(" ")[2] for name in folded]
    for ways in (given, folded):
        if (place := next((i for i, name in enumerate(ways) if name.startswith(wanted)), None)) is not None:
            return place
    inside = (i for i, name in enumerate(folded) if f" {wanted}" in name)
    return next(inside, None)


class ColleagueBox(QComboBox):
    """A list of staff, each with its number in front."""

    def __init__(self) -> None:
        super().__init__()
        self._staff: tuple[StaffMember, ...] = ()
        self._typed = ""
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(FORGOTTEN_AFTER_MS)
        self._pause.timeout.connect(self._forget)

    def show_staff(self, staff: tuple[StaffMember, ...]) -> None:
        """Who can be chosen; the chosen one stays chosen while they are there."""
        chosen = self.member
        self._staff = staff
        self.clear()
        for number, member in enumerate(staff, 1):
            self.addItem(f"{number} · {member.name} · {words.role(member.role)}")
        if chosen is not None:
            self.choose(chosen)

    @property
    def member(self) -> StaffMember | None:
        """Who is chosen."""
        return self._staff[self.currentIndex()] if 0 <= self.currentIndex() < len(self._staff) else None

    def choose(self, member: StaffMember) -> None:
        """Somebody of the list; nothing happens for anybody else."""
        ids = [one.id for one in self._staff]
        if member.id in ids:
            self.setCurrentIndex(ids.index(member.id))

    def step(self, by: int) -> None:
        """The next or the one before, and round again."""
        if self._staff:
            self.setCurrentIndex((self.currentIndex() + by) % len(self._staff))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Letters and digits choose; what means nobody is not kept, so that the next letter counts."""
        if not (event.text().isalnum() or (event.text() == " " and self._typed)):
            super().keyPressEvent(event)
            return
        for typed in (self._typed + event.text(), event.text()):
            if (place := found([member.name for member in self._staff], typed)) is not None:
                self._typed = typed
                self.setCurrentIndex(place)
                break
        self._pause.start()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802  Qt's name
        """A new search."""
        super().focusInEvent(event)
        self._forget()

    def _forget(self) -> None:
        self._typed = ""
