"""Real jobs on a real print server: what came out is told as printed, nothing else is."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import print_server
from support.papers import a_record, a_site_key
from support.print_server import CLOSED, DEAD, GOOD, SLOW, STOPPED, PrintServer, a_print_server, until

from vaxdesk.errors import SpoolerError
from vaxdesk.print import certificate, ipp, sheets, spooler
from vaxdesk.print.slip import sign_slip
from vaxdesk.print.spooler import JobId, JobState, job_report, job_state, printers, submit

REASON = print_server.missing()
needs_cups = pytest.mark.skipif(bool(REASON), reason=REASON or "-")
TITLE = "Phiếu mũi tiêm"


@pytest.fixture(scope="module")
def running() -> Iterator[PrintServer]:
    """Below /tmp, where the print server's own user may go."""
    folder = Path(tempfile.mkdtemp(prefix="vaxcups", dir="/tmp"))
    folder.chmod(0o755)
    with a_print_server(folder) as server:
        yield server
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def server(running: PrintServer, monkeypatch: pytest.MonkeyPatch) -> PrintServer:
    for name, value in running.environment.items():
        monkeypatch.setenv(name, value)
    return running


@pytest.fixture(scope="module")
def pdf() -> bytes:
    record = a_record()
    return certificate.render_slip(sheets.slip_sheet(record, sign_slip(record, a_site_key(), "k")))


def ends(job: JobId) -> JobState:
    until(lambda: job_state(job).is_final, "the job does not end")
    return job_state(job)


@needs_cups
@pytest.mark.parametrize("printer", [GOOD, None])
def test_a_printed_page_is_done_and_came_out_unchanged(server: PrintServer, pdf: bytes, printer: str | None) -> None:
    page = pdf + f"% for {printer}".encode()
    assert ends(submit(page, printer, TITLE)) is JobState.DONE
    until(lambda: server.good.sheets.count(page) == 1, "another page came out")


@needs_cups
def test_copies_come_out_as_often_as_asked(server: PrintServer, pdf: bytes) -> None:
    page = pdf + b"% three times"
    assert ends(submit(page, GOOD, TITLE, 3)) is JobState.DONE
    until(lambda: b"".join(server.good.sheets).count(page) == 3, "other pages came out")


@needs_cups
def test_a_page_is_printing_until_the_printer_has_it_all(server: PrintServer, pdf: bytes) -> None:
    server.slow.open.clear()
    job = submit(pdf * 200, SLOW, TITLE)
    until(lambda: job_state(job) is JobState.PRINTING, "it does not print")
    assert not job_state(job).is_final
    server.slow.open.set()
    assert ends(job) is JobState.DONE


@needs_cups
def test_a_cancelled_job_is_not_called_printed(server: PrintServer, pdf: bytes) -> None:
    job = submit(pdf, STOPPED, TITLE)
    assert job_state(job) is JobState.QUEUED
    server.run("cancel", job)
    assert job_state(job) is JobState.CANCELLED


@needs_cups
def test_a_held_job_is_held(server: PrintServer, pdf: bytes) -> None:
    said = server.run("lp", "-d", GOOD, "-H", "hold", "-", sent=pdf).decode()
    job = JobId(said.split()[3])
    assert job_state(job) is JobState.HELD
    server.run("cancel", job)
    assert job_state(job) is JobState.CANCELLED


@needs_cups
def test_a_dead_printer_is_told_in_the_spoolers_words(server: PrintServer, pdf: bytes) -> None:
    job = submit(pdf, DEAD, TITLE)
    until(lambda: bool(job_report(job).why), "nothing is said about the dead printer")
    assert not job_state(job).is_final
    assert next(printer.why for printer in printers() if printer.name == DEAD)
    server.run("cancel", job)
    assert ends(job) is JobState.CANCELLED


