"""report."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from vaxdesk.cli import given
from vaxdesk.cli.talk import EXIT_DONE, Talk
from vaxdesk.errors import InputRefused, PrintError, Problem
from vaxdesk.models import reports
from vaxdesk.models.report_forms import FormTable, form_of
from vaxdesk.models.reports import Facets, Report, ReportKind, Span

ENDINGS = (".xlsx", ".pdf", ".csv", ".json")


def add_commands(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Adds this command to the parser."""
    report = commands.add_parser(
        "report", parents=[shared], help="the official daily or end-of-round report; names nobody unless asked"
    )
    report.add_argument("--day", metavar="D", help="of this day (default: today)")
    report.add_argument("--from", dest="first", metavar="D", help="from this day on")
    report.add_argument("--to", dest="last", metavar="D", help="to this day")
    report.add_argument("--kind", choices=[kind.value for kind in ReportKind], default=ReportKind.DAILY.value)
    report.add_argument("--out", metavar="FILE", help="as .xlsx, .pdf, .csv or .json")
    report.add_argument(
        "--names",
        action="store_true",
        help="the people instead, as .xlsx under a password (managers; VAXDESK_FILE_PASSWORD, or asked for)",
    )
    report.set_defaults(run=_report)


def _report(options: argparse.Namespace, talk: Talk) -> int:
    kind, span = ReportKind(options.kind), _span(options, talk)
    if options.names:
        return _names(options, span, talk)
    target = Path(options.out) if options.out else None
    if target is not None and target.suffix.lower() not in ENDINGS:
        raise InputRefused(Problem("report-ending-unknown", "out"))
    report = talk.desk.work.reports.report(span)
    form = form_of(report, kind)
    plain = reports.plain(report, kind)
    if target is not None:
        _write(target, report, form, talk.language)
        plain |= {"file": target.name}
    talk.give(plain, *_lines(form, talk.language))
    return EXIT_DONE


def _names(options: argparse.Namespace, span: Span, talk: Talk) -> int:
    from vaxdesk.print import record_sheets

    target = Path(options.out or "")
    if target.suffix.lower() != ".xlsx":
        raise InputRefused(Problem("report-names-ending", "out"))
    password = talk.file_password()
    record_sheets.must_be_strong(password)
    records = talk.desk.work.reports.give_out(span, Facets(), talk.actor())
    title = f"{talk.desk.work.site().name} · {span.file_part}"
    try:
        target.write_bytes(record_sheets.sealed(records, title, password, talk.language))
    except OSError as error:
        raise PrintError("pdf-not-written", file=target.name) from error
    talk.give({"file": target.name, "records": len(records)}, f"{target.name}: {len(records)}")
    return EXIT_DONE


def _span(options: argparse.Namespace, talk: Talk) -> Span:
    if options.first or options.last:
        if options.day or not (options.first and options.last):
            raise InputRefused(Problem("report-days-unclear", "from"))
        first, last = given.day_of(options.first, "from"), given.day_of(options.last, "to", last=True)
    else:
        first = last = given.day_of(options.day, "day") if options.day else talk.desk.work.clock().date()
    if last < first:
        raise InputRefused(Problem("report-days-unclear", "from"))
    return Span(first, last)


def _write(target: Path, report: Report, form: FormTable, language: str) -> None:
    try:
        target.write_bytes(content(target.suffix.lower(), report, form, language))
    except OSError as error:
        raise PrintError("pdf-not-written", file=target.name) from error


def content(ending: str, report: Report, form: FormTable, language: str) -> bytes:
    """The report as a file of that kind."""
    from vaxdesk.print import report_page, report_sheets

    if ending == ".pdf":
        return report_page.render(form)
    if ending == ".xlsx":
        return report_sheets.xlsx(form, language)
    if ending == ".csv":
        return report_sheets.csv_text(form, language).encode()
    return json.dumps(reports.plain(report, form.kind), ensure_ascii=False, indent=1).encode()


def _lines(form: FormTable, language: str) -> list[str]:
    from vaxdesk.print.report_sheets import heading

    told = [f"{form.title[language]} · {form.period[language]}"]
    for row in form.rows:
        told.append(row[1].said(language))
        told += [
            f"    {heading(column, language)}: {cell.text}"
            for column, cell in zip(form.columns[2:], row[2:], strict=True)
            if cell.value not in ("", 0)
        ]
    return [*told, *(words[language] for words in form.notes)]
