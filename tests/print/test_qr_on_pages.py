"""From the shortest to the longest payload the schema allows: the code on the page has its size, or there is no page and a
sentence says why."""

from __future__ import annotations

import random
from math import sqrt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.issuer import a_country, a_payload, an_hc1
from support.papers import NEXT_DAY, SITE, a_person, a_record, a_site_key

from vaxdesk.errors import PrintError
from vaxdesk.messages import LANGUAGES, sentence
from vaxdesk.print import certificate, hcert, proof, qr, sheets
from vaxdesk.print.hcert import trust_from_keys
from vaxdesk.print.slip import sign_slip

DPI = 300
LETTERS = "ạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹđăâêôơưÁÀẢÃẠ"
PLAIN = "ABCDEFGHIKLMNOPQRSTUVXY"
SIGNERS = ("es256", "ps256")


def payload_of_length(length: int, seed: int = 1) -> dict[str, Any]:
    """Names, issuer and number of that many characters (the schema allows 80) in letters that do not compress."""
    chance = random.Random(seed)
    ci = "URN:UVCI:01:VN:" + "".join(chance.choices("0123456789ABCDEF", k=max(length - 15, 1)))
    names = {part: "".join(chance.choices(LETTERS, k=length)) for part in ("fn", "gn")}
    plain = {part: "".join(chance.choices(PLAIN, k=length)) for part in ("fnt", "gnt")}
    made = a_payload(**{"ci": ci, "is": "".join(chance.choices(LETTERS, k=length))})
    return made | {"nam": names | plain}


def pages_of(hc1: str) -> list[tuple[bytes, str]]:
    """Every page that carries a certificate. What stands in words is that of a usual person: only the code is long."""
    verified = hcert.verify(hc1, trust_from_keys(a_country().trust_keys), NEXT_DAY)
    record = a_record()
    usual = hcert.verify(an_hc1(), trust_from_keys(a_country().trust_keys), NEXT_DAY)
    confirmation = sheets.confirmation_sheet(record, (), SITE, hc1, NEXT_DAY.date(), usual)
    electronic = sheets.electronic_sheet(record, SITE, usual, hc1)
    assert verified.uvci
    return [
        (make(sheet, paper), f"{sheet.__class__.__name__} {paper}")
        for paper in ("A4", "A5")
        for make, sheet in (
            (certificate.render_confirmation, confirmation),
            (certificate.render_certificate, electronic),
        )
    ]


def check_on_paper(pdf: bytes, text: str) -> None:
    """The code's size in millimetres and its white border, measured in the pixels of the page."""
    pixels = proof.picture_of(pdf, DPI)
    (code,) = proof.found_codes(pixels)
    assert code.text == text
    wanted, place = qr.encode(text), code.position
    corners = (place.top_left, place.top_right, place.bottom_left, place.bottom_right)
    left, right = (edge(corner.x for corner in corners) for edge in (min, max))
    top, bottom = (edge(corner.y for corner in corners) for edge in (min, max))
    side_mm = (right - left + 1) / DPI * 25.4
    assert side_mm == pytest.approx(wanted.side_mm, abs=0.3)
    assert qr.DIAGONAL_MM[0] - 0.5 <= side_mm * sqrt(2) <= qr.DIAGONAL_MM[1] + 0.5
    assert side_mm / wanted.modules >= qr.MODULE_MM_LEAST - 0.005
    quiet = int(qr.QUIET_MODULES * wanted.module_mm / 25.4 * DPI) - 2
    zone = pixels[top - quiet : bottom + quiet + 1, left - quiet : right + quiet + 1]
    inner = quiet - 2
    for edge in (zone[:inner], zone[-inner:], zone[:, :inner], zone[:, -inner:]):
        assert edge.min() > 250


@pytest.mark.parametrize("signer", SIGNERS)
@settings(max_examples=6)
@given(length=st.integers(1, 60))
def test_every_length_keeps_its_size_on_every_page(signer: str, length: int) -> None:
    hc1 = an_hc1(payload_of_length(length), getattr(a_country(), signer))
    for pdf, _page in pages_of(hc1):
        check_on_paper(pdf, hc1)


def test_the_longest_payload_of_the_schema_fits_with_es256_and_is_refused_with_ps256() -> None:
    country = a_country()
    es256, ps256 = (an_hc1(payload_of_length(80), signer) for signer in (country.es256, country.ps256))
    for pdf, _page in pages_of(es256):
        check_on_paper(pdf, es256)
    assert len(ps256) > 1588
    with pytest.raises(PrintError, match="qr-too-long") as caught:
        pages_of(ps256)
    for language in LANGUAGES:
        assert sentence(caught.value, language) not in ("", "qr-too-long")


@pytest.mark.parametrize("signer", SIGNERS)
def test_the_longest_names_fit_when_the_rest_is_as_the_platform_writes_it(signer: str) -> None:
    usual = a_payload(
        **{"is": "Ministry of Health of Viet Nam", "ci": "URN:UVCI:01:VN:0A1B2C3D4E5F60718293A4B5C6D7E8F9#1"}
    )
    hc1 = an_hc1(payload_of_length(80) | {"v": usual["v"]}, getattr(a_country(), signer))
    assert len(hc1) > 1000
    for pdf, _page in pages_of(hc1):
        check_on_paper(pdf, hc1)


@pytest.mark.parametrize("paper", ["A6", "A5", "A4"])
def test_the_slip_keeps_its_module_or_is_refused(paper: str) -> None:
    unit = "Trạm Y tế lưu động số 3 phường Bình Hưng Hòa B, quận Bình Tân, TP. Hồ Chí Minh"
    for name in ("Ý", "Nguyễn Hoàng Phương Thảo Nguyên Công Tằng Tôn Nữ Thị Bạch Tuyết"):
        record = a_record(a_person(name=name), site_name=unit, lot="LÔ-ABCDEFGH-123456")
        text = sign_slip(record, a_site_key(), "k" * 43)
        pixels = proof.picture_of(certificate.render_slip(sheets.slip_sheet(record, text), paper), DPI)
        (code,) = proof.found_codes(pixels)
        side_mm = (code.position.top_right.x - code.position.top_left.x + 1) / DPI * 25.4
        modules = min(qr._modules(text, level) for _, level in qr.LEVELS)
        assert code.text == text
        assert side_mm / modules >= qr.MODULE_MM_LEAST
