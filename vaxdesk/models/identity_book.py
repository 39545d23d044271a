"""Whose identity a site has to mend, and mending it (2262/BYT-CNTT, 9438/BYT-CNTT; contract P12).

A person's facts are mended as a new revision that goes to the platform by itself. The number itself is never changed under a dose: a dose of
another number is entered in error and recorded again, both in one transaction, with its time of injection as it was.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Integer, and_, case, cast, func, or_, select

from vaxdesk.errors import DoseRefused, InputRefused, Problem, StoreError
from vaxdesk.models import audit, citizen_id, dose_book, outbox, people, reaction_book
from vaxdesk.models import tables as t
from vaxdesk.models.authority import Act, require
from vaxdesk.models.db import Store
from vaxdesk.models.desk import Desk, checked_reason
from vaxdesk.models.drafts import DoseDraft
from vaxdesk.models.identity_cases import Effects, IdentityCase, Proposal, Trouble, changed_fields, effects, proposals
from vaxdesk.models.person_checks import namesakes
from vaxdesk.models.rows import is_current_dose, person_of, select_person
from vaxdesk.models.values import (
    DoseRecord,
    DoseStatus,
    Identity,
    Person,
    PersonDraft,
    PersonId,
    RecordKind,
    StaffMember,
)

CASES_MAX = 500


@dataclass(frozen=True, slots=True)
class _Found:
    """Why a person is in a list, before the person and the doses are read."""

    person_id: PersonId
    trouble: Trouble
    fields: tuple[str, ...]
    since: datetime
    is_refused: bool = False


class IdentityBook:
    """The lists, and mending. Every method may raise StoreError."""

    def __init__(self, store: Store, desk: Desk, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._desk = desk
        self._clock = clock

    def counts(self) -> Mapping[Trouble, int]:
        """How many people are in each list."""
        with self._store.read() as connection:
            found = _troubles(connection)
        return {trouble: sum(one.trouble is trouble for one in found.values()) for trouble in Trouble}

    def cases(self, trouble: Trouble | None = None, limit: int = CASES_MAX) -> tuple[IdentityCase, ...]:
        """Whom to look at, the gravest first and then the longest waiting; at most `limit`."""
        with self._store.read() as connection:
            found = [one for one in _troubles(connection).values() if trouble in (None, one.trouble)]
            found.sort(key=lambda one: (list(Trouble).index(one.trouble), one.since))
            return _with_records(connection, found[: min(limit, CASES_MAX)])

    def case(self, person_id: str) -> IdentityCase | None:
        """One person's case; None when nothing is wrong with it (any more)."""
        with self._store.read() as connection:
            found = _troubles(connection, person_id)
            made = _with_records(connection, list(found.values()))
        return made[0] if made else None

    def proposals(self, one: IdentityCase, card: PersonDraft | None = None) -> tuple[Proposal, ...]:
        """What could be right, from a scanned card, from what the answer says differs, and from namesakes here."""
        with self._store.read() as connection:
            alike = namesakes(connection, one.person)
            c = t.person_revision.c
            names = select(c.name).where(c.person_id == one.person.id, c.name != one.person.name)
            earlier = connection.execute(names.order_by(c.revision.desc())).scalars().all()
        return proposals(one, alike, earlier, card)

    def effects(self, one: IdentityCase, facts: PersonDraft) -> Effects:
        """What saving these facts would change; said before anybody saves them."""
        with self._store.read() as connection:
            ids = [record.dose.id for record in one.doses]
            copies = select(func.count()).select_from(t.print_log).where(t.print_log.c.dose_id.in_(ids))
            return effects(one, facts, int(connection.execute(copies).scalar_one()))

    def mend(self, person_id: str, facts: PersonDraft, reason: str, actor: StaffMember) -> Person:
        """Saves the facts; under another number the doses are recorded again for it, which only a manager may do.

        Raises InputRefused `identity-unchanged` and those of the facts, DoseRefused, AccessRefused, StoreError `person-not-found`.
        """
        known = self._person(person_id)
        changed = changed_fields(known, facts)
        if "citizen_id" in changed:
            return self._move(known, facts, checked_reason(reason), actor)
        person = self._desk.mend_person(known.citizen_id, facts, reason, actor)
        if person.revision == known.revision:
            raise InputRefused(Problem("identity-unchanged"))
        return person

    def send_again(self, person_id: str, actor: StaffMember) -> None:
        """What stands here is right: it goes to the platform once more, in place of what stands there. Raises StoreError `person-not-found`."""
        known = self._person(person_id)
        with self._store.write() as connection:
            now = self._clock()
            outbox.enqueue(connection, RecordKind.PERSON, known.id, known.revision, now)
            audit.note(connection, now, actor.id, "person-sent-again", known.id)

    def _person(self, person_id: str) -> Person:
        with self._store.read() as connection:
            row = connection.execute(select_person().where(t.person.c.id == person_id)).first()
        if row is None:
            raise StoreError("person-not-found")
        return person_of(row)

    def _move(self, known: Person, facts: PersonDraft, reason: str, actor: StaffMember) -> Person:
        require(actor, Act.DECIDE_CONFLICT)
        with self._store.write() as connection:
            doses = _given(connection, [known.id])
            if not doses:
                raise InputRefused(Problem("identity-without-dose"))
            for record in doses:
                self._record_again(connection, record, facts, reason, actor)
            moved = people.by_number(connection, citizen_id.parse(facts.citizen_id))
            assert moved is not None  # its doses were saved a moment ago
            audit.note(connection, self._clock(), actor.id, "number-mended", known.id, str(moved.id))
        return moved

    def _record_again(
        self, connection: Connection, record: DoseRecord, facts: PersonDraft, reason: str, actor: StaffMember
    ) -> None:
        dose, now = record.dose, self._clock()
        if reaction_book.standing_of(connection, dose.id):
            # They would stay with the dose that is none any more.
            raise DoseRefused(Problem("identity-dose-has-reactions", "dose"))
        voided = replace(dose, status=DoseStatus.ENTERED_IN_ERROR)
        dose_book.save_revision(connection, voided, dose.revision + 1, reason, actor.id, now)
        audit.note(connection, now, actor.id, "dose-voided", dose.id)
        draft = DoseDraft(
            person=facts,
            vaccine=dose.vaccine,
            lot=dose.lot,
            expiry=dose.expiry,
            occurred_at=dose.occurred_at,
            dose_number=dose.dose_number,
            screening=dose.screening,
            injector=dose.injector,
            body_site=dose.body_site,
            override_reason=dose.override_reason or reason,
            late_reason=reason,
        )
        self._desk.record_in(connection, draft, actor)


