"""From the sync thread to the GUI thread: one signal."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal, Slot

from vaxdesk.sync.reports import SyncReport
from vaxdesk.ui.services import Runner, WindowServices


class SyncBridge(QObject):
    """Owns the sync thread, made when it is first needed: it brings the network's parts along, and a person waits for the window.

    `reported` is emitted in the GUI thread, whichever thread the report came from.
    """

    reported = Signal(SyncReport)
    _arrived = Signal(object)

    def __init__(self, services: WindowServices) -> None:
        super().__init__()
        self._arrived.connect(self._pass_on, Qt.ConnectionType.QueuedConnection)
        self._services = services
        self._runner: Runner | None = None

    def start(self) -> None:
        """Begins; the first run is at once."""
        self._made().start()

    def wake(self, asked: bool = False) -> None:
        """There is new work, or (`asked`) a person wants a run now."""
        self._made().wake(asked)

    def stop(self) -> None:
        """Ends after the request under way, or cuts it off when it lasts."""
        if self._runner is not None:
            self._runner.stop()

    def _made(self) -> Runner:
        if self._runner is None:
            self._runner = self._services.runner(self._arrived.emit)
        return self._runner

    @Slot(object)
    def _pass_on(self, report: SyncReport) -> None:
        self.reported.emit(report)
