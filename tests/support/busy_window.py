"""The window at work as a process of its own: the real window on one data folder, with its sync thread, and somebody in front of it.

    VAXDESK_PASSPHRASE=... python tests/support/busy_window.py FOLDER

Whoever sits there is a few lines inside the process: signs in by name and PIN, chooses the vial, scans the card, presses Space and Enter
as soon as the page allows it. Input and output are those of busy_desk.py: a dose a line; `ready` after the sign-in, `saved <dose id>` only
after the page has been told of it, `refused <code>`, `trouble <code>`, `run <JSON>`. The end of the input closes the window.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path

from busy_desk import say, tell
from desk_process import PIN
from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication

from vaxdesk.app import OpenDesk, open_desk, run_window_on
from vaxdesk.errors import InputRefused, VaxdeskError
from vaxdesk.models.desk import Preset
from vaxdesk.models.values import DoseRecord, Screening, StaffMember
from vaxdesk.sync.engine import SyncReport
from vaxdesk.sync.runner import SyncRunner
from vaxdesk.ui.main_window import MainWindow

LATER = Qt.ConnectionType.QueuedConnection  # a person acts on what the page shows, never in the middle of its work


class TellingDesk(OpenDesk):
    """The desk; its sync thread's reports are told outside as well."""

    def runner(self, reported: Callable[[SyncReport], None]) -> SyncRunner:
        """As ever."""

        def tell_both(report: SyncReport) -> None:
            tell(self, report)
            reported(report)

        return super().runner(tell_both)


class Nurse(QObject):
    """Sits in front of the window."""

    _told = Signal(str)

    def __init__(self, application: QApplication) -> None:
        super().__init__()
        self._application = application
        self._at_work = False  # somebody stands here whose dose is not saved yet
        self._told.connect(self._take, LATER)
        QTimer.singleShot(0, self, self._sit_down)

    def _sit_down(self) -> None:
        """The window is shown."""
        self._window = next(w for w in self._application.topLevelWidgets() if isinstance(w, MainWindow))
        self._page, self._model = self._window.desk, self._window.desk.model
        self._window.sign_in.who.model().rowsInserted.connect(self._sign_in, LATER)
        self._window.sign_in.signed_in.connect(self._begin, LATER)
        self._model.changed.connect(self._look, LATER)
        self._model.dose_recorded.connect(self._saved, LATER)
        self._model.refused.connect(self._refused, LATER)
        self._model.troubled.connect(self._refused, LATER)

    def _sign_in(self) -> None:
        self._window.sign_in.pin.setText(PIN)
        self._window.sign_in.enter.click()

    def _begin(self, member: StaffMember) -> None:
        self._name = member.name
        say("ready")
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        """In a thread of its own: the input, line by line."""
        for line in sys.stdin:
            self._told.emit(line)
        self._told.emit("")

    def _take(self, line: str) -> None:
        if not line:
            self._application.closeAllWindows()
            return
        given = json.loads(line)
        self._at_work = True
        self._model.use_preset(
            Preset(given["vaccine"], given["lot"], date.fromisoformat(given["expiry"]), "", self._name)
        )
        self._window.take_scan(given["scan"])

    def _look(self) -> None:
        """What the page shows now: Space when it says yes, then Enter."""
        form = self._model.form
        if not self._at_work or form.assessment is None or form.saving:
            return
        if form.blocking:
            self._answer("refused", form.blocking[0].code)
        elif form.screening is None:
            self._model.conclude(Screening.ELIGIBLE)
        else:
            self._page.save()

    def _saved(self, record: DoseRecord) -> None:
        self._answer("saved", record.dose.id)

    def _refused(self, error: VaxdeskError) -> None:
        if self._at_work:
            self._answer("refused" if isinstance(error, InputRefused) else "trouble", error.code)

    def _answer(self, *words: str) -> None:
        self._at_work = False
        self._model.leave()
        say(*words)


def main(folder: Path) -> int:
    """Works until the input ends."""
    opened = open_desk(folder, lambda: os.environ["VAXDESK_PASSPHRASE"])
    desk = TellingDesk(opened.folder, opened.vault, opened.store)
    nurse = Nurse(QApplication(sys.argv[:1]))  # noqa: F841  sits there as long as the window
    code = run_window_on(desk)
    desk.close()
    return code


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
