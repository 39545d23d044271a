"""The values of the exchange with the platform: what is due, what became of it, what is known of the line. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

from vaxdesk.models.aftercare import Reaction
from vaxdesk.models.complaints import Complaint, ComplaintStep
from vaxdesk.models.day_close import DayClose
from vaxdesk.models.values import (
    CitizenId,
    DeviceId,
    Dose,
    DoseStatus,
    OutboxEntry,
    Person,
    Receipt,
    RecordKind,
    Series,
    Signature,
    SiteCode,
)


@dataclass(frozen=True, slots=True, repr=False)
class DueDose:
    """A dose to push: its newest revision, its person, and the receipt of the newest earlier revision, if any.

    `is_mended`: facts of the person changed here and are not received yet, so they travel with the dose (P12).
    """

    entry: OutboxEntry
    dose: Dose
    person: Person
    last_receipt: Receipt | None
    is_mended: bool = False


@dataclass(frozen=True, slots=True)
class DueSignature:
    """A day's signature to push."""

    entry: OutboxEntry
    signature: Signature


@dataclass(frozen=True, slots=True, repr=False)
class DueReaction:
    """A reaction to push, after its dose was received: its newest revision, its person, and the receipt of the newest earlier revision, if any."""

    entry: OutboxEntry
    reaction: Reaction
    person: Person
    last_receipt: Receipt | None
    is_mended: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class DuePerson:
    """A person whose facts changed after a dose of theirs was recorded (P12): the revision that counts now, told by this site."""

    entry: OutboxEntry
    person: Person
    site: SiteCode


@dataclass(frozen=True, slots=True)
class DueDay:
    """A closed day to push (D1): its newest revision, and the receipt of the newest earlier one, if any."""

    entry: OutboxEntry
    close: DayClose
    last_receipt: Receipt | None


@dataclass(frozen=True, slots=True, repr=False)
class DueComplaint:
    """A complaint to answer, or to bring from the counter (Q1, Q2): the newest version with its pictures, everything this site did about it,

    and `base_version`, the platform's version the answer goes on top of; empty where the platform has none.
    """

    entry: OutboxEntry
    complaint: Complaint
    steps: tuple[ComplaintStep, ...]
    base_version: str
    device_id: DeviceId
    site: SiteCode


Due = DueDose | DueSignature | DueReaction | DuePerson | DueDay | DueComplaint


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The platform stored this revision; `receipt` proves it."""

    entry: OutboxEntry
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class RetryLater:
    """No answer that counts; try again at `not_before`."""

    entry: OutboxEntry
    not_before: datetime
    code: str


@dataclass(frozen=True, slots=True, repr=False)
class PutAside:
    """The platform refused this record alone; it waits for a person. `text` is the server's reason: shown, never logged."""

    entry: OutboxEntry
    code: str
    text: str


Step = Acknowledged | RetryLater | PutAside


