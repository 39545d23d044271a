"""The CapabilityStatement and the SMART configuration: what this server says of itself. Pure."""

from __future__ import annotations

from vaxplatform.http.auth import ALGORITHMS
from vaxplatform.store.refusals import Json
from vaxplatform.store.scope import SCOPES_SUPPORTED
from vaxplatform.store.types import TYPES, Kind

PUBLISHED = "2026-11-23"
_INTERACTIONS = ("read", "vread", "update", "history-instance", "create", "search-type")
_SERVICE = "http://terminology.hl7.org/CodeSystem/restful-security-service"
_MATCH = "http://hl7.org/fhir/OperationDefinition/Patient-match"


def capability_statement(base: str, version: str, *, auth: bool) -> Json:
    """The CapabilityStatement of the FHIR base `base`."""
    rest: Json = {
        "mode": "server",
        "resource": [_resource(kind) for kind in TYPES],
        "interaction": [{"code": "transaction"}, {"code": "batch"}],
    }
    if auth:
        rest["security"] = {"service": [{"coding": [{"system": _SERVICE, "code": "SMART-on-FHIR"}]}]}
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": PUBLISHED,
        "kind": "instance",
        "software": {"name": "vaxplatform", "version": version},
        "implementation": {"description": "Reference platform for vaccination sites", "url": base},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json", "json"],
        "rest": [rest],
    }


def _resource(kind: str) -> Json:
    found: Json = {
        "type": kind,
        "interaction": [{"code": code} for code in _INTERACTIONS],
        "versioning": "versioned-update",
        "readHistory": True,
        "updateCreate": True,
        "conditionalCreate": True,
        "conditionalRead": "not-match",
        "conditionalUpdate": True,
        "conditionalDelete": "not-supported",
        "searchParam": _search_params(kind),
    }
    if kind == "Patient":
        found["operation"] = [{"name": "match", "definition": _MATCH}]
    return found


def _search_params(kind: str) -> list[Json]:
    common = [("_id", "token"), ("_lastUpdated", "date"), ("_tag", "token")]
    own = [(name, param.kind.value) for name, param in TYPES[kind].items()]
    chained = [(f"{name}.identifier", "token") for name, param in TYPES[kind].items() if param.kind is Kind.REFERENCE]
    return [{"name": name, "type": how} for name, how in [*common, *own, *chained]]


def smart_configuration(base: str) -> Json:
    """`.well-known/smart-configuration`: SMART Backend Services and the platform's own enrolment (contract C1)."""
    return {
        "token_endpoint": f"{base}/auth/token",
        "enrolment_endpoint": f"{base}/enrolment",
        "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
        "scopes_supported": list(SCOPES_SUPPORTED),
        "capabilities": ["client-confidential-asymmetric", "permission-v1", "permission-v2"],
    }
