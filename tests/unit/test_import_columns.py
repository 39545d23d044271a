"""Headings of lists, as people write them."""

from __future__ import annotations

import pytest

from vaxdesk.errors import InputRefused
from vaxdesk.models.import_columns import ImportKind, find_headings, is_counting, propose


@pytest.mark.parametrize(
    ("heading", "meaning"),
    [
        ("HỌ VÀ TÊN", "name"),
        ("Ho va ten", "name"),
        ("Họ và\ntên", "name"),
        ("Full name", "name"),
        ("Ngày, tháng,\nnăm sinh", "birth-date"),
        ("NĂM SINH (dd/mm/yyyy)", "birth-date"),
        ("Date of birth", "birth-date"),
        ("Giới tính (Nam/Nữ)", "sex"),
        ("Phái", "sex"),
        ("Số CCCD", "citizen-id"),
        ("CMND / CCCD", "citizen-id"),
        ("Số định danh cá nhân", "citizen-id"),
        ("SĐT", "phone"),
        ("Địa chỉ", "address"),
        ("Ngày tiêm mũi 2", "day-2"),
        ("Mũi 1: Vắc-xin", "vaccine-1"),
        ("Số lô vắc xin", "lot-1"),
        ("HSD", "expiry-1"),
        ("Ghi chú", ""),
        ("", ""),
    ],
)
def test_a_heading_is_known_in_every_spelling(heading: str, meaning: str) -> None:
    assert propose([heading]).meanings == (meaning,)


def test_a_list_with_one_number_column_called_cmnd_has_the_citizen_number_there() -> None:
    assert propose(["Họ tên", "CMND"]).meanings == ("name", "citizen-id")
    assert propose(["Họ tên", "CMND", "CCCD"]).meanings == ("name", "old-id", "citizen-id")


def test_what_was_not_understood_is_told() -> None:
    columns = propose(["Họ tên", "Nhóm máu", "", "CCCD"])
    assert columns.not_understood == ("Nhóm máu",)
    assert columns.missing(ImportKind.INVITED) == ("birth-date",)


def test_a_changed_column_takes_its_meaning_from_the_other() -> None:
    columns = propose(["Tên", "Người dân", "CCCD"]).changed(1, "name")
    assert columns.meanings == ("", "name", "citizen-id")
    with pytest.raises(InputRefused) as refused:
        columns.changed(0, "shoe-size")
    assert refused.value.code == "import-column-unknown"


def test_the_same_headings_in_other_spelling_are_remembered_together() -> None:
    assert propose(["Họ tên", "CCCD"]).key == propose(["HỌ TÊN ", "cccd"]).key
    assert propose(["Họ tên", "CCCD"]).key != propose(["CCCD", "Họ tên"]).key


def test_headings_are_found_below_a_title() -> None:
    found = find_headings([("UBND PHƯỜNG THỬ",), (), ("DANH SÁCH",), ("STT", "Họ tên", "Năm sinh", "CCCD")])
    assert (found.first, found.last) == (4, 4)


def test_two_rows_of_merged_headings_are_one() -> None:
    above = ("STT", "Họ tên", "Năm sinh", "", "CCCD", "Mũi 1", "", "", "Mũi 2", "", "")
    below = ("", "", "Nam", "Nữ", "", "Vắc xin", "Số lô", "Ngày tiêm", "Vắc xin", "Số lô", "Ngày tiêm")
    found = find_headings([("DANH SÁCH",), above, below])
    assert (found.first, found.last) == (2, 3)
    doses = [f"{what}-{block}" for block in (1, 2) for what in ("vaccine", "lot", "day")]
    assert found.columns.meanings == ("", "name", "born-male", "born-female", "citizen-id", *doses)


def test_a_table_without_headings_is_refused() -> None:
    with pytest.raises(InputRefused) as refused:
        find_headings([("1", "Nguyễn Văn An", "001090000123")])
    assert refused.value.code == "import-no-headings"


def test_a_row_that_counts_the_columns_is_told_apart_from_people() -> None:
    assert is_counting(["(1)", "(2)", "(3)", "(4)"])
    assert not is_counting(["1", "Nguyễn Văn An", "1990"])
    assert not is_counting(["1", "2"])
