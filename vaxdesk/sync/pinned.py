"""TLS as a site may tighten it: a private certificate authority, and one pinned server certificate (contract C6)."""

from __future__ import annotations

import hashlib
import ssl
from typing import Any

import requests
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from vaxdesk.errors import EnrolmentRefused
from vaxdesk.sync.slow_lines import SlowLineAdapter

FINGERPRINT_DIGITS = 64


class PinnedAdapter(SlowLineAdapter):
    """Speaks TLS to servers whose certificate `ca_pem` issued (empty: the usual authorities) and, with `pin`, to that one certificate only.

    `pin` is the SHA-256 of the server's certificate in hex. The names in the certificate are checked as ever.
    """

    def __init__(self, ca_pem: str = "", pin: str = "") -> None:
        self._ca_pem, self._pin = ca_pem, pin
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Pools whose connections check more."""
        if self._ca_pem:
            kwargs["ssl_context"] = ssl.create_default_context(cadata=self._ca_pem)
        if self._pin:
            kwargs["assert_fingerprint"] = self._pin
        super().init_poolmanager(*args, **kwargs)

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """With an authority of its own the context decides alone; without, as ever. A certificate is never let pass unchecked."""
        if not self._ca_pem:
            super().cert_verify(conn, url, True, cert)  # type: ignore[no-untyped-call]
        else:
            conn.cert_reqs, conn.ca_certs, conn.ca_cert_dir = "CERT_REQUIRED", None, None


def checked_pin(text: str) -> str:
    """A certificate's SHA-256 as hex without colons; empty for none. Raises EnrolmentRefused `pin-unreadable`."""
    pin = text.replace(":", "").replace(" ", "").lower()
    if pin and (len(pin) != FINGERPRINT_DIGITS or set(pin) - set("0123456789abcdef")):
        raise EnrolmentRefused("pin-unreadable")
    return pin


def checked_ca(pem: str) -> str:
    """Certificates in PEM as they will be trusted; empty for none. Raises EnrolmentRefused `ca-unreadable`."""
    if not pem.strip():
        return ""
    try:
        found = x509.load_pem_x509_certificates(pem.encode())
    except ValueError as error:
        raise EnrolmentRefused("ca-unreadable") from error
    return "".join(one.public_bytes(Encoding.PEM).decode("ascii") for one in found)


def fingerprint(der: bytes) -> str:
    """What `pin` is compared with."""
    return hashlib.sha256(der).hexdigest()


def session_for(ca_pem: str, pin: str) -> requests.Session:
    """A session that speaks to the enrolled platform only as the site has tightened it."""
    session = requests.Session()
    if ca_pem or pin:
        session.mount("https://", PinnedAdapter(ca_pem, pin))
    return session
