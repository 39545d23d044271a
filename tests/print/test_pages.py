"""What stands on the pages: the forms' words, every letter of every name, nothing cut off, nothing that names a person in the wrong place."""

from __future__ import annotations

import io
import re
import unicodedata
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.issuer import a_country
from support.papers import (
    NEXT_DAY,
    NOON,
    PERSON,
    SITE,
    a_certificate,
    a_course,
    a_person,
    a_record,
    a_site_key,
)

from vaxdesk.errors import ProofFailed
from vaxdesk.models.values import DoseRecord, DoseStatus, PartialDate, Person, Series
from vaxdesk.print import certificate, confirmation, electronic, fonts, hcert, layout, proof, sheets
from vaxdesk.print.hcert import trust_from_keys
from vaxdesk.print.slip import sign_slip

OLD, NEW = date(2022, 1, 6), date(2022, 1, 7)
TONES = ["", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"]
VOWELS = "aăâeêioôơuưy"
PRECOMPOSED = sorted(
    {
        unicodedata.normalize("NFC", letter + tone)
        for vowel in VOWELS
        for letter in (vowel, vowel.upper())
        for tone in TONES
    }
    - set("aeiouyAEIOUY")
    | set("đĐ")
)
LONG_NAMES = (
    "Công Tằng Tôn Nữ Thị Bạch Tuyết Ngọc Diệp",
    "Nguyễn Hoàng Phương Thảo Nguyên Công Tằng Tôn Nữ Thị Bạch Tuyết",
    "Lê Hoàng Hiếu Nghĩa Đệ Nhất Thương Tâm Nhân",
)
BORNE_NAMES = (
    "Ý", "H'Bia Niê Kdăm", "H’Hen Niê", "Y Ƀhiŏ Ŭng", "Đinh ƀơ̆ng Ĕm", "Ksor Y-Čăm Ñuôl", "Lê-Đoàn Ễ Ộ ỵ", "Đinh B-",
    "<b>O'Brien</b> & Đỗ", "Trần\u202e Thị\u200b Bích", "Ka\u0306 Dơng",
)  # fmt: skip


def slip_text(record: DoseRecord) -> str:
    return sign_slip(record, a_site_key(), "k")


def confirmation_pdf(record: DoseRecord, *history: DoseRecord, on: date = OLD, paper: str = "A4") -> bytes:
    sheet = sheets.confirmation_sheet(record, history, SITE, slip_text(record), on)
    return certificate.render_confirmation(sheet, paper)


def electronic_pdf(record: DoseRecord, paper: str = "A4") -> bytes:
    hc1 = a_certificate(record).hc1
    verified = hcert.verify(hc1, trust_from_keys(a_country().trust_keys), NEXT_DAY)
    return certificate.render_certificate(sheets.electronic_sheet(record, SITE, verified, hc1), paper)


def text_of(pdf: bytes) -> str:
    return " ".join(unicodedata.normalize("NFC", proof.text_of(pdf)).split())


def of(name: str, **changes: Any) -> Person:
    return a_person(name=name, **changes)


def test_there_are_134_precomposed_letters() -> None:
    assert len(PRECOMPOSED) == 134


@pytest.mark.parametrize("face", fonts.Face)
def test_every_vietnamese_letter_reaches_the_text_layer(face: fonts.Face) -> None:
    page = layout.Page(layout.A4, "Thử")
    for row in range(0, len(PRECOMPOSED), 20):
        page.text(20, 30 + row, " ".join(PRECOMPOSED[row : row + 20]), layout.Style(face, 12))
    assert text_of(page.pdf()) == " ".join(PRECOMPOSED)


@pytest.mark.parametrize("name", [*BORNE_NAMES, *LONG_NAMES])
@pytest.mark.parametrize("paper", ["A4", "A5"])
def test_names_as_people_bear_them(name: str, paper: str) -> None:
    record = a_record(of(name))
    shown = fonts.visible(name)
    pages = [confirmation_pdf(record, on=on, paper=paper) for on in (OLD, NEW)]
    if name.isprintable():
        pages.append(electronic_pdf(record, paper))
    for pdf in pages:
        assert shown.replace(" ", "") in text_of(pdf).replace(" ", "")


def test_invisible_characters_cannot_reorder_a_line() -> None:
    assert fonts.visible("Trần\u202e Thị\u2066\u200b \u00adBích\n") == "Trần Thị Bích"
    assert fonts.visible("Tra\u0302\u0300n") == "Trần"


def test_a_letter_without_a_glyph_stops_the_page() -> None:
    with pytest.raises(ProofFailed) as caught:
        confirmation_pdf(a_record(of("Trần 王 Bích")))
    assert (caught.value.code, caught.value.params["letter"]) == ("print-letter-missing", "U+738B")


@settings(max_examples=25)
@given(
    st.lists(
        st.text(PRECOMPOSED + list("bcdghklmnpqrstvxBCDGHKLMNPQRSTVX'-"), min_size=1, max_size=7),
        min_size=1,
        max_size=9,
    )
)
def test_any_vietnamese_name_is_on_the_page(words: list[str]) -> None:
    name = " ".join(words)
    assert name.replace(" ", "") in text_of(confirmation_pdf(a_record(of(name)), paper="A5")).replace(" ", "")


@pytest.mark.parametrize("paper", ["A4", "A5"])
@pytest.mark.parametrize("on", [OLD, NEW])
def test_the_longest_of_everything_fits(paper: str, on: date) -> None:
    person = of(LONG_NAMES[1], address="Số nhà 123/45/67B, ngách 89, ngõ 1011, đường Nguyễn Thị Minh Khai kéo dài, "
                "khu phố Đông Chiêu, phường Tân Đông Hiệp, thành phố Dĩ An, tỉnh Bình Dương")  # fmt: skip
    unit = "Trạm Y tế lưu động số 3 phường Bình Hưng Hòa B, quận Bình Tân, TP. Hồ Chí Minh"
    course = [
        replace(each, dose=replace(each.dose, site_name=unit, lot="LÔ-ABCDEFGH-123456", vaccine="COMIRNATY-5-11"))
        for each in a_course(6 if on is NEW else 2, person)
    ]
    sheet = sheets.confirmation_sheet(course[-1], course, replace(SITE, name=unit), slip_text(course[-1]), on)
    pdf = certificate.render_confirmation(sheet, paper)
    proof.prove(pdf, sheet.qr_text, sheet.must_say)


def test_nothing_may_leave_the_paper() -> None:
    page = layout.Page(layout.A5, "Thử")
    with pytest.raises(ProofFailed, match="print-outside-page"):
        page.text(100, 30, "W" * 30, layout.Style(fonts.Face.REGULAR, 12))
    with pytest.raises(ProofFailed, match="print-text-too-long"):
        layout.fit("chữ " * 200, layout.Style(fonts.Face.REGULAR, 10, 6), 50, 3)


def test_a_fitted_text_is_shrunk_then_wrapped_then_broken() -> None:
    style = layout.Style(fonts.Face.REGULAR, 10, 6)
    assert layout.fit("Trần Thị Bích", style, 60, 2).lines == ("Trần Thị Bích",)
    wrapped = layout.fit("Công Tằng Tôn Nữ Thị Bạch Tuyết", style, 35, 2)
    assert len(wrapped.lines) == 2
    assert " ".join(wrapped.lines) == "Công Tằng Tôn Nữ Thị Bạch Tuyết"
    broken = layout.fit("W" * 30, style, 35, 3)
    assert "".join(broken.lines) == "W" * 30
    for fitted in (wrapped, broken):
        for line in fitted.lines:
            assert fonts.width_pt(line, fitted.style.face, fitted.style.size_pt) <= 35 * layout.MM


@pytest.mark.parametrize(("on", "law", "slots"), [(OLD, "3588/QĐ-BYT", 2), (NEW, "43/QĐ-BYT", 7)])
def test_the_form_in_force_on_the_day_of_issue(on: date, law: str, slots: int) -> None:
    record = a_record()
    sheet = sheets.confirmation_sheet(record, (), SITE, slip_text(record), on)
    assert sum(len(section.slots) for section in sheet.sections) == slots
    said = text_of(certificate.render_confirmation(sheet))
    for words in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "GIẤY XÁC NHẬN ĐÃ TIÊM VẮC XIN COVID-19",
        "Họ và tên", "Ngày sinh", "Số CCCD/CMT/hộ chiếu", "Số điện thoại", "Địa chỉ", "Loại vắc xin", "Cơ sở tiêm chủng",
        "Ký tên, đóng dấu", "Mũi 1", "Mũi 2", "First dose", "Second dose", law,
    ):  # fmt: skip
        assert words in said


