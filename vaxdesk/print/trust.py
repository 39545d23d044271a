"""Whom a desk believes: the certificate signers of the pulled trust list, or those of a file a person names.

Files that `trust_from_file` reads:
- PEM: certificates and public keys, any number, mixed;
- JSON: a list of entries, or an object whose `keys`, `certificates` or `certs` is one, or a map from kid to an entry;
- an entry is a JWK (`kty`, RFC 7517), an object with the DER in base64 under `certificate`, `rawData` or `x5c`, or the
  SubjectPublicKeyInfo under `publicKey` or `subjectPk`, or the bare base64 text; `kid` is hex or base64;
- an entry with `"anchor": true` is no signer: when there is one, every signer must be issued by it;
- `revoked` beside the keys of an object lists certificate numbers (UVCI) that no longer hold, so that a copied file is a whole
  trust list for a machine without a network.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from vaxdesk.errors import PrintError
from vaxdesk.models.values import TrustKey
from vaxdesk.print.cose import PublicKey, algorithm_of

KID_BYTES = 8
FILE_BYTES_MAX = 16 * 1024 * 1024
ANY_KID = ""
REVOKED = "revoked"
USES = {  # extended key usage of a signer to the group of the certificate it may sign (EU technical specification, volume 1)
    "1.3.6.1.4.1.1847.2021.1.1": "t",
    "1.3.6.1.4.1.1847.2021.1.2": "v",
    "1.3.6.1.4.1.1847.2021.1.3": "r",
    "1.3.6.1.4.1.0.1847.2021.1.1": "t",
    "1.3.6.1.4.1.0.1847.2021.1.2": "v",
    "1.3.6.1.4.1.0.1847.2021.1.3": "r",
}
_PEM = re.compile(rb"-----BEGIN (CERTIFICATE|PUBLIC KEY)-----.+?-----END \1-----", re.DOTALL)
_BAD_KEY = (
    ValueError,
    TypeError,
    KeyError,
    binascii.Error,
    UnsupportedAlgorithm,
    x509.UnsupportedGeneralNameType,
)


@dataclass(frozen=True, slots=True)
class SignerKey:
    """One key that may sign certificates. `groups` of v, t, r it is limited to; empty: no limit."""

    key: PublicKey = field(repr=False)
    not_before: datetime | None = None
    not_after: datetime | None = None
    groups: frozenset[str] = frozenset()

    def is_valid(self, at: datetime) -> bool:
        """Whether the signer's certificate covers this time."""
        return not ((self.not_before and at < self.not_before) or (self.not_after and at > self.not_after))


@dataclass(frozen=True, slots=True)
class Trust:
    """Signer keys by kid (hex; several may share one), and certificate numbers that no longer hold."""

    keys: Mapping[str, tuple[SignerKey, ...]]
    revoked: frozenset[str] = frozenset()

    def of(self, kid: str) -> tuple[SignerKey, ...]:
        """All keys of this id, then those that came without an id."""
        return (*self.keys.get(kid, ()), *(self.keys.get(ANY_KID, ()) if kid != ANY_KID else ()))

    @property
    def is_empty(self) -> bool:
        """Whether nobody is believed."""
        return not any(self.keys.values())

    def without(self, revoked_uvcis: Iterable[str]) -> Trust:
        """The same keys, with these certificate numbers refused as well (works offline)."""
        return replace(self, revoked=self.revoked | {uvci_key(uvci) for uvci in revoked_uvcis})


class _Entry(NamedTuple):
    kids: frozenset[str]
    signer: SignerKey
    certificate: x509.Certificate | None
    anchor: bool


def uvci_key(uvci: str) -> str:
    """A certificate number as it is compared: upper case, without prefix and checksum."""
    return uvci.strip().upper().removeprefix("URN:UVCI:").partition("#")[0]


def kid_of(der: bytes) -> str:
    """The key id of a certificate: the first 8 bytes of its SHA-256, hex (hcert-spec 1.0.8)."""
    return hashlib.sha256(der).digest()[:KID_BYTES].hex()


def trust_from_keys(keys: tuple[TrustKey, ...]) -> Trust:
    """The pulled list. Signers count only when an anchor of the list issued them; without an anchor none does."""
    entries = [_from_der(key.certificate, key.kid, key.anchor) for key in keys]
    return _trust(entries, needs_anchor=True)


def trust_from_file(path: Path) -> Trust:
    """The keys of a file; see the module. Raises PrintError `trust-file-unreadable`, `trust-file-empty`."""
    try:
        if path.stat().st_size > FILE_BYTES_MAX:
            raise PrintError("trust-file-unreadable", file=path.name)
        entries, revoked = _read(path.read_bytes())
    except (OSError, *_BAD_KEY) as error:
        raise PrintError("trust-file-unreadable", file=path.name) from error
    found = _trust(entries, needs_anchor=any(entry.anchor for entry in entries))
    if found.is_empty:
        raise PrintError("trust-file-empty", file=path.name)
    return found.without(revoked)


