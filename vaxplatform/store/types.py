"""Which resource types are stored, and what each can be searched by. Pure.

A type is one line here; everything else (create, history, search, paging, capability statement) follows from it.
Parameters are those of FHIR R4: Provenance, AdverseEvent and VerificationResult have no `identifier` parameter there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

Json = dict[str, Any]

SITE_SYSTEM = "urn:vaxdesk:site"
CITIZEN_SYSTEM = "urn:vn:cccd"
REVISION_URL = "urn:vaxdesk:ext:revision"
TOKEN_LENGTH_MAX = 600


class Kind(StrEnum):
    """How the value of a parameter is compared."""

    TOKEN = "token"  # noqa: S105 - a kind of search parameter
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class Param:
    """A search parameter: the element paths it reads (lists are walked through)."""

    kind: Kind
    paths: tuple[str, ...]


def _tokens(*paths: str) -> Param:
    return Param(Kind.TOKEN, paths)


def _refs(*paths: str) -> Param:
    return Param(Kind.REFERENCE, paths)


TAG = _tokens("meta.tag")
_IDENTIFIER = {"identifier": _tokens("identifier")}
_STATUS = {"status": _tokens("status")}
_SUBJECT = {"subject": _refs("subject"), "patient": _refs("subject")}

TYPES: Mapping[str, Mapping[str, Param]] = MappingProxyType(
    {
        "AdverseEvent": {
            "subject": _refs("subject"),
            "patient": _refs("subject"),
            "substance": _refs("suspectEntity.instance"),
        },
        "AuditEvent": {"entity": _refs("entity.what")},
        "Basic": _IDENTIFIER | _SUBJECT | {"code": _tokens("code")},
        "Communication": _IDENTIFIER | _STATUS | _SUBJECT | {"based-on": _refs("basedOn"), "part-of": _refs("partOf")},
        "Consent": _IDENTIFIER | _STATUS | {"patient": _refs("patient")},
        "DetectedIssue": _IDENTIFIER
        | _STATUS
        | {"patient": _refs("patient"), "implicated": _refs("implicated"), "code": _tokens("code")},
        "Device": _IDENTIFIER | _STATUS | {"patient": _refs("patient"), "location": _refs("location")},
        "DocumentReference": _STATUS
        | _SUBJECT
        | {
            "identifier": _tokens("masterIdentifier", "identifier"),
            "related": _refs("context.related"),
            "type": _tokens("type"),
        },
        "Encounter": _IDENTIFIER | _STATUS | _SUBJECT,
        "Group": _IDENTIFIER | {"member": _refs("member.entity")},
        "Immunization": _IDENTIFIER
        | _STATUS
        | {
            "patient": _refs("patient"),
            "vaccine-code": _tokens("vaccineCode"),
            "lot-number": _tokens("lotNumber"),
            "location": _refs("location"),
        },
        "List": _IDENTIFIER | _STATUS | _SUBJECT,
        "Location": _IDENTIFIER | _STATUS,
        "Measure": _IDENTIFIER | _STATUS,
        "MeasureReport": _IDENTIFIER | _STATUS | {"subject": _refs("subject"), "reporter": _refs("reporter")},
        "Medication": _IDENTIFIER | _STATUS | {"lot-number": _tokens("batch.lotNumber")},
        "Observation": _IDENTIFIER | _STATUS | _SUBJECT | {"code": _tokens("code"), "part-of": _refs("partOf")},
        "Organization": _IDENTIFIER,
        "Patient": _IDENTIFIER,
        "Practitioner": _IDENTIFIER,
        "PractitionerRole": _IDENTIFIER | {"practitioner": _refs("practitioner"), "location": _refs("location")},
        "Provenance": {"target": _refs("target")},
        "Questionnaire": _IDENTIFIER | _STATUS,
        "QuestionnaireResponse": _IDENTIFIER
        | _STATUS
        | _SUBJECT
        | {"based-on": _refs("basedOn"), "part-of": _refs("partOf")},
        "SupplyDelivery": _IDENTIFIER | _STATUS | {"based-on": _refs("basedOn")},
        "Task": _IDENTIFIER
        | _STATUS
        | {"patient": _refs("for"), "subject": _refs("for"), "focus": _refs("focus"), "part-of": _refs("partOf")},
        "VerificationResult": {"target": _refs("target")},
    }
)

SERVICE_TYPES = frozenset(
    {"DetectedIssue", "Device", "DocumentReference", "Medication", "Organization", "VerificationResult"}
)
"""What only the platform writes: a site must not certify or verify itself, nor recall a lot."""


def values_at(element: Any, path: str) -> Iterator[Any]:
    """Everything found at a dotted path, through lists."""
    head, _, rest = path.partition(".")
    found = element.get(head) if isinstance(element, dict) else None
    for item in found if isinstance(found, list) else [found]:
        if item is None:
            continue
        if rest:
            yield from values_at(item, rest)
        else:
            yield item


def search_tokens(resource: Json) -> set[tuple[str, str]]:
    """(parameter, token) of everything the resource can be found by; tokens are `system|code` or `Type/id`."""
    params = TYPES[resource["resourceType"]]
    found = {("_tag", token) for token in _of(resource, TAG)}
    for name, param in params.items():
        found.update((name, token) for token in _of(resource, param))
    return found


def _of(resource: Json, param: Param) -> Iterator[str]:
    for path in param.paths:
        for value in values_at(resource, path):
            yield from (token[:TOKEN_LENGTH_MAX] for token in _tokens_of(value, param.kind))


def _tokens_of(value: Any, kind: Kind) -> Iterator[str]:
    if isinstance(value, str):
        yield f"|{value}"
    elif not isinstance(value, dict):
        return
    elif kind is Kind.REFERENCE:
        if reference := local_reference(value.get("reference")):
            yield reference
    elif "coding" in value:
        yield from (f"{coding.get('system', '')}|{coding.get('code', '')}" for coding in value["coding"])
    else:
        yield f"{value.get('system', '')}|{value.get('value', value.get('code', ''))}"


def local_reference(reference: Any) -> str:
    """`Type/id` of a reference to something stored here, without its version; "" for anything else."""
    parts = reference.split("/") if isinstance(reference, str) else []
    return f"{parts[0]}/{parts[1]}" if len(parts) in (2, 4) and parts[0] in TYPES else ""


def identifiers(resource: Json, system: str) -> list[str]:
    """The values of one identifier system."""
    found = values_at(resource, "identifier")
    return [str(one.get("value", "")) for one in found if isinstance(one, dict) and one.get("system") == system]


def tags(resource: Json) -> list[str]:
    """The codes of the site tags, in order."""
    return [str(tag.get("code", "")) for tag in values_at(resource, "meta.tag") if tag.get("system") == SITE_SYSTEM]


def revision(resource: Json) -> int | None:
    """The revision extension, if there is one."""
    for extension in values_at(resource, "extension"):
        if extension.get("url") == REVISION_URL and type(extension.get("valueInteger")) is int:
            return int(extension["valueInteger"])
    return None
