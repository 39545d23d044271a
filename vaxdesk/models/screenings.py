"""Screening sheets in the store: one row a look at a person, never changed afterwards; a new look is a new sheet."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NewType

from sqlalchemy import Connection, bindparam, select, text

from vaxdesk.errors import AccessRefused, DoseRefused, InputRefused, Problem
from vaxdesk.models import audit, intake, people
from vaxdesk.models import session_tables as s
from vaxdesk.models import tables as t
from vaxdesk.models.authority import Act, may, require
from vaxdesk.models.db import Store
from vaxdesk.models.drafts import DoseDraft
from vaxdesk.models.rows import staff_of
from vaxdesk.models.screening import FORMS, Consent, FormCode, SheetDraft, check_sheet, propose
from vaxdesk.models.text_repair import normal_name
from vaxdesk.models.values import VIETNAM, CitizenId, Person, PersonId, Screening, StaffId, StaffMember
from vaxdesk.models.vitals import Vitals

SheetId = NewType("SheetId", str)
GUARDIAN_CHARS_MAX = 100


@dataclass(frozen=True, slots=True, repr=False)
class Sheet:
    """A sheet as it was kept. `proposed` and `reasons` are what the form said then; who concluded, and when, is frozen (I7)."""

    id: SheetId
    person_id: PersonId
    citizen_id: CitizenId
    day: date
    form: FormCode
    answers: dict[str, bool]
    vitals: Vitals
    consent: Consent
    guardian_name: str
    guardian_phone: str
    proposed: Screening
    reasons: tuple[str, ...]
    conclusion: Screening
    note: str
    concluded_at: datetime
    concluded_by: StaffId

    def __repr__(self) -> str:
        return f"Sheet({self.id})"


_SHEET = s.screening_sheet.c
_LAST = select(s.screening_sheet).where(_SHEET.day == bindparam("day")).order_by(text("rowid DESC")).limit(1)
_OF_NUMBER = _LAST.where(_SHEET.citizen_id == bindparam("whose"))
_OF_PERSON = _LAST.where(_SHEET.person_id == bindparam("whose"))


class Screenings:
    """The station before the needle. Every method may raise StoreError."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def save(self, draft: SheetDraft, actor: StaffMember) -> Sheet:
        """Keeps a sheet, and its person as a dose would; nothing is stored where it raises.

        Raises InputRefused with all that stands against it, AccessRefused `screeners-only`.
        """
        with self._store.write() as connection:
            return keep(connection, draft, actor, self._clock())[0]

    def newest(self, whose: PersonId | CitizenId, day: date) -> Sheet | None:
        """The last sheet of a person on a day."""
        with self._store.read() as connection:
            return newest(connection, whose, day)


def keep(connection: Connection, draft: SheetDraft, actor: StaffMember, now: datetime) -> tuple[Sheet, Person]:
    """In another use case's transaction: `Screenings.save`, with the person as they are kept now."""
    require(actor, Act.SCREEN)
    facts, known = people.checked(connection, draft.person, now.date())
    day = now.astimezone(VIETNAM).date()
    if problems := check_sheet(draft, facts.birth_date, facts.sex, day):
        raise InputRefused(*problems)
    person = people.save(connection, facts, known, actor.id, now, "")
    return _noted(connection, _keep(connection, draft, person, actor, now, day), actor), person


def keep_with_dose(
    connection: Connection, draft: DoseDraft, person: Person, actor: StaffMember, now: datetime
) -> Sheet | None:
    """Keeps the sheet of a dose in the dose's own transaction, under the name of who concluded it.

    Who may not conclude injects on the conclusion that somebody else kept for this person on that day: that sheet is given back.
    Raises DoseRefused when sheet and dose do not agree, AccessRefused `screeners-only`.
    """
    sheet, concluder = draft.sheet, _concluder(connection, draft, actor)
    day = draft.occurred_at.astimezone(VIETNAM).date()
    if not (may(concluder, Act.SCREEN) or _is_on_paper(draft)):
        return _theirs(connection, person, day, draft)
    if sheet is None:
        _must_not_contradict(newest(connection, person.id, day), draft)
        return None
    problems = check_sheet(sheet, person.birth_date, person.sex, day)
    if sheet.conclusion is not draft.screening:
        problems += (Problem("sheet-contradicts-dose", "screening"),)
    if "".join(sheet.person.citizen_id.split()) != person.citizen_id.digits:
        problems += (Problem("sheet-of-another", "citizen_id"),)
    if problems:
        raise DoseRefused(*problems)
    return _noted(connection, _keep(connection, sheet, person, concluder, now, day), actor)


