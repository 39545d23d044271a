"""The complaints workbench: taking, finding who is meant, answering, and changes that a second person approves.

One transaction a method; nothing that was saved is ever changed: a complaint's versions and its steps only grow.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from vaxdesk.errors import AccessRefused, InputRefused, Problem
from vaxdesk.models import audit, complaint_rows, dose_book, outbox
from vaxdesk.models import complaint_candidates as search
from vaxdesk.models import complaint_changes as changes
from vaxdesk.models.authority import Act, require
from vaxdesk.models.complaint_candidates import Candidate
from vaxdesk.models.complaints import (
    PICTURES_MAX,
    TAKEN,
    Action,
    CampaignCounts,
    Claim,
    Complaint,
    ComplaintKind,
    ComplaintSource,
    ComplaintStatus,
    ComplaintStep,
    Rejection,
    Story,
    checked_words,
    counted,
    due,
    in_order,
    picture_type,
)
from vaxdesk.models.db import Store
from vaxdesk.models.desk import Desk, checked_reason
from vaxdesk.models.staff import Staff
from vaxdesk.models.text_repair import normal_name
from vaxdesk.models.values import CitizenId, DoseRecord, RecordKind, Role, StaffId, StaffMember

SHOWN_MAX = 2000


@dataclass(frozen=True, slots=True, repr=False)
class CandidateCase:
    """Somebody who may be meant, with their doses here."""

    candidate: Candidate
    doses: tuple[DoseRecord, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Case:
    """One complaint opened: how it stands, the evidence, and who may be meant."""

    story: Story
    pictures: tuple[bytes, ...]
    candidates: tuple[CandidateCase, ...]


class ComplaintDesk:
    """Every method may raise StoreError; those about one complaint StoreError `complaint-not-found`."""

    def __init__(self, store: Store, desk: Desk, staff: Staff, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._desk = desk
        self._staff = staff
        self._clock = clock

    # --- taking and looking

    def take(self, claim: Claim, kind: ComplaintKind, actor: StaffMember, pictures: Sequence[bytes] = ()) -> Story:
        """A complaint said at the counter: its 48 hours begin now. Raises InputRefused `complaint-name-missing`, `complaint-words-missing`, `complaint-picture-unusable`."""
        require(actor, Act.ANSWER_COMPLAINT)
        now = self._clock()
        claim = _checked_claim(claim)
        for picture in pictures[:PICTURES_MAX]:
            picture_type(picture)
        taken = Complaint(
            id=str(uuid.uuid4()),
            version=complaint_rows.COUNTER_VERSION,
            source=ComplaintSource.COUNTER,
            kind=kind,
            status=ComplaintStatus.OPEN,
            received_at=now,
            due_at=due(now),
            claim=claim,
            pictures=tuple(pictures[:PICTURES_MAX]),
        )
        with self._store.write() as connection:
            complaint_rows.keep(connection, taken, now)
            step = self._step(connection, taken.id, Action.PROPOSE, actor, details={"change": TAKEN})
            outbox.enqueue(connection, RecordKind.COMPLAINT, taken.id, step.number, now)
            audit.note(connection, now, actor.id, "complaint-taken", taken.id, kind.value)
            return complaint_rows.story(connection, taken.id)

    def all(self, limit: int = SHOWN_MAX) -> tuple[Story, ...]:
        """The most urgent first, closed ones last; at most `limit`."""
        with self._store.read() as connection:
            return in_order(complaint_rows.stories(connection), self._clock())[:limit]

    def counts(self) -> CampaignCounts:
        """How the site stands."""
        with self._store.read() as connection:
            return counted(complaint_rows.stories(connection), self._clock())

    def story(self, complaint_id: str) -> Story:
        """One complaint as it stands."""
        with self._store.read() as connection:
            return complaint_rows.story(connection, complaint_id)

    def case(self, complaint_id: str) -> Case:
        """One complaint with its evidence, and who may be meant with their doses."""
        with self._store.read() as connection:
            story = complaint_rows.story(connection, complaint_id)
            pictures = complaint_rows.pictures(connection, complaint_id, story.complaint.version)
            found = search.candidates(connection, story.complaint.claim)
            cases = tuple(CandidateCase(one, dose_book.of_person(connection, one.person.id)) for one in found)
        return Case(story, pictures, cases)

    def candidates(self, claim: Claim) -> tuple[Candidate, ...]:
        """Who may be meant, the best first, at most ten."""
        with self._store.read() as connection:
            return search.candidates(connection, claim)

    def open_of(self, number: CitizenId) -> tuple[Story, ...]:
        """Complaints under this citizen number that are not closed, the most urgent first."""
        with self._store.read() as connection:
            return in_order(complaint_rows.open_of(connection, number), self._clock())

    # --- answering

    def ask(self, complaint_id: str, words: str, actor: StaffMember) -> Story:
        """Asks the citizen for more; the clock keeps its end (Q3). Raises InputRefused."""
        return self._answer(complaint_id, Action.ASK, words, actor, "complaint-asked")

    def postpone(self, complaint_id: str, words: str, actor: StaffMember) -> Story:
        """To be handled later (9458/BYT-DP), with the reason for the citizen. Raises InputRefused."""
        return self._answer(complaint_id, Action.POSTPONE, words, actor, "complaint-postponed")

    def reject(self, complaint_id: str, reason: Rejection, words: str, actor: StaffMember) -> Story:
        """With one of the 13 reasons. Raises InputRefused, also `complaint-change-pending`."""
        return self._answer(complaint_id, Action.REJECT, words, actor, "complaint-rejected", reason.value)

    def settle(self, complaint_id: str, words: str, actor: StaffMember) -> Story:
        """Done, in words for the citizen; names the doses that were added or corrected for it. Raises InputRefused, also `complaint-change-pending`."""
        return self._answer(complaint_id, Action.SETTLE, words, actor, "complaint-settled")

    def note_letter(self, complaint_id: str, actor: StaffMember) -> None:
        """The answer was printed for the citizen."""
        with self._store.write() as connection:
            complaint_rows.story(connection, complaint_id)
            audit.note(connection, self._clock(), actor.id, "complaint-letter-printed", complaint_id)

    def yield_to_platform(self, complaint_id: str, actor: StaffMember) -> Story:
        """Our answer was not taken because the complaint went on without us: what stands on the platform holds. Raises InputRefused `complaint-nothing-refused`."""
        require(actor, Act.ANSWER_COMPLAINT)
        with self._store.write() as connection:
            story = complaint_rows.story(connection, complaint_id)
            if not story.is_refused:
                raise InputRefused(Problem("complaint-nothing-refused"))
            step = self._withdraw_unsent(connection, story, actor)
            # The row in the queue ends by a receipt alone: what stands there is sent back as it is, which changes nothing.
            outbox.enqueue(connection, RecordKind.COMPLAINT, complaint_id, step.number, self._clock())
            return complaint_rows.story(connection, complaint_id)

    def _answer(
        self,
        complaint_id: str,
        action: Action,
        words: str,
        actor: StaffMember,
        noted: str,
        reason_code: str = "",
    ) -> Story:
        require(actor, Act.ANSWER_COMPLAINT)
        with self._store.write() as connection:
            story = complaint_rows.story(connection, complaint_id)
            words = checked_words(words, story.complaint.claim)
            _must_be_open(story)
            if action in (Action.SETTLE, Action.REJECT) and story.pending is not None:
                raise InputRefused(Problem("complaint-change-pending"))
            if story.is_refused:
                self._withdraw_unsent(connection, story, actor)
            self._write_answer(connection, complaint_id, action, words, actor, reason_code)
            audit.note(connection, self._clock(), actor.id, noted, complaint_id, reason_code)
            return complaint_rows.story(connection, complaint_id)

    def _write_answer(
        self,
        connection: Connection,
        complaint_id: str,
        action: Action,
        words: str,
        actor: StaffMember,
        reason_code: str = "",
    ) -> None:
        doses = list(complaint_rows.story(connection, complaint_id).settled_doses)
        settled = {"doses": doses} if action is Action.SETTLE and doses else {}
        self._step(connection, complaint_id, action, actor, words, reason_code, settled)

    def _withdraw_unsent(self, connection: Connection, story: Story, actor: StaffMember) -> ComplaintStep:
        unsent = [step.number for step in story.unsent_answers]
        audit.note(connection, self._clock(), actor.id, "complaint-withdrawn", story.complaint.id)
        return self._step(connection, story.complaint.id, Action.WITHDRAW, actor, details={"answers": unsent})

    # --- changes that a second person approves

    def propose(
        self, complaint_id: str, change: changes.Change, reason: str, actor: StaffMember, answer: str = ""
    ) -> Story:
        """Keeps the exact change for a second person; one that could not be saved is refused at once, by the rules of the desk.

        `answer`: words for the citizen that settle the complaint when the change is approved. A later proposal takes the place of an earlier one.
        Raises InputRefused, DoseRefused with everything that stands against it.
        """
        require(actor, Act.ANSWER_COMPLAINT)
        reason = checked_reason(reason)
        change = changes.with_reason(change, reason)
        with self._store.write() as connection:
            story = complaint_rows.story(connection, complaint_id)
            _must_be_open(story)
            words = checked_words(answer, story.complaint.claim) if answer.strip() else ""
            done = self._tried(connection, change, actor)
            details = changes.plain(change) | {"basis": changes.basis(connection, change), "answer": words}
            dose_id = done.dose_id if isinstance(change, changes.CorrectDose) else ""
            self._step(connection, complaint_id, Action.PROPOSE, actor, reason, "", details, dose_id)
            audit.note(connection, self._clock(), actor.id, "complaint-proposed", complaint_id, details["change"])
            return complaint_rows.story(connection, complaint_id)

    def approve(self, complaint_id: str, username: str, pin: str) -> Story:
        """The second person's yes: the change is carried out, and the complaint settled where the proposal has words for it.

        Raises AccessRefused (`second-person-needed`, `managers-only`, those of the sign-in), InputRefused `complaint-no-proposal`,
        `complaint-proposal-stale`, and DoseRefused by the rules of the desk; nothing is changed then.
        """
        member = self._second_person(complaint_id, username, pin)
        with self._store.write() as connection:
            story, proposal = _proposal_for(connection, complaint_id, member)
            change = changes.change_of(proposal.details)
            if changes.basis(connection, change) != proposal.details["basis"]:
                raise InputRefused(Problem("complaint-proposal-stale"))
            done = changes.carry_out(connection, self._desk, change, member)
            audit.note(connection, self._clock(), member.id, "complaint-approved", complaint_id, done.dose_id)
            approved = {"proposal": proposal.number}
            self._step(connection, complaint_id, Action.APPROVE, member, "", "", approved, done.dose_id, done.person_id)
            if proposal.details["answer"]:
                if story.is_refused:
                    self._withdraw_unsent(connection, story, member)
                self._write_answer(connection, complaint_id, Action.SETTLE, proposal.details["answer"], member)
                audit.note(connection, self._clock(), member.id, "complaint-settled", complaint_id)
            return complaint_rows.story(connection, complaint_id)

    def decline(self, complaint_id: str, reason: str, username: str, pin: str) -> Story:
        """The second person's no, with why. Raises as `approve`, and DoseRefused `reason-missing`."""
        reason = checked_reason(reason)
        member = self._second_person(complaint_id, username, pin)
        with self._store.write() as connection:
            _, proposal = _proposal_for(connection, complaint_id, member)
            declined = {"proposal": proposal.number}
            self._step(connection, complaint_id, Action.DECLINE, member, reason, "", declined)
            audit.note(connection, self._clock(), member.id, "complaint-declined", complaint_id)
            return complaint_rows.story(connection, complaint_id)

    def withdraw(self, complaint_id: str, actor: StaffMember) -> Story:
        """Takes a proposal back before anybody decided. Raises InputRefused `complaint-no-proposal`."""
        require(actor, Act.ANSWER_COMPLAINT)
        with self._store.write() as connection:
            proposal = _pending(complaint_rows.story(connection, complaint_id))
            taken = {"proposal": proposal.number}
            self._step(connection, complaint_id, Action.WITHDRAW, actor, details=taken)
            audit.note(connection, self._clock(), actor.id, "complaint-withdrawn", complaint_id)
            return complaint_rows.story(connection, complaint_id)

    def _second_person(self, complaint_id: str, username: str, pin: str) -> StaffMember:
        """Who that is, by their PIN; refused before the store is written."""
        member = self._staff.sign_in(username, pin)
        with self._store.read() as connection:
            _proposal_for(connection, complaint_id, member)
        return member

    def _tried(self, connection: Connection, change: changes.Change, actor: StaffMember) -> changes.Done:
        """Carries the change out and takes it back: what stands against it is said before anybody approves it."""
        as_approver = replace(actor, role=Role.MANAGER)  # what only a manager may, the approver may
        with connection.begin_nested() as trial:
            done = changes.carry_out(connection, self._desk, change, as_approver)
            trial.rollback()
        return done

    def _step(
        self,
        connection: Connection,
        complaint_id: str,
        action: Action,
        actor: StaffMember,
        note: str = "",
        reason_code: str = "",
        details: dict[str, Any] | None = None,
        dose_id: str = "",
        person_id: str = "",
    ) -> ComplaintStep:
        steps = complaint_rows.story(connection, complaint_id).steps
        step = ComplaintStep(
            complaint_id, len(steps) + 1, action, self._clock(), StaffId(actor.id), note, reason_code, details or {},
            dose_id, person_id,
        )  # fmt: skip
        return complaint_rows.add_step(connection, step)


