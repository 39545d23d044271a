"""The platform as the engine speaks to it: transactions, reads and searches over one authorised wire (contract C4, P1, P5, L1 to L4)."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Protocol
from urllib.parse import urlencode, urljoin, urlsplit, urlunsplit

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from vaxdesk import errors
from vaxdesk.models.exchange import Enrolment
from vaxdesk.sync.causes import cause
from vaxdesk.sync.codes import Json
from vaxdesk.sync.fhir import AnswerDoubtful, Bundle, receipts
from vaxdesk.sync.outcomes import Accepted, Busy, NotAuthorised, Outcome, Refused, TooLarge, Unreachable
from vaxdesk.sync.pinned import session_for
from vaxdesk.sync.tokens import NoTokens, Tokens
from vaxdesk.sync.wire import Answer, Meter, Wire, check_address

BODY_BYTES_MAX = 4 * 1024 * 1024
ENTRIES_MAX = 500
TEXT_CHARS_MAX = 2000
_FHIR = "application/fhir+json"
_GZIP_LEVEL = 9  # a tenth smaller than level 4 for two milliseconds a bundle: lines are slower than that
_GZIP_REFUSALS = frozenset({400, 415, 500, 501})  # how servers that cannot read gzip answer


class ServerRefused(errors.SyncError):
    """A read or search that a FHIR server answered with a refusal; `status` is its HTTP status."""

    code = "platform-refused"

    def __init__(self, status: int) -> None:
        super().__init__(status=str(status))
        self.status = status


class PlatformBusy(errors.SyncError):
    """429 or 503 to a read or search."""

    code = "platform-busy"

    def __init__(self, retry_after_s: float | None) -> None:
        super().__init__()
        self.retry_after_s = retry_after_s


class TokenSource(Protocol):
    """Where access tokens come from."""

    def token(self) -> str:
        """A token that holds now; empty for none. Raises errors.NotAuthorised, errors.Unreachable."""

    def renew(self) -> None:
        """Forgets the token."""


def open_client(
    enrolment: Enrolment, private_key: Callable[[], EllipticCurvePrivateKey], wire: Wire | None = None
) -> Client:
    """The client of an enrolled desk. Raises SyncError `plain-http-refused`, `no-auth-only-on-loopback`."""
    wire = wire or Wire(session_for(enrolment.ca, enrolment.pin))
    loopback = check_address(enrolment.fhir_base)
    if enrolment.auth == "none":
        if not loopback:
            raise errors.SyncError("no-auth-only-on-loopback")
        return Client(enrolment.fhir_base, NoTokens(), wire)
    check_address(enrolment.token_url)
    return Client(enrolment.fhir_base, Tokens(wire, enrolment.token_url, enrolment.client_id, private_key), wire)


class Client:
    """One FHIR R4 server. `gzip` is what was learnt about it. Not thread-safe: the sync thread's own."""

    def __init__(self, fhir_base: str, tokens: TokenSource, wire: Wire) -> None:
        self.base = fhir_base.rstrip("/")
        self.gzip = True
        self._tokens, self._wire = tokens, wire
        self._renewed = False
        self._gzip_proven = False

    @property
    def meter(self) -> Meter:
        """What this client has cost so far."""
        return self._wire.meter

    def begin_run(self) -> None:
        """A new run may renew the token once again (C4), and has the wire's whole limit, if there is one."""
        self._renewed = False
        self._wire.begin()

    def close(self) -> None:
        """Closes the connections."""
        self._wire.close()

    def cut(self) -> None:
        """Ends the request under way and lets no other begin: for the thread that waits for this one to end."""
        self._wire.cut()

    def send(self, bundle: Bundle) -> Outcome:
        """Posts a transaction. Every way it can end is an Outcome; only a bug raises."""
        if len(bundle.body) > BODY_BYTES_MAX or bundle.entry_count > ENTRIES_MAX:
            return TooLarge()
        try:
            return _outcome(bundle, self._post_bundle(bundle.body))
        except errors.Unreachable as error:
            return Unreachable(error.code)
        except errors.NotAuthorised as error:
            return NotAuthorised(401, error.code)

    def read(self, resource_type: str, resource_id: str) -> Json | None:
        """One resource; None when the server has none of that id. Raises as `search` does; a deleted one is ServerRefused(410)."""
        try:
            return self._content(self._exchange("GET", f"{self.base}/{resource_type}/{resource_id}"))
        except ServerRefused as refused:
            if refused.status == 404:
                return None
            raise

    def capabilities(self) -> Json:
        """The server's CapabilityStatement. Raises as `search` does."""
        return self._content(self._exchange("GET", f"{self.base}/metadata"))

    def search(self, resource_type: str, params: Mapping[str, str]) -> Json:
        """The first page of a search without personal values (L4).

        Raises errors.Unreachable, errors.NotAuthorised, ServerRefused, PlatformBusy.
        """
        return self._content(self._exchange("GET", f"{self.base}/{resource_type}", params=params))

    def search_by_post(self, resource_type: str, params: Mapping[str, str]) -> Json:
        """The first page of a search whose parameters stay out of the URL. Raises as `search` does."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        body = urlencode(params).encode("ascii")
        url = f"{self.base}/{resource_type}/_search"
        return self._content(self._exchange("POST", url, body=body, headers=headers))

    def next_page(self, page: Json) -> Json | None:
        """The page after this one, or None. The link's path and query are used on our own server: a token never goes elsewhere."""
        url = next_link(page)
        return self._content(self._exchange("GET", self._here(url))) if url else None

    def put(self, resource: Json) -> None:
        """Writes one resource under its own id. Raises as `search` does."""
        body = _encode(resource)
        url = f"{self.base}/{resource['resourceType']}/{resource['id']}"
        self._content(self._exchange("PUT", url, body=body, headers={"Content-Type": _FHIR}))

    def post_operation(self, path: str, parameters: Json) -> Json:
        """An operation such as `Patient/$match` with its Parameters in the body. Raises as `search` does."""
        headers = {"Content-Type": _FHIR}
        return self._content(self._exchange("POST", f"{self.base}/{path}", body=_encode(parameters), headers=headers))

    def configuration(self) -> Json:
        """What the platform says about itself (C1); empty from a server that has no such page. Raises errors.Unreachable."""
        url = f"{self.base}/.well-known/smart-configuration"
        answer = self._wire.exchange("GET", url, headers={"Accept": "application/json"})
        found = answer.json() if answer.status == 200 and answer.is_json else None
        return found if isinstance(found, dict) else {}

    def deliver(self, url: str, sealed: str) -> Answer:
        """Posts a courier file, whoever wrote it, and gives the answer as it comes (K3). The token stays on our own server.

        Raises errors.Unreachable, errors.NotAuthorised.
        """
        headers = {"Content-Type": "application/jose", "Accept": "application/jose"}
        return self._exchange("POST", self._here(url), body=sealed.encode("ascii"), headers=headers)

    def reachable(self) -> bool:
        """Whether a FHIR server answers at the base now, with any status: a captive portal does not count."""
        try:
            answer = self._wire.exchange("GET", f"{self.base}/metadata", headers={"Accept": _FHIR})
            return answer.is_json and _speaks_fhir(answer.json())
        except errors.SyncError:
            return False

    def _post_bundle(self, body: bytes) -> Answer:
        """Sends compressed as long as the server takes it; learns once when it does not."""
        if not self.gzip:
            return self._exchange("POST", self.base, body=body, headers={"Content-Type": _FHIR})
        headers = {"Content-Type": _FHIR, "Content-Encoding": "gzip"}
        answer = self._exchange("POST", self.base, body=gzip.compress(body, _GZIP_LEVEL, mtime=0), headers=headers)
        if answer.status in _GZIP_REFUSALS and not self._gzip_proven:
            plain = self._exchange("POST", self.base, body=body, headers={"Content-Type": _FHIR})
            self.gzip = plain.status == answer.status
            return plain
        self._gzip_proven = self._gzip_proven or answer.status < 300
        return answer

    def _exchange(
        self,
        method: str,
        url: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
    ) -> Answer:
        wanted = {"Accept": _FHIR, "Prefer": "return=minimal"} | dict(headers or {})
        while True:
            token = self._tokens.token()
            answer = self._wire.exchange(method, url, body=body, headers=wanted, token=token, params=params)
            if answer.status != 401:
                return answer
            if self._renewed:
                raise errors.NotAuthorised("not-authorised")
            self._renewed = True
            self._tokens.renew()

    def _content(self, answer: Answer) -> Json:
        """The resource of a successful answer; anything else raises."""
        if answer.status in (429, 503):
            raise PlatformBusy(answer.retry_after_s(datetime.now(UTC)))
        if answer.status == 403 and (answer.is_json or not answer.body):
            raise errors.NotAuthorised("forbidden")
        if answer.status < 300 and not answer.body:
            return {}
        found = answer.json() if answer.is_json or answer.status < 400 else None
        if answer.status >= 400:
            raise _refusal(answer, found)
        if not isinstance(found, dict) or "resourceType" not in found:
            raise errors.Unreachable("not-the-platform")
        return found

    def _here(self, url: str) -> str:
        link, base = urlsplit(urljoin(f"{self.base}/", url)), urlsplit(self.base)
        return urlunsplit((base.scheme, base.netloc, link.path, link.query, ""))