def test_the_new_form_has_three_sections() -> None:
    course = a_course(5)
    sheet = sheets.confirmation_sheet(course[4], course, SITE, slip_text(course[4]), NEW)
    assert [len(section.slots) for section in sheet.sections] == [3, 1, 3]
    assert [bool(slot.date) for section in sheet.sections for slot in section.slots] == [
        True,
        True,
        False,
        True,
        True,
        True,
        False,
    ]
    said = text_of(certificate.render_confirmation(sheet))
    for title in ("Tiêm chủng cơ bản", "Liều bổ sung", "Liều nhắc lại"):
        assert title in said


def test_the_old_form_gives_way_when_the_doses_do_not_fit_it() -> None:
    third = a_record(dose_number=3, series_doses=3)
    assert sheets.form_of((third.dose,), OLD) == "43"
    booster = a_record(series=Series.BOOSTER)
    assert sheets.form_of((booster.dose,), OLD) == "43"
    twice = (a_record().dose, replace(a_record().dose, id="other"))
    assert sheets.form_of(twice, OLD) == "43"


def test_a_number_given_twice_shows_both_doses_and_more_than_seven_make_more_rows() -> None:
    first = a_record()
    again = a_record(id=a_course(1)[0].dose.id, occurred_at=NOON + timedelta(days=1), lot="OTHER")
    sheet = sheets.confirmation_sheet(first, (again,), SITE, slip_text(first), NEW)
    assert [slot.lot for slot in sheet.sections[0].slots] == ["FL4574", "OTHER", "", ""]


