"""A running platform for a test: without authorisation (`plain`), or with a desk, another site's desk and a service."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from platform_server import OTHER, SITE, Caller, Door, Server, serving, token_for
from support import postgres


@pytest.fixture(scope="session")
def door() -> Iterator[Door]:
    """The one listening socket."""
    opened = Door()
    opened.open()
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def cluster() -> Iterator[postgres.Cluster]:
    """A private PostgreSQL for the whole run, where this machine has one."""
    if not postgres.is_there():
        pytest.skip(postgres.ABSENT)
    with postgres.cluster() as running:
        yield running


@pytest.fixture
def database_url() -> str | None:
    """None: SQLite in the data folder. test_platform_postgresql.py puts its own here."""
    return None


@pytest.fixture
def plain_server(door: Door, tmp_path: Path, database_url: str | None) -> Iterator[Server]:
    with serving(door, tmp_path / "plain", auth=False, database_url=database_url) as server:
        yield server


@pytest.fixture
def anyone(plain_server: Server) -> Iterator[Caller]:
    """A client of a platform that asks for no token."""
    caller = Caller(plain_server.fhir)
    yield caller
    caller.close()


@pytest.fixture
def server(door: Door, tmp_path: Path, database_url: str | None) -> Iterator[Server]:
    with serving(door, tmp_path / "platform", database_url=database_url) as server:
        yield server


def _caller(server: Server, site: str, scope: str = "system/*.cruds") -> Iterator[Caller]:
    caller = Caller(server.fhir, token_for(server, site, scope))
    yield caller
    caller.close()


@pytest.fixture
def desk(server: Server) -> Iterator[Caller]:
    yield from _caller(server, SITE)


@pytest.fixture
def other_desk(server: Server) -> Iterator[Caller]:
    yield from _caller(server, OTHER)


@pytest.fixture
def service(server: Server) -> Iterator[Caller]:
    yield from _caller(server, "", "system/*.*")
