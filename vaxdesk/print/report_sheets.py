"""A filled-in form as a spreadsheet and as CSV. Figures are numbers; a text that a spreadsheet would take for a formula stays a text."""

from __future__ import annotations

import csv
import io

import xlsxwriter  # type: ignore[import-untyped]

from vaxdesk.models.report_forms import Column, FormCell, FormTable, Two, groups

FONT = "Be Vietnam Pro"
WIDE, NARROW = 24, 9.5
HEAD_ROW = 6


def xlsx(form: FormTable, language: str = "vi") -> bytes:
    """One sheet with the form, ready to print on A4 across, and one with what it stands on."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_urls": False})
    _write_form(book, form, language)
    _write_facts(book, form, language)
    book.close()
    return out.getvalue()


def csv_text(form: FormTable, language: str = "vi") -> str:
    """Headings in one line, then the rows; UTF-8 with a mark so that spreadsheets read it as such."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(heading(column, language) for column in form.columns)
    writer.writerows([_plain(cell, language) for cell in row] for row in form.rows)
    return "\ufeff" + out.getvalue()


def _plain(cell: FormCell, language: str) -> str | int | float:
    return cell.value[language] if isinstance(cell.value, Two) else cell.value


def heading(column: Column, language: str) -> str:
    """Group and column in one text."""
    return f"{column.group[language]}: {column.words[language]}" if column.group else column.words[language]


def _write_form(book: xlsxwriter.Workbook, form: FormTable, language: str) -> None:
    sheet = book.add_worksheet("Báo cáo" if language == "vi" else "Report")
    base = {"font_name": FONT, "font_size": 10, "valign": "vcenter"}
    title = book.add_format({**base, "bold": True, "font_size": 13, "align": "center"})
    plain = book.add_format({**base, "align": "center"})
    note = book.add_format({**base, "font_size": 9, "italic": True})
    head = book.add_format({**base, "bold": True, "align": "center", "text_wrap": True, "border": 1})
    cell = book.add_format({**base, "border": 1})
    whole = book.add_format({**base, "border": 1, "num_format": "#,##0"})
    share = book.add_format({**base, "border": 1, "num_format": "0.0"})
    last = len(form.columns) - 1
    sheet.write_string(0, 0, form.unit, note)
    sheet.merge_range(1, 0, 1, last, form.title[language], title)
    sheet.merge_range(2, 0, 2, last, form.period[language], plain)
    sheet.merge_range(3, 0, 3, last, form.legal[language], plain)
    for first, end, group in groups(form.columns):
        _write_head(sheet, form, language, first, end, group, head)
    for place, row in enumerate(form.rows, HEAD_ROW + 1):
        for at, one in enumerate(row):
            _write_cell(sheet, place, at, _plain(one, language), cell, whole, share)
    foot = HEAD_ROW + len(form.rows) + 2
    for place, words in enumerate(form.notes):
        sheet.write_string(foot + place, 0, words[language], note)
    sheet.set_column(0, 0, 5)
    sheet.set_column(1, 1, WIDE)
    sheet.set_column(2, last, NARROW)
    sheet.set_row(HEAD_ROW, 45)
    sheet.freeze_panes(HEAD_ROW + 1, 2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEAD_ROW - 1, HEAD_ROW)
    sheet.set_footer("&C&P/&N")


def _write_head(
    sheet: xlsxwriter.worksheet.Worksheet,
    form: FormTable,
    language: str,
    first: int,
    end: int,
    group: Two | None,
    head: object,
) -> None:
    for at in range(first, end + 1):
        words = form.columns[at].words[language]
        if group is None:
            sheet.merge_range(HEAD_ROW - 1, at, HEAD_ROW, at, words, head)
        else:
            sheet.write_string(HEAD_ROW, at, words, head)
    if group is not None and end > first:
        sheet.merge_range(HEAD_ROW - 1, first, HEAD_ROW - 1, end, group[language], head)
    elif group is not None:
        sheet.write_string(HEAD_ROW - 1, first, group[language], head)


def _write_cell(
    sheet: xlsxwriter.worksheet.Worksheet,
    row: int,
    at: int,
    one: str | int | float,
    cell: object,
    whole: object,
    share: object,
) -> None:
    if isinstance(one, str):
        sheet.write_string(row, at, one, cell)
    else:
        sheet.write_number(row, at, one, share if isinstance(one, float) else whole)


def _write_facts(book: xlsxwriter.Workbook, form: FormTable, language: str) -> None:
    sheet = book.add_worksheet("Nguồn số liệu" if language == "vi" else "Source")
    facts = (form.unit, form.period[language], form.legal[language], *(words[language] for words in form.notes))
    for row, text in enumerate(facts):
        sheet.write_string(row, 0, text)
    sheet.set_column(0, 0, 100)