def test_only_given_doses_and_the_records_own_state_are_shown() -> None:
    record = a_record(revision=2, lot="NEWLOT")
    stale = a_record()
    refused = a_record(id=a_course(1)[0].dose.id, status=DoseStatus.NOT_DONE)
    wrong = a_record(id=a_course(2)[1].dose.id, status=DoseStatus.ENTERED_IN_ERROR)
    sheet = sheets.confirmation_sheet(record, (stale, refused, wrong), SITE, slip_text(record), OLD)
    assert [slot.lot for slot in sheet.sections[0].slots] == ["NEWLOT", ""]


def test_a_provisional_paper_says_so_and_a_confirmed_one_does_not() -> None:
    record = a_record()
    waiting = text_of(confirmation_pdf(record))
    assert confirmation.PENDING.vi in waiting
    hc1 = a_certificate(record).hc1
    verified = hcert.verify(hc1, trust_from_keys(a_country().trust_keys), NEXT_DAY)
    sheet = sheets.confirmation_sheet(record, (), SITE, hc1, OLD, verified)
    confirmed = text_of(certificate.render_confirmation(sheet))
    assert confirmation.PENDING.vi not in confirmed
    assert verified.uvci in confirmed.replace(" ", "")


def test_the_certificate_code_is_one_line_where_the_paper_is_wide_enough() -> None:
    record = a_record()
    hc1 = a_certificate(record).hc1
    verified = hcert.verify(hc1, trust_from_keys(a_country().trust_keys), NEXT_DAY)
    for on in (OLD, NEW):
        sheet = sheets.confirmation_sheet(record, (), SITE, hc1, on, verified)
        assert verified.uvci in proof.text_of(certificate.render_confirmation(sheet, "A4"))


