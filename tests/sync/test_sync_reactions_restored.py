"""A restored desk takes back the reactions it once sent, forks nothing silently and corrects them as before (contract L5)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select
from support import faulty
from support.builders import a_crowd
from support.model_server import ModelPlatform
from support.reactions import a_reaction, change, keep, newest
from support.restoring import restored, saved, sequences
from support.sync_bench import Bench

from vaxdesk.models.aftercare import Reaction, ReactionStatus
from vaxdesk.models.reaction_rows import is_current_reaction, reaction_of
from vaxdesk.models.session_tables import reaction
from vaxdesk.models.values import Dose


def note(bench: Bench, dose: Dose) -> Reaction:
    return keep(bench.desk.store, a_reaction(dose, bench.desk.manager), bench.clock())


def amend(bench: Bench, old: Reaction, text: str) -> Reaction:
    return change(bench.desk.store, bench.clock, old.id, note=text)


def reactions_of(bench: Bench) -> dict[str, Reaction]:
    with bench.desk.store.read() as connection:
        rows = connection.execute(select(reaction).where(is_current_reaction())).all()
    return {found.id: found for found in map(reaction_of, rows)}


def events(platform: ModelPlatform) -> list[dict[str, object]]:
    return [v for (kind, _), versions in platform.store.resources.items() if kind == "AdverseEvent" for v in versions]


@pytest.fixture
def desks(bench: Bench, tmp_path: Path) -> Iterator[tuple[Bench, Bench, list[Reaction]]]:
    """The desk that is lost, the one restored from a backup of it, and reactions: one known to the backup and corrected since, two new ones."""
    doses = bench.record(2)
    old = note(bench, doses[0])
    bench.sync()
    file = saved(bench, tmp_path / "copy.zip")
    new = [note(bench, doses[1])]
    bench.sync()
    later = bench.record_one(a_crowd(3)[2])
    new.append(note(bench, later))
    amend(bench, old, "nặng hơn")
    change(bench.desk.store, bench.clock, new[0].id, status=ReactionStatus.ENTERED_IN_ERROR, reason="nhầm người")
    assert bench.sync().waiting == 0
    with ExitStack() as stack:
        yield bench, stack.enter_context(restored(bench, file, tmp_path / "machine")), [old, *new]


def test_reactions_pushed_since_the_backup_are_back_with_their_receipts(
    desks: tuple[Bench, Bench, list[Reaction]], platform: ModelPlatform
) -> None:
    before, after, _ = desks
    versions = len(events(platform))
    report = after.sync()
    assert (report.trouble, report.waiting, report.sent, report.differing) == ("", 0, 0, ())
    here, there = reactions_of(before), reactions_of(after)
    assert {key: replace(one, person_id=here[key].person_id) for key, one in there.items()} == here
    assert after.desk.work.figures.is_sound()
    assert after.sync().read_back == 0  # all read back already, none sent again
    assert len(events(platform)) == versions


def test_a_restored_desk_corrects_them_on_top(
    desks: tuple[Bench, Bench, list[Reaction]], platform: ModelPlatform
) -> None:
    _, after, (old, _, late) = desks
    after.sync()
    for one, text in ((old, "đã khỏi"), (late, "nhập viện")):
        amend(after, one, text)
    report = after.sync()
    assert (report.acknowledged, report.set_aside) == (2, 0)
    assert newest(after.desk.store, old.id).revision == 3
    used = sequences(events(platform))  # type: ignore[arg-type]
    assert len(used) == len(set(used))


@pytest.mark.allow_warnings("vaxdesk.sync.repull")
def test_one_changed_on_both_sides_waits_for_a_person(
    desks: tuple[Bench, Bench, list[Reaction]], platform: ModelPlatform
) -> None:
    _, after, (old, *_) = desks
    amend(after, old, "ý khác")  # before the first exchange after the restore
    report = after.sync()
    assert (report.set_aside, newest(after.desk.store, old.id).note) == (1, "ý khác")
    (listed,) = after.desk.work.figures.set_aside()
    assert (listed.reaction_id, listed.code) == (old.id, "record-conflict")
    stored = platform.store.newest("AdverseEvent", old.id)
    assert stored is not None
    assert any(e.get("valueString") == "nặng hơn" for e in stored["extension"])


def test_a_server_that_keeps_no_reactions_holds_up_nothing(desks: tuple[Bench, Bench, list[Reaction]]) -> None:
    _, after, _ = desks
    after.line.only = lambda request: "/AdverseEvent?" in str(request.url)
    report = after.sync(faulty.status(404))
    assert (report.trouble, after.line.script) == ("", [])
    assert after.book.own_records().wanted() is None
    assert len(after.receipts()) == 3
