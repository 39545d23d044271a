"""Judging a dose before it is saved: the person's facts, the product, the schedule. Pure: values in, problems out.

The same judgement serves the form while it is typed, the use case that saves, the command line and imports, so that no path is laxer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from vaxdesk.errors import InputRefused, Problem, Severity
from vaxdesk.models import catalogue, citizen_id, schedule
from vaxdesk.models.drafts import DoseDraft
from vaxdesk.models.exchange import OtherDose, Source
from vaxdesk.models.text_repair import fold, marks, normal_name
from vaxdesk.models.values import (
    VIETNAM,
    CitizenId,
    DoseStatus,
    GivenDose,
    HealthBook,
    PartialDate,
    Person,
    PersonDraft,
    Sex,
)
from vaxdesk.models.vials import OpenVial

PHONE_CHARS_MAX = 20
CLOCK_LEEWAY = timedelta(minutes=5)
_BIRTH_DATE = re.compile(r"\d{4}(-\d{2}-\d{2})?")
_PHONE = re.compile(r"0[0-9]{9,10}|(\+|00)[1-9][0-9]{7,14}|84[0-9]{9,10}")
_LOT = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ./_-]{0,19}")
BODY_SITES = ("LA", "RA", "LT", "RT")  # HL7 v3 ActSite: left/right arm and thigh


@dataclass(frozen=True, slots=True, repr=False)
class PersonFacts:
    """The four identity facts (9438/BYT-CNTT) and the rest, checked."""

    citizen_id: CitizenId
    name: str
    birth_date: PartialDate
    sex: Sex
    old_id: str
    phone: str
    address: str
    nationality: str
    guardian_name: str = ""
    guardian_phone: str = ""
    health_book: HealthBook = HealthBook.UNKNOWN


@dataclass(frozen=True, slots=True, repr=False)
class Assessment:
    """What stands against saving a draft. `facts` and `verdict` are None while the draft is too incomplete to judge."""

    problems: tuple[Problem, ...]
    facts: PersonFacts | None = None
    vaccine: catalogue.Vaccine | None = None
    verdict: schedule.Verdict | None = None
    override_reason: str = ""
    vial: OpenVial | None = None

    @property
    def blocking(self) -> tuple[Problem, ...]:
        """What must be mended, or overridden with a reason, before saving."""
        overridden = bool(self.override_reason.strip())
        return tuple(
            p
            for p in self.problems
            if p.severity is Severity.STOP or (p.severity is Severity.OVERRIDABLE and not overridden)
        )

    @property
    def can_save(self) -> bool:
        """Whether the dose may be saved as it stands."""
        return not self.blocking

    @property
    def can_override(self) -> bool:
        """Whether a written reason is all that is missing."""
        return bool(self.blocking) and all(p.severity is Severity.OVERRIDABLE for p in self.blocking)


def assess(
    draft: DoseDraft, known: Person | None, history: tuple[GivenDose, ...], province: str, now: datetime
) -> Assessment:
    """Judges a draft for a person `known` to this desk (or not) with the doses they had."""
    facts, problems = check_person(draft.person, known, now.date())
    problems += check_product(draft, now)
    vaccine, unknown = _vaccine(draft.vaccine)
    problems += unknown
    verdict = None
    if facts is not None and vaccine is not None and draft.gives_dose:
        verdict = _verdict(draft, facts, vaccine, history, province)
        problems += verdict.problems
    return Assessment(draft.notes + problems, facts, vaccine, verdict, draft.override_reason)


def given_elsewhere(draft: DoseDraft, judged: Assessment, others: Sequence[OtherDose]) -> tuple[Problem, ...]:
    """What a nurse should know of doses other sites gave: where one of this number or day was given, and what the rules cannot judge."""
    day = draft.occurred_at.astimezone(VIETNAM).date()
    number = draft.dose_number or (judged.verdict.dose_number if judged.verdict else 0)
    problems: list[Problem] = []
    for dose in others:
        if dose.status is not DoseStatus.COMPLETED:
            continue
        params = {
            "site": dose.site_name or dose.site,
            "on": f"{dose.occurred_at:%d/%m/%Y}",
            "number": str(dose.dose_number),
        }
        if dose.occurred_at.date() == day:
            problems.append(Problem("dose-elsewhere-same-day", "occurred_at", Severity.WARN, params))
        elif dose.dose_number == number:
            problems.append(Problem("dose-elsewhere-same-number", "dose_number", Severity.WARN, params))
        if dose.source is Source.SLIP:
            problems.append(Problem("dose-elsewhere-slip", "occurred_at", Severity.INFO, params))
        if not dose.vaccine:
            words = params | {"vaccine": dose.vaccine_text}
            problems.append(Problem("dose-elsewhere-unjudged", "vaccine", Severity.OVERRIDABLE, words))
    return tuple(problems)


def check_person(
    draft: PersonDraft, known: Person | None, today: date
) -> tuple[PersonFacts | None, tuple[Problem, ...]]:
    """The person's facts, completed from what this desk knows; None when the number or a needed fact is missing."""
    try:
        number = citizen_id.parse(draft.citizen_id)
    except InputRefused as refused:
        return None, refused.problems + _phone(draft.phone)
    facts, differing = _facts(draft, known, number)
    problems = _missing(facts, today) + differing
    problems += citizen_id.check(number, facts.birth_date, facts.sex) + _phone(draft.phone)
    usable = facts.name and _BIRTH_DATE.fullmatch(facts.birth_date)
    return (facts if usable else None), problems