@needs_cups
def test_a_job_the_backend_gives_up_has_failed(server: PrintServer, pdf: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        nobody = probe.getsockname()[1]
    server.add("VaxGivesUp", f"socket://127.0.0.1:{nobody}/?contimeout=1", "-o", "printer-error-policy=abort-job")
    assert ends(submit(pdf, "VaxGivesUp", TITLE)) is JobState.FAILED


@needs_cups
def test_the_printers_of_this_machine(server: PrintServer) -> None:
    found = {printer.name: printer for printer in printers()}
    assert {GOOD, SLOW, DEAD, STOPPED, CLOSED} <= set(found)
    assert (found[GOOD].default, found[GOOD].enabled, found[GOOD].accepting) == (True, True, True)
    assert (found[STOPPED].enabled, found[STOPPED].accepting) == (False, True)
    assert (found[CLOSED].accepting, found[CLOSED].default) == (False, False)


@needs_cups
@pytest.mark.parametrize(
    ("printer", "code"),
    [("Nowhere", "spooler-no-printer"), (CLOSED, "spooler-not-accepting"), ("-o", "spooler-no-printer"),
     ("a b", "spooler-no-printer"), ("", "")],
)  # fmt: skip
def test_printers_that_take_nothing(server: PrintServer, pdf: bytes, printer: str, code: str) -> None:
    if not code:
        assert submit(pdf, printer, TITLE)
        return
    with pytest.raises(SpoolerError) as caught:
        submit(pdf, printer, TITLE)
    assert caught.value.code == code


@needs_cups
@pytest.mark.parametrize("job", ["VaxPDF-999999", "nonsense", "VaxPDF-", "VaxPDF-1x", "", "VaxPDF-١"])
def test_jobs_nobody_knows(server: PrintServer, job: str) -> None:
    with pytest.raises(SpoolerError, match="spooler-job-unknown"):
        job_state(JobId(job))


@needs_cups
def test_nothing_of_the_page_is_left_in_the_temporary_folder(
    server: PrintServer, pdf: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    ends(submit(pdf, GOOD, TITLE))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("pdf", "copies"), [(b"hello", 1), (b"", 1), (b"%PDF-1.4", 0), (b"%PDF-1.4", 100)])
def test_what_is_no_page_is_not_sent(pdf: bytes, copies: int) -> None:
    with pytest.raises(SpoolerError, match="spooler-bad-request"):
        submit(pdf, None, TITLE, copies)


def test_without_cups_the_sentence_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SpoolerError, match="spooler-missing"):
        submit(b"%PDF-1.4", None, TITLE)


def test_on_windows_the_saved_pdf_is_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "win32")
    for ask in (lambda: submit(b"%PDF-1.4", None, TITLE), lambda: job_state(JobId("X-1")), printers):
        with pytest.raises(SpoolerError, match="spooler-not-on-windows"):
            ask()


@pytest.mark.parametrize("server", ["127.0.0.1:1", "/nowhere/cups.sock", "host:port:odd"])
def test_a_print_server_that_does_not_answer(monkeypatch: pytest.MonkeyPatch, server: str) -> None:
    monkeypatch.setenv("CUPS_SERVER", server)
    with pytest.raises(SpoolerError, match="spooler-unreachable"):
        job_state(JobId("X-1"))
    if shutil.which("lpstat") and server.endswith(":1"):
        with pytest.raises(SpoolerError, match="spooler-unreachable"):
            printers()


def test_a_spooler_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    hanging = tmp_path / "lp"
    hanging.write_text("#!/bin/sh\nexec sleep 30\n")
    hanging.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(spooler, "TIMEOUT_S", 0.2)
    with pytest.raises(SpoolerError, match="spooler-timeout"):
        submit(b"%PDF-1.4", None, TITLE)


@pytest.mark.parametrize(
    "answer",
    [b"", b"\x01\x01\x00\x00", b"\x01\x01\x00\x00\x00\x00\x00\x01\x02\x21\x00\xff", b"\x01\x01\x05\x00\x00\x00\x00\x01\x03",
     b"\x01\x01\x00\x00\x00\x00\x00\x01\x03"],
)  # fmt: skip
def test_an_answer_that_is_no_ipp_is_refused(monkeypatch: pytest.MonkeyPatch, answer: bytes) -> None:
    monkeypatch.setattr(ipp, "_post", lambda path, question: answer)
    with pytest.raises(SpoolerError, match="spooler-refused"):
        job_state(JobId("X-1"))


def test_the_servers_address_is_found_as_cups_finds_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("CUPS_SERVER", raising=False)
    file = tmp_path / "client.conf"
    file.write_text("# none\nServerName 127.0.0.1:6555/version=1.1\n")
    monkeypatch.setattr(ipp, "CLIENT_FILES", (str(tmp_path / "none"), str(file)))
    assert ipp._server() == "127.0.0.1:6555"
    monkeypatch.setattr(ipp, "CLIENT_FILES", ())
    monkeypatch.setattr(ipp, "SOCKETS", ())
    assert ipp._server() == "localhost"
