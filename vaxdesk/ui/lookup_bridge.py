"""From the look-up thread to the GUI thread: one signal, as for the sync thread."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal, Slot

from vaxdesk.models.values import CitizenId
from vaxdesk.sync.lookup import LookedUp
from vaxdesk.ui.services import Asks, WindowServices


class LookupBridge(QObject):
    """Owns the look-up thread. `looked_up` is emitted in the GUI thread, whichever thread the answer came from."""

    looked_up = Signal(LookedUp)
    _arrived = Signal(object)

    def __init__(self, services: WindowServices) -> None:
        super().__init__()
        self._arrived.connect(self._pass_on, Qt.ConnectionType.QueuedConnection)
        self._lookup: Asks = services.lookup(self._arrived.emit)

    def ask(self, number: CitizenId) -> None:
        """Asks the platform about a citizen; never waits."""
        self._lookup.ask(number)

    def stop(self) -> None:
        """Ends; a question under way is given up."""
        self._lookup.stop()

    @Slot(object)
    def _pass_on(self, answer: LookedUp) -> None:
        self.looked_up.emit(answer)
