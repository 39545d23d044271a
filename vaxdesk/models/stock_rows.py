"""Stock in the store: entries as rows, and the equation of every lot of a day, counted from entries, doses and the last close."""

from __future__ import annotations

import json
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, literal_column, select

from vaxdesk.models import office_tables as o
from vaxdesk.models import recall_book, recalls, stock, vial_book
from vaxdesk.models import tables as t
from vaxdesk.models.catalogue import load
from vaxdesk.models.dose_book import day_bounds
from vaxdesk.models.rows import is_current_dose
from vaxdesk.models.scan_lot import plain_lot
from vaxdesk.models.stock import LotBalance, LotKey, StockDraft, StockEntry, StockKind, StockLot, StockSource
from vaxdesk.models.values import VIETNAM, DoseStatus, StaffId, StaffMember, VaccineCode
from vaxdesk.models.vials import OpenVial

ENTRIES_MAX = 500
_FIRST_DAY = date(1970, 1, 1)
_ORDER: Any = literal_column("stock_entry.rowid")  # as they were written, whatever the clock said
_MOVES = (StockKind.RECEIVED, StockKind.RETURNED, StockKind.WASTED)


# --- entries


def insert(
    connection: Connection, kind: StockKind, draft: StockDraft, by: StaffMember, now: datetime, voids: str = ""
) -> StockEntry:
    """Keeps one checked act; gives it back as it stands."""
    made = str(uuid.uuid4())
    row = {
        "id": made,
        "day": draft.day,
        "kind": kind.value,
        "vaccine": draft.vaccine,
        "lot": draft.lot,
        "expiry": draft.expiry,
        "doses": draft.doses,
        "vial": draft.vial,
        "temperature_c": draft.temperature_c,
        "reason": stock.kept_reason(draft.reason, draft.note),
        "source": draft.source.value,
        "voids": voids,
        "at": now,
        "staff_id": by.id,
    }
    connection.execute(o.stock_entry.insert(), row)
    found = one(connection, made)
    assert found is not None  # the row was just written
    return found


def one(connection: Connection, entry_id: str) -> StockEntry | None:
    """An entry by its id, with whether a later one undoes it."""
    row = connection.execute(_select().where(o.stock_entry.c.id == entry_id)).first()
    return _entry_of(row) if row else None


def of_lot(connection: Connection, key: LotKey, until: date) -> tuple[StockEntry, ...]:
    """The story of a lot up to a day, the newest first, at most 500 entries."""
    c = o.stock_entry.c
    mine = _select().where(c.vaccine == key.vaccine, c.lot == key.lot, c.day <= until)
    rows = connection.execute(mine.order_by(c.day.desc(), _ORDER.desc()).limit(ENTRIES_MAX))
    return tuple(_entry_of(row) for row in rows)


def known_expiry(connection: Connection, key: LotKey) -> date | None:
    """When a lot expires, as the first delivery that stands said; None for a lot that never came in by the book."""
    c = o.stock_entry.c
    said = select(c.expiry).where(c.vaccine == key.vaccine, c.lot == key.lot, c.expiry.is_not(None), _stands())
    return connection.execute(said.where(c.kind == StockKind.RECEIVED.value).order_by(_ORDER).limit(1)).scalar()


_voiding = o.stock_entry.alias("voiding")


def _stands() -> Any:
    """Not undone by a later entry, and not such an entry itself."""
    c = o.stock_entry.c
    undone = select(_voiding.c.id).where(_voiding.c.voids == c.id, _voiding.c.kind == StockKind.VOIDED.value).exists()
    return ~undone & (c.kind != StockKind.VOIDED.value)


def _select() -> Any:
    c = o.stock_entry.c
    undone = select(_voiding.c.id).where(_voiding.c.voids == c.id, _voiding.c.kind == StockKind.VOIDED.value).exists()
    query = select(o.stock_entry, t.staff.c.name.label("staff"), undone.label("is_voided"))
    return query.join(t.staff, t.staff.c.id == c.staff_id)


