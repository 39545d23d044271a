"""What the exchange costs, counted by Vietnamese day: a site on a prepaid SIM sets an allowance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert as upsert

from vaxdesk.models import exchange_tables as x


@dataclass(frozen=True, slots=True)
class Traffic:
    """Bytes over the line, HTTP heads included, and requests."""

    sent_bytes: int = 0
    received_bytes: int = 0
    requests: int = 0

    @property
    def bytes(self) -> int:
        """Both ways together."""
        return self.sent_bytes + self.received_bytes


NO_TRAFFIC = Traffic()


def add(connection: Connection, day: date, used: Traffic) -> None:
    """Adds to the day's count."""
    c = x.traffic.c
    row = upsert(x.traffic).values(
        day=day, sent_bytes=used.sent_bytes, received_bytes=used.received_bytes, requests=used.requests
    )
    more = {
        "sent_bytes": c.sent_bytes + used.sent_bytes,
        "received_bytes": c.received_bytes + used.received_bytes,
        "requests": c.requests + used.requests,
    }
    connection.execute(row.on_conflict_do_update(index_elements=["day"], set_=more))


def of(connection: Connection, day: date) -> Traffic:
    """The day's count."""
    row = connection.execute(select(x.traffic).where(x.traffic.c.day == day)).first()
    return Traffic(row.sent_bytes, row.received_bytes, row.requests) if row else Traffic()
