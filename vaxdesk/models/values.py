"""The frozen values that cross every boundary of the desk. Pure: no I/O, no Qt, no SQL.

Dates are `datetime.date`; times are timezone-aware `datetime` (Asia/Ho_Chi_Minh when made here); a birth date is an ISO text
`YYYY-MM-DD`, or `YYYY` when only the year is known. Names are NFC. The repr of a personal value, as in a log, tells its id only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NewType
from zoneinfo import ZoneInfo

from vaxdesk.errors import Problem

PersonId = NewType("PersonId", str)
DoseId = NewType("DoseId", str)
StaffId = NewType("StaffId", str)
DeviceId = NewType("DeviceId", str)
CertificateId = NewType("CertificateId", str)
SignatureId = NewType("SignatureId", str)
SiteCode = NewType("SiteCode", str)
VaccineCode = NewType("VaccineCode", str)
PartialDate = NewType("PartialDate", str)

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


class Sex(StrEnum):
    """Administrative sex, as FHIR writes it."""

    MALE = "male"
    FEMALE = "female"
    UNKNOWN = "unknown"


class Series(StrEnum):
    """Which part of the vaccination course a dose belongs to (43/QĐ-BYT)."""

    PRIMARY = "primary"
    ADDITIONAL = "additional"
    BOOSTER = "booster"


class DoseStatus(StrEnum):
    """FHIR Immunization.status."""

    COMPLETED = "completed"
    NOT_DONE = "not-done"
    ENTERED_IN_ERROR = "entered-in-error"


class Screening(StrEnum):
    """Conclusion of the pre-injection check (5785/QĐ-BYT); the last four mean that no dose is given."""

    ELIGIBLE = "eligible"
    CAUTION = "caution"
    POSTPONED = "postponed"
    CONTRAINDICATED = "contraindicated"
    REFUSED = "refused"
    REFERRED = "referred"

    @property
    def lets_inject(self) -> bool:
        """Whether a dose may follow."""
        return self in (Screening.ELIGIBLE, Screening.CAUTION)


class Identity(StrEnum):
    """What the national population data said about the person of a dose (9438/BYT-CNTT)."""

    UNSENT = "unsent"
    SENT = "sent"
    MATCHED = "matched"
    MISMATCH = "mismatch"
    NOT_FOUND = "not-found"


class Role(StrEnum):
    """What a staff member may do."""

    NURSE = "nurse"
    MANAGER = "manager"


class Post(StrEnum):
    """Where a staff member works in the session."""

    ALL = "any"
    SCREENING = "screening"
    INJECTION = "injection"


class HealthBook(StrEnum):
    """Whether the person has the electronic health book (Sổ sức khỏe điện tử); who has not is given a leaflet."""

    UNKNOWN = ""
    YES = "yes"
    NO = "no"


@dataclass(frozen=True, slots=True, repr=False)
class CitizenId:
    """A citizen number that passed its own checks: 12 ASCII digits. Made by `citizen_id.parse` only."""

    digits: str

    @property
    def masked(self) -> str:
        """The number as screens and lists show it, e.g. 0793••••0456."""
        return f"{self.digits[:4]}••••{self.digits[8:]}"

    def __repr__(self) -> str:
        return "CitizenId(…)"


@dataclass(frozen=True, slots=True, repr=False)
class Person:
    """A citizen as this desk knows them, at one revision."""

    id: PersonId
    revision: int
    citizen_id: CitizenId
    name: str
    birth_date: PartialDate
    sex: Sex
    old_id: str = ""
    phone: str = ""
    address: str = ""
    nationality: str = "VNM"
    guardian_name: str = ""
    guardian_phone: str = ""
    health_book: HealthBook = HealthBook.UNKNOWN

    def __repr__(self) -> str:
        return f"Person({self.id}, revision {self.revision})"


@dataclass(frozen=True, slots=True, repr=False)
class PersonDraft:
    """What a card or a nurse says about a person; texts as given, checked by the use case."""

    citizen_id: str = ""
    name: str = ""
    birth_date: str = ""
    sex: Sex = Sex.UNKNOWN
    old_id: str = ""
    phone: str = ""
    address: str = ""
    nationality: str = "VNM"
    guardian_name: str = ""
    guardian_phone: str = ""
    health_book: HealthBook = HealthBook.UNKNOWN

    def __repr__(self) -> str:
        return "PersonDraft(…)"


class CardKind(StrEnum):
    """What was scanned."""

    CHIP_CARD_2021 = "chip-card-2021"
    CARD_2024 = "card-2024"
    CITIZEN_APP = "citizen-app"
    TYPED_NUMBER = "typed-number"


@dataclass(frozen=True, slots=True, repr=False)
class IdentityCard:
    """A card or app code that was read whole or with visible repairs (`notes`, severity INFO or WARN).

    `masked` is true for an app code whose number or birth date is partly hidden: it identifies nobody by itself.
    `extra` keeps trailing fields of newer cards as they came.
    """

    kind: CardKind
    person: PersonDraft
    issue_date: date | None = None
    masked: bool = False
    extra: tuple[str, ...] = ()
    notes: tuple[Problem, ...] = ()

    def __repr__(self) -> str:
        return f"IdentityCard({self.kind.value})"


@dataclass(frozen=True, slots=True, repr=False)
class CertificateText:
    """A scanned HC1 certificate, not yet verified."""

    untrusted_text: str

    def __repr__(self) -> str:
        return "CertificateText(…)"


@dataclass(frozen=True, slots=True, repr=False)
class SlipText:
    """A scanned dose slip (VXS1), not yet verified."""

    untrusted_text: str

    def __repr__(self) -> str:
        return "SlipText(…)"


@dataclass(frozen=True, slots=True)
class LotLabel:
    """A vial or carton label (GS1): product number, lot and expiry, as far as the label says."""

    lot: str
    expiry: date | None = None
    gtin: str = ""
    serial: str = ""


Scan = IdentityCard | CertificateText | SlipText | LotLabel


@dataclass(frozen=True, slots=True)
class GivenDose:
    """One dose of a person's history, from this desk or elsewhere, as the schedule rules need it."""

    vaccine: VaccineCode
    on: date
    number: int
    series: Series = Series.PRIMARY


