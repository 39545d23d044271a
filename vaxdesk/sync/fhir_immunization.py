"""Dose -> Immunization. Pure.

What a nurse did not give is left out, never written empty: FHIR forbids empty values, and the content hash must not depend on them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from vaxdesk.models.values import VIETNAM, Dose, DoseStatus, VaccineCode
from vaxdesk.sync import codes
from vaxdesk.sync.canonical import plain_number
from vaxdesk.sync.codes import Json, concept

VaccineCodings = Callable[[VaccineCode], Sequence[Mapping[str, str]]]
"""From a local vaccine code to FHIR codings (local, ICD-11, EU product); see `codings.of_catalogue`."""


def immunization(dose: Dose, patient_reference: str, codings: VaccineCodings) -> Json:
    """The Immunization of a dose revision; `patient_reference` is a bundle-local `urn:uuid:` or `Patient/<id>`."""
    resource: Json = {
        "resourceType": "Immunization",
        "id": dose.id,
        "meta": codes.tags(dose.site),
        "extension": _extensions(dose),
        "status": dose.status.value,
        "vaccineCode": {"coding": [dict(coding) for coding in codings(dose.vaccine)]},
        "patient": _patient(dose, patient_reference),
        "occurrenceDateTime": moment(dose.occurred_at),
        "recorded": moment(dose.recorded_at),
        "primarySource": True,
        "location": {"display": _nfc(dose.site_name)},
        "performer": [_performer("AP", dose.injector), _performer("EP", dose.recorder, dose.recorder_id)],
        "protocolApplied": [_protocol(dose)],
    }
    if not dose.screening.lets_inject:
        resource["statusReason"] = concept(codes.NOT_DONE, dose.screening.value)
    resource.update(_product(dose))
    return resource


def moment(at: datetime) -> str:
    """A FHIR dateTime: Vietnamese time with its zone, to the second, so that the same moment is always the same text."""
    return at.astimezone(VIETNAM).isoformat(timespec="seconds")


def _extensions(dose: Dose) -> list[Json]:
    extensions: list[Json] = [
        {"url": codes.REVISION, "valueInteger": dose.revision},
        {"url": codes.SEQUENCE, "valueString": f"{dose.device_id}/{dose.epoch}/{dose.sequence}"},
        {"url": codes.SCREENING, "valueCode": dose.screening.value},
    ]
    if dose.reason:
        extensions.append({"url": codes.CORRECTION_REASON, "valueString": _nfc(dose.reason)})
    if dose.override_reason:
        extensions.append({"url": codes.OVERRIDE_REASON, "valueString": _nfc(dose.override_reason)})
    return extensions


def _patient(dose: Dose, reference: str) -> Json:
    identifier = {"system": codes.CITIZEN_ID, "value": dose.citizen_id.digits}
    return {"reference": reference, "type": "Patient", "identifier": identifier}


def _product(dose: Dose) -> Json:
    """What was injected, where and how much; nothing of it when nothing was injected."""
    product: Json = {}
    if dose.lot:
        product["lotNumber"] = dose.lot
    if dose.expiry is not None:
        product["expirationDate"] = dose.expiry.isoformat()
    if dose.status is DoseStatus.NOT_DONE or not dose.screening.lets_inject:
        return product
    product["site"] = concept(codes.ACT_SITE, dose.body_site)
    product["route"] = concept(codes.ROUTE, "IM")
    if dose.dose_ml > 0:
        value = plain_number(dose.dose_ml)
        product["doseQuantity"] = {"value": value, "unit": "mL", "system": codes.UCUM, "code": "mL"}
    return product


def _performer(function: str, name: str, staff_id: str = "") -> Json:
    """Who did it; the recorder also by the id of their account, which a restored desk needs (I7)."""
    actor: Json = {"display": _nfc(name)}
    if staff_id:
        actor["identifier"] = {"system": codes.STAFF, "value": staff_id}
    return {"function": concept(codes.FUNCTION, function), "actor": actor}


def _protocol(dose: Dose) -> Json:
    protocol: Json = {
        "series": dose.series.value,
        "targetDisease": [concept(codes.SNOMED, codes.COVID_19)],
        "doseNumberPositiveInt": dose.dose_number,
    }
    if dose.series_doses > 0:
        protocol["seriesDosesPositiveInt"] = dose.series_doses
    return protocol


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)
