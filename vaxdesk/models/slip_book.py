"""Dose slips of other sites: a dose somebody carries in their pocket counts here until the platform has told of it.

The signature was checked before (`print.verdict`); what is kept here is marked as read off a slip, is never sent, and gives way to the
platform's own word, whatever that says.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from vaxdesk.errors import InputRefused, Problem
from vaxdesk.keys.device import thumbprint
from vaxdesk.models import audit, elsewhere, people
from vaxdesk.models import exchange_tables as x
from vaxdesk.models import tables as t
from vaxdesk.models.db import Store
from vaxdesk.models.exchange import OtherDose, Source
from vaxdesk.models.slips import CarriedSlip, Held, SlipStanding
from vaxdesk.models.text_repair import fold
from vaxdesk.models.values import CitizenId, Person, StaffMember

CLOCKS_APART = timedelta(minutes=15)  # how much two laptops' clocks may differ


class SlipBook:
    """Every method may raise StoreError."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def look(self, slip: CarriedSlip, at_desk: CitizenId | None = None) -> SlipStanding:
        """What is known, and what would stand in the way; `at_desk` is who stands here, if anybody."""
        with self._store.read() as connection:
            return _standing(connection, slip, at_desk, self._clock())

    def take_over(self, slip: CarriedSlip, actor: StaffMember, at_desk: CitizenId | None = None) -> SlipStanding:
        """Keeps the slip's dose as not yet confirmed; one transaction. Twice is once.

        Raises InputRefused `slip-signer-unknown`, `slip-other-person`, `slip-person-differs`, `slip-in-future`, `slip-dose-confirmed`, `slip-dose-ours`.
        """
        now = self._clock()
        with self._store.write() as connection:
            found = _standing(connection, slip, at_desk, now)
            if found.trouble is not None:
                raise InputRefused(found.trouble)
            if not found.may_take_over:
                return found
            elsewhere.keep(connection, (slip.dose,))
            audit.note(connection, now, actor.id, "slip-taken-over", slip.dose.id, slip.dose.site)
            return SlipStanding(Held.TAKEN_OVER, found.person)


def _standing(connection: Connection, slip: CarriedSlip, at_desk: CitizenId | None, now: datetime) -> SlipStanding:
    person, held = people.by_number(connection, slip.dose.citizen_id), _held(connection, slip.dose)
    return SlipStanding(held, person, _trouble(connection, slip, person, held, at_desk, now))


def _held(connection: Connection, dose: OtherDose) -> Held:
    if connection.execute(select(t.dose.c.id).where(t.dose.c.id == dose.id)).first() is not None:
        return Held.OURS
    c = x.elsewhere.c
    row = connection.execute(select(c.source, c.revision).where(c.id == dose.id)).first()
    if row is None:
        return Held.NOTHING
    if row.source != Source.SLIP.value:
        return Held.CONFIRMED
    return Held.TAKEN_OVER if row.revision >= dose.revision else Held.OLDER


def _trouble(
    connection: Connection,
    slip: CarriedSlip,
    person: Person | None,
    held: Held,
    at_desk: CitizenId | None,
    now: datetime,
) -> Problem | None:
    """Why it is not to be kept: the first reason that counts."""
    dose = slip.dose
    if not _is_signer(connection, slip):
        return Problem("slip-signer-unknown", "scan")
    if at_desk is not None and at_desk != dose.citizen_id:
        return Problem("slip-other-person", "citizen_id")
    if person is not None and not _is_same(slip, person):
        return Problem("slip-person-differs", "name")
    if dose.occurred_at > now + CLOCKS_APART:
        return Problem("slip-in-future", "occurred_at", params={"on": f"{dose.occurred_at:%d/%m/%Y %H:%M}"})
    known = {Held.OURS: "slip-dose-ours", Held.CONFIRMED: "slip-dose-confirmed"}
    return Problem(known[held], "scan") if held in known else None


def _is_signer(connection: Connection, slip: CarriedSlip) -> bool:
    """Whether the key still counts, for this site, in the moment in which the dose is kept."""
    c = t.site_key.c
    rows = connection.execute(
        select(c.jwk).where(c.active, c.site == slip.dose.site, c.device_id == slip.dose.device_id)
    )
    return any(thumbprint(json.loads(jwk)) == slip.key_id for jwk in rows.scalars())


def _is_same(slip: CarriedSlip, person: Person) -> bool:
    """Name without marks and case, and the birth date as far as both know it."""
    mine, theirs = str(person.birth_date), slip.birth_date
    shorter = min(len(mine), len(theirs))
    return fold(slip.name) == fold(person.name) and mine[:shorter] == theirs[:shorter]
