"""Who signed what: the head of site's Provenance, checked against the active device keys of the same site (contract S2)."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable

import jwt

from vaxplatform.services.codes import JWK, SITE_TAG, THUMBPRINT, Json, site_of
from vaxplatform.services.fhir_client import FhirClient

ALGORITHM = "ES256"


class DeviceKeys:
    """Public signing keys by thumbprint, asked from the store once a run."""

    def __init__(self, fhir: FhirClient) -> None:
        self._fhir = fhir
        self._known: dict[str, tuple[Json, ...]] = {}

    def find(self, thumbprint: str, site: str) -> jwt.PyJWK | None:
        """The key of an active device of that site."""
        if thumbprint not in self._known:
            found = self._fhir.search("Device", identifier=f"{THUMBPRINT}|{thumbprint}")
            self._known[thumbprint] = tuple(found)
        for device in self._known[thumbprint]:
            if device.get("status", "active") == "active" and site in _sites(device):
                return _key(device)
        return None


def signed_doses(provenance: Json, keys: Callable[[str, str], jwt.PyJWK | None]) -> dict[str, str]:
    """Dose id -> content hash of what a valid signature names; empty when it is not valid for its site."""
    site = site_of(provenance)
    try:
        jws = base64.b64decode(provenance["signature"][0]["data"], validate=True).decode("ascii")
        key = keys(str(jwt.get_unverified_header(jws).get("kid", "")), site)
        if key is None:
            return {}
        statement = json.loads(jwt.api_jws.decode(jws, key, algorithms=[ALGORITHM]))
        if statement["site"] != site:
            return {}
        return {dose["id"]: dose["sha256"] for dose in statement["doses"]}
    except (KeyError, IndexError, TypeError, ValueError, binascii.Error, jwt.PyJWTError):
        return {}


def _sites(device: Json) -> set[str]:
    return {tag.get("code", "") for tag in device.get("meta", {}).get("tag", []) if tag.get("system") == SITE_TAG}


def _key(device: Json) -> jwt.PyJWK | None:
    text = next((e.get("valueString", "") for e in device.get("extension", []) if e.get("url") == JWK), "")
    try:
        return jwt.PyJWK(json.loads(text), algorithm=ALGORITHM)
    except (ValueError, jwt.PyJWTError):
        return None
