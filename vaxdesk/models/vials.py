"""The open vial: how long it may be used and how many doses it holds (the product's own leaflet, see the catalogue's sources). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from vaxdesk.errors import Problem, Severity
from vaxdesk.models.catalogue import Vaccine


@dataclass(frozen=True, slots=True)
class OpenVial:
    """A vial as this desk knows it: its number on the tray, when it was taken up, how many doses were recorded from it since."""

    number: str
    opened_at: datetime
    given: int
    doses_max: int
    use_until: datetime | None

    @property
    def left(self) -> int:
        """Doses that should still be in it; 0 when more were drawn than it says on the label."""
        return max(0, self.doses_max - self.given)


def open_vial(vaccine: Vaccine, number: str, opened_at: datetime, given: int) -> OpenVial:
    """The vial of a product; `use_until` is None where nobody published how long it lasts."""
    hours = vaccine.open_vial_hours
    until = opened_at + timedelta(hours=hours) if hours is not None else None
    return OpenVial(number, opened_at, given, max(vaccine.doses_per_vial), until)


def check(vial: OpenVial, at: datetime) -> tuple[Problem, ...]:
    """What stops the needle: open too long, or nothing left in it. A clinician may override with a written reason."""
    problems = []
    if vial.use_until is not None and at > vial.use_until:
        until = {"until": f"{vial.use_until:%H:%M %d/%m/%Y}", "vial": vial.number}
        problems.append(Problem("vial-open-too-long", "vial", Severity.OVERRIDABLE, until))
    if vial.given >= vial.doses_max:
        counted = {"given": str(vial.given), "vial": vial.number}
        problems.append(Problem("vial-empty", "vial", Severity.OVERRIDABLE, counted))
    return tuple(problems)
