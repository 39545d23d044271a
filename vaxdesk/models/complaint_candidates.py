"""Who a complaint may be about: found by number, old number, phone, name without diacritics and birth date, scored and explained.

Every search goes through an index: a site may know a million people, and somebody waits at the counter.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, case, or_, text

from vaxdesk.models import citizen_id
from vaxdesk.models import tables as t
from vaxdesk.models.complaints import Claim
from vaxdesk.models.rows import person_of, select_person
from vaxdesk.models.text_repair import fold
from vaxdesk.models.values import Person, Sex

CANDIDATES_MAX = 10
NAMESAKES_MAX = 1000
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
    """The same name without diacritics, those born that year first; where that finds nobody, names that have all the words."""
    words = "".join(ch if ch.isalnum() else " " for ch in fold(claim.name)).split()
    if not words:
        return
    same = t.person.c.name_folded == " ".join(words)
    whole = f'^ "{" ".join(words)}"'
    found = [*_born(connection, whole, claim, same), *_alike(connection, whole, same)]
    if not found and len(words) > 1:
        born = t.person_revision.c.birth_date == claim.birth_date
        found = _born(connection, " ".join(f'"{word}"' for word in words), claim, born)
    yield from found


def _born(connection: Connection, match: str, claim: Claim, also: ColumnElement[bool]) -> list[Person]:
    """Of the names that match, those born in the claim's year, the claim's own day first.

    The year is in everybody's number (domain.md 2.1): both lists are of row ids out of indexes, so ten thousand namesakes cost no look at ten
    thousand people.
    """
    if not (year := claim.birth_date[:4]).isdecimal():
        return []
    rows = text(
        # the + keeps SQLite from looking through the namesakes once for every prefix
        "person.rowid IN (SELECT person.rowid FROM json_each(:prefixes) AS born CROSS JOIN person"
        " ON person.citizen_id > born.value AND person.citizen_id < born.value || ':'"
        " WHERE +person.rowid IN (SELECT rowid FROM person_name WHERE person_name MATCH :match))"
    ).bindparams(match=match, prefixes=json.dumps(citizen_id.prefixes(int(year))))
    first = case((t.person_revision.c.birth_date == claim.birth_date, 0), else_=1)
    query = select_person().where(rows, also).order_by(first, t.person.c.citizen_id).limit(CANDIDATES_MAX)
    return [person_of(row) for row in connection.execute(query)]


def _alike(connection: Connection, match: str, also: ColumnElement[bool]) -> list[Person]:
    """Some of the names that match, whenever they were born."""
    rows = text("person.rowid IN (SELECT rowid FROM person_name WHERE person_name MATCH :match LIMIT :most)")
    query = select_person().where(rows.bindparams(match=match, most=NAMESAKES_MAX), also).limit(CANDIDATES_MAX)
    return [person_of(row) for row in connection.execute(query)]
