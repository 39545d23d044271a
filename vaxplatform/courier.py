"""Courier files (contract K1 to K5): unsealed with the platform's key, their signer checked, each record carried out on its device's behalf.

The answer is signed by the platform, names no person, and says the same however often a file comes.
"""

from __future__ import annotations

import copy
import hashlib
import json
import os
import zlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import rfc8785
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jwe, jws
from joserfc.errors import JoseError
from joserfc.jwe import JWERegistry
from joserfc.jwk import ECKey
from sqlalchemy import Connection

from vaxplatform import registry
from vaxplatform.store import bundle, resources, saving, search
from vaxplatform.store.database import EPOCH, Database
from vaxplatform.store.refusals import Json, Refused
from vaxplatform.store.resources import Stored, Writing
from vaxplatform.store.scope import SITE_SCOPE, Actor
from vaxplatform.store.types import CITIZEN_SYSTEM, values_at

SEALED_BYTES_MAX = 16 * 1024 * 1024
UNPACKED_BYTES_MAX = 64 * 1024 * 1024
RECORDS_MAX = 5_000
ENTRIES_A_RECORD_MAX = 3
THUMBPRINT_SYSTEM = "urn:ietf:params:oauth:jwk-thumbprint"
JWK_URL = "urn:vaxdesk:ext:jwk"
FILE_TYPE, ANSWER_TYPE = "vaxdesk-courier", "vaxdesk-courier-answer"
_AGREEMENT, _CIPHER, _SIGNATURE = "ECDH-ES+A256KW", "A256GCM", "ES256"
MENDED = "person"  # a mended identity (P12): its own entry names the Patient by the citizen number
_PATIENT_OF = f"Patient?identifier={CITIZEN_SYSTEM}|"
_KINDS = {
    "dose": "Immunization",
    "signature": "Provenance",
    "reaction": "AdverseEvent",
    "day": "MeasureReport",
    "complaint": "Task",
}
_UNREADABLE = (JoseError, ValueError, KeyError, TypeError, AttributeError, RecursionError, zlib.error)


@dataclass(frozen=True, slots=True)
class CourierKeys:
    """The platform's own pairs: one that files are sealed for, one that answers are signed with."""

    sealing: ec.EllipticCurvePrivateKey = field(repr=False)
    signing: ec.EllipticCurvePrivateKey = field(repr=False)

    def public(self, base: str) -> Json:
        """What discovery and enrolment tell (K1)."""
        keys = [
            _public(self.sealing) | {"use": "enc", "alg": _AGREEMENT},
            _public(self.signing) | {"use": "sig", "alg": _SIGNATURE},
        ]
        return {"endpoint": f"{base}/courier", "keys": keys}


@dataclass(frozen=True, slots=True)
class Delivery:
    """A file whose signer is known. `records` are as the desk wrote them, not yet checked one by one."""

    device: str
    site: str
    epoch: int
    number: int
    sha256: str
    records: tuple[Any, ...] = field(repr=False)


def load_or_make(data_dir: Path) -> CourierKeys:
    """The keys of a data folder; made once."""
    folder = data_dir / "courier-keys"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return CourierKeys(_pair(folder / "sealing.pem"), _pair(folder / "signing.pem"))


def take_in(database: Database, keys: CourierKeys, text: str, now: datetime | None = None) -> str:
    """Carries out a courier file; gives the signed answer (K4). Raises Refused `courier-unreadable`, `courier-foreign`, `too-large`."""
    delivery = unseal(database, keys, text.strip())
    actor = Actor(delivery.device, delivery.site, SITE_SCOPE)
    lines = [_line(database, actor, record) for record in delivery.records]
    answer = {
        "device": delivery.device,
        "epoch": delivery.epoch,
        "number": delivery.number,
        "sha256": delivery.sha256,
        "answered_at": (now or datetime.now(UTC)).isoformat(timespec="seconds"),
        "records": [line for line in lines if line is not None],
    }
    header = {"alg": _SIGNATURE, "kid": _public(keys.signing)["kid"], "typ": ANSWER_TYPE}
    payload = json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()
    return jws.serialize_compact(header, payload, ECKey.import_key(keys.signing), algorithms=[_SIGNATURE])


