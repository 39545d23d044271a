"""Reading what a site has on the platform of one type, page by page in the order of change (contract L1), with a cursor to go on from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from vaxdesk.sync.client import Client, next_link
from vaxdesk.sync.codes import SITE_TAG, Json
from vaxdesk.sync.fhir import instant
from vaxdesk.sync.fhir_read import last_updated

PAGE_RESOURCES = 200
PAGES_MAX = 500  # in one run
OVERLAP = timedelta(seconds=60)
BEGINNING = datetime(1970, 1, 2, tzinfo=UTC)  # the cursor of a feed that has nothing yet


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Resources of one page; `cursor` (ISO, may be empty) is where to go on once they are kept; `last`: nothing follows."""

    resources: tuple[Json, ...] = field(repr=False)
    cursor: str
    last: bool


def pages(
    client: Client, kind: str, tag: str, cursor: str, stopping: Callable[[], bool], size: int | None = None
) -> Iterator[FeedPage]:
    """The pages of `size` resources (200) after `cursor`, at most 500. Raises as Client.search does."""
    page: Json | None = client.search(kind, _parameters(tag, cursor, size or PAGE_RESOURCES))
    newest, count = instant(cursor), 0
    while page is not None:
        count += 1
        resources = tuple(r for r in resources_of(page) if r.get("resourceType") == kind)
        times = [at for at in map(last_updated, resources) if at is not None]
        in_order = _in_order(times, newest)
        newest = max((*times, *filter(None, (newest,))), default=None)
        last = not next_link(page)
        # A server that does not sort may still have older ones on later pages: the cursor then waits for the last page.
        if newest is not None and (in_order or last):
            cursor = newest.astimezone(UTC).isoformat()
        yield FeedPage(resources, cursor, last)
        page = client.next_page(page) if count < PAGES_MAX and not stopping() else None


def cursor_now(client: Client, kind: str, tag: str) -> str:
    """The cursor at which a feed stands now, by the server's time. Raises as Client.search does."""
    page = client.search(kind, {"_tag": f"{SITE_TAG}|{tag}", "_sort": "-_lastUpdated", "_count": "1"})
    at = max(filter(None, map(last_updated, resources_of(page))), default=None)
    return (at or BEGINNING).astimezone(UTC).isoformat()


def resources_of(page: Json) -> list[Json]:
    """The resources in a searchset, whatever else stands in it."""
    entries = page.get("entry")
    found = [e.get("resource") for e in entries if isinstance(e, dict)] if isinstance(entries, list) else []
    return [resource for resource in found if isinstance(resource, dict)]


def _in_order(times: Sequence[datetime], newest: datetime | None) -> bool:
    return list(times) == sorted(times) and (newest is None or not times or times[0] >= newest - OVERLAP)


def _parameters(tag: str, cursor: str, size: int) -> dict[str, str]:
    wanted = {"_tag": f"{SITE_TAG}|{tag}", "_sort": "_lastUpdated", "_count": str(size)}
    since = instant(cursor)
    if since is not None:
        wanted["_lastUpdated"] = f"ge{(since - OVERLAP).astimezone(UTC).isoformat(timespec='milliseconds')}"
    return wanted
