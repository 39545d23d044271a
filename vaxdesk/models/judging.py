"""A draft judged with everything this desk knows: the person, their doses here and elsewhere, the population data's answer, the open vial."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from vaxdesk.errors import InputRefused
from vaxdesk.models import (
    citizen_id,
    dose_book,
    elsewhere,
    intake,
    people,
    person_checks,
    recall_book,
    recalls,
    vial_book,
    vials,
)
from vaxdesk.models.drafts import DoseDraft
from vaxdesk.models.values import CitizenId, GivenDose, Person, PersonDraft, Site


def number(draft: PersonDraft) -> CitizenId | None:
    """The citizen number of a draft; None while it is none."""
    try:
        return citizen_id.parse(draft.citizen_id)
    except InputRefused:
        return None


def known(connection: Connection, draft: PersonDraft) -> Person | None:
    """Who this desk knows under the draft's number."""
    found = number(draft)
    return people.by_number(connection, found) if found else None


def judge(
    connection: Connection,
    draft: DoseDraft,
    person: Person | None,
    site: Site,
    now: datetime,
    except_dose: str = "",
    pending: tuple[GivenDose, ...] = (),
) -> intake.Assessment:
    """What stands against saving. `except_dose`: a correction is judged without its own old self; `pending`: doses that would be saved before it."""
    history = (dose_book.history(connection, person.id, except_dose) if person else ()) + pending
    citizen = number(draft.person)
    others = elsewhere.doses_of(connection, citizen) if citizen else ()
    both = tuple(sorted(history + elsewhere.given(others), key=lambda dose: dose.on))
    judged = intake.assess(draft, person, both, site.province, now)
    judged = replace(judged, problems=judged.problems + intake.given_elsewhere(draft, judged, others))
    if not draft.gives_dose:
        return judged
    recall = recall_book.of_lot(connection, judged.vaccine.code if judged.vaccine else "", draft.lot)
    recalled = recalls.check(recall, draft.occurred_at, now, is_correction=bool(except_dose))
    return _before_the_needle(connection, draft, person, replace(judged, problems=judged.problems + recalled))


def _before_the_needle(
    connection: Connection, draft: DoseDraft, person: Person | None, judged: intake.Assessment
) -> intake.Assessment:
    problems = person_checks.identity(connection, judged.facts, person) if judged.facts else ()
    vial = None
    if draft.vial and judged.vaccine is not None:
        vial = vial_book.find(connection, judged.vaccine, draft.lot, draft.vial)
        problems += vials.check(vial, draft.occurred_at) if vial else ()
    return replace(judged, problems=judged.problems + problems, vial=vial)
