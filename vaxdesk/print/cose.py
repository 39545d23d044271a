"""The envelope that certificates and slips share: prefix, base45, zlib and COSE_Sign1 (hcert-spec 1.0.8; RFC 9052, 9053, 9285). Pure.

The first half reads what nobody has vouched for yet, so every step has a limit and nothing inside the payload is decoded
before a signature over it holds.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import base45
import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from vaxdesk.errors import NotGenuine

ES256, PS256 = -7, -37
ALGORITHMS = {ES256: "ES256", PS256: "PS256"}
ALG, CRITICAL, KID = 1, 2, 4
SIGN1_TAG, CWT_TAG = 18, 61
TEXT_CHARS_MAX = 4_296  # an alphanumeric QR code of version 40-L holds no more
INFLATED_BYTES_MAX = 64 * 1024
DEPTH_MAX = 8
P256_BYTES = 32
PSS_SALT_BYTES = 32
RSA_BITS = (2048, 4096)

PublicKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey
_UNREADABLE = (cbor2.CBORError, ValueError, EOFError, ArithmeticError, TypeError, RecursionError, MemoryError)


@dataclass(frozen=True, slots=True)
class Sign1:
    """A COSE_Sign1 message as it came; `payload` is still bytes. `kid` is hex, empty when there is none."""

    protected: bytes = field(repr=False)
    payload: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    algorithm: int | None
    kid: str

    def is_signed_by(self, key: PublicKey) -> bool:
        """Whether the signature holds under this key with the algorithm that the message claims and the key is made for."""
        if self.algorithm is None or self.algorithm != algorithm_of(key):
            return False
        try:
            _check(key, self.signature, to_be_signed(self.protected, self.payload))
        except InvalidSignature:
            return False
        return True


def algorithm_of(key: PublicKey) -> int | None:
    """The one COSE algorithm a key may be used with; None for keys that no certificate may be signed with."""
    if isinstance(key, ec.EllipticCurvePublicKey):
        return ES256 if isinstance(key.curve, ec.SECP256R1) else None
    return PS256 if RSA_BITS[0] <= key.key_size <= RSA_BITS[1] else None


def unwrap(untrusted_text: str, prefix: str, kind: str) -> Sign1:
    """From the scanned text to the signed message. Raises NotGenuine `<kind>-not-a-certificate`, `<kind>-damaged`."""
    text = untrusted_text.strip(" \r\n\t")
    if not text.startswith(prefix) or len(text) > TEXT_CHARS_MAX:
        raise NotGenuine(f"{kind}-not-a-certificate")
    try:
        return _sign1(_inflate(base45.b45decode(text.removeprefix(prefix))))
    except _UNREADABLE as error:
        raise NotGenuine(f"{kind}-damaged") from error


def wrap(prefix: str, protected: bytes, payload: bytes, signature: bytes) -> str:
    """From the parts of a COSE_Sign1 message to the text of a QR code."""
    message = cbor2.dumps(cbor2.CBORTag(SIGN1_TAG, [protected, {}, payload, signature]))
    text: bytes = base45.b45encode(zlib.compress(message, 9))
    return prefix + text.decode("ascii")


def claims(message: Sign1, kind: str) -> dict[Any, Any]:
    """The payload of a message whose signature holds. Raises NotGenuine `<kind>-damaged`."""
    try:
        found = plain(cbor2.loads(message.payload))
    except _UNREADABLE as error:
        raise NotGenuine(f"{kind}-damaged") from error
    if not isinstance(found, dict):
        raise NotGenuine(f"{kind}-damaged")
    return found


def to_be_signed(protected: bytes, payload: bytes) -> bytes:
    """The Sig_structure of RFC 9052 section 4.4, without external data."""
    return bytes(cbor2.dumps(["Signature1", protected, b"", payload]))


def raw_signature(der: bytes) -> bytes:
    """An ECDSA signature over P-256 as COSE wants it: r and s, 32 bytes each."""
    r, s = decode_dss_signature(der)
    return r.to_bytes(P256_BYTES, "big") + s.to_bytes(P256_BYTES, "big")


def plain(value: Any, depth: int = 0) -> Any:
    """A decoded value as JSON knows it; dates become ISO text. Raises ValueError for anything else or too deep."""
    if depth > DEPTH_MAX:
        raise ValueError("too deep")
    if isinstance(value, Mapping):
        return {key: plain(item, depth + 1) for key, item in value.items() if isinstance(key, str | int)}
    if isinstance(value, list | tuple):
        return [plain(item, depth + 1) for item in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    if value is None or isinstance(value, str | int | float | bytes):
        return value
    raise ValueError("no JSON value")


def _inflate(squeezed: bytes) -> bytes:
    unpacker = zlib.decompressobj()
    try:
        whole = unpacker.decompress(squeezed, INFLATED_BYTES_MAX)
    except zlib.error as error:
        raise ValueError("not zlib") from error
    if not unpacker.eof:
        raise ValueError("cut off or too big")
    return whole


def _sign1(message: bytes) -> Sign1:
    outer = cbor2.loads(message)
    for tag in (CWT_TAG, SIGN1_TAG):  # either may be missing; in another order it is another kind of message
        if isinstance(outer, cbor2.CBORTag) and outer.tag == tag:
            outer = outer.value
    if not isinstance(outer, list | tuple) or len(outer) != 4:
        raise ValueError("no COSE_Sign1")
    protected, unprotected, payload, signature = outer
    if not all(isinstance(part, bytes) for part in (protected, payload, signature)):
        raise ValueError("no COSE_Sign1")
    header = _header(cbor2.loads(protected) if protected else {})
    if CRITICAL in header:  # it asks for something to be understood that no certificate needs (RFC 9052 section 3.1)
        raise ValueError("critical header")
    return Sign1(protected, payload, signature, *_alg_and_kid(header, _header(unprotected)))


def _header(found: Any) -> dict[Any, Any]:
    if not isinstance(found, dict):
        raise ValueError("no header")
    return found


def _alg_and_kid(protected: dict[Any, Any], unprotected: dict[Any, Any]) -> tuple[int | None, str]:
    """Both may stand in either header; the protected one wins. An algorithm nobody signed for does no harm, as each key
    is used with its own algorithm only."""
    algorithm, kid = (protected.get(name, unprotected.get(name)) for name in (ALG, KID))
    return (algorithm if isinstance(algorithm, int) else None, kid.hex() if isinstance(kid, bytes) else "")


def _check(key: PublicKey, signature: bytes, signed: bytes) -> None:
    """Raises InvalidSignature."""
    if isinstance(key, rsa.RSAPublicKey):
        pss = padding.PSS(padding.MGF1(hashes.SHA256()), PSS_SALT_BYTES)
        key.verify(signature, signed, pss, hashes.SHA256())
        return
    if len(signature) != 2 * P256_BYTES:
        raise InvalidSignature
    r, s = (int.from_bytes(half, "big") for half in (signature[:P256_BYTES], signature[P256_BYTES:]))
    key.verify(encode_dss_signature(r, s), signed, ec.ECDSA(hashes.SHA256()))
