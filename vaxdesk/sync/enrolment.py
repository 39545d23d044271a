"""Making a machine a desk of a site: with the platform's one-time code (contract C1, C2), or beside any other FHIR R4 server."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from vaxdesk.errors import EnrolmentRefused, NotAuthorised, Unreachable
from vaxdesk.models.exchange import Enrolment
from vaxdesk.models.sync_book import SyncBook
from vaxdesk.sync.client import Client, ServerRefused, open_client
from vaxdesk.sync.fhir_provenance import device
from vaxdesk.sync.wire import Answer, Wire, check_address

Jwks = Mapping[str, Sequence[Mapping[str, str]]]
_JSON = {"Content-Type": "application/json", "Accept": "application/json"}
COURIER_KEYS_MAX = 16
_COURIER_JWK = ("kty", "crv", "x", "y", "kid", "use", "alg")
_DISCOVERY = ("/fhir/.well-known/smart-configuration", "/.well-known/smart-configuration")


@dataclass(frozen=True, slots=True)
class Platform:
    """What a platform says about itself (C1)."""

    fhir_base: str
    token_url: str
    enrolment_url: str


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What enrolment gave: the address to keep and the site's papers' words."""

    enrolment: Enrolment
    site_code: str
    site_name: str
    site_address: str = ""
    province: str = ""


def device_name(device_id: str) -> str:
    """How this device is called in the platform's lists."""
    return f"vaxdesk {device_id[:8]}"


def discover(base_url: str, wire: Wire | None = None) -> Platform:
    """Asks a platform where its endpoints are. Raises Unreachable, SyncError `plain-http-refused`, EnrolmentRefused `platform-cannot-enrol`."""
    wire = wire or Wire()
    base = base_url.rstrip("/").removesuffix("/fhir")
    check_address(base)
    found = _configuration(wire, base)
    token_url, enrolment_url = found.get("token_endpoint"), found.get("enrolment_endpoint")
    if not isinstance(token_url, str) or not isinstance(enrolment_url, str):
        raise EnrolmentRefused("platform-cannot-enrol")
    for url in (token_url, enrolment_url):
        check_address(url)
    return Platform(f"{base}/fhir", token_url, enrolment_url)


def enrol(
    base_url: str,
    site: str,
    code: str,
    device_id: str,
    device_name: str,
    jwks: Jwks,
    wire: Wire | None = None,
) -> Enrolled:
    """Spends a one-time code. Repeating it with the same device and keys gives the same answer: the first may have been lost.

    `jwks` is the device's public key set. Raises EnrolmentRefused `enrolment-code-refused`, `site-unknown`, `platform-cannot-enrol`, Unreachable,
    SyncError `plain-http-refused`.
    """
    wire = wire or Wire()
    platform = discover(base_url, wire)
    wish = {"site": site, "code": code, "device": {"id": device_id, "name": device_name}, "jwks": jwks}
    body = json.dumps(wish, ensure_ascii=False).encode("utf-8")
    answer = wire.exchange("POST", platform.enrolment_url, body=body, headers=_JSON)
    return _enrolled(platform, _granted(answer))


def enrol_fhir(
    fhir_base: str,
    site: str,
    site_name: str,
    province: str,
    device_id: str,
    device_name: str,
    signing_jwk: Mapping[str, str],
    *,
    token_url: str = "",
    client_id: str = "",
    private_key: Callable[[], EllipticCurvePrivateKey] | None = None,
    wire: Wire | None = None,
) -> Enrolled:
    """Joins any FHIR R4 server: checks that it is one, then writes this device's public key there.

    Without `token_url` no authorisation is used, on loopback only. Raises SyncError `no-auth-only-on-loopback`, `plain-http-refused`,
    NotAuthorised `token-refused` (the public key is not registered yet), Unreachable, EnrolmentRefused `not-fhir-r4`, `device-refused`.
    """
    auth: Literal["smart", "none"] = "smart" if token_url else "none"
    enrolment = Enrolment(fhir_base.rstrip("/"), token_url, client_id, auth)
    client = open_client(enrolment, private_key or _no_key, wire)
    try:
        if not str(client.capabilities().get("fhirVersion", "")).startswith("4.0"):
            raise EnrolmentRefused("not-fhir-r4")
        client.put(device(device_id, device_name, site, str(signing_jwk["kid"]), signing_jwk))
    except ServerRefused as refused:
        raise EnrolmentRefused("device-refused", status=str(refused.status)) from refused
    finally:
        client.close()
    return Enrolled(enrolment, site, site_name or site, "", province)


def learn_courier(book: SyncBook, client: Client) -> Enrolment | None:
    """Asks the platform for its courier's address and keys and keeps them; what is kept now, or None before enrolment. Raises Unreachable."""
    url, keys = courier_in(client.configuration())
    known = book.enrolment()
    if known is None or not url or (url, keys) == (known.courier_url, known.courier_keys):
        return known
    fresh = replace(known, courier_url=url, courier_keys=keys)
    book.save_enrolment(fresh)
    return fresh


def _no_key() -> EllipticCurvePrivateKey:
    raise NotAuthorised("token-refused")


def _configuration(wire: Wire, base: str) -> dict[str, Any]:
    for path in _DISCOVERY:
        answer = wire.exchange("GET", base + path, headers={"Accept": "application/json"})
        found = answer.json() if answer.status == 200 else None
        if isinstance(found, dict):
            return found
    raise Unreachable("not-the-platform")


def _granted(answer: Answer) -> dict[str, Any]:
    if answer.status == 404 and answer.is_json:
        raise EnrolmentRefused("site-unknown")
    if answer.status in (400, 401, 403) and answer.is_json:
        raise EnrolmentRefused("enrolment-code-refused")
    if answer.status != 200:
        raise Unreachable("server-error" if answer.status >= 500 else "not-the-platform")
    found = answer.json()
    if not isinstance(found, dict):
        raise Unreachable("not-the-platform")
    return found


def _enrolled(platform: Platform, found: dict[str, Any]) -> Enrolled:
    try:
        site, client_id = found["site"], str(found["client_id"])
        fhir_base = str(found.get("fhir_base") or platform.fhir_base).rstrip("/")
        token_url = str(found.get("token_endpoint") or platform.token_url)
        words = (str(site["code"]), str(site["name"]), str(site.get("address", "")), str(site.get("province", "")))
        anchor = str(found["anchor"])
    except (KeyError, TypeError) as error:
        raise Unreachable("not-the-platform") from error
    for url in (fhir_base, token_url):
        check_address(url)
    courier_url, courier_keys = courier_in(found)
    enrolment = Enrolment(
        fhir_base, token_url, client_id, "smart", anchor, courier_url=courier_url, courier_keys=courier_keys
    )
    return Enrolled(enrolment, *words)


def courier_in(found: Mapping[str, Any]) -> tuple[str, str]:
    """Endpoint and public keys (a JSON list) of the courier, where an enrolment answer or a smart-configuration names them whole (K1); else empty."""
    courier = found.get("courier")
    url, jwks = (courier.get("endpoint"), courier.get("keys")) if isinstance(courier, dict) else (None, None)
    if not isinstance(url, str) or not isinstance(jwks, list):
        return "", ""
    known = [{name: jwk.get(name) for name in _COURIER_JWK} for jwk in jwks[:COURIER_KEYS_MAX] if isinstance(jwk, dict)]
    whole = [jwk for jwk in known if all(isinstance(value, str) for value in jwk.values())]
    has_both = {"enc", "sig"} <= {jwk["use"] for jwk in whole}
    return (url, json.dumps(whole)) if has_both else ("", "")
