"""Which vials this desk took up and when. Doses are counted from the records: those of the vial's product and lot while it was in use."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from vaxdesk.models import outbox
from vaxdesk.models import tables as t
from vaxdesk.models.catalogue import Vaccine
from vaxdesk.models.rows import is_current_dose
from vaxdesk.models.values import VIETNAM, DoseStatus
from vaxdesk.models.vials import OpenVial, open_vial

SETTING = "vials"
KEPT_FOR = timedelta(days=2)


def take_up(connection: Connection, vaccine: str, lot: str, number: str, now: datetime) -> None:
    """Notes when a vial was first used; one that is known keeps its time, whatever was used in between.

    A time ahead of now was written by a clock that was wrong: it is taken anew.
    """
    if not number:
        return
    taken = {key: at for key, at in _read(connection).items() if timedelta(0) <= now - at < KEPT_FOR}
    taken.setdefault(_key(vaccine, lot, number), now)
    plain = {key: at.isoformat() for key, at in taken.items()}
    outbox.write_setting(connection, SETTING, json.dumps(plain))


def find(connection: Connection, vaccine: Vaccine, lot: str, number: str) -> OpenVial | None:
    """The vial with what was given from it; None for one this desk never took up."""
    taken = _read(connection)
    opened_at = taken.get(_key(vaccine.code, lot, number))
    if opened_at is None:
        return None
    batch = _key(vaccine.code, lot, "")
    later = [at for key, at in taken.items() if key.startswith(batch) and at > opened_at]
    c = t.dose.c
    from_it = [is_current_dose(), c.status == DoseStatus.COMPLETED.value, c.vaccine == vaccine.code]
    from_it += [c.lot == lot.strip().upper(), c.occurred_at >= opened_at]
    if later:
        from_it.append(c.occurred_at < min(later))
    given = connection.execute(select(func.count()).select_from(t.dose).where(*from_it)).scalar_one()
    return open_vial(vaccine, number, opened_at, given)


def taken_up(connection: Connection) -> tuple[tuple[str, str, str, datetime], ...]:
    """Vials of the last two days as (product, lot, number, taken up at), in the order they were taken up."""
    found = sorted(_read(connection).items(), key=lambda item: item[1])
    return tuple((*_parts(key), at) for key, at in found)


def _parts(key: str) -> tuple[str, str, str]:
    vaccine, _, rest = key.partition("|")
    lot, _, number = rest.partition("|")
    return vaccine, lot, number


def _read(connection: Connection) -> dict[str, datetime]:
    plain = json.loads(outbox.read_setting(connection, SETTING) or "{}")
    return {key: datetime.fromisoformat(at).astimezone(VIETNAM) for key, at in plain.items()}


def _key(vaccine: str, lot: str, number: str) -> str:
    return f"{vaccine}|{lot.strip().upper()}|{number}"
