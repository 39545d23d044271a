"""A desk on a fresh encrypted store, joined to a platform over a line that can be made bad."""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from filelock import FileLock
from support.builders import Clock, DeskUnderTest, a_crowd, a_desk, a_draft, a_site, no_signature
from support.faulty import Fault, FaultyLine

from vaxdesk.keys.device import jwk_of
from vaxdesk.models import outbox
from vaxdesk.models.db import open_store
from vaxdesk.models.drafts import DoseDraft
from vaxdesk.models.exchange import Enrolment
from vaxdesk.models.sync_book import ENROLMENT, SyncBook
from vaxdesk.models.values import Dose, VaccineCode
from vaxdesk.models.workplace import workplace
from vaxdesk.sync.client import Client, open_client
from vaxdesk.sync.engine import Engine, SyncReport
from vaxdesk.sync.enrolment import enrol
from vaxdesk.sync.wire import Wire

AUTHENTICATION_KEY = ec.generate_private_key(ec.SECP384R1())
SIGNING_KEY = ec.generate_private_key(ec.SECP256R1())
JWKS = {"keys": [jwk_of(AUTHENTICATION_KEY), jwk_of(SIGNING_KEY)]}


def some_codings(code: VaccineCode) -> tuple[dict[str, str], ...]:
    return ({"system": "urn:vaxdesk:vaccine", "code": code, "display": "Comirnaty"},)


@dataclass
class Bench:
    """The desk, its line and its engine. `again()` is the same desk after a restart of the program."""

    desk: DeskUnderTest
    line: FaultyLine
    engine: Engine
    make: Callable[[], Engine]

    @property
    def book(self) -> SyncBook:
        return self.desk.work.sync_book

    @property
    def clock(self) -> Clock:
        return self.desk.clock

    def record(self, count: int = 1) -> list[Dose]:
        return [self.record_one(draft) for draft in a_crowd(count)]

    def record_one(self, draft: DoseDraft | None = None) -> Dose:
        return self.desk.work.desk.record(draft or a_draft(), self.desk.manager).dose

    def sync(self, *faults: Fault, asked: bool = True) -> SyncReport:
        self.line.script = list(faults)
        return self.engine.run_once(asked=asked)

    def again(self) -> None:
        self.engine = self.make()

    def receipts(self) -> dict[str, int]:
        """Dose id -> revision of its newest receipt."""
        records = self.desk.work.desk.all_records()
        return {r.dose.id: r.receipt.revision for r in records if r.receipt is not None}

    def limit(self, doses: int) -> None:
        self.book.save_link(replace(self.book.link(), bundle_doses_max=doses))
        self.again()


def client_over(line: FaultyLine, enrolment: Enrolment) -> Client:
    wire = Wire()
    for scheme in ("http://", "https://"):
        wire.session.mount(scheme, line)
    return open_client(enrolment, lambda: AUTHENTICATION_KEY, wire)


@contextmanager
def a_bench(folder: Path, enrolment: Enrolment, lock: FileLock | None = None) -> Iterator[Bench]:
    """A desk in `folder` joined to the platform that `enrolment` names."""
    desk = _a_quick_desk(folder)
    with desk.store.write() as connection:
        outbox.write_setting(connection, ENROLMENT, json.dumps(asdict(enrolment)))
    line = FaultyLine()

    def make() -> Engine:
        clients = lambda: client_over(line, enrolment)  # noqa: E731
        rng = random.Random(7)
        return Engine(desk.work.sync_book, clients, desk.clock, rng=rng, lock=lock, codings=some_codings)

    yield Bench(desk, line, make(), make)
    line.close()
    desk.store.close()


@cache
def _template() -> tuple[DeskUnderTest, bytes]:
    """A fresh desk and its database file, made once: a state machine needs hundreds."""
    with tempfile.TemporaryDirectory() as folder:
        desk = a_desk(Path(folder))
        desk.store.close()
        return desk, (Path(folder) / "vaxdesk.db").read_bytes()


def _a_quick_desk(folder: Path) -> DeskUnderTest:
    desk, file = _template()
    (folder / "vaxdesk.db").write_bytes(file)
    store, clock = open_store(folder / "vaxdesk.db", desk.key), Clock()
    return DeskUnderTest(workplace(store, no_signature, clock), store, desk.key, folder, clock, desk.manager)


def enrolled(base: str, code: str, site: str = str(a_site().code)) -> Enrolment:
    """Enrols this bench's device at a platform with a one-time code."""
    return enrol(base, site, code, a_site().device_id, "Bàn 1", JWKS).enrolment
