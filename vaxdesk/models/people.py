"""People in the store: found by number, phone, old number or name without diacritics; every change is a new revision."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, text, update

from vaxdesk.errors import InputRefused, Severity
from vaxdesk.models import citizen_id, intake
from vaxdesk.models import tables as t
from vaxdesk.models.rows import insert_many, person_of, select_person
from vaxdesk.models.text_repair import fold
from vaxdesk.models.values import CitizenId, Person, PersonDraft, PersonId, StaffId

FOUND_MAX = 50
CITIZEN_DIGITS = 12
COMPARED = (
    "name", "birth_date", "sex", "old_id", "phone", "address", "nationality", "guardian_name", "guardian_phone",
    "health_book",
)  # fmt: skip
_BY_NUMBER = select_person().where(t.person.c.citizen_id == bindparam("number"))
_INSERT_HEAD, _INSERT_REVISION = t.person.insert(), t.person_revision.insert()


def by_number(connection: Connection, number: CitizenId) -> Person | None:
    """The person with this citizen number, or None."""
    row = connection.execute(_BY_NUMBER, {"number": number.digits}).first()
    return person_of(row) if row else None


def search(connection: Connection, typed: str, limit: int) -> tuple[Person, ...]:
    """People whose number, old number or phone is `typed`, or whose name has words beginning with the typed ones."""
    wanted = fold(typed)
    digits = wanted.replace(" ", "")
    if len(digits) == CITIZEN_DIGITS and digits.isdecimal():
        found = by_number(connection, CitizenId(digits))
        return (found,) if found else ()
    if digits.isdecimal():
        c = t.person.c
        query = select_person().where((c.citizen_id == digits) | (c.phone == digits) | (c.old_id == digits))
        return tuple(person_of(row) for row in connection.execute(query.limit(limit)))
    return _by_name(connection, wanted, min(limit, FOUND_MAX))


def _by_name(connection: Connection, folded: str, limit: int) -> tuple[Person, ...]:
    words = [word for word in "".join(ch if ch.isalnum() else " " for ch in folded).split() if word]
    if not words:
        return ()
    match = " ".join(f'"{word}"*' for word in words)
    rowids = text("SELECT rowid FROM person_name WHERE person_name MATCH :match LIMIT :limit")
    found = [row[0] for row in connection.execute(rowids, {"match": match, "limit": limit})]
    if not found:
        return ()
    query = select_person().where(text("person.rowid IN (" + ",".join(str(int(rowid)) for rowid in found) + ")"))
    return tuple(person_of(row) for row in connection.execute(query))


def checked(connection: Connection, draft: PersonDraft, today: date) -> tuple[intake.PersonFacts, Person | None]:
    """The facts as `Desk.record` would save them, and who they are about here. Raises InputRefused with all that stands against them:
    without a dose there is no reason that overrides anything."""
    known = by_number(connection, citizen_id.parse(draft.citizen_id))
    facts, problems = intake.check_person(draft, known, today)
    against = tuple(p for p in problems if p.severity in (Severity.STOP, Severity.OVERRIDABLE))
    if facts is None or against:
        raise InputRefused(*(against or problems))
    return facts, known


def save(
    connection: Connection, facts: intake.PersonFacts, known: Person | None, by: StaffId, at: datetime, reason: str
) -> Person:
    """Stores the person's facts: a new person, a new revision when something changed, or nothing when all is as known."""
    if known is not None and _same(facts, known):
        return known
    person = _person(facts, known)
    _write(connection, person, by, at, reason)
    return person


def save_new(
    connection: Connection, many: Sequence[intake.PersonFacts], by: StaffId, at: datetime
) -> tuple[Person, ...]:
    """Stores people nobody knows here yet, at once: a list of invited people has thousands."""
    found = tuple(_person(facts, None) for facts in many)
    if found:
        insert_many(connection, t.person, [_head(person) | {"id": person.id} for person in found], {})
        saved = {"saved_at": at, "saved_by": by, "reason": ""}
        insert_many(connection, t.person_revision, [_facts(person) for person in found], saved)
    return found


def same(facts: intake.PersonFacts, known: Person) -> bool:
    """Whether saving would change nothing."""
    return _same(facts, known)


def _person(facts: intake.PersonFacts, known: Person | None) -> Person:
    return Person(
        id=known.id if known else PersonId(str(uuid.uuid4())),
        revision=known.revision + 1 if known else 1,
        citizen_id=facts.citizen_id,
        name=facts.name,
        birth_date=facts.birth_date,
        sex=facts.sex,
        old_id=facts.old_id,
        phone=facts.phone,
        address=facts.address,
        nationality=facts.nationality,
        guardian_name=facts.guardian_name,
        guardian_phone=facts.guardian_phone,
        health_book=facts.health_book,
    )


def _same(facts: intake.PersonFacts, known: Person) -> bool:
    return all(getattr(facts, name) == getattr(known, name) for name in COMPARED)


def _write(connection: Connection, person: Person, by: StaffId, at: datetime, reason: str) -> None:
    if person.revision == 1:
        connection.execute(_INSERT_HEAD, _head(person) | {"id": person.id})
    else:
        connection.execute(update(t.person).where(t.person.c.id == person.id).values(**_head(person)))
    connection.execute(_INSERT_REVISION, _revision(person, by, at, reason))


def _head(person: Person) -> dict[str, Any]:
    return {
        "revision": person.revision,
        "citizen_id": person.citizen_id.digits,
        "name_folded": fold(person.name),
        "old_id": person.old_id,
        "phone": person.phone,
    }


def _revision(person: Person, by: StaffId, at: datetime, reason: str) -> dict[str, Any]:
    return _facts(person) | {"saved_at": at, "saved_by": by, "reason": reason}


def _facts(person: Person) -> dict[str, Any]:
    return {
        "person_id": person.id,
        "revision": person.revision,
        "citizen_id": person.citizen_id.digits,
        "name": person.name,
        "birth_date": person.birth_date,
        "sex": person.sex.value,
        "old_id": person.old_id,
        "phone": person.phone,
        "address": person.address,
        "nationality": person.nationality,
        "guardian_name": person.guardian_name,
        "guardian_phone": person.guardian_phone,
        "health_book": person.health_book.value,
    }


def by_id(connection: Connection, person_id: PersonId) -> Person:
    """The person of that id; a missing one is a bug."""
    return person_of(connection.execute(select_person().where(t.person.c.id == person_id)).one())
