"""Certificates, sync and site, each with a real store behind it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from conftest import Bench
from PySide6.QtCore import Qt
from support.builders import a_crowd, a_draft

from vaxdesk.models.exchange import Acknowledged, DueDose, LinkState, PutAside
from vaxdesk.models.findings import Finding, IdentityFound
from vaxdesk.models.values import Identity, Receipt
from vaxdesk.print import issue_sheet
from vaxdesk.print.spooler import JobState
from vaxdesk.sync.engine import SyncReport
from vaxdesk.ui import dialogs, paper_words
from vaxdesk.ui.certificate_story import FORMS
from vaxdesk.ui.staff_form import Task

CTRL = Qt.KeyboardModifier.ControlModifier
F4, F5, F9 = Qt.Key.Key_F4, Qt.Key.Key_F5, Qt.Key.Key_F9


def due(bench: Bench) -> list[DueDose]:
    return [one for one in bench.desk.work.sync_book.due(bench.clock(), 100, asked=True) if isinstance(one, DueDose)]


def acknowledge(bench: Bench) -> None:
    for one in due(bench):
        receipt = Receipt(one.dose.id, one.dose.revision, "1", bench.clock(), "0" * 64)
        bench.desk.work.sync_book.apply([Acknowledged(one.entry, receipt)], bench.clock())


def match(bench: Bench) -> None:
    found = [
        Finding(
            f"VerificationResult/{r.dose.id}", "1", IdentityFound(r.dose.id, "1", Identity.MATCHED, (), bench.clock())
        )
        for r in bench.desk.work.desk.all_records()
    ]
    bench.desk.work.sync_book.apply_page("test", "1", found, bench.clock())


def at_certificates(bench: Bench, count: int = 1) -> Bench:
    for draft in a_crowd(count):
        bench.desk.work.desk.record(draft, bench.nurse)
    bench.enter()
    bench.press(F4)
    return bench


def test_the_days_doses_are_listed_with_a_preview(bench: Bench) -> None:
    page = at_certificates(bench).window.certificates
    assert len(page.table.rows.rows) == 1
    assert page.story.picture.has_page
    assert page.story.name.whole_text() == "Lê Văn Thử B"


def test_an_empty_day_says_what_will_appear(bench: Bench) -> None:
    bench.enter()
    bench.press(F4)
    page = bench.window.certificates
    assert page.empty.isVisible()
    assert not page.story.print.isEnabled()


def test_enter_prints_the_chosen_sheet_and_logs_it(bench: Bench) -> None:
    page = at_certificates(bench).window.certificates
    bench.press(Qt.Key.Key_Return)
    bench.qtbot.waitUntil(lambda: not page.run.running)
    bench.settle()
    (record,) = bench.desk.work.desk.all_records()
    assert len(bench.paper.pages) == 1
    assert bench.paper.pages[0].startswith(b"%PDF")
    assert bench.desk.work.certificates.copies(record.dose.id, "confirmation") == 1
    assert "Đã in 1 tờ" in page.story.notice.said


def test_a_second_copy_needs_a_reason(bench: Bench) -> None:
    page = at_certificates(bench).window.certificates
    for reason, pages in (("", 1), ("", 1), ("rách", 2)):
        page.story.reason.setText(reason)
        bench.press(Qt.Key.Key_Return)
        bench.qtbot.waitUntil(lambda: not page.run.running)
        bench.settle()
        assert len(bench.paper.pages) == pages


def test_space_marks_and_enter_prints_all_that_are_marked(bench: Bench) -> None:
    page = at_certificates(bench, 3).window.certificates
    bench.press(Qt.Key.Key_M, CTRL)
    assert page.story.print.text() == "In 3 tờ"
    bench.press(Qt.Key.Key_Space)
    assert page.story.print.text() == "In 2 tờ"
    bench.press(Qt.Key.Key_Return)
    bench.qtbot.waitUntil(lambda: not page.run.running)
    assert len(bench.paper.pages) == 2


def test_a_stopped_run_prints_no_further_sheet(bench: Bench) -> None:
    page = at_certificates(bench, 3).window.certificates
    bench.press(Qt.Key.Key_M, CTRL)
    bench.paper.trouble = JobState.PRINTING
    page.story.print.click()
    bench.qtbot.waitUntil(lambda: len(bench.paper.pages) == 2)
    page.story.stop.click()
    bench.paper.trouble = JobState.DONE
    bench.qtbot.waitUntil(lambda: not page.run.running)
    bench.settle()
    assert len(bench.paper.pages) == 2


def test_a_printer_in_trouble_is_said_and_nothing_counts_as_printed(bench: Bench) -> None:
    page = at_certificates(bench, 2).window.certificates
    bench.paper.trouble = JobState.FAILED
    bench.press(Qt.Key.Key_M, CTRL)
    bench.press(Qt.Key.Key_Return)
    bench.qtbot.waitUntil(lambda: not page.run.running)
    bench.settle()
    records = bench.desk.work.desk.all_records()
    assert [bench.desk.work.certificates.copies(r.dose.id, "confirmation") for r in records] == [0, 0]
    assert "chưa in được" in page.story.notice.said


def test_the_filter_finds_without_marks(bench: Bench) -> None:
    page = at_certificates(bench, 3).window.certificates
    bench.type("thu c")
    assert page.text.text() == "thu c"
    assert [row.cells[2].text for row in page.table.rows.rows] == ["Lê Văn Thử C"]


def test_a_page_is_saved_as_a_file(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = at_certificates(bench).window.certificates
    target = tmp_path / "to.pdf"
    monkeypatch.setattr(dialogs, "choose_new_file", lambda *_: target)
    bench.press(Qt.Key.Key_S, CTRL)
    assert target.read_bytes().startswith(b"%PDF")
    assert "to.pdf" in page.story.notice.said


def test_the_sync_page_says_given_received_and_waiting(bench: Bench) -> None:
    bench.desk.work.desk.record(a_draft(), bench.nurse)
    bench.clock.forward(minutes=5)
    bench.desk.work.sync_book.save_link(LinkState(last_reached_at=bench.clock() - timedelta(minutes=1)))
    bench.enter()
    bench.press(F5)
    page = bench.window.sync
    assert (page.given.value.text(), page.received.value.text(), page.waiting.value.text()) == ("1", "0", "1")
    assert page.waiting.total.whole_text() == "lâu nhất 5 phút"
    assert "10:45" in page.contact.words.whole_text()
    assert page.list.nothing.isVisible()


def test_equal_figures_are_green_and_others_are_not(bench: Bench) -> None:
    bench.desk.work.desk.record(a_draft(), bench.nurse)
    bench.enter()
    bench.press(F5)
    assert bench.window.sync.received.value.property("tone") == "decide"
    acknowledge(bench)
    bench.window.sync.refresh()
    bench.settle()
    assert bench.window.sync.received.value.property("tone") == "allowed"
    assert bench.window.sync.read_back.value.property("tone") == "decide"


def test_a_refused_record_is_shown_with_a_sentence_and_sent_again(bench: Bench) -> None:
    bench.desk.work.desk.record(a_draft(), bench.nurse)
    (one,) = due(bench)
    bench.desk.work.sync_book.apply([PutAside(one.entry, "record-refused", "identifier is missing")], bench.clock())
    bench.enter()
    bench.press(F5)
    page = bench.window.sync
    assert page.story.refused.name.whole_text() == "Trần Thị Bích"
    assert "từ chối bản ghi này" in page.story.refused.why.text()
    assert "identifier is missing" in page.story.refused.own.text()
    bench.press(Qt.Key.Key_Return)
    assert bench.desk.work.figures.counts().set_aside == 0
    assert bench.desk.work.figures.counts().waiting == 1
    assert bench.runner.woken[-1] is True


def test_sync_now_asks_for_a_run_and_says_so(bench: Bench) -> None:
    bench.enter()
    bench.press(F5)
    bench.press(Qt.Key.Key_R, CTRL)
    assert bench.runner.woken[-1] is True
    assert "Đang đồng bộ" in bench.window.sync.contact.words.whole_text()
    bench.window.show_report(SyncReport(trouble="timed-out"))
    assert "quá chậm" in bench.window.sync.contact.words.whole_text()


def test_a_nurse_neither_adds_staff_nor_signs(bench: Bench) -> None:
    bench.desk.work.desk.record(a_draft(), bench.nurse)
    acknowledge(bench)
    match(bench)
    bench.enter(bench.nurse)
    bench.press(F9)
    site = bench.window.site
    assert not site.staff.offers[Task.ADD].isEnabled()
    assert not site.signing.sign.isEnabled()
    assert "quản lý" in site.signing.notice.said


def test_a_manager_signs_the_day(bench: Bench) -> None:
    bench.desk.work.desk.record(a_draft(), bench.nurse)
    acknowledge(bench)
    match(bench)
    bench.enter(bench.manager)
    bench.press(F9)
    site = bench.window.site
    assert site.signing.sign.text() == "Ký số 1 mũi"
    bench.press(Qt.Key.Key_J, CTRL)
    assert bench.desk.work.figures.counts().signed == 1
    assert "Đã ký 1 mũi" in site.signing.notice.said
    assert bench.runner.woken[-1] is True


def test_a_backup_is_made(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.enter(bench.manager)
    bench.press(F9)
    target = tmp_path / "sao-luu.vaxbackup"
    monkeypatch.setattr(dialogs, "choose_new_file", lambda *_: target)
    bench.window.site.place.backup.click()
    bench.settle()
    assert target.exists()
    assert "Đã sao lưu" in bench.window.site.place.notice.said


def test_the_last_automatic_backup_is_told(bench: Bench) -> None:
    bench.enter(bench.manager)
    bench.press(F9)
    place = bench.window.site.place
    assert place.last_backup.text() == "Chưa có bản sao lưu tự động"
    assert bench.desk.backup_book().run().trouble == ""
    place.refresh()
    bench.settle()
    assert place.last_backup.text() == "Sao lưu tự động lúc 10:41 12/11/2021"


def test_the_printers_of_the_machine_can_be_chosen(bench: Bench) -> None:
    bench.enter()
    bench.press(F9)
    machine = bench.window.site.machine
    machine.printer.setCurrentIndex(machine.printer.findData("Phong-tiem"))
    bench.settle()
    assert bench.saved_settings[-1].printer == "Phong-tiem"


def test_slips_go_to_the_roll_chosen_for_them_and_other_papers_to_the_printer(bench: Bench) -> None:
    bench.enter()
    bench.press(F9)
    machine = bench.window.site.machine
    machine.slip_printer.setCurrentIndex(machine.slip_printer.findData("Phong-tiem"))
    machine.slip_paper.setCurrentIndex(machine.slip_paper.findData("80mm"))
    bench.settle()
    settings, story = bench.saved_settings[-1], bench.window.certificates.story
    assert (settings.slip_printer, settings.slip_paper, settings.printer) == ("Phong-tiem", "80mm", "")
    wishes = []
    for place in (FORMS.index("slip"), FORMS.index("confirmation")):
        story.form.setCurrentIndex(place)
        wish = story.wish(settings)
        wishes.append((wish.form, wish.paper, wish.printer, story.paper.currentText()))
    assert issue_sheet.SLIP_PAPERS == paper_words.SLIP_PAPERS
    assert wishes == [("slip", "80mm", "Phong-tiem", "Cuộn 80 mm"), ("confirmation", "A4", "", "A4")]
