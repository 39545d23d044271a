"""Create and update with every rule of the contract: scope (R2), repeats (P2), revisions (P3), citizen numbers (R1), reactions (A2), complaints (Q2)."""

from __future__ import annotations

import re
import uuid
from urllib.parse import parse_qsl

from vaxplatform.store import search
from vaxplatform.store.claims import check_answer, is_complaint
from vaxplatform.store.refusals import Refused
from vaxplatform.store.resources import Saved, Stored, Writing, same_content
from vaxplatform.store.scope import with_kept_tags, with_tags
from vaxplatform.store.types import (
    CITIZEN_SYSTEM,
    TYPES,
    Json,
    Kind,
    identifiers,
    local_reference,
    revision,
    tags,
    values_at,
)
from vaxplatform.store.validation import is_citizen_number

_ETAG = re.compile(r'(W/)?"(?P<version>[0-9]{1,9})"', re.ASCII)
_CITIZEN_TOKEN = f"{CITIZEN_SYSTEM}|"
_PERSON = {"Immunization": "patient", "AdverseEvent": "subject"}  # where a desk's record names its person
_REVISED = frozenset({*_PERSON, "MeasureReport"})  # what a desk writes in revisions (P3, D1)


def create(writing: Writing, resource: Json, if_none_exist: str | None = None, new_id: str = "") -> Saved:
    """POST of a checked resource. With a condition that one resource meets, that one is the answer (status 200).

    Raises Refused `scope-lacking`, `several-match`, `number-taken` and those of `Actor.check_write`.
    """
    kind = resource["resourceType"]
    writing.actor.need("c", kind)
    writing.actor.check_write(resource, None)
    if if_none_exist is not None and (met := matching(writing, kind, if_none_exist)) is not None:
        return Saved(200, _shared(writing, met))
    made = {**resource, "id": new_id or str(uuid.uuid4())}
    _check_unique(writing, made)
    writing.take_as_new(kind, made["id"])
    return Saved(201, writing.append(made))


def update(writing: Writing, resource: Json, if_match: str | None = None) -> Saved:
    """PUT of a checked resource that has its id; makes it when it is not there.

    Raises Refused `version-differs`, `revision-older`, `number-taken`, `citizen-number-fixed` and those of `Actor.check_write`.
    """
    kind = resource["resourceType"]
    writing.actor.need("u", kind)
    before = writing.newest(kind, resource["id"])
    writing.actor.check_write(resource, before.resource if before else None)
    return _change(writing, resource, before, if_match)


def _change(writing: Writing, resource: Json, before: Stored | None, if_match: str | None) -> Saved:
    if if_match is not None and (before is None or before.version != version_of(if_match)):
        raise Refused("version-differs")
    if before is None:
        _check_unique(writing, resource)
        return Saved(201, writing.append(resource))
    if not writing.actor.sees_everything:
        resource = with_kept_tags(resource, before.resource)
    if same_content(resource, before.resource):
        return Saved(200, before)
    if not writing.actor.sees_everything and is_complaint(before.resource):
        check_answer(resource, before.resource)
    _check_revision(resource, before.resource)
    _check_number_kept(resource, before.resource)
    _check_unique(writing, resource)
    return Saved(200, writing.append(resource))


def update_where(
    writing: Writing, resource: Json, condition: str, if_match: str | None = None, new_id: str = ""
) -> Saved:
    """PUT of a checked resource to where a condition leads (FHIR R4 3.1.0.4.3): none meets it, it is made; one, it is changed.

    A Patient met by its citizen number becomes this site's business, as in a conditional create (R2, P12).
    Raises Refused `several-match`, `id-differs`, and those of `update`.
    """
    kind = resource["resourceType"]
    met = matching(writing, kind, condition)
    if met is None:
        made = {**resource, "id": resource.get("id") or new_id or str(uuid.uuid4())}
        return update(writing, made, if_match)
    if resource.get("id", met.id) != met.id:
        raise Refused("id-differs")
    joined = {**resource, "id": met.id}
    writing.actor.need("u", kind)
    token = condition_token(kind, condition)
    is_shared = kind == "Patient" and token is not None and token[2].startswith(_CITIZEN_TOKEN)
    writing.actor.check_write(joined, None if is_shared else met.resource)
    return _change(writing, joined, met, if_match)


def version_of(etag: str) -> int:
    """The version an If-Match names. Raises Refused `if-match-unusable`."""
    match = _ETAG.fullmatch(etag.strip())
    if match is None:
        raise Refused("if-match-unusable")
    return int(match["version"])


def condition_token(kind: str, condition: str) -> tuple[str, str, str] | None:
    """The (type, parameter, token) of a condition that is one identifier, e.g. `identifier=urn:vn:cccd|079...`; else None."""
    params = _condition(condition)
    if len(params) != 1 or params[0][0] != "identifier" or "identifier" not in TYPES[kind]:
        return None
    value = params[0][1]
    whole = "," not in value and not value.endswith("|") and "|" in value
    return (kind, "identifier", value) if whole else None


