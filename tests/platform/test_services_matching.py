"""Identity matching: every way a person can agree or disagree with the population, and nobody is given away."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from vaxplatform.services.matching import compare, match_patient
from vaxplatform.services.population import BadPopulationFile, Citizen, Population, add_csv


@pytest.fixture
def population(tmp_path: Path) -> Iterator[Population]:
    made = Population(tmp_path / "population.db")
    made.add([Citizen("079303000456", "Trần Thị Bích", "2003-10-09", "female")])
    yield made
    made.close()


def a_patient(**changes: str) -> dict[str, Any]:
    facts = {"number": "079303000456", "name": "Trần Thị Bích", "born": "2003-10-09", "sex": "female"} | changes
    return {
        "resourceType": "Patient",
        "identifier": [{"system": "urn:vn:cccd", "value": facts["number"]}],
        "name": [{"use": "official", "text": facts["name"]}],
        "birthDate": facts["born"],
        "gender": facts["sex"],
    }


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, ("matched",)),
        ({"name": "TRẦN  THỊ BÍCH"}, ("matched",)),
        ({"name": unicodedata.normalize("NFD", "Trần Thị Bích")}, ("matched",)),
        ({"name": "Tran Thi Bich"}, ("mismatch-name",)),
        ({"name": "Trần Thị Bình"}, ("mismatch-name",)),
        ({"born": "2003-10-08"}, ("mismatch-birth-date",)),
        ({"born": "2003"}, ("mismatch-birth-date",)),
        ({"sex": "male"}, ("mismatch-sex",)),
        ({"name": "X Y", "sex": "male"}, ("mismatch-name", "mismatch-sex")),
        ({"number": "079303000457"}, ("mismatch-number",)),
        ({"number": "079303000457", "name": "X Y"}, ("not-found",)),
        ({"number": ""}, ("mismatch-number",)),
    ],
)
def test_each_way_to_agree_or_differ(population: Population, changes: dict[str, str], found: tuple[str, ...]) -> None:
    assert compare(a_patient(**changes), population) == found


def test_a_match_gives_back_only_what_was_asked(population: Population) -> None:
    asked = {"resourceType": "Parameters", "parameter": [{"name": "resource", "resource": a_patient()}]}
    answer = match_patient(population, asked)
    assert answer["total"] == 1
    assert answer["entry"][0]["search"]["score"] == 1
    for wrong in ({"name": "X Y"}, {"number": "079303000457"}, {"born": "2003"}):
        refused = match_patient(population, a_patient(**wrong))
        assert (refused["total"], refused["entry"]) == (0, [])
    assert match_patient(population, {"resourceType": "Parameters"})["total"] == 0


def test_a_population_file_is_taken_whole_or_not_at_all(population: Population, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("number,name,birth_date,sex\n001090000123,Nguyễn Văn An,1990-01-02,male\n", encoding="utf-8")
    assert add_csv(population, file) == add_csv(population, file) == 1
    file.write_text("001090000124,Lê Văn B,1990-01-02,male\n00109000012,Lê Văn C,1990-01-02,male\n", encoding="utf-8")
    with pytest.raises(BadPopulationFile, match="line 2"):
        add_csv(population, file)
    assert population.find("001090000124") is None
