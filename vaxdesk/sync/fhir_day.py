"""A closed day -> MeasureReport (contract D1). Pure. No person is in it."""

from __future__ import annotations

import unicodedata
from datetime import datetime, time, timedelta

from vaxdesk.models.day_close import TERMS, DayClose, DayCounts
from vaxdesk.models.reports import DailyRow
from vaxdesk.models.stock import LotBalance
from vaxdesk.models.values import VIETNAM
from vaxdesk.sync import codes
from vaxdesk.sync.codes import Json, concept
from vaxdesk.sync.fhir_immunization import moment

MEASURE = "urn:vaxdesk:measure:day-close"
STOCK, DAY, REPORT = "urn:vaxdesk:stock", "urn:vaxdesk:day", "urn:vaxdesk:daily-report"
CLOSE_REASON = "urn:vaxdesk:ext:close-reason"
FIGURES_HASH = "urn:vaxdesk:ext:figures-hash"
WHOLE_DAY, DAILY_REPORT = "day", "daily-report"


def measure_report(close: DayClose) -> Json:
    """The MeasureReport of one revision of a closed day; a count that nobody made is left out."""
    figures = close.figures
    start = datetime.combine(figures.day, time(), VIETNAM)
    end = start + timedelta(days=1, seconds=-1)
    return {
        "resourceType": "MeasureReport",
        "id": close.id,
        "meta": codes.tags(figures.site),
        "extension": _extensions(close),
        "status": "complete",
        "type": "summary",
        "measure": MEASURE,
        "date": moment(figures.closed_at),
        "reporter": {"display": unicodedata.normalize("NFC", close.site_name)},
        "period": {"start": moment(start), "end": moment(end)},
        "group": [*map(_of_lot, figures.lots), *map(_of_report, figures.daily), _of_day(figures.counts)],
    }


def _extensions(close: DayClose) -> list[Json]:
    figures = close.figures
    sequence = f"{figures.device_id}/{figures.epoch}/{figures.sequence}"
    found: list[Json] = [
        {"url": codes.REVISION, "valueInteger": close.revision},
        {"url": codes.SEQUENCE, "valueString": sequence},
        {"url": FIGURES_HASH, "valueString": close.hash},
    ]
    if figures.reason:
        found.append({"url": CLOSE_REASON, "valueString": unicodedata.normalize("NFC", figures.reason)})
    return found


def _of_lot(lot: LotBalance) -> Json:
    counted = {term: getattr(lot, term) for term in TERMS}
    return {
        "code": concept(codes.VACCINE, lot.key.vaccine) | {"text": lot.key.lot},
        "population": [_population(STOCK, term, doses) for term, doses in counted.items() if doses is not None],
    }


def _of_report(row: DailyRow) -> Json:
    """A line of annex 5 of 3588/QĐ-BYT; the one without a vaccine is the total."""
    counted = {
        "targets": row.targets,
        **row.sent_home,
        **row.given,
        "used": row.used,
        "discarded": row.discarded,
        "common-reactions": row.common,
        "serious-reactions": row.serious,
        **row.signs,
    }
    code = concept(codes.VACCINE, row.vaccine) if row.vaccine else {}
    return {
        "code": code | {"text": DAILY_REPORT},
        "population": [_population(REPORT, name, count) for name, count in sorted(counted.items())],
    }


def _of_day(counts: DayCounts) -> Json:
    found = {
        "given": counts.given,
        "received": counts.received,
        "read-back": counts.read_back,
        "waiting": counts.waiting,
        "not-done": counts.not_done,
        "reactions": counts.reactions,
    }
    return {"code": {"text": WHOLE_DAY}, "population": [_population(DAY, name, n) for name, n in found.items()]}


def _population(system: str, code: str, count: int) -> Json:
    return {"code": concept(system, code), "count": count}
