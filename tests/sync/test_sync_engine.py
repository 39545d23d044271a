"""What a run does when the platform refuses, conflicts, is busy, or does not accept this desk; and in which order it works."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from support import faulty
from support.builders import a_crowd, a_draft, another_person
from support.model_server import ModelPlatform
from support.sync_bench import Bench, a_bench

from vaxdesk.models.desk import DoseChanges
from vaxdesk.models.values import Stage
from vaxdesk.sync.pace import GROW_AFTER, Pace


def aside_codes(bench: Bench) -> list[str]:
    return [r.set_aside_code for r in bench.desk.work.desk.all_records() if r.set_aside_code]


def correct(bench: Bench, dose_id: str, lot: str) -> None:
    bench.desk.work.desk.correct(dose_id, DoseChanges(lot=lot), "nhầm số lô", bench.desk.manager)


# --- preconditions (P3, P4)


def test_a_correction_replaces_the_version_of_its_receipt(bench: Bench, platform: ModelPlatform) -> None:
    dose = bench.record_one()
    bench.sync()
    correct(bench, dose.id, "NEW1")
    assert bench.sync().acknowledged == 1
    assert platform.store.versions("Immunization", dose.id) == 2


def test_the_lost_answer_to_a_correction_becomes_its_receipt(bench: Bench, platform: ModelPlatform) -> None:
    dose = bench.record_one()
    bench.sync()
    correct(bench, dose.id, "NEW1")
    bench.sync(faulty.lost_answer)
    assert bench.receipts() == {}  # the old receipt is not one of this revision
    report = bench.sync()
    assert (report.acknowledged, report.set_aside, bench.receipts()) == (1, 0, {dose.id: 2})
    assert platform.store.versions("Immunization", dose.id) == 2


def test_an_edit_after_a_lost_answer_is_no_conflict(bench: Bench, platform: ModelPlatform) -> None:
    """The platform holds our revision 2 that we never heard of; revision 3 replaces it."""
    dose = bench.record_one()
    bench.sync()
    correct(bench, dose.id, "NEW1")
    bench.sync(faulty.lost_answer)
    correct(bench, dose.id, "NEW2")
    report = bench.sync()
    stored = platform.store.newest("Immunization", dose.id)
    assert (report.acknowledged, report.set_aside) == (1, 0)
    assert stored is not None
    assert stored["lotNumber"] == "NEW2"


def test_what_another_wrote_is_never_overwritten(bench: Bench, platform: ModelPlatform) -> None:
    dose = bench.record_one()
    bench.sync()
    stored = platform.store.newest("Immunization", dose.id)
    assert stored is not None
    foreign = [{"url": "urn:vaxdesk:ext:sequence", "valueString": "another-device/1/1"}]
    platform.store.give(stored | {"lotNumber": "THEIRS", "extension": stored["extension"][:1] + foreign})
    correct(bench, dose.id, "NEW1")
    assert bench.sync().set_aside == 1
    assert aside_codes(bench) == ["record-conflict"]
    assert platform.store.newest("Immunization", dose.id)["lotNumber"] == "THEIRS"  # type: ignore[index]


@pytest.mark.parametrize("revision", [2, 7])
def test_a_later_revision_of_our_own_is_never_overwritten(bench: Bench, platform: ModelPlatform, revision: int) -> None:
    """As after restoring an old backup: the platform knows more about this dose than we do."""
    dose = bench.record_one()
    bench.sync()
    stored = platform.store.newest("Immunization", dose.id)
    assert stored is not None
    later = [stored["extension"][0] | {"valueInteger": revision}, *stored["extension"][1:]]
    platform.store.give(stored | {"lotNumber": "LATER", "extension": later})
    correct(bench, dose.id, "NEW1")
    assert bench.sync().set_aside == 1
    assert aside_codes(bench) == ["record-conflict"]


def test_a_correction_reaches_a_platform_that_lost_the_dose(bench: Bench, platform: ModelPlatform) -> None:
    dose = bench.record_one()
    bench.sync()
    del platform.store.resources["Immunization", dose.id]
    correct(bench, dose.id, "NEW1")
    assert bench.sync().acknowledged == 1


# --- who we are (C3, C4)


def test_an_expired_token_is_renewed_once_and_nobody_notices(bench: Bench, platform: ModelPlatform) -> None:
    bench.record(2)
    bench.sync()
    platform.tokens.clear()
    bench.record_one(a_draft(person=another_person(citizen_id="001090999999")))
    report = bench.sync()
    assert (report.acknowledged, report.trouble) == (1, "")


def test_a_second_401_stops_and_tells(bench: Bench, platform: ModelPlatform) -> None:
    bench.record(3)
    report = bench.sync(faulty.status(401), faulty.status(401))
    assert (report.trouble, report.reached, report.waiting) == ("not-authorised", True, 3)
    assert platform.posts() == 0


def test_a_revoked_key_stops_before_any_dose_is_sent(bench: Bench, platform: ModelPlatform) -> None:
    bench.record(3)
    platform.clients.clear()
    report = bench.sync()
    assert (report.trouble, report.sent, platform.posts()) == ("token-refused", 3, 0)
    assert not aside_codes(bench)


def test_a_desk_that_may_not_write_asks_thrice_not_once_a_record(bench: Bench) -> None:
    bench.record(60)
    report = bench.sync(*[faulty.status(403)] * 200)
    assert (report.trouble, report.set_aside, report.waiting) == ("forbidden", 0, 60)
    assert 200 - len(bench.line.script) == 3


def test_one_forbidden_record_does_not_stop_the_others(bench: Bench, platform: ModelPlatform) -> None:
    platform.store.poison_status = 403
    for i, draft in enumerate(a_crowd(9)):
        bench.record_one(a_draft(person=draft.person, lot="POISON" if i == 0 else "FL4574"))
    report = bench.sync()
    assert (report.acknowledged, report.set_aside, report.trouble) == (8, 1, "")
    assert aside_codes(bench) == ["record-forbidden"]


# --- the server's own trouble


def test_a_record_that_crashes_the_server_waits_while_the_others_arrive(bench: Bench, platform: ModelPlatform) -> None:
    platform.store.poison_status = 500
    for i, draft in enumerate(a_crowd(9)):
        bench.record_one(a_draft(person=draft.person, lot="POISON" if i == 8 else "FL4574"))
    report = bench.sync()
    assert (report.acknowledged, report.set_aside, report.waiting) == (8, 0, 1)


def test_a_server_in_trouble_is_left_alone(bench: Bench) -> None:
    bench.record(60)
    report = bench.sync(*[faulty.status(500)] * 200)
    assert (report.trouble, report.waiting) == ("server-error", 60)
    assert 200 - len(bench.line.script) <= 6


def test_retry_after_holds_even_when_a_person_asks(bench: Bench, platform: ModelPlatform) -> None:
    bench.record(2)
    assert bench.sync(faulty.status(429, {"Retry-After": "300"})).trouble == "platform-busy"
    bench.again()
    bench.clock.forward(seconds=290)
    assert (bench.sync(asked=True).trouble, platform.posts()) == ("platform-busy", 0)
    bench.clock.forward(minutes=16)
    assert bench.sync(asked=False).acknowledged == 2


def test_a_platform_that_refuses_everything_is_not_asked_for_every_record(
    bench: Bench, platform: ModelPlatform
) -> None:
    for draft in a_crowd(60):
        bench.record_one(a_draft(person=draft.person, lot="POISON"))
    report = bench.sync()
    assert (report.trouble, report.set_aside, report.waiting) == ("platform-refuses-all", 20, 40)


# --- the line (P6, P7)


def test_without_a_network_a_run_ends_at_once_and_touches_nothing(bench: Bench) -> None:
    bench.record(300)
    bench.line.down = True
    bench.line.seen.clear()
    report = bench.engine.run_once(asked=True)
    assert (report.reached, report.trouble, report.waiting) == (False, "token-unreachable", 300)
    assert len(bench.line.seen) == 1
    bench.line.down = False
    assert bench.engine.run_once(asked=False).acknowledged == 300


def test_a_failed_bundle_waits_for_its_time_unless_asked(bench: Bench) -> None:
    bench.record(2)
    bench.sync(faulty.lost_request)
    assert bench.sync(asked=False).sent == 0
    bench.clock.forward(minutes=16)
    assert bench.sync(asked=False).sent == 2


def test_new_work_does_not_wait_for_old_failures(bench: Bench) -> None:
    bench.record(2)
    bench.sync(faulty.lost_request)
    fresh = bench.record_one(a_draft(person=another_person(citizen_id="001090999999")))
    assert bench.sync(asked=False).sent == 1
    assert set(bench.receipts()) == {fresh.id}


def test_gzip_is_learnt_per_server_and_remembered(bench: Bench, platform: ModelPlatform) -> None:
    platform.takes_gzip = False
    bench.record(30)
    assert bench.sync().acknowledged == 30
    assert (platform.posts(), bench.book.link().gzip) == (2, False)
    bench.again()
    bench.record_one(a_draft(person=another_person(citizen_id="001090999999")))
    bench.sync()
    assert platform.posts() == 3


def test_a_bundle_is_sent_compressed(bench: Bench, platform: ModelPlatform) -> None:
    bench.record(30)
    bench.sync()
    (length,) = (n for method, path, n in platform.requests if (method, path) == ("POST", "/fhir"))
    assert 0 < length < 30 * 500


def test_bundles_grow_again_on_a_good_line_ever_more_shyly() -> None:
    pace = Pace(2)
    for _ in range(GROW_AFTER):
        pace.went_well(2)
    assert pace.limit == 4
    pace.shrink(2)
    for _ in range(2 * GROW_AFTER - 1):
        pace.went_well(2)
    assert pace.limit == 2
    pace.went_well(2)
    assert pace.limit == 4
    for _ in range(10_000):
        pace.went_well(pace.limit)
    assert pace.limit == 250


def test_a_size_limit_of_the_server_is_found_without_a_413(bench: Bench, platform: ModelPlatform) -> None:
    """Some servers refuse more than 8 entries with a plain 400."""
    platform.store.entries_max = 8

    def as_400(request: Any, send: Any) -> Any:
        answer = send()
        answer.status_code = 400 if answer.status_code == 413 else answer.status_code
        return answer

    bench.record(60)
    report = bench.sync(*[as_400] * 200)
    assert (report.acknowledged, report.set_aside) == (60, 0)
    assert 200 - len(bench.line.script) <= 30
    assert bench.book.link().bundle_doses_max <= 4


# --- order, locking, stopping


def test_push_comes_before_pull_and_read_back_last(bench: Bench, platform: ModelPlatform) -> None:
    bench.record(2)
    platform.requests.clear()
    report = bench.sync()
    paths = [
        path for _, path, _ in platform.requests if path not in ("/token", "/fhir/.well-known/smart-configuration")
    ]
    assert (paths[0], paths[-1]) == ("/fhir", "/fhir/Immunization/_search")
    assert set(paths[1:-1]) == {
        "/fhir/VerificationResult",
        "/fhir/Task",
        "/fhir/DocumentReference",
        "/fhir/DetectedIssue",
        "/fhir/Device",
        "/fhir/Medication",
    }
    assert report.read_back == 2


def test_two_programs_never_push_at_once(tmp_path: Path, bench: Bench, platform: ModelPlatform) -> None:
    enrolment = bench.book.enrolment()
    assert enrolment is not None
    (tmp_path / "second").mkdir()
    lock_file = tmp_path / "sync.lock"
    with a_bench(tmp_path / "second", enrolment, FileLock(lock_file)) as second:
        second.record_one()
        with FileLock(lock_file):
            report = second.sync()
            assert (report.trouble, report.waiting, platform.posts()) == ("sync-elsewhere", 1, 0)
        assert second.sync().acknowledged == 1


def test_a_stop_is_heard_between_bundles(bench: Bench, platform: ModelPlatform) -> None:
    bench.limit(10)
    bench.record(40)
    bench.engine.stopping = lambda: platform.posts() >= 2
    report = bench.sync()
    assert (report.acknowledged, report.waiting) == (20, 20)


def test_the_store_is_free_while_the_network_is_used(bench: Bench) -> None:
    """A dose can be saved by another thread in the middle of a request (I6)."""
    bench.record(2)
    saved: list[str] = []

    def saving(request: Any, send: Any) -> Any:
        draft = a_draft(person=another_person(citizen_id="001090999999"))
        nurse = threading.Thread(target=lambda: saved.append(bench.record_one(draft).id))
        nurse.start()
        nurse.join(5)
        assert saved
        return send()

    assert bench.sync(saving).acknowledged == 3


def test_a_wish_of_the_server_far_beyond_reason_is_a_clocks_mistake(bench: Bench) -> None:
    bench.record(1)
    link = replace(bench.book.link(), not_before_hard=bench.clock.now + timedelta(days=300))
    bench.book.save_link(link)
    assert bench.sync().acknowledged == 1


def test_an_unenrolled_desk_says_so(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(bench.book), "enrolment", lambda self: None)
    assert bench.sync().trouble == "not-enrolled"


def test_stages_follow_receipts(bench: Bench) -> None:
    bench.record_one()
    assert Stage.ACKNOWLEDGED not in bench.desk.work.desk.all_records()[0].stages
    bench.sync()
    stages = bench.desk.work.desk.all_records()[0].stages
    assert {Stage.ACKNOWLEDGED, Stage.READ_BACK} <= set(stages)
