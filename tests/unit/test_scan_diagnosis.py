"""The scanner's test tells what happened to a known code on the way; bytes of a serial reader are read exactly or not at all."""

from __future__ import annotations

import unicodedata
from datetime import date
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaxdesk.demo.people import card_text, population
from vaxdesk.errors import ScanError
from vaxdesk.messages import LANGUAGES, Language, templates
from vaxdesk.models import scan
from vaxdesk.models.scan_diagnosis import (
    CARD_CODE,
    CERTIFICATE_CODE,
    CODES,
    TELEX_PROBE,
    VNI_PROBE,
    Finding,
    Verdict,
    compare,
    diagnose,
)
from vaxdesk.models.scan_reading import FRAME_BYTES_MAX, LETTERS, Ending, Frames, Reading, Source, decoded
from vaxdesk.models.text_repair import case_put_right, is_garbled
from vaxdesk.models.values import CertificateText, IdentityCard

TODAY = date(2026, 1, 5)
CARD = "079303000456||Trần Thị Bích|09102003|Nữ|Tổ 2, Phường Thử, Quận Mẫu, TP. Hồ Chí Minh|10072021"
GERMAN = str.maketrans("yzYZ|/-:", "zyZY>-ßÖ")
FRENCH = str.maketrans("0123456789qwazm|-/", "à&é\"'(-è_çazqw,°)!")


def without_marks(text: str) -> str:
    apart = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def found(text: str, code: str = CARD_CODE) -> tuple[Finding, ...]:
    return compare(code, text).findings


DAMAGES = [
    pytest.param(CARD_CODE.swapcase(), Finding.CAPS_LOCK, id="caps lock"),
    pytest.param(unicodedata.normalize("NFD", CARD_CODE), Finding.RECOMPOSED, id="decomposed"),
    pytest.param(CARD_CODE.encode().decode("latin-1"), Finding.PAGE_WRONG, id="another page"),
    pytest.param(CARD_CODE.replace(TELEX_PROBE, "việt đồng thứ"), Finding.TELEX, id="telex"),
    pytest.param(CARD_CODE.replace(VNI_PROBE, "việt đồng thứ"), Finding.VNI, id="vni"),
    pytest.param(CARD_CODE.translate(GERMAN), Finding.LAYOUT, id="german keys"),
    pytest.param(CARD_CODE.translate(FRENCH), Finding.LAYOUT, id="french keys"),
    pytest.param(without_marks(CARD_CODE), Finding.MARKS_LOST, id="marks lost"),
    pytest.param("".join(ch for ch in CARD_CODE if ch.isascii()), Finding.MARKS_LOST, id="letters left out"),
    pytest.param(CARD_CODE.encode("ascii", "replace").decode(), Finding.LETTERS_LOST, id="question marks"),
    pytest.param(CARD_CODE.encode().decode("cp1252", "replace"), Finding.LETTERS_LOST, id="another page, with loss"),
    pytest.param(CARD_CODE[:-1], Finding.CUT_OFF, id="one letter short"),
    pytest.param(CARD_CODE[:40], Finding.CUT_OFF, id="length limit"),
    pytest.param(CARD_CODE[1:], Finding.BEGINNING_LOST, id="first key lost"),
    pytest.param(CARD_CODE.replace("TEST", "TXST"), Finding.DIFFERENT, id="something else"),
    pytest.param(CARD, Finding.NOT_THE_CODE, id="a card"),
    pytest.param("", Finding.NOT_THE_CODE, id="nothing"),
]


@pytest.mark.parametrize(("text", "finding"), DAMAGES)
def test_each_damage_is_told_by_its_name(text: str, finding: Finding) -> None:
    assert found(text) == (finding,)


@pytest.mark.parametrize("code", CODES)
def test_a_code_that_came_as_it_is_is_exact(code: str) -> None:
    told = diagnose(Reading(code))
    assert (told.findings, told.differences, told.verdict) == ((Finding.EXACT,), (), Verdict.WELL)


def test_the_certificate_code_is_recognised_by_itself() -> None:
    assert diagnose(Reading(CERTIFICATE_CODE.lower())).findings == (Finding.CAPS_LOCK,)
    assert diagnose(Reading(CERTIFICATE_CODE.translate(GERMAN))).findings == (Finding.LAYOUT,)


def test_two_damages_are_both_told() -> None:
    assert found(without_marks(CARD_CODE)[:200]) == (Finding.MARKS_LOST, Finding.CUT_OFF)
    assert found(CARD_CODE[:200].swapcase()) == (Finding.CAPS_LOCK, Finding.CUT_OFF)


def test_how_it_came_is_told_as_well() -> None:
    slow = diagnose(Reading(CARD_CODE, Source.KEYS, Ending.NONE, gap_mean_ms=80.0))
    assert slow.findings == (Finding.EXACT, Finding.TOO_SLOW, Finding.ENTER_MISSING)
    assert slow.verdict is Verdict.BADLY
    assert diagnose(Reading(CARD_CODE, Source.SERIAL, Ending.NONE)).findings == (Finding.EXACT,)


def test_the_verdict_is_the_worst_of_all() -> None:
    assert compare(CARD_CODE, CARD_CODE.swapcase()).verdict is Verdict.MENDED
    assert compare(CARD_CODE, CARD_CODE.swapcase()[:200]).verdict is Verdict.BADLY


def test_differences_name_the_letters() -> None:
    first = compare(CARD_CODE, without_marks(CARD_CODE)).differences[0]
    assert (first.expected, first.received) == ("ã", "a")


