"""The report of a serious event: what the desk knows is filled in, what it does not keep is left for a pen, nothing is cut off."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from support.papers import NEXT_DAY, NOON, SITE, a_course, a_person, a_record

from vaxdesk.errors import ProofFailed
from vaxdesk.models.aftercare import Reaction, ReactionId, ReactionOutcome, ReactionStatus, Severity, Sign
from vaxdesk.models.values import DoseRecord
from vaxdesk.print import proof, severe_report
from vaxdesk.print.layout import A4, EDGE_MM
from vaxdesk.print.severe_report import SevereReport, report_of

WORDS_MAX = " ".join(["từng"] * 100)


def a_reaction(record: DoseRecord, **changes: object) -> Reaction:
    dose = record.dose
    made = Reaction(
        id=ReactionId("99999999-2222-4333-8444-555555555555"),
        revision=1,
        dose_id=dose.id,
        person_id=dose.person_id,
        citizen_id=dose.citizen_id,
        status=ReactionStatus.ACTUAL,
        onset_at=NOON + timedelta(minutes=9),
        signs=(Sign.BREATHING, Sign.RASH),
        severity=Severity.GRADE_2,
        treatment="adrenalin 0,5 mg tiêm bắp lúc 10:51",
        outcome=ReactionOutcome.TRANSFERRED,
        note="chuyển Bệnh viện Quận Mẫu",
        recorder_id=dose.recorder_id,
        recorder=dose.recorder,
        recorded_at=NOON + timedelta(minutes=12),
        device_id=dose.device_id,
        epoch=1,
        sequence=9,
        site=dose.site,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def a_report(record: DoseRecord | None = None, history: tuple[DoseRecord, ...] = (), **changes: object) -> SevereReport:
    record = record or a_record()
    return report_of(record, history, a_reaction(record, **changes), SITE, "Phạm Thị Lan", NEXT_DAY)


def test_the_page_says_who_what_when_and_how_bad() -> None:
    text = proof.text_of(severe_report.render(a_report()))
    for said in (
        "BÁO CÁO TAI BIẾN NẶNG SAU TIÊM CHỦNG",
        "Trần Thị Bích",
        "079303000456",
        "10:50 12/11/2021",
        "Khó thở, phát ban, ngứa",
        "Phản vệ độ 2 (nặng)",
        "adrenalin 0,5 mg tiêm bắp lúc 10:51",
        "Chuyển viện",
        "Phạm Thị Lan",
        "Tiêm bắp, cánh tay trái",
        "99999999-2222-4333-8444-555555555555",
    ):
        assert said in text, said


def test_every_earlier_dose_stands_in_the_table_the_newest_five_at_most() -> None:
    course = a_course(6)
    report = report_of(course[-1], course, a_reaction(course[-1]), SITE, "Phạm Thị Lan", NEXT_DAY)
    assert [dose.dose_number for dose in report.doses] == [2, 3, 4, 5, 6]
    text = proof.text_of(severe_report.render(report))
    assert all(dose.lot in text for dose in report.doses)


def test_a_dose_that_is_in_the_history_too_stands_there_once() -> None:
    record = a_record()
    assert len(report_of(record, (record,), a_reaction(record), SITE, "Phạm Thị Lan", NEXT_DAY).doses) == 1


def test_a_childs_guardian_is_named() -> None:
    person = a_person(guardian_name="Trần Văn Cha", guardian_phone="0900000999")
    text = proof.text_of(severe_report.render(a_report(a_record(person))))
    assert "Trần Văn Cha · 0900000999" in text


@pytest.mark.parametrize("field", ["treatment", "note"])
def test_the_longest_text_the_form_takes_is_printed_whole(field: str) -> None:
    pdf = severe_report.render(a_report(**{field: WORDS_MAX[:500].strip()}))
    assert proof.text_of(pdf).count("từng") == 100


def test_everything_at_its_longest_fits_the_page() -> None:
    person = a_person(
        name="Nguyễn Hoàng Phương Thảo Nguyên Công Tằng Tôn Nữ Thị Bạch Tuyết Ngọc Diệp",
        address="Số nhà 123/45/67B, ngách 89, ngõ 1011, đường Nguyễn Thị Minh Khai kéo dài, khu phố Đông Chiêu, tỉnh Mẫu",
        guardian_name="Nguyễn Hoàng Phương Thảo Nguyên Công Tằng Tôn Thất Bạch Tuyết",
        guardian_phone="0900000999",
    )
    course = [replace(one, person=person) for one in a_course(5)]
    reaction = a_reaction(course[-1], signs=tuple(Sign), treatment=WORDS_MAX[:499], note=WORDS_MAX[:499])
    pdf = severe_report.render(report_of(course[-1], course, reaction, SITE, "Phạm Thị Lan", NEXT_DAY))
    pixels = proof.picture_of(pdf, 100)
    edge = int(EDGE_MM / A4.width_mm * pixels.shape[1])
    assert (pixels[:, :edge] == 255).all()
    assert (pixels[-edge:, :] == 255).all()


def test_a_page_whose_text_cannot_be_read_back_is_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(severe_report, "_must_say", lambda _report: ("không có trên trang",))
    with pytest.raises(ProofFailed):
        severe_report.render(a_report())


def test_the_title_of_the_file_names_nobody() -> None:
    pdf = severe_report.render(a_report())
    head = pdf[:4000] + pdf[-4000:]
    assert "Bích".encode("utf-16-be") not in head
    assert b"079303000456" not in head
