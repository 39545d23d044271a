"""What the platform has for this site, page by page (contract L1, L2), and reading back what it acknowledged (L3)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from vaxdesk.models.findings import Finding, ReadBack
from vaxdesk.models.sync_book import SyncBook
from vaxdesk.models.values import DoseId, Receipt, SiteCode
from vaxdesk.sync.canonical import content_hash, own_content_hash
from vaxdesk.sync.client import Client, ServerRefused, next_link
from vaxdesk.sync.codes import NATIONAL, SITE_TAG, Json
from vaxdesk.sync.fhir import instant
from vaxdesk.sync.fhir_dose import version_dispute
from vaxdesk.sync.fhir_history import revision_of
from vaxdesk.sync.fhir_read import finding, last_updated

log = logging.getLogger(__name__)

PAGE_RESOURCES = 200
PAGES_MAX = 500  # of one feed in one run
OVERLAP = timedelta(seconds=60)
READ_BACK_RECORDS = 200
READ_BACK_MAX = 20_000
_OF_SITE = ("VerificationResult", "DocumentReference", "DetectedIssue", "Device")
_NATIONAL = ("DocumentReference", "Device")


@dataclass(slots=True)
class Pulled:
    """What a pull brought: new findings, resources that were not understood, feeds the server does not offer."""

    findings: int = 0
    not_understood: int = 0
    feeds_refused: int = 0


@dataclass(slots=True)
class Compared:
    """What reading back showed: equal ones, and the ids of doses that differ."""

    equal: int = 0
    differing: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Page:
    findings: list[Finding]
    not_understood: int
    newest: datetime | None
    in_order: bool


@dataclass(slots=True)
class Pull:
    """One run's pull. Every method may raise errors.Unreachable, errors.NotAuthorised, PlatformBusy."""

    book: SyncBook
    client: Client
    site: SiteCode
    anchor: str
    clock: Callable[[], datetime]
    stopping: Callable[[], bool]
    result: Pulled = field(default_factory=Pulled)

    def run(self, turn: int = 0) -> Pulled:
        """All feeds, one after the other, beginning with another one each `turn`: one that is cut short starves none.

        A feed the server does not know is passed over.
        """
        feeds = [(kind, self.site) for kind in _OF_SITE] + [(kind, NATIONAL) for kind in _NATIONAL]
        first = turn % len(feeds)
        for kind, tag in feeds[first:] + feeds[:first]:
            if self.stopping():
                break
            try:
                self._feed(kind, tag)
            except ServerRefused as refused:
                log.info("feed %s refused with status %d", kind, refused.status)
                self.result.feeds_refused += 1
        return self.result

    def _feed(self, kind: str, tag: str) -> None:
        feed = f"{kind}|{tag}"
        cursor = self.book.cursor(feed)
        page: Json | None = self.client.search(kind, _parameters(tag, cursor))
        newest = instant(cursor)
        pages = 0
        while page is not None:
            pages += 1
            read = _read_page(page, kind, self.anchor, newest)
            newest = max(filter(None, (newest, read.newest)), default=None)
            # A server that does not sort may still have older ones on later pages: the cursor then waits for the last page.
            moves = read.in_order or not next_link(page)
            cursor = newest.astimezone(UTC).isoformat() if moves and newest else cursor
            self.result.findings += self.book.apply_page(feed, cursor, read.findings, self.clock())
            self.result.not_understood += read.not_understood
            page = self.client.next_page(page) if pages < PAGES_MAX and not self.stopping() else None


def _parameters(tag: str, cursor: str) -> dict[str, str]:
    wanted = {"_tag": f"{SITE_TAG}|{tag}", "_sort": "_lastUpdated", "_count": str(PAGE_RESOURCES)}
    since = instant(cursor)
    if since is not None:
        wanted["_lastUpdated"] = f"ge{(since - OVERLAP).astimezone(UTC).isoformat(timespec='milliseconds')}"
    return wanted


def _read_page(page: Json, kind: str, anchor: str, after: datetime | None) -> _Page:
    """The findings of a page; `after` is the newest time of the pages before, less the overlap."""
    resources = [r for r in _resources(page) if r.get("resourceType") == kind]
    findings = [finding(resource, anchor) for resource in resources]
    times = [at for at in map(last_updated, resources) if at is not None]
    floor = after - OVERLAP if after else None
    in_order = times == sorted(times) and (floor is None or not times or times[0] >= floor)
    understood = [found for found in findings if found is not None]
    return _Page(understood, len(findings) - len(understood), max(times, default=None), in_order)


def _resources(page: Json) -> list[Json]:
    entries = page.get("entry")
    found = [e.get("resource") for e in entries if isinstance(e, dict)] if isinstance(entries, list) else []
    return [resource for resource in found if isinstance(resource, dict)]


def read_back(book: SyncBook, client: Client, clock: Callable[[], datetime], stopping: Callable[[], bool]) -> Compared:
    """Reads acknowledged doses again and compares their content with the receipts. Raises as Pull does, and ServerRefused."""
    compared = Compared()
    seen = 0
    while seen < READ_BACK_MAX and not stopping():
        due = book.read_back_due(READ_BACK_RECORDS)
        results = _compare(due, _stored(client, due), compared, clock()) if due else []
        if not results:
            break
        book.note_read_back(results, clock())
        seen += len(results)
    return compared


def _stored(client: Client, due: Sequence[Receipt]) -> dict[str, Json]:
    wanted = {"_id": ",".join(r.record_id for r in due), "_count": str(READ_BACK_RECORDS)}
    page: Json | None = client.search_by_post("Immunization", wanted)
    found: dict[str, Json] = {}
    while page is not None and len(found) <= len(due):
        found |= {str(r.get("id")): r for r in _resources(page) if r.get("resourceType") == "Immunization"}
        page = client.next_page(page)
    return found


def _compare(due: Sequence[Receipt], stored: dict[str, Json], compared: Compared, now: datetime) -> list[ReadBack]:
    """What the server holds for each receipt. A newer revision of ours whose answer was lost is neither equal nor an alarm: it waits."""
    results: list[ReadBack] = []
    for receipt in due:
        resource = stored.get(receipt.record_id)
        if resource is not None and revision_of(resource) > receipt.revision:
            continue
        found = _hash(resource, receipt.hash)
        if found == receipt.hash:
            compared.equal += 1
            results.append(ReadBack(receipt.record_id, receipt.revision, found))
        else:
            log.warning("read back differs: dose %s revision %d", receipt.record_id, receipt.revision)
            compared.differing.append(receipt.record_id)
            dispute = version_dispute(DoseId(receipt.record_id), resource, now)
            results.append(ReadBack(receipt.record_id, receipt.revision, found, dispute))
    return results


def _hash(resource: Json | None, expected: str) -> str:
    """The content hash; the quick one first, because equal bytes of it can only come from equal facts."""
    if resource is None:
        return ""
    try:
        return expected if own_content_hash(resource) == expected else content_hash(resource)
    except ValueError:
        return ""
