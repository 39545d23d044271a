"""Is this certificate QR genuine? HC1: base45, zlib, COSE_Sign1, CWT, EU DCC (hcert-spec 1.0.8; 5772/QĐ-BYT). Pure.

Lenient in form, as verifiers in the field must be (floats, nulls, missing issue time, kid in either header), strict in proof:
the signature must hold under a trusted key of that id, made for the algorithm the message claims, and the time must fit; and it
must be one certificate of one named person. What a genuine certificate says oddly is told beside it (`remarks`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from vaxdesk.errors import NotGenuine, Problem
from vaxdesk.models.values import VIETNAM
from vaxdesk.print import cose, dcc_remarks
from vaxdesk.print.trust import SignerKey, Trust, trust_from_file, trust_from_keys, uvci_key

__all__ = [
    "PREFIX",
    "SignerKey",
    "Trust",
    "VerifiedCertificate",
    "trust_from_file",
    "trust_from_keys",
    "verify",
]

PREFIX = "HC1:"
ISSUER, EXPIRES, NOT_BEFORE, ISSUED, HCERT, DCC = 1, 4, 5, 6, -260, 1
CLOCK_LEEWAY = timedelta(seconds=60)
GROUPS = ("v", "t", "r")
NAME_PARTS = ("fn", "gn", "fnt", "gnt")


@dataclass(frozen=True, slots=True, repr=False)
class VerifiedCertificate:
    """A certificate whose signature and times hold. `payload` is the DCC as JSON values; times are aware or None."""

    payload: dict[str, Any]
    issuer: str
    issued_at: datetime | None
    expires_at: datetime | None
    kid: str
    algorithm: str

    def __repr__(self) -> str:
        return f"VerifiedCertificate(kid {self.kid}, {self.algorithm})"

    @property
    def entry(self) -> Mapping[str, Any]:
        """The one vaccination, test or recovery; empty when there is none."""
        return next((self.payload[group][0] for group in GROUPS if _has_entry(self.payload.get(group))), {})

    @property
    def is_vaccination(self) -> bool:
        return _has_entry(self.payload.get("v"))

    @property
    def name(self) -> str:
        """Family word first, as Vietnamese names are said; in A-Z where the certificate has it no other way."""
        names = self.payload.get("nam")
        if not isinstance(names, Mapping):
            return ""
        written = " ".join(filter(None, (_text(names.get("fn")), _text(names.get("gn")))))
        plain = " ".join(filter(None, (_text(names.get("fnt")), _text(names.get("gnt")))))
        return written or _text(plain.replace("<", " "))

    @property
    def birth_date(self) -> str:
        """`YYYY[-MM[-DD]]`; empty when it is not known."""
        return _text(self.payload.get("dob"))[:10]

    @property
    def uvci(self) -> str:
        return self.of("ci")

    @property
    def remarks(self) -> tuple[Problem, ...]:
        """What it says oddly, though it is genuine; see `dcc_remarks`."""
        return dcc_remarks.remarks(self.payload, self.entry)

    @property
    def dose_number(self) -> int | None:
        return _count(self.entry.get("dn"))

    @property
    def series_doses(self) -> int | None:
        return _count(self.entry.get("sd"))

    @property
    def date(self) -> str:
        """The day of the dose, `YYYY-MM-DD`."""
        return self.of("dt")[:10]

    def of(self, name: str) -> str:
        """A text of the entry by its schema name (tg, vp, mp, ma, co, is, ci, dt), trimmed; empty when missing."""
        return _text(self.entry.get(name))


def verify(untrusted_text: str, trust: Trust, at: datetime) -> VerifiedCertificate:
    """The certificate in the text, proven at a time.

    Raises NotGenuine: `hcert-not-a-certificate`, `hcert-damaged`, `hcert-no-trust`, `hcert-unknown-signer`,
    `hcert-wrong-algorithm`, `hcert-bad-signature`, `hcert-signer-expired`, `hcert-wrong-use`, `hcert-expired`,
    `hcert-not-yet-valid`, `hcert-no-content`, `hcert-not-one-entry`, `hcert-no-name`, `hcert-revoked`.
    """
    message = cose.unwrap(untrusted_text, PREFIX, "hcert")
    signer = _signer(message, trust)
    claims = cose.claims(message, "hcert")
    found = _certificate(claims, message)
    _check_signer(signer, found, at)
    _check_times(found, _moment(claims.get(NOT_BEFORE)), at)
    _check_person(found)
    if uvci_key(found.uvci) in trust.revoked:
        raise NotGenuine("hcert-revoked")
    return found


def _signer(message: cose.Sign1, trust: Trust) -> SignerKey:
    candidates = trust.of(message.kid)
    if not candidates:
        raise NotGenuine("hcert-no-trust" if trust.is_empty else "hcert-unknown-signer", kid=message.kid)
    fitting = [signer for signer in candidates if cose.algorithm_of(signer.key) == message.algorithm]
    if message.algorithm not in cose.ALGORITHMS or not fitting:
        raise NotGenuine("hcert-wrong-algorithm", kid=message.kid)
    for signer in fitting:
        if message.is_signed_by(signer.key):
            return signer
    raise NotGenuine("hcert-bad-signature", kid=message.kid)


def _certificate(claims: dict[Any, Any], message: cose.Sign1) -> VerifiedCertificate:
    """One vaccination, test or recovery; showing one of several would hide the others."""
    hcert = claims.get(HCERT)
    payload = hcert.get(DCC) if isinstance(hcert, dict) else None
    if not isinstance(payload, dict):
        raise NotGenuine("hcert-no-content")
    groups = [payload.get(group) for group in GROUPS]
    if not any(map(_has_entry, groups)):
        raise NotGenuine("hcert-no-content")
    if not _is_json(payload):
        raise NotGenuine("hcert-damaged")
    if sum(entry is not None for group in groups if isinstance(group, list) for entry in group) != 1:
        raise NotGenuine("hcert-not-one-entry")
    return VerifiedCertificate(
        payload,
        _text(claims.get(ISSUER)),
        _moment(claims.get(ISSUED)),
        _moment(claims.get(EXPIRES)),
        message.kid,
        cose.ALGORITHMS[message.algorithm or 0],
    )


def _check_signer(signer: SignerKey, found: VerifiedCertificate, at: datetime) -> None:
    """The signer's own validity, and what it may sign when its certificate says so (extended key usage)."""
    if not signer.is_valid(at):
        raise NotGenuine("hcert-signer-expired", kid=found.kid)
    groups = {group for group in GROUPS if _has_entry(found.payload.get(group))}
    if signer.groups and not groups <= signer.groups:
        raise NotGenuine("hcert-wrong-use", kid=found.kid)


