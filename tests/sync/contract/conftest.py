"""The two servers that one contract suite runs against: the model of these tests, and the real platform as a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.builders import a_site
from support.model_server import model_platform
from support.sync_bench import Bench, a_bench, enrolled

from vaxdesk.models.exchange import Enrolment

SITE = str(a_site().code)
READY = "vaxplatform ready on "


@dataclass(frozen=True)
class Central:
    """A running central platform at which this suite's device is enrolled."""

    base: str
    code: str
    enrolment: Enrolment


@contextmanager
def the_model(folder: Path) -> Iterator[tuple[str, str]]:
    with model_platform() as running:
        yield running.base, "one-time"


@contextmanager
def the_platform(folder: Path) -> Iterator[tuple[str, str]]:
    """`vaxplatform serve` without services: the store alone."""
    program = [sys.executable, "-m", "vaxplatform"]
    facts = ["--name", "Trạm mẫu", "--address", "Số 1 Phố Mẫu", "--province", "079"]
    add = [*program, "sites", "add", SITE, *facts, "--data", str(folder), "--json"]
    added = subprocess.run(add, capture_output=True, check=True, encoding="utf-8")
    serve = [*program, "serve", "--port", "0", "--data", str(folder), "--no-services"]
    with subprocess.Popen(serve, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8") as process:
        assert process.stdout is not None
        ready = next(line for line in process.stdout if line.startswith(READY))
        try:
            yield ready.removeprefix(READY).strip().removesuffix("/fhir"), json.loads(added.stdout)["code"]
        finally:
            process.terminate()
            process.wait(15)


@pytest.fixture(scope="module", params=[the_model, the_platform], ids=["model", "vaxplatform"])
def central(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Central]:
    with request.param(tmp_path_factory.mktemp("central")) as (base, code):
        yield Central(base, code, enrolled(base, code))


@pytest.fixture
def bench(tmp_path: Path, central: Central) -> Iterator[Bench]:
    with a_bench(tmp_path, central.enrolment) as made:
        yield made
