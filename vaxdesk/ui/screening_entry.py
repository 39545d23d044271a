"""A screening form while it is filled in, as one frozen value, and what it takes to conclude it. No Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from vaxdesk.errors import Problem, Severity
from vaxdesk.models.screening import (
    NOTE_CHARS_MIN,
    Consent,
    Proposal,
    Question,
    ScreeningForm,
    SheetDraft,
    form_for,
    propose,
    wants_blood_pressure,
)
from vaxdesk.models.values import PersonDraft, Screening
from vaxdesk.models.vitals import Vitals, read_vitals

NOTHING: Mapping[str, bool] = MappingProxyType({})
UNTYPED: Mapping[str, str] = MappingProxyType({})


class Step(StrEnum):
    """Where concluding stands: done, or what is asked for first."""

    CONCLUDED = "concluded"
    VITALS = "vitals"
    GUARDIAN = "guardian"
    ANSWERS = "answers"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the person who stands here, today. `known_guardian`: name and phone from an earlier visit."""

    form: ScreeningForm
    questions: tuple[Question, ...]
    birth_date: str
    day: date
    known_guardian: tuple[str, str] = ("", "")


def asked_of(person: PersonDraft, day: date) -> Asked:
    """The form of somebody's age and the lines that concern them."""
    form = form_for(person.birth_date, day)
    guardian = (person.guardian_name, person.guardian_phone)
    return Asked(form, form.asked_of(person.sex), person.birth_date, day, guardian)


@dataclass(frozen=True, slots=True, repr=False)
class Entry:
    """What was typed and answered so far. `assumed`: the answers are the one key that says "nothing abnormal".

    `chosen` is another conclusion than the proposed one, which waits for its note. A guardian's fact is None while it is as known before.
    """

    answers: Mapping[str, bool] = field(default_factory=lambda: NOTHING)
    assumed: bool = False
    typed: Mapping[str, str] = field(default_factory=lambda: UNTYPED)
    consent: Consent = Consent.UNASKED
    guardian_name: str | None = None
    guardian_phone: str | None = None
    chosen: Screening | None = None
    note: str = ""
    is_open: bool = False

    def __repr__(self) -> str:
        return "Entry(…)"

    def with_answer(self, code: str, yes: bool) -> Entry:
        """One line answered."""
        return replace(self, answers=MappingProxyType({**self.answers, code: yes}), assumed=False, chosen=None)

    def with_rest_no(self, asked: Asked) -> Entry:
        """Every line not answered yet is a no."""
        rest = {question.code: False for question in asked.questions}
        return replace(self, answers=MappingProxyType(rest | dict(self.answers)))

    def with_vital(self, name: str, typed: str) -> Entry:
        """A vital sign as typed so far."""
        return replace(self, typed=MappingProxyType({**self.typed, name: typed}), chosen=None)

    @property
    def measured(self) -> tuple[Vitals, tuple[Problem, ...]]:
        """What the typed texts say, and what is wrong with them."""
        return read_vitals(self.typed)

    @property
    def has_note(self) -> bool:
        """Whether the note is long enough to say something."""
        return len(" ".join(self.note.split())) >= NOTE_CHARS_MIN

    def unanswered(self, asked: Asked) -> tuple[Question, ...]:
        """The lines still open."""
        return tuple(question for question in asked.questions if question.code not in self.answers)

    def answered(self, asked: Asked) -> dict[str, bool]:
        """The answers that belong to this form."""
        return {
            question.code: self.answers[question.code] for question in asked.questions if question.code in self.answers
        }

    def proposal(self, asked: Asked) -> Proposal:
        """What the form proposes so far."""
        return propose(asked.form, self.answered(asked), self.measured[0], self.consent)

    def guardian(self, asked: Asked) -> tuple[str, str]:
        """Name and phone, as typed or as known before."""
        name, phone = asked.known_guardian
        typed = (self.guardian_name, self.guardian_phone)
        return name if typed[0] is None else typed[0], phone if typed[1] is None else typed[1]

    def lacks_guardian(self, asked: Asked) -> bool:
        """Whether a guardian's word or name is missing for a child."""
        named = bool(self.guardian(asked)[0].strip())
        return asked.form.is_for_children and (self.consent is not Consent.AGREED or not named)

    def lacks_pressure(self, asked: Asked) -> bool:
        """Whether the blood pressure should be measured and was not."""
        wanted = wants_blood_pressure(self.answers, asked.birth_date, asked.day)
        return wanted and not self.typed.get("pressure", "").strip()


