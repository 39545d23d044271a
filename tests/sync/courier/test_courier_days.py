"""A closed day travels in a courier file (contract D1, K2): kept by the real platform, proven by its answer, once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from support.central import Central, a_central
from support.courier_desks import CourierLaptop, courier_laptops
from test_courier_real import carried_in

from vaxdesk.models.exchange import Tally
from vaxdesk.models.stock import LotKey, StockDraft, Wastage
from vaxdesk.models.values import VIETNAM, VaccineCode

KEY = LotKey(VaccineCode("COMIRNATY"), "FL4574")


@pytest.fixture
def central(tmp_path: Path) -> Iterator[tuple[Central, CourierLaptop]]:
    with a_central(tmp_path / "central") as (running, enrolled):
        (tmp_path / "desks").mkdir()
        with courier_laptops(tmp_path / "desks", enrolled) as desks:
            yield running, desks[0]


def test_d1_carried_to_the_platform_by_hand(central: tuple[Central, CourierLaptop], usb: Path) -> None:
    platform, desk = central
    day = desk.work.clock().astimezone(VIETNAM).date()
    desk.work.stock.receive(StockDraft("COMIRNATY", "FL4574", 60, date(2040, 2, 28)), desk.manager)
    desk.work.days.close(day, {KEY: 60}, "", desk.manager)
    assert carried_in(platform, desk.export(usb).file, usb / "first") == 0
    assert desk.take_in(usb / "first").tally == Tally(1, 0, 0)
    desk.work.stock.waste(StockDraft("COMIRNATY", "FL4574", 6, reason=Wastage.BROKEN.value), desk.manager)
    desk.work.days.close(day, {KEY: 54}, "", desk.manager)
    file = desk.export(usb).file
    assert carried_in(platform, file, usb / "second") == carried_in(platform, file, usb / "again") == 0
    assert desk.take_in(usb / "second").tally == Tally(1, 0, 0)
    assert desk.waiting() == {}
    assert [found["_type"] for found in platform.fresh_versions()].count("MeasureReport") == 2
