"""The queue's page: who waits where and how long, found by name, sent on by keys, live only while somebody looks."""

from __future__ import annotations

import pytest
from conftest import Bench
from PySide6.QtCore import Qt
from support.builders import a_crowd, a_person

from vaxdesk.models.stations import Duty
from vaxdesk.models.tickets import Station, Ticket
from vaxdesk.ui.queue_page import QueuePage
from vaxdesk.ui.widgets import ElidedLabel

CONTROL = Qt.KeyboardModifier.ControlModifier


def arrived(bench: Bench, count: int, station: Station = Station.WAITING) -> list[Ticket]:
    made = []
    for draft in a_crowd(count):
        ticket = bench.desk.work.tickets.open(draft.person, bench.nurse)
        made.append(bench.desk.work.tickets.move(ticket.id, station, bench.nurse))
        bench.clock.forward(minutes=1)
    return made


def opened(bench: Bench, duty: Duty = Duty.RECEPTION) -> QueuePage:
    bench.enter()
    bench.around.session.choose_duty(duty)
    bench.press(Qt.Key.Key_F10)
    return bench.window.queue


def cells(page: QueuePage, column: int) -> list[str]:
    model = page.table.model()
    return [model.index(row, column).data() for row in range(model.rowCount())]


def now_at(bench: Bench, ticket: Ticket) -> Station:
    found = bench.desk.work.tickets.of_person(ticket.citizen_id)
    assert found is not None
    return found.station


def texts(labels: list[ElidedLabel]) -> list[str]:
    return [label.whole_text() for label in labels if label.whole_text()]


def test_each_station_tells_its_count_and_the_longest_wait(bench: Bench) -> None:
    arrived(bench, 3)
    bench.clock.forward(minutes=9)
    page = opened(bench)
    tile = page.tiles.tiles[Station.WAITING]
    assert (tile.count.text(), tile.longest.words.whole_text()) == ("3", "lâu nhất 12 phút")
    assert page.tiles.tiles[Station.INJECTION].longest.words.whole_text() == "không có ai"


def test_a_wait_over_half_an_hour_is_said_in_words_not_by_colour_alone(bench: Bench) -> None:
    arrived(bench, 2)
    bench.clock.forward(minutes=29)
    page = opened(bench)
    longest = page.tiles.tiles[Station.WAITING].longest.words
    assert (longest.whole_text(), longest.property("tone")) == ("lâu nhất 31 phút, quá lâu", "decide")
    assert cells(page, 4) == ["31 phút, quá lâu", "30 phút"]


def test_the_longest_waiting_stands_first_and_its_way_is_told(bench: Bench) -> None:
    arrived(bench, 2)
    page = opened(bench)
    assert cells(page, 0) == ["1", "2"]
    assert page.card.number.text() == "Số 1"
    assert texts(page.card.places) == ["Chờ khám · Lê Thị Mai"]


def test_enter_sends_the_chosen_one_to_the_next_station(bench: Bench) -> None:
    first, second = arrived(bench, 2)
    page = opened(bench)
    bench.press(Qt.Key.Key_Down)
    bench.press(Qt.Key.Key_Return)
    assert (now_at(bench, first), now_at(bench, second)) == (Station.WAITING, Station.SCREENING)
    assert page.notice.said.startswith("Số 2 · đang khám sàng lọc")
    assert cells(page, 0) == ["1"]


def test_somebody_who_left_is_brought_back_by_a_step_of_its_own(bench: Bench) -> None:
    (one,) = arrived(bench, 1)
    opened(bench)
    bench.press(Qt.Key.Key_D, CONTROL)
    assert now_at(bench, one) is Station.LEFT
    bench.press(Qt.Key.Key_Z, CONTROL)
    steps = [step.station for step in bench.desk.work.tickets.steps(one.id)]
    assert steps == [Station.WAITING, Station.LEFT, Station.WAITING]


def test_arrows_go_from_station_to_station(bench: Bench) -> None:
    arrived(bench, 1, Station.SCREENING)
    page = opened(bench)
    assert not page.table.isVisible()
    bench.press(Qt.Key.Key_Right)
    assert cells(page, 0) == ["1"]
    assert page.card.go.text() == "Chuyển sang tiêm"
    bench.press(Qt.Key.Key_Left)
    assert page.nothing.title.text() == "Không có ai chờ khám"


