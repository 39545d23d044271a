"""SMART Backend Services: a short access token for an assertion signed with the device's key (contract C3, C4)."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from vaxdesk.errors import NotAuthorised, Unreachable
from vaxdesk.keys.device import jwk_of
from vaxdesk.sync.wire import Answer, Wire

SCOPE = "system/*.cruds"
ASSERTION_LIFE_S = 240
ENDS_EARLY_S = 30.0
SKEW_S_MIN = 20.0
_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}


class NoTokens:
    """A FHIR server on loopback that asks for nothing."""

    def token(self) -> str:
        """No token."""
        return ""

    def renew(self) -> None:
        """Nothing to renew."""


class Tokens:
    """Keeps one token until shortly before it ends. `private_key` gives the ES384 key, from the keyring at each use."""

    def __init__(
        self,
        wire: Wire,
        token_url: str,
        client_id: str,
        private_key: Callable[[], EllipticCurvePrivateKey],
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wire, self._url, self._client_id = wire, token_url, client_id
        self._private_key, self._clock, self._monotonic = private_key, clock, monotonic
        self._token = ""
        self._ends = 0.0  # by the monotonic clock: a corrected wall clock neither lengthens nor shortens it
        self._skew_s = 0.0

    def token(self) -> str:
        """A token that holds for 30 s or more. Raises NotAuthorised `token-refused`, or Unreachable `token-unreachable`."""
        if not self._token or self._monotonic() >= self._ends:
            self._fetch()
        return self._token

    def renew(self) -> None:
        """Forgets the token: the next call fetches another."""
        self._token = ""

    def _fetch(self) -> None:
        try:
            answer = self._ask()
            if answer.status in (400, 401) and self._learn_skew(answer):
                answer = self._ask()
            self._keep(answer)
        except Unreachable as error:
            if error.code == "tls-refused":  # says more about what to do, and nothing was sent either
                raise
            raise Unreachable("token-unreachable", cause=error.code) from error

    def _ask(self) -> Answer:
        form = {
            "grant_type": "client_credentials",
            "scope": SCOPE,
            "client_assertion_type": _ASSERTION_TYPE,
            "client_assertion": self._assertion(),
        }
        return self._wire.exchange("POST", self._url, body=urlencode(form).encode("ascii"), headers=_FORM)

    def _assertion(self) -> str:
        key = self._private_key()
        claims = {
            "iss": self._client_id,
            "sub": self._client_id,
            "aud": self._url,
            "exp": int(self._clock().timestamp() + self._skew_s) + ASSERTION_LIFE_S,
            "jti": str(uuid.uuid4()),
        }
        return jwt.encode(claims, key, algorithm="ES384", headers={"kid": jwk_of(key)["kid"]})

    def _learn_skew(self, refusal: Answer) -> bool:
        """A laptop's clock may be a year off: then the server's own Date makes the next assertion. True when it helps to ask again."""
        if refusal.date is None:
            return False
        skew_s = (refusal.date - self._clock()).total_seconds()
        wrong = abs(skew_s - self._skew_s) >= SKEW_S_MIN
        self._skew_s = skew_s if wrong else self._skew_s
        return wrong

    def _keep(self, answer: Answer) -> None:
        if answer.status in (400, 401, 403) and answer.is_json:
            raise NotAuthorised("token-refused", reason=_reason(answer.json()))
        if answer.status != 200:
            raise Unreachable("server-error" if answer.status >= 500 else "not-the-platform")
        found = answer.json()
        token = found.get("access_token") if isinstance(found, dict) else None
        if not isinstance(token, str) or not token:
            raise Unreachable("not-the-platform")
        self._token = token
        self._ends = self._monotonic() + _life_s(found) - ENDS_EARLY_S


def _life_s(found: dict[str, Any]) -> float:
    life = found.get("expires_in", 300)
    return float(life) if isinstance(life, int | float) and 0 < life < 86_400 else 300.0


def _reason(found: Any) -> str:
    """RFC 6749 error code, e.g. invalid_client; safe in a log."""
    code = found.get("error") if isinstance(found, dict) else None
    return code if isinstance(code, str) and code.isascii() and len(code) <= 40 else "unknown"
