"""Rows of a list judged as the desk would judge them one after the other, without storing anything.

`Pending` holds what earlier rows of the same file would have stored by then, so that a preview says what the taking in will do.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, select

from vaxdesk.errors import Problem, Severity
from vaxdesk.models import dose_book, intake, judging, people, screenings
from vaxdesk.models import office_tables as o
from vaxdesk.models import tables as t
from vaxdesk.models.import_columns import ImportKind
from vaxdesk.models.import_rows import DoseFacts, ReadRow
from vaxdesk.models.rows import person_of, select_person
from vaxdesk.models.values import VIETNAM, GivenDose, Person, PersonId, Site

ASKED_AT_ONCE = 500
NOT_STORED = PersonId("")
TWICE = (Problem("import-row-twice", "", Severity.INFO),)
DIFFERS = {"name": "import-name-differs", "birth_date": "import-birth-date-differs", "sex": "import-sex-differs"}
STORED_KINDS = {ImportKind.INVITED: "invited", ImportKind.DOSES: "dose"}


class RowState(StrEnum):
    """What taking a row in does."""

    NEW = "new"  # a person nobody knew here
    KNOWN = "known"  # a person this desk has already
    ALREADY = "already"  # the row was taken in before: nothing
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, repr=False)
class MarkedRow:
    """A row with its mark: `problems` are what stands against a refused one, `facts` what would be kept of the person."""

    row: ReadRow
    state: RowState
    problems: tuple[Problem, ...] = ()
    facts: intake.PersonFacts | None = None
    known: Person | None = None

    @property
    def is_repaired(self) -> bool:
        """Whether something was put right that a person should see."""
        return bool(self.row.repairs) and self.state in (RowState.NEW, RowState.KNOWN)


@dataclass(slots=True)
class Pending:
    """What rows before this one would have stored."""

    people: dict[str, Person] = field(default_factory=dict)
    doses: dict[str, tuple[GivenDose, ...]] = field(default_factory=dict)
    keys: set[str] = field(default_factory=set)

    def keep(self, marked: MarkedRow) -> None:
        """The row counts as taken in."""
        self.keys.update(marked.row.keys)
        facts, known = marked.facts, marked.known
        if facts is not None:
            self.people[facts.citizen_id.digits] = _as_person(facts, known)


@dataclass(frozen=True, slots=True)
class Known:
    """What the store has about the rows of one piece, asked at once."""

    people: dict[str, Person]
    keys: set[str]


def ask(connection: Connection, kind: ImportKind, rows: Sequence[ReadRow]) -> Known:
    """The people and the row keys of these rows, as far as the store has them."""
    digits = {found.digits for row in rows if (found := judging.number(row.person)) is not None}
    persons = {}
    for some in _pieces(sorted(digits)):
        for row in connection.execute(select_person().where(t.person.c.citizen_id.in_(some))):
            person = person_of(row)
            persons[person.citizen_id.digits] = person
    return Known(persons, done_keys(connection, kind, [key for row in rows for key in row.keys]))


def done_keys(connection: Connection, kind: ImportKind, keys: Iterable[str]) -> set[str]:
    """Those of the keys whose rows were taken in before."""
    c = o.imported_row.c
    found: set[str] = set()
    for some in _pieces(list(keys)):
        query = select(c.row_key).where(c.kind == STORED_KINDS[kind], c.row_key.in_(some))
        found.update(connection.execute(query).scalars())
    return found


def mark_invited(row: ReadRow, known: Known, pending: Pending, now: datetime) -> MarkedRow:
    """What taking in an invited person does; what differs from what is known here is for a person at the desk to settle."""
    if row.against:
        return MarkedRow(row, RowState.REFUSED, row.against)
    if row.keys[0] in pending.keys:
        return MarkedRow(row, RowState.ALREADY, TWICE)
    if row.keys[0] in known.keys:
        return MarkedRow(row, RowState.ALREADY)
    person = _who(row, known, pending)
    facts, problems = intake.check_person(row.person, person, now.date())
    against = tuple(p for p in problems if p.severity in (Severity.STOP, Severity.OVERRIDABLE))
    if facts is None or against:
        return MarkedRow(row, RowState.REFUSED, as_of_a_list(against or problems))
    return MarkedRow(row, RowState.KNOWN if person else RowState.NEW, (), facts, person)


def mark_doses(
    connection: Connection, row: ReadRow, known: Known, pending: Pending, site: Site, now: datetime
) -> MarkedRow:
    """What recording the doses of a row does, one after the other; all of them or none."""
    if row.against:
        return MarkedRow(row, RowState.REFUSED, row.against)
    due = due_doses(row, known.keys | pending.keys)
    if not due:
        return MarkedRow(row, RowState.ALREADY, TWICE if pending.keys.issuperset(row.keys) else ())
    person, first = _who(row, known, pending), None
    digits = row.person.citizen_id
    state = RowState.KNOWN if person else RowState.NEW
    earlier = pending.doses.get(digits, ())
    for dose in due:
        if against := recorded(connection, person, dose, earlier):
            return MarkedRow(row, RowState.REFUSED, against)
        draft = dose.draft(row.person)
        judged = judging.judge(connection, draft, person, site, now, pending=earlier)
        against = judged.blocking or said_no(connection, person, dose)
        if against or judged.facts is None or judged.vaccine is None or judged.verdict is None:
            return MarkedRow(row, RowState.REFUSED, as_of_a_list(against or judged.problems))
        verdict, day = judged.verdict, dose.occurred_at.astimezone(VIETNAM).date()
        earlier += (GivenDose(judged.vaccine.code, day, verdict.dose_number, verdict.series),)
        first = first or judged.facts
        person = _as_person(judged.facts, person)
    pending.doses[digits] = earlier
    return MarkedRow(row, state, (), first, known.people.get(digits))


def due_doses(row: ReadRow, done: set[str]) -> tuple[DoseFacts, ...]:
    """The doses of a row that were not taken in before."""
    return tuple(dose for dose, key in zip(row.doses, row.keys, strict=True) if key not in done)


def recorded(
    connection: Connection, person: Person | None, dose: DoseFacts, earlier: tuple[GivenDose, ...] = ()
) -> tuple[Problem, ...]:
    """A dose of that day that this desk has already, whoever recorded it: on paper it stands a second time."""
    day = dose.occurred_at.astimezone(VIETNAM).date()
    history = dose_book.history(connection, person.id) if person and person.id else ()
    if not any(given.on == day for given in history + earlier):
        return ()
    return (Problem("import-dose-recorded", "occurred_at", params={"day": f"{day:%d/%m/%Y}"}),)


def said_no(connection: Connection, person: Person | None, dose: DoseFacts) -> tuple[Problem, ...]:
    """A form kept here that day that was concluded against the injection (as `screenings.keep_with_dose` refuses it)."""
    if person is None or not person.id:
        return ()
    sheet = screenings.newest(connection, person.id, dose.occurred_at.astimezone(VIETNAM).date())
    if sheet is None or sheet.conclusion.lets_inject:
        return ()
    return (
        Problem("screening-says-no", "screening", params={"at": f"{sheet.concluded_at.astimezone(VIETNAM):%H:%M}"}),
    )


def changes(marked: MarkedRow) -> bool:
    """Whether a known person would get a new revision."""
    return marked.facts is not None and marked.known is not None and not people.same(marked.facts, marked.known)


def as_of_a_list(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """The same for a row of a list: nobody stands here with a card, so what differs from the person kept is named and the row sent back."""
    return tuple(replace(one, code=DIFFERS[one.field]) if one.code == "person-differs" else one for one in problems)


def _who(row: ReadRow, known: Known, pending: Pending) -> Person | None:
    number = judging.number(row.person)
    if number is None:
        return None
    return pending.people.get(number.digits) or known.people.get(number.digits)


def _as_person(facts: intake.PersonFacts, known: Person | None) -> Person:
    """The person as they would be kept; with id and revision of whoever is kept now, so that the store can be asked about them."""
    return Person(
        known.id if known else NOT_STORED,
        known.revision if known else 1,
        facts.citizen_id,
        facts.name,
        facts.birth_date,
        facts.sex,
        facts.old_id,
        facts.phone,
        facts.address,
        facts.nationality,
        facts.guardian_name,
        facts.guardian_phone,
        facts.health_book,
    )


def _pieces(values: list[str]) -> Iterable[list[str]]:
    return (values[start : start + ASKED_AT_ONCE] for start in range(0, len(values), ASKED_AT_ONCE))
