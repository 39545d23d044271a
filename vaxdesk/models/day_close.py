"""A closed day: its figures as somebody answered for them, frozen as canonical JSON with a hash, and what was corrected since. Pure."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any

import rfc8785

from vaxdesk.models.reports import DailyRow, daily_row, plain_row
from vaxdesk.models.stock import LotBalance, LotKey
from vaxdesk.models.values import VIETNAM, DeviceId, Site, SiteCode, StaffId, VaccineCode

TERMS = ("opening", "received", "returned", "wasted", "recorded", "counted")
CORRECTABLE = ("given", "not_done", "reactions")  # the others only tell how far the exchange is
_CLOSES = uuid.UUID("0f2a4c1e-8a39-5e0b-9d0f-3c1d6a7b52e4")


@dataclass(frozen=True, slots=True)
class DayCounts:
    """A day's doses and how far they are; `waiting` were given and the platform has not received them yet."""

    given: int
    received: int
    read_back: int
    waiting: int
    not_done: int
    reactions: int


@dataclass(frozen=True, slots=True)
class MissingDoses:
    """Doses an opened vial should have held that neither a record nor a wastage names."""

    key: LotKey
    vial: str
    opened_at: datetime
    doses: int


@dataclass(frozen=True, slots=True)
class DayFigures:
    """What is frozen. `device_id`, `epoch`, `sequence` say which machine froze it, and when in its own order."""

    day: date
    site: SiteCode
    device_id: DeviceId
    epoch: int
    sequence: int
    closed_at: datetime
    closed_by: StaffId
    reason: str
    lots: tuple[LotBalance, ...]
    counts: DayCounts
    missing_people: int
    missing_doses: int
    daily: tuple[DailyRow, ...] = ()  # the lines of the official daily report; none in what an older program froze

    @property
    def is_balanced(self) -> bool:
        """Whether every lot was counted and fits."""
        return all(lot.is_balanced for lot in self.lots)


@dataclass(frozen=True, slots=True)
class DayClose:
    """A closed day at one revision; `hash` is the SHA-256 of the figures' canonical JSON."""

    id: str
    revision: int
    figures: DayFigures
    hash: str
    site_name: str = ""


@dataclass(frozen=True, slots=True)
class Delta:
    """A figure that is another one now than when the day was closed; `key` None: of the whole day. None: the lot, or a count, was not there."""

    term: str
    frozen: int | None
    now: int | None
    key: LotKey | None = None


def close_id(site: Site, day: date) -> str:
    """One id a site, desk and day (contract D1), so that a restored desk closes the same record again."""
    return str(uuid.uuid5(_CLOSES, f"{site.code}|{site.device_id}|{day.isoformat()}"))


def deltas(frozen: DayFigures, lots: Iterable[LotBalance], counts: DayCounts) -> tuple[Delta, ...]:
    """What was corrected since the day was closed: of the day first, then lot by lot."""
    whole = [(name, getattr(frozen.counts, name), getattr(counts, name)) for name in CORRECTABLE]
    found = [Delta(name, was, now) for name, was, now in whole if was != now]
    before, after = ({lot.key: lot for lot in one} for one in (frozen.lots, lots))
    for key in sorted({*before, *after}, key=lambda one: (one.vaccine, one.lot)):
        found += _of_lot(key, before.get(key, LotBalance(key)), after.get(key, LotBalance(key)))
    return tuple(found)


def _of_lot(key: LotKey, before: LotBalance, after: LotBalance) -> list[Delta]:
    pairs = [(term, getattr(before, term), getattr(after, term)) for term in TERMS]
    return [Delta(term, was, now, key) for term, was, now in pairs if was != now]


# --- frozen


def frozen(figures: DayFigures) -> tuple[str, str]:
    """The figures as canonical JSON (RFC 8785) and its SHA-256 in hex. No name or number of a citizen is in it."""
    text = rfc8785.dumps(_plain(figures))
    return text.decode(), hashlib.sha256(text).hexdigest()


def thawed(text: str) -> DayFigures:
    """Figures from their text; what an older program did not write is 0 or empty."""
    plain = json.loads(text)
    return DayFigures(
        day=date.fromisoformat(plain["day"]),
        site=SiteCode(plain["site"]),
        device_id=DeviceId(plain["device"]),
        epoch=int(plain["epoch"]),
        sequence=int(plain["sequence"]),
        closed_at=datetime.fromisoformat(plain["closed_at"]).astimezone(VIETNAM),
        closed_by=StaffId(plain["closed_by"]),
        reason=plain["reason"],
        lots=tuple(map(_lot_of, plain["lots"])),
        counts=DayCounts(**{name: int(plain["counts"].get(name, 0)) for name in _COUNTS}),
        missing_people=int(plain.get("missing_people", 0)),
        missing_doses=int(plain.get("missing_doses", 0)),
        daily=tuple(map(daily_row, plain.get("daily", ()))),
    )


_COUNTS = tuple(one.name for one in fields(DayCounts))


def _plain(figures: DayFigures) -> dict[str, Any]:
    return {
        "day": figures.day.isoformat(),
        "site": figures.site,
        "device": figures.device_id,
        "epoch": figures.epoch,
        "sequence": figures.sequence,
        "closed_at": figures.closed_at.isoformat(timespec="seconds"),
        "closed_by": figures.closed_by,
        "reason": figures.reason,
        "lots": [_plain_lot(lot) for lot in figures.lots],
        "counts": asdict(figures.counts),
        "missing_people": figures.missing_people,
        "missing_doses": figures.missing_doses,
        "daily": [plain_row(row) for row in figures.daily],
    }


def _plain_lot(lot: LotBalance) -> dict[str, Any]:
    return {"vaccine": lot.key.vaccine, "lot": lot.key.lot, **{term: getattr(lot, term) for term in TERMS}}


def _lot_of(plain: Mapping[str, Any]) -> LotBalance:
    return LotBalance(LotKey(VaccineCode(plain["vaccine"]), plain["lot"]), **{term: plain[term] for term in TERMS})
