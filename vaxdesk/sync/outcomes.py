"""What became of one request that carried records. Pure values; `policy` decides what follows from them.

The names of two of them are those of errors on purpose: `errors.Unreachable` is raised where a caller waits for content,
`outcomes.Unreachable` is returned where records are at stake and every case must be looked at.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from vaxdesk.models.values import Receipt

# Trouble that smaller bundles may heal: the line broke, or somebody stopped waiting, while a bundle was under way.
SIZE_SENSITIVE = frozenset({"timed-out", "connection-lost", "answer-truncated"})
# Trouble before anything was sent, or of our own making: it is not held against any record.
NOTHING_SENT = frozenset({"no-connection", "tls-refused", "token-unreachable", "exchange-ended"})


@dataclass(frozen=True, slots=True)
class Accepted:
    """Every record of the bundle is stored, each with its receipt, in the order sent."""

    receipts: tuple[Receipt, ...]
    answered_at: datetime


@dataclass(frozen=True, slots=True)
class Refused:
    """A FHIR server looked at the bundle and said no. `text` is its OperationOutcome: shown to a person, never logged."""

    status: int
    code: str
    text: str = field(repr=False)

    @property
    def doubtful(self) -> bool:
        """Whether it may be the server's own trouble (5xx) and not the record's."""
        return self.status >= 500


@dataclass(frozen=True, slots=True)
class Unreachable:
    """No answer, or none that counts as the platform's."""

    code: str


@dataclass(frozen=True, slots=True)
class NotAuthorised:
    """The platform does not accept this device (401 twice, or the token was refused) or this bundle (403)."""

    status: int
    code: str
    text: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class TooLarge:
    """413, or over the limits of the contract before it was even sent."""


@dataclass(frozen=True, slots=True)
class Busy:
    """429 or 503; `retry_after_s` is the server's own wish, None when it has none."""

    retry_after_s: float | None


Outcome = Accepted | Refused | Unreachable | NotAuthorised | TooLarge | Busy