def check_product(draft: DoseDraft, now: datetime) -> tuple[Problem, ...]:
    """Lot, expiry, body site and time of the injection."""
    problems: list[Problem] = []
    if draft.gives_dose:
        if not draft.lot.strip():
            problems.append(Problem("lot-missing", "lot"))
        elif not _LOT.fullmatch(draft.lot.strip()):
            problems.append(Problem("lot-unreadable", "lot"))
        if draft.expiry is None:
            problems.append(Problem("expiry-missing", "expiry"))
        elif draft.expiry < draft.occurred_at.astimezone(VIETNAM).date():
            problems.append(Problem("lot-expired", "expiry", params={"expiry": f"{draft.expiry:%d/%m/%Y}"}))
    if draft.body_site not in BODY_SITES:
        problems.append(Problem("body-site-unknown", "body_site"))
    if draft.occurred_at > now + CLOCK_LEEWAY:
        problems.append(Problem("dose-in-future", "occurred_at"))
    if draft.occurred_at.astimezone(VIETNAM).date() < date(2021, 3, 8):  # the first dose of the campaign
        problems.append(Problem("dose-before-campaign", "occurred_at"))
    return tuple(problems)


def _vaccine(given: str) -> tuple[catalogue.Vaccine | None, tuple[Problem, ...]]:
    if not given.strip():
        return None, (Problem("vaccine-missing", "vaccine"),)
    try:
        return catalogue.load().vaccine(given), ()
    except InputRefused as refused:
        return None, refused.problems


def _verdict(
    draft: DoseDraft, facts: PersonFacts, vaccine: catalogue.Vaccine, history: tuple[GivenDose, ...], province: str
) -> schedule.Verdict:
    day = draft.occurred_at.astimezone(VIETNAM).date()
    candidate = schedule.Candidate(
        vaccine=vaccine.code,
        birth_date=facts.birth_date,
        on=day,
        province=province,
        dose_number=draft.dose_number,
    )
    return schedule.evaluate(candidate, history, schedule.rules_on(day, province))


def _missing(facts: PersonFacts, today: date) -> tuple[Problem, ...]:
    problems: list[Problem] = []
    if not facts.name:
        problems.append(Problem("name-missing", "name"))
    if not facts.birth_date:
        problems.append(Problem("birth-date-missing", "birth_date"))
    elif not _is_date(facts.birth_date):
        problems.append(Problem("birth-date-unreadable", "birth_date"))
    elif facts.birth_date[:10] > today.isoformat():
        problems.append(Problem("birth-date-in-future", "birth_date"))
    return tuple(problems)


def _phone(typed: str) -> tuple[Problem, ...]:
    """Of what is given now: a number that cannot be called is said, and stops nothing: it is none of the four identity facts."""
    digits = re.sub(r"[ .()-]", "", typed)
    fits = not digits or _PHONE.fullmatch(digits)
    return () if fits else (Problem("phone-unreadable", "phone", Severity.WARN),)


def _is_date(text: str) -> bool:
    if not _BIRTH_DATE.fullmatch(text):
        return False
    try:
        return bool(date.fromisoformat(text if len(text) == 10 else f"{text}-01-01"))
    except ValueError:
        return False


def _facts(draft: PersonDraft, known: Person | None, number: CitizenId) -> tuple[PersonFacts, tuple[Problem, ...]]:
    sex = draft.sex if draft.sex is not Sex.UNKNOWN else citizen_id.sex_of(number)
    facts = PersonFacts(
        number,
        normal_name(draft.name),
        PartialDate(draft.birth_date.strip()),
        sex,
        draft.old_id,
        draft.phone,
        draft.address,
        draft.nationality,
        normal_name(draft.guardian_name),
        "".join(draft.guardian_phone.split())[:PHONE_CHARS_MAX],
        draft.health_book,
    )
    if known is None:
        return facts, ()
    problems = tuple(
        Problem("person-differs", field, Severity.OVERRIDABLE, {"field": field})
        for field, differs in _differences(facts, draft, known)
        if differs
    )
    return _completed(facts, known), problems


def _differences(facts: PersonFacts, draft: PersonDraft, known: Person) -> tuple[tuple[str, bool], ...]:
    return (
        ("name", bool(facts.name) and fold(facts.name) != fold(known.name)),
        (
            "birth_date",
            bool(facts.birth_date)
            and not (facts.birth_date.startswith(known.birth_date) or known.birth_date.startswith(facts.birth_date)),
        ),
        ("sex", draft.sex is not Sex.UNKNOWN and known.sex is not Sex.UNKNOWN and draft.sex is not known.sex),
    )


def _completed(facts: PersonFacts, known: Person) -> PersonFacts:
    """What was not given now is taken from what is known; a name without marks never replaces the same name with them."""
    name = facts.name or known.name
    if facts.name and fold(facts.name) == fold(known.name) and marks(known.name) > marks(facts.name):
        name = known.name
    birth_date = max(facts.birth_date, known.birth_date, key=len)
    if len(facts.birth_date) == 10:
        birth_date = facts.birth_date
    return replace(
        facts,
        name=name,
        birth_date=birth_date,
        old_id=facts.old_id or known.old_id,
        phone=facts.phone or known.phone,
        address=facts.address or known.address,
        guardian_name=facts.guardian_name or known.guardian_name,
        guardian_phone=facts.guardian_phone or known.guardian_phone,
        health_book=facts.health_book or known.health_book,
    )
