"""The day's signature: how far it is and until when, and the record on paper where there is no certificate to sign with."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pypdfium2
import pytest
from support.builders import NOON, Clock, DeskUnderTest, a_crowd, a_desk

from vaxdesk.models.day_progress import DayProgress, midnight_after
from vaxdesk.models.exchange import Acknowledged
from vaxdesk.models.findings import Finding, IdentityFound
from vaxdesk.models.values import VIETNAM, DoseId, Identity, OutboxEntry, Receipt, RecordKind
from vaxdesk.print import signing_record

DAY = NOON.date()


@pytest.fixture
def desk(tmp_path: Path) -> DeskUnderTest:
    return a_desk(tmp_path, Clock(NOON))


def given(desk: DeskUnderTest, count: int, matched: int) -> None:
    """So many doses, received; the first `matched` of them matched, the others not."""
    book, now = desk.work.sync_book, desk.clock()
    for place, draft in enumerate(a_crowd(count)):
        dose = desk.work.desk.record(draft, desk.manager).dose
        receive(desk, RecordKind.DOSE, dose.id)
        state, fields = (Identity.MATCHED, ()) if place < matched else (Identity.MISMATCH, ("name",))
        fact = IdentityFound(DoseId(dose.id), "1", state, fields, now)
        book.apply_page("VerificationResult", str(place), [Finding(f"VerificationResult/{dose.id}", "1", fact)], now)


def receive(desk: DeskUnderTest, kind: RecordKind, record_id: str) -> None:
    receipt = Receipt(record_id, 1, "1", desk.clock(), "a" * 64)
    desk.work.sync_book.apply([Acknowledged(OutboxEntry(kind, record_id, 1, 0, desk.clock()), receipt)], desk.clock())


def sign(desk: DeskUnderTest, arrives: bool = True) -> None:
    desk.work.signing.sign_day(DAY, desk.manager)
    for due in desk.work.sync_book.due(desk.clock(), 9, True) if arrives else ():
        receive(desk, due.entry.kind, due.entry.record_id)


# --- the gauge


def test_it_counts_what_was_signed_and_received(desk: DeskUnderTest) -> None:
    given(desk, 8, 6)
    before = desk.work.signing.progress(DAY)
    assert (before.given, before.received, before.matched, before.signed, before.arrived) == (8, 8, 6, 0, 0)
    sign(desk, arrives=False)
    assert (desk.work.signing.progress(DAY).signed, desk.work.signing.progress(DAY).arrived) == (6, 0)
    for due in desk.work.sync_book.due(desk.clock(), 9, True):
        receive(desk, due.entry.kind, due.entry.record_id)
    after = desk.work.signing.progress(DAY)
    assert (after.arrived, after.share, after.is_done) == (6, 0.75, False)
    assert after.left_s == (midnight_after(DAY) - NOON).total_seconds()


def test_it_forecasts_by_the_pace_so_far(desk: DeskUnderTest) -> None:
    given(desk, 8, 6)
    sign(desk)
    assert desk.work.signing.progress(DAY).done_at is None  # signed at the moment of injection: no pace
    desk.clock.forward(hours=3)
    found = desk.work.signing.progress(DAY)
    assert found.done_at == desk.clock() + timedelta(hours=1)  # two of six in three hours
    assert not found.is_late
    desk.clock.now = datetime(2021, 11, 12, 23, 0, tzinfo=VIETNAM)
    assert desk.work.signing.progress(DAY).is_late


def test_a_day_without_doses_is_done_and_one_that_ended_unsigned_is_late(desk: DeskUnderTest) -> None:
    assert desk.work.signing.progress(date(2021, 11, 11)).is_done
    given(desk, 1, 1)
    desk.clock.forward(days=1)
    found = desk.work.signing.progress(DAY)
    assert (found.left_s, found.is_late, found.share) == (0.0, True, 0.0)
    assert replace(found, arrived=1).is_late is False
    assert DayProgress(DAY, 0, 0, 0, 0, 0, 0.0).share == 1.0


# --- on paper


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        pages = [document[number] for number in range(len(document))]
        return "\f".join(page.get_textpage().get_text_range() for page in pages)
    finally:
        document.close()


def test_the_record_has_the_matched_doses_in_full_and_the_others_apart(desk: DeskUnderTest) -> None:
    given(desk, 5, 3)
    made = desk.work.signing.paper(DAY)
    assert (len(made.confirmed), len(made.unmatched)) == (3, 2)
    said = text_of(signing_record.render(made, NOON))
    confirmed, _, apart = said.partition("Chưa khớp")
    assert all(r.person.citizen_id.digits in confirmed and r.dose.lot in confirmed for r in made.confirmed)
    assert all(r.person.citizen_id.digits in apart for r in made.unmatched)
    assert made.sha256 in said
    assert "Công an xã, phường" in said


def test_the_hash_is_of_the_confirmed_doses_whether_they_were_signed_since_or_not(desk: DeskUnderTest) -> None:
    given(desk, 3, 2)
    before = desk.work.signing.paper(DAY).sha256
    sign(desk)
    assert desk.work.signing.paper(DAY).sha256 == before
    assert desk.work.signing.paper(DAY - timedelta(days=1)).sha256 != before


def test_a_long_day_takes_as_many_pages_as_it_needs_with_nothing_lost(desk: DeskUnderTest) -> None:
    given(desk, 70, 60)
    made = desk.work.signing.paper(DAY)
    pdf = signing_record.render(made, NOON)
    said = text_of(pdf)
    pages = said.split("\f")
    assert len(pages) >= 3
    assert all(f"Trang/Page {number}/{len(pages)}" in page for number, page in enumerate(pages, start=1))
    assert all("BIÊN BẢN ĐỐI CHIẾU" in page and "60 mũi được xác nhận" in page for page in pages)
    assert pages[-1].count("(Ký, ghi rõ họ tên, đóng dấu)") == 3
    assert sum(said.count(r.person.citizen_id.digits) for r in (*made.confirmed, *made.unmatched)) == 70
    assert pdf == signing_record.render(made, NOON)
