"""Recalled lots (contract S6): a Medication of the lot, which only the platform writes and the sites it is meant for read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from vaxplatform.services.codes import NATIONAL, Json, derived_id, tags
from vaxplatform.store import saving
from vaxplatform.store.database import Database
from vaxplatform.store.resources import Writing
from vaxplatform.store.scope import Actor
from vaxplatform.store.validation import check

VACCINE = "urn:vaxdesk:vaccine"
RECALLED_AT, RECALL_REASON = "urn:vaxdesk:ext:recalled-at", "urn:vaxdesk:ext:recall-reason"
REASON_CHARS_MIN, REASON_CHARS_MAX = 3, 300
_LOT = re.compile(r"[A-Z0-9][A-Z0-9 ./_-]{0,19}")
_VACCINE = re.compile(r"[A-Z0-9][A-Z0-9-]{0,29}")


class RecallRefused(Exception):
    """`code`: `lot-unusable`, `vaccine-unusable`, `reason-unusable`, `recall-unknown`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Lot:
    """A lot of a vaccine, upper case as on the vial, at one site or (`site` empty) everywhere.

    Raises RecallRefused for one that no label could carry.
    """

    number: str
    vaccine: str
    site: str = ""

    def __post_init__(self) -> None:
        if not _LOT.fullmatch(self.number):
            raise RecallRefused("lot-unusable")
        if not _VACCINE.fullmatch(self.vaccine):
            raise RecallRefused("vaccine-unusable")

    @property
    def resource_id(self) -> str:
        """Always the same for one lot and tag: recalling again makes another version, not another recall."""
        return derived_id("recall", self.vaccine, self.number, self.site or NATIONAL)


def lot(number: str, vaccine: str, site: str = "") -> Lot:
    """A lot as typed. Raises RecallRefused."""
    return Lot(" ".join(number.upper().split()), vaccine.strip().upper(), site)


def recall(database: Database, recalled: Lot, reason: str, now: datetime) -> Json:
    """Recalls a lot; again changes the reason only: the first time stands. Returns the resource. Raises RecallRefused, Refused."""
    reason = " ".join(reason.split())
    if not REASON_CHARS_MIN <= len(reason) <= REASON_CHARS_MAX:
        raise RecallRefused("reason-unusable")
    known = _known(database, recalled)
    at = _recalled_at(known) if known and known["status"] == "inactive" else now.isoformat(timespec="seconds")
    return _put(database, resource(recalled, reason, at))


def release(database: Database, recalled: Lot) -> Json:
    """Takes a recall back: the lot may be used again. Raises RecallRefused `recall-unknown`."""
    known = _known(database, recalled)
    if known is None:
        raise RecallRefused("recall-unknown")
    return _put(database, known | {"meta": tags(recalled.site or NATIONAL), "status": "active"})


def resource(recalled: Lot, reason: str, at: str) -> Json:
    """The Medication of a recall; `at` is an instant as FHIR writes it."""
    return {
        "resourceType": "Medication",
        "id": recalled.resource_id,
        "meta": tags(recalled.site or NATIONAL),
        "extension": [
            {"url": RECALLED_AT, "valueDateTime": at},
            {"url": RECALL_REASON, "valueString": reason},
        ],
        "code": {"coding": [{"system": VACCINE, "code": recalled.vaccine}]},
        "status": "inactive",
        "batch": {"lotNumber": recalled.number},
    }


def _known(database: Database, recalled: Lot) -> Json | None:
    with database.reading() as connection:
        found = Writing(connection, Actor()).newest("Medication", recalled.resource_id)
    return found.resource if found else None


def _recalled_at(known: Json) -> str:
    return next(str(one["valueDateTime"]) for one in known["extension"] if one["url"] == RECALLED_AT)


def _put(database: Database, wanted: Json) -> Json:
    checked = check(wanted, "Medication")
    with database.writing() as connection:
        writing = Writing(connection, Actor())
        saved = saving.update(writing, checked)
        writing.flush()
    found: Json = saved.stored.resource
    return found
