"""Courier files and their answers: sealed for the platform alone, signed by the desk; signed by the platform, open to all (contract K2, K4). Pure."""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from joserfc import jwe, jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from vaxdesk.errors import InputRefused, Problem, StoreError
from vaxdesk.keys.device import jwk_of
from vaxdesk.models.exchange import Carried, CourierAnswer, CourierLine, Export
from vaxdesk.models.values import Receipt, RecordKind
from vaxdesk.sync.causes import REFUSAL_SYSTEM, cause
from vaxdesk.sync.codes import Json
from vaxdesk.sync.fhir import entries_of, instant
from vaxdesk.sync.fhir_immunization import VaccineCodings

SEALED_TYPE, ANSWER_TYPE = "vaxdesk-courier", "vaxdesk-courier-answer"
SEALED_BYTES_MAX = 16 * 1024 * 1024
UNPACKED_BYTES_MAX = 64 * 1024 * 1024
LINES_MAX = 5_000
HEADER_CHARS_MAX = 1024
TEXT_CHARS_MAX = 2000
_AGREEMENT, _CIPHER, _SIGNATURE = "ECDH-ES+A256KW", "A256GCM", "ES256"
_ALLOWED_TO_SEAL = [_AGREEMENT, _CIPHER, "DEF"]
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


class CourierTooLarge(ValueError):
    """More than the contract lets travel in one file."""


class Shape(StrEnum):
    """What a file says it is."""

    SEALED = "sealed"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Sealed:
    """A courier file: one line of ASCII, its SHA-256 and what it carries."""

    text: str = field(repr=False)
    sha256: str
    carried: tuple[Carried, ...]


class CourierKeys:
    """The platform's public courier keys as kept with the enrolment (K1): one to seal for, and those its answers are signed with."""

    def __init__(self, kept: str) -> None:
        try:
            self._jwks: list[dict[str, str]] = json.loads(kept)
        except ValueError as error:
            raise StoreError("courier-not-offered") from error

    def sealing(self) -> dict[str, str]:
        """The key that files are sealed for. Raises StoreError `courier-not-offered`."""
        found = next((jwk for jwk in self._jwks if jwk["use"] == "enc" and jwk["alg"] == _AGREEMENT), None)
        if found is None:
            raise StoreError("courier-not-offered")
        return found

    def opens(self, kid: str) -> bool:
        """Whether a file sealed for this key is for this platform."""
        return any(jwk["kid"] == kid and jwk["use"] == "enc" for jwk in self._jwks)

    def proving(self, kid: str) -> dict[str, str] | None:
        """The key of this name that answers are signed with."""
        wanted = (jwk for jwk in self._jwks if jwk["use"] == "sig" and jwk["alg"] == _SIGNATURE)
        return next((jwk for jwk in wanted if jwk["kid"] == kid), None)


def seal(export: Export, codings: VaccineCodings, key: EllipticCurvePrivateKey, platform: CourierKeys) -> Sealed:
    """The courier file of an export, signed with the device's signing key (K2).

    Raises CourierTooLarge; StoreError `courier-not-offered` where the platform has no key to seal for.
    """
    records, carried = [], []
    for record in export.due:
        entries, (part,) = entries_of((record,), codings)
        entry = part.entry
        records.append(_names(entry.kind, entry.record_id, entry.revision) | {"entries": entries})
        carried.append(Carried(entry.kind, entry.record_id, entry.revision, part.hash))
    text = _sealed(_signed(_content(export, records), key), platform.sealing())
    return Sealed(text, sha256_of(text), tuple(carried))


def _names(kind: RecordKind, record_id: str, revision: int) -> Json:
    return {"kind": kind.value, "id": record_id, "revision": revision}


def _content(export: Export, records: list[Json]) -> bytes:
    whole = {
        "device": export.device_id,
        "site": export.site,
        "epoch": export.epoch,
        "number": export.number,
        "made_at": export.made_at.isoformat(timespec="seconds"),
        "records": records,
    }
    return _encode(whole).encode("utf-8")


def _signed(content: bytes, key: EllipticCurvePrivateKey) -> str:
    header = {"alg": _SIGNATURE, "kid": jwk_of(key)["kid"], "typ": SEALED_TYPE}
    return jws.serialize_compact(header, content, ECKey.import_key(key), algorithms=[_SIGNATURE])


