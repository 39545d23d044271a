"""The citizen number's own rules: what it says about birth and sex, what contradicts it, what can never be one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaxdesk.errors import InputRefused, Severity
from vaxdesk.messages import LANGUAGES, sentence
from vaxdesk.models import citizen_id
from vaxdesk.models.values import CitizenId, Sex


def refusal(text: str) -> str:
    with pytest.raises(InputRefused) as caught:
        citizen_id.parse(text)
    assert all(" " in sentence(caught.value, language) for language in LANGUAGES)
    return caught.value.code


@pytest.mark.parametrize(
    "text", ["079303000456", " 079303000456 ", "079 303 000 456", "079.303.000456", "0793-0300-0456"]
)
def test_twelve_digits_are_a_number_also_in_groups(text: str) -> None:
    assert citizen_id.parse(text).digits == "079303000456"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "citizen-id-missing"),
        ("   ", "citizen-id-missing"),
        ("1", "citizen-id-too-short"),
        ("07930300045", "citizen-id-too-short"),
        ("0793030004567", "citizen-id-too-long"),
        ("0" * 4000, "citizen-id-too-long"),
        ("012345678", "citizen-id-old-number"),
        ("B1234567", "citizen-id-passport"),
        ("c12345678", "citizen-id-passport"),
        ("07930300045O", "citizen-id-not-digits"),
        ("０７９３０３０００４５６", "citizen-id-not-digits"),
        ("٠٧٩٣٠٣٠٠٠٤٥٦", "citizen-id-not-digits"),
        ("²²²²²²²²²²²²", "citizen-id-not-digits"),
        ("-79303000456", "citizen-id-too-short"),
        ("7.93E+10", "citizen-id-not-digits"),
        ("000000000000", "citizen-id-impossible"),
        ("111111111111", "citizen-id-impossible"),
        ("000199000001", "citizen-id-impossible"),
    ],
)
def test_anything_else_is_refused_with_its_own_sentence(text: str, code: str) -> None:
    assert refusal(text) == code


@pytest.mark.parametrize(
    ("digits", "year", "sex"),
    [
        ("001090000123", 1990, Sex.MALE),
        ("001190000123", 1990, Sex.FEMALE),
        ("079203000456", 2003, Sex.MALE),
        ("079303000456", 2003, Sex.FEMALE),
        ("079412000456", 2112, Sex.MALE),
        ("079999000456", 2399, Sex.FEMALE),
    ],
)
def test_the_number_says_year_and_sex(digits: str, year: int, sex: Sex) -> None:
    number = citizen_id.parse(digits)
    assert (citizen_id.birth_year(number), citizen_id.sex_of(number)) == (year, sex)


def test_contradictions_stop_and_unknown_codes_warn() -> None:
    number = citizen_id.parse("079303000456")
    assert citizen_id.check(number, "2003-10-09", Sex.FEMALE) == ()
    assert citizen_id.check(number, "2003", Sex.UNKNOWN) == ()
    found = citizen_id.check(number, "1993-10-09", Sex.MALE)
    assert {(p.code, p.severity) for p in found} == {
        ("citizen-id-year-contradicts", Severity.STOP),
        ("citizen-id-sex-contradicts", Severity.STOP),
    }
    (unknown,) = citizen_id.check(citizen_id.parse("003303000456"), "2003-10-09", Sex.FEMALE)
    assert (unknown.code, unknown.severity) == ("citizen-id-unknown-code", Severity.WARN)


def test_provinces_and_countries_are_known() -> None:
    assert citizen_id.region_of(CitizenId("001090000123")) == "Hà Nội"
    assert citizen_id.region_of(CitizenId("096090000123")) == "Cà Mau"
    assert citizen_id.region_of(CitizenId("107090000123")) == "nước ngoài"
    assert citizen_id.region_of(CitizenId("003090000123")) is None


@given(st.text(max_size=40))
def test_no_text_crashes_the_check(text: str) -> None:
    try:
        assert len(citizen_id.parse(text).digits) == 12
    except InputRefused as error:
        assert error.problems[0].field == "citizen_id"  # noqa: PT017


def test_a_number_never_shows_in_its_repr() -> None:
    number = citizen_id.parse("079303000456")
    assert "079303000456" not in repr(number)
    assert number.masked == "0793••••0456"
