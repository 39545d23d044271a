"""Typed facts: each wrong one is said at its own field, at once, in both languages."""

from __future__ import annotations

import pytest
from conftest import Bench
from PySide6.QtCore import Qt

from vaxdesk.ui.desk_page import DeskPage
from vaxdesk.ui.dose_form import Answer, band

NUMBER = "079303000456"


@pytest.fixture
def desk(bench: Bench) -> DeskPage:
    return bench.enter().desk


def typing(bench: Bench, desk: DeskPage, **texts: str) -> dict[str, str]:
    """The sentences under the fields after somebody new typed these; those of the fields that are marked wrong with a `!`."""
    if not desk.person.editing:
        bench.type(NUMBER)
        bench.press(Qt.Key.Key_Return)
    edit = desk.person.edit
    for name, text in texts.items():
        edit.fields[name].setText(text)
        edit.fields[name].textEdited.emit(text)
    edit.hand_over()
    bench.settle()
    marks = {name: "!" if field.property("wrong") == "true" else "" for name, field in edit.fields.items()}
    return {name: marks[name] + label.text() for name, label in edit.problems.items() if label.text()}


def test_what_is_only_missing_is_asked_for_at_its_field_without_alarm(bench: Bench, desk: DeskPage) -> None:
    said = typing(bench, desk)
    assert said.keys() == {"name", "birth_date"}
    assert not any(text.startswith("!") for text in said.values())


@pytest.mark.parametrize(
    ("field", "text", "vi", "en", "wrong"),
    [
        ("citizen_id", "07930300045", "11 số", "11 digits", True),
        ("birth_date", "31/02/2003", "Ngày sinh", "birth date", True),
        ("birth_date", "09/10/1993", "2003", "2003", True),
        ("birth_date", "09/10/2093", "tương lai", "future", True),
        ("phone", "12ab", "Số điện thoại", "phone number", False),
        ("phone", "090000000", "Số điện thoại", "phone number", False),
    ],
)
def test_each_wrong_fact_is_said_at_its_own_field(
    bench: Bench, desk: DeskPage, field: str, text: str, vi: str, en: str, wrong: bool
) -> None:
    right = {"name": "Trần Thị Bích", "birth_date": "09/10/2003"}
    said = typing(bench, desk, **(right | {field: text}))
    assert said.keys() == {field}
    assert vi in said[field]
    assert said[field].startswith("!") is wrong
    bench.around.speech.speak("en")
    english = typing(bench, desk, **{field: text})
    assert en in english[field]


def test_a_wrong_number_hides_no_wrong_phone(bench: Bench, desk: DeskPage) -> None:
    assert typing(bench, desk, citizen_id="0793030A0456", phone="12").keys() == {"citizen_id", "phone"}


def test_two_wrong_facts_are_said_at_both(bench: Bench, desk: DeskPage) -> None:
    said = typing(bench, desk, name="Trần Thị Bích", birth_date="09/10/1993", phone="12")
    assert said.keys() == {"birth_date", "phone"}
    assert desk.person.edit.fields["phone"].accessibleDescription() == said["phone"]


@pytest.mark.parametrize(
    "phone", ["", "0900000001", "0900 000 001", "+84 900 000 001", "84900000001", "028 3822 0000", "+855 12 345 678"]
)
def test_phones_people_have_are_taken(bench: Bench, desk: DeskPage, phone: str) -> None:
    assert typing(bench, desk, name="Trần Thị Bích", birth_date="09/10/2003", phone=phone) == {}


def test_a_wrong_phone_stops_no_dose(bench: Bench, desk: DeskPage) -> None:
    typing(bench, desk, name="Trần Thị Bích", birth_date="09/10/2003", phone="12ab")
    assert band(desk.form).answer is Answer.ALLOWED


def test_a_sex_against_the_number_is_said_in_its_row(bench: Bench, desk: DeskPage) -> None:
    typing(bench, desk, name="Trần Thị Bích", birth_date="09/10/2003")
    desk.person.edit.male.click()
    bench.settle()
    assert typing(bench, desk)["birth_date"]
