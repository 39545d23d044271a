"""Stock in doses: what came, went, was thrown away and was counted, lot by lot. Pure.

The equation of a lot and day is `opening + received - returned - wasted - recorded = counted` (3588/QĐ-BYT annex 5: doses used and discarded
are reported by vaccine). `recorded` is never typed in: it is the number of doses injected of that lot, from their records.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from vaxdesk.errors import InputRefused, Problem
from vaxdesk.models import catalogue
from vaxdesk.models.scan_lot import plain_lot
from vaxdesk.models.values import StaffId, VaccineCode
from vaxdesk.models.vials import OpenVial

FRIDGE_C = (2.0, 8.0)  # storage at the site, every product's leaflet once thawed
TEMPERATURES_C = (-100.0, 60.0)  # a thermometer that says more is not read right
NEAR_EXPIRY = timedelta(days=14)
DOSES_MAX = 100_000
NOTE_CHARS_MAX = 300
NOTE_CHARS_MIN = 3
VIAL_CHARS_MAX = 20
_LOT = re.compile(r"[A-Z0-9][A-Z0-9./_-]{0,19}")  # as a dose's


class StockKind(StrEnum):
    """What an entry says about a lot."""

    RECEIVED = "received"
    RETURNED = "returned"
    WASTED = "wasted"
    COUNTED = "counted"
    VOIDED = "voided"


class StockSource(StrEnum):
    """How an entry came in."""

    HAND = "hand"
    SCAN = "scan"
    PLATFORM = "platform"


class Wastage(StrEnum):
    """Why doses were thrown away; each has its words as sentence `wastage-<code>`."""

    OPEN_TOO_LONG = "open-too-long"
    LEFT_IN_VIAL = "left-in-vial"
    SHORT_VIAL = "short-vial"
    BROKEN = "broken"
    CONTAMINATED = "contaminated"
    DRAWN_NOT_GIVEN = "drawn-not-given"
    TEMPERATURE = "temperature"
    EXPIRED = "expired"
    RECALLED = "recalled"
    OTHER = "other"

    @property
    def said_as(self) -> str:
        """The code of its words."""
        return f"wastage-{self.value}"


class Flag(StrEnum):
    """What somebody must know of a lot before they open a vial; each has its words as sentence `stock-flag-<code>`."""

    RECALLED = "recalled"
    EXPIRED = "expired"
    OVERDRAWN = "overdrawn"
    TEMPERATURE = "temperature"
    NEAR_EXPIRY = "near-expiry"

    @property
    def said_as(self) -> str:
        """The code of its words."""
        return f"stock-flag-{self.value}"

    @property
    def keeps_from_use(self) -> bool:
        """Whether no vial of the lot may be opened."""
        return self in (Flag.RECALLED, Flag.EXPIRED)


@dataclass(frozen=True, slots=True)
class LotKey:
    """A lot of a product; `lot` as `scan_lot.plain_lot` writes it."""

    vaccine: VaccineCode
    lot: str


@dataclass(frozen=True, slots=True)
class StockDraft:
    """What a form or a command line says. `doses` None: nothing readable was given; `reason` is a `Wastage` code for wastage only.

    `day` None: today, in Viet Nam.
    """

    vaccine: str
    lot: str
    doses: int | None
    expiry: date | None = None
    vial: str = ""
    temperature_c: float | None = None
    reason: str = ""
    note: str = ""
    day: date | None = None
    source: StockSource = StockSource.HAND


@dataclass(frozen=True, slots=True)
class StockEntry:
    """One act as it is kept. `note` is free text; `reason` a `Wastage` code, empty for other kinds; `voids` the id of the entry it undoes."""

    id: str
    day: date
    kind: StockKind
    key: LotKey
    doses: int
    expiry: date | None
    vial: str
    temperature_c: float | None
    reason: str
    note: str
    source: StockSource
    voids: str
    at: datetime
    staff_id: StaffId
    staff: str = ""
    is_voided: bool = False


@dataclass(frozen=True, slots=True)
class LotBalance:
    """The equation of a lot and a day, in doses; `counted` None: nobody counted yet."""

    key: LotKey
    opening: int = 0
    received: int = 0
    returned: int = 0
    wasted: int = 0
    recorded: int = 0
    counted: int | None = None

    @property
    def expected(self) -> int:
        """What must be there; below zero when more was given than was ever received here."""
        return self.opening + self.received - self.returned - self.wasted - self.recorded

    @property
    def difference(self) -> int | None:
        """Counted minus expected: above zero, injections or wastage are lacking proof; below zero, doses are missing."""
        return None if self.counted is None else self.counted - self.expected

    @property
    def is_balanced(self) -> bool:
        """Whether somebody counted, and counted what must be there."""
        return self.difference == 0

    @property
    def is_idle(self) -> bool:
        """Whether nothing is there, nothing moved and nobody counted: no line worth showing."""
        return self.counted is None and not (
            self.opening or self.received or self.returned or self.wasted or self.recorded
        )


@dataclass(frozen=True, slots=True)
class StockLot:
    """A lot on a day: its equation, what to know of it, the vials opened that day. `worst_c` is the temperature furthest from the fridge's."""

    balance: LotBalance
    expiry: date | None
    flags: tuple[Flag, ...] = ()
    recall_reason: str = ""
    worst_c: float | None = None
    vials: tuple[OpenVial, ...] = ()

    @property
    def key(self) -> LotKey:
        """Which lot."""
        return self.balance.key

    @property
    def is_usable(self) -> bool:
        """Whether a vial of it may be opened."""
        return self.balance.expected > 0 and not any(flag.keeps_from_use for flag in self.flags)


