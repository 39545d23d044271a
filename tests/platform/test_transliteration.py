"""Names in A-Z as travel documents write them (ICAO 9303), and the payload that is as strict as its schema."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaxplatform.services import transliteration
from vaxplatform.services.dcc import NotCertifiable, names, payload, transliterated, uvci_of

SCHEMA = json.loads((Path(__file__).parent / "dcc_schema_1_3_0.json").read_text(encoding="utf-8"))
TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
BASES = dict(zip("aăâeêioôơuưy", "AAAEEIOOOUUY", strict=True))
LETTERS = {
    unicodedata.normalize("NFC", case(vowel) + tone): plain
    for vowel, plain in BASES.items()
    for tone in TONES
    for case in (str.lower, str.upper)
} | {"đ": "D", "Đ": "D"}
PRECOMPOSED = {letter: plain for letter, plain in LETTERS.items() if not letter.isascii()}
DOSE: dict[str, Any] = {
    "vaccineCode": {"coding": [{"system": "http://id.who.int/icd/release/11/mms", "code": "XM8NQ0"}]},
    "occurrenceDateTime": "2021-11-12T10:41:00+07:00",
    "protocolApplied": [{"doseNumberPositiveInt": 2, "seriesDosesPositiveInt": 2}],
}


def a_patient(name: str = "Trần Thị Bích", birth_date: Any = "2003-10-09") -> dict[str, Any]:
    return {"name": [{"use": "official", "text": name}], "birthDate": birth_date}


def made(dose: dict[str, Any] | None = None, patient: dict[str, Any] | None = None) -> dict[str, Any]:
    return payload(DOSE | (dose or {}), patient or a_patient(), uvci_of("d1", "x"))


def refused(dose: dict[str, Any] | None = None, patient: dict[str, Any] | None = None) -> str:
    with pytest.raises(NotCertifiable) as caught:
        made(dose, patient)
    return str(caught.value)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_all_134_precomposed_letters_have_their_latin_letter(form: Any) -> None:
    assert len(PRECOMPOSED) == 134
    for letter, plain in LETTERS.items():
        assert transliterated(unicodedata.normalize(form, letter)) == plain


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Y Ƀhiŏ Ŭng", "Y<BHIO<UNG"), ("Đinh ƀơ̆ng Ĕm", "DINH<BONG<EM"), ("Ksor Y-Čăm Ñuôl", "KSOR<Y<CAM<NUOL"),
        ("H'Bia Niê", "HBIA<NIE"), ("H’Hen", "HHEN"), ("Hʼ Hen", "H<HEN"), ("Ðặng Ɖoàn", "DANG<DOAN"), ("Đinh B-", "DINH<B"),
        ("Jürgen Groß Łoś Ærø Åse", "JUERGEN<GROSS<LOS<AEROE<AASE"), ("- -", ""), ("Lê\u00a0Văn  Tám", "LE<VAN<TAM"),
        ("<b>O'Brien</b>", "BOBRIENB"),
    ],
)  # fmt: skip
def test_names_as_people_bear_them(name: str, plain: str) -> None:
    if plain:
        assert transliterated(name) == plain
    else:
        with pytest.raises(NotCertifiable, match="name-not-transliterable"):
            transliterated(name)


def test_marks_that_are_written_out_are_so_in_either_form() -> None:
    assert transliteration.transliterated(unicodedata.normalize("NFD", "Jürgen Åse")) == "JUERGEN<AASE"


def test_a_letter_without_a_latin_form_is_not_left_out_in_silence() -> None:
    for name in ("Thị 王", "Нгуен", "Lê Ω"):
        with pytest.raises(NotCertifiable, match="name-not-transliterable"):
            transliterated(name)


@given(st.text(alphabet=sorted(LETTERS) + list("bcdghklmnpqrstvxBCDGHKLMNPQRSTVX' -’"), min_size=1, max_size=120))
def test_any_vietnamese_name_fits_the_schema_or_is_refused(name: str) -> None:
    try:
        found = names(name)
    except NotCertifiable:
        words = name.split()
        parts = ("".join(words[:1]), *filter(None, [" ".join(words[1:])]))
        assert any(not any(map(str.isalpha, part)) for part in parts)
        return
    for part in ("fnt", "gnt"):
        if part in found:
            assert re.fullmatch(r"[A-Z]+(<[A-Z]+)*", found[part])
            assert len(found[part]) <= 80
    assert unicodedata.is_normalized("NFC", found["fn"])
    decomposed = names(unicodedata.normalize("NFD", name))
    assert decomposed == found


def test_one_word_is_the_primary_identifier() -> None:
    assert names("Lò") == {"fn": "Lò", "fnt": "LO"}
    jsonschema.validate(made(patient=a_patient("Lò")), SCHEMA)


@pytest.mark.parametrize("name", ["B" * 79 + " " + "A" * 79 + " C", "Ø" * 79 + " A", "Lê " + "Â" * 79 + "-B"])
def test_a_name_at_the_limit_is_cut_as_the_schema_asks(name: str) -> None:
    found = made(patient=a_patient(name))
    jsonschema.validate(found, SCHEMA)
    assert not any(part.endswith(("<", " ")) for part in found["nam"].values())


@pytest.mark.parametrize(
    ("moment", "day"),
    [("2021-11-12T10:41:00+07:00", "2021-11-12"), ("2021-11-11T20:00:00Z", "2021-11-12"), ("2021-11-12", "2021-11-12"),
     ("2021-11-11T23:30:00.000+07:00", "2021-11-11")],
)  # fmt: skip
def test_the_day_is_that_of_viet_nam(moment: str, day: str) -> None:
    assert made({"occurrenceDateTime": moment})["v"][0]["dt"] == day


@pytest.mark.parametrize("moment", [None, "", "2021", "2021-11", "2021-13-40", "yesterday", "2021-11-12T10:00:00"])
def test_a_dose_without_a_day_is_not_certified(moment: Any) -> None:
    assert refused({"occurrenceDateTime": moment}) == "day-of-dose-missing"


@pytest.mark.parametrize("birth_date", ["2003-10-09", "2003-10", "2003", "", None])
def test_partial_birth_dates_fit_the_schema(birth_date: Any) -> None:
    found = made(patient=a_patient(birth_date=birth_date))
    jsonschema.validate(found, SCHEMA)
    assert found["dob"] == (birth_date or "")


@pytest.mark.parametrize("birth_date", ["1899-01-01", "09/10/2003", "2003-10-09T00:00:00", "19٠٣"])
def test_a_birth_date_the_schema_does_not_know_is_refused(birth_date: str) -> None:
    assert refused(patient=a_patient(birth_date=birth_date)) == "birth-date-outside-schema"


@pytest.mark.parametrize("count", [0, -1, 10, 1.0, True, "2", None])
def test_dose_numbers_are_whole_and_of_one_figure(count: Any) -> None:
    for field in ("doseNumberPositiveInt", "seriesDosesPositiveInt"):
        protocol = {"doseNumberPositiveInt": 1, "seriesDosesPositiveInt": 2} | {field: count}
        assert refused({"protocolApplied": [protocol]}) == "dose-number-missing"


def test_a_number_too_long_for_the_schema_is_refused() -> None:
    with pytest.raises(NotCertifiable, match="number-too-long"):
        payload(DOSE, a_patient(), "URN:UVCI:01:VN:" + "A" * 66)
