"""What a citizen complains of, and how a site settles it within 48 hours (4415/BTTTT-THH, 9458/BYT-DP; contract Q1 to Q3). Pure.

A complaint has versions (what the citizen and the platform say, each kept as it came) and steps (what this site did). Where they stand together
is `Story`: the newest version, unless an answer of ours was given on top of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from vaxdesk.errors import InputRefused, Problem
from vaxdesk.models.values import Sex, StaffId

SETTLED_WITHIN = timedelta(hours=48)
ALARM_BEFORE = timedelta(hours=6)
SOON_BEFORE = timedelta(hours=24)
WORDS_CHARS_MIN, WORDS_CHARS_MAX = 3, 1000
PICTURE_BYTES_MAX = 2 * 1024 * 1024
PICTURES_MAX = 8
PICTURE_STARTS = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}
NUMBER_SYSTEM = "urn:vaxdesk:complaint-number"
_TWELVE = re.compile(r"(?<!\d)\d{12}(?!\d)")


class ComplaintKind(StrEnum):
    """What it is about."""

    MISSING = "missing"
    WRONG = "wrong"
    IDENTITY = "identity"
    OTHER = "other"


class ComplaintStatus(StrEnum):
    """How far it is."""

    OPEN = "open"
    ASKED = "asked"
    POSTPONED = "postponed"
    SETTLED = "settled"
    REJECTED = "rejected"

    @property
    def is_closed(self) -> bool:
        """Whether the citizen has the outcome."""
        return self in (ComplaintStatus.SETTLED, ComplaintStatus.REJECTED)


class ComplaintSource(StrEnum):
    """Where it was taken."""

    PLATFORM = "platform"
    COUNTER = "counter"


class Rejection(StrEnum):
    """Why a complaint is rejected: the 13 reasons of 9458/BYT-DP."""

    FORM_INCOMPLETE = "form-incomplete"  # the screening form shown lacks date, dose or vaccine
    NAME_CONTRADICTS = "name-contradicts"
    PORTRAIT_ONLY = "portrait-only"
    DOSE_NUMBER_DIFFERS = "dose-number-differs"
    BIRTH_DATE_DIFFERS = "birth-date-differs"
    PHOTO_INCOMPLETE = "photo-incomplete"  # no name, sex, date or vaccine on the photo of the certificate
    PERSON_COVERED = "person-covered"
    BLURRED = "blurred"
    DAY_DIFFERS = "day-differs"
    NOTHING_MATCHES = "nothing-matches"
    NAME_INCOMPLETE = "name-incomplete"  # or without diacritics
    VACCINE_DIFFERS = "vaccine-differs"
    PAPER_ALTERED = "paper-altered"

    @property
    def sentence(self) -> str:
        """The code of its words."""
        return f"complaint-reason-{self.value}"


class Action(StrEnum):
    """What the site did. Answers reach the citizen; the others are for this site's eyes."""

    ASK = "ask"
    POSTPONE = "postpone"
    PROPOSE = "propose"
    APPROVE = "approve"
    DECLINE = "decline"
    SETTLE = "settle"
    REJECT = "reject"
    WITHDRAW = "withdraw"

    @property
    def is_answer(self) -> bool:
        """Whether it goes to the citizen."""
        return self in ANSWERED


ANSWERED = {
    Action.ASK: ComplaintStatus.ASKED,
    Action.POSTPONE: ComplaintStatus.POSTPONED,
    Action.SETTLE: ComplaintStatus.SETTLED,
    Action.REJECT: ComplaintStatus.REJECTED,
}


class Urgency(StrEnum):
    """How near the limit is, the nearest first."""

    OVERDUE = "overdue"
    ALARM = "alarm"  # under 6 hours
    SOON = "soon"  # under 24 hours
    LATER = "later"
    CLOSED = "closed"


URGENCIES = tuple(Urgency)


@dataclass(frozen=True, slots=True, repr=False)
class Claim:
    """What the citizen says, as given; every part may be empty or wrong. `day` is the day of injection, ISO where it can be read."""

    citizen_id: str = ""
    old_id: str = ""
    name: str = ""
    birth_date: str = ""
    sex: Sex = Sex.UNKNOWN
    phone: str = ""
    dose_number: str = ""
    vaccine: str = ""
    lot: str = ""
    day: str = ""
    site: str = ""
    words: str = ""
    added: tuple[str, ...] = ()  # what was added when the site asked for more (Q3)

    def __repr__(self) -> str:
        return "Claim(…)"


