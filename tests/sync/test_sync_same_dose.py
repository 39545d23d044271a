"""Two sites, one citizen, the same dose, and the real platform between them: found, shown to both, decided, ended."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from support.central import Central, a_central, close_door, devices
from support.laptops import Laptop, laptops

from vaxdesk.models.exchange import DisputeKind, Resolution
from vaxdesk.models.values import DoseStatus


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[Central, Laptop, Laptop]]:
    with ExitStack() as closing:
        central, enrolled = closing.enter_context(a_central(tmp_path / "central"))
        all_devices = devices()
        other_site = next(d for d in all_devices if d.site.code != all_devices[0].site.code)
        found = list(laptops(tmp_path, (all_devices[0], other_site), enrolled))
        for laptop in found:
            closing.callback(laptop.close)
        yield central, found[0], found[1]
    close_door()


def record(laptop: Laptop) -> str:
    return laptop.work.desk.record(laptop.draft(1, "FL4574"), laptop.manager).dose.id


def test_the_same_dose_at_two_sites_is_settled_by_a_manager(two: tuple[Central, Laptop, Laptop]) -> None:
    central, here, there = two
    mine, theirs = record(here), record(there)
    for laptop in (here, there):
        assert laptop.sync().acknowledged == 1
    central.services_round()
    for laptop, own, other in ((here, mine, theirs), (there, theirs, mine)):
        laptop.sync()
        (found,) = laptop.work.disputes.open()
        assert (found.dispute.kind, found.record.dose.id) == (DisputeKind.SAME_DOSE, own)
        assert found.dispute.other is not None
        assert (found.dispute.other.id, found.dispute.other.lot) == (other, "FL4574")
    (found,) = there.work.disputes.open()
    there.work.disputes.resolve(found.dispute.id, Resolution.OURS_WRONG, "người này đã tiêm ở nơi kia", there.manager)
    assert there.sync().acknowledged == 1
    central.services_round()
    for laptop in (here, there):
        laptop.sync()
        assert laptop.work.disputes.open() == ()
    assert there.work.desk.dose(theirs).dose.status is DoseStatus.ENTERED_IN_ERROR
    assert here.work.desk.dose(mine).dose.status is DoseStatus.COMPLETED