def unseal(database: Database, keys: CourierKeys, text: str) -> Delivery:
    """What a file holds, its signature proven. Raises as `take_in` does."""
    if len(text) > SEALED_BYTES_MAX:
        raise Refused("too-large")
    try:
        sealed = jwe.decrypt_compact(text.encode("ascii"), ECKey.import_key(keys.sealing), registry=_SEALED)
        if sealed.headers().get("typ") != FILE_TYPE or sealed.plaintext is None:
            raise ValueError("another kind of file")
        signed = sealed.plaintext.decode("ascii")
        kid = str(jws.extract_compact(signed.encode("ascii"), registry=_SIGNED).headers()["kid"])
    except _UNREADABLE as error:
        raise Refused("courier-unreadable") from error
    with database.reading() as connection:
        device, jwk = _signer(connection, kid)
        try:
            content = jws.deserialize_compact(signed, ECKey.import_key(jwk), algorithms=[_SIGNATURE], registry=_SIGNED)
            found = json.loads(content.payload)
            delivery = _delivery(found, hashlib.sha256(text.encode("ascii")).hexdigest())
        except _UNREADABLE as error:
            raise Refused("courier-unreadable") from error
        client = registry.find_client(connection, device)
    if client is None or client.revoked or (delivery.device, delivery.site) != (device, client.site):
        raise Refused("courier-foreign")
    return delivery


def _delivery(found: Any, sha256: str) -> Delivery:
    records = found["records"]
    if not isinstance(records, list) or len(records) > RECORDS_MAX:
        raise ValueError("records")
    texts = (found["device"], found["site"])
    if not all(isinstance(text, str) for text in texts):
        raise TypeError("names")
    return Delivery(*texts, int(found["epoch"]), int(found["number"]), sha256, tuple(records))


def _signer(connection: Connection, kid: str) -> tuple[str, Json]:
    """The device whose active key, present or former (C5), has this thumbprint. Raises Refused `courier-foreign`."""
    query = search.parse("Device", [("identifier", f"{THUMBPRINT_SYSTEM}|{kid}"), ("status", "active")])
    for stored in search.run(connection, Actor(), query).found:
        for extension in values_at(stored.resource, "extension"):
            if extension.get("url") == JWK_URL:
                return stored.id.partition(".")[0], json.loads(extension["valueString"])
    raise Refused("courier-foreign")


def _line(database: Database, actor: Actor, record: Any) -> Json | None:
    """One record's fate; None for what cannot even be named."""
    try:
        named = {"kind": str(record["kind"]), "id": str(record["id"]), "revision": int(record["revision"])}
    except (KeyError, TypeError, ValueError):
        return None
    try:
        return named | _carried_out(database, actor, named, record.get("entries"))
    except Refused as refused:
        return named | {
            "status": refused.status,
            "code": refused.code,
            "text": refused.reason.vi.format_map(refused.params),
        }


def _carried_out(database: Database, actor: Actor, named: Json, entries: Any) -> Json:
    """Stores a record as a push would; what is there already with the same content is not written again (K5)."""
    own = _own_entry(named, entries)
    known = _stored(database, actor, own)
    if known is None or _hash(known, own) != content_hash(own["resource"]):
        whole = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
        bundle.process(database, actor, whole, _NoReader())
        known = _stored(database, actor, own)
    if known is None:
        raise Refused("internal")
    at = EPOCH + timedelta(microseconds=known.at_us)
    return {
        "status": 200,
        "version": str(known.version),
        "at": at.isoformat(timespec="milliseconds"),
        "sha256": _hash(known, own),
    }


def _hash(known: Stored, own: Json) -> str:
    """The content hash of what is stored; the id of a Patient is the platform's own, and none of the facts that came (P12)."""
    facts = known.resource
    return content_hash(facts if "id" in own["resource"] else {n: v for n, v in facts.items() if n != "id"})


