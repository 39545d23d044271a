"""Who comes to the practice desk: made-up people in every usual situation, with what they had before and what ought to happen.

They are the same on every machine and day, so that cards once printed stay good; only the doses before are counted back from the day the
desk is made. Their numbers come from a seed of their own, so that nobody of the demo is among them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from vaxdesk.demo.people import REFERENCE_DAY, MadeUpPerson, population
from vaxdesk.models.values import Sex
from vaxdesk.print.sheets import Words

SEED, DRAWN = 1234, 900
VACCINE, OTHER_VACCINE = "COMIRNATY", "VAXZEVRIA"
ADULT_AGES, OLD_AGES, TEEN_AGES, YOUNG_AGES = (20, 55), (70, 90), (12, 13), (5, 6)  # on REFERENCE_DAY: good for years

FIRST = Words("Mũi 1", "First dose")
DUE = Words("Mũi 2, đã đủ ngày", "Second dose, due")
EARLY = Words("Chưa đủ khoảng cách", "Too early")
COMPLETE = Words("Đã đủ hai mũi, chưa đến mũi nhắc", "Two doses, booster not due")
BOOSTER = Words("Đến hạn mũi nhắc", "Booster due")
CROSSED = Words("Mũi 1 vắc xin khác", "Another vaccine before")
OLD = Words("Người cao tuổi, mũi 1", "Elderly, first dose")
TEEN = Words("Trẻ 12-17, cần người giám hộ", "Aged 12-17, guardian needed")
CHILD = Words("Trẻ 5-11, vắc xin này không dùng", "Aged 5-11, not this vaccine")
TWIN = Words("Sinh đôi, xem kỹ tên", "Twins: look at the name")
OLD_CARD = Words("Mũi 2, có số CMND cũ", "Second dose, old 9-digit number")
SHORT = Words("Thẻ thiếu một số", "Card with a digit missing")


@dataclass(frozen=True, slots=True, repr=False)
class PracticePerson:
    """Somebody who comes: the situation in words, and the doses before as (days ago, vaccine). `is_short`: the card's number lost a digit."""

    person: MadeUpPerson
    situation: Words
    doses: tuple[tuple[int, str], ...] = ()
    is_short: bool = False


def practice_people() -> tuple[PracticePerson, ...]:
    """Thirty-two people; the order is that of the cards on paper."""
    drawn = population(SEED, DRAWN)
    adults = iter([one for one in drawn if _is_aged(one, ADULT_AGES) and len(one.name.split()) > 2])
    teens = iter([one for one in drawn if _is_aged(one, TEEN_AGES)])
    second = ((28, VACCINE),)
    plan: tuple[tuple[Words, int, tuple[tuple[int, str], ...]], ...] = (
        (FIRST, 8, ()),
        (DUE, 6, second),
        (EARLY, 3, ((7, VACCINE),)),
        (COMPLETE, 2, ((40, VACCINE), (12, VACCINE))),
        (BOOSTER, 2, ((260, VACCINE), (230, VACCINE))),
        (CROSSED, 2, ((70, OTHER_VACCINE),)),
    )
    found = [PracticePerson(next(adults), words, doses) for words, count, doses in plan for _ in range(count)]
    found += [PracticePerson(one, OLD) for one in _first(drawn, OLD_AGES, 2)]
    found += [PracticePerson(next(teens), TEEN) for _ in range(2)]
    found += [PracticePerson(one, CHILD) for one in _first(drawn, YOUNG_AGES, 1)]
    found += _twins(next(adults))
    found.append(PracticePerson(_with_old_number(next(adults)), OLD_CARD, second))
    found.append(PracticePerson(next(adults), SHORT, is_short=True))
    return tuple(found)


def _is_aged(one: MadeUpPerson, ages: tuple[int, int]) -> bool:
    """By whole years."""
    born, day = one.birth_date, REFERENCE_DAY
    age = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    return ages[0] <= age <= ages[1]


def _first(drawn: tuple[MadeUpPerson, ...], ages: tuple[int, int], count: int) -> list[MadeUpPerson]:
    return [one for one in drawn if _is_aged(one, ages)][:count]


def _twins(one: MadeUpPerson) -> list[PracticePerson]:
    """Two names that differ in one word, one day of birth, one address; the second had a dose."""
    family, middle = one.name.split()[:2]
    names = ("Linh", "Liên") if one.sex is Sex.FEMALE else ("Minh", "Mạnh")
    number = int(one.number)
    both = [replace(one, number=f"{number + step:012}", name=f"{family} {middle} {name}", old_id="")
            for step, name in zip((0, 10), names, strict=True)]  # fmt: skip
    return [PracticePerson(both[0], TWIN), PracticePerson(both[1], TWIN, ((28, VACCINE),))]


def _with_old_number(one: MadeUpPerson) -> MadeUpPerson:
    return replace(one, old_id=one.old_id or f"0{one.number[-8:]}")
