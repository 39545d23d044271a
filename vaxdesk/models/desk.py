"""The desk: what a nurse does with one person. One method a human action, one transaction a method."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from vaxdesk.errors import DoseRefused, InputRefused, Problem, Severity, StoreError
from vaxdesk.models import (
    audit,
    complaint_rows,
    dose_book,
    elsewhere,
    intake,
    judging,
    outbox,
    people,
    person_checks,
    reaction_book,
    recall_book,
    recalls,
    screenings,
    tickets,
    vial_book,
)
from vaxdesk.models.authority import Act, may, require
from vaxdesk.models.corrections import DoseChanges as DoseChanges
from vaxdesk.models.corrections import corrected
from vaxdesk.models.db import Store
from vaxdesk.models.drafts import DoseDraft
from vaxdesk.models.exchange import HistoryElsewhere
from vaxdesk.models.scan_damaged import DamagedCard
from vaxdesk.models.values import (
    CitizenId,
    Dose,
    DoseRecord,
    DoseStatus,
    IdentityCard,
    Person,
    PersonDraft,
    Series,
    Sex,
    Site,
    StaffMember,
    Stage,
    VaccineCode,
)

TAKE_BACK_WITHIN = timedelta(minutes=30)
REASON_CHARS_MIN = 3
REASON_CHARS_MAX = 500
PRESET = "preset"
NOT_KEPT = "not-kept"


@dataclass(frozen=True, slots=True, repr=False)
class CheckIn:
    """Who stands at the desk: the person if known here, the facts as they would be saved, and the doses so far."""

    person: Person | None
    draft: PersonDraft
    history: tuple[DoseRecord, ...]
    history_as_of: datetime
    elsewhere: HistoryElsewhere
    problems: tuple[Problem, ...]
    flags: tuple[Problem, ...] = ()  # what became known of earlier doses


@dataclass(frozen=True, slots=True)
class Preset:
    """The product of this session, chosen once and used for every dose until changed."""

    vaccine: str = ""
    lot: str = ""
    expiry: date | None = None
    vial: str = ""
    injector: str = ""


class Desk:
    """Check-in, judgement, recording, correction. Every method may raise StoreError."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def check_in(self, draft: PersonDraft) -> CheckIn:
        """Finds the person of a card or typed facts and what stands in the way; stores nothing."""
        now = self._clock()
        with self._store.read() as connection:
            known = judging.known(connection, draft)
            history = dose_book.of_person(connection, known.id) if known else ()
            number = judging.number(draft)
            others = elsewhere.of(connection, number) if number else HistoryElsewhere()
            flags = complaint_rows.flags(connection, number, now)
            flags += recalls.flags(recall_book.known(connection), history, others.doses)
        facts, problems = intake.check_person(draft, known, now.date())
        return CheckIn(known, _completed(draft, facts), history, now, others, problems, flags)

    def named(self, card: DamagedCard) -> IdentityCard | None:
        """A card that lost its marks, with the name this desk has for its number; None for nobody known, or where they disagree."""
        with self._store.read() as connection:
            known = judging.known(connection, card.card.person)
        return card.named_by(known) if known else None

    def assess(self, draft: DoseDraft) -> intake.Assessment:
        """Judges a dose as `record` would, without storing anything; warns of people who look alike, too."""
        with self._store.read() as connection:
            known = judging.known(connection, draft.person)
            judged = judging.judge(connection, draft, known, dose_book.site(connection), self._clock())
            alike = person_checks.look_alikes(connection, judged.facts) if judged.facts else ()
        return replace(judged, problems=judged.problems + alike)

    def record(self, draft: DoseDraft, actor: StaffMember) -> DoseRecord:
        """Saves a dose, or a documented non-dose, with its outbox row in one transaction (I2).

        Raises DoseRefused with everything that stands against it, AccessRefused `injectors-only`, `screeners-only`;
        nothing is stored then (I1).
        """
        with self._store.write() as connection:
            return self.record_in(connection, draft, actor)

    def record_in(self, connection: Connection, draft: DoseDraft, actor: StaffMember) -> DoseRecord:
        """`record` in another use case's transaction, which must take back what was written where this raises."""
        if draft.gives_dose:
            require(actor, Act.RECORD_DOSE)
        site, known = dose_book.site(connection), judging.known(connection, draft.person)
        assessment = judging.judge(connection, draft, known, site, self._clock())
        missing = () if draft.screening is not None else (Problem("screening-missing", "screening"),)
        if not assessment.can_save or assessment.facts is None or assessment.vaccine is None or missing:
            raise DoseRefused(*assessment.blocking, *missing)
        _must_be_theirs_to_override(assessment, actor)
        now = self._clock()
        person = people.save(connection, assessment.facts, known, actor.id, now, draft.override_reason)
        screenings.keep_with_dose(connection, draft, person, actor, now)
        dose = self._new_dose(connection, draft, assessment, person, actor, now, site)
        dose_book.insert(connection, dose, actor.id, now)
        tickets.move_on(connection, person.id, _after(dose), actor.id, now)
        overridden = " ".join(p.code for p in assessment.problems if p.severity.value == "overridable")
        audit.note(connection, now, actor.id, "dose-recorded", dose.id, overridden)
        return DoseRecord(dose, person, {Stage.RECORDED: now})

    def correct(self, dose_id: str, changes: DoseChanges, reason: str, actor: StaffMember) -> DoseRecord:
        """Saves a new revision of a dose; the first stays (I8). Raises DoseRefused, StoreError `dose-not-found`."""
        with self._store.write() as connection:
            return self.correct_in(connection, dose_id, changes, reason, actor)

    def correct_in(
        self, connection: Connection, dose_id: str, changes: DoseChanges, reason: str, actor: StaffMember
    ) -> DoseRecord:
        """`correct` in another use case's transaction."""
        reason = checked_reason(reason)
        old = dose_book.current(connection, dose_id)
        _must_be_correctable(old)
        new = corrected(connection, old, changes, self._clock())
        if new == old:
            raise DoseRefused(Problem("nothing-to-correct", "reason"))
        self._save_revision(connection, new, reason, actor, "dose-corrected")
        return dose_book.one(connection, dose_id)

    def void(self, dose_id: str, reason: str, actor: StaffMember, with_reactions: bool = False) -> DoseRecord:
        """Marks a dose entered-in-error with who, when and why; it is never deleted (I8).

        Reactions stand or fall with their dose: DoseRefused `dose-has-reactions` while any stands, unless they are to be voided
        `with_reactions` for the same reason, in the same transaction. DoseRefused `dose-has-serious-reaction`: that takes a manager.
        """
        reason = checked_reason(reason)
        with self._store.write() as connection:
            old = dose_book.current(connection, dose_id)
            _must_be_correctable(old)
            reactions = reaction_book.standing_of(connection, dose_id)
            reaction_book.must_be_theirs_to_void(reactions, actor, with_reactions)
            new = replace(old, status=DoseStatus.ENTERED_IN_ERROR)
            self._save_revision(connection, new, reason, actor, "dose-voided")
            reaction_book.void_all(connection, reactions, reason, actor, self._clock())
            return dose_book.one(connection, dose_id)

    def mend_person(self, number: CitizenId, facts: PersonDraft, reason: str, actor: StaffMember) -> Person:
        """Corrects what is known of a person as a new revision; what was refused for it is sent again. The number itself stays.

        Raises InputRefused for facts that cannot be, DoseRefused `reason-missing`, StoreError `person-not-found`.
        """
        with self._store.write() as connection:
            return self.mend_in(connection, number, facts, reason, actor)

    def mend_in(
        self, connection: Connection, number: CitizenId, facts: PersonDraft, reason: str, actor: StaffMember
    ) -> Person:
        """`mend_person` in another use case's transaction."""
        reason = checked_reason(reason)
        known, now = people.by_number(connection, number), self._clock()
        if known is None:
            raise StoreError("person-not-found")
        checked, problems = intake.check_person(replace(facts, citizen_id=number.digits), None, now.date())
        stops = tuple(problem for problem in problems if problem.severity is Severity.STOP)
        if checked is None or stops:
            raise InputRefused(*(stops or problems))
        person = people.save(connection, checked, known, actor.id, now, reason)
        outbox.send_again(connection, dose_book.ids_of(connection, person.id))
        audit.note(connection, now, actor.id, "person-mended", person.id)
        return person

    def take_back(self, dose_id: str, reason: str, actor: StaffMember, with_reactions: bool = False) -> DoseRecord:
        """Ctrl+Z: voids a dose this person saved in the last half hour.

        Raises DoseRefused `take-back-too-late`, `take-back-not-yours`, and those of `void`.
        """
        with self._store.read() as connection:
            dose = dose_book.current(connection, dose_id)
        if dose.recorder_id != actor.id:
            raise DoseRefused(Problem("take-back-not-yours", "dose"))
        if self._clock() - dose.recorded_at > TAKE_BACK_WITHIN:
            raise DoseRefused(Problem("take-back-too-late", "dose"))
        return self.void(dose_id, reason, actor, with_reactions)

    def search(self, typed: str, limit: int = 20) -> tuple[Person, ...]:
        """People by number, phone, old number or name without diacritics."""
        with self._store.read() as connection:
            return people.search(connection, typed, limit)

    def day(self, day: date) -> tuple[DoseRecord, ...]:
        """A day's records in the order of injection."""
        with self._store.read() as connection:
            return dose_book.of_day(connection, day)

    def all_records(self, limit: int | None = None) -> tuple[DoseRecord, ...]:
        """Every record of this desk, oldest first."""
        with self._store.read() as connection:
            return dose_book.records(connection, limit=limit)

    def dose(self, dose_id: str) -> DoseRecord:
        """One record. Raises StoreError `dose-not-found`."""
        with self._store.read() as connection:
            return dose_book.one(connection, dose_id)

    def history(self, record: DoseRecord) -> tuple[DoseRecord, ...]:
        """All records of a record's person, oldest first."""
        with self._store.read() as connection:
            return dose_book.of_person(connection, record.person.id)

    def note_reveal(self, person_ids: Collection[str], actor: StaffMember) -> None:
        """Logs that full citizen numbers were shown, one line a person; `NOT_KEPT` stands for somebody this desk does not know yet."""
        with self._store.write() as connection:
            for person_id in dict.fromkeys(person_ids):
                audit.note(connection, self._clock(), actor.id, "number-revealed", person_id)

    def preset(self) -> Preset:
        """The product of this session."""
        with self._store.read() as connection:
            text = outbox.read_setting(connection, PRESET)
        if not text:
            return Preset()
        plain = json.loads(text)
        expiry = date.fromisoformat(plain["expiry"]) if plain["expiry"] else None
        return Preset(plain["vaccine"], plain["lot"], expiry, plain["vial"], plain["injector"])

    def lot_problems(self, preset: Preset) -> tuple[Problem, ...]:
        """What stands against the session's lot, whoever comes: it was recalled."""
        now = self._clock()
        with self._store.read() as connection:
            return recalls.check(recall_book.of_lot(connection, preset.vaccine, preset.lot), now, now)

    def set_preset(self, preset: Preset) -> None:
        """Keeps the product of this session."""
        plain = {
            "vaccine": preset.vaccine,
            "lot": preset.lot,
            "expiry": preset.expiry.isoformat() if preset.expiry else "",
            "vial": preset.vial,
            "injector": preset.injector,
        }
        with self._store.write() as connection:
            outbox.write_setting(connection, PRESET, json.dumps(plain))
            vial_book.take_up(connection, preset.vaccine, preset.lot, preset.vial, self._clock())

    def _new_dose(
        self,
        connection: Connection,
        draft: DoseDraft,
        assessment: intake.Assessment,
        person: Person,
        actor: StaffMember,
        now: datetime,
        site: Site,
    ) -> Dose:
        assert assessment.vaccine is not None  # `record` asked before
        assert draft.screening is not None
        given = draft.gives_dose
        verdict = assessment.verdict
        return Dose(
            id=dose_book.new_id(),
            revision=1,
            person_id=person.id,
            citizen_id=person.citizen_id,
            status=DoseStatus.COMPLETED if given else DoseStatus.NOT_DONE,
            screening=draft.screening,
            vaccine=VaccineCode(assessment.vaccine.code),
            lot=draft.lot.strip().upper(),
            expiry=draft.expiry,
            dose_number=verdict.dose_number if verdict else (draft.dose_number or 1),
            series=verdict.series if verdict else Series.PRIMARY,
            series_doses=verdict.series_doses if verdict else assessment.vaccine.primary_doses,
            dose_ml=verdict.dose_ml if verdict else 0.0,
            body_site=draft.body_site,
            occurred_at=draft.occurred_at,
            recorded_at=now,
            recorder_id=actor.id,
            recorder=actor.name,
            injector=draft.injector.strip() or actor.name,
            device_id=site.device_id,
            epoch=site.epoch,
            sequence=dose_book.next_sequence(connection),
            site=site.code,
            site_name=site.name,
            reason=draft.late_reason.strip(),
            override_reason=draft.override_reason.strip(),
        )

    def _save_revision(self, connection: Connection, dose: Dose, reason: str, actor: StaffMember, action: str) -> None:
        now = self._clock()
        dose_book.save_revision(connection, dose, dose.revision + 1, reason, actor.id, now)
        audit.note(connection, now, actor.id, action, dose.id)


