"""The outbox: nothing is lost, nothing is closed by the wrong answer, one bad record holds up no other."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from support.builders import DeskUnderTest, a_crowd, a_draft

from vaxdesk.models.desk import DoseChanges
from vaxdesk.models.exchange import Acknowledged, DueDose, DueSignature, LinkState, PutAside, RetryLater
from vaxdesk.models.findings import CertificateFound, Finding, IdentityFound, ReadBack
from vaxdesk.models.values import Certificate, CertificateId, Identity, OutboxEntry, Receipt, Stage

HASH = "a" * 64


def receipt_for(desk: DeskUnderTest, entry: OutboxEntry, version: str = "1") -> Acknowledged:
    return Acknowledged(entry, Receipt(entry.record_id, entry.revision, version, desk.clock(), HASH))


def due(desk: DeskUnderTest, asked: bool = False) -> list[OutboxEntry]:
    return [found.entry for found in desk.work.sync_book.due(desk.clock(), 1000, asked)]


def acknowledge_all(desk: DeskUnderTest) -> None:
    steps = [receipt_for(desk, entry) for entry in due(desk)]
    assert desk.work.sync_book.apply(steps, desk.clock()) == len(steps)


def test_a_saved_dose_is_due_with_its_person(desk: DeskUnderTest) -> None:
    record = desk.work.desk.record(a_draft(), desk.manager)
    (found,) = desk.work.sync_book.due(desk.clock(), 10, False)
    assert isinstance(found, DueDose)
    assert (found.dose, found.person, found.last_receipt) == (record.dose, record.person, None)


def test_a_receipt_turns_the_dose_green_and_ends_the_row(desk: DeskUnderTest) -> None:
    record = desk.work.desk.record(a_draft(), desk.manager)
    assert Stage.ACKNOWLEDGED not in record.stages
    acknowledge_all(desk)
    assert due(desk) == []
    assert Stage.ACKNOWLEDGED in desk.work.desk.dose(record.dose.id).stages
    assert desk.work.figures.counts().received == 1


def test_edit_during_upload_survives_the_answer_to_the_older_revision(desk: DeskUnderTest) -> None:
    """failures.md 2."""
    record = desk.work.desk.record(a_draft(), desk.manager)
    (sent,) = due(desk)
    desk.work.desk.correct(record.dose.id, DoseChanges(lot="FL9999"), "wrong lot typed", desk.manager)
    assert desk.work.sync_book.apply([receipt_for(desk, sent)], desk.clock()) == 0
    (waiting,) = due(desk)
    assert waiting.revision == 2
    assert Stage.ACKNOWLEDGED not in desk.work.desk.dose(record.dose.id).stages
    (found,) = desk.work.sync_book.due(desk.clock(), 10, False)
    assert isinstance(found, DueDose)
    assert found.last_receipt is not None
    assert found.last_receipt.revision == 1


def test_an_answer_for_another_record_or_revision_closes_nothing(desk: DeskUnderTest) -> None:
    desk.work.desk.record(a_draft(), desk.manager)
    (entry,) = due(desk)
    stranger = Receipt("somebody-else", 1, "1", desk.clock(), HASH)
    newer = replace(entry, revision=7)
    assert desk.work.sync_book.apply([Acknowledged(entry, stranger)], desk.clock()) == 0
    assert desk.work.sync_book.apply([PutAside(newer, "refused", "x")], desk.clock()) == 0
    assert due(desk) == [entry]


def test_a_refused_record_waits_for_a_person_and_the_others_go_on(desk: DeskUnderTest) -> None:
    first, second = (desk.work.desk.record(draft, desk.manager) for draft in a_crowd(2))
    entries = {entry.record_id: entry for entry in due(desk)}
    bad = entries[first.dose.id]
    desk.work.sync_book.apply([PutAside(bad, "server-refused", "gender: not a code")], desk.clock())
    assert [entry.record_id for entry in due(desk, asked=True)] == [second.dose.id]
    (aside,) = desk.work.figures.set_aside()
    assert (aside.record.dose.id, aside.text) == (first.dose.id, "gender: not a code")
    assert desk.work.sync_book.send_again([first.dose.id]) == 1
    assert first.dose.id in [entry.record_id for entry in due(desk)]


def test_a_mended_dose_leaves_the_set_aside_list_by_itself(desk: DeskUnderTest) -> None:
    record = desk.work.desk.record(a_draft(), desk.manager)
    (entry,) = due(desk)
    desk.work.sync_book.apply([PutAside(entry, "server-refused", "lot")], desk.clock())
    desk.work.desk.correct(record.dose.id, DoseChanges(lot="FL0001"), "lot mended", desk.manager)
    assert desk.work.figures.set_aside() == ()
    assert [found.revision for found in due(desk)] == [2]


def test_fewest_tries_go_first_and_waiting_time_is_kept(desk: DeskUnderTest) -> None:
    old, new = (desk.work.desk.record(draft, desk.manager).dose.id for draft in a_crowd(2))
    tried = next(entry for entry in due(desk) if entry.record_id == old)
    later = desk.clock() + timedelta(minutes=5)
    desk.work.sync_book.apply([RetryLater(tried, later, "unreachable")], desk.clock())
    assert [entry.record_id for entry in due(desk)] == [new]
    assert [entry.record_id for entry in due(desk, asked=True)] == [new, old]
    desk.clock.forward(minutes=6)
    assert [entry.record_id for entry in due(desk)] == [new, old]


def test_a_clock_a_year_back_or_ahead_strands_nothing(desk: DeskUnderTest) -> None:
    """failures.md 11: whatever the clock did, asking sends everything, and the counts stay sane."""
    desk.clock.forward(days=400)
    for days, draft in zip((0, -365, 730), a_crowd(3), strict=True):
        desk.clock.forward(days=days)
        desk.work.desk.record(replace(draft, occurred_at=desk.clock(), expiry=date(2030, 1, 31)), desk.manager)
    assert len(due(desk, asked=True)) == 3
    assert desk.work.figures.counts().oldest_waiting_s >= 0
    numbers = [record.dose.sequence for record in desk.work.desk.all_records()]
    assert sorted(numbers) == [1, 2, 3]


def test_read_back_needs_the_same_content(desk: DeskUnderTest) -> None:
    record = desk.work.desk.record(a_draft(), desk.manager)
    acknowledge_all(desk)
    (waiting,) = desk.work.sync_book.read_back_due(10)
    desk.work.sync_book.note_read_back([ReadBack(waiting.record_id, 1, "b" * 64)], desk.clock())
    assert desk.work.figures.counts().read_back == 0
    assert desk.work.figures.counts().read_back_differs == 1
    assert [found.dose.id for found in desk.work.figures.differing()] == [record.dose.id]
    desk.work.sync_book.note_read_back([ReadBack(waiting.record_id, 1, HASH)], desk.clock())
    assert desk.work.figures.counts().read_back == 1
    assert desk.work.sync_book.read_back_due(10) == ()


def test_a_pulled_page_is_applied_once_with_its_cursor(desk: DeskUnderTest) -> None:
    record = desk.work.desk.record(a_draft(), desk.manager)
    acknowledge_all(desk)
    match = IdentityFound(record.dose.id, "1", Identity.MATCHED, (), desk.clock())
    page = [Finding("VerificationResult/v", "1", match)]
    assert desk.work.sync_book.apply_page("identity", "cursor-1", page, desk.clock()) == 1
    assert desk.work.sync_book.apply_page("identity", "cursor-1", page, desk.clock()) == 0
    assert desk.work.sync_book.cursor("identity") == "cursor-1"
    assert desk.work.desk.dose(record.dose.id).identity is Identity.MATCHED


def test_a_later_mismatch_replaces_an_earlier_match(desk: DeskUnderTest) -> None:
    record = desk.work.desk.record(a_draft(), desk.manager)
    acknowledge_all(desk)
    for version, state in (("1", Identity.MATCHED), ("2", Identity.MISMATCH)):
        desk.clock.forward(minutes=1)
        fact = IdentityFound(record.dose.id, version, state, ("name",), desk.clock())
        desk.work.sync_book.apply_page(
            "identity", version, [Finding("VerificationResult/v", version, fact)], desk.clock()
        )
    found = desk.work.desk.dose(record.dose.id)
    assert found.identity is Identity.MISMATCH
    assert Stage.MATCHED not in found.stages
    assert desk.work.signing.ready(desk.clock().date()) == ()


def test_only_matched_received_doses_are_signed_and_certified(desk: DeskUnderTest) -> None:
    records = [desk.work.desk.record(draft, desk.manager) for draft in a_crowd(3)]
    acknowledge_all(desk)
    for index, state in enumerate((Identity.MATCHED, Identity.NOT_FOUND)):
        fact = IdentityFound(records[index].dose.id, "1", state, (), desk.clock())
        desk.work.sync_book.apply_page(
            "identity", "", [Finding(f"VerificationResult/{index}", "1", fact)], desk.clock()
        )
    assert desk.work.signing.sign_day(desk.clock().date(), desk.manager) == 1
    assert desk.work.signing.sign_day(desk.clock().date(), desk.manager) == 0
    (signature,) = desk.work.sync_book.due(desk.clock(), 10, False)
    assert isinstance(signature, DueSignature)
    assert signature.signature.targets == ((records[0].dose.id, "1"),)
    issued = Certificate(
        CertificateId("c1"), records[0].dose.id, "1", "URN:UVCI:01:VN:A", "HC1:X", "current", desk.clock()
    )
    desk.work.sync_book.apply_page(
        "certificates", "", [Finding("DocumentReference/c1", "1", CertificateFound(issued))], desk.clock()
    )
    counts = desk.work.figures.counts(desk.clock().date())
    assert (counts.given, counts.received, counts.signed, counts.certified) == (3, 3, 1, 1)


def test_a_revoked_or_outdated_certificate_is_not_the_doses_any_more(desk: DeskUnderTest) -> None:
    record = desk.work.desk.record(a_draft(), desk.manager)
    acknowledge_all(desk)
    issued = Certificate(CertificateId("c1"), record.dose.id, "1", "URN:UVCI:01:VN:A", "HC1:X", "current", desk.clock())
    for version, status in (("1", "current"), ("2", "entered-in-error")):
        fact = CertificateFound(replace(issued, status=status))
        desk.work.sync_book.apply_page("c", "", [Finding("DocumentReference/c1", version, fact)], desk.clock())
        found = desk.work.certificates.of(desk.work.desk.dose(record.dose.id))
        assert (found is not None) == (status == "current")
    assert desk.work.certificates.revoked() == {"URN:UVCI:01:VN:A"}


def test_findings_about_foreign_doses_are_passed_over(desk: DeskUnderTest) -> None:
    fact = IdentityFound("not-ours", "1", Identity.MATCHED, (), desk.clock())  # type: ignore[arg-type]
    desk.work.sync_book.apply_page("identity", "9", [Finding("VerificationResult/v", "1", fact)], desk.clock())
    assert desk.work.sync_book.cursor("identity") == "9"


def test_what_was_learnt_about_the_line_survives(desk: DeskUnderTest) -> None:
    link = LinkState(12, False, desk.clock(), desk.clock())
    desk.work.sync_book.save_link(link)
    assert desk.work.sync_book.link() == link


def test_nothing_is_ever_stranded(desk: DeskUnderTest) -> None:
    record = desk.work.desk.record(a_draft(), desk.manager)
    acknowledge_all(desk)
    desk.work.desk.void(record.dose.id, "entered twice", desk.manager)
    assert desk.work.figures.is_sound()
    assert len(due(desk)) == 1
