"""Two truths about one dose: both stay, a manager sees them side by side and decides, and the decision travels as a revision."""

from __future__ import annotations

from typing import Any

import pytest
from support import faulty
from support.builders import a_draft, a_person
from support.model_server import ModelPlatform
from support.sync_bench import Bench

from vaxdesk.errors import AccessRefused, InputRefused, StoreError
from vaxdesk.models.desk import DoseChanges
from vaxdesk.models.disputes import OpenDispute
from vaxdesk.models.exchange import DisputeKind, Resolution
from vaxdesk.models.values import DoseStatus, Role

WHY = "đã hỏi lại người tiêm"


def newest(platform: ModelPlatform, dose_id: str) -> dict[str, Any]:
    stored = platform.store.newest("Immunization", dose_id)
    assert stored is not None
    return stored


def in_conflict(bench: Bench, platform: ModelPlatform, revision: int = 2) -> OpenDispute:
    """The platform holds another change of a dose than the one this desk made."""
    dose = bench.record_one()
    bench.sync()
    stored = newest(platform, dose.id)
    later = [stored["extension"][0] | {"valueInteger": revision}, *stored["extension"][1:]]
    platform.store.give(stored | {"lotNumber": "THEIRS", "extension": later})
    bench.desk.work.desk.correct(dose.id, DoseChanges(lot="OURS"), "nhầm số lô", bench.desk.manager)
    assert bench.sync().set_aside == 1
    (dispute,) = bench.desk.work.disputes.open()
    return dispute


def decide(bench: Bench, dispute: OpenDispute, how: Resolution) -> None:
    bench.desk.work.disputes.resolve(dispute.dispute.id, how, WHY, bench.desk.manager)


def test_a_412_becomes_a_choice_with_both_states(bench: Bench, platform: ModelPlatform) -> None:
    found = in_conflict(bench, platform)
    assert found.dispute.kind is DisputeKind.VERSION
    assert found.dispute.theirs is not None
    assert (found.record.dose.lot, found.dispute.theirs.lot) == ("OURS", "THEIRS")
    assert newest(platform, found.record.dose.id)["lotNumber"] == "THEIRS"


@pytest.mark.parametrize("revision", [2, 7])
@pytest.mark.parametrize(("how", "lot"), [(Resolution.KEEP_OURS, "OURS"), (Resolution.KEEP_THEIRS, "THEIRS")])
def test_either_state_can_be_kept_and_reaches_the_platform(
    bench: Bench, platform: ModelPlatform, revision: int, how: Resolution, lot: str
) -> None:
    found = in_conflict(bench, platform, revision)
    decide(bench, found, how)
    report = bench.sync()
    record, stored = bench.desk.work.desk.dose(found.record.dose.id), newest(platform, found.record.dose.id)
    assert (report.acknowledged, report.set_aside, report.waiting) == (1, 0, 0)
    assert (record.dose.lot, stored["lotNumber"]) == (lot, lot)
    assert record.dose.revision == stored["extension"][0]["valueInteger"] == revision + 1
    assert record.receipt is not None
    assert bench.desk.work.disputes.open() == ()


def test_what_was_decided_against_stays_readable(bench: Bench, platform: ModelPlatform) -> None:
    """I8: our own refused revision is still a row, theirs a version."""
    found = in_conflict(bench, platform)
    decide(bench, found, Resolution.KEEP_THEIRS)
    bench.sync()
    with bench.desk.store.read() as connection:
        lots = connection.exec_driver_sql("SELECT lot FROM dose ORDER BY revision").scalars().all()
    assert lots == ["FL4574", "OURS", "THEIRS"]
    versions = [v["lotNumber"] for v in platform.store.resources["Immunization", found.record.dose.id]]
    assert versions == ["FL4574", "THEIRS", "THEIRS"]


def test_who_recorded_it_stays_whoever_decides(bench: Bench, platform: ModelPlatform) -> None:
    """I7."""
    found = in_conflict(bench, platform)
    decide(bench, found, Resolution.KEEP_THEIRS)
    after = bench.desk.work.desk.dose(found.record.dose.id).dose
    frozen = ("recorder_id", "recorder", "recorded_at", "device_id", "site")
    assert [getattr(after, name) for name in frozen] == [getattr(found.record.dose, name) for name in frozen]
    assert after.reason == WHY


def test_the_next_correction_after_a_decision_builds_on_its_own_receipt(bench: Bench, platform: ModelPlatform) -> None:
    found = in_conflict(bench, platform)
    decide(bench, found, Resolution.KEEP_OURS)
    bench.sync()
    bench.desk.work.desk.correct(found.record.dose.id, DoseChanges(lot="NEXT"), "nhầm nữa", bench.desk.manager)
    assert (bench.sync().acknowledged, newest(platform, found.record.dose.id)["lotNumber"]) == (1, "NEXT")


