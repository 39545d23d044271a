"""What the platform has for this site, page by page (contract L1, L2), and reading back what it acknowledged (L3)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from vaxdesk.errors import Unreachable
from vaxdesk.models.findings import DoseSeen, Finding, ReadBack
from vaxdesk.models.sync_book import SyncBook
from vaxdesk.models.values import DoseId, Receipt, RecordKind, SiteCode
from vaxdesk.sync import feeds
from vaxdesk.sync.canonical import content_hash, own_content_hash
from vaxdesk.sync.client import Client, ServerRefused
from vaxdesk.sync.codes import NATIONAL, Json
from vaxdesk.sync.fhir_dose import version_dispute
from vaxdesk.sync.fhir_history import revision_of
from vaxdesk.sync.fhir_read import finding

log = logging.getLogger(__name__)

READ_BACK_RECORDS = 200
READ_BACK_MAX = 20_000
_OF_SITE = ("VerificationResult", "DocumentReference", "DetectedIssue", "Device", "Task")
_PAGES_OF = {"Task": 10}  # complaints come with their pictures
_NATIONAL = ("DocumentReference", "Device")
_RECALLS = "Medication"
_OF_OTHER_DESKS = "Immunization"
_READ_BACK = ((RecordKind.DOSE, "Immunization"), (RecordKind.REACTION, "AdverseEvent"))


@dataclass(slots=True)
class Pulled:
    """What a pull brought: new findings, resources that were not understood, feeds the server does not offer."""

    findings: int = 0
    not_understood: int = 0
    feeds_refused: int = 0


@dataclass(slots=True)
class Compared:
    """What reading back showed: equal ones, and the ids of doses and reactions that differ."""

    equal: int = 0
    differing: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Pull:
    """One run's pull. Every method may raise errors.Unreachable, errors.NotAuthorised, PlatformBusy."""

    book: SyncBook
    client: Client
    site: SiteCode
    device: str
    anchor: str
    clock: Callable[[], datetime]
    stopping: Callable[[], bool]
    result: Pulled = field(default_factory=Pulled)

    def run(self, turn: int = 0, *, national: bool = True) -> Pulled:
        """All feeds, those of the whole country and the recalled lots with `national` only, one after the other, beginning with another one each `turn`: one that is cut short starves none.

        A feed the server does not know is passed over.
        """
        wanted: list[tuple[str, str]] = [(kind, self.site) for kind in _OF_SITE]
        if national:
            wanted += [(kind, NATIONAL) for kind in (*_NATIONAL, _RECALLS)] + [(_RECALLS, self.site)]
        if self.book.has_other_desks():
            wanted.append((_OF_OTHER_DESKS, self.site))
        first = turn % len(wanted)
        for kind, tag in wanted[first:] + wanted[:first]:
            if self.stopping():
                break
            try:
                self._feed(kind, tag)
            except ServerRefused as refused:
                log.info("feed %s refused with status %d", kind, refused.status)
                self.result.feeds_refused += 1
        return self.result

    def _feed(self, kind: str, tag: str) -> None:
        try:
            self._pages(kind, tag, _PAGES_OF.get(kind))
        except Unreachable as trouble:
            if kind not in _PAGES_OF or trouble.code != "answer-too-long":
                raise
            self._pages(kind, tag, 1)  # one by one every one of them fits

    def _pages(self, kind: str, tag: str, size: int | None) -> None:
        feed = f"{kind}|{tag}"
        for page in feeds.pages(self.client, kind, tag, self._cursor(feed, kind, tag), self.stopping, size):
            found = [finding(resource, self.anchor) for resource in page.resources]
            understood = [one for one in found if one is not None]
            wanted = [one for one in understood if not self._is_own(one)]
            self.result.findings += self.book.apply_page(feed, page.cursor, wanted, self.clock())
            self.result.not_understood += len(found) - len(understood)

    def _cursor(self, feed: str, kind: str, tag: str) -> str:
        """Where to go on. Doses of other desks are wanted from the first look on; what was before, the look-up at check-in tells (H1)."""
        cursor = self.book.cursor(feed)
        if cursor or kind != _OF_OTHER_DESKS:
            return cursor
        start = feeds.cursor_now(self.client, kind, tag)
        self.book.apply_page(feed, start, (), self.clock())
        return start

    def _is_own(self, found: Finding) -> bool:
        """What this desk pushed comes along; it is no news, also to a restored desk that has not taken it back yet."""
        return isinstance(found.fact, DoseSeen) and found.fact.dose.device_id == self.device


def read_back(book: SyncBook, client: Client, clock: Callable[[], datetime], stopping: Callable[[], bool]) -> Compared:
    """Reads acknowledged doses and reactions again and compares their content with the receipts. Raises as Pull does, and ServerRefused."""
    compared = Compared()
    for kind, resource_type in _READ_BACK:
        _read_back(book, client, clock, stopping, kind, resource_type, compared)
    return compared


def _read_back(
    book: SyncBook,
    client: Client,
    clock: Callable[[], datetime],
    stopping: Callable[[], bool],
    kind: RecordKind,
    resource_type: str,
    compared: Compared,
) -> None:
    seen = 0
    while seen < READ_BACK_MAX and not stopping():
        due = book.read_back_due(READ_BACK_RECORDS, kind)
        results = _compare(due, _stored(client, resource_type, due), compared, clock(), kind) if due else []
        if not results:
            break
        book.note_read_back(results, clock())
        seen += len(results)


def _stored(client: Client, resource_type: str, due: Sequence[Receipt]) -> dict[str, Json]:
    wanted = {"_id": ",".join(r.record_id for r in due), "_count": str(READ_BACK_RECORDS)}
    page: Json | None = client.search_by_post(resource_type, wanted)
    found: dict[str, Json] = {}
    while page is not None and len(found) <= len(due):
        found |= {str(r.get("id")): r for r in feeds.resources_of(page) if r.get("resourceType") == resource_type}
        page = client.next_page(page)
    return found


def _compare(
    due: Sequence[Receipt], stored: dict[str, Json], compared: Compared, now: datetime, kind: RecordKind
) -> list[ReadBack]:
    """What the server holds for each receipt. A newer revision of ours whose answer was lost is neither equal nor an alarm: it waits.

    A manager decides about a dose that differs; a reaction that differs is an alarm alone.
    """
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
            log.warning("read back differs: %s %s revision %d", kind.value, receipt.record_id, receipt.revision)
            compared.differing.append(receipt.record_id)
            is_dose = kind is RecordKind.DOSE
            dispute = version_dispute(DoseId(receipt.record_id), resource, now) if is_dose else None
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
