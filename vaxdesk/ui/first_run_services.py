"""What the first-run window needs from the rest of the house; filled in by the command line, and by tests with the real parts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from vaxdesk.errors import Problem
from vaxdesk.models.first_run import Begun, PlatformAddress
from vaxdesk.models.values import StaffMember
from vaxdesk.print import spooler
from vaxdesk.settings import Settings
from vaxdesk.ui.background import Lane
from vaxdesk.ui.theme import Look
from vaxdesk.ui.translations import Speech


class Joins(Protocol):
    """Making this machine a desk, step by step. All is called on the lane but `check` and `cancel`, which wait for nothing."""

    def begun(self) -> Begun:
        """How far an earlier start came. Raises SecretsError, StoreError."""

    def open(self, passphrase: str | None) -> Begun:
        """Makes or opens the keys. Raises SecretsError."""

    def check(self, address: PlatformAddress) -> tuple[Problem, ...]:
        """What is wrong with an address as typed, by field (`platform`, `site`, `code`)."""

    def ask(self, address: PlatformAddress) -> Begun:
        """Asks the platform. Raises InputRefused, SyncError."""

    def cancel(self) -> None:
        """Ends the asking under way."""

    def finish(self, manager: str, pin: str) -> StaffMember:
        """Makes the desk and its first manager. Raises InputRefused, StoreError."""


@dataclass(frozen=True, slots=True)
class FirstRunServices:
    """Doors of the first-run window; everything is called on the lane. `settings`, `save_settings`: this machine's choices."""

    joins: Joins
    settings: Callable[[], Settings]
    save_settings: Callable[[Settings], None]
    spool: Callable[[bytes, str | None, str], spooler.JobId] = spooler.submit
    printers: Callable[[], tuple[spooler.Printer, ...]] = spooler.printers


@dataclass(frozen=True, slots=True)
class FirstRunAround:
    """What every step is given."""

    services: FirstRunServices
    lane: Lane
    look: Look
    speech: Speech


class Ending(Enum):
    """How the first run ended: the window was closed, the desk is to be opened, or the practice desk."""

    CLOSED = "closed"
    DESK = "desk"
    TRAINING = "training"


@dataclass(frozen=True, slots=True)
class FirstRunEnd:
    """The outcome. `member`: the first manager, None when an existing desk was only unlocked."""

    ending: Ending
    member: StaffMember | None = None
