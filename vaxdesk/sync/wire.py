"""The one door to the network: bounded HTTP exchanges that end in an Answer or in errors.Unreachable, never in anything else.

TLS is verified; plain HTTP goes to loopback only (I9). Redirects are not followed: a FHIR base does not move by itself, a captive portal does.
"""

from __future__ import annotations

import ipaddress
import json
import math
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3.exceptions
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3.exceptions import HTTPError, NewConnectionError

from vaxdesk.errors import SyncError, Unreachable
from vaxdesk.sync.slow_lines import SlowLineAdapter, patience_s

CONNECT_TIMEOUT_S = 10.0  # the fourth try of a connection whose first three packets were lost
READ_TIMEOUT_S = 30.0
ANSWER_TIMEOUT_S = 120.0
ANSWER_BYTES_MAX = 16 * 1024 * 1024
RETRY_AFTER_S_MAX = 3600.0
IDLE_S_MAX = 30.0  # a connection that rested longer may be dead without a word
_CHUNK_BYTES = 64 * 1024
_BROKEN_BODIES = (
    requests.exceptions.ChunkedEncodingError,
    requests.exceptions.ContentDecodingError,
    urllib3.exceptions.ProtocolError,
    urllib3.exceptions.DecodeError,
)
_ADDED_BYTES = 100  # Host, User-Agent, Accept-Encoding, Connection, Content-Length


