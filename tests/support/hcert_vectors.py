"""One certificate text for every kind of case that the published test data of the EU gateway has, and some it lacks, each with
the verdict it must get. Signed with the `cwt` library and taken apart with `cbor2`; nothing of the desk takes part.

The published cases are of the groups H (prefix), B (base45), Z (zlib), Q (picture), CO (COSE), CBO (CBOR) and DGC (content);
`like` names those a vector stands for. All people are invented.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import base45
import cbor2
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cwt import COSE, COSEKey
from support.issuer import EXPIRES, ISSUED, START, Signer, a_payload, a_signer

GENUINE = ""
NAMES = {-7: "ES256", -37: "PS256"}
TEST_USE, VACCINATION_USE, RECOVERY_USE = (f"1.3.6.1.4.1.1847.2021.1.{n}" for n in (1, 2, 3))
OLD_ROOT = "1.3.6.1.4.1.0.1847.2021.1"
AT = ISSUED + timedelta(days=30)
RECOVERY = {"tg": "840539006", "fr": "2021-07-01", "co": "VN", "is": "Bộ Y tế", "df": "2021-07-12", "du": "2021-12-28",
            "ci": "URN:UVCI:01:VN:R1"}  # fmt: skip
TEST = {"tg": "840539006", "tt": "LP6464-4", "nm": "PCR", "sc": "2021-11-12T08:00:00+07:00", "tr": "260415000",
        "tc": "Phòng xét nghiệm Mẫu", "co": "VN", "is": "Bộ Y tế", "ci": "URN:UVCI:01:VN:T1"}  # fmt: skip
BASE45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


@dataclass(frozen=True)
class Vector:
    """A text, whom to trust and when, and the code of the refusal (empty: genuine)."""

    name: str
    like: str
    text: str
    verdict: str
    trust: dict[str, Any] = field(repr=False)
    at: datetime = AT

    def __str__(self) -> str:
        return self.name.replace(" ", "-")


@dataclass(frozen=True)
class Issuer:
    """A signer and its key as the library takes it."""

    signer: Signer
    key: Any
    algorithm: int

    def sign(
        self, content: bytes, protected: dict[int, Any] | None = None, unprotected: dict[int, Any] | None = None
    ) -> bytes:
        header = {1: self.algorithm, 4: self.signer.kid} if protected is None else protected
        signed = COSE.new().encode_and_sign(content, self.key, protected=header, unprotected=unprotected or {})
        assert isinstance(signed, bytes)
        return signed


def vectors(algorithm: str) -> list[Vector]:
    """All cases for one algorithm, ES256 or PS256."""
    issuer = an_issuer(algorithm)
    return [
        *_envelopes(issuer),
        *_signatures(issuer),
        *_headers(issuer),
        *_times(issuer),
        *_uses(algorithm),
        *_contents(issuer),
    ]


@cache
def an_issuer(algorithm: str, *uses: str, bits: int = 2048) -> Issuer:
    key = rsa.generate_private_key(65537, bits) if algorithm == "PS256" else ec.generate_private_key(ec.SECP256R1())
    return _issuer(a_signer(key, uses=uses), algorithm)


def trust_of(*issuers: Issuer, kid: bytes | None = None) -> dict[str, Any]:
    """The trust file that lists these signers, all under one kid where one is given."""
    return {
        "keys": [
            {
                "kid": base64.b64encode(kid or each.signer.kid).decode(),
                "certificate": base64.b64encode(each.signer.der).decode(),
            }
            for each in issuers
        ]
    }


def packed(message: bytes, prefix: str = "HC1:") -> str:
    return prefix + base45.b45encode(zlib.compress(message)).decode("ascii")


def content_of(payload: Any = None, **claims: Any) -> bytes:
    """A claims set; keywords exp, iat, nbf change it, None leaves one out."""
    times = {"exp": int(EXPIRES.timestamp()), "iat": int(ISSUED.timestamp()), "nbf": None} | claims
    numbered = {4: times["exp"], 5: times["nbf"], 6: times["iat"]}
    found = {1: "VN"} | {label: value for label, value in numbered.items() if value is not None}
    return cbor2.dumps(found | {-260: {1: a_payload() if payload is None else payload}})


def _issuer(signer: Signer, algorithm: str) -> Issuer:
    pem = signer.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return Issuer(signer, COSEKey.from_pem(pem, kid=signer.kid, alg=algorithm), -37 if algorithm == "PS256" else -7)


def _vector(issuer: Issuer, name: str, like: str, text: str, verdict: str, **more: Any) -> Vector:
    given = {"trust": trust_of(issuer)} | more
    return Vector(f"{NAMES[issuer.algorithm]} {name}", like, text, verdict, **given)


def _envelopes(issuer: Issuer) -> Iterator[Vector]:
    good = issuer.sign(content_of())
    text, squeezed = packed(good), zlib.compress(good)
    flipped = squeezed[:30] + bytes([squeezed[30] ^ 0xFF]) + squeezed[31:]
    bare, none, damaged = text.removeprefix("HC1:"), "hcert-not-a-certificate", "hcert-damaged"
    cases = [
        ("a vaccination", "H3 CO1 CO3 DGC3", text, GENUINE),
        ("no prefix", "H2", bare, none),
        ("another prefix", "H1", "HL1:" + bare, none),
        ("a later prefix", "H1", "HC2:" + bare, none),
        ("a prefix of small letters", "H1", "hc1:" + bare, none),
        ("the prefix twice", "H1", "HC1:" + text, damaged),
        ("a letter outside base45", "B1", text[:60] + "_" + text[61:], damaged),
        ("small letters", "B1", text[:60] + text[60:].lower(), damaged),
        ("a group of three too large", "B1", text[:64] + ":::" + text[67:], damaged),
        ("one character left over", "B1", "HC1:" + BASE45[10], damaged),
        ("nothing behind the prefix", "B1", "HC1:", damaged),
        ("base64 instead", "B1", "HC1:" + base64.b64encode(squeezed).decode(), damaged),
        ("never compressed", "Z1", "HC1:" + base45.b45encode(good).decode(), damaged),
        ("a broken stream", "Z2", "HC1:" + base45.b45encode(flipped).decode(), damaged),
        ("raw deflate", "Z2", "HC1:" + base45.b45encode(squeezed[2:-4]).decode(), damaged),
        ("a stream cut off", "Z2", "HC1:" + base45.b45encode(squeezed[:-5]).decode(), damaged),
        ("longer than any code", "-", text + "A" * 4297, none),
    ]
    return (_vector(issuer, *case) for case in cases)


def _signatures(issuer: Issuer) -> Iterator[Vector]:
    protected, _, content, signature = cbor2.loads(issuer.sign(content_of())).value
    other = content_of(a_payload(dn=2))
    broken = bytes([signature[0] ^ 1]) + signature[1:]
    bad, damaged = "hcert-bad-signature", "hcert-damaged"
    stranger = an_issuer(NAMES[issuer.algorithm], VACCINATION_USE)
    same_kid = {"trust": trust_of(stranger, issuer, kid=issuer.signer.kid)}
    yield _vector(issuer, "a broken signature", "CO5", _message(protected, {}, content, broken), bad)
    yield _vector(issuer, "a changed payload", "CO5", _message(protected, {}, other, signature), bad)
    yield _vector(
        issuer, "a signature of the wrong size", "CO5", _message(protected, {}, content, signature + b"\0"), bad
    )
    yield _vector(issuer, "no signature", "CO5", _message(protected, {}, content, b""), bad)
    yield _vector(issuer, "signed as COSE_Sign is", "CO26", _other_context(issuer, "Signature"), bad)
    yield _vector(issuer, "signed as a countersignature is", "CO26", _other_context(issuer, "CounterSignature"), bad)
    yield _vector(issuer, "an external secret signed along", "-", packed(_with_aad(issuer)), bad)
    yield _vector(issuer, "two keys of one kid", "-", _message(protected, {}, content, signature), GENUINE, **same_kid)
    yield _vector(issuer, "only another key of that kid", "-", _message(protected, {}, content, signature), bad,
                  trust=trust_of(stranger, kid=issuer.signer.kid))  # fmt: skip
    yield _vector(issuer, "a detached payload", "-", _message(protected, {}, None, signature), damaged)
    yield _vector(
        issuer, "three parts", "CBO2", packed(cbor2.dumps(cbor2.CBORTag(18, [protected, {}, content]))), damaged
    )
    yield _vector(issuer, "no tag", "CO27", packed(cbor2.dumps([protected, {}, content, signature])), GENUINE)
    for name, tags, verdict in (
        ("both tags", (61, 18), GENUINE), ("the tags in the wrong order", (18, 61), damaged), ("the tag of a MAC", (17,), damaged),
        ("the tag of encryption", (16,), damaged), ("the tag of many signatures", (98,), damaged),
    ):  # fmt: skip
        yield _vector(issuer, name, "CO25 CO28", packed(_tagged((protected, {}, content, signature), tags)), verdict)


def _headers(issuer: Issuer) -> Iterator[Vector]:
    kid, wrong, alg = issuer.signer.kid, b"nobodys!", {1: issuer.algorithm}
    unknown, odd = "hcert-unknown-signer", "hcert-wrong-algorithm"
    for name, like, protected, unprotected, verdict in (
        ("kid protected", "CO18", alg | {4: kid}, {}, GENUINE), ("kid unprotected", "CO19", alg, {4: kid}, GENUINE),
        ("kid in both", "CO20", alg | {4: kid}, {4: kid}, GENUINE),
        ("a protected kid wins", "CO21", alg | {4: kid}, {4: wrong}, GENUINE),
        ("a wrong protected kid wins too", "CO22", alg | {4: wrong}, {4: kid}, unknown),
        ("a wrong unprotected kid", "CO23", alg, {4: wrong}, unknown), ("no kid", "CO23", alg, {}, unknown),
        ("a kid cut short", "-", alg | {4: kid[:7]}, {}, unknown), ("alg unprotected", "-", {4: kid}, alg, GENUINE),
    ):  # fmt: skip
        whole = 1 in protected and not protected.keys() & unprotected.keys()  # the library signs no odd headers
        message = (
            issuer.sign(content_of(), protected, unprotected) if whole else _resigned(issuer, protected, unprotected)
        )
        yield _vector(issuer, name, like, packed(message), verdict)
    for claimed in ("ES384", "RS256", "EdDSA", "HS256", "nothing", "the other one"):
        number = {"ES384": -35, "RS256": -257, "EdDSA": -8, "HS256": 5, "the other one": -44 - issuer.algorithm}.get(
            claimed
        )
        header = {4: kid} | ({1: number} if number else {})
        yield _vector(issuer, f"claims {claimed}", "CO4", packed(_resigned(issuer, header, {})), odd)
    yield _vector(issuer, "really signed otherwise", "CO4", *_other_keys(issuer))


def _times(issuer: Issuer) -> Iterator[Vector]:
    minute = timedelta(minutes=1)
    early, late = "hcert-not-yet-valid", "hcert-expired"
    for name, like, at, verdict in (
        ("the last second", "CO16", EXPIRES, GENUINE), ("a clock a little fast", "-", EXPIRES + minute, GENUINE),
        ("expired", "CO17", EXPIRES + 2 * minute, late), ("issued in a minute", "-", ISSUED - minute, GENUINE),
        ("issued in the future", "CO17", ISSUED - 2 * minute, early),
    ):  # fmt: skip
        yield _vector(issuer, name, like, packed(issuer.sign(content_of())), verdict, at=at)
    for name, claims, verdict in (
        ("no times at all", {"exp": None, "iat": None}, GENUINE), ("a time with fractions", {"exp": EXPIRES.timestamp() + 0.5}, GENUINE),
        ("not before tomorrow", {"nbf": int(AT.timestamp()) + 86_400}, early), ("an expiry in words", {"exp": "soon"}, "hcert-damaged"),
        ("an expiry past the calendar", {"exp": 2**62}, "hcert-damaged"), ("expired in 1970", {"exp": 0}, late),
    ):  # fmt: skip
        yield _vector(issuer, name, "CO16 CO17", packed(issuer.sign(content_of(**claims))), verdict)
    old = _issuer(a_signer(issuer.signer.key, start=START, end=START + timedelta(days=30)), NAMES[issuer.algorithm])
    yield _vector(old, "a signer past its time", "CO17", packed(old.sign(content_of())), "hcert-signer-expired")


def _uses(algorithm: str) -> Iterator[Vector]:
    groups = {"t": {"t": [TEST]}, "v": {"v": a_payload()["v"]}, "r": {"r": [RECOVERY]}}
    allowed = {"t": TEST_USE, "v": VACCINATION_USE, "r": RECOVERY_USE}
    bare = {name: value for name, value in a_payload().items() if name != "v"}
    for use in "tvr":
        issuer = an_issuer(algorithm, allowed[use])
        for group, entries in groups.items():
            verdict = GENUINE if use == group else "hcert-wrong-use"
            name = f"a signer for {use} signs {group}"
            yield _vector(
                issuer, name, "CO6 CO7 CO8 CO9 CO10 CO11", packed(issuer.sign(content_of(bare | entries))), verdict
            )
    older = an_issuer(algorithm, *(f"{OLD_ROOT}.{n}" for n in (1, 2)))
    yield _vector(
        older, "two uses under the older root", "CO12 CO13 CO14 CO15", packed(older.sign(content_of())), GENUINE
    )
    free = an_issuer(algorithm)
    for group in "tr":
        text = packed(free.sign(content_of(bare | groups[group])))
        yield _vector(free, f"a signer for everything signs {group}", "DGC4 DGC5", text, GENUINE)


def _contents(issuer: Issuer) -> Iterator[Vector]:
    good, none, damaged = a_payload(), "hcert-no-content", "hcert-damaged"
    nameless = {name: value for name, value in good.items() if name != "nam"}
    for name, like, payload, verdict in (
        ("two groups", "DGC2", good | {"r": [RECOVERY]}, "hcert-not-one-entry"),
        ("all three groups", "DGC2", good | {"r": [RECOVERY], "t": [TEST]}, "hcert-not-one-entry"),
        ("two vaccinations", "DGC2", good | {"v": good["v"] * 2}, "hcert-not-one-entry"),
        ("no name", "DGC1", nameless, "hcert-no-name"), ("an empty name", "DGC1", good | {"nam": {}}, "hcert-no-name"),
        ("no entry", "DGC1", {"ver": "1.3.0", "nam": good["nam"], "dob": ""}, none), ("an empty entry list", "DGC1", good | {"v": []}, none),
        ("nothing", "DGC1", {}, none), ("a list", "CBO1", [good], none), ("the content as bytes", "CBO1", cbor2.dumps(good), none),
        ("the content as text", "CBO1", json.dumps(good), none), ("a number that is none", "-", a_payload(dn=float("nan")), damaged),
        ("nulls, floats, blanks, empty dates", "DGC6",
         a_payload(dn=1.0, sd=2.0, dt="", **{"is": " Bộ Y tế "}) | {"t": None, "r": None, "dob": ""}, GENUINE),
        ("a code of later years", "DGC6", a_payload(mp="EU/1/21/1624"), GENUINE), ("a wrong checksum", "-", a_payload(ci="URN:UVCI:01:VN:A#A"), GENUINE),
    ):  # fmt: skip
        yield _vector(issuer, name, like, packed(issuer.sign(content_of(payload))), verdict)
    for name, content, verdict in (
        ("claims without a certificate", cbor2.dumps({1: "VN"}), none), ("claims that are a list", cbor2.dumps([1]), damaged),
        ("claims that are no CBOR", b"\xff\xff", damaged), ("another health certificate", cbor2.dumps({-260: {2: good}}), none),
        ("a hundred maps deep", cbor2.dumps(_nested(100)), damaged),
    ):  # fmt: skip
        yield _vector(issuer, name, "CBO1 CBO2", packed(issuer.sign(content)), verdict)
    revoked = trust_of(issuer) | {"revoked": [good["v"][0]["ci"]]}
    yield _vector(issuer, "revoked", "-", packed(issuer.sign(content_of())), "hcert-revoked", trust=revoked)


def _nested(depth: int) -> Any:
    found: Any = 1
    for _ in range(depth):
        found = {1: found}
    return {-260: found}


def _message(protected: bytes, unprotected: dict[int, Any], content: bytes | None, signature: bytes) -> str:
    return packed(_tagged((protected, unprotected, content, signature), (18,)))


def _tagged(parts: tuple[Any, ...], tags: tuple[int, ...]) -> bytes:
    message: Any = list(parts)
    for tag in reversed(tags):
        message = cbor2.CBORTag(tag, message)
    return cbor2.dumps(message)


def _signed_parts(issuer: Issuer, structure: list[Any]) -> bytes:
    signature: bytes = issuer.key.sign(cbor2.dumps(structure))
    return signature


def _other_context(issuer: Issuer, context: str) -> str:
    protected, content = cbor2.dumps({1: issuer.algorithm, 4: issuer.signer.kid}), content_of()
    between = [b""] if context == "Signature" else []
    return _message(protected, {}, content, _signed_parts(issuer, [context, protected, *between, b"", content]))


def _with_aad(issuer: Issuer) -> bytes:
    header = {1: issuer.algorithm, 4: issuer.signer.kid}
    signed = COSE.new().encode_and_sign(content_of(), issuer.key, protected=header, external_aad=b"secret")
    assert isinstance(signed, bytes)
    return signed


def _resigned(issuer: Issuer, protected: dict[int, Any], unprotected: dict[int, Any]) -> bytes:
    """A message with any header, its signature right for what is written."""
    header, content = cbor2.dumps(protected), content_of()
    return _tagged((header, unprotected, content, _signed_parts(issuer, ["Signature1", header, b"", content])), (18,))


def _other_keys(issuer: Issuer) -> tuple[str, str]:
    """A whole, valid message of an algorithm no certificate may use, under a kid that is trusted for another key."""
    key = ed25519.Ed25519PrivateKey.generate()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    signer: Callable[..., Any] = COSE.new().encode_and_sign
    header = {1: -8, 4: issuer.signer.kid}
    return packed(signer(content_of(), COSEKey.from_pem(pem, alg="EdDSA"), protected=header)), "hcert-wrong-algorithm"
