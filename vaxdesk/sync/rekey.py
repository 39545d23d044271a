"""New keys for a device: by its own wish, or with a new one-time code after it was revoked (contract C5, C2).

The new pair is kept beside the old one until the platform has taken it, so that an answer lost on the way locks nobody out.
"""

from __future__ import annotations

import json
from dataclasses import replace

from vaxdesk import keys
from vaxdesk.errors import EnrolmentRefused, NotAuthorised, StoreError, Unreachable
from vaxdesk.models.exchange import Enrolment
from vaxdesk.models.sync_book import SyncBook
from vaxdesk.models.values import Site
from vaxdesk.sync.enrolment import device_name, discover, enrol
from vaxdesk.sync.pinned import session_for
from vaxdesk.sync.tokens import Tokens
from vaxdesk.sync.wire import Wire


def renew_keys(vault: keys.Vault, book: SyncBook, code: str = "") -> str:
    """Replaces both key pairs; gives the thumbprint of the new signing key.

    Raises NotAuthorised `token-refused` (a revoked device needs a `code`), EnrolmentRefused, Unreachable, StoreError `not-enrolled`.
    """
    site, enrolment = book.site(), book.enrolment()
    if site is None or enrolment is None:
        raise StoreError("not-enrolled")
    jwks = keys.make_new_keys(vault)
    wire = Wire(session_for(enrolment.ca, enrolment.pin))
    if code:
        enrolled = enrol(_base(enrolment), site.code, code, site.device_id, device_name(site.device_id), jwks, wire)
        book.save_enrolment(replace(enrolled.enrolment, ca=enrolment.ca, pin=enrolment.pin))
    else:
        _register(vault, enrolment, site, jwks, wire)
    keys.take_new_keys(vault)
    return str(keys.signing_jwk(vault)["kid"])


def register_token(vault: keys.Vault, book: SyncBook, token: keys.Jwk) -> str:
    """The platform takes a token's public key as this device's signing key (C5); the one in the keyring stays valid as a former one.

    Gives the thumbprint, by which the desk knows the token again. Raises as `renew_keys`.
    """
    site, enrolment = book.site(), book.enrolment()
    if site is None or enrolment is None:
        raise StoreError("not-enrolled")
    present = next(key for key in keys.public_jwks(vault)["keys"] if key["alg"] == "ES384")
    _register(vault, enrolment, site, {"keys": [present, token]}, Wire(session_for(enrolment.ca, enrolment.pin)))
    book.keep_token(str(token["kid"]))
    return str(token["kid"])


def _register(vault: keys.Vault, enrolment: Enrolment, site: Site, jwks: keys.Jwks, wire: Wire) -> None:
    """Asks with the old key; when the platform no longer knows that one, with the new one: an earlier answer was lost."""
    if enrolment.auth == "none":
        raise EnrolmentRefused("platform-cannot-enrol")
    url = f"{discover(_base(enrolment), wire).enrolment_url}/keys"
    body = json.dumps({"device": site.device_id, "jwks": jwks}).encode()
    try:
        token = Tokens(wire, enrolment.token_url, enrolment.client_id, lambda: keys.device_key(vault)).token()
    except NotAuthorised:
        token = Tokens(wire, enrolment.token_url, enrolment.client_id, lambda: keys.new_device_key(vault)).token()
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    answer = wire.exchange("POST", url, body=body, headers=headers, token=token)
    if answer.status in (401, 403):
        raise NotAuthorised("token-refused")
    if answer.status in (400, 404, 405, 409, 422):
        raise EnrolmentRefused("platform-cannot-enrol" if answer.status in (404, 405) else "new-keys-refused")
    if answer.status != 200 or not isinstance(answer.json(), dict):
        raise Unreachable("server-error" if answer.status >= 500 else "not-the-platform")


def _base(enrolment: Enrolment) -> str:
    return enrolment.fhir_base.removesuffix("/fhir")
