"""The wire, the tokens and enrolment: what is refused before it is sent, and what does not count as an answer."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests
from support import faulty
from support.builders import a_site
from support.model_server import ModelPlatform
from support.sync_bench import AUTHENTICATION_KEY, JWKS, Bench

from vaxdesk.errors import EnrolmentRefused, NotAuthorised, SyncError, Unreachable, VaxdeskError
from vaxdesk.messages import LANGUAGES, sentence
from vaxdesk.models.exchange import Enrolment
from vaxdesk.sync import wire as wires
from vaxdesk.sync.client import Client, open_client, outcome_text
from vaxdesk.sync.enrolment import enrol, enrol_fhir
from vaxdesk.sync.fhir import Bundle
from vaxdesk.sync.outcomes import Refused, TooLarge
from vaxdesk.sync.outcomes import Unreachable as NoAnswer
from vaxdesk.sync.tokens import NoTokens, Tokens
from vaxdesk.sync.wire import Answer, Wire, check_address, trouble_of

SITE = str(a_site().code)
DEVICE = a_site().device_id
EMPTY = Bundle((), 0, b"{}")


@contextmanager
def answering(respond: Any) -> Iterator[str]:
    """A server that does one thing with every request; its address."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *args: Any) -> None:
            pass

        def handle_any(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", "0")))
            respond(self)

        do_GET = do_POST = do_PUT = handle_any  # noqa: N815

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *args: None  # type: ignore[method-assign]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join(5)


def said(
    handler: Any, status: int, body: bytes, kind: str = "application/fhir+json", length: int | None = None
) -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(body) if length is None else length))
    handler.end_headers()
    handler.wfile.write(body)


def outcome_of(respond: Any) -> Any:
    with answering(respond) as base:
        client = Client(base, NoTokens(), Wire())
        found = client.send(EMPTY)
        client.close()
    return found


# --- addresses


@pytest.mark.parametrize(
    "url", ["http://platform.example/fhir", "http://10.0.0.1/fhir", "http://127.0.0.1.evil.invalid/"]
)
def test_plain_http_goes_to_loopback_only(url: str) -> None:
    with pytest.raises(SyncError, match="plain-http-refused"):
        Wire().exchange("GET", url)


@pytest.mark.parametrize("url", ["", "ftp://x/", "platform", "https://", "http://[::1", "https://user:pw@host/"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(SyncError, match="address-unreadable"):
        check_address(url)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8/x", "http://localhost/", "http://[::1]:9/", "http://127.8.8.8/"])
def test_loopback_is_loopback(url: str) -> None:
    assert check_address(url)


def test_no_authorisation_only_on_loopback() -> None:
    with pytest.raises(SyncError, match="no-auth-only-on-loopback"):
        open_client(Enrolment("https://platform.example/fhir", "", "", "none"), lambda: AUTHENTICATION_KEY)


# --- answers


def test_an_answer_over_the_limit_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wires, "ANSWER_BYTES_MAX", 1000)
    assert outcome_of(lambda h: said(h, 200, b" " * 2000)) == NoAnswer("answer-too-long")


def test_a_small_answer_that_unpacks_to_a_flood_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    import gzip

    monkeypatch.setattr(wires, "ANSWER_BYTES_MAX", 100_000)

    def bomb(handler: Any) -> None:
        body = gzip.compress(b" " * 5_000_000)
        handler.send_response(200)
        for name, value in (("Content-Encoding", "gzip"), ("Content-Length", str(len(body)))):
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    assert outcome_of(bomb) == NoAnswer("answer-too-long")


def test_a_connection_that_ends_early_is_no_answer() -> None:
    assert outcome_of(lambda h: said(h, 200, b'{"resourceType"', length=500)) == NoAnswer("answer-truncated")


def test_a_trickle_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wires, "ANSWER_TIMEOUT_S", -1.0)
    assert outcome_of(lambda h: said(h, 200, b"{}")) == NoAnswer("timed-out")


def test_silence_is_a_time_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wires, "READ_TIMEOUT_S", 0.05)
    hold = threading.Event()

    def silent(handler: Any) -> None:
        hold.wait(5)

    with answering(silent) as base:
        assert Client(base, NoTokens(), Wire()).send(EMPTY) == NoAnswer("timed-out")
        hold.set()


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        (200, "text/html", "not-the-platform"),
        (400, "text/html", "not-the-platform"),
        (403, "text/html", "not-the-platform"),
        (404, "text/plain", "not-the-platform"),
        (502, "text/html", "server-error"),
        (504, "text/html", "timed-out"),
        (302, "text/html", "redirected"),
        (307, "application/fhir+json", "redirected"),
        (200, "application/fhir+json", "answer-not-a-bundle"),
    ],
)
def test_what_is_no_answer_of_a_platform(status: int, kind: str, code: str) -> None:
    assert outcome_of(lambda h: said(h, status, b"{}", kind)) == NoAnswer(code)


