"""Issuing certificates for matched and signed doses; superseding and revoking those of corrected or voided ones (contract S2, S3)."""

from __future__ import annotations

import base64
import logging
import zlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from vaxplatform.services.codes import (
    DOCUMENT,
    MALFORMED,
    UVCI,
    Json,
    content_hash,
    derived_id,
    referred_id,
    site_of,
    tags,
)
from vaxplatform.services.dcc import NotCertifiable, named, payload, uvci_of
from vaxplatform.services.fhir_client import FhirClient, Written
from vaxplatform.services.hcert import issue, payload_of
from vaxplatform.services.matching import is_matched, result_id
from vaxplatform.services.signatures import DeviceKeys, signed_doses
from vaxplatform.services.signing_keys import Signer

log = logging.getLogger(__name__)
VALID = timedelta(days=365)  # 5772/QĐ-BYT: the QR holds for 12 months


@dataclass(slots=True)
class Case:
    """Everything that decides about one dose's certificates."""

    dose: Json
    patient: Json = field(default_factory=dict)
    matched: bool = False
    signed: set[str] = field(default_factory=set)
    certificates: list[Json] = field(default_factory=list)


def settle(fhir: FhirClient, dose_ids: Iterable[str], signer: Signer, now: datetime) -> Written:
    """Brings the certificates of these doses to what they should be; tells the doses where that was refused."""
    cases = _cases(fhir, sorted(set(dose_ids)))
    changes = [(change, case.dose["id"]) for case in cases for change in decide(case, signer, now)]
    about = {change["id"]: dose_id for change, dose_id in changes}
    return fhir.put_each([change for change, _ in changes]).about(about)


def decide(case: Case, signer: Signer, now: datetime) -> list[Json]:
    """The DocumentReferences to write for one dose. A certificate that is there already is never signed again."""
    content = content_hash(case.dose)
    wanted, number = _wanted(case, content)
    voided = case.dose.get("status") != "completed"
    changes = [
        found | {"status": "entered-in-error" if voided else "superseded"}
        for found in case.certificates
        if found["status"] == "current" and (voided or found["id"] != wanted)
    ]
    due = not voided and case.matched and content in case.signed
    there = {found["id"]: found for found in case.certificates}
    if due and wanted not in there:
        changes += _issued(case, wanted, number, signer, now)
    elif due and there[wanted]["status"] == "superseded":
        changes.append(there[wanted] | {"status": "current"})  # the person is called as before again
    return changes


def _wanted(case: Case, content: str) -> tuple[str, str]:
    """Id and number of the certificate this dose should have. One that names the person as they were before a mending (P12) is not it."""
    dose_id = case.dose["id"]
    plain = certificate_id(dose_id, content)
    first = next((found for found in case.certificates if found["id"] == plain), None)
    person = _person(case.patient)
    if first is None or person is None or _person_named(first) in (person, None):
        return plain, uvci_of(dose_id, content)
    return derived_id("certificate", dose_id, content, person), uvci_of(dose_id, f"{content}/{person}")


def _person(patient: Json) -> str | None:
    """Who a certificate for this Patient would name; None for one that none can be made for."""
    try:
        return _called(named(patient), patient.get("birthDate") or "")
    except NotCertifiable:
        return None


def _person_named(document: Json) -> str | None:
    """Whom a certificate names; None for one that cannot be read, which then says nothing against the Patient."""
    try:
        data = document["content"][0]["attachment"]["data"]
        found = payload_of(base64.b64decode(data).decode("ascii"))
        return _called(found["nam"], found["dob"])
    except (*MALFORMED, zlib.error):
        log.warning("certificate %s cannot be read", document["id"])
        return None


def _called(name: Json, birth_date: str) -> str:
    return "\x1e".join((name["fn"], name.get("gn", ""), birth_date))


def certificate_id(dose_id: str, content: str) -> str:
    """The id of the certificate of a dose's content."""
    return derived_id("certificate", dose_id, content)


def _issued(case: Case, wanted: str, number: str, signer: Signer, now: datetime) -> list[Json]:
    dose_id = case.dose["id"]
    try:
        text = issue(payload(case.dose, case.patient, number), signer, now, now + VALID)
    except NotCertifiable as error:
        log.warning("dose %s is not certifiable: %s", dose_id, error)
        return []
    version = case.dose["meta"]["versionId"]
    return [
        {
            "resourceType": "DocumentReference",
            "id": wanted,
            "meta": tags(site_of(case.dose)),
            "masterIdentifier": {"system": UVCI, "value": number},
            "status": "current",
            "type": {"coding": [{"system": DOCUMENT, "code": "eu-dcc"}]},
            "subject": {"reference": f"Patient/{case.patient['id']}"},
            "date": now.isoformat(timespec="seconds"),
            "context": {"related": [{"reference": f"Immunization/{dose_id}/_history/{version}"}]},
            "content": [
                {"attachment": {"contentType": "text/plain", "data": base64.b64encode(text.encode()).decode()}}
            ],
        }
    ]


def _cases(fhir: FhirClient, dose_ids: Sequence[str]) -> list[Case]:
    doses = fhir.by_ids("Immunization", dose_ids)
    patients = fhir.by_ids("Patient", [_patient_id(dose) for dose in doses.values()])
    results = fhir.by_ids("VerificationResult", [result_id(dose_id) for dose_id in doses])
    signed = _signatures(fhir, list(doses))
    certificates = _certificates(fhir, list(doses))
    return [
        Case(
            dose,
            patients[_patient_id(dose)],
            is_matched(results.get(result_id(dose_id))),
            signed[dose_id],
            certificates[dose_id],
        )
        for dose_id, dose in doses.items()
        if _patient_id(dose) in patients
    ]


def _signatures(fhir: FhirClient, dose_ids: Sequence[str]) -> defaultdict[str, set[str]]:
    """Content hashes that valid signatures name, by dose."""
    keys = DeviceKeys(fhir)
    found: defaultdict[str, set[str]] = defaultdict(set)
    seen: set[str] = set()
    for provenance in fhir.search_many("Provenance", "target", [f"Immunization/{dose_id}" for dose_id in dose_ids]):
        if provenance["id"] not in seen:
            seen.add(provenance["id"])
            for dose_id, content in signed_doses(provenance, keys.find).items():
                found[dose_id].add(content)
    return found


def _certificates(fhir: FhirClient, dose_ids: Sequence[str]) -> defaultdict[str, list[Json]]:
    found: defaultdict[str, list[Json]] = defaultdict(list)
    seen: set[str] = set()
    for document in fhir.search_many("DocumentReference", "related", [f"Immunization/{d}" for d in dose_ids]):
        if document["id"] in seen:
            continue
        seen.add(document["id"])
        for related in document.get("context", {}).get("related", []):
            found[referred_id(related.get("reference", ""), "Immunization")].append(document)
    return found


def _patient_id(dose: Json) -> str:
    return referred_id(dose.get("patient", {}).get("reference", ""), "Patient")