def _trust(entries: Iterable[_Entry], *, needs_anchor: bool) -> Trust:
    entries = list(entries)
    anchors = [entry.certificate for entry in entries if entry.anchor and entry.certificate]
    keys: dict[str, list[SignerKey]] = defaultdict(list)
    for entry in entries:
        if entry.anchor or algorithm_of(entry.signer.key) is None:
            continue
        if needs_anchor and not any(_is_issued_by(entry.certificate, anchor) for anchor in anchors):
            continue
        for kid in entry.kids:
            keys[kid].append(entry.signer)
    return Trust({kid: tuple(signers) for kid, signers in keys.items()})


def _is_issued_by(certificate: x509.Certificate | None, anchor: x509.Certificate) -> bool:
    if certificate is None:
        return False
    try:
        certificate.verify_directly_issued_by(anchor)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _read(content: bytes) -> tuple[list[_Entry], list[str]]:
    """The entries and the revoked numbers of a file."""
    blocks = [match.group() for match in _PEM.finditer(content)]
    if blocks:
        return list(map(_from_pem, blocks)), []
    listed = json.loads(content.decode("utf-8-sig"))
    revoked = listed.pop(REVOKED, []) if isinstance(listed, dict) else []
    if not isinstance(revoked, list) or not all(isinstance(number, str) for number in revoked):
        raise ValueError("no list of numbers")
    return list(_from_json(listed)), revoked


def _from_pem(block: bytes) -> _Entry:
    if b"BEGIN CERTIFICATE" in block:
        certificate = x509.load_pem_x509_certificate(block)
        return _from_der(certificate.public_bytes(serialization.Encoding.DER), "", anchor=False)
    return _Entry(frozenset({ANY_KID}), SignerKey(_usable(serialization.load_pem_public_key(block))), None, False)


def _from_json(found: Any, depth: int = 0) -> Iterator[_Entry]:
    """Entries of a list, of an object that holds a list, or of a map from kid to entry."""
    if isinstance(found, list):
        for item in found:
            yield _from_item(item)
        return
    if not isinstance(found, dict) or depth > 1:
        raise ValueError("no trust list")
    for name in ("keys", "certificates", "certs"):
        if name in found:
            yield from _from_json(found[name], depth + 1)
            return
    for kid, item in found.items():
        yield _from_item({"certificate": item, "kid": kid} if isinstance(item, str) else {"kid": kid} | item)


def _from_item(item: Any) -> _Entry:
    if isinstance(item, str):
        return _from_der(_b64(item), "", anchor=False)
    if not isinstance(item, dict):
        raise ValueError("no key")
    kid = str(item.get("kid", ""))
    certificate = item.get("certificate") or item.get("rawData") or item.get("x5c")
    if certificate:
        first = certificate[0] if isinstance(certificate, list) else certificate
        return _from_der(_b64(first), kid, anchor=bool(item.get("anchor")))
    key = _from_jwk(item) if "kty" in item else _public_key(_b64(item.get("publicKey") or item["subjectPk"]))
    return _Entry(_kids(kid) or frozenset({ANY_KID}), SignerKey(key), None, False)


def _from_der(der: bytes, kid: str, anchor: bool) -> _Entry:
    """A certificate, or a bare public key under a kid, as some lists carry them."""
    try:
        certificate = x509.load_der_x509_certificate(der)
    except ValueError:
        return _Entry(_kids(kid) or frozenset({ANY_KID}), SignerKey(_public_key(der)), None, anchor)
    signer = SignerKey(
        _usable(certificate.public_key()),
        certificate.not_valid_before_utc,
        certificate.not_valid_after_utc,
        _groups(certificate),
    )
    return _Entry(_kids(kid) | {kid_of(der)}, signer, certificate, anchor)


def _groups(certificate: x509.Certificate) -> frozenset[str]:
    try:
        usages = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (x509.ExtensionNotFound, ValueError):
        return frozenset()
    return frozenset(USES[usage.dotted_string] for usage in usages if usage.dotted_string in USES)


def _from_jwk(jwk: Mapping[str, Any]) -> PublicKey:
    def number(name: str) -> int:
        return int.from_bytes(_b64(jwk[name]), "big")

    if jwk["kty"] == "RSA":
        return rsa.RSAPublicNumbers(number("e"), number("n")).public_key()
    if jwk["kty"] == "EC" and jwk["crv"] == "P-256":
        return ec.EllipticCurvePublicNumbers(number("x"), number("y"), ec.SECP256R1()).public_key()
    raise ValueError("no key for certificates")


def _public_key(der: bytes) -> PublicKey:
    return _usable(serialization.load_der_public_key(der))


def _usable(key: object) -> PublicKey:
    if not isinstance(key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey):
        raise ValueError("no key for certificates")
    return key


def _kids(text: str) -> frozenset[str]:
    """What a written key id may mean: hex, or base64 of the bytes."""
    if not text:
        return frozenset()
    if re.fullmatch(r"[0-9a-fA-F]{16}", text):
        return frozenset({text.lower()})
    try:
        return frozenset({_b64(text).hex()})
    except (ValueError, binascii.Error):
        return frozenset({text.encode("utf-8").hex()})


def _b64(text: str) -> bytes:
    """Base64, plain or URL-safe, padded or not."""
    plain = re.sub(r"\s", "", text).translate(str.maketrans("-_", "+/")).rstrip("=")
    return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