def _given(connection: Connection, person_ids: Sequence[PersonId]) -> tuple[DoseRecord, ...]:
    completed = t.dose.c.status == DoseStatus.COMPLETED.value
    return dose_book.records(connection, t.dose.c.person_id.in_(person_ids), completed)


def _with_records(connection: Connection, found: Sequence[_Found]) -> tuple[IdentityCase, ...]:
    ids = [one.person_id for one in found]
    rows = connection.execute(select_person().where(t.person.c.id.in_(ids)))
    known = {person.id: person for person in map(person_of, rows)}
    doses: defaultdict[PersonId, list[DoseRecord]] = defaultdict(list)
    for record in _given(connection, ids):
        doses[record.person.id].append(record)
    return tuple(
        IdentityCase(
            known[one.person_id], one.trouble, one.fields, tuple(doses[one.person_id]), one.since, one.is_refused
        )
        for one in found
    )


def _troubles(connection: Connection, person_id: str = "") -> dict[PersonId, _Found]:
    """One trouble a person, the gravest: of all, or of one."""
    found: dict[PersonId, _Found] = {}
    waiting = _waiting(connection)
    for row in connection.execute(_answers(person_id)):
        one = _judged(row, waiting)
        if one is not None and (row.person_id not in found or one.since > found[row.person_id].since):
            found[row.person_id] = one
    for row in connection.execute(_contradictions(person_id)):
        fields = ("sex",) * bool(row.sex_differs) + ("birth-date",) * bool(row.year_differs)
        found[row.person_id] = _Found(row.person_id, Trouble.NUMBER, fields, row.saved_at)
    return found


