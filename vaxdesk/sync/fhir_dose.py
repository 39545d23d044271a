"""Immunization -> the dose a desk wrote: the way back of `fhir_immunization`, for restored desks and disputes. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from vaxdesk.errors import InputRefused
from vaxdesk.models import citizen_id
from vaxdesk.models.exchange import Dispute, DisputeKind
from vaxdesk.models.values import (
    VIETNAM,
    DeviceId,
    Dose,
    DoseId,
    DoseStatus,
    PersonId,
    Screening,
    Series,
    SiteCode,
    StaffId,
    VaccineCode,
)
from vaxdesk.sync import codes
from vaxdesk.sync.codes import Json
from vaxdesk.sync.fhir_history import revision_of, sequence_of

NO_PERSON = PersonId("")
_DID = {"AP": "injector", "EP": "recorder"}


def version_dispute(dose_id: DoseId, stored: Any, now: datetime, person_id: PersonId = NO_PERSON) -> Dispute:
    """The choice a manager has: what the platform holds of a dose (None: nothing at all) is not what this desk built on (P4, L3)."""
    meta = (stored.get("meta") if isinstance(stored, dict) else None) or {}
    version = str(meta.get("versionId") or "")[:64]
    name = f"version-{version}-{dose_id}"[:64]
    theirs = dose_of(stored, person_id) if stored is not None else None
    return Dispute(name, DisputeKind.VERSION, dose_id, dose_id, version, now, theirs)


def dose_of(resource: Any, person_id: PersonId = NO_PERSON) -> Dose | None:
    """The dose in an Immunization as a desk wrote it; None for what no desk wrote or what was changed beyond recognition."""
    try:
        return _dose_of(resource, person_id)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, StopIteration, InputRefused):
        return None


def _dose_of(resource: Mapping[str, Any], person_id: PersonId) -> Dose:
    device_id, epoch, sequence = sequence_of(resource)
    if not device_id or resource["resourceType"] != "Immunization":
        raise ValueError("not written by a desk")
    protocol = resource["protocolApplied"][0]
    did = {_DID[_code(p["function"], codes.FUNCTION)]: p["actor"] for p in resource["performer"]}
    words = {e["url"]: e for e in resource["extension"]}
    return Dose(
        id=DoseId(_text(resource["id"])),
        revision=revision_of(resource),
        person_id=person_id,
        citizen_id=citizen_id.parse(resource["patient"]["identifier"]["value"]),
        status=DoseStatus(resource["status"]),
        screening=Screening(words[codes.SCREENING]["valueCode"]),
        vaccine=VaccineCode(_code(resource["vaccineCode"], codes.VACCINE)),
        lot=_text(resource.get("lotNumber", "")),
        expiry=date.fromisoformat(resource["expirationDate"]) if "expirationDate" in resource else None,
        dose_number=int(protocol["doseNumberPositiveInt"]),
        series=Series(protocol["series"]),
        series_doses=int(protocol.get("seriesDosesPositiveInt", 0)),
        dose_ml=float(resource.get("doseQuantity", {}).get("value", 0.0)),
        body_site=_code(resource["site"], codes.ACT_SITE) if "site" in resource else "LA",
        occurred_at=_moment(resource["occurrenceDateTime"]),
        recorded_at=_moment(resource["recorded"]),
        recorder_id=StaffId(_text(did["recorder"].get("identifier", {}).get("value", ""))),
        recorder=_text(did["recorder"]["display"]),
        injector=_text(did["injector"]["display"]),
        device_id=DeviceId(device_id),
        epoch=epoch,
        sequence=sequence,
        site=SiteCode(next(t["code"] for t in resource["meta"]["tag"] if t["system"] == codes.SITE_TAG)),
        site_name=_text(resource["location"]["display"]),
        reason=words.get(codes.CORRECTION_REASON, {}).get("valueString", ""),
        override_reason=words.get(codes.OVERRIDE_REASON, {}).get("valueString", ""),
    )


def _text(found: Any) -> str:
    if not isinstance(found, str):
        raise TypeError("no text")
    return found


def _code(concept: Json, system: str) -> str:
    return str(next(c["code"] for c in concept["coding"] if c["system"] == system))


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(VIETNAM)
