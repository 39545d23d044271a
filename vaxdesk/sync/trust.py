"""Which entries of a pulled trust list a desk accepts: the anchor it was given at enrolment, and signers that anchor issued. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import InvalidSignature

from vaxdesk.models.values import TrustKey


@dataclass(frozen=True, slots=True)
class Listed:
    """One certificate (DER) of a trust list, with what the list calls it."""

    certificate: bytes
    anchor: bool


def accepted(listed: Sequence[Listed], anchor: bytes) -> tuple[TrustKey, ...]:
    """The keys to trust. `anchor` is the pinned DER; without one, the list's single anchor is taken (first use).

    A list without the pinned anchor is still read: signers must be issued by the pinned one whatever the list says.
    """
    anchor = anchor or _only_anchor(listed)
    if not anchor:
        return ()
    issuer = x509.load_der_x509_certificate(anchor)
    signers = (entry.certificate for entry in listed if not entry.anchor)
    return (
        _key(anchor, anchor=True),
        *(_key(der, anchor=False) for der in signers if _issued_by(der, issuer)),
    )


def _only_anchor(listed: Sequence[Listed]) -> bytes:
    anchors = {entry.certificate for entry in listed if entry.anchor}
    return anchors.pop() if len(anchors) == 1 else b""


def _issued_by(der: bytes, issuer: x509.Certificate) -> bool:
    try:
        x509.load_der_x509_certificate(der).verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _key(der: bytes, *, anchor: bool) -> TrustKey:
    return TrustKey(hashlib.sha256(der).digest()[:8].hex(), der, anchor)
