"""Asking the platform for the doses of named citizens, wherever they were given (contract H1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import parse_qsl, unquote, urlsplit

from vaxdesk.models.exchange import OtherDose, Source
from vaxdesk.models.values import CitizenId
from vaxdesk.sync.client import Client, next_link
from vaxdesk.sync.codes import CITIZEN_ID, Json
from vaxdesk.sync.feeds import resources_of
from vaxdesk.sync.fhir_history import other_dose

NUMBERS_MAX = 50
DOSES_MAX = 1000
PAGES_MAX = 20


def ask(client: Client, numbers: Sequence[CitizenId], now: datetime) -> tuple[OtherDose, ...]:
    """The doses of at most 50 citizens. What the answer holds of anybody else is dropped. Raises as `Client.search_by_post`."""
    asked = ",".join(f"{CITIZEN_ID}|{number.digits}" for number in numbers[:NUMBERS_MAX])
    wanted = {number.digits for number in numbers}
    found: dict[str, OtherDose] = {}
    page: Json | None = client.search_by_post("Immunization", {"patient.identifier": asked, "_count": str(DOSES_MAX)})
    for _ in range(PAGES_MAX):
        if page is None or len(found) >= DOSES_MAX:
            break
        doses = (other_dose(resource, now, Source.PLATFORM) for resource in resources_of(page))
        found |= {dose.id: dose for dose in doses if dose is not None and dose.citizen_id.digits in wanted}
        page = _page_after(client, page, wanted)
    return tuple(found.values())[:DOSES_MAX]


def _page_after(client: Client, page: Json, numbers: set[str]) -> Json | None:
    """The following page. Some servers write the whole question into the link: then it is asked by POST again, for no number stands in an address (L4)."""
    link = unquote(next_link(page))
    if any(number in link for number in numbers):
        return client.search_by_post("Immunization", dict(parse_qsl(urlsplit(next_link(page)).query)))
    return client.next_page(page)
