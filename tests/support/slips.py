"""Made-up slips of other sites, and desks that know whose keys signed them."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from support.papers import a_person, a_record

from vaxdesk.keys.device import jwk_of
from vaxdesk.models.findings import Finding, SiteKeyFound
from vaxdesk.models.slips import CarriedSlip
from vaxdesk.models.values import CitizenId, DoseId, PartialDate, SiteCode
from vaxdesk.models.workplace import Workplace
from vaxdesk.print.slip import sign_slip, verify_slip
from vaxdesk.print.verdict import SlipSigner, carried

ELSEWHERE, ELSEWHERE_NAME = SiteCode("01-DD-P02"), "Trạm Y tế Phường Mẫu, Quận Thử"
DEVICE = "9" * 36


@cache
def their_key(number: int = 0) -> ec.EllipticCurvePrivateKey:
    """The key of a device of another site."""
    return ec.generate_private_key(ec.SECP256R1())


def a_slip(key: ec.EllipticCurvePrivateKey | None = None, **changes: Any) -> str:
    """The text of a slip of another site. Changes of the person: number, name, birth_date; of the dose: any field."""
    key = key or their_key()
    person = {
        "citizen_id": CitizenId(changes.pop("number", "079303000456")),
        "name": changes.pop("name", "Trần Thị Bích"),
        "birth_date": PartialDate(changes.pop("birth_date", "2003-10-09")),
    }
    where = {"site": ELSEWHERE, "site_name": ELSEWHERE_NAME, "id": DoseId(str(uuid.UUID(int=77, version=4)))}
    return sign_slip(a_record(a_person(**person), **(where | changes)), key, jwk_of(key)["kid"])


def a_signer(key: ec.EllipticCurvePrivateKey | None = None, **changes: Any) -> dict[str, SlipSigner]:
    """The device behind that key, as a desk knows it."""
    key = key or their_key()
    return {jwk_of(key)["kid"]: replace(SlipSigner(DEVICE, ELSEWHERE, key.public_key()), **changes)}


def a_carried_slip(at: datetime, **changes: Any) -> CarriedSlip:
    """A proven slip, read at that time."""
    signers = a_signer()
    found = verify_slip(a_slip(**changes), {name: signer.key for name, signer in signers.items()})
    return carried(found, signers[found.key_id], at)


def make_known(
    work: Workplace, key: ec.EllipticCurvePrivateKey | None = None, site: str = ELSEWHERE, active: bool = True
) -> None:
    """The platform told of that device."""
    jwk = json.dumps(jwk_of(key or their_key()))
    fact = SiteKeyFound(DEVICE, site, jwk, active)
    version = str(uuid.uuid4())
    work.sync_book.apply_page("Device|national", "", [Finding(f"Device/{DEVICE}", version, fact)], work.clock())
