"""Where one is on the way through the first run, and the language: beside the steps, or on a small screen in one line over them."""

from __future__ import annotations

from PySide6.QtWidgets import QBoxLayout, QFrame, QWidget

from vaxdesk.ui.buttons import KeyButton
from vaxdesk.ui.first_run_services import FirstRunAround
from vaxdesk.ui.widgets import IconLabel, SecureLabel, WholeLabel, beside, set_look, stacked

STEPS = ("welcome", "passphrase", "platform", "manager", "printer", "done")
SIDE_PX, NUMBER_PX, OF_PX, WIDGET_PX_MAX = 264, 20, 32, 16_777_215  # the last is Qt's own word for no limit


class Side(QFrame):
    """What is done, where one is, what is still to come: by sign, weight and colour."""

    def __init__(self, around: FirstRunAround) -> None:
        super().__init__()
        self.setObjectName("rail")
        self._here, self._is_narrow, self._with_passphrase = STEPS[0], False, True
        self.name, self.what = SecureLabel("huge"), WholeLabel("quiet")
        self.name.setText("vaxdesk")
        self.rows = {name: _Row(around) for name in STEPS}
        self.language = KeyButton(around.look, "quiet", key="Ctrl+G")
        self._lay = stacked(self.name, self.what, 20, *self.rows.values(), -1, beside(self.language, -1), gap=8)
        self.setLayout(self._lay)
        self.show_narrow(False)

    def say(self, words: dict[str, str], language: str, what: str) -> None:
        """Every text."""
        self.what.setText(what)
        for name, row in self.rows.items():
            row.words.setText(words[name])
        self.language.say(language)

    def show_place(self, here: str, with_passphrase: bool) -> None:
        """The step one is at."""
        self._here, self._with_passphrase = here, with_passphrase
        self._show()

    def show_narrow(self, is_narrow: bool) -> None:
        """One line with the current step alone, or all of them one under the other."""
        self._is_narrow = is_narrow
        across = QBoxLayout.Direction.LeftToRight
        self._lay.setDirection(across if is_narrow else QBoxLayout.Direction.TopToBottom)
        self._lay.setContentsMargins(*((16, 4, 16, 4) if is_narrow else (24, 32, 24, 24)))
        self.setMinimumWidth(0 if is_narrow else SIDE_PX)
        self.setMaximumWidth(WIDGET_PX_MAX if is_narrow else SIDE_PX)
        for row in self.rows.values():
            self._lay.setStretchFactor(row, 100 if is_narrow else 0)
        self.name.setVisible(not is_narrow)
        self.what.setVisible(not is_narrow)
        self._show()

    def _show(self) -> None:
        on_the_way = [name for name in STEPS if self._with_passphrase or name != "passphrase"]
        place = on_the_way.index(self._here) if self._here in on_the_way else 0
        for name, row in self.rows.items():
            row.setVisible(name == self._here if self._is_narrow else name in on_the_way)
        for number, name in enumerate(on_the_way):
            of = f"{number + 1}/{len(on_the_way)}" if self._is_narrow else str(number + 1)
            self.rows[name].show_place(of, number - place)


class _Row(QWidget):
    """A step's number, or that it is done, and its name."""

    def __init__(self, around: FirstRunAround) -> None:
        super().__init__()
        self._icon = IconLabel(around.look, "allowed", "allowed")
        self._number, self.words = SecureLabel("strong"), WholeLabel("input")
        row = beside(self._icon, self._number, self.words, gap=10)
        row.setStretch(2, 1)
        self.setLayout(row)

    def show_place(self, number: str, ahead: int) -> None:
        """`ahead`: how many steps from here; below zero it is done."""
        self._icon.setVisible(ahead < 0)
        self._number.setVisible(ahead >= 0)
        self._number.setText(number)
        self._number.setMinimumWidth(NUMBER_PX if len(number) == 1 else OF_PX)
        set_look(self._number, tone="primary" if ahead == 0 else "", look="title" if ahead == 0 else "quiet")
        set_look(self.words, look="title" if ahead == 0 else "input")
        self.words.setAccessibleDescription("✓" if ahead < 0 else number)
