"""Access tokens: short, signed with the platform's own key, checked against the registry on every call (contract C3, R2)."""

from __future__ import annotations

import hashlib
import time
import uuid

import jwt

from vaxplatform import registry
from vaxplatform.settings import TOKEN_LIFE_S
from vaxplatform.store.database import Database
from vaxplatform.store.refusals import Refused
from vaxplatform.store.scope import EVERYTHING, Actor

_ISSUER = "vaxplatform"
_ALGORITHM = "HS256"
OWN_SERVICE = "vaxplatform-services"
"""The client id of the services that run inside the platform; it has no keys and cannot ask for tokens from outside."""


class Tokens:
    """Makes and reads tokens."""

    def __init__(self, secret: bytes, database: Database) -> None:
        self._key = hashlib.sha256(b"access tokens" + secret).digest()
        self._database = database

    def mint(self, client_id: str, site: str, scope: str) -> str:
        """A token for a client whose assertion was accepted."""
        now = int(time.time())
        claims = {
            "iss": _ISSUER,
            "aud": _ISSUER,
            "sub": client_id,
            "site": site,
            "scope": scope,
            "iat": now,
            "exp": now + TOKEN_LIFE_S,
            "jti": str(uuid.uuid4()),
        }
        return jwt.encode(claims, self._key, algorithm=_ALGORITHM)

    def mint_for_own_service(self) -> str:
        """A token that sees everything, for the services inside this process."""
        return self.mint(OWN_SERVICE, "", EVERYTHING)

    def actor(self, authorization: str) -> Actor:
        """Who holds the token of an Authorization header. Raises Refused `login-required`."""
        kind, _, token = authorization.partition(" ")
        if kind.lower() != "bearer" or not token:
            raise Refused("login-required")
        try:
            claims = jwt.decode(
                token.strip(),
                self._key,
                algorithms=[_ALGORITHM],
                audience=_ISSUER,
                issuer=_ISSUER,
                options={"require": ["exp", "sub", "scope", "site"]},
            )
        except jwt.InvalidTokenError as error:
            raise Refused("login-required") from error
        actor = Actor(claims["sub"], claims["site"], claims["scope"])
        if actor.client_id != OWN_SERVICE:
            self._check_registered(actor)
        return actor

    def _check_registered(self, actor: Actor) -> None:
        with self._database.reading() as connection:
            client = registry.find_client(connection, actor.client_id)
        if client is None or client.revoked or client.site != actor.site:
            raise Refused("login-required")
