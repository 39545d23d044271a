"""The official forms as tables: one description that the window, the spreadsheet, the page and the CSV all follow. Pure.

Headings are those of annexes 5 and 6 of 3588/QĐ-BYT with 43/QĐ-BYT's doses; every counted cell knows the facets of the records behind it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from vaxdesk.errors import InputRefused
from vaxdesk.models import catalogue
from vaxdesk.models.aftercare import Sign
from vaxdesk.models.reports import (
    SENT_HOME,
    Age,
    Course,
    DailyRow,
    Facets,
    Report,
    ReportKind,
    RoundRow,
    daily_rows,
    round_rows,
)
from vaxdesk.models.values import VIETNAM, DoseStatus, Screening, Series


@dataclass(frozen=True, slots=True)
class Two:
    """A text in Vietnamese and English."""

    vi: str
    en: str

    def __getitem__(self, language: str) -> str:
        return self.en if language == "en" else self.vi


@dataclass(frozen=True, slots=True)
class Column:
    """A heading; neighbours with the same `group` stand under it."""

    words: Two
    group: Two | None = None


@dataclass(frozen=True, slots=True)
class FormCell:
    """A text, or a figure with the facets of the records behind it (None: nothing to open)."""

    value: str | int | float | Two
    facets: Facets | None = None

    @property
    def text(self) -> str:
        """As it is read on the form; a decimal comma, a dash for a nought."""
        return self.said("vi")

    def said(self, language: str) -> str:
        """As it is read in a language."""
        if isinstance(self.value, Two):
            return self.value[language]
        if isinstance(self.value, float):
            return f"{self.value:.1f}".replace(".", ",")
        return "–" if self.value == 0 else str(self.value)


@dataclass(frozen=True, slots=True)
class FormTable:
    """A filled-in form: who reports, of when, the table, and what it stands on."""

    kind: ReportKind
    title: Two
    legal: Two
    unit: str
    period: Two
    columns: tuple[Column, ...]
    rows: tuple[tuple[FormCell, ...], ...]
    notes: tuple[Two, ...]
    sha256: str


TITLES = {
    ReportKind.DAILY: Two(
        "BÁO CÁO KẾT QUẢ TIÊM VẮC XIN PHÒNG COVID-19 HẰNG NGÀY", "Daily report of COVID-19 vaccination"
    ),
    ReportKind.ROUND: Two(
        "BÁO CÁO KẾT QUẢ ĐỢT TIÊM VẮC XIN PHÒNG COVID-19", "Report of a round of COVID-19 vaccination"
    ),
}
LEGAL = {
    ReportKind.DAILY: Two(
        "Phụ lục 5, QĐ 3588/QĐ-BYT; mũi bổ sung, nhắc lại theo QĐ 43/QĐ-BYT", "Annex 5, 3588/QĐ-BYT; doses by 43/QĐ-BYT"
    ),
    ReportKind.ROUND: Two("Phụ lục 6, QĐ 3588/QĐ-BYT", "Annex 6, 3588/QĐ-BYT"),
}
CONCLUSIONS = {
    Screening.REFERRED: Two("Chuyển tiêm tại bệnh viện", "Referred to hospital"),
    Screening.REFUSED: Two("Từ chối tiêm", "Refused"),
    Screening.POSTPONED: Two("Tạm hoãn", "Postponed"),
    Screening.CONTRAINDICATED: Two("Chống chỉ định", "Contra-indicated"),
}
SERIES = {
    Series.PRIMARY: Two("Mũi {n}", "Dose {n}"),
    Series.ADDITIONAL: Two("Bổ sung {n}", "Additional {n}"),
    Series.BOOSTER: Two("Nhắc lại {n}", "Booster {n}"),
}
SIGNS = {
    Sign.PAIN: Two("Đau chỗ tiêm", "Pain"),
    Sign.SWELLING: Two("Sưng, đỏ", "Swelling"),
    Sign.FEVER: Two("Sốt", "Fever"),
    Sign.CHILLS: Two("Ớn lạnh", "Chills"),
    Sign.HEADACHE: Two("Đau đầu", "Headache"),
    Sign.FATIGUE: Two("Mệt mỏi", "Fatigue"),
    Sign.MUSCLE_PAIN: Two("Đau cơ, khớp", "Muscle pain"),
    Sign.NAUSEA: Two("Buồn nôn", "Nausea"),
    Sign.DIZZINESS: Two("Chóng mặt", "Dizziness"),
    Sign.RASH: Two("Phát ban, ngứa", "Rash"),
    Sign.BREATHING: Two("Khó thở", "Breathing"),
    Sign.BLOOD_PRESSURE: Two("Tụt huyết áp", "Blood pressure"),
    Sign.VOMITING: Two("Nôn, tiêu chảy", "Vomiting"),
    Sign.UNCONSCIOUS: Two("Mất ý thức", "Unconscious"),
    Sign.OTHER: Two("Khác", "Other"),
}
AGES = {
    Age.CHILD: Two("Dưới 12 tuổi", "Under 12"),
    Age.TEEN: Two("12–17 tuổi", "12–17"),
    Age.ADULT: Two("18–49 tuổi", "18–49"),
    Age.OLDER: Two("50–64 tuổi", "50–64"),
    Age.SENIOR: Two("Từ 65 tuổi", "65 and over"),
}
TOTAL, GIVEN = Two("Tổng cộng", "Total"), Two("Số người được tiêm", "Injected")
SENT, SEEN = Two("Không tiêm", "Not injected"), Two("Phản ứng thông thường", "Common reactions")
EARLIER, NOW = Two("Các đợt trước", "Earlier rounds"), Two("Đợt này", "This round")
DONE = DoseStatus.COMPLETED


def form_of(report: Report, kind: ReportKind) -> FormTable:
    """The form, filled in."""
    columns, rows = _daily(report) if kind is ReportKind.DAILY else _round(report)
    first, last = (f"{day:%d/%m/%Y}" for day in (report.span.first, report.span.last))
    period = Two(f"Ngày {first}", first) if first == last else Two(f"Từ {first} đến {last}", f"{first} – {last}")
    place = ", ".join(filter(None, (report.site.name, report.site.address)))
    return FormTable(
        kind, TITLES[kind], LEGAL[kind], place, period, columns, rows, tuple(_notes(report, kind)), report.hash
    )


def groups(columns: tuple[Column, ...]) -> Iterator[tuple[int, int, Two | None]]:
    """(first, last, group) of neighbours under one heading."""
    place = 0
    for group, found in groupby(columns, key=lambda column: column.group):
        count = len(list(found))
        yield place, place + count - 1, group
        place += count


def course_words(course: Course) -> Two:
    """How a place in the course is named."""
    words = SERIES[course.series]
    return Two(words.vi.format(n=course.number), words.en.format(n=course.number))


def product(code: str) -> str:
    """A vaccine's name; its code when the catalogue does not have it."""
    try:
        return catalogue.load().vaccine(code).brand
    except InputRefused:
        return code


