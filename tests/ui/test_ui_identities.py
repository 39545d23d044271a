"""Mending identities in the window: from the list by keys or by a scanned card, with what it does said before, and back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from conftest import CARD, Bench
from PySide6.QtCore import Qt
from support.builders import a_draft, a_person
from test_ui_long_words import cut_off, twice_as_long  # noqa: F401  a fixture

from vaxdesk.models.exchange import Acknowledged
from vaxdesk.models.findings import Finding, IdentityFound
from vaxdesk.models.identity_cases import Trouble
from vaxdesk.models.values import DoseId, Identity, OutboxEntry, PersonDraft, Receipt, RecordKind
from vaxdesk.ui.identity_page import IdentityViewer

WRONG = a_person(name="Tran Thi Bich")


def mismatched(bench: Bench, person: PersonDraft = WRONG, *fields: str) -> str:
    """A received dose whose person differs from the population data; the person's id."""
    work, now = bench.desk.work, bench.desk.work.clock()
    record = work.desk.record(a_draft(person=person), bench.manager)
    dose = record.dose
    receipt = Receipt(dose.id, 1, "1", now, "a" * 64)
    work.sync_book.apply([Acknowledged(OutboxEntry(RecordKind.DOSE, dose.id, 1, 0, now), receipt)], now)
    fact = IdentityFound(DoseId(dose.id), "1", Identity.MISMATCH, fields or ("name",), now)
    work.sync_book.apply_page("VerificationResult", "1", [Finding(f"VerificationResult/{dose.id}", "1", fact)], now)
    return str(record.person.id)


def opened(bench: Bench) -> IdentityViewer:
    bench.window.show_page("sync")
    bench.settle()
    bench.window.sync.identities.click()
    bench.settle()
    viewer = bench.window.sync.identity
    assert viewer is not None
    return viewer


def test_a_name_is_mended_from_the_list_and_the_effect_is_said_before(bench: Bench) -> None:
    person = mismatched(bench)
    bench.enter()
    viewer = opened(bench)
    assert viewer.story.name.text() == WRONG.name
    assert viewer.story.what.text().endswith("họ tên")
    bench.press(Qt.Key.Key_Return)
    field = viewer.story.fields["name"]
    assert field.hasFocus()
    field.clear()
    field.insert("Trần Thị Bích")
    viewer.story._ask_effects()
    bench.settle()
    assert "1 mũi được đối chiếu lại" in viewer.story.effects.text()
    viewer.story.reason.insert("thẻ ghi có dấu")
    bench.press(Qt.Key.Key_Return)
    bench.settle()
    case = bench.desk.work.identities.case(person)
    assert case is not None
    assert (case.person.name, case.trouble) == ("Trần Thị Bích", Trouble.MENDED)
    assert "tự gửi" in viewer.notice.said


def test_a_scanned_card_fills_the_fields_here_and_opens_no_check_in(bench: Bench) -> None:
    mismatched(bench)
    bench.enter()
    viewer = opened(bench)
    bench.window.take_scan(CARD)
    bench.settle()
    assert bench.window.pages.shown == "sync"
    assert viewer.story.fields["name"].text() == "Trần Thị Bích"
    assert viewer.story.offers[0].text().startswith("Theo thẻ")
    assert viewer.story.reason.hasFocus()


def test_without_a_reason_nothing_is_saved_and_that_is_said(bench: Bench) -> None:
    person = mismatched(bench)
    bench.enter()
    viewer = opened(bench)
    viewer.story.fields["name"].setText("Trần Thị Bích")
    viewer.story.save.click()
    bench.settle()
    assert viewer.story.notice.said
    case = bench.desk.work.identities.case(person)
    assert case is not None
    assert case.person.name == WRONG.name


def test_what_is_right_here_goes_once_more(bench: Bench) -> None:
    person = mismatched(bench)
    bench.enter()
    viewer = opened(bench)
    viewer.story.again.click()
    bench.settle()
    case = bench.desk.work.identities.case(person)
    assert case is not None
    assert case.trouble is Trouble.MENDED


def test_the_lists_are_chosen_and_filtered_and_an_empty_one_says_so(bench: Bench) -> None:
    mismatched(bench)
    bench.enter()
    viewer = opened(bench)
    viewer.which.setCurrentIndex(viewer.which.findData(Trouble.NOT_FOUND.value))
    assert len(viewer.table.rows.rows) == 0
    viewer.which.setCurrentIndex(0)
    viewer.text.setText("bich")
    assert len(viewer.table.rows.rows) == 1
    bench.press(Qt.Key.Key_Escape)
    assert bench.window.sync.identities.isVisible()
    assert viewer._cases == ()


def test_the_site_page_leads_here(bench: Bench) -> None:
    bench.enter()
    bench.window.show_page("site")
    bench.window.site.signing.identities.click()
    bench.settle()
    assert bench.window.pages.shown == "sync"
    viewer = bench.window.sync.identity
    assert viewer is not None
    assert viewer.isVisible()
    assert "khớp dữ liệu dân cư" in viewer.count.text()


@pytest.mark.usefixtures("twice_as_long")
def test_a_language_twice_as_long_is_not_cut_off(open_bench: Callable[[], Bench]) -> None:
    bench = open_bench()
    mismatched(bench)
    bench.enter(bench.manager)
    viewer = opened(bench)
    bench.scan(CARD)
    assert cut_off(viewer) == []


@pytest.mark.parametrize("language", ["vi", "en"])
def test_it_fits_the_smallest_screen(bench: Bench, language: str) -> None:
    mismatched(bench)
    bench.enter(bench.manager)
    bench.around.speech.speak(language)
    viewer = opened(bench)
    bench.scan(CARD)
    area = bench.window.pages.place("sync")
    assert (area.horizontalScrollBar().isVisible(), area.verticalScrollBar().isVisible()) == (False, False)
    assert cut_off(viewer) == []
