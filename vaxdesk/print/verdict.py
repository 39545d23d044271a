"""What is to be thought of a code somebody holds out: one answer for certificates and slips, for the window and the command line. Pure.

Nothing of a code's content leaves here unless its signature holds now: a forged paper is never shown as if it were true.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from vaxdesk.errors import InputRefused, NotGenuine, Problem
from vaxdesk.models import catalogue, citizen_id
from vaxdesk.models.exchange import OtherDose, Source
from vaxdesk.models.slips import CarriedSlip
from vaxdesk.models.values import DoseStatus, SiteCode
from vaxdesk.print import hcert, slip
from vaxdesk.print.hcert import Trust, VerifiedCertificate
from vaxdesk.print.slip import VerifiedSlip

PREFIXES = (hcert.PREFIX, slip.PREFIX)


class Standing(StrEnum):
    """What holds. `not-usable`: the signature holds, but not here and now (expired, taken back, nobody's); `unchecked`: nobody knows."""

    GENUINE = "genuine"
    NOT_USABLE = "not-usable"
    NOT_GENUINE = "not-genuine"
    UNCHECKED = "unchecked"


class Kind(StrEnum):
    """What was held out."""

    CERTIFICATE = "certificate"
    SLIP = "slip"
    OTHER = "other"


_NOT_USABLE = frozenset(
    {
        "hcert-expired",
        "hcert-not-yet-valid",
        "hcert-revoked",
        "hcert-signer-expired",
        "hcert-no-content",
        "hcert-not-one-entry",
        "hcert-no-name",
        "slip-key-revoked",
    }
)
_UNCHECKED = frozenset(
    {
        "hcert-no-trust",
        "hcert-unknown-signer",
        "hcert-damaged",
        "hcert-not-a-certificate",
        "slip-unknown-signer",
        "slip-damaged",
        "slip-not-a-certificate",
        "no-code-found",
    }
)


@dataclass(frozen=True, slots=True)
class SlipSigner:
    """A device that signs slips: whose it is, and whether its key still counts."""

    device_id: str
    site: SiteCode
    key: ec.EllipticCurvePublicKey
    active: bool = True


@dataclass(frozen=True, slots=True, repr=False)
class Verdict:
    """The answer. `certificate` or `slip` is there only for a genuine one; `reason` says why it is none; `remarks` what a genuine one says oddly."""

    standing: Standing
    kind: Kind
    reason: NotGenuine | None = None
    certificate: VerifiedCertificate | None = None
    slip: VerifiedSlip | None = None
    signer: SlipSigner | None = None
    remarks: tuple[Problem, ...] = ()

    def __repr__(self) -> str:
        return f"Verdict({self.standing.value}, {self.kind.value}, {self.reason.code if self.reason else ''})"

    @property
    def is_genuine(self) -> bool:
        """Whether it holds here and now."""
        return self.standing is Standing.GENUINE

    @property
    def payload(self) -> dict[str, Any] | None:
        """The content as JSON values; None unless it is genuine."""
        if self.certificate is not None:
            return self.certificate.payload
        return self.slip.payload if self.slip is not None else None


def judge(untrusted_text: str, trust: Trust, signers: Mapping[str, SlipSigner], at: datetime) -> Verdict:
    """The answer to a code; `signers` by the name of their key. Raises nothing for any text."""
    text = untrusted_text.strip(" \r\n\t")
    kind = kind_of(text)
    try:
        if kind is Kind.SLIP:
            return _slip(text, signers)
        if kind is Kind.CERTIFICATE:
            found = hcert.verify(text, trust, at)
            return Verdict(Standing.GENUINE, kind, certificate=found, remarks=found.remarks)
        raise NotGenuine("hcert-not-a-certificate")
    except NotGenuine as reason:
        return Verdict(standing_of(reason.code), kind, reason)


def kind_of(text: str) -> Kind:
    """What a text claims to be."""
    if text.startswith(hcert.PREFIX):
        return Kind.CERTIFICATE
    return Kind.SLIP if text.startswith(slip.PREFIX) else Kind.OTHER


def standing_of(code: str) -> Standing:
    """What a refusal means for who holds the paper out: a forgery unless something milder is known."""
    if code in _NOT_USABLE:
        return Standing.NOT_USABLE
    return Standing.UNCHECKED if code in _UNCHECKED else Standing.NOT_GENUINE


def nothing_found() -> Verdict:
    """There was no code at all."""
    return Verdict(Standing.UNCHECKED, Kind.OTHER, NotGenuine("no-code-found"))


def carried(found: VerifiedSlip, signer: SlipSigner, read_at: datetime) -> CarriedSlip:
    """A proven slip as the history takes it over. Raises InputRefused for a citizen number that is none."""
    vaccine, said = _vaccine(found.vaccine)
    dose = OtherDose(
        id=found.dose_id,
        version="",
        revision=found.revision,
        citizen_id=citizen_id.parse(found.citizen_number),
        status=DoseStatus.COMPLETED,
        vaccine=vaccine,
        vaccine_text=said,
        dose_number=found.dose_number,
        series=found.series,
        lot=found.lot[:40],
        occurred_at=found.occurred_at,
        site=found.site,
        site_name=found.site_name[:200],
        device_id=signer.device_id,
        seen_at=read_at,
        source=Source.SLIP,
    )
    return CarriedSlip(dose, found.key_id, found.name, found.birth_date, found.sex)


def _slip(text: str, signers: Mapping[str, SlipSigner]) -> Verdict:
    """A slip holds when the key is known, still counts, and belongs to the very site the slip names."""
    found = slip.verify_slip(text, {name: signer.key for name, signer in signers.items()})
    signer = signers[found.key_id]
    if not signer.active:
        raise NotGenuine("slip-key-revoked", site=signer.site)
    if signer.site != found.site:
        raise NotGenuine("slip-other-site", site=signer.site)
    return Verdict(Standing.GENUINE, Kind.SLIP, slip=found, signer=signer)


def _vaccine(code: str) -> tuple[str, str]:
    """The product's code and name; one that this desk does not know stays words."""
    try:
        known = catalogue.load().vaccine(code)
    except InputRefused:
        return "", code[:200]
    return known.code, known.display("vi")
