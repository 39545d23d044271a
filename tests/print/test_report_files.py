"""The official forms as files: a spreadsheet, a page and a CSV say the same figures, and nothing in them is a formula."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date, datetime

import openpyxl
import pypdfium2
import pytest

from vaxdesk.models.report_forms import FormTable, Two, course_words, form_of, product
from vaxdesk.models.reports import Age, Cell, Course, Reacted, Report, ReportKind, Span
from vaxdesk.models.values import VIETNAM, DeviceId, DoseStatus, Screening, Series, Site, SiteCode
from vaxdesk.print import report_page, report_sheets, watermark

DAY = date(2021, 11, 12)
SITE = Site(SiteCode("79-Q10-P05"), "Trạm Y tế Phường 5", "Số 1 Phố Mẫu", "079", DeviceId("d"), 1)
FIRST, SECOND, BOOSTER = Course(Series.PRIMARY, 1), Course(Series.PRIMARY, 2), Course(Series.BOOSTER, 1)


def cell(course: Course, count: int, vaccine: str = "COMIRNATY", why: Screening = Screening.ELIGIBLE) -> Cell:
    status = DoseStatus.COMPLETED if why.lets_inject else DoseStatus.NOT_DONE
    return Cell(status, vaccine, why, course, "female", Age.ADULT, count)


@pytest.fixture
def report() -> Report:
    cells = (cell(FIRST, 1234), cell(SECOND, 5), cell(FIRST, 7, why=Screening.REFUSED), cell(BOOSTER, 2, "VAXZEVRIA"))
    reacted = (Reacted("COMIRNATY", {"pain": 3, "fever": 1}, 3, 1),)
    at = datetime(2021, 11, 12, 17, 30, tzinfo=VIETNAM)
    return Report(SITE, Span(DAY, DAY), at, cells, {"primary-1": 900}, reacted, {"COMIRNATY": 6}, 4, 2)


@pytest.fixture(params=list(ReportKind))
def form(report: Report, request: pytest.FixtureRequest) -> FormTable:
    return form_of(report, request.param)


def values(form: FormTable) -> list[list[object]]:
    return [[one.text if isinstance(one.value, Two) else one.value for one in row] for row in form.rows]


def test_the_spreadsheet_holds_numbers_under_the_forms_headings(form: FormTable) -> None:
    book = openpyxl.load_workbook(io.BytesIO(report_sheets.xlsx(form)))
    sheet = book.worksheets[0]
    head = report_sheets.HEAD_ROW + 1
    for place, column in enumerate(form.columns, 1):
        over, here = sheet.cell(head - 1, place).value, sheet.cell(head, place).value
        assert (here if column.group else over) == column.words.vi
    for at, row in enumerate(values(form), head + 1):
        read = [sheet.cell(at, place).value for place in range(1, len(row) + 1)]
        assert ["" if value is None else value for value in read] == row
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.freeze_panes == f"C{head + 1}"
    facts = [row[0].value for row in book.worksheets[1].iter_rows()]
    assert form.notes[-1].vi in facts


def test_a_name_that_looks_like_a_formula_stays_a_text(report: Report) -> None:
    bad = replace(report, site=replace(SITE, name="=HYPERLINK(1)", address=""))
    book = openpyxl.load_workbook(io.BytesIO(report_sheets.xlsx(form_of(bad, ReportKind.DAILY))))
    first = book.worksheets[0].cell(1, 1)
    assert (first.value, first.data_type) == ("=HYPERLINK(1)", "s")


def test_the_csv_says_the_same(form: FormTable) -> None:
    text = report_sheets.csv_text(form)
    assert text.startswith("\ufeff")
    head, *rows = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    assert head == [report_sheets.heading(column, "vi") for column in form.columns]
    assert rows == [[str(value) for value in row] for row in values(form)]


def words_of(pdf: bytes) -> str:
    opened = pypdfium2.PdfDocument(pdf)
    try:
        return " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in opened)
    finally:
        opened.close()


def test_the_page_names_who_when_by_which_law_and_what_it_stands_on(form: FormTable) -> None:
    text = words_of(report_page.render(form))
    for said in (form.title.vi, form.unit, form.period.vi, form.legal.vi, form.sha256, "Trang 1", "Ký, ghi rõ họ tên"):
        assert said in text
    for row in form.rows:
        for one in row[2:]:
            assert one.text in text


def test_many_lines_repeat_the_heading_on_every_page(report: Report) -> None:
    cells = tuple(cell(FIRST, number + 1, f"VX-{number}") for number in range(60))
    pdf = report_page.render(form_of(replace(report, cells=cells), ReportKind.DAILY))
    opened = pypdfium2.PdfDocument(pdf)
    pages = [page.get_textpage().get_text_range() for page in opened]
    opened.close()
    assert len(pages) > 1
    assert all("Loại vắc xin" in text for text in pages[:-1])
    assert f"Trang {len(pages)}" in pages[-1]


def test_no_heading_is_broken_within_a_syllable(report: Report) -> None:
    text = words_of(report_page.render(form_of(report, ReportKind.DAILY)))
    for column in form_of(report, ReportKind.DAILY).columns:
        for word in (*column.words.vi.split(), *column.words.en.replace("-", "- ").split()):
            assert word.rstrip("-") in text


def test_a_practice_desks_page_says_so(form: FormTable) -> None:
    watermark.mark_every_page()
    try:
        assert watermark.WORDS in words_of(report_page.render(form))
    finally:
        watermark.mark_no_page()
    assert watermark.WORDS not in words_of(report_page.render(form))


def test_figures_are_read_as_in_viet_nam(report: Report) -> None:
    rows = form_of(report, ReportKind.ROUND).rows
    assert rows[-1][-1].text == "99,4"
    assert form_of(report, ReportKind.DAILY).rows[0][3].text == "–"


def test_names_of_doses_and_products() -> None:
    assert [course_words(one).vi for one in (FIRST, BOOSTER)] == ["Mũi 1", "Nhắc lại 1"]
    assert (product("COMIRNATY"), product("VX-1")) == ("Comirnaty", "VX-1")