def confirmed(entry: Entry, asked: Asked) -> tuple[Entry, Step, Screening]:
    """Enter on the open form: the chosen conclusion, else the proposed one. A child's silence is not a refusal."""
    proposed = entry.proposal(asked).conclusion
    if entry.chosen is None and proposed is Screening.REFUSED and entry.consent is Consent.UNASKED:
        return entry, Step.GUARDIAN, proposed
    wanted = entry.chosen or proposed
    return *concluded(entry, asked, wanted), wanted


def concluded(entry: Entry, asked: Asked, wanted: Screening) -> tuple[Entry, Step]:
    """The entry with a conclusion wanted, and whether that is enough. Who is not injected need not be asked everything."""
    entry = _with_consent(_with_assumed(entry, asked, wanted), asked, wanted)
    proposed = entry.proposal(asked).conclusion
    entry = replace(entry, chosen=None if wanted is proposed else wanted)
    if any(problem.severity is Severity.STOP for problem in entry.measured[1]):
        return entry, Step.VITALS
    if wanted.lets_inject and entry.lacks_guardian(asked):
        return replace(entry, chosen=None), Step.GUARDIAN
    if wanted.lets_inject and entry.unanswered(asked):
        return entry, Step.ANSWERS
    on_paper_only = not (wanted.lets_inject or entry.is_open or entry.answers)
    if wanted is not proposed and not entry.has_note and not on_paper_only:
        return _unassumed(entry, wanted), Step.NOTE
    return replace(entry, is_open=False), Step.CONCLUDED


def _with_assumed(entry: Entry, asked: Asked, wanted: Screening) -> Entry:
    """Nothing abnormal: every line is a no, until another conclusion is wanted."""
    if entry.assumed and not (wanted.lets_inject or entry.is_open):
        return replace(entry, answers=NOTHING, assumed=False)
    if entry.answers or entry.is_open or not wanted.lets_inject:
        return entry
    filled = replace(entry.with_rest_no(asked), assumed=True)
    return filled if wanted is Screening.ELIGIBLE or filled.proposal(asked).conclusion is wanted else entry


def _with_consent(entry: Entry, asked: Asked, wanted: Screening) -> Entry:
    if wanted is Screening.REFUSED:
        return replace(entry, consent=Consent.REFUSED)
    taken_back = entry.consent is Consent.REFUSED and wanted.lets_inject
    return replace(entry, consent=Consent.UNASKED) if taken_back else entry


def _unassumed(entry: Entry, wanted: Screening) -> Entry:
    """ "Nothing abnormal" beside an abnormal sign: the form opens with what it proposes, for a person to look at."""
    return replace(entry, chosen=None) if entry.assumed and wanted is Screening.ELIGIBLE else entry


def still_holds(entry: Entry, asked: Asked, conclusion: Screening) -> bool:
    """Whether a conclusion stands with what the entry says now."""
    return concluded(entry, asked, conclusion)[1] is Step.CONCLUDED


def sheet_of(entry: Entry, asked: Asked, person: PersonDraft, conclusion: Screening) -> SheetDraft | None:
    """The sheet to keep; None for a conclusion from a paper form, of which nothing was entered here."""
    if entry.proposal(asked).conclusion is not conclusion and not entry.has_note:
        return None
    guardian = entry.guardian(asked) if asked.form.is_for_children else ("", "")
    return SheetDraft(
        person=person,
        form=asked.form.code,
        answers=MappingProxyType(entry.answered(asked)),
        vitals=entry.measured[0],
        consent=entry.consent,
        guardian_name=guardian[0],
        guardian_phone=guardian[1],
        conclusion=conclusion,
        note=entry.note,
    )


def with_guardian(person: PersonDraft, sheet: SheetDraft | None) -> PersonDraft:
    """The person with the guardian whom the sheet names: the next visit begins with them."""
    if sheet is None or not sheet.guardian_name.strip():
        return person
    return replace(person, guardian_name=sheet.guardian_name, guardian_phone=sheet.guardian_phone)
