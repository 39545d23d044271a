"""A whole day through the real program and a real platform: what it says in the evening is what happened, counted by other means."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from support.complaining import LOT, MISSING, NAME, UNFOUNDED, Complaining
from support.live_site import LiveSite, a_live_site, on_the_platform
from support.simulated_day import LOTS, VACCINE, SimulatedDay
from test_e2e_script import adults

from vaxdesk.demo.people import MadeUpPerson
from vaxdesk.errors import InputRefused
from vaxdesk.models.identity_cases import Trouble
from vaxdesk.models.reports import Age, Facets, Span, age_group, daily_rows
from vaxdesk.models.stock import LotKey
from vaxdesk.models.values import DoseStatus

pytestmark = pytest.mark.e2e
PEOPLE = int(os.environ.get("SIMULATED_PEOPLE", "300"))


@pytest.fixture(scope="module")
def people() -> list[MadeUpPerson]:
    return adults(PEOPLE, seed=31)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, people: list[MadeUpPerson]) -> Iterator[LiveSite]:
    with a_live_site(tmp_path_factory.mktemp("day"), people) as site:
        yield site


def codes(resource: dict[str, Any], element: str) -> list[str]:
    return [str(coding["code"]) for coding in resource[element]["coding"]]


def test_a_day_of_many_people_balances_is_signed_and_says_what_happened(
    site: LiveSite, people: list[MadeUpPerson]
) -> None:
    day = SimulatedDay(site, people, seed=7)
    day.play()
    truth, work, manager = day.truth, site.work, site.manager
    assert min(len(truth.injected), len(truth.not_done), len(truth.gone), len(day.on_paper), len(truth.mismatched)) > 0

    # The fridge is short of what was kept on paper: the day does not close, and says how much is missing.
    short = Counter(paper.lot for paper in day.on_paper)
    with pytest.raises(InputRefused) as refused:
        work.days.close(day.day, day.counted(), "", manager)
    assert [problem.code for problem in refused.value.problems] == ["day-not-balanced"]
    day.enter_paper()
    assert sum(short.values()) > 0

    closed = work.days.close(day.day, day.counted(), "", manager)
    assert closed.figures.is_balanced
    for lot in closed.figures.lots:
        name = lot.key.lot
        facts = (lot.received, lot.wasted, lot.recorded, lot.counted)
        assert facts == (truth.received[name], truth.wasted[name], truth.drawn(name), truth.in_fridge[name])
    assert closed.figures.missing_people == len(truth.gone)
    assert closed.figures.counts.given == len(truth.injected)
    assert closed.figures.counts.not_done == len(truth.not_done)

    # Who could not be matched is mended, one of them because they complained; then everything is signed and certified.
    site.clock.now = None
    citizens = Complaining(day, who_complain(site, day))
    citizens.complain()
    site.sync_until(lambda: not work.identities.cases(Trouble.UNANSWERED) and work.sync_book.waiting() == 0, 120)
    cases = work.identities.cases(Trouble.MISMATCH)
    assert {case.person.citizen_id.digits: case.fields for case in cases} == dict.fromkeys(truth.mismatched, ("name",))
    citizens.settle_name()
    for case in cases:
        if case.person.citizen_id.digits == citizens.people[NAME].number:
            continue
        right = site.person(truth.mismatched[case.person.citizen_id.digits])
        work.identities.mend(case.person.id, right, "quét lại thẻ: họ tên đọc nhầm", manager)
    site.sync_until(lambda: len(work.signing.ready(day.day)) == len(truth.injected), 120)
    assert work.signing.sign_day(day.day, manager) == len(truth.injected)
    site.sync_until(lambda: work.figures.counts(day.day).certified == len(truth.injected), 180)
    counts = work.figures.counts(day.day)
    assert (counts.given, counts.received, counts.signed) == (len(truth.injected),) * 3

    the_platform_agrees(site, day)
    the_official_form_agrees(site, day)

    # A correction after the close is a delta; every citizen has an answer in time, and the platform has what was put right.
    citizens.settle_the_others()
    deltas = {(delta.key, delta.term): delta.now for delta in work.days.sheet(day.day).deltas}
    assert deltas[LotKey(VACCINE, LOTS[0]), "recorded"] == truth.drawn(LOTS[0]) - 1
    assert deltas[LotKey(VACCINE, LOTS[1]), "recorded"] == truth.drawn(LOTS[1]) + 1
    site.sync_until(citizens.are_answered, 120)
    citizens.check()


def who_complain(site: LiveSite, day: SimulatedDay) -> dict[str, MadeUpPerson]:
    """One of those whose name was misread, one injected as it should be, one who came in vain three weeks later, one sent home."""
    by_number, truth = {person.number: person for person in day.people}, day.truth
    unspoilt = (n for n, lot in truth.injected.items() if lot == LOTS[0] and n not in truth.mismatched)
    chosen = {NAME: truth.mismatched, LOT: unspoilt, MISSING: sorted(truth.gone), UNFOUNDED: truth.not_done}
    return {wrong: by_number[next(iter(numbers))] for wrong, numbers in chosen.items()}


def the_platform_agrees(site: LiveSite, day: SimulatedDay) -> None:
    """The same figures, counted from the platform's FHIR records alone."""
    truth = day.truth
    doses = on_the_platform(site, "Immunization")
    given = [dose for dose in doses if dose["status"] == "completed"]
    number = {dose["id"]: dose["patient"]["identifier"]["value"] for dose in doses}
    assert {number[dose["id"]]: dose["lotNumber"] for dose in given} == truth.injected
    assert len(given) == len(truth.injected)
    not_done = {number[dose["id"]]: codes(dose, "statusReason")[0] for dose in doses if dose["status"] == "not-done"}
    assert not_done == {person: why.value for person, why in truth.not_done.items()}
    reactions = [codes(event, "severity")[-1] for event in on_the_platform(site, "AdverseEvent")]
    assert Counter(reactions) == truth.reactions
    results = on_the_platform(site, "VerificationResult")
    matched = {one["target"][0]["reference"].split("/")[1] for one in results if one["status"] == "validated"}
    assert matched >= {dose["id"] for dose in given}
    papers = [one for one in on_the_platform(site, "DocumentReference") if one["status"] == "current"]
    certified = {one["context"]["related"][0]["reference"].split("/")[1] for one in papers if "context" in one}
    assert certified == {dose["id"] for dose in given}
    (report,) = on_the_platform(site, "MeasureReport")
    told = {
        (group["code"]["text"], codes(population, "code")[0]): population["count"]
        for group in report["group"]
        for population in group["population"]
    }
    for lot in LOTS:
        assert told[lot, "recorded"] == truth.drawn(lot)
        assert told[lot, "counted"] == truth.in_fridge[lot]


