"""The printer's test page: proven like a document, with rulers that are as long as they say, and every Vietnamese letter."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from vaxdesk.errors import ProofFailed
from vaxdesk.print import proof, test_page

UNIT = "Trạm Y tế Phường 5, Quận 10"
DPI = 254  # ten pixels a millimetre
TONES = "\u0300\u0309\u0303\u0301\u0323"


@pytest.fixture(scope="module", params=["A4", "A5"])
def pdf(request: pytest.FixtureRequest) -> bytes:
    return test_page.produce(UNIT, request.param)


def test_its_code_is_read_and_says_that_it_is_no_certificate(pdf: bytes, tmp_path: Path) -> None:
    (tmp_path / "page.pdf").write_bytes(pdf)
    assert proof.read_codes(tmp_path / "page.pdf") == ["VAXDESK TEST PAGE: MADE UP - NO CERTIFICATE"]


def test_it_shows_every_vowel_with_every_tone(pdf: bytes) -> None:
    said = unicodedata.normalize("NFC", proof.text_of(pdf))
    wanted = {unicodedata.normalize("NFC", vowel + tone) for vowel in "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY" for tone in TONES}
    assert wanted - set(said) == set()
    assert set("đĐưƯơƠăĂâÂêÊôÔ") <= set(said)
    assert UNIT in said


def test_both_rulers_are_a_hundred_millimetres(pdf: bytes) -> None:
    dark = proof.picture_of(pdf, DPI) < 140
    assert max(_longest_run(row) for row in dark) == pytest.approx(1000, abs=8)
    assert max(_longest_run(column) for column in dark.T) == pytest.approx(1000, abs=8)


def test_a_name_too_long_for_the_page_makes_no_page() -> None:
    with pytest.raises(ProofFailed):
        test_page.produce("Trạm Y tế " * 60, "A5")


def _longest_run(dark: object) -> int:
    longest = here = 0
    for one in dark:  # type: ignore[attr-defined]
        here = here + 1 if one else 0
        longest = max(longest, here)
    return longest
