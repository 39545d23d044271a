"""Desks with a courier: each a store, keys and a line of its own, joined to one platform."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import select
from support.builders import Clock, a_crowd, a_draft
from support.central import Device, devices
from support.courier_platform import CourierPlatform
from support.laptops import Laptop, laptops

from vaxdesk.keys.device import jwk_of
from vaxdesk.models import tables as t
from vaxdesk.models.courier_book import CourierBook
from vaxdesk.models.desk import DoseChanges
from vaxdesk.models.drafts import DoseDraft
from vaxdesk.models.exchange import Enrolment
from vaxdesk.models.values import Dose, StaffMember
from vaxdesk.models.workplace import Workplace
from vaxdesk.sync.client import Client, open_client
from vaxdesk.sync.codings import of_catalogue
from vaxdesk.sync.courier_post import CourierPost, Exported, Imported
from vaxdesk.sync.enrolment import Enrolled, enrol
from vaxdesk.sync.wire import Wire

ANYWHERE = Enrolled(Enrolment("http://127.0.0.1:1/fhir", "http://127.0.0.1:1/token", "client", "smart"), "", "")


@dataclass
class CourierLaptop:
    """A desk and its courier; `online` False: no request gets out."""

    laptop: Laptop
    online: bool = True

    @property
    def work(self) -> Workplace:
        return self.laptop.work

    @property
    def manager(self) -> StaffMember:
        return self.laptop.manager

    @property
    def clock(self) -> Clock:
        return self.laptop.clock

    @property
    def post(self) -> CourierPost:
        from vaxdesk.models import catalogue

        book = CourierBook(self.laptop.store, self.clock)
        key = self.laptop.device.signing_key
        return CourierPost(book, self.work.sync_book, self._client, lambda: key, lambda: of_catalogue(catalogue.load()))

    def _client(self) -> Client:
        enrolment = self.work.sync_book.enrolment()
        assert enrolment is not None
        here = enrolment if self.online else replace(enrolment, fhir_base="http://127.0.0.1:1/fhir", auth="none")
        return open_client(here, lambda: self.laptop.device.device_key, Wire())

    def record(self, count: int = 1) -> list[Dose]:
        return [self.record_one(draft) for draft in a_crowd(count)]

    def record_one(self, draft: DoseDraft | None = None) -> Dose:
        return self.work.desk.record(draft or a_draft(), self.manager).dose

    def correct(self, dose: Dose, lot: str) -> Dose:
        return self.work.desk.correct(dose.id, DoseChanges(lot=lot), "nhầm số lô", self.manager).dose

    def export(self, path: Path) -> Exported:
        return self.post.export(path, self.manager)

    def take_in(self, file: Path, out: Path | None = None) -> Imported:
        return self.post.take_in(file, out, self.manager)

    def waiting(self) -> dict[str, int]:
        """Record id -> revision of what still waits."""
        with self.laptop.store.read() as connection:
            rows = connection.execute(select(t.outbox.c.record_id, t.outbox.c.revision))
            return {row.record_id: row.revision for row in rows}

    def receipts(self) -> set[tuple[str, int, str]]:
        """(record id, revision, version)."""
        with self.laptop.store.read() as connection:
            c = t.receipt.c
            return {tuple(row) for row in connection.execute(select(c.record_id, c.revision, c.version))}  # type: ignore[misc]

    def whole_store(self) -> dict[str, list[tuple[object, ...]]]:
        """Every row of every table."""
        with self.laptop.store.read() as connection:
            tables = t.metadata.sorted_tables
            return {table.name: [tuple(row) for row in connection.execute(select(table))] for table in tables}


def enrolled(base: str, code: str, device: Device) -> Enrolled:
    jwks = {"keys": [jwk_of(device.device_key), jwk_of(device.signing_key)]}
    return enrol(base, device.site.code, code, device.id, "Bàn", jwks)


@contextmanager
def courier_laptops(folder: Path, joined: dict[str, Enrolled]) -> Iterator[list[CourierLaptop]]:
    """One desk for each device that joined."""
    chosen = tuple(device for device in devices() if device.id in joined)
    made = [CourierLaptop(one) for one in laptops(folder, chosen, dict.fromkeys(joined, ANYWHERE))]
    for one in made:  # stores are made once a process, whatever port a platform has
        one.work.sync_book.save_enrolment(joined[one.laptop.device.id].enrolment)
        one.laptop.start()
    yield made
    for one in made:
        one.laptop.line.close()
        one.laptop.store.close()


def joined(platform: CourierPlatform) -> dict[str, Enrolled]:
    """Every device enrols at a platform; by device id, what it was given."""
    found = {}
    for device in devices():
        platform.codes[device.site.code] = device.id
        found[device.id] = enrolled(platform.base, device.id, device)
    return found


def answered(platform: CourierPlatform, file: Path) -> Path:
    """As `vaxplatform courier import FILE --out ANSWER` does."""
    answer = file.with_name(f"{file.name}-answer-{len(list(file.parent.iterdir()))}")
    answer.write_text(platform.take(file.read_text()) + "\n")
    return answer


def said_in(jws: str) -> Any:
    """The content of a compact JWS, unproven."""
    return json.loads(base64.urlsafe_b64decode(jws.split(".")[1] + "=="))


def content(platform: CourierPlatform, file: Path) -> Any:
    """What is inside a courier file."""
    return said_in(platform.desk.unseal(file.read_text().strip()))