def is_in_fridge_range(celsius: float) -> bool:
    """2 to 8 °C, both included."""
    return FRIDGE_C[0] <= celsius <= FRIDGE_C[1]


def worst(temperatures: Iterable[float]) -> float | None:
    """The temperature furthest from the middle of 2-8 °C; None for none."""
    middle = sum(FRIDGE_C) / 2
    return max(temperatures, key=lambda celsius: abs(celsius - middle), default=None)


def flags(
    balance: LotBalance, expiry: date | None, on: date, is_recalled: bool, worst_c: float | None
) -> tuple[Flag, ...]:
    """What to know of a lot on a day, the worst first. A vial may still be used on the last day of its expiry."""
    left = expiry - on if expiry is not None else None
    found = {
        Flag.RECALLED: is_recalled,
        Flag.EXPIRED: left is not None and left < timedelta(),
        Flag.OVERDRAWN: balance.expected < 0,
        Flag.TEMPERATURE: worst_c is not None and not is_in_fridge_range(worst_c),
        Flag.NEAR_EXPIRY: left is not None and timedelta() <= left <= NEAR_EXPIRY,
    }
    return tuple(flag for flag, holds in found.items() if holds)


def proposal(lots: Iterable[StockLot], vaccine: str = "") -> tuple[StockLot, ...]:
    """First expiry, first out: one usable lot a product, the one that expires first; a lot of unknown expiry comes last."""
    chosen: dict[str, StockLot] = {}
    for lot in sorted(lots, key=lambda one: (one.expiry or date.max, one.key.lot)):
        if lot.is_usable and vaccine in ("", lot.key.vaccine):
            chosen.setdefault(lot.key.vaccine, lot)
    return tuple(chosen.values())


# --- what a person gave


def checked(kind: StockKind, draft: StockDraft, today: date, known_expiry: date | None) -> StockDraft:
    """The draft as it is kept: product code, plain lot, the day. Raises InputRefused with one problem a field at most."""
    problems: list[Problem] = []
    try:
        vaccine: str = catalogue.load().vaccine(draft.vaccine).code
    except InputRefused as refused:
        vaccine, problems = "", list(refused.problems)
    day = draft.day or today
    tidy = replace(
        draft,
        vaccine=vaccine,
        lot=plain_lot(draft.lot),
        vial=" ".join(draft.vial.split()),
        note=" ".join(draft.note.split()),
        day=day,
        expiry=draft.expiry or known_expiry,
    )
    found = (
        _against_lot(tidy.lot),
        _against_doses(kind, tidy.doses),
        _against_day(day, today),
        _against_expiry(kind, tidy.expiry, known_expiry, day),
        _against_vial(tidy.vial),
        _against_temperature(tidy.temperature_c),
        _against_reason(kind, tidy.reason),
        _against_note(kind, tidy),
    )
    problems += [problem for problem in found if problem is not None]
    if problems:
        raise InputRefused(*problems)
    return tidy


