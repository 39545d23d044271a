"""Reactions (contract A1 to A4), against every server that claims to keep the contract."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import pytest
from contract_desk import client_of
from support import faulty
from support.builders import NOON
from support.reactions import a_reaction, change, keep
from support.sync_bench import Bench, some_codings

from vaxdesk.models.aftercare import Reaction, ReactionStatus
from vaxdesk.models.exchange import DueReaction
from vaxdesk.models.values import Dose, DoseId, OutboxEntry, RecordKind
from vaxdesk.sync import fhir
from vaxdesk.sync.canonical import content_hash
from vaxdesk.sync.fhir_reaction import reaction_of
from vaxdesk.sync.outcomes import Refused

if TYPE_CHECKING:
    from conftest import Central


def note(bench: Bench, dose: Dose, **changes: Any) -> Reaction:
    changes = {"id": str(uuid.uuid4())} | changes  # the servers outlive a test
    return keep(bench.desk.store, a_reaction(dose, bench.desk.manager, **changes), bench.clock())


def stored(bench: Bench, reaction: Reaction) -> dict[str, Any]:
    found = client_of(bench).read("AdverseEvent", reaction.id)
    assert found is not None
    return found


def sent_alone(bench: Bench, reaction: Reaction) -> fhir.Bundle:
    person = bench.desk.work.desk.all_records()[0].person
    due = DueReaction(OutboxEntry(RecordKind.REACTION, reaction.id, reaction.revision, 0, NOON), reaction, person, None)
    return fhir.bundle((due,), some_codings)


def test_a1_a_reaction_follows_its_dose_and_is_what_was_sent(bench: Bench) -> None:
    (dose,) = bench.record(1)
    reaction = note(bench, dose)
    report = bench.sync()
    assert (report.acknowledged, report.read_back, report.differing, report.waiting) == (2, 2, (), 0)
    found = stored(bench, reaction)
    assert reaction_of(found, reaction.person_id) == reaction
    assert content_hash(found) == sent_alone(bench, reaction).parts[0].hash


@pytest.mark.parametrize("fault", [faulty.lost_answer, faulty.truncated, faulty.sent_twice], ids=lambda f: f.__name__)
def test_p2_a_reaction_may_be_sent_again(bench: Bench, central: Central, fault: faulty.Fault) -> None:
    (dose,) = bench.record(1)
    bench.sync()
    reaction = note(bench, dose)
    bench.sync(fault)
    report = bench.sync()
    assert (report.set_aside, report.waiting, report.differing) == (0, 0, ())
    if central.can("empty-update"):
        assert stored(bench, reaction)["meta"]["versionId"] == "1"


def test_a3_a_reaction_entered_in_error_stays_and_says_so(bench: Bench) -> None:
    (dose,) = bench.record(1)
    reaction = note(bench, dose)
    bench.sync()
    void = {"status": ReactionStatus.ENTERED_IN_ERROR, "reason": "ghi nhầm người"}
    change(bench.desk.store, bench.clock, reaction.id, **void)
    bench.sync(faulty.lost_answer)
    report = bench.sync()
    assert (report.acknowledged, report.read_back, report.differing) == (1, 1, ())
    found = reaction_of(stored(bench, reaction))
    assert found is not None
    assert (found.revision, found.status) == (2, ReactionStatus.ENTERED_IN_ERROR)


def test_a2_a_reaction_to_no_dose_is_refused(bench: Bench, central: Central) -> None:
    central.need("number-rule")
    (dose,) = bench.record(1)
    bench.sync()
    stray = a_reaction(dose, bench.desk.manager, id=str(uuid.uuid4()), dose_id=DoseId(str(uuid.uuid4())))
    outcome = client_of(bench).send(sent_alone(bench, stray))
    assert isinstance(outcome, Refused)
    assert (outcome.status, client_of(bench).read("AdverseEvent", stray.id)) == (422, None)


def test_p3_a_late_copy_of_a_reaction_changes_nothing(bench: Bench, central: Central) -> None:
    central.need("revision-rule")
    (dose,) = bench.record(1)
    reaction = note(bench, dose)
    bench.sync()
    change(bench.desk.store, bench.clock, reaction.id, note="đã khỏi")
    bench.sync()
    outcome = client_of(bench).send(sent_alone(bench, reaction))
    assert isinstance(outcome, Refused)
    assert (outcome.status, stored(bench, reaction)["meta"]["versionId"]) == (409, "2")
