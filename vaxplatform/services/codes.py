"""Systems and small readers the services share (docs/sync-contract.md, "Identifiers and codes")."""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

import rfc8785

Json = dict[str, Any]
CITIZEN_ID = "urn:vn:cccd"
SITE_TAG = "urn:vaxdesk:site"
NATIONAL = "national"
IDENTITY = "urn:vaxdesk:identity"
DOCUMENT = "urn:vaxdesk:document"
TRUST = "urn:vaxdesk:trust"
UVCI = "urn:vaxdesk:uvci"
THUMBPRINT = "urn:ietf:params:oauth:jwk-thumbprint"
JWK = "urn:vaxdesk:ext:jwk"
ICD_11 = "http://id.who.int/icd/release/11/mms"
MALFORMED = (LookupError, TypeError, AttributeError, ValueError)
"""What reading a resource of a lax server may end in: that resource waits for its correction, the others go on."""
_OURS = uuid.UUID("7d0d3a2e-3f0e-5d0a-9a51-6c1d3b0c8f11")


def derived_id(*parts: str) -> str:
    """The same id for the same parts, always: writing again changes nothing."""
    return str(uuid.uuid5(_OURS, "\x1f".join(parts)))


def citizen_number(resource: Json) -> str:
    """The citizen number among a Patient's identifiers; empty when there is none."""
    return next((i.get("value", "") for i in resource.get("identifier", []) if i.get("system") == CITIZEN_ID), "")


def site_of(resource: Json) -> str:
    """The site a resource is tagged with; empty when none or national only."""
    tags = (tag.get("code", "") for tag in resource.get("meta", {}).get("tag", []) if tag.get("system") == SITE_TAG)
    return next((code for code in tags if code != NATIONAL), "")


def tags(*sites: str) -> Json:
    """`meta` with site tags."""
    return {"tag": [{"system": SITE_TAG, "code": site} for site in sites]}


def content_hash(immunization: Json) -> str:
    """Lower-case hex SHA-256 of the facts in canonical JSON (RFC 8785)."""
    facts = {name: value for name, value in immunization.items() if name not in ("meta", "text")}
    patient = {n: v for n, v in facts.get("patient", {}).items() if n not in ("reference", "display")}
    return hashlib.sha256(rfc8785.dumps(facts | {"patient": patient})).hexdigest()


def referred_id(reference: str, kind: str) -> str:
    """The id in `Kind/id` or `Kind/id/_history/v`, also with a base before it; empty for another kind."""
    parts = reference.split("/_history/")[0].split("/")
    return parts[-1] if len(parts) >= 2 and parts[-2] == kind else ""


def same(one: Json, other: Json | None) -> bool:
    """Whether two states of a resource say the same, apart from what the server adds and times of checking."""
    return other is not None and _said(one) == _said(other)


def _said(resource: Json) -> Json:
    meta_tags = sorted(tag.get("code", "") for tag in resource.get("meta", {}).get("tag", []))
    return {n: v for n, v in resource.items() if n not in ("meta", "statusDate", "text")} | {"tags": meta_tags}
