"""What may be wrong with the identity of somebody who had a dose here, what could be right instead, and what mending it changes. Pure.

2262/BYT-CNTT lists whom a site has to look at: no or malformed number, and wrong number, name, birth date or sex; 9438/BYT-CNTT says that only
matched data are signed. The population data tell which field differs, never what is right: every proposal here is for a person to judge.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from vaxdesk.models import citizen_id
from vaxdesk.models.text_repair import fold
from vaxdesk.models.values import DoseRecord, PartialDate, Person, PersonDraft, Sex

PROPOSALS_MAX = 6
FACTS = ("name", "birth_date", "sex")  # what is matched, beside the number
FIELD_OF = {"name": "name", "birth-date": "birth_date", "sex": "sex", "number": "citizen_id"}


class Trouble(StrEnum):
    """Why somebody is in the list; the gravest first."""

    NUMBER = (
        "number"  # the number contradicts birth year or sex: taken over from earlier records, no desk would save it
    )
    MISMATCH = "mismatch"
    NOT_FOUND = "not-found"
    MENDED = "mended"  # changed here after the answer: on the way, or received and not answered yet
    UNANSWERED = "unanswered"  # received, and never answered


class Source(StrEnum):
    """Where a proposal comes from."""

    CARD = "card"  # scanned just now
    NUMBER = "number"  # what the number itself says
    OTHER_SEX = "other-sex"  # the answer was that the sex differs, and there are two
    SWAPPED = "swapped"  # day and month the other way round
    EARLIER = "earlier"  # as it was written here before
    NAMESAKE = "namesake"  # another record of the same name and birth date


@dataclass(frozen=True, slots=True, repr=False)
class IdentityCase:
    """One person to look at. `fields`: what differs, as the platform names it; `since`: when that was answered (or the dose received)."""

    person: Person
    trouble: Trouble
    fields: tuple[str, ...]
    doses: tuple[DoseRecord, ...]
    since: datetime
    is_refused: bool = False

    def __repr__(self) -> str:
        return f"IdentityCase({self.person.id}, {self.trouble.value})"


@dataclass(frozen=True, slots=True, repr=False)
class Proposal:
    """What could be right. `changed`: the fields that would change; `other`: whose record says so."""

    source: Source
    facts: PersonDraft
    changed: tuple[str, ...]
    other: Person | None = None

    def __repr__(self) -> str:
        return f"Proposal({self.source.value})"

    @property
    def is_another_number(self) -> bool:
        """Whether the doses would go to another number: each is entered in error and recorded again."""
        return "citizen_id" in self.changed


@dataclass(frozen=True, slots=True)
class Effects:
    """What mending does. `sends`: the person goes to the platform; `rewritten`: doses entered in error and recorded again under another number;

    `certificates`: those that name the person otherwise, replaced once matched; `papers`: printed copies that hold no more.
    """

    sends: bool
    judged_again: int = 0
    rewritten: int = 0
    certificates: int = 0
    papers: int = 0


def draft_of(person: Person) -> PersonDraft:
    """The facts of a person as they would be typed."""
    return PersonDraft(
        citizen_id=person.citizen_id.digits,
        name=person.name,
        birth_date=str(person.birth_date),
        sex=person.sex,
        old_id=person.old_id,
        phone=person.phone,
        address=person.address,
        nationality=person.nationality,
        guardian_name=person.guardian_name,
        guardian_phone=person.guardian_phone,
        health_book=person.health_book,
    )


def changed_fields(person: Person, facts: PersonDraft) -> tuple[str, ...]:
    """Which of number, name, birth date and sex differ."""
    known = draft_of(person)
    return tuple(name for name in ("citizen_id", *FACTS) if getattr(known, name) != getattr(facts, name))


def with_card(person: Person, card: PersonDraft) -> PersonDraft:
    """The known facts with what a card says of number, name, birth date and sex; an address only where none is known."""
    said = {name: getattr(card, name) for name in ("citizen_id", *FACTS) if getattr(card, name)}
    if card.sex is Sex.UNKNOWN:
        said.pop("sex", None)
    return replace(draft_of(person), **said, address=person.address or card.address)


def proposals(
    case: IdentityCase, namesakes: Sequence[Person], earlier: Sequence[str], card: PersonDraft | None
) -> tuple[Proposal, ...]:
    """What could be right, the likeliest first, each once. `earlier`: names this person had here before."""
    made = [
        *_from_card(case, card),
        *_from_fields(case),
        *_from_names(case, namesakes, earlier),
        *_elsewhere(case, namesakes),
    ]
    once: dict[PersonDraft, Proposal] = {}
    for one in made:
        if one.changed:
            once.setdefault(one.facts, one)
    return tuple(once.values())[:PROPOSALS_MAX]


def effects(case: IdentityCase, facts: PersonDraft, papers: int) -> Effects:
    """What saving these facts changes. `papers`: printed copies of these doses that hold now."""
    person, changed = case.person, changed_fields(case.person, facts)
    certified = sum(record.certificate_id is not None for record in case.doses)
    if "citizen_id" in changed:
        return Effects(True, rewritten=len(case.doses), certificates=certified, papers=papers)
    names_other = bool({"name", "birth_date"} & set(changed))
    return Effects(
        sends=facts != draft_of(person),
        judged_again=len(case.doses) if changed else 0,
        certificates=certified if names_other else 0,
        papers=papers if changed else 0,
    )


def _proposal(case: IdentityCase, source: Source, facts: PersonDraft, other: Person | None = None) -> Proposal:
    return Proposal(source, facts, changed_fields(case.person, facts), other)


def _from_card(case: IdentityCase, card: PersonDraft | None) -> list[Proposal]:
    return [] if card is None else [_proposal(case, Source.CARD, with_card(case.person, card))]


def _from_fields(case: IdentityCase) -> list[Proposal]:
    known, person, made = draft_of(case.person), case.person, []
    in_doubt = set(case.fields)
    if "sex" in in_doubt:
        says = citizen_id.sex_of(person.citizen_id)
        if says is not person.sex:
            made.append(_proposal(case, Source.NUMBER, replace(known, sex=says)))
        elif person.sex in (Sex.MALE, Sex.FEMALE):
            other = Sex.FEMALE if person.sex is Sex.MALE else Sex.MALE
            made.append(_proposal(case, Source.OTHER_SEX, replace(known, sex=other)))
    if "birth-date" in in_doubt:
        year, swapped = f"{citizen_id.birth_year(person.citizen_id):04d}", _swapped(person.birth_date)
        if known.birth_date[:4] != year:
            made.append(_proposal(case, Source.NUMBER, replace(known, birth_date=year + known.birth_date[4:])))
        if swapped:
            made.append(_proposal(case, Source.SWAPPED, replace(known, birth_date=swapped)))
    return made


def _swapped(birth_date: PartialDate) -> str:
    try:
        born = date.fromisoformat(birth_date)
        return born.replace(month=born.day, day=born.month).isoformat() if born.day != born.month else ""
    except ValueError:
        return ""


def _from_names(case: IdentityCase, namesakes: Sequence[Person], earlier: Sequence[str]) -> Iterable[Proposal]:
    """Another way to write the same name: a missing mark is the commonest mismatch (contract S1)."""
    if "name" not in case.fields:
        return
    known, folded = draft_of(case.person), fold(case.person.name)
    for name in dict.fromkeys(earlier):
        yield _proposal(case, Source.EARLIER, replace(known, name=name))
    for other in namesakes:
        if fold(other.name) == folded:
            yield _proposal(case, Source.NAMESAKE, replace(known, name=other.name), other)


def _elsewhere(case: IdentityCase, namesakes: Sequence[Person]) -> Iterable[Proposal]:
    """Their doses may belong to another record of the same person."""
    if case.trouble not in (Trouble.NOT_FOUND, Trouble.NUMBER) and "number" not in case.fields:
        return
    for other in namesakes:
        if fold(other.name) == fold(case.person.name) and other.birth_date == case.person.birth_date:
            yield _proposal(case, Source.NAMESAKE, draft_of(other), other)