def _sealed(signed: str, jwk: Mapping[str, str]) -> str:
    if len(signed) > UNPACKED_BYTES_MAX:
        raise CourierTooLarge
    header = {"alg": _AGREEMENT, "enc": _CIPHER, "zip": "DEF", "kid": jwk["kid"], "typ": SEALED_TYPE}
    text = jwe.encrypt_compact(header, signed, _key(jwk), algorithms=_ALLOWED_TO_SEAL)
    if len(text) > SEALED_BYTES_MAX:
        raise CourierTooLarge
    return text


def _key(jwk: Mapping[str, str]) -> ECKey:
    try:
        return ECKey.import_key({name: jwk[name] for name in ("kty", "crv", "x", "y")})
    except (JoseError, ValueError, KeyError) as error:
        raise StoreError("courier-not-offered") from error


def sha256_of(text: str) -> str:
    """What an answer names a file by: of its text without line ends."""
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def shape_of(text: str) -> tuple[Shape, str]:
    """What a text (without line ends) says it is, and the name of the platform's key. Raises InputRefused `courier-file-unknown`."""
    parts = text.split(".", 5)
    header = _header(parts[0])
    kid, kind = header.get("kid"), (header.get("typ"), len(parts))
    shapes = {(SEALED_TYPE, 5): Shape.SEALED, (ANSWER_TYPE, 3): Shape.ANSWER}
    if kind not in shapes or not isinstance(kid, str):
        raise InputRefused(Problem("courier-file-unknown", "file"))
    return shapes[kind], kid


def _header(segment: str) -> Json:
    if len(segment) > HEADER_CHARS_MAX:
        return {}
    try:
        found = json.loads(urlsafe_b64decode(segment + "=" * (-len(segment) % 4)))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


class _AnswerRegistry(jws.JWSRegistry):
    max_payload_length = SEALED_BYTES_MAX


def open_answer(text: str, platform: CourierKeys) -> CourierAnswer:
    """The platform's answer, its signature proven (K4).

    Raises InputRefused `courier-file-unknown`, `courier-answer-other-platform` (signed by no key of ours), `courier-answer-damaged`.
    """
    shape, kid = shape_of(text)
    jwk = platform.proving(kid)
    if shape is not Shape.ANSWER:
        raise InputRefused(Problem("courier-file-unknown", "file"))
    if jwk is None:
        raise InputRefused(Problem("courier-answer-other-platform", "file"))
    try:
        registry = _AnswerRegistry(algorithms=[_SIGNATURE])
        signed = jws.deserialize_compact(text, _key(jwk), algorithms=[_SIGNATURE], registry=registry)
        return _answer(json.loads(signed.payload))
    except (JoseError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise InputRefused(Problem("courier-answer-damaged", "file")) from error


def _answer(found: Any) -> CourierAnswer:
    lines = found["records"]
    if not isinstance(lines, list) or len(lines) > LINES_MAX:
        raise ValueError("lines")
    return CourierAnswer(
        device_id=str(found["device"]),
        epoch=int(found["epoch"]),
        number=int(found["number"]),
        sha256=str(found["sha256"]),
        answered_at=_aware(found["answered_at"]),
        lines=tuple(line for line in map(_line, lines) if line is not None),
    )


def _line(found: Any) -> CourierLine | None:
    """One record's fate; None for a kind this program does not know."""
    if found["kind"] not in set(RecordKind):
        return None
    names = (RecordKind(found["kind"]), str(found["id"]), int(found["revision"]), int(found["status"]))
    if 200 <= names[3] < 300:
        return CourierLine(*names, _receipt(found))
    code, text = str(found.get("code") or ""), str(found.get("text") or "")
    return CourierLine(*names, None, _cause(code), text[:TEXT_CHARS_MAX])


def _receipt(found: Mapping[str, Any]) -> Receipt:
    at, version = _aware(found["at"]), str(found["version"])
    return Receipt(str(found["id"]), int(found["revision"]), version, at, str(found["sha256"]))


def _cause(code: str) -> str:
    """The server's code as one of ours, by the same rules as a refusal over the line."""
    details = {"coding": [{"system": REFUSAL_SYSTEM, "code": code}]}
    return cause({"issue": [{"severity": "error", "code": code, "details": details}]})


def _aware(text: Any) -> datetime:
    at = instant(text)
    if at is None:
        raise ValueError("no instant")
    return at
