"""Identity matching against the national population (9438/BYT-CNTT; contract S1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from vaxplatform.services.codes import (
    CITIZEN_ID,
    IDENTITY,
    Json,
    citizen_number,
    derived_id,
    referred_id,
    same,
    site_of,
    tags,
)
from vaxplatform.services.fhir_client import FhirClient, Written
from vaxplatform.services.population import Population, name_key

MATCHED, NOT_FOUND = "matched", "not-found"
GRADE = "http://hl7.org/fhir/StructureDefinition/match-grade"


def compare(patient: Json, population: Population) -> tuple[str, ...]:
    """`matched`, `not-found`, or every `mismatch-...` between a Patient and the population."""
    name, birth_date, sex = _facts(patient)
    citizen = population.find(citizen_number(patient))
    if citizen is None:
        known = population.find_by_facts(name, birth_date, sex)
        return ("mismatch-number",) if len(known) == 1 else (NOT_FOUND,)
    pairs = (
        ("mismatch-name", name_key(name) == name_key(citizen.name)),
        ("mismatch-birth-date", birth_date == citizen.birth_date),
        ("mismatch-sex", sex == citizen.sex),
    )
    return tuple(code for code, equal in pairs if not equal) or (MATCHED,)


def match_patient(population: Population, asked: Json) -> Json:
    """The answer to `Patient/$match`: the asked person with a grade when the four facts agree, else nobody.

    Only what was asked is given back: nobody learns another person's facts by guessing a number.
    """
    patient = _asked_patient(asked)
    certain = bool(patient) and compare(patient, population) == (MATCHED,)
    grade = {"extension": [{"url": GRADE, "valueCode": "certain"}], "mode": "match", "score": 1}
    entries = [{"resource": _only_asked(patient), "search": grade}] if certain else []
    return {"resourceType": "Bundle", "type": "searchset", "total": len(entries), "entry": entries}


def match_doses(fhir: FhirClient, population: Population, doses: Sequence[Json], now: datetime) -> Written:
    """Writes a VerificationResult for each completed dose whose answer is new or changed; tells doses where that was refused."""
    given = {dose["id"]: dose for dose in doses if dose.get("status") == "completed" and site_of(dose)}
    patients = fhir.by_ids("Patient", [_patient_id(dose) for dose in given.values()])
    known = fhir.by_ids("VerificationResult", [result_id(dose_id) for dose_id in given])
    results = []
    for dose in given.values():
        patient = patients.get(_patient_id(dose))
        if patient is None:
            continue
        result = _result(dose, patient, compare(patient, population), now)
        if not same(result, known.get(result["id"])):
            results.append(result)
    return fhir.put_each(results).about({result_id(dose_id): dose_id for dose_id in given})


def result_id(dose_id: str) -> str:
    """The id of a dose's VerificationResult."""
    return derived_id("identity", dose_id)


def is_matched(result: Json | None) -> bool:
    """Whether a VerificationResult says matched."""
    codings = [c for process in (result or {}).get("validationProcess", []) for c in process.get("coding", [])]
    return any(c.get("system") == IDENTITY and c.get("code") == MATCHED for c in codings)


def _result(dose: Json, patient: Json, found: tuple[str, ...], now: datetime) -> Json:
    return {
        "resourceType": "VerificationResult",
        "id": result_id(dose["id"]),
        "meta": tags(site_of(dose)),
        "target": [{"reference": f"Immunization/{dose['id']}"}, {"reference": f"Patient/{patient['id']}"}],
        "status": "validated" if found == (MATCHED,) else "val-fail",
        "statusDate": now.isoformat(timespec="seconds"),
        "validationProcess": [{"coding": [{"system": IDENTITY, "code": code}]} for code in found],
    }


def _patient_id(dose: Json) -> str:
    return referred_id(dose.get("patient", {}).get("reference", ""), "Patient")


def _facts(patient: Json) -> tuple[str, str, str]:
    names: list[Json] = patient.get("name", [])
    name = next(
        (n.get("text", "") for n in names if n.get("use") == "official"), names[0].get("text", "") if names else ""
    )
    return name, patient.get("birthDate", ""), patient.get("gender", "")


def _asked_patient(asked: Json) -> Json:
    """The Patient itself, or the `resource` parameter of Parameters."""
    if asked.get("resourceType") == "Patient":
        return asked
    parameters: list[Any] = asked.get("parameter", [])
    return next((p["resource"] for p in parameters if p.get("name") == "resource" and "resource" in p), {})


def _only_asked(patient: Json) -> Json:
    kept = {name: patient[name] for name in ("name", "birthDate", "gender") if name in patient}
    numbers = [i for i in patient.get("identifier", []) if i.get("system") == CITIZEN_ID]
    return {"resourceType": "Patient", "identifier": numbers} | kept
