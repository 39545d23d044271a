"""The stock of this desk: deliveries, returns, wastage and counts, each one transaction, audited; a mistake is undone by a later entry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Connection

from vaxdesk.errors import InputRefused, Problem, StoreError
from vaxdesk.models import audit, stock, stock_rows
from vaxdesk.models.authority import Act, require
from vaxdesk.models.catalogue import load
from vaxdesk.models.db import Store
from vaxdesk.models.desk import checked_reason
from vaxdesk.models.scan_lot import plain_lot
from vaxdesk.models.stock import LotKey, StockDraft, StockEntry, StockKind, StockLot
from vaxdesk.models.values import VIETNAM, StaffMember


class StockBook:
    """What is in the fridge, and why. Every method may raise StoreError; every act AccessRefused and InputRefused, and then nothing is kept."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def receive(self, draft: StockDraft, actor: StaffMember) -> StockEntry:
        """A delivery of a lot, in doses, with its expiry (unless known) and the temperature it came with, if measured."""
        return self._note(StockKind.RECEIVED, draft, actor)

    def give_back(self, draft: StockDraft, actor: StaffMember) -> StockEntry:
        """Doses that went back or on to another site; `note` says where and why."""
        return self._note(StockKind.RETURNED, draft, actor)

    def waste(self, draft: StockDraft, actor: StaffMember) -> StockEntry:
        """Doses thrown away; `reason` is a `stock.Wastage` code. Any member of the staff may enter it."""
        return self._note(StockKind.WASTED, draft, actor)

    def count(self, draft: StockDraft, actor: StaffMember) -> StockEntry:
        """What somebody counted in the fridge; the last count of a day is the one that holds."""
        return self._note(StockKind.COUNTED, draft, actor)

    def void(self, entry_id: str, reason: str, actor: StaffMember) -> StockEntry:
        """Undoes an entry; it stays in the lot's story. Raises InputRefused, StoreError `stock-entry-not-found`."""
        reason, now = checked_reason(reason), self._clock()
        with self._store.write() as connection:
            entry = _standing(connection, entry_id)
            require(actor, _act(entry.kind))
            undone = StockDraft(entry.key.vaccine, entry.key.lot, entry.doses, note=reason, day=entry.day)
            made = stock_rows.insert(connection, StockKind.VOIDED, undone, actor, now, entry.id)
            audit.note(connection, now, actor.id, "stock-voided", entry.id, entry.kind.value)
        return made

    def lots(self, day: date | None = None) -> tuple[StockLot, ...]:
        """The lots of a day (today) with their equations; by product, then first expiry first."""
        with self._store.read() as connection:
            return stock_rows.lots(connection, day or self._today())

    def proposal(self, vaccine: str = "", day: date | None = None) -> tuple[StockLot, ...]:
        """Which lot to open next, one a product: first expiry, first out. A recalled, expired or empty lot is never proposed."""
        code = load().vaccine(vaccine).code if vaccine else ""
        return stock.proposal(self.lots(day), code)

    def story(self, key: LotKey, until: date | None = None) -> tuple[StockEntry, ...]:
        """What happened to a lot, the newest first, at most 500 entries; those undone too."""
        with self._store.read() as connection:
            return stock_rows.of_lot(connection, key, until or self._today())

    def _today(self) -> date:
        return self._clock().astimezone(VIETNAM).date()

    def _note(self, kind: StockKind, draft: StockDraft, actor: StaffMember) -> StockEntry:
        require(actor, _act(kind))
        with self._store.write() as connection:
            return note(connection, kind, draft, actor, self._clock())


def note(connection: Connection, kind: StockKind, draft: StockDraft, actor: StaffMember, now: datetime) -> StockEntry:
    """In another use case's transaction: one act, checked and audited. Raises InputRefused."""
    key = _key(draft)
    known = stock_rows.known_expiry(connection, key) if key else None
    tidy = stock.checked(kind, draft, now.astimezone(VIETNAM).date(), known)
    assert key is not None  # `checked` refuses what has no key, doses or day
    assert tidy.doses is not None
    assert tidy.day is not None
    if kind in (StockKind.RETURNED, StockKind.WASTED):
        balance = stock_rows.balances(connection, tidy.day).get(key)
        stock.against_more_than_there(tidy.doses, balance.expected if balance else 0)
    made = stock_rows.insert(connection, kind, replace(tidy, vaccine=key.vaccine), actor, now)
    _audit(connection, kind, made, actor, now)
    return made


def _audit(connection: Connection, kind: StockKind, made: StockEntry, actor: StaffMember, now: datetime) -> None:
    one, doses = made.id, str(made.doses)
    if kind is StockKind.RECEIVED:
        audit.note(connection, now, actor.id, "stock-received", one, doses)
    elif kind is StockKind.RETURNED:
        audit.note(connection, now, actor.id, "stock-returned", one, doses)
    elif kind is StockKind.WASTED:
        audit.note(connection, now, actor.id, "stock-wasted", one, doses)
    else:
        audit.note(connection, now, actor.id, "stock-counted", one, doses)


def _key(draft: StockDraft) -> LotKey | None:
    try:
        return LotKey(load().vaccine(draft.vaccine).code, plain_lot(draft.lot))
    except InputRefused:
        return None


def _act(kind: StockKind) -> Act:
    return Act.WASTE_DOSES if kind is StockKind.WASTED else Act.KEEP_STOCK


def _standing(connection: Connection, entry_id: str) -> StockEntry:
    entry = stock_rows.one(connection, entry_id)
    if entry is None:
        raise StoreError("stock-entry-not-found")
    if entry.is_voided or entry.kind is StockKind.VOIDED:
        raise InputRefused(Problem("stock-entry-undone", "entry"))
    return entry
