"""Paper through the system's own spooler, followed to its end. A job is printed when the spooler says so, not when it took it.

Linux and macOS: CUPS, through its `lp` and `lpstat` commands, and its IPP answer about a job (see `ipp`); the page goes in by a pipe, so no copy of it is left in a
temporary folder. Windows: not yet; save the proven PDF and print it from there.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from vaxdesk.errors import SpoolerError
from vaxdesk.print import ipp

JobId = NewType("JobId", str)

TIMEOUT_S = 15.0
PDF_BYTES_MAX = 64 * 1024 * 1024
COPIES_MAX = 99
TRAYS_MAX = 20
TITLE_CHARS_MAX = 80
_REQUEST = re.compile(rb"\b([^\s/]+-\d+) \(")
ROLLS = re.compile(r"[1-9][0-9]mm")  # thermal paper by its width: as long as the page is
_PAGE_BOX = re.compile(rb"/MediaBox \[ ?0 0 ([0-9.]+) ([0-9.]+) ?\]")
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_NAME = re.compile(r"[^\s/#'\"?*;|<>-][^\s/#'\"?*;|<>]{0,126}")


class JobState(StrEnum):
    """Where a job is. Only DONE means that the spooler has handed the whole job to the printer."""

    QUEUED = "queued"
    PRINTING = "printing"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    HELD = "held"

    @property
    def is_final(self) -> bool:
        return self in (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


@dataclass(frozen=True, slots=True)
class Printer:
    """A queue. `enabled`: it works through its jobs; `accepting`: it takes new ones; `why` is the spooler's own word."""

    name: str
    enabled: bool
    accepting: bool
    default: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class JobReport:
    """Where a job is, what the printer says about it in the spooler's own words, and the code of a sentence that says what to do.

    `trouble` is empty while nothing is known to stand in the way: out of paper, a jam, an open cover, a printer that is off or paused.
    """

    state: JobState
    why: str = ""
    trouble: str = ""


STATES = {  # RFC 8011 section 5.3.7
    3: JobState.QUEUED,
    4: JobState.HELD,
    5: JobState.PRINTING,
    6: JobState.HELD,  # stopped while printing: paper, cover, toner
    7: JobState.CANCELLED,
    8: JobState.FAILED,
    9: JobState.DONE,
}
TROUBLES = (  # RFC 8011 section 5.4.12 and the job's own reasons, section 5.3.8; what a person can mend comes first
    ("media-jam", "printer-jam"),
    ("media-empty", "printer-out-of-paper"),
    ("media-needed", "printer-out-of-paper"),
    ("cover-open", "printer-open"),
    ("door-open", "printer-open"),
    ("interlock-open", "printer-open"),
    ("input-tray-missing", "printer-open"),
    ("toner-empty", "printer-toner"),
    ("marker-supply-empty", "printer-toner"),
    ("offline", "printer-off"),
    ("connecting-to-device", "printer-off"),
    ("timed-out", "printer-off"),
    ("shutdown", "printer-off"),
    ("cups-missing-filter", "printer-driver"),
    ("paused", "printer-paused"),
    ("printer-stopped", "printer-paused"),
    ("job-hold-until-specified", "job-held"),
)
FLAWED = frozenset({"job-completed-with-errors"})


def submit(
    pdf: bytes, printer: str | None, title_without_personal_data: str, copies: int = 1, media: str = "", tray: str = ""
) -> JobId:
    """Hands a page to a printer, or to the default one. `media` is a paper's name (A4, or 80mm for a roll), `tray` one of `trays`; empty: the printer's own.

    Raises SpoolerError: `spooler-not-on-windows`, `spooler-missing`, `spooler-no-printer`, `spooler-not-accepting`,
    `spooler-unreachable`, `spooler-timeout`, `spooler-refused`, `spooler-bad-request`.
    """
    if not pdf.startswith(b"%PDF") or len(pdf) > PDF_BYTES_MAX or not 1 <= copies <= COPIES_MAX:
        raise SpoolerError("spooler-bad-request")
    if any(word and not _WORD.fullmatch(word) for word in (media, tray)):
        raise SpoolerError("spooler-bad-request")
    title = "".join(letter for letter in title_without_personal_data if letter.isprintable())[:TITLE_CHARS_MAX]
    options = ["-n", str(copies), "-t", title or "vaxdesk", "-o", "document-format=application/pdf"]
    options += ["-o", f"media={_size_of(pdf) if ROLLS.fullmatch(media) else media}"] if media else []
    options += ["-o", f"InputSlot={tray}"] if tray else []
    answer = _run("lp", *(["-d", _named(printer)] if printer else []), *options, "-", sent=pdf)
    found = _REQUEST.search(answer)
    if found is None:
        raise SpoolerError("spooler-refused")
    return JobId(found.group(1).decode("utf-8", "replace"))


def _size_of(pdf: bytes) -> str:
    """The size of a page on a roll as the spooler wants to hear it. Raises SpoolerError `spooler-bad-request`."""
    found = _PAGE_BOX.search(pdf)
    if found is None:
        raise SpoolerError("spooler-bad-request")
    width, height = (round(float(points) * 25.4 / 72) for points in found.groups())
    return f"Custom.{width}x{height}mm"


