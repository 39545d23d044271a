"""A list of records that names people, as a spreadsheet that opens with a password only (ECMA-376 agile encryption, AES-256)."""

from __future__ import annotations

import io
from collections.abc import Sequence

import xlsxwriter  # type: ignore[import-untyped]
from msoffcrypto.format.ooxml import OOXMLFile  # type: ignore[import-untyped]

from vaxdesk.errors import InputRefused, Problem
from vaxdesk.models.report_forms import CONCLUSIONS, Two, course_words, product
from vaxdesk.models.reports import Course
from vaxdesk.models.values import VIETNAM, DoseRecord, DoseStatus, Sex

PASSWORD_CHARS_MIN = 8
FONT = "Be Vietnam Pro"
COLUMNS = (
    (Two("Lúc tiêm", "Given at"), 17),
    (Two("Họ và tên", "Full name"), 26),
    (Two("Ngày sinh", "Born"), 12),
    (Two("Giới tính", "Sex"), 10),
    (Two("Số CCCD / số định danh", "Citizen number"), 18),
    (Two("Điện thoại", "Telephone"), 14),
    (Two("Địa chỉ", "Address"), 40),
    (Two("Vắc xin", "Vaccine"), 16),
    (Two("Số lô", "Lot"), 12),
    (Two("Mũi tiêm, kết luận", "Dose, conclusion"), 22),
)
NOTHING = Two("", "")
SEXES = {Sex.MALE: Two("Nam", "Male"), Sex.FEMALE: Two("Nữ", "Female"), Sex.UNKNOWN: NOTHING}


def must_be_strong(password: str) -> None:
    """Raises InputRefused `file-password-short`."""
    if len(password) < PASSWORD_CHARS_MIN:
        raise InputRefused(Problem("file-password-short", "password", params={"least": str(PASSWORD_CHARS_MIN)}))


def sealed(records: Sequence[DoseRecord], title: str, password: str, language: str = "vi") -> bytes:
    """The list as an XLSX that asks for the password. Raises InputRefused `file-password-short`."""
    must_be_strong(password)
    out = io.BytesIO()
    OOXMLFile(io.BytesIO(_plain(records, title, language))).encrypt(password, out)
    return out.getvalue()


def _plain(records: Sequence[DoseRecord], title: str, language: str) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_urls": False})
    sheet = book.add_worksheet("Danh sách" if language == "vi" else "List")
    base = {"font_name": FONT, "font_size": 10}
    head, cell = (book.add_format({**base, "bold": bold, "border": 1, "text_wrap": True}) for bold in (True, False))
    sheet.write_string(0, 0, title, book.add_format({**base, "bold": True, "font_size": 13}))
    for at, (words, width) in enumerate(COLUMNS):
        sheet.set_column(at, at, width)
        sheet.write_string(2, at, words[language], head)
    for row, record in enumerate(records, 3):
        for at, text in enumerate(_texts(record, language)):
            sheet.write_string(row, at, text, cell)
    sheet.freeze_panes(3, 2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    book.close()
    return out.getvalue()


def _texts(record: DoseRecord, language: str) -> tuple[str, ...]:
    person, dose = record.person, record.dose
    is_given = dose.status is DoseStatus.COMPLETED
    what = course_words(Course(dose.series, dose.dose_number)) if is_given else CONCLUSIONS.get(dose.screening, NOTHING)
    return (
        f"{dose.occurred_at.astimezone(VIETNAM):%H:%M %d/%m/%Y}",
        person.name,
        "/".join(reversed(str(person.birth_date).split("-"))),
        SEXES[person.sex][language],
        person.citizen_id.digits,
        person.phone,
        person.address,
        product(dose.vaccine),
        dose.lot,
        what[language],
    )
