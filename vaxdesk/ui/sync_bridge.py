"""From the sync thread to the GUI thread: one signal."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal, Slot

from vaxdesk.sync.engine import SyncReport
from vaxdesk.ui.services import Runner, WindowServices


class SyncBridge(QObject):
    """Owns the sync thread. `reported` is emitted in the GUI thread, whichever thread the report came from."""

    reported = Signal(SyncReport)
    _arrived = Signal(object)

    def __init__(self, services: WindowServices) -> None:
        super().__init__()
        self._arrived.connect(self._pass_on, Qt.ConnectionType.QueuedConnection)
        self._runner: Runner = services.runner(self._arrived.emit)

    def start(self) -> None:
        """Begins; the first run is at once."""
        self._runner.start()

    def wake(self, asked: bool = False) -> None:
        """There is new work, or (`asked`) a person wants a run now."""
        self._runner.wake(asked)

    def stop(self) -> None:
        """Ends after the request under way, or cuts it off when it lasts."""
        self._runner.stop()

    @Slot(object)
    def _pass_on(self, report: SyncReport) -> None:
        self.reported.emit(report)
