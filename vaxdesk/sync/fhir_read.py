"""What a pull reads: resources of the platform -> findings of the store. Pure.

Whatever cannot be understood gives None and is counted by the caller; codes this program does not know are kept as they are where the
store keeps codes, and never bent into one it knows.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from vaxdesk.keys.device import public_key_of, thumbprint
from vaxdesk.models.exchange import Source
from vaxdesk.models.findings import (
    CertificateFound,
    ComplaintFound,
    DoseSeen,
    DuplicateFound,
    Fact,
    Finding,
    IdentityFound,
    SiteKeyFound,
    TrustFound,
)
from vaxdesk.models.values import Certificate, CertificateId, DoseId, Identity
from vaxdesk.sync import codes
from vaxdesk.sync.fhir import instant
from vaxdesk.sync.fhir_complaint import complaint_of
from vaxdesk.sync.fhir_history import other_dose
from vaxdesk.sync.fhir_recall import recall
from vaxdesk.sync.trust import Listed, accepted

_DOSE = re.compile(r"(?:^|/)Immunization/([A-Za-z0-9.-]{1,64})(?:/_history/([A-Za-z0-9.-]{1,64}))?$")
DUPLICATE_THERAPY = "DUPTHPY"
_DOCUMENT_STATUS = ("current", "superseded", "entered-in-error")


def finding(resource: Any, anchor: str) -> Finding | None:
    """The finding in a pulled resource, or None. `anchor` is the base64 DER pinned at enrolment."""
    try:
        fact = _fact(resource, anchor)
        version = _version(resource)
        name = f"{resource['resourceType']}/{resource['id']}"
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        return None
    return None if fact is None else Finding(name, version, fact)


def last_updated(resource: Any) -> datetime | None:
    """`meta.lastUpdated` of a resource; None when it has none."""
    meta = resource.get("meta") if isinstance(resource, Mapping) else None
    return instant(meta.get("lastUpdated")) if isinstance(meta, Mapping) else None


def server_of(statement: Mapping[str, Any]) -> str:
    """Which program of which version answers, from its CapabilityStatement; its date is left out, as some servers write today's."""
    software = statement.get("software")
    named = software if isinstance(software, Mapping) else {}
    words = [named.get(name) for name in ("name", "version", "releaseDate")]
    return " ".join(str(word)[:100] for word in words if word)


def _fact(resource: Mapping[str, Any], anchor: str) -> Fact | None:
    kind = resource["resourceType"]
    if kind == "VerificationResult":
        return _identity(resource)
    if kind == "DetectedIssue":
        return _duplicate(resource)
    if kind == "Device":
        return _site_key(resource)
    if kind == "Medication":
        return recall(resource)
    if kind == "Task":
        complaint = complaint_of(resource)
        return ComplaintFound(complaint) if complaint is not None else None
    if kind == "Immunization":
        return _dose_seen(resource)
    if kind == "DocumentReference" and "eu-dcc" in _codes(resource["type"], codes.DOCUMENT):
        return _certificate(resource)
    if kind == "DocumentReference" and "trust-list" in _codes(resource["type"], codes.DOCUMENT):
        return _trust(resource, anchor)
    return None


def _version(resource: Mapping[str, Any]) -> str:
    meta = resource["meta"]
    return str(meta.get("versionId") or meta["lastUpdated"])


def _identity(resource: Mapping[str, Any]) -> IdentityFound | None:
    dose_id, _ = _dose_of(target["reference"] for target in resource["target"])
    at = instant(resource.get("statusDate")) or last_updated(resource)
    found = [c for concept in resource.get("validationProcess", []) for c in _codes(concept, codes.IDENTITY)]
    state = _state(resource["status"], found)
    if state is None or at is None:
        return None
    fields = tuple(code.removeprefix("mismatch-") for code in found if code.startswith("mismatch-"))
    return IdentityFound(DoseId(dose_id), _version(resource), state, fields, at)


def _state(status: str, found: list[str]) -> Identity | None:
    """Green needs both: the status and no contradicting code."""
    mismatch = any(code.startswith("mismatch-") for code in found)
    if status == "validated" and not mismatch and "not-found" not in found:
        return Identity.MATCHED
    if status == "val-fail" and mismatch:
        return Identity.MISMATCH
    if status == "val-fail" and "not-found" in found:
        return Identity.NOT_FOUND
    return None


def _duplicate(resource: Mapping[str, Any]) -> DuplicateFound | None:
    if DUPLICATE_THERAPY not in _codes(resource["code"], codes.ACT_CODE):
        return None
    doses = tuple(_dose_of(iter([implicated["reference"]]))[0] for implicated in resource["implicated"])
    at = instant(resource.get("identifiedDateTime")) or last_updated(resource)
    status = resource["status"]
    if at is None or status not in ("final", "cancelled") or len(doses) != 2:
        return None
    return DuplicateFound(str(resource["id"])[:64], doses, at, status == "final")


def _dose_seen(resource: Mapping[str, Any]) -> DoseSeen | None:
    at = last_updated(resource)
    dose = other_dose(resource, at, Source.SITE) if at else None
    return DoseSeen(dose) if dose else None


def _certificate(resource: Mapping[str, Any]) -> CertificateFound | None:
    dose_id, version = _dose_of(related["reference"] for related in resource["context"]["related"])
    hc1 = _decoded(resource["content"][0]["attachment"]["data"]).decode("ascii")
    issued_at = instant(resource.get("date")) or last_updated(resource)
    status = resource["status"]
    if not hc1.startswith("HC1:") or issued_at is None or status not in _DOCUMENT_STATUS or not version:
        return None
    uvci = str(resource["masterIdentifier"]["value"])
    certificate_id = CertificateId(str(resource["id"]))
    return CertificateFound(Certificate(certificate_id, DoseId(dose_id), version, uvci, hc1, status, issued_at))


def _trust(resource: Mapping[str, Any], anchor: str) -> TrustFound | None:
    listed = tuple(
        Listed(_decoded(content["attachment"]["data"]), content["format"].get("code") == "anchor")
        for content in resource["content"]
        if content["format"].get("system") == codes.TRUST
    )
    keys = accepted(listed, _decoded(anchor) if anchor else b"")
    return TrustFound(keys) if keys else None


def _site_key(resource: Mapping[str, Any]) -> SiteKeyFound | None:
    sites = [tag["code"] for tag in resource["meta"]["tag"] if tag.get("system") == codes.SITE_TAG]
    site = next(code for code in sites if code != codes.NATIONAL) if set(sites) - {codes.NATIONAL} else ""
    texts = [e["valueString"] for e in resource.get("extension", []) if e.get("url") == codes.PUBLIC_JWK]
    if not texts or not site:
        return None
    jwk = json.loads(texts[0])
    named = {i.get("value") for i in resource["identifier"] if i.get("system") == codes.THUMBPRINT}
    public_key_of(jwk)
    if thumbprint(jwk) not in named:
        return None  # a key under another key's name
    return SiteKeyFound(str(resource["id"]), site, texts[0], resource.get("status") == "active")


def _codes(concept: Mapping[str, Any], system: str) -> list[str]:
    return [str(c["code"]) for c in concept.get("coding", []) if c.get("system") == system and "code" in c]


def _dose_of(references: Iterator[str]) -> tuple[str, str]:
    for reference in references:
        match = _DOSE.search(reference)
        if match:
            return match[1], match[2] or ""
    raise ValueError("no dose is named")


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
