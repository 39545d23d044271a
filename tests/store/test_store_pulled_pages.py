"""A pulled page is kept as if its changes had come one by one."""

from __future__ import annotations

from support.builders import DeskUnderTest, a_crowd, a_draft

from vaxdesk.models.findings import Finding, IdentityFound
from vaxdesk.models.values import DoseId, Identity


def matched(dose_id: str, version: str, desk: DeskUnderTest, state: Identity = Identity.MATCHED) -> Finding:
    fact = IdentityFound(DoseId(dose_id), version, state, (), desk.clock())
    return Finding(f"VerificationResult/{dose_id}", version, fact)


def kept(desk: DeskUnderTest, *page: Finding) -> int:
    return desk.work.sync_book.apply_page("identity", "c", page, desk.clock())


def test_two_versions_of_one_resource_in_a_page_are_two_changes_and_the_later_one_counts(desk: DeskUnderTest) -> None:
    dose = desk.work.desk.record(a_draft(), desk.manager).dose
    first = matched(dose.id, "1", desk)
    desk.clock.forward(minutes=1)
    assert kept(desk, first, matched(dose.id, "2", desk, Identity.MISMATCH)) == 2
    assert desk.work.desk.dose(dose.id).identity is Identity.MISMATCH
    assert kept(desk, matched(dose.id, "2", desk, Identity.MISMATCH)) == 0


def test_what_comes_twice_in_one_page_is_one_change(desk: DeskUnderTest) -> None:
    dose = desk.work.desk.record(a_draft(), desk.manager).dose
    assert kept(desk, matched(dose.id, "1", desk), matched(dose.id, "1", desk)) == 1


def test_new_known_and_foreign_ones_share_a_page(desk: DeskUnderTest) -> None:
    doses = [desk.work.desk.record(draft, desk.manager).dose for draft in a_crowd(3)]
    kept(desk, matched(doses[0].id, "1", desk))
    assert kept(desk, *(matched(dose_id, "1", desk) for dose_id in (doses[0].id, "foreign", doses[1].id))) == 2
    states = [desk.work.desk.dose(dose.id).identity for dose in doses]
    assert [state is Identity.MATCHED for state in states] == [True, True, False]


def test_an_empty_page_moves_the_cursor_only(desk: DeskUnderTest) -> None:
    assert kept(desk) == 0
    assert desk.work.sync_book.cursor("identity") == "c"
