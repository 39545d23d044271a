"""Unused objects are looked for in the GUI thread only.

Left alone, Python looks for them in whichever thread happens to make something, the lane too. There a Qt object that is deleted holds a lock
of Qt's and waits for Python's, while the GUI thread, making another Qt object, holds Python's and waits for Qt's: the window stands still for ever.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

ROUND_MS = 1000


class GarbageRounds(QObject):
    """From `begin` to `end` nothing is looked for but in `look`, when as much was made since as Python itself would wait for."""

    def __init__(self) -> None:
        super().__init__()
        self._timer = QTimer(self)
        self._timer.setInterval(ROUND_MS)
        self._timer.timeout.connect(self.look)
        gc.disable()

    def begin(self) -> None:
        """All that is there now stays: walking through the program's own parts would make the window deaf each time."""
        gc.freeze()
        self._timer.start()

    def look(self) -> None:
        """The oldest that is due, as Python counts."""
        due = [made > most for made, most in zip(gc.get_count(), gc.get_threshold(), strict=True)]
        if True in due:
            gc.collect(max(place for place, is_due in enumerate(due) if is_due))

    def end(self) -> None:
        """The window is gone: Python looks by itself again."""
        self._timer.stop()
        gc.enable()
