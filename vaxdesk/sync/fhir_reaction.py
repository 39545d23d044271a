"""Reaction -> AdverseEvent, and back for a restored desk (contract A1 to A4). Pure.

R4 has no status for an adverse event; one that was entered in error says so by R5's status element as a modifier extension, which FHIR
names for this: whoever does not understand it must not use the resource.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from vaxdesk.errors import InputRefused
from vaxdesk.models import citizen_id
from vaxdesk.models.aftercare import Reaction, ReactionId, ReactionOutcome, ReactionStatus, Severity, Sign
from vaxdesk.models.values import VIETNAM, DeviceId, DoseId, PersonId, SiteCode, StaffId
from vaxdesk.sync import codes
from vaxdesk.sync.codes import Json, concept
from vaxdesk.sync.fhir_history import revision_of, sequence_of
from vaxdesk.sync.fhir_immunization import moment

NO_PERSON = PersonId("")

SIGNS = MappingProxyType(
    {
        Sign.PAIN: "Đau tại chỗ tiêm",
        Sign.SWELLING: "Sưng, đỏ tại chỗ tiêm",
        Sign.FEVER: "Sốt",
        Sign.CHILLS: "Ớn lạnh, rét run",
        Sign.HEADACHE: "Đau đầu",
        Sign.FATIGUE: "Mệt mỏi",
        Sign.MUSCLE_PAIN: "Đau cơ, đau khớp",
        Sign.NAUSEA: "Buồn nôn",
        Sign.DIZZINESS: "Chóng mặt",
        Sign.RASH: "Phát ban, mày đay, ngứa, phù mặt",
        Sign.BREATHING: "Khó thở, thở rít, tức ngực",
        Sign.BLOOD_PRESSURE: "Tụt huyết áp, trụy mạch",
        Sign.VOMITING: "Nôn, tiêu chảy, đau quặn bụng",
        Sign.UNCONSCIOUS: "Rối loạn ý thức, bất tỉnh",
        Sign.OTHER: "Dấu hiệu khác",
    }
)
_SEVERITY = MappingProxyType(  # 51/2017/TT-BYT: grade 1 is mild, 2 severe, 3 critical, 4 arrest; R4 knows three words
    {
        Severity.COMMON: "mild",
        Severity.GRADE_1: "mild",
        Severity.GRADE_2: "severe",
        Severity.GRADE_3: "severe",
        Severity.GRADE_4: "severe",
    }
)
_OUTCOME = MappingProxyType(
    {
        ReactionOutcome.RECOVERED: "resolved",
        ReactionOutcome.RECOVERING: "recovering",
        ReactionOutcome.TRANSFERRED: "ongoing",
        ReactionOutcome.SEQUELAE: "resolvedWithSequelae",
        ReactionOutcome.FATAL: "fatal",
        ReactionOutcome.UNKNOWN: "unknown",
    }
)


def adverse_event(reaction: Reaction, patient_reference: str) -> Json:
    """The AdverseEvent of a reaction revision; `patient_reference` is a bundle-local `urn:uuid:` or `Patient/<id>`."""
    resource: Json = {
        "resourceType": "AdverseEvent",
        "id": reaction.id,
        "meta": codes.tags(reaction.site),
        "extension": _extensions(reaction),
        "actuality": "actual",
        "event": {"coding": [{"system": codes.SIGN, "code": s.value, "display": SIGNS[s]} for s in reaction.signs]},
        "subject": _subject(reaction, patient_reference),
        "date": moment(reaction.onset_at),
        "recordedDate": moment(reaction.recorded_at),
        "seriousness": concept(codes.EVENT_SERIOUSNESS, "serious" if reaction.is_serious else "non-serious"),
        "severity": _both(codes.EVENT_SEVERITY, _SEVERITY[reaction.severity], codes.SEVERITY, reaction.severity),
        "outcome": _both(codes.EVENT_OUTCOME, _OUTCOME[reaction.outcome], codes.REACTION_OUTCOME, reaction.outcome),
        "recorder": _recorder(reaction),
        "suspectEntity": [{"instance": {"reference": f"Immunization/{reaction.dose_id}", "type": "Immunization"}}],
    }
    if reaction.status is ReactionStatus.ENTERED_IN_ERROR:
        resource["modifierExtension"] = [{"url": codes.EVENT_STATUS, "valueCode": reaction.status.value}]
    return resource


def _extensions(reaction: Reaction) -> list[Json]:
    """Free texts only where there are any: FHIR forbids empty values."""
    sequence = f"{reaction.device_id}/{reaction.epoch}/{reaction.sequence}"
    texts = (
        (codes.CORRECTION_REASON, reaction.reason),
        (codes.TREATMENT, reaction.treatment),
        (codes.NOTE, reaction.note),
    )
    return [
        {"url": codes.REVISION, "valueInteger": reaction.revision},
        {"url": codes.SEQUENCE, "valueString": sequence},
        *({"url": url, "valueString": _nfc(text)} for url, text in texts if text and not text.isspace()),
    ]


def _subject(reaction: Reaction, reference: str) -> Json:
    identifier = {"system": codes.CITIZEN_ID, "value": reaction.citizen_id.digits}
    return {"reference": reference, "type": "Patient", "identifier": identifier}


def _recorder(reaction: Reaction) -> Json:
    identifier = {"system": codes.STAFF, "value": reaction.recorder_id}
    return {"type": "Practitioner", "identifier": identifier, "display": _nfc(reaction.recorder)}


def _both(system: str, code: str, own_system: str, own_code: str) -> Json:
    """FHIR's word for it, and ours, which says more."""
    return {"coding": [{"system": system, "code": code}, {"system": own_system, "code": str(own_code)}]}


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def reaction_of(resource: Any, person_id: PersonId = NO_PERSON) -> Reaction | None:
    """The reaction in an AdverseEvent as a desk wrote it; None for what no desk wrote or what was changed beyond recognition."""
    try:
        return _reaction_of(resource, person_id)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, StopIteration, InputRefused):
        return None