def test_a_third_change_meanwhile_is_another_dispute(bench: Bench, platform: ModelPlatform) -> None:
    found = in_conflict(bench, platform)
    decide(bench, found, Resolution.KEEP_OURS)
    stored = newest(platform, found.record.dose.id)
    later = [stored["extension"][0] | {"valueInteger": 9}, *stored["extension"][1:]]
    platform.store.give(stored | {"lotNumber": "THIRD", "extension": later})
    assert bench.sync().set_aside == 1
    (again,) = bench.desk.work.disputes.open()
    assert again.dispute.theirs is not None
    assert (again.dispute.theirs.lot, again.dispute.id != found.dispute.id) == ("THIRD", True)


def test_only_a_manager_decides_with_a_reason_and_once(bench: Bench, platform: ModelPlatform) -> None:
    found, disputes = in_conflict(bench, platform), bench.desk.work.disputes
    nurse = bench.desk.work.staff.add("Lê Thị Mai", Role.NURSE, "1357", bench.desk.manager)
    with pytest.raises(AccessRefused):
        disputes.resolve(found.dispute.id, Resolution.KEEP_OURS, WHY, nurse)
    with pytest.raises(InputRefused):
        disputes.resolve(found.dispute.id, Resolution.KEEP_OURS, " ", bench.desk.manager)
    with pytest.raises(InputRefused):
        disputes.resolve(found.dispute.id, Resolution.OURS_WRONG, WHY, bench.desk.manager)
    decide(bench, found, Resolution.KEEP_OURS)
    with pytest.raises(StoreError):
        decide(bench, found, Resolution.KEEP_THEIRS)


def test_what_no_desk_wrote_cannot_be_taken_over(bench: Bench, platform: ModelPlatform) -> None:
    dose = bench.record_one()
    bench.sync()
    platform.store.give(newest(platform, dose.id) | {"lotNumber": "THEIRS", "extension": []})
    bench.desk.work.desk.correct(dose.id, DoseChanges(lot="OURS"), "nhầm số lô", bench.desk.manager)
    bench.sync()
    (found,) = bench.desk.work.disputes.open()
    with pytest.raises(InputRefused):
        decide(bench, found, Resolution.KEEP_THEIRS)
    decide(bench, found, Resolution.KEEP_OURS)
    assert (bench.sync().acknowledged, newest(platform, dose.id)["lotNumber"]) == (1, "OURS")


@pytest.mark.allow_warnings("vaxdesk.sync.pull")
@pytest.mark.parametrize("gone", [False, True])
def test_what_is_read_back_otherwise_is_an_alarm_and_a_choice(
    bench: Bench, platform: ModelPlatform, gone: bool
) -> None:
    """Somebody changed, or lost, the dose on the platform after it was acknowledged."""
    dose = bench.record_one()
    bench.line.script = []
    bench.engine.hurried = lambda: True  # the push alone: reading back comes later
    bench.sync()
    bench.engine.hurried = lambda: False
    stored = newest(platform, dose.id)
    if gone:
        del platform.store.resources["Immunization", dose.id]
    else:
        platform.store.give(stored | {"lotNumber": "CHANGED"})
    assert bench.sync().differing == (dose.id,)
    assert [r.dose.id for r in bench.desk.work.figures.differing()] == [dose.id]
    (found,) = bench.desk.work.disputes.open()
    assert (found.dispute.theirs is None) == gone
    decide(bench, found, Resolution.KEEP_OURS)
    assert bench.sync().acknowledged == 1
    assert newest(platform, dose.id)["lotNumber"] == "FL4574"
    assert bench.desk.work.figures.differing() == ()
    assert bench.desk.work.figures.counts().read_back == 1


def test_a_dispute_ends_when_the_record_is_received_after_all(bench: Bench, platform: ModelPlatform) -> None:
    """A 412 that a middle box made up: the same record sent again gets through, and a late decision must not undo it."""
    dose = bench.record_one()
    bench.sync()
    bench.desk.work.desk.correct(dose.id, DoseChanges(lot="OURS"), "nhầm số lô", bench.desk.manager)
    bench.sync(faulty.status(412), faulty.status(412))
    assert len(bench.desk.work.disputes.open()) == 1
    bench.book.send_again([dose.id])
    assert (bench.sync().acknowledged, bench.desk.work.disputes.open()) == (1, ())


# --- mending a person


def test_a_mended_person_frees_what_was_refused_for_them(bench: Bench, platform: ModelPlatform) -> None:
    dose = bench.record_one(a_draft(lot="POISON"))
    bench.sync()
    platform.store.poison_lot = "NONE"
    facts = a_person(name="Trần Thị Bích Ngọc")
    person = bench.desk.work.desk.mend_person(dose.citizen_id, facts, "tên ghi thiếu", bench.desk.manager)
    assert (person.revision, person.name) == (2, "Trần Thị Bích Ngọc")
    assert bench.sync().acknowledged == 2  # the mended person, and the dose
    assert platform.store.all("Patient")[0]["name"][0]["text"] == "Trần Thị Bích Ngọc"


