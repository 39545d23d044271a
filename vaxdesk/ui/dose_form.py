"""The desk's form as one frozen value: who, what, may they, screened or not. No Qt; every change gives a new form."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from vaxdesk.errors import InputRefused, Problem, Severity
from vaxdesk.models import citizen_id
from vaxdesk.models.desk import CheckIn, Preset
from vaxdesk.models.drafts import DoseDraft
from vaxdesk.models.exchange import HistoryElsewhere
from vaxdesk.models.intake import Assessment
from vaxdesk.models.recalls import STOPPED
from vaxdesk.models.schedule import Decision
from vaxdesk.models.screening import SheetDraft
from vaxdesk.models.stations import Standing
from vaxdesk.models.values import VIETNAM, CitizenId, DoseRecord, IdentityCard, Person, PersonDraft, Screening, StaffId
from vaxdesk.ui.screening_entry import Entry, Step, asked_of, concluded, confirmed, sheet_of, still_holds, with_guardian
from vaxdesk.ui.tone import Tone as Tone

PRODUCT_FIELDS = frozenset({"vaccine", "lot", "expiry"})


class Answer(StrEnum):
    """The decision band's word."""

    NOBODY = "nobody"
    ASKING = "asking"
    NO_NUMBER = "no-number"
    CARD_REFUSED = "card-refused"
    PERSON_INCOMPLETE = "person-incomplete"
    PRODUCT_INCOMPLETE = "product-incomplete"
    ALLOWED = "allowed"
    OVERRIDDEN = "overridden"
    PERSON_DIFFERS = "person-differs"
    NO_DOSE_TODAY = "no-dose-today"
    CANNOT_SAVE = "cannot-save"
    NOT_LICENSED = "not-licensed"
    EXPIRED_LOT = "expired-lot"
    RECALLED_LOT = "recalled-lot"
    AGE_UNKNOWN = "age-unknown"
    UNDER_AGE = "under-age"
    OVER_AGE = "over-age"
    ALREADY_HAD = "already-had"
    WRONG_NUMBER = "wrong-number"
    WRONG_PRODUCT = "wrong-product"
    TOO_EARLY = "too-early"
    OUT_OF_ORDER = "out-of-order"


