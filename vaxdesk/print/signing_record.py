"""The paper record of a day's doses, signed by hand while there is no digital certificate to sign with (9438/BYT-CNTT).

The parties state that the data are correct, so names and numbers stand in full. Only doses that match the population data are confirmed;
those that do not are listed apart, unconfirmed, until they are mended. The hash at the foot names exactly what the platform has.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from vaxdesk.models.signing import PaperRecord
from vaxdesk.models.values import VIETNAM, DoseRecord, Sex
from vaxdesk.print import fonts, frame, proof
from vaxdesk.print.frame import type_of
from vaxdesk.print.layout import A4, Page, fit
from vaxdesk.print.sheets import Words, product, spoken_date

TITLE = Words("BIÊN BẢN ĐỐI CHIẾU DỮ LIỆU TIÊM CHỦNG", "Record of matched vaccination data")
LEGAL = "Công văn 9438/BYT-CNTT; 1815/BYT-CNTT"
STATED = (
    "Các bên đã đối chiếu danh sách dưới đây với cơ sở dữ liệu quốc gia về dân cư và giấy tờ của người được tiêm, và xác nhận dữ liệu là đúng. "
    "Biên bản này thay cho chữ ký số trong khi điểm tiêm chưa có chứng thư số."
)
COLUMNS = (
    (Words("TT", "No."), 10.0),
    (Words("Họ và tên", "Name"), 50.0),
    (Words("Ngày sinh, giới", "Born, sex"), 34.0),
    (Words("Số CCCD", "ID"), 30.0),
    (Words("Mũi", "Dose"), 10.0),
    (Words("Vắc xin, số lô", "Vaccine, lot"), 34.0),
    (Words("Giờ", "At"), 12.0),
)
PARTIES = (
    Words("Người đứng đầu điểm tiêm", "Head of site"),
    Words("Công an xã, phường", "Commune police"),
    Words("Ủy ban nhân dân xã, phường", "Commune authority"),
)
SEXES = {Sex.MALE: "Nam", Sex.FEMALE: "Nữ", Sex.UNKNOWN: ""}
HAND = "(Ký, ghi rõ họ tên, đóng dấu)"
SIGNING_MM = 44.0


def render(record: PaperRecord, at: datetime) -> bytes:
    """The record as PDF on A4, as many pages as it needs, its texts read back. Raises ProofFailed."""
    pages = _drawn(_Sheet(record, at, 0)).number
    pdf = _drawn(_Sheet(record, at, pages)).page.pdf()
    people = [one.person for one in (*record.confirmed, *record.unmatched)]
    said = [text for person in people for text in (person.name, person.citizen_id.digits)]
    proof.prove_pages(pdf, tuple(fonts.visible(text) for text in (record.site.name, record.sha256, *said)))
    return pdf


def _drawn(sheet: _Sheet) -> _Sheet:
    sheet.begin()
    sheet.table(sheet.record.confirmed)
    if left := sheet.record.unmatched:
        sheet.section(Words(f"Chưa khớp, chưa xác nhận: {len(left)} mũi", "Not matched, not confirmed until mended"))
        sheet.table(left)
    sheet.signatures()
    return sheet


class _Sheet:
    """The pages while they are drawn; `top` is where the next line goes, in mm; `number` is the page's. `pages`: how many it will be."""

    def __init__(self, record: PaperRecord, at: datetime, pages: int) -> None:
        self.page = Page(A4, "Biên bản đối chiếu dữ liệu tiêm chủng")
        self.record, self._at, self._pages = record, at, pages
        self.number, self.top = 1, 0.0
        self._foot = 0.0

    def begin(self) -> None:
        """Heading, title, and what the parties state."""
        kind, record = type_of(A4), self.record
        top = frame.heading(self.page, record.site.name)
        top = frame.title(self.page, top + 4, TITLE) + 2
        day = f"Ngày tiêm {record.day:%d/%m/%Y}: {len(record.confirmed)} mũi được xác nhận"
        top = self.page.block(A4.margin_mm, top, fit(day, kind.unit, A4.inner_mm)) + 1
        self.top = self.page.block(A4.margin_mm, top, fit(STATED, kind.label, A4.inner_mm, 4)) + 2
        self._draw_foot()

    def section(self, words: Words) -> None:
        """A heading between two tables."""
        kind = type_of(A4)
        self._room(24)
        self.top = self.page.block(A4.margin_mm, self.top + 3, fit(words.vi, kind.unit, A4.inner_mm))
        self.top = self.page.block(A4.margin_mm, self.top - 0.4, fit(words.en, kind.label_en, A4.inner_mm)) + 1

    def table(self, records: Sequence[DoseRecord]) -> None:
        """One line a dose; the titles again on each page."""
        self._titles()
        for number, record in enumerate(records, start=1):
            if self._room(9):
                self._titles()
            self._line(_cells(number, record))
        self._rule()

    def _titles(self) -> None:
        kind, x = type_of(A4), A4.margin_mm
        self._rule()
        for words, width in COLUMNS:
            below = self.page.block(x + 1, self.top + 0.5, fit(words.vi, kind.label, width - 2))
            below = self.page.block(x + 1, below - 0.6, fit(words.en, kind.label_en, width - 2))
            x += width
        self.top = below
        self._rule()

    def _line(self, cells: tuple[str, ...]) -> None:
        kind, x, lowest = type_of(A4), A4.margin_mm, self.top
        for (_, width), cell in zip(COLUMNS, cells, strict=True):
            lowest = max(lowest, self.page.block(x + 1, self.top + 0.5, fit(cell, kind.cell, width - 2, 2)))
            x += width
        self.top = lowest + 0.5
        self.page.rule(A4.margin_mm, self.top, A4.margin_mm + A4.inner_mm, self.top, 0.3)

    def _rule(self) -> None:
        self.page.rule(A4.margin_mm, self.top, A4.margin_mm + A4.inner_mm, self.top)

    def signatures(self) -> None:
        """Three places to sign, and who made the record when."""
        kind, third = type_of(A4), A4.inner_mm / len(PARTIES)
        self._room(SIGNING_MM)
        made = f"Lập lúc {self._at.astimezone(VIETNAM):%H:%M %d/%m/%Y} (Made at)"
        top = self.page.block(A4.margin_mm, self.top + 3, fit(made, kind.note, A4.inner_mm)) + 2
        for place, words in enumerate(PARTIES):
            middle = A4.margin_mm + third * (place + 0.5)
            below = self.page.block(middle, top, fit(words.vi, kind.unit, third - 4), "centre")
            below = self.page.block(middle, below - 0.4, fit(words.en, kind.label_en, third - 4), "centre")
            self.page.block(middle, below, fit(HAND, kind.note, third - 4), "centre")

    def _room(self, needed_mm: float) -> bool:
        """Turns the page where less is left; True when it did."""
        if self.top + needed_mm <= self._foot:
            return False
        self.page.turn()
        self.number += 1
        self._draw_foot()
        self._go_on()
        return True

    def _go_on(self) -> None:
        """A page that comes apart from the others still says of what it is a part; signatures may stand alone on it."""
        kind, record = type_of(A4), self.record
        told = f"{TITLE.vi} (tiếp theo) · {record.site.name}"
        counts = f"{len(record.confirmed)} mũi được xác nhận, {len(record.unmatched)} mũi chưa khớp"
        top = self.page.block(A4.margin_mm, A4.margin_mm, fit(told, kind.label, A4.inner_mm, 2))
        day = f"Ngày tiêm {record.day:%d/%m/%Y}: {counts}"
        self.top = self.page.block(A4.margin_mm, top, fit(day, kind.label, A4.inner_mm)) + 2

    def _draw_foot(self) -> None:
        kind = type_of(A4)
        self._foot = frame.foot(self.page, LEGAL, f"Trang/Page {self.number}/{self._pages}")
        digest = f"SHA-256 {self.record.sha256}"
        line = fit(digest, kind.foot, A4.inner_mm)
        self._foot -= line.height_mm + 0.5
        self.page.block(A4.margin_mm, self._foot, line)


def _cells(number: int, record: DoseRecord) -> tuple[str, ...]:
    dose, person = record.dose, record.person
    return (
        str(number),
        person.name,
        f"{spoken_date(person.birth_date)} {SEXES[person.sex]}".rstrip(),
        person.citizen_id.digits,
        str(dose.dose_number),
        f"{product(dose.vaccine).brand}, {dose.lot}",
        f"{dose.occurred_at.astimezone(VIETNAM):%H:%M}",
    )
