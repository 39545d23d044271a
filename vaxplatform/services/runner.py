"""Walks what changed in the store and settles identity and certificates; starts anywhere, may be repeated, survives the store being away."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import requests

from vaxplatform.services.codes import MALFORMED, Json, referred_id
from vaxplatform.services.duplicates import find_duplicates
from vaxplatform.services.fhir_client import FhirClient, Written
from vaxplatform.services.issuing import settle
from vaxplatform.services.matching import match_doses
from vaxplatform.services.population import Population
from vaxplatform.services.progress import Progress
from vaxplatform.services.signing_keys import SigningKeys, load_or_make, trust_list

log = logging.getLogger(__name__)
CHUNK = 100
AWAY_S_MAX = 30.0
PUBLISH_AGAIN_S = 300.0
FEEDS = ("Immunization", "Patient", "Provenance", "VerificationResult")


@dataclass(frozen=True, slots=True)
class ServiceReport:
    """What one round did: doses looked at, identity results and certificate changes written."""

    doses: int
    matched: int
    certificates: int


def run(
    fhir: FhirClient, state_dir: Path, population: Population, stop: threading.Event, interval_s: float = 1.0
) -> None:
    """Round after round until `stop`; waits longer while the store is away."""
    keys = load_or_make(state_dir)
    pause_s, publish_at = interval_s, 0.0
    while not stop.is_set():
        try:
            if time.monotonic() >= publish_at:
                refused = fhir.put_each([trust_list(keys)]).refused
                publish_at = time.monotonic() + PUBLISH_AGAIN_S if refused else math.inf
            run_once(fhir, state_dir, population, keys)
            pause_s = interval_s
        except requests.RequestException as error:
            pause_s = min(pause_s * 2, AWAY_S_MAX)
            log.warning("the store does not answer: %s", type(error).__name__)
        stop.wait(pause_s)


def run_once(
    fhir: FhirClient, state_dir: Path, population: Population, keys: SigningKeys, algorithm: str = "ES256"
) -> ServiceReport:
    """One round over everything that changed since the last one. Raises requests.RequestException."""
    now = datetime.now(UTC)
    progress = Progress(state_dir / "services-cursors.json")
    changed = {feed: list(progress.changed(fhir, feed)) for feed in FEEDS}
    again = progress.due_again(now)
    doses = {dose["id"]: dose for dose in changed["Immunization"]}
    doses |= fhir.by_ids("Immunization", sorted(again - doses.keys()))
    doses |= _doses_of_patients(fhir, changed["Patient"], doses)
    touched = set(doses) | _named(changed["Provenance"] + changed["VerificationResult"])
    matched = _in_chunks(doses, lambda some: match_doses(fhir, population, [doses[dose_id] for dose_id in some], now))
    certificates = _in_chunks(touched, lambda some: settle(fhir, some, keys.signer(algorithm), now))
    duplicates = _in_chunks(doses, lambda some: find_duplicates(fhir, [doses[dose_id] for dose_id in some], now))
    refused = matched.refused | certificates.refused | duplicates.refused
    progress.settled(touched | again, refused, now)
    progress.save()
    return ServiceReport(len(touched), matched.count, certificates.count)


def _doses_of_patients(fhir: FhirClient, patients: list[Json], known: dict[str, Json]) -> dict[str, Json]:
    """Doses of people whose facts changed: their identity is judged again."""
    ids = [patient["id"] for patient in patients if str(patient["meta"].get("versionId", "1")) != "1"]
    found = fhir.search_many("Immunization", "patient", ids)
    return {dose["id"]: dose for dose in found if dose["id"] not in known}


def _named(resources: list[Json]) -> set[str]:
    """Ids of the doses that Provenances and VerificationResults are about."""
    named: set[str] = set()
    for found in resources:
        try:
            named |= {referred_id(target.get("reference", ""), "Immunization") for target in found.get("target", [])}
        except MALFORMED as error:
            log.warning("%s %s cannot be read: %s", found["resourceType"], found["id"], type(error).__name__)
    return named - {""}


def _in_chunks(ids: Collection[str], work: Callable[[list[str]], Written]) -> Written:
    """Works through doses a hundred at a time; one that a lax server let in malformed stands alone and holds up no other."""
    done, wanted = Written(), sorted(ids)
    waiting = [wanted[start : start + CHUNK] for start in range(0, len(wanted), CHUNK)]
    while waiting:
        some = waiting.pop()
        try:
            done += work(some)
        except requests.RequestException:
            raise
        except MALFORMED as error:
            if len(some) > 1:
                waiting += [some[: len(some) // 2], some[len(some) // 2 :]]
            else:
                log.warning("dose %s cannot be settled: %s", some[0], type(error).__name__)
    return done
