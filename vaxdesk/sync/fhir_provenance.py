"""A day's signature -> Provenance, and back for a restored desk; a device's public key -> Device. Pure."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from vaxdesk.models.values import VIETNAM, DoseId, Signature, SignatureId, SiteCode, StaffId
from vaxdesk.sync import codes
from vaxdesk.sync.codes import Json, concept
from vaxdesk.sync.fhir_immunization import moment

_TARGET = re.compile(r"(?:^|/)Immunization/([A-Za-z0-9.-]{1,64})/_history/([A-Za-z0-9.-]{1,64})$")


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


def signature_of(resource: Any) -> Signature | None:
    """The day's signature in a Provenance, told by the statement that was signed; None for one that is no desk's."""
    try:
        return _signature_of(resource)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, StopIteration, binascii.Error):
        return None


def _signature_of(resource: Mapping[str, Any]) -> Signature:
    jws = base64.b64decode(resource["signature"][0]["data"], validate=True).decode("ascii")
    payload = jws.split(".")[1]
    statement = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    matches = [_TARGET.search(target["reference"]) for target in resource["target"]]
    return Signature(
        id=SignatureId(str(resource["id"])),
        day=date.fromisoformat(statement["day"]),
        site=SiteCode(str(statement["site"])),
        signer_id=StaffId(str(statement["signer"]["id"])),
        signer=str(statement["signer"]["name"]),
        signed_at=datetime.fromisoformat(statement["signed_at"]).astimezone(VIETNAM),
        jws=jws,
        targets=tuple((DoseId(match[1]), match[2]) for match in matches if match),
    )


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