def test_a_card_scanned_by_mistake_is_never_shown() -> None:
    told = [diagnose(Reading(card_text(person))) for person in islice(population(1, 40), 40)]
    assert {(one.findings, one.differences) for one in told} == {((Finding.NOT_THE_CODE,), ())}


def test_the_test_code_has_every_letter_and_no_damage_of_its_own() -> None:
    assert set(CARD_CODE) >= LETTERS
    assert len(LETTERS) == 134
    assert not is_garbled(CARD_CODE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_has_a_sentence(language: Language) -> None:
    assert [kind for kind in Finding if kind.code not in templates(language)] == []


@given(st.text(max_size=300))
def test_whatever_comes_is_diagnosed(text: str) -> None:
    assert diagnose(Reading(text)).findings


# --- at the desk


@pytest.mark.parametrize("text", [CARD_CODE, CERTIFICATE_CODE, f"]Q1{CARD_CODE}\r\n"])
def test_a_test_code_is_refused_at_the_desk_by_name(text: str) -> None:
    with pytest.raises(ScanError) as caught:
        scan.parse(text, TODAY)
    assert [problem.code for problem in caught.value.problems] == ["scan-test-code"]


@pytest.mark.parametrize(("text", "finding"), DAMAGES[:-2])
def test_a_damaged_test_code_is_never_a_person(text: str, finding: Finding) -> None:
    with pytest.raises(ScanError):
        scan.parse(text, TODAY)


def test_a_card_scanned_with_caps_lock_on_is_put_right_and_says_so() -> None:
    found_card = scan.parse(CARD.swapcase(), TODAY)
    assert isinstance(found_card, IdentityCard)
    assert found_card.person.name == "Trần Thị Bích"
    assert found_card.person.address.startswith("Tổ 2, Phường Thử")
    assert [note.code for note in found_card.notes] == ["scan-case-turned"]


def test_a_certificate_scanned_with_caps_lock_on_is_put_right() -> None:
    assert scan.parse("hc1:6bfoxn%ts", TODAY) == CertificateText("HC1:6BFOXN%TS")


@pytest.mark.parametrize("text", [CARD, CARD.upper(), "Nguyễn văn A", "K'Sor H'Bee", "TRAN THI BICH", "nam", ""])
def test_what_was_typed_without_caps_lock_stays(text: str) -> None:
    assert case_put_right(text) == text


def test_the_mark_of_the_kind_of_code_is_taken_off() -> None:
    assert isinstance(scan.parse(f"]Q1{CARD}", TODAY), IdentityCard)


# --- bytes

TONE_OF = dict(zip("\u0300\u0301\u0309\u0303\u0323", (0xCC, 0xEC, 0xD2, 0xDE, 0xF2), strict=True))


def windows_1258(text: str) -> bytes:
    """A letter with its mark, then its tone."""
    written = bytearray()
    for letter in text:
        apart = unicodedata.normalize("NFD", letter)
        tone = next((mark for mark in apart if mark in TONE_OF), "")
        written += unicodedata.normalize("NFC", apart.replace(tone, "") if tone else apart).encode("cp1258")
        written += bytes([TONE_OF[tone]]) if tone else b""
    return bytes(written)


# From a table of the old page, letter by letter: à á ả ã ạ ă ằ ắ ẳ ẵ ặ â ầ ấ ẩ ẫ ậ đ è é ẻ ẽ ẹ ê ề ế ể ễ ệ ì í ỉ ĩ ị ...
TCVN3_LETTERS = "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂĐÊÔƠƯ"
TCVN3_BYTES = "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ¡¢§£¤¥¦".encode("latin-1")


def tcvn3(text: str) -> bytes:
    table = dict(zip(TCVN3_LETTERS, TCVN3_BYTES, strict=True))
    return bytes(table.get(letter) or ord(letter) for letter in text)


@pytest.mark.parametrize("encode", [str.encode, windows_1258, tcvn3])
def test_a_serial_card_is_read_in_its_page(encode: object) -> None:
    assert decoded(encode(CARD)) == CARD  # type: ignore[operator]


def test_every_letter_is_read_in_windows_1258() -> None:
    """One word a letter, as tones stand in words."""
    text = " ".join(sorted(LETTERS))
    assert decoded(windows_1258(text)) == text


def test_bytes_that_are_no_page_are_marked_not_guessed() -> None:
    assert decoded(b"079303000456|Tr\xff\xfen") == "079303000456|Tr\ufffd\ufffdn"


@given(st.binary(max_size=200))
def test_any_bytes_are_some_text(frame: bytes) -> None:
    assert len(decoded(frame)) <= len(frame)


def test_frames_end_at_returns_and_line_feeds_however_they_arrive() -> None:
    frames = Frames()
    assert frames.feed(b"abc\r\nde") == [b"abc"]
    assert frames.feed(b"f\rg\n\r\nh") == [b"def", b"g"]
    assert (frames.is_open, frames.rest(), frames.is_open, frames.rest()) == (True, b"h", False, b"")


def test_a_frame_without_end_is_limited_and_refused_as_too_long() -> None:
    frames = Frames()
    for _ in range(3):
        assert frames.feed(b"x" * FRAME_BYTES_MAX) == []
    rest = decoded(frames.rest())
    assert len(rest) == FRAME_BYTES_MAX + 1
    with pytest.raises(ScanError, match="scan-too-long"):
        scan.parse(rest, TODAY)
