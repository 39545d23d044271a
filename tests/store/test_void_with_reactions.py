"""A dose that was never given, and what was noted after it: never voided silently, never left behind, both or neither."""

from __future__ import annotations

import pytest
from support.builders import NOON, DeskUnderTest, a_draft

from vaxdesk.errors import DoseRefused, StoreError
from vaxdesk.models import reaction_book
from vaxdesk.models.aftercare import ReactionStatus, Severity, Sign
from vaxdesk.models.exchange import Dispute, DisputeKind, Resolution
from vaxdesk.models.findings import DuplicateFound, Finding
from vaxdesk.models.reactions import ReactionDraft
from vaxdesk.models.values import Dose, DoseStatus, Role, StaffMember

WHY = "nhầm người"


@pytest.fixture
def nurse(desk: DeskUnderTest) -> StaffMember:
    return desk.work.staff.add("Lê Thị Mai", Role.NURSE, "1357", desk.manager)


@pytest.fixture
def dose(desk: DeskUnderTest, nurse: StaffMember) -> Dose:
    made = desk.work.desk.record(a_draft(), nurse).dose
    desk.clock.forward(minutes=12)
    return made


def note(desk: DeskUnderTest, dose: Dose, severity: Severity = Severity.COMMON) -> str:
    draft = ReactionDraft(NOON.replace(minute=50), (Sign.FEVER,), severity)
    return desk.work.reactions.note(dose.id, draft, desk.manager).id


def statuses(desk: DeskUnderTest, dose: Dose) -> tuple[DoseStatus, list[ReactionStatus]]:
    found = desk.work.reactions.of_dose(dose.id)
    return desk.work.desk.dose(dose.id).dose.status, [one.status for one in found]


def refusal(desk: DeskUnderTest, dose: Dose, actor: StaffMember, with_reactions: bool = False) -> str:
    with pytest.raises(DoseRefused) as refused:
        desk.work.desk.void(dose.id, WHY, actor, with_reactions)
    (problem,) = refused.value.problems
    assert problem.params == {"count": str(len(desk.work.reactions.of_dose(dose.id)))}
    return problem.code


def test_a_dose_with_reactions_is_not_voided_silently(desk: DeskUnderTest, dose: Dose, nurse: StaffMember) -> None:
    note(desk, dose)
    note(desk, dose)
    assert refusal(desk, dose, nurse) == "dose-has-reactions"
    assert statuses(desk, dose) == (DoseStatus.COMPLETED, [ReactionStatus.ACTUAL] * 2)


def test_told_so_both_fall_for_the_same_reason_and_both_wait_for_the_platform(
    desk: DeskUnderTest, dose: Dose, nurse: StaffMember
) -> None:
    reaction_id = note(desk, dose)
    desk.work.desk.void(dose.id, WHY, nurse, with_reactions=True)
    assert statuses(desk, dose) == (DoseStatus.ENTERED_IN_ERROR, [ReactionStatus.ENTERED_IN_ERROR])
    assert [one.reason for one in desk.work.reactions.of_dose(dose.id)] == [WHY]
    with desk.store.read() as connection:
        waiting = connection.exec_driver_sql("SELECT kind, record_id, revision FROM outbox ORDER BY kind").all()
        logged = connection.exec_driver_sql("SELECT action, who FROM audit ORDER BY id DESC LIMIT 2").all()
    assert [tuple(row) for row in waiting] == [("dose", dose.id, 2), ("reaction", reaction_id, 2)]
    assert {tuple(row) for row in logged} == {("dose-voided", nurse.id), ("reaction-voided", nurse.id)}


def test_both_or_neither(desk: DeskUnderTest, dose: Dose, nurse: StaffMember, monkeypatch: pytest.MonkeyPatch) -> None:
    note(desk, dose)

    def broken(*_: object) -> None:
        raise StoreError("disk-full")

    monkeypatch.setattr(reaction_book, "void", broken)
    with pytest.raises(StoreError, match="disk-full"):
        desk.work.desk.void(dose.id, WHY, nurse, with_reactions=True)
    assert statuses(desk, dose) == (DoseStatus.COMPLETED, [ReactionStatus.ACTUAL])


def test_a_serious_reaction_is_the_managers_to_withdraw(desk: DeskUnderTest, dose: Dose, nurse: StaffMember) -> None:
    note(desk, dose, Severity.GRADE_2)
    assert refusal(desk, dose, nurse) == refusal(desk, dose, nurse, with_reactions=True) == "dose-has-serious-reaction"
    assert refusal(desk, dose, desk.manager) == "dose-has-reactions"
    desk.work.desk.void(dose.id, WHY, desk.manager, with_reactions=True)
    assert statuses(desk, dose)[0] is DoseStatus.ENTERED_IN_ERROR


def test_a_reaction_voided_before_stands_in_nobodys_way(desk: DeskUnderTest, dose: Dose, nurse: StaffMember) -> None:
    desk.work.reactions.void(note(desk, dose, Severity.GRADE_2), "nhầm", desk.manager)
    desk.work.desk.take_back(dose.id, WHY, nurse)
    assert [one.revision for one in desk.work.reactions.of_dose(dose.id)] == [2]


def test_taking_back_follows_the_same_rule(desk: DeskUnderTest, dose: Dose, nurse: StaffMember) -> None:
    note(desk, dose)
    with pytest.raises(DoseRefused, match="dose-has-reactions"):
        desk.work.desk.take_back(dose.id, WHY, nurse)
    desk.work.desk.take_back(dose.id, WHY, nurse, with_reactions=True)
    assert statuses(desk, dose) == (DoseStatus.ENTERED_IN_ERROR, [ReactionStatus.ENTERED_IN_ERROR])


def test_the_dose_decided_to_be_the_wrong_one_takes_its_reactions_along(desk: DeskUnderTest, dose: Dose) -> None:
    note(desk, dose)
    found = DuplicateFound("twice-1", (dose.id, "dose-elsewhere"), NOON, True)
    desk.work.sync_book.apply_page("DetectedIssue", "1", [Finding("DetectedIssue/twice-1", "1", found)], desk.clock())
    (open_one,) = desk.work.disputes.open()
    assert isinstance(open_one.dispute, Dispute)
    assert open_one.dispute.kind is DisputeKind.SAME_DOSE
    desk.work.disputes.resolve("twice-1", Resolution.OURS_WRONG, WHY, desk.manager)
    assert statuses(desk, dose) == (DoseStatus.ENTERED_IN_ERROR, [ReactionStatus.ENTERED_IN_ERROR])
