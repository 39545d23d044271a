"""Refused records: each waits for a person, is tried again by itself when its reason may have gone, and never holds up another."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from support.builders import a_draft, another_person
from support.model_server import ModelPlatform
from support.sync_bench import Bench

from vaxdesk.models.desk import DoseChanges


def refused(bench: Bench, days_ago: int = 0) -> str:
    """Records a dose that the platform refuses; its id."""
    person = another_person()
    dose = bench.record_one(
        a_draft(person=person, lot="POISON", occurred_at=bench.clock.now - timedelta(days=days_ago))
    )
    assert bench.sync().set_aside == 1
    return dose.id


def asides(bench: Bench) -> list[str]:
    return [one.record.dose.id for one in bench.desk.work.figures.set_aside()]


def test_5_what_was_refused_is_tried_again_by_itself(bench: Bench, platform: ModelPlatform) -> None:
    """failures.md 5: the platform's rules changed meanwhile; nobody pressed anything."""
    dose_id = refused(bench)
    platform.store.poison_lot = "NONE"
    bench.clock.forward(minutes=14)
    assert (bench.sync(asked=False).acknowledged, asides(bench)) == (0, [dose_id])
    bench.clock.forward(minutes=2)
    assert (bench.sync(asked=False).acknowledged, asides(bench)) == (1, [])


def test_5_it_stays_in_the_list_and_is_tried_ever_more_rarely(bench: Bench, platform: ModelPlatform) -> None:
    dose_id = refused(bench)
    for hours in (0.25, 0.5, 1, 2, 4, 8, 16, 24, 24):
        posts = platform.posts()
        bench.clock.forward(seconds=hours * 3600 - 60)
        bench.sync(asked=False)
        assert platform.posts() == posts, f"tried before {hours} h had gone by"
        bench.clock.forward(seconds=61)
        assert bench.sync(asked=False).set_aside == 0  # nothing new was refused
        assert platform.posts() == posts + 1
        assert asides(bench) == [dose_id]


def test_5_when_the_person_arrives_their_refused_doses_go_again(bench: Bench, platform: ModelPlatform) -> None:
    dose_id = refused(bench, days_ago=35)
    platform.store.poison_lot = "NONE"
    bench.clock.forward(minutes=1)
    bench.record_one(a_draft(person=another_person(), occurred_at=bench.clock.now))
    bench.sync(asked=False)
    bench.sync(asked=False)
    assert asides(bench) == []
    assert dose_id in bench.receipts()


def test_5_when_another_program_answers_all_refused_go_again(bench: Bench, platform: ModelPlatform) -> None:
    dose_id = refused(bench)
    bench.clock.forward(seconds=1)
    bench.sync(asked=False)  # learns which program answers
    platform.store.poison_lot = "NONE"
    platform.software = {"name": "model", "version": "2"}
    bench.again()
    assert bench.sync(asked=False).acknowledged == 1
    assert dose_id in bench.receipts()


def test_a_conflict_waits_for_a_person_alone(bench: Bench, platform: ModelPlatform) -> None:
    dose = bench.record_one()
    bench.sync()
    stored = platform.store.newest("Immunization", dose.id)
    assert stored is not None
    platform.store.give(stored | {"lotNumber": "THEIRS", "extension": []})
    bench.desk.work.desk.correct(dose.id, DoseChanges(lot="NEW1"), "nhầm số lô", bench.desk.manager)
    bench.sync()
    posts = platform.posts()
    bench.clock.forward(days=40)
    bench.sync(asked=False)
    assert (asides(bench), platform.posts()) == ([dose.id], posts)


def test_refused_records_go_last_and_each_alone(bench: Bench, platform: ModelPlatform) -> None:
    refused(bench)
    bench.clock.forward(hours=1)
    bench.record_one()
    due = bench.book.due(bench.clock(), 10, True)
    assert [found.entry.is_aside for found in due] == [False, True]
    posts = platform.posts()
    report = bench.sync()
    assert (report.acknowledged, platform.posts() - posts) == (1, 2)


@pytest.mark.parametrize("days", [-3, 400])
def test_a_wrong_clock_does_not_strand_a_refused_record(bench: Bench, platform: ModelPlatform, days: int) -> None:
    bench.clock.forward(days=days)
    late = date(2040, 1, 1)
    dose = bench.record_one(a_draft(lot="POISON", expiry=late, occurred_at=bench.clock.now))
    bench.sync()
    bench.clock.forward(days=-days)
    platform.store.poison_lot = "NONE"
    bench.clock.forward(hours=1)
    bench.sync(asked=False)
    assert dose.id in bench.receipts()
