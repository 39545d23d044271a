"""Immunization -> a dose given elsewhere. Pure and lenient: other systems write these, and half a history is better than none.

What the desk cannot do without (whose, when, what became of it) must be there; a vaccine code that is not ours is kept as text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from vaxdesk.errors import InputRefused
from vaxdesk.models import catalogue, citizen_id
from vaxdesk.models.exchange import OtherDose, Source
from vaxdesk.models.values import VIETNAM, DoseStatus, Series, SiteCode
from vaxdesk.sync import codes

TEXT_CHARS_MAX = 200


def other_dose(resource: Any, seen_at: datetime, source: Source) -> OtherDose | None:
    """The dose in a pulled Immunization; None when it is none, or lacks its citizen number, status, date or version."""
    try:
        return _other_dose(resource, seen_at, source)
    except (KeyError, TypeError, ValueError, AttributeError, InputRefused):
        return None


def _other_dose(resource: Mapping[str, Any], seen_at: datetime, source: Source) -> OtherDose:
    if resource["resourceType"] != "Immunization":
        raise ValueError("no Immunization")
    number = citizen_id.parse(_value(resource["patient"]["identifier"], codes.CITIZEN_ID))
    vaccine, text = _vaccine(resource["vaccineCode"])
    protocol: Mapping[str, Any] = next(iter(resource.get("protocolApplied") or []), {})
    return OtherDose(
        id=_text(resource["id"], 64),
        version=_text(resource["meta"].get("versionId") or resource["meta"]["lastUpdated"], 64),
        revision=revision_of(resource),
        citizen_id=number,
        status=DoseStatus(resource["status"]),
        vaccine=vaccine,
        vaccine_text=text,
        dose_number=_dose_number(protocol),
        series=_series(protocol),
        lot=_text(resource.get("lotNumber", ""), 40),
        occurred_at=_moment(resource["occurrenceDateTime"]),
        site=SiteCode(_site(resource)),
        site_name=_text((resource.get("location") or {}).get("display", ""), TEXT_CHARS_MAX),
        device_id=device_of(resource),
        seen_at=seen_at,
        source=source,
    )


def revision_of(resource: Mapping[str, Any]) -> int:
    """The desk's revision of a record; 0 for one that no desk wrote."""
    found = _extension(resource, codes.REVISION).get("valueInteger")
    return found if isinstance(found, int) else 0


def device_of(resource: Mapping[str, Any]) -> str:
    """The device that wrote a record; empty for one that no desk wrote."""
    return sequence_of(resource)[0]


def sequence_of(resource: Mapping[str, Any]) -> tuple[str, int, int]:
    """(device, epoch, number) of the revision; ("", 0, 0) for a record that no desk wrote."""
    parts = str(_extension(resource, codes.SEQUENCE).get("valueString", "")).split("/")
    if len(parts) != 3 or not (parts[1].isdecimal() and parts[2].isdecimal()):
        return "", 0, 0
    return parts[0][:64], int(parts[1][:9]), int(parts[2][:12])


def _extension(resource: Mapping[str, Any], url: str) -> Mapping[str, Any]:
    listed = resource.get("extension")
    found = (e for e in (listed if isinstance(listed, list) else []) if isinstance(e, dict) and e.get("url") == url)
    return next(found, {})


def _value(identifier: Mapping[str, Any], system: str) -> str:
    if identifier["system"] != system:
        raise ValueError("no citizen number")
    return str(identifier["value"])


def _vaccine(concept: Mapping[str, Any]) -> tuple[str, str]:
    """Our own code where it is in the catalogue, and words for people."""
    codings: list[Mapping[str, Any]] = [c for c in concept.get("coding", []) if isinstance(c, dict)]
    known = next(filter(None, map(_known, _own_codes(codings))), "")
    shown = [concept.get("text"), *(c.get("display") for c in codings), *(c.get("code") for c in codings)]
    return known, _text(next((text for text in shown if text), ""), TEXT_CHARS_MAX)


def _own_codes(codings: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    return (str(c.get("code", "")) for c in codings if c.get("system") == codes.VACCINE)


def _known(code: str) -> str:
    try:
        return str(catalogue.load().vaccine(code).code)
    except InputRefused:
        return ""


def _dose_number(protocol: Mapping[str, Any]) -> int:
    number = protocol.get("doseNumberPositiveInt", 1)
    return number if isinstance(number, int) and 1 <= number <= 99 else 1


def _series(protocol: Mapping[str, Any]) -> Series:
    try:
        return Series(protocol.get("series", "primary"))
    except ValueError:
        return Series.PRIMARY


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)  # a date alone is midnight
    return at.astimezone(VIETNAM) if at.tzinfo else at.replace(tzinfo=VIETNAM)


def _site(resource: Mapping[str, Any]) -> str:
    tags = resource["meta"].get("tag") or []
    found = (str(tag.get("code", "")) for tag in tags if isinstance(tag, dict) and tag.get("system") == codes.SITE_TAG)
    return next((code[:63] for code in found if code != codes.NATIONAL), "")


def _text(found: Any, chars_max: int) -> str:
    return " ".join(str(found).split())[:chars_max]