def _daily(report: Report) -> tuple[tuple[Column, ...], tuple[tuple[FormCell, ...], ...]]:
    signs = [sign for sign in Sign if any(sign.value in one.signs for one in report.reacted)]
    columns = (
        Column(Two("TT", "No.")),
        Column(Two("Loại vắc xin", "Vaccine")),
        Column(Two("Số đối tượng trong ngày" if report.span.is_one_day else "Số đối tượng", "Targets")),
        *(Column(CONCLUSIONS[code], SENT) for code in SENT_HOME),
        *(Column(course_words(course), GIVEN) for course in report.courses),
        Column(Two("Vắc xin sử dụng (liều)", "Used (doses)")),
        Column(Two("Vắc xin hủy (liều)", "Discarded (doses)")),
        Column(Two("Số ca", "Cases"), SEEN),
        *(Column(SIGNS[sign], SEEN) for sign in signs),
        Column(Two("Tai biến nặng", "Severe")),
        Column(Two("Ghi chú", "Note")),
    )
    lines = daily_rows(report)
    rows = tuple(tuple(_daily_cells(report, line, place, signs)) for place, line in enumerate(lines, 1))
    return columns, rows


def _daily_cells(report: Report, line: DailyRow, place: int, signs: list[Sign]) -> Iterator[FormCell]:
    vaccine = line.vaccine or None
    yield FormCell(str(place) if vaccine else "")
    yield FormCell(product(vaccine) if vaccine else TOTAL)
    yield FormCell(line.targets, Facets(vaccine=vaccine))
    for code in SENT_HOME:
        yield FormCell(line.sent_home[code.value], Facets(DoseStatus.NOT_DONE, vaccine, code))
    for course in report.courses:
        yield FormCell(line.given[course.code], Facets(DONE, vaccine, course=course))
    yield FormCell(line.used, Facets(DONE, vaccine))
    yield FormCell(line.discarded)
    yield FormCell(line.common, Facets(DONE, vaccine, reaction="common"))
    for sign in signs:
        yield FormCell(line.signs.get(sign.value, 0), Facets(DONE, vaccine, reaction=sign.value))
    yield FormCell(line.serious, Facets(DONE, vaccine, reaction="serious"))
    yield FormCell("")


def _round(report: Report) -> tuple[tuple[Column, ...], tuple[tuple[FormCell, ...], ...]]:
    columns = (
        Column(Two("TT", "No.")),
        Column(Two("Nhóm đối tượng (không ghi nhóm ưu tiên)", "Group (priority groups are not recorded)")),
        *(Column(course_words(course), EARLIER) for course in report.courses),
        Column(Two("Số đối tượng", "Targets"), NOW),
        *(Column(course_words(course), NOW) for course in report.courses),
        Column(Two("Tỷ lệ tiêm (%)", "Rate (%)"), NOW),
    )
    lines = round_rows(report)
    return columns, tuple(tuple(_round_cells(report, line, place)) for place, line in enumerate(lines, 1))


def _round_cells(report: Report, line: RoundRow, place: int) -> Iterator[FormCell]:
    age = Age(line.group) if line.group else None
    yield FormCell(str(place) if age else "")
    yield FormCell(AGES[age] if age else TOTAL)
    for course in report.courses:
        before = Facets(DONE, course=course, is_before=True)
        yield FormCell(line.earlier.get(course.code, 0), before) if age is None else FormCell("")
    yield FormCell(line.targets, Facets(age=age))
    for course in report.courses:
        yield FormCell(line.given[course.code], Facets(DONE, course=course, age=age))
    yield FormCell(line.rate if line.rate is not None else "")


def _notes(report: Report, kind: ReportKind) -> Iterator[Two]:
    at = f"{report.as_of.astimezone(VIETNAM):%H:%M %d/%m/%Y}"
    yield Two(
        f"Số liệu lúc {at}; {report.waiting} bản ghi chưa lên nền tảng.",
        f"As of {at}; {report.waiting} records not yet on the platform.",
    )
    if report.unfinished:
        yield Two(
            f"{report.unfinished} người đã đón tiếp mà chưa có kết quả, không tính vào bảng.",
            f"{report.unfinished} people checked in without an outcome are not counted.",
        )
    if kind is ReportKind.DAILY and report.reacted:
        yield Two("Một người có thể có nhiều dấu hiệu.", "One person may have several signs.")
    yield Two(f"Mã kiểm số liệu (SHA-256): {report.hash}", f"SHA-256 of the figures: {report.hash}")
