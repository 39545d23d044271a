"""Who signs certificates: an anchor that issues signers (X.509), one ES256 and one PS256 signer, kept private in the data folder."""

from __future__ import annotations

import base64
import hashlib
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from vaxplatform.services.codes import DOCUMENT, NATIONAL, TRUST, Json, tags

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
VALID = timedelta(days=730)
ALGORITHMS = ("ES256", "PS256")
TRUST_LIST_ID = "trust-list"


@dataclass(frozen=True, slots=True)
class Signer:
    """One certificate signer; `kid` is the first 8 bytes of the SHA-256 of its DER certificate."""

    algorithm: str
    certificate: bytes = field(repr=False)
    private_key: PrivateKey = field(repr=False)

    @property
    def kid(self) -> bytes:
        """The key's id in certificates."""
        return hashlib.sha256(self.certificate).digest()[:8]


@dataclass(frozen=True, slots=True)
class SigningKeys:
    """The anchor's certificate and the signers it issued."""

    anchor_der: bytes = field(repr=False)
    signers: tuple[Signer, ...]

    def signer(self, algorithm: str) -> Signer:
        """The signer of an algorithm. Raises KeyError."""
        return {signer.algorithm: signer for signer in self.signers}[algorithm]


def load_or_make(data_dir: Path) -> SigningKeys:
    """The keys of a data folder; made whole, once, when there are none yet."""
    folder = data_dir / "certificate-keys"
    if not (folder / "anchor.der").exists():
        _make(folder)
    signers = tuple(
        Signer(name, (folder / f"{name}.der").read_bytes(), _private((folder / f"{name}.pem").read_bytes()))
        for name in ALGORITHMS
    )
    return SigningKeys((folder / "anchor.der").read_bytes(), signers)


def trust_list(keys: SigningKeys) -> Json:
    """The DocumentReference every site may read."""
    return {
        "resourceType": "DocumentReference",
        "id": TRUST_LIST_ID,
        "meta": tags(NATIONAL),
        "status": "current",
        "type": {"coding": [{"system": DOCUMENT, "code": "trust-list"}]},
        "content": [
            _listed(keys.anchor_der, "anchor"),
            *(_listed(signer.certificate, "signer") for signer in keys.signers),
        ],
    }


def _listed(der: bytes, code: str) -> Json:
    attachment = {"contentType": "application/pkix-cert", "data": base64.b64encode(der).decode()}
    return {"attachment": attachment, "format": {"system": TRUST, "code": code}}


def _make(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    anchor_key = ec.generate_private_key(ec.SECP256R1())
    anchor = _certificate("vaxplatform anchor", anchor_key.public_key(), "vaxplatform anchor", anchor_key, is_ca=True)
    made: dict[str, PrivateKey] = {
        "ES256": ec.generate_private_key(ec.SECP256R1()),
        "PS256": rsa.generate_private_key(65537, 2048),
    }
    for name, key in made.items():
        certificate = _certificate(f"vaxplatform {name}", key.public_key(), "vaxplatform anchor", anchor_key)
        _write(folder / f"{name}.pem", _pem(key))
        _write(folder / f"{name}.der", certificate)
    _write(folder / "anchor.pem", _pem(anchor_key))
    _write(folder / "anchor.der", anchor)  # last: with it the folder counts as made


def _certificate(
    subject: str,
    public_key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey,
    issuer: str,
    issuer_key: ec.EllipticCurvePrivateKey,
    is_ca: bool = False,
) -> bytes:
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + VALID)
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=0 if is_ca else None), critical=True)
    )
    return built.sign(issuer_key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"), x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _pem(key: PrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _private(pem: bytes) -> PrivateKey:
    key = serialization.load_pem_private_key(pem, password=None)
    assert isinstance(key, (ec.EllipticCurvePrivateKey, rsa.RSAPrivateKey))  # made here and nowhere else
    return key


def _write(file: Path, content: bytes) -> None:
    beside = file.with_suffix(file.suffix + ".new")
    with os.fdopen(os.open(beside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as out:
        out.write(content)
    beside.replace(file)