def _judged(row: Any, waiting: Mapping[str, bool]) -> _Found | None:
    """The newest answer about one dose, against what this desk holds now."""
    answered = row.state is not None
    if row.person_id in waiting or (row.revision > 1 and answered and row.saved_at > row.answered_at):
        if answered and row.state == Identity.MATCHED.value and row.person_id not in waiting:
            return None  # a phone or an address changed after the answer: nothing that is matched
        since = row.saved_at
        return _Found(row.person_id, Trouble.MENDED, (), since, waiting.get(row.person_id, False))
    if not answered:
        return _Found(row.person_id, Trouble.UNANSWERED, (), row.received_at)
    wrong = {Identity.MISMATCH.value: Trouble.MISMATCH, Identity.NOT_FOUND.value: Trouble.NOT_FOUND}.get(row.state)
    return _Found(row.person_id, wrong, tuple(row.fields.split()), row.answered_at) if wrong else None


def _waiting(connection: Connection) -> dict[str, bool]:
    """Whose facts are not received yet: person id to whether they were refused."""
    c = t.outbox.c
    rows = connection.execute(select(c.record_id, c.aside_at).where(c.kind == RecordKind.PERSON.value))
    return {row.record_id: row.aside_at is not None for row in rows}


def _answers(person_id: str) -> Any:
    """Given doses that were received and are not matched (or whose person waits), each with its newest answer and its person's revision."""
    dose, revision, receipt, finding = t.dose.c, t.person_revision.c, t.receipt.c, t.identity_finding
    newer = finding.alias("newer_finding")
    is_newest = ~select(newer.c.at).where(newer.c.dose_id == finding.c.dose_id, newer.c.at > finding.c.at).exists()
    waits = select(t.outbox.c.record_id).where(t.outbox.c.kind == RecordKind.PERSON.value)
    query = (
        select(
            dose.person_id,
            revision.revision,
            revision.saved_at,
            receipt.at.label("received_at"),
            finding.c.state,
            finding.c.fields,
            finding.c.at.label("answered_at"),
        )
        .join(t.receipt, and_(receipt.record_id == dose.id, receipt.revision == dose.revision))
        .join(t.person, t.person.c.id == dose.person_id)
        .join(t.person_revision, and_(revision.person_id == t.person.c.id, revision.revision == t.person.c.revision))
        .outerjoin(finding, and_(finding.c.dose_id == dose.id, is_newest))
        .where(
            dose.status == DoseStatus.COMPLETED.value,
            is_current_dose(),
            or_(
                finding.c.state.is_(None),
                finding.c.state.in_((Identity.MISMATCH.value, Identity.NOT_FOUND.value)),
                dose.person_id.in_(waits),
            ),
        )
    )
    return query.where(dose.person_id == person_id) if person_id else query


def _contradictions(person_id: str) -> Any:
    """People with a given dose whose number says another sex or year of birth (digits 4 to 6)."""
    revision = t.person_revision.c
    century = cast(func.substr(revision.citizen_id, 4, 1), Integer)
    year = 1900 + 100 * (century / 2 - (century % 2) / 2.0) + cast(func.substr(revision.citizen_id, 5, 2), Integer)
    sex_differs = case(
        (revision.sex == "unknown", False), else_=revision.sex != case((century % 2 == 0, "male"), else_="female")
    )
    year_differs = cast(func.substr(revision.birth_date, 1, 4), Integer) != year
    query = (
        select(
            revision.person_id,
            revision.saved_at,
            sex_differs.label("sex_differs"),
            year_differs.label("year_differs"),
        )
        .join(t.person, and_(t.person.c.id == revision.person_id, t.person.c.revision == revision.revision))
        .where(or_(sex_differs, year_differs))
        .where(
            select(t.dose.c.id)
            .where(
                t.dose.c.person_id == revision.person_id,
                t.dose.c.status == DoseStatus.COMPLETED.value,
                is_current_dose(),
            )
            .exists()
        )
    )
    return query.where(revision.person_id == person_id) if person_id else query
