"""The rules of tests/conftest.py, each seen to fail a test that breaks it."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

CONFTEST = Path(__file__).parents[1] / "conftest.py"

BREAKERS = """
import logging, os, socket
import pytest

@pytest.mark.parametrize("address", [("192.0.2.1", 9), ("2001:db8::1", 9)])
def test_breaks_connect(address):
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family) as line:
        line.settimeout(0.01)
        line.connect_ex(address)

def test_breaks_datagram():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.sendto(b"x", ("192.0.2.1", 9))

def test_breaks_lookup():
    socket.getaddrinfo("example.org", 443)

def test_breaks_log():
    logging.getLogger("vaxdesk.sync").warning("nobody announced this")

@pytest.mark.allow_warnings("vaxdesk.print")
def test_breaks_log_of_another_room():
    logging.getLogger("vaxdesk.sync").error("still not announced")

def test_breaks_environment():
    os.environ["VAXDESK_DATA"] = "/nowhere"
"""

KEEPERS = """
import logging, os, socket
import pytest

@pytest.mark.allow_warnings("vaxdesk.sync")
def test_keeps_announced_warning():
    logging.getLogger("vaxdesk.sync.engine").warning("announced")

def test_keeps_quiet_levels():
    logging.getLogger("vaxdesk").info("fine")

def test_keeps_own_settings(monkeypatch):
    monkeypatch.setenv("VAXDESK_DATA", "somewhere")

def test_sees_no_setting_from_outside():
    assert "VAXDESK_PIN" not in os.environ
"""


@pytest.fixture
def inner(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    monkeypatch.setenv("VAXDESK_PIN", "from outside")
    pytester.makeconftest(CONFTEST.read_text(encoding="utf-8"))
    pytester.makeini("[pytest]\nmarkers = allow_warnings(*loggers): expected\naddopts = --strict-markers")
    return pytester


def outcome(inner: pytest.Pytester, *options: str) -> dict[str, int]:
    ran = inner.runpytest_subprocess("-p", "no:pytest-qt", "-p", "no:cacheprovider", *options)
    return ran.parseoutcomes()


def test_every_breaker_fails(inner: pytest.Pytester) -> None:
    inner.makepyfile(BREAKERS)
    # the environment is looked at after the test itself has passed, so that one is an error beside a pass
    assert outcome(inner) == {"failed": 6, "passed": 1, "errors": 1}


def test_every_keeper_passes(inner: pytest.Pytester) -> None:
    inner.makepyfile(KEEPERS)
    assert outcome(inner) == {"passed": 4}


def test_loopback_stays_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=5).close()


def test_files_are_readable_for_others_unless_the_program_forbids_it(tmp_path: Path) -> None:
    mask = os.umask(0)
    os.umask(mask)
    assert mask == 0o022


def test_a_file_that_tightens_the_umask_does_not_tighten_the_next_ones(inner: pytest.Pytester) -> None:
    inner.makepyfile(
        test_first="""
        import os, pytest
        @pytest.fixture(scope="module", autouse=True)
        def tightened():
            os.umask(0o077)
        def test_a(): pass
        """,
        test_second="""
        import os, pytest
        @pytest.fixture(scope="module")
        def mask():
            mask = os.umask(0)
            os.umask(mask)
            return mask
        def test_b(mask): assert mask == 0o022
        """,
    )
    assert outcome(inner, "-p", "no:randomly") == {"passed": 2}
