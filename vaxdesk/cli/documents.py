"""certificate, prints."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from vaxdesk.cli import given, verifying
from vaxdesk.cli.talk import EXIT_DONE, Talk
from vaxdesk.errors import PrintError
from vaxdesk.models.paper_book import PrintedCopy
from vaxdesk.models.workplace import now_in_vietnam

FILE_EXPORT = "lưu tệp PDF"


def add_commands(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Adds these commands to the parser."""
    paper = commands.add_parser(
        "certificate", parents=[shared], help="a dose's proven document as PDF, or its HC1 text"
    )
    which = paper.add_mutually_exclusive_group(required=True)
    which.add_argument("--dose", dest="dose_id", metavar="ID")
    which.add_argument("--day", metavar="YYYY-MM-DD", help="all of a day, into the folder --out")
    paper.add_argument("--out", metavar="FILE.pdf|DIR")
    paper.add_argument("--hc1", action="store_true", help="print the certificate's text instead of a page")
    paper.add_argument("--form", choices=("confirmation", "certificate", "slip"), default="confirmation")
    paper.add_argument(
        "--paper", choices=("A4", "A5", "A6", "80mm", "58mm"), default=None, help="A6, 80mm, 58mm: slips"
    )
    paper.add_argument("--reason", default=FILE_EXPORT, help="why it is printed again (logged)")
    paper.set_defaults(run=_certificate)
    prints = commands.add_parser(
        "prints", parents=[shared], help="what was printed, when, by whom, and whether it still holds"
    )
    prints.add_argument("--from", dest="first", metavar="D", help="from this day on (default: today)")
    prints.add_argument("--to", dest="last", metavar="D", help="to this day (default: the same day)")
    prints.set_defaults(run=_prints)
    verifying.add_command(commands, shared)


def _certificate(options: argparse.Namespace, talk: Talk) -> int:
    if options.day:
        return _day(options, talk)
    work = talk.desk.work
    record = work.desk.dose(options.dose_id)
    if options.hc1:
        certificate = work.certificates.of(record)
        if certificate is None:
            raise PrintError("no-certificate-yet")
        talk.give({"hc1": certificate.hc1}, certificate.hc1)
        return EXIT_DONE
    actor = talk.actor()
    document = talk.desk.produce(record, options.form, options.paper)
    target = Path(options.out or f"{record.dose.id}-{options.form}.pdf")
    try:
        target.write_bytes(document.pdf)
    except OSError as error:
        raise PrintError("pdf-not-written", file=target.name) from error
    copy = work.certificates.note_print(record, options.form, document.sha256, options.reason, actor)
    plain = {"file": str(target), "sha256": document.sha256, "form": options.form, "qr": document.qr_kind, "copy": copy}
    talk.give(plain, f"{target}  ({document.qr_kind})")
    return EXIT_DONE


def _day(options: argparse.Namespace, talk: Talk) -> int:
    from vaxdesk.cli import day_papers

    day = given.day_of(options.day, "day")
    return day_papers.make(day, Path(options.out or day.isoformat()), options, talk)


def _prints(options: argparse.Namespace, talk: Talk) -> int:
    first = given.day_of(options.first, "from") if options.first else now_in_vietnam().date()
    last = given.day_of(options.last, "to") if options.last else first
    entries = talk.desk.work.paper_book.ledger(first, last)
    plain = [_plain_copy(entry.copy) for entry in entries]
    talk.give(plain, *("  ".join(str(value) for value in line.values()) for line in plain))
    return EXIT_DONE


def _plain_copy(copy: PrintedCopy) -> dict[str, Any]:
    """A copy as JSON; of whom it is, the dose's id says."""
    return {
        "at": copy.printed_at.isoformat(timespec="seconds"),
        "dose": copy.dose_id,
        "form": copy.form,
        "copy": copy.copy,
        "by": copy.by,
        "reason": copy.reason,
        "standing": copy.standing.value,
        "since": copy.since.isoformat(timespec="seconds") if copy.since else None,
        "certificate": copy.certificate_id or None,
        "sha256": copy.sha256,
    }
