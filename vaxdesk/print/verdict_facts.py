"""What a genuine certificate or slip says, line by line, for people: the code of each line's label and its value. Pure.

The labels are sentences (`verify-…`), so that the window and the command line name things alike. A citizen number is masked.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from vaxdesk.messages import say
from vaxdesk.models import catalogue
from vaxdesk.models.values import VIETNAM, CitizenId
from vaxdesk.print.hcert import VerifiedCertificate
from vaxdesk.print.sheets import SECTIONS, spoken_date
from vaxdesk.print.slip import VerifiedSlip
from vaxdesk.print.verdict import Verdict

VALUE_CHARS_MAX = 200


class Fact(NamedTuple):
    """One line: the code of its label, and what the paper says."""

    label: str
    value: str


def facts(verdict: Verdict, language: str = "vi") -> tuple[Fact, ...]:
    """The lines of a genuine paper in the order people ask; none for any other."""
    if verdict.certificate is not None:
        found = _of_certificate(verdict.certificate, language)
    elif verdict.slip is not None:
        found = _of_slip(verdict.slip, language)
    else:
        return ()
    said = tuple(Fact(label, value[:VALUE_CHARS_MAX]) for label, value in found if value)
    return (*said, Fact("verify-revoked", say("verify-not-revoked", "en" if language == "en" else "vi")))


def _of_certificate(found: VerifiedCertificate, language: str) -> Iterator[tuple[str, str]]:
    meaning = catalogue.load().meaning
    product = found.of("mp")
    yield "verify-name", found.name
    yield "verify-birth-date", spoken_date(found.birth_date)
    if found.is_vaccination:
        yield "verify-dose", _dose(found.dose_number, found.series_doses)
        yield "verify-product", _with_code(meaning("mp", product), product)
        yield "verify-maker", meaning("ma", found.of("ma"))
        yield "verify-date", spoken_date(found.date)
    else:
        yield "verify-disease", meaning("tg", found.of("tg"))
        yield "verify-date", spoken_date((found.of("sc") or found.of("fr"))[:10])
    yield "verify-country", {"VN": {"en": "Viet Nam"}.get(language, "Việt Nam")}.get(found.of("co"), found.of("co"))
    yield "verify-issuer", found.of("is") or found.issuer
    yield "verify-uvci", found.uvci
    yield "verify-issued-at", _moment(found.issued_at)
    yield "verify-valid-until", _moment(found.expires_at)
    yield "verify-key", f"{found.kid} · {found.algorithm}" if found.kid else found.algorithm


def _of_slip(found: VerifiedSlip, language: str) -> Iterator[tuple[str, str]]:
    section = SECTIONS[found.series]
    number = _dose(found.dose_number, found.series_doses)
    yield "verify-name", found.name
    yield "verify-birth-date", spoken_date(found.birth_date)
    yield "verify-number", CitizenId(found.citizen_number).masked
    yield "verify-dose", f"{number} · {section.en if language == 'en' else section.vi}"
    yield "verify-product", _product(found.vaccine, language)
    yield "verify-lot", found.lot
    yield "verify-date", _moment(found.occurred_at)
    yield "verify-site", f"{found.site_name} ({found.site})" if found.site_name else found.site
    yield "verify-issued-at", _moment(found.recorded_at)
    yield "verify-key", found.key_id


def _dose(number: int | None, of: int | None) -> str:
    return f"{number}/{of}" if number and of else str(number or "")


def _with_code(words: str, code: str) -> str:
    return f"{words} ({code})" if code and words != code else words


def _product(code: str, language: str) -> str:
    found = next((one for one in catalogue.load().vaccines if one.code == code), None)
    return found.display(language) if found is not None else code


def _moment(at: datetime | None) -> str:
    return f"{at.astimezone(VIETNAM):%d/%m/%Y %H:%M}" if at is not None else ""
