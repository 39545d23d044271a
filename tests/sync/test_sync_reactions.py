"""Reactions reach the real platform exactly once, after their dose, whatever the line does (contract A1 to A5)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import delete, select
from support import faulty
from support.central import Central, a_central, devices
from support.faulty import Fault
from support.laptops import POISON, Laptop, laptops
from support.reactions import a_reaction, change, keep, newest

from vaxdesk.models import tables as t
from vaxdesk.models.aftercare import Reaction, ReactionOutcome, ReactionStatus, Severity, Sign
from vaxdesk.models.desk import DoseChanges
from vaxdesk.models.reaction_rows import row_of_reaction
from vaxdesk.models.reactions import ReactionDraft
from vaxdesk.models.session_tables import reaction as reaction_table
from vaxdesk.models.values import Dose, Receipt, RecordKind
from vaxdesk.sync.engine import SyncReport
from vaxdesk.sync.fhir_reaction import reaction_of
from vaxplatform.store.tables import current, tokens, versions

STATUS = "http://hl7.org/fhir/5.0/StructureDefinition/extension-AdverseEvent.status"


@dataclass
class World:
    """A desk beside the real platform, and what happens to reactions there."""

    central: Central
    desk: Laptop

    def give(self, person: int = 1, lot: str = "FL4574") -> Dose:
        return self.desk.work.desk.record(self.desk.draft(person, lot), self.desk.manager).dose

    def note(self, dose: Dose, **changes: Any) -> Reaction:
        return keep(self.desk.store, a_reaction(dose, self.desk.manager, **changes), self.desk.clock())

    def change(self, reaction: Reaction, **changes: Any) -> Reaction:
        return change(self.desk.store, self.desk.clock, reaction.id, **changes)

    def noted(self) -> Reaction:
        """A reaction to a dose that was received."""
        dose = self.give()
        self.sync()
        return self.note(dose)

    def sync(self, *faults: Fault, only: Callable[[Any], bool] = faulty.is_transaction) -> SyncReport:
        return self.desk.sync(*faults, only=only)

    def stored(self, reaction: Reaction) -> list[dict[str, Any]]:
        """Every version the platform keeps, oldest first."""
        query = select(versions.c.body).where(versions.c.type == "AdverseEvent", versions.c.id == reaction.id)
        with self.central.database.reading() as connection:
            return [json.loads(body) for body in connection.execute(query.order_by(versions.c.version)).scalars()]

    def events(self) -> int:
        """How many reactions the platform has."""
        with self.central.database.reading() as connection:
            return len(connection.execute(select(current.c.id).where(current.c.type == "AdverseEvent")).all())

    def forget(self, reaction: Reaction) -> None:
        """The platform came back from an old backup: it never saw this."""
        with self.central.database.writing() as connection:
            for table in (current, versions):
                connection.execute(delete(table).where(table.c.type == "AdverseEvent", table.c.id == reaction.id))
            connection.execute(delete(tokens).where(tokens.c.type == "AdverseEvent"))

    def overwrite(self, reaction: Reaction, **changes: Any) -> None:
        """Somebody else changes it at the platform."""
        client = self.desk.engine._opened()
        client.put(self.stored(reaction)[-1] | changes)

    def receipts(self) -> list[Receipt]:
        with self.desk.store.read() as connection:
            c = t.receipt.c
            rows = connection.execute(select(t.receipt).where(c.kind == "reaction").order_by(c.revision)).all()
        return [Receipt(row.record_id, row.revision, row.version, row.at, row.hash) for row in rows]

    def row(self, reaction: Reaction) -> Any:
        """The outbox row, if it still waits."""
        with self.desk.store.read() as connection:
            return connection.execute(select(t.outbox).where(t.outbox.c.record_id == reaction.id)).first()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    (tmp_path / "central").mkdir()
    with a_central(tmp_path / "central") as (running, enrolled):
        (desk,) = laptops(tmp_path, devices()[:1], enrolled)
        yield World(running, desk)
        desk.close()


# --- in order


def test_a1_a_dose_and_its_reaction_arrive_in_one_run(world: World) -> None:
    reaction = world.note(world.give())
    report = world.sync()
    assert (report.acknowledged, report.read_back, report.waiting, report.differing) == (2, 2, 0, ())
    (stored,) = world.stored(reaction)
    assert reaction_of(stored, reaction.person_id) == newest(world.desk.store, reaction.id) == reaction
    assert [(one.record_id, one.revision, one.version) for one in world.receipts()] == [(reaction.id, 1, "1")]


def test_a_reaction_noted_corrected_and_voided_at_the_desk_is_at_the_platform_in_every_state(world: World) -> None:
    dose, desk, reactions = world.give(), world.desk.manager, world.desk.work.reactions
    world.desk.clock.forward(minutes=12, seconds=7.25)
    draft = ReactionDraft(world.desk.clock.now, (Sign.FEVER,))
    noted = reactions.note(dose.id, draft, desk)
    world.sync()
    grave = replace(draft, severity=Severity.GRADE_3, signs=(Sign.BREATHING, Sign.BLOOD_PRESSURE), note="hạ áp 70/40")
    reactions.correct(noted.id, grave, "nặng lên", desk)
    world.sync()
    reactions.void(noted.id, "ghi nhầm người", desk)
    assert (world.sync().waiting, world.events()) == (0, 1)
    states = [found for one in world.stored(noted) if (found := reaction_of(one, noted.person_id)) is not None]
    assert [(one.revision, one.status, one.severity) for one in states] == [
        (1, ReactionStatus.ACTUAL, Severity.COMMON),
        (2, ReactionStatus.ACTUAL, Severity.GRADE_3),
        (3, ReactionStatus.ENTERED_IN_ERROR, Severity.GRADE_3),
    ]
    assert len({one.sequence for one in states}) == 3


def test_a1_a_reaction_waits_for_its_dose_and_holds_up_nothing(world: World) -> None:
    refused = world.give(1, POISON)
    waits = world.note(refused)
    arrives = world.note(world.give(2))
    report = world.sync()
    assert (report.acknowledged, report.set_aside, report.waiting) == (2, 1, 1)
    assert (len(world.stored(waits)), len(world.stored(arrives))) == (0, 1)
    assert (world.row(waits).aside_at, world.row(waits).tries) == (None, 0)
    sent = [line for line in world.desk.line.seen if line.startswith("POST") and line.endswith("/fhir")]
    world.sync()
    again = [line for line in world.desk.line.seen if line.startswith("POST") and line.endswith("/fhir")]
    assert again == sent  # nothing is tried in vain
    _mend(world, refused)
    assert world.sync().waiting == 0
    assert len(world.stored(waits)) == 1


def _mend(world: World, dose: Dose) -> None:
    world.desk.work.desk.correct(dose.id, DoseChanges(lot="FL9999"), "nhầm số lô", world.desk.manager)


def test_a_reaction_to_a_dose_under_correction_does_not_wait(world: World) -> None:
    dose = world.give()
    world.sync()
    world.note(dose)
    _mend(world, dose)
    due = world.desk.work.sync_book.due(world.desk.clock(), 10, asked=True)
    assert [one.entry.kind for one in due] == [RecordKind.DOSE, RecordKind.REACTION]


@pytest.mark.allow_warnings("vaxdesk.models.sync_book")
def test_one_that_cannot_be_read_holds_up_no_other(world: World) -> None:
    """A newer program noted a sign this one has no word for."""
    doses = [world.give(1), world.give(2)]
    world.sync()
    strange = a_reaction(doses[0], world.desk.manager)
    with world.desk.store.write() as connection:
        saved = {"saved_at": world.desk.clock(), "saved_by": strange.recorder_id, "signs": "purple"}
        connection.execute(reaction_table.insert().values(row_of_reaction(strange) | saved))
    world.note(doses[1])
    report = world.sync()
    assert (report.acknowledged, report.waiting, report.trouble, world.events()) == (1, 1, "", 1)


# --- exactly once

LINE_FAULTS = {
    "lost request": faulty.lost_request,
    "lost answer": faulty.lost_answer,
    "slow answer": faulty.slow_answer,
    "sent twice": faulty.sent_twice,
    "truncated": faulty.truncated,
    "captive portal": faulty.captive_portal,
    "one entry less": faulty.one_entry_less,
    "500": faulty.status(500),
}


@pytest.mark.parametrize("fault", LINE_FAULTS.values(), ids=LINE_FAULTS)
def test_p2_a_reaction_arrives_once_over_any_line(world: World, fault: Fault) -> None:
    reaction = world.noted()
    world.sync(fault)
    world.sync()
    assert (len(world.stored(reaction)), world.events(), world.row(reaction)) == (1, 1, None)
    assert [one.version for one in world.receipts()] == ["1"]


@pytest.mark.parametrize("fault", LINE_FAULTS.values(), ids=LINE_FAULTS)
def test_p3_a_correction_arrives_once_over_any_line(world: World, fault: Fault) -> None:
    reaction = world.noted()
    world.sync()
    world.change(reaction, severity=Severity.GRADE_2, outcome=ReactionOutcome.TRANSFERRED)
    world.sync(fault)
    report = world.sync()
    assert (report.set_aside, report.waiting, [one.version for one in world.receipts()]) == (0, 0, ["1", "2"])
    first, second = world.stored(reaction)
    assert [one["seriousness"]["coding"][0]["code"] for one in (first, second)] == ["non-serious", "serious"]


def test_p4_an_edit_after_a_lost_answer_goes_on_top(world: World) -> None:
    reaction = world.noted()
    world.sync()
    world.change(reaction, note="hai")
    world.sync(faulty.lost_answer)
    world.change(reaction, note="ba")
    report = world.sync()
    assert (report.acknowledged, report.set_aside) == (1, 0)
    assert [_note(one) for one in world.stored(reaction)] == ["sốt 38,5 độ", "hai", "ba"]


def _note(stored: dict[str, Any]) -> str:
    return next(e["valueString"] for e in stored["extension"] if e["url"] == "urn:vaxdesk:ext:note")


def test_p3_a_late_copy_of_an_old_request_changes_nothing(world: World) -> None:
    reaction = world.noted()
    world.sync(world.desk.line.hold)
    world.sync()
    world.change(reaction, note="hai")
    world.sync(world.desk.line.hold)
    world.sync()
    assert [world.desk.deliver(0), world.desk.deliver(0)] == [409, 412]
    assert [_note(one) for one in world.stored(reaction)] == ["sốt 38,5 độ", "hai"]
    assert world.sync().differing == ()


def test_a3_entered_in_error_stays_at_the_platform_and_says_so(world: World) -> None:
    reaction = world.noted()
    world.sync()
    world.change(reaction, status=ReactionStatus.ENTERED_IN_ERROR, reason="ghi nhầm người")
    assert world.sync().read_back == 1
    first, second = world.stored(reaction)
    assert "modifierExtension" not in first
    assert second["modifierExtension"] == [{"url": STATUS, "valueCode": "entered-in-error"}]


def test_a_correction_before_the_first_push_is_all_that_is_sent(world: World) -> None:
    reaction = world.noted()
    world.change(reaction, note="hai")
    world.sync()
    assert [_note(one) for one in world.stored(reaction)] == ["hai"]
    assert [one.revision for one in world.receipts()] == [2]


def test_p4_a_platform_that_lost_a_reaction_gets_its_correction(world: World) -> None:
    reaction = world.noted()
    world.sync()
    world.forget(reaction)
    world.change(reaction, note="hai")
    assert world.sync().acknowledged == 1
    assert [_note(one) for one in world.stored(reaction)] == ["hai"]


# --- refused


def test_p6_a_refused_reaction_waits_alone_with_its_cause(world: World) -> None:
    doses = [world.give(person) for person in range(1, 6)]
    world.sync()
    bad = world.note(doses[2], note=POISON)
    for dose in doses[:2] + doses[3:]:
        world.note(dose)
    report = world.sync()
    assert (report.acknowledged, report.set_aside, world.events()) == (4, 1, 4)
    row = world.row(bad)
    assert (row.aside_code, row.aside_text) == ("record-refused", "the lot is unknown")
    (listed,) = world.desk.work.figures.set_aside()
    assert (listed.reaction_id, listed.record.dose.id, listed.text) == (bad.id, doses[2].id, "the lot is unknown")
    assert world.desk.work.figures.is_sound()
    world.change(bad, note="phát ban")
    assert world.sync().acknowledged == 1
    assert (world.row(bad), world.events()) == (None, 5)


def test_the_platforms_own_refusal_names_its_cause(world: World) -> None:
    """The dose vanished there after its receipt: what is refused for want of it goes again when it is back."""
    dose = world.give()
    world.sync()
    with world.central.database.writing() as connection:
        kept = {
            table: connection.execute(select(table).where(table.c.id == dose.id)).all() for table in (current, versions)
        }
        for table in (current, versions):
            connection.execute(delete(table).where(table.c.id == dose.id))
    reaction = world.note(dose)
    assert (world.sync().set_aside, world.row(reaction).aside_code) == (1, "refused-reference")
    with world.central.database.writing() as connection:
        for table, rows in kept.items():
            connection.execute(table.insert(), [dict(row._mapping) for row in rows])
    _mend(world, dose)  # another record of the same person arrives: P11
    world.desk.clock.forward(seconds=5)
    world.sync()
    world.desk.clock.forward(seconds=5)
    world.sync()
    assert (world.row(reaction), len(world.stored(reaction))) == (None, 1)


def test_p4_what_another_wrote_is_never_overwritten(world: World) -> None:
    reaction = world.noted()
    world.sync()
    foreign = [{"url": "urn:vaxdesk:ext:sequence", "valueString": "another-device/1/1"}]
    extensions = world.stored(reaction)[-1]["extension"]
    world.overwrite(reaction, date="2021-11-12T11:00:00+07:00", extension=extensions[:1] + foreign)
    world.change(reaction, note="hai")
    assert world.sync().set_aside == 1
    assert world.row(reaction).aside_code == "record-conflict"
    assert world.stored(reaction)[-1]["date"] == "2021-11-12T11:00:00+07:00"
    world.desk.clock.forward(days=40)
    seen = len(world.desk.line.seen)
    world.desk.engine.run_once(asked=False)
    assert not any(line.endswith("/fhir") for line in world.desk.line.seen[seen:])  # it waits for a person alone


# --- read back


@pytest.mark.allow_warnings("vaxdesk.sync.pull")
def test_l3_a_reaction_that_was_changed_there_is_told(world: World) -> None:
    reaction = world.noted()

    def changed_at_once(request: requests.PreparedRequest, send: faulty.Send) -> requests.Response:
        answer = send()
        world.overwrite(reaction, date="2021-11-12T11:00:00+07:00")
        return answer

    report = world.sync(changed_at_once)
    assert (report.acknowledged, report.differing) == (1, (reaction.id,))
    assert world.desk.work.figures.counts().read_back_differs == 1
    assert world.desk.work.figures.differing_reactions() == (reaction.id,)
    assert world.sync().differing == ()  # told once; the figure stays


def test_l4_no_number_stands_in_any_address(world: World) -> None:
    reaction = world.noted()
    world.sync(faulty.lost_answer)
    world.sync()
    assert not any(reaction.citizen_id.digits in line for line in world.desk.line.seen)
