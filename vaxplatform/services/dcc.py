"""The payload of a certificate: EU DCC schema 1.3.0, strict (domain rules: 5772/QĐ-BYT; value sets of the EU DCC and WHO)."""

from __future__ import annotations

import hashlib
import unicodedata
from typing import Any

from vaxplatform.services.codes import ICD_11, Json

VERSION = "1.3.0"
ISSUER_COUNTRY = "VN"
ISSUER = "Ministry of Health of Viet Nam"
COVID_19 = "840539006"
NAME_CHARS_MAX = 80
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
    """The DCC of one dose. Raises NotCertifiable."""
    name = next((n.get("text", "") for n in patient.get("name", []) if n.get("use") == "official"), "")
    protocol = (dose.get("protocolApplied") or [{}])[0]
    vp, mp, ma = _product(dose)
    entry = {
        "tg": COVID_19,
        "vp": vp,
        "mp": mp,
        "ma": ma,
        "dn": _count(protocol.get("doseNumberPositiveInt")),
        "sd": _count(protocol.get("seriesDosesPositiveInt")),
        "dt": str(dose.get("occurrenceDateTime", ""))[:10],
        "co": ISSUER_COUNTRY,
        "is": ISSUER,
        "ci": uvci,
    }
    return {"ver": VERSION, "nam": names(name), "dob": patient.get("birthDate", ""), "v": [entry]}


def names(full: str) -> dict[str, str]:
    """`nam`: the first word is the family name, the rest the given names; one word alone is a given name. Raises NotCertifiable."""
    words = unicodedata.normalize("NFC", full).split()
    if not words:
        raise NotCertifiable("name-missing")
    if len(words) == 1:
        return {"gn": words[0][:NAME_CHARS_MAX], "gnt": transliterated(words[0])}
    family, given = words[0], " ".join(words[1:])
    return {
        "fn": family[:NAME_CHARS_MAX],
        "fnt": transliterated(family),
        "gn": given[:NAME_CHARS_MAX],
        "gnt": transliterated(given),
    }


def transliterated(name: str) -> str:
    """ICAO 9303 machine-readable form: A-Z, `<` between parts, at most 80 characters. Raises NotCertifiable when nothing is left."""
    plain = unicodedata.normalize("NFD", name.upper().replace("Đ", "D"))
    letters = ("<" if ch in " -" else ch for ch in plain if ch in " -" or "A" <= ch <= "Z")
    made = "<".join(part for part in "".join(letters).split("<") if part)[:NAME_CHARS_MAX]
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
    if not (isinstance(value, int) and 1 <= value <= 9):
        raise NotCertifiable("dose-number-missing")
    return value
