"""The head of site's key on a PKCS#11 token: a USB stick or card that signs and never gives its key away.

The PIN is asked for at each signature and kept nowhere. Only NIST P-256 keys are of use (contract "Provenance": ES256). Whatever a token refuses
is one of a few codes, each with a sentence: not plugged in, wrong PIN, locked, another key.
"""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key

from vaxdesk.errors import SecretsError
from vaxdesk.keys.device import Jwk, public_jwk

SIGNATURE_BYTES = 64


@dataclass(frozen=True, slots=True)
class TokenPlace:
    """Where the key is: the token maker's PKCS#11 module (a file), the token's label and the key's; an empty key label: its only EC key."""

    module: str
    token: str
    key: str = ""


@dataclass(slots=True)
class Token:
    """One token. Every method may raise SecretsError: `token-module-missing`, `token-absent`, `token-ambiguous`, `token-key-missing`,

    `token-key-unusable`, `token-failed`; what asks for the PIN also `token-pin-wrong`, `token-pin-locked`.
    """

    place: TokenPlace
    _known: Jwk | None = field(default=None, repr=False)

    def public_jwk(self, pin: str = "") -> Jwk:
        """The public half of the key, with its thumbprint as kid. Most tokens tell it without a PIN."""
        with self._open(pin) as session:
            return self._public(session)

    def signer(self, pin: str, registered: str) -> Callable[[bytes], str]:
        """Signs a payload as a compact JWS (ES256). Raises `token-other-key` where the key is not the `registered` one (thumbprint)."""

        def sign(payload: bytes) -> str:
            with self._open(pin) as session:
                kid = self._public(session)["kid"]
                if kid != registered:
                    raise SecretsError("token-other-key")
                header = {"alg": "ES256", "kid": kid, "typ": "JWT"}
                signing = b".".join(_b64(part) for part in (json.dumps(header).encode(), payload))
                return (signing + b"." + _b64(self._signed(session, signing))).decode("ascii")

        return sign

    def _signed(self, session: Any, signing: bytes) -> bytes:
        import pkcs11

        key = self._key(session, pkcs11.ObjectClass.PRIVATE_KEY)
        # The digest is made here: not every token knows ECDSA with SHA-256 in one.
        raw = bytes(key.sign(hashlib.sha256(signing).digest(), mechanism=pkcs11.Mechanism.ECDSA))
        if len(raw) != SIGNATURE_BYTES:
            raise SecretsError("token-key-unusable")
        return raw

    def _public(self, session: Any) -> Jwk:
        import pkcs11
        from pkcs11.util.ec import encode_ec_public_key

        key = self._key(session, pkcs11.ObjectClass.PUBLIC_KEY)
        found = load_der_public_key(encode_ec_public_key(key))
        if not isinstance(found, ec.EllipticCurvePublicKey) or not isinstance(found.curve, ec.SECP256R1):
            raise SecretsError("token-key-unusable")
        return public_jwk(found)

    def _key(self, session: Any, kind: Any) -> Any:
        import pkcs11

        wanted: dict[Any, Any] = {pkcs11.Attribute.CLASS: kind, pkcs11.Attribute.KEY_TYPE: pkcs11.KeyType.EC}
        if self.place.key:
            wanted[pkcs11.Attribute.LABEL] = self.place.key
        found = list(session.get_objects(wanted))
        if len(found) != 1:
            raise SecretsError("token-ambiguous" if found else "token-key-missing")
        return found[0]

    @contextmanager
    def _open(self, pin: str) -> Iterator[Any]:
        """A session; the library's own errors become SecretsError here and nowhere else."""
        import pkcs11

        with _trouble():
            try:
                library = pkcs11.lib(self.place.module)
            except (pkcs11.PKCS11Error, RuntimeError, OSError) as error:
                raise SecretsError("token-module-missing") from error
            token = library.get_token(token_label=self.place.token)
            with token.open(user_pin=pin or None) as session:
                yield session


@contextmanager
def _trouble() -> Iterator[None]:
    import pkcs11.exceptions as said

    codes: tuple[tuple[tuple[type[Exception], ...], str], ...] = (
        ((said.NoSuchToken, said.TokenNotPresent, said.DeviceRemoved, said.TokenNotRecognised), "token-absent"),
        ((said.PinLocked,), "token-pin-locked"),
        ((said.PinIncorrect, said.PinInvalid, said.PinLenRange, said.UserNotLoggedIn), "token-pin-wrong"),
        ((said.MultipleTokensReturned,), "token-ambiguous"),
    )
    try:
        yield
    except said.PKCS11Error as error:
        raise SecretsError(next((code for kinds, code in codes if isinstance(error, kinds)), "token-failed")) from error


def _b64(content: bytes) -> bytes:
    return urlsafe_b64encode(content).rstrip(b"=")
