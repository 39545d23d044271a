"""The values of the exchange with the platform: what is due, what became of it, what is known of the line. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from vaxdesk.models.values import Dose, OutboxEntry, Person, Receipt, Signature


@dataclass(frozen=True, slots=True, repr=False)
class DueDose:
    """A dose to push: its newest revision, its person, and the receipt of the newest earlier revision, if any."""

    entry: OutboxEntry
    dose: Dose
    person: Person
    last_receipt: Receipt | None


@dataclass(frozen=True, slots=True)
class DueSignature:
    """A day's signature to push."""

    entry: OutboxEntry
    signature: Signature


Due = DueDose | DueSignature


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

    bundle_doses_max: int = 100
    gzip: bool = True
    last_reached_at: datetime | None = None
    not_before_hard: datetime | None = None  # the server's own Retry-After: kept even when a person asks


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Where the platform is and how this device proves who it is. Private keys are in the keyring, not here."""

    fhir_base: str
    token_url: str
    client_id: str
    auth: Literal["smart", "none"]
    anchor: str = ""  # base64 DER of the certificate that issues certificate signers; empty: pinned at first pull