@dataclass(frozen=True, slots=True, repr=False)
class Complaint:
    """One version as it came. `task`: the platform's own form of it without its pictures' bytes; None before the platform has it.

    `updated_at` is the platform's time of this version. `pictures` are given only where they were asked for; `picture_count` always.
    """

    id: str
    version: str
    source: ComplaintSource
    kind: ComplaintKind
    status: ComplaintStatus
    received_at: datetime
    due_at: datetime
    claim: Claim
    picture_count: int = 0
    pictures: tuple[bytes, ...] = ()
    task: dict[str, Any] | None = field(default=None, compare=False)
    updated_at: datetime | None = None

    def __repr__(self) -> str:
        return f"Complaint({self.id}, version {self.version})"

    @property
    def number(self) -> str:
        """The number the citizen asks by; one of the counter that the platform does not know by number has the beginning of its id."""
        named = (self.task or {}).get("identifier") or []
        found = next((str(one.get("value", "")) for one in named if one.get("system") == NUMBER_SYSTEM), "")
        return found or self.id[:8].upper()


@dataclass(frozen=True, slots=True, repr=False)
class ComplaintStep:
    """One thing this site did. `note`: for answers the words for the citizen, for the others why. `details`: a proposal's exact change."""

    complaint_id: str
    number: int
    action: Action
    at: datetime
    staff_id: StaffId
    note: str = ""
    reason_code: str = ""
    details: dict[str, Any] = field(default_factory=dict)
    dose_id: str = ""
    person_id: str = ""

    def __repr__(self) -> str:
        return f"ComplaintStep({self.complaint_id}, {self.number} {self.action.value})"


@dataclass(frozen=True, slots=True, repr=False)
class Story:
    """A complaint as it stands: the newest version, all steps, and what became of our last answer.

    `unsent`: our last answer has no receipt yet; `is_refused`: the platform did not take it and a person must look (Q2);
    `answered_version`: the version the platform gave our last answer; `refusal`: the code of the refusal.
    """

    complaint: Complaint
    steps: tuple[ComplaintStep, ...] = ()
    unsent: bool = False
    is_refused: bool = False
    answered_version: str = ""
    answered_at: datetime | None = None
    refusal: str = ""
    received_step: int = 0  # up to this step the platform has everything

    def __repr__(self) -> str:
        return f"Story({self.complaint.id})"

    @property
    def status(self) -> ComplaintStatus:
        """How far it is here: our own last answer counts until the platform tells of something later."""
        answer = self.last_answer
        if answer is None or self.is_refused:
            return self.complaint.status
        if not self.unsent and self.is_newer_than_answer:
            return self.complaint.status
        return ANSWERED[answer.action]

    @property
    def is_newer_than_answer(self) -> bool:
        """Whether the newest version tells of something after the last thing of ours that the platform took."""
        newest = self.complaint
        if newest.version == self.answered_version:
            return True
        if newest.updated_at is None or self.answered_at is None:
            return newest.task is not None and self.answered_at is None
        return newest.updated_at > self.answered_at

    @property
    def last_answer(self) -> ComplaintStep | None:
        """The newest answer that was not withdrawn."""
        return next((step for step in reversed(standing_answers(self.steps))), None)

    @property
    def unsent_answers(self) -> tuple[ComplaintStep, ...]:
        """Answers the platform has no receipt for, oldest first."""
        return tuple(step for step in standing_answers(self.steps) if step.number > self.received_step)

    @property
    def pending(self) -> ComplaintStep | None:
        """The change that waits for a second person."""
        return pending(self.steps)

    @property
    def settled_doses(self) -> tuple[str, ...]:
        """Ids of the doses that were added or corrected for it, oldest first."""
        found = [step.dose_id for step in self.steps if step.action is Action.APPROVE and step.dose_id]
        return tuple(dict.fromkeys(found))

    @property
    def closed_at(self) -> datetime | None:
        """When the citizen's outcome was given; None while there is none."""
        if not self.status.is_closed:
            return None
        answer = self.last_answer
        if answer is not None and ANSWERED[answer.action] is self.status and not self.is_refused:
            return answer.at
        return self.complaint.updated_at or self.complaint.received_at


TAKEN = "taken"  # the first step of a complaint of the counter: it is offered to the platform


def is_taking(step: ComplaintStep) -> bool:
    """Whether it only says that the counter took the complaint."""
    return step.action is Action.PROPOSE and step.details.get("change") == TAKEN


