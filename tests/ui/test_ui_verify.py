"""What others printed: the verdict first, nothing of a forged paper, and a slip's dose into the history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from conftest import CARD, OTHER_CARD, Bench
from PySide6.QtCore import Qt
from support.builders import NOON
from support.issuer import ISSUED, a_country, an_hc1
from support.slips import ELSEWHERE_NAME, a_slip, make_known, their_key

from vaxdesk.models.exchange import Source
from vaxdesk.models.findings import Finding, TrustFound
from vaxdesk.models.values import CitizenId
from vaxdesk.print import qr
from vaxdesk.print.layout import A4, Page
from vaxdesk.ui import dialogs
from vaxdesk.ui.dose_form import Answer, band
from vaxdesk.ui.verify_page import VerifyPage

NUMBER = CitizenId("079303000456")
KEYS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
EARLIER = {"occurred_at": NOON - timedelta(days=40), "recorded_at": NOON - timedelta(days=40)}


def forged() -> str:
    return an_hc1(kid=a_country().es256.kid, signer=a_country().ps256, algorithm=-7)


def trusting(bench: Bench) -> VerifyPage:
    """The page, at a desk that pulled the country's keys a day after the certificates were issued."""
    bench.clock.now = ISSUED + timedelta(days=1)
    found = Finding("DocumentReference/trust", "1", TrustFound(a_country().trust_keys))
    bench.desk.work.sync_book.apply_page("DocumentReference|national", "", [found], bench.clock())
    make_known(bench.desk.work)
    bench.enter()
    bench.press(Qt.Key.Key_X, KEYS)
    assert bench.window.pages.shown == "verify"
    return bench.window.verify


def shown(page: VerifyPage) -> str:
    """Every word on the right side."""
    parts = (page.card.band.headline, page.card.band.reason, page.card.standing, page.card.remarks)
    facts = [label for pair in zip(page.card.labels, page.card.values, strict=True) for label in pair]
    return "\n".join(label.text() for label in (*parts, *facts) if not label.isHidden())


def test_a_scanned_certificate_is_judged_and_told(bench: Bench) -> None:
    page = trusting(bench)
    bench.scan(an_hc1())
    said = shown(page)
    assert said.startswith("GIẤY CHỨNG NHẬN · LÀ THẬT")
    for part in (
        "Trần Thị Bích",
        "09/10/2003",
        "1/2",
        "12/11/2021",
        "Comirnaty",
        "Việt Nam",
        "Bộ Y tế",
        "URN:UVCI:01:VN",
    ):
        assert part in said
    assert a_country().es256.kid.hex() in said
    assert bench.desk.work.desk.all_records() == ()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_nothing_of_a_forged_paper_is_shown(bench: Bench, language: str) -> None:
    page = trusting(bench)
    bench.scan(an_hc1())
    bench.around.speech.speak(language)
    assert "Bích" in shown(page)
    bench.scan(forged())
    said = shown(page)
    assert {"vi": "KHÔNG PHẢI THẬT", "en": "NOT GENUINE"}[language] in said.splitlines()[0]
    assert "Bích" not in said
    assert "2003" not in said


def test_it_says_how_old_the_lists_are(bench: Bench) -> None:
    page = trusting(bench)
    assert "trong 24 giờ qua" in page.age.text()
    bench.clock.forward(days=9)
    bench.scan(an_hc1())
    assert "9 ngày trước" in page.age.text()


def test_without_lists_it_says_so_and_calls_nothing_forged(bench: Bench) -> None:
    bench.enter()
    bench.press(Qt.Key.Key_X, KEYS)
    page = bench.window.verify
    assert page.age.text() == bench.around.speech.of_code("lists-never")
    bench.scan(an_hc1())
    assert "KHÔNG KIỂM TRA ĐƯỢC" in shown(page)


def test_pasted_text_is_checked_with_enter(bench: Bench) -> None:
    page = trusting(bench)
    page.code.insert(f" {an_hc1()} ")
    bench.press(Qt.Key.Key_Return)
    assert "LÀ THẬT" in shown(page)
    assert page.code.text() == ""
    page.code.insert("no code at all")
    bench.press(Qt.Key.Key_Return)
    assert shown(page).startswith("KHÔNG KIỂM TRA ĐƯỢC")
    bench.press(Qt.Key.Key_Escape)
    assert "Chưa kiểm tra giấy nào" in shown(page)
    bench.press(Qt.Key.Key_Escape)
    assert bench.window.pages.shown == "desk"


