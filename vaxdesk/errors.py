"""Everything that can go wrong and is known, as one tree.

VaxdeskError
 +-- InputRefused(problems)      what a person gave cannot be stored; nothing was stored
 |    +-- DoseRefused            a dose
 |    +-- ScanError              a scanned text
 +-- AccessRefused               sign-in, role or PIN
 +-- StoreError                  the encrypted store: missing, locked, damaged, too new, wrong key, full, read-only
 +-- SecretsError                keyring locked, absent, dismissed; passphrase missing or wrong
 +-- SyncError
 |    +-- Unreachable            no answer, or an answer that is not the platform's
 |    +-- NotAuthorised          the platform does not accept this device
 |    +-- EnrolmentRefused
 +-- PrintError
      +-- NotGenuine             a certificate that does not verify
      +-- ProofFailed            the rendered page does not say what the record says
      +-- SpoolerError

An error carries a code and parameters that are safe to log (ids, counts, codes: never a name or a number).
`messages.sentence` turns it into words. Anything not in this tree is a bug and is allowed to crash loudly.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Severity(StrEnum):
    """What a problem does to the record it concerns."""

    STOP = "stop"  # cannot be saved
    OVERRIDABLE = "overridable"  # can be saved by a clinician or manager with a written reason
    WARN = "warn"  # is shown; saving goes on
    INFO = "info"  # is shown quietly, e.g. a visible repair


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong or worth knowing about an input.

    `code` names a sentence in resources/sentences; `params` fill it. Parameters may hold what the person
    in front of the screen just gave (a year, a date), so a Problem's params are shown, never logged.
    """

    code: str
    field: str = ""
    severity: Severity = Severity.STOP
    params: Mapping[str, str] = dataclasses.field(default_factory=lambda: MappingProxyType({}), repr=False, hash=False)


class VaxdeskError(Exception):
    """Known trouble. `str()` gives the code only, so that it is safe in any log."""

    code = "trouble"

    def __init__(self, code: str | None = None, **params: str) -> None:
        super().__init__(code or self.code)
        self.code = code or self.code
        self.params: Mapping[str, str] = MappingProxyType(dict(params))


class InputRefused(VaxdeskError):
    """Input that cannot be stored; `problems` has at least one Problem of severity STOP or OVERRIDABLE."""

    code = "input-refused"

    def __init__(self, *problems: Problem) -> None:
        super().__init__(problems[0].code if problems else None)
        self.problems: tuple[Problem, ...] = problems


class DoseRefused(InputRefused):
    """A dose that must not be recorded as given."""


class ScanError(InputRefused):
    """A scanned text that cannot be trusted or understood."""


class AccessRefused(VaxdeskError):
    """Sign-in failed, or the signed-in person may not do this."""

    code = "access-refused"


class StoreError(VaxdeskError):
    """The encrypted store cannot be used. It is never recreated."""

    code = "store-trouble"


class SecretsError(VaxdeskError):
    """The keyring or passphrase does not give the secrets."""

    code = "secrets-trouble"


class SyncError(VaxdeskError):
    """Trouble between desk and platform."""

    code = "sync-trouble"


class Unreachable(SyncError):
    """No answer, or one that is not the platform's (captive portal, truncated body, wrong entry count)."""

    code = "platform-unreachable"


class NotAuthorised(SyncError):
    """The platform does not accept this device or its token."""

    code = "not-authorised"


class EnrolmentRefused(SyncError):
    """The platform refused the one-time code or the site."""

    code = "enrolment-refused"


class PrintError(VaxdeskError):
    """Trouble with a document or a printer."""

    code = "print-trouble"


class NotGenuine(PrintError):
    """A certificate or slip whose signature, time or form does not hold."""

    code = "not-genuine"


class ProofFailed(PrintError):
    """The page, read back from its pixels, does not say what the record says."""

    code = "proof-failed"


class SpoolerError(PrintError):
    """The printing system did not take or finish the job."""

    code = "spooler-trouble"