def _entry_of(row: Row[Any]) -> StockEntry:
    r = row._mapping
    reason, note = stock.read_reason(r["reason"])
    return StockEntry(
        id=r["id"],
        day=r["day"],
        kind=StockKind(r["kind"]),
        key=LotKey(VaccineCode(r["vaccine"]), r["lot"]),
        doses=r["doses"],
        expiry=r["expiry"],
        vial=r["vial"],
        temperature_c=r["temperature_c"],
        reason=reason,
        note=note,
        source=StockSource(r["source"]),
        voids=r["voids"],
        at=r["at"],
        staff_id=StaffId(r["staff_id"]),
        staff=r["staff"],
        is_voided=bool(r["is_voided"]),
    )


# --- the equation


@dataclass(slots=True)
class _Sums:
    """Doses of one lot by kind, over some days."""

    of: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def net(self) -> int:
        return self.of["received"] - self.of["returned"] - self.of["wasted"] - self.of["recorded"]


@dataclass(frozen=True, slots=True)
class _Closed:
    """A close before a day: what was there at its end, as counted, or where nobody counted, as expected."""

    day: date
    at: datetime
    left: dict[LotKey, int]


def balances(connection: Connection, day: date) -> dict[LotKey, LotBalance]:
    """The equation of every lot that was there, moved or was counted on a day.

    A lot opens with what was counted at the last close before the day that knew it, and what moved since; a lot that no close knew opens
    with all that moved before. A count that nobody closed a day with is not taken over: its difference was never answered for.
    """
    closed = next(_closes(connection, day), None)
    since = closed.day + timedelta(days=1) if closed else _FIRST_DAY
    today, between = _sums(connection, day, day), _sums(connection, since, day - timedelta(days=1))
    counts, left = _counts(connection, day), dict(closed.left) if closed else {}
    keys = {*left, *today, *between, *counts}
    if closed:
        keys |= _touched_since(connection, closed.at)
        left |= {key: _carried(connection, key, closed.day) for key in keys - set(left)}
    found = {}
    for key in sorted(keys, key=lambda one: (one.vaccine, one.lot)):
        moved = today.get(key, _Sums()).of
        balance = LotBalance(
            key,
            opening=left.get(key, 0) + _net(between, key),
            received=moved["received"],
            returned=moved["returned"],
            wasted=moved["wasted"],
            recorded=moved["recorded"],
            counted=counts.get(key),
        )
        if not balance.is_idle:
            found[key] = balance
    return found


def _net(sums: dict[LotKey, _Sums], key: LotKey) -> int:
    return sums[key].net if key in sums else 0


def _closes(connection: Connection, before: date, lot: str = "") -> Iterator[_Closed]:
    """The closed days before one, at their newest revisions, the last first; with `lot`, those that name it."""
    c, newer = o.day_close.c, o.day_close.alias("newer_close")
    is_newest = ~select(newer.c.id).where(newer.c.day == c.day, newer.c.revision > c.revision).exists()
    query = select(c.day, c.closed_at, c.figures).where(c.day < before, is_newest).order_by(c.day.desc())
    if lot:
        query = query.where(func.instr(c.figures, json.dumps(lot)) > 0)
    for row in connection.execute(query):
        yield _Closed(row.day, row.closed_at, {_key(one): _left(one) for one in json.loads(row.figures)["lots"]})


def _carried(connection: Connection, key: LotKey, until: date) -> int:
    """What the end of a closed day had of a lot that its figures do not name: used up before, or entered after the close."""
    knew = next((one for one in _closes(connection, until, key.lot) if key in one.left), None)
    since = knew.day + timedelta(days=1) if knew else _FIRST_DAY
    return (knew.left[key] if knew else 0) + _net(_sums(connection, since, until), key)


def _touched_since(connection: Connection, at: datetime) -> set[LotKey]:
    c = o.stock_entry.c
    rows = connection.execute(select(c.vaccine, c.lot).where(c.at > at).distinct())
    return {LotKey(VaccineCode(vaccine), lot) for vaccine, lot in rows}


def _sums(connection: Connection, first: date, last: date) -> dict[LotKey, _Sums]:
    if last < first:
        return {}
    found: dict[LotKey, _Sums] = defaultdict(_Sums)
    c = o.stock_entry.c
    kinds = [kind.value for kind in _MOVES]
    moves = select(c.vaccine, c.lot, c.kind, func.sum(c.doses)).where(
        c.day >= first, c.day <= last, c.kind.in_(kinds), _stands()
    )
    for vaccine, lot, kind, doses in connection.execute(moves.group_by(c.vaccine, c.lot, c.kind)):
        found[LotKey(VaccineCode(vaccine), lot)].of[kind] += int(doses)
    for key, doses in _recorded(connection, first, last):
        found[key].of["recorded"] += doses
    return found


