"""Scans: what is a card is read exactly, what is damaged is repaired visibly or refused with a sentence, and nothing crashes."""

from __future__ import annotations

import random
import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaxdesk.demo.people import MadeUpPerson, app_text, card_text, population
from vaxdesk.errors import ScanError, Severity
from vaxdesk.messages import LANGUAGES, sentence
from vaxdesk.models import citizen_id, scan
from vaxdesk.models.text_repair import fold, normal_name
from vaxdesk.models.values import CardKind, CertificateText, IdentityCard, LotLabel, Sex, SlipText

TODAY = date(2026, 1, 5)
CARD = "079303000456||Trần Thị Bích|09102003|Nữ|Tổ 2, Phường Thử, Quận Mẫu, TP. Hồ Chí Minh|10072021"
VIETNAMESE = (
    "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ"
    "ÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴĐ"
)


def card(text: str) -> IdentityCard:
    found = scan.parse(text, TODAY)
    assert isinstance(found, IdentityCard)
    return found


def codes(text: str) -> list[str]:
    """The codes of a refused text; each must have a sentence that says something in both languages."""
    with pytest.raises(ScanError) as caught:
        scan.parse(text, TODAY)
    for problem in caught.value.problems:
        assert all(len(sentence(problem, language).split()) > 4 for language in LANGUAGES), problem.code
    return [problem.code for problem in caught.value.problems]


def field(index: int, value: str) -> str:
    fields = CARD.split("|")
    fields[index] = value
    return "|".join(fields)


def test_a_2021_card_is_read_exactly() -> None:
    found = card(CARD)
    assert found.kind is CardKind.CHIP_CARD_2021
    person = found.person
    assert (person.citizen_id, person.old_id, person.name) == ("079303000456", "", "Trần Thị Bích")
    assert (person.birth_date, person.sex) == ("2003-10-09", Sex.FEMALE)
    assert (found.issue_date, found.notes, found.masked) == (date(2021, 7, 10), (), False)


def test_a_2024_card_keeps_its_tail_as_it_came() -> None:
    found = card(CARD + "||||cha")
    assert found.kind is CardKind.CARD_2024
    assert found.extra == ("", "", "", "cha")


def test_the_app_is_read_also_masked() -> None:
    whole = card("079303000456|TRAN THI BICH|2003-10-09|0|Q1|D1<2<HN1<0901234567<sig")
    assert (whole.kind, whole.masked, whole.person.sex) == (CardKind.CITIZEN_APP, False, Sex.FEMALE)
    assert whole.person.phone == "0901234567"
    hidden = card("******000456|TRAN THI BICH|2003-**-**|0|Q1|D1<2")
    assert hidden.masked


def test_certificates_slips_numbers_and_labels_are_told_apart() -> None:
    assert isinstance(scan.parse("HC1:6BFOXN", TODAY), CertificateText)
    assert isinstance(scan.parse("VXS1:6BFOXN\r\n", TODAY), SlipText)
    assert card("079 303 000 456").person.citizen_id == "079303000456"
    assert scan.parse("LOT FL4574 EXP 02/2022", TODAY) == LotLabel("FL4574", date(2022, 2, 28))
    assert scan.parse("Số lô: fl4574", TODAY) == LotLabel("FL4574")


@pytest.mark.parametrize(
    "text",
    [
        "(01)08712345678906(17)220200(10)FL4574(21)77",
        "]d20108712345678906172202001" + "0FL4574\x1d2177",
        "01087123456789061722020010FL4574\x1d2177",
    ],
)
def test_a_gs1_label_is_read_in_every_form(text: str) -> None:
    assert scan.parse(text, TODAY) == LotLabel("FL4574", date(2022, 2, 28), "08712345678906", "77")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "scan-empty"),
        (" \r\n", "scan-empty"),
        ("x" * 5000, "scan-too-long"),
        ("hello world", "scan-unknown"),
        ("https://example.invalid/menu", "scan-unknown"),
        ("07930300045", "citizen-id-too-short"),
        ("0793030004567", "citizen-id-too-long"),
        ("B1234567", "citizen-id-passport"),
        ("025123456", "citizen-id-old-number"),
        ("|".join(CARD.split("|")[:6]), "scan-fields-missing"),
        (CARD + "|||||", "scan-fields-extra"),
        (CARD + CARD, "scan-fields-extra"),
        (field(0, ""), "citizen-id-missing"),
        (field(0, "07930300045"), "citizen-id-too-short"),
        (field(0, "07930300O456"), "citizen-id-not-digits"),
        (field(1, "12345"), "scan-old-number-unreadable"),
        (field(2, ""), "name-missing"),
        (field(3, "31022003"), "scan-birth-date-unreadable"),
        (field(3, "9102003"), "scan-birth-date-unreadable"),
        (field(3, "09101993"), "citizen-id-year-contradicts"),
        (field(4, "Nam"), "citizen-id-sex-contradicts"),
        (field(4, "X"), "scan-sex-unreadable"),
        (field(6, "10072002"), "scan-issued-before-birth"),
        (field(6, ""), "scan-issue-date-unreadable"),
        (field(2, "Tr?n Th? B�ch"), "scan-garbled"),
        (field(2, "Tra62n Thi5 Bi1ch"), "scan-input-method"),
        (field(2, "Traanf Thij Bichs"), "scan-input-method"),
        (field(2, "Nguyeenx Vawn An"), "scan-input-method"),
        ("079303000456||Tran Thi Bich|09102003|Nu|To 2, Phuong Thu|10072021", "scan-marks-lost"),
    ],
)
def test_what_is_damaged_or_incomplete_is_refused(text: str, code: str) -> None:
    assert code in codes(text)