def test_nobody_there_is_told_from_a_broken_line() -> None:
    with answering(lambda h: None) as base:
        pass
    assert Client(base, NoTokens(), Wire()).send(EMPTY) == NoAnswer("no-connection")
    assert outcome_of(lambda h: h.connection.close()).code in ("connection-lost", "answer-truncated")


def test_a_refusal_brings_the_servers_words_but_never_shows_them_in_a_log() -> None:
    body = '{"resourceType":"OperationOutcome","issue":[{"diagnostics":"số Trần Bích"},{"details":{"text":"hai"}}]}'
    refused = outcome_of(lambda h: said(h, 422, body.encode()))
    assert refused == Refused(422, "record-refused", "số Trần Bích\nhai")
    assert "Bích" not in repr(refused)
    assert outcome_text({"issue": [{"diagnostics": "x" * 9000}]}) == "x" * 2000
    assert outcome_text({"issue": "?"}) == outcome_text(None) == ""


def test_what_is_over_the_contracts_limits_is_never_sent() -> None:
    client = Client("http://127.0.0.1:1/fhir", NoTokens(), Wire())
    assert client.send(Bundle((), 501, b"{}")) == TooLarge()
    assert client.send(Bundle((), 1, b" " * (4 * 1024 * 1024 + 1))) == TooLarge()


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (requests.exceptions.SSLError(), "tls-refused"),
        (requests.ConnectTimeout(), "no-connection"),
        (requests.ReadTimeout(), "timed-out"),
        (requests.exceptions.ProxyError(), "no-connection"),
        (requests.exceptions.ChunkedEncodingError(), "answer-truncated"),
        (requests.exceptions.ContentDecodingError(), "answer-truncated"),
        (requests.ConnectionError("Read timed out."), "timed-out"),
        (requests.ConnectionError(), "connection-lost"),
        (requests.exceptions.InvalidURL(), "address-unreadable"),
        (requests.TooManyRedirects(), "connection-lost"),
    ],
)
def test_foreign_errors_become_ours(error: requests.RequestException, code: str) -> None:
    ours = trouble_of(error)
    assert ours.code == code
    for language in LANGUAGES:
        assert " " in sentence(ours, language)


def test_a_certificate_nobody_knows_is_refused(tmp_path: Path) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization

    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(AUTHENTICATION_KEY.public_key())
        .serial_number(1).not_valid_before(datetime(2021, 1, 1, tzinfo=UTC)).not_valid_after(datetime(2090, 1, 1, tzinfo=UTC))
        .sign(AUTHENTICATION_KEY, hashes.SHA256())
    )  # fmt: skip
    pem = serialization.Encoding.PEM
    private = AUTHENTICATION_KEY.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file = tmp_path / "server.pem"
    file.write_bytes(private + made.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.handle_error = lambda *args: None  # type: ignore[method-assign]
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.handle_request, daemon=True)
    thread.start()
    with pytest.raises(Unreachable, match="tls-refused"):
        Wire().exchange("GET", f"https://127.0.0.1:{server.server_address[1]}/")
    thread.join(5)
    server.server_close()


