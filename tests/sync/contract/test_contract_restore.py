"""L5 against every server that claims to keep the contract: a restored desk takes its own records back."""

from __future__ import annotations

from pathlib import Path

from support.builders import a_crowd
from support.restoring import restored, saved
from support.sync_bench import Bench

from vaxdesk.models.desk import DoseChanges


def receipts(bench: Bench) -> dict[str, tuple[int, str, str]]:
    """Each dose's revision, version and content; not the time, which some servers tell in whole seconds when they answer a push."""
    found = [record.receipt for record in bench.desk.work.desk.all_records()]
    return {r.record_id: (r.revision, r.version, r.hash) for r in found if r is not None}


def test_l5_a_restored_desk_gets_its_own_records_back_and_goes_on(bench: Bench, tmp_path: Path) -> None:
    crowd = a_crowd(40)
    old = [bench.record_one(draft) for draft in crowd[:3]]
    assert bench.sync().waiting == 0
    file = saved(bench, tmp_path / "copy.zip")
    for draft in crowd[3:33]:
        bench.record_one(draft)
    bench.sync()
    bench.desk.work.desk.correct(old[0].id, DoseChanges(lot="FL9999"), "nhầm số lô", bench.desk.manager)
    bench.sync()
    before = receipts(bench)
    with restored(bench, file, tmp_path / "machine") as desk:
        report = desk.sync()
        assert (report.trouble, report.waiting, report.sent, report.differing) == ("", 0, 0, ())
        assert receipts(desk) == before
        for draft in crowd[33:]:
            desk.record_one(draft)
        corrected = desk.desk.work.desk.correct(old[0].id, DoseChanges(lot="FM0001"), "nhầm số lô", bench.desk.manager)
        report = desk.sync()
        assert (report.acknowledged, report.set_aside, report.waiting) == (8, 0, 0)
        assert desk.receipts()[old[0].id] == corrected.dose.revision == 3
