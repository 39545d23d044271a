"""Texts from the command line or a batch line -> a dose draft. Every refusal names the field."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from vaxdesk.errors import InputRefused, Problem
from vaxdesk.models import scan
from vaxdesk.models.desk import DoseChanges, Preset
from vaxdesk.models.drafts import DoseDraft
from vaxdesk.models.values import VIETNAM, IdentityCard, PersonDraft, Screening, Sex

_MONTH = re.compile(r"(?:(\d{4})-(\d{2})|(\d{2})/(\d{4}))")
_DAY = re.compile(r"(\d{2})/(\d{2})/(\d{4})")


def draft_of(given: Mapping[str, Any], preset: Preset, now: datetime) -> DoseDraft:
    """A draft from options or a batch line; product facts fall back to the session's preset. Raises InputRefused."""
    person, notes = person_of(given, now.date())
    expiry = _text(given, "expiry")
    return DoseDraft(
        person=person,
        vaccine=_text(given, "vaccine") or preset.vaccine,
        lot=_text(given, "lot") or preset.lot,
        expiry=day_of(expiry, "expiry", last=True) if expiry else preset.expiry,
        occurred_at=moment_of(_text(given, "at"), now),
        dose_number=number_of(given.get("dose")),
        screening=_screening(given),
        injector=_text(given, "injector") or preset.injector,
        body_site=_text(given, "body_site") or "LA",
        override_reason=_text(given, "override"),
        notes=notes,
    )


def person_of(given: Mapping[str, Any], today: date) -> tuple[PersonDraft, tuple[Problem, ...]]:
    """The person of a scan, or of typed facts. Raises InputRefused: a missing number is said here, before anything else."""
    text = _text(given, "scan")
    if not text:
        return _typed(given), ()
    found = scan.parse(text, today)
    if not isinstance(found, IdentityCard):
        raise InputRefused(Problem("scan-not-a-person", "scan"))
    if found.masked:
        raise InputRefused(Problem("card-masked", "scan"))
    return found.person, found.notes


def changes_of(given: Mapping[str, Any], now: datetime) -> DoseChanges:
    """What a correction changes. Raises InputRefused."""
    expiry, at = _text(given, "expiry"), _text(given, "at")
    return DoseChanges(
        vaccine=_text(given, "vaccine") or None,
        lot=_text(given, "lot") or None,
        expiry=day_of(expiry, "expiry", last=True) if expiry else None,
        dose_number=number_of(given.get("dose")),
        occurred_at=moment_of(at, now) if at else None,
        injector=_text(given, "injector") or None,
        body_site=_text(given, "body_site") or None,
    )


def day_of(text: str, field: str, last: bool = False) -> date:
    """A date written 2021-11-12, 12/11/2021, or (with `last`: the month's last day) 2021-11 or 11/2021. Raises InputRefused."""
    try:
        if match := _DAY.fullmatch(text):
            return date(int(match[3]), int(match[2]), int(match[1]))
        if last and (match := _MONTH.fullmatch(text)):
            year, month = int(match[1] or match[4]), int(match[2] or match[3])
            return date(year, month, calendar.monthrange(year, month)[1])
        return date.fromisoformat(text)
    except (ValueError, calendar.IllegalMonthError) as error:
        raise _unreadable(text, field) from error


def moment_of(text: str, now: datetime) -> datetime:
    """An ISO time (Vietnamese time when it has no zone; noon when it has no time); `now` for an empty text. Raises InputRefused."""
    if not text:
        return now
    try:
        if len(text) == 10:
            return datetime.combine(date.fromisoformat(text), time(12), VIETNAM)
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise _unreadable(text, "at") from error
    return found if found.tzinfo else found.replace(tzinfo=VIETNAM)


def number_of(given: Any) -> int | None:
    """A dose number 1 to 9, or None when not given. Raises InputRefused."""
    if given in (None, ""):
        return None
    text = str(given)
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= 9):
        raise InputRefused(Problem("dose-number-unreadable", "dose", params={"given": text[:20]}))
    return int(text)


def _typed(given: Mapping[str, Any]) -> PersonDraft:
    sexes = {"nam": Sex.MALE, "nữ": Sex.FEMALE, "male": Sex.MALE, "female": Sex.FEMALE}
    birth = _text(given, "birth_date")
    if match := _DAY.fullmatch(birth):
        birth = f"{match[3]}-{match[2]}-{match[1]}"
    return PersonDraft(
        citizen_id=_text(given, "citizen_id"),
        name=_text(given, "name"),
        birth_date=birth,
        sex=sexes.get(_text(given, "sex").lower(), Sex.UNKNOWN),
        phone=_text(given, "phone"),
        address=_text(given, "address"),
    )


def _screening(given: Mapping[str, Any]) -> Screening | None:
    """Left out, it is `eligible`, concluded on the paper form: who acts says so. What is there and empty is no conclusion."""
    if "screening" not in given:
        return Screening.ELIGIBLE
    text = _text(given, "screening").strip()
    if not text:
        return None
    try:
        return Screening(text)
    except ValueError as error:
        raise InputRefused(Problem("screening-unknown", "screening", params={"given": text[:30]})) from error


def _text(given: Mapping[str, Any], name: str) -> str:
    value = given.get(name)
    return "" if value is None else str(value)


def _unreadable(text: str, field: str) -> InputRefused:
    return InputRefused(Problem("date-unreadable", field, params={"given": text[:30]}))