def test_the_eleven_fields_of_the_electronic_certificate() -> None:
    said = text_of(electronic_pdf(a_record()))
    for number, words in enumerate(
        ("Họ và tên", "Ngày sinh", "Quốc tịch", "Bệnh hoặc tác nhân bệnh", "Số mũi tiêm đã nhận", "Ngày tiêm", "Mũi tiêm số",
         "Vắc xin", "Sản phẩm vắc xin", "Nhà cung cấp hoặc sản xuất", "Mã chứng nhận"), 1,
    ):  # fmt: skip
        assert f"{number}. {words}" in said
    for value in ("Trần Thị Bích", "09/10/2003", "Việt Nam", "COVID-19", "12/11/2021", "1/2", "Comirnaty",
                  "SARS-CoV-2 mRNA vaccine", "Biontech Manufacturing GmbH", "13/11/2022", electronic.USE.vi):  # fmt: skip
        assert value in said


def test_a_year_alone_is_a_birth_date() -> None:
    assert "1950" in text_of(confirmation_pdf(a_record(a_person(birth_date=PartialDate("1950")))))


@pytest.mark.parametrize("paper", ["A4", "A5", "A6"])
def test_the_slip_masks_the_number_on_its_face(paper: str) -> None:
    record = a_record()
    sheet = sheets.slip_sheet(record, slip_text(record))
    said = text_of(certificate.render_slip(sheet, paper))
    assert PERSON.citizen_id.masked in said
    assert PERSON.citizen_id.digits not in said
    for words in ("Trần Thị Bích", "Mũi 1/2", "FL4574", "12/11/2021 10:41", "30 phút"):
        assert words in said


def test_the_same_sheet_gives_the_same_bytes() -> None:
    record = a_record()
    assert confirmation_pdf(record) == confirmation_pdf(record)
    assert confirmation_pdf(record) != confirmation_pdf(a_record(lot="OTHER"))


def test_the_documents_own_words_name_nobody_and_fonts_are_inside() -> None:
    record = a_record()
    for pdf in (confirmation_pdf(record), electronic_pdf(record)):
        document = pypdfium2.PdfDocument(pdf)
        about = " ".join(document.get_metadata_dict().values())
        document.close()
        for private in ("Bích", PERSON.citizen_id.digits, record.dose.id):
            assert private not in about
        assert "COVID-19" in about
        assert b"/Lang" in pdf
        embedded, named = len(re.findall(rb"/FontFile2", pdf)), set(re.findall(rb"/BaseFont /(\S+)", pdf))
        assert embedded >= 4
        assert all(b"BeVietnamPro" in name for name in named)


@pytest.mark.parametrize("paper", ["A4", "A5"])
def test_the_code_has_its_size_and_its_quiet_zone_on_the_page(paper: str) -> None:
    dots = 300
    record = a_record()
    for pdf in (
        confirmation_pdf(record, paper=paper),
        confirmation_pdf(record, on=NEW, paper=paper),
        electronic_pdf(record, paper),
    ):
        picture = proof.picture_of(pdf, dots)
        (code,) = proof.found_codes(picture)
        corners = [
            code.position.top_left,
            code.position.top_right,
            code.position.bottom_left,
            code.position.bottom_right,
        ]
        left, right = min(c.x for c in corners), max(c.x for c in corners)
        top, bottom = min(c.y for c in corners), max(c.y for c in corners)
        side_mm = (right - left) / dots * 25.4
        assert 35 <= side_mm * 2**0.5 <= 60.5
        quiet = int(4 * 0.5 / 25.4 * dots) - 2
        zone = picture[top - quiet : bottom + quiet, left - quiet : right + quiet]
        for edge in (zone[: quiet - 2], zone[-quiet + 2 :], zone[:, : quiet - 2], zone[:, -quiet + 2 :]):
            assert edge.min() > 250


def test_the_whole_story_starts_no_reportlab(tmp_path: Any) -> None:
    """Verifying, spooling and the command line come without the drawing library."""
    import subprocess
    import sys

    code = (
        "import sys, vaxdesk.print.hcert, vaxdesk.print.slip, vaxdesk.print.spooler; print('reportlab' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_a_page_is_one_page_of_the_right_size() -> None:
    for paper, size in (("A4", (595.3, 841.9)), ("A5", (419.5, 595.3))):
        document = pypdfium2.PdfDocument(io.BytesIO(confirmation_pdf(a_record(), paper=paper)))
        assert len(document) == 1
        assert document[0].get_size() == pytest.approx(size, abs=0.1)
        document.close()
