"""From the look-up thread to the GUI thread: one signal, as for the sync thread."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal, Slot

from vaxdesk.models.values import CitizenId
from vaxdesk.sync.reports import LookedUp
from vaxdesk.ui.services import Asks, WindowServices


class LookupBridge(QObject):
    """Owns the look-up thread, made when it is first needed. `looked_up` is emitted in the GUI thread, whichever thread the answer came from."""

    looked_up = Signal(LookedUp)
    _arrived = Signal(object)

    def __init__(self, services: WindowServices) -> None:
        super().__init__()
        self._arrived.connect(self._pass_on, Qt.ConnectionType.QueuedConnection)
        self._services = services
        self._lookup: Asks | None = None

    def ask(self, number: CitizenId) -> None:
        """Asks the platform about a citizen; never waits."""
        if self._lookup is None:
            self._lookup = self._services.lookup(self._arrived.emit)
        self._lookup.ask(number)

    def stop(self) -> None:
        """Ends; a question under way is given up."""
        if self._lookup is not None:
            self._lookup.stop()

    @Slot(object)
    def _pass_on(self, answer: LookedUp) -> None:
        self.looked_up.emit(answer)
