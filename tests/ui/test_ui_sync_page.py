"""What was refused or contradicted is grouped by cause, mended in place and sent again; figures are those of any day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from conftest import Bench
from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import QLineEdit
from support.builders import a_crowd, a_draft

from vaxdesk.models import dispute_rows
from vaxdesk.models.exchange import (
    Acknowledged,
    Dispute,
    DisputeKind,
    DueDose,
    OtherDose,
    PutAside,
    Resolution,
    Source,
)
from vaxdesk.models.findings import ReadBack
from vaxdesk.models.values import DoseRecord, DoseStatus, Receipt, SiteCode
from vaxdesk.settings import Settings
from vaxdesk.sync.engine import SyncReport

F5, ENTER, ESC = Qt.Key.Key_F5, Qt.Key.Key_Return, Qt.Key.Key_Escape
ALT = Qt.KeyboardModifier.AltModifier


def due(bench: Bench) -> list[DueDose]:
    return [one for one in bench.desk.work.sync_book.due(bench.clock(), 100, asked=True) if isinstance(one, DueDose)]


def refuse_all(bench: Bench, code: str, text: str = "the server's own words") -> None:
    bench.desk.work.sync_book.apply([PutAside(one.entry, code, text) for one in due(bench)], bench.clock())


def receive_all(bench: Bench, fingerprint: str = "0" * 64) -> None:
    for one in due(bench):
        receipt = Receipt(one.dose.id, one.dose.revision, "1", bench.clock(), fingerprint)
        bench.desk.work.sync_book.apply([Acknowledged(one.entry, receipt)], bench.clock())


def given(bench: Bench, count: int = 1) -> list[DoseRecord]:
    return [bench.desk.work.desk.record(draft, bench.nurse) for draft in a_crowd(count)]


def contradict(bench: Bench) -> DoseRecord:
    """The platform holds another lot for the dose than this desk does."""
    bench.desk.work.desk.record(a_draft(), bench.nurse)
    (one,) = due(bench)
    theirs = replace(one.dose, revision=2, lot="FX9999")
    seen = Dispute(f"version/{one.dose.id}", DisputeKind.VERSION, one.dose.id, "", "2", bench.clock(), theirs)
    bench.desk.work.sync_book.set_aside(PutAside(one.entry, "record-conflict", "412"), seen, bench.clock())
    return bench.desk.work.desk.dose(one.dose.id)


def lines(bench: Bench) -> list[str]:
    return [row.cells[1].text for row in bench.window.sync.list.table.rows.rows]


def type_into(field: QLineEdit, text: str) -> None:
    field.selectAll()
    field.insert(text)


def test_records_refused_for_one_cause_stand_under_one_line(bench: Bench) -> None:
    given(bench, 2)
    refuse_all(bench, "refused-lot")
    bench.desk.work.desk.record(a_draft(), bench.nurse)
    refuse_all(bench, "refused-site")
    bench.enter()
    bench.press(F5)
    shown = lines(bench)
    assert shown[0] == "2 bản ghi"
    assert len(shown) == 4
    assert bench.window.sync.list.title.text() == "Cần xử lý (3)"
    assert bench.window.sync.list.table.rows.rows[0].cells[3].text.startswith("Nền tảng không nhận số lô")


def test_a_wrong_lot_is_mended_in_place_and_goes_again(bench: Bench) -> None:
    bench.desk.work.desk.record(a_draft(), bench.nurse)
    refuse_all(bench, "refused-lot")
    bench.enter()
    bench.press(F5)
    bench.press(ENTER)
    form = bench.window.sync.story.form
    assert bench.window.sync.story.is_mending
    assert form.fields["lot"].hasFocus()
    type_into(form.fields["lot"], "FL4575")
    type_into(form.fields["reason"], "nhìn lại nhãn lọ")
    bench.press(ENTER)
    (record,) = bench.desk.work.desk.all_records()
    assert (record.dose.lot, record.dose.revision) == ("FL4575", 2)
    counts = bench.desk.work.figures.counts()
    assert (counts.set_aside, counts.waiting) == (0, 1)
    assert bench.runner.woken[-1] is True
    assert bench.window.sync.list.nothing.isVisible()


def test_a_mend_without_a_reason_is_refused_in_place_and_keeps_what_was_typed(bench: Bench) -> None:
    bench.desk.work.desk.record(a_draft(), bench.nurse)
    refuse_all(bench, "refused-lot")
    bench.enter()
    bench.press(F5)
    bench.press(ENTER)
    form = bench.window.sync.story.form
    type_into(form.fields["lot"], "FL4575")
    bench.press(ENTER)
    assert "lý do" in form.notice.said
    assert form.fields["lot"].text() == "FL4575"
    assert bench.desk.work.figures.counts().set_aside == 1


def test_a_sync_under_way_does_not_take_the_form_from_who_is_filling_it(bench: Bench) -> None:
    bench.desk.work.desk.record(a_draft(), bench.nurse)
    refuse_all(bench, "refused-lot")
    bench.enter()
    bench.press(F5)
    bench.press(ENTER)
    type_into(bench.window.sync.story.form.fields["lot"], "FL45")
    bench.window.show_report(SyncReport(reached=True))
    bench.settle()
    assert bench.window.sync.story.is_mending
    assert bench.window.sync.story.form.fields["lot"].text() == "FL45"
    bench.press(ESC)
    assert not bench.window.sync.story.is_mending
    assert bench.window.sync.list.isEnabled()
    assert bench.desk.work.desk.all_records()[0].dose.revision == 1


def test_one_wrong_product_of_a_whole_session_is_mended_once(bench: Bench) -> None:
    given(bench, 3)
    refuse_all(bench, "refused-lot")
    bench.enter()
    bench.press(F5)
    story = bench.window.sync.story
    assert "3" in story.refused.mend.text()
    bench.press(ENTER)
    assert not story.form.titles["dose_number"].isVisible()
    type_into(story.form.fields["lot"], "FL4575")
    type_into(story.form.fields["reason"], "gõ nhầm lô của buổi")
    bench.press(ENTER)
    assert {record.dose.lot for record in bench.desk.work.desk.all_records()} == {"FL4575"}
    assert bench.desk.work.figures.counts().set_aside == 0


def test_a_refused_name_is_mended_and_the_dose_goes_again(bench: Bench) -> None:
    bench.desk.work.desk.record(a_draft(), bench.nurse)
    refuse_all(bench, "refused-person")
    bench.enter()
    bench.press(F5)
    bench.press(ENTER)
    form = bench.window.sync.story.form
    assert not form.titles["lot"].isVisible()
    type_into(form.fields["birth_date"], "9/11/2003")
    type_into(form.fields["reason"], "theo thẻ CCCD")
    bench.press(ENTER)
    (record,) = bench.desk.work.desk.all_records()
    assert record.person.birth_date == "2003-11-09"
    assert bench.desk.work.figures.counts().set_aside == 0


def test_a_dose_under_a_wrong_number_is_voided_not_rewritten(bench: Bench) -> None:
    bench.desk.work.desk.record(a_draft(), bench.nurse)
    refuse_all(bench, "refused-number")
    bench.enter()
    bench.press(F5)
    bench.press(ENTER)
    type_into(bench.window.sync.story.form.fields["reason"], "quét nhầm thẻ")
    bench.press(ENTER)
    (record,) = bench.desk.work.desk.all_records()
    assert record.dose.status is DoseStatus.ENTERED_IN_ERROR


def test_a_whole_group_is_sent_again_with_one_key(bench: Bench) -> None:
    given(bench, 2)
    refuse_all(bench, "refused-site")
    bench.enter()
    bench.press(F5)
    bench.press(ENTER)
    counts = bench.desk.work.figures.counts()
    assert (counts.set_aside, counts.waiting) == (0, 2)


def test_with_the_list_empty_another_enter_touches_nothing_but_sync_now(bench: Bench) -> None:
    given(bench)
    refuse_all(bench, "refused-site")
    bench.enter()
    bench.press(F5)
    bench.press(ENTER)
    assert bench.window.sync.list.nothing.isVisible()
    assert bench.window.sync.now.hasFocus()


def test_a_conflict_is_shown_side_by_side_and_a_nurse_cannot_decide_it(bench: Bench) -> None:
    contradict(bench)
    bench.enter()
    bench.press(F5)
    card = bench.window.sync.story.dispute
    assert bench.window.sync.story.currentWidget() is card
    shown = {row[0].text(): (row[1].whole_text(), row[2].whole_text()) for row in card.compared.rows if row[0].text()}
    assert shown["≠ Số lô"] == ("FL4574", "FX9999")
    assert shown["Vắc xin"][0] == shown["Vắc xin"][1]
    assert not card.choices[Resolution.KEEP_OURS].isEnabled()
    assert not card.choices[Resolution.OURS_WRONG].isVisible()
    assert "Quản lý" in card.notice.said


def test_a_manager_takes_the_platforms_version_and_nothing_is_lost(bench: Bench) -> None:
    record = contradict(bench)
    bench.enter(bench.manager)
    bench.press(F5)
    card = bench.window.sync.story.dispute
    bench.press(Qt.Key.Key_2, ALT)
    assert "lý do" in card.notice.said
    type_into(card.reason, "đã gọi hỏi, lô của nền tảng đúng")
    bench.press(Qt.Key.Key_2, ALT)
    now = bench.desk.work.desk.dose(record.dose.id)
    assert now.dose.lot == "FX9999"
    assert now.dose.revision == 3
    assert not bench.desk.work.disputes.open()
    assert bench.desk.work.figures.counts().waiting == 1
    assert bench.window.sync.list.nothing.isVisible()
    assert bench.runner.woken[-1] is True


def test_the_same_dose_at_another_site_names_that_site(bench: Bench) -> None:
    record = bench.desk.work.desk.record(a_draft(), bench.nurse)
    receive_all(bench)
    other = OtherDose(
        "11111111-0000-4000-8000-000000000001", "1", 1, record.dose.citizen_id, DoseStatus.COMPLETED, "COMIRNATY",
        "", record.dose.dose_number, record.dose.series, "FK0001", record.dose.occurred_at + timedelta(hours=2),
        SiteCode("79-Q1-P01"), "Trạm Y tế Phường Mẫu", "d2", bench.clock(), Source.PLATFORM,
    )  # fmt: skip
    bench.desk.work.sync_book.keep_elsewhere([record.dose.citizen_id], [other], bench.clock())
    seen = Dispute("same/1", DisputeKind.SAME_DOSE, record.dose.id, other.id, "", bench.clock())
    with bench.desk.store.write() as connection:
        dispute_rows.keep(connection, seen)
    bench.enter(bench.manager)
    bench.press(F5)
    card = bench.window.sync.story.dispute
    shown = {row[0].text(): row[2].whole_text() for row in card.compared.rows if row[0].isVisible()}
    assert shown["≠ Nơi tiêm"] == "Trạm Y tế Phường Mẫu"
    assert "Người tiêm" not in shown
    assert card.choices[Resolution.BOTH_GIVEN].isVisible()
    type_into(card.reason, "người dân xác nhận tiêm hai lần")
    card.choices[Resolution.BOTH_GIVEN].click()
    bench.settle()
    assert not bench.desk.work.disputes.open()


def test_a_differing_read_back_names_the_dose(bench: Bench) -> None:
    (record,) = given(bench)
    receive_all(bench)
    bench.desk.work.sync_book.note_read_back([ReadBack(record.dose.id, 1, "f" * 64)], bench.clock())
    bench.enter()
    bench.press(F5)
    said = bench.window.sync.notice.said
    assert record.person.name in said
    assert "Mũi 1 · Comirnaty" in said
    assert bench.window.sync.read_back.value.text() == "0"


def test_the_figures_of_another_day_can_be_looked_at(bench: Bench) -> None:
    given(bench, 2)
    bench.clock.forward(days=1)
    bench.desk.work.desk.record(replace(a_draft(), occurred_at=bench.clock()), bench.nurse)
    bench.enter()
    bench.press(F5)
    page = bench.window.sync
    assert page.given.value.text() == "1"
    page.day.setDate(page.day.date().addDays(-1))
    bench.settle()
    assert page.given.value.text() == "2"
    assert page.given.title.whole_text().startswith("Đã tiêm ngày ")
    assert page.given.total.whole_text() == "tất cả các ngày: 3"


def test_who_looks_at_today_still_does_after_midnight(bench: Bench) -> None:
    bench.enter()
    bench.press(F5)
    page = bench.window.sync
    bench.clock.forward(days=1)
    page.refresh()
    bench.settle()
    today = bench.clock().date()
    assert page.day.date() == QDate(today.year, today.month, today.day)
    assert page.given.title.whole_text() == "Đã tiêm hôm nay"


def test_the_data_allowance_is_chosen_on_the_site_page(bench: Bench) -> None:
    bench.enter(bench.manager)
    bench.press(Qt.Key.Key_F9)
    allowance = bench.window.site.machine.allowance
    allowance.setCurrentIndex(allowance.findData(50))
    bench.settle()
    assert bench.saved_settings[-1].data_allowance_mb == 50
    bench.window.site.machine.use_settings(Settings(data_allowance_mb=35))
    assert allowance.currentText() == "35 MB"
