"""Batches at the window: order, estimate, a jam at a sheet, a closed window; only what the printer printed counts."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from conftest import Bench
from PySide6.QtCore import Qt
from support.builders import a_crowd

from vaxdesk.errors import SpoolerError
from vaxdesk.models.print_batches import SheetState
from vaxdesk.print import proof
from vaxdesk.print.spooler import JobId, JobReport, JobState
from vaxdesk.ui import print_run
from vaxdesk.ui.certificates_page import CertificatesPage
from vaxdesk.ui.print_run import WITH_PRINTER_MAX

CTRL = Qt.KeyboardModifier.ControlModifier
DONE = JobReport(JobState.DONE)


@dataclass
class Tray:
    """A printer whose jobs stand as the test says; every page that it is given is kept by its job."""

    pages: dict[JobId, bytes] = field(default_factory=dict, repr=False)
    standing: dict[int, JobReport | SpoolerError] = field(default_factory=dict)
    usual: JobReport = DONE
    dropped: list[JobId] = field(default_factory=list)
    refuses_from: int = 10_000
    asked: threading.Event = field(default_factory=threading.Event)
    takes: threading.Event = field(default_factory=threading.Event)  # while clear, it is slow to take a page

    def __post_init__(self) -> None:
        self.takes.set()

    def spool(
        self, pdf: bytes, printer: str | None, title: str, copies: int = 1, media: str = "", tray: str = ""
    ) -> JobId:
        self.asked.set()
        assert self.takes.wait(20)
        if len(self.pages) + 1 >= self.refuses_from:
            raise SpoolerError("spooler-not-accepting")
        job = JobId(f"vax-{len(self.pages) + 1}")
        self.pages[job] = pdf
        return job

    def job(self, job: JobId) -> JobReport:
        found = self.standing.get(int(job.removeprefix("vax-")), self.usual)
        if isinstance(found, SpoolerError):
            raise found
        return found

    def drop(self, job: JobId) -> None:
        self.dropped.append(job)
        self.standing[int(job.removeprefix("vax-"))] = JobReport(JobState.CANCELLED)

    @property
    def names(self) -> list[str]:
        """Whose sheets were given to the printer, by the last letter of their made-up names."""
        texts = (proof.text_of(pdf) for pdf in self.pages.values())
        return ["".join(text.split("Lê Văn Thử ")[1][:1]) for text in texts]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(print_run, "POLL_MS", 5)


@pytest.fixture
def tray(monkeypatch: pytest.MonkeyPatch) -> Tray:
    made = Tray()
    for name in ("spool", "job", "drop"):
        monkeypatch.setattr(f"conftest.Paper.{name}", _to(getattr(made, name)))
    return made


def _to(answer: Callable[..., object]) -> Callable[..., object]:
    return lambda _paper, *given: answer(*given)


def at_page(bench: Bench, count: int) -> CertificatesPage:
    for draft in a_crowd(count):
        bench.desk.work.desk.record(draft, bench.nurse)
    bench.enter(bench.manager)
    bench.press(Qt.Key.Key_F4)
    return bench.window.certificates


def print_all(bench: Bench, page: CertificatesPage) -> None:
    bench.press(Qt.Key.Key_M, CTRL)
    page.story.print.click()


def ended(bench: Bench, page: CertificatesPage) -> None:
    bench.qtbot.waitUntil(lambda: not page.run.running, timeout=20_000)
    bench.settle()


def printed(bench: Bench) -> int:
    records = bench.desk.work.desk.all_records()
    return sum(bench.desk.work.certificates.copies(record.dose.id, "confirmation") for record in records)


def test_sheets_come_out_in_the_order_of_the_list(tray: Tray, bench: Bench) -> None:
    drafts = a_crowd(6)
    for place in (5, 0, 3):
        bench.desk.work.tickets.open(drafts[place].person, bench.nurse)
    page = at_page(bench, 6)
    assert [row.cells[0].text for row in page.table.rows.rows] == ["1", "2", "3", "", "", ""]
    print_all(bench, page)
    ended(bench, page)
    assert tray.names == ["G", "B", "E", "C", "D", "F"]
    assert printed(bench) == 6
    assert "Đã in 6 tờ" in page.story.notice.said
    assert bench.desk.work.batches.unfinished() == ()
    assert not page.offer.isVisible()


def test_a_jam_at_the_fourth_sheet_goes_on_at_the_fourth(tray: Tray, bench: Bench) -> None:
    page = at_page(bench, 6)
    tray.standing[4] = JobReport(JobState.FAILED, "", "printer-jam")
    print_all(bench, page)
    ended(bench, page)
    (batch,) = bench.desk.work.batches.unfinished()
    assert batch.open_sheets[0].number == 4
    assert printed(bench) == batch.count(SheetState.DONE)
    assert "không được tính là đã in" in page.story.notice.said
    assert "tiếp tục từ tờ 4" in page.offer.said.text()
    tray.standing.clear()
    page.offer.resume.click()
    ended(bench, page)
    assert printed(bench) == 6
    again = tray.names
    assert sorted(set(again)) == ["B", "C", "D", "E", "F", "G"]
    assert again.count("E") == 2
    assert len(again) == 7


def test_out_of_paper_is_said_while_it_lasts_and_the_batch_goes_on_by_itself(tray: Tray, bench: Bench) -> None:
    page = at_page(bench, 4)
    tray.standing[2] = JobReport(JobState.PRINTING, "", "printer-out-of-paper")
    print_all(bench, page)
    bench.qtbot.waitUntil(lambda: "Máy in hết giấy" in page.story.notice.said, timeout=20_000)
    assert page.run.running
    bench.qtbot.waitUntil(lambda: printed(bench) >= 1)
    assert len(tray.pages) <= 2 + WITH_PRINTER_MAX
    tray.standing.clear()
    ended(bench, page)
    assert printed(bench) == 4
    assert "Đã in 4 tờ" in page.story.notice.said


def test_stopping_takes_back_what_waits_and_counts_what_came_out(tray: Tray, bench: Bench) -> None:
    page = at_page(bench, 5)
    tray.usual = JobReport(JobState.QUEUED)
    tray.standing[1] = JobReport(JobState.PRINTING)
    print_all(bench, page)
    bench.qtbot.waitUntil(lambda: len(tray.pages) == WITH_PRINTER_MAX, timeout=20_000)
    bench.qtbot.waitUntil(lambda: all(sheet.report for sheet in page.run._run.handed))  # type: ignore[union-attr]
    page.story.stop.click()
    tray.standing[1] = DONE
    ended(bench, page)
    assert tray.dropped == ["vax-2"]
    assert printed(bench) == 1
    assert "Còn 4 tờ" in page.offer.said.text()
    page.offer.drop.click()
    bench.settle()
    assert not page.offer.isVisible()
    assert bench.desk.work.batches.unfinished() == ()
    assert printed(bench) == 1


def test_a_sheet_on_its_way_to_the_printer_is_taken_back_too(tray: Tray, bench: Bench) -> None:
    page = at_page(bench, 3)
    tray.usual = JobReport(JobState.QUEUED)
    tray.takes.clear()
    print_all(bench, page)
    bench.qtbot.waitUntil(tray.asked.is_set, timeout=20_000)
    page.story.stop.click()
    tray.takes.set()
    ended(bench, page)
    assert tray.dropped == ["vax-1"]
    assert printed(bench) == 0


def test_a_page_that_fails_is_named_and_the_others_are_printed(tray: Tray, bench: Bench) -> None:
    page = at_page(bench, 4)
    records = bench.desk.work.desk.all_records()
    bench.desk.work.desk.void(records[2].dose.id, "quét nhầm thẻ", bench.manager)
    print_all(bench, page)
    ended(bench, page)
    assert printed(bench) == 3
    assert "Mũi này không được tiêm" in page.story.notice.said
    assert bench.desk.work.batches.unfinished() == ()


def test_a_window_closed_in_the_middle_finds_out_what_became_of_its_sheets(
    tray: Tray, open_bench: Callable[[], Bench]
) -> None:
    bench = open_bench()
    page = at_page(bench, 5)
    tray.usual = JobReport(JobState.PRINTING)
    tray.standing[1] = DONE
    print_all(bench, page)
    bench.qtbot.waitUntil(lambda: printed(bench) == 1 and len(tray.pages) == 3, timeout=20_000)
    bench.settle()
    bench.opened.close()
    (batch,) = bench.desk.work.batches.unfinished()
    assert [sheet.state for sheet in batch.sheets[:3]] == [SheetState.DONE, SheetState.HANDED, SheetState.HANDED]
    tray.usual, tray.standing[3] = DONE, JobReport(JobState.CANCELLED)
    page.run.close()
    fresh = print_run.PrintRun(bench.around.services, print_run.Lane())
    fresh.resume(batch, bench.manager)
    bench.qtbot.waitUntil(lambda: not fresh.running, timeout=20_000)
    fresh._lane.close()
    assert printed(bench) == 5
    assert tray.names == ["B", "C", "D", "D", "E", "F"]


def test_a_sheet_the_program_died_over_is_printed_again_and_said(tray: Tray, bench: Bench) -> None:
    page = at_page(bench, 2)
    ids = [record.dose.id for record in bench.desk.work.desk.all_records()]
    batches = bench.desk.work.batches
    batch = batches.begin(ids, page.story.wish(page._settings), bench.manager)
    batches.note_handed(batch.id, 1, "0" * 64, "")
    page.refresh()
    bench.settle()
    page.offer.resume.click()
    ended(bench, page)
    assert tray.names == ["B", "C"]
    assert "Tờ 1: " in page.story.notice.said
    assert "nhìn khay giấy" in page.story.notice.said


def test_a_job_the_spooler_forgot_is_not_called_printed(tray: Tray, bench: Bench) -> None:
    page = at_page(bench, 3)
    tray.standing[2] = SpoolerError("spooler-job-unknown")
    print_all(bench, page)
    ended(bench, page)
    assert "không rõ giấy đã ra chưa" in page.story.notice.said
    assert bench.desk.work.batches.unfinished()[0].open_sheets[0].number == 2


def test_a_printer_that_refuses_ends_the_batch_where_it_stood(tray: Tray, bench: Bench) -> None:
    page = at_page(bench, 4)
    tray.refuses_from = 3
    print_all(bench, page)
    ended(bench, page)
    assert printed(bench) == 2
    assert "đang không nhận lệnh in" in page.story.notice.said
    assert "tiếp tục từ tờ 3" in page.offer.said.text()


def test_a_spooler_that_stays_silent_is_not_asked_for_ever(
    tray: Tray, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(print_run, "BLIND_MAX", 3)
    page = at_page(bench, 3)
    tray.standing[1] = SpoolerError("spooler-unreachable")
    print_all(bench, page)
    ended(bench, page)
    (batch,) = bench.desk.work.batches.unfinished()
    assert (batch.sheets[0].state, batch.sheets[0].job) == (SheetState.HANDED, "vax-1")
    assert "Không kết nối được" in page.story.notice.said


def test_the_desk_is_served_while_a_batch_is_printed(tray: Tray, bench: Bench) -> None:
    page = at_page(bench, 12)
    tray.usual = JobReport(JobState.PRINTING)
    print_all(bench, page)
    bench.qtbot.waitUntil(lambda: len(tray.pages) == WITH_PRINTER_MAX, timeout=20_000)
    answered: list[object] = []
    bench.around.lane.run(bench.desk.work.clock, done=answered.append, failed=answered.append)
    bench.qtbot.waitUntil(lambda: bool(answered), timeout=500)
    page.story.stop.click()
    page.story.stop.click()
    ended(bench, page)