def job_state(job: JobId) -> JobState:
    """Where a job is now. Raises SpoolerError, `spooler-job-unknown` when the spooler has forgotten it."""
    return job_report(job).state


def job_report(job: JobId) -> JobReport:
    """The same with the printer's words. Nothing is called printed on a guess: an unknown state is a failure."""
    _refuse_windows()
    queue, _, number = job.rpartition("-")
    if not (number.isascii() and number.isdigit()):
        raise SpoolerError("spooler-job-unknown")
    found = ipp.job_attributes(int(number))
    state = STATES.get(found.state, JobState.FAILED)
    if state is JobState.DONE and not FLAWED.isdisjoint(found.reasons):
        state = JobState.FAILED
    reasons = found.reasons
    if state is JobState.QUEUED:
        with suppress(SpoolerError):  # a queue that was taken away meanwhile says nothing
            reasons += ipp.printer_reasons(queue)
    return JobReport(state, found.message, _trouble_of(state, reasons))


def cancel(job: JobId) -> None:
    """Asks the spooler to drop a job; what became of it, `job_report` tells: it may have come out before. Raises SpoolerError."""
    with suppress(SpoolerError):  # a job that has ended cannot be cancelled; that is no trouble
        _run("cancel", _named(job))


def trays(printer: str | None) -> tuple[str, ...]:
    """The paper trays of a queue by their own names; empty where it has no choice. Raises SpoolerError."""
    listing = _run("lpoptions", *(["-p", _named(printer)] if printer else []), "-l", allow_none=True)
    for line in listing.decode("utf-8", "replace").splitlines():
        name, _, choices = line.partition(":")
        if name.partition("/")[0] == "InputSlot":
            words = (word.lstrip("*") for word in choices.split())
            return tuple(word for word in words if _WORD.fullmatch(word))[:TRAYS_MAX]
    return ()


def _trouble_of(state: JobState, reasons: tuple[str, ...]) -> str:
    """What stands in the way of a job that has not ended, or what ended it."""
    if state in (JobState.DONE, JobState.CANCELLED):
        return ""
    bare = {re.sub(r"-(?:error|warning|report)$", "", reason) for reason in reasons}
    known = next((code for sign, code in TROUBLES if sign in bare), "")
    if known or state is not JobState.HELD:
        return known
    return "job-held"


def printers() -> tuple[Printer, ...]:
    """All queues of this machine; empty when there are none. Raises SpoolerError."""
    listing = _run("lpstat", "-p", "-a", "-d", allow_none=True).decode("utf-8", "replace").splitlines()
    default = next(
        (line.rpartition(": ")[2] for line in listing if line.startswith("system default destination: ")), ""
    )
    accepting = {
        line.split()[0] for line in listing if " accepting requests since" in line and " not accepting" not in line
    }
    found = []
    for place, line in enumerate(listing):
        words = line.split()
        if words[:1] == ["printer"] and len(words) > 1:
            follows = (
                listing[place + 1].strip()
                if listing[place + 1 : place + 2] and listing[place + 1][:1].isspace()
                else ""
            )
            name = words[1]
            found.append(Printer(name, " disabled since" not in line, name in accepting, name == default, follows))
    return tuple(found)


def _refuse_windows() -> None:
    if sys.platform == "win32":
        raise SpoolerError("spooler-not-on-windows")


def _run(program: str, *arguments: str, sent: bytes = b"", allow_none: bool = False) -> bytes:
    _refuse_windows()
    environment = os.environ | {"LC_ALL": "C", "LANG": "C"}
    try:
        done = subprocess.run(
            [program, *arguments],
            input=sent,
            capture_output=True,
            timeout=TIMEOUT_S,
            env=environment,
            check=False,
        )
    except FileNotFoundError as error:
        raise SpoolerError("spooler-missing") from error
    except subprocess.TimeoutExpired as error:
        raise SpoolerError("spooler-timeout") from error
    if done.returncode and not (allow_none and b"No destinations added" in done.stderr):
        raise _trouble(done.stderr)
    return done.stdout


def _trouble(said: bytes) -> SpoolerError:
    """The command's complaint as one of ours. Its words are not kept: they may hold the name of a file or person."""
    for sign, code in (
        (b"not accepting", "spooler-not-accepting"),
        (b"does not exist", "spooler-no-printer"),
        (b"No such", "spooler-no-printer"),
        (b"no default destination", "spooler-no-printer"),
        (b"Invalid destination", "spooler-no-printer"),
        (b"Unable to connect", "spooler-unreachable"),
        (b"Connection refused", "spooler-unreachable"),
        (b"Bad file descriptor", "spooler-unreachable"),
        (b"Transport endpoint", "spooler-unreachable"),
        (b"cheduler is not running", "spooler-unreachable"),
    ):
        if sign in said:
            return SpoolerError(code)
    return SpoolerError("spooler-refused")


def _named(printer: str) -> str:
    """A queue name, never something a command could take for an option."""
    if not _NAME.fullmatch(printer):
        raise SpoolerError("spooler-no-printer")
    return printer
