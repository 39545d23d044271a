"""A day's signature -> Provenance; a device's public key -> Device. Pure."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping

from vaxdesk.models.values import Signature
from vaxdesk.sync import codes
from vaxdesk.sync.codes import Json, concept
from vaxdesk.sync.fhir_immunization import moment


def provenance(signature: Signature) -> Json:
    """The head of site's signature over a day's doses (contract P9 and "Provenance")."""
    who = {
        "identifier": {"system": codes.STAFF, "value": signature.signer_id},
        "display": signature.signer,
    }
    return {
        "resourceType": "Provenance",
        "id": signature.id,
        "meta": codes.tags(signature.site),
        "target": [
            {"reference": f"Immunization/{dose_id}/_history/{version}"} for dose_id, version in signature.targets
        ],
        "recorded": moment(signature.signed_at),
        "agent": [{"type": concept(codes.PARTICIPANT, "verifier"), "who": who}],
        "signature": [
            {
                "type": [{"system": codes.SIGNATURE_TYPE, "code": codes.VERIFICATION_SIGNATURE}],
                "when": moment(signature.signed_at),
                "who": who,
                "targetFormat": "application/fhir+json",
                "sigFormat": "application/jose",
                "data": base64.b64encode(signature.jws.encode("ascii")).decode("ascii"),
            }
        ],
    }


def device(device_id: str, name: str, site: str, thumbprint: str, public_jwk: Mapping[str, str]) -> Json:
    """This device with the public half of its signing key, for platforms that do not make it at enrolment (C2)."""
    return {
        "resourceType": "Device",
        "id": device_id,
        "meta": codes.tags(site, codes.NATIONAL),
        "extension": [{"url": codes.PUBLIC_JWK, "valueString": json.dumps(dict(public_jwk), separators=(",", ":"))}],
        "identifier": [{"system": codes.THUMBPRINT, "value": thumbprint}],
        "status": "active",
        "deviceName": [{"name": name, "type": "user-friendly-name"}],
    }