def _speaks_fhir(found: Any) -> bool:
    """A login page may come as JSON too; only a FHIR server says one of these at its /metadata."""
    return isinstance(found, dict) and found.get("resourceType") in ("CapabilityStatement", "OperationOutcome")


def next_link(page: Json) -> str:
    """The address of the following page as the server wrote it; empty on the last one."""
    links = page.get("link")
    named = [link for link in links if isinstance(link, dict)] if isinstance(links, list) else []
    return next((str(link["url"]) for link in named if link.get("relation") == "next" and link.get("url")), "")


def _refusal(answer: Answer, found: Any) -> errors.SyncError:
    if not isinstance(found, dict):
        return errors.Unreachable("server-error" if answer.status >= 500 else "not-the-platform")
    return ServerRefused(answer.status)


def _encode(resource: Json) -> bytes:
    return json.dumps(resource, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _outcome(bundle: Bundle, answer: Answer) -> Outcome:
    """What a whole answer to a transaction means. Order: the line's own trouble first, then the server's, then the records'."""
    status = answer.status
    if status == 413:
        return TooLarge()
    if status in (429, 503):
        return Busy(answer.retry_after_s(datetime.now(UTC)))
    if status in (408, 504):
        return Unreachable("timed-out")
    if status < 300:
        return _accepted(bundle, answer)
    if status == 403 and not answer.body:
        return NotAuthorised(403, "forbidden")
    if not answer.is_json:
        return Unreachable("server-error" if status >= 500 else "not-the-platform")
    text = outcome_text(answer.json())
    if status == 403:
        return NotAuthorised(403, "forbidden", text)
    return Refused(status, cause(answer.json()), text)


def _accepted(bundle: Bundle, answer: Answer) -> Outcome:
    answered_at = answer.date or datetime.now(UTC)
    try:
        return Accepted(receipts(bundle, answer.json(), answered_at), answered_at)
    except AnswerDoubtful as doubt:
        return Unreachable(str(doubt))


def outcome_text(found: Any) -> str:
    """What an OperationOutcome says, one line an issue, at most 2000 characters: its words for people before those for programs.

    For eyes, never for a log.
    """
    issues = found.get("issue") if isinstance(found, dict) else None
    lines = [_issue_text(issue) for issue in issues if isinstance(issue, dict)] if isinstance(issues, list) else []
    return "\n".join(line for line in lines if line)[:TEXT_CHARS_MAX]


def _issue_text(issue: Json) -> str:
    details = issue.get("details")
    spoken = details.get("text") if isinstance(details, dict) else None
    return str(spoken or issue.get("diagnostics") or issue.get("code") or "")
