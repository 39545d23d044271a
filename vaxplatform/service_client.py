"""Tokens for services that run beside another FHIR server: SMART Backend Services from the client's side."""

from __future__ import annotations

import time
import uuid
from pathlib import Path

import jwt
import requests
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from vaxplatform.http.auth import ASSERTION_TYPE

ASSERTION_LIFE_S = 240
TIMEOUT_S = (5.0, 30.0)
_ENDS_EARLY_S = 30.0


class TokenUnavailable(Exception):
    """The token endpoint gave no token; `str()` is its error code or the HTTP status."""


class KeyUnusable(Exception):
    """The key file is no PEM private key for ES384 or RS384."""


class ServiceTokens:
    """Keeps one token until shortly before it ends; call it to have one."""

    def __init__(self, token_url: str, client_id: str, key_file: Path, scope: str = "system/*.*") -> None:
        self._url, self._client_id, self._scope = token_url, client_id, scope
        self._key, self._algorithm = private_key(key_file)
        self._token, self._ends = "", 0.0

    def __call__(self) -> str:
        """A token that still holds for a while. Raises TokenUnavailable, requests.RequestException."""
        if time.monotonic() >= self._ends:
            self._fetch()
        return self._token

    def _fetch(self) -> None:
        form = {
            "grant_type": "client_credentials",
            "scope": self._scope,
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": self._assertion(),
        }
        answer = requests.post(self._url, data=form, timeout=TIMEOUT_S, allow_redirects=False)
        if answer.status_code != 200:
            raise TokenUnavailable(str(answer.status_code))
        found = answer.json()
        self._token = str(found["access_token"])
        self._ends = time.monotonic() + float(found.get("expires_in", 60)) - _ENDS_EARLY_S

    def _assertion(self) -> str:
        claims = {
            "iss": self._client_id,
            "sub": self._client_id,
            "aud": self._url,
            "exp": int(time.time()) + ASSERTION_LIFE_S,
            "jti": str(uuid.uuid4()),
        }
        return jwt.encode(claims, self._key, algorithm=self._algorithm)


def private_key(file: Path) -> tuple[ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, str]:
    """The key of a PEM file and its algorithm. Raises KeyUnusable, OSError."""
    try:
        key = load_pem_private_key(file.read_bytes(), None)
    except (ValueError, TypeError) as error:
        raise KeyUnusable from error
    if isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP384R1):
        return key, "ES384"
    if isinstance(key, rsa.RSAPrivateKey):
        return key, "RS384"
    raise KeyUnusable
