"""Due records -> one FHIR transaction bundle, and its answer -> receipts (contract P1 to P5). Pure.

A bundle is built when it is sent, from what the store holds then: a mending of the mapping also mends what waits.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from vaxdesk.models.exchange import Due, DueComplaint, DueDay, DueDose, DuePerson, DueReaction, DueSignature
from vaxdesk.models.values import OutboxEntry, PersonId, Receipt, RecordKind, SiteCode
from vaxdesk.sync.canonical import content_hash, own_content_hash
from vaxdesk.sync.codes import CITIZEN_ID, Json
from vaxdesk.sync.fhir_complaint import task_of
from vaxdesk.sync.fhir_day import measure_report
from vaxdesk.sync.fhir_immunization import VaccineCodings, immunization
from vaxdesk.sync.fhir_patient import patient
from vaxdesk.sync.fhir_provenance import provenance
from vaxdesk.sync.fhir_reaction import adverse_event

_LOCAL_URL = "urn:uuid:00000000-0000-4000-8000-{:012d}"  # of a person, within one bundle
_LOCATION = re.compile(r"(?:^|/)([A-Z][A-Za-z]+)/([A-Za-z0-9.-]{1,64})(?:/_history/([A-Za-z0-9.-]{1,64}))?/?$")
_ETAG = re.compile(r'^(?:W/)?"([^"]{1,64})"$')
_STATUS = re.compile(r"^\s*(\d{3})(?!\d)")
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


class AnswerDoubtful(ValueError):
    """An answer that is no receipt (P5). Its text is a code, never a part of the answer."""


@dataclass(frozen=True, slots=True)
class Part:
    """One due record's own entry in a bundle: where it stands, what it is and the hash of its facts. The platform names a Patient itself."""

    entry: OutboxEntry
    resource_type: str
    position: int
    hash: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """A transaction ready to send: `body` is UTF-8 JSON of `entry_count` entries."""

    parts: tuple[Part, ...]
    entry_count: int
    body: bytes = field(repr=False)


def bundle(due: Sequence[Due], codings: VaccineCodings) -> Bundle:
    """One transaction for the given records, each person once. Pure and repeatable: equal records give equal bytes."""
    entries, parts = entries_of(due, codings)
    # Entry by entry: encoding all in one go would keep every other thread, the window's too, waiting for as long as it takes.
    whole = f'{{"resourceType":"Bundle","type":"transaction","entry":[{",".join(map(_encode, entries))}]}}'
    return Bundle(parts, len(entries), whole.encode("utf-8"))


def entries_of(due: Sequence[Due], codings: VaccineCodings) -> tuple[list[Json], tuple[Part, ...]]:
    """The entries of such a transaction, and where each record stands in them.

    People come first and have short local names: alike stands beside alike, and the whole is a fifth smaller when compressed.
    """
    people = _one_record_a_person(due)
    urls = {person_id: _LOCAL_URL.format(number) for number, person_id in enumerate(people, start=1)}
    mended = {
        r.person.id for r in due if isinstance(r, DuePerson) or (isinstance(r, DueDose | DueReaction) and r.is_mended)
    }
    entries = [_patient(record, urls[person_id], person_id in mended) for person_id, record in people.items()]
    places = {person_id: place for place, person_id in enumerate(people)}
    parts: list[Part] = []
    for record in due:
        if isinstance(record, DuePerson):
            place = places[record.person.id]
            parts.append(Part(record.entry, "Patient", place, own_content_hash(entries[place]["resource"])))
            continue
        resource = _resource(record, urls, codings)
        # A complaint was written elsewhere: only the canonical form of RFC 8785 is sure to be the one it is compared by.
        hashed = content_hash if isinstance(record, DueComplaint) else own_content_hash
        parts.append(Part(record.entry, resource["resourceType"], len(entries), hashed(resource)))
        entries.append(_put(resource, record))
    return entries, tuple(parts)


_OfPerson = DueDose | DueReaction | DuePerson


def _one_record_a_person(due: Sequence[Due]) -> dict[PersonId, _OfPerson]:
    found: dict[PersonId, _OfPerson] = {}
    for record in due:
        if isinstance(record, _OfPerson):
            found.setdefault(record.person.id, record)
    return found


