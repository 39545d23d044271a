"""What must hold of desks and platform at any moment, told by their own tables: each check reads only what is new or small."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from support.central import Central, Json
from support.laptops import Laptop
from support.model_store import content_sha256

from vaxdesk.models import tables as t
from vaxdesk.models.values import DoseRecord

CCCD = "urn:vn:cccd"
SAVING = ("dose-recorded", "dose-corrected", "dose-voided")
TWELVE = re.compile(r"[0-9]{12}")
Key = tuple[str, int]
Row = dict[str, Any]


def extension(resource: Json, name: str) -> Any:
    """The value of one of our extensions."""
    found = [e for e in resource.get("extension", []) if e["url"] == f"urn:vaxdesk:ext:{name}"]
    return next((value for e in found for key, value in e.items() if key.startswith("value")), None)


def recorder_of(resource: Json) -> str:
    """Who recorded a dose, as the platform shows it."""
    functions = {p["function"]["coding"][0]["code"]: p["actor"]["display"] for p in resource["performer"]}
    return functions["EP"]


@dataclass
class Sequences:
    """Which record each sequence number stands for, in all lives of all devices: one number, one saved state (I7)."""

    used: dict[str, tuple[Any, ...]] = field(default_factory=dict)

    def stands_for(self, sequence: str, *state: Any) -> None:
        """A number was met; it must stand for what it always stood for."""
        assert self.used.setdefault(sequence, state) == state, f"sequence {sequence} stands for two states"


@dataclass
class PlatformView:
    """Everything the platform ever stored, followed version by version."""

    central: Central
    sequences: Sequences
    doses: dict[str, dict[str, Json]] = field(default_factory=dict)  # id -> version -> resource
    holders: dict[str, str] = field(default_factory=dict)  # citizen number -> Patient id
    people: dict[str, str] = field(default_factory=dict)  # Patient id -> citizen number

    def follow(self) -> None:
        """Looks at what was stored since the last time."""
        for stored in self.central.fresh_versions():
            if stored["_type"] == "Patient":
                self._person(stored)
            elif stored["_type"] == "Immunization":
                self._dose(stored)

    def _person(self, stored: Json) -> None:
        numbers = [i["value"] for i in stored["identifier"] if i["system"] == CCCD]
        assert len(numbers) == 1
        assert TWELVE.fullmatch(numbers[0])  # I1
        assert self.holders.setdefault(numbers[0], stored["_id"]) == stored["_id"], "a citizen is there twice"  # I3
        assert self.people.setdefault(stored["_id"], numbers[0]) == numbers[0]

    def _dose(self, stored: Json) -> None:
        versions = self.doses.setdefault(stored["_id"], {})
        number = stored["patient"]["identifier"]
        assert number["system"] == CCCD
        assert TWELVE.fullmatch(number["value"])  # I1
        assert self.people[stored["patient"]["reference"].rpartition("/")[2]] == number["value"]
        for earlier in versions.values():  # I7
            assert [recorder_of(r) for r in (earlier, stored)] == [recorder_of(stored)] * 2
            assert earlier["recorded"] == stored["recorded"]
            assert earlier["patient"]["identifier"] == number
        lot, status = stored.get("lotNumber"), stored["status"]
        where = (stored["_id"], extension(stored, "revision"), number["value"], lot, status)
        self.sequences.stands_for(extension(stored, "sequence"), *where)
        versions[stored["_version"]] = {name: value for name, value in stored.items() if name[0] != "_"}

    def newest(self, dose_id: str) -> Json | None:
        """What the platform holds of a dose now."""
        return next(reversed(self.doses.get(dose_id, {}).values()), None)

    def ids_of(self, device_id: str) -> set[str]:
        """Every dose a device ever sent."""
        newest = {dose_id: next(reversed(versions.values())) for dose_id, versions in self.doses.items()}
        return {dose_id for dose_id, r in newest.items() if extension(r, "sequence").startswith(f"{device_id}/")}

    def has(self, sequence: str) -> bool:
        """Whether a saved state ever arrived."""
        return any(extension(r, "sequence") == sequence for versions in self.doses.values() for r in versions.values())


@dataclass
class DeskLedger:
    """What one desk has confirmed, and what its store shows."""

    laptop: Laptop
    platform: PlatformView
    rows: dict[Key, Row] = field(default_factory=dict)
    elsewhere: set[str] = field(default_factory=set)  # sequences of what was confirmed in a lost life and had arrived
    may_grow: bool = False  # a crash in mid-save, or records taken back: rows may appear that nobody was told of

    def confirmed(self, record: DoseRecord) -> None:
        """A save returned: from now on the record is here, for ever as it is now."""
        key = (record.dose.id, record.dose.revision)
        row = self._read()[key]
        assert (row["lot"], row["citizen_id"]) == (record.dose.lot, record.dose.citizen_id.digits)
        assert key not in self.rows, "a confirmed revision was overwritten"
        self._keep(key, row)

    def restored(self) -> None:
        """Another machine with a backup: what only the old one had is gone with it; the rest is here or on the platform."""
        here = self._read()
        lost = {_sequence(row) for key, row in self.rows.items() if here.get(key) != row}
        self.elsewhere |= {sequence for sequence in lost if self.platform.has(sequence)}
        self.rows = {key: row for key, row in self.rows.items() if here.get(key) == row}
        self.may_grow = True

    def check(self) -> None:
        """I1, I2, I4, I7, I8 of this desk."""
        here = self._read()
        for key, row in self.rows.items():
            assert here.get(key) == row, f"{key[0]} revision {key[1]} disappeared or changed"
        for key, row in here.items():
            if key not in self.rows:
                assert self.may_grow, f"{key[0]} revision {key[1]} came from nowhere"
                self._keep(key, row)
        sequences = {_sequence(row) for row in here.values()}
        assert all(sequence in sequences or self.platform.has(sequence) for sequence in self.elsewhere)
        self.may_grow = self.laptop.lives > 1
        self._check_frozen(here)
        self._check_whole(here)
        records = self.laptop.records()
        self._check_outbox(records)
        for record in records:
            self._check_receipt(record)

    def _keep(self, key: Key, row: Row) -> None:
        state = (*key, row["citizen_id"], row["lot"] or None, row["status"])
        self.platform.sequences.stands_for(_sequence(row), *state)
        self.rows[key] = row

    def _read(self) -> dict[Key, Row]:
        with self.laptop.store.read() as connection:
            found = [dict(row) for row in connection.execute(select(t.dose)).mappings()]
        return {(row["id"], row["revision"]): row for row in found}

    def _check_frozen(self, here: dict[Key, Row]) -> None:
        """Who, on which device and when: told by the first revision, for ever (I7)."""
        for (dose_id, _), row in here.items():
            assert TWELVE.fullmatch(row["citizen_id"])  # I1
            first = here.get((dose_id, 1), row)
            for name in ("recorder_id", "recorder", "device_id", "recorded_at", "person_id"):
                assert row[name] == first[name]

    def _check_outbox(self, records: Iterable[DoseRecord]) -> None:
        """Each newest revision waits, is set aside, or has a receipt: never none of it, never both (I2, I4)."""
        query = select(t.outbox.c.record_id, t.outbox.c.revision).where(t.outbox.c.kind == "dose")
        with self.laptop.store.read() as connection:
            waiting = dict(connection.execute(query).all())
        newest = {r.dose.id: r.dose.revision for r in records if r.receipt is None}
        assert waiting == newest

    def _check_whole(self, here: dict[Key, Row]) -> None:
        """A saved revision has its line in the audit, and none stands there for what was not saved."""
        query = select(t.audit.c.subject).where(t.audit.c.action.in_(SAVING))
        with self.laptop.store.read() as connection:
            audited = Counter(connection.execute(query).scalars())
        if self.laptop.lives == 1:
            assert audited == Counter(dose_id for dose_id, _ in here)

    def _check_receipt(self, record: DoseRecord) -> None:
        """Green is true: the platform has this very content as this version (I4)."""
        if record.receipt is None:
            return
        dose, stored = record.dose, self.platform.doses[record.dose.id][record.receipt.version]
        assert content_sha256(stored) == record.receipt.hash
        assert (stored.get("lotNumber"), stored["status"]) == (dose.lot or None, dose.status.value)
        assert extension(stored, "revision") == dose.revision
        assert extension(stored, "sequence") == f"{dose.device_id}/{dose.epoch}/{dose.sequence}"
        if self.laptop.lives == 1:  # nobody else writes it
            assert self.platform.newest(dose.id) == stored


def _sequence(row: Row) -> str:
    return f"{row['device_id']}/{row['epoch']}/{row['sequence']}"
