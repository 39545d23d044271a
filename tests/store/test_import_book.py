"""Lists taken in: once, whole, and by the desk's own rules."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from support.builders import NOON, DeskUnderTest, a_draft, another_person, no_signature, number
from support.sheets import DOSE_HEADINGS, HEADINGS, a_book, a_dose_row, a_list, a_row

from vaxdesk.errors import AccessRefused, InputRefused
from vaxdesk.models import import_book
from vaxdesk.models import office_tables as o
from vaxdesk.models.db import open_store
from vaxdesk.models.import_book import Counts, Outcome, Plan
from vaxdesk.models.import_columns import ImportKind
from vaxdesk.models.import_judging import RowState
from vaxdesk.models.screening import FORMS, FormCode, SheetDraft
from vaxdesk.models.values import VIETNAM, CitizenId, Post, Role, Screening
from vaxdesk.models.vitals import Vitals
from vaxdesk.models.workplace import workplace


def prepared(desk: DeskUnderTest, path: Path, kind: ImportKind = ImportKind.INVITED) -> Plan:
    book = desk.work.imports
    return book.prepare(book.survey(path), kind)


def take(desk: DeskUnderTest, path: Path, kind: ImportKind = ImportKind.INVITED, **more: Any) -> Outcome:
    return desk.work.imports.take_in(prepared(desk, path, kind), desk.manager, **more)


def reasons(outcome: Outcome) -> dict[int, str]:
    return {marked.row.line: marked.problems[0].code for marked in outcome.refused}


def everything(desk: DeskUnderTest) -> Counter[Any]:
    """All that imports may store, without ids and times."""
    people = desk.work.desk.search("thử", 50)
    found: Counter[Any] = Counter((p.citizen_id.digits, p.name, p.birth_date, p.phone, p.revision) for p in people)
    found.update((r.dose.citizen_id.digits, r.dose.lot, r.dose.occurred_at) for r in desk.work.desk.all_records())
    with desk.store.read() as connection:
        found.update(connection.execute(select(o.imported_row.c.row_key)).scalars())
    return found


def test_invited_people_are_kept_and_come_on_the_roster(desk: DeskUnderTest, tmp_path: Path) -> None:
    done = take(desk, a_list(tmp_path / "a.xlsx", 5))
    assert done.counts == Counts(rows=5, new=5)
    person = desk.work.desk.search(number(3))[0]
    assert (person.name, person.birth_date, person.phone) == ("Lê Văn Thử D", "1990-05-06", "0900000003")
    assert desk.work.elsewhere.roster()[0] == 5


def test_a_preview_stores_nothing_and_tells_what_will_be(desk: DeskUnderTest, tmp_path: Path) -> None:
    rows = (a_row(1), a_row(1), a_row(2, number=1090000002), a_row(3, number=None), a_row(4, sex="Nữ"))
    path = a_book(tmp_path / "a.xlsx", HEADINGS, *rows)
    before = everything(desk)
    told = desk.work.imports.preview(prepared(desk, path))
    assert everything(desk) == before
    assert told.counts == Counts(rows=5, new=2, already=1, refused=2, repaired=1)
    assert reasons(told) == {5: "import-no-number", 6: "citizen-id-sex-contradicts"}
    done = take(desk, path)
    assert (done.counts, reasons(done)) == (told.counts, reasons(told))


def test_the_same_file_twice_changes_nothing(desk: DeskUnderTest, tmp_path: Path) -> None:
    path = a_list(tmp_path / "a.xlsx", 5)
    take(desk, path)
    before = everything(desk)
    again = take(desk, path)
    assert again.counts == Counts(rows=5, already=5)
    assert everything(desk) == before


def test_a_row_that_stands_twice_in_a_file_is_said_to(desk: DeskUnderTest, tmp_path: Path) -> None:
    path = a_list(tmp_path / "a.xlsx", 2, a_row(1))
    seen = desk.work.imports.preview(prepared(desk, path)).shown[-1]
    assert (seen.state, [one.code for one in seen.problems]) == (RowState.ALREADY, ["import-row-twice"])
    take(desk, path)
    again = desk.work.imports.preview(prepared(desk, path)).shown
    assert [(one.state, one.problems) for one in again] == [(RowState.ALREADY, ())] * 3


def test_times_are_kept_as_everywhere_so_that_text_order_is_time_order(desk: DeskUnderTest, tmp_path: Path) -> None:
    take(desk, a_list(tmp_path / "a.xlsx", 1))
    wanted = NOON.astimezone(UTC).isoformat(timespec="microseconds")
    with desk.store.read() as connection:
        for column, table in (("saved_at", "person_revision"), ("added_at", "invited"), ("at", "imported_row")):
            assert connection.exec_driver_sql(f"SELECT {column} FROM {table}").scalars().all() == [wanted]


def test_the_same_people_in_another_file_are_known(desk: DeskUnderTest, tmp_path: Path) -> None:
    take(desk, a_list(tmp_path / "a.xlsx", 2))
    text = f"CCCD;Họ tên;Ngày sinh;SĐT\n{number(1)};Lê Văn Thử B;6/5/1990;0911111111\n"
    (tmp_path / "b.csv").write_text(text, "utf-8")
    assert take(desk, tmp_path / "b.csv").counts == Counts(rows=1, known=1)
    person = desk.work.desk.search(number(1))[0]
    assert (person.phone, person.revision) == ("0911111111", 2)


def test_what_contradicts_a_known_person_is_not_taken(desk: DeskUnderTest, tmp_path: Path) -> None:
    take(desk, a_list(tmp_path / "a.xlsx", 2))
    path = a_book(tmp_path / "b.xlsx", HEADINGS, a_row(1, name="Đỗ Hữu Khác"))
    assert reasons(take(desk, path)) == {2: "import-name-differs"}
    assert desk.work.desk.search(number(1))[0].name == "Lê Văn Thử B"
    doses = a_book(tmp_path / "c.xlsx", DOSE_HEADINGS, a_dose_row(1, name="Đỗ Hữu Khác"))
    assert reasons(take(desk, doses, ImportKind.DOSES)) == {2: "import-name-differs"}


def test_stopped_between_pieces_and_started_again(
    desk: DeskUnderTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(import_book.PIECE, ImportKind.INVITED, 3)
    path = a_list(tmp_path / "a.xlsx", 8)
    stopped = take(desk, path, go_on=lambda counts: counts.rows < 6)
    assert (stopped.is_whole, stopped.counts) == (False, Counts(rows=6, new=6))
    assert take(desk, path).counts == Counts(rows=8, new=2, already=6)


def test_a_file_cut_off_in_the_middle_keeps_what_was_done(
    desk: DeskUnderTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(import_book.PIECE, ImportKind.INVITED, 3)
    text = "CCCD;Họ tên;Ngày sinh\n" + "".join(f"{number(i)};Lê Văn Thử;6/5/1990\n" for i in range(1, 9))
    whole, cut = tmp_path / "whole.csv", tmp_path / "cut.csv"
    whole.write_text(text, "utf-8")
    cut.write_text(text[: len(text) // 2], "utf-8")
    first = take(desk, cut).counts
    assert 3 <= first.new < 8
    assert take(desk, whole).counts == Counts(rows=8, new=8 - first.new, already=first.new)


def test_only_chosen_rows(desk: DeskUnderTest, tmp_path: Path) -> None:
    assert take(desk, a_list(tmp_path / "a.xlsx", 5), chosen={3, 5}).counts == Counts(rows=2, new=2)
    assert not desk.work.desk.search(number(1))


def test_a_file_changed_after_the_preview_is_not_taken(desk: DeskUnderTest, tmp_path: Path) -> None:
    plan = prepared(desk, a_list(tmp_path / "a.xlsx", 3))
    a_list(tmp_path / "a.xlsx", 4)
    with pytest.raises(InputRefused) as refused:
        desk.work.imports.take_in(plan, desk.manager)
    assert refused.value.code == "import-file-changed"


def test_a_mapping_is_remembered_for_its_headings(desk: DeskUnderTest, tmp_path: Path) -> None:
    path = a_book(tmp_path / "a.xlsx", ("Người", "Sinh", "CCCD", "Họ tên"), ("Lê Văn Thử", 1990, number(1), "xx"))
    plan = prepared(desk, path)
    assert plan.columns.places()["name"] == 3
    desk.work.imports.remember(plan.columns.changed(0, "name").changed(1, "birth-date"))
    again = prepared(desk, path)
    assert again.columns.meanings == ("name", "birth-date", "citizen-id", "")
    assert desk.work.imports.take_in(again, desk.manager).counts.new == 1


def test_without_a_needed_column_nothing_is_taken(desk: DeskUnderTest, tmp_path: Path) -> None:
    plan = prepared(desk, a_book(tmp_path / "a.xlsx", ("Họ tên", "CCCD"), ("Lê Văn Thử", number(1))))
    assert plan.missing == ("birth-date",)
    with pytest.raises(InputRefused) as refused:
        desk.work.imports.take_in(plan, desk.manager)
    assert refused.value.code == "import-columns-missing"


# --- doses of paper days


def test_doses_of_paper_are_entered_late_with_both_times(desk: DeskUnderTest, tmp_path: Path) -> None:
    path = a_book(tmp_path / "a.xlsx", DOSE_HEADINGS, a_dose_row(1), a_dose_row(2, number=1090000002))
    assert take(desk, path, ImportKind.DOSES).counts == Counts(rows=2, new=2, repaired=1)
    dose = desk.work.desk.all_records()[0].dose
    assert (dose.occurred_at, dose.recorded_at) == (datetime(2021, 11, 11, 8, 30, tzinfo=VIETNAM), NOON)
    assert (dose.reason, dose.vaccine, dose.recorder) == ("nhập hồi cứu", "COMIRNATY", desk.manager.name)
    assert take(desk, path, ImportKind.DOSES).counts == Counts(rows=2, already=2)
    assert len(desk.work.desk.all_records()) == 2


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"vaccine": "Cúm mùa"}, "vaccine-unknown"),
        ({"expiry": "01/11/2021"}, "lot-expired"),
        ({"lot": ""}, "lot-missing"),
        ({"day": "13/11/2021"}, "dose-in-future"),
        ({"birth": "06/05/2015", "number": "001215000123"}, "age-below-minimum"),
    ],
)
def test_a_dose_that_the_desk_would_refuse_is_refused(
    desk: DeskUnderTest, tmp_path: Path, changes: dict[str, Any], code: str
) -> None:
    path = a_book(tmp_path / "a.xlsx", DOSE_HEADINGS, a_dose_row(1, **changes))
    told = desk.work.imports.preview(prepared(desk, path, ImportKind.DOSES))
    done = take(desk, path, ImportKind.DOSES)
    assert reasons(told) == reasons(done)
    assert not desk.work.desk.all_records()
    if code != "age-below-minimum":
        assert reasons(done) == {2: code}


def test_a_dose_recorded_at_the_desk_is_not_recorded_again(desk: DeskUnderTest, tmp_path: Path) -> None:
    desk.work.desk.record(a_draft(person=another_person(), occurred_at=NOON - timedelta(hours=1)), desk.manager)
    row = a_dose_row(1, name="Nguyễn Văn An", birth="02/01/1990", number="001090000123", day="12/11/2021")
    path = a_book(tmp_path / "a.xlsx", DOSE_HEADINGS, row)
    assert reasons(take(desk, path, ImportKind.DOSES)) == {2: "import-dose-recorded"}


def test_a_form_concluded_against_it_that_day_stops_it_in_preview_and_taking_in(
    desk: DeskUnderTest, tmp_path: Path
) -> None:
    form = FormCode.ADULT_4355
    answers = {question.code: False for question in FORMS[form].questions}
    sheet = SheetDraft(another_person(), form, answers, Vitals(39.0, 78, 110, 70, 18))
    desk.work.screenings.save(replace(sheet, conclusion=Screening.POSTPONED, note="sốt"), desk.manager)
    row = a_dose_row(1, name="Nguyễn Văn An", birth="02/01/1990", number="001090000123", day="12/11/2021", time="9:00")
    path = a_book(tmp_path / "a.xlsx", DOSE_HEADINGS, row)
    told = desk.work.imports.preview(prepared(desk, path, ImportKind.DOSES))
    assert reasons(told) == reasons(take(desk, path, ImportKind.DOSES)) == {2: "screening-says-no"}


def test_both_doses_of_a_row_or_none(desk: DeskUnderTest, tmp_path: Path) -> None:
    headings = ("Họ tên", "Năm sinh", "CCCD", *(f"{w} mũi {n}" for n in (1, 2) for w in ("Vắc xin", "Số lô", "Hạn dùng", "Ngày tiêm")))  # fmt: skip
    good = ("Lê Văn Thử", 1990, number(1), "AZ", "A1", "1/1/2022", "1/7/2021", "AZ", "A2", "1/1/2022", "1/10/2021")
    soon = ("Lê Văn Thử", 1990, number(2), "AZ", "A1", "1/1/2022", "1/7/2021", "AZ", "A2", "1/1/2022", "3/7/2021")
    done = take(desk, a_book(tmp_path / "a.xlsx", headings, good, soon), ImportKind.DOSES)
    assert (done.counts.new, done.counts.refused) == (1, 1)
    doses = [record.dose for record in desk.work.desk.all_records()]
    assert {(dose.citizen_id, dose.dose_number) for dose in doses} == {(CitizenId(number(1)), n) for n in (1, 2)}
    assert not desk.work.desk.search(number(2))


def test_the_expiry_of_a_lot_this_desk_used_need_not_be_in_the_file(desk: DeskUnderTest, tmp_path: Path) -> None:
    desk.work.desk.record(a_draft(), desk.manager)
    headings = ("Họ tên", "Ngày sinh", "CCCD", "Vắc xin", "Số lô", "Ngày tiêm")
    row = ("Lê Văn Thử", "6/5/1990", number(1), "Pfizer", "FL4574", "11/11/2021")
    plan = prepared(desk, a_book(tmp_path / "a.xlsx", headings, row), ImportKind.DOSES)
    assert plan.missing == ()
    assert desk.work.imports.take_in(plan, desk.manager).counts.new == 1
    assert desk.work.desk.all_records()[0].dose.expiry == date(2022, 2, 28)


def test_who_may_not_inject_may_not_take_in_doses(desk: DeskUnderTest, tmp_path: Path) -> None:
    screener = replace(desk.manager, role=Role.NURSE, post=Post.SCREENING)
    plan = prepared(desk, a_book(tmp_path / "a.xlsx", DOSE_HEADINGS, a_dose_row(1)), ImportKind.DOSES)
    with pytest.raises(AccessRefused):
        desk.work.imports.take_in(plan, screener)


ROWS = st.lists(
    st.tuples(
        st.integers(1, 4),
        st.sampled_from(
            ({}, {"number": None}, {"name": "Lê Văn Thử X"}, {"birth": 1990}, {"phone": "0912345678"}, {"sex": "?"})
        ),
        st.sampled_from(({}, {"day": "10/11/2021"}, {"day": "1/7/2021"}, {"lot": ""}, {"vaccine": "Moderna"})),
    ),
    max_size=8,
)


def a_copy(desk: DeskUnderTest, path: Path) -> DeskUnderTest:
    """The same empty desk in a file of its own: making one anew takes most of a test's time."""
    desk.store.let_go()
    shutil.copy(desk.store.path, path)
    store = open_store(path, desk.key)
    return replace(desk, store=store, work=workplace(store, no_signature, desk.clock))