@dataclass(frozen=True, slots=True)
class Meter:
    """What went over the wire since it was made: requests, and bytes with approximate HTTP heads as sent and received (compressed).

    What lies below HTTP (TLS, TCP, packets sent again) is not in it.
    """

    requests: int = 0
    sent_bytes: int = 0
    received_bytes: int = 0

    @property
    def bytes(self) -> int:
        """Both ways together."""
        return self.sent_bytes + self.received_bytes

    def __sub__(self, earlier: Meter) -> Meter:
        """What was used since `earlier`."""
        return Meter(
            self.requests - earlier.requests,
            self.sent_bytes - earlier.sent_bytes,
            self.received_bytes - earlier.received_bytes,
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole HTTP answer, at most 16 MiB after decompression. `headers` has lower-case names."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def is_json(self) -> bool:
        """Whether the answer calls itself FHIR or plain JSON."""
        kind = self.headers.get("content-type", "").split(";")[0].strip().lower()
        return kind in ("application/fhir+json", "application/json") or kind.endswith("+json")

    @property
    def date(self) -> datetime | None:
        """The server's clock, from its Date header."""
        return _http_date(self.headers.get("date", ""))

    def json(self) -> Any:
        """The body as JSON; raises Unreachable `not-the-platform` or `answer-truncated`."""
        if not self.is_json:
            raise Unreachable("not-the-platform")
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise Unreachable("answer-truncated") from error

    def retry_after_s(self, now: datetime) -> float | None:
        """The Retry-After header in seconds from `now`, between 1 s and an hour; None without one."""
        text = self.headers.get("retry-after", "").strip()
        until = _http_date(text)
        if text.isascii() and text.isdecimal() and len(text) < 10:
            wait_s = float(text)
        elif until is not None:
            wait_s = (until - (self.date or now)).total_seconds()
        else:
            return None
        return min(max(wait_s, 1.0), RETRY_AFTER_S_MAX)


class Bearer(AuthBase):
    """Sets exactly the given Authorization header, or none: keeps `requests` from taking one out of a .netrc file."""

    def __init__(self, token: str = "") -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._token:
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class Wire:
    """HTTP exchanges over one session. Not thread-safe: the sync thread's own. `meter` says what they cost."""

    def __init__(self, session: requests.Session | None = None, limit_s: float | None = None) -> None:
        """`limit_s`: all exchanges since `begin` together end after so many seconds; for questions that a person waits for."""
        self._limit_s = limit_s
        self.begin()
        self.session = _made_patient(session or requests.Session())
        self.meter = Meter()
        self._used_at: float | None = None
        self._is_cut = False

    def exchange(
        self,
        method: str,
        url: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        token: str = "",
        params: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request and its whole answer, whatever its status.

        Raises errors.Unreachable: `no-connection`, `tls-refused`, `timed-out`, `connection-lost`, `answer-truncated`,
        `answer-too-long`, `redirected`, `exchange-ended`; SyncError `plain-http-refused`, `address-unreadable`.
        """
        # Proxies of the environment are for the world, not for this machine.
        self.session.trust_env = not check_address(url)
        self._forget_idle()
        self._count(requests=1, sent=_head_bytes(f"{method} {url}", headers or {}) + len(token) + len(body or b""))
        with self._until_cut(), _foreign_trouble():
            response = self.session.request(
                method,
                url,
                data=body,
                headers=dict(headers or {}),
                params=params,
                auth=Bearer(token),
                timeout=self._timeouts_s(len(body or b"")),
                allow_redirects=False,
                stream=True,
            )
            with response:
                whole = self._whole(response)
        self._used_at = time.monotonic()
        if 300 <= response.status_code < 400:
            raise Unreachable("redirected")
        return Answer(response.status_code, {n.lower(): v for n, v in response.headers.items()}, whole)

    def begin(self) -> None:
        """From now on the limit counts anew."""
        self._ends = None if self._limit_s is None else time.monotonic() + self._limit_s

    def close(self) -> None:
        """Closes the connections."""
        self.session.close()

    def cut(self) -> None:
        """Ends the exchange under way, and every later one, with Unreachable `exchange-ended`. The only method for other threads."""
        self._is_cut = True
        for adapter in self.session.adapters.values():
            if isinstance(adapter, SlowLineAdapter):
                adapter.cut()

    @contextmanager
    def _until_cut(self) -> Iterator[None]:
        """What a cut does to a request looks like a bad line, and says nothing about it."""
        try:
            if self._is_cut:
                raise Unreachable("exchange-ended")
            yield
        except SyncError as error:
            if self._is_cut:
                raise Unreachable("exchange-ended") from error
            raise

    def _timeouts_s(self, body_bytes: int) -> tuple[float, float]:
        """For a connection, and for the next byte of an answer. Raises Unreachable `timed-out` when nothing is left of the limit."""
        if self._ends is None:
            return CONNECT_TIMEOUT_S, READ_TIMEOUT_S + patience_s(body_bytes)
        left_s = self._ends - time.monotonic()
        if left_s <= 0:
            raise Unreachable("timed-out")
        return left_s, left_s

    def _whole(self, response: requests.Response) -> bytes:
        """The body, counted also when it ends badly."""
        try:
            return _bounded(response, time.monotonic, self._ends)
        finally:
            received = _head_bytes("HTTP/1.1 200", response.headers) + _raw_bytes(response)
            self._count(received=received)

    def _forget_idle(self) -> None:
        """Boxes on the way drop resting connections silently; the next request would wait for its time-out."""
        if self._used_at is not None and time.monotonic() - self._used_at > IDLE_S_MAX:
            self.session.close()

    def _count(self, *, requests: int = 0, sent: int = 0, received: int = 0) -> None:
        was = self.meter
        self.meter = Meter(was.requests + requests, was.sent_bytes + sent, was.received_bytes + received)


def _made_patient(session: requests.Session) -> requests.Session:
    """The usual transports of a session are replaced; somebody's own stay."""
    for scheme, adapter in list(session.adapters.items()):
        if type(adapter) is HTTPAdapter:
            session.mount(scheme, SlowLineAdapter())
    return session


def _head_bytes(first_line: str, headers: Mapping[str, str]) -> int:
    """About what an HTTP head takes; what `requests` adds by itself is the constant."""
    return len(first_line) + sum(len(name) + len(value) + 4 for name, value in headers.items()) + _ADDED_BYTES


def _raw_bytes(response: requests.Response) -> int:
    """The bytes of the body as they came, compressed."""
    return int(response.raw.tell())


def check_address(url: str) -> bool:
    """Whether an address is on loopback. Raises SyncError `plain-http-refused` for http elsewhere, `address-unreadable` for no address."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError as error:
        raise SyncError("address-unreadable") from error
    if parts.scheme not in ("http", "https") or not host or parts.username is not None:
        raise SyncError("address-unreadable")
    loopback = _is_loopback(host)
    if parts.scheme == "http" and not loopback:
        raise SyncError("plain-http-refused")
    return loopback


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _bounded(response: requests.Response, monotonic: Callable[[], float], ends: float | None) -> bytes:
    """The decompressed body; a trickle or a flood ends in Unreachable."""
    pieces: list[bytes] = []
    length, end = 0, min(monotonic() + ANSWER_TIMEOUT_S, ends or math.inf)
    for piece in _as_it_comes(response):
        length += len(piece)
        if length > ANSWER_BYTES_MAX:
            raise Unreachable("answer-too-long")
        if monotonic() > end:
            raise Unreachable("timed-out")
        pieces.append(piece)
    return b"".join(pieces)


def _as_it_comes(response: requests.Response) -> Iterator[bytes]:
    """Piece by piece as the line brings them. Waiting for a whole chunk, as `iter_content` does, a trickle would never let anybody look at the time."""
    while piece := response.raw.read1(_CHUNK_BYTES, decode_content=True):
        yield piece


@contextmanager
def _foreign_trouble() -> Iterator[None]:
    """The errors of requests and urllib3 become ours here and nowhere else."""
    try:
        yield
    except (requests.RequestException, HTTPError) as error:
        raise trouble_of(error) from error


def trouble_of(error: requests.RequestException | HTTPError) -> SyncError:
    """The SyncError for a foreign error. Order matters: requests' classes overlap."""
    if isinstance(error, (requests.exceptions.SSLError, urllib3.exceptions.SSLError)):
        return Unreachable("tls-refused")
    if isinstance(error, requests.ConnectTimeout):
        return Unreachable("no-connection")
    if isinstance(error, (requests.Timeout, urllib3.exceptions.ReadTimeoutError)):
        return Unreachable("timed-out")
    if isinstance(error, _BROKEN_BODIES):
        return Unreachable("answer-truncated")
    if isinstance(error, requests.ConnectionError):
        return Unreachable(_connection_code(error))
    if isinstance(error, (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema)):
        return SyncError("address-unreadable")
    return Unreachable("connection-lost")


def _connection_code(error: requests.ConnectionError) -> str:
    """Whether the connection was never there or broke while in use; time-outs inside a body, either way, also come as this class."""
    cause = error.args[0] if error.args else None
    if "Read timed out" in str(error) or any(isinstance(part, TimeoutError) for part in getattr(cause, "args", ())):
        return "timed-out"
    reason = getattr(cause, "reason", cause)
    never = isinstance(reason, NewConnectionError) or isinstance(error, requests.exceptions.ProxyError)
    return "no-connection" if never else "connection-lost"


def _http_date(text: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)