def _checked_claim(claim: Claim) -> Claim:
    """Bounded and in one form; what contradicts anything stays as it was said."""
    name = normal_name(claim.name)
    if not name:
        raise InputRefused(Problem("complaint-name-missing", "name"))
    digits = "".join(claim.citizen_id.split())
    return replace(
        claim,
        name=name,
        citizen_id=digits[:12],
        old_id="".join(claim.old_id.split())[:20],
        phone="".join(claim.phone.split())[:20],
        birth_date=claim.birth_date.strip()[:10],
        words=checked_words(claim.words, replace(claim, citizen_id=digits)),
    )


def _must_be_open(story: Story) -> None:
    """Closed is closed, unless our own answer is what the platform did not take."""
    if story.status.is_closed and not story.is_refused:
        raise InputRefused(Problem("complaint-closed"))


def _pending(story: Story) -> ComplaintStep:
    if story.pending is None:
        raise InputRefused(Problem("complaint-no-proposal"))
    return story.pending


def _proposal_for(connection: Connection, complaint_id: str, member: StaffMember) -> tuple[Story, ComplaintStep]:
    """The proposal that this person may decide about: a manager, and not who proposed it."""
    require(member, Act.APPROVE_CHANGE)
    story = complaint_rows.story(connection, complaint_id)
    proposal = _pending(story)
    if proposal.staff_id == member.id:
        raise AccessRefused("second-person-needed")
    return story, proposal
