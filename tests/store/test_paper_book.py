"""Who holds which paper, and whether it still holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from support.builders import NOON, DeskUnderTest, a_crowd, a_draft, a_person

from vaxdesk.models.desk import DoseChanges
from vaxdesk.models.exchange import Acknowledged, DueDose
from vaxdesk.models.findings import CertificateFound, Finding
from vaxdesk.models.paper_book import PaperState, Standing
from vaxdesk.models.values import Certificate, CertificateId, DoseId, DoseRecord, Receipt

HASH = "0" * 64


def print_it(desk: DeskUnderTest, dose_id: str, form: str = "confirmation", reason: str = "lại") -> None:
    desk.clock.forward(minutes=1)
    desk.work.certificates.note_print(desk.work.desk.dose(dose_id), form, HASH, reason, desk.manager)


def certify(desk: DeskUnderTest, dose_id: str, status: str = "current", name: str = "c") -> None:
    """As the platform does: a receipt for the newest revision, and its certificate; for another status, only that."""
    desk.clock.forward(minutes=1)
    for one in desk.work.sync_book.due(desk.clock(), 100, asked=True):
        if isinstance(one, DueDose) and one.dose.id == dose_id:
            version = str(one.dose.revision)
            receipt = Receipt(dose_id, one.dose.revision, version, desk.clock(), HASH)
            desk.work.sync_book.apply([Acknowledged(one.entry, receipt)], desk.clock())
    record = desk.work.desk.dose(dose_id)
    assert record.receipt is not None
    made = Certificate(
        CertificateId(f"{name}-{dose_id}"), DoseId(dose_id), record.receipt.version, f"URN:{name}", "HC1:X", status,
        desk.clock(),
    )  # fmt: skip
    found = Finding(f"DocumentReference/{made.id}", f"{status}-{desk.clock().isoformat()}", CertificateFound(made))
    desk.work.sync_book.apply_page("test", desk.clock().isoformat(), [found], desk.clock())


def a_dose(desk: DeskUnderTest) -> DoseRecord:
    return desk.work.desk.record(a_draft(), desk.manager)


def state(desk: DeskUnderTest) -> PaperState:
    (line,) = desk.work.paper_book.day(NOON.date())
    return line.state


def standings(desk: DeskUnderTest, dose_id: str) -> list[Standing]:
    return [copy.standing for copy in desk.work.paper_book.copies(dose_id)]


def test_a_provisional_paper_is_exchanged_when_the_certificate_is_printed(desk: DeskUnderTest) -> None:
    dose_id = a_dose(desk).dose.id
    seen = [state(desk)]
    print_it(desk, dose_id)
    seen.append(state(desk))
    certify(desk, dose_id)
    seen.append(state(desk))
    assert [line.state for line in desk.work.paper_book.open_ones()] == [PaperState.EXCHANGE]
    print_it(desk, dose_id)
    seen.append(state(desk))
    assert seen == [PaperState.WAITING, PaperState.PROVISIONAL, PaperState.EXCHANGE, PaperState.PRINTED]
    assert standings(desk, dose_id) == [Standing.VALID, Standing.EXCHANGED]
    assert desk.work.paper_book.open_ones() == ()


def test_a_corrected_dose_makes_its_papers_worthless_until_the_new_one_is_printed(desk: DeskUnderTest) -> None:
    dose_id = a_dose(desk).dose.id
    certify(desk, dose_id)
    assert state(desk) is PaperState.READY
    print_it(desk, dose_id, "certificate")
    desk.clock.forward(minutes=1)
    desk.work.desk.correct(dose_id, DoseChanges(lot="FL4575"), "gõ nhầm số lô", desk.manager)
    assert state(desk) is PaperState.OUTDATED
    (copy,) = desk.work.paper_book.copies(dose_id)
    assert (copy.standing, copy.since) == (Standing.CORRECTED, desk.clock())
    certify(desk, dose_id, "superseded")
    certify(desk, dose_id, name="c2")
    assert [line.state for line in desk.work.paper_book.open_ones()] == [PaperState.OUTDATED]
    print_it(desk, dose_id, "certificate")
    assert state(desk) is PaperState.PRINTED
    assert standings(desk, dose_id) == [Standing.VALID, Standing.CORRECTED]


@pytest.mark.parametrize(
    ("status", "standing"), [("superseded", Standing.SUPERSEDED), ("entered-in-error", Standing.REVOKED)]
)
def test_a_certificate_the_platform_took_back_takes_its_copies_with_it(
    desk: DeskUnderTest, status: str, standing: Standing
) -> None:
    dose_id = a_dose(desk).dose.id
    certify(desk, dose_id)
    print_it(desk, dose_id, "certificate")
    assert desk.work.paper_book.open_ones() == ()
    certify(desk, dose_id, status)
    assert standings(desk, dose_id) == [standing]
    assert [line.state for line in desk.work.paper_book.open_ones()] == [PaperState.OUTDATED]


def test_a_voided_dose_is_listed_while_paper_is_about_and_only_then(desk: DeskUnderTest) -> None:
    kept, gone = (desk.work.desk.record(draft, desk.manager).dose.id for draft in a_crowd(2))
    print_it(desk, kept)
    desk.clock.forward(minutes=1)
    for dose_id in (kept, gone):
        desk.work.desk.void(dose_id, "quét nhầm thẻ", desk.manager)
    (line,) = desk.work.paper_book.day(NOON.date())
    assert (line.record.dose.id, line.state, line.copies[0].standing) == (kept, PaperState.RECALL, Standing.VOIDED)
    assert [line.record.dose.id for line in desk.work.paper_book.open_ones()] == [kept]


def test_a_mended_name_makes_papers_worthless_and_a_mended_phone_does_not(desk: DeskUnderTest) -> None:
    record = a_dose(desk)
    print_it(desk, record.dose.id)
    desk.clock.forward(minutes=1)
    desk.work.desk.mend_person(record.person.citizen_id, a_person(phone="0900000678"), "thêm số", desk.manager)
    assert standings(desk, record.dose.id) == [Standing.PROVISIONAL]
    desk.work.desk.mend_person(record.person.citizen_id, a_person(name="Trần Thị Bính"), "sai tên", desk.manager)
    assert standings(desk, record.dose.id) == [Standing.CORRECTED]
    assert [line.state for line in desk.work.paper_book.open_ones()] == [PaperState.OUTDATED]


def test_a_slip_is_neither_provisional_nor_a_certificate(desk: DeskUnderTest) -> None:
    dose_id = a_dose(desk).dose.id
    print_it(desk, dose_id, "slip")
    assert state(desk) is PaperState.WAITING
    certify(desk, dose_id)
    assert state(desk) is PaperState.READY
    print_it(desk, dose_id)
    print_it(desk, dose_id, "slip")
    assert state(desk) is PaperState.PRINTED
    assert standings(desk, dose_id) == [Standing.VALID] * 3


def test_the_list_follows_the_waiting_list_then_the_order_of_injection(desk: DeskUnderTest) -> None:
    drafts = a_crowd(4)
    for draft in (drafts[2], drafts[0]):
        desk.work.tickets.open(draft.person, desk.manager)
    for minute, draft in enumerate(drafts):
        at = NOON - timedelta(minutes=30 - minute)
        desk.work.desk.record(replace(draft, occurred_at=at), desk.manager)
    lines = desk.work.paper_book.day(NOON.date())
    assert [line.ticket for line in lines] == [1, 2, None, None]
    assert [line.record.person.name[-1] for line in lines] == ["D", "B", "C", "E"]


def test_certificates_never_printed_are_found_across_days(desk: DeskUnderTest) -> None:
    ids = []
    for day, draft in enumerate(a_crowd(4)):
        at = NOON - timedelta(days=3 - day)
        ids.append(desk.work.desk.record(replace(draft, occurred_at=at), desk.manager).dose.id)
    for dose_id in ids[:3]:
        certify(desk, dose_id)
    print_it(desk, ids[0])
    found = desk.work.paper_book.open_ones()
    assert [(line.record.dose.id, line.state) for line in found] == [
        (ids[1], PaperState.READY), (ids[2], PaperState.READY),
    ]  # fmt: skip


def test_the_ledger_lists_every_copy_of_its_days_the_newest_first(desk: DeskUnderTest) -> None:
    first, second = (desk.work.desk.record(draft, desk.manager).dose.id for draft in a_crowd(2))
    print_it(desk, first)
    print_it(desk, second, "slip")
    print_it(desk, first, reason="tờ trước bị rách")
    desk.clock.forward(days=1)
    print_it(desk, second)
    today = desk.work.paper_book.ledger(NOON.date(), NOON.date())
    assert [(e.copy.dose_id, e.copy.form, e.copy.copy, e.copy.reason) for e in today] == [
        (first, "confirmation", 2, "tờ trước bị rách"), (second, "slip", 1, "lại"), (first, "confirmation", 1, "lại"),
    ]  # fmt: skip
    assert {(e.copy.by, e.copy.sha256) for e in today} == {("Phạm Thị Lan", HASH)}
    assert len(desk.work.paper_book.ledger(NOON.date(), desk.clock().date())) == 4
