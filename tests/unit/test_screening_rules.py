"""The forms before the injection: which applies, what its lines and the vital signs propose, and what may be kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.builders import a_person

from vaxdesk.errors import Severity
from vaxdesk.messages import LANGUAGES, templates
from vaxdesk.models.screening import (
    FORMS,
    HEART_OR_PRESSURE,
    Consent,
    FormCode,
    SheetDraft,
    ages_on,
    check_sheet,
    form_for,
    propose,
    wants_blood_pressure,
)
from vaxdesk.models.values import Screening, Sex
from vaxdesk.models.vitals import LIMITS, Vitals, limit_problem, read_vitals, vitals_problems

BEFORE, FROM = date(2021, 12, 20), date(2021, 12, 21)
ADULT_BIRTH = "1990-01-02"
WELL = Vitals(36.6, 78, 110, 70, 18)
OLD, NEW, CHILD = FORMS[FormCode.ADULT_4355], FORMS[FormCode.ADULT_5785], FORMS[FormCode.CHILD_5002]


def all_no(form: Any = OLD) -> dict[str, bool]:
    return {question.code: False for question in form.questions}


def a_sheet(**changes: Any) -> SheetDraft:
    return replace(SheetDraft(a_person(), FormCode.ADULT_4355, all_no(), WELL), **changes)


def a_childs_sheet(**changes: Any) -> SheetDraft:
    child = SheetDraft(a_person(), FormCode.CHILD_5002, all_no(CHILD), WELL, Consent.AGREED, "Trần Văn Cha")
    return replace(child, **changes)


def against(draft: SheetDraft, birth: str = ADULT_BIRTH, sex: Sex = Sex.FEMALE, day: date = BEFORE) -> list[str]:
    return [problem.code for problem in check_sheet(draft, birth, sex, day)]


# --- which form


def test_the_adult_form_changes_on_21_december_2021() -> None:
    assert form_for(ADULT_BIRTH, BEFORE) is OLD
    assert form_for(ADULT_BIRTH, FROM) is NEW


def test_the_new_adult_form_asks_no_more_for_covid_within_6_months() -> None:
    gone = {q.code for q in OLD.questions} - {q.code for q in NEW.questions}
    assert gone == {"covid-within-6-months"}


@given(st.dates(date(1920, 1, 1), date(2015, 12, 31)), st.dates(date(2021, 3, 8), date(2023, 12, 31)))
def test_the_child_form_is_for_whoever_has_not_completed_18_years(born: date, day: date) -> None:
    of_age = (day.year - 18, day.month, day.day) >= (born.year, born.month, born.day)
    assert form_for(born.isoformat(), day).is_for_children is not of_age


def test_who_is_born_on_29_february_is_of_age_on_1_march() -> None:
    assert form_for("2004-02-29", date(2022, 2, 28)).is_for_children
    assert not form_for("2004-02-29", date(2022, 3, 1)).is_for_children


def test_with_the_year_alone_whoever_may_be_17_is_asked_as_a_child() -> None:
    assert form_for("2003", BEFORE).is_for_children
    assert not form_for("2002", BEFORE).is_for_children
    assert ages_on("2003", BEFORE) == (17, 18)


@pytest.mark.parametrize("unreadable", ["", "sinh 1990", "1990-13-40"])
def test_without_a_birth_date_the_adult_form_is_asked(unreadable: str) -> None:
    assert form_for(unreadable, BEFORE) is OLD


def test_a_man_is_not_asked_about_pregnancy() -> None:
    asked = {question.code for question in OLD.asked_of(Sex.MALE)}
    assert len(OLD.asked_of(Sex.FEMALE)) - len(asked) == 2
    assert not any("pregnant" in code for code in asked)
    assert len(OLD.asked_of(Sex.UNKNOWN)) == len(OLD.questions)


@pytest.mark.parametrize(
    ("birth", "heart", "wanted"),
    [("1956-12-21", False, False), ("1955-12-20", False, True), ("1990-01-02", True, True), ("1955", False, True)],
)
def test_blood_pressure_is_wanted_of_the_old_and_the_sick(birth: str, heart: bool, wanted: bool) -> None:
    assert wants_blood_pressure({HEART_OR_PRESSURE: heart}, birth, BEFORE) is wanted


# --- vital signs


@pytest.mark.parametrize(
    ("name", "normal", "low", "high"),
    [
        ("temperature_c", (35.5, 37.5), 35.4, 37.6),
        ("pulse_bpm", (60, 100), 59, 101),
        ("systolic_mmhg", (90, 140), 89, 141),
        ("diastolic_mmhg", (60, 90), 59, 91),
        ("breaths_per_min", (6, 25), None, 26),
    ],
)
def test_the_limits_themselves_are_normal(
    name: str, normal: tuple[float, float], low: float | None, high: float
) -> None:
    assert [limit_problem(name, value) for value in normal] == [None, None]
    found = limit_problem(name, high)
    assert found is not None
    assert found.code.endswith("-high")
    assert found.severity is Severity.WARN
    if low is not None:
        found = limit_problem(name, low)
        assert found is not None
        assert found.code.endswith("-low")
        assert found.severity is Severity.WARN


@given(st.sampled_from(sorted(LIMITS)), st.integers(0, 9999))
def test_every_number_is_normal_or_outside_the_limits_or_impossible(name: str, tenths: int) -> None:
    limit, value = LIMITS[name], tenths / 10
    found = limit_problem(name, value)
    if limit.low <= value <= limit.high and value >= limit.least:
        assert found is None
    elif limit.least <= value <= limit.most:
        assert found is not None
        assert found.severity is Severity.WARN
    else:
        assert found is not None
        assert found.severity is Severity.STOP


def test_a_forgotten_comma_is_asked_about() -> None:
    vitals, (problem,) = read_vitals({"temperature": "366"})
    assert (problem.code, problem.params["meant"]) == ("vital-meant", "36,6")
    assert problem.severity is Severity.STOP
    assert vitals.temperature_c == 366


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ({"temperature": "3"}, "vital-impossible"),
        ({"temperature": "ba"}, "vital-unreadable"),
        ({"temperature": "36,65"}, "vital-unreadable"),
        ({"pulse": "7,8"}, "vital-unreadable"),
        ({"pulse": "²"}, "vital-unreadable"),
        ({"pulse": "780"}, "vital-impossible"),
        ({"pressure": "110"}, "pressure-unreadable"),
        ({"pressure": "70/110"}, "pressure-reversed"),
        ({"breaths": "1"}, "vital-impossible"),
    ],
)
def test_what_cannot_be_is_refused(typed: dict[str, str], code: str) -> None:
    problems = read_vitals(typed)[1]
    assert code in {problem.code for problem in problems if problem.severity is Severity.STOP}


@pytest.mark.parametrize("pressure", ["110/70", "110-70", "110.70", "110 70", " 110 / 70 "])
@pytest.mark.parametrize("temperature", ["36,6", "36.6", " 36,6 "])
def test_what_was_measured_is_read_as_it_is_typed(temperature: str, pressure: str) -> None:
    typed = {"temperature": temperature, "pulse": "78", "pressure": pressure, "breaths": "18"}
    assert read_vitals(typed) == (WELL, ())


def test_nothing_typed_is_nothing_measured() -> None:
    assert read_vitals({"temperature": " ", "pulse": ""}) == (Vitals(), ())


@given(st.text(max_size=12), st.text(max_size=12))
def test_whatever_is_typed_is_read_or_refused(one: str, other: str) -> None:
    vitals, problems = read_vitals({"temperature": one, "pulse": other, "pressure": one, "breaths": other})
    stops = {problem.field for problem in problems if problem.severity is Severity.STOP}
    for name, value in vitals.measured():
        assert name in stops or LIMITS[name].least <= value <= LIMITS[name].most


# --- what is proposed


@pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.code.value)
def test_all_lines_no_and_normal_signs_are_eligible(form: Any) -> None:
    assert propose(form, all_no(form), WELL, Consent.AGREED) == propose(form, {}, Vitals(), Consent.AGREED)
    assert propose(form, all_no(form), WELL, Consent.AGREED).conclusion is Screening.ELIGIBLE


@pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.code.value)
def test_each_yes_leads_where_the_paper_says(form: Any) -> None:
    for question in form.questions:
        found = propose(form, all_no(form) | {question.code: True}, WELL, Consent.AGREED)
        assert found.conclusion is (question.leads_to or Screening.ELIGIBLE)
        assert found.reasons == ((f"reason-{question.code}",) if question.leads_to else ())


def test_the_paper_of_4355() -> None:
    led = {question.number: question.leads_to for question in OLD.questions if question.number}
    postponed = {number for number, conclusion in led.items() if conclusion is Screening.POSTPONED}
    caution = {number for number, conclusion in led.items() if conclusion is Screening.CAUTION}
    assert (postponed, caution) == ({"2", "3", "4a"}, {"4b", "6", "7", "8", "9"})
    assert (led["1"], led["5"]) == (Screening.CONTRAINDICATED, Screening.REFERRED)
    assert (OLD.vitals_number, NEW.vitals_number) == ("10", "9")


GRAVITY = [
    Screening.CONTRAINDICATED,
    Screening.POSTPONED,
    Screening.REFERRED,
    Screening.REFUSED,
    Screening.CAUTION,
    Screening.ELIGIBLE,
]


@given(
    st.sampled_from(sorted(FORMS)),
    st.sets(st.sampled_from(sorted({q.code for form in FORMS.values() for q in form.questions}))),
    st.sampled_from([WELL, Vitals(), Vitals(38.2), Vitals(pulse_bpm=120)]),
    st.sampled_from(sorted(Consent)),
)
def test_one_more_yes_never_makes_it_milder(code: str, yes: set[str], vitals: Vitals, consent: Consent) -> None:
    form = FORMS[FormCode(code)]
    answers = dict.fromkeys(yes, True)
    found = propose(form, answers, vitals, Consent(consent))
    for question in form.questions:
        graver = propose(form, answers | {question.code: True}, vitals, Consent(consent))
        assert GRAVITY.index(graver.conclusion) <= GRAVITY.index(found.conclusion)
    assert bool(found.reasons) is (found.conclusion is not Screening.ELIGIBLE)


def test_abnormal_signs_are_a_caution_for_adults_and_fever_makes_a_child_wait() -> None:
    fever = Vitals(38.2, 120)
    adult = propose(OLD, all_no(), fever, Consent.UNASKED)
    assert (adult.conclusion, adult.reasons) == (Screening.CAUTION, ("temperature-high", "pulse-high"))
    child = propose(CHILD, all_no(CHILD), fever, Consent.AGREED)
    assert (child.conclusion, child.reasons) == (Screening.POSTPONED, ("temperature-high",))


def test_a_child_without_a_guardians_word_is_not_injected() -> None:
    assert propose(CHILD, {}, WELL, Consent.UNASKED).reasons == ("consent-missing",)
    refused = propose(CHILD, {}, WELL, Consent.REFUSED)
    assert (refused.conclusion, refused.reasons) == (Screening.REFUSED, ("consent-refused",))
    assert propose(OLD, {}, WELL, Consent.REFUSED).conclusion is Screening.REFUSED


def test_every_line_and_reason_has_words() -> None:
    codes = {f"{kind}-{q.code}" for form in FORMS.values() for q in form.questions for kind in ("ask", "reason")}
    codes -= {f"reason-{HEART_OR_PRESSURE}"}
    codes |= {f"{limit.name}-{end}" for limit in LIMITS.values() for end in ("low", "high")} - {"breaths-low"}
    for language in LANGUAGES:
        assert codes - templates(language).keys() == set()


# --- what may be kept


def test_a_whole_sheet_may_be_kept() -> None:
    assert against(a_sheet()) == []
    assert against(a_childs_sheet(), "2010-01-02") == []


def test_nobody_is_injected_who_was_not_asked_everything() -> None:
    answers = all_no()
    del answers["any-allergy"]
    assert against(a_sheet(answers=answers)) == ["sheet-unanswered"]
    away = a_sheet(answers={"acute-illness": True}, conclusion=Screening.POSTPONED)
    assert against(away) == []


def test_a_man_needs_no_answer_about_pregnancy() -> None:
    answers = {code: False for code in all_no() if "pregnant" not in code}
    assert against(a_sheet(answers=answers), sex=Sex.MALE) == []
    assert against(a_sheet(answers=answers), sex=Sex.FEMALE) == ["sheet-unanswered"]


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"consent": Consent.UNASKED}, ["sheet-consent-missing", "sheet-note-missing"]),
        ({"guardian_name": "  "}, ["sheet-guardian-missing"]),
        ({"consent": Consent.REFUSED, "conclusion": Screening.REFUSED, "guardian_name": ""}, []),
    ],
)
def test_a_child_needs_consent_and_a_guardian(changes: dict[str, Any], codes: list[str]) -> None:
    assert against(a_childs_sheet(**changes), "2010-01-02") == codes


@pytest.mark.parametrize(
    ("note", "codes"), [("", ["sheet-note-missing"]), ("ok", ["sheet-note-missing"]), ("đã hỏi", [])]
)
def test_another_conclusion_than_proposed_needs_a_note(note: str, codes: list[str]) -> None:
    assert against(a_sheet(conclusion=Screening.CAUTION, note=note)) == codes


def test_a_note_has_a_limit() -> None:
    assert against(a_sheet(note="a" * 500)) == []
    assert against(a_sheet(note="a" * 501)) == ["sheet-note-long"]


def test_the_form_is_the_one_of_the_day_and_age() -> None:
    assert against(a_sheet(), day=FROM) == ["sheet-form-wrong"]
    assert against(a_sheet(), birth="2010-01-02") == ["sheet-form-wrong"]
    strange = a_sheet(answers=all_no() | {"covid-tomorrow": True})
    assert against(strange) == ["sheet-question-unknown"]


def test_an_impossible_sign_is_not_kept() -> None:
    assert against(a_sheet(vitals=Vitals(366))) == ["vital-meant"]


@given(st.integers(330, 430))
def test_signs_outside_the_limits_are_kept_as_a_caution(tenths: int) -> None:
    vitals = Vitals(tenths / 10)
    proposed = Screening.CAUTION if vitals_problems(vitals) else Screening.ELIGIBLE
    assert against(a_sheet(vitals=vitals, conclusion=proposed)) == []


def test_the_day_before_the_18th_birthday_is_a_childs() -> None:
    birthday = date(2021, 11, 12)
    born = birthday.replace(year=2003).isoformat()
    assert form_for(born, birthday - timedelta(days=1)).is_for_children
    assert not form_for(born, birthday).is_for_children