def _is_on_paper(draft: DoseDraft) -> bool:
    """An injection after a form that was concluded on paper: nothing is concluded here."""
    return draft.sheet is None and draft.concluded_by is None and draft.gives_dose


def _must_not_contradict(kept: Sheet | None, draft: DoseDraft) -> None:
    """A form kept here that day and concluded against the injection is not overruled by saying nothing: another form must be made."""
    if kept is not None and draft.gives_dose and not kept.conclusion.lets_inject:
        params = {"at": f"{kept.concluded_at.astimezone(VIETNAM):%H:%M}"}
        raise DoseRefused(Problem("screening-says-no", "screening", params=params))


def _concluder(connection: Connection, draft: DoseDraft, actor: StaffMember) -> StaffMember:
    if draft.concluded_by in (None, actor.id):
        return actor
    row = connection.execute(select(t.staff).where(t.staff.c.id == draft.concluded_by)).first()
    return staff_of(row) if row else actor


def _theirs(connection: Connection, person: Person, day: date, draft: DoseDraft) -> Sheet:
    found = newest(connection, person.id, day)
    if found is None or not (found.conclusion.lets_inject and draft.gives_dose):
        raise AccessRefused("screeners-only")
    return found


def newest(connection: Connection, whose: PersonId | CitizenId, day: date) -> Sheet | None:
    """In another use case's transaction: the last sheet of a person on a day."""
    query, key = (_OF_NUMBER, whose.digits) if isinstance(whose, CitizenId) else (_OF_PERSON, whose)
    row = connection.execute(query, {"whose": key, "day": day}).mappings().first()
    return _sheet_of(row) if row else None


def _keep(
    connection: Connection, draft: SheetDraft, person: Person, concluder: StaffMember, now: datetime, day: date
) -> Sheet:
    proposal = propose(FORMS[draft.form], draft.answers, draft.vitals, draft.consent)
    sheet = Sheet(
        id=SheetId(str(uuid.uuid4())),
        person_id=person.id,
        citizen_id=person.citizen_id,
        day=day,
        form=draft.form,
        answers=dict(draft.answers),
        vitals=draft.vitals,
        consent=draft.consent,
        guardian_name=normal_name(draft.guardian_name[:GUARDIAN_CHARS_MAX]),
        guardian_phone="".join(draft.guardian_phone.split())[: intake.PHONE_CHARS_MAX],
        proposed=proposal.conclusion,
        reasons=proposal.reasons,
        conclusion=draft.conclusion,
        note=" ".join(draft.note.split()),
        concluded_at=now,
        concluded_by=concluder.id,
    )
    connection.execute(s.screening_sheet.insert(), _row_of(sheet))
    return sheet


def _noted(connection: Connection, sheet: Sheet, actor: StaffMember) -> Sheet:
    """Who saved it; who concluded it stands on the sheet."""
    audit.note(connection, sheet.concluded_at, actor.id, "screening-saved", sheet.id, sheet.conclusion.value)
    return sheet


def _row_of(sheet: Sheet) -> dict[str, Any]:
    plain = {name: getattr(sheet, name) for name in ("id", "person_id", "day", "guardian_name", "guardian_phone")}
    plain |= {name: getattr(sheet, name) for name in ("note", "concluded_at", "concluded_by")}
    plain |= {name: getattr(sheet.vitals, name) for name in Vitals.__dataclass_fields__}
    return plain | {
        "citizen_id": sheet.citizen_id.digits,
        "form": sheet.form.value,
        "answers": json.dumps(sheet.answers),
        "consent": sheet.consent.value,
        "proposed": sheet.proposed.value,
        "reasons": json.dumps(sheet.reasons),
        "conclusion": sheet.conclusion.value,
    }


def _sheet_of(row: Any) -> Sheet:
    return Sheet(
        id=SheetId(row["id"]),
        person_id=PersonId(row["person_id"]),
        citizen_id=CitizenId(row["citizen_id"]),
        day=row["day"],
        form=FormCode(row["form"]),
        answers=json.loads(row["answers"]),
        vitals=Vitals(**{name: row[name] for name in Vitals.__dataclass_fields__}),
        consent=Consent(row["consent"]),
        guardian_name=row["guardian_name"],
        guardian_phone=row["guardian_phone"],
        proposed=Screening(row["proposed"]),
        reasons=tuple(json.loads(row["reasons"])),
        conclusion=Screening(row["conclusion"]),
        note=row["note"],
        concluded_at=row["concluded_at"],
        concluded_by=StaffId(row["concluded_by"]),
    )