def against_more_than_there(doses: int, there: int) -> None:
    """Nothing goes out that never came in: the delivery is entered first. Raises InputRefused `stock-more-than-there`."""
    if doses > there:
        raise InputRefused(Problem("stock-more-than-there", "doses", params={"there": str(max(0, there))}))


def _against_lot(lot: str) -> Problem | None:
    if not lot:
        return Problem("lot-missing", "lot")
    return None if _LOT.fullmatch(lot) else Problem("lot-unreadable", "lot")


def _against_doses(kind: StockKind, doses: int | None) -> Problem | None:
    if doses is None:
        return Problem("stock-doses-missing", "doses")
    least = 0 if kind is StockKind.COUNTED else 1
    limits = {"least": str(least), "most": str(DOSES_MAX)}
    return None if least <= doses <= DOSES_MAX else Problem("stock-doses-range", "doses", params=limits)


def _against_day(day: date, today: date) -> Problem | None:
    return Problem("stock-day-ahead", "day") if day > today else None


def _against_expiry(kind: StockKind, expiry: date | None, known: date | None, day: date) -> Problem | None:
    if known is not None and expiry != known:
        return Problem("stock-expiry-differs", "expiry", params={"known": f"{known:%d/%m/%Y}"})
    if kind is not StockKind.RECEIVED:
        return None
    if expiry is None:
        return Problem("stock-expiry-missing", "expiry")
    return Problem("stock-expired", "expiry", params={"expiry": f"{expiry:%d/%m/%Y}"}) if expiry < day else None


def _against_vial(vial: str) -> Problem | None:
    limit = {"most": str(VIAL_CHARS_MAX)}
    return Problem("stock-vial-long", "vial", params=limit) if len(vial) > VIAL_CHARS_MAX else None


def _against_temperature(celsius: float | None) -> Problem | None:
    if celsius is None or TEMPERATURES_C[0] <= celsius <= TEMPERATURES_C[1]:
        return None
    return Problem("stock-temperature-unlikely", "temperature")


def _against_reason(kind: StockKind, reason: str) -> Problem | None:
    if kind is not StockKind.WASTED or reason in set(Wastage):
        return None
    return Problem("stock-wastage-missing", "reason")


def _against_note(kind: StockKind, draft: StockDraft) -> Problem | None:
    if len(draft.note) > NOTE_CHARS_MAX:
        return Problem("stock-note-long", "note", params={"most": str(NOTE_CHARS_MAX)})
    if len(draft.note) >= NOTE_CHARS_MIN:
        return None
    if kind is StockKind.RETURNED:
        return Problem("stock-return-why", "note")
    if kind is StockKind.WASTED and draft.reason == Wastage.OTHER:
        return Problem("stock-wastage-why", "note")
    warm = draft.temperature_c is not None and not is_in_fridge_range(draft.temperature_c)
    return Problem("stock-temperature-why", "note") if warm else None


# --- the text a reason is kept as


def kept_reason(reason: str, note: str) -> str:
    """A wastage code and what was written to it, as one text."""
    return " ".join(part for part in (f"[{reason}]" if reason else "", note) if part)


def read_reason(text: str) -> tuple[str, str]:
    """The code and the note of a kept text; a code that a newer program wrote stays as it is."""
    found = re.fullmatch(r"\[([a-z-]{1,40})\] ?(.*)", text, re.DOTALL)
    return (found[1], found[2]) if found else ("", text)
