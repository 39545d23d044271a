"""The citizen number (CCCD, personal identification number): 12 digits by Decree 137/2015 art. 13 and Circular 59/2021/TT-BCA art. 4. Pure.

Three digits of the province or country of birth registration, one of century and sex, two of the birth year, six at random. There is no check digit,
so a number can only be refused for what it contradicts.
"""

from __future__ import annotations

import json
import re
from functools import cache
from types import MappingProxyType

from vaxdesk.errors import InputRefused, Problem, Severity
from vaxdesk.models.values import CitizenId, Sex
from vaxdesk.paths import resource

DIGITS = 12
_PASSPORT = re.compile(r"[A-Za-z]{1,2}\d{6,8}")
_SEPARATORS = re.compile(r"[ .\u00a0-]")


def parse(untrusted_text: str) -> CitizenId:
    """The number in a text; groups may be separated by spaces, dots or hyphens. Raises InputRefused for anything else."""
    text = _SEPARATORS.sub("", untrusted_text.strip())
    if not text:
        raise _refused("citizen-id-missing")
    if _PASSPORT.fullmatch(text):
        raise _refused("citizen-id-passport")
    if not (text.isascii() and text.isdecimal()):
        raise _refused("citizen-id-not-digits")
    if len(text) == 9:
        raise _refused("citizen-id-old-number")
    if len(text) < DIGITS:
        raise _refused("citizen-id-too-short", count=str(len(text)))
    if len(text) > DIGITS:
        raise _refused("citizen-id-too-long", count=str(len(text)))
    if text[:3] == "000" or len(set(text)) == 1:
        raise _refused("citizen-id-impossible")
    return CitizenId(text)


def check(number: CitizenId, birth_date: str, sex: Sex) -> tuple[Problem, ...]:
    """What in the number contradicts the card or the nurse (STOP), and an unknown province or country code (WARN)."""
    problems: list[Problem] = []
    if region_of(number) is None:
        problems.append(
            Problem(
                "citizen-id-unknown-code", "citizen_id", Severity.WARN, MappingProxyType({"code": number.digits[:3]})
            )
        )
    if sex is not Sex.UNKNOWN and sex is not sex_of(number):
        problems.append(Problem("citizen-id-sex-contradicts", "sex"))
    given = birth_date[:4]
    if given.isdecimal() and int(given) != birth_year(number):
        years = {"number_year": str(birth_year(number)), "given_year": given}
        problems.append(Problem("citizen-id-year-contradicts", "birth_date", params=MappingProxyType(years)))
    return tuple(problems)


def birth_year(number: CitizenId) -> int:
    """The year of birth the number says: digits 4 to 6."""
    return 1900 + 100 * (int(number.digits[3]) // 2) + int(number.digits[4:6])


def prefixes(birth_year: int) -> tuple[str, ...]:
    """The first six digits of everybody born in that year: of every province and country, men and women; empty for a year no number tells."""
    century = 2 * ((birth_year - 1900) // 100)
    if not 0 <= century <= 8:
        return ()
    return tuple(
        f"{region:03d}{digit}{birth_year % 100:02d}" for region in range(1000) for digit in (century, century + 1)
    )


def sex_of(number: CitizenId) -> Sex:
    """The sex the number says: even digit 4 male, odd female."""
    return Sex.FEMALE if int(number.digits[3]) % 2 else Sex.MALE


def region_of(number: CitizenId) -> str | None:
    """The province (Circular 07/2016/TT-BCA, annex 1) or `nước ngoài` for a country code; None when the code is unknown."""
    code = number.digits[:3]
    if code[0] in "12":
        return "nước ngoài"
    return _provinces().get(code)


@cache
def _provinces() -> dict[str, str]:
    found: dict[str, str] = json.loads(resource("codes", "provinces.json").read_text(encoding="utf-8"))["provinces"]
    return found


def _refused(code: str, **params: str) -> InputRefused:
    return InputRefused(Problem(code, "citizen_id", params=MappingProxyType(params)))
