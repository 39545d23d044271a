"""A paper day as it was typed: its totals must agree, nobody stands on it twice."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.builders import number

from vaxdesk.errors import InputRefused
from vaxdesk.models import paper_day
from vaxdesk.models.paper_day import PaperDay


def a_line(index: int, lot: str = "FL4574") -> paper_day.Cells:
    return (number(index), f"Lê Văn Thử {index}", "6/5/1990", "Nam", "Pfizer", lot, "28/02/2022", "8:30", "")


DAY = PaperDay("11/11/2021", (a_line(1), a_line(2), a_line(3, "fl4575 ")), "3", "FL4574 2, FL4575 1")


def test_rows_are_read_as_an_import_reads_them() -> None:
    row = paper_day.read(DAY)[2]
    assert (row.line, row.person.citizen_id, row.doses[0].lot) == (3, number(3), "FL4575")
    assert f"{row.doses[0].occurred_at:%H:%M %d/%m/%Y}" == "08:30 11/11/2021"
    assert not row.against


def test_totals_that_agree_let_it_be_saved() -> None:
    paper_day.check_totals(DAY)
    paper_day.check_totals(replace(DAY, lots="fl4574: 2; FL4575=1"))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"total": "4"}, "paper-totals-differ"),
        ({"lots": "FL4574 1, FL4575 2"}, "paper-lot-differs"),
        ({"lots": "FL4574 3"}, "paper-lot-differs"),
        ({"total": ""}, "paper-totals-missing"),
        ({"lots": "FL4574"}, "paper-totals-missing"),
    ],
)
def test_totals_that_do_not_agree_stop_it(changes: dict[str, str], code: str) -> None:
    with pytest.raises(InputRefused) as refused:
        paper_day.check_totals(replace(DAY, **changes))
    assert refused.value.code == code


def test_a_number_typed_twice_is_found_at_its_second_line() -> None:
    assert paper_day.twice(paper_day.read(replace(DAY, rows=(*DAY.rows, a_line(2))))) == (4,)


def test_empty_rows_are_no_doses() -> None:
    day = replace(DAY, rows=(a_line(1), ("",) * 9, a_line(2)))
    assert paper_day.counted(day).count == 2
    assert [row.line for row in paper_day.read(day)] == [1, 3]


@given(st.lists(st.tuples(*[st.text(max_size=5)] * 9), max_size=5), st.text(max_size=9), st.text(max_size=9))
def test_a_draft_comes_back_as_it_was_kept(rows: list[paper_day.Cells], total: str, lots: str) -> None:
    day = PaperDay("11/11/2021", tuple(rows), total, lots)
    assert paper_day.from_text(day.text()) == day


@given(st.text())
def test_what_is_no_draft_is_an_empty_day(text: str) -> None:
    assert isinstance(paper_day.from_text(text), PaperDay)
