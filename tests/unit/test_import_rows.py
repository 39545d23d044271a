"""Rows of lists: what Excel did to them is undone where that is certain, and refused where something was lost."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaxdesk.models.import_columns import ImportKind, propose
from vaxdesk.models.import_rows import ReadRow, RowReader
from vaxdesk.models.values import VIETNAM, Sex

HEADINGS = ("Họ tên", "Ngày sinh", "Giới tính", "CCCD", "SĐT")
DOSE = ("Vắc xin", "Số lô", "Hạn dùng", "Ngày tiêm", "Giờ tiêm")
WOMAN: dict[str, Any] = {
    "name": "Trần Thị Bích",
    "birth": "09/10/2003",
    "sex": "Nữ",
    "number": "079303000456",
    "phone": "",
}


def read(is_1904: bool = False, **changes: Any) -> ReadRow:
    reader = RowReader(propose(HEADINGS), ImportKind.INVITED, is_1904)
    return reader.read(2, tuple((WOMAN | changes).values()))


def read_dose(**changes: Any) -> ReadRow:
    dose = {"vaccine": "Pfizer", "lot": "fl4574", "expiry": "28/02/2022", "day": "11/11/2021", "time": "8:30"} | changes
    reader = RowReader(propose(HEADINGS + DOSE), ImportKind.DOSES)
    return reader.read(2, (*WOMAN.values(), *dose.values()))


def codes(row: ReadRow) -> tuple[list[str], list[str]]:
    return [p.code for p in row.repairs], [p.code for p in row.against]


@pytest.mark.parametrize("number", [79303000456, "79303000456", 79303000456.0, "7.9303000456E+10", "'79303000456"])
def test_a_lost_zero_is_put_back_and_shown(number: Any) -> None:
    row = read(number=number)
    assert row.person.citizen_id == "079303000456"
    assert codes(row) == (["import-zeros-restored"], [])


def test_two_zeros_of_a_number_of_ha_noi_are_put_back() -> None:
    row = read(number=1303000456)
    assert row.person.citizen_id == "001303000456"


@pytest.mark.parametrize(
    "changes",
    [
        {"birth": "09/10/2004"},  # another year than the number says
        {"sex": "Nam"},
        {"number": 99303000456},  # no province 099
        {"birth": ""},  # nothing to compare with
    ],
)
def test_a_zero_that_does_not_fit_is_not_guessed(changes: dict[str, Any]) -> None:
    row = read(**({"number": 79303000456} | changes))
    assert codes(row) == ([], ["import-zeros-do-not-fit"])


@pytest.mark.parametrize("number", ["7.93E+10", "7,9303E+10", 7.93030004561e23, True, datetime(2003, 10, 9)])
def test_a_number_that_lost_digits_is_refused(number: Any) -> None:
    assert codes(read(number=number))[1] == ["import-number-lost"]


@pytest.mark.parametrize("number", [None, "", "  "])
def test_a_row_without_a_number_is_refused(number: Any) -> None:
    assert codes(read(number=number))[1] == ["import-no-number"]


@pytest.mark.parametrize(
    ("birth", "kept", "repairs"),
    [
        ("9/10/2003", "2003-10-09", []),
        ("09-10-2003", "2003-10-09", []),
        ("2003-10-09", "2003-10-09", []),
        (datetime(2003, 10, 9), "2003-10-09", []),
        ("2003", "2003", []),
        (2003, "2003", []),
        (37903, "2003-10-09", ["import-date-counted"]),
        ("37903", "2003-10-09", ["import-date-counted"]),
        (9102003, "2003-10-09", ["import-date-counted"]),
        ("00/00/2003", "2003", ["import-only-year"]),
        ("10/2003", "2003", ["import-only-year"]),
    ],
)
def test_birth_dates_come_in_many_forms(birth: Any, kept: str, repairs: list[str]) -> None:
    row = read(birth=birth)
    assert row.person.birth_date == kept
    assert codes(row) == (repairs, [])


def test_a_workbook_of_a_mac_counts_from_1904() -> None:
    assert read(is_1904=True, birth=36441).person.birth_date == "2003-10-09"


@pytest.mark.parametrize(
    ("birth", "code"),
    [("9/10/03", "import-year-two-digits"), ("31/02/2003", "date-unreadable"), ("10/25/2003", "date-unreadable")],
)
def test_a_date_is_never_guessed(birth: str, code: str) -> None:
    assert codes(read(birth=birth))[1] == [code]


def test_names_keep_their_capitals_and_lose_stray_blanks() -> None:
    decomposed = "TRẦN  Thị Bích "
    assert read(name=decomposed).person.name == "TRẦN Thị Bích"


def test_a_name_in_the_wrong_encoding_is_turned_back_or_refused() -> None:
    assert codes(read(name="Trần Thị Bích".encode().decode("latin-1"))) == (["import-name-repaired"], [])
    assert codes(read(name="Tr?n Th? B?ch"))[1] == ["import-name-garbled"]
    assert codes(read(name=12))[1] == ["import-name-unreadable"]


@pytest.mark.parametrize(("word", "sex"), [("NAM", Sex.MALE), ("nữ", Sex.FEMALE), ("F", Sex.FEMALE), ("", Sex.UNKNOWN)])
def test_sex_words(word: str, sex: Sex) -> None:
    assert read(sex=word).person.sex is sex


def test_an_unknown_sex_word_is_refused() -> None:
    assert codes(read(sex="khác"))[1] == ["import-sex-unknown"]


def test_a_phone_gets_its_zero_back() -> None:
    row = read(phone=912345678)
    assert row.person.phone == "0912345678"
    assert codes(row) == (["import-phone-zero"], [])


def test_a_cell_that_excel_could_not_work_out_is_refused() -> None:
    assert codes(read(number="#REF!"))[1][0] == "import-cell-error"


@pytest.mark.parametrize(
    ("clock", "kept"), [("8h30", time(8, 30)), (time(8, 30), time(8, 30)), (0.354166667, time(8, 30)), ("", time(12))]
)
def test_a_dose_of_paper_keeps_its_own_time(clock: Any, kept: time) -> None:
    row = read_dose(time=clock)
    dose = row.doses[0]
    assert dose.occurred_at == datetime.combine(date(2021, 11, 11), kept, VIETNAM)
    assert (dose.vaccine, dose.lot, dose.expiry) == ("COMIRNATY", "FL4574", date(2022, 2, 28))
    assert dose.draft(row.person).late_reason == "nhập hồi cứu"


def test_a_dose_without_its_day_is_refused() -> None:
    assert codes(read_dose(day=""))[1] == ["import-no-day"]


def test_both_doses_of_a_row_are_read_with_their_numbers() -> None:
    headings = ("Họ tên", "Năm sinh", "CCCD", "Vắc xin mũi 1", "Ngày tiêm mũi 1", "Vắc xin mũi 2", "Ngày tiêm mũi 2")
    reader = RowReader(propose(headings), ImportKind.DOSES)
    both = reader.read(2, ("Trần Thị Bích", 2003, "079303000456", "AZ", "1/7/2021", "AZ", "1/10/2021"))
    assert [(dose.dose_number, f"{dose.occurred_at:%d/%m}") for dose in both.doses] == [(1, "01/07"), (2, "01/10")]
    one = reader.read(3, ("Trần Thị Bích", 2003, "079303000456", "AZ", "1/7/2021", None, None))
    assert [dose.dose_number for dose in one.doses] == [1]
    none = reader.read(4, ("Trần Thị Bích", 2003, "079303000456", None, None, None, None))
    assert codes(none)[1] == ["import-no-dose"]


def test_the_birth_year_under_a_sex_tells_both() -> None:
    reader = RowReader(propose(("Họ tên", "Năm sinh Nam", "Năm sinh Nữ", "CCCD")), ImportKind.INVITED)
    person = reader.read(2, ("Trần Thị Bích", None, 2003, "079303000456")).person
    assert (person.birth_date, person.sex) == ("2003", Sex.FEMALE)


def test_the_same_facts_have_the_same_key_wherever_they_stand() -> None:
    assert read().keys == RowReader(propose(HEADINGS), ImportKind.INVITED).read(99, tuple(WOMAN.values())).keys
    assert read(number=79303000456).keys == read().keys
    assert read(name="Trần Thị Bình").keys != read().keys


CELLS = st.one_of(
    st.none(), st.text(max_size=30), st.integers(), st.floats(), st.booleans(), st.datetimes(), st.dates(), st.times()
)


@given(st.lists(CELLS, max_size=12))
def test_no_cell_breaks_the_reading(cells: list[Any]) -> None:
    for kind in ImportKind:
        row = RowReader(propose(HEADINGS + DOSE), kind).read(2, cells)
        assert row.against or (row.person.citizen_id and (row.doses or kind is ImportKind.INVITED))
