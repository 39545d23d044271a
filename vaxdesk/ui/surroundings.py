"""What every page is given: the doors of the house, the lane, the look, the language and who is signed in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from vaxdesk.ui.background import Lane
from vaxdesk.ui.theme import Look
from vaxdesk.ui.translations import Speech

if TYPE_CHECKING:  # the sign-in page is painted before these are loaded
    from vaxdesk.models.stations import Duty
    from vaxdesk.models.values import StaffMember
    from vaxdesk.ui.services import WindowServices


class Session(QObject):
    """Who is signed in. `changed` carries nothing: ask."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.member: StaffMember | None = None
        self._chosen_duty: Duty | None = None

    def enter(self, member: StaffMember) -> None:
        """Somebody signed in."""
        self.member = member
        self.changed.emit()

    def leave(self) -> None:
        """Locked; what was begun stays as it is."""
        self.member = None
        self.changed.emit()

    def choose_duty(self, duty: Duty) -> None:
        """What this window does in the session, for members who have no post of their own."""
        self._chosen_duty = duty
        self.changed.emit()

    @property
    def chosen_duty(self) -> Duty:
        """What this window does for members who have no post of their own."""
        from vaxdesk.models.stations import Duty

        return self._chosen_duty or Duty.ALL

    @property
    def duty(self) -> Duty:
        """What this window does now."""
        from vaxdesk.models.stations import duty_of

        return duty_of(self.member.post, self.chosen_duty) if self.member is not None else self.chosen_duty

    @property
    def actor(self) -> StaffMember:
        """The signed-in member; asking without one is a bug."""
        assert self.member is not None
        return self.member

    @property
    def is_manager(self) -> bool:
        """Whether a manager is signed in."""
        from vaxdesk.models.values import Role

        return self.member is not None and self.member.role is Role.MANAGER


@dataclass(slots=True)
class Surroundings:
    """Made once by the application; `services` is there from `open` on."""

    lane: Lane
    look: Look
    speech: Speech
    session: Session
    _services: WindowServices | None = field(default=None, repr=False)

    def open(self, services: WindowServices) -> None:
        """The store is open."""
        self._services = services

    @property
    def is_open(self) -> bool:
        """Whether the store is open."""
        return self._services is not None

    @property
    def services(self) -> WindowServices:
        """The doors of the house; asking before the store is open is a bug."""
        assert self._services is not None
        return self._services
