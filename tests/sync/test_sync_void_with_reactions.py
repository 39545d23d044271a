"""A dose voided with its reactions reaches the platform whole: nothing stands there that no longer stands here."""

from __future__ import annotations

from support.model_server import ModelPlatform
from support.sync_bench import Bench

from vaxdesk.models.aftercare import Sign
from vaxdesk.models.reactions import ReactionDraft


def test_both_are_entered_in_error_on_the_platform(bench: Bench, platform: ModelPlatform) -> None:
    dose, work, manager = bench.record_one(), bench.desk.work, bench.desk.manager
    reaction = work.reactions.note(dose.id, ReactionDraft(dose.occurred_at, (Sign.FEVER,)), manager)
    assert bench.sync().acknowledged == 2
    work.desk.void(dose.id, "nhầm người", manager, with_reactions=True)
    report = bench.sync()
    assert (report.acknowledged, report.waiting, report.set_aside) == (2, 0, 0)
    stored, event = platform.store.newest("Immunization", dose.id), platform.store.newest("AdverseEvent", reaction.id)
    assert stored is not None
    assert event is not None
    assert stored["status"] == "entered-in-error"
    assert event["modifierExtension"][0]["valueCode"] == "entered-in-error"


def test_voided_before_anything_was_sent_they_still_arrive_as_what_they_are(
    bench: Bench, platform: ModelPlatform
) -> None:
    dose, work, manager = bench.record_one(), bench.desk.work, bench.desk.manager
    reaction = work.reactions.note(dose.id, ReactionDraft(dose.occurred_at, (Sign.FEVER,)), manager)
    work.desk.void(dose.id, "nhầm người", manager, with_reactions=True)
    report = bench.sync()
    assert (report.acknowledged, report.waiting, report.set_aside) == (2, 0, 0)
    event = platform.store.newest("AdverseEvent", reaction.id)
    assert event is not None
    assert event["modifierExtension"][0]["valueCode"] == "entered-in-error"
