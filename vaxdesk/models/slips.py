"""A dose slip somebody carries, as values: what it says once it is proven, and what this desk has of it already. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from vaxdesk.errors import Problem
from vaxdesk.models.exchange import OtherDose
from vaxdesk.models.values import Person, Sex


class Held(StrEnum):
    """What this desk has of a slip's dose already."""

    NOTHING = "nothing"
    TAKEN_OVER = "taken-over"  # from a slip
    OLDER = "older"  # from a slip of an earlier state of the dose
    CONFIRMED = "confirmed"  # the platform told of it
    OURS = "ours"  # recorded here


@dataclass(frozen=True, slots=True, repr=False)
class CarriedSlip:
    """A proven slip: its dose, the name of the key that signed it, and whose it says it is. `birth_date` is YYYY[-MM[-DD]]."""

    dose: OtherDose
    key_id: str
    name: str
    birth_date: str
    sex: Sex

    def __repr__(self) -> str:
        return f"CarriedSlip({self.dose.id})"


@dataclass(frozen=True, slots=True, repr=False)
class SlipStanding:
    """What this desk knows: the person under the slip's number, and the dose. `trouble`: why it cannot be taken over."""

    held: Held
    person: Person | None
    trouble: Problem | None = None

    @property
    def may_take_over(self) -> bool:
        """Whether there is something new that may be kept."""
        return self.trouble is None and self.held in (Held.NOTHING, Held.OLDER)