def standing_answers(steps: Sequence[ComplaintStep]) -> tuple[ComplaintStep, ...]:
    """Answers that were not withdrawn, oldest first."""
    withdrawn = {
        number for step in steps if step.action is Action.WITHDRAW for number in step.details.get("answers", ())
    }
    return tuple(step for step in steps if step.action.is_answer and step.number not in withdrawn)


def pending(steps: Sequence[ComplaintStep]) -> ComplaintStep | None:
    """The newest proposal that nobody approved, declined or withdrew."""
    for step in reversed(steps):
        if step.action is Action.PROPOSE and not is_taking(step):
            return step
        if step.action in (Action.APPROVE, Action.DECLINE) or (
            step.action is Action.WITHDRAW and step.details.get("proposal")
        ):
            return None
    return None


def due(received_at: datetime) -> datetime:
    """48 hours of the clock later; Viet Nam has no summer time, and an aware time would not mind one."""
    return received_at + SETTLED_WITHIN


def urgency(status: ComplaintStatus, due_at: datetime, now: datetime) -> Urgency:
    """How near the limit is. The clock keeps its end also while the citizen was asked (Q3)."""
    if status.is_closed:
        return Urgency.CLOSED
    left = due_at - now
    if left <= timedelta(0):
        return Urgency.OVERDUE
    if left < ALARM_BEFORE:
        return Urgency.ALARM
    return Urgency.SOON if left < SOON_BEFORE else Urgency.LATER


def in_order(stories: Iterable[Story], now: datetime) -> tuple[Story, ...]:
    """The most urgent first; within one urgency who waits for this site before who was answered for now; closed ones last, newest first."""
    return tuple(sorted(stories, key=lambda story: _rank(story, now)))


def _rank(story: Story, now: datetime) -> tuple[int, int, float, str]:
    due_at, status = story.complaint.due_at, story.status
    near = urgency(status, due_at, now)
    if near is Urgency.CLOSED:
        closed_at = story.closed_at or due_at
        return URGENCIES.index(near), 0, -closed_at.timestamp(), story.complaint.id
    return URGENCIES.index(near), int(status is not ComplaintStatus.OPEN), due_at.timestamp(), story.complaint.id


@dataclass(frozen=True, slots=True)
class CampaignCounts:
    """How the site stands. `overdue` and `alarm`: not closed, and late or nearly so; `late`: closed after the limit."""

    received: int = 0
    open: int = 0
    asked: int = 0
    postponed: int = 0
    settled: int = 0
    rejected: int = 0
    overdue: int = 0
    alarm: int = 0
    late: int = 0
    to_approve: int = 0

    @property
    def closed(self) -> int:
        """Settled or rejected."""
        return self.settled + self.rejected


def counted(stories: Sequence[Story], now: datetime) -> CampaignCounts:
    """The counts of a campaign."""
    near = [urgency(story.status, story.complaint.due_at, now) for story in stories]
    by_status = {status: sum(story.status is status for story in stories) for status in ComplaintStatus}
    return CampaignCounts(
        received=len(stories),
        open=by_status[ComplaintStatus.OPEN],
        asked=by_status[ComplaintStatus.ASKED],
        postponed=by_status[ComplaintStatus.POSTPONED],
        settled=by_status[ComplaintStatus.SETTLED],
        rejected=by_status[ComplaintStatus.REJECTED],
        overdue=near.count(Urgency.OVERDUE),
        alarm=near.count(Urgency.ALARM),
        late=sum(story.closed_at is not None and story.closed_at > story.complaint.due_at for story in stories),
        to_approve=sum(story.pending is not None for story in stories),
    )


def checked_words(text: str, claim: Claim) -> str:
    """Words for the citizen, 3 to 1,000 characters, naming no other person's number. Raises InputRefused."""
    words = "\n".join(" ".join(line.split()) for line in text.strip().splitlines())
    if not WORDS_CHARS_MIN <= len(words) <= WORDS_CHARS_MAX:
        raise InputRefused(Problem("complaint-words-missing", "words"))
    if any(number != claim.citizen_id for number in _TWELVE.findall(words)):
        raise InputRefused(Problem("complaint-words-name-another", "words"))
    return words


def picture_type(picture: bytes) -> str:
    """The media type of a picture a citizen may send. Raises InputRefused `complaint-picture-unusable`."""
    found = next((name for start, name in PICTURE_STARTS.items() if picture.startswith(start)), "")
    if not found or len(picture) > PICTURE_BYTES_MAX:
        raise InputRefused(Problem("complaint-picture-unusable", "picture"))
    return found
