"""The same dose of one citizen recorded twice, here or at two sites (contract S5): told to both, decided by people, never merged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import combinations
from zoneinfo import ZoneInfo

from vaxplatform.services.codes import SITE_TAG, Json, derived_id, referred_id
from vaxplatform.services.fhir_client import FhirClient, Written

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
ACT_CODE, DUPLICATE_THERAPY = "http://terminology.hl7.org/CodeSystem/v3-ActCode", "DUPTHPY"
DOSES_A_PERSON_MAX = 200


def find_duplicates(fhir: FhirClient, doses: Sequence[Json], now: datetime) -> Written:
    """Writes, for the people of these doses, a DetectedIssue for every new pair, and cancels those that are pairs no longer."""
    people = sorted({patient for dose in doses if (patient := _patient(dose))})
    by_patient: dict[str, list[Json]] = {patient: [] for patient in people}
    for dose in fhir.search_many("Immunization", "patient", people):
        by_patient.setdefault(_patient(dose), []).append(dose)
    pairs = {
        issue_id(a, b): (a, b) for found in by_patient.values() for a, b in combinations(found[:DOSES_A_PERSON_MAX], 2)
    }
    known = fhir.by_ids("DetectedIssue", list(pairs)) if pairs else {}
    issues = [issue for key, pair in pairs.items() if (issue := _changed(pair, known.get(key), now))]
    about = {issue["id"]: pairs[issue["id"]][0]["id"] for issue in issues}
    return fhir.put_each(issues).about(about)


def issue_id(one: Json, other: Json) -> str:
    """The id of the DetectedIssue of two doses, in whichever order."""
    return derived_id("duplicate", *sorted((one["id"], other["id"])))


def is_duplicate(one: Json, other: Json) -> bool:
    """Both given, against the same disease, and of the same series and number, or on the same Vietnamese day."""
    if one.get("status") != "completed" or other.get("status") != "completed" or _diseases(one) != _diseases(other):
        return False
    return _number(one) == _number(other) or _day(one) == _day(other)


def _changed(pair: tuple[Json, Json], known: Json | None, now: datetime) -> Json | None:
    """The issue to write; None when nothing has changed."""
    is_one = is_duplicate(*pair)
    if known is None:
        return _issue(pair, now) if is_one else None
    status = "final" if is_one else "cancelled"
    if known.get("status") == status:
        return None
    return _issue(pair, now) | {"status": status, "identifiedDateTime": known.get("identifiedDateTime", _text(now))}


def _issue(pair: tuple[Json, Json], now: datetime) -> Json:
    sites = sorted({code for dose in pair for code in _sites(dose)})
    ids = sorted(dose["id"] for dose in pair)
    return {
        "resourceType": "DetectedIssue",
        "id": issue_id(*pair),
        "meta": {"tag": [{"system": SITE_TAG, "code": code} for code in sites]},
        "status": "final",
        "code": {"coding": [{"system": ACT_CODE, "code": DUPLICATE_THERAPY}]},
        "patient": {"reference": f"Patient/{_patient(pair[0])}"},
        "identifiedDateTime": _text(now),
        "implicated": [{"reference": f"Immunization/{dose_id}"} for dose_id in ids],
    }


def _text(now: datetime) -> str:
    return now.isoformat(timespec="seconds")


def _patient(dose: Json) -> str:
    return referred_id(dose.get("patient", {}).get("reference", ""), "Patient")


def _sites(dose: Json) -> Iterator[str]:
    return (str(tag["code"]) for tag in dose.get("meta", {}).get("tag", []) if tag.get("system") == SITE_TAG)


def _protocol(dose: Json) -> Json:
    return next(iter(dose.get("protocolApplied") or []), {})


def _diseases(dose: Json) -> frozenset[str]:
    targets = _protocol(dose).get("targetDisease", [])
    return frozenset(str(c.get("code")) for target in targets for c in target.get("coding", []))


def _number(dose: Json) -> tuple[object, object]:
    """Series and number; a dose without a number is like no other."""
    protocol = _protocol(dose)
    number = protocol.get("doseNumberPositiveInt")
    return protocol.get("series"), number if number is not None else dose["id"]


def _day(dose: Json) -> str:
    """The Vietnamese day of the injection."""
    text = str(dose.get("occurrenceDateTime", ""))
    if "T" not in text:
        return text or str(dose["id"])
    at = datetime.fromisoformat(text)
    return (at.astimezone(VIETNAM) if at.tzinfo else at).date().isoformat()
