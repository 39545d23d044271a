"""A TLS door in front of a server on loopback, with an authority and certificates made at run time."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from vaxdesk.sync.pinned import fingerprint

_LOOPBACK = ipaddress.ip_address("127.0.0.1")
PEM = serialization.Encoding.PEM


@dataclass
class Authority:
    """Issues server certificates for 127.0.0.1 and localhost."""

    name: str = "Test authority"
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()), repr=False)

    def __post_init__(self) -> None:
        made = _builder(self.name, self.name, self.key).add_extension(x509.BasicConstraints(True, 0), critical=True)
        self.certificate = made.sign(self.key, hashes.SHA256())

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(PEM).decode()

    def issue(self, folder: Path, days: int = 30) -> Identity:
        """A certificate that ends in `days` (which may be over)."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(_LOOPBACK)])
        made = (
            _builder("localhost", self.name, key, days)
            .add_extension(names, critical=False)
            .sign(self.key, hashes.SHA256())
        )
        file = folder / f"server-{made.serial_number}.pem"
        private = key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        file.write_bytes(private + made.public_bytes(PEM))
        return Identity(file, fingerprint(made.public_bytes(serialization.Encoding.DER)))


@dataclass(frozen=True)
class Identity:
    """A server's key and certificate in one PEM file, and the certificate's SHA-256."""

    file: Path
    pin: str


@contextmanager
def tls_front(behind: str, identity: Identity) -> Iterator[str]:
    """Listens with TLS and passes every byte on to the plain server at `behind`; gives the https base."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(identity.file)
    listener = socket.create_server(("127.0.0.1", 0))
    target = (str(urlsplit(behind).hostname), int(urlsplit(behind).port or 80))
    thread = threading.Thread(target=_serve, args=(listener, context, target), daemon=True)
    thread.start()
    with closing(listener):
        yield f"https://127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def _serve(listener: socket.socket, context: ssl.SSLContext, target: tuple[str, int]) -> None:
    with suppress(OSError):
        while True:
            plain, _ = listener.accept()
            threading.Thread(target=_one, args=(plain, context, target), daemon=True).start()


def _one(plain: socket.socket, context: ssl.SSLContext, target: tuple[str, int]) -> None:
    try:
        near = context.wrap_socket(plain, server_side=True)
    except OSError:  # the client did not like our certificate
        plain.close()
        return
    with near, socket.create_connection(target) as far:
        back = threading.Thread(target=_pump, args=(far, near), daemon=True)
        back.start()
        _pump(near, far)
        back.join(10)


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(65536):
            sink.sendall(piece)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_RDWR)


def _builder(subject: str, issuer: str, key: ec.EllipticCurvePrivateKey, days: int = 365) -> x509.CertificateBuilder:
    now = datetime.now(UTC)

    def name(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    return (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=60))
        .not_valid_after(now + timedelta(days=days))
    )
