"""What is asked once at check-in and known from then on: the health book, a child's guardian."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from support.builders import NOON, DeskUnderTest, a_draft, a_person

from vaxdesk.models.values import HealthBook, Person


def recorded(desk: DeskUnderTest, days_ago: int, **facts: object) -> Person:
    person = replace(a_person(), **facts)  # type: ignore[arg-type]
    return desk.work.desk.record(
        a_draft(person=person, occurred_at=NOON - timedelta(days=days_ago)), desk.manager
    ).person


def test_what_was_answered_is_known_the_next_time(desk: DeskUnderTest) -> None:
    recorded(desk, 25, health_book=HealthBook.NO, guardian_name="  Trần  Văn Mẫu ", guardian_phone="091 234 5678")
    known = desk.work.desk.check_in(a_person()).draft
    assert (known.health_book, known.guardian_name, known.guardian_phone) == (
        HealthBook.NO,
        "Trần Văn Mẫu",
        "0912345678",
    )


def test_not_asking_again_forgets_nothing(desk: DeskUnderTest) -> None:
    recorded(desk, 25, health_book=HealthBook.YES)
    again = recorded(desk, 0)
    assert (again.health_book, again.revision) == (HealthBook.YES, 1)


def test_another_answer_is_a_revision(desk: DeskUnderTest) -> None:
    recorded(desk, 25, health_book=HealthBook.NO)
    assert recorded(desk, 0, health_book=HealthBook.YES).revision == 2
