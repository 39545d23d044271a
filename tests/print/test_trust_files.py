"""Every kind of key file a person may name gives the same trust."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from support.issuer import ISSUED, Signer, a_country, a_payload, a_signer, an_hc1

from vaxdesk.errors import NotGenuine, PrintError
from vaxdesk.print.hcert import trust_from_file, trust_from_keys, verify

AT = ISSUED + timedelta(days=1)


def b64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def spki(signer: Signer, encoding: serialization.Encoding = serialization.Encoding.DER) -> bytes:
    return signer.key.public_key().public_bytes(encoding, serialization.PublicFormat.SubjectPublicKeyInfo)


def files(signer: Signer, anchor: Signer) -> dict[str, Any]:
    kid, der = b64(signer.kid), b64(signer.der)
    return {
        "certificate.pem": signer.pem,
        "chain.pem": b"# a comment\n" + anchor.pem + b"\n" + signer.pem,
        "public.pem": spki(signer, serialization.Encoding.PEM),
        "jwks.json": {"keys": [signer.jwk()]},
        "list.json": [{"kid": kid, "rawData": der}],
        "certificates.json": {"certificates": [{"kid": kid, "rawData": der, "country": "VN"}]},
        "own.json": {
            "keys": [
                {"kid": anchor.kid.hex(), "certificate": b64(anchor.der), "anchor": True},
                {"kid": signer.kid.hex(), "certificate": der},
            ]
        },
        "map.json": {kid: der},
        "map-of-keys.json": {kid: {"publicKey": b64(spki(signer))}},
        "texts.json": [der],
        "x5c.json": {"keys": [{"kid": kid, "x5c": [der]}]},
    }


@pytest.mark.parametrize("name", files(a_country().es256, a_country().anchor))
@pytest.mark.parametrize("signer", ["es256", "ps256"])
def test_key_files_of_every_kind(tmp_path: Path, name: str, signer: str) -> None:
    country = a_country()
    content = files(getattr(country, signer), country.anchor)[name]
    file = tmp_path / name
    file.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    trust = trust_from_file(file)
    assert verify(an_hc1(signer=getattr(country, signer)), trust, AT).algorithm == signer.upper()
    with pytest.raises(NotGenuine, match=r"hcert-(unknown-signer|bad-signature|wrong-algorithm)"):
        verify(an_hc1(signer=country.stranger), trust, AT)


def test_an_anchor_in_the_file_shuts_out_strangers(tmp_path: Path) -> None:
    country, file = a_country(), tmp_path / "own.json"
    listed = [
        {"certificate": b64(country.anchor.der), "anchor": True},
        {"certificate": b64(country.stranger.der)},
    ]
    file.write_text(json.dumps({"keys": listed}))
    with pytest.raises(PrintError, match="trust-file-empty"):
        trust_from_file(file)


@pytest.mark.parametrize("kind", ["keys", "map"])
def test_a_copied_list_revokes_without_a_network(tmp_path: Path, kind: str) -> None:
    country, file = a_country(), tmp_path / "own.json"
    kid, der = country.es256.kid.hex(), b64(country.es256.der)
    listed: dict[str, Any] = {"keys": [{"kid": kid, "certificate": der}]} if kind == "keys" else {kid: der}
    number = a_payload()["v"][0]["ci"]
    file.write_text(json.dumps(listed | {"revoked": [number + "#A"]}))
    with pytest.raises(NotGenuine, match="hcert-revoked"):
        verify(an_hc1(), trust_from_file(file), AT)
    file.write_text(json.dumps(listed | {"revoked": []}))
    assert verify(an_hc1(), trust_from_file(file), AT).uvci == number


@pytest.mark.parametrize("revoked", ["URN", {"a": 1}, [7], None])
def test_a_revocation_list_that_is_none_is_not_passed_over(tmp_path: Path, revoked: Any) -> None:
    file = tmp_path / "own.json"
    file.write_text(json.dumps({"keys": [{"certificate": b64(a_country().es256.der)}], "revoked": revoked}))
    with pytest.raises(PrintError, match="trust-file-unreadable"):
        trust_from_file(file)


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[1]", b"{}", b'"x"', b'{"keys": 7}', b'{"keys": [{"kty": "EC", "crv": "P-384", "x": "AA", "y": "AA"}]}',
     b'[{"kid": "AA"}]', b"\xff\xfe", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
     b'{"keys": [{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}]}', b'{"keys": {"keys": {"keys": []}}}'],
)  # fmt: skip
def test_files_without_keys_are_told(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "keys.json"
    file.write_bytes(content)
    with pytest.raises(PrintError, match=r"trust-file-(unreadable|empty)"):
        trust_from_file(file)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(PrintError, match="trust-file-unreadable"):
        trust_from_file(tmp_path / "none.pem")


def test_without_an_anchor_the_pulled_list_gives_no_trust() -> None:
    assert trust_from_keys((a_country().es256.trust_key(),)).is_empty
    assert trust_from_keys(()).is_empty


@pytest.mark.parametrize("key", [ec.generate_private_key(ec.SECP384R1()), rsa.generate_private_key(65537, 1024)])
def test_keys_no_certificate_may_be_signed_with_are_left_out(key: Any) -> None:
    country = a_country()
    weak = a_signer(key, by=country.anchor)
    assert trust_from_keys((country.anchor.trust_key(anchor=True), weak.trust_key())).is_empty
