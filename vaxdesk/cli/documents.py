"""certificate, verify."""

from __future__ import annotations

import argparse
import os
from datetime import datetime
from pathlib import Path
from typing import Any

from vaxdesk.cli import given
from vaxdesk.cli.talk import EXIT_DONE, EXIT_REFUSED, Talk
from vaxdesk.errors import NotGenuine, PrintError, Problem, VaxdeskError
from vaxdesk.messages import sentence
from vaxdesk.models.paper_book import PrintedCopy
from vaxdesk.models.workplace import now_in_vietnam

FILE_EXPORT = "lưu tệp PDF"
CODE_BYTES_MAX = 4_296  # the longest text a QR code of letters and figures holds


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
    paper.add_argument("--paper", choices=("A4", "A5"), default=None)
    paper.add_argument("--reason", default=FILE_EXPORT, help="why it is printed again (logged)")
    paper.set_defaults(run=_certificate)
    prints = commands.add_parser(
        "prints", parents=[shared], help="what was printed, when, by whom, and whether it still holds"
    )
    prints.add_argument("--from", dest="first", metavar="D", help="from this day on (default: today)")
    prints.add_argument("--to", dest="last", metavar="D", help="to this day (default: the same day)")
    prints.set_defaults(run=_prints)
    verify = commands.add_parser("verify", parents=[shared], help="is this certificate genuine?")
    verify.add_argument("what", metavar="TEXT|FILE", help="HC1 or slip text, an image, a PDF, or a text file")
    verify.add_argument("--trust", metavar="FILE", help="trusted keys as PEM or JSON (default: the pulled trust list)")
    verify.add_argument("--at", metavar="ISO", help="the time to judge for (default: now)")
    verify.set_defaults(run=_verify)


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


def _verify(options: argparse.Namespace, talk: Talk) -> int:
    at = given.moment_of(options.at or "", now_in_vietnam())
    try:
        payload, remarks = _verified(_texts(options.what), options.trust, at, talk)
    except VaxdeskError as error:
        if not isinstance(error, NotGenuine):
            raise
        reason = sentence(error, talk.language)
        talk.give({"valid": False, "code": error.code, "reason": reason, "payload": None}, reason)
        return EXIT_REFUSED
    told = [talk.plain_problem(remark) for remark in remarks]
    plain = {"valid": True, "reason": None, "payload": payload, "remarks": told}
    talk.give(plain, "Chứng nhận là thật. / Genuine.", *(remark["sentence"] for remark in told))
    return EXIT_DONE


def _verified(
    texts: list[str], trust_file: str | None, at: datetime, talk: Talk
) -> tuple[dict[str, Any], tuple[Problem, ...]]:
    from vaxdesk.print import hcert, slip

    if not texts:
        raise NotGenuine("no-code-found")
    text = texts[0]
    if text.startswith(slip.PREFIX):
        keys = {name: signer.key for name, signer in talk.desk.checker.signers().items() if signer.active}
        return slip.verify_slip(text, keys).payload, ()
    trust = hcert.trust_from_file(Path(trust_file)) if trust_file else talk.desk.trust()
    found = hcert.verify(text, trust, at)
    return found.payload, found.remarks


def _texts(what: str) -> list[str]:
    """The codes of a file, or the text itself. A text that is also a file name is read as the file."""
    if what.startswith(("HC1:", "VXS1:")) or len(what) > 1024 or not os.path.exists(what):
        return [what]
    file = Path(what)
    if file.suffix.lower() in (".pdf", ".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff"):
        from vaxdesk.print.proof import read_codes

        return [code for code in read_codes(file) if code.startswith(("HC1:", "VXS1:"))]
    return [_start_of(file).strip()]


def _start_of(file: Path) -> str:
    """As much of a text file as a code may have, and a little more, so that a longer one is refused for its length."""
    try:
        with file.open("rb") as content:
            return content.read(2 * CODE_BYTES_MAX).decode("utf-8-sig", errors="replace")
    except OSError as error:
        raise PrintError("picture-unreadable", file=file.name) from error