def the_official_form_agrees(site: LiveSite, day: SimulatedDay) -> None:
    """Annex 5 of 3588, each figure beside a count of the platform's FHIR records."""
    report = site.work.reports.report(Span(day.day, day.day))
    row, doses = daily_rows(report)[-1], on_the_platform(site, "Immunization")
    given = [dose for dose in doses if dose["status"] == "completed"]
    courses = Counter(
        f"{dose['protocolApplied'][0]['series']}-{dose['protocolApplied'][0]['doseNumberPositiveInt']}"
        for dose in given
    )
    reasons = Counter(codes(dose, "statusReason")[0] for dose in doses if dose["status"] == "not-done")
    events = on_the_platform(site, "AdverseEvent")
    signs = Counter(code for event in events for code in codes(event, "event"))
    assert {code: count for code, count in row.given.items() if count} == courses
    assert {code: count for code, count in row.sent_home.items() if count} == reasons
    assert row.signs == signs
    assert row.serious == sum(event["seriousness"]["coding"][0]["code"] == "serious" for event in events)
    assert (row.used, row.discarded) == (len(given), sum(day.truth.wasted.values()))
    assert (row.targets, report.unfinished) == (len(given) + sum(reasons.values()), len(day.truth.gone))
    people = {one["id"]: one for one in on_the_platform(site, "Patient")}
    sexes = Counter(people[dose["patient"]["reference"].split("/")[-1]]["gender"] for dose in given)
    assert {sex: report.total(Facets(DoseStatus.COMPLETED, sex=sex)) for sex in sexes} == sexes
    ages = Counter(age_on(day.day, people[dose["patient"]["reference"].split("/")[-1]]["birthDate"]) for dose in given)
    assert {age: report.total(Facets(DoseStatus.COMPLETED, age=age)) for age in ages} == ages
    assert report.waiting == 0


def age_on(day: date, born: str) -> Age:
    """By the calendar, not by the report's arithmetic."""
    birth = date.fromisoformat(born)
    had_birthday = (day.month, day.day) >= (birth.month, birth.day)
    return age_group(day.year - birth.year - (not had_birthday))
