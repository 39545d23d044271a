"""The power fails at every statement and in every commit of saving and of sending: a dose is there whole or not at all, and arrives once (I2, I3)."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.central import a_central, close_door, devices
from support.crash import Cut, Moment, power_cut
from support.laptops import Laptop, laptops
from support.ledger import DeskLedger, PlatformView, Sequences

from vaxdesk.models.desk import DoseChanges

pytestmark = pytest.mark.allow_warnings("vaxdesk", "vaxplatform", "urllib3")

PARTS = (0.0, 0.1, 0.5, 0.9, 0.999)
SENDING_STRIDES = {Moment.BEFORE_STATEMENT: 23, Moment.AFTER_STATEMENT: 23} | dict.fromkeys(list(Moment)[2:], 5)
Work = Callable[[Laptop, int], object]


@pytest.fixture(autouse=True, scope="module")
def _door() -> Iterator[None]:
    yield
    close_door()


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[DeskLedger]:
    """One desk and the real platform."""
    with a_central(tmp_path / "central") as (central, enrolled):
        laptop = next(laptops(tmp_path, devices()[:1], enrolled))
        yield DeskLedger(laptop, PlatformView(central, Sequences()))
        laptop.close()


def records(laptop: Laptop, number: int) -> object:
    return laptop.work.desk.record(laptop.draft(number, "FL4574"), laptop.manager)


def corrects(laptop: Laptop, number: int) -> object:
    dose = laptop.records()[-1].dose
    return laptop.work.desk.correct(dose.id, DoseChanges(lot=f"FL{number}"), "nhầm số lô", laptop.manager)


def sends(laptop: Laptop, number: int) -> object:
    return laptop.sync()


def checked(ledger: DeskLedger) -> None:
    ledger.may_grow = True
    ledger.platform.follow()
    ledger.check()


def cut_off(ledger: DeskLedger, work: Work, cut: Cut) -> bool:
    """A new dose, then this work with the power failing in it; whether it failed, or the work was over before."""
    laptop, person = ledger.laptop, next(_numbers)
    laptop.clock.forward(seconds=1)
    records(laptop, person)
    checked(ledger)
    with power_cut(laptop.store, cut) as power:
        work(laptop, person + 500_000)
    if power.happened:
        laptop.after(power)
    checked(ledger)
    return power.happened


@pytest.mark.parametrize("moment", list(Moment))
@pytest.mark.parametrize("work", [records, corrects, sends])
def test_power_fails_at_each_moment(ledger: DeskLedger, work: Work, moment: Moment) -> None:
    """Each of the work's moments; of the many of sending every so many, beginning anywhere: in time all of them."""
    stride = SENDING_STRIDES[moment] if work is sends else 1
    parts = PARTS if moment is Moment.MID_COMMIT else (1.0,)
    begin = number = random.randint(1, stride)
    while all(cut_off(ledger, work, Cut(moment, number, part)) for part in parts):
        number += stride
    assert number > begin, "no such moment at all"
    report = ledger.laptop.sync()
    assert (report.trouble, report.waiting) == ("", 0)
    checked(ledger)
    assert set(ledger.platform.doses) == {dose_id for dose_id, _ in ledger.rows}


_numbers = iter(range(1, 400_000))
