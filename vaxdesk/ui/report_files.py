"""On the lane: the report of a span, as a file, as sheets for the printer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from vaxdesk.errors import PrintError
from vaxdesk.models import reports
from vaxdesk.models.report_forms import FormTable, form_of
from vaxdesk.models.reports import Facets, Pictures, Report, ReportKind, Span
from vaxdesk.models.values import StaffMember
from vaxdesk.print.spooler import JobId
from vaxdesk.ui.services import WindowServices

NAMES_KIND = "Excel (*.xlsx)"
KINDS = "Excel (*.xlsx);;PDF (*.pdf);;CSV (*.csv);;JSON (*.json)"


@dataclass(frozen=True, slots=True)
class ReadReport:
    """What a page shows of a span."""

    report: Report
    form: FormTable
    pictures: Pictures


def read(services: WindowServices, span: Span, kind: ReportKind) -> ReadReport:
    """The figures as of now. Raises StoreError."""
    report = services.work.reports.report(span)
    return ReadReport(report, form_of(report, kind), services.work.reports.pictures(span))


def write(found: ReadReport, target: Path, language: str) -> Path:
    """What is on the screen, as the file its name asks for (a spreadsheet where it asks for nothing). Raises PrintError `pdf-not-written`."""
    from vaxdesk.print import report_page, report_sheets

    target = target if target.suffix else target.with_suffix(".xlsx")
    match target.suffix.lower():
        case ".pdf":
            content = report_page.render(found.form)
        case ".csv":
            content = report_sheets.csv_text(found.form, language).encode()
        case ".json":
            content = json.dumps(reports.plain(found.report, found.form.kind), ensure_ascii=False, indent=1).encode()
        case _:
            content = report_sheets.xlsx(found.form, language)
    try:
        target.write_bytes(content)
    except OSError as error:
        raise PrintError("pdf-not-written", file=target.name) from error
    return target


def write_names(
    services: WindowServices,
    span: Span,
    facets: Facets,
    actor: StaffMember,
    title: str,
    target: Path,
    password: str,
    language: str,
) -> Path:
    """The records behind a figure, under a password. Raises InputRefused, AccessRefused, PrintError `pdf-not-written`."""
    from vaxdesk.print import record_sheets

    record_sheets.must_be_strong(password)
    target = target if target.suffix.lower() == ".xlsx" else target.with_name(f"{target.name}.xlsx")
    records = services.work.reports.give_out(span, facets, actor)
    try:
        target.write_bytes(record_sheets.sealed(records, title, password, language))
    except OSError as error:
        raise PrintError("pdf-not-written", file=target.name) from error
    return target


def print_out(services: WindowServices, form: FormTable) -> JobId:
    """Hands the pages to this machine's printer. Raises SpoolerError."""
    from vaxdesk.print import report_page

    return services.spool(report_page.render(form), services.settings().printer or None, "vaxdesk report")
