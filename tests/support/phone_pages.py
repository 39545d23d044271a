"""Real pages for the readers: every document that carries a code, through the desk's own door, signed both ways; and what another
library says of the text that was read."""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import zlib
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import base45
import cbor2
import cwt
from cryptography.hazmat.primitives import serialization
from PIL import Image
from support.issuer import a_country
from support.papers import NEXT_DAY, SITE, a_certificate, a_course, a_site_key

from vaxdesk.models.values import VIETNAM
from vaxdesk.print.hcert import trust_from_keys
from vaxdesk.print.issue_sheet import produce

PEER_PYTHON = Path(__file__).parents[2] / ".venv-peer" / "bin" / "python"
PROGRAM = Path(__file__).with_name("other_readers.py")
BEFORE_43, SINCE_43 = datetime(2021, 12, 1, tzinfo=VIETNAM), datetime(2022, 2, 1, tzinfo=VIETNAM)
READ_LIMIT_S = 600
PAGES = ("3588 ES256 A5", "43 ES256 A4", "43 PS256 A5", "electronic ES256 A4", "electronic PS256 A4", "slip A6")


@cache
def page(name: str) -> bytes:
    """The PDF of one of `PAGES`."""
    form, algorithm, paper = name.split() if name.count(" ") == 2 else ["slip", "ES256", "A6"]
    course = a_course(2 if form == "3588" else 5)
    record = course[0]
    country = a_country()
    certificate = (
        None if form == "slip" else a_certificate(record, country.ps256 if algorithm == "PS256" else country.es256)
    )
    kind = {"electronic": "certificate", "slip": "slip"}.get(form, "confirmation")
    at = SINCE_43 if form == "43" else BEFORE_43
    trust = trust_from_keys(country.trust_keys)
    return produce(record, course, SITE, certificate, trust, kind, paper, a_site_key(), at=at).pdf


def others_can_read() -> bool:
    """Whether the other readers are installed beside this checkout."""
    if not PEER_PYTHON.exists():
        return False
    asked = subprocess.run([PEER_PYTHON, "-c", "import cv2, pyzbar.pyzbar"], capture_output=True, timeout=60)
    return asked.returncode == 0


def read_by_others(folder: Path, pictures: dict[str, Image.Image], *readers: str) -> dict[str, dict[str, list[str]]]:
    """{picture: {reader: texts}} of readers this project does not use: the named ones, or all."""
    files = {f"{number:05d}.png": name for number, name in enumerate(pictures)}
    for file, name in files.items():
        pictures[name].save(folder / file, compress_level=1)
    done = subprocess.run(
        [PEER_PYTHON, PROGRAM, folder, *readers], capture_output=True, text=True, timeout=READ_LIMIT_S, check=True
    )
    return {files[file]: found for file, found in json.loads(done.stdout).items()}


def holds(text: str, at: datetime = NEXT_DAY + timedelta(days=1)) -> bool:
    """Whether the `cwt` library finds a trusted signature over the text of a certificate or slip, and the certificate in time."""
    try:
        message = zlib.decompress(base45.b45decode(text.partition(":")[2]))
        claims: Any = cwt.COSE.new().decode(message, _keys())
    except (ValueError, zlib.error, cwt.exceptions.CWTError):
        return False
    expires: float = cbor2.loads(claims).get(4, at.timestamp())
    return expires >= at.timestamp()


@cache
def _keys() -> list[Any]:
    country = a_country()
    signers = [
        (country.es256.key, country.es256.kid, "ES256"),
        (country.ps256.key, country.ps256.kid, "PS256"),
        (a_site_key(), _slip_kid(), "ES256"),
    ]
    return [
        cwt.COSEKey.from_pem(
            key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo),
            alg=algorithm,
            kid=kid,
        )
        for key, kid, algorithm in signers
    ]


def _slip_kid() -> bytes:
    """The first 8 bytes of the SHA-256 of the key's name, which is its JWK thumbprint (RFC 7638)."""
    numbers = a_site_key().public_key().public_numbers()
    x, y = (base64.urlsafe_b64encode(n.to_bytes(32, "big")).decode().rstrip("=") for n in (numbers.x, numbers.y))
    thumbprint = hashlib.sha256(f'{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}'.encode()).digest()
    name = base64.urlsafe_b64encode(thumbprint).decode().rstrip("=")
    return hashlib.sha256(name.encode()).digest()[:8]
