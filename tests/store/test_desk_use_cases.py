"""What a nurse may save, what is refused and with which words, and what corrections keep."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from support.builders import NOON, PIN, DeskUnderTest, a_crowd, a_draft, a_person, another_person

from vaxdesk.errors import AccessRefused, DoseRefused, InputRefused, StoreError
from vaxdesk.messages import LANGUAGES, sentence
from vaxdesk.models.audit import first_break
from vaxdesk.models.desk import DoseChanges, Preset
from vaxdesk.models.drafts import DoseDraft
from vaxdesk.models.values import DoseStatus, Role, Screening, Sex, Stage


def refused(desk: DeskUnderTest, draft: DoseDraft) -> list[str]:
    """The codes of a refused draft; also sees that nothing was stored and that each problem has a sentence."""
    before = len(desk.work.desk.all_records())
    with pytest.raises(DoseRefused) as caught:
        desk.work.desk.record(draft, desk.manager)
    assert len(desk.work.desk.all_records()) == before
    for problem in caught.value.problems:
        assert all(" " in sentence(problem, language) for language in LANGUAGES)
    return [problem.code for problem in caught.value.problems]


def test_a_dose_is_saved_with_who_when_where(desk: DeskUnderTest) -> None:
    dose = desk.work.desk.record(a_draft(injector="Lê Thị Mai"), desk.manager).dose
    assert (dose.recorder, dose.injector, dose.recorder_id) == (desk.manager.name, "Lê Thị Mai", desk.manager.id)
    assert (dose.sequence, dose.epoch, dose.site, dose.recorded_at) == (1, 1, "79-Q10-P05", NOON)
    assert (dose.vaccine, dose.dose_number, dose.series_doses) == ("COMIRNATY", 1, 2)


@pytest.mark.parametrize(
    ("person", "code"),
    [
        ({"citizen_id": ""}, "citizen-id-missing"),
        ({"citizen_id": "07930300045"}, "citizen-id-too-short"),
        ({"citizen_id": "025123456"}, "citizen-id-old-number"),
        ({"citizen_id": "B1234567"}, "citizen-id-passport"),
        ({"birth_date": "1993-10-09"}, "citizen-id-year-contradicts"),
        ({"sex": Sex.MALE}, "citizen-id-sex-contradicts"),
        ({"name": "  "}, "name-missing"),
        ({"birth_date": ""}, "birth-date-missing"),
        ({"birth_date": "2003-13-09"}, "birth-date-unreadable"),
    ],
)
def test_a_person_who_cannot_be_is_refused(desk: DeskUnderTest, person: dict[str, object], code: str) -> None:
    assert code in refused(desk, a_draft(person=a_person(**person)))


def test_a_missing_number_cannot_be_overridden(desk: DeskUnderTest) -> None:
    """I1: there is no reason that stands in for a citizen number."""
    draft = a_draft(person=a_person(citizen_id=""), override_reason="bác sĩ đồng ý")
    assert "citizen-id-missing" in refused(desk, draft)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"vaccine": ""}, "vaccine-missing"),
        ({"vaccine": "NO-SUCH"}, "vaccine-unknown"),
        ({"lot": " "}, "lot-missing"),
        ({"lot": "FL4574<script>"}, "lot-unreadable"),
        ({"expiry": None}, "expiry-missing"),
        ({"expiry": date(2021, 11, 11)}, "lot-expired"),
        ({"occurred_at": NOON + timedelta(hours=1)}, "dose-in-future"),
        ({"occurred_at": NOON.replace(year=2020)}, "dose-before-campaign"),
        ({"body_site": "HEAD"}, "body-site-unknown"),
    ],
)
def test_a_product_that_cannot_be_is_refused(desk: DeskUnderTest, changes: dict[str, object], code: str) -> None:
    assert code in refused(desk, a_draft(**changes))


def test_too_early_is_refused_until_a_reason_is_written(desk: DeskUnderTest) -> None:
    desk.work.desk.record(a_draft(occurred_at=NOON - timedelta(days=14)), desk.manager)
    second = a_draft()
    assert refused(desk, second)
    record = desk.work.desk.record(replace(second, override_reason="Chỉ định của bác sĩ"), desk.manager)
    assert (record.dose.dose_number, record.dose.override_reason) == (2, "Chỉ định của bác sĩ")


def test_a_second_dose_in_time_is_the_second(desk: DeskUnderTest) -> None:
    """failures.md 17."""
    desk.work.desk.record(a_draft(occurred_at=NOON - timedelta(days=25)), desk.manager)
    record = desk.work.desk.record(a_draft(), desk.manager)
    assert record.dose.dose_number == 2
    assert len({found.person.id for found in desk.work.desk.all_records()}) == 1


def test_screening_that_forbids_is_kept_as_not_done(desk: DeskUnderTest) -> None:
    record = desk.work.desk.record(a_draft(screening=Screening.POSTPONED, lot="", expiry=None), desk.manager)
    assert record.dose.status is DoseStatus.NOT_DONE
    counts = desk.work.figures.counts()
    assert (counts.given, counts.not_done) == (0, 1)


def test_a_name_without_marks_never_replaces_the_same_name_with_them(desk: DeskUnderTest) -> None:
    desk.work.desk.record(a_draft(occurred_at=NOON - timedelta(days=25)), desk.manager)
    record = desk.work.desk.record(a_draft(person=a_person(name="TRAN THI BICH")), desk.manager)
    assert record.person.name == "Trần Thị Bích"
    assert record.person.revision == 1


def test_a_card_that_differs_from_what_is_known_needs_a_reason(desk: DeskUnderTest) -> None:
    desk.work.desk.record(a_draft(occurred_at=NOON - timedelta(days=25)), desk.manager)
    other = a_draft(person=a_person(name="Trần Thị Bình"))
    assert refused(desk, other) == ["person-differs"]
    record = desk.work.desk.record(replace(other, override_reason="Thẻ mới đổi tên"), desk.manager)
    assert (record.person.name, record.person.revision) == ("Trần Thị Bình", 2)


def test_a_correction_is_a_new_revision_and_the_first_stays(desk: DeskUnderTest) -> None:
    """I8, I7."""
    nurse = desk.work.staff.add("Lê Thị Mai", Role.NURSE, "1357", desk.manager)
    first = desk.work.desk.record(a_draft(), nurse).dose
    desk.clock.forward(hours=2)
    second = desk.work.desk.correct(first.id, DoseChanges(lot="FL9999"), "đọc nhầm số lô", desk.manager)
    assert (second.dose.revision, second.dose.lot, second.dose.reason) == (2, "FL9999", "đọc nhầm số lô")
    assert (second.dose.recorder, second.dose.recorded_at) == (first.recorder, first.recorded_at)
    with desk.store.read() as connection:
        assert connection.exec_driver_sql("SELECT lot FROM dose WHERE revision = 1").scalar() == "FL4574"


def test_a_correction_needs_a_reason_and_a_change(desk: DeskUnderTest) -> None:
    dose_id = desk.work.desk.record(a_draft(), desk.manager).dose.id
    for changes, reason, code in (
        (DoseChanges(lot="X1"), " ", "reason-missing"),
        (DoseChanges(lot="fl4574"), "không đổi gì", "nothing-to-correct"),
        (DoseChanges(lot=""), "xóa số lô", "lot-missing"),
    ):
        with pytest.raises(DoseRefused, match=code):
            desk.work.desk.correct(dose_id, changes, reason, desk.manager)


def test_a_void_dose_is_out_of_the_figures_and_of_the_history(desk: DeskUnderTest) -> None:
    dose_id = desk.work.desk.record(a_draft(), desk.manager).dose.id
    voided = desk.work.desk.void(dose_id, "nhập hai lần", desk.manager)
    assert Stage.ENTERED_IN_ERROR in voided.stages
    assert desk.work.figures.counts().given == 0
    assert desk.work.desk.record(a_draft(), desk.manager).dose.dose_number == 1
    with pytest.raises(DoseRefused, match="already-void"):
        desk.work.desk.void(dose_id, "nhập hai lần", desk.manager)


def test_the_last_save_can_be_taken_back_by_who_saved_it_for_half_an_hour(desk: DeskUnderTest) -> None:
    nurse = desk.work.staff.add("Lê Thị Mai", Role.NURSE, "1357", desk.manager)
    first, second = (desk.work.desk.record(draft, nurse).dose.id for draft in a_crowd(2))
    with pytest.raises(DoseRefused, match="take-back-not-yours"):
        desk.work.desk.take_back(first, "nhầm người", desk.manager)
    desk.work.desk.take_back(first, "nhầm người", nurse)
    desk.clock.forward(minutes=31)
    with pytest.raises(DoseRefused, match="take-back-too-late"):
        desk.work.desk.take_back(second, "nhầm người", nurse)


def test_an_unknown_dose_is_said(desk: DeskUnderTest) -> None:
    with pytest.raises(StoreError, match="dose-not-found"):
        desk.work.desk.dose("no-such-dose")


def test_people_are_found_by_number_phone_and_name_without_marks(desk: DeskUnderTest) -> None:
    desk.work.desk.record(a_draft(person=a_person(phone="0901234567", name="Đặng Thị Bích Đào")), desk.manager)
    desk.work.desk.record(a_draft(person=another_person()), desk.manager)
    for typed in ("079303000456", "0901234567", "dang dao", "ĐẶNG THỊ", "bich"):
        assert [person.name for person in desk.work.desk.search(typed)] == ["Đặng Thị Bích Đào"]
    assert desk.work.desk.search('"') == ()
    assert desk.work.desk.search("zzz") == ()


def test_check_in_tells_who_it_is_and_what_they_had(desk: DeskUnderTest) -> None:
    desk.work.desk.record(a_draft(occurred_at=NOON - timedelta(days=25)), desk.manager)
    found = desk.work.desk.check_in(a_person(name="", birth_date="", sex=Sex.UNKNOWN, address=""))
    assert found.person is not None
    assert found.draft.name == "Trần Thị Bích"
    assert [record.dose.dose_number for record in found.history] == [1]
    assert found.problems == ()
    assert desk.work.desk.check_in(another_person()).person is None


def test_the_sessions_product_is_remembered(desk: DeskUnderTest) -> None:
    preset = Preset("COMIRNATY", "FL4574", date(2022, 2, 28), "14", "Lan")
    desk.work.desk.set_preset(preset)
    assert desk.work.desk.preset() == preset


def test_sign_in_takes_the_right_pin_only_and_pauses_after_five_wrong_ones(desk: DeskUnderTest) -> None:
    staff = desk.work.staff
    assert staff.sign_in("pham.thi.lan", PIN) == staff.sign_in("Phạm Thị Lan", PIN) == desk.manager
    for name in ("pham.thi.lan", "nobody"):
        with pytest.raises(AccessRefused, match="sign-in-wrong"):
            staff.sign_in(name, "0000")
    for _ in range(4):
        with pytest.raises(AccessRefused, match="sign-in-wrong"):
            staff.sign_in("pham.thi.lan", "0000")
    with pytest.raises(AccessRefused, match="sign-in-paused"):
        staff.sign_in("pham.thi.lan", PIN)
    desk.clock.forward(seconds=61)
    assert staff.sign_in("pham.thi.lan", PIN) == desk.manager


def test_only_managers_add_staff_and_sign(desk: DeskUnderTest) -> None:
    nurse = desk.work.staff.add("Lê Thị Mai", Role.NURSE, "1357", desk.manager)
    with pytest.raises(AccessRefused, match="managers-only"):
        desk.work.staff.add("Ai Đó", Role.NURSE, "1357", nurse)
    with pytest.raises(AccessRefused, match="managers-only"):
        desk.work.signing.sign_day(NOON.date(), nurse)
    with pytest.raises(InputRefused, match="pin-length"):
        desk.work.staff.add("Ai Đó", Role.NURSE, "1", desk.manager)
    assert desk.work.staff.add("Lê Thị Mai", Role.NURSE, "1357", desk.manager).username == "le.thi.mai2"


def test_a_reprint_needs_a_reason_and_gets_the_next_copy_number(desk: DeskUnderTest) -> None:
    record = desk.work.desk.record(a_draft(), desk.manager)
    note = desk.work.certificates.note_print
    assert note(record, "confirmation", "0" * 64, "", desk.manager) == 1
    with pytest.raises(InputRefused, match="reprint-reason-missing"):
        note(record, "confirmation", "0" * 64, " ", desk.manager)
    assert note(record, "confirmation", "0" * 64, "tờ trước bị rách", desk.manager) == 2
    assert Stage.PRINTED in desk.work.desk.dose(record.dose.id).stages


def test_the_audit_trail_shows_a_change_made_behind_its_back(desk: DeskUnderTest) -> None:
    for draft in a_crowd(3):
        desk.work.desk.record(draft, desk.manager)
    with desk.store.read() as connection:
        assert first_break(connection) is None
    with desk.store.write() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_no_UPDATE")
        connection.exec_driver_sql("UPDATE audit SET subject = 'somebody' WHERE id = 3")
    with desk.store.read() as connection:
        assert first_break(connection) == 3


def test_no_value_shows_a_person_in_its_repr(desk: DeskUnderTest) -> None:
    record = desk.work.desk.record(a_draft(), desk.manager)
    shown = repr((record, record.dose, record.person, a_draft(), a_person(), desk.manager, record.dose.citizen_id))
    for secret in ("Bích", "079303000456", "Lan"):
        assert secret not in shown
