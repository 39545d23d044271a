"""A stand-in platform with a courier, written a second time from the contract (K1 to K4): its cryptography shares nothing with the desk's."""

from __future__ import annotations

import hashlib
import json
import threading
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.concatkdf import ConcatKDFHash
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap
from support.model_server import ModelPlatform, _Handler, _Server
from support.model_store import Json, Refusal, content_sha256

JWK = "urn:vaxdesk:ext:jwk"
COURIER = "/courier"


def b64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def unb64(text: str) -> bytes:
    """Strict: one text for one value."""
    raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if b64(raw) != text:
        raise ValueError("not canonical")
    return raw


def public_jwk(key: ec.EllipticCurvePrivateKey, kid: str, use: str, alg: str) -> Json:
    numbers = key.public_key().public_numbers()
    x, y = (b64(number.to_bytes(32, "big")) for number in (numbers.x, numbers.y))
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y, "kid": kid, "use": use, "alg": alg}


def point(jwk: Json) -> ec.EllipticCurvePublicKey:
    x, y = (int.from_bytes(unb64(jwk[name]), "big") for name in ("x", "y"))
    return ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()


class Unreadable(ValueError):
    """400 courier-unreadable."""


class Foreign(ValueError):
    """403 courier-foreign."""


@dataclass
class CourierDesk:
    """The courier's two keys and what they do."""

    name: str = "k"
    opening: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    proving: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def jwks(self) -> list[Json]:
        return [
            public_jwk(self.opening, f"{self.name}-enc", "enc", "ECDH-ES+A256KW"),
            public_jwk(self.proving, f"{self.name}-sig", "sig", "ES256"),
        ]

    def unseal(self, text: str) -> str:
        """The signed text inside a sealed file (RFC 7516, RFC 7518 4.6)."""
        try:
            protected, wrapped, iv, cipher, tag = text.split(".")
            header = json.loads(unb64(protected))
            expected = {
                "alg": "ECDH-ES+A256KW",
                "enc": "A256GCM",
                "zip": "DEF",
                "kid": f"{self.name}-enc",
                "typ": "vaxdesk-courier",
            }
            if {name: header.get(name) for name in expected} != expected:
                raise Unreadable("header")
            shared = self.opening.exchange(ec.ECDH(), point(header["epk"]))
            key = aes_key_unwrap(_agreed(shared), unb64(wrapped))
            packed = AESGCM(key).decrypt(unb64(iv), unb64(cipher) + unb64(tag), protected.encode())
            return zlib.decompress(packed, -zlib.MAX_WBITS).decode()
        except (ValueError, KeyError, InvalidTag, InvalidUnwrap, zlib.error) as error:
            raise Unreadable("sealed") from error

    def sign(self, content: Json, **header: str) -> str:
        """A compact JWS of the platform."""
        head = {"alg": "ES256", "typ": "vaxdesk-courier-answer", "kid": f"{self.name}-sig"} | header
        signed = f"{b64(json.dumps(head).encode())}.{b64(json.dumps(content).encode())}"
        r, s = decode_dss_signature(self.proving.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
        return f"{signed}.{b64(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def _agreed(shared: bytes) -> bytes:
    """Concat KDF of RFC 7518 4.6.2 for a 256-bit wrapping key, without party names."""
    names = b"ECDH-ES+A256KW"
    other = len(names).to_bytes(4, "big") + names + bytes(4) + bytes(4) + (256).to_bytes(4, "big")
    return ConcatKDFHash(hashes.SHA256(), 32, other).derive(shared)


def proven(signed: str, key_of: Callable[[str], Json | None]) -> Json:
    """The content of a desk's compact JWS."""
    head, payload, signature = signed.split(".")
    header, raw = json.loads(unb64(head)), unb64(signature)
    jwk = key_of(header["kid"])
    if (header["alg"], header["typ"]) != ("ES256", "vaxdesk-courier") or jwk is None:
        raise Foreign("signer")
    r, s = (int.from_bytes(half, "big") for half in (raw[:32], raw[32:]))
    try:
        point(jwk).verify(encode_dss_signature(r, s), f"{head}.{payload}".encode(), ec.ECDSA(hashes.SHA256()))
    except InvalidSignature as error:
        raise Foreign("signature") from error
    return json.loads(unb64(payload))  # type: ignore[no-any-return]


@dataclass
class CourierPlatform(ModelPlatform):
    """The model platform with a courier. `spoken` is how it answers at its courier endpoint instead, where a test wants that."""

    desk: CourierDesk = field(default_factory=CourierDesk)
    shows_courier: bool = True
    refusal_code: str = "processing"
    answered_at: datetime = datetime(2021, 11, 13, 8, 0, tzinfo=UTC)
    spoken: tuple[int, str, bytes] | None = None

    def courier(self) -> Json:
        return (
            {"courier": {"endpoint": f"{self.base}{COURIER}", "keys": self.desk.jwks()}} if self.shows_courier else {}
        )

    def take(self, text: str) -> str:
        """What a courier file brings about, and the signed answer."""
        text = text.strip("\r\n")
        content = proven(self.desk.unseal(text), self._signer)
        device = self.store.newest("Device", content["device"])
        if device is None or content["site"] not in [tag["code"] for tag in device["meta"]["tag"]]:
            raise Foreign("device")
        lines = [self._carry_out(record, content["site"]) for record in content["records"]]
        names = {name: content[name] for name in ("device", "epoch", "number")}
        digest = hashlib.sha256(text.encode()).hexdigest()
        return self.desk.sign(names | {"sha256": digest, "answered_at": self.answered_at.isoformat(), "records": lines})

    def _signer(self, kid: str) -> Json | None:
        for device in self.store.all("Device"):
            jwk = next(json.loads(e["valueString"]) for e in device["extension"] if e["url"] == JWK)
            if jwk["kid"] == kid:
                return jwk  # type: ignore[no-any-return]
        return None

    def _carry_out(self, record: Json, site: str) -> Json:
        line = {name: record[name] for name in ("kind", "id", "revision")}
        kind = {"dose": "Immunization", "signature": "Provenance"}[record["kind"]]
        wanted = content_sha256(record["entries"][-1]["resource"])
        stored = self.store.newest(kind, record["id"])
        if (
            stored is None or content_sha256(stored) != wanted
        ):  # else it was here before, whatever its precondition says
            try:
                self.store.transaction({"entry": record["entries"]}, site)
            except Refusal as refusal:
                return line | {"status": refusal.status, "code": self.refusal_code, "text": refusal.diagnostics}
            stored = self.store.newest(kind, record["id"])
        assert stored is not None
        meta = stored["meta"]
        return line | {
            "status": 200,
            "version": meta["versionId"],
            "at": meta["lastUpdated"],
            "sha256": content_sha256(stored),
        }


class _CourierHandler(_Handler):
    platform: CourierPlatform

    def do_POST(self) -> None:  # noqa: N802  the server's name
        if self.path != COURIER:
            super().do_POST()
            return
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.platform.requests.append(("POST", COURIER, len(body)))
        status, kind, raw = self.platform.spoken or self._answer(body.decode("ascii"))
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def _answer(self, text: str) -> tuple[int, str, bytes]:
        try:
            if self._site() is None or self.headers["Content-Type"] != "application/jose":
                return 401, "application/json", b"{}"
            return 200, "application/jose", self.platform.take(text).encode()
        except Unreadable:
            return 400, "application/json", b'{"error": "courier-unreadable"}'
        except Foreign:
            return 403, "application/json", b'{"error": "courier-foreign"}'

    def _configuration(self) -> Json:
        return super()._configuration() | self.platform.courier()

    def _enrol(self, wish: Json) -> tuple[int, Json, dict[str, str]]:
        status, answer, headers = super()._enrol(wish)
        return status, answer | (self.platform.courier() if status == 200 else {}), headers


@contextmanager
def courier_platform(**changes: Any) -> Iterator[CourierPlatform]:
    """A running stand-in on a free loopback port."""
    platform = CourierPlatform(**changes)
    server = _Server(("127.0.0.1", 0), type("Handler", (_CourierHandler,), {"platform": platform}))
    platform.base = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield platform
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
