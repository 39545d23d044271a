"""A closed day reaches the real platform exactly once and in every revision; a refused one is listed (contract D1)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select
from support import faulty
from support.builders import NOON
from support.central import Central, a_central, devices
from support.faulty import Fault
from support.laptops import Laptop, laptops

from vaxdesk.models import outbox
from vaxdesk.models.day_book import DayBook
from vaxdesk.models.day_close import DayClose, DayCounts, DayFigures
from vaxdesk.models.reports import DailyRow
from vaxdesk.models.stock import LotBalance, LotKey, StockDraft, Wastage
from vaxdesk.models.stock_book import StockBook
from vaxdesk.models.values import VIETNAM, DeviceId, SiteCode, StaffId, VaccineCode
from vaxdesk.sync.canonical import content_hash, own_content_hash
from vaxdesk.sync.client import ServerRefused
from vaxdesk.sync.engine import SyncReport
from vaxdesk.sync.fhir_day import measure_report
from vaxplatform.store.tables import current, tokens, versions
from vaxplatform.store.validation import check

KEY = LotKey(VaccineCode("COMIRNATY"), "FL4574")


@dataclass
class World:
    """A desk beside the real platform, and its closed days there."""

    central: Central
    desk: Laptop

    @property
    def day(self) -> date:
        return self.desk.clock().astimezone(VIETNAM).date()

    @property
    def days(self) -> DayBook:
        return DayBook(self.desk.store, self.desk.clock)

    @property
    def stock(self) -> StockBook:
        return StockBook(self.desk.store, self.desk.clock)

    def a_day(self) -> None:
        """60 doses came, two were given."""
        self.stock.receive(StockDraft("COMIRNATY", "FL4574", 60, date(2030, 2, 28)), self.desk.manager)
        for person in (1, 2):
            self.desk.work.desk.record(self.desk.draft(person, "FL4574"), self.desk.manager)

    def close(self, counted: int = 58, reason: str = "") -> DayClose:
        return self.days.close(self.day, {KEY: counted}, reason, self.desk.manager)

    def closed(self) -> DayClose:
        self.a_day()
        self.desk.sync()
        return self.close()

    def waste(self) -> None:
        lost = StockDraft("COMIRNATY", "FL4574", 1, reason=Wastage.BROKEN.value)
        self.stock.waste(lost, self.desk.manager)

    def sync(self, *faults: Fault, only: Callable[[Any], bool] = faulty.is_transaction) -> SyncReport:
        return self.desk.sync(*faults, only=only)

    def stored(self) -> list[dict[str, Any]]:
        """Every version of every MeasureReport the platform keeps, oldest first."""
        query = select(versions.c.body).where(versions.c.type == "MeasureReport").order_by(versions.c.version)
        with self.central.database.reading() as connection:
            return [json.loads(body) for body in connection.execute(query).scalars()]

    def forget(self) -> None:
        """The platform came back from an old backup: it never saw this."""
        with self.central.database.writing() as connection:
            for table in (current, versions, tokens):
                connection.execute(delete(table).where(table.c.type == "MeasureReport"))

    def waits(self, close: DayClose) -> bool:
        with self.desk.store.read() as connection:
            return bool(outbox.entries_of(connection, [close.id]))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    (tmp_path / "central").mkdir()
    with a_central(tmp_path / "central") as (running, enrolled):
        (desk,) = laptops(tmp_path, devices()[:1], enrolled)
        yield World(running, desk)
        desk.close()


def doses_of(report: dict[str, Any], group: int, system: str) -> dict[str, int]:
    found = report["group"][group]["population"]
    assert {one["code"]["coding"][0]["system"] for one in found} == {system}
    return {one["code"]["coding"][0]["code"]: one["count"] for one in found}


# --- what is sent


def a_close(**changes: object) -> DayClose:
    lots = (LotBalance(KEY, 0, 60, 0, 2, 3, 55), LotBalance(LotKey(KEY.vaccine, "FN5112"), opening=6))
    figures = DayFigures(
        NOON.date(), SiteCode("79-Q10-P05"), DeviceId("d" * 36), 1, 9, NOON, StaffId("s" * 36), "", lots,
        DayCounts(3, 2, 1, 1, 4, 5), 0, 0,
    )  # fmt: skip
    return DayClose("c" * 36, 2, replace(figures, **changes), "0" * 64, "Trạm Y tế Phường 5")


def test_a_day_is_written_as_the_contract_says() -> None:
    report = measure_report(a_close(reason="thiếu một liều"))
    assert check(report, "MeasureReport") == report
    assert (report["measure"], report["status"], report["type"]) == (
        "urn:vaxdesk:measure:day-close",
        "complete",
        "summary",
    )
    assert report["period"] == {"start": "2021-11-12T00:00:00+07:00", "end": "2021-11-12T23:59:59+07:00"}
    assert report["group"][0]["code"] == {
        "coding": [{"system": "urn:vaxdesk:vaccine", "code": "COMIRNATY"}],
        "text": "FL4574",
    }
    assert doses_of(report, 0, "urn:vaxdesk:stock") == {
        "opening": 0, "received": 60, "returned": 0, "wasted": 2, "recorded": 3, "counted": 55,
    }  # fmt: skip
    assert "counted" not in doses_of(report, 1, "urn:vaxdesk:stock"), "nobody counted that lot"
    assert report["group"][-1]["code"] == {"text": "day"}
    assert doses_of(report, 2, "urn:vaxdesk:day") == {
        "given": 3, "received": 2, "read-back": 1, "waiting": 1, "not-done": 4, "reactions": 5,
    }  # fmt: skip
    extensions = {one["url"]: one.get("valueString", one.get("valueInteger")) for one in report["extension"]}
    assert extensions == {
        "urn:vaxdesk:ext:revision": 2,
        "urn:vaxdesk:ext:sequence": f"{'d' * 36}/1/9",
        "urn:vaxdesk:ext:close-reason": "thiếu một liều",
        "urn:vaxdesk:ext:figures-hash": "0" * 64,
    }


def test_the_official_lines_of_the_day_are_sent_with_it() -> None:
    line = DailyRow("COMIRNATY", 9, {"refused": 1, "postponed": 0}, {"primary-1": 8}, 8, 2, {"fever": 1}, 1, 0)
    report = measure_report(a_close(daily=(line, replace(line, vaccine="", targets=10))))
    assert check(report, "MeasureReport") == report
    assert [group["code"].get("text") for group in report["group"]] == [
        "FL4574", "FN5112", "daily-report", "daily-report", "day",
    ]  # fmt: skip
    assert report["group"][2]["code"]["coding"] == [{"system": "urn:vaxdesk:vaccine", "code": "COMIRNATY"}]
    assert "coding" not in report["group"][3]["code"], "the total"
    assert doses_of(report, 2, "urn:vaxdesk:daily-report") == {
        "targets": 9, "refused": 1, "postponed": 0, "primary-1": 8, "used": 8, "discarded": 2,
        "common-reactions": 1, "serious-reactions": 0, "fever": 1,
    }  # fmt: skip
    assert doses_of(report, 3, "urn:vaxdesk:daily-report")["targets"] == 10


def test_both_hashes_of_a_day_are_one() -> None:
    report = measure_report(a_close())
    assert own_content_hash(report) == content_hash(report)


# --- at the platform


def test_d1_a_closed_day_is_kept_by_the_platform(world: World) -> None:
    closed = world.closed()
    report = world.sync()
    assert (report.acknowledged, report.waiting, report.trouble) == (1, 0, "")
    (stored,) = world.stored()
    assert content_hash(stored) == own_content_hash(measure_report(closed))
    assert doses_of(stored, 0, "urn:vaxdesk:stock")["counted"] == 58
    assert not world.waits(closed)


def test_d1_closed_again_it_is_the_next_revision(world: World) -> None:
    world.closed()
    world.sync()
    world.waste()
    world.close(57)
    assert world.sync().acknowledged == 1
    first, second = world.stored()
    assert first["id"] == second["id"]
    assert [doses_of(one, 0, "urn:vaxdesk:stock")["wasted"] for one in (first, second)] == [0, 1]


@pytest.mark.parametrize("fault", [faulty.lost_request, faulty.lost_answer, faulty.sent_twice, faulty.one_entry_less])
def test_p2_a_day_arrives_once_over_any_line(world: World, fault: Fault) -> None:
    closed = world.closed()
    world.sync(fault)
    world.sync()
    assert (len(world.stored()), world.waits(closed)) == (1, False)


def test_p4_a_revision_whose_answer_was_lost_is_built_upon(world: World) -> None:
    """The first was received, the answer to the second was lost, and the third meets a version it did not know."""
    world.closed()
    world.sync()
    for faults, counted in (((faulty.lost_answer,), 57), ((), 56)):
        world.waste()
        newest = world.close(counted)
        world.sync(*faults)
    assert not world.waits(newest)
    assert [doses_of(one, 0, "urn:vaxdesk:stock")["wasted"] for one in world.stored()] == [0, 1, 2]


def test_p4_another_life_of_this_desk_is_never_overwritten(world: World) -> None:
    """Somebody closed the day again on a copy of this desk: this one's next revision waits for a person."""
    first = world.closed()
    world.sync()
    stranger = replace(first, revision=2, figures=replace(first.figures, epoch=9, reason="đếm lại"))
    world.desk.engine._opened().put(measure_report(stranger))
    world.waste()
    world.close(57)
    assert world.sync().set_aside == 1
    (refused,) = world.desk.work.figures.refused_days()
    assert refused.code == "record-conflict"
    assert len(world.stored()) == 2


