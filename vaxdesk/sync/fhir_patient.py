"""Person -> Patient. Pure."""

from __future__ import annotations

import unicodedata
import uuid

from vaxdesk.models.values import Person, PersonId, SiteCode
from vaxdesk.sync.codes import CITIZEN_ID, OLD_ID, Json, tags

_NAMESPACE = uuid.UUID("5b0b7f0e-5a6c-4e0d-8a55-6f1f4d0f2c11")


def full_url(person_id: PersonId) -> str:
    """The address of a person inside a bundle: the same for the same person, telling nothing about them."""
    return f"urn:uuid:{uuid.uuid5(_NAMESPACE, person_id)}"


def patient(person: Person, site: SiteCode) -> Json:
    """The Patient of a person, tagged with the site that writes it."""
    resource: Json = {
        "resourceType": "Patient",
        "meta": tags(site),
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
