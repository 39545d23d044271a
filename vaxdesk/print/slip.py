"""The dose slip: one dose in a QR code signed by the site's own key, so that another desk, also offline, can read, check and
take over the history while the platform has not answered (docs/sync-contract.md, C2). Pure.

`VXS1:` + base45(zlib(COSE_Sign1(ES256))). The claims are few and keyed by small numbers to keep the QR coarse enough for
paper. The key id in the header is the first 8 bytes of the SHA-256 of the device key's name (its JWK thumbprint).
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from vaxdesk.errors import NotGenuine, PrintError
from vaxdesk.models.values import VIETNAM, Dose, DoseId, DoseRecord, DoseStatus, Person, Series, Sex, SiteCode
from vaxdesk.print import cose

PREFIX = "VXS1:"
KID_BYTES = 8
ISSUER, ISSUED, SLIP = 1, 6, -65_001  # the private range of RFC 8392
(
    ID,
    REVISION,
    NUMBER,
    NAME,
    BIRTH,
    SEX,
    VACCINE,
    DOSE_NUMBER,
    AT,
    LOT,
    EXPIRY,
    SERIES,
    SERIES_DOSES,
    SITE_NAME,
) = range(1, 15)
SEXES = (Sex.UNKNOWN, Sex.MALE, Sex.FEMALE)
ALL_SERIES = (Series.PRIMARY, Series.ADDITIONAL, Series.BOOSTER)


@dataclass(frozen=True, slots=True, repr=False)
class VerifiedSlip:
    """A dose as another site wrote and signed it; the platform has not confirmed it. `citizen_number` is 12 digits as text."""

    dose_id: DoseId
    revision: int
    site: SiteCode
    site_name: str
    citizen_number: str
    name: str
    birth_date: str
    sex: Sex
    vaccine: str
    dose_number: int
    series: Series
    series_doses: int
    occurred_at: datetime
    recorded_at: datetime
    lot: str
    expiry: date | None
    key_id: str

    def __repr__(self) -> str:
        return f"VerifiedSlip({self.dose_id}, revision {self.revision})"

    @property
    def payload(self) -> dict[str, Any]:
        """The slip as JSON values, for the command line."""
        return {
            "dose": {"id": self.dose_id, "revision": self.revision, "dose_number": self.dose_number,
                     "series": self.series.value, "series_doses": self.series_doses, "vaccine": self.vaccine,
                     "lot": self.lot, "expiry": self.expiry.isoformat() if self.expiry else None,
                     "occurred_at": self.occurred_at.isoformat(), "recorded_at": self.recorded_at.isoformat()},
            "person": {"citizen_id": self.citizen_number, "name": self.name, "birth_date": self.birth_date,
                       "sex": self.sex.value},
            "site": {"code": self.site, "name": self.site_name},
        }  # fmt: skip


def sign_slip(dose_record: DoseRecord, key: ec.EllipticCurvePrivateKey, key_id: str) -> str:
    """The QR text of a dose. The same revision gives the same text (deterministic ECDSA, RFC 6979).

    Raises PrintError `print-dose-not-given` for anything but a given dose.
    """
    dose = dose_record.dose
    if dose.status is not DoseStatus.COMPLETED:
        raise PrintError("print-dose-not-given")
    protected = cbor2.dumps({cose.ALG: cose.ES256, cose.KID: kid_of(key_id)})
    payload = cbor2.dumps(
        {ISSUER: dose.site, ISSUED: int(dose.recorded_at.timestamp()), SLIP: _facts(dose, dose_record.person)}
    )
    signer = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
    signature = key.sign(cose.to_be_signed(protected, payload), signer)
    return cose.wrap(PREFIX, protected, payload, cose.raw_signature(signature))


def verify_slip(untrusted_text: str, keys: Mapping[str, ec.EllipticCurvePublicKey]) -> VerifiedSlip:
    """The slip in the text, proven with the public keys of devices by key id.

    Raises NotGenuine `slip-not-a-certificate`, `slip-damaged`, `slip-unknown-signer`, `slip-bad-signature`.
    """
    message = cose.unwrap(untrusted_text, PREFIX, "slip")
    candidates = {name: key for name, key in keys.items() if kid_of(name).hex() == message.kid}
    if not candidates:
        raise NotGenuine("slip-unknown-signer", kid=message.kid)
    key_id = next((name for name, key in candidates.items() if message.is_signed_by(key)), None)
    if key_id is None:
        raise NotGenuine("slip-bad-signature", kid=message.kid)
    try:
        return _slip(cose.claims(message, "slip"), key_id)
    except (KeyError, TypeError, ValueError, IndexError, OverflowError, OSError) as error:
        raise NotGenuine("slip-damaged") from error


def kid_of(key_id: str) -> bytes:
    """The short id of a device key inside a slip."""
    return hashlib.sha256(key_id.encode("utf-8")).digest()[:KID_BYTES]


def _facts(dose: Dose, person: Person) -> dict[int, Any]:
    facts = {
        ID: uuid.UUID(dose.id).bytes,
        REVISION: dose.revision,
        NUMBER: int(person.citizen_id.digits),
        NAME: person.name,
        BIRTH: person.birth_date,
        SEX: SEXES.index(person.sex),
        VACCINE: dose.vaccine,
        DOSE_NUMBER: dose.dose_number,
        AT: int(dose.occurred_at.timestamp()),
        LOT: dose.lot,
        SERIES: ALL_SERIES.index(dose.series),
        SERIES_DOSES: dose.series_doses,
        SITE_NAME: dose.site_name,
    }
    return facts | ({EXPIRY: dose.expiry.isoformat()} if dose.expiry else {})


def _slip(claims: dict[Any, Any], key_id: str) -> VerifiedSlip:
    facts = claims[SLIP]
    return VerifiedSlip(
        dose_id=DoseId(str(uuid.UUID(bytes=facts[ID]))),
        revision=int(facts[REVISION]),
        site=SiteCode(str(claims[ISSUER])),
        site_name=str(facts[SITE_NAME]),
        citizen_number=f"{int(facts[NUMBER]):012d}",
        name=str(facts[NAME]),
        birth_date=str(facts[BIRTH]),
        sex=SEXES[facts[SEX]],
        vaccine=str(facts[VACCINE]),
        dose_number=int(facts[DOSE_NUMBER]),
        series=ALL_SERIES[facts[SERIES]],
        series_doses=int(facts[SERIES_DOSES]),
        occurred_at=_moment(facts[AT]),
        recorded_at=_moment(claims[ISSUED]),
        lot=str(facts[LOT]),
        expiry=date.fromisoformat(facts[EXPIRY]) if EXPIRY in facts else None,
        key_id=key_id,
    )


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC).astimezone(VIETNAM)