@pytest.mark.parametrize("change", [{"name": ""}, {"birth_date": "2099-01-01"}, {"birth_date": "12"}])
def test_a_person_cannot_be_mended_into_nonsense(bench: Bench, change: dict[str, str]) -> None:
    dose = bench.record_one()
    with pytest.raises(InputRefused):
        bench.desk.work.desk.mend_person(dose.citizen_id, a_person(**change), "tên ghi thiếu", bench.desk.manager)
    assert bench.desk.work.desk.dose(dose.id).person.name == "Trần Thị Bích"


# --- the same dose at two sites


def the_same_dose_elsewhere(bench: Bench, platform: ModelPlatform, status: str = "final") -> str:
    dose = bench.record_one(a_draft())
    bench.sync()
    issue = {
        "resourceType": "DetectedIssue",
        "id": "twice-1",
        "meta": {"tag": [{"system": "urn:vaxdesk:site", "code": code} for code in ("79-Q10-P05", "79-Q1-P01")]},
        "status": status,
        "code": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "DUPTHPY"}]},
        "identifiedDateTime": "2021-11-12T11:00:00+07:00",
        "implicated": [{"reference": "Immunization/elsewhere-1"}, {"reference": f"Immunization/{dose.id}"}],
    }
    platform.store.give(issue)
    bench.clock.forward(minutes=2)
    bench.sync()
    return dose.id


def test_the_same_dose_at_another_site_is_a_dispute(bench: Bench, platform: ModelPlatform) -> None:
    dose_id = the_same_dose_elsewhere(bench, platform)
    (found,) = bench.desk.work.disputes.open()
    assert (found.dispute.kind, found.dispute.dose_id, found.dispute.other_id) == (
        DisputeKind.SAME_DOSE, dose_id, "elsewhere-1",
    )  # fmt: skip


def test_ours_can_be_the_wrong_one(bench: Bench, platform: ModelPlatform) -> None:
    dose_id = the_same_dose_elsewhere(bench, platform)
    (found,) = bench.desk.work.disputes.open()
    decide(bench, found, Resolution.OURS_WRONG)
    bench.sync()
    assert bench.desk.work.desk.dose(dose_id).dose.status is DoseStatus.ENTERED_IN_ERROR
    assert newest(platform, dose_id)["status"] == "entered-in-error"


@pytest.mark.parametrize("how", [Resolution.BOTH_GIVEN, Resolution.THEIRS_WRONG])
def test_or_ours_stays_as_it_is(bench: Bench, platform: ModelPlatform, how: Resolution) -> None:
    dose_id = the_same_dose_elsewhere(bench, platform)
    (found,) = bench.desk.work.disputes.open()
    decide(bench, found, how)
    assert bench.desk.work.disputes.open() == ()
    assert (bench.sync().sent, bench.desk.work.desk.dose(dose_id).dose.revision) == (0, 1)


def test_when_the_other_site_mends_theirs_nothing_is_left_to_decide(bench: Bench, platform: ModelPlatform) -> None:
    the_same_dose_elsewhere(bench, platform)
    issue = platform.store.newest("DetectedIssue", "twice-1")
    assert issue is not None
    platform.store.give(issue | {"status": "cancelled"})
    bench.sync()
    assert bench.desk.work.disputes.open() == ()
    platform.store.give(issue)
    bench.sync()
    assert len(bench.desk.work.disputes.open()) == 1


def test_a_decision_is_not_asked_for_again(bench: Bench, platform: ModelPlatform) -> None:
    the_same_dose_elsewhere(bench, platform)
    (found,) = bench.desk.work.disputes.open()
    decide(bench, found, Resolution.BOTH_GIVEN)
    issue = platform.store.newest("DetectedIssue", "twice-1")
    assert issue is not None
    platform.store.give(issue | {"identifiedDateTime": "2021-11-12T12:00:00+07:00"})
    bench.sync()
    assert bench.desk.work.disputes.open() == ()


def test_an_issue_about_doses_of_others_is_passed_over(bench: Bench, platform: ModelPlatform) -> None:
    the_same_dose_elsewhere(bench, platform)
    issue = platform.store.newest("DetectedIssue", "twice-1")
    assert issue is not None
    strangers = [{"reference": "Immunization/a"}, {"reference": "Immunization/b"}]
    platform.store.give(issue | {"id": "twice-2", "implicated": strangers})
    platform.store.give(issue | {"id": "twice-3", "implicated": []})
    bench.sync()
    assert [one.dispute.id for one in bench.desk.work.disputes.open()] == ["twice-1"]