@pytest.mark.parametrize(
    "name",
    [
        "H'Bia Niê", "Y Moan Êñuôl", "K'Đớp", "Thạch Sô Phia", "Y Blốt", "Lò", "Nguyễn-Lê Thị Mai", "O’Hara Thị Lan",
        "Giàng A Chỉnh", "Rơ Châm H'Phik", "Lee Thị Hoa", "Owen Trần", "Nguyễn Thị Xoong", "Ksor Hlang", "Đinh Đăng Đạt",
    ],
)  # fmt: skip
def test_names_of_all_peoples_pass_as_they_are(name: str) -> None:
    assert card(field(2, name)).person.name == name


def test_a_name_without_marks_is_taken_with_a_warning() -> None:
    found = card(field(2, "Tran Thi Bich"))
    assert [(note.code, note.severity) for note in found.notes] == [("scan-name-without-marks", Severity.WARN)]


def test_a_decomposed_text_is_put_together_visibly() -> None:
    found = card(unicodedata.normalize("NFD", CARD))
    assert found.person.name == "Trần Thị Bích"
    assert [note.code for note in found.notes] == ["scan-name-recomposed"]


@pytest.mark.parametrize("page", ["cp1252", "latin-1"])
def test_a_text_read_in_the_wrong_page_is_repaired_visibly_or_refused(page: str) -> None:
    spoilt = CARD.encode().decode(page, errors="replace")
    try:
        found = card(spoilt)
    except ScanError as error:
        assert error.code == "scan-garbled"  # noqa: PT017
    else:
        assert found.person.name == "Trần Thị Bích"
        assert "scan-text-repaired" in [note.code for note in found.notes]


@pytest.mark.parametrize("letter", list(VIETNAMESE))
def test_every_vietnamese_letter_survives_both_forms(letter: str) -> None:
    name = f"Trần {letter}n"
    for form in ("NFC", "NFD"):
        assert card(field(2, unicodedata.normalize(form, name))).person.name == name


@pytest.mark.parametrize("letter", list(VIETNAMESE))
def test_every_vietnamese_letter_folds_to_plain_ascii(letter: str) -> None:
    for form in ("NFC", "NFD"):
        assert fold(unicodedata.normalize(form, letter)) in "aeiouyd"


def test_control_and_direction_characters_never_reach_a_name() -> None:
    found = card(field(2, "Trần\u202eThị\u0007 Bích"))
    assert found.person.name == "TrầnThị Bích"
    assert "scan-controls-removed" in [note.code for note in found.notes]
    assert normal_name("<b>An</b>\u200b") == "<b>An</b>"


@pytest.fixture(scope="module")
def people() -> tuple[MadeUpPerson, ...]:
    return population(77, 1000)


def test_a_thousand_valid_cards_of_every_kind_are_read_exactly(people: tuple[MadeUpPerson, ...]) -> None:
    for index, person in enumerate(people):
        kind = (CardKind.CHIP_CARD_2021, CardKind.CARD_2024)[index % 2]
        found = card(card_text(person, kind))
        assert found.person.citizen_id == person.number
        assert found.person.name == person.name
        assert found.person.birth_date == person.birth_date.isoformat()
        assert found.kind is kind
        assert card(app_text(person)).person.citizen_id == person.number


def test_three_hundred_broken_cards_are_all_refused_with_a_sentence(people: tuple[MadeUpPerson, ...]) -> None:
    draw = random.Random(3)
    breakages = (
        lambda f: [*f[:0], f[0][:-1], *f[1:]],
        lambda f: [f[0] + "1", *f[1:]],
        lambda f: ["X" + f[0][1:], *f[1:]],
        lambda f: ["", *f[1:]],
        lambda f: [*f[:3], "00" + f[3][2:], *f[4:]],
        lambda f: [*f[:3], f[3][:4] + str(int(f[3][4:]) + 1), *f[4:]],
        lambda f: [*f[:4], "Nữ" if f[4] == "Nam" else "Nam", *f[5:]],
        lambda f: f[: draw.randrange(2, 6)],
        lambda f: [*f[:2], f[2][:2] + "�" + f[2][2:], *f[3:]],
        lambda f: [*f[:6], "99999999"],
        lambda f: f + f,
        lambda f: [*f[:2], "", *f[3:]],
    )
    refused = 0
    for index, person in enumerate(people[:300]):
        fields = card_text(person).split("|")
        assert codes("|".join(breakages[index % len(breakages)](fields)))
        refused += 1
    assert refused == 300


@given(st.text(max_size=300))
def test_no_text_crashes_the_parser(text: str) -> None:
    try:
        scan.parse(text, TODAY)
    except ScanError as error:
        assert error.problems  # noqa: PT017


@given(st.lists(st.text(max_size=20), min_size=2, max_size=13))
def test_no_fields_crash_the_card_parser(fields: list[str]) -> None:
    try:
        found = scan.parse("|".join(fields), TODAY)
    except ScanError as error:
        assert error.problems  # noqa: PT017
    else:
        assert not isinstance(found, IdentityCard) or found.masked or citizen_id.parse(found.person.citizen_id)