def _patient(record: _OfPerson, url: str, is_mended: bool) -> Json:
    """P1: made where there is none of that number; P12: a mended one is changed there, or made."""
    condition = f"identifier={CITIZEN_ID}|{record.person.citizen_id.digits}"
    change = {"method": "PUT", "url": f"Patient?{condition}"}
    make = {"method": "POST", "url": "Patient", "ifNoneExist": condition}
    resource = patient(record.person, _site(record), is_mended)
    return {"fullUrl": url, "resource": resource, "request": change if is_mended else make}


def _site(record: _OfPerson) -> SiteCode:
    if isinstance(record, DuePerson):
        return record.site
    return record.dose.site if isinstance(record, DueDose) else record.reaction.site


_Named = DueDose | DueReaction | DueSignature | DueDay | DueComplaint


def _resource(record: _Named, urls: Mapping[PersonId, str], codings: VaccineCodings) -> Json:
    if isinstance(record, DueComplaint):
        return task_of(record)
    if isinstance(record, DueSignature):
        return provenance(record.signature)
    if isinstance(record, DueDay):
        return measure_report(record.close)
    if isinstance(record, DueReaction):
        return adverse_event(record.reaction, urls[record.person.id])
    return immunization(record.dose, urls[record.person.id], codings)


def _put(resource: Json, record: _Named) -> Json:
    request = {"method": "PUT", "url": f"{resource['resourceType']}/{resource['id']}"}
    if isinstance(record, DueDose | DueReaction | DueDay) and record.last_receipt is not None:
        request["ifMatch"] = f'W/"{record.last_receipt.version}"'
    if isinstance(record, DueComplaint) and record.base_version:
        request["ifMatch"] = f'W/"{record.base_version}"'
    return {"fullUrl": f"urn:uuid:{resource['id']}", "resource": resource, "request": request}


def receipts(sent: Bundle, answer: Any, answered_at: datetime) -> tuple[Receipt, ...]:
    """The receipts of a whole answer, in the order of `sent.parts`; raises AnswerDoubtful unless it proves everything (P5).

    `answered_at` is the server's time (its Date header), used where an entry has no `lastModified`.
    """
    if not isinstance(answer, Mapping) or answer.get("resourceType") != "Bundle":
        raise AnswerDoubtful("answer-not-a-bundle")
    entries = answer.get("entry")
    if answer.get("type") != "transaction-response" or not isinstance(entries, list):
        raise AnswerDoubtful("answer-not-a-transaction-response")
    if len(entries) != sent.entry_count:
        raise AnswerDoubtful("answer-count-differs")
    responses = [_successful(entry) for entry in entries]
    return tuple(_receipt(part, responses[part.position], answered_at) for part in sent.parts)


def _successful(entry: Any) -> Mapping[str, Any]:
    response = entry.get("response") if isinstance(entry, Mapping) else None
    if not isinstance(response, Mapping):
        raise AnswerDoubtful("answer-entry-not-done")
    status = _STATUS.match(str(response.get("status", "")))
    if status is None or not status[1].startswith("2"):
        raise AnswerDoubtful("answer-entry-not-done")
    return response


def _receipt(part: Part, response: Mapping[str, Any], answered_at: datetime) -> Receipt:
    location = _LOCATION.search(str(response.get("location", "")))
    etag = _ETAG.match(str(response.get("etag", "")))
    wanted = (part.resource_type, part.entry.record_id)
    is_named = part.entry.kind is not RecordKind.PERSON  # the Patient's id is the platform's own
    if location is None or location[1] != wanted[0] or (is_named and location.group(1, 2) != wanted):
        raise AnswerDoubtful("answer-location-differs")
    if etag is None or (location[3] is not None and location[3] != etag[1]):
        raise AnswerDoubtful("answer-without-version")
    at = instant(response.get("lastModified")) or answered_at
    return Receipt(part.entry.record_id, part.entry.revision, etag[1], at, part.hash)


def instant(text: Any) -> datetime | None:
    """A FHIR instant as an aware time; None for anything else."""
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return at if at.tzinfo is not None else None
