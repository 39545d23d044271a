"""The one read that no site tag bounds: the doses of named citizens, at check-in (contract H1). Each is written down."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from vaxplatform.settings import COUNT_MAX
from vaxplatform.store import saving
from vaxplatform.store.database import Database
from vaxplatform.store.refusals import Json, Refused
from vaxplatform.store.resources import Writing
from vaxplatform.store.scope import Actor, with_tags
from vaxplatform.store.types import CITIZEN_SYSTEM

NUMBERS_MAX = 50
ASKED_BY = "patient.identifier"
_NUMBER = re.compile(re.escape(CITIZEN_SYSTEM) + r"\|\d{12}", re.ASCII)
Params = Sequence[tuple[str, str]]


def is_look_up(kind: str, params: Params) -> bool:
    """Whether a search asks for the doses of named citizens and nothing else."""
    names = [name for name, _ in params]
    return kind == "Immunization" and names.count(ASKED_BY) == 1 and set(names) <= {ASKED_BY, "_count"}


def unbounded(actor: Actor, params: Params) -> tuple[Actor, list[tuple[str, str]]]:
    """The asking client without its site's bound, and the search as one page. Raises Refused `parameter-value` for other than 1 to 50 numbers."""
    asked = next(value for name, value in params if name == ASKED_BY)
    numbers = asked.split(",")
    if len(numbers) > NUMBERS_MAX or not all(_NUMBER.fullmatch(one) for one in numbers):
        raise Refused("parameter-value", parameter=ASKED_BY)
    return replace(actor, site=""), [(ASKED_BY, asked), ("_count", str(COUNT_MAX))]


def refuse_numbers_in_address(actor: Actor, params: Params) -> None:
    """Addresses are logged on the way: a desk asks about citizens by POST. Raises Refused `number-in-address`."""
    if actor.site and any(CITIZEN_SYSTEM in value for _, value in params):
        raise Refused("number-in-address")


def note(database: Database, actor: Actor, numbers: int, found: int) -> None:
    """Writes down who asked, when, and how many doses were found; no number."""
    detail = [{"type": "citizens", "valueString": str(numbers)}, {"type": "doses", "valueString": str(found)}]
    event: Json = {
        "resourceType": "AuditEvent",
        "id": str(uuid.uuid4()),
        "type": {"system": "http://terminology.hl7.org/CodeSystem/audit-event-type", "code": "rest"},
        "subtype": [{"system": "http://hl7.org/fhir/restful-interaction", "code": "search-type"}],
        "action": "E",
        "recorded": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "outcome": "0",
        "agent": [{"who": {"identifier": {"value": actor.client_id}}, "requestor": True}],
        "source": {"observer": {"display": "vaxplatform"}},
        "entity": [{"name": "Immunization", "detail": detail}],
    }
    with database.writing() as connection:
        writing = Writing(connection, Actor())
        saving.update(writing, with_tags(event, [actor.site]) if actor.site else event)
        writing.flush()
