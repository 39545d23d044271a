"""Faults that comparable systems really had (the numbers are rows of the project's list of failures), over a bad line."""

from __future__ import annotations

from datetime import timedelta

import pytest
from support import faulty
from support.builders import a_crowd, a_draft, another_person
from support.model_server import ModelPlatform
from support.model_store import content_sha256
from support.sync_bench import Bench

from vaxdesk.models.desk import DoseChanges
from vaxdesk.models.outbox import apply as real_apply


def poisoned(bench: Bench, count: int, at: int) -> str:
    """Records `count` doses of which the one at index `at` is refused by the platform; its id."""
    drafts = a_crowd(count)
    ids = [
        bench.record_one(a_draft(person=d.person, lot="POISON" if i == at else d.lot)).id for i, d in enumerate(drafts)
    ]
    return ids[at]


def test_1_green_only_with_a_receipt_of_this_content(bench: Bench, platform: ModelPlatform) -> None:
    dose = bench.record_one()
    report = bench.sync()
    receipt = bench.desk.work.desk.all_records()[0].receipt
    stored = platform.store.newest("Immunization", dose.id)
    assert report.reached
    assert report.acknowledged == 1
    assert stored is not None
    assert receipt is not None
    assert (receipt.version, receipt.hash) == (stored["meta"]["versionId"], content_sha256(stored))


@pytest.mark.parametrize(
    "fault",
    [faulty.captive_portal, faulty.truncated, faulty.one_entry_less, faulty.redirected, faulty.lost_request],
)
def test_1_no_green_without_a_receipt(bench: Bench, fault: faulty.Fault) -> None:
    bench.record(3)
    report = bench.sync(fault)
    assert (report.reached, report.acknowledged, report.waiting, bench.receipts()) == (False, 0, 3, {})
    assert bench.sync().acknowledged == 3


