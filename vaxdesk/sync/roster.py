"""Fetching the doses of invited citizens before days without a network, within a byte budget (contract H3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from vaxdesk.models.elsewhere import Elsewhere
from vaxdesk.sync import history
from vaxdesk.sync.client import Client

FRESH_FOR = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a fetch brought: citizens asked about, doses found, bytes over the line both ways, and who is still to be asked."""

    citizens: int
    doses: int
    bytes: int
    left: int


def fetch(client: Client, known: Elsewhere, clock: Callable[[], datetime], budget_bytes: int = 0) -> Fetched:
    """Asks about invited citizens who were not asked about for 12 hours, 50 at a time, until done or the budget (0: none) is used up.

    Each answer is kept before the next question, so that a line that breaks off loses nothing. Raises as `Client.search_by_post`.
    """
    before, citizens, doses, largest = client.meter, 0, 0, 0
    client.begin_run()
    while True:
        now = clock()
        numbers = known.to_ask(history.NUMBERS_MAX, now - FRESH_FOR)
        used = (client.meter - before).bytes
        if not numbers or (budget_bytes and used + largest > budget_bytes):
            left = len(known.to_ask(1_000_000, now - FRESH_FOR))
            return Fetched(citizens, doses, used, left)
        found = history.ask(client, numbers, now)
        known.keep(numbers, found, now)
        citizens, doses = citizens + len(numbers), doses + len(found)
        largest = max(largest, (client.meter - before).bytes - used)
