"""Enrolment of a desk with a one-time code (contract C2)."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any

import jwt
from jwt import PyJWK
from sqlalchemy import Connection

from vaxplatform import registry
from vaxplatform.registry import Client, Jwks, Site, Spent
from vaxplatform.store import saving
from vaxplatform.store.database import Database
from vaxplatform.store.refusals import Json, Refused
from vaxplatform.store.resources import Writing
from vaxplatform.store.scope import NATIONAL, Actor
from vaxplatform.store.types import SITE_SYSTEM
from vaxplatform.store.validation import check, checked_id

BODY_BYTES_MAX = 64 * 1024
THUMBPRINT_SYSTEM = "urn:ietf:params:oauth:jwk-thumbprint"
JWK_URL = "urn:vaxdesk:ext:jwk"
_MEMBERS = {"EC": ("crv", "kty", "x", "y"), "RSA": ("e", "kty", "n")}  # RFC 7638 section 3.2
_NAME_LENGTH_MAX = 200


class EnrolmentRefused(Exception):
    """The answer is `{"error": code}` with this status."""

    def __init__(self, status: int, error: str) -> None:
        super().__init__(error)
        self.status, self.error = status, error


@dataclass(frozen=True, slots=True)
class Application:
    """A readable enrolment request."""

    site: str
    code: str
    device_id: str
    device_name: str
    sign_in_key: Json  # ES384 or RS384: authenticates
    signing_key: Json  # ES256: signs days and slips

    @property
    def thumbprints(self) -> str:
        """Both keys in short."""
        return f"{thumbprint(self.sign_in_key)} {thumbprint(self.signing_key)}"


def enrol(database: Database, body: Any) -> Site:
    """Spends the code, registers the device's keys and stores its Device, in one transaction. Raises EnrolmentRefused."""
    asked = _application(body)
    with database.writing() as connection:
        site = registry.find_site(connection, asked.site)
        if site is None:
            raise EnrolmentRefused(404, "unknown_site")
        known = registry.find_client(connection, asked.device_id)
        if known is not None and known.site != site.code:
            raise EnrolmentRefused(403, "device_of_another_site")
        spent = registry.spend_code(connection, site.code, asked.code, asked.device_id, asked.thumbprints)
        if spent is Spent.REFUSED or (spent is Spent.AGAIN and (known is None or known.revoked)):
            raise EnrolmentRefused(403, "invalid_code")
        if spent is Spent.FIRST:
            registry.put_client(connection, Client(asked.device_id, site.code, [asked.sign_in_key]))
            _put_device(connection, asked)
    return site


def answer(site: Site, device_id: str, base: str, anchor_der: bytes) -> Json:
    """What an enrolled desk is told."""
    return {
        "client_id": device_id,
        "site": {"code": site.code, "name": site.name, "address": site.address, "province": site.province},
        "fhir_base": f"{base}/fhir",
        "token_endpoint": f"{base}/auth/token",
        "anchor": base64.b64encode(anchor_der).decode("ascii"),
    }


def revoke(database: Database, device_id: str) -> bool:
    """Lets a device in no more and marks its Device inactive; False when it is not known."""
    with database.writing() as connection:
        known = registry.revoke_client(connection, device_id)
        writing = Writing(connection, Actor())
        device = writing.newest("Device", device_id)
        if device is not None:
            saving.update(writing, {**device.resource, "status": "inactive"})
            writing.flush()
    return known


def thumbprint(key: Json) -> str:
    """RFC 7638, SHA-256, base64url."""
    facts = {name: key[name] for name in _MEMBERS[key["kty"]]}
    canonical = json.dumps(facts, sort_keys=True, separators=(",", ":"))
    return base64.urlsafe_b64encode(hashlib.sha256(canonical.encode()).digest()).rstrip(b"=").decode("ascii")


def public_keys(jwks: Any) -> Jwks:
    """The usable public signature keys of a JWK set, bare of private or foreign members. Raises EnrolmentRefused."""
    keys = jwks.get("keys") if isinstance(jwks, dict) else None
    if not isinstance(keys, list) or not 0 < len(keys) <= 4:
        raise EnrolmentRefused(400, "invalid_request")
    return [_public(key) for key in keys]


def key_pair(jwks: Any) -> tuple[Json, Json]:
    """The key that authenticates (ES384 or RS384) and the one that signs days and slips (ES256). Raises EnrolmentRefused."""
    keys = {str(key["alg"]): key for key in public_keys(jwks)}
    sign_in = keys.get("ES384", keys.get("RS384"))
    if sign_in is None or "ES256" not in keys:
        raise EnrolmentRefused(400, "invalid_keys")
    return sign_in, keys["ES256"]


def with_key(device: Json, signing_key: Json) -> Json:
    """A Device that carries this signing key."""
    key = json.dumps(signing_key, sort_keys=True, separators=(",", ":"))
    return {
        **device,
        "extension": [{"url": JWK_URL, "valueString": key}],
        "identifier": [{"system": THUMBPRINT_SYSTEM, "value": thumbprint(signing_key)}],
    }


def _public(key: Any) -> Json:
    if not isinstance(key, dict) or key.get("kty") not in _MEMBERS or key.get("use", "sig") != "sig" or "d" in key:
        raise EnrolmentRefused(400, "invalid_keys")
    bare: Json = {name: key.get(name) for name in _MEMBERS[key["kty"]]}
    bare |= {"use": "sig", "alg": key.get("alg")}
    try:
        parsed = PyJWK(bare, bare["alg"])
    except (jwt.PyJWTError, TypeError, ValueError, KeyError) as error:
        raise EnrolmentRefused(400, "invalid_keys") from error
    if getattr(parsed.key, "key_size", 0) < {"EC": 256, "RSA": 2048}[key["kty"]]:
        raise EnrolmentRefused(400, "invalid_keys")
    return bare | {"kid": key["kid"] if isinstance(key.get("kid"), str) else thumbprint(bare)}


def _application(body: Any) -> Application:
    device = body.get("device") if isinstance(body, dict) else None
    texts = (
        [body.get("site"), body.get("code"), device.get("id"), device.get("name")] if isinstance(device, dict) else []
    )
    if not texts or not all(isinstance(text, str) and 0 < len(text) <= _NAME_LENGTH_MAX for text in texts):
        raise EnrolmentRefused(400, "invalid_request")
    site, code, device_id, name = texts
    sign_in, signing = key_pair(body.get("jwks"))
    try:
        checked_id(device_id)
    except Refused as error:
        raise EnrolmentRefused(400, "invalid_request") from error
    return Application(site, code, device_id, re.sub(r"\s+", " ", name).strip() or device_id, sign_in, signing)


def _put_device(connection: Connection, asked: Application) -> None:
    tags = [{"system": SITE_SYSTEM, "code": code} for code in (asked.site, NATIONAL)]
    plain = {
        "resourceType": "Device",
        "id": asked.device_id,
        "meta": {"tag": tags},
        "status": "active",
        "deviceName": [{"name": asked.device_name, "type": "user-friendly-name"}],
    }
    device = with_key(plain, asked.signing_key)
    writing = Writing(connection, Actor())
    try:
        saving.update(writing, check(device, "Device"))
    except Refused as error:
        raise EnrolmentRefused(400, "invalid_request") from error
    writing.flush()