def test_an_empty_station_says_what_appears_there_and_what_to_do_first(bench: Bench) -> None:
    page = opened(bench)
    assert page.nothing.isVisible()
    assert "Ctrl+Enter" in page.nothing.text.text()
    assert not page.card.go.isEnabled()


def test_letters_find_a_name_at_any_station(bench: Bench) -> None:
    arrived(bench, 2)
    bich = bench.desk.work.tickets.open(a_person(), bench.nurse)
    bench.desk.work.tickets.move(bich.id, Station.INJECTION, bench.nurse)
    page = opened(bench)
    bench.type("bich")
    assert (cells(page, 1), cells(page, 4)) == (["Trần Thị Bích"], ["Tiêm"])
    bench.press(Qt.Key.Key_Escape)
    assert cells(page, 0) == ["1", "2"]


def test_a_number_finds_its_ticket_and_no_other(bench: Bench) -> None:
    arrived(bench, 12)
    page = opened(bench)
    bench.type("1")
    assert cells(page, 0) == ["1"]


def test_nobody_found_is_said(bench: Bench) -> None:
    arrived(bench, 1)
    page = opened(bench)
    bench.type("zz")
    assert page.nothing.title.text() == "Không tìm thấy ai"


def test_who_is_observed_is_let_go_on_the_page_for_it(bench: Bench) -> None:
    (one,) = arrived(bench, 1, Station.OBSERVATION)
    page = opened(bench)
    page.tiles.choose(Station.OBSERVATION)
    bench.settle()
    bench.press(Qt.Key.Key_Return)
    assert bench.window.pages.shown == "observation"
    assert now_at(bench, one) is Station.OBSERVATION


def test_a_certificate_handed_over_ends_the_way(bench: Bench) -> None:
    (one,) = arrived(bench, 1, Station.CERTIFICATE)
    page = opened(bench)
    page.tiles.choose(Station.CERTIFICATE)
    bench.settle()
    bench.press(Qt.Key.Key_Return)
    assert now_at(bench, one) is Station.CLOSED


def test_the_store_is_asked_only_while_the_page_is_shown(bench: Bench) -> None:
    page = opened(bench)
    assert page.feed.reads.isActive()
    bench.press(Qt.Key.Key_F2)
    assert not page.feed.reads.isActive()
    assert not page.feed.ticks.isActive()
    bench.press(Qt.Key.Key_F10)
    assert page.feed.reads.isActive()
    bench.window.lock()
    assert not page.feed.reads.isActive()


def test_people_of_another_window_appear_by_themselves(bench: Bench) -> None:
    page = opened(bench)
    arrived(bench, 1)
    page.feed.reads.timeout.emit()
    bench.settle()
    assert cells(page, 0) == ["1"]


def test_minutes_pass_without_the_store_being_asked(bench: Bench) -> None:
    arrived(bench, 1)
    page = opened(bench)
    bench.clock.forward(minutes=5)
    page.feed.ticks.timeout.emit()
    assert bench.around.lane.is_idle
    assert cells(page, 4) == ["6 phút"]


def test_a_chosen_line_stays_chosen_when_others_come(bench: Bench) -> None:
    arrived(bench, 2)
    page = opened(bench)
    bench.press(Qt.Key.Key_Down)
    bench.desk.work.tickets.open(a_person(), bench.nurse)
    page.feed.reads.timeout.emit()
    bench.settle()
    assert page.card.number.text() == "Số 2"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_page_says_everything_in_both_languages(bench: Bench, language: str) -> None:
    arrived(bench, 1)
    bench.around.speech.speak(language)
    page = opened(bench)
    tile = page.tiles.tiles[Station.WAITING]
    said = (tile.name.text(), tile.longest.words.whole_text(), page.card.go.text(), cells(page, 4))
    assert (
        said
        == {
            "vi": ("Chờ khám", "lâu nhất 1 phút", "Chuyển sang khám sàng lọc", ["1 phút"]),
            "en": ("Waiting", "longest 1 min", "Send to screening", ["1 min"]),
        }[language]
    )
