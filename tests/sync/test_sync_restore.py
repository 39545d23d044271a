"""failures.md 10: a restored desk takes its own records back, forks nothing silently and never uses a sequence number twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from support import faulty
from support.builders import a_crowd, a_draft
from support.model_server import ModelPlatform
from support.restoring import readable_signature, restored, saved, sequences
from support.sync_bench import Bench, some_codings

from vaxdesk.models.desk import DoseChanges
from vaxdesk.models.own_records import REPULL
from vaxdesk.models.values import VIETNAM, Dose, DoseStatus, Identity, Role, Screening, Stage
from vaxdesk.models.workplace import workplace
from vaxdesk.sync.canonical import own_content_hash
from vaxdesk.sync.fhir_immunization import immunization

Restore = Callable[..., Bench]


@pytest.fixture
def again(bench: Bench, tmp_path: Path) -> Iterator[Restore]:
    """Restores a backup of the bench on a new machine, as often as wanted."""
    with ExitStack() as stack:
        count = iter(range(9))
        yield lambda file, now=None: stack.enter_context(restored(bench, file, tmp_path / f"machine{next(count)}", now))


def correct(bench: Bench, dose: Dose, lot: str) -> Dose:
    return bench.desk.work.desk.correct(dose.id, DoseChanges(lot=lot), "nhầm số lô", bench.desk.manager).dose


def doses_of(bench: Bench) -> dict[str, Dose]:
    return {record.dose.id: record.dose for record in bench.desk.work.desk.all_records()}


def on_platform(platform: ModelPlatform) -> list[dict[str, Any]]:
    """Every version of every dose."""
    return [v for (kind, _), versions in platform.store.resources.items() if kind == "Immunization" for v in versions]


def check_nothing_twice(platform: ModelPlatform) -> None:
    used = sequences(on_platform(platform))
    assert len(used) == len(set(used))
    numbers = [p["identifier"][0]["value"] for p in platform.store.all("Patient")]
    assert len(numbers) == len(set(numbers))


def a_late_day(bench: Bench, tmp_path: Path) -> tuple[Path, dict[str, Dose]]:
    """Five doses received, a backup, then 30 more doses and corrections of old and new ones, all received."""
    old = bench.record(5)
    bench.sync()
    file = saved(bench, tmp_path / "copy.zip")
    new = [bench.record_one(draft) for draft in a_crowd(35)[5:]]
    bench.sync()
    for dose in (old[0], new[0], new[1]):
        correct(bench, dose, "FL9999")
    correct(bench, new[1], "FM0001")
    bench.desk.work.desk.void(new[2].id, "ghi nhầm người", bench.desk.manager)
    postponed = replace(a_draft(), screening=Screening.POSTPONED, lot="", expiry=None)
    bench.record_one(postponed)
    assert bench.sync().waiting == 0
    return file, doses_of(bench)


def test_everything_pushed_since_the_backup_is_back_with_its_receipt(
    bench: Bench, platform: ModelPlatform, tmp_path: Path, again: Restore
) -> None:
    file, before = a_late_day(bench, tmp_path)
    versions = len(on_platform(platform))
    desk = again(file)
    assert len(doses_of(desk)) == 5
    report = desk.sync()
    assert (report.reached, report.trouble, report.waiting, report.sent, report.differing) == (True, "", 0, 0, ())
    assert report.pulled == len(before) - 4  # four of the five in the backup are as they were
    back = doses_of(desk)
    people = {record.dose.id: record.person for record in desk.desk.work.desk.all_records()}
    for dose_id, dose in before.items():
        assert replace(back[dose_id], person_id=dose.person_id) == dose
        assert people[back[dose_id].id].citizen_id == dose.citizen_id
    assert desk.receipts() == {dose_id: dose.revision for dose_id, dose in before.items()}
    assert desk.desk.work.figures.is_sound()
    assert len(on_platform(platform)) == versions
    assert desk.sync().pulled == 0


def test_a_receipt_taken_back_is_for_what_this_desk_would_send(bench: Bench, tmp_path: Path, again: Restore) -> None:
    file, _ = a_late_day(bench, tmp_path)
    desk = again(file)
    desk.sync()
    for record in desk.desk.work.desk.all_records():
        assert record.receipt is not None
        assert record.receipt.hash == own_content_hash(immunization(record.dose, "", some_codings))


def test_new_doses_and_corrections_after_the_restore_arrive(
    bench: Bench, platform: ModelPlatform, tmp_path: Path, again: Restore
) -> None:
    file, before = a_late_day(bench, tmp_path)
    desk = again(file)
    desk.sync()
    fresh = [desk.record_one(draft) for draft in a_crowd(45)[35:]]
    changed = [correct(desk, dose, "FX0007") for dose in before.values() if dose.status is DoseStatus.COMPLETED]
    report = desk.sync()
    assert (report.acknowledged, report.set_aside, report.waiting) == (len(fresh) + len(changed), 0, 0)
    assert len(platform.store.all("Immunization")) == len(before) + len(fresh)
    check_nothing_twice(platform)


def test_doses_recorded_before_the_platform_is_back_wait_and_then_all_is_one(
    bench: Bench, platform: ModelPlatform, tmp_path: Path, again: Restore
) -> None:
    """I6: the restored desk works at once, and takes its records back when the line is there."""
    file, before = a_late_day(bench, tmp_path)
    desk = again(file)
    offline = [desk.record_one(draft) for draft in a_crowd(40)[35:]]
    desk.line.down = True
    assert desk.sync().reached is False
    assert len(doses_of(desk)) == 5 + len(offline)
    desk.line.down = False
    assert desk.desk.work.sync_book.own_records().wanted() is not None
    report = desk.sync()
    assert (report.acknowledged, report.waiting) == (len(offline), 0)
    assert set(doses_of(desk)) == set(before) | {dose.id for dose in offline}
    check_nothing_twice(platform)


def test_one_backup_restored_twice_uses_no_number_twice(
    bench: Bench, platform: ModelPlatform, tmp_path: Path, again: Restore
) -> None:
    file, before = a_late_day(bench, tmp_path)
    first = again(file)
    first.sync()
    between = [first.record_one(draft) for draft in a_crowd(40)[35:]]
    first.sync()
    epoch = first.desk.work.site().epoch
    second = again(file, datetime(1970, 1, 1, tzinfo=VIETNAM))  # the clock of this machine is dead
    assert second.desk.work.site().epoch < epoch
    second.sync()
    assert set(doses_of(second)) == set(before) | {dose.id for dose in between}
    assert second.desk.work.site().epoch > epoch
    second.record_one(a_crowd(41)[40])
    assert second.sync().waiting == 0
    check_nothing_twice(platform)


@pytest.mark.allow_warnings("vaxdesk.sync")
def test_a_dose_changed_on_both_sides_is_overwritten_on_neither(
    bench: Bench, platform: ModelPlatform, tmp_path: Path, again: Restore
) -> None:
    dose = bench.record_one()
    bench.sync()
    file = saved(bench, tmp_path / "copy.zip")
    correct(bench, dose, "THERE")
    bench.sync()
    desk = again(file)
    ours = correct(desk, dose, "HERE")
    assert ours.revision == 2
    desk.sync()
    assert doses_of(desk)[dose.id] == ours
    assert dose.id not in desk.receipts()
    stored = platform.store.newest("Immunization", dose.id)
    assert stored is not None
    assert stored["lotNumber"] == "THERE"


@pytest.mark.allow_warnings("vaxdesk.sync")
def test_a_newer_revision_there_does_not_cover_ours(
    bench: Bench, platform: ModelPlatform, tmp_path: Path, again: Restore
) -> None:
    dose = bench.record_one()
    bench.sync()
    file = saved(bench, tmp_path / "copy.zip")
    for lot in ("THERE", "THERE2"):
        correct(bench, dose, lot)
        bench.sync()
    desk = again(file)
    ours = correct(desk, dose, "HERE")
    desk.sync()
    assert doses_of(desk)[dose.id] == ours
    assert dose.id not in desk.receipts()
    assert [dose["lotNumber"] for dose in platform.store.all("Immunization")] == ["THERE2"]


def test_what_waited_in_the_backup_is_no_fork(bench: Bench, tmp_path: Path, again: Restore) -> None:
    """The backup holds revision 1 unsent; the platform has revision 2 of the same line: ours is older, not other."""
    dose = bench.record_one()
    file = saved(bench, tmp_path / "copy.zip")
    bench.sync()
    newest = correct(bench, dose, "FL9999")
    bench.sync()
    desk = again(file)
    report = desk.sync()
    assert (report.sent, report.waiting) == (0, 0)
    assert doses_of(desk)[dose.id] == newest
    assert desk.receipts() == {dose.id: 2}


def test_a_line_cut_between_pages_goes_on_where_it_was(
    bench: Bench, tmp_path: Path, again: Restore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vaxdesk.sync.feeds.PAGE_RESOURCES", 10)
    file, before = a_late_day(bench, tmp_path)
    desk = again(file)
    desk.line.only = lambda request: "/Immunization?" in str(request.url) and request.method == "GET"
    cut = desk.sync(faulty.passed, faulty.passed, faulty.lost_request)
    assert (cut.trouble, cut.sent) == ("connection-lost", 0)
    wanted = desk.desk.work.sync_book.own_records().wanted()
    assert wanted is not None
    assert wanted.cursor("Immunization") > wanted.since
    part = len(doses_of(desk))
    assert 5 < part < len(before)
    assert desk.sync().waiting == 0
    assert set(doses_of(desk)) == set(before)
    assert desk.desk.work.sync_book.own_records().wanted() is None


def test_who_recorded_it_comes_back_though_the_account_is_gone(bench: Bench, tmp_path: Path, again: Restore) -> None:
    """I7; a person hired after the backup is known by id and name, and cannot sign in."""
    file = saved(bench, tmp_path / "copy.zip")
    nurse = bench.desk.work.staff.add("Võ Thị Mới", Role.NURSE, "1357", bench.desk.manager)
    dose = bench.desk.work.desk.record(a_draft(), nurse).dose
    bench.sync()
    desk = again(file)
    desk.sync()
    back = doses_of(desk)[dose.id]
    assert (back.recorder_id, back.recorder) == (nurse.id, "Võ Thị Mới")
    assert [member.name for member in desk.desk.work.staff.everyone()] == ["Phạm Thị Lan"]


def test_another_devices_doses_are_not_taken_as_ours(
    bench: Bench, platform: ModelPlatform, tmp_path: Path, again: Restore
) -> None:
    file = saved(bench, tmp_path / "copy.zip")
    bench.record(2)
    bench.sync()
    theirs = dict(platform.store.all("Immunization")[0])
    theirs["id"] = "00000000-0000-4000-8000-0000000000aa"
    theirs["extension"] = [
        {**e, "valueString": e["valueString"].replace("d" * 36, "e" * 36)} if "valueString" in e else e
        for e in theirs["extension"]
    ]
    platform.store.give(theirs)
    desk = again(file)
    desk.sync()
    assert len(doses_of(desk)) == 2


def test_findings_told_before_the_doses_were_back_are_applied(
    bench: Bench, platform: ModelPlatform, tmp_path: Path, again: Restore
) -> None:
    file = saved(bench, tmp_path / "copy.zip")
    dose = bench.record_one()
    bench.sync()
    give_match(platform, dose)
    desk = again(file)
    with desk.desk.store.write() as connection:  # a run without the way back, as a server that refuses it would give
        kept = connection.exec_driver_sql("SELECT value FROM setting WHERE key = ?", (REPULL,)).scalar_one()
        connection.exec_driver_sql("DELETE FROM setting WHERE key = ?", (REPULL,))
    desk.sync()
    with desk.desk.store.write() as connection:
        connection.exec_driver_sql("INSERT INTO setting VALUES (?, ?)", (REPULL, kept))
        connection.exec_driver_sql("UPDATE setting SET value = '2099-01-01T00:00:00Z' WHERE key LIKE 'cursor:Ver%'")
    desk.sync()
    assert desk.desk.work.desk.dose(dose.id).identity is Identity.MATCHED


def give_match(platform: ModelPlatform, dose: Dose) -> None:
    platform.store.give(
        {
            "resourceType": "VerificationResult",
            "id": f"identity-{dose.id}",
            "meta": {"tag": [{"system": "urn:vaxdesk:site", "code": str(dose.site)}]},
            "target": [{"reference": f"Immunization/{dose.id}"}],
            "status": "validated",
            "statusDate": "2021-11-12T11:00:00+07:00",
            "validationProcess": [{"coding": [{"system": "urn:vaxdesk:identity", "code": "matched"}]}],
        }
    )


def test_a_days_signature_comes_back_and_is_not_asked_for_again(
    bench: Bench, platform: ModelPlatform, tmp_path: Path, again: Restore
) -> None:
    file = saved(bench, tmp_path / "copy.zip")
    signed, later = bench.record(2)
    bench.sync()
    for dose in (signed, later):
        give_match(platform, dose)
    bench.sync()
    work = workplace(bench.desk.store, readable_signature, bench.clock)
    assert work.signing.sign_day(bench.clock().date(), bench.desk.manager) == 2
    bench.sync()
    correct(bench, later, "FL9999")
    bench.sync()
    desk = again(file)
    report = desk.sync()
    assert report.waiting == 0
    assert Stage.SIGNED in desk.desk.work.desk.dose(signed.id).stages
    assert Stage.SIGNED not in desk.desk.work.desk.dose(later.id).stages
    assert desk.desk.work.signing.ready(desk.clock().date()) == (desk.desk.work.desk.dose(later.id),)
    assert len(platform.store.all("Provenance")) == 1


@pytest.mark.allow_warnings("vaxdesk.sync")
def test_one_record_that_cannot_be_kept_holds_up_no_other(
    bench: Bench, platform: ModelPlatform, tmp_path: Path, again: Restore
) -> None:
    """I5."""
    file = saved(bench, tmp_path / "copy.zip")
    doses = bench.record(3)
    bench.sync()
    spoilt = platform.store.newest("Immunization", doses[1].id)
    assert spoilt is not None
    del spoilt["lotNumber"]  # completed without a lot: the store's own rule
    desk = again(file)
    desk.sync()
    assert set(doses_of(desk)) == {doses[0].id, doses[2].id}
    assert desk.desk.work.sync_book.own_records().wanted() is None


@pytest.mark.allow_warnings("vaxdesk.sync")
def test_two_corrections_here_do_not_overwrite_one_of_another_life(
    bench: Bench, platform: ModelPlatform, tmp_path: Path, again: Restore
) -> None:
    """The platform's revision 2 was made by this device before the restore: a lower number, and yet not ours to replace."""
    dose = bench.record_one()
    bench.sync()
    file = saved(bench, tmp_path / "old.zip")
    correct(bench, dose, "THERE")
    bench.sync()
    desk = again(file)
    correct(desk, dose, "HERE")
    correct(desk, dose, "HERE2")
    desk.sync()
    stored = platform.store.newest("Immunization", dose.id)
    assert stored is not None
    assert stored["lotNumber"] == "THERE"
    assert len(desk.desk.work.disputes.open()) == 1
