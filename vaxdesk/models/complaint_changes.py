"""A change that a complaint asks for, as it waits for a second person: kept whole, refused when the record changed meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from vaxdesk.errors import InputRefused, Problem
from vaxdesk.models import dose_book, judging, people
from vaxdesk.models.desk import Desk, DoseChanges
from vaxdesk.models.drafts import DoseDraft
from vaxdesk.models.values import (
    HealthBook,
    PersonDraft,
    PersonId,
    Screening,
    Sex,
    StaffMember,
)


@dataclass(frozen=True, slots=True, repr=False)
class AddDose:
    """A dose that was given and never entered; `draft.late_reason` says why it is entered late."""

    draft: DoseDraft


@dataclass(frozen=True, slots=True, repr=False)
class CorrectDose:
    """Other facts of a dose that is here."""

    dose_id: str
    changes: DoseChanges
    reason: str


@dataclass(frozen=True, slots=True, repr=False)
class MendPerson:
    """Other facts of a person; the citizen number stays."""

    person_id: str
    facts: PersonDraft
    reason: str


Change = AddDose | CorrectDose | MendPerson


@dataclass(frozen=True, slots=True)
class Done:
    """What a change became: the dose and person it is about."""

    dose_id: str = ""
    person_id: str = ""


def carry_out(connection: Connection, desk: Desk, change: Change, actor: StaffMember) -> Done:
    """The change, by the same rules as at the desk. Raises as Desk.record, Desk.correct and Desk.mend_person do."""
    if isinstance(change, AddDose):
        record = desk.record_in(connection, change.draft, actor)
        return Done(record.dose.id, record.person.id)
    if isinstance(change, CorrectDose):
        record = desk.correct_in(connection, change.dose_id, change.changes, change.reason, actor)
        return Done(record.dose.id, record.person.id)
    known = people.by_id(connection, PersonId(change.person_id))
    if change.facts.citizen_id.strip() not in ("", known.citizen_id.digits):
        raise InputRefused(Problem("complaint-number-stays", "citizen_id"))
    mended = desk.mend_in(connection, known.citizen_id, change.facts, change.reason, actor)
    if mended.revision == known.revision:
        raise InputRefused(Problem("complaint-nothing-changes"))
    return Done("", mended.id)


def basis(connection: Connection, change: Change) -> dict[str, int]:
    """The revisions the change was thought out on: of the person and of all their doses, by id."""
    person_id = _person_of(connection, change)
    if person_id is None:
        return {}
    found = {str(person_id): people.by_id(connection, person_id).revision}
    return found | {record.dose.id: record.dose.revision for record in dose_book.of_person(connection, person_id)}


def _person_of(connection: Connection, change: Change) -> PersonId | None:
    if isinstance(change, AddDose):
        known = judging.known(connection, change.draft.person)
        return known.id if known else None
    if isinstance(change, CorrectDose):
        return dose_book.current(connection, change.dose_id).person_id
    return PersonId(change.person_id)


# --- as JSON in a step


def plain(change: Change) -> dict[str, Any]:
    """The exact change as JSON values."""
    if isinstance(change, AddDose):
        return {"change": "add"} | _plain_draft(change.draft)
    if isinstance(change, CorrectDose):
        changes = {name: _plain(value) for name, value in _fields(change.changes).items() if value is not None}
        return {"change": "correct", "dose_id": change.dose_id, "changes": changes, "reason": change.reason}
    return {
        "change": "mend",
        "person_id": change.person_id,
        "facts": _plain_person(change.facts),
        "reason": change.reason,
    }


def change_of(kept: Mapping[str, Any]) -> Change:
    """What `plain` kept."""
    if kept["change"] == "add":
        return AddDose(_draft_of(kept))
    if kept["change"] == "correct":
        changes = DoseChanges(**{name: _moment_of(name, value) for name, value in kept["changes"].items()})
        return CorrectDose(kept["dose_id"], changes, kept["reason"])
    return MendPerson(kept["person_id"], _person_draft_of(kept["facts"]), kept["reason"])


def with_reason(change: Change, reason: str) -> Change:
    """The change with the proposal's reason, where it has none of its own."""
    if isinstance(change, AddDose):
        late = change.draft.late_reason.strip() or reason
        return AddDose(replace(change.draft, late_reason=late))
    return replace(change, reason=change.reason.strip() or reason)


def _fields(changes: DoseChanges) -> dict[str, Any]:
    return asdict(changes)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _moment_of(name: str, value: Any) -> Any:
    if name == "occurred_at":
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if name == "expiry" else value


def _plain_person(draft: PersonDraft) -> dict[str, str]:
    return {name: str(value) for name, value in asdict(draft).items()}


def _person_draft_of(kept: Mapping[str, str]) -> PersonDraft:
    facts: dict[str, Any] = dict(kept)
    return PersonDraft(**facts | {"sex": Sex(kept["sex"]), "health_book": HealthBook(kept["health_book"])})


def _plain_draft(draft: DoseDraft) -> dict[str, Any]:
    return {
        "person": _plain_person(draft.person),
        "vaccine": draft.vaccine,
        "lot": draft.lot,
        "expiry": draft.expiry.isoformat() if draft.expiry else "",
        "occurred_at": draft.occurred_at.isoformat(),
        "dose_number": draft.dose_number,
        "screening": (draft.screening or Screening.ELIGIBLE).value,
        "injector": draft.injector,
        "body_site": draft.body_site,
        "override_reason": draft.override_reason,
        "late_reason": draft.late_reason,
    }


def _draft_of(kept: Mapping[str, Any]) -> DoseDraft:
    return DoseDraft(
        person=_person_draft_of(kept["person"]),
        vaccine=kept["vaccine"],
        lot=kept["lot"],
        expiry=date.fromisoformat(kept["expiry"]) if kept["expiry"] else None,
        occurred_at=datetime.fromisoformat(kept["occurred_at"]),
        dose_number=kept["dose_number"],
        screening=Screening(kept["screening"]),
        injector=kept["injector"],
        body_site=kept["body_site"],
        override_reason=kept["override_reason"],
        late_reason=kept["late_reason"],
    )