def test_p4_a_restored_platform_gets_the_newest_revision_again(world: World) -> None:
    world.closed()
    world.sync()
    world.forget()
    world.waste()
    second = world.close(57)
    world.sync()
    assert not world.waits(second)
    assert doses_of(world.stored()[-1], 0, "urn:vaxdesk:stock")["wasted"] == 1


def test_a_refused_day_is_listed_and_holds_up_nothing(world: World) -> None:
    world.a_day()
    closed = world.close(55, "lệch ba liều \x01")  # a character that FHIR has no place for
    report = world.sync()
    assert (report.acknowledged, report.set_aside) == (2, 1)
    (refused,) = world.desk.work.figures.refused_days()
    assert (refused.close_id, refused.day) == (closed.id, world.day)
    assert refused.code
    assert world.desk.work.figures.counts().set_aside == 1
    assert world.desk.work.figures.set_aside() == ()
    world.waste()
    world.close(55, "lệch hai liều, chưa rõ vì sao")
    assert world.sync().acknowledged == 1
    assert world.desk.work.figures.refused_days() == ()


def test_p3_an_older_revision_changes_nothing(world: World) -> None:
    first = world.closed()
    world.sync()
    world.waste()
    world.close(57)
    world.sync()
    with pytest.raises(ServerRefused):
        world.desk.engine._opened().put(measure_report(first))
    assert len(world.stored()) == 2
