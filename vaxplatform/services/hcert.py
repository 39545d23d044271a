"""HC1: the payload as CBOR Web Token, signed (COSE_Sign1, ES256 or PS256), deflated, base45 (hcert-spec 1.0.8, contract S4)."""

from __future__ import annotations

import zlib
from datetime import datetime

import base45
import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from vaxplatform.services.codes import Json
from vaxplatform.services.dcc import ISSUER_COUNTRY
from vaxplatform.services.signing_keys import Signer

PREFIX = "HC1:"
_ALG, _KID = 1, 4
_ISS, _EXP, _IAT, _HCERT, _DCC = 1, 4, 6, -260, 1
_COSE_ALGORITHMS = {"ES256": -7, "PS256": -37}
_COSE_SIGN1 = 18


def issue(payload: Json, signer: Signer, issued_at: datetime, expires_at: datetime) -> str:
    """The HC1 text of a DCC payload."""
    claims = {
        _ISS: ISSUER_COUNTRY,
        _EXP: int(expires_at.timestamp()),
        _IAT: int(issued_at.timestamp()),
        _HCERT: {_DCC: payload},
    }
    protected = cbor2.dumps({_ALG: _COSE_ALGORITHMS[signer.algorithm], _KID: signer.kid})
    content = cbor2.dumps(claims)
    to_sign = cbor2.dumps(["Signature1", protected, b"", content])
    message = cbor2.CBORTag(_COSE_SIGN1, [protected, {}, content, _signature(signer, to_sign)])
    packed = zlib.compress(cbor2.dumps(message), 9)
    text: bytes = base45.b45encode(packed)
    return PREFIX + text.decode("ascii")


def payload_of(text: str) -> Json:
    """The DCC payload in an HC1 text that this platform made; its signature is not looked at. Raises ValueError."""
    packed = base45.b45decode(text.removeprefix(PREFIX))
    message = cbor2.loads(zlib.decompress(packed))
    found: Json = cbor2.loads(message.value[2])[_HCERT][_DCC]
    return found


def _signature(signer: Signer, to_sign: bytes) -> bytes:
    key = signer.private_key
    if isinstance(key, ec.EllipticCurvePrivateKey):
        r, s = decode_dss_signature(key.sign(to_sign, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")
    return key.sign(to_sign, padding.PSS(padding.MGF1(hashes.SHA256()), hashes.SHA256.digest_size), hashes.SHA256())
