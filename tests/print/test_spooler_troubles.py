"""What stands in a printer's way, told by a real print server as a sentence that says what to do."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import print_server
from support.print_server import GOOD, MOODY, STOPPED, PrintServer, a_print_server, until

from vaxdesk.errors import SpoolerError
from vaxdesk.print import ipp
from vaxdesk.print.spooler import JobId, JobReport, JobState, cancel, job_report, submit, trays

REASON = print_server.missing()
needs_cups = pytest.mark.skipif(bool(REASON), reason=REASON or "-")
PDF = b"%PDF-1.4 a page"
PPD = """*PPD-Adobe: "4.3"
*FormatVersion: "4.3"
*FileVersion: "1.0"
*LanguageVersion: English
*LanguageEncoding: ISOLatin1
*PCFileName: "VAX.PPD"
*Manufacturer: "Vax"
*Product: "(Vax)"
*ModelName: "Vax"
*ShortNickName: "Vax"
*NickName: "Vax"
*PSVersion: "(3010.000) 0"
*LanguageLevel: "3"
*cupsFilter: "application/pdf 0 -"
*OpenUI *InputSlot/Media Source: PickOne
*DefaultInputSlot: Auto
*InputSlot Auto/Any: "<</a 1>>setpagedevice"
*InputSlot Tray2/Lower: "<</a 2>>setpagedevice"
*CloseUI: *InputSlot
"""


@pytest.fixture(scope="module")
def running() -> Iterator[PrintServer]:
    folder = Path(tempfile.mkdtemp(prefix="vaxcups", dir="/tmp"))
    folder.chmod(0o755)
    with a_print_server(folder) as server:
        yield server
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def server(running: PrintServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[PrintServer]:
    for name, value in running.environment.items():
        monkeypatch.setenv(name, value)
    yield running
    running.mood.write_text("")


def said(job: JobId, code: str) -> JobReport:
    until(lambda: job_report(job).trouble == code, f"not said: {code}")
    return job_report(job)


@needs_cups
@pytest.mark.parametrize(
    ("word", "code"),
    [("media-empty-error", "printer-out-of-paper"), ("media-jam-error", "printer-jam"), ("cover-open", "printer-open"),
     ("toner-empty-warning", "printer-toner"), ("offline-report", "printer-off")],
)  # fmt: skip
def test_what_a_person_can_mend_is_said_and_the_sheet_is_done_once_it_is_mended(
    server: PrintServer, word: str, code: str
) -> None:
    server.mood.write_text(word)
    before = len(server.moody_sheets)
    job = submit(PDF, MOODY, "t")
    assert not said(job, code).state.is_final
    assert len(server.moody_sheets) == before
    server.mood.write_text("")
    until(lambda: job_report(job) == JobReport(JobState.DONE, job_report(job).why), "it is not done")
    assert server.moody_sheets[before:] == [PDF]


@needs_cups
def test_a_paused_queue_says_so_until_it_is_resumed(server: PrintServer) -> None:
    server.run("cupsdisable", STOPPED)
    job = submit(PDF, STOPPED, "t")
    assert said(job, "printer-paused").state is JobState.QUEUED
    server.run("cupsenable", STOPPED)
    until(lambda: job_report(job).state is JobState.DONE, "it is not printed")
    assert job_report(job).trouble == ""


@needs_cups
def test_a_held_job_says_so(server: PrintServer) -> None:
    answer = server.run("lp", "-d", GOOD, "-H", "hold", "-", sent=PDF).decode()
    job = JobId(answer.split()[3])
    assert (job_report(job).state, job_report(job).trouble) == (JobState.HELD, "job-held")
    cancel(job)
    assert job_report(job) == JobReport(JobState.CANCELLED, job_report(job).why, "")


@needs_cups
def test_a_sheet_that_is_dropped_in_time_does_not_come_out(server: PrintServer) -> None:
    server.mood.write_text("media-empty-error")
    before = len(server.moody_sheets)
    job = submit(PDF, MOODY, "t")
    said(job, "printer-out-of-paper")
    cancel(job)
    until(lambda: job_report(job).state.is_final, "it does not end")
    server.mood.write_text("")
    assert job_report(job).state is JobState.CANCELLED
    assert len(server.moody_sheets) == before


@needs_cups
def test_dropping_what_is_done_already_changes_nothing(server: PrintServer) -> None:
    job = submit(PDF, GOOD, "t")
    until(lambda: job_report(job).state is JobState.DONE, "it is not done")
    cancel(job)
    assert job_report(job).state is JobState.DONE


@needs_cups
def test_paper_and_tray_are_asked_of_the_printer(server: PrintServer) -> None:
    ppd = server.folder / "trays.ppd"
    ppd.write_text(PPD)
    server.run("lpadmin", "-p", "VaxTrays", "-v", f"vaxmoody:{server.mood}", "-P", str(ppd), "-E")
    assert trays("VaxTrays") == ("Auto", "Tray2")
    assert trays(GOOD) == ()
    slip = PDF + b"\n% /MediaBox [ 0 0 226.7717 416.6929 ]"
    for page, media, named in ((PDF, "A5", "A5"), (slip, "80mm", "Custom.80x147mm")):
        job = submit(page, "VaxTrays", "t", media=media, tray="Tray2")
        until(lambda job=job: job_report(job).state.is_final, "it is not printed")  # type: ignore[misc]
        options = Path(f"{server.mood}.options.{job.rpartition('-')[2]}").read_text().split()
        assert {f"media={named}", "InputSlot=Tray2"} <= set(options)


@pytest.mark.parametrize("word", ["A4 -o raw", "../x", "-o", "a" * 65, "A4,Tray1"])
def test_an_option_never_becomes_another(word: str) -> None:
    for options in ({"media": word}, {"tray": word}):
        with pytest.raises(SpoolerError, match="spooler-bad-request"):
            submit(PDF, None, "t", **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("state", "reasons", "trouble"),
    [(5, ("connecting-to-device", "media-jam-error"), "printer-jam"), (6, ("something",), "job-held"), (5, (), ""),
     (7, ("media-empty",), ""), (8, ("cups-missing-filter-warning",), "printer-driver"), (9, ("media-low",), "")],
)  # fmt: skip
def test_the_nearest_cause_is_said(
    monkeypatch: pytest.MonkeyPatch, state: int, reasons: tuple[str, ...], trouble: str
) -> None:
    monkeypatch.setattr(ipp, "job_attributes", lambda number: ipp.JobAttributes(state, reasons, ""))
    assert job_report(JobId("X-1")).trouble == trouble