def matching(writing: Writing, kind: str, condition: str) -> Stored | None:
    """What a conditional create, update or reference means. Raises Refused `several-match`, `parameter-...`."""
    wanted = condition_token(kind, condition)
    if wanted is not None:
        found = writing.find(*wanted)
        by_number = kind == "Patient" and wanted[2].startswith(_CITIZEN_TOKEN)
        found = [one for one in found if by_number or writing.actor.sees(one.resource)]
    else:
        query = search.parse(kind, [*_condition(condition), ("_count", "2")])
        found = list(search.run(writing.connection, writing.actor, query).found)
    if len(found) > 1:
        raise Refused("several-match")
    return found[0] if found else None


def prefetch_references(writing: Writing) -> None:
    """Reads at once what everything written so far refers to."""
    writing.prefetch(_key(reference) for one in writing.pending() for _, reference in _references(one.resource))


def check_references(writing: Writing, one: Stored) -> None:
    """The rules that look at other resources, once all of a transaction is in place.

    Raises Refused `citizen-number-required`, `citizen-number-differs`, `reference-unknown`, `dose-of-another`.
    """
    for element, reference in _references(one.resource):
        target = writing.newest(*_key(reference))
        if target is None or not writing.actor.sees(target.resource):
            raise Refused("reference-unknown", element, element=element)
    if one.type in _PERSON:
        _check_citizen_number(writing, one.resource)
    if one.type == "AdverseEvent":
        _check_suspects(writing, one.resource)


def _check_citizen_number(writing: Writing, record: Json) -> None:
    """R1, A2: no citizen number, no dose and no reaction."""
    name = _PERSON[record["resourceType"]]
    element = f"{record['resourceType']}.{name}"
    number = _number(record)
    if not is_citizen_number(number):
        raise Refused("citizen-number-required", f"{element}.identifier", element=f"{element}.identifier")
    reference = local_reference(record[name].get("reference"))
    person = writing.newest(*_key(reference)) if reference.startswith("Patient/") else None
    if person is None:
        raise Refused("reference-unknown", f"{element}.reference", element=f"{element}.reference")
    if number not in identifiers(person.resource, CITIZEN_SYSTEM):
        raise Refused("citizen-number-differs", f"{element}.identifier", element=f"{element}.identifier")


def _number(record: Json) -> object:
    """The citizen number a dose or reaction names its person by, if it names any."""
    found = record[_PERSON[record["resourceType"]]].get("identifier", {})
    return found.get("value") if found.get("system") == CITIZEN_SYSTEM else None


def _check_suspects(writing: Writing, event: Json) -> None:
    """A2: a reaction is one to a dose that is stored, and of the same person."""
    element = "AdverseEvent.suspectEntity.instance"
    for instance in values_at(event, "suspectEntity.instance"):
        reference = local_reference(instance.get("reference"))
        dose = writing.newest(*_key(reference)) if reference.startswith("Immunization/") else None
        if dose is None:
            raise Refused("reference-unknown", element, element=element)
        if _number(dose.resource) != _number(event):
            raise Refused("dose-of-another", element)


def _references(resource: Json) -> list[tuple[str, str]]:
    """(element, Type/id) of the references that searches follow: those must lead somewhere."""
    kind = resource["resourceType"]
    paths = {path for param in TYPES[kind].values() if param.kind is Kind.REFERENCE for path in param.paths}
    return [
        (f"{kind}.{path}", reference)
        for path in sorted(paths)
        for value in values_at(resource, path)
        if isinstance(value, dict) and (reference := local_reference(value.get("reference")))
    ]


def _key(reference: str) -> tuple[str, str]:
    kind, _, resource_id = reference.partition("/")
    return kind, resource_id


def _shared(writing: Writing, met: Stored) -> Stored:
    """R2: a Patient met by its number becomes this site's business too."""
    site = writing.actor.site
    if not site or site in tags(met.resource) or met.type != "Patient":
        return met
    return writing.append(with_tags(met.resource, [site]))


def _check_revision(resource: Json, before: Json) -> None:
    """P3: a late copy of an old request changes nothing."""
    old, new = revision(before), revision(resource)
    if resource["resourceType"] in _REVISED and old is not None and (new is None or new < old):
        raise Refused("revision-older")


def _check_number_kept(resource: Json, before: Json) -> None:
    """A Patient's citizen number stays: doses refer to it. A wrong number is mended by referring to another Patient."""
    if resource["resourceType"] != "Patient":
        return
    if set(identifiers(before, CITIZEN_SYSTEM)) - set(identifiers(resource, CITIZEN_SYSTEM)):
        raise Refused("citizen-number-fixed", "Patient.identifier")


def _check_unique(writing: Writing, resource: Json) -> None:
    """One Patient a citizen number."""
    if resource["resourceType"] != "Patient":
        return
    for number in identifiers(resource, CITIZEN_SYSTEM):
        others = writing.find("Patient", "identifier", _CITIZEN_TOKEN + number)
        if any(other.id != resource["id"] for other in others):
            raise Refused("number-taken", "Patient.identifier")


def _condition(condition: str) -> list[tuple[str, str]]:
    params = parse_qsl(condition.rpartition("?")[2], max_num_fields=20)
    if not params:
        raise Refused("parameter-value", parameter="ifNoneExist")
    return params
