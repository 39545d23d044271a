"""The vaccine catalogue: every name leads to the right product, and nothing stands in it without its source."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError
from datetime import date

import pytest

from vaxdesk.errors import InputRefused
from vaxdesk.messages import sentence
from vaxdesk.models import catalogue
from vaxdesk.paths import resource


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("COMIRNATY", "COMIRNATY"),
        ("pfizer", "COMIRNATY"),
        ("  Pfizer-BioNTech ", "COMIRNATY"),
        ("EU/1/20/1528", "COMIRNATY"),
        ("xm8nq0", "COMIRNATY"),
        ("Moderna", "SPIKEVAX"),
        ("AstraZeneca", "VAXZEVRIA"),
        ("astra zeneca", "VAXZEVRIA"),
        ("AZ", "VAXZEVRIA"),
        ("Vero Cell", "VERO-CELL"),
        ("VERO-CELL", "VERO-CELL"),
        ("verocell", "VERO-CELL"),
        ("Sinopharm", "VERO-CELL"),
        ("BBIBP-CorV", "VERO-CELL"),
        ("sputnik v", "SPUTNIK-V"),
        ("Gam-COVID-Vac", "SPUTNIK-V"),
        ("Johnson & Johnson", "JANSSEN"),
        ("Jcovden", "JANSSEN"),
        ("hayat vax", "HAYAT-VAX"),
        ("Abdala", "ABDALA"),
        ("Covishield", "COVISHIELD"),
        ("Pfizer trẻ em", "COMIRNATY-5-11"),
        ("Pfizer tre\u0309 em", "COMIRNATY-5-11"),  # the same in NFD, as some keyboards write it
        ("Spikevax (Moderna)", "SPIKEVAX"),
    ],
)
def test_a_name_leads_to_its_product(given: str, code: str) -> None:
    assert catalogue.load().vaccine(given).code == code


@pytest.mark.parametrize("given", ["", "   ", "Aspirin", "COMIRNATY2", "EU/1/20/9999", "\x00", "x" * 500])
def test_an_unknown_name_is_refused_with_a_sentence(given: str) -> None:
    with pytest.raises(InputRefused) as refused:
        catalogue.load().vaccine(given)
    (problem,) = refused.value.problems
    assert (problem.code, problem.field) == ("vaccine-unknown", "vaccine")
    assert len(problem.params["given"]) <= 40
    assert given.strip()[:40] in sentence(problem, "vi")
    assert "{" not in sentence(problem, "en")


@pytest.mark.parametrize(
    ("code", "icd11", "mp", "ma", "vp"),
    [
        ("COMIRNATY", "XM8NQ0", "EU/1/20/1528", "ORG-100030215", "1119349007"),
        ("SPIKEVAX", "XM3DT5", "EU/1/20/1507", "ORG-100031184", "1119349007"),
        ("VAXZEVRIA", "XM4YL8", "EU/1/21/1529", "ORG-100001699", "29061000087103"),
        ("COVISHIELD", "XM97T2", "Covishield", "ORG-100001981", "29061000087103"),
        ("JANSSEN", "XM6QV1", "EU/1/20/1525", "ORG-100001417", "29061000087103"),
        ("VERO-CELL", "XM8866", "BBIBP-CorV", "ORG-100020693", "1157024006"),
        ("SPUTNIK-V", "XM5ZJ4", "Sputnik-V", "Gamaleya-Research-Institute", "29061000087103"),
        ("HAYAT-VAX", "XM9FQ7", "Hayat-Vax", "ORG-100023050", "1157024006"),
        ("ABDALA", "XM5JC5", "Abdala", "CIGB", "28531000087107"),
    ],
)
def test_codes_are_those_of_the_published_value_sets(code: str, icd11: str, mp: str, ma: str, vp: str) -> None:
    vaccine = catalogue.load().vaccine(code)
    assert (vaccine.icd11, vaccine.mp, vaccine.ma, vaccine.vp) == (icd11, mp, ma, vp)


def test_every_code_of_a_product_has_a_meaning_in_the_value_sets() -> None:
    loaded = catalogue.load()
    for vaccine in loaded.vaccines:
        for name in ("mp", "ma", "vp"):
            code = getattr(vaccine, name)
            assert loaded.meaning(name, code) != code or code in loaded.value_sets[name], (vaccine.code, name)


def test_an_unknown_value_set_code_stays_as_it_is() -> None:
    assert catalogue.load().meaning("mp", "EU/9/99/0000") == "EU/9/99/0000"
    assert catalogue.load().meaning("no-such-set", "x") == "x"


def test_packs_and_volumes_make_sense() -> None:
    for vaccine in catalogue.load().vaccines:
        assert vaccine.doses_per_vial
        assert all(1 <= doses <= 20 for doses in vaccine.doses_per_vial)
        assert 0.1 <= vaccine.booster_dose_ml <= vaccine.dose_ml <= 0.5
        assert vaccine.open_vial_hours is None or 1 <= vaccine.open_vial_hours <= 24
        assert 1 <= vaccine.primary_doses <= 3


def test_the_eight_products_of_decision_5772_are_there() -> None:
    names = ("AstraZeneca", "Sputnik V", "Vero Cell", "Pfizer", "Moderna", "Janssen", "Hayat-Vax", "Abdala")
    assert len({catalogue.load().vaccine(name).code for name in names}) == 8


def test_only_approved_products_are_offered_on_a_day() -> None:
    codes = {vaccine.code for vaccine in catalogue.load().licensed_on(date(2021, 6, 12))}
    assert codes == {"VAXZEVRIA", "COVISHIELD", "SPUTNIK-V", "VERO-CELL", "COMIRNATY"}


def test_a_product_shows_its_name_in_both_languages() -> None:
    paediatric = catalogue.load().vaccine("COMIRNATY-5-11")
    assert "trẻ em" in paediatric.display("vi")
    assert "children" in paediatric.display("en")


def test_the_catalogue_is_read_once_and_frozen() -> None:
    assert catalogue.load() is catalogue.load()
    with pytest.raises(FrozenInstanceError):
        catalogue.load().vaccines[0].brand = "x"  # type: ignore[misc]
    with pytest.raises(TypeError):
        catalogue.load().value_sets["mp"]["x"] = "y"  # type: ignore[index]


def _rows() -> list[dict[str, object]]:
    rows: list[dict[str, object]] = json.loads(resource("vaccines.json").read_text(encoding="utf-8"))["vaccines"]
    return rows


def test_an_alias_of_two_products_is_refused() -> None:
    rows = _rows()
    rows[2]["aliases"] = ["PFIZER"]
    with pytest.raises(ValueError, match="names both"):
        catalogue.build(rows, {})


def test_a_product_without_a_marked_source_is_refused() -> None:
    rows = _rows()
    rows[0]["sources"] = {"codes": "[A] x", "licence": "heard it", "packs": "[B] x", "doses": "[B] x"}
    with pytest.raises(ValueError, match="licence"):
        catalogue.build(rows, {})


@pytest.mark.parametrize("code", ["comirnaty", "VẮC-XIN", " "])
def test_a_code_that_is_not_upper_case_ascii_is_refused(code: str) -> None:
    rows = _rows()
    rows[0]["code"] = code
    with pytest.raises(ValueError, match="upper-case ASCII"):
        catalogue.build(rows, {})
