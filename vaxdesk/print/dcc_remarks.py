"""What a genuine certificate says oddly: told to the reader beside it, never a reason to refuse it. Pure.

Issuers wrote what the schema does not allow, and codes that came later or were withdrawn (quality assurance of the EU gateway;
domain rules in vaxdesk/resources/value_sets.json), and many certificate numbers carry no checksum. A checksum that is there and
wrong is another matter: numbers are copied by hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from vaxdesk.errors import Problem, Severity
from vaxdesk.models import catalogue

CODED = ("tg", "vp", "mp", "ma")
SHOWN_CHARS = 40
UVCI_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/:"
_PLAIN_NAME = re.compile(r"[A-Z<]{0,80}")


def remarks(payload: Mapping[str, Any], entry: Mapping[str, Any]) -> tuple[Problem, ...]:
    """Problems of severity WARN or INFO: `hcert-checksum-wrong`, `hcert-code-unknown`, `hcert-dose-odd`, `hcert-date-odd`,
    `hcert-plain-name-odd`. Their params are shown, never logged.
    """
    found = [*_about_number(entry.get("ci")), *_about_plain_name(payload.get("nam"))]
    if payload.get("v") == [entry]:
        found += [*_about_codes(entry), *_about_doses(entry), *_about_day(entry.get("dt"))]
    return tuple(found)


def checksum_holds(uvci: str) -> bool | None:
    """Whether the character behind `#` is the Luhn mod 38 of the number (eHealth network, UVCI annex); None when there is none.

    The prefix `URN:UVCI:` counts in; where an issuer left it out of the number, it is put back.
    """
    number, mark, check = uvci.strip().upper().partition("#")
    if not mark:
        return None
    whole = number if number.startswith("URN:UVCI:") else f"URN:UVCI:{number}"
    if len(check) != 1 or not set(whole + check) <= set(UVCI_ALPHABET):
        return False
    return _luhn(whole + check) == 0


def _luhn(text: str) -> int:
    """The sum modulo 38; every second character from the right, beginning with the last but one, counts double."""
    size, total = len(UVCI_ALPHABET), 0
    for place, character in enumerate(reversed(text)):
        value = UVCI_ALPHABET.index(character) * (1 + place % 2)
        total += value // size + value % size
    return total % size


def _about_number(ci: object) -> Iterator[Problem]:
    if isinstance(ci, str) and checksum_holds(ci) is False:
        yield _remark("hcert-checksum-wrong", "ci", Severity.WARN)


def _about_plain_name(names: object) -> Iterator[Problem]:
    parts = [names.get(part) for part in ("fnt", "gnt")] if isinstance(names, Mapping) else []
    if not any(isinstance(part, str) and part for part in parts) or not all(
        part is None or (isinstance(part, str) and _PLAIN_NAME.fullmatch(part)) for part in parts
    ):
        yield _remark("hcert-plain-name-odd", "nam", Severity.INFO)


def _about_codes(entry: Mapping[str, Any]) -> Iterator[Problem]:
    sets = catalogue.load().value_sets
    for field in CODED:
        code = entry.get(field)
        if not (isinstance(code, str) and code.strip() in sets[field]):
            shown = " ".join(code.split())[:SHOWN_CHARS] if isinstance(code, str) and code.strip() else "—"
            yield _remark("hcert-code-unknown", field, Severity.WARN, value=shown, name=field)


def _about_doses(entry: Mapping[str, Any]) -> Iterator[Problem]:
    for field in ("dn", "sd"):
        count = entry.get(field)
        if isinstance(count, bool) or not isinstance(count, int | float) or count != count // 1 or count < 1:
            yield _remark("hcert-dose-odd", field, Severity.WARN)


def _about_day(day: object) -> Iterator[Problem]:
    try:
        date.fromisoformat(day.strip()[:10] if isinstance(day, str) else "")
    except ValueError:
        yield _remark("hcert-date-odd", "dt", Severity.WARN)


def _remark(code: str, field: str, severity: Severity, **params: str) -> Problem:
    return Problem(code, field, severity, MappingProxyType(params))