def _check_times(found: VerifiedCertificate, not_before: datetime | None, at: datetime) -> None:
    if found.expires_at and at > found.expires_at + CLOCK_LEEWAY:
        raise NotGenuine("hcert-expired", expired=f"{found.expires_at.astimezone(VIETNAM):%d/%m/%Y}")
    starts_at = max(filter(None, (found.issued_at, not_before)), default=at)
    if at < starts_at - CLOCK_LEEWAY:
        raise NotGenuine("hcert-not-yet-valid", issued=f"{starts_at.astimezone(VIETNAM):%d/%m/%Y %H:%M}")


def _check_person(found: VerifiedCertificate) -> None:
    """A certificate of nobody can be anybody's. The transliterated name alone will do."""
    names = found.payload.get("nam")
    if not isinstance(names, Mapping) or not any(_text(names.get(part)).strip("<") for part in NAME_PARTS):
        raise NotGenuine("hcert-no-name")


def _moment(claim: object) -> datetime | None:
    """A NumericDate, whole or fractional; None when there is none. Raises NotGenuine for one outside the calendar."""
    if claim is None:
        return None
    if isinstance(claim, bool) or not isinstance(claim, int | float) or not math.isfinite(claim):
        raise NotGenuine("hcert-damaged")
    try:
        return datetime.fromtimestamp(claim, UTC)
    except (OverflowError, OSError, ValueError) as error:
        raise NotGenuine("hcert-damaged") from error


def _has_entry(found: object) -> bool:
    return isinstance(found, list) and bool(found) and isinstance(found[0], Mapping)


def _text(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def _count(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
        return None
    return int(value)


def _is_json(value: object) -> bool:
    if isinstance(value, dict):
        return all(isinstance(key, str) and _is_json(item) for key, item in value.items())
    if isinstance(value, list):
        return all(map(_is_json, value))
    return value is None or isinstance(value, str | int) or (isinstance(value, float) and math.isfinite(value))
