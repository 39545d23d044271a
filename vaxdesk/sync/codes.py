"""Code systems, identifier systems and extension addresses of the contract (docs/sync-contract.md, "Identifiers and codes"). Pure."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

CITIZEN_ID = "urn:vn:cccd"
OLD_ID = "urn:vn:cmnd"
SITE_TAG = "urn:vaxdesk:site"
NATIONAL = "national"
VACCINE = "urn:vaxdesk:vaccine"
ICD_11 = "http://id.who.int/icd/release/11/mms"
EU_PRODUCT = "urn:vaxdesk:eu-dcc-mp"
NOT_DONE = "urn:vaxdesk:not-done"
IDENTITY = "urn:vaxdesk:identity"
SIGN = "urn:vaxdesk:sign"
SEVERITY = "urn:vaxdesk:severity"
REACTION_OUTCOME = "urn:vaxdesk:reaction-outcome"
DOCUMENT = "urn:vaxdesk:document"
TRUST = "urn:vaxdesk:trust"
UVCI = "urn:vaxdesk:uvci"
STAFF = "urn:vaxdesk:staff"
THUMBPRINT = "urn:ietf:params:oauth:jwk-thumbprint"

REVISION = "urn:vaxdesk:ext:revision"
SEQUENCE = "urn:vaxdesk:ext:sequence"
SCREENING = "urn:vaxdesk:ext:screening"
PUBLIC_JWK = "urn:vaxdesk:ext:jwk"
CORRECTION_REASON = "urn:vaxdesk:ext:correction-reason"
OVERRIDE_REASON = "urn:vaxdesk:ext:override-reason"
TREATMENT = "urn:vaxdesk:ext:treatment"
NOTE = "urn:vaxdesk:ext:note"
RECALLED_AT = "urn:vaxdesk:ext:recalled-at"
RECALL_REASON = "urn:vaxdesk:ext:recall-reason"

ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
ACT_SITE = "http://terminology.hl7.org/CodeSystem/v3-ActSite"
ROUTE = "http://terminology.hl7.org/CodeSystem/v3-RouteOfAdministration"
FUNCTION = "http://terminology.hl7.org/CodeSystem/v2-0443"
UCUM = "http://unitsofmeasure.org"
SNOMED = "http://snomed.info/sct"
COVID_19 = "840539006"
EVENT_SERIOUSNESS = "http://terminology.hl7.org/CodeSystem/adverse-event-seriousness"
EVENT_SEVERITY = "http://terminology.hl7.org/CodeSystem/adverse-event-severity"
EVENT_OUTCOME = "http://terminology.hl7.org/CodeSystem/adverse-event-outcome"
EVENT_STATUS = "http://hl7.org/fhir/5.0/StructureDefinition/extension-AdverseEvent.status"  # R5's element, in R4
PARTICIPANT = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
SIGNATURE_TYPE = "urn:iso-astm:E1762-95:2013"
VERIFICATION_SIGNATURE = "1.2.840.10065.1.12.1.5"


def concept(system: str, code: str) -> Json:
    """A CodeableConcept of one coding."""
    return {"coding": [{"system": system, "code": code}]}


def tags(*sites: str) -> Json:
    """`meta` with the given site tags."""
    return {"tag": [{"system": SITE_TAG, "code": site} for site in sites]}
