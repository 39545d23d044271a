"""The token endpoint: SMART Backend Services, client_credentials with a private_key_jwt assertion (contract C3)."""

from __future__ import annotations

import re
import time
from typing import Any
from urllib.parse import parse_qsl

import jwt
from jwt import PyJWK

from vaxplatform import registry
from vaxplatform.http.tokens import Tokens
from vaxplatform.registry import Client
from vaxplatform.settings import TOKEN_LIFE_S
from vaxplatform.store.database import Database
from vaxplatform.store.refusals import Json
from vaxplatform.store.scope import SITE_SCOPE, granted

ALGORITHMS = ("ES384", "RS384")
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_LIFE_S_MAX = 300
CLOCK_LEEWAY_S = 60
FORM_BYTES_MAX = 64 * 1024
RSA_BITS_MIN = 2048
_JTI = re.compile(r"[!-~]{1,256}")
_US = 1_000_000


class OAuthRefused(Exception):
    """An error as RFC 6749 section 5.2 says it."""

    def __init__(self, error: str, why: str, status: int = 400) -> None:
        super().__init__(error)
        self.error, self.why, self.status = error, why, status

    def answer(self) -> Json:
        """The JSON of the error."""
        return {"error": self.error, "error_description": self.why}


def _invalid_client(why: str) -> OAuthRefused:
    return OAuthRefused("invalid_client", why, 401)


def token_answer(form: bytes, endpoints: frozenset[str], database: Database, tokens: Tokens) -> Json:
    """The answer to a token request. `endpoints` are the names of the token endpoint that an `aud` may give. Raises OAuthRefused."""
    asked = _form(form)
    if asked.get("grant_type") != "client_credentials":
        raise OAuthRefused("unsupported_grant_type", "grant_type must be client_credentials")
    if asked.get("client_assertion_type") != ASSERTION_TYPE:
        raise _invalid_client("client_assertion_type must be jwt-bearer")
    client, claims = _authenticated(asked.get("client_assertion", ""), endpoints, database)
    scope = granted(asked.get("scope", SITE_SCOPE), client.site)
    if not scope:
        raise OAuthRefused("invalid_scope", "no known scope was asked for")
    _spend(database, client, claims)
    token = tokens.mint(client.client_id, client.site, scope)
    return {"access_token": token, "token_type": "bearer", "expires_in": TOKEN_LIFE_S, "scope": scope}


def _form(body: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(body.decode("ascii"), max_num_fields=30, keep_blank_values=True)
    except ValueError as error:
        raise OAuthRefused("invalid_request", "the body is not a form") from error
    if len({name for name, _ in pairs}) != len(pairs):
        raise OAuthRefused("invalid_request", "a parameter is repeated")
    return dict(pairs)


def _authenticated(assertion: str, endpoints: frozenset[str], database: Database) -> tuple[Client, dict[str, Any]]:
    """The client whose registered key signed the assertion, and its claims."""
    header, claimed = _unverified(assertion)
    with database.reading() as connection:
        client = registry.find_client(connection, str(claimed.get("iss", "")))
    if client is None:
        raise _invalid_client("the client is not registered")
    if client.revoked:
        raise _invalid_client("the client was revoked")
    for key in _keys(client, header):
        claims = _verified(assertion, key, str(header["alg"]), endpoints)
        if claims is not None:
            _check_claims(claims, client)
            return client, claims
    raise _invalid_client("no registered key verifies the assertion")


def _unverified(assertion: str) -> tuple[dict[str, Any], dict[str, Any]]:
    try:
        header = jwt.get_unverified_header(assertion)
        claimed = jwt.decode(assertion, options={"verify_signature": False})
    except jwt.InvalidTokenError as error:
        raise _invalid_client("the assertion is not a JWT") from error
    if header.get("alg") not in ALGORITHMS:
        raise _invalid_client("the assertion must be signed with ES384 or RS384")
    return header, claimed


def _keys(client: Client, header: dict[str, Any]) -> list[dict[str, Any]]:
    """The client's keys for this algorithm: the one the header names, or all when it names none."""
    kid = header.get("kid")
    fitting = [key for key in client.keys if key.get("alg") == header["alg"]]
    return [key for key in fitting if kid is None or key.get("kid") == kid]


def _verified(assertion: str, key: dict[str, Any], algorithm: str, endpoints: frozenset[str]) -> dict[str, Any] | None:
    """The claims; None when this key did not sign it."""
    try:
        claims: dict[str, Any] = jwt.decode(
            assertion,
            PyJWK(key, algorithm),
            algorithms=[algorithm],
            audience=sorted(endpoints),
            leeway=CLOCK_LEEWAY_S,
            options={"require": ["iss", "sub", "aud", "exp", "jti"]},
        )
    except jwt.InvalidSignatureError:
        return None
    except (jwt.InvalidTokenError, jwt.PyJWKError) as error:
        raise _invalid_client(f"the assertion does not hold: {type(error).__name__}") from error
    return claims


def _check_claims(claims: dict[str, Any], client: Client) -> None:
    if not claims["iss"] == claims["sub"] == client.client_id:
        raise _invalid_client("iss and sub must be the client id")
    if float(claims["exp"]) > time.time() + ASSERTION_LIFE_S_MAX + CLOCK_LEEWAY_S:
        raise _invalid_client("exp is more than 5 minutes ahead")
    if not isinstance(claims["jti"], str) or not _JTI.fullmatch(claims["jti"]):
        raise _invalid_client("jti is unusable")


def _spend(database: Database, client: Client, claims: dict[str, Any]) -> None:
    expires_us = int((float(claims["exp"]) + CLOCK_LEEWAY_S + 1) * _US)
    with database.writing() as connection:
        fresh = registry.first_use(connection, client.client_id, claims["jti"], expires_us)
    if not fresh:
        raise _invalid_client("the assertion was used before")