def _reaction_of(resource: Mapping[str, Any], person_id: PersonId) -> Reaction:
    device_id, epoch, sequence = sequence_of(resource)
    kind, _, dose_id = resource["suspectEntity"][0]["instance"]["reference"].rpartition("/")
    if not device_id or resource["resourceType"] != "AdverseEvent" or not kind.endswith("Immunization"):
        raise ValueError("not written by a desk")
    texts = {e["url"]: e.get("valueString", "") for e in resource["extension"]}
    return Reaction(
        id=ReactionId(str(resource["id"])),
        revision=revision_of(resource),
        dose_id=DoseId(dose_id),
        person_id=person_id,
        citizen_id=citizen_id.parse(resource["subject"]["identifier"]["value"]),
        status=_status(resource),
        onset_at=_moment(resource["date"]),
        signs=tuple(Sign(code) for code in _codes(resource["event"], codes.SIGN)),
        severity=Severity(_codes(resource["severity"], codes.SEVERITY)[0]),
        treatment=texts.get(codes.TREATMENT, ""),
        outcome=ReactionOutcome(_codes(resource["outcome"], codes.REACTION_OUTCOME)[0]),
        note=texts.get(codes.NOTE, ""),
        recorder_id=StaffId(str(resource["recorder"]["identifier"]["value"])),
        recorder=str(resource["recorder"]["display"]),
        recorded_at=_moment(resource["recordedDate"]),
        device_id=DeviceId(device_id),
        epoch=epoch,
        sequence=sequence,
        site=SiteCode(next(tag["code"] for tag in resource["meta"]["tag"] if tag["system"] == codes.SITE_TAG)),
        reason=texts.get(codes.CORRECTION_REASON, ""),
    )


def _status(resource: Mapping[str, Any]) -> ReactionStatus:
    modifiers = {e["url"]: e["valueCode"] for e in resource.get("modifierExtension", [])}
    return ReactionStatus(modifiers.get(codes.EVENT_STATUS, ReactionStatus.ACTUAL))


def _codes(concept: Json, system: str) -> list[str]:
    return [str(coding["code"]) for coding in concept["coding"] if coding["system"] == system]


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(VIETNAM)
