"""Made-up people are valid, distinct, varied, and the same everywhere."""

from __future__ import annotations

import csv
import hashlib
import unicodedata
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from vaxdesk.demo import names, people
from vaxdesk.demo.people import (
    REFERENCE_DAY,
    MadeUpPerson,
    Mistake,
    app_text,
    card_text,
    plain,
    population,
    with_mistake,
    write_csv,
)
from vaxdesk.models.values import CardKind, Sex

MANY = population(20211101, 6_000)


def age(person: MadeUpPerson, on: date = REFERENCE_DAY) -> int:
    had_birthday = (on.month, on.day) >= (person.birth_date.month, person.birth_date.day)
    return on.year - person.birth_date.year - (not had_birthday)


def test_numbers_are_twelve_digits_and_distinct() -> None:
    assert len({person.number for person in MANY}) == len(MANY)
    assert all(len(one.number) == 12 and one.number.isascii() and one.number.isdigit() for one in MANY)


def test_numbers_agree_with_province_sex_and_birth_year() -> None:
    provinces = {entry[:3] for entry in names.PROVINCES.split()}
    assert len(provinces) == 63
    for one in MANY:
        digit = {(19, Sex.MALE): "0", (19, Sex.FEMALE): "1", (20, Sex.MALE): "2", (20, Sex.FEMALE): "3"}
        assert one.number[:3] in provinces
        assert one.number[3] == digit[one.birth_date.year // 100, one.sex]
        assert one.number[4:6] == f"{one.birth_date.year % 100:02}"


def test_numbers_ending_in_nine_belong_to_nobody() -> None:
    endings = Counter(one.number[-1] for one in MANY)
    assert set(endings) == set("012345678")


def test_a_number_drawn_twice_is_drawn_again() -> None:
    class Stuck:
        draws = iter([12345, 6, 12345, 6, 77, 0])

        def below(self, _limit: int) -> int:
            return next(self.draws)

    taken: set[str] = set()
    two = [people._number(Stuck(), taken, "079", Sex.MALE, 1990) for _ in range(2)]
    assert two == ["079090123456", "079090000770"]


def test_texts_are_composed_and_trimmed() -> None:
    for one in MANY:
        for text in (one.name, one.address):
            assert unicodedata.normalize("NFC", text) == text
            assert text == " ".join(text.split())
            assert not set("_|-:") & set(text.replace("Rịa - Vũng", ""))


def test_ages_reach_from_5_to_95() -> None:
    ages = [age(one) for one in MANY]
    assert min(ages) >= 5
    assert max(ages) < 96
    bands = Counter("child" if a < 18 else "adult" if a < 60 else "old" for a in ages)
    assert bands["child"] > 900
    assert bands["adult"] > 3_000
    assert bands["old"] > 600
    assert max(ages) > 85


def test_ages_follow_the_day_asked_for() -> None:
    day = date(2021, 11, 1)
    assert {5 <= age(one, day) < 96 for one in population(1, 500, on=day)} == {True}


def test_both_sexes_are_about_half() -> None:
    assert 0.47 < sum(one.sex is Sex.FEMALE for one in MANY) / len(MANY) < 0.54


def test_family_names_are_as_frequent_as_in_life() -> None:
    families = Counter(one.name.split()[0] for one in MANY)
    assert 0.28 < families["Nguyễn"] / len(MANY) < 0.40
    assert [name for name, _ in families.most_common(3)] == ["Nguyễn", "Trần", "Lê"]
    assert len(families) > 60


def test_middle_names_follow_sex_and_age() -> None:
    def share(word: str, sex: Sex, older: bool) -> float:
        some = [one for one in MANY if one.sex is sex and (one.birth_date.year < 1985) == older]
        return sum(word in one.name.split()[1:-1] for one in some) / len(some)

    assert share("Thị", Sex.FEMALE, True) > 0.6
    assert share("Thị", Sex.FEMALE, True) > 1.5 * share("Thị", Sex.FEMALE, False)
    assert share("Văn", Sex.MALE, True) > 2 * share("Văn", Sex.MALE, False)
    assert share("Thị", Sex.MALE, True) == 0
    assert share("Văn", Sex.FEMALE, False) == 0


@pytest.mark.parametrize(
    "mark", ["Thạch ", "Giàng A ", "H'", "Y ", " Niê", "Mlô", "Chế ", "Mí ", "Tôn Nữ", "Sà ", "Byă"]
)
def test_every_people_is_there(mark: str) -> None:
    assert any(mark in one.name for one in MANY)


def test_there_are_one_word_and_very_long_names() -> None:
    words = Counter(len(one.name.split()) for one in MANY)
    assert words[1] > 5
    assert max(words) >= 7
    assert words.most_common(1)[0][0] == 3


def test_every_tone_and_vietnamese_letter_occurs() -> None:
    letters = "".join(one.name for one in MANY).lower()
    marks = set(unicodedata.normalize("NFD", letters))
    assert marks >= set("\u0300\u0301\u0303\u0309\u0323\u0302\u0306\u031b")
    assert set(letters) >= set("ăâđêôơư'ệộửỹễ")


def test_the_same_seed_gives_the_same_people_everywhere() -> None:
    """The digest was made with Python 3.11; a change of it is a change of everybody's sample data."""
    told = "\n".join(card_text(one) for one in population(7, 200))
    assert (
        hashlib.sha256(told.encode()).hexdigest() == "992dc207fa9db1f71e6300a2ab8db84d81802630edd515c8efbc5bffcd1d1814"
    )


def test_a_longer_population_starts_with_the_shorter_one() -> None:
    assert population(3, 50) == population(3, 80)[:50]
    assert population(3, 50) != population(4, 50)


@pytest.mark.parametrize("count", [-1, 1_000_001])
def test_there_is_a_limit(count: int) -> None:
    with pytest.raises(ValueError, match="between"):
        population(1, count)


def test_the_repr_tells_nobody() -> None:
    one = MANY[0]
    assert one.name not in repr(one)
    assert one.number not in repr(one)


# --- what a scanner reads

AN = MadeUpPerson(
    "079303000456", "Trần Thị Ánh Đào", date(2003, 10, 9), Sex.FEMALE, "Tổ 2, Hà Nội", "", date(2021, 7, 10)
)


def test_card_of_2021_has_seven_fields() -> None:
    assert card_text(AN) == "079303000456||Trần Thị Ánh Đào|09102003|Nữ|Tổ 2, Hà Nội|10072021"
    assert all(card_text(one).count("|") == 6 for one in MANY)


def test_card_of_2024_has_eleven_fields_and_its_own_issue_date() -> None:
    fields = card_text(AN, CardKind.CARD_2024).split("|")
    assert fields[:6] == card_text(AN).split("|")[:6]
    assert fields[6][-4:] == "2024"
    assert fields[7:] == ["", "", "", ""]


def test_a_card_is_issued_after_birth() -> None:
    assert all(one.card_issued > one.birth_date for one in population(5, 2_000, on=date(2026, 12, 31)))


def test_some_cards_carry_an_old_number() -> None:
    with_old = [one for one in MANY if one.old_id]
    assert 0.3 < len(with_old) / len(MANY) < 0.7
    assert all(len(one.old_id) == 9 and one.birth_date.year < 2003 for one in with_old)


def test_upper_case_cards_exist() -> None:
    assert "TRẦN THỊ ÁNH ĐÀO" in card_text(AN, upper=True)


def test_app_text_is_plain_capitals_with_an_iso_date() -> None:
    assert app_text(AN) == "079303000456|TRAN THI ANH DAO|2003-10-09|0|QR000456|<2<<<"
    assert app_text(AN, masked=True).startswith("******000456|TRAN THI ANH DAO|2003-**-**|")
    assert all(plain(one.name).isascii() for one in MANY)


# --- mistakes

FIELD = {
    Mistake.NAME: "name",
    Mistake.BIRTH_DATE: "birth_date",
    Mistake.SEX: "sex",
    Mistake.NUMBER: "number",
}


@pytest.mark.parametrize("mistake", Mistake)
def test_a_mistake_changes_one_field_and_no_other(mistake: Mistake) -> None:
    for one in MANY[:2_000]:
        wrong = with_mistake(one, mistake)
        changed = {field for field in one.__slots__ if getattr(wrong, field) != getattr(one, field)}
        assert changed == {FIELD[mistake]}


def test_a_wrong_name_differs_in_one_tone() -> None:
    for one in MANY[:2_000]:
        wrong = with_mistake(one, "name").name
        assert unicodedata.normalize("NFC", wrong) == wrong
        assert plain(wrong) == plain(one.name)


def test_a_wrong_birth_date_keeps_the_year() -> None:
    assert all(with_mistake(one, "birth-date").birth_date.year == one.birth_date.year for one in MANY)


def test_a_wrong_number_is_nobodys() -> None:
    taken = {one.number for one in MANY}
    assert all(with_mistake(one, "number").number not in taken for one in MANY)


def test_an_unknown_mistake_is_refused() -> None:
    with pytest.raises(ValueError, match="shoe size"):
        with_mistake(AN, "shoe size")


# --- files


def test_csv_is_what_the_platform_reads(tmp_path: Path) -> None:
    write_csv(MANY[:100], tmp_path / "people.csv")
    with (tmp_path / "people.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["number", "name", "birth_date", "sex"]
    assert rows[7] == {
        "number": MANY[7].number,
        "name": MANY[7].name,
        "birth_date": MANY[7].birth_date.isoformat(),
        "sex": MANY[7].sex.value,
    }
