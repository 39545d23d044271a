"""What holds for every test: no network but loopback, no foreign settings, no unexpected warning in the log."""

from __future__ import annotations

import ipaddress
import logging
import os
import socket
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["pytester"]

UMASK = 0o022  # the loosest usual one, so that a file is private only because the program made it so
OWN_SETTINGS = "VAXDESK_"

settings.register_profile("dev", max_examples=50, deadline=None)
settings.register_profile(
    "ci", max_examples=100, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("long", parent=settings.get_profile("ci"), max_examples=5_000)
settings.load_profile("dev")

if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


# --- one seed for order, random and Hypothesis


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Hypothesis draws from the seed that pytest-randomly prints: one number repeats a whole run."""
    from hypothesis import core

    if core.global_force_seed is None:
        core.global_force_seed = config.getoption("randomly_seed", None)


def pytest_report_header(config: pytest.Config) -> str:
    return f"Hypothesis draws from the same seed: {config.getoption('randomly_seed', None)}"


# --- no network but loopback


class NetworkBlocked(RuntimeError):
    """A test tried to reach beyond this machine. Not an OSError: no code may take it for an unreachable server."""


def is_loopback(host: object) -> bool:
    """Whether an address or host name stays on this machine; names under .invalid never resolve anyway."""
    if host in (None, "", b"", "localhost") or str(host).endswith(".invalid"):
        return True
    try:
        return ipaddress.ip_address(str(host).partition("%")[0]).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def guarded(name: str):
        real = getattr(socket.socket, name)

        def call(self: socket.socket, *args):
            address = args[-1]
            if self.family in (socket.AF_INET, socket.AF_INET6) and not is_loopback(address[0]):
                raise NetworkBlocked(f"{name} beyond loopback")
            return real(self, *args)

        return call

    real_lookup = socket.getaddrinfo

    def lookup(host, *args, **kwargs):
        if not is_loopback(host) and host != socket.gethostname():
            raise NetworkBlocked("name look-up beyond loopback")
        return real_lookup(host, *args, **kwargs)

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, guarded(name))
    monkeypatch.setattr(socket, "getaddrinfo", lookup)


# --- no foreign settings, none left behind


@pytest.fixture(autouse=True, scope="module")
def _own_umask() -> Iterator[None]:
    """Also for what a whole file shares: `main` tightens the umask of the process it runs in, and of every file after it."""
    before = os.umask(UMASK)
    yield
    os.umask(before)


@pytest.fixture(autouse=True)
def _own_world(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A fixed umask, no VAXDESK_ setting from outside, and the user's own data folder out of reach."""
    for name in [name for name in os.environ if name.startswith(OWN_SETTINGS)]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path_factory.getbasetemp() / "user-data"))
    before = os.umask(UMASK)
    yield
    os.umask(before)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, object, object]:
    """After all fixtures are gone, the test must have left no setting of ours in the environment."""
    with watched_log(item):
        result = yield
    left = sorted(name for name in os.environ if name.startswith(OWN_SETTINGS) and name not in AT_START)
    for name in left:
        del os.environ[name]
    if left:
        pytest.fail(f"left in the environment: {', '.join(left)}", pytrace=False)
    return result


AT_START = frozenset(name for name in os.environ if name.startswith(OWN_SETTINGS))


# --- unexpected warnings in the log


class _Kept(logging.Handler):
    """Keeps the warnings and worse that nobody announced."""

    def __init__(self, expected: tuple[str, ...] | None) -> None:
        super().__init__(logging.WARNING)
        self.expected = expected
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if self.expected is not None and (not self.expected or record.name.startswith(self.expected)):
            return
        self.lines.append(f"{record.levelname} {record.name}: {record.getMessage()}")


@contextmanager
def watched_log(item: pytest.Item) -> Iterator[None]:
    """Fail the running phase of a test when a WARNING or worse was logged without the allow_warnings marker."""
    marker = item.get_closest_marker("allow_warnings")
    kept = _Kept(marker.args if marker else None)
    logging.getLogger().addHandler(kept)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(kept)
    if kept.lines:
        pytest.fail("unexpected in the log:\n" + "\n".join(kept.lines[:20]), pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, object, object]:
    with watched_log(item):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    with watched_log(item):
        return (yield)