@dataclass(frozen=True, slots=True)
class LinkState:
    """What was learnt about the line and the server; survives a restart."""

    bundle_doses_max: int = 100  # what the server and the boxes between let through
    gzip: bool = True
    last_reached_at: datetime | None = None
    not_before_hard: datetime | None = None  # the server's own Retry-After: kept even when a person asks
    server: str = ""  # which program of which version answers, with ours: another one may take what this one refused
    bundle_doses_timed: int = 250  # what the line carries in about twenty seconds
    courier_asked_at: datetime | None = None  # when the platform last told its courier keys, or that it has none


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Where the platform is and how this device proves who it is. Private keys are in the keyring, not here."""

    fhir_base: str
    token_url: str
    client_id: str
    auth: Literal["smart", "none"]
    anchor: str = ""  # base64 DER of the certificate that issues certificate signers; empty: pinned at first pull
    ca: str = ""  # PEM of a private authority, if the platform has one (C6)
    pin: str = ""  # SHA-256 of the platform's certificate, if the site pins it
    courier_url: str = ""  # where courier files go (K1); empty: the platform did not say
    courier_keys: str = ""  # the platform's public courier keys, a JSON list of JWKs


@dataclass(frozen=True, slots=True)
class Export:
    """What the next courier file holds: everything that waits, at most 5,000 records, under the next number of this epoch (K2)."""

    device_id: DeviceId
    site: SiteCode
    epoch: int
    number: int
    made_at: datetime
    due: tuple[Due, ...]


@dataclass(frozen=True, slots=True)
class Carried:
    """One record in a courier file: the revision that travels and the hash of its facts."""

    kind: RecordKind
    record_id: str
    revision: int
    hash: str


@dataclass(frozen=True, slots=True)
class CourierLine:
    """What the platform did with one record of a courier file. `receipt` exists only for a 2xx `status`; `code` is one of ours, with a sentence.

    `text` is the server's reason: shown, never logged.
    """

    kind: RecordKind
    record_id: str
    revision: int
    status: int
    receipt: Receipt | None
    code: str = ""
    text: str = field(default="", repr=False)

    @property
    def is_refused(self) -> bool:
        """Whether this record itself is refused and somebody must mend it (K5)."""
        return self.status in (400, 404, 422)


@dataclass(frozen=True, slots=True)
class CourierAnswer:
    """The platform's signed answer to one courier file; `sha256` is that of the file's text."""

    device_id: str
    epoch: int
    number: int
    sha256: str
    answered_at: datetime
    lines: tuple[CourierLine, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """How the records of a courier file fared: received, set aside, and those that wait on."""

    received: int
    set_aside: int
    waiting: int


class Source(StrEnum):
    """Where a dose given elsewhere is known from."""

    PLATFORM = "platform"  # asked for (contract H1)
    SITE = "site"  # another desk of this site (contract L5)
    SLIP = "slip"  # a dose slip a person carried


@dataclass(frozen=True, slots=True, repr=False)
class OtherDose:
    """A dose another desk or site recorded, as it was known at `seen_at`. `vaccine` is empty when its code is not in our catalogue."""

    id: str
    version: str
    revision: int
    citizen_id: CitizenId
    status: DoseStatus
    vaccine: str
    vaccine_text: str
    dose_number: int
    series: Series
    lot: str
    occurred_at: datetime
    site: SiteCode
    site_name: str
    device_id: str
    seen_at: datetime
    source: Source

    def __repr__(self) -> str:
        return f"OtherDose({self.id}, version {self.version})"


@dataclass(frozen=True, slots=True, repr=False)
class HistoryElsewhere:
    """What is known of a citizen's doses elsewhere; `as_of` None: the platform was never asked."""

    doses: tuple[OtherDose, ...] = ()
    as_of: datetime | None = None


class DisputeKind(StrEnum):
    """Two truths: of one dose given twice, or of one record changed twice."""

    SAME_DOSE = "same-dose"  # S5: another record of the same dose of the same citizen
    VERSION = "version"  # P4: the platform holds another state of this record than the one this desk built on


class Resolution(StrEnum):
    """What a manager decided, or that there is nothing to decide any more."""

    BOTH_GIVEN = "both-given"  # two real doses: both records stay
    OURS_WRONG = "ours-wrong"  # the dose of this desk becomes entered-in-error
    THEIRS_WRONG = "theirs-wrong"  # ours stays; the other site must mend theirs
    KEEP_OURS = "keep-ours"  # our state becomes the next revision on top of the platform's
    KEEP_THEIRS = "keep-theirs"  # the platform's state becomes our next revision
    CANCELLED = "cancelled"  # the other side was mended


@dataclass(frozen=True, slots=True, repr=False)
class Dispute:
    """A conflict about a dose of this desk. `version` is the platform's version of the other record when it was seen.

    `theirs`: for VERSION, what the platform holds of this very dose; `other`: for SAME_DOSE, the other record, once it is known.
    """

    id: str
    kind: DisputeKind
    dose_id: str
    other_id: str
    version: str
    found_at: datetime
    theirs: Dose | None = None
    other: OtherDose | None = None
    closed_at: datetime | None = None
    resolution: Resolution | None = None

    def __repr__(self) -> str:
        return f"Dispute({self.id}, {self.kind.value})"
