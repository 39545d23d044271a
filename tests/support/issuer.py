"""A certificate issuer of the tests' own: an anchor, ES256 and PS256 signers, and HC1 texts with any fault one asks for.

Written from the specification, apart from both the desk and the platform, so that neither proves itself. All people are invented.
"""

from __future__ import annotations

import base64
import hashlib
import zlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import base45
import cbor2
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.x509.oid import NameOID, ObjectIdentifier

from vaxdesk.models.values import TrustKey

ES256, PS256 = -7, -37
START = datetime(2021, 1, 1, tzinfo=UTC)
END = datetime(2031, 1, 1, tzinfo=UTC)
ISSUED = datetime(2021, 11, 13, 3, 0, tzinfo=UTC)
EXPIRES = ISSUED + timedelta(days=365)

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True)
class Signer:
    """A certificate and its private key."""

    key: PrivateKey
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def kid(self) -> bytes:
        return hashlib.sha256(self.der).digest()[:8]

    @property
    def algorithm(self) -> int:
        return PS256 if isinstance(self.key, rsa.RSAPrivateKey) else ES256

    def trust_key(self, kid: str = "", anchor: bool = False) -> TrustKey:
        return TrustKey(kid or self.kid.hex(), self.der, anchor)

    def jwk(self) -> dict[str, str]:
        numbers: Any = self.key.public_key().public_numbers()
        if isinstance(self.key, rsa.RSAPrivateKey):
            return {"kty": "RSA", "kid": _b64(self.kid), "n": _number(numbers.n), "e": _number(numbers.e)}
        return {
            "kty": "EC",
            "crv": "P-256",
            "kid": _b64(self.kid),
            "x": _number(numbers.x, 32),
            "y": _number(numbers.y, 32),
        }


@dataclass(frozen=True)
class Country:
    """An anchor and two signers it issued, and a stranger it did not."""

    anchor: Signer
    es256: Signer
    ps256: Signer
    stranger: Signer
    trust_keys: tuple[TrustKey, ...] = field(default=())


@cache
def a_country() -> Country:
    anchor = a_signer(_ec(), name="Anchor")
    es256, ps256 = a_signer(_ec(), anchor), a_signer(rsa.generate_private_key(65537, 2048), anchor)
    stranger = a_signer(_ec(), name="Stranger")
    listed = (anchor.trust_key(anchor=True), es256.trust_key(), ps256.trust_key())
    return Country(anchor, es256, ps256, stranger, listed)


def a_signer(key: PrivateKey | None = None, by: Signer | None = None, name: str = "Signer",
             start: datetime = START, end: datetime = END, uses: tuple[str, ...] = ()) -> Signer:  # fmt: skip
    """A certificate, issued by another signer or by itself."""
    key = key or _ec()
    subject = x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"), x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=by is None, path_length=None), critical=True)
    )
    if uses:
        builder = builder.add_extension(x509.ExtendedKeyUsage(list(map(ObjectIdentifier, uses))), critical=False)
    return Signer(key, builder.sign(by.key if by else key, hashes.SHA256()))


def a_payload(**entry: Any) -> dict[str, Any]:
    """An EU DCC 1.3.0 vaccination certificate of an invented person; keywords change its entry."""
    vaccination = {
        "tg": "840539006",
        "vp": "1119349007",
        "mp": "EU/1/20/1528",
        "ma": "ORG-100030215",
        "dn": 1,
        "sd": 2,
        "dt": "2021-11-12",
        "co": "VN",
        "is": "Bộ Y tế",
        "ci": "URN:UVCI:01:VN:0A1B2C3D4E5F60718293A4B5C6D7E8F9",
    }
    return {
        "ver": "1.3.0",
        "nam": {"fn": "Trần", "gn": "Thị Bích", "fnt": "TRAN", "gnt": "THI<BICH"},
        "dob": "2003-10-09",
        "v": [vaccination | entry],
    }


def an_hc1(payload: dict[str, Any] | None = None, signer: Signer | None = None, **faults: Any) -> str:
    """A certificate text. Faults: kid, kid_in ("protected", "unprotected", "none"), algorithm (as claimed), tag, claims, exp, iat, prefix."""
    signer = signer or a_country().es256
    claims = faults.get("claims") or {
        1: "VN",
        4: faults.get("exp", int(EXPIRES.timestamp())),
        6: faults.get("iat", int(ISSUED.timestamp())),
        -260: {1: payload or a_payload()},
    }
    return faults.get("prefix", "HC1:") + base45_of(zlib.compress(cose_of(cbor2.dumps(claims), signer, **faults)))


def cose_of(content: bytes, signer: Signer, **faults: Any) -> bytes:
    """The signed message."""
    kid = {4: faults.get("kid", signer.kid)}
    where = faults.get("kid_in", "protected")
    header = {1: faults.get("algorithm", signer.algorithm)} | (kid if where == "protected" else {})
    protected = cbor2.dumps(header)
    signature = sign(signer.key, cbor2.dumps(["Signature1", protected, b"", content]))
    message: Any = [protected, kid if where == "unprotected" else {}, content, signature]
    tags = faults.get("tags", (18,))
    for tag in reversed(tags):
        message = cbor2.CBORTag(tag, message)
    return cbor2.dumps(message)


def sign(key: PrivateKey, content: bytes) -> bytes:
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(content, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
    r, s = utils.decode_dss_signature(key.sign(content, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def base45_of(content: bytes) -> str:
    return base45.b45encode(content).decode("ascii")


def _ec() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _number(value: int, size: int = 0) -> str:
    return _b64(value.to_bytes(size or (value.bit_length() + 7) // 8, "big"))


def _b64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode("ascii").rstrip("=")
