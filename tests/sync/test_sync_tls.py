"""The real platform behind a TLS door: the whole exchange goes through it, and an impostor learns nothing and stops nothing for good.

What a site may tighten of its own (a private authority, one pinned certificate: contract C6) is tested in test_sync_tightened.py.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest
from support import tls_front as tls
from support.builders import a_crowd, a_site
from support.served import Served, free_port
from support.sync_bench import AUTHENTICATION_KEY, JWKS, Bench, a_bench

from vaxdesk.errors import SyncError
from vaxdesk.messages import say
from vaxdesk.models.exchange import Enrolment
from vaxdesk.sync.client import open_client
from vaxdesk.sync.engine import Engine
from vaxdesk.sync.enrolment import enrol, enrol_fhir
from vaxdesk.sync.pinned import session_for
from vaxdesk.sync.wire import Wire

SITE, DEVICE = str(a_site().code), a_site().device_id
ELSEWHERE = "http://platform.invalid"


@pytest.fixture(scope="module")
def authority() -> tls.Authority:
    return tls.Authority()


@pytest.fixture(scope="module")
def secured(authority: tls.Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Enrolment]:
    """The platform behind its door, which it announces as its own address; this device is enrolled through it."""
    folder, port = tmp_path_factory.mktemp("platform"), free_port()
    with tls.tls_front(f"http://127.0.0.1:{port}", authority.issue(folder)) as base:
        platform = Served(folder, base, port)
        platform.start()
        try:
            yield joined(base, platform.code_for(SITE), authority.pem)
        finally:
            platform.stop()


def joined(base: str, code: str, ca: str) -> Enrolment:
    answer = enrol(base, SITE, code, DEVICE, "Bàn 1", JWKS, Wire(session_for(ca, "")))
    return replace(answer.enrolment, ca=ca)


@pytest.fixture
def bench(tmp_path: Path, secured: Enrolment) -> Iterator[Bench]:
    with a_bench(tmp_path, secured) as made:
        yield made


def engine_to(bench: Bench, enrolment: Enrolment) -> Engine:
    """The desk's engine over a wire as it is in the field: no line of the tests in between."""
    bench.book.save_enrolment(enrolment)
    return Engine(bench.book, lambda: open_client(enrolment, lambda: AUTHENTICATION_KEY), bench.clock)


def moved(enrolment: Enrolment, base: str) -> Enrolment:
    """The same enrolment where the address leads to another machine."""
    old = enrolment.fhir_base.removesuffix("/fhir")
    return replace(enrolment, fhir_base=f"{base}/fhir", token_url=enrolment.token_url.replace(old, base))


@contextmanager
def an_impostor(identity: tls.Identity) -> Iterator[tuple[str, socket.socket]]:
    """Somebody else's TLS door; whatever came through it would be waiting at the socket."""
    with socket.create_server(("127.0.0.1", 0)) as behind:
        behind.settimeout(0.2)
        with tls.tls_front(f"http://127.0.0.1:{behind.getsockname()[1]}", identity) as base:
            yield base, behind


def assert_nobody_came(behind: socket.socket) -> None:
    with pytest.raises(TimeoutError):
        behind.accept()


def test_the_whole_exchange_goes_through_tls(bench: Bench, secured: Enrolment) -> None:
    assert secured.fhir_base.startswith("https://")
    assert secured.token_url.startswith("https://")
    bench.record(3)
    engine = engine_to(bench, secured)
    report = engine.run_once(True)
    assert (report.acknowledged, report.read_back, report.trouble) == (3, 3, "")
    assert engine.reachable()


@pytest.fixture(params=["another authority", "the same name of another authority", "expired", "for another machine"])
def impostor(
    request: pytest.FixtureRequest, authority: tls.Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tls.Identity:
    """Certificates that are not this platform's, or not any more."""
    if request.param == "expired":
        return authority.issue(tmp_path, days=-1)
    if request.param == "for another machine":
        monkeypatch.setattr(tls, "_LOOPBACK", ipaddress.ip_address("127.0.0.9"))
        return authority.issue(tmp_path)
    return tls.Authority("Another" if request.param == "another authority" else authority.name).issue(tmp_path)


def test_an_impostor_gets_nothing_and_what_waits_goes_when_the_platform_is_back(
    bench: Bench, secured: Enrolment, impostor: tls.Identity
) -> None:
    for draft in a_crowd(2):
        bench.record_one(draft)
    with an_impostor(impostor) as (base, behind):
        engine = engine_to(bench, moved(secured, base))
        report = engine.run_once(True)
        assert (report.trouble, report.reached, report.set_aside, report.waiting) == ("tls-refused", False, 0, 2)
        assert not engine.reachable()
        assert_nobody_came(behind)
    assert engine_to(bench, secured).run_once(True).acknowledged == 2


def test_an_impostor_cannot_take_a_one_time_code(authority: tls.Authority, impostor: tls.Identity) -> None:
    with an_impostor(impostor) as (base, behind):
        with pytest.raises(SyncError, match="tls-refused"):
            joined(base, "one-time", authority.pem)
        assert_nobody_came(behind)


def test_a_certificate_that_ends_while_the_desk_is_joined_is_told_in_a_sentence() -> None:
    assert "chứng thư" in say("tls-refused", "vi")
    assert "certificate" in say("tls-refused", "en")
    assert "{" not in say("tls-refused", "vi") + say("tls-refused", "en")


def test_without_the_private_authority_the_usual_ones_decide(bench: Bench, secured: Enrolment) -> None:
    bench.record(1)
    report = engine_to(bench, replace(secured, ca="")).run_once(True)
    assert (report.trouble, report.waiting) == ("tls-refused", 1)


def test_a_server_without_tls_under_a_secure_address_gets_no_dose(bench: Bench, secured: Enrolment) -> None:
    bench.record(1)
    with socket.create_server(("127.0.0.1", 0)) as plain:
        plain.settimeout(5)
        base = f"https://127.0.0.1:{plain.getsockname()[1]}"

        def greet() -> None:
            near, _ = plain.accept()
            with near:
                near.recv(4096)
                near.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

        thread = Thread(target=greet)
        thread.start()
        report = engine_to(bench, moved(secured, base)).run_once(True)
        thread.join(10)
    assert (report.trouble, report.waiting, report.set_aside) == ("tls-refused", 1, 0)


@pytest.mark.parametrize(
    "enrolment",
    [
        Enrolment(f"{ELSEWHERE}/fhir", "https://127.0.0.1:9/token", "c", "smart"),
        Enrolment("https://127.0.0.1:9/fhir", f"{ELSEWHERE}/token", "c", "smart"),
        Enrolment("http://192.0.2.7/fhir", "", "", "none"),
    ],
    ids=["records", "tokens", "an-address"],
)
def test_plain_http_beyond_this_machine_is_refused_before_anything_is_sent(bench: Bench, enrolment: Enrolment) -> None:
    """Also when the stored enrolment says so: the network guard of these tests would fail on any look-up or connection."""
    bench.record(1)
    report = engine_to(bench, enrolment).run_once(True)
    assert (report.trouble, report.waiting) == ("plain-http-refused", 1)


def test_plain_http_beyond_this_machine_is_refused_at_enrolment() -> None:
    with pytest.raises(SyncError, match="plain-http-refused"):
        enrol(ELSEWHERE, SITE, "x", DEVICE, "Bàn 1", JWKS)
    with pytest.raises(SyncError, match="plain-http-refused"):
        enrol_fhir(f"{ELSEWHERE}/fhir", SITE, "Trạm mẫu", "079", DEVICE, "Bàn 1", JWKS["keys"][1])
