"""Desks of the real platform: each a store, a clock and a line of its own; restarted, cut off from power, backed up and restored."""

from __future__ import annotations

import gzip
import json
import random
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from sqlalchemy import select
from support import faulty
from support.builders import PIN, Clock, a_draft, number
from support.central import Device, Enrolled, door
from support.crash import PowerCut, laid_out
from support.faulty import Fault, FaultyLine, Send

from vaxdesk.models import outbox
from vaxdesk.models import tables as t
from vaxdesk.models.backup import STORE_NAME, backup, restore
from vaxdesk.models.db import Store, create_store, open_store
from vaxdesk.models.drafts import DoseDraft
from vaxdesk.models.setup import enrol
from vaxdesk.models.sync_book import LINK
from vaxdesk.models.values import DeviceId, DoseRecord, PersonDraft, Sex, Site, SiteCode, StaffMember
from vaxdesk.models.workplace import Workplace, workplace
from vaxdesk.sync.client import Client
from vaxdesk.sync.engine import Engine, SyncReport
from vaxdesk.sync.tokens import Tokens
from vaxdesk.sync.wire import Wire

KEY = b"k" * 32
POISON = "POISON"
NAME, BIRTH_DATE = "Lê Văn Thử", "1990-05-06"


class Refusing(HTTPAdapter):
    """Stands for a platform (while one is there) that refuses what holds the word POISON; the real one stays as it is."""

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:  # type: ignore[override]
        really = super().send
        if door().app is not None and faulty.is_transaction(request) and POISON in text_of(request):
            return faulty.status(422, text="the lot is unknown")(request, lambda: really(request, *args, **kwargs))
        return really(request, *args, **kwargs)


class Line(FaultyLine, Refusing):
    """A bad line that can keep a request back and deliver it later, after newer ones."""

    def __init__(self) -> None:
        super().__init__()
        self.held: list[requests.PreparedRequest] = []

    def hold(self, request: requests.PreparedRequest, send: Send) -> requests.Response:
        """Nobody hears of it for now."""
        self.held.append(request.copy())
        raise requests.ReadTimeout("held back")

    def deliver(self, index: int) -> int:
        """One request that was held back arrives; the answer finds nobody. Gives the status."""
        request = self.held.pop(index % len(self.held))
        answer = Refusing.send(self, request, timeout=30)
        answer.close()
        return answer.status_code


def text_of(request: requests.PreparedRequest) -> str:
    """A request's body as it was before compression."""
    body = request.body or b""
    raw = body.encode() if isinstance(body, str) else bytes(body)
    return (gzip.decompress(raw) if request.headers.get("Content-Encoding") == "gzip" else raw).decode()


