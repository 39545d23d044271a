"""What every page is given: the doors of the house, the lane, the look, the language and who is signed in."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from vaxdesk.models.stations import Duty, duty_of
from vaxdesk.models.values import Role, StaffMember
from vaxdesk.ui.background import Lane
from vaxdesk.ui.services import WindowServices
from vaxdesk.ui.theme import Look
from vaxdesk.ui.translations import Speech


class Session(QObject):
    """Who is signed in. `changed` carries nothing: ask."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.member: StaffMember | None = None
        self.chosen_duty = Duty.ALL

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
        self.chosen_duty = duty
        self.changed.emit()

    @property
    def duty(self) -> Duty:
        """What this window does now."""
        return duty_of(self.member.post, self.chosen_duty) if self.member is not None else self.chosen_duty

    @property
    def actor(self) -> StaffMember:
        """The signed-in member; asking without one is a bug."""
        assert self.member is not None
        return self.member

    @property
    def is_manager(self) -> bool:
        """Whether a manager is signed in."""
        return self.member is not None and self.member.role is Role.MANAGER


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Made once by the application."""

    services: WindowServices
    lane: Lane
    look: Look
    speech: Speech
    session: Session
