"""What a resource must be before it is stored: well-formed FHIR R4 JSON, known codes, a citizen number of 12 digits. Pure.

Structure comes from fhir.resources (R4B, which equals R4 for the types stored here); it does not look at codes, empty values
or characters, so those are checked here. Rules that need other resources are in rules.py.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import Any

from fhir.resources.R4B import get_fhir_model_class
from pydantic import BaseModel, ValidationError

from vaxplatform.store.claims import check_complaint, is_complaint
from vaxplatform.store.refusals import Refused
from vaxplatform.store.types import CITIZEN_SYSTEM, TYPES, Json, identifiers, values_at

DEPTH_MAX = 40
_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_CITIZEN_NUMBER = re.compile(r"[0-9]{12}", re.ASCII)
_UNUSABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")  # FHIR string; lone surrogates are no text
_EVENT_CODES = {  # R4 binds them, and leaves their lists to the code systems
    "severity": ("http://terminology.hl7.org/CodeSystem/adverse-event-severity", {"mild", "moderate", "severe"}),
    "outcome": (
        "http://terminology.hl7.org/CodeSystem/adverse-event-outcome",
        {"resolved", "recovering", "ongoing", "resolvedWithSequelae", "fatal", "unknown"},
    ),
}
_FURTHER_CODES = {  # fhir.resources ends a long list of codes with "+"; what follows there, by the list's first code
    "registered": ("corrected", "cancelled", "entered-in-error", "unknown"),  # observation-status
    "planned": ("entered-in-error", "unknown"),  # encounter-status
    "draft": (
        "rejected",
        "ready",
        "cancelled",
        "in-progress",
        "on-hold",
        "failed",
        "completed",
        "entered-in-error",
    ),  # task-status
}


def checked_id(text: object) -> str:
    """A FHIR id. Raises Refused `id-unusable`."""
    if not isinstance(text, str) or not _ID.fullmatch(text):
        raise Refused("id-unusable")
    return text


def is_citizen_number(text: object) -> bool:
    """12 ASCII digits; the number's inner rules are the desk's."""
    return isinstance(text, str) and _CITIZEN_NUMBER.fullmatch(text) is not None


def check(resource: object, kind: str | None = None) -> Json:
    """The resource, when it can be stored as `kind` (or as any stored type).

    Raises Refused `not-a-resource`, `type-unknown`, `type-differs`, `too-deep`, `value-empty`, `text-unusable`, `structure`,
    `element-required`, `code-unknown`, `citizen-number-malformed`, and those of `check_complaint`.
    """
    if not isinstance(resource, dict) or not isinstance(resource.get("resourceType"), str):
        raise Refused("not-a-resource")
    name: str = resource["resourceType"]
    if name not in TYPES:
        raise Refused("type-unknown")
    if kind is not None and name != kind:
        raise Refused("type-differs")
    _check_values(resource, name, 0)
    _check_structure(resource, name)
    if name == "AdverseEvent":
        _check_event(resource)
    if name == "Task" and is_complaint(resource):
        check_complaint(resource)
    if any(not is_citizen_number(value) for value in identifiers(resource, CITIZEN_SYSTEM)):
        raise Refused("citizen-number-malformed", f"{name}.identifier")
    return resource


def _check_event(event: Json) -> None:
    """A2: what a reaction must say, and R4's own words for how grave it was and how it ended, where it says so."""
    for path in ("event.coding.code", "date", "suspectEntity.instance"):
        if not any(True for _ in values_at(event, path)):
            raise Refused("element-required", f"AdverseEvent.{path}", element=f"AdverseEvent.{path}")
    for name, (system, codes) in _EVENT_CODES.items():
        codings = list(values_at(event, f"{name}.coding"))
        if name in event and not any(one.get("system") == system and one.get("code") in codes for one in codings):
            raise Refused("code-unknown", f"AdverseEvent.{name}", element=f"AdverseEvent.{name}")


def _check_values(value: Any, where: str, depth: int) -> None:
    """No empty values, no unusable characters, no bottomless nesting."""
    if depth > DEPTH_MAX:
        raise Refused("too-deep")
    if isinstance(value, str):
        if not value or value.isspace():
            raise Refused("value-empty", where, element=where)
        if _UNUSABLE.search(value):
            raise Refused("text-unusable", where, element=where)
    elif isinstance(value, dict):
        _check_members(value, where, depth)
    elif isinstance(value, list):
        _check_items(value, where, depth)
    elif value is None:
        raise Refused("value-empty", where, element=where)


