"""FHIR date search values as ranges of microseconds (R4 search, section date). Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from vaxplatform.store.refusals import Refused

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_VALUE = re.compile(
    r"(?P<prefix>eq|ge|gt|le|lt|sa|eb)?(?P<year>\d{4})(-(?P<month>\d\d)(-(?P<day>\d\d)(T(?P<time>[\d:.]{5,15})(?P<zone>Z|[+ -]\d\d:\d\d)?)?)?)?",
    re.ASCII,
)
_TIME = re.compile(r"(?P<hour>\d\d):(?P<minute>\d\d)(:(?P<second>\d\d)(\.(?P<fraction>\d{1,9}))?)?", re.ASCII)


def bounds(value: str) -> tuple[int | None, int | None]:
    """(from, until) in microseconds, both included, of a value such as `ge2026-11-23T08:00:00Z`; None is open.

    A value stands for the whole span of its precision, e.g. a day; without a zone it is UTC. Raises Refused `parameter-value`.
    """
    match = _VALUE.fullmatch(value)
    if match is None:
        raise Refused("parameter-value", parameter="_lastUpdated")
    try:
        start, end = _span(match)
    except (ValueError, OverflowError) as error:
        raise Refused("parameter-value", parameter="_lastUpdated") from error
    low, high = _us(start), _us(end) - 1
    match match["prefix"] or "eq":
        case "ge":
            return low, None
        case "gt" | "sa":
            return high + 1, None
        case "le":
            return None, high
        case "lt" | "eb":
            return None, low - 1
    return low, high


def _us(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1)


def _span(match: re.Match[str]) -> tuple[datetime, datetime]:
    year, month, day = int(match["year"]), int(match["month"] or 1), int(match["day"] or 1)
    start = datetime(year, month, day, tzinfo=UTC)
    if match["month"] is None:
        return start, start.replace(year=year + 1)
    if match["day"] is None:
        return start, (start + timedelta(days=32)).replace(day=1)
    if match["time"] is None:
        return start, start + timedelta(days=1)
    return _moment(start, match["time"], match["zone"] or "Z")


def _moment(day: datetime, time: str, zone: str) -> tuple[datetime, datetime]:
    found = _TIME.fullmatch(time)
    if found is None:
        raise ValueError("time")
    fraction = (found["fraction"] or "")[:6]
    start = day.replace(
        hour=int(found["hour"]),
        minute=int(found["minute"]),
        second=int(found["second"] or 0),
        microsecond=int(fraction.ljust(6, "0") or 0),
    ) - _offset(zone)
    if found["second"] is None:
        return start, start + timedelta(minutes=1)
    return start, start + timedelta(microseconds=10 ** (6 - len(fraction)))


def _offset(zone: str) -> timedelta:
    """`+07:00`; a space is a plus that an URL turned into a space."""
    if zone == "Z":
        return timedelta()
    offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[4:6]))
    return -offset if zone[0] == "-" else offset
