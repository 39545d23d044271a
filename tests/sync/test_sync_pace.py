"""Bundle sizes that fit the server and the line."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from requests import PreparedRequest, Response
from support import faulty
from support.sync_bench import Bench

from vaxdesk.models import outbox
from vaxdesk.models.exchange import LinkState
from vaxdesk.models.sync_book import LINK, SyncBook
from vaxdesk.sync.pace import AIM_S, Pace
from vaxdesk.sync.policy import DOSES_MAX


def test_a_slow_line_gets_bundles_of_about_twenty_seconds() -> None:
    pace = Pace(100)
    for _ in range(12):
        pace.went_well(pace.limit, pace.limit / 2.5)
    assert 45 <= pace.limit <= 55


def test_a_line_that_gets_better_gets_larger_bundles_within_a_few_requests() -> None:
    pace = Pace(100, timed=3)
    requests = 0
    while pace.limit < 100:
        pace.went_well(pace.limit, 0.2)
        requests += 1
    assert requests <= 8


def test_one_dose_that_was_quick_says_nothing_against_large_bundles() -> None:
    pace = Pace(100)
    pace.went_well(1, AIM_S / 2)
    assert pace.limit == 100


def test_cuts_of_the_line_do_not_wear_the_bundles_down() -> None:
    """Every tenth request is cut off, whatever its size: most requests still carry much."""
    pace = Pace(100)
    carried = []
    for number in range(200):
        if number % 10 == 9:
            pace.failed(pace.limit)
        else:
            carried.append(pace.limit)
            pace.went_well(pace.limit, 2.0)
    assert sum(carried) / len(carried) >= 75


def test_one_cut_off_record_does_not_make_all_bundles_tiny() -> None:
    pace = Pace(100)
    pace.went_well(100, 1.0)
    pace.failed(1)
    assert pace.limit == 50


def test_a_box_that_swallows_large_bundles_is_tested_ever_more_rarely() -> None:
    pace = Pace(100)
    failures = 0
    for _ in range(500):
        if pace.limit > 20:
            failures += 1
            pace.failed(pace.limit)
        else:
            pace.went_well(pace.limit, 0.1)
    assert failures <= 10


def test_a_size_the_server_refused_comes_back_slowly_though_it_once_went_through() -> None:
    pace = Pace(100)
    pace.went_well(100, 1.0)
    pace.failed(100, by_refusal=True)
    assert pace.limit == 50


@given(st.lists(st.tuples(st.sampled_from("wfr"), st.integers(1, 250), st.floats(0.0, 500.0)), max_size=60))
def test_there_is_always_a_bundle_to_send(events: list[tuple[str, int, float]]) -> None:
    pace = Pace(100)
    for kind, count, seconds in events:
        count = min(count, pace.limit)
        if kind == "w":
            pace.went_well(count, seconds)
        else:
            pace.failed(count, by_refusal=kind == "r")
        assert 1 <= pace.limit <= DOSES_MAX
        assert 1 <= pace.size <= DOSES_MAX
        assert 1 <= pace.timed <= DOSES_MAX


def test_what_the_line_carries_is_remembered(bench: Bench) -> None:
    bench.record(2)
    bench.sync()
    bench.engine._pace.timed = 17  # type: ignore[union-attr]
    bench.sync()
    bench.again()
    bench.sync()
    assert bench.book.link().bundle_doses_timed == 17
    assert bench.engine._pace.limit == 17  # type: ignore[union-attr]


def test_what_an_older_program_kept_is_still_read(bench: Bench) -> None:
    bench.sync()
    newer = ("bundle_doses_timed", "courier_asked_at")
    kept = {name: value for name, value in asdict(bench.book.link()).items() if name not in newer}
    kept |= {"last_reached_at": None, "not_before_hard": None, "bundle_doses_max": 40}
    with bench.desk.store.write() as connection:
        outbox.write_setting(connection, LINK, json.dumps(kept))
    link = bench.book.link()
    assert (link.bundle_doses_max, link.bundle_doses_timed, link.courier_asked_at) == (40, 250, None)


def test_a_long_push_tells_of_itself_while_it_goes_on(bench: Bench) -> None:
    """Another program that looks at the store sees the platform answer, and what a power cut leaves is the pace learnt so far."""
    bench.record(8)
    bench.limit(2)
    seen: list[tuple[datetime | None, int]] = []

    def looks(request: PreparedRequest, send: faulty.Send) -> Response:
        seen.append((bench.book.link().last_reached_at, bench.book.link().bundle_doses_max))
        bench.clock.forward(seconds=30)
        return send()

    start = bench.clock.now
    bench.sync(faulty.passed, looks, looks, faulty.status(413), looks, looks)
    answered = [at for at, _ in seen]
    assert answered[:2] == [start, start + timedelta(seconds=30)]
    assert answered[2:] == [start + timedelta(seconds=60), start + timedelta(seconds=90)]
    assert [size for _, size in seen] == [2, 2, 2, 1]


def test_quick_answers_are_not_each_written_down(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.record(8)
    bench.limit(1)
    written: list[LinkState] = []
    keep = SyncBook.save_link
    monkeypatch.setattr(SyncBook, "save_link", lambda book, link: (written.append(link), keep(book, link)))

    def in_a_second(request: PreparedRequest, send: faulty.Send) -> Response:
        bench.clock.forward(seconds=1)
        return send()

    assert bench.sync(*[in_a_second] * 8).acknowledged == 8
    assert len(written) == 2  # the first answer, and the end of the run