@dataclass
class Laptop:
    """One desk. `lives`: its store and those restored from backups; `epochs`: of lost lives and of this one; `overtaken`: a request of a

    lost life may have arrived after the restored desk had taken its records back.
    """

    device: Device
    folder: Path
    store: Store
    clock: Clock
    manager: StaffMember
    line: Line = field(default_factory=Line)
    backups: list[Path] = field(default_factory=list)
    epochs: set[int] = field(default_factory=set)
    lives: int = 1
    overtaken: bool = False
    starts: int = 0

    def __post_init__(self) -> None:
        self.epochs.add(self.epoch())
        self.start()

    def start(self) -> None:
        """The program begins on the open store."""
        self.work: Workplace = workplace(self.store, self.device.sign, self.clock)
        enrolment = self.work.sync_book.enrolment()
        assert enrolment is not None
        self.engine = Engine(self.work.sync_book, lambda: self._client(enrolment), self.clock, rng=random.Random(7))

    def _client(self, enrolment: Any) -> Client:
        wire = Wire()
        wire.session.mount("http://", self.line)
        tokens = Tokens(
            wire, enrolment.token_url, enrolment.client_id, lambda: self.device.device_key, clock=self.clock
        )
        return Client(enrolment.fhir_base, tokens, wire)

    def close(self) -> None:
        """The program ends."""
        self.store.close()
        self.line.close()

    def deliver(self, index: int) -> int:
        """Something held back arrives; 0 when nothing was. Else the status of its answer."""
        self.overtaken |= self.lives > 1
        return self.line.deliver(index) if self.line.held else 0

    def restart(self, doses: int) -> None:
        """Ends and begins again, with bundles of at most `doses`."""
        self.close()
        self.store = open_store(self.store.path, KEY)
        self.start()
        with self.store.write() as connection:
            outbox.write_setting(connection, LINK, json.dumps({"bundle_doses_max": doses}))

    def sync(self, *faults: Fault, only: Callable[[Any], bool] = faulty.is_transaction) -> SyncReport:
        """One run over a line with these faults, one a request that `only` chooses."""
        self.line.script, self.line.only = list(faults), only
        try:
            return self.engine.run_once(asked=True)
        finally:
            self.line.script = []

    def draft(self, person: int, lot: str) -> DoseDraft:
        """A dose of one of a few made-up men, given now."""
        who = PersonDraft(number(person), NAME, BIRTH_DATE, Sex.MALE)
        expiry = self.clock.now.date() + timedelta(days=90)
        return a_draft(person=who, lot=lot, occurred_at=self.clock.now, expiry=expiry, override_reason="đã hỏi kỹ")

    def records(self) -> tuple[DoseRecord, ...]:
        """Every record at its newest revision."""
        return self.work.desk.all_records()

    def send_again(self) -> None:
        """A person's wish for all that is set aside."""
        self.work.sync_book.send_again([r.dose.id for r in self.records() if r.set_aside_code])

    def after(self, cut: PowerCut) -> None:
        """The power is back: the desk goes on with what the disk had."""
        self.close()
        self.starts += 1
        folder = self.folder / f"after-cut-{self.starts}"
        folder.mkdir()
        self.store = open_store(laid_out(cut.files, folder, STORE_NAME), KEY)
        self.start()

    def back_up(self) -> None:
        """One more backup; the three newest are kept."""
        self.starts += 1
        out = self.folder / f"backup-{self.starts}.zip"
        backup(self.store, KEY, self.store.path.parent, out)
        self.backups = [*self.backups, out][-3:]

    def epoch(self) -> int:
        """Which life of the device this is."""
        with self.store.read() as connection:
            return int(connection.execute(select(t.device.c.epoch)).scalar_one())

    def restore(self, file: Path) -> None:
        """Another machine takes this one's place, with a backup; its folder, and what only it had, are gone."""
        self.close()
        self.lives += 1
        self.overtaken = False
        for attempt in range(
            100
        ):  # one second, or one of a thousand lots, may give the epoch of a lost life: not twice
            folder = self.folder / f"life-{self.lives}-{attempt}"
            restore(file, folder, lambda _: KEY, self.clock.now)
            self.store = open_store(folder / STORE_NAME, KEY)
            if self.epoch() not in self.epochs:
                break
            self.clock.forward(seconds=1)
            self.store.close()
        self.epochs.add(self.epoch())
        self.start()


@cache
def _template(device_id: str, device: Device, enrolled: Any) -> tuple[bytes, StaffMember]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / STORE_NAME
        store = create_store(path, KEY)
        site = Site(
            SiteCode(device.site.code),
            device.site.name,
            device.site.address,
            device.site.province,
            DeviceId(device_id),
            1,
        )
        manager = enrol(store, site, enrolled, f"Phạm Thị {device_id[0].upper()}", PIN, Clock()())
        store.close()
        return path.read_bytes(), manager


def laptops(folder: Path, devices: tuple[Device, ...], enrolled: dict[str, Enrolled]) -> Iterator[Laptop]:
    """The desks of these devices, each in a folder of its own, nothing recorded yet."""
    for device in devices:
        content, manager = _template(device.id, device, enrolled[device.id].enrolment)
        home = folder / device.id[0]
        home.mkdir()
        (home / STORE_NAME).write_bytes(content)
        yield Laptop(device, home, open_store(home / STORE_NAME, KEY), Clock(), manager)
