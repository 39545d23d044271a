"""The payload of a certificate: EU DCC schema 1.3.0, strict (domain rules: 5772/QĐ-BYT; value sets of the EU DCC and WHO)."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from datetime import datetime, timedelta, timezone
from typing import Any

from vaxplatform.services import transliteration
from vaxplatform.services.codes import ICD_11, Json

VERSION = "1.3.0"
ISSUER_COUNTRY = "VN"
ISSUER = "Ministry of Health of Viet Nam"
COVID_19 = "840539006"
NAME_CHARS_MAX = 80
UVCI_CHARS_MAX = 80
VIETNAM = timezone(timedelta(hours=7))
_BIRTH_DATE = re.compile(r"(?:(?:19|20)\d\d(?:-\d\d){0,2})?", re.ASCII)
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/:"
_ANTIGEN, _MRNA, _VECTOR, _GENERIC = "1157024006", "1119349007", "29061000087103", "28531000087107"

# WHO ICD-11 code -> (vp, mp, ma)
PRODUCTS = {
    "XM8NQ0": (_MRNA, "EU/1/20/1528", "ORG-100030215"),
    "XM3DT5": (_MRNA, "EU/1/20/1507", "ORG-100031184"),
    "XM4YL8": (_VECTOR, "EU/1/21/1529", "ORG-100001699"),
    "XM97T2": (_VECTOR, "Covishield", "ORG-100001981"),
    "XM6QV1": (_VECTOR, "EU/1/20/1525", "ORG-100001417"),
    "XM8866": (_ANTIGEN, "BBIBP-CorV", "ORG-100020693"),
    "XM1AU2": (_ANTIGEN, "WIBP-CorV", "Sinopharm-WIBP"),
    "XM5ZJ4": (_VECTOR, "Sputnik-V", "Gamaleya-Research-Institute"),
    "XM9FQ7": (_ANTIGEN, "Hayat-Vax", "ORG-100023050"),
    "XM5JC5": (_GENERIC, "Abdala", "CIGB"),
    "XM1G90": (_ANTIGEN, "Covaxin", "Bharat-Biotech"),
}


class NotCertifiable(ValueError):
    """A dose that the schema has no place for; the text is a code."""


def payload(dose: Json, patient: Json, uvci: str) -> Json:
    """The DCC of one dose, as strict as the schema. Raises NotCertifiable."""
    protocol = (dose.get("protocolApplied") or [{}])[0]
    vp, mp, ma = _product(dose)
    entry = {
        "tg": COVID_19,
        "vp": vp,
        "mp": mp,
        "ma": ma,
        "dn": _count(protocol.get("doseNumberPositiveInt")),
        "sd": _count(protocol.get("seriesDosesPositiveInt")),
        "dt": _day(dose.get("occurrenceDateTime")),
        "co": ISSUER_COUNTRY,
        "is": ISSUER,
        "ci": _number(uvci),
    }
    return {"ver": VERSION, "nam": named(patient), "dob": _birth_date(patient.get("birthDate") or ""), "v": [entry]}


def named(patient: Json) -> dict[str, str]:
    """`nam` of a Patient: the official name. Raises NotCertifiable."""
    return names(next((n.get("text", "") for n in patient.get("name", []) if n.get("use") == "official"), ""))


def names(full: str) -> dict[str, str]:
    """`nam`: the first word is the family name, the rest the given names; one word alone stands as the family name, which
    ICAO 9303 calls the primary identifier and schema 1.3.0 does not do without. Raises NotCertifiable.
    """
    words = unicodedata.normalize("NFC", full).split()
    if not words:
        raise NotCertifiable("name-missing")
    family, given = words[0], " ".join(words[1:])
    parts = {"fn": family[:NAME_CHARS_MAX], "fnt": transliterated(family)}
    return parts | ({"gn": given[:NAME_CHARS_MAX].rstrip(), "gnt": transliterated(given)} if given else {})


def transliterated(name: str) -> str:
    """The name in A-Z and `<` (ICAO 9303), at most 80 characters. Raises NotCertifiable."""
    try:
        made = transliteration.transliterated(name)[:NAME_CHARS_MAX].rstrip(transliteration.FILLER)
    except ValueError as error:
        raise NotCertifiable("name-not-transliterable") from error
    if not made:
        raise NotCertifiable("name-not-transliterable")
    return made


def uvci_of(dose_id: str, content: str) -> str:
    """The certificate number of a dose's content, with its checksum: always the same for the same content."""
    opaque = hashlib.sha256(f"{dose_id}/{content}".encode()).hexdigest()[:32].upper()
    number = f"URN:UVCI:01:{ISSUER_COUNTRY}:{opaque}"
    return f"{number}#{checksum(number)}"


def checksum(number: str) -> str:
    """Luhn mod 38 over A-Z, 0-9, `/` and `:` (eHealth network, UVCI annex)."""
    total, double = 0, True
    for character in reversed(number):
        value = _ALPHABET.index(character) * (2 if double else 1)
        total += value // len(_ALPHABET) + value % len(_ALPHABET)
        double = not double
    return _ALPHABET[-total % len(_ALPHABET)]


def _product(dose: Json) -> tuple[str, str, str]:
    codings = dose.get("vaccineCode", {}).get("coding", [])
    code = next((c.get("code", "") for c in codings if c.get("system") == ICD_11), "")
    if code not in PRODUCTS:
        raise NotCertifiable("product-unknown")
    return PRODUCTS[code]


def _count(value: Any) -> int:
    if isinstance(value, bool) or not (isinstance(value, int) and 1 <= value <= 9):
        raise NotCertifiable("dose-number-missing")
    return value


def _day(moment: Any) -> str:
    """The day of the dose in Viet Nam, whatever zone a server writes times in."""
    try:
        at = datetime.fromisoformat(moment)
    except (TypeError, ValueError) as error:
        raise NotCertifiable("day-of-dose-missing") from error
    if at.tzinfo is None:  # FHIR gives every time of day its zone; without one there is only the day, or less
        if len(moment) != len("2021-11-12"):
            raise NotCertifiable("day-of-dose-missing")
        return at.date().isoformat()
    return at.astimezone(VIETNAM).date().isoformat()


def _birth_date(partial: Any) -> str:
    if not (isinstance(partial, str) and _BIRTH_DATE.fullmatch(partial)):
        raise NotCertifiable("birth-date-outside-schema")
    return partial


def _number(uvci: str) -> str:
    if len(uvci) > UVCI_CHARS_MAX:
        raise NotCertifiable("number-too-long")
    return uvci