def test_a_netrc_file_does_not_replace_our_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bench: Bench, platform: ModelPlatform
) -> None:
    (tmp_path / ".netrc").write_text("default login someone password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    bench.record(1)
    assert bench.sync().acknowledged == 1


def test_retry_after_is_read_in_both_forms_and_bounded() -> None:
    now = datetime(2021, 11, 12, 4, 0, 0, tzinfo=UTC)
    date = "Fri, 12 Nov 2021 04:00:00 GMT"

    def wait(text: str) -> float | None:
        return Answer(503, {"retry-after": text, "date": date}, b"").retry_after_s(now)

    assert wait("120") == 120
    assert wait("Fri, 12 Nov 2021 04:02:00 GMT") == 120
    assert (wait("0"), wait("99999999"), wait("-5"), wait("soon")) == (1.0, 3600.0, None, None)
    assert Answer(503, {}, b"").retry_after_s(now) is None


# --- reachable


def test_a_captive_portal_is_no_network(bench: Bench, platform: ModelPlatform) -> None:
    assert bench.engine.reachable()
    bench.line.only = lambda request: True
    bench.line.script = [faulty.captive_portal]
    assert not bench.engine.reachable()
    bench.line.script = [faulty.rewritten(lambda answer: {"login": "https://wifi.example/"})]
    assert not bench.engine.reachable()
    bench.line.down = True
    assert not bench.engine.reachable()


# --- tokens


def tokens(platform: ModelPlatform, **changes: Any) -> Tokens:
    client_id = next(iter(platform.clients), "nobody")
    return Tokens(Wire(), f"{platform.base}/token", client_id, lambda: AUTHENTICATION_KEY, **changes)


def test_a_token_is_kept_until_shortly_before_its_end(bench: Bench, platform: ModelPlatform) -> None:
    now = [1000.0]
    source = tokens(platform, monotonic=lambda: now[0])
    first = source.token()
    now[0] += 269
    assert source.token() == first
    now[0] += 2
    assert source.token() != first


def test_a_stranger_gets_no_token(platform: ModelPlatform) -> None:
    with pytest.raises(NotAuthorised, match="token-refused") as caught:
        tokens(platform).token()
    assert caught.value.params["reason"] == "invalid_client"


@pytest.mark.parametrize(
    ("status", "body", "kind", "expected"),
    [
        (200, b"<html>", "text/html", Unreachable),
        (200, b'{"no": "token"}', "application/json", Unreachable),
        (500, b"{}", "application/json", Unreachable),
        (403, b"<html>", "text/html", Unreachable),
        (401, b'{"error": 3}', "application/json", NotAuthorised),
    ],
)
def test_only_a_token_is_a_token(status: int, body: bytes, kind: str, expected: type[VaxdeskError]) -> None:
    with answering(lambda h: said(h, status, body, kind)) as base, pytest.raises(expected):
        Tokens(Wire(), f"{base}/token", "me", lambda: AUTHENTICATION_KEY).token()


# --- enrolment


def test_enrolment_gives_the_site_and_can_be_repeated_after_a_lost_answer(platform: ModelPlatform) -> None:
    first = enrol(platform.base, SITE, "one-time", DEVICE, "Bàn 1", JWKS)
    assert (first.site_code, first.province, first.enrolment.auth) == (SITE, "079", "smart")
    assert first.enrolment.fhir_base == platform.fhir
    assert enrol(f"{platform.base}/fhir/", SITE, "one-time", DEVICE, "Bàn 1", JWKS) == first


@pytest.mark.parametrize(
    ("site", "code", "device", "expected"),
    [
        (SITE, "wrong", DEVICE, "enrolment-code-refused"),
        ("00-NOWHERE", "one-time", DEVICE, "site-unknown"),
        (SITE, "one-time", "another-device", "enrolment-code-refused"),
    ],
)
def test_enrolment_refused(platform: ModelPlatform, site: str, code: str, device: str, expected: str) -> None:
    enrol(platform.base, SITE, "one-time", DEVICE, "Bàn 1", JWKS)
    with pytest.raises(EnrolmentRefused, match=expected) as caught:
        enrol(platform.base, site, code, device, "Bàn 1", JWKS)
    assert all(" " in sentence(caught.value, language) for language in LANGUAGES)


def test_a_server_that_does_not_enrol_says_so() -> None:
    with (
        answering(lambda h: said(h, 200, b'{"token_endpoint": "http://127.0.0.1/t"}', "application/json")) as base,
        pytest.raises(EnrolmentRefused, match="platform-cannot-enrol"),
    ):
        enrol(base, SITE, "x", DEVICE, "Bàn 1", JWKS)


def test_a_platform_may_not_lead_to_plain_http_elsewhere() -> None:
    body = b'{"token_endpoint": "http://evil.invalid/t", "enrolment_endpoint": "http://127.0.0.1/e"}'
    with (
        answering(lambda h: said(h, 200, body, "application/json")) as base,
        pytest.raises(SyncError, match="plain-http-refused"),
    ):
        enrol(base, SITE, "x", DEVICE, "Bàn 1", JWKS)


def test_any_fhir_server_takes_this_device(platform: ModelPlatform) -> None:
    platform.needs_token = False
    joined = enrol_fhir(platform.fhir, SITE, "Trạm mẫu", "079", DEVICE, "Bàn 1", JWKS["keys"][1])
    assert (joined.enrolment.auth, joined.site_name) == ("none", "Trạm mẫu")
    stored = platform.store.newest("Device", DEVICE)
    assert stored is not None
    assert stored["identifier"][0]["value"] == JWKS["keys"][1]["kid"]


def test_joining_with_a_key_that_is_not_registered_says_so(platform: ModelPlatform) -> None:
    with pytest.raises(NotAuthorised, match="token-refused"):
        enrol_fhir(
            platform.fhir, SITE, "", "", DEVICE, "Bàn 1", JWKS["keys"][1],
            token_url=f"{platform.base}/token", client_id="x", private_key=lambda: AUTHENTICATION_KEY,
        )  # fmt: skip


def test_a_server_that_is_not_fhir_r4_is_not_joined() -> None:
    body = b'{"resourceType": "CapabilityStatement", "fhirVersion": "5.0.0"}'
    with answering(lambda h: said(h, 200, body)) as base, pytest.raises(EnrolmentRefused, match="not-fhir-r4"):
        enrol_fhir(base, SITE, "", "", DEVICE, "Bàn 1", JWKS["keys"][1])