def test_1_killed_after_the_answer_before_the_commit(
    bench: Bench, platform: ModelPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    dose = bench.record_one()

    def killed(*args: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("vaxdesk.models.outbox.apply", killed)
    with pytest.raises(KeyboardInterrupt):
        bench.sync()
    monkeypatch.setattr("vaxdesk.models.outbox.apply", real_apply)
    assert bench.receipts() == {}
    assert platform.store.versions("Immunization", dose.id) == 1
    bench.again()
    assert bench.sync().acknowledged == 1
    assert platform.store.versions("Immunization", dose.id) == 1
    assert len(platform.store.all("Patient")) == 1


def test_2_an_edit_during_the_upload_is_not_lost(bench: Bench, platform: ModelPlatform) -> None:
    dose = bench.record_one()

    def edited_meanwhile(request, send):
        answer = send()
        bench.desk.work.desk.correct(dose.id, DoseChanges(lot="NEW1"), "nhầm số lô", bench.desk.manager)
        return answer

    report = bench.sync(edited_meanwhile)
    stored = platform.store.newest("Immunization", dose.id)
    assert stored is not None
    assert stored["lotNumber"] == "NEW1"
    assert platform.store.versions("Immunization", dose.id) == 2
    assert (report.waiting, bench.receipts()) == (0, {dose.id: 2})


def test_3_a_lost_answer_makes_no_duplicate_however_often(bench: Bench, platform: ModelPlatform) -> None:
    doses = bench.record(3)
    for _ in range(10):
        bench.sync(faulty.lost_answer)
        bench.clock.forward(minutes=20)
        assert bench.receipts() == {}
    assert bench.sync(faulty.sent_twice).acknowledged == 3
    assert [platform.store.versions("Immunization", d.id) for d in doses] == [1, 1, 1]
    assert len(platform.store.all("Patient")) == 3


def test_4_one_poison_record_among_500_stands_alone(bench: Bench, platform: ModelPlatform) -> None:
    bad = poisoned(bench, 500, at=137)
    report = bench.sync()
    assert (report.acknowledged, report.set_aside, report.waiting) == (499, 1, 0)
    assert len(platform.store.all("Immunization")) == 499
    assert bad not in bench.receipts()
    aside = next(r for r in bench.desk.work.desk.all_records() if r.dose.id == bad)
    assert (aside.set_aside_code, aside.set_aside_text) == ("record-refused", "Số lô không có trong danh mục")
    assert platform.posts() < 40


def test_5_a_set_aside_record_is_sent_again_when_mended(bench: Bench, platform: ModelPlatform) -> None:
    bad = poisoned(bench, 2, at=0)
    assert bench.sync().set_aside == 1
    bench.desk.work.desk.correct(bad, DoseChanges(lot="FL4574"), "nhầm số lô", bench.desk.manager)
    assert bench.sync(asked=False).acknowledged == 1
    assert bad in bench.receipts()


def test_6_dependencies_travel_first_in_the_same_bundle(bench: Bench, platform: ModelPlatform) -> None:
    """Person and dose are never parted, whatever halving does to a bundle."""
    poisoned(bench, 7, at=3)
    bench.limit(4)
    assert bench.sync().acknowledged == 6
    for stored in platform.store.all("Immunization"):
        patient = platform.store.newest(*stored["patient"]["reference"].split("/"))
        assert patient is not None
        assert stored["patient"]["identifier"] in patient["identifier"]


def test_8_the_author_is_who_saved_not_who_sends(bench: Bench, platform: ModelPlatform) -> None:
    dose = bench.record_one(a_draft(injector="Lê Thị Mai", occurred_at=bench.clock.now - timedelta(minutes=9)))
    bench.clock.forward(days=6)
    bench.sync()
    stored = platform.store.newest("Immunization", dose.id)
    assert stored is not None
    assert [p["actor"]["display"] for p in stored["performer"]] == ["Lê Thị Mai", bench.desk.manager.name]
    assert stored["recorded"] == dose.recorded_at.isoformat(timespec="seconds")


def test_9_an_oversize_bundle_does_not_loop_for_ever(bench: Bench, platform: ModelPlatform) -> None:
    platform.store.entries_max = 16
    bench.record(60)
    report = bench.sync()
    assert (report.acknowledged, report.waiting) == (60, 0)
    posts = platform.posts()
    assert bench.book.link().bundle_doses_max <= 8
    bench.again()
    for draft in a_crowd(90)[60:]:
        bench.record_one(draft)
    assert bench.sync().acknowledged == 30
    assert platform.posts() - posts <= 6  # the limit was remembered: no refused bundle on the way


def test_9_time_outs_halve_the_bundle_and_are_remembered(bench: Bench, platform: ModelPlatform) -> None:
    bench.record(40)
    report = bench.sync(faulty.slow_answer, faulty.slow_answer, faulty.slow_answer)
    assert (report.trouble, report.reached, report.acknowledged) == ("timed-out", False, 0)
    assert bench.book.link().bundle_doses_max <= 20
    assert bench.sync().acknowledged == 40
    assert [len(platform.store.all(kind)) for kind in ("Immunization", "Patient")] == [40, 40]


@pytest.mark.parametrize("jump", [timedelta(days=365), timedelta(days=-365)])
def test_11_a_clock_that_jumps_a_year_stops_nothing(bench: Bench, platform: ModelPlatform, jump: timedelta) -> None:
    first = bench.record_one()
    bench.sync()
    bench.record_one(a_draft(person=another_person()))
    bench.sync(faulty.lost_request)
    bench.clock.now += jump
    bench.again()
    assert bench.sync(asked=False).acknowledged == 1
    stored = [platform.store.versions("Immunization", key) for key in bench.receipts()]
    assert stored == [1, 1]
    assert first.id in bench.receipts()


def test_11_a_wrong_clock_gets_a_token_by_the_servers_time(bench: Bench, platform: ModelPlatform) -> None:
    import time

    platform.clock = lambda: time.time() + 400 * 24 * 3600
    bench.record_one()
    assert bench.sync().acknowledged == 1
