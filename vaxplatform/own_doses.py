"""What a citizen may see of themselves on the public page (contract Q4)."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from vaxplatform.services.codes import Json
from vaxplatform.services.population import name_key
from vaxplatform.store.database import Database
from vaxplatform.store.resources import Stored, Writing
from vaxplatform.store.scope import Actor
from vaxplatform.store.types import CITIZEN_SYSTEM, values_at
from vaxplatform.store.validation import is_citizen_number

DOSES_MAX = 50


@dataclass(frozen=True, slots=True, repr=False)
class OwnDoses:
    """What a citizen may see of themselves: doses, and the text of the current certificate of each by the dose's id."""

    doses: tuple[Json, ...]
    certificates: dict[str, str]


def is_known(database: Database, number: str, name: str, birth_date: str) -> bool:
    """Whether the three facts name somebody."""
    with database.reading() as connection:
        return _person(Writing(connection, Actor()), number, name, birth_date) is not None


def doses_of(database: Database, number: str, name: str, birth_date: str) -> OwnDoses | None:
    """The doses of whom these three facts name; None when the platform knows nobody so."""
    with database.reading() as connection:
        writing = Writing(connection, Actor())
        person = _person(writing, number, name, birth_date)
        if person is None:
            return None
        doses = [one.resource for one in writing.find("Immunization", "patient", f"Patient/{person.id}")[:DOSES_MAX]]
        papers = [one.resource for one in writing.find("DocumentReference", "patient", f"Patient/{person.id}")]
    given = sorted(
        (dose for dose in doses if dose["status"] == "completed"), key=lambda dose: str(dose["occurrenceDateTime"])
    )
    return OwnDoses(tuple(given), dict(_certificate(paper) for paper in papers if paper["status"] == "current"))


def _person(writing: Writing, number: str, name: str, birth_date: str) -> Stored | None:
    found = writing.find("Patient", "identifier", f"{CITIZEN_SYSTEM}|{number}") if is_citizen_number(number) else []
    return next((one for one in found if _is_theirs(one.resource, name, birth_date)), None)


def _is_theirs(patient: Json, name: str, birth_date: str) -> bool:
    names = [str(one.get("text", "")) for one in patient.get("name", [])]
    born = str(patient.get("birthDate", ""))
    if len(born) == len("1950"):  # only the year is known
        birth_date = birth_date[:4]
    return birth_date == born and name_key(name) in map(name_key, names)


def _certificate(paper: Json) -> tuple[str, str]:
    reference = next(str(one.get("reference", "")) for one in values_at(paper, "context.related"))
    content = paper["content"][0]["attachment"].get("data", "")
    return reference.split("/")[1], base64.b64decode(content).decode("ascii", "replace")