@pytest.mark.parametrize("kind", list(ImportKind))
@settings(
    max_examples=10,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(rows=ROWS)
def test_preview_then_take_in_is_take_in_and_twice_is_once(
    desk: DeskUnderTest,
    tmp_path_factory: pytest.TempPathFactory,
    kind: ImportKind,
    rows: list[tuple[int, dict[str, Any], dict[str, Any]]],
) -> None:
    folder = tmp_path_factory.mktemp("both")
    path = a_book(folder / "a.xlsx", DOSE_HEADINGS, *(a_dose_row(i, **who, **what) for i, who, what in rows))
    looked, straight = a_copy(desk, folder / "one.db"), a_copy(desk, folder / "other.db")
    try:
        if rows:
            told = looked.work.imports.preview(prepared(looked, path, kind))
            done = take(looked, path, kind)
            assert (told.counts, reasons(told)) == (done.counts, reasons(done))
            assert take(straight, path, kind).counts == done.counts
            assert everything(looked) == everything(straight)
            again = take(looked, path, kind)
            assert again.counts.new == again.counts.known == 0
            assert everything(looked) == everything(straight)
            states = {marked.row.line: marked.state for marked in done.shown}
            assert all(m.state is RowState.ALREADY or states[m.row.line] is RowState.REFUSED for m in again.shown)
    finally:
        looked.store.close()
        straight.store.close()
