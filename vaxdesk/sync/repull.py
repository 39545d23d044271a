"""A restored desk takes back what it once sent: its own doses, their people, its days' signatures and the reactions it noted (contract L5, docs/adr/0006).

Before its first push, page by page, each page kept with its cursor in one transaction: a line that breaks loses nothing of what came.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from vaxdesk.models.intake import PersonFacts
from vaxdesk.models.own_records import OwnDose, OwnReaction, OwnRecords, OwnSignature
from vaxdesk.models.values import CitizenId, Receipt, Site
from vaxdesk.sync.canonical import content_hash
from vaxdesk.sync.client import Client, ServerRefused
from vaxdesk.sync.codes import Json
from vaxdesk.sync.feeds import FeedPage, pages, resources_of
from vaxdesk.sync.fhir_dose import dose_of
from vaxdesk.sync.fhir_history import device_of
from vaxdesk.sync.fhir_patient import facts_of
from vaxdesk.sync.fhir_provenance import signature_of
from vaxdesk.sync.fhir_reaction import reaction_of
from vaxdesk.sync.fhir_read import last_updated

log = logging.getLogger(__name__)

PEOPLE_ASKED_MAX = 50
REACTIONS = "AdverseEvent"


@dataclass(frozen=True, slots=True)
class Repull:
    """One run's way back; what a run does not finish, the next one goes on with.

    `run` raises errors.Unreachable, errors.NotAuthorised, PlatformBusy, ServerRefused, StoreError.
    """

    records: OwnRecords
    client: Client
    site: Site
    clock: Callable[[], datetime]
    stopping: Callable[[], bool]

    def run(self) -> int:
        """Takes back what the platform has of this device; how many records that were."""
        taken, whole = 0, True
        feeds = (
            ("Immunization", self._take_doses),
            ("Provenance", self._take_signatures),
            (REACTIONS, self._take_reactions),  # after the doses they are about
        )
        for kind, take in feeds:
            count, last = self._read(kind, take)
            taken, whole = taken + count, whole and last
        if whole:
            self._finish()
        return taken

    def _read(self, kind: str, take: Callable[[FeedPage], int]) -> tuple[int, bool]:
        """One feed as far as it goes: records taken, and whether it was read to its end. A server that keeps no reactions has none to tell."""
        taken, last = 0, False
        try:
            for page in self._pages(kind):
                taken += take(page)
                last = page.last
        except ServerRefused as refused:
            if kind != REACTIONS:
                raise
            log.info("reactions are not told by the platform: status %d", refused.status)
            last = True
        return taken, last

    def _pages(self, kind: str) -> Iterator[FeedPage]:
        wanted = self.records.wanted()
        assert wanted is not None  # the engine asked
        return pages(self.client, kind, self.site.code, wanted.cursor(kind), self.stopping)

    def _finish(self) -> None:
        found = self.records.finish(self.clock())
        log.info("taken back: %d doses, %d signatures, %d reactions", found.doses, found.signatures, found.reactions)
        if found.forks or found.left:
            log.warning("not taken back: %d changed on both sides, %d not understood", found.forks, found.left)

    def _take_signatures(self, page: FeedPage) -> int:
        signatures = [own for own in map(_own_signature, page.resources) if own is not None]
        return self.records.take_signatures(signatures, page.cursor, self.clock()).records

    def _take_doses(self, page: FeedPage) -> int:
        ours = [r for r in page.resources if device_of(r) == self.site.device_id]
        doses = {resource["id"]: own for resource in ours if (own := _own_dose(resource)) is not None}
        understood = [resource for resource in ours if resource.get("id") in doses]
        people = self._people(understood, self.records.strangers(tuple(doses.values())))
        now = self.clock()
        return self.records.take(tuple(doses.values()), people, len(ours) - len(doses), page.cursor, now).records

    def _take_reactions(self, page: FeedPage) -> int:
        ours = [r for r in page.resources if device_of(r) == self.site.device_id]
        reactions = [own for own in map(_own_reaction, ours) if own is not None]
        left = len(ours) - len(reactions)
        return self.records.take_reactions(reactions, left, page.cursor, self.clock()).records

    def _people(self, ours: Sequence[Json], strangers: frozenset[CitizenId]) -> Mapping[CitizenId, PersonFacts]:
        """The people of doses whom this desk does not know, asked for by the ids their doses refer to: no number in a URL (L4)."""
        wanted = {number.digits for number in strangers}
        ids = sorted({_person_id(r) for r in ours if r["patient"]["identifier"]["value"] in wanted} - {""})
        found: dict[CitizenId, PersonFacts] = {}
        for start in range(0, len(ids), PEOPLE_ASKED_MAX):
            asked = ids[start : start + PEOPLE_ASKED_MAX]
            form = {"_id": ",".join(asked), "_count": str(PEOPLE_ASKED_MAX)}
            for patient in resources_of(self.client.search_by_post("Patient", form)):
                facts = facts_of(patient)
                if facts is not None and facts.citizen_id in strangers:
                    found[facts.citizen_id] = facts
        return found


def _own_dose(resource: Json) -> OwnDose | None:
    dose = dose_of(resource)
    receipt = _receipt(resource, dose.revision) if dose else None
    return OwnDose(dose, receipt) if dose and receipt else None


def _own_reaction(resource: Json) -> OwnReaction | None:
    reaction = reaction_of(resource)
    receipt = _receipt(resource, reaction.revision) if reaction else None
    return OwnReaction(reaction, receipt) if reaction and receipt else None


def _own_signature(resource: Json) -> OwnSignature | None:
    signature = signature_of(resource)
    receipt = _receipt(resource, 1) if signature else None
    return OwnSignature(signature, receipt) if signature and receipt else None


def _receipt(resource: Json, revision: int) -> Receipt | None:
    """What a push would have been answered: the platform holds this revision, as this version, since then."""
    at = last_updated(resource)
    version = resource["meta"].get("versionId")
    if at is None or not version or revision < 1:
        return None
    try:
        return Receipt(str(resource["id"]), revision, str(version), at, content_hash(resource))
    except ValueError:
        return None


def _person_id(resource: Json) -> str:
    """The Patient a dose refers to; empty for a reference that is none."""
    reference = str(resource["patient"].get("reference", ""))
    kind, _, person_id = reference.rpartition("/")
    return person_id if kind.endswith("Patient") and "," not in person_id else ""