def test_every_page_of_a_pdf_has_its_own_answer(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import pypdfium2

    pages = pypdfium2.PdfDocument.new()
    for code in (an_hc1(), forged()):
        sheet = Page(A4, "Test")
        sheet.qr(30, 30, qr.encode(code))
        pages.import_pages(pypdfium2.PdfDocument(sheet.pdf()))
    file = tmp_path / "two.pdf"
    pages.save(file)
    page = trusting(bench)
    monkeypatch.setattr(dialogs, "choose_file", lambda *_: file)
    page.ways.picture.click()
    bench.qtbot.waitUntil(lambda: page.table.isVisible(), timeout=10_000)
    bench.settle()
    assert [row.cells[2].text for row in page.table.rows.rows] == ["Là thật", "Không phải thật"]
    assert "LÀ THẬT" in shown(page)
    page.table.setFocus()
    bench.press(Qt.Key.Key_Down)
    assert "KHÔNG PHẢI THẬT" in shown(page)


def test_a_file_that_is_no_picture_is_refused_in_place(bench: Bench, tmp_path: Path) -> None:
    page = trusting(bench)
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG")
    page.read_file(broken)
    bench.qtbot.waitUntil(lambda: "broken.png" in page.notice.said and "…" not in page.notice.said, timeout=5000)


def test_at_an_empty_desk_a_scanned_certificate_opens_its_page(bench: Bench) -> None:
    trusting(bench)
    bench.window.show_page("desk")
    bench.scan(an_hc1())
    assert bench.window.pages.shown == "verify"
    assert "LÀ THẬT" in shown(bench.window.verify)
    assert bench.window.desk.form.person is None


@pytest.mark.parametrize("text", [an_hc1, a_slip])
def test_with_somebody_at_the_desk_a_sentence_offers_it_and_they_stay(bench: Bench, text: Callable[[], str]) -> None:
    trusting(bench)
    bench.window.show_page("desk")
    bench.scan(CARD)
    bench.scan(text())
    assert bench.window.pages.shown == "desk"
    assert "Ctrl+Shift+X" in bench.window.desk.notice.said
    person = bench.window.desk.form.person
    assert person is not None
    assert person.name == "Trần Thị Bích"
    bench.press(Qt.Key.Key_X, KEYS)
    assert "LÀ THẬT" in shown(bench.window.verify)


def test_a_card_scanned_on_this_page_goes_to_the_desk(bench: Bench) -> None:
    trusting(bench)
    bench.scan(CARD)
    assert bench.window.pages.shown == "desk"
    assert bench.window.desk.form.person is not None


def test_enter_takes_a_slips_dose_over_and_the_desk_judges_again(bench: Bench) -> None:
    page = trusting(bench)
    bench.window.show_page("desk")
    bench.scan(CARD)
    assert band(bench.window.desk.form).answer is Answer.ALLOWED
    bench.scan(a_slip(occurred_at=bench.clock() - timedelta(days=2)))
    bench.press(Qt.Key.Key_X, KEYS)
    assert page.take.isVisible()
    assert not page.receive.isVisible()
    bench.press(Qt.Key.Key_Return)
    assert "nền tảng chưa xác nhận" in page.card.standing.text()
    assert not page.take.isVisible()
    (dose,) = bench.desk.work.elsewhere.of(NUMBER).doses
    assert dose.source is Source.SLIP
    bench.press(Qt.Key.Key_Escape)
    bench.press(Qt.Key.Key_Escape)
    desk = bench.window.desk
    assert band(desk.form).answer is Answer.TOO_EARLY
    places = [row[3].accessibleName() for row in desk.history.cells if not row[3].isHidden()]
    assert any(place.startswith("chưa xác nhận") and ELSEWHERE_NAME in place for place in places)


def test_who_is_not_at_the_desk_is_called_there_from_the_slip(bench: Bench) -> None:
    page = trusting(bench)
    bench.scan(a_slip(**EARLIER))
    assert "chưa có trên máy" in page.card.standing.text()
    bench.press(Qt.Key.Key_Return)
    bench.press(Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    assert bench.window.pages.shown == "desk"
    person = bench.window.desk.form.person
    assert person is not None
    assert (person.citizen_id, person.name) == (NUMBER.digits, "Trần Thị Bích")


def test_a_slip_of_another_person_than_at_the_desk_cannot_be_taken_over(bench: Bench) -> None:
    page = trusting(bench)
    bench.window.show_page("desk")
    bench.scan(OTHER_CARD)
    bench.scan(a_slip(**EARLIER))
    bench.press(Qt.Key.Key_X, KEYS)
    assert page.card.standing.text() == bench.around.speech.of_code("slip-other-person")
    assert not page.take.isVisible()
    bench.press(Qt.Key.Key_Return)
    assert bench.desk.work.elsewhere.of(NUMBER).doses == ()


def test_a_slip_of_an_unknown_key_shows_nothing_of_it(bench: Bench) -> None:
    page = trusting(bench)
    bench.scan(a_slip(their_key(1), **EARLIER))
    said = shown(page)
    assert "KHÔNG KIỂM TRA ĐƯỢC" in said
    assert "Bích" not in said
    assert not page.take.isVisible()


def test_a_key_revoked_between_look_and_enter_is_noticed(bench: Bench) -> None:
    page = trusting(bench)
    bench.scan(a_slip(**EARLIER))
    make_known(bench.desk.work, active=False)
    bench.press(Qt.Key.Key_Return)
    assert page.notice.said == bench.around.speech.of_code("slip-signer-unknown")
    assert bench.desk.work.elsewhere.of(NUMBER).doses == ()


def test_certificates_and_help_lead_here(bench: Bench) -> None:
    trusting(bench)
    for name in ("certificates", "help"):
        window = bench.window
        window.show_page(name)
        bench.settle()
        (window.certificates if name == "certificates" else window.help).verify.click()
        bench.settle()
        assert window.pages.shown == "verify"
        assert window.rail["certificates"].isChecked()


def test_the_locked_window_has_no_key_for_it(bench: Bench) -> None:
    bench.enter()
    bench.window.lock()
    bench.press(Qt.Key.Key_X, KEYS)
    assert bench.window.pages.shown == "desk"
