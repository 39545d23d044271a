"""The one door to the network: bounded HTTP exchanges that end in an Answer or in errors.Unreachable, never in anything else.

TLS is verified; plain HTTP goes to loopback only (I9). Redirects are not followed: a FHIR base does not move by itself, a captive portal does.
"""

from __future__ import annotations

import ipaddress
import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase
from urllib3.exceptions import HTTPError, NewConnectionError

from vaxdesk.errors import SyncError, Unreachable

CONNECT_TIMEOUT_S = 5.0
READ_TIMEOUT_S = 30.0
ANSWER_TIMEOUT_S = 120.0
ANSWER_BYTES_MAX = 16 * 1024 * 1024
RETRY_AFTER_S_MAX = 3600.0
_CHUNK_BYTES = 64 * 1024


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
    """HTTP exchanges over one session. Not thread-safe: the sync thread's own."""

    def __init__(self, session: requests.Session | None = None) -> None:
        self.session = session or requests.Session()

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
        `answer-too-long`, `redirected`; SyncError `plain-http-refused`, `address-unreadable`.
        """
        # Proxies of the environment are for the world, not for this machine.
        self.session.trust_env = not check_address(url)
        with _foreign_trouble():
            response = self.session.request(
                method,
                url,
                data=body,
                headers=dict(headers or {}),
                params=params,
                auth=Bearer(token),
                timeout=(CONNECT_TIMEOUT_S, READ_TIMEOUT_S),
                allow_redirects=False,
                stream=True,
            )
            with response:
                whole = _bounded(response, time.monotonic)
        if 300 <= response.status_code < 400:
            raise Unreachable("redirected")
        return Answer(response.status_code, {n.lower(): v for n, v in response.headers.items()}, whole)

    def close(self) -> None:
        """Closes the connections."""
        self.session.close()


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


def _bounded(response: requests.Response, monotonic: Callable[[], float]) -> bytes:
    """The decompressed body; a trickle or a flood ends in Unreachable."""
    pieces: list[bytes] = []
    length, end = 0, monotonic() + ANSWER_TIMEOUT_S
    for piece in response.iter_content(_CHUNK_BYTES):
        length += len(piece)
        if length > ANSWER_BYTES_MAX:
            raise Unreachable("answer-too-long")
        if monotonic() > end:
            raise Unreachable("timed-out")
        pieces.append(piece)
    return b"".join(pieces)


@contextmanager
def _foreign_trouble() -> Iterator[None]:
    """The errors of requests and urllib3 become ours here and nowhere else."""
    try:
        yield
    except (requests.RequestException, HTTPError) as error:
        raise trouble_of(error) from error


def trouble_of(error: requests.RequestException | HTTPError) -> SyncError:
    """The SyncError for a foreign error. Order matters: requests' classes overlap."""
    if isinstance(error, requests.exceptions.SSLError):
        return Unreachable("tls-refused")
    if isinstance(error, requests.ConnectTimeout):
        return Unreachable("no-connection")
    if isinstance(error, requests.Timeout):
        return Unreachable("timed-out")
    if isinstance(error, (requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError)):
        return Unreachable("answer-truncated")
    if isinstance(error, requests.ConnectionError):
        return Unreachable(_connection_code(error))
    if isinstance(error, (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema)):
        return SyncError("address-unreadable")
    return Unreachable("connection-lost")


def _connection_code(error: requests.ConnectionError) -> str:
    """Whether the connection was never there or broke while in use; a read time-out inside a body also comes as this class."""
    if "Read timed out" in str(error):
        return "timed-out"
    cause = error.args[0] if error.args else None
    reason = getattr(cause, "reason", cause)
    never = isinstance(reason, NewConnectionError) or isinstance(error, requests.exceptions.ProxyError)
    return "no-connection" if never else "connection-lost"


def _http_date(text: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)
