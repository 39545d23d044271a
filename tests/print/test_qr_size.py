"""QR codes: the size the specification asks, modules a printer and a phone can tell apart, and no module lost in merging."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaxdesk.errors import PrintError
from vaxdesk.print import qr

TEXTS = st.text(alphabet=sorted(qr.ALPHANUMERIC), min_size=1, max_size=900)


def text_of(length: int) -> str:
    return ("HC1:" + "6BFOXN%TS3DH0YOJ58S S-W5HDC *M0II5XHC9B5" * 110)[:length]


@pytest.mark.parametrize("length", [250, 340, 420, 500, 564, 640, 825, 854])
def test_the_printed_size_is_within_the_specification(length: int) -> None:
    code = qr.encode(text_of(length))
    assert qr.DIAGONAL_MM[0] <= code.diagonal_mm <= qr.DIAGONAL_MM[1]
    assert code.module_mm >= qr.MODULE_MM_MIN
    assert code.quiet_mm == pytest.approx(4 * code.module_mm)


def test_the_level_gives_way_to_the_module_size() -> None:
    assert [qr.encode(text_of(length)).level for length in (340, 500, 825)] == ["Q", "M", "L"]


def test_modules_are_whole_printer_dots() -> None:
    dots = qr.encode(text_of(500)).module_mm * qr.DOTS_PER_MM
    assert dots == pytest.approx(round(dots))


@given(TEXTS)
def test_the_rectangles_are_exactly_the_dark_modules(text: str) -> None:
    code = qr.encode(text, 60)
    painted = [[0] * code.modules for _ in range(code.modules)]
    for left, top, width, height in code.rectangles:
        for row in range(top, top + height):
            for column in range(left, left + width):
                painted[row][column] += 1
    assert painted == [[int(dark) for dark in row] for row in code.rows]


@given(TEXTS)
def test_the_foreseen_version_is_the_one_made(text: str) -> None:
    for level, constant in qr.LEVELS:
        foreseen = qr._modules(text, constant)
        assert foreseen == len(qr._rows(text, constant)), level


@pytest.mark.parametrize("text", ["", "hc1:abc", "HC1:Ễ", "HC1:\n"])
def test_texts_outside_the_alphabet_are_refused(text: str) -> None:
    with pytest.raises(PrintError, match="qr-not-alphanumeric"):
        qr.encode(text)


@pytest.mark.parametrize("length", [2400, 4296, 4297])
def test_a_code_too_fine_to_scan_is_refused(length: int) -> None:
    with pytest.raises(PrintError, match="qr-too-long"):
        qr.encode(text_of(length))


LONGEST = 1588  # characters: level L in 109 modules of 0.38 mm


@given(st.integers(1, LONGEST))
def test_size_module_and_quiet_zone_hold_for_every_length(length: int) -> None:
    code = qr.encode(text_of(length))
    assert qr.DIAGONAL_MM[0] <= code.diagonal_mm <= qr.DIAGONAL_MM[1]
    assert code.module_mm >= qr.MODULE_MM_LEAST
    assert code.module_mm * qr.DOTS_PER_MM == pytest.approx(round(code.module_mm * qr.DOTS_PER_MM))
    assert code.quiet_mm == pytest.approx(4 * code.module_mm)


@given(st.integers(LONGEST + 1, 4296))
def test_beyond_the_limit_nothing_is_made_smaller(length: int) -> None:
    with pytest.raises(PrintError, match="qr-too-long"):
        qr.encode(text_of(length))


@given(st.integers(1, LONGEST), st.floats(20, 42))
def test_with_less_room_the_module_keeps_its_least_size_or_there_is_no_code(length: int, side_mm: float) -> None:
    fits = (
        max(qr._module_mm(qr._modules(text_of(length), level), side_mm) for _, level in qr.LEVELS) >= qr.MODULE_MM_LEAST
    )
    if fits:
        code = qr.encode(text_of(length), side_mm)
        assert code.side_mm <= side_mm
        assert code.module_mm >= qr.MODULE_MM_LEAST
    else:
        with pytest.raises(PrintError, match="qr-too-long"):
            qr.encode(text_of(length), side_mm)
