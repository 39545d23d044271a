"""Person -> Patient, and back for a restored desk. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from vaxdesk.errors import InputRefused
from vaxdesk.models import citizen_id
from vaxdesk.models.intake import PersonFacts
from vaxdesk.models.values import PartialDate, Person, Sex, SiteCode
from vaxdesk.sync.codes import CITIZEN_ID, OLD_ID, REVISION, Json, tags


def patient(person: Person, site: SiteCode, is_mended: bool = False) -> Json:
    """The Patient of a person, tagged with the site that writes it; a mended one says at which revision (P12)."""
    resource: Json = {
        "resourceType": "Patient",
        "meta": tags(site),
        **({"extension": [{"url": REVISION, "valueInteger": person.revision}]} if is_mended else {}),
        "identifier": _identifiers(person),
        "name": [{"use": "official", "text": unicodedata.normalize("NFC", person.name)}],
        "gender": person.sex.value,
        "birthDate": str(person.birth_date),
    }
    if person.phone:
        resource["telecom"] = [{"system": "phone", "value": person.phone}]
    if person.address:
        resource["address"] = [{"text": unicodedata.normalize("NFC", person.address)}]
    return resource


def _identifiers(person: Person) -> list[Json]:
    identifiers = [{"system": CITIZEN_ID, "value": person.citizen_id.digits}]
    if person.old_id:
        identifiers.append({"system": OLD_ID, "value": person.old_id})
    return identifiers


def facts_of(resource: Any) -> PersonFacts | None:
    """The facts in a Patient; None for one without citizen number, name or birth date. Nationality is not told."""
    try:
        return _facts_of(resource)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, StopIteration, InputRefused):
        return None


def _facts_of(resource: Mapping[str, Any]) -> PersonFacts:
    numbers = {i.get("system"): str(i["value"]) for i in resource["identifier"]}
    sex = resource.get("gender")
    phones = [str(c["value"]) for c in resource.get("telecom", []) if c.get("system") == "phone"]
    addresses = [str(a["text"]) for a in resource.get("address", []) if "text" in a]
    return PersonFacts(
        citizen_id=citizen_id.parse(numbers[CITIZEN_ID]),
        name=_some(resource["name"][0]["text"]),
        birth_date=PartialDate(_some(resource["birthDate"])),
        sex=Sex(sex) if sex in tuple(Sex) else Sex.UNKNOWN,
        old_id=numbers.get(OLD_ID, ""),
        phone=next(iter(phones), ""),
        address=next(iter(addresses), ""),
        nationality="VNM",
    )


def _some(text: Any) -> str:
    if not isinstance(text, str) or not text:
        raise ValueError("no text")
    return unicodedata.normalize("NFC", text)
