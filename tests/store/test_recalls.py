"""Recalled lots in the store: what stops the needle, what is recorded all the same, and whose doses are told of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from support.builders import NOON, DeskUnderTest, a_draft, a_person

from vaxdesk.errors import DoseRefused, Severity
from vaxdesk.models import recall_book
from vaxdesk.models.desk import DoseChanges, Preset
from vaxdesk.models.exchange import OtherDose, Source
from vaxdesk.models.findings import Finding, RecallFound
from vaxdesk.models.recalls import GIVEN_NOW, Recall
from vaxdesk.models.values import CitizenId, DoseStatus, Screening, Series, SiteCode

YESTERDAY = NOON - timedelta(days=1)
RECALL = Recall("r1", "FL4574", "COMIRNATY", YESTERDAY, "có dị vật trong lọ")


def told(desk: DeskUnderTest, *found: Recall) -> None:
    """What a pull brings."""
    versions = iter(range(1000))
    page = [Finding(f"Medication/{one.id}", f"{one.is_open}{next(versions)}", RecallFound(one)) for one in found]
    desk.work.sync_book.apply_page("Medication|national", "1", page, desk.clock())


def codes(desk: DeskUnderTest, **changes: object) -> dict[str, Severity]:
    judged = desk.work.desk.assess(a_draft(**changes))
    return {problem.code: problem.severity for problem in judged.problems}


def had_lots(desk: DeskUnderTest) -> list[tuple[str, str]]:
    return [(flag.code, flag.params["number"]) for flag in desk.work.desk.check_in(a_person()).flags]


def test_a_recalled_lot_is_never_injected_whoever_writes_what_reason(desk: DeskUnderTest) -> None:
    told(desk, RECALL)
    assert codes(desk)["lot-recalled"] is Severity.STOP
    with pytest.raises(DoseRefused) as refused:
        desk.work.desk.record(a_draft(override_reason="bác sĩ cho tiêm"), desk.manager)
    assert [problem.code for problem in refused.value.problems] == ["lot-recalled"]
    assert refused.value.problems[0].params == {"lot": "FL4574", "on": "11/11/2021", "reason": "có dị vật trong lọ"}
    assert desk.work.desk.all_records() == ()


@pytest.mark.parametrize("typed", ["fl4574", " FL4574 ", "FL 4574"])
def test_the_lot_is_known_however_it_is_typed(desk: DeskUnderTest, typed: str) -> None:
    told(desk, RECALL)
    assert "lot-recalled" in codes(desk, lot=typed)


@pytest.mark.parametrize("changes", [{"lot": "FL4575"}, {"vaccine": "VAXZEVRIA"}, {"screening": Screening.POSTPONED}])
def test_another_lot_product_or_no_injection_is_not_concerned(desk: DeskUnderTest, changes: dict[str, object]) -> None:
    told(desk, RECALL)
    assert not {"lot-recalled", "lot-recalled-later"} & codes(desk, **changes).keys()


def test_a_recall_of_a_product_nobody_here_knows_concerns_every_product(desk: DeskUnderTest) -> None:
    told(desk, replace(RECALL, vaccine=""))
    assert "lot-recalled" in codes(desk)
    assert "lot-recalled" in codes(desk, vaccine="VAXZEVRIA")


def test_a_recall_taken_back_stops_nothing_and_one_made_again_does(desk: DeskUnderTest) -> None:
    told(desk, RECALL)
    told(desk, replace(RECALL, is_open=False))
    assert "lot-recalled" not in codes(desk)
    told(desk, replace(RECALL, id="r2"))
    assert "lot-recalled" in codes(desk)


def test_a_dose_from_before_the_recall_is_recorded_with_a_warning(desk: DeskUnderTest) -> None:
    told(desk, RECALL)
    before = YESTERDAY - timedelta(hours=1)
    assert codes(desk, occurred_at=before)["lot-recalled-later"] is Severity.WARN
    desk.work.desk.record(a_draft(occurred_at=before), desk.manager)
    assert len(desk.work.desk.all_records()) == 1


def test_a_clock_behind_the_recall_lets_no_dose_through(desk: DeskUnderTest) -> None:
    told(desk, replace(RECALL, recalled_at=NOON + timedelta(days=2)))
    assert "lot-recalled" in codes(desk)
    assert "lot-recalled" in codes(desk, occurred_at=NOON - GIVEN_NOW)
    assert "lot-recalled-later" in codes(desk, occurred_at=NOON - GIVEN_NOW - timedelta(seconds=1))


def test_a_dose_of_a_recalled_lot_can_still_be_corrected(desk: DeskUnderTest) -> None:
    record = desk.work.desk.record(a_draft(), desk.manager)
    told(desk, RECALL)
    changed = desk.work.desk.correct(record.dose.id, DoseChanges(body_site="RA"), "nhầm tay", desk.manager)
    assert changed.dose.body_site == "RA"


def test_the_lot_of_the_session_is_checked_for_nobody_in_particular(desk: DeskUnderTest) -> None:
    preset = Preset("COMIRNATY", "FL4574", date(2022, 2, 28))
    assert desk.work.desk.lot_problems(preset) == ()
    told(desk, RECALL)
    assert [problem.code for problem in desk.work.desk.lot_problems(preset)] == ["lot-recalled"]
    assert desk.work.desk.lot_problems(Preset()) == ()


def test_who_had_the_lot_before_is_told_at_check_in(desk: DeskUnderTest) -> None:
    desk.work.desk.record(a_draft(), desk.manager)
    assert had_lots(desk) == []
    told(desk, RECALL)
    assert had_lots(desk) == [("dose-lot-recalled", "1")]
    desk.work.desk.void(desk.work.desk.all_records()[0].dose.id, "chưa tiêm", desk.manager)
    assert had_lots(desk) == []


def test_doses_given_elsewhere_are_told_too(desk: DeskUnderTest) -> None:
    told(desk, RECALL)
    number = CitizenId(a_person().citizen_id)
    desk.work.sync_book.keep_elsewhere((number,), [_elsewhere(number, "FL4574"), _elsewhere(number, "AB1")], NOON)
    assert had_lots(desk) == [("dose-lot-recalled", "2")]


def test_recalls_are_kept_by_id_and_never_without_end(desk: DeskUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recall_book, "KEPT_MAX", 3)
    told(desk, *_many(range(5)))
    told(desk, *_many([4]))
    with desk.store.read() as connection:
        assert [one.id for one in recall_book.known(connection)] == ["r2", "r3", "r4"]


def _many(numbers: Iterable[int]) -> list[Recall]:
    return [replace(RECALL, id=f"r{n}", lot=f"L{n}", recalled_at=YESTERDAY + timedelta(minutes=n)) for n in numbers]


def _elsewhere(number: CitizenId, lot: str, at: datetime = NOON - timedelta(days=60)) -> OtherDose:
    return OtherDose(
        id=f"dose-{lot}", version="1", revision=1, citizen_id=number, status=DoseStatus.COMPLETED, vaccine="COMIRNATY",
        vaccine_text="", dose_number=2, series=Series.PRIMARY, lot=lot, occurred_at=at, site=SiteCode("01"),
        site_name="Trạm khác", device_id="d2", seen_at=NOON, source=Source.PLATFORM,
    )  # fmt: skip
