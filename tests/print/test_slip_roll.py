"""The dose slip on a thermal roll of 80 or 58 mm: whole at 203 dots an inch in black alone, as long as it has to be, and asked for at
the spooler by its size."""

from __future__ import annotations

import ctypes
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import pytest
import zxingcpp
from pypdfium2 import raw as pdfium
from support.issuer import a_country
from support.papers import NEXT_DAY, PERSON, SITE, a_certificate, a_person, a_record, a_site_key

from vaxdesk.errors import PrintError, SpoolerError
from vaxdesk.keys.device import jwk_of
from vaxdesk.models.values import DoseRecord, Series
from vaxdesk.print import issue_sheet, proof, qr, slip_roll, spooler
from vaxdesk.print.hcert import trust_from_keys
from vaxdesk.print.issue_sheet import PrintedDocument
from vaxdesk.print.slip import verify_slip

HEAD_DPI = 203.2  # 8 dots a millimetre
BLACK = 128
PRINTABLE_MM = {"80mm": 72, "58mm": 48}
LONG = a_record(
    a_person(name="Nguyễn Hoàng Phương Thảo Nguyên Công Tằng Tôn Nữ Thị Bạch Tuyết"),
    site_name="Trạm Y tế lưu động số 3 phường Bình Hưng Hòa B, quận Bình Tân, TP. Hồ Chí Minh",
    series=Series.BOOSTER, dose_number=3, lot="LÔ-ABCDEFGH-123456",
)  # fmt: skip
SLIPS = [(record, roll) for record in (a_record(), LONG) for roll in PRINTABLE_MM]


def made(record: DoseRecord, paper: str, form: str = "slip", **more: Any) -> PrintedDocument:
    trust = trust_from_keys(a_country().trust_keys)
    certificate = more.get("certificate")
    return issue_sheet.produce(record, (), SITE, certificate, trust, form, paper, a_site_key(), at=NEXT_DAY)


def as_printed(pdf: bytes) -> Any:
    """What a thermal head leaves: each dot black or not (rows, columns)."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        pixels = document[0].render(scale=HEAD_DPI / 72, grayscale=True, optimize_mode="print").to_numpy()
    finally:
        document.close()
    return np.where(pixels < BLACK, 0, 255).astype("uint8")


def fills(pdf: bytes) -> set[tuple[int, ...]]:
    """The colours that letters and modules are filled with."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        found = set()
        for each in document[0].get_objects():
            parts = [ctypes.c_uint() for _ in range(4)]
            if each.type == pdfium.FPDF_PAGEOBJ_TEXT or each.type == pdfium.FPDF_PAGEOBJ_PATH:
                assert pdfium.FPDFPageObj_GetFillColor(each, *map(ctypes.byref, parts))
                found.add(tuple(part.value for part in parts[:3]))
        return found
    finally:
        document.close()


@pytest.mark.parametrize(("record", "roll"), SLIPS)
def test_the_code_is_read_from_the_dots_of_a_thermal_head(record: DoseRecord, roll: str) -> None:
    dots = as_printed(made(record, roll).pdf)
    (code,) = zxingcpp.read_barcodes(dots, formats=zxingcpp.BarcodeFormat.QRCode)
    slip = verify_slip(code.text, {jwk_of(a_site_key())["kid"]: a_site_key().public_key()})
    assert (slip.name, slip.citizen_number) == (record.person.name, PERSON.citizen_id.digits)
    modules = qr.encode(code.text, qr.SIDE_MM_MAX, slip_roll.DOTS_PER_MM).modules
    left, right = code.position.top_left.x, code.position.top_right.x
    assert (right - left + 1) / modules == pytest.approx(4, abs=0.06)


@pytest.mark.parametrize(("record", "roll"), SLIPS)
def test_every_module_is_whole_dots_wide_and_every_letter_black(record: DoseRecord, roll: str) -> None:
    document = made(record, roll)
    assert fills(document.pdf) == {(0, 0, 0)}
    grey = proof.picture_of(document.pdf, 203)
    (code,) = proof.found_codes(grey)
    wanted = qr.encode(code.text, qr.SIDE_MM_MAX, slip_roll.DOTS_PER_MM)
    assert (wanted.module_mm * slip_roll.DOTS_PER_MM) % 1 == 0
    assert wanted.module_mm >= qr.MODULE_MM_MIN
    across = as_printed(document.pdf).min(axis=0) == 0
    margin = (across.size / 8 - PRINTABLE_MM[roll]) / 2 * 8
    assert across.nonzero()[0][0] >= margin - 1
    assert across.nonzero()[0][-1] <= across.size - margin + 1


@pytest.mark.parametrize("roll", PRINTABLE_MM)
def test_the_roll_is_cut_behind_the_last_line(roll: str) -> None:
    heights = []
    for record in (a_record(), LONG):
        pdf = made(record, roll).pdf
        said, inked = proof.text_of(pdf), (as_printed(pdf).min(axis=1) == 0).nonzero()[0]
        assert PERSON.citizen_id.digits not in said
        assert record.dose.id in said.replace("\r\n", "")
        heights.append(as_printed(pdf).shape[0])
        assert 2 < (heights[-1] - inked[-1]) / 8 < 8
    assert heights[0] < heights[1] < 200 * 8


def test_a_roll_takes_slips_alone() -> None:
    for roll in PRINTABLE_MM:
        with pytest.raises(PrintError, match="print-paper-unknown"):
            made(a_record(), roll, "certificate", certificate=a_certificate(a_record()))
    assert set(slip_roll.ROLLS) == set(PRINTABLE_MM) == {roll for roll in PRINTABLE_MM if spooler.ROLLS.fullmatch(roll)}


def test_the_spooler_is_asked_for_the_size_of_the_slip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, ...]] = []

    def run(program: str, *arguments: str, **_more: object) -> bytes:
        asked.append(arguments)
        return b"request id is Cuon-7 (1 file(s))\n"

    monkeypatch.setattr(spooler, "_run", run)
    pdf = made(a_record(), "58mm").pdf
    spooler.submit(pdf, "Cuon", "t", media="58mm")
    height = round(as_printed(pdf).shape[0] / 8)
    assert f"media=Custom.58x{height}mm" in asked[-1]
    with pytest.raises(SpoolerError, match="spooler-bad-request"):
        spooler.submit(b"%PDF-1.4 no page", "Cuon", "t", media="58mm")
