"""Values of the time after the needle: observation on site (at least 30 minutes, 3588/QĐ-BYT) and what was seen then. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from vaxdesk.models.values import CitizenId, DeviceId, DoseId, PersonId, SiteCode, StaffId

OBSERVED_FOR = timedelta(minutes=30)
ReactionId = NewType("ReactionId", str)


class ObservationOutcome(StrEnum):
    """How somebody left the observation area."""

    WELL = "well"
    REACTION = "reaction"
    LEFT_EARLY = "left-early"
    TRANSFERRED = "transferred"


class Sign(StrEnum):
    """What was seen: the common reactions of the daily report first (annex 5 of 3588), then the signs of anaphylaxis (51/2017/TT-BYT)."""

    PAIN = "pain"  # at the injection site
    SWELLING = "swelling"  # or redness, at the injection site
    FEVER = "fever"
    CHILLS = "chills"
    HEADACHE = "headache"
    FATIGUE = "fatigue"
    MUSCLE_PAIN = "muscle-pain"
    NAUSEA = "nausea"
    DIZZINESS = "dizziness"
    RASH = "rash"  # hives, itching, swelling of the face
    BREATHING = "breathing"  # short of breath, wheezing, tight throat
    BLOOD_PRESSURE = "blood-pressure"  # fall of blood pressure, collapse
    VOMITING = "vomiting"  # or diarrhoea, abdominal cramps
    UNCONSCIOUS = "unconscious"
    OTHER = "other"


class Severity(StrEnum):
    """Common, or the grade of anaphylaxis (51/2017/TT-BYT); grades 2 to 4 make a serious event."""

    COMMON = "common"
    GRADE_1 = "grade-1"
    GRADE_2 = "grade-2"
    GRADE_3 = "grade-3"
    GRADE_4 = "grade-4"

    @property
    def is_serious(self) -> bool:
        """Whether the severe-reaction report is due."""
        return self in (Severity.GRADE_2, Severity.GRADE_3, Severity.GRADE_4)


_TWO_ORGANS = frozenset((Sign.RASH, Sign.BREATHING, Sign.VOMITING))
_FAILING = frozenset((Sign.BLOOD_PRESSURE, Sign.UNCONSCIOUS))


def proposed_severity(signs: Collection[Sign]) -> Severity:
    """What the signs speak for (annex II of 51/2017/TT-BYT); a person decides.

    Grade 1: skin alone. Grade 2: breath, or two of skin, breath and gut. Grade 3: falling blood pressure or clouded mind.
    Grade 4, breath or heart standing still, is never proposed: nobody reads a screen then.
    """
    seen = frozenset(signs)
    if seen & _FAILING:
        return Severity.GRADE_3
    if Sign.BREATHING in seen or len(seen & _TWO_ORGANS) > 1:
        return Severity.GRADE_2
    return Severity.GRADE_1 if Sign.RASH in seen else Severity.COMMON


class ReactionOutcome(StrEnum):
    """What became of it, as far as the site knows."""

    RECOVERED = "recovered"
    RECOVERING = "recovering"
    TRANSFERRED = "transferred"
    SEQUELAE = "sequelae"
    FATAL = "fatal"
    UNKNOWN = "unknown"


class ReactionStatus(StrEnum):
    """A reaction stands, or was entered in error; it is never deleted (I8)."""

    ACTUAL = "actual"
    ENTERED_IN_ERROR = "entered-in-error"


@dataclass(frozen=True, slots=True, repr=False)
class Reaction:
    """An adverse event following immunization at one revision. Who recorded it, where and when is frozen (I7).

    `signs` at least one; `treatment` and `note` free text, at most 500 characters each; `reason` says why a later revision was made.
    """

    id: ReactionId
    revision: int
    dose_id: DoseId
    person_id: PersonId
    citizen_id: CitizenId
    status: ReactionStatus
    onset_at: datetime
    signs: tuple[Sign, ...]
    severity: Severity
    treatment: str
    outcome: ReactionOutcome
    note: str
    recorder_id: StaffId
    recorder: str
    recorded_at: datetime
    device_id: DeviceId
    epoch: int
    sequence: int
    site: SiteCode
    reason: str = ""

    @property
    def is_serious(self) -> bool:
        """Whether the severe-reaction report is due; a transfer or a death always is serious."""
        grave = (ReactionOutcome.TRANSFERRED, ReactionOutcome.SEQUELAE, ReactionOutcome.FATAL)
        return self.severity.is_serious or self.outcome in grave

    def __repr__(self) -> str:
        return f"Reaction({self.id}, revision {self.revision})"