def _recorded(connection: Connection, first: date, last: date) -> Iterable[tuple[LotKey, int]]:
    """Doses that stand as injected, by lot and Vietnamese day; people write lots with spaces and small letters."""
    c = t.dose.c
    start, end = day_bounds(first)[0], day_bounds(last)[1]
    given = select(c.vaccine, c.lot, func.count()).where(
        is_current_dose(), c.status == DoseStatus.COMPLETED.value, c.occurred_at >= start, c.occurred_at < end
    )
    for vaccine, lot, doses in connection.execute(given.group_by(c.vaccine, c.lot)):
        yield LotKey(VaccineCode(vaccine), plain_lot(lot)), int(doses)


def _counts(connection: Connection, day: date) -> dict[LotKey, int]:
    """The last count of each lot on a day."""
    c = o.stock_entry.c
    query = select(c.vaccine, c.lot, c.doses).where(c.day == day, c.kind == StockKind.COUNTED.value, _stands())
    rows = connection.execute(query.order_by(_ORDER))
    return {LotKey(VaccineCode(vaccine), lot): int(doses) for vaccine, lot, doses in rows}


def _key(lot: dict[str, Any]) -> LotKey:
    return LotKey(VaccineCode(lot["vaccine"]), lot["lot"])


def _left(lot: dict[str, Any]) -> int:
    if lot["counted"] is not None:
        return int(lot["counted"])
    return int(lot["opening"] + lot["received"] - lot["returned"] - lot["wasted"] - lot["recorded"])


# --- lots as they are shown


def lots(connection: Connection, day: date) -> tuple[StockLot, ...]:
    """Every lot of a day with its equation, flags and vials; by product, then first expiry first."""
    vials = _vials(connection, day)
    known = recall_book.known(connection)
    found = []
    for key, balance in balances(connection, day).items():
        recall = recalls.of_lot(known, key.vaccine, key.lot)
        expiry, worst_c = _expiry(connection, key), _worst(connection, key, day)
        flags = stock.flags(balance, expiry, day, recall is not None, worst_c)
        reason = recall.reason if recall else ""
        found.append(StockLot(balance, expiry, flags, reason, worst_c, tuple(vials.get(key, ()))))
    return tuple(sorted(found, key=lambda lot: (lot.key.vaccine, lot.expiry or date.max, lot.key.lot)))


def _expiry(connection: Connection, key: LotKey) -> date | None:
    """As the delivery said; of a lot that never came in by the book, as its doses say."""
    said = known_expiry(connection, key)
    if said is not None:
        return said
    c = t.dose.c
    query = select(c.expiry).where(c.vaccine == key.vaccine, c.lot == key.lot, c.expiry.is_not(None)).limit(1)
    return connection.execute(query).scalar()


def _worst(connection: Connection, key: LotKey, day: date) -> float | None:
    c = o.stock_entry.c
    query = select(c.temperature_c).where(c.vaccine == key.vaccine, c.lot == key.lot, c.day <= day, _stands())
    return stock.worst(connection.execute(query.where(c.temperature_c.is_not(None))).scalars())


def _vials(connection: Connection, day: date) -> dict[LotKey, list[OpenVial]]:
    found: dict[LotKey, list[OpenVial]] = defaultdict(list)
    vaccines = {vaccine.code: vaccine for vaccine in load().vaccines}
    for code, lot, number, opened_at in vial_book.taken_up(connection):
        if code in vaccines and opened_at.astimezone(VIETNAM).date() == day:
            vial = vial_book.find(connection, vaccines[VaccineCode(code)], lot, number)
            if vial is not None:
                found[LotKey(VaccineCode(code), plain_lot(lot))].append(vial)
    return found


def wasted_of_vial(connection: Connection, key: LotKey, vial: str, day: date) -> int:
    """Doses of one vial that were thrown away on a day."""
    c = o.stock_entry.c
    query = select(func.coalesce(func.sum(c.doses), 0)).where(
        c.vaccine == key.vaccine, c.lot == key.lot, c.vial == vial, c.day == day, _stands()
    )
    return int(connection.execute(query.where(c.kind == StockKind.WASTED.value)).scalar_one())
