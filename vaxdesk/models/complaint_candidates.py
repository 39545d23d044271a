"""Who a complaint may be about: found by number, old number, phone, name without diacritics and birth date, scored and explained.

Every search goes through an index: a site may know a million people, and somebody waits at the counter.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, case, or_, text

from vaxdesk.models import tables as t
from vaxdesk.models.complaints import Claim
from vaxdesk.models.rows import person_of, select_person
from vaxdesk.models.text_repair import fold
from vaxdesk.models.values import Person, Sex

CANDIDATES_MAX = 10
NAMESAKES_MAX = 5000
SCORE_MIN = 20


class Match(StrEnum):
    """Why somebody may be meant."""

    NUMBER = "number"
    NUMBER_NEAR = "number-near"  # two digits exchanged, or one other
    OLD_NUMBER = "old-number"
    PHONE = "phone"
    NAME = "name"
    NAME_FOLDED = "name-folded"
    NAME_PART = "name-part"
    BIRTH_DATE = "birth-date"
    BIRTH_YEAR = "birth-year"
    SEX = "sex"


POINTS = {
    Match.NUMBER: 60,
    Match.NUMBER_NEAR: 30,
    Match.OLD_NUMBER: 35,
    Match.PHONE: 20,
    Match.NAME: 25,
    Match.NAME_FOLDED: 20,
    Match.NAME_PART: 8,
    Match.BIRTH_DATE: 20,
    Match.BIRTH_YEAR: 6,
    Match.SEX: 2,
}


@dataclass(frozen=True, slots=True, repr=False)
class Candidate:
    """A person of this desk, how well they fit (points, more is better) and by what; `differs` names the parts of the claim that contradict."""

    person: Person
    score: int
    matches: tuple[Match, ...]
    differs: tuple[str, ...] = ()


def candidates(connection: Connection, claim: Claim) -> tuple[Candidate, ...]:
    """At most ten, the best first."""
    found = {person.id: judged(person, claim) for person in _found(connection, claim)}
    fitting = [one for one in found.values() if one.score >= SCORE_MIN]
    fitting.sort(key=lambda one: (-one.score, one.person.citizen_id.digits))
    return tuple(fitting[:CANDIDATES_MAX])


def judged(person: Person, claim: Claim) -> Candidate:
    """How well one person fits, and why."""
    matches = tuple(_matches(person, claim))
    return Candidate(person, sum(POINTS[match] for match in matches), matches, tuple(_differing(person, claim)))


def _matches(person: Person, claim: Claim) -> Iterable[Match]:
    number = claim.citizen_id.strip()
    if number and number == person.citizen_id.digits:
        yield Match.NUMBER
    elif number and is_near(number, person.citizen_id.digits):
        yield Match.NUMBER_NEAR
    if _old_number(claim) and person.old_id == _old_number(claim):
        yield Match.OLD_NUMBER
    if claim.phone and claim.phone in (person.phone, person.guardian_phone):
        yield Match.PHONE
    yield from _name_match(person.name, claim.name)
    if claim.birth_date and claim.birth_date == person.birth_date:
        yield Match.BIRTH_DATE
    elif claim.birth_date and claim.birth_date[:4] == person.birth_date[:4]:
        yield Match.BIRTH_YEAR
    if claim.sex is not Sex.UNKNOWN and claim.sex is person.sex:
        yield Match.SEX


def _name_match(ours: str, theirs: str) -> Iterable[Match]:
    if not theirs.strip():
        return
    if ours == theirs:
        yield Match.NAME
    elif fold(ours) == fold(theirs):
        yield Match.NAME_FOLDED
    elif set(fold(theirs).split()) <= set(fold(ours).split()) or set(fold(ours).split()) <= set(fold(theirs).split()):
        yield Match.NAME_PART


def _differing(person: Person, claim: Claim) -> Iterable[str]:
    pairs = (
        ("citizen-number", claim.citizen_id, person.citizen_id.digits),
        ("old-number", _old_number(claim), person.old_id),
        ("name", claim.name, person.name),
        ("birth-date", claim.birth_date, person.birth_date),
        ("phone", claim.phone, person.phone),
        ("sex", "" if claim.sex is Sex.UNKNOWN else claim.sex.value, person.sex.value),
    )
    return (part for part, theirs, ours in pairs if theirs and theirs != ours)


def is_near(one: str, other: str) -> bool:
    """Two numbers of equal length that differ in one digit, or by two neighbours exchanged."""
    if len(one) != len(other) or one == other:
        return False
    apart = [place for place in range(len(one)) if one[place] != other[place]]
    if len(apart) == 1:
        return True
    first = apart[0]
    return apart == [first, first + 1] and one[first] == other[first + 1] and one[first + 1] == other[first]


def neighbours(number: str) -> tuple[str, ...]:
    """Every number that a slip of one digit, or of two neighbours, makes of this one: 108 of one digit, at most 11 exchanged."""
    other = [number[:at] + digit + number[at + 1 :] for at in range(len(number)) for digit in "0123456789"]
    swapped = [number[:at] + number[at + 1] + number[at] + number[at + 2 :] for at in range(len(number) - 1)]
    return tuple(dict.fromkeys(one for one in (*other, *swapped) if one != number))


def _old_number(claim: Claim) -> str:
    """The old number; some write it where the new one belongs."""
    typed = claim.old_id.strip() or claim.citizen_id.strip()
    return typed if len(typed) == 9 and typed.isdecimal() else ""


def _found(connection: Connection, claim: Claim) -> Iterable[Person]:
    head = t.person.c
    near: list[ColumnElement[bool]] = []
    number = claim.citizen_id.strip()
    if len(number) == 12 and number.isdecimal():
        near.append(head.citizen_id.in_((number, *neighbours(number))))
    if _old_number(claim):
        near.append(head.old_id == _old_number(claim))
    if claim.phone:
        near.append(head.phone == claim.phone)
    if near:
        rows = connection.execute(select_person().where(or_(*near)).limit(4 * CANDIDATES_MAX)).all()
        yield from map(person_of, rows)
    yield from _named(connection, claim)


def _named(connection: Connection, claim: Claim) -> Iterable[Person]:
    """The same name without diacritics, the right birth date first; where that finds nobody, names that have all the words."""
    words = "".join(ch if ch.isalnum() else " " for ch in fold(claim.name)).split()
    if not words:
        return
    whole = '"' + " ".join(words) + '"'
    exact = [_by_match(connection, whole, claim, t.person.c.name_folded == " ".join(words))]
    if not exact[0] and len(words) > 1:
        every = " ".join(f'"{word}"' for word in words)
        exact.append(_by_match(connection, every, claim, t.person_revision.c.birth_date == claim.birth_date))
    for found in exact:
        yield from found


def _by_match(connection: Connection, match: str, claim: Claim, also: ColumnElement[bool]) -> list[Person]:
    alike = text("person.rowid IN (SELECT rowid FROM person_name WHERE person_name MATCH :match LIMIT :most)")
    born = t.person_revision.c.birth_date
    first = case((born == claim.birth_date, 0), (born.startswith(claim.birth_date[:4] or "-"), 1), else_=2)
    query = select_person().where(alike.bindparams(match=match, most=NAMESAKES_MAX), also)
    rows = connection.execute(query.order_by(first, t.person.c.citizen_id).limit(CANDIDATES_MAX))
    return [person_of(row) for row in rows]
