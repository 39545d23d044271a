"""The queue of a day: who is where, since when, and nobody twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from support.builders import NOON, DeskUnderTest, a_crowd, a_draft, a_person

from vaxdesk.errors import InputRefused, StoreError
from vaxdesk.models.tickets import Station, Ticket, TicketId
from vaxdesk.models.values import CitizenId, Screening


def arrived(desk: DeskUnderTest, count: int) -> list[Ticket]:
    made = []
    for draft in a_crowd(count):
        made.append(desk.work.tickets.open(draft.person, desk.manager))
        desk.clock.forward(minutes=1)
    return made


def test_people_are_numbered_in_the_order_they_come(desk: DeskUnderTest) -> None:
    made = arrived(desk, 3)
    assert [ticket.number for ticket in made] == [1, 2, 3]
    assert [ticket.id for ticket in desk.work.tickets.queue(Station.WAITING)] == [ticket.id for ticket in made]


def test_who_comes_twice_keeps_the_number(desk: DeskUnderTest) -> None:
    first = desk.work.tickets.open(a_person(), desk.manager)
    desk.work.tickets.move(first.id, Station.SCREENING, desk.manager)
    again = desk.work.tickets.open(a_person(), desk.manager)
    assert (again.id, again.number, again.station) == (first.id, 1, Station.SCREENING)


def test_each_day_begins_with_one(desk: DeskUnderTest) -> None:
    arrived(desk, 2)
    desk.clock.forward(days=1)
    assert desk.work.tickets.open(a_person(), desk.manager).number == 1
    assert len(desk.work.tickets.queue(Station.WAITING)) == 1


def test_no_ticket_without_a_citizen_number(desk: DeskUnderTest) -> None:
    with pytest.raises(InputRefused, match="citizen-id-missing"):
        desk.work.tickets.open(a_person(citizen_id=""), desk.manager)
    assert desk.work.tickets.crowds()[Station.WAITING].count == 0


def test_the_longest_waiting_is_called_next(desk: DeskUnderTest) -> None:
    first, second = arrived(desk, 2)
    called = desk.work.tickets.call_next(Station.WAITING, Station.SCREENING, desk.manager)
    assert (called.id, called.station) == (first.id, Station.SCREENING)
    assert [ticket.id for ticket in desk.work.tickets.queue(Station.WAITING)] == [second.id]


def test_nobody_waiting_is_said(desk: DeskUnderTest) -> None:
    with pytest.raises(InputRefused, match="nobody-waits"):
        desk.work.tickets.call_next(Station.WAITING, Station.SCREENING, desk.manager)


def test_two_desks_never_call_the_same_person(desk: DeskUnderTest) -> None:
    arrived(desk, 8)
    with ThreadPoolExecutor(4) as desks:
        called = [
            desks.submit(desk.work.tickets.call_next, Station.WAITING, Station.INJECTION, desk.manager)
            for _ in range(8)
        ]
    assert len({call.result().id for call in called}) == 8


def test_counts_and_waiting_times_are_of_the_station(desk: DeskUnderTest) -> None:
    first, _ = arrived(desk, 2)
    desk.work.tickets.move(first.id, Station.INJECTION, desk.manager)
    desk.clock.forward(minutes=9)
    crowds = desk.work.tickets.crowds()
    assert (crowds[Station.WAITING].count, crowds[Station.WAITING].longest_s) == (1, 600)
    assert (crowds[Station.INJECTION].count, crowds[Station.INJECTION].longest_s) == (1, 540)
    assert crowds[Station.SCREENING].count == 0


def test_a_clock_put_back_makes_no_negative_wait(desk: DeskUnderTest) -> None:
    (ticket,) = arrived(desk, 1)
    desk.clock.forward(minutes=-5)
    assert desk.work.tickets.crowds()[Station.WAITING].longest_s == 0
    assert ticket.waited_s(desk.clock()) == 0


def test_a_saved_dose_takes_its_person_to_observation(desk: DeskUnderTest) -> None:
    desk.work.tickets.open(a_person(), desk.manager)
    desk.work.desk.record(a_draft(), desk.manager)
    ticket = desk.work.tickets.of_person(CitizenId("079303000456"))
    assert ticket is not None
    assert ticket.station is Station.OBSERVATION


def test_who_is_not_injected_goes_home(desk: DeskUnderTest) -> None:
    desk.work.tickets.open(a_person(), desk.manager)
    desk.work.desk.record(a_draft(screening=Screening.POSTPONED), desk.manager)
    assert desk.work.tickets.crowds()[Station.CLOSED].count == 1


def test_a_dose_without_a_ticket_opens_none(desk: DeskUnderTest) -> None:
    desk.work.desk.record(a_draft(), desk.manager)
    assert desk.work.tickets.of_person(CitizenId("079303000456")) is None


def test_a_dose_entered_later_moves_no_ticket_of_another_day(desk: DeskUnderTest) -> None:
    desk.work.tickets.open(a_person(), desk.manager)
    desk.clock.forward(days=1)
    desk.work.desk.record(replace(a_draft(), occurred_at=NOON + timedelta(hours=1)), desk.manager)
    desk.clock.forward(days=-1)
    ticket = desk.work.tickets.of_person(CitizenId("079303000456"))
    assert ticket is not None
    assert ticket.station is Station.WAITING


def test_a_refused_dose_moves_nobody(desk: DeskUnderTest) -> None:
    desk.work.tickets.open(a_person(), desk.manager)
    with pytest.raises(InputRefused):
        desk.work.desk.record(a_draft(lot=" "), desk.manager)
    assert desk.work.tickets.crowds()[Station.WAITING].count == 1


def test_each_arrival_is_kept_with_who_and_when(desk: DeskUnderTest) -> None:
    (ticket,) = arrived(desk, 1)
    for station in (Station.SCREENING, Station.WAITING, Station.WAITING, Station.LEFT):
        desk.work.tickets.move(ticket.id, station, desk.manager)
    with desk.store.read() as connection:
        steps = connection.exec_driver_sql("SELECT station FROM ticket_step ORDER BY number").scalars().all()
    assert steps == ["waiting", "screening", "waiting", "left"]
    with pytest.raises((sa.exc.DBAPIError, StoreError)), desk.store.write() as connection:
        connection.exec_driver_sql("DELETE FROM ticket_step")


def test_an_unknown_ticket_is_said(desk: DeskUnderTest) -> None:
    with pytest.raises(StoreError, match="ticket-not-found"):
        desk.work.tickets.move(TicketId("no-such"), Station.LEFT, desk.manager)
