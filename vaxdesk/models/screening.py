"""The check before the injection: the forms, and the conclusion that answers and vital signs propose. Pure.

Adults: 4355/QĐ-BYT of 10/09/2021, from 21/12/2021 5785/QĐ-BYT (which asks no more for COVID-19 within 6 months). Children under 18:
5002/QĐ-BYT of 29/10/2021. A proposal is never a conclusion: a person confirms it, or decides otherwise with a note.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from vaxdesk.errors import Problem, Severity
from vaxdesk.models.values import PersonDraft, Screening, Sex
from vaxdesk.models.vitals import Vitals, vitals_problems

ADULT_AGE = 18
PRESSURE_ABOVE_AGE = 65  # from 66 completed years on the blood pressure is measured of everyone (4355, 5785)
NEW_ADULT_FORM_FROM = date(2021, 12, 21)
NOTE_CHARS_MIN, NOTE_CHARS_MAX = 3, 500
HEART_OR_PRESSURE = "heart-or-pressure-history"
GUARDIAN_CONSENT = "guardian-consent"  # a child's first line, whose answer is the consent


class FormCode(StrEnum):
    """Which paper the sheet stands for."""

    ADULT_4355 = "adult-4355"
    ADULT_5785 = "adult-5785"
    CHILD_5002 = "child-5002"


class Consent(StrEnum):
    """What the person, or a child's guardian, said; "" while nobody was asked for it."""

    UNASKED = ""
    AGREED = "agreed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Question:
    """One line of a form. `number` as on the paper, "" for what the guide has asked besides; a yes proposes `leads_to`."""

    code: str
    number: str
    leads_to: Screening | None
    women_only: bool = False

    @property
    def reason(self) -> str:
        """The code of what a yes says."""
        return f"reason-{self.code}"


@dataclass(frozen=True, slots=True)
class ScreeningForm:
    """A form: its lines in the order of the paper. The paper's line on vital signs has `vitals_number` and is answered by measuring."""

    code: FormCode
    source: str
    questions: tuple[Question, ...]
    vitals_number: str = ""

    @property
    def is_for_children(self) -> bool:
        """Whether a guardian's consent belongs to it."""
        return self.code is FormCode.CHILD_5002

    def asked_of(self, sex: Sex) -> tuple[Question, ...]:
        """The lines that concern somebody of that sex; all of them when it is unknown."""
        return tuple(question for question in self.questions if not (question.women_only and sex is Sex.MALE))


_CONTRA, _POSTPONED, _REFERRED = Screening.CONTRAINDICATED, Screening.POSTPONED, Screening.REFERRED
_CAUTION = Screening.CAUTION
_EXTRA = Question(HEART_OR_PRESSURE, "", None)

# Conclusions by line: part II of the 4355 form (1 contraindicated; 2, 3, 4a postponed; 5 where anaphylaxis can be treated; the rest caution).
_ADULT_4355 = ScreeningForm(
    FormCode.ADULT_4355,
    "4355/QĐ-BYT",
    (
        Question("anaphylaxis-to-vaccine", "1", _CONTRA),
        Question("covid-within-6-months", "2", _POSTPONED),
        Question("acute-illness", "3", _POSTPONED),
        Question("pregnant-under-13-weeks", "4a", _POSTPONED, women_only=True),
        Question("pregnant-13-weeks-or-more", "4b", _CAUTION, women_only=True),
        Question("anaphylaxis-grade-3", "5", _REFERRED),
        Question("immune-deficiency", "6", _CAUTION),
        Question("any-allergy", "7", _CAUTION),
        Question("bleeding-disorder", "8", _CAUTION),
        Question("disturbed-perception", "9", _CAUTION),
        _EXTRA,
    ),
    vitals_number="10",
)
_ADULT_5785 = ScreeningForm(
    FormCode.ADULT_5785,
    "5785/QĐ-BYT",
    (
        Question("anaphylaxis-to-vaccine", "1", _CONTRA),
        Question("acute-illness", "2", _POSTPONED),
        Question("pregnant-under-13-weeks", "3a", _POSTPONED, women_only=True),
        Question("pregnant-13-weeks-or-more", "3b", _CAUTION, women_only=True),
        Question("anaphylaxis-grade-3", "4", _REFERRED),
        Question("immune-deficiency", "5", _CAUTION),
        Question("any-allergy", "6", _CAUTION),
        Question("bleeding-disorder", "7", _CAUTION),
        Question("disturbed-perception", "8", _CAUTION),
        _EXTRA,
    ),
    vitals_number="9",
)
# The lines are the annex of 5002; which of 3 to 7 are caution and which go to a hospital is the careful reading: a person confirms.
_CHILD_5002 = ScreeningForm(
    FormCode.CHILD_5002,
    "5002/QĐ-BYT",
    (
        Question("anaphylaxis-to-vaccine", "1", _CONTRA),
        Question("acute-or-progressive-illness", "2", _POSTPONED),
        Question("any-allergy", "3", _CAUTION),
        Question("disturbed-perception", "4", _CAUTION),
        Question("congenital-or-chronic-disease", "5", _REFERRED),
        Question("abnormal-auscultation", "6", _REFERRED),
        Question("anaphylaxis-grade-3", "7", _REFERRED),
        Question("other-contraindication", "8", _POSTPONED),
    ),
)
FORMS: Mapping[FormCode, ScreeningForm] = MappingProxyType(
    {form.code: form for form in (_ADULT_4355, _ADULT_5785, _CHILD_5002)}
)