@dataclass(frozen=True, slots=True)
class Band:
    """What the biggest thing on the page says: a word, its colour, the date from which it is allowed, and the reasons."""

    answer: Answer
    tone: Tone
    allowed_from: date | None = None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class DoseForm:
    """`ticket` tells one person's form from the next one's, so that a late answer never lands in another person's form."""

    preset: Preset = field(default_factory=Preset)
    ticket: int = 0
    person: PersonDraft | None = None
    known: Person | None = None
    history: tuple[DoseRecord, ...] = ()
    history_as_of: datetime | None = None
    elsewhere: HistoryElsewhere = field(default_factory=HistoryElsewhere)
    notes: tuple[Problem, ...] = ()
    screening: Screening | None = None
    entry: Entry = field(default_factory=Entry)
    body_site: str = "LA"
    override_reason: str = ""
    assessment: Assessment | None = None
    saving: bool = False
    refusal: tuple[Problem, ...] = ()
    lot_problems: tuple[Problem, ...] = ()
    flags: tuple[Problem, ...] = ()
    concluded_by: StaffId | None = None
    standing: Standing | None = None
    took_over: bool = False

    def __repr__(self) -> str:
        return f"DoseForm({self.ticket})"

    @property
    def number(self) -> CitizenId | None:
        """The number of who stands here; None for nobody, and for one whose number is none."""
        try:
            return citizen_id.parse(self.person.citizen_id) if self.person is not None else None
        except InputRefused:
            return None

    def cleared(self) -> DoseForm:
        """An empty form for the next person; the product stays."""
        return DoseForm(preset=self.preset, ticket=self.ticket + 1, lot_problems=self.lot_problems)

    def with_person(self, person: PersonDraft, notes: tuple[Problem, ...] = ()) -> DoseForm:
        """A new person stands at the desk."""
        return replace(self.cleared(), person=person, notes=notes)

    def with_refusal(self, problems: tuple[Problem, ...]) -> DoseForm:
        """A card was refused. Whoever was here before is not the one whose card this is: the answer must not be theirs."""
        return replace(self.cleared(), refusal=problems)

    def with_scan(self, card: IdentityCard) -> DoseForm:
        """A card was scanned."""
        return self.with_person(card.person, card.notes)

    def with_facts(self, person: PersonDraft) -> DoseForm:
        """The nurse mended what is known of the same person."""
        return replace(self, person=person, assessment=None)

    def with_check_in(self, check_in: CheckIn) -> DoseForm:
        """The use case found who it is. What the nurse is mending stays as typed; a conclusion for another age does not stand."""
        today = check_in.history_as_of.astimezone(VIETNAM).date()
        return replace(self, person=check_in.draft).with_entry(self.entry, today)._known(check_in)

    def _known(self, check_in: CheckIn) -> DoseForm:
        return replace(
            self,
            person=check_in.draft,
            known=check_in.person,
            history=check_in.history,
            history_as_of=check_in.history_as_of,
            elsewhere=check_in.elsewhere,
            flags=check_in.flags,
        )

    def with_assessment(self, assessment: Assessment) -> DoseForm:
        """The use case judged the draft."""
        return replace(self, assessment=assessment)

    def with_preset(self, preset: Preset) -> DoseForm:
        """Another product, lot, vial or injector."""
        return replace(self, preset=preset, assessment=None, lot_problems=())

    def with_lot_problems(self, preset: Preset, problems: tuple[Problem, ...]) -> DoseForm:
        """The lot of a preset was looked up; an answer about another preset is none."""
        return replace(self, lot_problems=problems) if preset == self.preset else self

    def with_screening(self, screening: Screening) -> DoseForm:
        """The check before the injection came to a conclusion."""
        judged = self.screening is not None and self.screening.lets_inject is screening.lets_inject
        kept = self.assessment if judged or screening.lets_inject else None
        return replace(self, screening=screening, assessment=kept)

    def concluding(self, wanted: Screening | None, today: date) -> tuple[DoseForm, Step]:
        """A conclusion wanted, None for the one the open form proposes: the form with it, or with what it takes first."""
        assert self.person is not None
        if self.took_over and not self.entry.is_open and wanted in (Screening.ELIGIBLE, self.screening):
            return self, Step.CONCLUDED  # the key of habit asks nothing again that another station concluded
        asked = asked_of(self.person, today)
        if wanted is None:
            entry, step, wanted = confirmed(self.entry, asked)
        else:
            entry, step = concluded(self.entry, asked, wanted)
        if step is Step.CONCLUDED:
            return replace(self, entry=entry, took_over=False).with_screening(wanted), step
        opened = entry if step is Step.VITALS else replace(entry, is_open=True)
        return replace(self, entry=opened, screening=None, took_over=False), step

    def with_standing(self, standing: Standing, takes_over: bool) -> DoseForm:
        """How far the person has got; the conclusion of another station stands here with who came to it, and no sheet is kept twice."""
        known = replace(self, standing=standing)
        if not (takes_over and standing.is_open and standing.sheet) or self.screening is not None:
            return known
        taken = known.with_screening(standing.sheet.conclusion)
        return replace(taken, took_over=True, concluded_by=standing.sheet.concluded_by)

    def with_entry(self, entry: Entry, today: date) -> DoseForm:
        """Something was answered or typed; a conclusion that no longer agrees with it is taken back."""
        changed = replace(self, entry=entry)
        if self.person is None or self.screening is None or entry.is_open is not self.entry.is_open:
            return changed
        if self.took_over:
            return changed if entry == self.entry else replace(changed, screening=None, took_over=False)
        holds = still_holds(entry, asked_of(self.person, today), self.screening)
        return changed if holds else replace(changed, screening=None)

    def signed(self, before: DoseForm, by: StaffId | None) -> DoseForm:
        """A conclusion is theirs who concluded it, or who last changed what it rests on; saving it makes it nobody else's (I7)."""
        now, then = ((f.screening, replace(f.entry, is_open=False)) for f in (self, before))
        return self if now == then or by is None else replace(self, concluded_by=by)

    def with_body_site(self, body_site: str) -> DoseForm:
        """Another arm or thigh."""
        return replace(self, body_site=body_site)

    def with_override(self, reason: str) -> DoseForm:
        """A clinician's written reason."""
        return replace(self, override_reason=reason)

    def with_saving(self, saving: bool) -> DoseForm:
        """The lane is saving it, or has refused to."""
        return replace(self, saving=saving)

    def draft(self, now: datetime) -> DoseDraft | None:
        """The dose as it would be saved; None while nobody stands at the desk."""
        if self.person is None:
            return None
        sheet = self._sheet(now)
        return DoseDraft(
            person=with_guardian(self.person, sheet),
            vaccine=self.preset.vaccine,
            lot=self.preset.lot,
            expiry=self.preset.expiry,
            occurred_at=now,
            screening=self.screening,
            injector=self.preset.injector,
            body_site=self.body_site,
            vial=self.preset.vial,
            override_reason=self.override_reason,
            notes=self.notes,
            sheet=sheet,
            concluded_by=self.concluded_by if self.screening is not None else None,
        )

    def _sheet(self, now: datetime) -> SheetDraft | None:
        if self.person is None or self.screening is None or self.took_over:
            return None
        return sheet_of(self.entry, asked_of(self.person, now.astimezone(VIETNAM).date()), self.person, self.screening)

    @property
    def blocking(self) -> tuple[Problem, ...]:
        """What stands against saving, with the reason as it is typed now."""
        if self.assessment is None:
            return ()
        overridden = bool(self.override_reason.strip())
        problems = self.assessment.problems
        return tuple(
            problem
            for problem in problems
            if problem.severity is Severity.STOP or (problem.severity is Severity.OVERRIDABLE and not overridden)
        )

    @property
    def wants_reason(self) -> bool:
        """Whether a written reason is, or was, what it takes."""
        if self.assessment is None or self.person is None:
            return False
        severities = {problem.severity for problem in self.assessment.problems}
        return Severity.OVERRIDABLE in severities and Severity.STOP not in severities

    @property
    def can_save(self) -> bool:
        """Whether Enter saves."""
        return (
            self.person is not None
            and self.assessment is not None
            and self.screening is not None
            and not self.blocking
            and not self.saving
        )

    @property
    def gives_dose(self) -> bool:
        """Whether saving records an injection (and not only the screening's conclusion)."""
        return self.screening is None or self.screening.lets_inject


