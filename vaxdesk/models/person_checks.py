"""What this desk knows that may stand against the person of a card: the population data's answer, and people who look alike.

The law has identity checked before the injection (8938/BYT-DP step 2, 9438/BYT-CNTT): a mismatch that nobody has mended stops it until a
manager decides with a written reason.
"""

from __future__ import annotations

from sqlalchemy import Connection, and_, bindparam, or_, select, text

from vaxdesk.errors import Problem, Severity
from vaxdesk.models import tables as t
from vaxdesk.models.intake import PersonFacts
from vaxdesk.models.rows import person_of, select_person
from vaxdesk.models.text_repair import fold
from vaxdesk.models.values import Identity, Person

MISMATCH = "identity-mismatch"
NAMESAKES_MAX, SHOWN_MAX = 5000, 3
_FOUND = t.identity_finding.c
_NEWEST_ANSWER = (
    select(_FOUND.state, _FOUND.fields, _FOUND.at)
    .join(t.dose, t.dose.c.id == _FOUND.dose_id)
    .where(t.dose.c.person_id == bindparam("person_id"))
    .order_by(_FOUND.at.desc())
    .limit(1)
)
COMPARED = {"name": "name", "birth-date": "birth_date", "sex": "sex"}  # a number is mended by another record, not here


def identity(connection: Connection, facts: PersonFacts, known: Person | None) -> tuple[Problem, ...]:
    """`identity-mismatch` (a manager may override) while the newest answer about this person is a mismatch that nobody mended since."""
    if known is None:
        return ()
    row = connection.execute(_NEWEST_ANSWER, {"person_id": known.id}).first()
    if row is None or row.state != Identity.MISMATCH.value or _differs(facts, known):
        return ()
    revision = t.person_revision.c
    saved = select(revision.saved_at).where(revision.person_id == known.id, revision.revision == known.revision)
    if connection.execute(saved).scalar_one() > row.at:
        return ()
    return (Problem(MISMATCH, "identity", Severity.OVERRIDABLE, {"fields": str(row.fields)}),)


def _differs(facts: PersonFacts, known: Person) -> bool:
    """Whether the nurse is mending the very facts at this moment."""
    return any(getattr(facts, name) != getattr(known, name) for name in COMPARED.values())


def look_alikes(connection: Connection, facts: PersonFacts) -> tuple[Problem, ...]:
    """Warnings: the same name and birth date, or the same old number, under another citizen number (two records of one person?);
    the same birth date and phone (twins?). Never a stop: namesakes and twins exist."""
    found = _near(connection, facts)[:SHOWN_MAX]
    return tuple(Problem(_kind(facts, other), "citizen_id", Severity.WARN, _params(other)) for other in found)


def _near(connection: Connection, facts: PersonFacts) -> tuple[Person, ...]:
    head, revision = t.person.c, t.person_revision.c
    near = []
    if facts.phone:
        near.append(and_(head.phone == facts.phone, revision.birth_date == facts.birth_date))
    if facts.old_id:
        near.append(head.old_id == facts.old_id)
    others = select_person().where(head.citizen_id != facts.citizen_id.digits)
    rows = list(connection.execute(others.where(or_(*near)).limit(SHOWN_MAX))) if near else []
    namesakes = text("person.rowid IN (SELECT rowid FROM person_name WHERE person_name MATCH :match LIMIT :most)")
    same_name = others.where(
        namesakes.bindparams(match=_phrase(facts.name), most=NAMESAKES_MAX),
        head.name_folded == fold(facts.name),
        revision.birth_date == facts.birth_date,
    )
    rows += connection.execute(same_name.limit(SHOWN_MAX))
    people = {row.person_id: person_of(row) for row in rows}
    return tuple(people.values())


def namesakes(connection: Connection, person: Person) -> tuple[Person, ...]:
    """Other people here of the same folded name, or of the same old number: perhaps another record of this one. At most 20."""
    head = t.person.c
    others = select_person().where(head.id != person.id)
    alike = text("person.rowid IN (SELECT rowid FROM person_name WHERE person_name MATCH :match LIMIT :most)")
    named = others.where(
        alike.bindparams(match=_phrase(person.name), most=NAMESAKES_MAX), head.name_folded == fold(person.name)
    )
    rows = list(connection.execute(named.limit(20)))
    if person.old_id:
        rows += connection.execute(others.where(head.old_id == person.old_id).limit(20))
    found = {row.person_id: person_of(row) for row in rows}
    near = sorted(found.values(), key=lambda other: other.birth_date != person.birth_date)
    return tuple(near)[:20]


def _phrase(name: str) -> str:
    words = "".join(ch if ch.isalnum() else " " for ch in fold(name)).split()
    return '"' + " ".join(words) + '"'


def _kind(facts: PersonFacts, other: Person) -> str:
    if facts.old_id and other.old_id == facts.old_id:
        return "person-same-old-number"
    return "person-same-name-and-birth" if fold(other.name) == fold(facts.name) else "person-may-be-twin"


def _params(other: Person) -> dict[str, str]:
    digits = other.citizen_id.digits
    return {"name": other.name, "number": f"{digits[:4]}••••{digits[8:]}"}