def ages_on(birth_date: str, day: date) -> tuple[int, int] | None:
    """The least and the most completed years somebody can have on a day; they differ where only the year is known."""
    try:
        first = date.fromisoformat(birth_date if len(birth_date) == 10 else f"{birth_date}-01-01")
    except ValueError:
        return None
    if len(birth_date) == 4:
        return day.year - first.year - 1, day.year - first.year
    years = day.year - first.year - ((day.month, day.day) < (first.month, first.day))
    return years, years


def form_for(birth_date: str, day: date) -> ScreeningForm:
    """The form for somebody on a day: a child's for everybody who may still be under 18; without a birth date an adult's."""
    ages = ages_on(birth_date, day)
    if ages is not None and ages[0] < ADULT_AGE:
        return FORMS[FormCode.CHILD_5002]
    return FORMS[FormCode.ADULT_5785 if day >= NEW_ADULT_FORM_FROM else FormCode.ADULT_4355]


def wants_blood_pressure(answers: Mapping[str, bool], birth_date: str, day: date) -> bool:
    """Whether the guide has the blood pressure measured: a history of the heart or of high or low pressure, or older than 65."""
    ages = ages_on(birth_date, day)
    return answers.get(HEART_OR_PRESSURE, False) or (ages is not None and ages[1] > PRESSURE_ABOVE_AGE)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the form proposes, and the codes of the reasons that led to it: `reason-…` of lines, `…-low`, `…-high` of vital signs."""

    conclusion: Screening
    reasons: tuple[str, ...] = ()


# The graver first. Who must not be injected anyway is not counted among those who did not want to be.
_GRAVITY = (_CONTRA, _POSTPONED, _REFERRED, Screening.REFUSED, _CAUTION)


def propose(form: ScreeningForm, answers: Mapping[str, bool], vitals: Vitals, consent: Consent) -> Proposal:
    """The gravest conclusion that answers, vital signs and consent lead to. Lines not answered lead to nothing."""
    found = [(question.leads_to, question.reason) for question in form.questions if answers.get(question.code)]
    found += [(_of_vital(form, problem), problem.code) for problem in vitals_problems(vitals)]
    if consent is Consent.REFUSED:
        found.append((Screening.REFUSED, "consent-refused"))
    elif form.is_for_children and consent is Consent.UNASKED:
        found.append((Screening.REFUSED, "consent-missing"))
    for conclusion in _GRAVITY:
        if reasons := tuple(code for leads_to, code in found if leads_to is conclusion):
            return Proposal(conclusion, reasons)
    return Proposal(Screening.ELIGIBLE)


def _of_vital(form: ScreeningForm, problem: Problem) -> Screening | None:
    """Abnormal signs are a caution (4355, 5785); a child with fever or too cold waits, as at every vaccination (2470/QĐ-BYT)."""
    if problem.severity is not Severity.WARN:
        return None
    postponed = form.is_for_children and problem.field == "temperature_c"
    return _POSTPONED if postponed else _CAUTION


@dataclass(frozen=True, slots=True, repr=False)
class SheetDraft:
    """A form as somebody filled it in. `answers` by question code; what was not asked is left out. Texts as typed."""

    person: PersonDraft
    form: FormCode
    answers: Mapping[str, bool] = field(default_factory=lambda: MappingProxyType({}))
    vitals: Vitals = field(default_factory=Vitals)
    consent: Consent = Consent.UNASKED
    guardian_name: str = ""
    guardian_phone: str = ""
    conclusion: Screening = Screening.ELIGIBLE
    note: str = ""

    def __repr__(self) -> str:
        return "SheetDraft(…)"


def check_sheet(draft: SheetDraft, birth_date: str, sex: Sex, day: date) -> tuple[Problem, ...]:
    """What stands against keeping a sheet of somebody born then, filled in on `day`. Empty when it may be kept."""
    form = FORMS[draft.form]
    problems = [problem for problem in vitals_problems(draft.vitals) if problem.severity is Severity.STOP]
    if form is not form_for(birth_date, day):
        problems.append(Problem("sheet-form-wrong", "form"))
    if set(draft.answers) - {question.code for question in form.questions}:
        problems.append(Problem("sheet-question-unknown", "answers"))
    if draft.conclusion.lets_inject:
        problems += _before_injection(draft, form, sex)
    problems += _note_problems(draft, propose(form, draft.answers, draft.vitals, draft.consent))
    return tuple(problems)


def _before_injection(draft: SheetDraft, form: ScreeningForm, sex: Sex) -> list[Problem]:
    """Nobody is injected who was not asked everything, nor a child without the guardian's consent (1535/BYT-DP)."""
    problems: list[Problem] = []
    left = [question for question in form.asked_of(sex) if question.code not in draft.answers]
    if left:
        problems.append(Problem("sheet-unanswered", "answers", params={"count": str(len(left))}))
    if draft.consent is Consent.REFUSED or (form.is_for_children and draft.consent is not Consent.AGREED):
        problems.append(Problem("sheet-consent-missing", "consent"))
    if form.is_for_children and not draft.guardian_name.strip():
        problems.append(Problem("sheet-guardian-missing", "guardian_name"))
    return problems


def _note_problems(draft: SheetDraft, proposal: Proposal) -> list[Problem]:
    note = " ".join(draft.note.split())
    if len(note) > NOTE_CHARS_MAX:
        return [Problem("sheet-note-long", "note", params={"most": str(NOTE_CHARS_MAX)})]
    if draft.conclusion is not proposal.conclusion and len(note) < NOTE_CHARS_MIN:
        return [Problem("sheet-note-missing", "note")]
    return []
