"""The four servers that one contract suite runs against, and what a server of another project lacks, said once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from support import peer, postgres
from support.builders import a_site
from support.model_server import model_platform
from support.served import Served
from support.sync_bench import AUTHENTICATION_KEY, JWKS, Bench, a_bench, enrolled

from vaxdesk.models.exchange import Enrolment
from vaxdesk.models.values import SiteCode
from vaxdesk.sync.enrolment import enrol_fhir

SITE = str(a_site().code)
PEER_CLIENT = "vaxdesk-site"

# What a FHIR R4 server need not do, by a word for it, and why the contract's test cannot hold there as it stands.
PEER_LACKS = {
    "enrolment": "C2 is the platform's own: elsewhere the operator registers the key and the desk writes its Device",
    "empty-update": "P2: FHIR lets a PUT of the same content make a version; what counts is that no second dose appears",
    "revision-rule": "P3: no other server knows the revision extension; If-Match alone guards corrections there",
    "number-rule": "R1: no other server compares the dose's citizen number with its Patient's",
    "site-scope": "R2: sites there see each other as far as the operator's scopes let them; the tag only says what is pulled",
    "gzip": "P1: bodies go plain once the server has refused a compressed one",
}


@dataclass(frozen=True)
class Central:
    """A running server at which this suite's device has been joined."""

    base: str
    enrolment: Enrolment
    code: str = ""
    code_for: Callable[[str], str] = lambda site: ""  # a one-time code of another site
    lacks: Mapping[str, str] = field(default_factory=dict)

    def can(self, ability: str) -> bool:
        """Whether a test may ask this of the server."""
        assert ability in PEER_LACKS
        return ability not in self.lacks

    def need(self, ability: str) -> None:
        """Skips the test, with the reason, where the server need not have this ability."""
        if not self.can(ability):
            pytest.skip(self.lacks[ability])


Start = Callable[[Path], AbstractContextManager[Central]]


@contextmanager
def the_model(folder: Path) -> Iterator[Central]:
    """The model of these tests."""
    with model_platform() as running:

        def code_for(site: str) -> str:
            running.codes[SiteCode(site)] = f"one-time-{site}"
            return running.codes[SiteCode(site)]

        yield enrolled_at(running.base, code_for)


@contextmanager
def on_sqlite(folder: Path) -> Iterator[Central]:
    """The real platform, its records in its own file."""
    with _platform(Served(folder)) as central:
        yield central


@contextmanager
def on_postgresql(folder: Path) -> Iterator[Central]:
    """The real platform, its records in PostgreSQL."""
    with postgres.cluster() as cluster, _platform(Served(folder, database=cluster.new_database())) as central:
        yield central


@contextmanager
def _platform(served: Served) -> Iterator[Central]:
    served.start()
    try:
        yield enrolled_at(served.plain_base, served.code_for)
    finally:
        served.stop()


def enrolled_at(base: str, code_for: Callable[[str], str]) -> Central:
    """This suite's device, joined with a one-time code."""
    code = code_for(SITE)
    return Central(base, enrolled(base, code), code, code_for)


@contextmanager
def the_peer(folder: Path) -> Iterator[Central]:
    """Another project's server, with SMART Backend Services and this desk's key registered by its operator."""
    with peer.peer(folder, peer.smart(PEER_CLIENT, JWKS["keys"][:1])) as base:
        yield Central(base, join_peer(base, PEER_CLIENT), lacks=PEER_LACKS)


def join_peer(base: str, client_id: str) -> Enrolment:
    """Joins the other project's server as `vaxdesk enrol --fhir` does."""
    device = (f"{base}/fhir", SITE, "Trạm mẫu", "079", a_site().device_id, "Bàn 1", JWKS["keys"][1])
    smart = {"token_url": f"{base}/auth/token", "client_id": client_id, "private_key": lambda: AUTHENTICATION_KEY}
    return enrol_fhir(*device, **smart).enrolment


SERVERS = [
    pytest.param(the_model, id="model"),
    pytest.param(on_sqlite, id="vaxplatform"),
    pytest.param(
        on_postgresql,
        id="vaxplatform-postgresql",
        marks=pytest.mark.skipif(not postgres.is_there(), reason=postgres.ABSENT),
    ),
    pytest.param(
        the_peer, id="peer", marks=[pytest.mark.peer, pytest.mark.skipif(not peer.is_there(), reason=peer.ABSENT)]
    ),
]


@pytest.fixture(scope="module", params=SERVERS)
def central(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Central]:
    start: Start = request.param
    with start(tmp_path_factory.mktemp("central")) as running:
        yield running


@pytest.fixture
def bench(tmp_path: Path, central: Central) -> Iterator[Bench]:
    with a_bench(tmp_path, central.enrolment) as made:
        yield made
