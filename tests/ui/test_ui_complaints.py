"""The complaints workbench (F6): the clock, the claim beside people, one screen to settle, a second person, the letter, the check-in."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from conftest import CARD, Bench
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QColor, QImage
from support.builders import PIN, a_draft, a_person

from vaxdesk.models import complaint_rows
from vaxdesk.models.complaints import (
    Claim,
    Complaint,
    ComplaintKind,
    ComplaintSource,
    ComplaintStatus,
    Rejection,
)
from vaxdesk.models.values import Role, Sex
from vaxdesk.print.proof import text_of
from vaxdesk.ui.complaint_fix import Fix
from vaxdesk.ui.complaint_picture import SIDE_PX_MAX, decoded
from vaxdesk.ui.complaints_page import ComplaintsPage

CLAIM = Claim(
    citizen_id="079303000456", name="Trần Thị Bích", birth_date="2003-10-08", sex=Sex.FEMALE, phone="0900000111",
    dose_number="1", vaccine="COMIRNATY", lot="FL4574", day="2021-10-20", words="Tôi tiêm ngày 20/10 mà chưa thấy mũi này trên hệ thống.",
)  # fmt: skip


def a_picture(width: int = 60, height: int = 40) -> bytes:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("#336699"))
    kept = QByteArray()
    buffer = QBuffer(kept)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(buffer, "PNG")
    return bytes(kept.data())


def pulled(bench: Bench, name: str, hours_left: float, **facts: Any) -> str:
    """A complaint of the platform with so much left of its 48 hours; its id."""
    due = bench.clock() + timedelta(hours=hours_left)
    facts = {
        "kind": ComplaintKind.MISSING,
        "status": ComplaintStatus.OPEN,
        "claim": replace(CLAIM, name=name),
        "pictures": (a_picture(),),
    } | facts
    complaint = Complaint(
        id=f"id-{name}", version="1", source=ComplaintSource.PLATFORM, received_at=due - timedelta(hours=48), due_at=due,
        task={"identifier": [{"system": "urn:vaxdesk:complaint-number", "value": "PA211112-ABC234"}]}, updated_at=bench.clock(), **facts,
    )  # fmt: skip
    with bench.desk.store.write() as connection:
        complaint_rows.keep(connection, complaint, bench.clock())
    return complaint.id


def page_of(bench: Bench, as_manager: bool = True) -> ComplaintsPage:
    bench.enter(bench.manager if as_manager else bench.nurse)
    bench.press(Qt.Key.Key_F6)
    return bench.window.complaints


def rows(page: ComplaintsPage) -> list[tuple[str, str, str]]:
    return [tuple(cell.text for cell in row.cells) for row in page.list.table.rows.rows]  # type: ignore[misc]


def fill_dose(page: ComplaintsPage, **texts: str) -> None:
    usual = {
        "occurred_at": "20/10/2021 09:30",
        "lot": "FL4574",
        "expiry": "28/02/2022",
        "injector": "Lê Thị Mai",
        "reason": "bỏ sót khi nhập",
    }
    for name, text in (usual | texts).items():
        page.story.fix.lines[name].setText(text)


def test_without_complaints_it_says_what_to_do(open_bench: Any) -> None:
    bench = open_bench()
    page = page_of(bench)
    assert page.list.nothing.isVisible()
    assert "Ctrl+N" in page.list.nothing.text.text()
    assert not page.list.table.isVisible()


def test_the_most_urgent_stands_first_with_what_is_left(open_bench: Any) -> None:
    bench = open_bench()
    for name, hours in (("Sau", 40), ("Quá", -3), ("Gấp", 5.2)):
        pulled(bench, name, hours)
    page = page_of(bench)
    assert rows(page) == [
        ("quá 3 giờ 00 phút", "Quá", "Chưa trả lời"),
        ("còn 5 giờ 12 phút", "Gấp", "Chưa trả lời"),
        ("còn 40 giờ 00 phút", "Sau", "Chưa trả lời"),
    ]
    assert page.list.overdue.words.whole_text() == "Quá hạn: 1 · dưới 6 giờ: 1"
    assert bench.window.rail["complaints"].accessibleName().endswith(", 1")


def test_the_clock_moves_without_the_list_jumping(open_bench: Any) -> None:
    bench = open_bench()
    for name, hours in (("Một", 7), ("Hai", 30)):
        pulled(bench, name, hours)
    page = page_of(bench)
    page.list.table.selectRow(1)
    bench.settle()
    page.story.fix.lines["words"].setText("đang viết dở")
    bench.clock.forward(minutes=30)
    page.feed.tick()
    bench.settle()
    assert rows(page)[0][0] == "còn 6 giờ 30 phút"
    assert (page.list.table.wanted, page.story.fix.lines["words"].text()) == ("id-Hai", "đang viết dở")


def test_it_rings_once_before_the_limit_and_once_at_it(open_bench: Any) -> None:
    bench = open_bench()
    pulled(bench, "Một", 7)
    rung: list[str] = []
    page = page_of(bench)
    bench.window.rang.connect(lambda: rung.append("rang"))
    for hours, count in ((0, 0), (1.5, 1), (0.1, 1), (5.5, 2), (1, 2)):
        bench.clock.forward(hours=hours)
        page.feed.tick()
        bench.settle()
        assert len(rung) == count
    assert bench.window.rail["complaints"].accessibleName().endswith(", 1")


def test_what_the_citizen_says_stands_beside_who_is_meant_and_differences_are_marked(open_bench: Any) -> None:
    bench = open_bench()
    bench.desk.work.desk.record(a_draft(person=a_person(phone="0900000111")), bench.manager)
    pulled(bench, "Tran Thi Bich", 30)
    story = page_of(bench).story
    shown = {
        row[0].text(): (row[1].whole_text(), row[2].whole_text()) for row in story.beside.rows if row[0].isVisible()
    }  # type: ignore[attr-defined]
    assert shown["Họ và tên"] == ("Tran Thi Bich", "≠ Trần Thị Bích")
    assert shown["Ngày sinh"] == ("08/10/2003", "≠ 09/10/2003")
    assert shown["Số định danh"] == ("0793••••0456", "0793••••0456")
    assert shown["Mũi số"] == ("1", "1")
    assert shown["Ngày tiêm"] == ("20/10/2021", "≠ 12/11/2021")
    assert story.said.toPlainText() == CLAIM.words
    assert story.evidence.has_picture


def test_a_missing_dose_is_proposed_and_approved_on_one_screen(open_bench: Any) -> None:
    bench = open_bench()
    pulled(bench, "Trần Thị Bích", 30)
    page = page_of(bench, as_manager=False)
    assert page.story.fix.fix is Fix.ADD
    assert page.story.fix.lines["occurred_at"].text() == "20/10/2021 "
    fill_dose(page, words="Đã bổ sung mũi 1.")
    bench.press(Qt.Key.Key_Return)
    story = page.story
    assert story.work.currentWidget() is story.approval, story.fix.notice.said
    assert "Comirnaty" in story.approval.change.text()
    assert story.approval.who.currentText() == bench.manager.name
    assert rows(page)[0][2] == "Chờ duyệt"
    story.approval.pin.setText("9999")
    bench.press(Qt.Key.Key_Return)
    assert bench.desk.work.desk.all_records() == ()
    assert story.approval.notice.said
    story.approval.pin.setText(PIN)
    bench.press(Qt.Key.Key_Return)
    (record,) = bench.desk.work.desk.all_records()
    assert record.dose.reason == "bỏ sót khi nhập"
    assert rows(page)[0][0] == "Đã giải quyết"
    assert story.left.words.whole_text() == "Đã giải quyết, chờ gửi"
    assert not story.fix.send.isEnabled()
    assert bench.runner.woken[-1] is True


def test_a_time_that_cannot_be_read_is_said_at_its_field(open_bench: Any) -> None:
    bench = open_bench()
    pulled(bench, "Trần Thị Bích", 30)
    page = page_of(bench)
    fill_dose(page, occurred_at="20/10/2021")
    page.story.fix.send.click()
    bench.settle()
    assert "giờ:phút" in page.story.fix.notice.said
    assert page.story.fix.lines["occurred_at"].hasFocus()


def test_without_another_manager_it_says_so(open_bench: Any) -> None:
    bench = open_bench()
    pulled(bench, "Trần Thị Bích", 30)
    page = page_of(bench)
    fill_dose(page)
    page.story.fix.send.click()
    bench.settle()
    assert not page.story.approval.approve.isEnabled()
    assert "quản lý nào khác" in page.story.approval.notice.said
    bench.press(Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)
    assert page.story.work.currentWidget() is page.story.fix


def test_a_dose_is_corrected_from_its_own_facts(open_bench: Any) -> None:
    bench = open_bench()
    dose = bench.desk.work.desk.record(a_draft(person=a_person()), bench.manager).dose
    other = bench.desk.work.staff.add("Đỗ Văn Hai", Role.MANAGER, "8642", bench.manager)
    pulled(bench, "Trần Thị Bích", 30, kind=ComplaintKind.WRONG)
    page = page_of(bench)
    fix = page.story.fix
    assert (fix.fix, fix.lines["lot"].text(), fix.lines["occurred_at"].text()) == (
        Fix.CORRECT,
        "FL4574",
        "12/11/2021 10:41",
    )
    fix.lines["lot"].setText("FL9999")
    fix.lines["reason"].setText("lô đọc nhầm")
    fix.send.click()
    bench.settle()
    approval = page.story.approval
    assert approval.change.text() == "Sửa mũi tiêm. Số lô: FL9999; Hạn dùng: 28/02/2022; Mũi số: 1"
    approval.who.setCurrentIndex(approval.who.findData(other.username))
    approval.pin.setText("8642")
    approval.approve.click()
    bench.settle()
    assert bench.desk.work.desk.dose(dose.id).dose.lot == "FL9999"


def test_identity_is_mended_from_who_is_meant(open_bench: Any) -> None:
    bench = open_bench()
    bench.desk.work.desk.record(a_draft(person=a_person()), bench.manager)
    bench.desk.work.staff.add("Đỗ Văn Hai", Role.MANAGER, "8642", bench.manager)
    pulled(bench, "Trần Thị Bích", 30, kind=ComplaintKind.IDENTITY)
    page = page_of(bench)
    fix = page.story.fix
    assert (fix.fix, fix.lines["birth_date"].text()) == (Fix.MEND, "09/10/2003")
    fix.lines["birth_date"].setText("08/10/2003")
    fix.lines["reason"].setText("theo giấy khai sinh")
    fix.send.click()
    bench.settle()
    page.story.approval.pin.setText("8642")
    page.story.approval.approve.click()
    bench.settle()
    assert bench.desk.work.desk.search("tran thi bich")[0].birth_date == "2003-10-08"


def test_a_rejection_has_one_of_thirteen_reasons_and_its_words(open_bench: Any) -> None:
    bench = open_bench()
    complaint_id = pulled(bench, "Trần Thị Bích", 30)
    page = page_of(bench)
    bench.press(Qt.Key.Key_6, Qt.KeyboardModifier.ControlModifier)
    fix = page.story.fix
    assert fix.boxes["rejection"].count() == 13
    fix.boxes["rejection"].setCurrentIndex(fix.boxes["rejection"].findData(Rejection.BLURRED.value))
    assert fix.lines["words"].text() == "Ảnh mờ, không đọc được."
    fix.send.click()
    bench.settle()
    story = bench.desk.work.complaints.story(complaint_id)
    assert (story.status, story.steps[-1].reason_code) == (ComplaintStatus.REJECTED, "blurred")


@pytest.mark.parametrize(("key", "status"), [("4", "asked"), ("5", "postponed"), ("7", "settled")])
def test_answers_by_key_alone(open_bench: Any, key: str, status: str) -> None:
    bench = open_bench()
    complaint_id = pulled(bench, "Trần Thị Bích", 30)
    page = page_of(bench)
    bench.press(Qt.Key(ord(key)), Qt.KeyboardModifier.ControlModifier)
    assert page.story.fix.lines["words"].hasFocus()
    bench.type("abc def")
    bench.press(Qt.Key.Key_Return)
    assert bench.desk.work.complaints.story(complaint_id).status.value == status


def test_a_complaint_is_taken_at_the_counter_with_its_picture(open_bench: Any, tmp_path: Any) -> None:
    bench = open_bench()
    page = page_of(bench, as_manager=False)
    bench.press(Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    form = page.form
    form.fields["name"].setText("Trần Thị Bích")
    form.fields["birth_date"].setText("9/10/2003")
    form.words.setPlainText("Mũi 1 chưa có.")
    (tmp_path / "giay.png").write_bytes(a_picture())
    form.take_picture(tmp_path / "giay.png")
    form.save.click()
    bench.settle()
    (story,) = bench.desk.work.complaints.all()
    assert (story.complaint.source, story.complaint.claim.birth_date) == (ComplaintSource.COUNTER, "2003-10-09")
    assert page.side.currentWidget() is page.story
    assert page.story.evidence.has_picture


def test_a_file_that_is_no_picture_is_refused_in_place(open_bench: Any, tmp_path: Any) -> None:
    bench = open_bench()
    page = page_of(bench)
    bench.press(Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    page.form.fields["name"].setText("Trần Thị Bích")
    page.form.words.setPlainText("Mũi 1 chưa có.")
    (tmp_path / "a.png").write_bytes(b"hello")
    page.form.take_picture(tmp_path / "a.png")
    page.form.save.click()
    bench.settle()
    assert "JPEG" in page.form.notice.said
    bench.press(Qt.Key.Key_Escape)
    assert page.side.currentWidget() is page.nothing
    assert bench.desk.work.complaints.all() == ()


def test_evidence_is_enlarged_and_bounded(open_bench: Any) -> None:
    bench = open_bench()
    pulled(bench, "Trần Thị Bích", 30, pictures=(a_picture(), a_picture(30, 90)))
    page = page_of(bench)
    bench.press(Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    assert page.side.currentWidget() is page.pictures
    assert page.next_picture.isVisible()
    for _ in range(20):
        bench.press(Qt.Key.Key_Plus)
    assert page.big.zoom == 8.0
    bench.press(Qt.Key.Key_Escape)
    assert page.side.currentWidget() is page.story


def test_a_picture_beyond_all_measure_is_not_decoded() -> None:
    big = decoded(a_picture(3000, 1000))
    assert big is not None
    assert (big.width(), big.height()) == (SIDE_PX_MAX, 800)
    assert decoded(b"\x89PNG\r\n\x1a\n" + bytes(100)) is None


def test_the_letter_goes_to_the_printer(open_bench: Any) -> None:
    bench = open_bench()
    complaint_id = pulled(bench, "Trần Thị Bích", 30)
    bench.desk.work.complaints.reject(complaint_id, Rejection.BLURRED, "Xin gửi ảnh rõ hơn.", bench.manager)
    page = page_of(bench)
    bench.press(Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    assert "máy in" in page.notice.said
    said = " ".join(text_of(bench.paper.pages[0]).split())
    for wanted in ("PA211112-ABC234", "Không chấp nhận", "Ảnh mờ, không đọc được.", "Xin gửi ảnh rõ hơn."):
        assert wanted in said


def test_the_check_in_says_it_and_a_key_goes_there(open_bench: Any) -> None:
    bench = open_bench()
    pulled(bench, "Người Khác", 3, claim=replace(CLAIM, citizen_id="001090000123", name="Người Khác"))
    complaint_id = pulled(bench, "Trần Thị Bích", 30)
    bench.enter(bench.nurse)
    bench.scan(CARD)
    flags = bench.window.desk.person.shown.flags
    assert flags.isVisible()
    assert flags.words.text().startswith("Người này có phản ánh chưa giải quyết, hạn")
    bench.press(Qt.Key.Key_F6, Qt.KeyboardModifier.ControlModifier)
    assert bench.window.pages.shown == "complaints"
    page = bench.window.complaints
    assert (page.list.table.wanted, page.story.name.whole_text()) == (complaint_id, "Trần Thị Bích")


def test_an_answer_the_platform_did_not_take_is_said_and_given_way(open_bench: Any) -> None:
    from vaxdesk.models import outbox
    from vaxdesk.models.exchange import PutAside

    bench = open_bench()
    complaint_id = pulled(bench, "Trần Thị Bích", 30)
    desk = bench.desk.work.complaints
    desk.settle(complaint_id, "Đã bổ sung.", bench.manager)
    with bench.desk.store.write() as connection:
        (entry,) = outbox.entries_of(connection, [complaint_id])
        outbox.apply(connection, [PutAside(entry, "record-conflict", "")], bench.clock())
    page = page_of(bench)
    assert rows(page)[0][2] == "Chưa nhận lời đáp"
    assert "kết quả khác" in page.story.refused.said
    bench.press(Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    assert not desk.story(complaint_id).is_refused
    assert not page.story.refused.isVisible()
