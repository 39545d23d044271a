"""A bad line: a requests adapter that does to each request what a script says, and nothing after the script has ended."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.response import HTTPResponse

Send = Callable[[], requests.Response]
Fault = Callable[[requests.PreparedRequest, Send], requests.Response]
LOGIN_PAGE = "<html><body>Đăng nhập mạng Wi-Fi</body></html>"


def passed(request: requests.PreparedRequest, send: Send) -> requests.Response:
    return send()


def lost_request(request: requests.PreparedRequest, send: Send) -> requests.Response:
    """The server never sees it."""
    raise requests.ConnectionError("lost on the way there")


def lost_answer(request: requests.PreparedRequest, send: Send) -> requests.Response:
    """The server acts; nobody hears of it."""
    send().close()
    raise requests.ConnectionError("lost on the way back")


def slow_answer(request: requests.PreparedRequest, send: Send) -> requests.Response:
    """The server acts, later than anybody waits."""
    send().close()
    raise requests.ReadTimeout("too slow")


def sent_twice(request: requests.PreparedRequest, send: Send) -> requests.Response:
    """A middle box repeats the request; the second answer comes through."""
    send().close()
    return send()


def truncated(request: requests.PreparedRequest, send: Send) -> requests.Response:
    """The server acts; half of its answer arrives, under a shortened length that looks whole."""
    answer = send()
    return _changed(request, answer.status_code, answer.headers, answer.content[: len(answer.content) // 2])


def captive_portal(request: requests.PreparedRequest, send: Send) -> requests.Response:
    return _changed(request, 200, {"Content-Type": "text/html; charset=utf-8"}, LOGIN_PAGE.encode())


def redirected(request: requests.PreparedRequest, send: Send) -> requests.Response:
    return _changed(request, 302, {"Location": "http://login.invalid/"}, b"")


def one_entry_less(request: requests.PreparedRequest, send: Send) -> requests.Response:
    def less(answer: Any) -> Any:
        return answer | {"entry": answer.get("entry", [])[:-1]}

    return rewritten(less)(request, send)


def rewritten(change: Callable[[Any], Any]) -> Fault:
    """The server acts; its answer is changed."""

    def fault(request: requests.PreparedRequest, send: Send) -> requests.Response:
        answer = send()
        body = json.dumps(change(answer.json())).encode()
        return _changed(request, answer.status_code, answer.headers, body)

    return fault


def status(code: int, headers: Mapping[str, str] | None = None, text: str = "") -> Fault:
    """The server never acts; an answer of this status comes, with an OperationOutcome unless `headers` say another type."""
    issue = {"severity": "error", "code": "processing", "diagnostics": text}
    outcome = json.dumps({"resourceType": "OperationOutcome", "issue": [issue]}).encode()

    def fault(request: requests.PreparedRequest, send: Send) -> requests.Response:
        return _changed(request, code, {"Content-Type": "application/fhir+json"} | dict(headers or {}), outcome)

    return fault


class FaultyLine(HTTPAdapter):
    """Mounts on a session. `script` holds one fault a request matching `only`; after it, all goes through."""

    def __init__(self, script: Iterable[Fault] = (), only: Callable[[requests.PreparedRequest], bool] | None = None):
        super().__init__()
        self.script = list(script)
        self.only = only or is_transaction
        self.seen: list[str] = []
        self.down = False

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:  # type: ignore[override]
        self.seen.append(f"{request.method} {request.url}")
        if self.down:
            raise requests.ConnectTimeout("no network")
        fault = self.script.pop(0) if self.script and self.only(request) else passed
        return fault(request, lambda: super(FaultyLine, self).send(request, *args, **kwargs))


def is_transaction(request: requests.PreparedRequest) -> bool:
    return request.method == "POST" and str(request.url).rstrip("/").endswith("/fhir")


def _changed(
    request: requests.PreparedRequest, code: int, headers: Mapping[str, str], body: bytes
) -> requests.Response:
    answer = requests.Response()
    answer.status_code, answer.request, answer.url = code, request, str(request.url)
    answer.headers.update({k: v for k, v in headers.items() if k.lower() not in ("content-length", "content-encoding")})
    answer.raw = HTTPResponse(io.BytesIO(body), preload_content=False, status=code)
    return answer