def _check_members(value: Json, where: str, depth: int) -> None:
    if not value:
        raise Refused("value-empty", where, element=where)
    for name, inner in value.items():
        if _UNUSABLE.search(name) or len(name) > 64:
            raise Refused("text-unusable", where, element=where)
        _check_values(inner, f"{where}.{name}", depth + 1)


def _check_items(value: list[Any], where: str, depth: int) -> None:
    if not value:
        raise Refused("value-empty", where, element=where)
    primitive = where.rpartition(".")[2].startswith("_") or any(isinstance(item, str) for item in value)
    for index, item in enumerate(value):
        if item is not None or not primitive:  # null keeps the place beside a primitive's extensions
            _check_values(item, f"{where}[{index}]", depth + 1)


def _check_structure(resource: Json, name: str) -> None:
    try:
        model = model_of(name).model_validate(resource)
    except ValidationError as error:
        raise _refusal(error, name) from None  # its text would quote the values
    except RecursionError:
        raise Refused("too-deep") from None
    _check_model(model, resource, name)


def _refusal(error: ValidationError, name: str) -> Refused:
    """The first trouble pydantic saw, without the value it saw it in."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    where = name + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in first["loc"])
    if first["type"] in ("model_field_validation.missing", "missing"):
        return Refused("element-required", where, element=where)
    choice = re.search(r"from this list \[(?P<names>[^\]]*)\]", first["msg"])
    if choice:
        where = f"{name}.{choice['names'].replace(chr(39), '').split(',')[0]}"
        return Refused("element-required", where, element=where)
    return Refused("structure", where, element=where, problem=str(first["type"]).replace("_", " "))


def _check_model(model: BaseModel, raw: Json, where: str) -> None:
    """What pydantic lets pass: codes outside a required binding, and "true" for true or 1990 for a date."""
    coded, others = _fields(type(model))
    values = model.__dict__
    for name, alias, codes in coded:
        found = values.get(name)
        for code in found if isinstance(found, list) else [found]:
            if code is not None and code not in codes:  # null keeps a place
                raise Refused("code-unknown", f"{where}.{alias}", element=f"{where}.{alias}")
    for name, alias in others:
        found = values.get(name)
        if found is None or alias not in raw:
            continue
        if not isinstance(found, list):
            _check_one(found, raw[alias], f"{where}.{alias}")
            continue
        for index, item in enumerate(found):
            _check_one(item, raw[alias][index], f"{where}.{alias}[{index}]")


def _check_one(found: Any, raw: Any, where: str) -> None:
    if isinstance(found, BaseModel):
        _check_model(found, raw, where)
    elif found is not None and not _same_kind(found, raw):
        raise Refused("structure", where, element=where, problem="another JSON type is expected")


def _same_kind(found: Any, raw: Any) -> bool:
    """Whether the JSON value is of the kind its meaning asks for."""
    if isinstance(found, bool):
        return isinstance(raw, bool)
    if isinstance(found, int | float | Decimal):
        return isinstance(raw, int | float) and not isinstance(raw, bool)
    return isinstance(raw, str)


@cache
def model_of(name: str) -> type[BaseModel]:
    """The structure model of a stored type."""
    model: type[BaseModel] = get_fhir_model_class(name)
    return model


def _allowed(codes: list[str]) -> list[str]:
    """The whole value set, also where the library shortens it."""
    return [*codes[:-1], *_FURTHER_CODES.get(codes[0], ())] if codes[-1] == "+" else codes


@cache
def _fields(model: type[BaseModel]) -> tuple[tuple[tuple[str, str, frozenset[str]], ...], tuple[tuple[str, str], ...]]:
    """Coded fields (name, alias, codes) and all others that may hold further elements (name, alias)."""
    coded: list[tuple[str, str, frozenset[str]]] = []
    nested: list[tuple[str, str]] = []
    for name, field in model.model_fields.items():
        more = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
        codes = more.get("enum_values")
        alias = field.alias or name
        if isinstance(codes, list) and not any(" " in str(code) for code in codes):
            coded.append((name, alias, frozenset(_allowed([str(code) for code in codes]))))
        else:
            nested.append((name, alias))
    return tuple(coded), tuple(nested)