def band(form: DoseForm) -> Band:
    """The answer to "may they?"."""
    if form.person is None:
        return _nobody(form)
    if form.assessment is None:
        return Band(Answer.ASKING, Tone.QUIET)
    problems = form.assessment.problems
    stops = tuple(problem for problem in problems if problem.severity is Severity.STOP)
    open_questions = tuple(problem for problem in problems if problem.severity is Severity.OVERRIDABLE)
    if stops:
        return _stopped(form, stops + open_questions)
    if not form.gives_dose:
        return Band(Answer.NO_DOSE_TODAY, Tone.INFORM, problems=problems)
    if open_questions and not form.override_reason.strip():
        return _questioned(form, open_questions)
    answer = Answer.OVERRIDDEN if open_questions else Answer.ALLOWED
    tone = Tone.DECIDE if open_questions else Tone.ALLOWED
    return Band(answer, tone, problems=problems)


def _nobody(form: DoseForm) -> Band:
    if not form.refusal and form.lot_problems:
        return Band(Answer.RECALLED_LOT, Tone.STOP, problems=form.lot_problems)
    if not form.refusal:
        return Band(Answer.NOBODY, Tone.QUIET)
    about_number = any(problem.field == "citizen_id" for problem in form.refusal)
    return Band(Answer.NO_NUMBER if about_number else Answer.CARD_REFUSED, Tone.STOP, problems=form.refusal)


def _stopped(form: DoseForm, problems: tuple[Problem, ...]) -> Band:
    fields = [problem.field for problem in problems if problem.severity is Severity.STOP]
    if "citizen_id" in fields and form.assessment is not None and form.assessment.facts is None:
        return Band(Answer.NO_NUMBER, Tone.STOP, problems=problems)
    verdict = form.assessment.verdict if form.assessment else None
    if any(problem.code == STOPPED for problem in problems):
        return Band(Answer.RECALLED_LOT, Tone.STOP, problems=problems)
    if form.assessment is None or form.assessment.facts is None:
        return Band(Answer.PERSON_INCOMPLETE, _tone_of(problems, Tone.INFORM), problems=problems)
    if verdict is not None and not verdict.allowed:
        return Band(Answer(verdict.decision.value), Tone.STOP, verdict.allowed_from, problems)
    if PRODUCT_FIELDS.issuperset(fields):
        if any(problem.code == "lot-expired" for problem in problems):
            return Band(Answer.EXPIRED_LOT, Tone.STOP, problems=problems)
        return Band(Answer.PRODUCT_INCOMPLETE, _tone_of(problems, Tone.DECIDE), problems=problems)
    return Band(Answer.CANNOT_SAVE, Tone.STOP, problems=problems)


def _tone_of(problems: tuple[Problem, ...], unfinished: Tone) -> Tone:
    """What is only not given yet is no alarm."""
    return unfinished if all(problem.code.endswith("-missing") for problem in problems) else Tone.STOP


def _questioned(form: DoseForm, questions: tuple[Problem, ...]) -> Band:
    """Something a person with a reason may decide."""
    verdict = form.assessment.verdict if form.assessment else None
    if verdict is not None and not verdict.allowed and verdict.decision is not Decision.ALLOWED:
        return Band(Answer(verdict.decision.value), Tone.DECIDE, verdict.allowed_from, questions)
    return Band(Answer.PERSON_DIFFERS, Tone.DECIDE, problems=questions)