def _completed(draft: PersonDraft, facts: intake.PersonFacts | None) -> PersonDraft:
    if facts is None:
        return draft
    return PersonDraft(
        facts.citizen_id.digits,
        facts.name,
        facts.birth_date,
        facts.sex if facts.sex is not Sex.UNKNOWN else draft.sex,
        facts.old_id,
        facts.phone,
        facts.address,
        facts.nationality,
        facts.guardian_name,
        facts.guardian_phone,
        facts.health_book,
    )


def checked_reason(text: str) -> str:
    """A written reason, 3 to 500 characters. Raises DoseRefused `reason-missing`."""
    reason = " ".join(text.split())
    if not REASON_CHARS_MIN <= len(reason) <= REASON_CHARS_MAX:
        raise DoseRefused(Problem("reason-missing", "reason"))
    return reason


def _after(dose: Dose) -> tickets.Station:
    """Where a person goes from the injection desk: to be observed, or home; whose dose was kept on paper has been observed there."""
    stays = dose.status is DoseStatus.COMPLETED and not dose.reason
    return tickets.Station.OBSERVATION if stays else tickets.Station.CLOSED


def _must_be_theirs_to_override(assessment: intake.Assessment, actor: StaffMember) -> None:
    """A nurse's reason is enough for what a clinician judges; whose identity is in doubt, the manager answers for."""
    if not may(actor, Act.OVERRIDE_STOP) and any(p.code == person_checks.MISMATCH for p in assessment.problems):
        raise DoseRefused(Problem("identity-mismatch-manager", "identity"))


def _must_be_correctable(dose: Dose) -> None:
    if dose.status is DoseStatus.ENTERED_IN_ERROR:
        raise DoseRefused(Problem("already-void", "dose"))