def _own_entry(named: Json, entries: Any) -> Json:
    """The record's own entry. Raises Refused `entry-unusable` for anything but people made and this very record put."""
    if not isinstance(entries, list) or not 0 < len(entries) <= ENTRIES_A_RECORD_MAX:
        raise Refused("entry-unusable")
    kind = _KINDS.get(named["kind"], "")
    wanted = ("PUT", f"{kind}/{named['id']}")
    asked = [_request(entry) for entry in entries]
    is_own = _is_mended(asked[-1]) if named["kind"] == MENDED else asked[-1] == wanted
    if not is_own or not all(one == ("POST", "Patient") or _is_mended(one) for one in asked[:-1]):
        raise Refused("entry-unusable")
    own: Json = entries[-1]
    if not isinstance(own.get("resource"), dict):
        raise Refused("entry-unusable")
    return own


def _is_mended(asked: tuple[Any, Any]) -> bool:
    """Whether an entry changes the Patient of one citizen number (P12)."""
    method, url = asked
    return method == "PUT" and isinstance(url, str) and url.startswith(_PATIENT_OF) and "&" not in url


def _request(entry: Any) -> tuple[Any, Any]:
    request = entry.get("request") if isinstance(entry, dict) else None
    return (request.get("method"), request.get("url")) if isinstance(request, dict) else (None, None)


def _stored(database: Database, actor: Actor, own: Json) -> Stored | None:
    if _is_mended(_request(own)):
        with database.reading() as connection:
            return saving.matching(Writing(connection, actor), "Patient", str(own["request"]["url"]))
    kind, _, resource_id = str(own["request"]["url"]).partition("/")
    with database.reading() as connection:
        try:
            return resources.read(connection, actor, kind, resource_id)
        except Refused as refused:
            if refused.status == 404:
                return None
            raise


def content_hash(resource: Json) -> str:
    """Lower-case hex SHA-256 of the facts in canonical JSON (contract "content hash"). Raises Refused `structure` for what has none."""
    facts = {name: value for name, value in resource.items() if name not in ("meta", "text")}
    for name in ("patient", "subject"):
        if isinstance(facts.get(name), dict):
            facts[name] = {n: v for n, v in facts[name].items() if n not in ("reference", "display")}
    try:
        return hashlib.sha256(rfc8785.dumps(facts)).hexdigest()
    except ValueError as error:
        raise Refused("structure", element="resource", problem="no canonical form") from error


class _NoReader:
    """A courier file asks nothing."""

    def searchset(self, connection: Connection, actor: Actor, kind: str, params: search.Params) -> Json:
        """Never reached: `_own_entry` lets no GET through."""
        raise Refused("entry-unusable")


def _roomy_deflate() -> Any:
    """The library's DEF with our bound instead of its 250 KiB: a file must not unpack into more than it may hold (K2)."""
    deflate = copy.copy(JWERegistry.algorithms["zip"]["DEF"])
    setattr(deflate, "MAX_SIZE", UNPACKED_BYTES_MAX)  # noqa: B010  not declared on the type it is told to have
    return deflate


class _SealedRegistry(JWERegistry):
    max_ciphertext_length = SEALED_BYTES_MAX
    algorithms = {**JWERegistry.algorithms, "zip": {"DEF": _roomy_deflate()}}  # noqa: RUF012  the library's own form


class _SignedRegistry(jws.JWSRegistry):
    max_payload_length = UNPACKED_BYTES_MAX


_SEALED = _SealedRegistry(algorithms=[_AGREEMENT, _CIPHER, "DEF"])
_SIGNED = _SignedRegistry(algorithms=[_SIGNATURE])


def _public(key: ec.EllipticCurvePrivateKey) -> Json:
    jwk = ECKey.import_key(key)
    return {**jwk.as_dict(private=False), "kid": jwk.thumbprint()}


def _pair(file: Path) -> ec.EllipticCurvePrivateKey:
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        key = serialization.load_pem_private_key(file.read_bytes(), password=None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)  # made here and nowhere else
        return key
    made = ec.generate_private_key(ec.SECP256R1())
    pkcs8, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    with os.fdopen(handle, "wb") as out:
        out.write(made.private_bytes(serialization.Encoding.PEM, pkcs8, plain))
        out.flush()
        os.fsync(out.fileno())
    return made