@dataclass(frozen=True, slots=True, repr=False)
class Dose:
    """A saved dose (or documented non-dose) at one revision. Who, when and on which device are frozen (I7)."""

    id: DoseId
    revision: int
    person_id: PersonId
    citizen_id: CitizenId
    status: DoseStatus
    screening: Screening
    vaccine: VaccineCode
    lot: str
    expiry: date | None
    dose_number: int
    series: Series
    series_doses: int
    dose_ml: float
    body_site: str
    occurred_at: datetime
    recorded_at: datetime
    recorder_id: StaffId
    recorder: str
    injector: str
    device_id: DeviceId
    epoch: int
    sequence: int
    site: SiteCode
    site_name: str
    reason: str = ""
    override_reason: str = ""

    def __repr__(self) -> str:
        return f"Dose({self.id}, revision {self.revision})"


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that the platform stored one revision of one record (I4)."""

    record_id: str
    revision: int
    version: str
    at: datetime
    hash: str


class Stage(StrEnum):
    """A fact in a dose's life; each has a time or has not happened."""

    RECORDED = "recorded"
    ACKNOWLEDGED = "acknowledged"
    READ_BACK = "read_back"
    MATCHED = "matched"
    MISMATCHED = "mismatched"
    SIGNED = "signed"
    CERTIFIED = "certified"
    PRINTED = "printed"
    SET_ASIDE = "set_aside"
    CORRECTED = "corrected"
    ENTERED_IN_ERROR = "entered_in_error"


@dataclass(frozen=True, slots=True, repr=False)
class DoseRecord:
    """A dose with its person and everything that happened to it: what lists and pages show."""

    dose: Dose
    person: Person
    stages: Mapping[Stage, datetime]
    receipt: Receipt | None = None
    identity: Identity = Identity.UNSENT
    identity_fields: tuple[str, ...] = ()
    certificate_id: CertificateId | None = None
    set_aside_code: str = ""
    set_aside_text: str = ""

    def __repr__(self) -> str:
        return f"DoseRecord({self.dose.id})"


class RecordKind(StrEnum):
    """What an outbox row stands for."""

    DOSE = "dose"
    SIGNATURE = "signature"
    REACTION = "reaction"
    DAY = "day"
    COMPLAINT = "complaint"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """Record `record_id` at `revision` must reach the platform."""

    kind: RecordKind
    record_id: str
    revision: int
    tries: int
    enqueued_at: datetime
    is_aside: bool = False


@dataclass(frozen=True, slots=True)
class Signature:
    """The head of site's signature over doses of a day (5772/QĐ-BYT step 2).

    `jws` is compact (ES256) over the RFC 8785 form of what contract "Provenance" says; `targets` are (dose id, server version).
    """

    id: SignatureId
    day: date
    site: SiteCode
    signer_id: StaffId
    signer: str = field(repr=False)
    signed_at: datetime
    jws: str = field(repr=False)
    targets: tuple[tuple[DoseId, str], ...]


@dataclass(frozen=True, slots=True, repr=False)
class Certificate:
    """A certificate the platform issued for one dose revision."""

    id: CertificateId
    dose_id: DoseId
    dose_version: str
    uvci: str
    hc1: str
    status: str
    issued_at: datetime

    def __repr__(self) -> str:
        return f"Certificate({self.id})"


@dataclass(frozen=True, slots=True)
class TrustKey:
    """One certificate signer of the trust list: `certificate` is DER, `kid` its first 8 SHA-256 bytes as hex."""

    kid: str
    certificate: bytes = field(repr=False)
    anchor: bool = False


@dataclass(frozen=True, slots=True)
class Site:
    """The enrolled site and this device's place in it."""

    code: SiteCode
    name: str
    address: str
    province: str
    device_id: DeviceId
    epoch: int


@dataclass(frozen=True, slots=True, repr=False)
class StaffMember:
    """A person who works at the site."""

    id: StaffId
    username: str
    name: str
    role: Role
    post: Post = Post.ALL

    def __repr__(self) -> str:
        return f"StaffMember({self.id})"
