"""The one door to a document (I10): what is to be printed is verified, compared with the record, rendered, and read back.
Anything that does not hold raises, and there is no page."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from cryptography.hazmat.primitives.asymmetric import ec

from vaxdesk.errors import NotGenuine, PrintError
from vaxdesk.keys.device import jwk_of
from vaxdesk.models.values import VIETNAM, Certificate, DoseRecord, DoseStatus, Site
from vaxdesk.print import certificate as documents
from vaxdesk.print import fonts, hcert, proof, sheets, slip
from vaxdesk.print.hcert import Trust, VerifiedCertificate

Form = Literal["confirmation", "certificate", "slip"]
QrKind = Literal["hc1", "slip"]
PAPERS = ("A4", "A5")
SLIP_PAPERS = ("A6", "80mm", "58mm", "A5", "A4")
CURRENT = "current"
COVID_19 = "840539006"


@dataclass(frozen=True, slots=True)
class PrintedDocument:
    """A proven page. `qr_kind` says who vouches for its QR: the platform (hc1) or the site (slip)."""

    pdf: bytes
    sha256: str
    form: str
    qr_kind: QrKind


def produce(
    record: DoseRecord,
    history: Iterable[DoseRecord],
    site: Site,
    certificate: Certificate | None,
    trust: Trust,
    form: str,
    paper: str,
    slip_key: ec.EllipticCurvePrivateKey,
    slip_key_id: str = "",
    at: datetime | None = None,
) -> PrintedDocument:
    """The page of a dose as a `form` of `Form` on A4, A5 or, for slips, A6, 80mm, 58mm (`SLIP_PAPERS`).

    `slip_key_id` is the name other desks know the key by; empty: its JWK thumbprint. `at` (now, when missing) is the time the
    certificate must hold and decides which official form is in force.
    Raises PrintError: `print-form-unknown`, `print-paper-unknown`, `print-dose-not-given`, `certificate-not-issued`; NotGenuine:
    `certificate-not-current`, `certificate-other-dose`, `certificate-differs`, and all that `hcert.verify` raises; ProofFailed.
    """
    at = at or datetime.now(VIETNAM)
    _check_request(record, certificate, form, paper)
    slip_text = signed_slip(record, slip_key, slip_key_id) if carries_slip(certificate, form) else ""
    return draw(record, history, site, certificate, trust, form, paper, slip_text, at)


def carries_slip(certificate: Certificate | None, form: str) -> bool:
    """Whether the page's QR is the site's own: on slips always, elsewhere until the platform has answered."""
    return form == "slip" or certificate is None


def draw(
    record: DoseRecord,
    history: Iterable[DoseRecord],
    site: Site,
    certificate: Certificate | None,
    trust: Trust,
    form: str,
    paper: str,
    slip_text: str,
    at: datetime,
) -> PrintedDocument:
    """`produce` for who has no key: `slip_text` was signed before, and is empty where the page does not carry it (`carries_slip`)."""
    _check_request(record, certificate, form, paper)
    verified = verified_certificate(record, certificate, trust, at) if certificate and form != "slip" else None
    sheet: sheets.ConfirmationSheet | sheets.ElectronicSheet | sheets.SlipSheet
    if form == "certificate" and verified and certificate:
        sheet = sheets.electronic_sheet(record, site, verified, certificate.hc1.strip())
        pdf = documents.render_certificate(sheet, paper)
    elif form == "confirmation":
        own = certificate.hc1.strip() if verified and certificate else slip_text
        sheet = sheets.confirmation_sheet(record, history, site, own, at.astimezone(VIETNAM).date(), verified)
        pdf = documents.render_confirmation(sheet, paper)
    else:
        sheet = sheets.slip_sheet(record, slip_text)
        pdf = documents.render_slip(sheet, paper)
    proven = proof.prove(
        pdf, sheet.qr_text, tuple(fonts.visible(text) for text in sheet.must_say), documents.dpi_of(paper)
    )
    return PrintedDocument(pdf, proven.sha256, form, "hc1" if verified else "slip")


def verified_certificate(
    record: DoseRecord, certificate: Certificate, trust: Trust, at: datetime
) -> VerifiedCertificate:
    """The certificate, genuine and saying what the record says. Raises NotGenuine."""
    if certificate.dose_id != record.dose.id:
        raise NotGenuine("certificate-other-dose")
    if certificate.status != CURRENT:
        raise NotGenuine("certificate-not-current")
    verified = hcert.verify(certificate.hc1, trust, at)
    if differing := differences(verified, record):
        raise NotGenuine("certificate-differs", fields=", ".join(differing))
    return verified


def differences(verified: VerifiedCertificate, record: DoseRecord) -> tuple[str, ...]:
    """What a certificate says differently from the record: names of fields, never their contents."""
    dose, person = record.dose, record.person
    checks = {
        "name": _folded(verified.name) == _folded(person.name),
        "birth-date": verified.birth_date == person.birth_date,
        "dose-number": verified.dose_number == dose.dose_number,
        "date": verified.date == dose.occurred_at.astimezone(VIETNAM).date().isoformat(),
        "vaccine": verified.of("mp") == sheets.product(dose.vaccine).mp,
        "disease": verified.of("tg") == COVID_19,
    }
    return tuple(name for name, holds in checks.items() if not holds)


def _check_request(record: DoseRecord, certificate: Certificate | None, form: str, paper: str) -> None:
    if form not in get_args(Form):
        raise PrintError("print-form-unknown", form=form[:40])
    if paper not in (SLIP_PAPERS if form == "slip" else PAPERS):
        raise PrintError("print-paper-unknown", paper=paper[:40])
    if record.dose.status is not DoseStatus.COMPLETED:
        raise PrintError("print-dose-not-given")
    if form == "certificate" and certificate is None:
        raise PrintError("certificate-not-issued")


def signed_slip(record: DoseRecord, key: ec.EllipticCurvePrivateKey, key_id: str = "") -> str:
    """The slip text of a dose, signed by the site; `key_id` as in `produce`."""
    return slip.sign_slip(record, key, key_id or jwk_of(key)["kid"])


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())
