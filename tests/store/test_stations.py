"""Between the desks: who is called where, what the next desk takes over, and nobody twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from support.builders import NOON, DeskUnderTest, a_crowd, a_draft, a_person

from vaxdesk.errors import InputRefused
from vaxdesk.models.screening import SheetDraft, form_for
from vaxdesk.models.stations import Duty, crowds_of, duty_of
from vaxdesk.models.tickets import Station, Ticket
from vaxdesk.models.values import CitizenId, Post, Role, Screening


def arrived(desk: DeskUnderTest, count: int, station: Station = Station.WAITING) -> list[Ticket]:
    made = []
    for draft in a_crowd(count):
        ticket = desk.work.tickets.open(draft.person, desk.manager)
        made.append(desk.work.tickets.move(ticket.id, station, desk.manager))
        desk.clock.forward(minutes=1)
    return made


def test_a_screener_calls_who_waits_longest(desk: DeskUnderTest) -> None:
    first, _ = arrived(desk, 2)
    called = desk.work.stations.call_next(Duty.SCREENING, desk.manager)
    assert (called.ticket.id, called.ticket.station) == (first.id, Station.SCREENING)
    assert called.person.citizen_id == first.citizen_id


def test_an_injector_calls_who_was_sent_to_the_injection_and_each_once(desk: DeskUnderTest) -> None:
    sent = arrived(desk, 2, Station.INJECTION)
    called = [desk.work.stations.call_next(Duty.INJECTION, desk.manager).ticket for _ in sent]
    assert [ticket.id for ticket in called] == [ticket.id for ticket in sent]
    assert {ticket.station for ticket in called} == {Station.INJECTION}
    with pytest.raises(InputRefused, match="nobody-waits"):
        desk.work.stations.call_next(Duty.INJECTION, desk.manager)


def test_who_was_called_still_tells_when_they_came_to_the_station(desk: DeskUnderTest) -> None:
    (sent,) = arrived(desk, 1, Station.INJECTION)
    desk.clock.forward(minutes=9)
    called = desk.work.stations.call_next(Duty.INJECTION, desk.manager).ticket
    assert (called.since, called.called_at) == (sent.since, desk.clock())
    assert [step.station for step in desk.work.tickets.steps(sent.id)][-2:] == [Station.INJECTION] * 2


def test_one_laptop_calls_first_who_is_further_on(desk: DeskUnderTest) -> None:
    first, second = arrived(desk, 2)
    desk.work.tickets.move(second.id, Station.INJECTION, desk.manager)
    calls = [desk.work.stations.call_next(Duty.ALL, desk.manager).ticket.id for _ in range(2)]
    assert calls == [second.id, first.id]


def test_a_chosen_person_is_called_before_their_turn_and_only_once(desk: DeskUnderTest) -> None:
    _, second = arrived(desk, 2)
    desk.work.tickets.move(second.id, Station.INJECTION, desk.manager)
    called = desk.work.stations.call(second.id, Station.INJECTION, desk.manager)
    assert called.ticket.called_at == desk.clock()
    desk.clock.forward(minutes=1)
    assert desk.work.stations.call(second.id, Station.INJECTION, desk.manager).ticket == called.ticket
    assert len(desk.work.tickets.steps(second.id)) == 3


@pytest.mark.parametrize("duty", [Duty.RECEPTION, Duty.OBSERVATION])
def test_a_desk_that_calls_nobody_says_so(desk: DeskUnderTest, duty: Duty) -> None:
    arrived(desk, 1)
    with pytest.raises(InputRefused, match="nobody-waits"):
        desk.work.stations.call_next(duty, desk.manager)


def test_two_injectors_calling_at_once_never_get_the_same_person(desk: DeskUnderTest) -> None:
    arrived(desk, 8, Station.INJECTION)
    with ThreadPoolExecutor(4) as desks:
        called = list(desks.map(lambda _: desk.work.stations.call_next(Duty.INJECTION, desk.manager), range(8)))
    assert len({one.ticket.id for one in called}) == 8


def a_sheet(**changes: Any) -> SheetDraft:
    form = form_for(a_person().birth_date, NOON.date())
    answers = {question.code: False for question in form.asked_of(a_person().sex)}
    return replace(SheetDraft(person=a_person(), form=form.code, answers=answers), **changes)


def test_a_screening_is_passed_on_with_who_concluded_it(desk: DeskUnderTest) -> None:
    arrived_ticket = desk.work.tickets.open(a_person(), desk.manager)
    ticket = desk.work.stations.pass_on(a_sheet(), desk.manager)
    standing = desk.work.stations.standing(ticket.citizen_id)
    assert (ticket.id, ticket.station) == (arrived_ticket.id, Station.INJECTION)
    assert standing.ticket == ticket
    assert standing.is_open
    assert standing.sheet is not None
    assert standing.concluder == desk.manager.name


def test_who_came_past_the_reception_gets_a_number_when_passed_on(desk: DeskUnderTest) -> None:
    ticket = desk.work.stations.pass_on(a_sheet(), desk.manager)
    assert (ticket.number, ticket.station) == (1, Station.INJECTION)


def test_a_conclusion_that_stops_ends_the_ticket(desk: DeskUnderTest) -> None:
    opened = desk.work.tickets.open(a_person(), desk.manager)
    postponed = a_sheet(conclusion=Screening.POSTPONED, note="Đang sốt nhẹ")
    assert desk.work.stations.pass_on(postponed, desk.manager).station is Station.CLOSED
    assert not desk.work.stations.standing(opened.citizen_id).is_open


def test_a_sheet_that_cannot_be_kept_passes_nobody_on(desk: DeskUnderTest) -> None:
    opened = desk.work.tickets.open(a_person(), desk.manager)
    with pytest.raises(InputRefused, match="sheet-unanswered"):
        desk.work.stations.pass_on(a_sheet(answers={}), desk.manager)
    found = desk.work.tickets.of_person(opened.citizen_id)
    assert found is not None
    assert found.station is Station.WAITING


def test_a_conclusion_is_taken_over_once(desk: DeskUnderTest) -> None:
    ticket = desk.work.stations.pass_on(a_sheet(), desk.manager)
    record = desk.work.desk.record(a_draft(), desk.manager)
    standing = desk.work.stations.standing(ticket.citizen_id)
    assert standing.sheet is not None
    assert not standing.is_open
    desk.work.desk.void(record.dose.id, "nhập nhầm người", desk.manager)
    assert desk.work.stations.standing(ticket.citizen_id).is_open


def test_a_conclusion_is_of_its_day(desk: DeskUnderTest) -> None:
    ticket = desk.work.stations.pass_on(a_sheet(), desk.manager)
    desk.clock.forward(days=1)
    assert desk.work.stations.standing(ticket.citizen_id).sheet is None


def test_nobody_known_stands_nowhere(desk: DeskUnderTest) -> None:
    assert desk.work.stations.standing(CitizenId("001090000123")).ticket is None


def test_an_injector_records_on_a_conclusion_that_a_screener_passed_on(desk: DeskUnderTest) -> None:
    screener = desk.work.staff.add("Trần Văn Hạnh", Role.NURSE, "1357", desk.manager, Post.SCREENING)
    injector = desk.work.staff.add("Lê Thị Mai", Role.NURSE, "1357", desk.manager, Post.INJECTION)
    ticket = desk.work.stations.pass_on(a_sheet(), screener)
    desk.work.desk.record(a_draft(concluded_by=screener.id), injector)
    standing = desk.work.stations.standing(ticket.citizen_id)
    assert standing.sheet is not None
    assert standing.sheet.concluded_by == screener.id
    assert standing.ticket is not None
    assert standing.ticket.station is Station.OBSERVATION


def test_who_left_and_comes_back_waits_again_under_the_same_number(desk: DeskUnderTest) -> None:
    opened = desk.work.tickets.open(a_person(), desk.manager)
    desk.work.tickets.move(opened.id, Station.LEFT, desk.manager)
    again = desk.work.tickets.open(a_person(), desk.manager)
    assert (again.id, again.station) == (opened.id, Station.WAITING)
    steps = [step.station for step in desk.work.tickets.steps(opened.id)]
    assert steps == [Station.WAITING, Station.LEFT, Station.WAITING]


def test_the_steps_say_who_noted_them(desk: DeskUnderTest) -> None:
    opened = desk.work.tickets.open(a_person(), desk.manager)
    (step,) = desk.work.tickets.steps(opened.id)
    assert (step.at, step.staff) == (opened.opened_at, desk.manager.name)


def test_everybody_who_is_here_is_listed_and_counted_with_the_longest_wait(desk: DeskUnderTest) -> None:
    first, second, third = arrived(desk, 3)
    desk.work.tickets.move(second.id, Station.INJECTION, desk.manager)
    desk.work.tickets.move(third.id, Station.LEFT, desk.manager)
    desk.clock.forward(minutes=20)
    here = desk.work.tickets.here()
    assert [ticket.id for ticket in here] == [first.id, second.id]
    crowds = crowds_of(here, desk.clock())
    assert (crowds[Station.WAITING].count, crowds[Station.WAITING].longest_s) == (1, 23 * 60)
    assert (crowds[Station.INJECTION].count, crowds[Station.CERTIFICATE].count) == (1, 0)


def test_who_was_called_waits_no_longer(desk: DeskUnderTest) -> None:
    arrived(desk, 1, Station.INJECTION)
    desk.work.stations.call_next(Duty.INJECTION, desk.manager)
    crowd = crowds_of(desk.work.tickets.here(), desk.clock())[Station.INJECTION]
    assert (crowd.count, crowd.longest_s) == (1, 0)


def test_a_post_decides_the_duty_else_the_window(desk: DeskUnderTest) -> None:
    assert duty_of(Post.SCREENING, Duty.RECEPTION) is Duty.SCREENING
    assert duty_of(Post.INJECTION, Duty.ALL) is Duty.INJECTION
    assert duty_of(Post.ALL, Duty.RECEPTION) is Duty.RECEPTION
