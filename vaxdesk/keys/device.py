"""The device's two key pairs: ES384 proves the device to the platform (SMART), ES256 signs days and slips (contract C2)."""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from vaxdesk.errors import SecretsError
from vaxdesk.keys.vault import DEVICE_KEY, SIGNING_KEY, KeyringVault, Vault

Jwk = dict[str, Any]
Jwks = dict[str, list[Jwk]]
NEW_DEVICE_KEY, NEW_SIGNING_KEY = "new-device-key", "new-signing-key"
_CURVES: dict[str, tuple[type[ec.EllipticCurve], str, int]] = {
    "P-256": (ec.SECP256R1, "ES256", 32),
    "P-384": (ec.SECP384R1, "ES384", 48),
}


def make_device_keys(vault: Vault) -> None:
    """Makes the pairs that are not there yet; those that are stay, so that a repeated enrolment shows the same device."""
    for name, curve in ((DEVICE_KEY, ec.SECP384R1()), (SIGNING_KEY, ec.SECP256R1())):
        if vault.get(name) is None:
            vault.put(name, _pem(ec.generate_private_key(curve)))


def make_new_keys(vault: Vault) -> Jwks:
    """The pairs that will replace the present ones, made once and kept beside them; gives their public halves."""
    pairs = ((NEW_DEVICE_KEY, ec.SECP384R1()), (NEW_SIGNING_KEY, ec.SECP256R1()))
    for name, curve in pairs:
        if not vault.get(name):
            vault.put(name, _pem(ec.generate_private_key(curve)))
    return {"keys": [jwk_of(_load(vault, name)) for name, _ in pairs]}


def new_device_key(vault: Vault) -> ec.EllipticCurvePrivateKey:
    """The key that will prove this device. Raises SecretsError `device-key-missing`."""
    return _load(vault, NEW_DEVICE_KEY)


def take_new_keys(vault: Vault) -> None:
    """The new pairs replace the present ones. Cut off in between, it may be done again."""
    for new, present in ((NEW_SIGNING_KEY, SIGNING_KEY), (NEW_DEVICE_KEY, DEVICE_KEY)):
        pem = vault.get(new)
        if pem:
            vault.put(present, pem)
            vault.put(new, b"")


def forget_device_keys(vault: Vault) -> None:
    """Takes the keys that act for the site out of the keyring; the store key stays, or what was kept could never be opened again.

    Keys sealed under a passphrase lie in the folder they belong to and stay sealed there.
    """
    if isinstance(vault, KeyringVault):
        for name in (DEVICE_KEY, SIGNING_KEY, NEW_DEVICE_KEY, NEW_SIGNING_KEY):
            vault.forget(name)


def device_key(vault: Vault) -> ec.EllipticCurvePrivateKey:
    """The key that proves this device. Raises SecretsError `device-key-missing`."""
    return _load(vault, DEVICE_KEY)


def signing_key(vault: Vault) -> ec.EllipticCurvePrivateKey:
    """The key that signs days and slips. Raises SecretsError `device-key-missing`."""
    return _load(vault, SIGNING_KEY)


def passing_key() -> ec.EllipticCurvePrivateKey:
    """A signing key that nobody keeps: what it signs can never be taken for genuine, on this machine as little as elsewhere."""
    return ec.generate_private_key(ec.SECP256R1())


def public_jwks(vault: Vault) -> Jwks:
    """Both public keys as a JWK set."""
    return {"keys": [jwk_of(device_key(vault)), signing_jwk(vault)]}


def signing_jwk(vault: Vault) -> Jwk:
    """The public half of the signing key."""
    return jwk_of(signing_key(vault))


def jwk_of(key: ec.EllipticCurvePrivateKey) -> Jwk:
    """The public half of a key, with its thumbprint as kid."""
    return public_jwk(key.public_key())


def public_jwk(key: ec.EllipticCurvePublicKey) -> Jwk:
    """A public key, with its thumbprint as kid."""
    numbers = key.public_numbers()
    crv = "P-256" if isinstance(numbers.curve, ec.SECP256R1) else "P-384"
    _, alg, size = _CURVES[crv]
    jwk = {"kty": "EC", "crv": crv, "x": _b64(numbers.x, size), "y": _b64(numbers.y, size)}
    return jwk | {"kid": thumbprint(jwk), "use": "sig", "alg": alg}


def thumbprint(jwk: Jwk) -> str:
    """RFC 7638 SHA-256 thumbprint of an EC key, base64url."""
    needed = {name: jwk[name] for name in ("crv", "kty", "x", "y")}
    canonical = json.dumps(needed, sort_keys=True, separators=(",", ":")).encode()
    return urlsafe_b64encode(hashlib.sha256(canonical).digest()).decode().rstrip("=")


def public_key_of(jwk: Jwk) -> ec.EllipticCurvePublicKey:
    """The public key of an EC JWK. Raises ValueError for anything else."""
    try:
        curve, _, _ = _CURVES[jwk["crv"]]
        numbers = ec.EllipticCurvePublicNumbers(_int(jwk["x"]), _int(jwk["y"]), curve())
    except (KeyError, TypeError) as error:
        raise ValueError("not an EC key") from error
    return numbers.public_key()


def jws_signer(vault: Vault) -> Callable[[bytes], str]:
    """Signs a payload as a compact JWS (ES256, kid = thumbprint); the key is read at each use, so a locked keyring is told then."""

    def sign(payload: bytes) -> str:
        from jwt import api_jws

        key = signing_key(vault)
        return api_jws.encode(payload, key, algorithm="ES256", headers={"kid": jwk_of(key)["kid"]})

    return sign


def _load(vault: Vault, name: str) -> ec.EllipticCurvePrivateKey:
    pem = vault.get(name)
    if not pem:
        raise SecretsError("device-key-missing")
    key = serialization.load_pem_private_key(pem, password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)  # made here and nowhere else
    return key


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _b64(number: int, size: int) -> str:
    return urlsafe_b64encode(number.to_bytes(size, "big")).decode().rstrip("=")


def _int(text: str) -> int:
    return int.from_bytes(urlsafe_b64decode(text + "=" * (-len(text) % 4)), "big")
